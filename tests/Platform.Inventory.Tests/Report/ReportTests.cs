using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Inventory.Cache;
using Platform.Inventory.Classify;
using Platform.Inventory.Compare;
using Platform.Inventory.Profile;
using Platform.Inventory.Report;
using Platform.Inventory.Scan;

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
        Write("new.csv", "a,b\n3,4\n");
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
    public void A_file_with_another_name_and_the_same_content_is_a_rename_unless_two_could_be_it()
    {
        Write("categories.csv", "id,label\n1,pens\n2,ink\n");
        Write("a.csv", "x,y\n1,2\n3,4\n");
        Write("b.csv", "x,y\n1,2\n3,4\n");
        var first = Take();
        File.Move(Data.File("categories.csv"), Data.File("cats.csv"));
        File.Move(Data.File("a.csv"), Data.File("c.csv"));
        File.Move(Data.File("b.csv"), Data.File("d.csv"));
        var now = Take();
        var differences = InventoryComparer.Compare([first], now);
        Assert.Equal(("categories.csv", "cats.csv"), (Assert.Single(differences.Renamed).FromName, differences.Renamed[0].ToName));
        Assert.Equal((2, 2), (differences.New.Count, differences.Gone.Count));
        Assert.Equal(["c.csv", "d.csv"], Assert.Single(differences.Alike).New);
        var page = ReportPage.Render(ReportBuilder.Build(now, differences));
        Assert.Contains("categories.csv is now cats.csv (same content)", page, StringComparison.Ordinal);
        Assert.Contains("c.csv, d.csv have the same content as a.csv, b.csv, which are gone", page, StringComparison.Ordinal);
    }

    [Fact]
    public void One_thing_written_in_several_ways_is_told_with_its_shares()
    {
        static string date(int i)
        {
            var day = new DateTime(2021, 1, 1).AddDays(i * 3);
            return day.ToString((i % 5) switch { 0 => "yyyy-MM-dd", 1 => "dd/MM/yyyy", 2 => "dd.MM.yyyy", 3 => "d MMM yyyy", _ => "yyyy/MM/dd" }, System.Globalization.CultureInfo.InvariantCulture);
        }

        Write("forms.csv", "id;made;price;country;size;plain\n" + string.Concat(Enumerable.Range(0, 200).Select(i => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{i};{date(i)};{i / 2},{i % 90 + 10};{(i % 4 == 0 ? "de" : i % 4 == 1 ? "FR" : "DE")};{i + 1},{i % 10}00;2024-01-0{i % 9 + 1}\n"))));
        var snapshot = Take();
        var told = ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot)).Surprises;
        Assert.Contains("in 5 ways", told.Single(finding => finding.Kind == "date-forms").Sentence, StringComparison.Ordinal);
        Assert.Equal("price", told.Single(finding => finding.Kind == "decimal-comma").Column);
        var country = told.Single(finding => finding.Kind == "case-only");
        Assert.Equal(("country", "\"DE\" 100, \"de\" 50"), (country.Column, country.Evidence));
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
    public void Personal_data_in_texts_are_weighed_by_the_rows_that_hold_them()
    {
        string[] bodies =
        [
            "Thank you for your order, it will arrive within three days at the latest.",
            "Your parcel has left our house this morning and is on its way to you.",
            "Please pay the open amount to DE89370400440532013000 within fourteen days.",
            "Please pay the whole amount to GB29NWBK60161331926819 within thirty days.",
        ];
        Write("letters.csv", "id,message\n" + string.Concat(Enumerable.Range(0, 1200).Select(i => $"{i},\"{bodies[i % 25 != 0 ? i % 2 : 2 + (i / 25 % 2)]}\"\n")));
        // Forty different texts, each as often as the others, of which the twenty most frequent are no answer for all.
        Write("repeated.csv", "id,message\n" + string.Concat(Enumerable.Range(0, 4000).Select(i => $"{i},\"Text {i % 400} of the house says that you should write us at once to {(i % 4 == 0 ? $"person{i % 400}@mail.example.org" : "the old address")} please.\"\n")));
        var snapshot = Take();
        var verdict = snapshot.Profiles.Values.Single(profile => profile.Key.EndsWith("letters.csv", StringComparison.Ordinal)).Verdicts[1];
        Assert.Equal((0.04, InsideBasis.Rows, PersonalClass.InText), (verdict.Inside["iban"], verdict.InsideOf, verdict.Personal));
        var findings = ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot)).Surprises.Where(finding => finding.Kind == "personal-in-text").ToList();
        var letters = findings.Single(finding => finding.Name == "letters.csv");
        Assert.Contains("iban in 48 of the 1,200 texts (4.0 %)", letters.Evidence, StringComparison.Ordinal);
        var repeated = findings.Single(finding => finding.Name == "repeated.csv");
        Assert.Contains("of the different texts looked at", repeated.Evidence, StringComparison.Ordinal);
        Assert.True(repeated.Score > letters.Score);
    }

    [Fact]
    public void The_report_leads_with_what_people_hardly_knew_and_says_on_what_it_rests()
    {
        Write("shop/orders.csv", "order_id,customer_id,note\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"{i},{(i <= 55 ? i % 9 + 1 : 77)},same\n")));
        Write("shop/customers.csv", "customer_id,name\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"{i},customer {(char)('a' + i)}\n")));
        Write("shop/orders_copy.csv", "order_id,customer_id,note\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"{i},{(i <= 55 ? i % 9 + 1 : 77)},same\n")));
        var snapshot = Take();
        var report = ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot));

        Assert.Contains(report.Surprises, f => f is { Kind: "same-data" } && f.Sentence.Contains("orders_copy.csv holds the same data as", StringComparison.Ordinal));
        Assert.Contains(report.Surprises, f => f is { Kind: "constant", Column: "note" });
        Assert.All(report.Surprises, f => Assert.True(f is { Sentence.Length: > 10, SentenceZh.Length: > 5, Score: > 0 and <= 100 } && f.Evidence.Length > 0 && f.Link.StartsWith("/inventory/asset?key=file%3A", StringComparison.Ordinal)));
        Assert.Contains("True things that you may not know", ReportPage.Render(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_of_one_kind_do_not_fill_the_first_page()
    {
        var many = Enumerable.Range(0, 20).Select(i => Found("constant", $"t{i}", 50)).Append(Found("broken-reference", "orders", 30)).Append(Found("copy", "old", 25));
        var first = Finding.Rank(many).Take(8).ToList();
        Assert.Contains(first, f => f.Kind == "broken-reference");
        Assert.Contains(first, f => f.Kind == "copy");

        static Finding Found(string kind, string asset, double score) => new() { Kind = kind, Asset = asset, Name = asset, Score = score, Sentence = "s", SentenceZh = "s", Evidence = "e", EvidenceZh = "e" };
    }

    [Fact]
    public void Many_tables_with_the_same_rows_are_one_thing_to_know()
    {
        Write("t.csv", "id\n1\n2\n");
        var snapshot = Take();
        // Thirty lists that lie in one another, a pair of their own, and two tables that are only alike.
        var copies = Enumerable.Range(1, 29).Select(i => new CopyLine($"list{i:00}", $"list{i:00}", i % 3 == 0 ? "list30" : $"list{i + 1:00}", i % 3 == 0 ? "list30" : $"list{i + 1:00}", 1))
            .Append(new CopyLine("old", "old", "new", "new", 1)).Append(new CopyLine("list05", "list05", "list09", "list09", 0.95)).Append(new CopyLine("list05", "list05", "towns", "towns", 0.9));
        var facts = new CatalogFacts { Coverage = new Coverage { Taken = snapshot.Taken, Assets = 30, Owned = 0, Described = 0, Checked = 0, Columns = 30, Classified = 0, Reviewed = 0 }, Copies = [.. copies] };
        var told = ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot), facts).Surprises.Where(finding => finding.Kind == "copy").ToList();

        Assert.Equal(["30 tables hold the same rows: all rows of 29 of them are in another one too.", "90 % of the rows of list05 are in towns too.", "All rows of old are in new too: it is a copy."], told.Select(finding => finding.Sentence).Order(StringComparer.Ordinal));
        Assert.StartsWith("list01, list02, list03, list04, list05, list06 …", told.Single(finding => finding.Asset == "list01").Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_catalog_remembers_is_told_with_its_course_over_time()
    {
        Write("t.csv", "id\n1\n2\n");
        var snapshot = Take();
        var now = new Coverage { Taken = snapshot.Taken, Assets = 4, Owned = 3, Described = 1, Checked = 0, Columns = 10, Classified = 8, Reviewed = 2 };
        var facts = new CatalogFacts
        {
            Coverage = now,
            History = [now with { Owned = 0 }, now with { Owned = 1 }],
            Failing = [new FailingLine("raw.orders", "orders", "id", "not_null", "3 nulls; expected 0", "3 nulls; expected 0", "critical", snapshot.Taken)],
            Breaches =
            [
                new FailingLine("raw.orders", "orders", null, "ann", "the newest data are 30 hours old, promised are 24 hours", "最新数据已有 30 小时，约定为 24 小时", "critical", null),
                new FailingLine("raw.clicks", "clicks", "city", "", "the column city is missing", "缺少列 city", "critical", null),
                new FailingLine("raw.clicks", "clicks", null, "", "the check unique has never run", "检查 unique 从未运行", "critical", null),
            ],
            Unowned = [new CareLine("raw.x", "<b>x", 3, null, 10)],
            Flips = [new FlipLine("raw.orders", "orders", "code", "sku", null)],
            Copies = [new CopyLine("a", "a", "b", "b", 0.97)],
        };
        var report = ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot), facts);
        var page = ReportPage.Render(report);

        // What was promised leads, all points of one asset together.
        Assert.Equal(["clicks does not keep its contract in 2 points.", "orders does not keep its contract: the newest data are 30 hours old, promised are 24 hours."], report.Surprises.TakeWhile(finding => finding.Kind == "contract").Select(finding => finding.Sentence).Order(StringComparer.Ordinal));
        Assert.Equal("the column city is missing; the check unique has never run", report.Surprises.Single(finding => finding is { Kind: "contract", Name: "clicks" }).Evidence);
        Assert.Contains("75 %", page, StringComparison.Ordinal);
        Assert.Contains("<polyline", page, StringComparison.Ordinal);
        Assert.Contains("Judged otherwise than before", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>x", page, StringComparison.Ordinal);
        foreach (var tag in new[] { "section", "table", "tr", "td", "ul", "ol", "li", "div", "span", "details" })
            Assert.Equal(Regex.Count(page, $"<{tag}[ >]"), Regex.Count(page, $"</{tag}>"));
        var json = JsonSerializer.SerializeToElement(report, ReportFiles.Json);
        Assert.Equal(3, json.GetProperty("catalog").GetProperty("coverage").Deserialize<Coverage>(ReportFiles.Json)!.Owned);
    }

    [Fact]
    public void A_promise_about_a_table_of_the_platform_leads_though_its_other_findings_follow_those_of_the_source()
    {
        Write("people.csv", "id,mail\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i % 50},p{i % 50}@mail.example.com\n")));
        var taken = Take();
        var own = taken.Sources[0].Assets[0] with { Key = "raw.people", Name = "raw.people" };
        var snapshot = taken with { Sources = [.. taken.Sources, taken.Sources[0] with { Source = InventoryScanner.OwnTables, Assets = [own] }], Profiles = new Dictionary<string, AssetProfile>(taken.Profiles.ToDictionary()) { ["raw.people"] = taken.Profiles.Values.First() with { Key = "raw.people" } } };
        var facts = new CatalogFacts
        {
            Coverage = new Coverage { Taken = snapshot.Taken, Assets = 2, Owned = 0, Described = 0, Checked = 0, Columns = 4, Classified = 0, Reviewed = 0 },
            Breaches = [new FailingLine("raw.people", "raw.people", "city", "ann", "the column city is missing", "缺少列 city", "critical", null)],
        };
        var told = ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot), facts).Surprises;

        Assert.Equal(("contract", "raw.people"), (told[0].Kind, told[0].Asset));
        Assert.Contains(told.Skip(1), finding => finding.Asset != "raw.people");
    }

    [Fact]
    public void A_table_without_a_header_that_holds_people_is_told_with_a_value_that_looks_like_a_default()
    {
        string[] given = ["James", "John", "Robert", "Linda", "Susan", "David", "Karen", "Nancy", "Brian", "Laura"];
        string[] family = ["Smith", "Johnson", "Brown", "Garcia", "Miller", "Davis", "Wilson", "Moore", "Taylor", "Clark"];
        Write("people.csv", string.Concat(Enumerable.Range(0, 400).Select(i => $"{i + 1},{given[i % 10]} {family[i / 10 % 10]},p{i}@mail.example.com,{(i % 3 == 0 ? "Street 1" : $"Way {i}")},XXXXXXXXX\n")));
        var snapshot = Take();
        var findings = ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot)).Surprises;

        Assert.Contains(findings, f => f is { Kind: "personal-unnamed" } && f.Evidence.Contains("column2 e", StringComparison.Ordinal));
        Assert.Contains(findings, f => f is { Kind: "one-value", Column: "column3" } && f.Sentence.Contains("34 %", StringComparison.Ordinal) && !f.Evidence.Contains("mail.", StringComparison.Ordinal));
    }

    [Fact]
    public void Values_of_another_kind_are_told_once_a_table_and_the_same_trouble_in_a_copy_with_it()
    {
        var rows = string.Concat(Enumerable.Range(1, 400).Select(i => $"{(i % 100 == 0 ? $"C{100000 + i}" : $"{100000 + i}")},{(i % 80 == 0 ? "many" : $"{i % 7}")},{i}\n"));
        Write("a/lines.csv", "invoice,count,price\n" + rows);
        Write("b/lines_loaded.csv", "invoice,count,price\n" + rows);
        var snapshot = Take();
        var mixed = Assert.Single(ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot)).Surprises, f => f.Kind == "mixed-types");
        Assert.StartsWith("2 columns of", mixed.Sentence, StringComparison.Ordinal);
        Assert.Contains("count 5", mixed.Evidence, StringComparison.Ordinal);
        Assert.Contains("the same in b/lines_loaded.csv", mixed.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Odd_days_are_told_once_an_asset_and_figures_of_columns_follow_from_rows()
    {
        Write("t.csv", "id\n1\n2\n");
        var snapshot = Take();
        FailingLine odd(string? column, string what, int day) => new("file:/d/clicks/{yyyy-MM-dd}.csv", "clicks/{yyyy-MM-dd}.csv", column, what, "1,723, expected 2,383", "1,723，预期 2,383", "warning", new DateTimeOffset(2026, 3, day, 0, 0, 0, TimeSpan.Zero));
        var facts = new CatalogFacts
        {
            Coverage = new Coverage { Taken = snapshot.Taken, Assets = 1, Owned = 0, Described = 0, Checked = 0, Columns = 1, Classified = 1, Reviewed = 0 },
            Anomalies = [odd(null, "day_rows", 7), odd("at", "day_distinct", 7), odd("price", "day_mean", 7), odd(null, "day_rows", 9)],
            Unclassified = [new UnknownLine("raw.x", "x", "<i>blob", "varchar", null)],
            ToReview = 12,
        };
        var report = ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot), facts);
        Assert.Equal("price", Assert.Single(report.Surprises, f => f is { Kind: "odd-day", Column: not null }).Column);
        var finding = Assert.Single(report.Surprises, f => f is { Kind: "odd-day", Column: null });
        Assert.Equal("2 days of clicks/{yyyy-MM-dd}.csv are not like the others around: their number of rows.", finding.Sentence);
        Assert.StartsWith("2026-03-07: 1,723", finding.Evidence, StringComparison.Ordinal);
        var page = ReportPage.Render(report);
        Assert.Contains("12 answers wait", page, StringComparison.Ordinal);
        Assert.Contains("&lt;i&gt;blob", page, StringComparison.Ordinal);
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
