using Platform.Inventory.Relate;

namespace Platform.Benchmarks.Inventory;

/// <summary>Prints how ranked pairs compare with the truth.</summary>
internal static class RelationScore
{
    /// <summary>One data set: how many true ones are found, whether all rank above every false one, and the surest false one.</summary>
    public static void Print(string name, IReadOnlyList<RankedReference> ranked, IReadOnlySet<string> truth)
    {
        var said = ranked.Select(pair => (Pair: pair, Text: RelationTruth.Say(pair))).ToList();
        var found = said.Where(pair => truth.Contains(pair.Text)).ToList();
        var first = said.FindIndex(pair => !truth.Contains(pair.Text));
        Console.WriteLine(FormattableString.Invariant($"{name}: {found.Count} of {truth.Count} found among {ranked.Count} included pairs; {(first < 0 ? found.Count : first)} before the first false one; lowest true {(found.Count > 0 ? found.Min(pair => pair.Pair.Confidence) : 0):0.000}, highest false {(first < 0 ? 0 : said[first].Pair.Confidence):0.000}"));
        foreach (var missing in truth.Where(text => said.All(pair => pair.Text != text)))
            Console.WriteLine($"    not found: {missing}");
        foreach (var (pair, text) in said.Take(Math.Max(truth.Count + 4, 4)))
            Console.WriteLine(FormattableString.Invariant($"    {(truth.Contains(text) ? "true " : "false")} {pair.Confidence:0.000} {text}   [{string.Join(' ', pair.Evidence.Select(value => value.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture)))}]"));
    }

    /// <summary>Generated schemas together: precision and recall at thresholds, and how often each confidence is right.</summary>
    public static void PrintGenerated(IReadOnlyList<(RankedReference Pair, bool IsTrue)> pairs, int notFound, int schemas)
    {
        var truth = pairs.Count(pair => pair.IsTrue) + notFound;
        Console.WriteLine(FormattableString.Invariant($"generated, held out: {schemas} schemas, {truth} references, {pairs.Count} included pairs, {notFound} references not among them"));
        foreach (var least in (ReadOnlySpan<double>)[0.5, 0.7, 0.9, 0.95])
        {
            var proposed = pairs.Count(pair => pair.Pair.Confidence >= least);
            var right = pairs.Count(pair => pair.IsTrue && pair.Pair.Confidence >= least);
            Console.WriteLine(FormattableString.Invariant($"    from {least:0.00}: {proposed} proposed, precision {right / (double)Math.Max(1, proposed):0.000}, recall {right / (double)truth:0.000}"));
        }

        foreach (var bin in pairs.GroupBy(pair => Math.Min(9, (int)(pair.Pair.Confidence * 10))).OrderBy(bin => bin.Key))
            Console.WriteLine(FormattableString.Invariant($"    confidence {bin.Key / 10.0:0.0} to {(bin.Key + 1) / 10.0:0.0}: {bin.Count()} pairs, mean {bin.Average(pair => pair.Pair.Confidence):0.000}, right {bin.Count(pair => pair.IsTrue) / (double)bin.Count():0.000}"));
        Console.WriteLine(FormattableString.Invariant($"    calibration error {Error(pairs):0.000}"));
    }

    // Expected calibration error over ten bins (Naeini 2015).
    private static double Error(IReadOnlyList<(RankedReference Pair, bool IsTrue)> pairs)
        => pairs.GroupBy(pair => Math.Min(9, (int)(pair.Pair.Confidence * 10))).Sum(bin => bin.Count() / (double)pairs.Count * Math.Abs(bin.Average(pair => pair.Pair.Confidence) - (bin.Count(pair => pair.IsTrue) / (double)bin.Count())));
}
