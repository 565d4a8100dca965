using System.Globalization;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Quality;

/// <summary>How far a column's values moved between two profiles of it.</summary>
/// <param name="PopulationStability">Population stability index; over 0.25 is a large shift.</param>
/// <param name="JensenShannon">Jensen-Shannon distance, the square root of the divergence to base 2: 0 (the same) to 1.</param>
/// <param name="KolmogorovSmirnov">Largest distance of the distribution functions, 0 to 1; null where the values have no order.</param>
/// <param name="Wasserstein">Mean distance that a value moved, in standard deviations of before; null where the values are no numbers.</param>
public sealed record VersionDrift(double PopulationStability, double JensenShannon, double? KolmogorovSmirnov, double? Wasserstein)
{
    private static readonly (string Name, double Share)[] Marks = [("p01", 0.01), ("p05", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95), ("p99", 0.99)];

    /// <summary>The drift; null where the values say nothing by their distribution: nearly all different, none on one side, or of another kind than before.</summary>
    public static VersionDrift? Of(ColumnProfile before, ColumnProfile after)
    {
        if (before.Values == 0 || after.Values == 0 || before.Kind != after.Kind)
            return null;
        if (Cumulative(before) is { } first && Cumulative(after) is { } second)
            return OfNumbers(first, second, before.StandardDeviation);
        if (before.Frequent.Count == 0 || after.Frequent.Count == 0)
            return null;
        // What the lists do not name is one value, so the distance is at least this.
        var names = before.Frequent.Concat(after.Frequent).Select(value => value.Value).Distinct(StringComparer.Ordinal).ToList();
        var (p, q) = (Shares(before, names), Shares(after, names));
        if (p[^1] > 0.5 && q[^1] > 0.5)
            return null;
        return new VersionDrift(Stability(p, q, before.Values, after.Values), JensenShannonOf(p, q), null, null);
    }

    private static VersionDrift OfNumbers((double[] At, double[] Share) before, (double[] At, double[] Share) after, double? deviation)
    {
        var at = before.At.Concat(after.At).Distinct().Order().ToArray();
        double ks = 0, moved = 0;
        for (var i = 0; i < at.Length; i++)
        {
            var difference = Math.Abs(ShareBelow(before, at[i]) - ShareBelow(after, at[i]));
            ks = Math.Max(ks, difference);
            if (i + 1 < at.Length)
                moved += (at[i + 1] - at[i]) * Math.Abs(ShareBelow(before, (at[i] + at[i + 1]) / 2) - ShareBelow(after, (at[i] + at[i + 1]) / 2));
        }
        // The bins are those between the quantiles of before.
        var edges = before.At.Skip(1).SkipLast(1).Distinct().ToArray();
        var (p, q) = (Bins(before, edges), Bins(after, edges));
        var scale = deviation is > 0 and var known ? known : Math.Max(before.At[^1] - before.At[0], 1e-300);
        return new VersionDrift(Stability(p, q, 1000, 1000), JensenShannonOf(p, q), ks, moved / scale);
    }

    /// <summary>Points of the distribution function: smallest, quantiles, largest; null where the values are no numbers or times.</summary>
    private static (double[] At, double[] Share)? Cumulative(ColumnProfile column)
    {
        if (column.Quantiles.Count == 0 || !Number(column.Min, column.Kind, out var low) || !Number(column.Max, column.Kind, out var high))
            return null;
        var points = new List<(double At, double Share)> { (low, 0) };
        foreach (var (name, share) in Marks)
        {
            if (column.Quantiles.TryGetValue(name, out var text) && Number(text, column.Kind, out var value))
                points.Add((Math.Max(value, points[^1].At), share));
        }
        points.Add((Math.Max(high, points[^1].At), 1));
        return ([.. points.Select(point => point.At)], [.. points.Select(point => point.Share)]);
    }

    private static double ShareBelow((double[] At, double[] Share) points, double x)
    {
        if (x < points.At[0])
            return 0;
        if (x >= points.At[^1])
            return 1;
        // The last point at or before x: several at one place are a jump.
        var i = points.At.Length - 1;
        while (points.At[i] > x)
            i--;
        var width = points.At[i + 1] - points.At[i];
        return points.Share[i] + ((x - points.At[i]) / width * (points.Share[i + 1] - points.Share[i]));
    }

    private static double[] Bins((double[] At, double[] Share) points, double[] edges)
    {
        var below = edges.Select(edge => ShareBelow(points, edge)).Append(1).ToArray();
        return [.. below.Select((share, i) => share - (i == 0 ? 0 : below[i - 1]))];
    }

    private static double[] Shares(ColumnProfile column, List<string> names)
    {
        var counts = column.Frequent.DistinctBy(value => value.Value).ToDictionary(value => value.Value, value => value.Count, StringComparer.Ordinal);
        var shares = names.Select(name => counts.GetValueOrDefault(name) / (double)column.Values).ToList();
        shares.Add(Math.Max(0, 1 - shares.Sum()));
        return [.. shares];
    }

    private static double Stability(double[] before, double[] after, double rowsBefore, double rowsAfter)
    {
        var index = 0d;
        for (var i = 0; i < before.Length; i++)
        {
            // Half a row a bin, so that an empty bin does not make it infinite.
            var expected = ((before[i] * rowsBefore) + 0.5) / (rowsBefore + (0.5 * before.Length));
            var actual = ((after[i] * rowsAfter) + 0.5) / (rowsAfter + (0.5 * before.Length));
            index += (actual - expected) * Math.Log(actual / expected);
        }
        return index;
    }

    private static double JensenShannonOf(double[] p, double[] q)
    {
        var divergence = 0d;
        for (var i = 0; i < p.Length; i++)
        {
            var middle = (p[i] + q[i]) / 2;
            if (p[i] > 0)
                divergence += 0.5 * p[i] * Math.Log2(p[i] / middle);
            if (q[i] > 0)
                divergence += 0.5 * q[i] * Math.Log2(q[i] / middle);
        }
        return Math.Sqrt(Math.Clamp(divergence, 0, 1));
    }

    private static bool Number(string? text, ValueKind kind, out double number)
    {
        number = 0;
        if (kind is ValueKind.Date or ValueKind.Timestamp)
        {
            var known = CheckDefinition.Time(text, out var time);
            number = (time - DateTimeOffset.UnixEpoch).TotalSeconds;
            return known;
        }
        return kind is ValueKind.Integer or ValueKind.Decimal && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }
}
