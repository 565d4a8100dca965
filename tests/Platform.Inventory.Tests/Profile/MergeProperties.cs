using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Tests.Profile;

/// <summary>Rows read in one pass, or in any parts merged in any grouping, tell the same.</summary>
public class MergeProperties
{
    private static readonly Gen<string> Cells = Gen.Frequency(
        (2, Gen.Constant("")),
        (6, Gen.Choose(-20, 20).Select(n => n.ToString(CultureInfo.InvariantCulture))),
        (3, Gen.Choose(0, 100_000).Select(n => (n / 8.0).ToString(CultureInfo.InvariantCulture))),
        (2, Gen.Choose(0, 400).Select(n => new DateOnly(2025, 1, 1).AddDays(n).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))),
        (2, Gen.Elements("red", "blue", "N/A", " padded ", "007", "true", "西安", "\u00e9t\u00e9", "9999999999999999")),
        (1, Gen.Choose(0, 5_000).Select(n => $"user{n}@example.com")));

    [Fact]
    public void Any_grouping_of_the_parts_gives_what_one_pass_gives()
    {
        var rows = Gen.ListOf(Gen.ArrayOf(Cells, 3), 300);
        var cases = from table in rows from cuts in Gen.ListOf(Gen.Choose(0, 300), 4) from left in Gen.Elements(true, false) from stored in Gen.Elements(true, false) select (table, cuts, left, stored);
        Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var whole = StateOf(sample.table);
            var edges = sample.cuts.Append(0).Append(sample.table.Count).Where(cut => cut <= sample.table.Count).Distinct().Order().ToList();
            var parts = edges.Zip(edges.Skip(1)).Select(edge => StateOf(sample.table.Skip(edge.First).Take(edge.Second - edge.First))).Select(part => sample.stored ? TableState.FromBytes(part.ToBytes())! : part).ToList();
            var merged = sample.left ? Left(parts) : Right(parts);
            var (exact, close) = Tell(whole);
            var (alsoExact, alsoClose) = Tell(merged);
            Assert.Equal(exact, alsoExact);
            foreach (var (one, other) in close.Zip(alsoClose))
                Assert.True(double.IsNaN(one) && double.IsNaN(other) || Math.Abs(one - other) <= 1e-6 * (1 + Math.Abs(one)), $"{one} is not {other}");
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Bins_of_more_numbers_than_they_hold_are_the_same_in_any_order_and_grouping()
    {
        var random = new Random(11);
        var numbers = Enumerable.Range(0, 60_000).Select(i => i % 7 == 0 ? -random.NextDouble() : Math.Exp(random.NextDouble() * 30)).ToArray();
        var whole = Bytes(numbers);
        var backwards = Bytes([.. numbers.Reverse()]);
        var merged = new DyadicBins();
        foreach (var part in numbers.Chunk(7_001))
        {
            var bins = new DyadicBins();
            bins.Add(part);
            merged.Merge(bins);
        }

        Assert.Equal(whole, backwards);
        Assert.Equal(whole, Bytes(merged));
    }

    private static byte[] Bytes(double[] numbers)
    {
        var bins = new DyadicBins();
        bins.Add(numbers);
        return Bytes(bins);
    }

    private static byte[] Bytes(DyadicBins bins)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            bins.Write(writer);
        return stream.ToArray();
    }

    private static TableState Left(IReadOnlyList<TableState> parts)
    {
        foreach (var part in parts.Skip(1))
            parts[0].Merge(part);
        return parts[0];
    }

    private static TableState Right(IReadOnlyList<TableState> parts)
    {
        var last = parts[^1];
        for (var i = parts.Count - 2; i >= 0; i--)
        {
            parts[i].Merge(last);
            last = parts[i];
        }

        return last;
    }

    // What must be the same, and what may differ in the last digits: moments, entropy and correlations.
    private static (string Exact, List<double> Close) Tell(TableState table)
    {
        var close = new List<double>();
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{table.Rows} rows, {table.Duplicates.Count()} repeated\n");
        foreach (var state in table.Columns)
        {
            var profile = ColumnProfile.From(state);
            close.AddRange([profile.Mean ?? 0, profile.StandardDeviation ?? 0, profile.Skewness ?? 0, profile.Kurtosis ?? 0, profile.Entropy ?? 0, profile.MeanLength ?? 0]);
            text.Append(CultureInfo.InvariantCulture, $"{profile.Name} {profile.Kind} {profile.Misfits} {profile.Rows} {profile.Nulls} {profile.Distinct} {profile.Min} {profile.Max} {profile.Zeros} {profile.Negatives} {profile.Blank} {profile.Padded} {profile.MissingWords} {profile.LeadingZeros} {profile.Whole} {profile.QuantileError} ")
                .Append(CultureInfo.InvariantCulture, $"{string.Join(' ', profile.Quantiles.Values)} {string.Join(' ', profile.Histogram)} {string.Join(' ', profile.Frequent)} {string.Join(' ', profile.Shapes)} {profile.MinLength} {profile.MaxLength} {profile.MedianLength} ")
                .Append(string.Join(' ', state.Sample.Values().Select(Encoding.UTF8.GetString))).Append('\n');
        }

        foreach (var (a, b) in (ReadOnlySpan<(string, string)>)[("a", "b"), ("a", "c"), ("b", "c")])
        {
            var (correlation, both) = table.Correlations.Of(a, b);
            close.Add(correlation);
            text.Append(CultureInfo.InvariantCulture, $"{a}-{b} {both} ");
        }

        return (text.ToString(), close);
    }

    private static TableState StateOf(IEnumerable<string[]> rows)
    {
        var table = new TableState();
        string[] names = ["a", "b", "c"];
        var columns = names.Select(name => table.Column(name)).ToArray();
        foreach (var row in rows)
        {
            table.Rows++;
            for (var i = 0; i < columns.Length; i++)
                columns[i].AddCell(Encoding.UTF8.GetBytes(row[i]));
            table.EndRow();
        }

        return table;
    }
}
