using Platform.Catalog.Glossary;
using Platform.Designer.Glossary;
using Platform.Designer.Shell;

namespace Platform.Designer.Tests;

public sealed class TermTreeTests
{
    private static readonly TermRow[] Terms = [Term("amount", "order"), Term("customer", null), Term("order", "trade"), Term("stray", "gone"), Term("trade", null)];

    [Fact]
    public void Terms_stand_below_the_one_that_they_belong_to_and_those_whose_parent_is_gone_at_the_top() =>
        Assert.Equal("0 customer, 0 stray, 0 trade, 1 order, 2 amount", Said([]));

    [Fact]
    public void What_is_below_a_closed_term_is_not_shown() =>
        Assert.Equal("0 customer, 0 stray, 0 trade, 1 order", Said(["order"]));

    [Theory]
    [InlineData(null, "name", false)]
    [InlineData("rows-", "rows", true)]
    [InlineData("rows", "rows", false)]
    public void An_order_is_read_from_an_address_and_written_back(string? text, string column, bool descending)
    {
        var sort = Sorting.Parse(text, new Sorting("name", false));
        Assert.Equal((column, descending), (sort.Column, sort.Descending));
        Assert.Equal(text ?? "name", sort.Text);
    }

    private static string Said(string[] closed) => string.Join(", ", TermTree.Rows(Terms, closed.ToHashSet()).Select(p => $"{p.Depth} {p.Term.Name}"));

    private static TermRow Term(string name, string? parent) => new() { Id = name.GetHashCode(StringComparison.Ordinal), Name = name, Definition = null, Synonyms = [], Parent = parent, Owner = null, ChildCount = 0, LinkCount = 0, ChangedAt = DateTimeOffset.UnixEpoch };
}
