using Platform.Inventory.Classify;
using Platform.Inventory.Compare;
using Platform.Inventory.Profile;
using Platform.Inventory.Relate;

namespace Platform.Inventory.Report;

/// <summary>A dependency between columns of an asset, as a night found it or the catalog keeps it.</summary>
/// <param name="Asset">Key of the asset.</param>
/// <param name="Determinants">Columns that determine, in order.</param>
/// <param name="Dependent">The column that is determined.</param>
/// <param name="Violations">Rows that contradict; 0 where it holds.</param>
/// <param name="Confidence">How sure it is a rule, 0 to 1.</param>
/// <param name="Example">One contradiction in words; null without any.</param>
public sealed record FoundRule(string Asset, IReadOnlyList<string> Determinants, string Dependent, long Violations, double Confidence, string? Example)
{
    /// <summary>Share of the rows that lie in groups and so can speak for or against it, 0 to 1.</summary>
    public double Support { get; init; } = 1;

    /// <summary>The rules of one table.</summary>
    public static IEnumerable<FoundRule> Of(TableStructure structure)
    {
        ArgumentNullException.ThrowIfNull(structure);
        return structure.Dependencies.Select(dependency => new FoundRule(structure.Asset, dependency.Determinants, dependency.Dependent, dependency.Violations, dependency.Confidence,
            dependency.Examples is [var first, ..] ? $"{string.Join(", ", first.Given)}: mostly {first.Expected}, but also {first.Found}" : null)
        { Support = structure.RowsLookedAt == 0 ? 1 : dependency.Rows / (double)structure.RowsLookedAt });
    }
}

/// <summary>Chooses the dependencies that are worth telling, and says what belongs together once.</summary>
public static class DependencyRules
{
    private const double LeastConfidence = 0.9;
    private const int MostNamed = 3;

    // What hardly ever repeats decides by chance whatever the few pairs have in common.
    private const double LeastSupport = 0.3;

    /// <summary>Broken rules, one line for what one column decides and one for columns that decide one another.</summary>
    /// <param name="rules">Dependencies, with those that hold: they show which columns decide one another.</param>
    /// <param name="snapshot">What the columns are.</param>
    /// <param name="nameOf">Names of assets for people.</param>
    public static IReadOnlyList<DependencyLine> Lines(IEnumerable<FoundRule> rules, InventorySnapshot snapshot, Func<string, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(snapshot);
        var lines = new List<DependencyLine>();
        foreach (var table in rules.Where(rule => IsRule(rule, snapshot)).GroupBy(rule => rule.Asset, StringComparer.Ordinal))
        {
            var circles = Circles([.. table]);
            var told = table.Where(rule => rule.Violations > 0).OrderByDescending(rule => rule.Confidence).ToList();
            // Within a circle each column is decided by all the others: those rules are one.
            foreach (var circle in told.Where(rule => CircleOf(rule) is not null).GroupBy(rule => CircleOf(rule)!))
                lines.Add(Circle(circle.Key, [.. circle], snapshot, nameOf));
            var said = told.Where(rule => CircleOf(rule) is not null).Select(rule => rule.Dependent).ToHashSet(StringComparer.Ordinal);
            // One column that decides many is one thing to know: its own slips show in all of them.
            lines.AddRange(told.Where(rule => CircleOf(rule) is null && !said.Contains(rule.Dependent)).DistinctBy(rule => rule.Dependent)
                .GroupBy(rule => string.Join('\u0001', rule.Determinants)).Select(one => Rule([.. one], snapshot, nameOf)));

            IReadOnlyList<string>? CircleOf(FoundRule rule) => rule.Determinants.Count == 1 ? circles.GetValueOrDefault(rule.Determinants[0]) : null;
        }

        return lines;
    }

    /// <summary>Columns by the columns that they decide and are decided by.</summary>
    private static Dictionary<string, IReadOnlyList<string>> Circles(List<FoundRule> rules)
    {
        var decides = rules.Where(rule => rule.Determinants.Count == 1).Select(rule => (From: rule.Determinants[0], To: rule.Dependent)).ToHashSet();
        var circles = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (from, to) in decides.Where(pair => decides.Contains((pair.To, pair.From))).OrderBy(pair => pair.From, StringComparer.Ordinal).ThenBy(pair => pair.To, StringComparer.Ordinal))
        {
            var (mine, other) = (circles.GetValueOrDefault(from), circles.GetValueOrDefault(to));
            if (mine is not null && mine == other)
                continue;
            var both = (mine ?? [from]).Union(other ?? [to], StringComparer.Ordinal).ToList();
            foreach (var column in both)
                circles[column] = both;
        }

