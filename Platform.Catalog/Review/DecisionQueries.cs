using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Review;

/// <summary>What of the data needs somebody's decision, counted for a dashboard; the queue itself is <see cref="ReviewQueries"/>.</summary>
public sealed class DecisionQueries
{
    private readonly NpgsqlDataSource _dataSource;

    public DecisionQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Counts incidents, assets that nobody owns and sources that cannot be read, and tells of the newest inventory.</summary>
    public async Task<OpenDecisions> ReadAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            select (select count(*) from catalog.incidents where closed_at is null) as incidents,
                (select count(*) from catalog.incidents where closed_at is null and severity = 'critical') as critical_incidents,
                (select count(*) from catalog.assets where gone_at is null) as assets,
                (select count(*) from catalog.assets where gone_at is null and owner is null) as unowned,
                (select count(*) from catalog.assets where gone_at is null and problem is not null) as unreadable,
                array(select distinct coalesce(source, key) from catalog.assets where gone_at is null and problem is not null order by 1 limit 3) as unreadable_sources;
            select r.id, r.run_id, r.workflow, r.state, r.started_at, r.ended_at, r.report_location is not null as has_report,
                count(c.*) filter (where c.change = 'new') as new_assets, count(c.*) filter (where c.change = 'changed') as changed_assets,
                count(c.*) filter (where c.change = 'gone') as gone_assets, count(c.*) filter (where c.change = 'returned') as returned_assets
            from (select * from catalog.inventory_runs order by id desc limit 1) r
            left join catalog.inventory_changes c on c.inventory_run_id = r.id
            group by r.id, r.run_id, r.workflow, r.state, r.started_at, r.ended_at, r.report_location
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(sql, cancellationToken: cancellationToken));
        return await results.ReadSingleAsync<OpenDecisions>() with { Newest = await results.ReadSingleOrDefaultAsync<NewestInventory>() };
    }
}

/// <summary>What waits, in numbers.</summary>
public sealed record OpenDecisions
{
    /// <summary>Open incidents.</summary>
    public required long Incidents { get; init; }

    public required long CriticalIncidents { get; init; }

    /// <summary>Assets that are there.</summary>
    public required long Assets { get; init; }

    /// <summary>Those of them without an owner.</summary>
    public required long Unowned { get; init; }

    /// <summary>Those of them that cannot be read.</summary>
    public required long Unreadable { get; init; }

    /// <summary>Where those lie, three at most.</summary>
    public required string[] UnreadableSources { get; init; }

    /// <summary>The newest inventory, whether it runs, succeeded or failed; null before the first.</summary>
    public NewestInventory? Newest { get; init; }
}

/// <summary>An inventory with what it found different.</summary>
public sealed record NewestInventory
{
    public required long Id { get; init; }

    /// <summary>Null where it was made without a run.</summary>
    public required long? RunId { get; init; }

    public required string? Workflow { get; init; }

    /// <summary><c>running</c>, <c>success</c>, <c>failed</c>.</summary>
    public required string State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }

    public required bool HasReport { get; init; }

    public required long NewAssets { get; init; }

    public required long ChangedAssets { get; init; }

    public required long GoneAssets { get; init; }

    public required long ReturnedAssets { get; init; }
}
