using System.Collections.Frozen;
using System.Globalization;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Classify;

/// <summary>
/// A column as a row of numbers for the model: shares of values that pass the checks and stand in the dictionaries, lengths, characters, the spread of
/// numbers, hashed shapes, character n-grams and words of the values, and, as one weak part at the end, what the name suggests.
/// </summary>
internal static class ColumnFeatures
{
    /// <summary>Raised when a feature changes its meaning: a model goes with one version.</summary>
    public const int Version = 1;

    /// <summary>Values looked at: enough for a share within 6 %.</summary>
    public const int MostValues = 60;

    public const int Dense = 256;
    public const int Shapes = 64;
    public const int Grams = 384;
    public const int Words = 128;
    public const int NameTypes = 96;
    public const int NameGrams = 128;

    /// <summary>Where the part of the name begins.</summary>
    public const int NameStart = Dense + Shapes + Grams + Words;

    /// <summary>Numbers in the row.</summary>
    public const int Count = NameStart + NameTypes + NameGrams;

    private static readonly FrozenSet<string> Sentiment = Set("great good love loved bad poor quality recommend excellent terrible awful nice happy disappointed perfect comfortable amazing fit refund worth star stars bought purchase purchased product");

    private static readonly FrozenSet<string> StopWords = Set("the a an and or of to in is it for with on at this that was i my you we they are be have has not but so as your from by if our please what how can der die das und le la les et de el los en que");

    private static readonly string[] ChineseSentiment = ["好", "不错", "满意", "质量", "喜欢", "差", "推荐", "快递", "购买", "值得", "物流", "很", "买", "正品", "便宜"];

    private static readonly System.Buffers.SearchValues<char> NumberSigns = System.Buffers.SearchValues.Create(" 0123456789.,-+:/");

    private static readonly char[] Marks = ['.', ',', '-', '_', '/', ':', '@', '#', '(', '%', '"', '\'', '{', '[', '<', '+', '=', '&', '|', ';', '?', '!', '*', '，', '。', '·'];

    /// <summary>Checks of single values whose shares are features, in order. Those of dictionaries come first: training leaves some of them out.</summary>
    private static readonly Func<string, bool>[] Checks =
    [
        PersonNames.Given.Contains, PersonNames.Family.Contains, AnyName, Places.Cities.Contains, Places.Regions.Contains, Places.Countries.Contains, LastWordIsFamily, ValueChecks.IsChineseName,
        ValueChecks.IsColor, CodeChecks.IsColor, CodeChecks.IsStatus, CodeChecks.IsLanguage, CodeChecks.IsCompany, CodeChecks.IsJob, ChineseGivenEnd, HasStreetWord,
        // From here on forms and closed lists.
        Places.CountryCodes.Contains, Places.UsStates.Contains, Places.Currencies.Contains, ValueChecks.IsMonth, ValueChecks.IsWeekday, ValueChecks.IsGender, ValueChecks.IsFlag,
        ValueChecks.IsEmail, ValueChecks.IsUrl, CodeChecks.IsImageUrl, ValueChecks.IsUuid, ValueChecks.IsHash, ValueChecks.IsMac, ValueChecks.IsIp, ValueChecks.IsFilePath, HasExtension,
        ValueChecks.IsChineseMobile, ValueChecks.IsWrittenPhone, ValueChecks.IsBareNorthAmericanPhone, ValueChecks.IsChineseIdCard, ValueChecks.IsMaskedIdCard, ValueChecks.IsSocialSecurityNumber, ValueChecks.IsBankCard, ValueChecks.IsIban,
        CodeChecks.IsCreditCode, CodeChecks.IsVat, CodeChecks.IsPlate, CodeChecks.IsChinesePlate, CodeChecks.IsVersion, CodeChecks.IsJson, CodeChecks.IsHtml, CodeChecks.IsEmbedding, CodeChecks.IsList, CodeChecks.IsCoordinates,
        CodeChecks.IsUserAgent, CodeChecks.IsMoney, CodeChecks.IsPercent, CodeChecks.IsWeight, CodeChecks.IsSize, CodeChecks.IsDuration, CodeChecks.IsCount, CodeChecks.IsEventName, CodeChecks.IsUsername, CodeChecks.IsPassword,
        CodeChecks.IsSecret, CodeChecks.IsImei, CodeChecks.IsWrittenDate, CodeChecks.IsWrittenTime, CodeChecks.IsYearMonth, CodeChecks.IsProductCode, ValueChecks.IsPostcode, ValueChecks.IsChineseAddress, ValueChecks.IsFullChineseAddress,
        ValueChecks.HasStreetForm, StreetWithNumber, ValueChecks.IsNameWord, TwoNameWords, IsSentence, HasSentiment, HasStopWord, AllUpper, AllLower, TitleCase, HexOnly, StartsWithLetterThenDigits, UpperSnake, IsYear, IsDayNumber, ShortHan, LongHan,
        HasDigitsInside, EndsWithDigit,
    ];

