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
            return CheckOutcome.Impossible(check, new Told($"{asset.Name} cannot be read: {asset.Reason ?? profile.Failure}", $"{asset.Name} 无法读取：{asset.Reason ?? profile.Failure}"));
        var columns = profile.Columns.DistinctBy(column => column.Name).ToDictionary(column => column.Name, StringComparer.Ordinal);
        if (check.Looked.FirstOrDefault(name => !columns.ContainsKey(name)) is { } missing)
            return CheckOutcome.Impossible(check, CheckWords.NoColumn(missing, columns.Keys));
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
            "volume" => new CheckOutcome(!(profile.Rows < check.Min) && !(profile.Rows > check.Max) && profile.Rows > 0, CheckWords.Rows(profile.Rows, profile.RowsEstimated), CheckWords.Expected(check)),
            "growth" => Growth(check, subject),
            "schema" => Schema(check, profile),
            "drift" => subject.Before is null ? new CheckOutcome(true, CheckWords.NothingBefore, CheckWords.Expected(check)) : Drift(check, column!, subject.Before),
            _ => null,
        };
    }

    private static CheckOutcome NotNull(CheckDefinition check, ColumnProfile column, bool sampled)
    {
        var seen = CheckWords.Missing(column.Nulls, column.Rows);
        return CheckOutcome.Counted(check, column.Nulls, column.Rows, sampled ? CheckWords.Add(seen, " (a sample)", "（抽样）") : seen);
    }

    private static CheckOutcome? Unique(CheckDefinition check, ColumnProfile column) =>
        column.DistinctError > 0 ? null : CheckOutcome.Counted(check, column.Values - column.Distinct, column.Values, CheckWords.Repeated(check, column.Values - column.Distinct, column.Values));

    private static CheckOutcome? Range(CheckDefinition check, ColumnProfile column)
    {
        if (column.Values == 0)
            return new CheckOutcome(true, CheckWords.NoValues, CheckWords.Expected(check), 0, 0);
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
        return inside || check.MaxShare is null or 0 ? new CheckOutcome(inside, new Told($"values from {column.Min} to {column.Max}", $"值介于 {column.Min} 和 {column.Max} 之间"), CheckWords.Expected(check), inside ? 0 : null, column.Values) : null;
    }

    private static CheckOutcome? Set(CheckDefinition check, ColumnProfile column)
    {
        if (column.Values == 0)
            return new CheckOutcome(true, CheckWords.NoValues, CheckWords.Expected(check), 0, 0);
        if (column.DistinctError > 0 || column.Frequent.Count < column.Distinct || column.FrequentError > 0)
            return null;
        var others = column.Frequent.Where(value => !check.Values!.Contains(value.Value, StringComparer.Ordinal)).ToList();
        return CheckOutcome.Counted(check, others.Sum(value => value.Count), column.Values, CheckWords.Fit(check, others.Sum(value => value.Count), column.Values, string.Join(", ", others.Take(5).Select(value => value.Value))));
    }

    private static CheckOutcome? Reference(CheckDefinition check, CheckSubject subject)
    {
        var to = check.ReferenceColumn ?? check.Column;
        var relation = subject.Relations.FirstOrDefault(relation => relation.FromAsset == subject.Asset.Key && relation.FromColumn == check.Column && relation.FromColumns is null or { Count: 1 }
            && relation.ToAsset == check.ReferenceAsset && relation.ToColumn == to && !relation.Unchecked);
        return relation is null ? null : CheckOutcome.Counted(check, relation.MissingRows, subject.Profile.Rows, CheckWords.Fit(check, relation.MissingRows, subject.Profile.Rows, string.Join(", ", relation.MissingExamples.Take(5).Select(value => value.Value))));
    }

    private static CheckOutcome? Freshness(CheckDefinition check, ColumnProfile? column, CheckSubject subject)
    {
        DateTimeOffset? newest = null;
        if (column is null)
            newest = subject.Asset.Modified;
        else if (column.Values > 0 && !CheckDefinition.Time(column.Max, out _))
            return CheckOutcome.Impossible(check, new Told($"column '{column.Name}' holds no times", $"列“{column.Name}”中没有时间"));
        else if (column.Values > 0 && CheckDefinition.Time(column.Max, out var last))
            newest = last;
        if (newest is not { } time)
            return new CheckOutcome(false, column is null ? new Told("nobody knows when it was written", "不知道何时写入") : CheckWords.NoValues, CheckWords.Expected(check));
        return new CheckOutcome(subject.Now - time <= Duration.Parse(check.MaxAge!), CheckWords.Newest(column is not null, time, subject.Now - time), CheckWords.Expected(check));
    }

    private static CheckOutcome Growth(CheckDefinition check, CheckSubject subject)
    {
        if (subject.RowsBefore is not { } before || before <= 0)
            return new CheckOutcome(true, CheckWords.FirstRows(subject.Profile.Rows), CheckWords.Expected(check));
        var change = 100 * (subject.Profile.Rows - before) / before;
        return new CheckOutcome(!(change < check.Min) && !(change > check.Max), CheckWords.Growth(subject.Profile.Rows, before, change), CheckWords.Expected(check));
    }

    private static CheckOutcome Schema(CheckDefinition check, AssetProfile profile) =>
        CheckWords.OfColumns(check, profile.Columns.DistinctBy(column => column.Name).ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal));

    private static CheckOutcome Drift(CheckDefinition check, ColumnProfile column, AssetProfile before)
    {
        var was = before.Columns.FirstOrDefault(other => other.Name == column.Name);
        if (was is null || VersionDrift.Of(was, column) is not { } drift)
            return new CheckOutcome(true, CheckWords.NoDistribution, CheckWords.Expected(check));
        var distance = check.Measure switch { "ks" => drift.KolmogorovSmirnov, "js" => drift.JensenShannon, "wasserstein" => drift.Wasserstein, _ => drift.PopulationStability };
        return distance is not { } value
            ? CheckOutcome.Impossible(check, new Told($"{check.Measure} is of numbers and times, and '{column.Name}' holds neither", $"{check.Measure} 只适用于数值和时间，而“{column.Name}”两者都不是"))
            : new CheckOutcome(value <= check.Max, CheckWords.Moved(check, value, "in the inventory before", "上次清点"), CheckWords.Expected(check));
    }

    private static bool Number(string? text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