        return circles.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value, StringComparer.Ordinal);
    }

    // Times, amounts and prices decide others only as far as they happen to be rare: what they determine is no rule of the business.
    private static bool IsRule(FoundRule rule, InventorySnapshot snapshot)
    {
        if (rule.Confidence < LeastConfidence || rule.Support < LeastSupport || !snapshot.Profiles.TryGetValue(rule.Asset, out var profile))
            return false;
        // Cities of one name lie in many regions, and people of one name are many.
        if (rule.Determinants.Count == 1 && TypeOf(rule.Determinants[0]) is "city" or "given_name" or "family_name" or "person_name" or "street_address")
            return false;
        // Two people may live in one house: where they live decides nobody's birthday.
        if (rule.Determinants.Count > 1 && profile.Verdicts.FirstOrDefault(verdict => verdict.Column == rule.Dependent) is { Personal: PersonalClass.Demographic or PersonalClass.Identity or PersonalClass.Contact or PersonalClass.Name }
            && !rule.Determinants.Any(name => profile.Verdicts.FirstOrDefault(verdict => verdict.Column == name) is { Role: ColumnRole.Key or ColumnRole.Reference }))
            return false;
        return rule.Determinants.All(name => profile.Columns.FirstOrDefault(column => column.Name == name) is { Kind: not (ValueKind.Date or ValueKind.Timestamp or ValueKind.Time) } found
            && (found.Kind != ValueKind.Decimal || found.Whole) && profile.Verdicts.FirstOrDefault(verdict => verdict.Column == name) is not { Role: ColumnRole.Measure or ColumnRole.Time });

        string? TypeOf(string column) => profile.Verdicts.FirstOrDefault(verdict => verdict.Column == column) is { Confidence: >= 0.5 } verdict ? verdict.Type : null;
    }

    private static DependencyLine Rule(IReadOnlyList<FoundRule> rules, InventorySnapshot snapshot, Func<string, string> nameOf)
    {
        var worst = rules.MaxBy(rule => rule.Violations)!;
        var profile = snapshot.Profiles[worst.Asset];
        return new DependencyLine(worst.Asset, nameOf(worst.Asset), string.Join(" + ", worst.Determinants.Select(column => ColumnWords.Of(profile, column))),
            Named([.. rules.OrderByDescending(rule => rule.Violations).Select(rule => ColumnWords.Of(profile, rule.Dependent))]), worst.Violations, worst.Confidence, worst.Example)
        { Column = worst.Dependent };
    }

    private static DependencyLine Circle(IReadOnlyList<string> circle, IReadOnlyList<FoundRule> rules, InventorySnapshot snapshot, Func<string, string> nameOf)
    {
        var worst = rules.MaxBy(rule => rule.Violations)!;
        var profile = snapshot.Profiles[worst.Asset];
        // In the order of the table, whatever the order in which the rules were found.
        var places = profile.Columns.Select((column, i) => (column.Name, i)).DistinctBy(pair => pair.Name).ToDictionary(pair => pair.Name, pair => pair.i, StringComparer.Ordinal);
        var members = circle.OrderBy(column => places.GetValueOrDefault(column)).Select(column => ColumnWords.Of(profile, column)).ToList();
        var others = rules.Where(rule => !circle.Contains(rule.Dependent)).OrderByDescending(rule => rule.Violations).Select(rule => ColumnWords.Of(profile, rule.Dependent)).Distinct(StringComparer.Ordinal).ToList();
        return new DependencyLine(worst.Asset, nameOf(worst.Asset), Listed(members), Named(others), worst.Violations, worst.Confidence, worst.Example) { Column = worst.Dependent, Mutual = true };
    }

    private static string Named(List<string> columns) => string.Join(", ", columns.Take(MostNamed)) + (columns.Count > MostNamed ? $" and {columns.Count - MostNamed} more" : "");

    private static string Listed(List<string> columns) => columns.Count > 6 ? $"{string.Join(", ", columns.Take(5))} and {columns.Count - 5} more" : $"{string.Join(", ", columns.Take(columns.Count - 1))} and {columns[^1]}";
}
