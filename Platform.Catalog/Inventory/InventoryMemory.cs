using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Catalog.Govern;
using Platform.Catalog.Masking;
using Platform.Catalog.Quality;
using Platform.Catalog.Review;
using Platform.Catalog.Usage;
using Platform.Postgres;

namespace Platform.Catalog.Inventory;

/// <summary>What the report of an inventory needs of the catalog's memory, in one look.</summary>
public sealed class InventoryMemory
{
    private const int MostLines = 500;
    private readonly NpgsqlDataSource _dataSource;

    public InventoryMemory(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>How much is known of the data at this moment.</summary>
    public async Task<CoverageRow> CoverageAsync(CancellationToken cancellationToken)
    {
        const string Sql = """
            with there as materialized (select id, owner, description from catalog.assets where gone_at is null and kind in ('table', 'file_set', 'database_table'))
            select count(*) as assets, count(owner) as owned, count(description) as described,
                   (select count(distinct h.asset_id) from catalog.checks h where h.asset_id in (select id from there)) as checked,
                   (select count(*) from catalog.columns c where c.gone_at is null and c.asset_id in (select id from there)) as columns,
                   (select count(*) from catalog.classifications k join catalog.columns c on c.asset_id = k.asset_id and c.name = k.column_name and c.gone_at is null
                    where k.asset_id in (select id from there) and catalog.semantic_type(k) is not null and (k.verdict is not null or k.confidence >= 0.5)) as classified,
                   (select count(*) from catalog.classifications k where k.asset_id in (select id from there) and k.verdict is not null) as reviewed
            from there
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<CoverageRow>(new CommandDefinition(Sql, commandTimeout: 120, cancellationToken: cancellationToken));
    }

    /// <summary>Columns that were looked at and of which nobody knows what they mean: the rules only guess, or do not. Those of the most used assets first; 500 at most.</summary>
    public async Task<IReadOnlyList<UnclassifiedRow>> UnclassifiedAsync(CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.key as asset, a.name, c.name as "column", c.data_type, catalog.semantic_type(k) as guess, k.confidence
            from catalog.columns c
            join catalog.assets a on a.id = c.asset_id and a.gone_at is null and a.kind in ('table', 'file_set', 'database_table')
            join catalog.classifications k on k.asset_id = c.asset_id and k.column_name = c.name
            where c.gone_at is null and k.verdict is null and (catalog.semantic_type(k) is null or k.confidence < 0.5)
            order by (select count(*) from catalog.accesses x where x.asset_id = a.id and x.mode = 'read' and x.at > now() - interval '30 days') desc, a.key, c.ordinal
            limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<UnclassifiedRow>(new CommandDefinition(Sql, new { limit = MostLines }, commandTimeout: 120, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Columns whose class asks for masking and that these workflows carry on plain, the newest first; 500 at most.</summary>
    public Task<IReadOnlyList<UnmaskedRead>> UnmaskedAsync(IReadOnlyCollection<string> workflows, CancellationToken cancellationToken) => new MaskingQueries(_dataSource).UnmaskedAsync(workflows, null, MostLines, cancellationToken);

    /// <summary>Decisions that wait for a person.</summary>
    public async Task<long> ToReviewAsync(CancellationToken cancellationToken) => (await new ReviewQueries(_dataSource).QueueAsync(new ReviewFilter { Limit = 1 }, cancellationToken)).Total;

    /// <summary>Columns that the rules judge otherwise than before, since a moment; the newest judgement of each. Where a person has decided, theirs stands whatever the rules say.</summary>
    public async Task<IReadOnlyList<FlipRow>> FlipsAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.key as asset, a.name, c.column_name as "column", (array_agg(c.before ->> 'semantic_type' order by c.id))[1] as before, (array_agg(c.after ->> 'semantic_type' order by c.id desc))[1] as after
            from catalog.changes c join catalog.assets a on a.id = c.asset_id
            where c.field = 'rule.semantic_type' and c.at > @since and a.gone_at is null
              and not exists (select from catalog.classifications k where k.asset_id = c.asset_id and k.column_name = c.column_name and k.verdict is not null)
            group by a.key, a.name, c.column_name
            having (array_agg(c.before ->> 'semantic_type' order by c.id))[1] is distinct from (array_agg(c.after ->> 'semantic_type' order by c.id desc))[1]
            order by a.key, c.column_name
            limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<FlipRow>(new CommandDefinition(Sql, new { since, limit = MostLines }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Relations of some kinds that hold at present and were not rejected, the surest first; 500 at most.</summary>
    public async Task<IReadOnlyList<RelationRow>> RelationsAsync(string kind, CancellationToken cancellationToken) =>
        [.. (await new RelationQueries(_dataSource).ListAsync(kind, cancellationToken)).Take(MostLines)];

    /// <summary>Pairs of assets of which one is made from the other directly, as runs have told: that they resemble each other is no news.</summary>
    public async Task<IReadOnlySet<(string From, string To)>> MadeFromAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        const string Sql = """
            select distinct f.key, t.key
            from catalog.assets f
            join catalog.asset_edges e on e.from_asset = f.id
            join catalog.assets t on t.id = e.to_asset
            where f.key = any(@keys) and t.key = any(@keys)
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<(string, string)>(new CommandDefinition(Sql, new { keys = assets.ToArray() }, cancellationToken: cancellationToken))).ToHashSet();
    }

