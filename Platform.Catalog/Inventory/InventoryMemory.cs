using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Catalog.Govern;
using Platform.Catalog.Quality;
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
                    where k.asset_id in (select id from there) and catalog.semantic_type(k) is not null) as classified,
                   (select count(*) from catalog.classifications k where k.asset_id in (select id from there) and k.verdict is not null) as reviewed
            from there
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<CoverageRow>(new CommandDefinition(Sql, commandTimeout: 120, cancellationToken: cancellationToken));
    }

    /// <summary>Columns that the rules judge otherwise than before, since a moment; the newest judgement of each.</summary>
    public async Task<IReadOnlyList<FlipRow>> FlipsAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.key as asset, a.name, c.column_name as "column", (array_agg(c.before ->> 'semantic_type' order by c.id))[1] as before, (array_agg(c.after ->> 'semantic_type' order by c.id desc))[1] as after
            from catalog.changes c join catalog.assets a on a.id = c.asset_id
            where c.field = 'rule.semantic_type' and c.at > @since and a.gone_at is null
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

    /// <summary>Incidents that are open.</summary>
    public Task<IReadOnlyList<IncidentRow>> IncidentsAsync(CancellationToken cancellationToken) => new QualityQueries(_dataSource).IncidentsAsync(openOnly: true, MostLines, cancellationToken);

    /// <summary>Metrics that were not like their history, since a moment.</summary>
    public Task<IReadOnlyList<AnomalyRow>> AnomaliesAsync(DateTimeOffset since, CancellationToken cancellationToken) => new QualityQueries(_dataSource).AnomaliesAsync(null, since, MostLines, cancellationToken);

    /// <summary>Contracts that are not kept.</summary>
    public async Task<IReadOnlyList<ContractState>> BrokenContractsAsync(CancellationToken cancellationToken) =>
        [.. (await new ContractQueries(_dataSource).ListAsync(null, cancellationToken)).Where(c => c.Breaches.Count > 0)];

    /// <summary>Use and worth of all tables and files that are there.</summary>
    public async Task<IReadOnlyList<AssetWorth>> WorthAsync(CancellationToken cancellationToken) =>
        [.. (await new UsageQueries(_dataSource).ListAsync(cancellationToken)).Where(w => w.Kind is "table" or "file_set" or "database_table")];

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
