using System.Globalization;
using Platform.Inventory.Cache;
using Platform.Inventory.Compare;
using Platform.Inventory.Errors;
using Platform.Inventory.Report;
using Platform.Testing;

namespace Platform.Inventory.Tests.Errors;

/// <summary>The nightly look at cells tells what is surely wrong, with a witness, and nothing else.</summary>
public sealed class CellWatchTests : InventoryTest
{
    private static readonly string[] Cities = ["Hamburg", "Rotterdam", "Antwerpen", "Marseille", "Barcelona"];

    [Fact]
    public void Cells_that_other_rows_contradict_are_told_with_the_value_that_is_meant()
    {
        Write("shops.csv", Shops(rows =>
        {
            rows[7][2] = "Hambrug";
            rows[7][1] = "S0";
            rows[7][3] = "20000";
            rows[30][2] = "";
            rows[40][3] = "99999";
        }));
        var look = Assert.Single(Look(Take()).Looks);
        var misspelt = Assert.Single(look.Problems, problem => problem.Cause == CellCause.Misspelt);
        Assert.Equal(("city", 1, "Hambrug", "Hamburg", "row 8"), (misspelt.Column, misspelt.Cells, misspelt.Examples[0].Value, misspelt.Examples[0].Expected, misspelt.Examples[0].Place));
        Assert.True(misspelt.Examples[0].With >= 3);
        Assert.Equal(["city"], look.Problems.Where(problem => problem.Cause == CellCause.Left).Select(problem => problem.Column));
        Assert.Contains(look.Problems, problem => problem is { Cause: CellCause.Contradicted, Column: "postcode", Cells: 1 });
    }

