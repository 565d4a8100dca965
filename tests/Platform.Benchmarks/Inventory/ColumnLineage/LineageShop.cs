using System.Globalization;
using Platform.Tables;
using Platform.Tables.Native;

namespace Platform.Benchmarks.Inventory.ColumnLineage;

/// <summary>A column of the shop: its type, its values as SQL literals, and values that it never has otherwise.</summary>
internal sealed record ShopColumn(string Name, string Type, double Nulls, Func<Random, int, string> Value, Func<Random, string> Novel);

/// <summary>Twelve small tables whose keys match, with few values a column so that there are ties, as SQL literals so that any column can be changed.</summary>
internal sealed class LineageShop
{
    private static readonly string[] Countries = ["UK", "FR", "DE", "NL"];
    private static readonly string[] Segments = ["vip", "new", "old"];
    private static readonly string[] Statuses = ["paid", "open", "void"];
    private static readonly string[] Methods = ["card", "cash", "paid", "open"];
    private static readonly string[] Names = ["Anna", "Bo vip", "Carl", "Dina", "Eve new", "Finn", "Gus", "Hana", "Iris", "Jon"];
    private static readonly string[] Tags = ["new", "old", "sale", "eco", "kids"];

    /// <summary>Columns by table.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<ShopColumn>> Tables { get; } = new Dictionary<string, IReadOnlyList<ShopColumn>>
    {
        ["customers"] = [Id(), Text("name", Names, 0), new("email", "VARCHAR", 0.2, (r, i) => Quote($"{Names[r.Next(Names.Length)]}{i}@{(r.Next(2) == 0 ? "a" : "b")}.org"), Zq), Text("country", Countries), Text("segment", Segments), Ref("referrer_id", 24, 0.3), Date("born", 1970, 10000, 0.1), Money("balance", 0, 400)],
        ["orders"] = [Id(), Ref("customer_id", 24), Ref("store_id", 6), Text("status", Statuses), Time("placed"), Money("amount", 10, 300), Money("discount", 0, 60, 0.2), new("note", "VARCHAR", 0.15, (r, _) => r.Next(4) == 0 ? Quote(r.Next(1, 9).ToString(CultureInfo.InvariantCulture)) : Quote(Methods[r.Next(Methods.Length)]), Zq)],
        ["items"] = [Ref("order_id", 24), Number("line", 1, 4), Ref("product_id", 12), Number("qty", 1, 6), Money("price", 1, 60)],
        ["products"] = [Id(), new("sku", "VARCHAR", 0, (r, i) => Quote($"S{i}"), Zq), new("title", "VARCHAR", 0.1, (r, i) => Quote($"{Tags[r.Next(Tags.Length)]} {i}"), Zq), Ref("category_id", 6), Money("cost", 1, 50),
            new("tags", "VARCHAR[]", 0.1, (r, _) => $"[{string.Join(", ", Enumerable.Range(0, r.Next(0, 4)).Select(_ => Quote(Tags[r.Next(Tags.Length)])))}]::VARCHAR[]", r => $"[{Zq(r)}]"),
            new("spec", "STRUCT(color VARCHAR, weight DOUBLE)", 0.1, (r, _) => $"{{'color': {Quote(Tags[r.Next(Tags.Length)])}, 'weight': {r.Next(100)}}}", r => $"{{'color': {Zq(r)}, 'weight': {r.Next(1000, 2000)}}}")],
        ["categories"] = [Id(), Ref("parent_id", 4, 0.35), new("name", "VARCHAR", 0.05, (r, i) => Quote($"cat {r.Next(8)}"), Zq)],
        ["stores"] = [Id(), new("city", "VARCHAR", 0.05, (r, i) => Quote($"City {r.Next(8)}"), Zq), Text("country", Countries), Date("opened", 2026, 60, 0.1), Money("target", 50, 300)],
        ["payments"] = [Id(), Ref("order_id", 24), Text("method", Methods), Money("paid", 1, 200), Time("paid_at")],
        ["events"] = [Id(), Ref("customer_id", 24), Text("kind", ["view", "buy", "click"]), Time("happened"),
            new("props", "STRUCT(page VARCHAR, ms INTEGER)", 0.1, (r, _) => $"{{'page': {Quote(Tags[r.Next(Tags.Length)])}, 'ms': {r.Next(100)}}}", r => $"{{'page': {Zq(r)}, 'ms': {r.Next(1000, 2000)}}}"),
            new("urls", "VARCHAR[]", 0.1, (r, _) => $"[{string.Join(", ", Enumerable.Range(0, r.Next(0, 4)).Select(_ => Quote("/" + r.Next(9))))}]::VARCHAR[]", r => $"[{Zq(r)}, {Zq(r)}, {Zq(r)}, {Zq(r)}, {Zq(r)}]")],
        ["rates"] = [Text("country", Countries), Date("day", 2026, 50, 0.05), Money("rate", 1, 3)],
        ["employees"] = [Id(), new("boss_id", "INTEGER", 0.12, (r, i) => i <= 2 ? "NULL" : r.Next(1, i).ToString(CultureInfo.InvariantCulture), r => r.Next(900, 999).ToString(CultureInfo.InvariantCulture)), Ref("store_id", 8), Text("name", Names), Money("salary", 1000, 4000)],
        ["stock"] = [Ref("product_id", 14), Ref("store_id", 8), Number("qty", 1, 40), Date("updated", 2026, 60, 0.1)],
        ["totals"] = [Text("country", Countries), Money("total", 1, 90), Number("n", 1, 9)],
    };

