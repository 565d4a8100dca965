using Platform.Inventory.Scan;

namespace Platform.Inventory.Report;

/// <summary>The same found in copies of the same data, such as a file and the table that it was loaded into, is one thing to know.</summary>
internal static class FindingMerge
{
    private const int Named = 3;

    /// <summary>Tells each thing once.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="made">Assets that are made from others: what both say in the same figures is one thing, however its evidence is put.</param>
    /// <param name="own">Keys of the platform's own assets: of a thing that a file and a table of ours say, the file tells it.</param>
    public static IEnumerable<Finding> Merge(IEnumerable<Finding> findings, IReadOnlyCollection<MadeLine> made, IReadOnlySet<string> own)
    {
        var linked = made.SelectMany(line => new[] { (line.From, line.To), (line.To, line.From) }).ToHashSet();
        foreach (var group in findings.GroupBy(f => (f.Kind, f.Column, Figures: Digits(f, f.Sentence))))
        {
            var clusters = !IsOfData(group.First()) ? [.. group.Select(f => new List<Finding> { f })] : Clusters([.. group], linked);
            foreach (var cluster in clusters)
            {
                var told = cluster.DistinctBy(f => f.Asset).OrderBy(f => own.Contains(f.Asset)).ThenByDescending(f => f.Score).ThenBy(f => f.Name.Length).ThenBy(f => f.Name, StringComparer.Ordinal).ToList();
                if (told.Count == 1)
                {
                    foreach (var finding in cluster)
                        yield return finding;
                    continue;
                }

                var others = string.Join(", ", told.Skip(1).Take(Named).Select(f => f.Name)) + (told.Count > Named + 1 ? " …" : "");
                yield return told[0] with { Evidence = $"{told[0].Evidence}; the same in {others}", EvidenceZh = $"{told[0].EvidenceZh}；{others} 亦然" };
            }
        }
    }

    /// <summary>Whether the same figures are the same thing. That two tables are copies is said of the two, and two models with the same trouble are two.</summary>
    public static bool IsOfData(Finding finding) => finding.Kind is not ("same-data" or "copy") && !ModelScanner.IsForModels(finding.Asset);

    /// <summary>The figures of a text, without those in the name of its asset.</summary>
    public static string Digits(Finding finding, string text) => string.Concat(text.Replace(finding.Name, "", StringComparison.Ordinal).Where(char.IsAsciiDigit));

    // Of one kind, column and figures: together where the evidence has the same figures too (and any at all), or where one is made from another.
    private static List<List<Finding>> Clusters(List<Finding> findings, HashSet<(string, string)> linked)
    {
        var clusters = findings.GroupBy(f => Digits(f, f.Sentence + f.Evidence)).SelectMany(group => group.Key.Length > 0 ? [group.ToList()] : group.Select(f => new List<Finding> { f })).ToList();
        for (var i = 0; linked.Count > 0 && i < clusters.Count; i++)
        {
            for (var j = clusters.Count - 1; j > i; j--)
            {
                if (!clusters[i].Exists(one => clusters[j].Exists(other => linked.Contains((one.Asset, other.Asset)))))
                    continue;
                clusters[i].AddRange(clusters[j]);
                clusters.RemoveAt(j);
                // What came may be linked with what was passed over.
                j = clusters.Count;
            }
        }

        return clusters;
    }
}
