using System.Text;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Tests.Profile;

public class FastPathTests
{
    [Fact]
    public void Shapes_in_vectors_are_those_byte_by_byte()
    {
        const string Letters = "abcxyzABCXYZ0123456789--//  ..@_\t\u0001~\u007fé文中";
        var random = new Random(7);
        Span<byte> shape = stackalloc byte[ValueShape.MaxBytes];
        Span<byte> expected = stackalloc byte[ValueShape.MaxBytes];
        for (var i = 0; i < 20_000; i++)
        {
            // ASCII alone too, and up to beyond what fits into the vectors.
            var few = random.Next(2) == 0 ? Letters.Length - 3 : Letters.Length;
            var text = new StringBuilder();
            for (var length = random.Next(72); length > 0; length--)
                text.Append(random.Next(4) == 0 && text.Length > 0 ? text[^1] : Letters[random.Next(few)]);
            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            var wanted = Encoding.UTF8.GetString(expected[..ValueShape.OfAny(bytes, expected)]);
            Assert.Equal(wanted, Encoding.UTF8.GetString(shape[..ValueShape.Of(bytes, shape)]));
        }
    }

    [Fact]
    public void A_text_of_64_digits_is_cut_like_a_longer_one()
    {
        foreach (var length in (int[])[44, 45, 46, 63, 64, 65])
            Assert.Equal(length <= 45 ? new string('9', length) : new string('9', 45) + "…", ValueShape.Of(new string('7', length)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(5_000)]
    public void Bins_are_sorted_whatever_their_ids(int count)
    {
        var random = new Random(count);
        foreach (var spread in (long[])[1, 1_000, long.MaxValue])
        {
            var bins = Enumerable.Range(0, count).Select(i => new Bin { Id = random.NextInt64(-spread, spread), Count = i }).ToArray();
            var expected = bins.OrderBy(bin => bin.Id).Select(bin => (bin.Id, bin.Count)).ToArray();
            BinOrder.Sort(bins);
            Assert.Equal(expected, bins.Select(bin => (bin.Id, bin.Count)));
        }
    }

    [Theory]
    [InlineData("2B7", CellKind.Text)]
    [InlineData("1e5", CellKind.Decimal)]
    [InlineData("2024年1月5日", CellKind.Date)]
    [InlineData("2024-01-05T10:11:12Z", CellKind.Timestamp)]
    [InlineData("2024-01-05 10:11:12 UTC", CellKind.Timestamp)]
    [InlineData("10:11 p.m.", CellKind.Time)]
    [InlineData("2024-01-05 10:11:12,5 +08:00", CellKind.Timestamp)]
    [InlineData("5 apples", CellKind.Text)]
    public void Cells_that_begin_with_a_digit_are_read_as_before(string cell, CellKind kind)
        => Assert.Equal(kind, CellReader.Read(Encoding.UTF8.GetBytes(cell), out _, out _, out _));
}