    /// <summary>Checks at the beginning that stand on dictionaries.</summary>
    public const int DictionaryChecks = 16;

    /// <summary>Where the shares of the checks begin.</summary>
    public const int ChecksStart = 0;

    /// <summary>The features of a column.</summary>
    public static float[] Of(ColumnSample sample)
    {
        var features = new float[Count];
        var values = sample.Values.Count <= MostValues ? sample.Values : [.. sample.Values.Take(MostValues)];
        OfValues(values, features);
        var at = Checks.Length;
        at = OfProfile(sample.Profile, values.Count, features, at);
        at = OfLengths(values, features, at);
        at = OfCharacters(values, features, at);
        at = OfNumbers(sample, values, features, at);
        if (at > Dense)
            throw new InvalidOperationException($"{at} dense features do not fit into {Dense} places.");
        OfShapes(values, features.AsSpan(Dense, Shapes));
        OfText(values, features.AsSpan(Dense + Shapes, Grams), features.AsSpan(Dense + Shapes + Grams, Words));
        OfName(sample.Name, features.AsSpan(NameStart));
        return features;
    }

    /// <summary>The part of the name alone, <see cref="NameTypes"/> and <see cref="NameGrams"/> long together.</summary>
    public static void OfName(ColumnName name, Span<float> into)
    {
        into.Clear();
        if (name.IsUnnamed)
            return;
        NameWords.Suggest(name, into[..NameTypes]);
        var grams = into.Slice(NameTypes, NameGrams);
        var text = name.IsChinese ? name.Text : name.Joined;
        for (var i = 0; i < text.Length; i++)
        {
            grams[(int)(Hash(text.AsSpan(i, Math.Min(2, text.Length - i)), 7) % NameGrams)] += 1;
            if (i + 3 <= text.Length)
                grams[(int)(Hash(text.AsSpan(i, 3), 11) % NameGrams)] += 1;
        }

        Normalize(grams, 1.5f);
    }

    private static void OfValues(IReadOnlyList<string> values, float[] features)
    {
        if (values.Count == 0)
            return;
        var share = 1f / values.Count;
        for (var check = 0; check < Checks.Length; check++)
        {
            var holds = Checks[check];
            var count = 0;
            foreach (var value in values)
                count += holds(value) ? 1 : 0;
            features[check] = count * share;
        }
    }

    private static int OfProfile(ColumnProfile profile, int values, float[] into, int at)
    {
        into[at + (int)profile.Kind] = 1;
        at += 8;
        into[at++] = Log(profile.Values) / 14;
        into[at++] = Log(profile.Distinct) / 14;
        into[at++] = (float)profile.UniqueShare;
        into[at++] = profile.LooksUnique ? 1 : 0;
        into[at++] = (float)profile.NullShare;
        into[at++] = profile.Distinct <= 1 ? 1 : (float)((profile.Entropy ?? 0) / Math.Log2(profile.Distinct));
        into[at++] = (float)(profile.Entropy ?? 0) / 16;
        into[at++] = profile.Distinct <= 2 ? 1 : 0;
        into[at++] = profile.Distinct <= 12 ? 1 : 0;
        into[at++] = profile.Distinct <= 50 ? 1 : 0;
        into[at++] = profile.Frequent.Count > 0 && profile.Values > 0 ? Math.Min(1, profile.Frequent[0].Count / (float)profile.Values) : 0;
        into[at++] = profile.Values == 0 ? 0 : Math.Min(1, profile.LeadingZeros / (float)profile.Values);
        into[at++] = Math.Min(1, values / (float)MostValues);
        return at;
    }

