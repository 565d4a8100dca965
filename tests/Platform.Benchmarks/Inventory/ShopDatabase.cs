using System.Globalization;
using System.Text;
using Npgsql;

namespace Platform.Benchmarks.Inventory;

/// <summary>
/// A company's database as they are: schemas of modules with masters, documents and their lines, logs, small lists, archives of one form, wide exports
/// and empty tables, from 3 to 90 columns of all common types. Half of the references are declared. Sizes go from nothing to two million rows.
/// </summary>
internal static class ShopDatabase
{
    private static readonly string[] Modules = ["sales", "crm", "stock", "finance", "hr", "web", "logistics", "support", "marketing", "plant"];
    private static readonly string[] Masters = ["customer", "supplier", "product", "employee", "store", "warehouse", "account", "project", "contract", "vehicle", "device", "campaign"];
    private static readonly string[] Documents = ["order", "invoice", "shipment", "payment", "ticket", "visit", "claim", "quote", "transfer", "booking", "return", "request", "batch", "delivery", "inspection", "meeting"];
    private static readonly string[] Lists = ["status", "currency", "country", "unit", "reason", "channel", "priority", "region", "category", "role"];

    // Columns that any table may have: name, type, and how a row g of n is filled.
    private static readonly (string Name, string Type, string Value)[] Common =
    [
        ("code", "text", "upper(substr(md5(g || '{t}'), 1, 8))"),
        ("name", "text", "(array['Anna','Ben','Carla','David','Eva','Felix','Greta','Hugo','Ines','Jan'])[1 + (random() * 9)::int] || ' ' || (array['Berg','Klein','Sommer','Wolf','Stein','Vogel','Hahn','Roth','Lang','Kurz'])[1 + (random() * 9)::int]"),
        ("email", "text", "'user' || (random() * 90000)::int || '@example.com'"),
        ("phone", "text", "'+49 30 ' || (1000000 + (random() * 8999999)::int)"),
        ("city", "text", "(array['Berlin','Hamburg','Paris','Lyon','Madrid','Rome','Milan','Vienna'])[1 + (random() * 7)::int]"),
        ("postcode", "text", "lpad((random() * 99999)::int::text, 5, '0')"),
        ("country", "char(2)", "(array['DE','FR','ES','IT','AT'])[1 + (random() * 4)::int]"),
        ("amount", "numeric(12,2)", "(random() * 10000)::numeric(12,2)"),
        ("price", "numeric(10,2)", "(5 + random() * 200)::numeric(10,2)"),
        ("quantity", "int", "1 + (random() * random() * 30)::int"),
        ("rate", "double precision", "random()"),
        ("weight_kg", "real", "(random() * 40)::real"),
        ("state", "text", "(array['open','closed','lost','waiting'])[1 + (random() * 3)::int]"),
        ("kind", "smallint", "(random() * 6)::int"),
        ("is_active", "boolean", "random() < 0.9"),
        ("created_at", "timestamptz", "timestamptz '2021-01-01' + g * interval '17 minutes'"),
        ("updated_at", "timestamp", "timestamp '2024-01-01' + random() * interval '500 days'"),
        ("valid_from", "date", "date '2020-01-01' + (random() * 1500)::int"),
        ("note", "text", "case when random() < 0.2 then 'called about number ' || g || ', will call again' end"),
        ("payload", "jsonb", "jsonb_build_object('step', (random() * 5)::int, 'agent', 'a' || (random() * 50)::int)"),
        ("external_id", "uuid", "md5(g || 'x{t}')::uuid"),
        ("ip", "inet", "('10.0.' || (random() * 250)::int || '.' || (random() * 250)::int)::inet"),
        ("url", "text", "'https://shop.example.com/p/' || (random() * 5000)::int"),
        ("tags", "text[]", "array['a' || (random() * 5)::int, 'b']"),
        ("score", "int", "(random() * 100)::int"),
    ];

    /// <summary>Makes so many tables.</summary>
    /// <param name="source">An empty database.</param>
    /// <param name="tables">How many.</param>
    /// <returns>Rows of all, and the references that are not declared: <c>schema.table.column schema.table</c>.</returns>
    public static async Task<(long Rows, int Columns, HashSet<string> Undeclared)> CreateAsync(NpgsqlDataSource source, int tables)
    {
        var random = new Random(20);
        var undeclared = new HashSet<string>(StringComparer.Ordinal);
        long rows = 0;
        var columns = 0;
        foreach (var module in Modules)
            await ExecuteAsync(source, $"create schema {module}");
        var made = new List<Made>();
        var script = new StringBuilder();
        for (var i = 0; i < tables; i++)
        {
            var module = Modules[i % Modules.Length];
            var at = i / Modules.Length;
            var (table, count) = Table(module, at, i, made.Where(one => one.Module == module).ToList(), random, undeclared, script);
            made.Add(table);
            rows += table.Rows;
            columns += count;
            if (script.Length > 20_000 || i == tables - 1)
            {
                await ExecuteAsync(source, script.ToString());
                script.Clear();
            }
        }

        return (rows, columns, undeclared);
    }