    [Fact]
    public void A_clean_table_and_one_whose_rows_differ_by_kind_tell_nothing()
    {
        Write("clean.csv", Shops(_ => { }));
        // What is sold in one country costs tax by that country: no rate is a misspelt one of another.
        Write("taxes.csv", "no,product,country,rate\n" + string.Concat(Enumerable.Range(0, 400).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},P{i % 20},{(i % 23 == 0 ? "NO" : "SE")},{(i % 23 == 0 ? "no" : "se")}_std_{i % 20}\n"))));
        Assert.Empty(Look(Take()).Looks.SelectMany(look => look.Problems.Select(problem => $"{look.Asset} {problem.Column} {problem.Cause} {problem.Examples[0]}")));
    }

    [Fact]
    public void A_customer_who_buys_at_several_times_is_no_witness_against_any_of_them_and_an_order_is()
    {
        // Most customers have been once, with several lines of one time; some have been twice, a few of these with one line only.
        var interactions = new System.Text.StringBuilder("user_id,item_id,event_time,weight\n");
        var orders = new System.Text.StringBuilder("no,order_no,ordered_at\n");
        for (var user = 0; user < 200; user++)
        {
            for (var line = 0; line < 8; line++)
                interactions.Append(CultureInfo.InvariantCulture, $"{10_000 + user},P{(user * 7 + line * 3) % 90},2024-03-{1 + user % 28:00} 1{user % 10}:{user % 60:00}:05,{1 + line % 3}\n");
            for (var line = 0; user % 12 == 0 && line < (user % 24 == 0 ? 2 : 1); line++)
                interactions.Append(CultureInfo.InvariantCulture, $"{10_000 + user},P{(user * 5 + line) % 90},2024-04-{1 + user % 28:00} 09:{user % 60:00}:40,1\n");
            for (var line = 0; line < 5; line++)
                orders.Append(CultureInfo.InvariantCulture, $"{user * 5 + line},A{user},2024-03-{(user == 77 && line == 2 ? "30" : $"{1 + user % 28:00}")} 1{user % 10}:{user % 60:00}:05\n");
        }
        Write("interactions.csv", interactions.ToString());
        Write("orders.csv", orders.ToString());
        var problem = Assert.Single(Look(Take()).Looks.SelectMany(look => look.Problems.Select(one => (look.Asset, one.Column, one.By, one.Cells))));
        Assert.EndsWith("orders.csv", problem.Asset, StringComparison.Ordinal);
        Assert.Equal(("ordered_at", "order_no", 1), (problem.Column, problem.By, problem.Cells));
    }

    [Fact]
    public void Units_misplaced_values_broken_letters_and_times_the_wrong_way_round_are_told()
    {
        Write("orders.csv", "no,weight,town,region,ordered,sent,customer\n" + string.Concat(Enumerable.Range(0, 300).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"{i},{10 + i % 50}.5{(i % 15 == 0 ? " kg" : "")},{(i % 60 == 5 ? $"{Cities[i % 5]} RX" : Cities[(i * 7) % 5])},{(i % 60 == 5 ? "" : i % 2 == 0 ? "RX" : "RY")},2024-01-{1 + i % 20:00},2024-{(i == 77 ? "01-01" : $"02-{1 + i % 20:00}")},{(i == 90 ? "MÃ¼ller GmbH" : $"Firm {(char)('A' + i % 26)}{(char)('a' + i * 7 % 26)}")}\n"))));
        var problems = Assert.Single(Look(Take()).Looks).Problems;
        Assert.Equal(20, Assert.Single(problems, problem => problem is { Cause: CellCause.Unit, Column: "weight" }).Cells);
        Assert.Equal(5, Assert.Single(problems, problem => problem is { Cause: CellCause.Misplaced, Column: "town" }).Cells);
        Assert.Contains(problems, problem => problem is { Cause: CellCause.Mangled, Column: "customer", Cells: 1 });
        Assert.Contains(problems, problem => problem is { Cause: CellCause.Order, Column: "sent", By: "ordered", Cells: 1 });
    }

    [Fact]
    public void Values_of_personal_columns_are_hidden()
    {
        Write("people.csv", "no,member,email\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"{i},M{i % 30},{(i == 31 ? "persno1@example.com" : $"person{i % 30}@example.com")}\n")));
        var problem = Assert.Single(Assert.Single(Look(Take()).Looks).Problems, problem => problem.Column == "email");
        Assert.True(problem.Personal);
        Assert.Equal("*******@*******.***", problem.Examples[0].Value);
        Assert.DoesNotContain("person1", System.Text.Json.JsonSerializer.Serialize(problem), StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelt_city_that_many_rows_share_is_shown_with_its_witness_though_the_rows_are_peoples()
    {
        string[] given = ["Anna", "Peter", "Maria", "Thomas", "Laura", "David", "Sarah", "Martin"], family = ["Smith", "Jones", "Miller", "Taylor", "Clark", "Walker"];
        Write("people.csv", "no,first_name,last_name,email,city,postcode\n" + string.Concat(Enumerable.Range(0, 400).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{given[i % 8]},{family[i % 6]},p{i}@example.com,{(i == 100 ? "Hambrug" : Cities[i % 5])},{20_000 + 1_111 * (i % 5)}\n"))));
        var snapshot = Take();
        Assert.Equal(Platform.Inventory.Classify.PersonalClass.Address, snapshot.Profiles.Values.Single().Verdicts.Single(verdict => verdict.Column == "city").Personal);
        var problem = Assert.Single(Assert.Single(Look(snapshot).Looks).Problems, problem => problem.Column == "city");
        Assert.False(problem.Personal);
        Assert.Equal(("Hambrug", "Hamburg", "postcode 20000"), (problem.Examples[0].Value, problem.Examples[0].Expected, problem.Examples[0].Given));
        Assert.Contains("“Hambrug”, but 79 rows with postcode 20000 have “Hamburg”", CellFindings.Line(problem).En, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_time_does_not_reach_waits_for_the_next_night_and_what_is_known_is_not_read_again()
    {
        Write("a.csv", Shops(rows => rows[7][2] = "Hambrug"));
        Write("b.csv", Shops(_ => { }));
        var snapshot = Take();
        var none = Look(snapshot, new CellWatchOptions { Budget = TimeSpan.FromTicks(1) });
        Assert.Equal((0, 2), (none.Fresh, none.Left.Count));
        Assert.Equal((2, 0), Look(snapshot) is var first ? (first.Fresh, first.Left.Count) : default);
        var again = Look(snapshot);
        Assert.Equal((0, 2), (again.Fresh, again.Looks.Count));
        Write("b.csv", Shops(rows => rows[9][3] = "77777"));
        File.SetLastWriteTimeUtc(Data.File("b.csv"), new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(1, Look(Take()).Fresh);
    }

    [Fact]
    public void A_large_set_of_files_is_looked_at_in_stretches_with_the_newest_among_them()
    {
        foreach (var day in Enumerable.Range(1, 30))
            Write($"days/2024-01-{day:00}.csv", Shops(rows => rows[7][2] = day == 30 ? "Hambrug" : rows[7][2]));
        File.SetLastWriteTimeUtc(Data.File("days/2024-01-30.csv"), new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc));
        var look = Assert.Single(Look(Take(), new CellWatchOptions { MostRows = 3_000 }).Looks);
        Assert.Equal((9_000L, 3_000), (look.Rows, look.Looked));
        Assert.Equal("2024-01-30.csv, row 8", Assert.Single(look.Problems, problem => problem.Column == "city").Examples[0].Place);
    }

    [Fact]
    public void The_report_leads_with_the_cell_and_says_what_was_left_out()
    {
        Write("shops.csv", Shops(rows => rows[50][2] = "Hambrug"));
        var snapshot = Take();
        var report = ReportBuilder.Build(snapshot with { Cells = Look(snapshot).Looks, CellsLeft = ["raw.large"] }, InventoryComparer.Compare([], snapshot));
        var finding = Assert.Single(report.Surprises, finding => finding.Kind == "cells-misspelt");
        Assert.Equal(finding, report.Surprises[0]);
        Assert.Contains("“Hambrug”, but ", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("行为“Hamburg”", finding.EvidenceZh, StringComparison.Ordinal);
        Assert.Equal(("city", "misspelt", 1L), Assert.Single(report.Cells) is var line ? (line.Column, line.Cause, line.Cells) : default);
        var (page, _) = ReportFiles.Write(report, Home);
        var html = File.ReadAllText(page);
        Assert.Contains("Cells that are surely wrong", html, StringComparison.Ordinal);
        Assert.Contains("raw.large", html, StringComparison.Ordinal);
    }

    [SharedDataTheory]
    [InlineData("hospital", 250, 0.98)]
    [InlineData("beers", 2_000, 0.98)]
    [InlineData("flights", 500, 0.98)]
    public void Of_the_public_dirty_tables_much_is_told_and_nearly_all_of_it_is_true(string name, int least, double precision)
    {
        var (dirty, clean) = (CsvCells.Read(SharedData.Path("dirty", name, "dirty.csv")), CsvCells.Read(SharedData.Path("dirty", name, "clean.csv")));
        var look = Assert.Single(Look(Take(SharedData.Path("dirty", name))).Looks, look => look.Asset.EndsWith("dirty.csv", StringComparison.Ordinal));
        int told = 0, wrong = 0;
        foreach (var problem in look.Problems)
        {
            var column = Array.IndexOf(dirty[0], problem.Column);
            told += problem.Rows.Count;
            wrong += problem.Rows.Count(row => dirty[row + 1][column].Trim() != clean[row + 1][column].Trim());
        }

        Assert.True(look.Problems.Sum(problem => problem.Cells) >= least, $"{look.Problems.Sum(problem => problem.Cells)} cells are told.");
        Assert.True(wrong >= precision * told, $"{wrong} of {told} are wrong.");
    }

    private static string Shops(Action<string[][]> change)
    {
        var rows = Enumerable.Range(0, 300).Select(i => new[] { $"{1000 + i}", $"S{i % 25}", Cities[i % 25 % 5], $"{20000 + 1000 * (i % 25 % 5)}", $"{10 + i * 13 % 80}.{10 + i * 17 % 90}" }).ToArray();
        change(rows);
        return "no,shop,city,postcode,price\n" + string.Concat(rows.Select(row => string.Join(',', row) + "\n"));
    }

    private CellWatchResult Look(InventorySnapshot snapshot, CellWatchOptions? options = null) =>
        new CellWatch(Store, new InventoryCache(Path.Combine(Home, "cache"))).Look([.. snapshot.Assets], snapshot.Profiles, options ?? new CellWatchOptions { Budget = TimeSpan.FromMinutes(5) }, null, default);
}
