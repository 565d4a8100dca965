using Platform.Inventory.Errors;
using Platform.Testing;

namespace Platform.Inventory.Tests.Errors;

/// <summary>Wrong cells are found without rules, and labels teach what wrong means.</summary>
public sealed class ErrorTests
{
    private static readonly string[] Columns = ["id", "shop", "city", "postcode", "opened", "price", "note"];

    [Fact]
    public void Planted_errors_are_found_with_their_reason_and_what_the_cell_should_hold()
    {
        var rows = Shops();
        var city = rows[7][2];
        rows[7][2] = city[..^1] + "q";
        rows[21][2] = "";
        rows[40][3] = "2O095";
        rows[55][5] = "N/A";
        rows[60][5] = "99999";
        rows[70][4] = "03/02/2024";
        rows[80][1] = "Kaffee\uFFFDhaus Nord";
        rows[90][3] = rows[90][3] == "20095" ? "80331" : "20095";
        var findings = Find(rows, []);
        Assert.Equal(city, At(findings, 7, "city").Suggestion);
        Assert.Contains(At(findings, 7, "city").Reasons, reason => reason.Strategy is CellStrategy.Spelling or CellStrategy.Dependency);
        Assert.False(string.IsNullOrEmpty(At(findings, 21, "city").Suggestion));
        At(findings, 40, "postcode");
        Assert.Contains(At(findings, 55, "price").Reasons, reason => reason.Strategy == CellStrategy.StandIn);
        Assert.Contains(At(findings, 60, "price").Reasons, reason => reason.Strategy == CellStrategy.Number);
        Assert.Contains(At(findings, 70, "opened").Reasons, reason => reason.Strategy == CellStrategy.Shape);
        Assert.Contains(At(findings, 80, "shop").Reasons, reason => reason.Strategy == CellStrategy.Encoding);
        Assert.Contains(At(findings, 90, "postcode").Reasons, reason => reason.Strategy == CellStrategy.Dependency);
        Assert.InRange(findings.Count, 8, 14);
    }

    [Fact]
    public void A_clean_table_has_hardly_a_finding_and_the_same_seed_finds_the_same()
    {
        var rows = Shops();
        Assert.InRange(Find(rows, []).Count, 0, 3);
        rows[3][2] = "Munchen x";
        var first = Find(rows, []);
        Assert.Equal(first.Select(finding => (finding.Row, finding.Column, finding.Score)), Find(rows, []).Select(finding => (finding.Row, finding.Column, finding.Score)));
    }

    [Fact]
    public void What_people_say_about_a_cell_stands_and_spreads_to_cells_like_it()
    {
        var rows = Shops();
        for (var row = 0; row < rows.Count; row += 3)
            rows[row][5] += " EUR";
        var detector = Prepare(rows);
        var labels = detector.ChooseRows([], 10).SelectMany(row => Columns.Select((_, column) => new CellLabel(row, column, column == 5 && row % 3 == 0))).ToList();
        var wrong = detector.Find(labels).Where(finding => finding.Column == "price").Select(finding => finding.Row).ToList();
        Assert.Equal(Enumerable.Range(0, rows.Count).Where(row => row % 3 == 0), wrong);
        var right = detector.ChooseRows([], 10).SelectMany(row => Columns.Select((_, column) => new CellLabel(row, column, false))).ToList();
        Assert.DoesNotContain(detector.Find(right), finding => right.Any(label => label.Row == finding.Row && Columns[label.Column] == finding.Column));
        Assert.True(detector.Find(right).Count(finding => finding.Column == "price") < 10);
    }

    [Fact]
    public void The_rows_to_label_are_different_ones_and_never_those_labelled_already()
    {
        var detector = Prepare(Shops());
        var first = detector.ChooseRows([], 20);
        Assert.Equal(20, first.Distinct().Count());
        var labels = first.Select(row => new CellLabel(row, 0, false)).ToList();
        Assert.Empty(detector.ChooseRows(labels, 20).Intersect(first));
        Assert.Equal(5, Prepare(Shops()[..5]).ChooseRows([], 20).Count);
    }

    [Fact]
    public void Findings_that_look_alike_are_one_group()
    {
        var rows = Shops();
        for (var row = 0; row < 6; row++)
            rows[row * 17][5] = "n/a";
        var group = ErrorDetector.Group(Find(rows, [])).First(g => g.Column == "price");
        Assert.Equal((6, "stand_in"), (group.Cells, group.Reason));
        Assert.InRange(group.Examples.Count, 1, 5);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(60, 1)]
    public void Tables_with_hardly_anything_in_them_are_looked_at_all_the_same(int rows, int columns)
    {
        var table = CellTable.Of([.. Enumerable.Range(0, columns).Select(c => $"c{c}")], Enumerable.Range(0, rows).Select(r => Enumerable.Range(0, columns).Select(c => r % 4 == 0 ? null : $"v{r % 2}").ToArray()));
        var detector = ErrorDetector.Prepare(table, new ErrorOptions(), default);
        Assert.Equal(Math.Min(rows, 20), detector.ChooseRows([], 20).Count);
        _ = detector.Find([]).ToList();
        _ = detector.Find(rows == 0 ? [] : [new CellLabel(0, 0, true)]).ToList();
    }

