using System.Globalization;
using System.Text;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Tests.Profile;

public class StateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Two_parts_merged_say_the_same_as_the_whole(int seed)
    {
        var cells = Cells(seed, 5_000);
        var whole = StateOf(cells);
        var merged = StateOf(cells.Take(1_700));
        merged.Merge(StateOf(cells.Skip(1_700).Take(900)));
        merged.Merge(StateOf(cells.Skip(2_600)));
        Assert.Equal(Exact(whole), Exact(merged));
        Assert.Equal(whole.NumberMoments.Mean, merged.NumberMoments.Mean, 9);
        Assert.Equal(whole.NumberMoments.StandardDeviation, merged.NumberMoments.StandardDeviation, 9);
        Assert.Equal(whole.NumberMoments.Skewness, merged.NumberMoments.Skewness, 6);
        Assert.Equal(whole.NumberMoments.Kurtosis, merged.NumberMoments.Kurtosis, 6);
        Assert.Equal(whole.Sample.Values().Select(Encoding.UTF8.GetString), merged.Sample.Values().Select(Encoding.UTF8.GetString));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void A_state_that_was_stored_goes_on_as_if_it_had_not_been(int seed)
    {
        var cells = Cells(seed, 4_000);
        var table = new TableState { Rows = 2_000, BadRows = 3, FirstBadRow = "line 7" };
        foreach (var cell in cells.Take(2_000))
            table.Column("c").AddCell(Encoding.UTF8.GetBytes(cell));
        var bytes = table.ToBytes();
        var read = TableState.FromBytes(bytes)!;
        Assert.Equal(bytes, read.ToBytes());
        Assert.Equal((2_000, 3, "line 7"), (read.Rows, read.BadRows, read.FirstBadRow));
        foreach (var state in new[] { table, read })
        {
            foreach (var cell in cells.Skip(2_000))
                state.Column("c").AddCell(Encoding.UTF8.GetBytes(cell));
        }

        Assert.Equal(table.ToBytes(), read.ToBytes());
    }

    [Fact]
    public void Damaged_bytes_are_no_state_and_throw_nothing()
    {
        var table = new TableState { Rows = 500 };
        foreach (var cell in Cells(5, 500))
            table.Column("c").AddCell(Encoding.UTF8.GetBytes(cell));
        var bytes = table.ToBytes();
        var random = new Random(5);
        Assert.Null(TableState.FromBytes([]));
        Assert.Null(TableState.FromBytes(bytes[..^10]));
        Assert.Null(TableState.FromBytes([.. "PFST"u8, 99, .. bytes[5..]]));
        for (var i = 0; i < 200; i++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[random.Next(5, damaged.Length)] ^= (byte)random.Next(1, 256);
            Assert.Null(TableState.FromBytes(damaged));
        }
    }

    [Theory]
    [InlineData(2_000, 0)]
    [InlineData(50_000, 0.03)]
    [InlineData(400_000, 0.03)]
    public void Distinct_values_are_counted_within_the_stated_error(int count, double error)
    {
        var counter = new DistinctCounter();
        for (var i = 0; i < count; i++)
            counter.Add(ValueHash.Of(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"v{i}"))));
        Assert.InRange(counter.Count, count * (1 - error), count * (1 + error));
        Assert.Equal(error == 0, counter.IsExact);
    }

    [Fact]
    public void Quantiles_keep_their_rank_error_also_after_merging_many_parts()
    {
        var random = new Random(7);
        var all = Enumerable.Range(0, 60_000).Select(_ => Math.Exp(random.NextDouble() * 8)).ToArray();
        var merged = new QuantileSketch();
        foreach (var part in all.Chunk(517))
        {
            var sketch = new QuantileSketch();
            sketch.Add(part);
            merged.Merge(sketch);
        }

        Array.Sort(all);
        double[] shares = [0.01, 0.25, 0.5, 0.75, 0.99];
        foreach (var (share, value) in shares.Zip(merged.Quantiles(shares)))
            Assert.InRange((Array.BinarySearch(all, value) is var at && at < 0 ? ~at : at) / (double)all.Length, share - 0.02, share + 0.02);
        Assert.Equal((all[0], all[^1], all.Length), (merged.Min, merged.Max, merged.Count));
        Assert.InRange(merged.Histogram(20).Sum(), all.Length * 0.99, all.Length * 1.01);
    }

    [Fact]
    public void Counts_of_frequent_values_are_too_low_by_no_more_than_the_error()
    {
        var random = new Random(3);
        var exact = new Dictionary<string, long>();
        var frequent = new FrequentValues();
        for (var i = 0; i < 40_000; i++)
        {
            var value = string.Create(CultureInfo.InvariantCulture, $"w{(int)Math.Pow(random.NextDouble() * 12, 3)}");
            exact[value] = exact.GetValueOrDefault(value) + 1;
            frequent.Add(ValueHash.Of(Encoding.UTF8.GetBytes(value)), Encoding.UTF8.GetBytes(value));
        }

        Assert.False(frequent.GaveUp);
        foreach (var value in frequent.Top(20))
            Assert.InRange(exact[Encoding.UTF8.GetString(value.Value)], value.AtLeast, value.AtLeast + frequent.Error);
    }

    [Fact]
    public void A_column_where_hardly_any_value_repeats_has_no_frequent_values()
    {
        var state = StateOf(Enumerable.Range(0, 60_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"id-{i * 7919}")));
        Assert.True(state.Frequent.GaveUp);
        Assert.Empty(ColumnProfile.From(state).Frequent);
    }

    [Theory]
    [InlineData("42", CellKind.Integer)]
    [InlineData("-7", CellKind.Integer)]
    [InlineData("17850.0", CellKind.Decimal)]
    [InlineData("1e-3", CellKind.Decimal)]
    [InlineData("true", CellKind.Boolean)]
    [InlineData("2010-12-01", CellKind.Date)]
    [InlineData("12/31/2011", CellKind.Date)]
    [InlineData("31/12/2011", CellKind.Date)]
    [InlineData("2026年3月9日", CellKind.Date)]
    [InlineData("2010-12-01 08:26:00", CellKind.Timestamp)]
    [InlineData("2013-07-25T00:00:00.000+08:00", CellKind.Timestamp)]
    [InlineData("7:10 a.m.", CellKind.Time)]
    [InlineData("2011-02-30", CellKind.Text)]
    [InlineData("1.2.3", CellKind.Text)]
    [InlineData("12-34-56-78", CellKind.Text)]
    [InlineData("Infinity", CellKind.Text)]
    [InlineData("85123A", CellKind.Text)]
    public void A_cell_is_read_as_what_it_looks_like(string cell, CellKind kind)
        => Assert.Equal(kind, CellReader.Read(Encoding.UTF8.GetBytes(cell), out _, out _, out _));

    [Fact]
    public void A_few_strangers_do_not_change_a_columns_type_but_are_counted()
    {
        var profile = ColumnProfile.From(StateOf([.. Enumerable.Range(1, 990).Select(i => i.ToString(CultureInfo.InvariantCulture)), .. Enumerable.Repeat("oops", 10)]));
        Assert.Equal((ValueKind.Integer, 10), (profile.Kind, profile.Misfits));
        var codes = ColumnProfile.From(StateOf(["00725", "78521", "80126", "00601"]));
        Assert.Equal((ValueKind.Text, 2), (codes.Kind, codes.LeadingZeros));
    }

    private static object Exact(ColumnState s) => (s.Rows, s.Nulls, s.Blank, s.Padded, s.MissingWords, s.Zeros, s.Negatives, s.Distinct.Count, s.MinText, s.MaxText,
        string.Join(',', Enum.GetValues<CellKind>().Select(s.Of)), s.NumberMoments.Count, s.Numbers?.Min, s.Numbers?.Max);

    private static ColumnState StateOf(IEnumerable<string> cells)
    {
        var state = new ColumnState("c");
        foreach (var cell in cells)
            state.AddCell(Encoding.UTF8.GetBytes(cell));
        return state;
    }

    private static List<string> Cells(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(8) switch
        {
            0 => "",
            1 => "N/A",
            2 => " padded ",
            3 => (random.NextDouble() * 1000).ToString("F3", CultureInfo.InvariantCulture),
            4 => $"2024-0{random.Next(1, 10)}-1{random.Next(10)}",
            5 => new string((char)('一' + random.Next(500)), random.Next(1, 6)),
            _ => random.Next(-50, 300).ToString(CultureInfo.InvariantCulture),
        })];
    }
}
