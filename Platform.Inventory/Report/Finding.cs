namespace Platform.Inventory.Report;

/// <summary>Something true that people hardly knew, in one sentence.</summary>
public sealed record Finding
{
    private const int Most = 200;

    /// <summary>Stable word, such as <c>broken-reference</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>How much it matters and surprises, 0 to 100.</summary>
    public required double Score { get; init; }

    /// <summary>The finding for a manager.</summary>
    public required string Sentence { get; init; }

    /// <summary>The same in Chinese.</summary>
    public required string SentenceZh { get; init; }

    /// <summary>What it rests on, in a few words and figures.</summary>
    public required string Evidence { get; init; }

    /// <summary>The same in Chinese.</summary>
    public required string EvidenceZh { get; init; }

    /// <summary>Key of the asset.</summary>
    public required string Asset { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The column; null for the whole asset.</summary>
    public string? Column { get; init; }

    /// <summary>The page of the asset on the platform.</summary>
    public string Link => $"/inventory/asset?key={Uri.EscapeDataString(Asset)}";

    /// <summary>The most telling first. Each further finding of a kind counts less, and a little less each of an asset, so that the first page tells different things.</summary>
    public static IReadOnlyList<Finding> Rank(IEnumerable<Finding> findings)
    {
        var left = Merge(findings).OrderByDescending(f => f.Score).ThenBy(f => f.Name, StringComparer.Ordinal).ThenBy(f => f.Column, StringComparer.Ordinal).ToList();
        var kinds = new Dictionary<string, int>(StringComparer.Ordinal);
        var assets = new Dictionary<string, int>(StringComparer.Ordinal);
        var ranked = new List<Finding>(Math.Min(left.Count, Most));
        while (left.Count > 0 && ranked.Count < Most)
        {
            var next = left.MaxBy(Worth)!;
            left.Remove(next);
            ranked.Add(next);
            kinds[next.Kind] = kinds.GetValueOrDefault(next.Kind) + 1;
            assets[next.Asset] = assets.GetValueOrDefault(next.Asset) + 1;
        }

        return ranked;

        double Worth(Finding f) => f.Score * Math.Pow(0.8, kinds.GetValueOrDefault(f.Kind)) * Math.Pow(0.92, assets.GetValueOrDefault(f.Asset));
    }

    /// <summary>The same found in copies of the same data, such as a file and the table that it was loaded into, is one thing to know.</summary>
    private static IEnumerable<Finding> Merge(IEnumerable<Finding> findings)
    {
        foreach (var group in findings.GroupBy(f => (f.Kind, f.Column, string.Concat((f.Sentence + f.Evidence).Replace(f.Name, "", StringComparison.Ordinal).Where(char.IsAsciiDigit)))))
        {
            var told = group.DistinctBy(f => f.Asset).OrderByDescending(f => f.Score).ThenBy(f => f.Name.Length).ThenBy(f => f.Name, StringComparer.Ordinal).ToList();
            var others = string.Join(", ", told.Skip(1).Take(3).Select(f => f.Name)) + (told.Count > 4 ? " …" : "");
            var apart = group.Key.Kind is "same-data" or "copy" || group.Key.Item3.Length == 0;
            if (apart || told.Count == 1)
            {
                foreach (var finding in group)
                    yield return finding;
            }
            else
            {
                yield return told[0] with { Evidence = $"{told[0].Evidence}; the same in {others}", EvidenceZh = $"{told[0].EvidenceZh}；{others} 亦然" };
            }
        }
    }
}
