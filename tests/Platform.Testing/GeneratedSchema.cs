using System.Globalization;
using System.Text;

namespace Platform.Testing;

/// <summary>
/// A made-up database as CSV files in a folder, with its true references: tables whose ids are counted from 1, so that each includes the others by
/// chance, beside measures, codes and ranks that look like references and are none. Two families: what is tuned on the one is scored on the other,
/// which names, spreads and numbers its columns in other ways and has more tables.
/// </summary>
public sealed class GeneratedSchema
{
    private static readonly string[] Things =
    [
        "customer", "order", "product", "store", "supplier", "invoice", "payment", "shipment", "employee", "department", "campaign", "coupon", "warehouse", "category", "brand", "region",
        "ticket", "session", "device", "account", "contract", "vehicle", "driver", "route", "course", "student", "teacher", "patient", "doctor", "visit",
    ];

    private static readonly string[] ThingsZh = ["客户", "订单", "商品", "门店", "供应商", "发票", "支付", "物流", "员工", "部门", "活动", "优惠券", "仓库", "类目", "品牌", "区域", "工单", "会话", "设备", "账户"];

    private readonly Random _random;
    private readonly bool _heldOut;
    private readonly List<Table> _tables = [];

    private GeneratedSchema(int seed, bool heldOut) => (_random, _heldOut) = (new Random(seed), heldOut);

    /// <summary>True references as <c>file.column &gt; file.column</c>.</summary>
    public HashSet<string> Truth { get; } = new(StringComparer.Ordinal);

    /// <summary>Writes the files of a schema into <paramref name="folder"/>.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="seed">The same seed gives the same files.</param>
    /// <param name="heldOut">Which family.</param>
    public static GeneratedSchema Write(string folder, int seed, bool heldOut)
    {
        var schema = new GeneratedSchema(seed, heldOut);
        schema.Make();
        schema.Write(folder);
        return schema;
    }

    private void Make()
    {
        var style = _random.Next(5);
        var count = _heldOut ? _random.Next(8, 16) : _random.Next(4, 10);
        var things = _heldOut && style == 3 ? ThingsZh : Things;
        var names = things.OrderBy(_ => _random.Next()).Take(count).ToList();
        for (var i = 0; i < count; i++)
            _tables.Add(MakeTable(names[i], style, Math.Exp((_random.NextDouble() * 6.2) + 2.2) is var size ? (int)size : 0));
    }

    private Table MakeTable(string thing, int style, int rows)
    {
        var table = new Table(thing, HasHeader: _heldOut ? style != 2 : style != 4, rows);
        var parent = _tables.Count > 0 && _random.NextDouble() < 0.08 ? Pick(_tables) : null;
        string[] keys;
        if (parent is not null)
        {
            // A table beside another one: its key is a part of the other's.
            keys = [.. parent.Keys.OrderBy(_ => _random.Next()).Take(Math.Max(3, parent.Keys.Length * _random.Next(3, 10) / 10))];
            table.Rows = keys.Length;
        }
        else
        {
            keys = MakeKeys(thing, rows);
        }

        table.Keys = keys;
        table.Rows = keys.Length;
        var at = _random.NextDouble() < 0.9 ? 0 : 1;
        if (at == 1)
            table.Columns.Add(("note", [.. Enumerable.Range(0, table.Rows).Select(_ => Word())]));
        table.KeyColumn = table.Columns.Count;
        table.Columns.Add((KeyName(thing, style), keys));
        if (parent is not null)
            Truth.Add($"{Name(table, table.KeyColumn)} > {Name(parent, parent.KeyColumn)}");
        foreach (var target in _tables.Where(it => it != parent).OrderBy(_ => _random.Next()).Take(_random.Next(0, 4)).ToList())
        {
            var values = References(target, table.Rows);
            if (values.Distinct(StringComparer.Ordinal).Count() < 3)
                continue;
            table.Columns.Add((ReferenceName(target.Thing, style), values));
            Truth.Add($"{Name(table, table.Columns.Count - 1)} > {Name(target, target.KeyColumn)}");
        }

        for (var i = _random.Next(1, 6); i > 0; i--)
            table.Columns.Add(Noise(table.Rows));
        return table;
    }

