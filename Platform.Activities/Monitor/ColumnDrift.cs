using System.Globalization;
using Platform.Learning.Evaluate;
using Platform.Tables;

namespace Platform.Activities.Monitor;

/// <summary>
/// Population stability of a slice's columns: numbers by the reference's deciles, other values by the reference's 20 most frequent and the rest.
/// </summary>
internal sealed class ColumnDrift(TableSession session, long start, long length, long referenceRows, CancellationToken cancellationToken)
{
    private const int FrequentValues = 20;

    /// <summary>The drift; null where the distribution says nothing: times, values that hardly repeat, nothing on one side.</summary>
    public DriftMeasure? Of(string column, string type) => type switch
    {
        _ when type.StartsWith("TIMESTAMP", StringComparison.Ordinal) || type is "DATE" or "TIME" or "BLOB" || type.Contains('[', StringComparison.Ordinal) || type.StartsWith("STRUCT", StringComparison.Ordinal) || type.StartsWith("MAP", StringComparison.Ordinal) => null,
        "VARCHAR" or "BOOLEAN" => OfValues(column),
        _ => OfNumbers(column),
    };

    private DriftMeasure? OfNumbers(string column)
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
        return Measure(bin, column, edges.Length + 1);
    }

    private DriftMeasure? OfValues(string column)
    {
        var frequent = session.Query(
            $"select {column} as value, count(*) as rows from slice where slice_time < $start and {column} is not null group by 1 order by 2 desc, 1 limit {FrequentValues}",
            Parameters(),
            cancellationToken).Rows;
        // Ids and free texts: the frequent values are few of all, and new ones come every day.
        if (frequent.Sum(row => Convert.ToInt64(row[1], CultureInfo.InvariantCulture)) < 0.5 * referenceRows)
            return null;
        var cases = string.Concat(frequent.Select((row, index) => $" when {SqlText.Literal(Convert.ToString(row[0], CultureInfo.InvariantCulture)!)} then {index}"));
        return Measure($"case cast({column} as varchar){cases} else {frequent.Count} end", column, frequent.Count + 1);
    }

    private DriftMeasure? Measure(string bin, string column, int bins)
    {
        var current = new long[bins];
        var reference = new long[bins];
        var intervals = new Dictionary<long, long[]>();
        var rows = session.Query(
            $"select case when slice_time >= $start then -1 else ($start - 1 - slice_time) // $length end, {bin}, count(*) from slice where {column} is not null group by 1, 2",
            new Dictionary<string, object?> { ["start"] = start, ["length"] = length },
            cancellationToken).Rows;
        foreach (var row in rows)
        {
            var interval = Convert.ToInt64(row[0], CultureInfo.InvariantCulture);
            var (at, count) = (Convert.ToInt32(row[1], CultureInfo.InvariantCulture), Convert.ToInt64(row[2], CultureInfo.InvariantCulture));
            if (interval < 0)
            {
                current[at] = count;
                continue;
            }
            reference[at] += count;
            (intervals.TryGetValue(interval, out var counts) ? counts : intervals[interval] = new long[bins])[at] = count;
        }
        return reference.Sum() == 0 || current.Sum() == 0
            ? null
            : new DriftMeasure(Drift.PopulationStability(reference, current), intervals.Count < 3 ? 0 : intervals.Values.Max(counts => Drift.PopulationStability(Without(reference, counts), counts)));
    }

    private static long[] Without(long[] all, long[] some)
    {
        var rest = new long[all.Length];
        for (var bin = 0; bin < rest.Length; bin++)
            rest[bin] = all[bin] - some[bin];
        return rest;
    }

    private Dictionary<string, object?> Parameters() => new() { ["start"] = start };
}

/// <summary>How far an interval's distribution is from the reference.</summary>
/// <param name="Index">Population stability index against all reference intervals.</param>
/// <param name="Usual">The largest that one reference interval has against the others; 0 with fewer than three. Rows of one order are alike, so days differ more than chance says.</param>
internal sealed record DriftMeasure(double Index, double Usual);
