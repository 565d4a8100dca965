namespace Platform.Inventory.Report;

/// <summary>Something true that people hardly knew, in one sentence.</summary>
public sealed record Finding
{
    /// <summary>More nobody reads.</summary>
    internal const int Most = 200;

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

    /// <summary><c>new</c> where the inventory before did not tell it, <c>worse</c> where there is more of it now; null for what stands as it was, and in a first inventory.</summary>
    public string? News { get; init; }

    /// <summary>The page of the asset on the platform.</summary>
    public string Link => $"/inventory/asset?key={Uri.EscapeDataString(Asset)}";

    /// <summary>The most telling first. Each further finding of a kind counts less, and a little less each of an asset, so that the first page tells different things.</summary>
    public static IReadOnlyList<Finding> Rank(IEnumerable<Finding> findings)
    {
        var left = findings.OrderByDescending(f => f.Score).ThenBy(f => f.Name, StringComparer.Ordinal).ThenBy(f => f.Column, StringComparer.Ordinal).ToList();
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
}
