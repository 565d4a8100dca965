using Platform.Inventory.Personal;

namespace Platform.Benchmarks.Inventory;

/// <summary>Makes the weights of the two taggers. The same data and seed give the same weights.</summary>
internal static class PersonalTraining
{
    private const int Seed = 20_260_101;
    private const double HideOthers = 4;

    /// <summary>Labels of the English tagger: the kinds that the labelled texts have.</summary>
    private static readonly string[] EnglishLabels = ["O", .. new[]
    {
        PersonalKind.PersonName, PersonalKind.Address, PersonalKind.Place, PersonalKind.Organization, PersonalKind.BankCard, PersonalKind.Date, PersonalKind.Title, PersonalKind.Age, PersonalKind.Group,
        PersonalKind.Phone, PersonalKind.Url, PersonalKind.Email, PersonalKind.Iban, PersonalKind.NationalId, PersonalKind.Postcode, PersonalKind.IpAddress, PersonalKind.DrivingLicence,
    }.Select(PersonalKinds.NameOf)];

    private static readonly string[] ChineseLabels = ["O", "B-person_name", "I-person_name", "B-place", "I-place", "B-organization", "I-organization"];

    /// <summary>Learns from texts that may be tuned on, from frames filled with made-up values, and from reviews and questions that hold nothing personal.</summary>
    public static TaggerFile English(string data, IReadOnlyList<KnownText> tuning, int perFrame = 30, int epochs = 6, int plainTexts = 8_000)
    {
        var sentences = new PersonalSentences(Seed, tuning);
        var plain = Plain(data);
        var common = Common(plain);
        var lexicon = sentences.Lexicon();
        foreach (var word in common)
            lexicon[word] = lexicon.GetValueOrDefault(word) | WordKinds.Common;
        var known = lexicon.GroupBy(word => FeatureHash.Lower(word.Key)).ToDictionary(group => group.Key, group => group.Aggregate(WordKinds.None, (kinds, word) => kinds | word.Value));
        var trainer = new TaggerTrainer(EnglishLabels, Seed);
        var random = new Random(Seed);
        foreach (var text in tuning)
        {
            Add(trainer, text, known, random, hide: 0.15);
            Add(trainer, text, known, random, hide: 0.5);
            Add(trainer, sentences.Exchange(text), known, random, hide: 0.3);
            Add(trainer, sentences.Exchange(text), known, random, hide: 0.5);
        }

        foreach (var frame in PersonalFrames.All)
        {
            for (var i = 0; i < perFrame; i++)
                Add(trainer, sentences.Fill(frame), known, random, hide: i % 2 == 0 ? 0.2 : 0.5);
        }

        foreach (var text in plain.Where(text => !Suspicious(text, lexicon)).Take(plainTexts))
            Add(trainer, new KnownText(text, text, []), known, random, hide: 0.1);
        return trainer.Train(epochs, leastSeen: 3, leastWeight: 2, known, "English: half of pii-text by the hash of its frames, frames of PersonalFrames filled by Bogus 34.0.2 and that half's values, reviews-en and intents-en as texts without personal data; weights only. Made by: dotnet run -c Release --project tests/Platform.Benchmarks -- personal-text train DATA FOLDER");
    }

    /// <summary>Learns from the half of the Chinese sentences that may be tuned on.</summary>
    public static TaggerFile Chinese(IEnumerable<(string Text, string[] Labels)> tuning, int epochs = 6)
    {
        var trainer = new TaggerTrainer(ChineseLabels, Seed);
        Span<uint> features = stackalloc uint[CharFeatures.Most];
        foreach (var (text, labels) in tuning)
        {
            var normal = text.Select(CharFeatures.Normal).ToArray();
            var rows = new uint[text.Length][];
            for (var at = 0; at < text.Length; at++)
                rows[at] = features[..CharFeatures.OfPlace(normal, at, features)].ToArray();
            trainer.Add(rows, [.. labels.Select(label => (byte)Array.IndexOf(ChineseLabels, label))]);
        }

        return trainer.Train(epochs, leastSeen: 2, leastWeight: 2, new Dictionary<uint, WordKinds>(), "Chinese: half of entities-zh by the hash of its sentences; weights only. Made by: dotnet run -c Release --project tests/Platform.Benchmarks -- personal-text train DATA FOLDER");
    }