    private string[] MakeKeys(string thing, int rows)
    {
        var scheme = _random.NextDouble();
        if (scheme < 0.62)
        {
            var start = _random.NextDouble() < 0.7 ? 1 : _random.NextDouble() < 0.5 ? 0 : (int)Math.Pow(10, _random.Next(2, 6)) + 1;
            // The held-out family has lost some of its rows since.
            var lost = _heldOut && _random.NextDouble() < 0.5 ? _random.NextDouble() * 0.4 : 0;
            return [.. Enumerable.Range(start, (int)(rows / (1 - lost)) + 4).Where(_ => _random.NextDouble() >= lost).Take(rows).Select(Text)];
        }

        if (scheme < 0.8)
        {
            var seen = new HashSet<int>();
            while (seen.Count < rows)
                seen.Add(_random.Next(100_000, _heldOut ? 999_999_999 : 9_999_999));
            return [.. seen.Select(Text)];
        }

        return scheme < 0.92
            ? [.. Enumerable.Range(1, rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(thing[0])}{i:00000}"))]
            : [.. Enumerable.Range(1, rows).Select(_ => string.Create(CultureInfo.InvariantCulture, $"{_random.NextInt64():x16}"))];
    }

    private string[] References(Table target, int rows)
    {
        var keys = target.Keys;
        var shape = _random.Next(4);
        // The held-out family refers to the newest, or to a part; the other evenly, or to some much more often.
        var since = _random.Next(0, 5);
        int pick() => (_heldOut, shape) switch
        {
            (_, 0) or (_, 3) => _random.Next(keys.Length),
            (false, 1) => (int)(keys.Length * Math.Pow(_random.NextDouble(), 2.5)),
            (false, _) => (int)(keys.Length * (1 - Math.Pow(_random.NextDouble(), 2))),
            (true, 1) => Math.Clamp((int)(keys.Length * (0.5 + (0.25 * (_random.NextDouble() + _random.NextDouble() + _random.NextDouble() - 1.5)))), 0, keys.Length - 1),
            (true, _) => (keys.Length * (shape == 2 ? since : 0) / 10) + _random.Next(keys.Length - (keys.Length * (shape == 2 ? since : 0) / 10)),
        };
        // Often only a part of the keys is in use: some of them, or those of one time.
        if (_random.NextDouble() < (_heldOut ? 0.25 : 0.35))
        {
            var part = Math.Max(3, (int)(keys.Length * (0.02 + (0.5 * _random.NextDouble()))));
            var begin = _random.Next(Math.Max(1, keys.Length - part));
            keys = _random.NextDouble() < 0.6 ? [.. keys.OrderBy(_ => _random.Next()).Take(part)] : keys[begin..Math.Min(keys.Length, begin + part)];
        }

        var broken = _random.NextDouble() < 0.25 ? _random.NextDouble() * (_heldOut ? 0.15 : 0.2) : 0;
        var missing = _random.NextDouble() < 0.2 ? _random.NextDouble() * 0.3 : 0;
        return [.. Enumerable.Range(0, rows).Select(_ => _random.NextDouble() < missing ? "" : _random.NextDouble() < broken ? Text(_heldOut || _random.NextDouble() < 0.5 ? _random.Next(1_000_000, 9_000_000) : target.Keys.Length + _random.Next(1, 4)) : keys[Math.Min(keys.Length - 1, pick())])];
    }

    private (string Name, string[] Values) Noise(int rows)
    {
        string[] ints(int from, int to) => [.. Enumerable.Range(0, rows).Select(_ => Text(_random.Next(from, to + 1)))];
        return _random.Next(_heldOut ? 14 : 10) switch
        {
            0 => ("quantity", ints(1, _random.Next(4, 30))),
            1 => ("rating", ints(1, 5)),
            2 => ("age", ints(18, _random.Next(60, 90))),
            3 => ("amount", [.. Enumerable.Range(0, rows).Select(_ => string.Create(CultureInfo.InvariantCulture, $"{_random.NextDouble() * 500:0.00}"))]),
            4 => ("status", [.. Enumerable.Range(0, rows).Select(_ => Pick(["OPEN", "CLOSED", "PENDING", "LOST"]))]),
            5 => ("points", ints(0, (int)Math.Exp((_random.NextDouble() * 6) + 3))),
            // A place in a list: whole, from 1, without gaps, and no reference.
            6 => ("position", [.. Enumerable.Range(1, rows).OrderBy(_ => _random.Next()).Select(Text)]),
            7 => ("title", [.. Enumerable.Range(0, rows).Select(_ => $"{Word()} {Word()}")]),
            8 => ("created_on", [.. Enumerable.Range(0, rows).Select(_ => new DateOnly(2023, 1, 1).AddDays(_random.Next(700)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))]),
            9 => ("stock", ints(0, _random.Next(50, 2_000))),
            10 => ("percent", ints(0, 100)),
            11 => ("month", [.. Enumerable.Range(0, rows).Select(_ => Text(((2022 + _random.Next(3)) * 100) + _random.Next(1, 13)))]),
            12 => ("minutes", ints(0, 59)),
            _ => ("weight", ints(1, _random.Next(100, 5_000))),
        };
    }

    private string KeyName(string thing, int style) => (_heldOut, style) switch
    {
        (true, 0) => thing + "id",
        (true, 1) => thing[..Math.Min(4, thing.Length)] + "_no",
        (true, 3) => thing + "编号",
        (true, _) => "ID",
        (false, 0) => "id",
        (false, 1) => char.ToUpperInvariant(thing[0]) + thing[1..] + "Id",
        (false, 2) => thing + "_no",
        (false, _) => "id",
    };

    private string ReferenceName(string thing, int style) => (_heldOut, style) switch
    {
        (true, 0) => thing + "id",
        (true, 1) => thing[..Math.Min(4, thing.Length)] + "_no",
        (true, 3) => thing + "编号",
        (true, _) => "fk_" + thing,
        (false, 0) => thing + "_id",
        (false, 1) => char.ToUpperInvariant(thing[0]) + thing[1..] + "Id",
        (false, 2) => thing + "_no",
        // Named after what it does there, which says nothing of the table.
        (false, _) => Pick(["buyer", "source", "assigned_to", "origin", "made_by", "belongs_to"]) + "_id",
    };

    private static string Name(Table table, int column) => table.HasHeader ? $"{table.Thing}s.csv.{table.Columns[column].Name}" : $"{table.Thing}s.csv.column{column}";

    private void Write(string folder)
    {
        foreach (var table in _tables)
        {
            var text = new StringBuilder();
            if (table.HasHeader)
                text.AppendJoin(',', table.Columns.Select(column => column.Name)).Append('\n');
            foreach (var row in Enumerable.Range(0, table.Rows).OrderBy(row => table.HasHeader || row == 0 ? row : _random.Next()))
                text.AppendJoin(',', table.Columns.Select(column => column.Values[row])).Append('\n');
            var path = Path.Combine(folder, table.Thing + "s.csv");
            File.WriteAllText(path, text.ToString());
            File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    private string Word() => Pick(["green", "small", "north", "steel", "quiet", "long", "paper", "river", "stone", "light", "copper", "wild"]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Table(string Thing, bool HasHeader, int Rows)
    {
        public int Rows { get; set; } = Rows;

        public string[] Keys { get; set; } = [];

        public int KeyColumn { get; set; }

        public List<(string Name, string[] Values)> Columns { get; } = [];
    }
}
