using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Lineage;

/// <summary>What is downstream of an asset or column, whose it is and how it is doing: asked before a change, and after something broke.</summary>
public sealed class ImpactQueries
{
    private const int MostPlaces = 20_000;

    private readonly NpgsqlDataSource _dataSource;

    public ImpactQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>What depends on the asset or column; null when the asset is not known.</summary>
    /// <param name="asset">Key of the asset.</param>
    /// <param name="column">A column of it; null for the asset as a whole.</param>
    /// <param name="depth">Steps at most, 1 to 50.</param>
    /// <param name="at">The lineage of this time; null is now. Owners, runs and checks are those of now.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <exception cref="ArgumentException">The asset has no such column.</exception>
    public async Task<ImpactReport?> DownstreamAsync(string asset, string? column, int depth, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.id, a.key as asset, a.kind, a.name, a.owner, a.domain, a.tier, a.last_written_at, a.last_written_run as last_run,
                   a.last_written_workflow as last_workflow, a.last_written_task as last_task, a.last_read_at, a.gone_at is not null as gone,
                   (select count(*)::int from catalog.checks c where c.asset_id = a.id and not c.last_passed) as failing_checks,
                   (select count(*)::int from catalog.checks c join catalog.incidents i on i.check_id = c.id where c.asset_id = a.id and i.closed_at is null) as open_incidents,
                   (select count(*) from catalog.accesses x where x.asset_id = a.id and x.mode = 'read' and x.at > now() - interval '30 days')
                   + coalesce((select sum(u.uses) from catalog.asset_usage u where u.asset_id = a.id and u.day > current_date - 30), 0)::bigint as uses,
                   case when a.kind in ('endpoint', 'model') then coalesce((select sum(q.requests) from catalog.endpoint_requests q where q.asset = a.key and q.hour > now() - interval '30 days'), 0)::bigint else 0 end as requests
            from catalog.assets a where a.id = any(@ids)
            """;
        var request = new LineageRequest { Asset = asset, Column = column, Direction = LineageDirection.Downstream, Depth = depth, Limit = MostPlaces, At = at };
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        if (await LineageQueries.RootAsync(connection, request, cancellationToken) is not { } root)
            return null;
        var places = await new LineageWalk(connection, request, cancellationToken).PlacesAsync(root);
        var truncated = places.Count > MostPlaces;
        var groups = places.Where(p => p.Distance > 0 && p.Asset != root).GroupBy(p => p.Asset).ToList();
        var ids = groups.Select(g => g.Key).Append(root).ToArray();
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(Sql, new { ids }, cancellationToken: cancellationToken))).ToDictionary(r => r.Id);
        var assets = groups.Where(g => rows.ContainsKey(g.Key)).Select(g =>
        {
            var nearest = g.MinBy(p => p.Distance)!;
            var row = rows[g.Key];
            return new ImpactedAsset
            {
                Asset = row.Asset,
                Kind = row.Kind,
                Name = row.Name,
                Distance = nearest.Distance,
                Via = nearest.Via is { } via && rows.TryGetValue(via, out var before) ? before.Asset : null,
                Columns = [.. g.Where(p => p.Column.Length > 0).Select(p => p.Column).Order(StringComparer.Ordinal)],
                Owner = row.Owner,
                Domain = row.Domain,
                Tier = row.Tier,
                LastWrittenAt = row.LastWrittenAt,
                LastRun = row.LastRun,
                LastWorkflow = row.LastWorkflow,
                LastTask = row.LastTask,
                LastReadAt = row.LastReadAt,
                FailingChecks = row.FailingChecks,
                OpenIncidents = row.OpenIncidents,
                Uses = row.Uses + row.Requests,
                Requests = row.Requests,
                Gone = row.Gone,
            };
        }).OrderBy(a => a.Distance).ThenBy(a => a.Asset, StringComparer.Ordinal).ToList();
        var summary = ImpactWords.Summary(column is null ? asset : $"{column} of {asset}", column is null ? asset : $"{asset} 的 {column}", assets);
        return new ImpactReport
        {
            Asset = asset,
            Column = column,
            Summary = summary.En,
            SummaryZh = summary.Zh,
            First = ImpactWords.First(assets),
            Assets = assets,
            Owners = [.. assets.GroupBy(a => a.Owner ?? "").Select(g => new ImpactedOwner(g.Key, g.Count())).OrderByDescending(o => o.Assets).ThenBy(o => o.Owner, StringComparer.Ordinal)],
            Truncated = truncated,
        };
    }

    private sealed record Row
    {
        public required long Id { get; init; }

        public required string Asset { get; init; }

        public required string Kind { get; init; }

        public required string Name { get; init; }

        public required string? Owner { get; init; }

        public required string? Domain { get; init; }

        public required string? Tier { get; init; }

        public required DateTimeOffset? LastWrittenAt { get; init; }

        public required long? LastRun { get; init; }

        public required string? LastWorkflow { get; init; }

        public required string? LastTask { get; init; }

        public required DateTimeOffset? LastReadAt { get; init; }

        public required int FailingChecks { get; init; }

        public required int OpenIncidents { get; init; }

        public required long Uses { get; init; }

        public required long Requests { get; init; }

        public required bool Gone { get; init; }
    }
}
