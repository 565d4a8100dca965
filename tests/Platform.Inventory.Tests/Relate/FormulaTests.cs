using System.Globalization;
using Platform.Inventory.Compare;
using Platform.Inventory.Quality;
using Platform.Inventory.Relate;
using Platform.Inventory.Report;
using Platform.Testing;

namespace Platform.Inventory.Tests.Relate;

public class FormulaTests : InventoryTest
{
    [Fact]
    public void A_product_is_found_and_the_rows_that_break_it_are_told_with_their_keys()
    {
        Write("lines.csv", "line_id,quantity,price,subtotal,note\n" + string.Concat(Enumerable.Range(1, 25_000).Select(i =>
        {
            var (quantity, price) = (1 + (i * 7 % 9), 1.25m + (i * 7919 % 800 / 4m));
            return string.Create(CultureInfo.InvariantCulture, $"{i},{quantity},{price:0.00},{(i is 17 or 24_000 ? 10 : 1) * quantity * price:0.00},n{i % 13}\n");
        })));
        var snapshot = Take();
        var formula = Assert.Single(Formulas(snapshot));
        // The second wrong row lies beyond the sample: all rows were looked at.
        Assert.Equal(("subtotal", "quantity × price", 25_000L, 2L, true), (formula.Column, formula.Text, formula.Rows, formula.Violations, formula.Whole));
        Assert.Equal(["line_id 17", "line_id 24000"], formula.Examples.Select(example => example.Place));
        var told = Assert.Single(Told(snapshot), finding => finding.Kind == "formula");
        Assert.Equal("In lines.csv, subtotal is quantity × price in 24,998 rows, but not in 2 rows.", told.Sentence);
        Assert.StartsWith("line_id 17: 3 × ", told.Evidence, StringComparison.Ordinal);
        Assert.Contains("too much", told.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Sums_discounts_fixed_rates_parts_of_dates_and_joined_texts_are_found()
    {
        string[] given = ["Ann", "Bob", "Cleo", "Dora", "Emil", "Fritz", "Gina"];
        string[] family = ["Stone", "Wood", "Field", "Brook", "Hill"];
        Write("sums.csv", "code,subtotal,tax,shipping,discount,total\n" + Rows(i => { var (a, b, c, d) = (10 + (i * 37 % 500), 1 + (i * 11 % 90), 3 + (i % 7), i * 13 % 10); return $"K{i:0000}q,{a},{b},{c},{d},{a + b + c}"; }));
        Write("net.csv", "code,quantity,price,discount,amount\n" + Rows(i => { var (q, p, d) = (2 + (i * 7 % 8), 3.5m + (i * 31 % 100), i % 5 * 0.05m); return string.Create(CultureInfo.InvariantCulture, $"K{i:0000}q,{q},{p},{d},{Math.Round(q * p * (1 - d), 2)}"); }));
        Write("rates.csv", "code,celsius,fahrenheit\n" + Rows(i => string.Create(CultureInfo.InvariantCulture, $"K{i:0000}q,{-20 + (i * 37 % 601 / 10m)},{32 + (1.8m * (-20 + (i * 37 % 601 / 10m)))}")));
        Write("dates.csv", "code,sold_at,month\n" + Rows(i => { var at = new DateTime(2023, 1, 1, 8, 0, 0).AddHours(i * 29); return string.Create(CultureInfo.InvariantCulture, $"K{i:0000}q,{at:yyyy-MM-dd HH:mm:ss},{(i == 5 ? 12 : at.Month)}"); }));
        Write("names.csv", "code,first,last,full\n" + Rows(i => $"K{i:0000}q,{given[i % 7]},{family[i / 7 % 5]},{given[i % 7]} {(i == 9 ? "Smith" : family[i / 7 % 5])}"));
        var snapshot = Take();
        var found = Formulas(snapshot).ToDictionary(formula => formula.Column);
        Assert.Equal(
            ["amount = quantity × price × (1 − discount): 0", "fahrenheit = 1.8 × celsius + 32: 0", "full = first + “ ” + last: 1", "month = the month of sold_at: 1", "total = subtotal + tax + shipping: 0"],
            found.Values.Select(formula => $"{formula.Column} = {formula.Text}: {formula.Violations}").Order(StringComparer.Ordinal));
        var told = Told(snapshot);
        // Values of people are not shown.
        Assert.DoesNotContain("Smith", Assert.Single(told, finding => finding is { Kind: "formula", Column: "full" }).Evidence, StringComparison.Ordinal);
        Assert.Contains("12, but 2023-01", Assert.Single(told, finding => finding is { Kind: "formula", Column: "month" }).Evidence, StringComparison.Ordinal);
        Assert.Contains(told, finding => finding is { Kind: "computed", Name: "rates.csv", Sentence: "fahrenheit of rates.csv is 1.8 × celsius + 32 in every row." });
    }

    [Fact]
    public void Chance_makes_no_formula()
    {
        var random = new Random(7);
        Write("dice.csv", "a,b,c,d,e\n" + string.Concat(Enumerable.Range(0, 3_000).Select(_ => $"{random.Next(6)},{random.Next(6)},{random.Next(12)},{(random.Next(30) == 0 ? 2 : 1)},{random.Next(2)}\n")));
        Write("money.csv", "k,price,tax,flag\n" + string.Concat(Enumerable.Range(0, 3_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i % 50},{random.Next(100, 9_000) / 100m},{random.Next(100, 9_000) / 100m},{random.Next(2)}\n"))));
        // A factor that is nearly always 1 explains nothing.
        Write("ones.csv", "quantity,price,paid\n" + string.Concat(Enumerable.Range(0, 3_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{(i % 400 == 0 ? 3 : 1)},{i % 97}.5,{i % 97}.5\n"))));
        Assert.DoesNotContain(Formulas(Take()), formula => formula.Kind is FormulaKind.Product or FormulaKind.Sum);
    }

    [Fact]
    public void Rows_that_differ_in_nothing_but_their_id_are_told_apart_from_what_chance_makes_alike()
    {
        var random = new Random(3);
        var rows = Enumerable.Range(1, 4_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{random.Next(1, 900)},2024-{random.Next(1, 13):00}-{random.Next(1, 29):00},{random.Next(100, 99_999) / 100m}")).ToList();
        foreach (var twice in new[] { 12, 900, 3_100 })
            rows.Add(rows[twice]);
        Write("payments.csv", "payment_id,customer,day,amount\n" + string.Concat(rows.Select((row, i) => $"{i + 1},{row}\n")));
        // Few answers: many rows are alike.
        Write("votes.csv", "vote_id,city,answer\n" + string.Concat(Enumerable.Range(1, 4_000).Select(i => $"{i},city {random.Next(40)},{random.Next(30)}\n")));
        var snapshot = Take();
        var twins = Assert.Single(snapshot.Structures, structure => structure.Twins is not null);
        Assert.EndsWith("payments.csv", twins.Asset, StringComparison.Ordinal);
        Assert.Equal((3L, true, "13 and 4001"), (twins.Twins!.Count, twins.Twins.Whole, twins.Twins.Examples[0]));
        Assert.Equal("3 rows of payments.csv repeat another row in everything but payment_id: probably entered or loaded twice.", Assert.Single(Told(snapshot), finding => finding.Kind == "repeated-but-id").Sentence);
    }

    [Fact]
    public void A_formula_is_proposed_as_a_check_that_finds_the_rows_that_break_it()
    {
        Write("bills.csv", "code,net,tax,gross,sold_at,month\n" + Rows(i => { var at = new DateTime(2023, 1, 1).AddDays(i); return string.Create(CultureInfo.InvariantCulture, $"K{i:0000}q,{10 + (i * 37 % 500)}.25,{1 + (i * 11 % 90)}.5,{11 + (i * 37 % 500) + (i * 11 % 90) + (i == 7 ? 900 : 0)}.75,{at:yyyy-MM-dd},{at.Month}"); }));
        var snapshot = Take();
        var asset = Assert.Single(snapshot.Assets);
        var proposed = CheckSuggestions.Of(asset, snapshot.Profiles[asset.Key], [], [], DateTimeOffset.UnixEpoch, Formulas(snapshot)).Where(suggestion => suggestion.Check.Kind == "sql").ToDictionary(suggestion => suggestion.Check.Column!, suggestion => suggestion.Check);
        Assert.Equal(["gross", "month"], proposed.Keys.Order(StringComparer.Ordinal));
        var checks = new RowChecks(Store, _ => null);
        Assert.Equal((false, 1L), (checks.Judge(proposed["gross"], asset, DateTimeOffset.UnixEpoch, default).Passed, checks.Judge(proposed["gross"], asset, DateTimeOffset.UnixEpoch, default).Broken));
        var month = checks.Judge(proposed["month"], asset, DateTimeOffset.UnixEpoch, default);
        Assert.True(month.Passed, month.Observed.En);
    }

    [SharedDataFact]
    public void The_subtotal_of_the_retail_items_is_their_quantity_by_their_price()
    {
        var snapshot = Take(SharedData.Path("retail-db"));
        var formula = Formulas(snapshot).FirstOrDefault(one => one.Column == "column4");
        Assert.True(formula is { Text: "column3 × column5", Rows: 172_198 }, $"{formula?.Text} {formula?.Violations}: {string.Join(" | ", ProfileOf(snapshot, "order_items.csv").Verdicts.Select(verdict => $"{verdict.Column} {verdict.Type} {verdict.Role} {verdict.Confidence}"))}");
    }

    private static string Rows(Func<int, string> row) => string.Concat(Enumerable.Range(0, 400).Select(i => row(i) + "\n"));

    private static List<ColumnFormula> Formulas(InventorySnapshot snapshot) => [.. snapshot.Structures.SelectMany(structure => structure.Formulas)];

    private static IReadOnlyList<Finding> Told(InventorySnapshot snapshot) => ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot)).Surprises;
}