    private static int OfLengths(IReadOnlyList<string> values, float[] into, int at)
    {
        double sum = 0, squares = 0, words = 0, wordSquares = 0, min = double.MaxValue, max = 0;
        foreach (var value in values)
        {
            double length = Math.Min(value.Length, 256);
            sum += length;
            squares += length * length;
            min = Math.Min(min, length);
            max = Math.Max(max, length);
            double count = Math.Min(60, WordsIn(value));
            words += count;
            wordSquares += count * count;
        }

        double n = Math.Max(1, values.Count);
        var mean = sum / n;
        var wordMean = words / n;
        into[at++] = Log(mean) / 6;
        into[at++] = Log(Math.Sqrt(Math.Max(0, (squares / n) - (mean * mean)))) / 5;
        into[at++] = values.Count == 0 ? 0 : Log(min) / 6;
        into[at++] = Log(max) / 6;
        into[at++] = values.Count > 1 && min == max ? 1 : 0;
        into[at++] = Log(wordMean) / 4;
        into[at++] = Log(Math.Sqrt(Math.Max(0, (wordSquares / n) - (wordMean * wordMean)))) / 3;
        foreach (var bound in (ReadOnlySpan<double>)[1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 32, 40, 64])
            into[at++] = values.Count(value => value.Length <= bound) / (float)n;
        foreach (var bound in (ReadOnlySpan<int>)[1, 2, 3, 5, 9])
            into[at++] = values.Count(value => WordsIn(value) <= bound) / (float)n;
        return at;
    }

    private static int OfCharacters(IReadOnlyList<string> values, float[] into, int at)
    {
        Span<long> classes = stackalloc long[6];
        long all = 0;
        var first = into.AsSpan(at + 6, 5);
        var last = into.AsSpan(at + 11, 5);
        var contains = into.AsSpan(at + 16, Marks.Length + 4);
        var share = 1f / Math.Max(1, values.Count);
        foreach (var value in values)
        {
            var seen = 0u;
            bool digit = false, letter = false, han = false, space = false;
            foreach (var c in value.AsSpan(0, Math.Min(value.Length, 120)))
            {
                var kind = KindOf(c);
                classes[kind]++;
                all++;
                digit |= kind == 0;
                letter |= kind is 1 or 2 or 4;
                han |= kind == 3;
                space |= c == ' ';
                if (kind == 5)
                {
                    var mark = Array.IndexOf(Marks, c);
                    if (mark >= 0)
                        seen |= 1u << mark;
                }
            }

            first[Math.Min(4, KindOf(value[0]) is var f && f == 5 ? 4 : f == 4 ? 2 : f)] += share;
            last[Math.Min(4, KindOf(value[^1]) is var l && l == 5 ? 4 : l == 4 ? 2 : l)] += share;
            for (var mark = 0; mark < Marks.Length; mark++)
                contains[mark] += (seen >> mark & 1) * share;
            contains[Marks.Length] += digit && letter ? share : 0;
            contains[Marks.Length + 1] += han ? share : 0;
            contains[Marks.Length + 2] += space ? share : 0;
            contains[Marks.Length + 3] += digit && !letter && !han ? share : 0;
        }

        for (var i = 0; i < 6; i++)
            into[at + i] = classes[i] / (float)Math.Max(1, all);
        return at + 16 + Marks.Length + 4;
    }