    [Fact]
    public void More_rows_than_are_looked_at_are_refused_and_a_torn_row_is_named()
    {
        var builder = new CellTable.Builder(["a"]);
        for (var row = 0; row <= ErrorOptions.MaxRows; row++)
            builder.Add(["x"]);
        Assert.Contains("sample", Assert.Throws<ArgumentException>(() => ErrorDetector.Prepare(builder.Build(), new ErrorOptions(), default)).Message, StringComparison.Ordinal);
        Assert.Contains("Row 2", Assert.Throws<ArgumentException>(() => CellTable.Of(["a", "b"], [["1", "2"], ["3"]])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Chinese_values_are_no_errors_because_they_are_Chinese()
    {
        string[] cities = ["北京市", "上海市", "广州市", "深圳市"];
        var rows = Enumerable.Range(0, 200).Select(i => new[] { cities[i % 4], $"1000{i % 4}", i == 77 ? "缺失" : $"商品{i % 10}号" }).ToList();
        rows[12][0] = "北京巿";
        var found = ErrorDetector.Prepare(CellTable.Of(["city", "code", "name"], rows), new ErrorOptions(), default).Find([]).ToList();
        Assert.Equal("北京市", Assert.Single(found, finding => finding.Row == 12).Suggestion);
        Assert.Single(found, finding => finding.Row == 77);
        Assert.InRange(found.Count, 2, 4);
    }

    [SharedDataTheory]
    [InlineData("hospital", 0.75, 0.49)]
    [InlineData("beers", 0.90, 0.55)]
    [InlineData("flights", 0.75, 0.66)]
    public void The_public_dirty_tables_are_found_as_well_as_promised(string name, double labelled, double none)
    {
        var (columns, dirty) = Read(SharedData.Path("dirty", name, "dirty.csv"));
        var (_, clean) = Read(SharedData.Path("dirty", name, "clean.csv"));
        var detector = ErrorDetector.Prepare(CellTable.Of(columns, dirty), new ErrorOptions { Seed = 3 }, default);
        Assert.InRange(F1(detector.Score([])), none, 1);
        var labels = new List<CellLabel>();
        for (var round = 0; round < 5; round++)
            labels.AddRange(detector.ChooseRows(labels, 4).SelectMany(row => columns.Select((_, column) => new CellLabel(row, column, IsWrong(row, column)))));
        Assert.InRange(F1(detector.Score(labels)), labelled, 1);

        bool IsWrong(int row, int column) => dirty[row][column] != clean[row][column];

        double F1(float[][] scores)
        {
            int hits = 0, found = 0, wrong = 0;
            for (var row = 0; row < dirty.Count; row++)
            {
                for (var column = 0; column < columns.Length; column++)
                {
                    found += scores[column][row] >= 0.5 ? 1 : 0;
                    wrong += IsWrong(row, column) ? 1 : 0;
                    hits += scores[column][row] >= 0.5 && IsWrong(row, column) ? 1 : 0;
                }
            }

            return 2.0 * hits / (found + wrong);
        }
    }

    private static ErrorDetector Prepare(List<string[]> rows) => ErrorDetector.Prepare(CellTable.Of(Columns, rows), new ErrorOptions(), default);

    private static List<CellFinding> Find(List<string[]> rows, IReadOnlyCollection<CellLabel> labels) => [.. Prepare(rows).Find(labels)];

    private static CellFinding At(List<CellFinding> findings, int row, string column) => Assert.Single(findings, finding => finding.Row == row && finding.Column == column);

    /// <summary>Three hundred sales of thirty shops, each with its city and postcode.</summary>
    private static List<string[]> Shops()
    {
        var random = new Random(5);
        string[] cities = ["Hamburg", "Berlin", "Munich", "Cologne", "Dresden"];
        string[] codes = ["20095", "10115", "80331", "50667", "01067"];
        string[] names = ["Kaffeehaus Nord", "Buchladen West", "Bakery Central", "Fahrrad Depot", "Garden Corner", "Tea Room"];
        return [.. Enumerable.Range(0, 300).Select(i =>
        {
            var shop = random.Next(30);
            return new[]
            {
                $"{5000 + i}", names[shop / 5], cities[shop % 5], codes[shop % 5], $"2024-0{1 + random.Next(9)}-{10 + random.Next(19)}",
                $"{random.Next(10, 90)}.{random.Next(10, 99)}", $"order {random.Next(100, 999)}",
            };
        })];
    }

    private static (string[] Columns, List<string[]> Rows) Read(string path)
    {
        var rows = CsvCells.Read(path);
        return (rows[0], rows[1..]);
    }
}