    private static (Made Table, int Columns) Table(string module, int at, int number, List<Made> others, Random random, HashSet<string> undeclared, StringBuilder script)
    {
        // Masters first, then lists, then documents and their lines, then months of one log, then whatever grew over the years.
        var kind = at < Masters.Length ? "master" : at < 12 + Lists.Length ? "list" : at < 22 + Documents.Length ? "document" : at < 38 + Documents.Length ? "lines" : at < 66 ? "month" : at % 9 == 0 ? "empty" : at % 17 == 0 ? "wide" : "grown";
        var name = kind switch
        {
            "master" => Masters[at] + "s",
            "list" => Lists[at - 12],
            "document" => Documents[at - 22] + "s",
            "lines" => Documents[at - 38] + "_lines",
            "month" => string.Create(CultureInfo.InvariantCulture, $"log_2024_{at - 53:00}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Documents[at % Documents.Length]}_{Masters[(at * 5 + number) % Masters.Length]}_{kind}_{at}"),
        };
        long rows = kind switch
        {
            "empty" => 0,
            "list" => random.Next(4, 60),
            "master" => random.Next(200, 6_000),
            "document" => number % 40 == 5 ? random.Next(60_000, 200_000) : random.Next(1_000, 12_000),
            "lines" => number == 384 ? 2_000_000 : number % 80 == 1 ? random.Next(200_000, 500_000) : random.Next(2_000, 30_000),
            "month" => random.Next(500, 3_000),
            _ => number % 3 == 0 ? random.Next(3, 100) : random.Next(50, 5_000),
        };
        var defined = new List<(string Name, string Type, string Value)>();
        var constraints = new List<string>();
        if (kind == "list")
        {
            defined.AddRange([("code", "text primary key", "'C' || g"), ("label", "text", "'label ' || g"), ("position", "int", "g")]);
        }
        else if (kind == "lines")
        {
            var parent = others.First(one => one.Name == Documents[at - 38] + "s");
            var per = Math.Max(1, rows / Math.Max(1, parent.Rows));
            defined.AddRange([(Documents[at - 38] + "_id", "int not null", $"1 + ((g - 1) / {per} % {parent.Rows})"), ("line_no", "int not null", $"1 + ((g - 1) % {per}) + {per} * ((g - 1) / {per * parent.Rows})")]);
            if (number % 2 == 0)
                constraints.Add($"foreign key ({Documents[at - 38]}_id) references {module}.{parent.Name}");
            else
                undeclared.Add($"{module}.{name}.{Documents[at - 38]}_id {module}.{parent.Name}");
        }
        else
        {
            defined.Add(("id", number % 7 == 0 ? "bigint primary key" : "int primary key", "g"));
        }

        if (kind is "document" or "lines" or "grown" or "month")
            Refer(module, name, number, others, random, defined, constraints, undeclared);
        var wanted = kind switch { "list" => 0, "wide" => 85, "master" => random.Next(6, 20), "document" => random.Next(5, 14), "month" => 7, _ => random.Next(2, 16) };
        // Months of one log have one form.
        var shuffle = kind == "month" ? new Random(Modules.AsSpan().IndexOf(module)) : random;
        for (var round = 0; defined.Count < wanted + 2 && round < 4; round++)
            foreach (var column in Common.OrderBy(_ => shuffle.Next()).Take(wanted + 2 - defined.Count).Where(column => round > 0 || defined.All(one => one.Name != column.Name)).ToList())
                defined.Add((round == 0 ? column.Name : string.Create(CultureInfo.InvariantCulture, $"{column.Name}_{round + 1}"), column.Type, column.Value));
        defined = [.. defined.DistinctBy(column => column.Name)];
        script.AppendLine(CultureInfo.InvariantCulture, $"create table {module}.{name} ({string.Join(", ", defined.Select(column => $"{column.Name} {column.Type}").Concat(constraints))});");
        if (rows > 0)
            script.AppendLine(CultureInfo.InvariantCulture, $"select setseed({number % 1000 / 1000.0}); insert into {module}.{name} select {string.Join(", ", defined.Select(column => column.Value.Replace("{t}", name, StringComparison.Ordinal)))} from generate_series(1, {rows}) g;");
        return (new Made(module, name, rows, kind), defined.Count);
    }

    // Up to three masters or documents and a list, each by its name; half of them say so.
    private static void Refer(string module, string name, int number, List<Made> others, Random random, List<(string, string, string)> defined, List<string> constraints, HashSet<string> undeclared)
    {
        foreach (var target in others.Where(one => one.Kind is "master" or "document" && one.Rows > 0).OrderBy(_ => random.Next()).Take(random.Next(0, 3)))
        {
            var column = target.Name[..^1] + "_id";
            if (defined.Any(one => one.Item1 == column))
                continue;
            defined.Add((column, "int", $"case when random() < 0.97 then 1 + (random() * {target.Rows - 1})::int end"));
            Say(column, target);
        }

        if (number % 3 == 0 && others.FirstOrDefault(one => one.Kind == "list") is not null)
        {
            var list = others.Where(one => one.Kind == "list").OrderBy(_ => random.Next()).First();
            defined.Add((list.Name + "_code", "text", $"'C' || (1 + (random() * {list.Rows - 1})::int)"));
            Say(list.Name + "_code", list);
        }

        void Say(string column, Made target)
        {
            if (random.Next(2) == 0)
                constraints.Add($"foreign key ({column}) references {module}.{target.Name}");
            else
                undeclared.Add($"{module}.{name}.{column} {module}.{target.Name}");
        }
    }

    internal static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }

    private sealed record Made(string Module, string Name, long Rows, string Kind);
}