    private static int OfNumbers(ColumnSample sample, IReadOnlyList<string> values, float[] into, int at)
    {
        const int Width = 62;
        var numbers = new List<double>(values.Count);
        var places = new int[5];
        int ninetyNine = 0, halves = 0, tens = 0, fives = 0, lead = 0;
        foreach (var value in values)
        {
            if (value.Length > 24 || !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
                continue;
            numbers.Add(number);
            var dot = value.IndexOf('.', StringComparison.Ordinal);
            var decimals = dot < 0 || number == Math.Truncate(number) && value.AsSpan(dot + 1).Trim('0').IsEmpty ? 0 : value.Length - dot - 1;
            places[Math.Min(4, decimals)]++;
            var cents = Math.Round(Math.Abs(number) * 100 % 100);
            ninetyNine += cents is 99 or 95 or 90 or 98 or 88 ? 1 : 0;
            halves += cents is 50 ? 1 : 0;
            tens += number != 0 && number % 10 == 0 ? 1 : 0;
            fives += number != 0 && number % 5 == 0 ? 1 : 0;
            lead += value[0] == '0' && value.Length > 1 && value[1] != '.' ? 1 : 0;
        }

        if (numbers.Count * 2 < values.Count || numbers.Count == 0)
            return at + Width;
        var start = at;
        numbers.Sort();
        var n = (float)numbers.Count;
        double min = numbers[0], max = numbers[^1], p5 = Quantile(numbers, 0.05), q1 = Quantile(numbers, 0.25), median = Quantile(numbers, 0.5), q3 = Quantile(numbers, 0.75), p95 = Quantile(numbers, 0.95);
        into[at++] = 1;
        foreach (var number in (ReadOnlySpan<double>)[min, p5, q1, median, q3, p95, max])
            into[at++] = Math.Sign(number) * Log(Math.Abs(number)) / 20;
        into[at++] = numbers.Count(number => number < 0) / n;
        into[at++] = numbers.Count(number => number == 0) / n;
        foreach (var count in places)
            into[at++] = count / n;
        into[at++] = ninetyNine / n;
        into[at++] = halves / n;
        into[at++] = tens / n;
        into[at++] = fives / n;
        into[at++] = lead / n;
        foreach (var (low, high) in (ReadOnlySpan<(double, double)>)[(0, 1), (-1, 1), (0, 5), (1, 5), (0, 10), (0, 23), (1, 12), (1, 31), (0, 59), (0, 100), (0, 130), (-90, 90), (-180, 180), (1900, 2100), (0, 6), (1, 7), (100, 999), (0.05, 0.3)])
            into[at++] = p5 >= low && p95 <= high ? 1 : 0;
        foreach (var (low, high) in (ReadOnlySpan<(double, double)>)[(6e8, 2.1e9), (6e11, 2.1e12), (1e7, 1e8), (1e9, 1e10), (1e10, 2e10), (1e5, 1e6), (1e4, 1e5), (1e11, 1e15), (1.9e7, 2.1e7)])
            into[at++] = min >= low && max < high ? 1 : 0;
        into[at++] = min == 1 ? 1 : 0;
        into[at++] = min == 0 ? 1 : 0;
        var distinct = Math.Max(1, sample.Profile.Distinct);
        into[at++] = (float)Math.Min(1, (max - min + 1) / distinct is var spread && spread > 0 ? 1 / spread : 0);
        into[at++] = Log((max - min + 1) / distinct) / 20;
        var deviation = sample.Profile.StandardDeviation ?? 0;
        var mean = sample.Profile.Mean ?? median;
        into[at++] = mean == 0 ? 0 : (float)Math.Min(3, deviation / Math.Abs(mean)) / 3;
        into[at++] = (float)Math.Clamp((sample.Profile.Skewness ?? 0) / 10, -1, 1);
        into[at++] = (float)Math.Clamp((sample.Profile.Kurtosis ?? 0) / 50, -1, 1);
        into[at++] = (float)(max > min ? (median - min) / (max - min) : 0.5);
        into[at++] = Math.Abs(min) >= 1 && max >= 1 && Digits(min) == Digits(max) ? 1 : 0;
        into[at++] = Digits(max) / 20f;
        into[at++] = Digits(median) / 20f;
        into[at++] = sample.Profile.Whole ? 1 : 0;
        if (at - start > Width)
            throw new InvalidOperationException($"{at - start} features of numbers do not fit into {Width} places.");
        return start + Width;
    }

    private static void OfShapes(IReadOnlyList<string> values, Span<float> into)
    {
        if (values.Count == 0)
            return;
        var share = 1f / values.Count;
        foreach (var value in values)
            into[(int)(Hash(ValueShape.Of(value.Length > 24 ? value[..24] : value), 3) % Shapes)] += share;
    }

    private static void OfText(IReadOnlyList<string> values, Span<float> grams, Span<float> words)
    {
        Span<char> gram = stackalloc char[3];
        foreach (var value in values)
        {
            var length = Math.Min(value.Length, 48);
            if (!value.AsSpan(0, length).ContainsAnyExcept(NumberSigns))
                continue;
            var weight = 1f / MathF.Sqrt(Math.Max(4, length));
            for (var i = -1; i < length - 1; i++)
            {
                gram[0] = i < 0 ? '^' : Fold(value[i]);
                gram[1] = Fold(value[i + 1]);
                gram[2] = i + 2 < length ? Fold(value[i + 2]) : '$';
                grams[(int)(Hash(gram[..2], 17) % Grams)] += weight;
                grams[(int)(Hash(gram, 23) % Grams)] += weight;
            }

            foreach (var word in value.AsSpan(0, length).SplitAny(' ', '-', '_', '/', ',', '.'))
            {
                var text = value.AsSpan(word);
                if (text.Length >= 2)
                    words[(int)(HashFolded(text, 29) % Words)] += weight;
            }
        }

        Normalize(grams, 3);
        Normalize(words, 2);
    }

    private static bool AnyName(string value)
    {
        foreach (var word in value.AsSpan().SplitAny(' ', ',', '.', '-'))
        {
            if (PersonNames.Given.GetAlternateLookup<ReadOnlySpan<char>>().Contains(value.AsSpan(word)))
                return true;
        }

        return false;
    }

    private static bool LastWordIsFamily(string value) => value.LastIndexOf(' ') is > 0 and var at && PersonNames.Family.GetAlternateLookup<ReadOnlySpan<char>>().Contains(value.AsSpan(at + 1));

    private static bool ChineseGivenEnd(string value) => value.Length is 2 or 3 && (PersonNames.ChineseGiven.Contains(value[^1]) || value[^1] == '*');

    private static bool HasStreetWord(string value)
    {
        foreach (var word in value.AsSpan().SplitAny(' ', ',', '.'))
        {
            if (word.Start.Value > 0 && Places.StreetWords.GetAlternateLookup<ReadOnlySpan<char>>().Contains(value.AsSpan(word)))
                return true;
        }

        return false;
    }

    private static bool StreetWithNumber(string value) => value.Any(char.IsAsciiDigit) && HasStreetWord(value);

    private static bool HasExtension(string value) => value.LastIndexOf('.') is > 0 and var dot && value.Length - dot is >= 3 and <= 6 && value.AsSpan(dot + 1).IndexOfAnyExceptInRange('a', 'z') < 0;

    private static bool TwoNameWords(string value) => value.Split(' ') is { Length: 2 or 3 } parts && parts.All(part => part.Length > 0 && char.IsUpper(part[0]) && part.Skip(1).All(c => char.IsLower(c) || c is '\'' or '-' or '.'));

    private static bool IsSentence(string value) => value.Length > 8 && (WordsIn(value) >= 4 && value[^1] is '.' or '?' or '!' || value.AsSpan().IndexOfAny("，。？！；") >= 0);

    private static bool HasSentiment(string value)
    {
        if (value.Length < 4)
            return false;
        foreach (var word in value.AsSpan().SplitAny(' ', ',', '.', '!', '?'))
        {
            if (Sentiment.GetAlternateLookup<ReadOnlySpan<char>>().Contains(value.AsSpan(word)))
                return true;
        }

        return ChineseSentiment.Any(word => value.Contains(word, StringComparison.Ordinal));
    }

    private static bool HasStopWord(string value)
    {
        foreach (var word in value.AsSpan().SplitAny(' ', ',', '.', '!', '?', '\''))
        {
            if (StopWords.GetAlternateLookup<ReadOnlySpan<char>>().Contains(value.AsSpan(word)))
                return true;
        }

        return false;
    }

    private static bool AllUpper(string value) => value.Any(char.IsLetter) && !value.Any(char.IsLower);

    private static bool AllLower(string value) => value.Any(char.IsLetter) && !value.Any(char.IsUpper);

    private static bool TitleCase(string value) => char.IsUpper(value[0]) && value.Any(char.IsLower);

    private static bool HexOnly(string value) => value.Length >= 6 && value.All(char.IsAsciiHexDigit);

    private static bool StartsWithLetterThenDigits(string value) => value.Length >= 3 && char.IsAsciiLetter(value[0]) && char.IsAsciiDigit(value[^1]) && value.Count(char.IsAsciiDigit) * 2 >= value.Length;

    private static bool UpperSnake(string value) => value.Length > 2 && value.All(c => char.IsAsciiLetterUpper(c) || c == '_');

    private static bool IsYear(string value) => value.Length == 4 && (value[0] is '1' && value[1] is '8' or '9' || value[0] is '2' && value[1] is '0') && value.All(char.IsAsciiDigit);

    private static bool IsDayNumber(string value) => value.Length == 8 && value.All(char.IsAsciiDigit) && DateOnly.TryParseExact(value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1900 and <= 2100;

    private static bool ShortHan(string value) => value.Length is >= 2 and <= 4 && value.All(ValueChecks.IsHan);

    private static bool LongHan(string value) => value.Count(ValueChecks.IsHan) >= 10;

    private static bool HasDigitsInside(string value) => value.Length > 4 && char.IsLetter(value[0]) && value.AsSpan(1, value.Length - 2).ContainsAnyInRange('0', '9');

    private static bool EndsWithDigit(string value) => char.IsAsciiDigit(value[^1]) && char.IsLetter(value[0]);

    private static int KindOf(char c) => c switch
    {
        >= '0' and <= '9' => 0,
        >= 'A' and <= 'Z' => 1,
        >= 'a' and <= 'z' => 2,
        _ when ValueChecks.IsHan(c) => 3,
        _ when char.IsLetter(c) => 4,
        _ => 5,
    };

    private static int WordsIn(string value) => value.AsSpan().Count(' ') + 1;

    private static int Digits(double value) => Math.Abs(value) < 1 ? 0 : (int)Math.Min(20, Math.Floor(Math.Log10(Math.Abs(value))) + 1);

    private static double Quantile(List<double> sorted, double share) => sorted[(int)Math.Round(share * (sorted.Count - 1))];

    private static float Log(double value) => (float)Math.Log(1 + Math.Max(0, value));

    private static char Fold(char c) => c switch
    {
        >= '0' and <= '9' => '0',
        _ => char.ToLowerInvariant(c),
    };

    private static uint Hash(ReadOnlySpan<char> text, uint seed)
    {
        var hash = 2166136261u ^ (seed * 0x9E3779B9u);
        foreach (var c in text)
            hash = (hash ^ c) * 16777619u;
        return hash ^ (hash >> 15);
    }

    private static uint HashFolded(ReadOnlySpan<char> text, uint seed)
    {
        var hash = 2166136261u ^ (seed * 0x9E3779B9u);
        foreach (var c in text)
            hash = (hash ^ Fold(c)) * 16777619u;
        return hash ^ (hash >> 15);
    }

    private static void Normalize(Span<float> values, float length)
    {
        var sum = 0f;
        foreach (var value in values)
            sum += value * value;
        if (sum == 0)
            return;
        var scale = length / MathF.Sqrt(sum);
        for (var i = 0; i < values.Length; i++)
            values[i] *= scale;
    }

    private static FrozenSet<string> Set(string list) => list.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
