using System.Text;
using Platform.Inventory.Profile;
using Platform.Inventory.Relate;

namespace Platform.Inventory.Tests.Relate;

public sealed class HashNumbersTests
{
    [Fact]
    public void Each_hash_has_a_number_of_its_own_through_growth_and_cuts()
    {
        var numbers = new HashNumbers();
        var random = new Random(7);
        var expected = new Dictionary<ulong, int>();
        // Hashes that end alike, hashes that begin alike, and all sorts: as many again are told twice.
        var hashes = Enumerable.Range(1, 3_000).Select(i => (ulong)i << 40).Concat(Enumerable.Range(1, 3_000).Select(i => (ulong)i)).Concat(Enumerable.Range(0, 20_000).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue))).ToList();
        foreach (var hash in hashes.Concat(hashes.Take(12_000)).Append(ulong.MaxValue))
        {
            ref var number = ref numbers.Of(hash, out var known);
            Assert.Equal(expected.ContainsKey(hash), known);
            number++;
            expected[hash] = expected.GetValueOrDefault(hash) + 1;
            Assert.Equal(expected[hash], number);
        }

        AssertSame();
        numbers.Keep(ulong.MaxValue >> 2);
        foreach (var hash in expected.Keys.Where(hash => hash > ulong.MaxValue >> 2).ToList())
            expected.Remove(hash);
        AssertSame();
        numbers.Of(5, out var still) += 10;
        Assert.True(still);
        expected[5] += 10;
        AssertSame();

        void AssertSame()
        {
            Assert.Equal(expected.Count, numbers.Count);
            var (keys, counts) = numbers.Sorted();
            Assert.Equal(expected.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)), keys.Zip(counts));
        }
    }

    [Fact]
    public void The_hash_0_is_a_hash_as_any_other()
    {
        var numbers = new HashNumbers();
        numbers.Of(0, out var known) = 3;
        Assert.False(known);
        Assert.Equal(3, numbers.Of(0, out known));
        Assert.True(known);
        numbers.Keep(0);
        Assert.Empty(numbers.Sorted().Hashes);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("numeric")]
    [InlineData("double precision")]
    public void What_a_state_has_read_of_a_cell_gives_the_same_hash_as_reading_it_again(string type)
    {
        string[] cells = ["17850", "17850.0", "17850.5", "-3", "+3", "-0", "0", "007", "00.5", ".0", ".5", "1e3", "1E400", "123456789012345678", "1234567890123456789", "9007199254740993", "NaN", "Infinity", "-Infinity", "infinity",
            "true", "t", "2024-01-31", "2024-01-31 10:00:00+00", "10:30", "10.0.0.1", "null", "n/a", "-", "+", ".", "€ 5", "编号7", "a b", new string('9', 60), new string('x', 500)];
        var state = new ColumnState("c", type);
        // Read anew and from what is remembered of the cell before.
        foreach (var cell in cells.Concat(cells).Concat(Enumerable.Repeat("17850.0", 3)))
        {
            var bytes = Encoding.UTF8.GetBytes(cell);
            state.AddTypedText(bytes);
            Assert.Equal((cell, ColumnValues.HashOf(bytes)), (cell, ColumnValues.HashOf(bytes, state.LastFacts, state.LastHash)));
            Assert.Equal(ValueHash.Of(bytes), state.LastHash);
        }
    }
}
