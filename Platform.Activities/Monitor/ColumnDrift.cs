using System.Globalization;
using Platform.Learning.Evaluate;
using Platform.Tables;

namespace Platform.Activities.Monitor;

/// <summary>
/// Population stability of a slice's columns: numbers by the reference's deciles, other values by the reference's 20 most frequent and the rest.
/// </summary>
internal sealed class ColumnDrift(TableSession session, long start, long referenceRows, CancellationToken cancellationToken)
{
    private const int FrequentValues = 20;

    /// <summary>The index; null where the distribution says nothing: times, values that hardly repeat, nothing on one side.</summary>
    public double? Of(string column, string type) => type switch
    {
        _ when type.StartsWith("TIMESTAMP", StringComparison.Ordinal) || type is "DATE" or "TIME" or "BLOB" || type.Contains('[', StringComparison.Ordinal) || type.StartsWith("STRUCT", StringComparison.Ordinal) || type.StartsWith("MAP", StringComparison.Ordinal) => null,
        "VARCHAR" or "BOOLEAN" => OfValues(column),
        _ => OfNumbers(column),
    };

    private double? OfNumbers(string column)
    {
        var row = session.Query(
            $"select approx_count_distinct({column}), quantile_cont(cast({column} as double), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) from slice where slice_time < $start and {column} is not null",
            Parameters(),
            cancellationToken).Rows[0];
        if (row[1] is not object?[] quantiles || Convert.ToInt64(row[0], CultureInfo.InvariantCulture) > 0.9 * referenceRows)
            return null;
        var edges = quantiles.OfType<double>().Distinct().Where(double.IsFinite).ToArray();
        if (edges.Length == 0)
            return null;
        var bin = string.Join(" + ", edges.Select(edge => $"(cast({column} as double) > {edge.ToString("R", CultureInfo.InvariantCulture)}::double)::int"));
        return Index(bin, column, edges.Length + 1);
    }

    private double? OfValues(string column)
    {
        var frequent = session.Query(
            $"select {column} as value, count(*) as rows from slice where slice_time < $start and {column} is not null group by 1 order by 2 desc, 1 limit {FrequentValues}",
            Parameters(),
            cancellationToken).Rows;
        // Ids and free texts: the frequent values are few of all, and new ones come every day.
        if (frequent.Sum(row => Convert.ToInt64(row[1], CultureInfo.InvariantCulture)) < 0.5 * referenceRows)
            return null;
        var cases = string.Concat(frequent.Select((row, index) => $" when {SqlText.Literal(Convert.ToString(row[0], CultureInfo.InvariantCulture)!)} then {index}"));
        return Index($"case cast({column} as varchar){cases} else {frequent.Count} end", column, frequent.Count + 1);
    }

    private double? Index(string bin, string column, int bins)
    {
        long[] reference = new long[bins], current = new long[bins];
        foreach (var row in session.Query($"select slice_time >= $start, {bin}, count(*) from slice where {column} is not null group by 1, 2", Parameters(), cancellationToken).Rows)
            ((bool)row[0]! ? current : reference)[Convert.ToInt32(row[1], CultureInfo.InvariantCulture)] = Convert.ToInt64(row[2], CultureInfo.InvariantCulture);
        return reference.Sum() == 0 || current.Sum() == 0 ? null : Drift.PopulationStability(reference, current);
    }

    private Dictionary<string, object?> Parameters() => new() { ["start"] = start };
}
