using System.Globalization;
using Platform.Learning.Evaluate;
using Platform.Tables;

namespace Platform.Inventory.Quality;

/// <summary>How far a column's values moved between two relations of one session, by their rows.</summary>
internal static class RowDrift
{
    private const int FrequentValues = 50;
    private const int Sampled = 200_000;

    /// <summary>The distance; null where there is nothing on one side, or the measure needs numbers and these are none.</summary>
    public static double? Of(TableSession session, string before, string after, string column, string measure, CancellationToken cancellation)
    {
        var type = (string)session.Query($"describe select {column} from {after}", null, cancellation).Rows[0][1]!;
        var value = type.StartsWith("TIMESTAMP", StringComparison.Ordinal) || type == "DATE" ? $"epoch(cast({column} as timestamp))" : $"cast({column} as double)";
        var isNumber = type is not ("VARCHAR" or "BOOLEAN" or "BLOB" or "UUID");
        if (measure is "ks" or "wasserstein")
        {
            if (!isNumber)
                return null;
            var (first, second) = (Values(before), Values(after));
            if (first.Length == 0 || second.Length == 0)
                return null;
            return measure == "ks" ? Drift.KolmogorovSmirnov(first, second).Distance : Drift.Wasserstein(first, second) / Math.Max(Deviation(first), 1e-300);
        }
        string bin;
        if (isNumber)
        {
            if (session.Query($"select quantile_cont({value}, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) from {before}", null, cancellation).Rows[0][0] is not object?[] quantiles)
                return null;
            var edges = quantiles.OfType<double>().Distinct().Where(double.IsFinite).ToArray();
            bin = edges.Length == 0 ? "0" : string.Join(" + ", edges.Select(edge => $"({value} > {edge.ToString("R", CultureInfo.InvariantCulture)}::double)::int"));
        }
        else
        {
            var frequent = session.Query($"select cast({column} as varchar) from {before} where {column} is not null group by 1 order by count(*) desc, 1 limit {FrequentValues}", null, cancellation).Rows;
            bin = $"case cast({column} as varchar){string.Concat(frequent.Select((row, i) => $" when {SqlText.Literal((string)row[0]!)} then {i}"))} else {frequent.Count} end";
            if (frequent.Count == 0)
                return null;
        }
        var counts = session.Query(
            $"select bin, sum(was)::bigint, sum(now)::bigint from (select {bin} as bin, 1 as was, 0 as now from {before} where {column} is not null union all select {bin}, 0, 1 from {after} where {column} is not null) group by bin order by bin",
            null, cancellation).Rows;
        long[] then = [.. counts.Select(row => Convert.ToInt64(row[1], CultureInfo.InvariantCulture))], now = [.. counts.Select(row => Convert.ToInt64(row[2], CultureInfo.InvariantCulture))];
        if (then.Sum() == 0 || now.Sum() == 0)
            return null;
        return measure == "js" ? Drift.JensenShannon(then, now) : Drift.PopulationStability(then, now);

        double[] Values(string from) =>
            [.. session.Query($"select {value} as v from (select {column} from {from} where {column} is not null using sample reservoir({Sampled} rows) repeatable (7))", null, cancellation).Rows.Select(row => row[0]).OfType<double>().Where(double.IsFinite)];
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / values.Length);
    }
}
