using Platform.Inventory.Profile;

namespace Platform.Inventory.Classify;

/// <summary>Judges columns of texts by dictionaries and by what the texts are like.</summary>
internal static class TextJudge
{
    public static ColumnVerdict Judge(ColumnSample sample)
        => Digits(sample) ?? Words(sample) ?? Names(sample) ?? Addresses(sample) ?? Form(sample) ?? Text(sample);

    // Digits with leading zeros are profiled as text.
    private static ColumnVerdict? Digits(ColumnSample sample)
    {
        if (sample.Share(value => value.All(char.IsAsciiDigit)) < 0.9)
            return null;
        if (NumberJudge.IsPostcodeForm(sample) && sample.Profile.UniqueShare < 0.9)
            return ColumnJudge.Verdict(sample, "postcode", sample.Named("zip", "zipcode", "postcode", "postal", "邮编") ? 0.95 : 0.7, value => value.Length is >= 4 and <= 6, "digits-with-leading-zeros", ColumnRole.Attribute);
        return ColumnJudge.Verdict(sample, "code", 0.7, _ => true, "digits-with-leading-zeros", sample.Profile.LooksUnique ? ColumnRole.Key : ColumnRole.Attribute);
    }

    private static ColumnVerdict? Words(ColumnSample sample)
    {
        (string Type, Func<string, bool> Holds, double Least, int Fewest, string Rule, ColumnRole Role)[] lists =
        [
            ("flag", ValueChecks.IsFlag, 0.99, 1, "yes-no-words", ColumnRole.Category),
            ("gender", ValueChecks.IsGender, 0.9, 2, "gender-words", ColumnRole.Category),
            ("weekday", ValueChecks.IsWeekday, 0.9, 2, "weekday-words", ColumnRole.Time),
            ("month", ValueChecks.IsMonth, 0.9, 2, "month-words", ColumnRole.Time),
            ("currency", Places.Currencies.Contains, 0.9, 1, "currency-codes", ColumnRole.Category),
            ("country", Places.Countries.Contains, 0.65, 2, "country-names", ColumnRole.Category),
            ("region", Places.Regions.Contains, 0.6, 2, "region-names", ColumnRole.Category),
            ("color", ValueChecks.IsColor, 0.6, 4, "color-words", ColumnRole.Category),
        ];
        foreach (var (type, holds, least, fewest, rule, role) in lists)
        {
            var share = Math.Max(sample.Share(holds), sample.RowShare(holds));
            // M and F alone could be anything: two values need the name or whole words.
            if (share < least || sample.Values.Count < fewest)
                continue;
            var letters = sample.Values.All(value => value.Length == 1);
            var named = type == "gender" && sample.Named("gender", "sex", "性别");
            if (type == "gender" && letters && !named && !sample.IsUnnamed)
                continue;
            return ColumnJudge.Verdict(sample, type, (letters && !named ? 0.45 : 0.6) + (0.35 * sample.Sure(share)), holds, rule, role);
        }

        var states = Math.Max(sample.Share(Places.UsStates.Contains), sample.RowShare(Places.UsStates.Contains));
        var countries = sample.Share(Places.CountryCodes.Contains);
        if (states >= 0.95 && (sample.Values.Count >= 5 || sample.Named("state", "province", "省份")) && states >= countries)
            return ColumnJudge.Verdict(sample, "region", 0.5 + (0.45 * sample.Sure(states)), Places.UsStates.Contains, "us-state-codes", ColumnRole.Category);
        if (countries >= 0.95 && (sample.Values.Count >= 5 || sample.Named("country", "国家")))
            return ColumnJudge.Verdict(sample, "country_code", 0.5 + (0.4 * sample.Sure(countries)), Places.CountryCodes.Contains, "country-codes", ColumnRole.Category);
        return null;
    }