    private static void Add(TaggerTrainer trainer, KnownText text, Dictionary<uint, WordKinds> known, Random random, double hide)
    {
        var tokens = new List<Token>();
        WordTokens.Split(text.Text, tokens);
        if (tokens.Count == 0)
            return;
        var hits = new List<PersonalSpan>();
        FormatScanner.Find(text.Text, hits);
        var all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens);
        var truth = new byte[tokens.Count];
        var words = new WordInfo[tokens.Count];
        for (var at = 0; at < tokens.Count; at++)
        {
            var token = tokens[at];
            var span = text.Spans.FirstOrDefault(span => span.Start < token.End && span.Start + span.Length > token.Start);
            truth[at] = span is null ? (byte)0 : (byte)Array.IndexOf(EnglishLabels, PersonalKinds.NameOf(span.Kind));
            var word = text.Text.AsSpan(token.Start, token.Length);
            var kinds = known.GetValueOrDefault(FeatureHash.Lower(word));
            // Most names of tomorrow are in no list: some are hidden, so that form and neighbours have to tell.
            var rate = truth[at] != 0 ? hide : hide / HideOthers;
            var hidden = char.IsLetter(word[0]) && random.NextDouble() < rate;
            if (char.IsLetter(word[0]) && random.NextDouble() < rate)
                kinds = truth[at] == 0 ? kinds & ~WordKinds.Common : WordKinds.None;
            words[at] = new WordInfo(word, kinds, hidden ? (uint)random.NextInt64() | 1 : null);
        }

        var rules = new byte[tokens.Count];
        var lines = new int[tokens.Count];
        EnglishTagger.Lines(all, lines);
        EnglishTagger.Rules(all, hits, rules);
        var rows = new uint[tokens.Count][];
        Span<uint> features = stackalloc uint[WordFeatures.MostOfPlace + (5 * WordFeatures.MostOfWord)];
        for (var at = 0; at < tokens.Count; at++)
        {
            var count = WordFeatures.OfPlace(words, all, rules, lines, at, features);
            for (var offset = -2; offset <= 2; offset++)
            {
                if (at + offset >= 0 && at + offset < words.Length)
                    count += WordFeatures.OfWord(words[at + offset], offset, features[count..]);
            }

            rows[at] = features[..count].ToArray();
        }

        trainer.Add(rows, truth);
    }

    /// <summary>Reviews and questions to a bank, which seldom name anybody.</summary>
    private static List<string> Plain(string data)
    {
        var texts = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(data, "intents-en", "train.csv")).Skip(1))
            texts.Add(line[..Math.Max(0, line.LastIndexOf(','))].Trim('"'));
        foreach (var line in File.ReadLines(Path.Combine(data, "reviews-en", "womens_clothing_reviews.csv")).Skip(1).Where(line => line.Length > 80).Take(8_000))
        {
            var from = line.IndexOf(",\"", StringComparison.Ordinal);
            var to = line.LastIndexOf('"');
            if (from > 0 && to > from + 2)
                texts.AddRange(line[(from + 2)..to].Split(". ", StringSplitOptions.RemoveEmptyEntries).Where(sentence => sentence.Length > 8));
        }

        new Random(Seed).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(texts));
        return texts;
    }

    private static HashSet<string> Common(List<string> texts)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var tokens = new List<Token>();
        foreach (var text in texts)
        {
            tokens.Clear();
            WordTokens.Split(text, tokens);
            foreach (var token in tokens)
            {
                var word = text.Substring(token.Start, token.Length);
                if (word.All(char.IsAsciiLetterLower))
                    counts[word] = counts.GetValueOrDefault(word) + 1;
            }
        }

        return [.. counts.Where(word => word.Value >= 3).Select(word => word.Key)];
    }

    // A name in a text that is called plain would be learned as none.
    private static bool Suspicious(string text, Dictionary<string, WordKinds> lexicon)
    {
        var tokens = new List<Token>();
        WordTokens.Split(text, tokens);
        for (var at = 0; at < tokens.Count; at++)
        {
            var word = text.Substring(tokens[at].Start, tokens[at].Length);
            var kinds = lexicon.GetValueOrDefault(word.ToLowerInvariant());
            if (char.IsUpper(word[0]) && at > 0 && kinds != WordKinds.None && (kinds & WordKinds.Common) == 0 || (kinds & (WordKinds.Country | WordKinds.Nation)) != 0)
                return true;
        }

        return PersonalFinder.FindForms(text).Count > 0;
    }
}