    private static readonly Dictionary<string, int> RowCounts = new() { ["customers"] = 24, ["orders"] = 30, ["items"] = 40, ["products"] = 14, ["categories"] = 8, ["stores"] = 8, ["payments"] = 30, ["events"] = 34, ["rates"] = 16, ["employees"] = 16, ["stock"] = 16, ["totals"] = 4 };

    private readonly Dictionary<string, string[][]> _rows = [];

    public LineageShop(int seed)
    {
        var random = new Random(seed);
        foreach (var (table, columns) in Tables)
            _rows[table] = [.. Enumerable.Range(1, RowCounts[table]).Select(i => columns.Select(column => random.NextDouble() < column.Nulls ? "NULL" : column.Value(random, i)).ToArray())];
    }

    /// <summary>The columns as the analysis gets them.</summary>
    public static Dictionary<string, IReadOnlyList<TableColumn>> Schema { get; } =
        Tables.ToDictionary(table => table.Key, table => (IReadOnlyList<TableColumn>)[.. table.Value.Select(column => new TableColumn(column.Name, column.Type, true))]);

    /// <summary>Fills all tables.</summary>
    public void Fill(DuckDbConnection connection)
    {
        foreach (var table in Tables.Keys)
            Write(connection, table, _rows[table]);
    }

    /// <summary>Ways to change one column and nothing else: shuffled, repeated, emptied, drawn anew, all alike, one cell, values that never were.</summary>
    public IEnumerable<string[][]> Changed(string table, int column, Random random)
    {
        var rows = _rows[table];
        var of = Tables[table][column];
        yield return With(rows, column, [.. rows.Select(row => row[column]).OrderBy(_ => random.Next())]);
        yield return With(rows, column, [.. rows.Select(row => random.Next(2) == 0 ? row[column] : rows[random.Next(rows.Length)][column])]);
        yield return With(rows, column, [.. rows.Select(row => random.Next(5) < 2 ? "NULL" : row[column])]);
        yield return With(rows, column, [.. rows.Select(_ => of.Value(random, random.Next(1, rows.Length + 4)))]);
        yield return With(rows, column, [.. Enumerable.Repeat(rows[random.Next(rows.Length)][column], rows.Length)]);
        var one = random.Next(rows.Length);
        yield return With(rows, column, [.. rows.Select((row, i) => i == one ? of.Value(random, random.Next(1, rows.Length + 4)) : row[column])]);
        yield return With(rows, column, [.. rows.Select(row => random.Next(3) == 0 ? of.Novel(random) : row[column])]);
    }

    /// <summary>Replaces a table's rows.</summary>
    public static void Write(DuckDbConnection connection, string table, string[][] rows) =>
        connection.Execute($"create or replace table {table} ({string.Join(", ", Tables[table].Select(column => $"{column.Name} {column.Type}"))}); insert into {table} values {string.Join(", ", rows.Select(row => $"({string.Join(", ", row)})"))}");

    /// <summary>Puts a table back.</summary>
    public void Restore(DuckDbConnection connection, string table) => Write(connection, table, _rows[table]);

    private static string[][] With(string[][] rows, int column, string[] values) =>
        [.. rows.Select((row, i) => row.Select((cell, c) => c == column ? values[i] : cell).ToArray())];

    private static ShopColumn Id() => new("id", "INTEGER", 0, (_, i) => i.ToString(CultureInfo.InvariantCulture), r => r.Next(900, 999).ToString(CultureInfo.InvariantCulture));

    private static ShopColumn Ref(string name, int most, double nulls = 0.08) => new(name, "INTEGER", nulls, (r, _) => r.Next(1, most + 1).ToString(CultureInfo.InvariantCulture), r => r.Next(900, 999).ToString(CultureInfo.InvariantCulture));

    private static ShopColumn Number(string name, int least, int most) => new(name, "INTEGER", 0.05, (r, _) => r.Next(least, most + 1).ToString(CultureInfo.InvariantCulture), r => r.Next(90, 99).ToString(CultureInfo.InvariantCulture));

    private static ShopColumn Money(string name, int least, int most, double nulls = 0.08) =>
        new(name, "DOUBLE", nulls, (r, _) => (least + ((most - least) * r.Next(12) / 12.0)).ToString(CultureInfo.InvariantCulture), r => r.Next(7000, 9000).ToString(CultureInfo.InvariantCulture));

    private static ShopColumn Text(string name, string[] words, double nulls = 0.08) => new(name, "VARCHAR", nulls, (r, _) => Quote(words[r.Next(words.Length)]), Zq);

    private static ShopColumn Date(string name, int year, int days, double nulls) =>
        new(name, "DATE", nulls, (r, _) => Quote(new DateOnly(year, 1, 1).AddDays(r.Next(days)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)) + "::DATE", r => $"DATE '20{r.Next(50, 60)}-03-03'");

    private static ShopColumn Time(string name) =>
        new(name, "TIMESTAMP", 0.05, (r, _) => Quote(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddHours(r.Next(18) * 66).ToString("yyyy-MM-dd HH:mm:00", CultureInfo.InvariantCulture)) + "::TIMESTAMP", r => $"TIMESTAMP '20{r.Next(50, 60)}-03-03 04:05:06'");

    private static string Zq(Random random) => Quote("zq" + random.Next(1000));

    private static string Quote(string text) => $"'{text}'";
}
