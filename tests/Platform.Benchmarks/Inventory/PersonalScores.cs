using Platform.Inventory.Personal;

namespace Platform.Benchmarks.Inventory;

/// <summary>
/// The measures. English: each token of <see cref="WordTokens"/> that has a letter or a digit has one true kind (of the span that it lies in, or none) and one found kind.
/// Type-aware: found and true kind are the same; type-blind: both are some kind. F2 weighs recall twice. Chinese: a span counts where its kind and both its ends are right.
/// </summary>
internal static class PersonalScores
{
    public static void English(string title, IReadOnlyList<KnownText> texts, bool print, EnglishTagger? tagger = null)
    {
        var counts = new SortedDictionary<string, (int Right, int Missed, int Wrong)>(StringComparer.Ordinal);
        var confused = new Dictionary<(string True, string Found), int>();
        int right = 0, missed = 0, wrong = 0, blindRight = 0, blindMissed = 0, blindWrong = 0;
        var tokens = new List<Token>();
        foreach (var text in texts)
        {
            var spans = PersonalFinder.FindPart(text.Text, 0.5, tagger);
            tokens.Clear();
            WordTokens.Split(text.Text, tokens);
            var slips = new List<string>();
            foreach (var token in tokens.Where(token => text.Text.AsSpan(token.Start, token.Length).ContainsAnyLetterOrDigit()))
            {
                var truth = text.Spans.Where(span => span.Start < token.End && span.Start + span.Length > token.Start).Select(span => (PersonalKind?)span.Kind).FirstOrDefault();
                var found = spans.Where(span => span.Start < token.End && span.End > token.Start).Select(span => (PersonalKind?)Same(span.Kind)).FirstOrDefault();
                if (truth == found && truth is null)
                    continue;
                if (truth is { } t)
                    counts[PersonalKinds.NameOf(t)] = Plus(counts.GetValueOrDefault(PersonalKinds.NameOf(t)), truth == found ? 1 : 0, truth == found ? 0 : 1, 0);
                if (found is { } f && truth != found)
                    counts[PersonalKinds.NameOf(f)] = Plus(counts.GetValueOrDefault(PersonalKinds.NameOf(f)), 0, 0, 1);
                right += truth == found ? 1 : 0;
                missed += truth is not null && truth != found ? 1 : 0;
                wrong += found is not null && truth != found ? 1 : 0;
                blindRight += truth is not null && found is not null ? 1 : 0;
                blindMissed += found is null ? 1 : 0;
                blindWrong += truth is null ? 1 : 0;
                if (truth == found)
                    continue;
                var pair = (Name(truth), Name(found));
                confused[pair] = confused.GetValueOrDefault(pair) + 1;
                slips.Add($"{text.Text.Substring(token.Start, token.Length)} [{pair.Item1} > {pair.Item2}]");
            }

            if (print && slips.Count > 0)
                Console.WriteLine($"    {text.Text.ReplaceLineEndings("⏎")}\n        {string.Join("; ", slips)}");
        }

        Console.WriteLine($"{title}: {texts.Count} texts, {texts.Select(text => text.Frame).Distinct().Count()} frames");
        Console.WriteLine($"  type-aware  {Figures(right, missed, wrong)}");
        Console.WriteLine($"  type-blind  {Figures(blindRight, blindMissed, blindWrong)}");
        foreach (var (kind, count) in counts)
            Console.WriteLine($"    {kind,-18} {Figures(count.Right, count.Missed, count.Wrong)}  tokens {count.Right + count.Missed}");
        Console.WriteLine($"  most confused (true > found): {string.Join(", ", confused.OrderByDescending(pair => pair.Value).Take(16).Select(pair => $"{pair.Key.True} > {pair.Key.Found} {pair.Value}"))}");
    }

    public static void Chinese(string title, IReadOnlyList<(string Text, string[] Labels)> sentences)
    {
        var counts = new SortedDictionary<string, (int Right, int Missed, int Wrong)>(StringComparer.Ordinal);
        foreach (var (text, labels) in sentences)
        {
            var truth = new HashSet<(string, int, int)>();
            for (var at = 0; at < labels.Length;)
            {
                if (labels[at] == "O")
                {
                    at++;
                    continue;
                }

                var start = at++;
                while (at < labels.Length && labels[at] == "I" + labels[start][1..])
                    at++;
                truth.Add((labels[start][2..], start, at - start));
            }

            var hits = new List<PersonalSpan>();
            ChineseTagger.Instance.Find(text, hits, 0.5);
            var found = hits.Select(hit => (PersonalKinds.NameOf(hit.Kind), hit.Start, hit.Length)).ToHashSet();
            foreach (var span in truth)
                counts[span.Item1] = Plus(counts.GetValueOrDefault(span.Item1), found.Contains(span) ? 1 : 0, found.Contains(span) ? 0 : 1, 0);
            foreach (var span in found.Where(span => !truth.Contains(span)))
                counts[span.Item1] = Plus(counts.GetValueOrDefault(span.Item1), 0, 0, 1);
        }

        Console.WriteLine($"{title}: {sentences.Count:n0} sentences");
        Console.WriteLine($"  spans       {Figures(counts.Values.Sum(count => count.Right), counts.Values.Sum(count => count.Missed), counts.Values.Sum(count => count.Wrong))}");
        foreach (var (kind, count) in counts)
            Console.WriteLine($"    {kind,-18} {Figures(count.Right, count.Missed, count.Wrong)}  spans {count.Right + count.Missed:n0}");
    }

    private static bool ContainsAnyLetterOrDigit(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c))
                return true;
        }

        return false;
    }

    // The labelled texts call a day of birth a date.
    private static PersonalKind Same(PersonalKind kind) => kind == PersonalKind.DateOfBirth ? PersonalKind.Date : kind;

    private static string Name(PersonalKind? kind) => kind is { } some ? PersonalKinds.NameOf(some) : "none";

    private static (int Right, int Missed, int Wrong) Plus((int Right, int Missed, int Wrong) a, int right, int missed, int wrong) => (a.Right + right, a.Missed + missed, a.Wrong + wrong);

    private static string Figures(int right, int missed, int wrong)
    {
        double precision = right / Math.Max(1.0, right + wrong), recall = right / Math.Max(1.0, right + missed);
        return $"precision {precision:0.000} recall {recall:0.000} F1 {Measure(precision, recall, 1):0.000} F2 {Measure(precision, recall, 2):0.000}";
    }

    private static double Measure(double precision, double recall, double beta) => precision + recall == 0 ? 0 : (1 + (beta * beta)) * precision * recall / ((beta * beta * precision) + recall);
}
