using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.OpenLineage;

/// <summary>Runs of other systems that told of themselves over OpenLineage.</summary>
public sealed class ExternalRunQueries
{
    private readonly NpgsqlDataSource _dataSource;

    public ExternalRunQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Runs, the newest event first.</summary>
    /// <param name="job">Only of this job: <c>namespace/name</c>; null for all.</param>
    /// <param name="limit">Most rows.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<ExternalRunRow>> ListAsync(string? job, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            select x.id, x.run_id, j.namespace, j.name as job, x.state, x.started_at, x.ended_at, x.nominal_start, x.nominal_end, x.parent_run, x.parent_job, x.error, x.producer, x.last_event_at,
                   coalesce((select array_agg(a.key order by a.key) from catalog.accesses c join catalog.assets a on a.id = c.asset_id where c.run_id = -x.id and c.mode = 'read'), '{}') as inputs,
                   coalesce((select array_agg(a.key order by a.key) from catalog.accesses c join catalog.assets a on a.id = c.asset_id where c.run_id = -x.id and c.mode = 'write'), '{}') as outputs
            from catalog.external_runs x join catalog.external_jobs j on j.id = x.job_id
            where @job::text is null or j.namespace || '/' || j.name = @job
            order by x.last_event_at desc, x.id desc
            limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ExternalRunRow>(new CommandDefinition(Sql, new { job, limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>The facets that others told of an asset, by name; those that nobody here knows among them.</summary>
    public async Task<IReadOnlyList<ExternalFacetRow>> FacetsAsync(string asset, CancellationToken cancellationToken)
    {
        const string Sql = """
            select f.scope, f.name, f.at, f.facet::text as json
            from catalog.openlineage_facets f join catalog.assets a on a.id = f.subject_id
            where f.subject = 'dataset' and a.key = @asset and f.facet is not null
            order by f.scope, f.name
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ExternalFacetRow>(new CommandDefinition(Sql, new { asset }, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>A run of another system.</summary>
public sealed record ExternalRunRow
{
    /// <summary>Its number here; the lineage names it by this number below 0.</summary>
    public required long Id { get; init; }

    /// <summary>Its id as sent.</summary>
    public required Guid RunId { get; init; }

    public required string Namespace { get; init; }

    public required string Job { get; init; }

    /// <summary><c>START</c>, <c>RUNNING</c>, <c>COMPLETE</c>, <c>ABORT</c>, <c>FAIL</c> or <c>OTHER</c>.</summary>
    public required string State { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }

    public required DateTimeOffset? NominalStart { get; init; }

    public required DateTimeOffset? NominalEnd { get; init; }

    public required Guid? ParentRun { get; init; }

    public required string? ParentJob { get; init; }

    public required string? Error { get; init; }

    public required string Producer { get; init; }

    public required DateTimeOffset LastEventAt { get; init; }

    /// <summary>Keys of assets that it read.</summary>
    public required string[] Inputs { get; init; }

    /// <summary>Keys of assets that it wrote.</summary>
    public required string[] Outputs { get; init; }
}

/// <summary>A facet of an asset.</summary>
public sealed record ExternalFacetRow
{
    /// <summary>Empty for the asset itself; <c>input</c> or <c>output</c> for what a job told of its use.</summary>
    public required string Scope { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The facet as it was sent.</summary>
    public required string Json { get; init; }

    /// <summary>The facet, read.</summary>
    public JsonElement Read()
    {
        using var document = JsonDocument.Parse(Json);
        return document.RootElement.Clone();
    }
}
