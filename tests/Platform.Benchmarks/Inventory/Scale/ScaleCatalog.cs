using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Platform.Benchmarks.Inventory.Scale;

/// <summary>
/// A catalog as a large company would have it, written with COPY: assets with columns in layers (sources, raw, clean, marts, models and reports), edges from a layer to the next ones, and hubs:
/// a few assets (customers, calendars, currencies) that thousands of others read, by a power law. Names are words that a search can be asked for.
/// </summary>
internal sealed class ScaleCatalog(NpgsqlDataSource dataSource, int assets, int edges, int seed = 7)
{
    internal static readonly string[] Subjects = ["orders", "customers", "payments", "invoices", "products", "prices", "stock", "shipments", "returns", "clicks", "sessions", "campaigns", "employees", "stores", "suppliers", "contracts", "accounts", "ledger", "tickets", "reviews", "订单", "客户", "商品", "库存"];
    internal static readonly string[] Regions = ["emea", "apac", "us", "cn", "de", "uk", "fr", "jp", "latam", "nordics"];
    private static readonly string[] Kinds = ["daily", "monthly", "history", "snapshot", "summary", "features", "events", "details", "totals", "quality"];
    internal static readonly string[] Columns = ["id", "customer_id", "product_id", "amount", "price", "quantity", "currency", "country", "email", "phone", "created_at", "updated_at", "status", "note", "city", "discount"];
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Random _random = new(seed);

    /// <summary>Keys, in the order of their ids.</summary>
    public IReadOnlyList<string> Keys { get; private set; } = [];

    /// <summary>Positions in <see cref="Keys"/> with the most edges, most first.</summary>
    public IReadOnlyList<int> Hubs { get; private set; } = [];

