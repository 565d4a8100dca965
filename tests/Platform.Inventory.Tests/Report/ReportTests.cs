using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Inventory.Cache;
using Platform.Inventory.Compare;
using Platform.Inventory.Report;

namespace Platform.Inventory.Tests.Report;

public class ReportTests : InventoryTest
{
    [Fact]
    public void The_first_night_says_that_nothing_can_be_compared_and_the_second_names_only_what_changed()
    {
        foreach (var day in Enumerable.Range(1, 5))
            Write($"shop/2024-01-0{day}.csv", $"id,price\n{day},1.5\n{day + 10},2.5\n");
        Write("people.csv", "id,email\n1,a@example.com\n2,b@example.com\n3,c@example.com\n");
        Write("gone.csv", "a,b\n1,2\n");
        var first = Take();
        Assert.Null(InventoryComparer.Compare([], first).Since);

        Write("shop/2024-01-03.csv", "id,price\n3,1.5\n13,2.5\n99,900\n");
        Write("new.csv", "a,b\n1,2\n");
        File.Delete(Data.File("gone.csv"));
        File.SetLastWriteTimeUtc(Data.File("people.csv"), new DateTime(2026, 5, 5, 0, 0, 0, DateTimeKind.Utc));
        var differences = InventoryComparer.Compare([first], Take());
        var change = Assert.Single(differences.Changed);
        Assert.Equal(("shop/{yyyy-MM-dd}.csv", "2024-01-03.csv", 10L, 11L), (change.Name, Assert.Single(change.FilesChanged), change.RowsBefore, change.Rows));
        Assert.Contains(change.Moves, move => move is { Column: "price", Metric: "max", After: "900" });
        Assert.EndsWith("new.csv", Assert.Single(differences.New), StringComparison.Ordinal);
        Assert.EndsWith("gone.csv", Assert.Single(differences.Gone), StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_comes_goes_or_changes_its_type_is_named()
    {
        Write("t.csv", "id,price,note\n1,10,x\n2,20,y\n");
        var first = Take();
        Write("t.csv", "id,price,color\n1,10.5,red\n2,20,blue\n");
        var change = Assert.Single(InventoryComparer.Compare([first], Take()).Changed);
        Assert.Equal(("color", "note", "price: integer to decimal"), (Assert.Single(change.ColumnsNew), Assert.Single(change.ColumnsGone), Assert.Single(change.ColumnsRetyped)));
    }

    [Fact]
    public void A_source_that_failed_tonight_is_not_reported_as_gone()
    {
        Write("t.csv", "id\n1\n");
        var first = Take();
        var failed = first with { Sources = [first.Sources[0] with { Failure = "The disk is away.", Assets = [] }] };
        Assert.Empty(InventoryComparer.Compare([first], failed).Gone);
        Assert.Contains("The disk is away.", ReportBuilder.Build(failed, InventoryComparer.Compare([first], failed)).Problems);
    }

    [Fact]
    public void The_page_is_whole_by_itself_and_what_data_say_cannot_become_markup()
    {
        Write("<script>alert(1)<b>.csv".Replace('/', '_'), "id,<img src=x>\n1,<script>\n2,<script>\nx,<script>\n" + string.Concat(Enumerable.Range(0, 80).Select(i => $"{i},<script>\n")));
        Write("people.csv", "id,email\n1,secret@example.com\n2,hidden@example.com\n3,third@example.com\n");
        var snapshot = Take();
        var page = ReportPage.Render(ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot)));
        Assert.Equal(1, Regex.Count(page, "<script>"));
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", page);
        Assert.DoesNotContain("secret@", page, StringComparison.Ordinal);
        Assert.Equal(Regex.Count(page, "class=\"en\""), Regex.Count(page, "class=\"zh\""));
        foreach (var tag in new[] { "section", "table", "tr", "td", "ul", "div", "span" })
            Assert.Equal(Regex.Count(page, $"<{tag}[ >]"), Regex.Count(page, $"</{tag}>"));
    }

    [Fact]
    public void What_a_run_found_is_the_same_after_it_was_kept()
    {
        Write("a/1.csv", "id,b_id\n1,1\n2,2\n3,2\n");
        Write("a/b.csv", "id,name\n1,x\n2,y\n");
        var runs = new InventoryRuns(Path.Combine(Home, "inventory"));
        var snapshot = Take();
        runs.Keep(7, snapshot);
        var kept = runs.Find(7)!;
        Assert.Equal(JsonSerializer.Serialize(snapshot), JsonSerializer.Serialize(kept));
        var differences = InventoryComparer.Compare([kept], snapshot);
        Assert.Empty(differences.New.Concat(differences.Gone));
        Assert.Empty(differences.Changed);
        Assert.Null(runs.Find(8));
    }
}
