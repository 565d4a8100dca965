using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Lineage;

/// <summary>Which upstream change came before this failure: schema changes, failed checks, failed and late runs, jumps of volume along the lineage, ranked.</summary>
public sealed class RootCauseQueries
{
    private const int MostPlaces = 5_000;

    private readonly NpgsqlDataSource _dataSource;

    public RootCauseQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Causes for an asset that is wrong; null when it is not known.</summary>
    public async Task<RootCauseReport?> ForAssetAsync(string asset, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<bool>(Command("select exists (select 1 from catalog.assets where key = @asset)", new { asset }, cancellationToken))
            ? await FindAsync(new RootCauseRequest { Assets = [asset], At = at }, cancellationToken) : null;
    }

    /// <summary>Causes for an incident, as things were when it opened; null when there is none of this number.</summary>
    public async Task<RootCauseReport?> ForIncidentAsync(long incident, CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.key, i.opened_at from catalog.incidents i join catalog.checks c on c.id = i.check_id join catalog.assets a on a.id = c.asset_id where i.id = @incident
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<(string Asset, DateTimeOffset At)?>(Command(Sql, new { incident }, cancellationToken)) is { } found
            ? await FindAsync(new RootCauseRequest { Assets = [found.Asset], At = found.At, Incident = incident }, cancellationToken) : null;
    }

    /// <summary>Causes for a run: upstream of what its failed tasks write (or, where they never wrote, read), as the lineage knows them.</summary>
    /// <param name="run">The run.</param>
    /// <param name="workflow">Its workflow.</param>
    /// <param name="tasks">Its failed tasks; empty for all of the workflow.</param>
    /// <param name="at">When it failed.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<RootCauseReport> ForRunAsync(long run, string workflow, IReadOnlyList<string> tasks, DateTimeOffset at, CancellationToken cancellationToken)
    {
        const string Sql = """
            select distinct a.key
            from (
                select e.to_asset as id from catalog.asset_edges e where e.workflow = @workflow and (cardinality(@tasks::text[]) = 0 or e.task_id = any(@tasks))
                union
                select x.asset_id from catalog.accesses x where x.run_id = @run and (cardinality(@tasks::text[]) = 0 or x.task_id = any(@tasks))
            ) t join catalog.assets a on a.id = t.id
            order by 1
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var assets = (await connection.QueryAsync<string>(Command(Sql, new { run, workflow, tasks = tasks.ToArray() }, cancellationToken))).AsList();
        return await FindAsync(new RootCauseRequest { Assets = assets, At = at }, cancellationToken);
    }

    /// <summary>Causes as asked for. Assets that are not known are passed over.</summary>
    public async Task<RootCauseReport> FindAsync(RootCauseRequest request, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var upstream = await UpstreamAsync(connection, request, cancellationToken);
        var causes = CauseRanking.Rank(upstream.Count == 0 ? [] : await new CauseFinder(connection, request, upstream, cancellationToken).FindAsync(), request.Limit);
        const string SubjectsSql = """
            select a.key as asset, a.owner, a.last_written_at, a.last_written_run as last_run, a.last_written_workflow as last_workflow, a.last_written_task as last_task,
                   array(select case when c.title is null then i.message else c.title || ': ' || i.message end from catalog.checks c join catalog.incidents i on i.check_id = c.id where c.asset_id = a.id and i.closed_at is null order by i.severity, i.opened_at) as failing,
                   array(select coalesce(case when i.message_zh is null then null when c.title is null then i.message_zh else coalesce(c.title_zh, c.title) || '：' || i.message_zh end, case when c.title is null then i.message else c.title || ': ' || i.message end) from catalog.checks c join catalog.incidents i on i.check_id = c.id where c.asset_id = a.id and i.closed_at is null order by i.severity, i.opened_at) as failing_zh
            from catalog.assets a where a.key = any(@keys) order by a.key
            """;
        var subjects = (await connection.QueryAsync<WrongAsset>(Command(SubjectsSql, new { keys = request.Assets.ToArray() }, cancellationToken))).AsList();
        var summary = CauseWords.Summary(request, subjects, upstream.Count, causes);
        return new RootCauseReport
        {
            Assets = request.Assets,
            At = request.At,
            Since = request.At - request.Window,
            LookedAt = upstream.Count,
            Summary = summary.En,
            SummaryZh = summary.Zh,
            Subjects = subjects,
            Causes = causes,
        };
    }

    /// <summary>What is upstream, each with its distance and its way down. Edges of the time when it went wrong count, and those of now.</summary>
    private static async Task<Dictionary<long, UpstreamAsset>> UpstreamAsync(NpgsqlConnection connection, RootCauseRequest request, CancellationToken cancellationToken)
    {
        const string EdgesSql = """
            select e.from_asset as asset, min(e.to_asset) as via from catalog.asset_edges_at(@At) e where e.to_asset = any(@frontier) group by e.from_asset order by 1
            """;
        var roots = await connection.QueryAsync<(long Id, string Key)>(Command("select id, key from catalog.assets where key = any(@keys)", new { keys = request.Assets.ToArray() }, cancellationToken));
        var found = roots.ToDictionary(r => r.Id, r => new UpstreamAsset { Id = r.Id, Distance = 0, Via = null });
        var frontier = found.Keys.ToArray();
        for (var distance = 1; distance <= Math.Clamp(request.Depth, 1, 50) && frontier.Length > 0 && found.Count < MostPlaces; distance++)
        {
            var next = new List<long>();
            foreach (var (asset, via) in await connection.QueryAsync<(long Asset, long Via)>(Command(EdgesSql, new { frontier, request.At }, cancellationToken)))
            {
                if (found.TryAdd(asset, new UpstreamAsset { Id = asset, Distance = distance, Via = via }))
                    next.Add(asset);
            }
            frontier = [.. next];
        }
        var keys = (await connection.QueryAsync<(long Id, string Key, string? Owner)>(Command("select id, key, owner from catalog.assets where id = any(@ids)", new { ids = found.Keys.ToArray() }, cancellationToken))).ToDictionary(k => k.Id);
        return found.Where(f => keys.ContainsKey(f.Key)).ToDictionary(f => f.Key, f => f.Value with { Key = keys[f.Key].Key, Owner = keys[f.Key].Owner });
    }

    private static CommandDefinition Command(string sql, object parameters, CancellationToken cancellationToken) => new(sql, parameters, cancellationToken: cancellationToken);
}

/// <summary>An asset upstream of what went wrong.</summary>
internal sealed record UpstreamAsset
{
    public required long Id { get; init; }

    public string Key { get; init; } = "";

    public string? Owner { get; init; }

    public required int Distance { get; init; }

    /// <summary>The asset one step nearer; null for one that was asked for.</summary>
    public required long? Via { get; init; }
}
