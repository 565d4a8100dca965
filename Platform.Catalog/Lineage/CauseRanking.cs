using System.Globalization;
using Platform.Workflows;

namespace Platform.Catalog.Lineage;

/// <summary>
/// Orders causes. Of a chain of findings the one that lies farthest upstream and came first is the likeliest root: each finding that lies on its way down and came after it speaks for it, and what
/// is explained by another counts less. Otherwise nearer is likelier.
/// </summary>
internal static class CauseRanking
{
    private const double EachExplained = 0.12;
    private const int MostExplained = 5;
    private const double Explained = 0.85;
    private const double EachStep = 0.06;

    internal static List<RootCause> Rank(IReadOnlyList<RootCause> causes, int limit)
    {
        var explains = causes.Select(c => causes.Where(o => Precedes(c, o)).ToList()).ToList();
        var explained = explains.SelectMany(e => e).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. causes.Select((cause, i) =>
        {
            var assets = explains[i].Select(o => o.Asset).Distinct().Count();
            var score = cause.Score * (1 + (EachExplained * Math.Min(assets, MostExplained))) * (explained.Contains(cause) ? Explained : 1) / (1 + (EachStep * cause.Distance));
            var (why, whyZh) = assets == 0 ? (cause.Why, cause.WhyZh)
                : ($"{cause.Why} It came before findings on {Plural.Of(assets, "asset")} downstream.", string.Create(CultureInfo.InvariantCulture, $"{cause.WhyZh}它早于下游 {assets:N0} 个资产的发现。"));
            return cause with { Score = Math.Round(Math.Min(1, score), 3), Explains = explains[i].Count, Why = why, WhyZh = whyZh };
        }).OrderByDescending(c => c.Score).ThenBy(c => c.At).ThenBy(c => c.Asset, StringComparer.Ordinal).ThenBy(c => c.Column, StringComparer.Ordinal).Take(Math.Max(1, limit))];
    }

    private static bool Precedes(RootCause cause, RootCause other) =>
        cause.Distance > other.Distance && cause.At <= other.At && CanBring(cause.Kind, other.Kind) && cause.Path.Contains(other.Asset);

    /// <summary>What a finding can bring about downstream: fewer rows make no task fail or come late, a column that is gone does.</summary>
    private static bool CanBring(string cause, string effect) => (cause, effect) switch
    {
        ("volume", "check" or "volume") => true,
        ("volume", _) => false,
        // Where values came in is a place to look at, and brings nothing about by itself.
        ("values", _) or (_, "values") => false,
        (_, "schema") => cause == "schema",
        ("check" or "schema", "late") => false,
        _ => true,
    };
}