    /// <summary>Writes everything, and does what PostgreSQL's own upkeep has done in a catalog that grew over months: vacuum and statistics.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await WriteAssetsAsync(connection, cancellationToken);
        await WriteColumnsAsync(connection, cancellationToken);
        await ExecuteAsync(connection, JudgeSql, cancellationToken);
        await ExecuteAsync(connection, UseSql, cancellationToken);
        var pairs = Pairs();
        await WriteEdgesAsync(connection, pairs, cancellationToken);
        await WriteColumnEdgesAsync(connection, pairs, cancellationToken);
        // The notes of what changed are a day old by then.
        await ExecuteAsync(connection, "truncate catalog.search_changes", cancellationToken);
        await ExecuteAsync(connection, "vacuum analyze", cancellationToken);
    }

    /// <summary>Whether the database has a catalog at all.</summary>
    public async Task<bool> IsKnownAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select to_regclass('catalog.assets') is not null");
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Reads the keys and hubs of what was written; false where there is nothing.</summary>
    public async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        Keys = await ListAsync<string>("select key from catalog.assets order by id");
        const string HubsSql = """
            select (asset - 1)::int from (select from_asset as asset from catalog.asset_edges union all select to_asset from catalog.asset_edges) e group by asset order by count(*) desc, asset limit 1000
            """;
        Hubs = await ListAsync<int>(HubsSql);
        return Keys.Count > 0;

        async Task<List<T>> ListAsync<T>(string sql)
        {
            var values = new List<T>();
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                values.Add(reader.GetFieldValue<T>(0));
            return values;
        }
    }

    /// <summary>A column of an asset that lineage goes through.</summary>
    public string ColumnOf(string key) => Columns[int.Parse(key[(key.LastIndexOf('_') + 1)..], CultureInfo.InvariantCulture) % 6 + 2];

    // Every column judged, as inventories leave it.
    private const string JudgeSql = """
        insert into catalog.classifications (asset_id, column_name, semantic_type, personal_class, confidence, rule_version, evidence)
        select asset_id, name,
               case name when 'email' then 'email' when 'phone' then 'phone' when 'city' then 'city' when 'country' then 'country' when 'currency' then 'currency' when 'amount' then 'amount' when 'price' then 'price'
                         when 'quantity' then 'quantity' when 'created_at' then 'timestamp' when 'updated_at' then 'timestamp' else case when name like '%id' then 'identifier' end end,
               case when name in ('email', 'phone') then 'contact' end, 0.9, 'scale', '{"rule": "scale", "looked_at": 1000, "share": 0.97}'
        from catalog.columns
        """;

    // Three reads an asset in the last weeks, and some that people look at.
    private const string UseSql = """
        insert into catalog.accesses (asset_id, run_id, task_id, map_index, generation, mode, workflow, at)
        select 1 + (i * 7919 % @assets), i, 'read', -1, 0, 'read', 'flow_' || i % 5000, now() - i % 25 * interval '1 day' from generate_series(1, 3 * @assets) i;
        insert into catalog.asset_usage (asset_id, day, kind, used_by, uses)
        select 1 + (i * 104729 % @assets), current_date - (i % 20)::int, 'view', 'person-' || i, 1 + i % 9 from generate_series(1, @assets / 5) i
        """;

    private async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        if (sql.Contains("@assets", StringComparison.Ordinal))
            command.Parameters.AddWithValue("assets", (long)assets);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task WriteAssetsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var keys = new string[assets];
        await using var writer = await connection.BeginBinaryImportAsync("copy catalog.assets (id, key, kind, name, owner, domain, description, row_count, byte_count, last_written_at, last_written_run, last_written_workflow, last_written_task) from stdin (format binary)", cancellationToken);
        for (var i = 0; i < assets; i++)
        {
            var subject = Subjects[_random.Next(Subjects.Length)];
            var region = Regions[_random.Next(Regions.Length)];
            var kind = Kinds[_random.Next(Kinds.Length)];
            var layer = Layer(i);
            var name = string.Create(CultureInfo.InvariantCulture, $"{subject}_{region}_{kind}_{i}");
            keys[i] = layer switch { 0 => $"postgresql://db{i % 50}:5432/{region}/public.{name}", 1 => $"raw.{name}", 2 => $"clean.{name}", 3 => $"mart.{name}", _ => i % 2 == 0 ? $"report:{name}" : $"model:{name}" };
            var description = _random.Next(3) == 0 ? $"{subject} of {region}, {kind}, kept for finance and planning" : null;
            var owner = _random.Next(4) == 0 ? null : $"team-{_random.Next(200)}";
            await writer.StartRowAsync(cancellationToken);
            await writer.WriteAsync(i + 1L, NpgsqlDbType.Bigint, cancellationToken);
            await writer.WriteAsync(keys[i], NpgsqlDbType.Text, cancellationToken);
            await writer.WriteAsync(layer switch { 0 => "database_table", 1 or 2 or 3 => "table", _ => i % 2 == 0 ? "report" : "model" }, NpgsqlDbType.Text, cancellationToken);
            await writer.WriteAsync(name, NpgsqlDbType.Text, cancellationToken);
            await WriteTextAsync(writer, owner, cancellationToken);
            await WriteTextAsync(writer, _random.Next(5) == 0 ? null : region, cancellationToken);
            await WriteTextAsync(writer, description, cancellationToken);
            await writer.WriteAsync((long)Math.Pow(10, _random.NextDouble() * 9), NpgsqlDbType.Bigint, cancellationToken);
            await writer.WriteAsync((long)Math.Pow(10, 2 + (_random.NextDouble() * 9)), NpgsqlDbType.Bigint, cancellationToken);
            await writer.WriteAsync(Start.AddMinutes(_random.Next(400_000)), NpgsqlDbType.TimestampTz, cancellationToken);
            await writer.WriteAsync((long)_random.Next(1_000_000), NpgsqlDbType.Bigint, cancellationToken);
            await writer.WriteAsync($"flow_{i % 5000}", NpgsqlDbType.Text, cancellationToken);
            await writer.WriteAsync($"task_{i % 20}", NpgsqlDbType.Text, cancellationToken);
        }
        await writer.CompleteAsync(cancellationToken);
    }

    private async Task WriteColumnsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var writer = await connection.BeginBinaryImportAsync("copy catalog.columns (asset_id, name, ordinal, data_type) from stdin (format binary)", cancellationToken);
        for (var i = 0; i < assets; i++)
        {
            var ordinal = 0;
            // Eight that everybody has and lineage goes through, seven of the asset's own kind: 1.5 million columns of 100,000 assets.
            foreach (var column in Columns.Skip(i % 6).Take(8).Concat(Enumerable.Range(0, 7).Select(n => $"{Subjects[(i + n) % Subjects.Length]}_{Kinds[(i / 7 + n) % Kinds.Length]}_{n}")))
            {
                await writer.StartRowAsync(cancellationToken);
                await writer.WriteAsync(i + 1L, NpgsqlDbType.Bigint, cancellationToken);
                await writer.WriteAsync(column, NpgsqlDbType.Text, cancellationToken);
                await writer.WriteAsync(ordinal++, NpgsqlDbType.Integer, cancellationToken);
                await writer.WriteAsync("VARCHAR", NpgsqlDbType.Text, cancellationToken);
            }
        }
        await writer.CompleteAsync(cancellationToken);
    }

    /// <summary>
    /// Each edge ends at any asset above the sources and begins in a layer below: one time in five at a hub, by a power law over the 500 hubs of that layer (so that the largest have thousands),
    /// otherwise near the target, as teams read mostly their own.
    /// </summary>
    private List<(int From, int To)> Pairs()
    {
        var layers = Enumerable.Range(0, assets).ToLookup(Layer);
        var byLayer = Enumerable.Range(0, 5).Select(layer => layers[layer].ToArray()).ToArray();
        var seen = new HashSet<(int, int)>(edges);
        while (seen.Count < edges)
        {
            var to = _random.Next(assets);
            var layer = Layer(to);
            if (layer == 0)
                continue;
            var below = byLayer[_random.Next(3) == 0 ? _random.Next(layer) : layer - 1];
            int from;
            if (_random.Next(5) == 0)
                from = below[Math.Min(below.Length - 1, (int)(Math.Min(500, below.Length) * Math.Pow(_random.NextDouble(), 4)))];
            else
                from = below[(int)(((long)to * below.Length / assets) + _random.Next(-60, 61) + below.Length) % below.Length];
            if (from != to)
                seen.Add((from, to));
        }

        return [.. seen];
    }

    private async Task WriteEdgesAsync(NpgsqlConnection connection, List<(int From, int To)> pairs, CancellationToken cancellationToken)
    {
        await using var writer = await connection.BeginBinaryImportAsync("copy catalog.asset_edges (from_asset, to_asset, workflow, task_id, first_seen_at, last_seen_at, last_run) from stdin (format binary)", cancellationToken);
        foreach (var (from, to) in pairs)
        {
            await writer.StartRowAsync(cancellationToken);
            await writer.WriteAsync(from + 1L, NpgsqlDbType.Bigint, cancellationToken);
            await writer.WriteAsync(to + 1L, NpgsqlDbType.Bigint, cancellationToken);
            await writer.WriteAsync($"flow_{to % 5000}", NpgsqlDbType.Text, cancellationToken);
            await writer.WriteAsync($"task_{to % 20}", NpgsqlDbType.Text, cancellationToken);
            await writer.WriteAsync(Start, NpgsqlDbType.TimestampTz, cancellationToken);
            await writer.WriteAsync(Start.AddDays(90), NpgsqlDbType.TimestampTz, cancellationToken);
            await writer.WriteAsync((long)to, NpgsqlDbType.Bigint, cancellationToken);
        }
        await writer.CompleteAsync(cancellationToken);
    }

    /// <summary>As many edges of columns as of assets: of every pair one column, or a filter of the whole.</summary>
    private async Task WriteColumnEdgesAsync(NpgsqlConnection connection, List<(int From, int To)> pairs, CancellationToken cancellationToken)
    {
        await using var writer = await connection.BeginBinaryImportAsync("copy catalog.column_edges (from_asset, from_column, to_asset, to_column, kind, workflow, task_id, first_seen_at, last_seen_at, last_run) from stdin (format binary)", cancellationToken);
        foreach (var (from, to) in pairs)
        {
            var whole = _random.Next(10) == 0;
            await writer.StartRowAsync(cancellationToken);
            await writer.WriteAsync(from + 1L, NpgsqlDbType.Bigint, cancellationToken);
            await writer.WriteAsync(Columns[(from % 6) + _random.Next(8)], NpgsqlDbType.Text, cancellationToken);
            await writer.WriteAsync(to + 1L, NpgsqlDbType.Bigint, cancellationToken);
            await writer.WriteAsync(whole ? "" : Columns[(to % 6) + _random.Next(8)], NpgsqlDbType.Text, cancellationToken);
            await writer.WriteAsync(whole ? "filter" : _random.Next(3) == 0 ? "transformation" : "identity", NpgsqlDbType.Text, cancellationToken);
            await writer.WriteAsync($"flow_{to % 5000}", NpgsqlDbType.Text, cancellationToken);
            await writer.WriteAsync($"task_{to % 20}", NpgsqlDbType.Text, cancellationToken);
            await writer.WriteAsync(Start, NpgsqlDbType.TimestampTz, cancellationToken);
            await writer.WriteAsync(Start.AddDays(90), NpgsqlDbType.TimestampTz, cancellationToken);
            await writer.WriteAsync((long)to, NpgsqlDbType.Bigint, cancellationToken);
        }
        await writer.CompleteAsync(cancellationToken);
    }

    /// <summary>Of 100 assets 15 are sources, 25 raw, 30 clean, 20 marts, 10 models and reports.</summary>
    private static int Layer(int asset) => (asset % 100) switch { < 15 => 0, < 40 => 1, < 70 => 2, < 90 => 3, _ => 4 };

    private static Task WriteTextAsync(NpgsqlBinaryImporter writer, string? text, CancellationToken cancellationToken) =>
        text is null ? writer.WriteNullAsync(cancellationToken) : writer.WriteAsync(text, NpgsqlDbType.Text, cancellationToken);
}