    private static ColumnVerdict? Names(ColumnSample sample)
    {
        var profile = sample.Profile;
        // A county, a company or a brewery has a name too, often a person's.
        var other = sample.Named("county", "city", "town", "suburb", "state", "country", "street", "company", "brand", "product", "item", "file", "host", "brewery", "hospital", "school", "category", "style", "type", "color", "colour", "class", "title", "species", "team", "event");
        var named = !other && sample.Named("name", "first", "last", "given", "surname", "family", "firstname", "lastname", "fullname", "customer", "contact", "person", "姓名", "名字", "联系人", "收货人", "客户");
        var enough = sample.Values.Count >= (named ? 5 : 12);
        var cities = sample.Share(Places.Cities.Contains);
        if (enough)
        {
            var words = sample.Share(ValueChecks.IsNameWord);
            var given = sample.Share(PersonNames.Given.Contains);
            var family = sample.Share(PersonNames.Family.Contains);
            var best = Math.Max(given, family);
            if (words >= 0.85 && best >= (named ? 0.18 : other ? 0.6 : 0.3) && best > cities)
            {
                var isGiven = sample.Named("first", "given", "firstname") || given >= family && !sample.Named("last", "surname", "family", "lastname");
                return ColumnJudge.Verdict(sample, isGiven ? "given_name" : "family_name", Math.Min(0.97, 0.5 + (0.6 * best) + (named ? 0.1 : 0)), isGiven ? PersonNames.Given.Contains : PersonNames.Family.Contains, isGiven ? "given-name-dictionary" : "family-name-dictionary", ColumnRole.Attribute);
            }

            static bool full(string value)
            {
                var parts = value.Split([' ', ',', '.'], StringSplitOptions.RemoveEmptyEntries);
                return parts.Length is >= 2 and <= 4 && parts.All(part => part.Length == 1 || ValueChecks.IsNameWord(part)) && parts.Any(PersonNames.Given.Contains) && (PersonNames.Given.Contains(parts[0]) || PersonNames.Family.Contains(parts[0]) && value.Contains(',', StringComparison.Ordinal));
            }

            var people = sample.Share(full);
            if (people >= (named ? 0.3 : other ? 0.7 : 0.45))
                return ColumnJudge.Verdict(sample, "person_name", Math.Min(0.95, 0.45 + (0.5 * people) + (named ? 0.1 : 0)), full, "full-name-dictionary", ColumnRole.Attribute);
        }

        var chinese = sample.Share(ValueChecks.IsChineseName);
        var endings = sample.Share(value => value.Length is 2 or 3 && (PersonNames.ChineseGiven.Contains(value[^1]) || value[^1] == '*'));
        if (chinese >= 0.8 && enough && (named || sample.Values.Count >= 20 && endings >= 0.3) && cities < 0.3)
            return ColumnJudge.Verdict(sample, "person_name", Math.Min(0.97, 0.3 + (0.4 * chinese) + (0.3 * endings) + (named ? 0.15 : 0)), ValueChecks.IsChineseName, "chinese-family-names", ColumnRole.Attribute);
        var place = sample.Named("city", "town", "suburb", "城市");
        if (place && cities >= 0.05 && sample.Values.Count >= 3 && profile.MaxLength < 60)
            return ColumnJudge.Verdict(sample, "city", Math.Min(0.95, 0.7 + (0.5 * cities)), Places.Cities.Contains, "city-dictionary", ColumnRole.Category, "The name says so too.");
        if (cities >= 0.3 && sample.Values.Count >= 5 && profile.MaxLength < 40)
            return ColumnJudge.Verdict(sample, "city", Math.Min(0.95, 0.45 + (0.5 * cities)), Places.Cities.Contains, "city-dictionary", ColumnRole.Category);
        return null;
    }

