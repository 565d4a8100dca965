using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Inventory;

/// <summary>Inventory runs, what they found different, and what waits for a decision.</summary>
public sealed class InventoryQueries
{
    private const string Select = """
        select r.id, r.run_id, r.workflow, r.state, r.started_at, r.ended_at, r.sources, r.report, r.report_location,
               (select count(*) from catalog.inventory_changes c where c.inventory_run_id = r.id and c.change = 'new') as new_assets,
               (select count(*) from catalog.inventory_changes c where c.inventory_run_id = r.id and c.change = 'changed') as changed_assets,
               (select count(*) from catalog.inventory_changes c where c.inventory_run_id = r.id and c.change = 'gone') as gone_assets,
               (select count(*) from catalog.inventory_changes c where c.inventory_run_id = r.id and c.change = 'returned') as returned_assets
        from catalog.inventory_runs r
        """;

    private readonly NpgsqlDataSource _dataSource;

    public InventoryQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Inventory runs, newest first.</summary>
    public async Task<IReadOnlyList<InventoryRunRow>> RunsAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<InventoryRunRow>(new CommandDefinition($"{Select} order by r.id desc limit @limit", new { limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Reports that inventories wrote, newest first, without their content. The page of an old one may have been pruned.</summary>
    public async Task<IReadOnlyList<WrittenReportRow>> ReportsAsync(int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            select id, workflow, sources, coalesce(ended_at, started_at) as at, report_location as location
            from catalog.inventory_runs where report_location is not null
            order by id desc
            limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<WrittenReportRow>(new CommandDefinition(Sql, new { limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>References from any of these assets that hold at present as far as was found, and those that people have decided on, rejected ones too.</summary>
    public async Task<IReadOnlyList<RelationRow>> ReferencesAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await RelationQueries.ReferencesAsync(connection, assets, cancellationToken);
    }

    /// <summary>One inventory run; null when there is none with that id.</summary>
    public async Task<InventoryRunRow?> RunAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<InventoryRunRow>(new CommandDefinition($"{Select} where r.id = @id", new { id }, cancellationToken: cancellationToken));
    }

    /// <summary>The newest inventory run that succeeded before the given one; null for the first.</summary>
    public async Task<InventoryRunRow?> PreviousAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<InventoryRunRow>(new CommandDefinition($"{Select} where r.id < @id and r.state = 'success' order by r.id desc limit 1", new { id }, cancellationToken: cancellationToken));
    }

    /// <summary>What an inventory run found different, new ones first.</summary>
    public async Task<IReadOnlyList<InventoryChangeRow>> ChangesAsync(long id, CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.key as asset, a.kind, a.name, c.change, c.details
            from catalog.inventory_changes c
            join catalog.assets a on a.id = c.asset_id
            where c.inventory_run_id = @id
            order by array_position(array['new', 'changed', 'gone', 'returned'], c.change), a.key
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<InventoryChangeRow>(new CommandDefinition(Sql, new { id }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>What the newest profile of each asset was made from, by key of the asset: the text <c>fingerprint</c> of the profile. Assets without one are left out.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ProfiledFingerprintsAsync(CancellationToken cancellationToken)
    {
        const string Sql = """
            select distinct on (p.asset_id) a.key as asset, p.profile ->> 'fingerprint' as fingerprint
            from catalog.profiles p join catalog.assets a on a.id = p.asset_id
            order by p.asset_id, p.id desc
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Asset, string? Fingerprint)>(new CommandDefinition(Sql, cancellationToken: cancellationToken));
        return rows.Where(row => row.Fingerprint is not null).ToDictionary(row => row.Asset, row => row.Fingerprint!, StringComparer.Ordinal);
    }

    /// <summary>What the rules judge of every column that is there, by key of the asset.</summary>
    public async Task<ILookup<string, KnownJudgement>> JudgementsAsync(CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.key as asset, k.column_name as "column", k.semantic_type, k.personal_class, k.confidence, k.rule_version
            from catalog.classifications k
            join catalog.assets a on a.id = k.asset_id
            where k.rule_version <> ''
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<KnownJudgement>(new CommandDefinition(Sql, cancellationToken: cancellationToken))).ToLookup(row => row.Asset, StringComparer.Ordinal);
    }

    /// <summary>Columns that people have judged, with what they look like: examples for similar ones.</summary>
    public async Task<IReadOnlyList<JudgedExample>> ExamplesAsync(CancellationToken cancellationToken)
    {
        const string Sql = """select asset, "column", signature, rule_version, semantic_type, rejected, said_by from catalog.classification_examples order by asset, "column" """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<JudgedExample>(new CommandDefinition(Sql, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Columns that an inventory run judged otherwise than before, by asset and column.</summary>
    public async Task<IReadOnlyList<JudgementFlip>> FlipsAsync(long inventoryRun, CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.key as asset, f.column_name as "column", f.from_type, f.to_type, f.from_personal, f.to_personal, f.from_version, f.to_version, f.because
            from catalog.classification_flips f
            join catalog.assets a on a.id = f.asset_id
            where f.inventory_run_id = @inventoryRun
            order by a.key, f.column_name, f.id
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<JudgementFlip>(new CommandDefinition(Sql, new { inventoryRun }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Files of an asset as they were read last.</summary>
    public async Task<IReadOnlyList<AssetFile>> FilesAsync(string asset, CancellationToken cancellationToken)
    {
        const string Sql = """
            select f.path, f.byte_count, f.modified_at, f.state_format, f.state
            from catalog.asset_files f join catalog.assets a on a.id = f.asset_id
            where a.key = @asset
            order by f.path
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<AssetFile>(new CommandDefinition(Sql, new { asset }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Columns that mean something and wait for a decision, the least sure first.</summary>
    /// <param name="personalOnly">Only those that the rules hold for personal data.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<ReviewRow>> ReviewAsync(bool personalOnly, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.key as asset, a.name as asset_name, k.column_name as "column", c.data_type, k.semantic_type, k.personal_class, k.confidence, k.evidence,
                   (select p.profile from catalog.profiles f join catalog.column_profiles p on p.profile_id = f.id and p.column_name = k.column_name
                    where f.asset_id = a.id order by f.id desc limit 1) as profile
            from catalog.classifications k
            join catalog.assets a on a.id = k.asset_id
            join catalog.columns c on c.asset_id = k.asset_id and c.name = k.column_name
            where k.verdict is null and k.semantic_type is not null and a.gone_at is null and c.gone_at is null
              and (not @personalOnly or k.personal_class is not null)
            order by k.confidence, a.key, c.ordinal
            limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ReviewRow>(new CommandDefinition(Sql, new { personalOnly, limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>The newest profile of each of these assets, by key, without its columns. Assets without one are left out.</summary>
    public async Task<IReadOnlyDictionary<string, ProfileHistoryRow>> NewestProfilesAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.key, p.profiled_at, p.asset_version, p.row_count, p.profile, p.inventory_run_id
            from catalog.assets a
            cross join lateral (select * from catalog.profiles p where p.asset_id = a.id order by p.id desc limit 1) p
            where a.key = any(@assets)
            """;
        if (assets.Count == 0)
            return new Dictionary<string, ProfileHistoryRow>();
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<string, ProfileHistoryRow, (string Key, ProfileHistoryRow Row)>(new CommandDefinition(Sql, new { assets = assets.ToArray() }, cancellationToken: cancellationToken), (key, row) => (key, row), splitOn: "profiled_at");
        return rows.ToDictionary(row => row.Key, row => row.Row, StringComparer.Ordinal);
    }

    /// <summary>Profiles of an asset over time, newest first, without their columns.</summary>
    public async Task<IReadOnlyList<ProfileHistoryRow>> ProfileHistoryAsync(string asset, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            select p.profiled_at, p.asset_version, p.row_count, p.profile, p.inventory_run_id
            from catalog.profiles p join catalog.assets a on a.id = p.asset_id
            where a.key = @asset
            order by p.id desc
            limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ProfileHistoryRow>(new CommandDefinition(Sql, new { asset, limit }, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>A profile of the past.</summary>
public sealed record ProfileHistoryRow
{
    public required DateTimeOffset ProfiledAt { get; init; }

    public required long? AssetVersion { get; init; }

    public required long? RowCount { get; init; }

    /// <summary>Figures of the whole asset.</summary>
    public required JsonElement Profile { get; init; }

    public required long? InventoryRunId { get; init; }
}
