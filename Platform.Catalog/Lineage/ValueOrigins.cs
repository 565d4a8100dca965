using Dapper;
using Npgsql;
using Platform.Workflows;

namespace Platform.Catalog.Lineage;

/// <summary>
/// Where the values came in that a check of a column found wrong: the places at the top of the column's lineage that were read or written last, with the very file. Where a file of one day is wrong,
/// nothing failed and nothing changed its form before; only this leads to it.
/// </summary>
internal sealed class ValueOrigins(NpgsqlConnection connection, RootCauseRequest request, Dictionary<long, UpstreamAsset> upstream, CancellationToken cancellationToken)
{
    /// <summary>Less than a failed task or a column that went, more than what another version of a workflow might have done.</summary>
    private const double Weight = 0.6;

    /// <summary>Values that came in earlier were judged by the check that held then.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    internal delegate RootCause Make(string kind, long asset, DateTimeOffset at, double weight, Told why, string? column, long? run, string? workflow, string? task);

    internal async Task<List<RootCause>> FindAsync(Make make)
    {
        if (request.Incident is not { } incident)
            return [];
        const string WrongSql = "select c.asset_id, c.column_name, i.opened_run from catalog.incidents i join catalog.checks c on c.id = i.check_id where i.id = @incident and c.column_name <> ''";
        if (await connection.QuerySingleOrDefaultAsync<(long Asset, string Column, long? Run)?>(Command(WrongSql, new { incident })) is not { } found)
            return [];
        var wrong = (found.Asset, found.Column);
        var origins = await OriginsAsync(wrong);
        if (origins.Count == 0)
            return [];
        const string AccessSql = """
            -- A gate speaks while its run is still under way: what the run wrote is told a moment later.
            select distinct on (x.asset_id) x.asset_id, x.mode, x.at, x.location, x.row_count as rows, x.run_id, x.workflow, x.task_id
            from catalog.accesses x
            where x.asset_id = any(@ids) and (x.at <= @At or x.run_id = @run) and x.at > @since
              and (x.mode = 'write' or not exists (select 1 from catalog.accesses w where w.asset_id = x.asset_id and w.mode = 'write'))
              -- Of what is only read, the reading that made what is downstream, not that of a monitor or of the inventory.
              and (x.mode = 'write' or exists (select 1 from catalog.asset_edges_at(@At) e where e.from_asset = x.asset_id and e.to_asset = any(@places) and e.workflow = x.workflow and e.task_id = x.task_id))
            order by x.asset_id, x.at desc, x.run_id desc
            """;
        var accesses = await connection.QueryAsync<Access>(Command(AccessSql, new { ids = origins.Select(o => o.Asset).Distinct().ToArray(), places = upstream.Keys.ToArray(), request.At, since = request.At - Recent, found.Run }));
        return [.. from access in accesses
                   from origin in origins.Where(o => o.Asset == access.AssetId)
                   select make("values", access.AssetId, access.At, Weight, Words(wrong, origin, access), origin.Column, access.RunId, access.Workflow, access.TaskId)];
    }

    /// <summary>Columns that the wrong one is made of, as far up as is known; none where it is made of nothing.</summary>
    private async Task<List<(long Asset, string Column)>> OriginsAsync((long Asset, string Column) wrong)
    {
        const string Sql = """
            select distinct e.to_asset, e.to_column, e.from_asset, e.from_column
            from unnest(@assets, @columns) as w(asset, col)
            join catalog.column_edges_at(@At) e on e.to_asset = w.asset and e.to_column = w.col and e.kind in ('identity', 'transformation', 'aggregation')
            """;
        var seen = new HashSet<(long, string)> { wrong };
        var tops = new List<(long Asset, string Column)>();
        List<(long Asset, string Column)> frontier = [wrong];
        for (var step = 0; step < Math.Clamp(request.Depth, 1, 50) && frontier.Count > 0; step++)
        {
            var parameters = new { assets = frontier.Select(f => f.Asset).ToArray(), columns = frontier.Select(f => f.Column).ToArray(), request.At };
            var edges = (await connection.QueryAsync<(long ToAsset, string ToColumn, long FromAsset, string FromColumn)>(Command(Sql, parameters))).Where(e => upstream.ContainsKey(e.FromAsset)).ToList();
            tops.AddRange(frontier.Where(place => edges.TrueForAll(e => (e.ToAsset, e.ToColumn) != place)));
            frontier = [.. edges.Select(e => (e.FromAsset, e.FromColumn)).Where(seen.Add)];
        }
        tops.AddRange(frontier);
        return [.. tops.Where(top => upstream.ContainsKey(top.Asset))];
    }

    private Told Words((long Asset, string Column) wrong, (long Asset, string Column) origin, Access access)
    {
        var isWrite = access.Mode == "write";
        var rows = access.Rows is { } count ? Told.Of($"{Plural.Of(count, "row")} of it ", $"了 {count:n0} 行") : new Told("it ", "了它");
        var place = access.Location is { Length: > 0 } location ? new Told($"{(isWrite ? "at" : "from")} {location} ", $"（{location}）") : Told.Same("");
        var ago = CauseWords.Ago(request.At - access.At);
        var comes = origin == wrong ? new Told($"The values of {wrong.Column} came in here", $"{wrong.Column} 的值由此进入")
            : new Told($"{wrong.Column} of {upstream[wrong.Asset].Key} is made of its {origin.Column}", $"{upstream[wrong.Asset].Key} 的 {wrong.Column} 由它的 {origin.Column} 得来");
        return Told.Of($"{comes.En}: run {access.RunId} {(isWrite ? "wrote" : "read")} {rows.En}{place.En}{ago.En} before. Look at its values.", $"{comes.Zh}：运行 {access.RunId} 在{ago.Zh}前{(isWrite ? "写入" : "读取")}{rows.Zh}{place.Zh}。请查看其取值。");
    }

    private CommandDefinition Command(string sql, object parameters) => new(sql, parameters, cancellationToken: cancellationToken);

    private sealed record Access
    {
        public required long AssetId { get; init; }

        public required string Mode { get; init; }

        public required DateTimeOffset At { get; init; }

        public required string? Location { get; init; }

        public required long? Rows { get; init; }

        public required long RunId { get; init; }

        public required string Workflow { get; init; }

        public required string TaskId { get; init; }
    }
}
