using System.Text;
using Platform.Inventory.Profile;
using Platform.Inventory.Read;

namespace Platform.Inventory.Tests.Profile;

public sealed class OrderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(1000)]
    [InlineData(4097)]
    public void Numbers_are_sorted_whatever_runs_they_come_in(int count)
    {
        var random = new Random(count);
        foreach (var run in (int[])[1, 3, 20, 333])
        {
            var numbers = Enumerable.Range(0, count).Select(i => Math.Round(random.NextDouble() * 100) - 50).Chunk(run).SelectMany(part => part.Order()).ToArray();
            var sorted = numbers.Order().ToArray();
            RunOrder.Sort(numbers);
            Assert.Equal(sorted, numbers);
        }

        var falling = Enumerable.Range(0, count).Select(i => (double)-i).ToArray();
        RunOrder.Sort(falling);
        Assert.Equal(falling.Order(), falling);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5000)]
    [InlineData(100_000)]
    public void Hashes_are_sorted(int count)
    {
        var random = new Random(count);
        var hashes = Enumerable.Range(0, count).Select(i => (ulong)random.NextInt64() << (i % 3)).Append(ulong.MaxValue).Append(0UL).ToArray();
        var sorted = hashes.Order().ToArray();
        HashOrder.Sort(hashes);
        Assert.Equal(sorted, hashes);
        HashOrder.Sort(hashes);
        Assert.Equal(sorted, hashes);
    }

    [Fact]
    public void Pieces_of_a_large_file_are_even_and_an_even_number()
    {
        var groups = Enumerable.Range(1, 82).Select(i => Math.Min(i * 122_880L, 10_000_000)).ToList();
        var ranges = FileProfiler.RangesOf(groups);
        Assert.Equal(8, ranges.Count);
        Assert.Equal((0, 10_000_000), (ranges[0].From, ranges[^1].To));
        Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        Assert.All(ranges, range => Assert.InRange(range.To - range.From, 1_100_000, 1_400_000));
        Assert.Equal(2, FileProfiler.RangesOf([1_000_000, 2_000_000]).Count);
        Assert.Equal([new RowRange(0, 1_000_000)], FileProfiler.RangesOf([500_000, 1_000_000]));
        Assert.Equal([new RowRange(0, 9_000_000)], FileProfiler.RangesOf([9_000_000, 9_000_000]));
        Assert.Empty(FileProfiler.RangesOf([]));
    }

    [Fact]
    public void Values_of_several_types_in_one_column_keep_their_texts()
    {
        var column = new ColumnState("mixed");
        column.AddInteger(7);
        column.AddDecimal(0.5);
        column.AddInteger(7);
        column.AddTypedText("seven"u8);
        column.AddInteger(-3);
        var texts = column.Frequent.Top(10).Select(value => (Encoding.UTF8.GetString(value.Value), value.AtLeast)).ToList();
        Assert.Equal([("7", 2), ("-3", 1), ("0.5", 1), ("seven", 1)], texts);
        Assert.Equal(["-3", "0.5", "7", "seven"], column.Sample.Values().Select(Encoding.UTF8.GetString).Order(StringComparer.Ordinal));
    }
}
