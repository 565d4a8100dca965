using System.Globalization;
using Platform.Inventory.Profile;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;
using Platform.Workflows;

namespace Platform.Inventory.Quality;

/// <summary>What a check may be judged by without reading the data.</summary>
/// <param name="Asset">The asset as it was found.</param>
/// <param name="Profile">Its profile.</param>
/// <param name="Relations">Foreign keys that were looked at.</param>
/// <param name="Before">Its profile of the inventory before; null for the first.</param>
/// <param name="RowsBefore">Its rows at the last measure; null where there was none.</param>
/// <param name="Now">The time to which it shall be fresh.</param>
public sealed record CheckSubject(FoundAsset Asset, AssetProfile Profile, IReadOnlyList<Relation> Relations, AssetProfile? Before, double? RowsBefore, DateTimeOffset Now);

/// <summary>Makes checks from profiles. Exact ones only: what a profile knows by an estimate or a sample is left to a look at the rows.</summary>
public static class ProfileChecks
{
    /// <summary>The outcome; null where the rows must be looked at.</summary>
    public static CheckOutcome? Judge(CheckDefinition check, CheckSubject subject)
    {
        var (asset, profile) = (subject.Asset, subject.Profile);
        if (asset.Condition != AssetCondition.Readable || profile.Failure is not null)
            return CheckOutcome.Impossible(check, $"{asset.Name} cannot be read: {asset.Reason ?? profile.Failure}");
        var columns = profile.Columns.DistinctBy(column => column.Name).ToDictionary(column => column.Name, StringComparer.Ordinal);
        if (check.Problems([.. columns.Keys]).FirstOrDefault() is { } problem)
            return CheckOutcome.Impossible(check, problem);
        var column = check.Column is { Length: > 0 } name ? columns[name] : null;
        return check.Kind switch
        {
            "not_null" => NotNull(check, column!, profile.Sampled),
            "unique" when check.Looked.Count == 1 && !profile.Sampled => Unique(check, columns[check.Looked[0]]),
            "range" when !profile.Sampled || column!.Values == 0 => Range(check, column!),
            "set" when !profile.Sampled => Set(check, column!),
            "reference" => Reference(check, subject),
            "freshness" => Freshness(check, column, subject),
            "volume" => new CheckOutcome(!(profile.Rows < check.Min) && !(profile.Rows > check.Max) && profile.Rows > 0, CheckOutcome.Text($"{profile.Rows:N0} rows{(profile.RowsEstimated ? " by the database's estimate" : "")}"), CheckOutcome.ExpectedOf(check)),
            "growth" => Growth(check, subject),
            "schema" => Schema(check, profile),
            "drift" => subject.Before is null ? new CheckOutcome(true, "nothing to compare with yet", CheckOutcome.ExpectedOf(check)) : Drift(check, column!, subject.Before),
            _ => null,
        };
    }

    private static CheckOutcome NotNull(CheckDefinition check, ColumnProfile column, bool sampled)
    {
        var outcome = CheckOutcome.Counted(check, column.Nulls, column.Rows, "rows have a value", otherwise: "rows have no value");
        var seen = column.Nulls == 0 ? outcome.Observed : CheckOutcome.Text($"{column.Nulls:N0} of {column.Rows:N0} rows ({column.NullShare:P1}) have no value");
        return outcome with { Observed = sampled ? seen + " (a sample)" : seen };
    }

    private static CheckOutcome? Unique(CheckDefinition check, ColumnProfile column) =>
        column.DistinctError > 0 ? null : CheckOutcome.Counted(check, column.Values - column.Distinct, column.Values, "values stand alone") with
        {
            Observed = column.Values == column.Distinct ? CheckOutcome.Text($"{column.Values:N0} values of {column.Name}, all different") : CheckOutcome.Text($"{column.Values - column.Distinct:N0} of {column.Values:N0} values of {column.Name} repeat an earlier one"),
        };

    private static CheckOutcome? Range(CheckDefinition check, ColumnProfile column)
    {
        if (column.Values == 0)
            return new CheckOutcome(true, "no values", CheckOutcome.ExpectedOf(check), 0, 0);
        bool inside;
        if (check.Earliest is not null || check.Latest is not null)
        {
            if (column.Kind is not (ValueKind.Date or ValueKind.Timestamp) || column.Misfits > 0 || !CheckDefinition.Time(column.Min, out var first) || !CheckDefinition.Time(column.Max, out var last))
                return null;
            inside = (!CheckDefinition.Time(check.Earliest, out var earliest) || first >= earliest) && (!CheckDefinition.Time(check.Latest, out var latest) || last <= latest);
        }
        else
        {
            if (column.Kind is not (ValueKind.Integer or ValueKind.Decimal) || column.Misfits > 0 || !Number(column.Min, out var least) || !Number(column.Max, out var most))
                return null;
            inside = !(least < check.Min) && !(most > check.Max);
        }
        // How many are outside only the rows tell.
        return inside || check.MaxShare is null or 0 ? new CheckOutcome(inside, $"from {column.Min} to {column.Max}", CheckOutcome.ExpectedOf(check), inside ? 0 : null, column.Values) : null;
    }

    private static CheckOutcome? Set(CheckDefinition check, ColumnProfile column)
    {
        if (column.Values == 0)
            return new CheckOutcome(true, "no values", CheckOutcome.ExpectedOf(check), 0, 0);
        if (column.DistinctError > 0 || column.Frequent.Count < column.Distinct || column.FrequentError > 0)
            return null;
        var others = column.Frequent.Where(value => !check.Values!.Contains(value.Value, StringComparer.Ordinal)).ToList();
        return CheckOutcome.Counted(check, others.Sum(value => value.Count), column.Values, "values", string.Join(", ", others.Take(5).Select(value => value.Value)));
    }

    private static CheckOutcome? Reference(CheckDefinition check, CheckSubject subject)
    {
        var to = check.ReferenceColumn ?? check.Column;
        var relation = subject.Relations.FirstOrDefault(relation => relation.FromAsset == subject.Asset.Key && relation.FromColumn == check.Column && relation.FromColumns is null or { Count: 1 }
            && relation.ToAsset == check.ReferenceAsset && relation.ToColumn == to && !relation.Unchecked);
        return relation is null ? null : CheckOutcome.Counted(check, relation.MissingRows, subject.Profile.Rows, "rows name a value that is there", string.Join(", ", relation.MissingExamples.Take(5).Select(value => value.Value)));
    }

    private static CheckOutcome? Freshness(CheckDefinition check, ColumnProfile? column, CheckSubject subject)
    {
        DateTimeOffset? newest = null;
        if (column is null)
            newest = subject.Asset.Modified;
        else if (column.Values > 0 && !CheckDefinition.Time(column.Max, out _))
            return CheckOutcome.Impossible(check, $"column '{column.Name}' holds no times");
        else if (column.Values > 0 && CheckDefinition.Time(column.Max, out var last))
            newest = last;
        if (newest is not { } time)
            return new CheckOutcome(false, column is null ? "nobody knows when it was written" : "no values", CheckOutcome.ExpectedOf(check));
        return new CheckOutcome(subject.Now - time <= Duration.Parse(check.MaxAge!), CheckOutcome.Text($"newest {(column is null ? "write" : "value")} {time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, {Age(subject.Now - time)} old"), CheckOutcome.ExpectedOf(check));
    }

    private static CheckOutcome Growth(CheckDefinition check, CheckSubject subject)
    {
        if (subject.RowsBefore is not { } before || before <= 0)
            return new CheckOutcome(true, CheckOutcome.Text($"{subject.Profile.Rows:N0} rows, nothing to compare with"), CheckOutcome.ExpectedOf(check));
        var change = 100 * (subject.Profile.Rows - before) / before;
        return new CheckOutcome(!(change < check.Min) && !(change > check.Max), CheckOutcome.Text($"{subject.Profile.Rows:N0} rows after {before:N0}, {change:+0.0;-0.0;0.0} %"), CheckOutcome.ExpectedOf(check));
    }

    private static CheckOutcome Schema(CheckDefinition check, AssetProfile profile)
    {
        var present = profile.Columns.DistinctBy(column => column.Name).ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal);
        var wrong = new List<string>();
        foreach (var (name, type) in check.Schema!)
        {
            if (!present.TryGetValue(name, out var found))
                wrong.Add($"{name} is missing");
            else if (type.Length > 0 && !string.Equals(found, type, StringComparison.OrdinalIgnoreCase))
                wrong.Add($"{name} is {found}, not {type}");
        }
        if (check.AllowMore == false)
            wrong.AddRange(present.Keys.Where(name => !check.Schema.ContainsKey(name)).Select(name => $"{name} is new"));
        return new CheckOutcome(wrong.Count == 0, wrong.Count == 0 ? CheckOutcome.Text($"{present.Count} columns as expected") : string.Join("; ", wrong.Take(10)), CheckOutcome.ExpectedOf(check), wrong.Count, check.Schema.Count);
    }

    private static CheckOutcome Drift(CheckDefinition check, ColumnProfile column, AssetProfile before)
    {
        var was = before.Columns.FirstOrDefault(other => other.Name == column.Name);
        if (was is null || VersionDrift.Of(was, column) is not { } drift)
            return new CheckOutcome(true, "the values have no distribution to compare", CheckOutcome.ExpectedOf(check));
        var distance = check.Measure switch { "ks" => drift.KolmogorovSmirnov, "js" => drift.JensenShannon, "wasserstein" => drift.Wasserstein, _ => drift.PopulationStability };
        return distance is not { } value
            ? CheckOutcome.Impossible(check, $"{check.Measure} is of numbers and times, and '{column.Name}' holds neither")
            : new CheckOutcome(value <= check.Max, CheckOutcome.Text($"{(check.Measure ?? "psi").ToUpperInvariant()} {value:F3} against the inventory before"), CheckOutcome.ExpectedOf(check));
    }

    private static bool Number(string? text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private static string Age(TimeSpan age) => age.TotalDays >= 2 ? CheckOutcome.Text($"{age.TotalDays:F1} days") : CheckOutcome.Text($"{age.TotalHours:F1} h");
}