    /// <summary>Incidents that are open.</summary>
    public Task<IReadOnlyList<IncidentRow>> IncidentsAsync(CancellationToken cancellationToken) => new QualityQueries(_dataSource).IncidentsAsync(openOnly: true, MostLines, cancellationToken);

    /// <summary>Metrics that were not like their history, as a run has found them, the oddest first; 500 at most.</summary>
    public async Task<IReadOnlyList<AnomalyRow>> AnomaliesAsync(long run, CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.key as asset, a.name as asset_name, nullif(n.column_name, '') as "column", n.metric, n.at, n.run_id, n.kind, n.value, n.expected, n.low, n.high, n.p_value, n.score
            from catalog.anomalies n
            join catalog.assets a on a.id = n.asset_id
            where n.run_id = @run
            order by n.p_value, n.at desc, n.id
            limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<AnomalyRow>(new CommandDefinition(Sql, new { run, limit = MostLines }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Contracts that are not kept.</summary>
    public async Task<IReadOnlyList<ContractState>> BrokenContractsAsync(CancellationToken cancellationToken) =>
        [.. (await new ContractQueries(_dataSource).ListAsync(null, cancellationToken)).Where(c => c.Breaches.Count > 0)];

    /// <summary>Use and worth of all tables, files, models and endpoints that are there.</summary>
    public async Task<IReadOnlyList<AssetWorth>> WorthAsync(CancellationToken cancellationToken) =>
        [.. (await new UsageQueries(_dataSource).ListAsync(cancellationToken)).Where(w => w.Kind is "table" or "file_set" or "database_table" or "model" or "endpoint")];

    /// <summary>
    /// Profiles of columns as they were when something was learned from them: of the very version, else the last before that moment; none where the asset was profiled only later than a day after.
    /// </summary>
    /// <param name="asset">Key of the asset.</param>
    /// <param name="version">The version that was learned from; null where it has none.</param>
    /// <param name="at">When.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<(string Column, DateTimeOffset At, JsonElement Profile)>> ProfiledThenAsync(string asset, long? version, DateTimeOffset at, IReadOnlyCollection<string> columns, CancellationToken cancellationToken)
    {
        const string Sql = """
            select c.column_name, p.profiled_at, c.profile
            from (
                select p.id, p.profiled_at from catalog.profiles p join catalog.assets a on a.id = p.asset_id
                where a.key = @asset and (p.profiled_at <= @at + interval '1 day' or p.asset_version = @version)
                order by coalesce(p.asset_version = @version, false) desc, p.profiled_at desc limit 1) p
            join catalog.column_profiles c on c.profile_id = p.id and c.column_name = any(@columns)
            order by c.column_name
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<(string, DateTimeOffset, JsonElement)>(new CommandDefinition(Sql, new { asset, version, at, columns = columns.ToArray() }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>What reports of earlier inventories counted, oldest first: the JSON of <c>catalog.coverage</c>.</summary>
    /// <param name="before">Only inventories before this one.</param>
    /// <param name="limit">The newest of them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<JsonElement>> EarlierCoverageAsync(long before, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            select report #> '{catalog,coverage}' as coverage from catalog.inventory_runs
            where id < @before and state = 'success' and report #> '{catalog,coverage}' is not null
            order by id desc limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var found = (await connection.QueryAsync<JsonElement>(new CommandDefinition(Sql, new { before, limit }, cancellationToken: cancellationToken))).AsList();
        found.Reverse();
        return found;
    }
}

/// <summary>How much is known of tables and files.</summary>
public sealed record CoverageRow
{
    public required long Assets { get; init; }

    /// <summary>For which somebody answers.</summary>
    public required long Owned { get; init; }

    /// <summary>With a description.</summary>
    public required long Described { get; init; }

    /// <summary>With a check.</summary>
    public required long Checked { get; init; }

    public required long Columns { get; init; }

    /// <summary>Columns whose meaning is known.</summary>
    public required long Classified { get; init; }

    /// <summary>Columns whose meaning a person has decided.</summary>
    public required long Reviewed { get; init; }
}

/// <summary>A column that is judged otherwise than before.</summary>
public sealed record FlipRow
{
    public required string Asset { get; init; }

    public required string Name { get; init; }

    public required string Column { get; init; }

    /// <summary>Null for unknown.</summary>
    public required string? Before { get; init; }

    /// <summary>Null for unknown.</summary>
    public required string? After { get; init; }
}

/// <summary>A column of which nobody knows what it means.</summary>
public sealed record UnclassifiedRow
{
    public required string Asset { get; init; }

    public required string Name { get; init; }

    public required string Column { get; init; }

    public required string DataType { get; init; }

    /// <summary>What the rules guess; null where they do not.</summary>
    public required string? Guess { get; init; }

    /// <summary>How sure they are, below 0.5.</summary>
    public required double Confidence { get; init; }
}
