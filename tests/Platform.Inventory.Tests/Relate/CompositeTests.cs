using System.Globalization;
using Platform.Inventory.Relate;

namespace Platform.Inventory.Tests.Relate;

/// <summary>Foreign keys of two columns that nobody declared.</summary>
public class CompositeTests : InventoryTest
{
    [Fact]
    public void Pairs_of_a_line_table_are_found_where_each_number_alone_would_fit_anything()
    {
        Lines();
        Write("shipped.csv", "parcel,order_id,line_no\n" + string.Concat(OfLines(400, 7).Select((pair, i) => Line($"p{i},{pair.Order},{pair.Line}"))));
        var found = Assert.Single(Composites());
        Assert.Equal(("shipped.csv", "order_id + line_no", "lines.csv", "order_id + line_no", true), Say(found));
        Assert.InRange(found.Confidence, 0.8, 0.98);
        Assert.Contains("put together from different rows", found.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_one_names_the_pairs_that_are_missing()
    {
        Lines();
        var pairs = OfLines(400, 7).Append((17, 99)).Append((17, 99)).Append((9_999, 1)).ToList();
        Write("shipped.csv", "parcel,order_id,line_no\n" + string.Concat(pairs.Select((pair, i) => Line($"p{i},{pair.Item1},{pair.Item2}"))));
        var found = Assert.Single(Composites());
        Assert.Equal((3L, 2L, false), (found.MissingRows, found.MissingValues, found.Holds));
        Assert.Equal(("17, 99", 2L), (found.MissingExamples[0].Value, found.MissingExamples[0].Count));
        Assert.True(found.IsTold && found.Confidence > 0.7, $"{found.Confidence}");
    }

    [Fact]
    public void Counted_numbers_that_fill_the_whole_grid_prove_nothing_without_names()
    {
        // Each of 120 with the lines 1 to 6: any pair of such numbers is among them.
        Write("grid.csv", "bay,slot,weight\n" + string.Concat(Enumerable.Range(0, 720).Select(i => Line($"{1 + (i / 6)},{1 + (i % 6)},{i * 37 % 101}"))));
        Write("answers.csv", "answer,person,mark\n" + string.Concat(Enumerable.Range(0, 500).Select(i => Line($"a{i},{1 + (i * 13 % 120)},{1 + (i * 7 % 6)}"))));
        Assert.DoesNotContain(Composites(), relation => relation.Confidence >= 0.5);
    }

    [Fact]
    public void Another_table_of_lines_counted_alike_is_no_reference()
    {
        Lines();
        Write("claims.csv", "claim_id,item_no,cause\n" + string.Concat(Enumerable.Range(0, 900).Select(i => Line($"{1 + (i * 11 % 300)},{1 + (i * 5 % 4)},c{i % 9}"))));
        Assert.DoesNotContain(Composites(), relation => relation.Confidence >= 0.3);
    }

    [Fact]
    public void The_same_names_with_pairs_of_their_own_are_none()
    {
        Lines();
        Write("other.csv", "note,order_id,line_no\n" + string.Concat(Enumerable.Range(0, 900).Select(i => Line($"n{i},{1 + (i * 11 % 300)},{1 + (i * 5 % 7)}"))));
        Assert.DoesNotContain(Composites(), relation => relation.Confidence >= 0.5);
    }

    // 300 orders with 1 to 7 lines each.
    private static IEnumerable<(int Order, int Line)> AllLines() => Enumerable.Range(1, 300).SelectMany(order => Enumerable.Range(1, 1 + (order * 31 % 7)).Select(line => (order, line)));

    private static IEnumerable<(int Order, int Line)> OfLines(int most, int step)
    {
        var all = AllLines().ToList();
        return Enumerable.Range(0, most).Select(i => all[i * step % all.Count]);
    }

    private void Lines() => Write("lines.csv", "order_id,line_no,pieces,product\n" + string.Concat(AllLines().Select((pair, i) => Line($"{pair.Order},{pair.Line},{1 + (i * 7 % 5)},P{i * 17 % 40}"))));

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture) + "\n";

    private List<Relation> Composites() => [.. Take().Relations.Where(relation => relation.FromColumns is { Count: 2 })];

    private static (string, string, string, string, bool) Say(Relation relation)
        => (Path.GetFileName(relation.FromAsset), string.Join(" + ", relation.FromColumns!), Path.GetFileName(relation.ToAsset), string.Join(" + ", relation.ToColumns!), relation.Holds);
}
