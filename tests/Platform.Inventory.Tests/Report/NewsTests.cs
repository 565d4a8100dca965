using System.Text.Json;
using Platform.Inventory.Compare;
using Platform.Inventory.Profile;
using Platform.Inventory.Report;

namespace Platform.Inventory.Tests.Report;

public class NewsTests : InventoryTest
{
    [Fact]
    public void The_second_night_leads_with_what_is_new_or_worse_and_says_what_stands()
    {
        Write("stands.csv", "id,note\n" + Lines(100, i => $"{i},same"));
        Write("grows.csv", "id,kind,price\n" + Lines(200, i => $"{i},a,{(i < 3 ? "x" : "")}{i}.5"));
        Write("turns.csv", "id,price\n" + Lines(100, i => $"{i},{i}.25"));
        var first = Take();
        var report = ReportBuilder.Build(first, InventoryComparer.Compare([], first));
        Assert.All(report.Surprises, finding => Assert.Null(finding.News));

        Write("grows.csv", "id,kind,price\n" + Lines(200, i => $"{i},a,{(i < 5 ? "x" : "")}{i}.5"));
        Write("turns.csv", "id,price\n" + Lines(100, i => $"{i},{(i < 60 ? $"EUR {i}" : "")}"));
        var second = Take();
        // What was told comes back from JSON, as the catalog keeps it.
        var told = JsonSerializer.Deserialize<List<Finding>>(JsonSerializer.Serialize(report.Surprises, ReportFiles.Json), ReportFiles.Json);
        report = ReportBuilder.Build(second, InventoryComparer.Compare([first], second), earlier: told);

        var news = report.Surprises.TakeWhile(finding => finding.News is not null).ToList();
        Assert.All(report.Surprises.Skip(news.Count), finding => Assert.Null(finding.News));
        Assert.Contains(news, finding => finding is { Kind: "retyped", Column: "price", News: "new" } && finding.Sentence.Contains("decimal to text", StringComparison.Ordinal));
        Assert.Contains(news, finding => finding is { Kind: "drift", Column: "price" } && finding.Sentence.Contains("0.0 % to 40.0 %", StringComparison.Ordinal));
        var worse = Assert.Single(news, finding => finding.News == "worse");
        Assert.Equal(("mixed-types", "grows.csv"), (worse.Kind, worse.Name));
        Assert.EndsWith("; 3 at the last look", worse.Evidence, StringComparison.Ordinal);
        Assert.Contains(report.Surprises, finding => finding is { Kind: "constant", Name: "stands.csv", News: null });
        var page = ReportPage.Render(report);
        Assert.True(page.IndexOf("id=\"news\"", StringComparison.Ordinal) < page.IndexOf("id=\"stands\"", StringComparison.Ordinal));
        Assert.Contains($"{news.Count} findings are new or worse.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quiet_night_has_no_news()
    {
        Write("stands.csv", "id,note\n" + Lines(100, i => $"{i},same"));
        var first = Take();
        var told = ReportBuilder.Build(first, InventoryComparer.Compare([], first)).Surprises;
        var second = Take();
        var report = ReportBuilder.Build(second, InventoryComparer.Compare([first], second), earlier: told);
        Assert.NotEmpty(report.Surprises);
        Assert.All(report.Surprises, finding => Assert.Null(finding.News));
        Assert.Contains("No finding is new or worse.", ReportPage.Render(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_references_to_one_column_are_two_things_to_compare()
    {
        Finding alone(int rows, string from) => new() { Kind = "never-named", Asset = "file:/c.csv", Name = "c.csv", Column = "id", Score = 40, Sentence = $"{rows} of the 2,000 rows of c.csv have nothing in {from}.", SentenceZh = "s", Evidence = $"customer of {from} → id; {2000 - rows} rows name them", EvidenceZh = "e" };
        var news = new FindingNews([alone(84, "orders.csv"), alone(430, "events.jsonl")], new HashSet<string>());
        Assert.Null(news.Mark(alone(430, "events.jsonl")).News);
        Assert.Null(news.Mark(alone(84, "orders.csv")).News);
        Assert.Equal("worse", news.Mark(alone(120, "orders.csv")).News);
        Assert.Equal("new", news.Mark(alone(120, "returns.csv")).News);
    }

    [Fact]
    public void A_check_that_fails_since_last_night_and_a_day_of_the_past_that_was_rewritten_lead()
    {
        Write("t.csv", "id,note\n" + Lines(50, i => $"{i},same"));
        var first = Take();
        var told = ReportBuilder.Build(first, InventoryComparer.Compare([], first)).Surprises;
        var second = Take() with { Taken = first.Taken.AddDays(1) };
        var facts = new CatalogFacts
        {
            Coverage = new Coverage { Taken = second.Taken, Assets = 1, Owned = 0, Described = 0, Checked = 0, Columns = 1, Classified = 1, Reviewed = 0 },
            Failing = [new FailingLine("file:/t.csv", "t.csv", "price", "price-cap", "4,500, expected at most 500", "4,500", "warning", second.Taken.AddHours(-1)), new FailingLine("file:/t.csv", "t.csv", "id", "old", "1", "1", "warning", first.Taken.AddDays(-3))],
            Anomalies = [new FailingLine("file:/t.csv", "t.csv", "price", "day_mean", "4,500, expected 45", "4,500", "warning", first.Taken.AddDays(-90))],
        };
        var report = ReportBuilder.Build(second, InventoryComparer.Compare([first], second), facts, told);
        Assert.Equal(["check-fails", "odd-day"], report.Surprises.Where(finding => finding.News == "new").Select(finding => finding.Kind).Order());
        Assert.Contains("price-cap of price", report.Surprises[0].Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_day_file_that_changed_its_columns_is_neither_missing_nor_gone()
    {
        foreach (var day in Enumerable.Range(1, 30))
            Write($"shop/sales_2024-09-{day:00}.csv", $"id,price\n{day},1.5\n{day + 50},2.5\n");
        var first = Take();
        Write("shop/sales_2024-09-10.csv", "id,price,region\n10,1.5,north\n60,2.5,south\n");
        var second = Take();

        var differences = InventoryComparer.Compare([first], second);
        Assert.Empty(differences.New);
        Assert.Empty(differences.Gone);
        var change = Assert.Single(differences.Changed);
        Assert.Equal(["sales_2024-09-10.csv"], change.FilesReshaped);
        Assert.Empty(change.FilesGone);
        var report = ReportBuilder.Build(second, differences, earlier: []);
        Assert.DoesNotContain(report.Surprises, finding => finding.Kind == "missing-day");
        var finding = Assert.Single(report.Surprises, finding => finding.Kind == "other-columns");
        Assert.Equal("The file sales_2024-09-10.csv of shop/sales_{yyyy-MM-dd}.csv has other columns than the other 29 files: with region.", finding.Sentence);

        Write("shop/sales_2024-09-10.csv", "id,price\n10,1.5\n60,2.5\n");
        var third = Take();
        differences = InventoryComparer.Compare([second], third);
        Assert.Empty(differences.New.Concat(differences.Gone));
        change = Assert.Single(differences.Changed);
        Assert.Equal((0, "sales_2024-09-10.csv"), (change.FilesNew.Count, Assert.Single(change.FilesChanged)));
        Assert.DoesNotContain(ReportBuilder.Build(third, differences).Surprises, finding => finding.Kind == "other-columns");
    }

    [Fact]
    public void What_people_decided_ids_and_a_shift_of_a_thousandth_are_no_drift()
    {
        Write("t.csv", "id,revision,size\n" + Lines(200, i => $"{i},{13355000 + (i % 7)},{10 + (i % 9)}"));
        var first = Take();
        Write("t.csv", "id,revision,size\n" + Lines(200, i => $"{i + 900},{13360000 + (i % 7)},{30 + (i % 9)}"));
        var second = Take();
        var moves = Assert.Single(InventoryComparer.Compare([first], second).Changed).Moves;
        Assert.Equal(["size"], moves.Where(move => move.Metric == "mean").Select(move => move.Column));

        var key = first.Assets.Single().Key;
        InventorySnapshot judged(InventorySnapshot snapshot, string type, string people) => snapshot with
        {
            Profiles = snapshot.Profiles.ToDictionary(pair => pair.Key, pair => pair.Value with { PeopleVersion = people, Verdicts = [.. pair.Value.Verdicts.Select(verdict => verdict.Column == "size" ? verdict with { Type = type } : verdict)] }),
        };
        Assert.DoesNotContain(InventoryComparer.Compare([judged(first, "street_address", "")], judged(second, "unknown", "said")).Changed.Single(change => change.Key == key).Moves, move => move.Metric == "semantic_type");
        Assert.Contains(InventoryComparer.Compare([judged(first, "street_address", "")], judged(second, "unknown", "")).Changed.Single(change => change.Key == key).Moves, move => move.Metric == "semantic_type");
    }

    [Fact]
    public void An_object_that_is_null_in_some_records_is_no_empty_column()
    {
        Write("events.jsonl", Lines(300, i => i % 40 == 3 ? $$"""{"n": {{i}}, "user": null, "gone": null}""" : $$"""{"n": {{i}}, "user": {"id": {{i % 50}}, "name": "u{{i % 50}}"}, "gone": null}"""));
        Write("flat.csv", "user,user.id\n" + Lines(60, i => $",{i}"));
        var snapshot = Take();
        Assert.Equal(["n", "gone", "user.id", "user.name"], snapshot.Profiles.Values.Single(profile => profile.Key.EndsWith("events.jsonl", StringComparison.Ordinal)).Columns.Select(column => column.Name).OrderBy(name => name switch { "n" => 0, "gone" => 1, _ => 2 }).ThenBy(name => name, StringComparer.Ordinal));
        var empty = ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot)).Surprises.Where(finding => finding.Kind == "empty-column").ToList();
        Assert.Equal(["gone", "user"], empty.Select(finding => finding.Column).Order());
        Assert.Equal("user", empty.Single(finding => finding.Name == "flat.csv").Column);
    }

    [Fact]
    public void Tables_of_which_each_holds_the_next_are_one_finding_and_a_part_is_no_copy()
    {
        foreach (var (name, rows) in new[] { ("a.csv", 100), ("b.csv", 80), ("c.csv", 60), ("d.csv", 40), ("x.csv", 50), ("y.csv", 30), ("z.csv", 30) })
            Write(name, "id,label\n" + Lines(rows, i => $"{name[0]}{i},l{i}"));
        var snapshot = Take();
        CopyLine copy(string from, string to) => new(Key(snapshot, from), from, Key(snapshot, to), to, 1);
        var facts = new CatalogFacts
        {
            Coverage = new Coverage { Taken = snapshot.Taken, Assets = 7, Owned = 0, Described = 0, Checked = 0, Columns = 14, Classified = 1, Reviewed = 0 },
            Copies = [copy("b.csv", "a.csv"), copy("c.csv", "a.csv"), copy("d.csv", "a.csv"), copy("c.csv", "b.csv"), copy("d.csv", "b.csv"), copy("d.csv", "c.csv"), copy("y.csv", "x.csv")],
        };
        var told = ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot), facts).Surprises.Where(finding => finding.Kind == "copy").ToList();
        Assert.Equal(["4 tables hold rows of one another: 3 are parts of a.csv.", "All rows of y.csv are in x.csv too, which has more: it is a part of it."], told.Select(finding => finding.Sentence).Order(StringComparer.Ordinal));
        var same = ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot), facts with { Copies = [copy("y.csv", "z.csv")] }).Surprises.Single(finding => finding.Kind == "copy");
        Assert.Equal("All rows of y.csv are in z.csv too: it is a copy.", same.Sentence);
    }

    [Fact]
    public void The_same_in_a_file_and_the_table_that_was_loaded_from_it_is_told_once_by_the_file()
    {
        Finding found(string asset, string sentence, string evidence) => new() { Kind = "mixed-types", Asset = asset, Name = asset, Column = "v", Score = 50, Sentence = $"12 values of v in {asset} {sentence}", SentenceZh = "s", Evidence = evidence, EvidenceZh = "e" };
        var findings = new[] { found("raw.customers", "are odd.", "the other 88"), found("file:/customers.csv", "are odd.", "row 101, the other 88"), found("file:/products.csv", "are odd.", "row 7") };
        var told = FindingMerge.Merge(findings, [new MadeLine("file:/customers.csv", "raw.customers")], new HashSet<string> { "raw.customers" }).ToList();
        Assert.Equal(["file:/customers.csv", "file:/products.csv"], told.Select(finding => finding.Asset).Order(StringComparer.Ordinal));
        var models = new[] { "model:one", "model:two" }.Select(model => found(model, "are odd.", "the other 88") with { Kind = "model-broken", Column = null });
        Assert.Equal(2, FindingMerge.Merge(models, [], new HashSet<string>()).Count());
        Assert.EndsWith("the same in raw.customers", told.Single(finding => finding.Asset == "file:/customers.csv").Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_source_holds_nothing_that_can_be_read_the_report_says_so_and_its_figures_agree()
    {
        Write("readme.md", "nothing here");
        Write("empty.csv", "");
        var snapshot = Take();
        var report = ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot));
        Assert.StartsWith($"There is no data that can be read in '{snapshot.Sources[0].Source}': 2 files were passed over.", Assert.Single(report.Problems), StringComparison.Ordinal);
        Assert.Contains("1 asset or file cannot be read", ReportPage.Render(report), StringComparison.Ordinal);
        Assert.Contains($"standard error of {100 * DistinctCounter.StandardError:0.##} %", ReportPage.Render(report), StringComparison.Ordinal);
    }

    private static string Key(InventorySnapshot snapshot, string name) => snapshot.Assets.Single(asset => asset.Name == name).Key;

    private static string Lines(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(i => line(i) + "\n"));
}