    private static ColumnVerdict? Addresses(ColumnSample sample)
    {
        var numbered = sample.Share(value => ValueChecks.IsStreet(value, out var number) && number);
        var form = sample.Share(ValueChecks.HasStreetForm);
        if (sample.Values.Count >= 5 && (numbered >= 0.5 && numbered + form >= 1.1 || form >= 0.8 && numbered >= 0.3))
            return ColumnJudge.Verdict(sample, "street_address", Math.Min(0.97, 0.45 + (0.3 * numbered) + (0.25 * form)), value => ValueChecks.HasStreetForm(value) || ValueChecks.IsStreet(value, out _), "number-and-street-words", ColumnRole.Attribute);
        var streets = sample.Share(value => ValueChecks.IsStreet(value, out _) && value.Length < 60);
        if (streets >= 0.6 && sample.Values.Count >= 20 && sample.Share(value => value.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: >= 2 and <= 5 } words && Places.StreetWords.Contains(words[^1])) >= 0.6)
            return ColumnJudge.Verdict(sample, "street_address", Math.Min(0.9, 0.35 + (0.5 * streets)), value => ValueChecks.IsStreet(value, out _), "street-words", ColumnRole.Attribute);
        var chinese = sample.Share(ValueChecks.IsChineseAddress);
        if (chinese >= 0.6 && sample.Values.Count >= 3)
            return ColumnJudge.Verdict(sample, "address", Math.Min(0.97, 0.45 + (0.5 * sample.Sure(chinese))), ValueChecks.IsChineseAddress, "chinese-address-words", ColumnRole.Attribute);
        // Where the people live in several countries, neither form alone is the most.
        static bool either(string value) => ValueChecks.IsFullChineseAddress(value) || ValueChecks.IsStreet(value, out _) && value.Any(char.IsAsciiDigit);
        var mixed = sample.Share(either);
        return mixed >= 0.8 && sample.Values.Count >= 20 && sample.Share(ValueChecks.IsFullChineseAddress) >= 0.05
            ? ColumnJudge.Verdict(sample, "address", Math.Min(0.95, 0.45 + (0.5 * sample.Sure(mixed))), either, "addresses-of-several-countries", ColumnRole.Attribute)
            : null;
    }

    private static ColumnVerdict? Form(ColumnSample sample)
    {
        static bool json(string value) => value.Length > 1 && (value[0] == '{' && value.Contains("\":", StringComparison.Ordinal));
        static bool list(string value) => value.Length > 1 && value[0] == '[';
        if (sample.Share(json) >= 0.9)
            return ColumnJudge.Verdict(sample, "json", 0.9, json, "json-form", ColumnRole.Attribute);
        if (sample.Share(list) >= 0.9)
            return ColumnJudge.Verdict(sample, "list", 0.85, list, "list-form", ColumnRole.Attribute);
        static bool numbers(string value) => value.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries) is { Length: >= 3 } items && items.All(item => item.All(c => char.IsAsciiDigit(c) || c is '.' or '-'));
        if (sample.Share(numbers) >= 0.9)
            return ColumnJudge.Verdict(sample, "list", 0.85, numbers, "numbers-in-a-row", ColumnRole.Attribute);
        if (sample.Share(ValueChecks.IsFilePath) >= 0.9)
            return ColumnJudge.Verdict(sample, "file_path", 0.8, ValueChecks.IsFilePath, "path-form", ColumnRole.Attribute);
        static bool coordinates(string value) => value.Split(',') is { Length: 2 } pair && pair.All(part => double.TryParse(part, System.Globalization.CultureInfo.InvariantCulture, out var number) && Math.Abs(number) <= 180 && part.Contains('.', StringComparison.Ordinal));
        return sample.Share(coordinates) >= 0.9 ? ColumnJudge.Verdict(sample, "coordinates", 0.8, coordinates, "pair-of-degrees", ColumnRole.Attribute) : null;
    }

    private static ColumnVerdict Text(ColumnSample sample)
    {
        var profile = sample.Profile;
        var length = profile.MeanLength ?? 0;
        var chinese = sample.Values.Sum(value => value.Count(ValueChecks.IsHan)) / (double)Math.Max(1, sample.Values.Sum(value => value.Length));
        var words = sample.Values.Average(value => value.Count(c => c == ' ') + 1);
        var isChinese = chinese > 0.3;
        if (profile.Distinct == 1)
            return ColumnJudge.Verdict(sample, "constant", 0.9, _ => true, "one-value", ColumnRole.Attribute);
        var few = profile.Distinct <= 30 || profile.Distinct <= 300 && profile.UniqueShare < 0.02;
        if (few && profile.UniqueShare < 0.5 && length < 40)
        {
            var status = sample.Named("status", "状态") || sample.Share(value => value.Length > 3 && value.All(c => char.IsAsciiLetterUpper(c) || c == '_')) >= 0.9;
            return ColumnJudge.Verdict(sample, status ? "status" : "category", 0.8, _ => true, "few-values", ColumnRole.Category);
        }

        if (isChinese ? length > 12 || sample.Share(value => value.Any(c => c is '，' or '。' or '？' or '！')) > 0.3 : length > 60 || words > 8 || words >= 4 && sample.Share(value => value.Length > 0 && value[^1] is '.' or '?' or '!') > 0.3)
            return InText(ColumnJudge.Verdict(sample, isChinese ? "free_text_zh" : "free_text", 0.85, _ => true, "sentences", ColumnRole.Text), sample);
        static bool code(string value) => value.Length is >= 2 and <= 40 && !value.Contains(' ', StringComparison.Ordinal) && value.Any(char.IsAsciiDigit) && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '#' or ':');
        var codes = sample.Share(code);
        if (codes >= 0.7)
            return ColumnJudge.Verdict(sample, "code", 0.5 + (0.4 * sample.Sure(codes)), code, "letters-and-digits", profile.LooksUnique ? ColumnRole.Key : sample.Named("id", "code", "sku", "no", "key") ? ColumnRole.Reference : ColumnRole.Attribute);
        return words >= 1.5 || isChinese && length >= 3
            ? ColumnJudge.Verdict(sample, "title", 0.6, _ => true, "short-texts", ColumnRole.Attribute)
            : ColumnJudge.Verdict(sample, profile.UniqueShare < 0.1 ? "category" : "text", 0.5, _ => true, "words", profile.UniqueShare < 0.1 ? ColumnRole.Category : ColumnRole.Attribute);
    }

    private static ColumnVerdict InText(ColumnVerdict verdict, ColumnSample sample)
    {
        var inside = PersonalText.Find(sample.Values);
        return inside.Count == 0 ? verdict : verdict with { Inside = inside, Personal = inside.Values.Max() >= 0.02 ? PersonalClass.InText : PersonalClass.None };
    }
}
