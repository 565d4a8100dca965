using Platform.Inventory.Duplicates;
using Platform.Inventory.Errors;
using Platform.Testing;

namespace Platform.Inventory.Tests.Duplicates;

/// <summary>Rows of one person or product are found, however they are written.</summary>
public sealed class DuplicateTests
{
    private static readonly string[] Columns = ["id", "first", "last", "street", "born", "phone"];

    [Fact]
    public void People_written_twice_are_found_without_labels()
    {
        var rows = People(300);
        rows.Add(["900", "Harryy", rows[4][2], rows[4][3], rows[4][4], rows[4][5]]);
        rows.Add(["901", rows[9][1], rows[9][2], "", rows[9][4], rows[9][5]]);
        rows.Add(["902", rows[20][1].ToUpperInvariant(), rows[20][2], rows[20][3] + " St.", rows[20][4], "0" + rows[20][5]]);
        rows[4][1] = "Harry";
        var result = Find(rows);
        Assert.Equal([(4, 300), (9, 301), (20, 302)], result.Clusters.Select(cluster => (cluster[0], cluster[1])));
        Assert.False(result.Truncated);
        Assert.DoesNotContain("id", result.Columns.Keys);
    }

    [Fact]
    public void Chinese_names_and_addresses_are_compared_by_their_characters()
    {
        string[] family = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄"];
        string[] given = ["伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "勇"];
        string[] districts = ["朝阳区", "海淀区", "浦东新区", "天河区", "南山区"];
        string[] roads = ["建国路", "中山路", "人民路", "解放路", "长安街", "和平路"];
        var random = new Random(2);
        var rows = Enumerable.Range(0, 200).Select(i => new[]
        {
            $"{family[random.Next(8)]}{given[random.Next(10)]}{given[random.Next(10)]}", $"{districts[random.Next(5)]}{roads[random.Next(6)]}{random.Next(1, 999)}号", $"13{random.Next(100000000, 999999999)}",
        }).ToList();
        rows.Add([rows[3][0], rows[3][1].Replace("号", "號", StringComparison.Ordinal), rows[3][2]]);
        rows.Add([rows[8][0], "北京市" + rows[8][1], rows[8][2][..^1]]);
        var result = DuplicateFinder.Find(CellTable.Of(["name", "address", "phone"], rows), [], [], new DuplicateOptions(), default);
        Assert.Equal([(3, 200), (8, 201)], result.Clusters.Select(cluster => (cluster[0], cluster[1])));
    }

    [Fact]
    public void A_chain_of_rows_that_are_pairwise_alike_is_no_cluster()
    {
        // Each is like its neighbour only.
        static double Alike(int a, int b) => Math.Abs(a - b) == 1 ? 0.9 : 0.1;
        var clusters = RecordClusters.Join([(0, 1, 0.9), (1, 2, 0.8), (2, 3, 0.9), (3, 4, 0.7)], Alike, out var refused);
        Assert.Equal([[0, 1], [2, 3]], clusters);
        Assert.Equal(2, refused);
        Assert.Equal([[0, 1, 2]], RecordClusters.Join([(0, 1, 0.9), (1, 2, 0.8)], (_, _) => 0.9, out _));
    }

    [Fact]
    public void Labelled_pairs_decide_where_there_are_enough_of_both_kinds()
    {
        var rows = People(120);
        var labels = new List<LabelledPair>();
        for (var i = 0; i < 60; i++)
        {
            // Whoever has the same phone is the same here, whatever else differs.
            rows.Add([$"{2000 + i}", rows[60 + i][1], rows[(61 + i) % 120][2], rows[(65 + i) % 120][3], rows[(70 + i) % 120][4], rows[i][5]]);
            if (i < 40)
                labels.AddRange([new LabelledPair(i, 120 + i, true), new LabelledPair(i + 1, 120 + i, false), new LabelledPair(60 + i, 120 + i, false)]);
        }

        var result = DuplicateFinder.Find(CellTable.Of(Columns, rows), [], labels, new DuplicateOptions(), default);
        Assert.InRange(result.Pairs.Count(pair => pair.B == pair.A + 120 && pair.A >= 40), 15, 20);
        Assert.InRange(result.Pairs.Count(pair => pair.B != pair.A + 120), 0, 6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Small_tables_are_looked_at_all_the_same(int rows)
    {
        var result = Find(People(rows));
        Assert.Empty(result.Clusters);
    }

    [Fact]
    public void A_labelled_pair_of_rows_that_are_gone_is_named_and_labels_of_one_kind_teach_nothing()
    {
        var table = CellTable.Of(Columns, People(5));
        Assert.Contains("rows 2 and 9", Assert.Throws<ArgumentException>(() => DuplicateFinder.Find(table, [], [new LabelledPair(2, 9, true)], new DuplicateOptions(), default)).Message, StringComparison.Ordinal);
        Assert.Contains("both kinds", Assert.Throws<ArgumentException>(() => PairMatcher.Train(table, [], [new LabelledPair(0, 1, true)], 1, default)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("martha", "marhta", 0.961)]
    [InlineData("dixon", "dicksonx", 0.813)]
    [InlineData("", "x", 0)]
    public void Names_are_as_alike_as_Winkler_says(string a, string b, double expected)
    {
        Assert.Equal(expected, Comparators.JaroWinkler(a, b), 0.001);
        Assert.Equal(Comparators.JaroWinkler(a, b), Comparators.JaroWinkler(b, a), 1e-12);
    }

    [Fact]
    public void Neighbours_that_change_places_are_one_edit_and_sounds_fold_spellings()
    {
        Assert.Equal(0.75, Comparators.Edits("1234", "1324"));
        Assert.Equal(PlainText.Sound("robert"), PlainText.Sound("rupert"));
        Assert.Equal("cafe 12.5", PlainText.Of("  Café,  12.5!"));
    }

    [SharedDataFact]
    public void Persons_of_febrl_are_found_without_labels()
    {
        var lines = File.ReadAllLines(SharedData.Path("dedupe-febrl", "dataset1.csv"));
        var rows = lines[1..].Select(line => line.Split(',', StringSplitOptions.TrimEntries)).ToList();
        var result = DuplicateFinder.Find(CellTable.Of(lines[0].Split(',', StringSplitOptions.TrimEntries)[1..], rows.Select(row => row[1..])), [], [], new DuplicateOptions(), default);
        var hits = result.Pairs.Count(pair => rows[pair.A][0].Split('-')[1] == rows[pair.B][0].Split('-')[1]);
        Assert.InRange(2.0 * hits / (result.Pairs.Count + 500), 0.97, 1);
    }

    private static DuplicateResult Find(List<string[]> rows) => DuplicateFinder.Find(CellTable.Of(Columns, rows), [], [], new DuplicateOptions(), default);

    private static List<string[]> People(int count)
    {
        string[] first = ["Harry", "Emma", "Oliver", "Sophie", "Jack", "Amelia", "George", "Isla", "Noah", "Ava", "Leo", "Mia"];
        string[] last = ["Brown", "Cooper", "Hughes", "Walker", "Bennett", "Fisher", "Marsh", "Lowe", "Page", "Reid", "Shaw", "Todd", "Webb"];
        string[] street = ["High Street", "Station Road", "Mill Lane", "Park Avenue", "Church Close", "Victoria Terrace"];
        var random = new Random(11);
        return [.. Enumerable.Range(0, count).Select(i => new[]
        {
            $"{100 + i}", first[random.Next(first.Length)], last[random.Next(last.Length)], $"{random.Next(1, 200)} {street[random.Next(street.Length)]}",
            $"19{random.Next(40, 99)}{random.Next(10, 13)}{random.Next(10, 29)}", $"{random.Next(100000, 999999)}{random.Next(1000, 9999)}",
        })];
    }
}
