using System.Globalization;
using Dapper;
using Npgsql;
using Platform.Catalog.Assets;
using Platform.Workflows;

namespace Platform.Catalog.Lineage;

/// <summary>Looks at what happened to the assets upstream before something went wrong, one statement a kind of cause.</summary>
internal sealed class CauseFinder(NpgsqlConnection connection, RootCauseRequest request, Dictionary<long, UpstreamAsset> upstream, CancellationToken cancellationToken)
{
    /// <summary>Writes of before that say what is usual.</summary>
    private const int History = 15;

    private const int LeastHistory = 4;

    /// <summary>What is this much longer than the usual pause is late.</summary>
    private const double LateAfter = 1.5;

    /// <summary>Rows that are this many times more or fewer than usual are a jump.</summary>
    private const double JumpFrom = 2;

    internal async Task<List<RootCause>> FindAsync()
    {
        var causes = new List<RootCause>();
        causes.AddRange(await SchemaAsync());
        causes.AddRange(await ChecksAsync());
        causes.AddRange(await FailuresAsync());
        causes.AddRange(await WritesAsync());
        causes.AddRange(await VersionsAsync());
        causes.AddRange(await new ValueOrigins(connection, request, upstream, cancellationToken).FindAsync(Cause));
        return causes;
    }

    private async Task<IEnumerable<RootCause>> SchemaAsync()
    {
        const string Sql = """
            select s.asset_id, s.changed_at as at, s.change, s.column_name as "column", s.before, s.after, s.run_id,
                   exists (select 1 from catalog.column_edges e where e.from_asset = s.asset_id and e.from_column = s.column_name)
                   or exists (select 1 from catalog.ended_column_edges e where e.from_asset = s.asset_id and e.from_column = s.column_name) as used
            from catalog.schema_changes s
            where s.asset_id = any(@ids) and s.changed_at > @since and s.changed_at <= @At
            """;
        return (await QueryAsync<SchemaRow>(Sql)).Select(s =>
        {
            var what = s.Change switch
            {
                "removed" => new Told($"Column {s.Column} ({s.Before}) was removed", $"列 {s.Column}（{s.Before}）被删除"),
                "added" => new Told($"Column {s.Column} ({s.After}) was added", $"新增了列 {s.Column}（{s.After}）"),
                "type" => new Told($"The type of column {s.Column} changed from {s.Before} to {s.After}", $"列 {s.Column} 的类型从 {s.Before} 变为 {s.After}"),
                _ => new Told($"Column {s.Column} changed from {s.Before} to {s.After}", $"列 {s.Column} 从 {s.Before} 变为 {s.After}"),
            };
            var weight = s.Change switch { "removed" => 0.95, "type" when s.Before is { } before && s.After is { } after && TypeFamily.Same(before, after) => 0.3, "type" => 0.85, "nullable" => 0.45, _ => 0.3 } * (s.Used ? 1 : 0.7);
            return Cause("schema", s.AssetId, s.At, weight, new Told($"{what.En}{(s.Used ? ", which is used downstream" : "")}.", $"{what.Zh}{(s.Used ? "，下游在使用它" : "")}。"), s.Column, s.RunId);
        });
    }

    private async Task<IEnumerable<RootCause>> ChecksAsync()
    {
        const string Sql = """
            select c.asset_id, i.opened_at as at, nullif(c.column_name, '') as "column", case when c.title is null then i.message else c.title || ': ' || i.message end as message, case when i.message_zh is null then null when c.title is null then i.message_zh else coalesce(c.title_zh, c.title) || '：' || i.message_zh end as message_zh, i.severity, i.opened_run as run_id, i.failures, i.closed_at is null or i.closed_at > @At as open
            from catalog.checks c join catalog.incidents i on i.check_id = c.id
            where c.asset_id = any(@ids) and i.opened_at <= @At and i.id is distinct from @Incident and (i.opened_at > @since or i.closed_at is null or i.closed_at > @At)
            """;
        return (await QueryAsync<IncidentRow>(Sql)).Select(i => Cause("check", i.AssetId, i.At, (i.Severity == "critical" ? 0.9 : 0.65) * (i.Open ? 1 : 0.5),
            new Told($"A {(i.Severity == "critical" ? "critical " : "")}check failed{(i.Failures > 1 ? string.Create(CultureInfo.InvariantCulture, $" {i.Failures} times") : "")}{(i.Open ? "" : " and held again since")}: {i.Message.TrimEnd('.')}.",
                $"{(i.Severity == "critical" ? "关键" : "")}检查未通过{(i.Failures > 1 ? string.Create(CultureInfo.InvariantCulture, $" {i.Failures} 次") : "")}{(i.Open ? "" : "，此后已恢复")}：{(i.MessageZh ?? i.Message).TrimEnd('.', '。')}。"), i.Column, i.RunId));
    }

    private async Task<IEnumerable<RootCause>> FailuresAsync()
    {
        const string Sql = """
            with writers as (
                select distinct e.to_asset as asset_id, e.workflow, e.task_id from catalog.asset_edges_at(@At) e where e.to_asset = any(@ids)
                union
                select a.id, a.last_written_workflow, a.last_written_task from catalog.assets a where a.id = any(@ids) and a.last_written_task is not null
            )
            select w.asset_id, f.at, f.run_id, f.workflow, f.task_id, f.error,
                   exists (select 1 from catalog.accesses x where x.asset_id = w.asset_id and x.mode = 'write' and x.at > f.at and x.at <= @At) as written_since
            from writers w join catalog.task_failures f on f.workflow = w.workflow and f.task_id = w.task_id
            where f.at > @since and f.at <= @At
            """;
        return (await QueryAsync<FailureRow>(Sql)).GroupBy(f => (f.AssetId, f.Workflow, f.TaskId)).Select(g =>
        {
            var last = g.MaxBy(f => f.At)!;
            var error = last.Error is { Length: > 0 } said ? new Told($": {Short(said)}", $"：{Short(said)}") : new Told(".", "。");
            return Cause("failed_task", last.AssetId, last.At, last.WrittenSince ? 0.4 : 0.9,
                new Told($"Task {last.TaskId} of {last.Workflow}, which writes it, failed{(g.Count() > 1 ? string.Create(CultureInfo.InvariantCulture, $" {g.Count()} times, at last") : "")}{(last.WrittenSince ? " and was made good since" : "")}{error.En}",
                    $"写入它的任务 {last.TaskId}（{last.Workflow}）失败{(g.Count() > 1 ? string.Create(CultureInfo.InvariantCulture, $" {g.Count()} 次") : "")}{(last.WrittenSince ? "，此后已补上" : "")}{error.Zh}"),
                null, last.RunId, last.Workflow, last.TaskId);
        });
    }

    /// <summary>Late writes and jumps of volume, from the writes (of sources that we only read, the reads) that came before.</summary>
    private async Task<IEnumerable<RootCause>> WritesAsync()
    {
        const string Sql = """
            select x.asset_id, x.mode, x.at, x.row_count as rows, x.run_id, x.workflow, x.task_id
            from unnest(@ids) as a(id) cross join lateral (
                select asset_id, mode, max(at) as at, sum(row_count)::bigint as row_count, run_id, max(workflow) as workflow, max(task_id) as task_id
                from catalog.accesses where asset_id = a.id and at <= @At
                group by asset_id, mode, run_id order by max(at) desc limit @History * 2
            ) x
            order by x.asset_id, x.at desc
            """;
        var causes = new List<RootCause>();
        foreach (var asset in (await QueryAsync<AccessRow>(Sql)).GroupBy(a => a.AssetId))
        {
            var writes = asset.Where(a => a.Mode == "write").Take(History).ToList();
            var accesses = writes.Count > 0 ? writes : [.. asset.Take(History)];
            if (writes.Count > LeastHistory && Late(writes) is { } late)
                causes.Add(late);
            var counted = accesses.Where(a => a.Rows is not null).ToList();
            if (counted.Count > LeastHistory && counted[0].At > request.At - request.Window && Jump(counted) is { } jump)
                causes.Add(jump);
        }
        return causes;
    }

    /// <summary>Another version of the workflow that writes an asset, if a write came after it: what was published before nothing happened has done nothing yet.</summary>
    private async Task<IEnumerable<RootCause>> VersionsAsync()
    {
        const string Sql = """
            select x.asset_id, w.workflow, w.version, w.published_at as at, x.run_id, x.task_id
            from catalog.workflow_tasks w
            cross join lateral (
                select distinct on (a.asset_id) a.asset_id, a.run_id, a.task_id from catalog.accesses a
                where a.workflow = w.workflow and a.asset_id = any(@ids) and a.mode = 'write' and a.at > w.published_at and a.at <= @At
                order by a.asset_id, a.at) x
            where w.version > 1 and w.published_at > @since and w.published_at <= @At
            """;
        return (await QueryAsync<VersionRow>(Sql)).Select(v => Cause("workflow", v.AssetId, v.At, 0.5,
            Told.Of($"Version {v.Version} of the workflow {v.Workflow}, whose task {v.TaskId} writes it, was published and first wrote it in run {v.RunId}.", $"工作流 {v.Workflow} 发布了版本 {v.Version}（其任务 {v.TaskId} 写入它），并在运行 {v.RunId} 中首次写入。"), null, v.RunId, v.Workflow, v.TaskId));
    }

    private RootCause? Late(List<AccessRow> writes)
    {
        var pauses = writes.Zip(writes.Skip(1), (newer, older) => newer.At - older.At).Order().ToList();
        var usual = pauses[pauses.Count / 2];
        var now = request.At - writes[0].At;
        // A pause that was seen before is no news, and one of minutes is noise.
        if (now < usual * LateAfter || now < pauses[^1] || usual < TimeSpan.FromMinutes(1))
            return null;
        var weight = Math.Min(0.85, 0.55 + (0.05 * (now / usual)));
        return Cause("late", writes[0].AssetId, writes[0].At + usual, weight,
            Told.Of($"It is usually written every {CauseWords.Lasting(usual).En} (the last {writes.Count} times); the last write was {CauseWords.Lasting(now).En} before.", $"它通常每 {CauseWords.Lasting(usual).Zh}写入一次（依据最近 {writes.Count} 次）；上次写入在 {CauseWords.Lasting(now).Zh}前。"), null, writes[0].RunId, writes[0].Workflow, writes[0].TaskId);
    }

    private RootCause? Jump(List<AccessRow> counted)
    {
        var before = counted.Skip(1).Select(a => (double)a.Rows!.Value).Order().ToList();
        var usual = before[before.Count / 2];
        var now = (double)counted[0].Rows!.Value;
        var ratio = Math.Max(now, 1) / Math.Max(usual, 1);
        // Volumes that vary as much by themselves (weekends) are no jump.
        if ((ratio < JumpFrom && ratio > 1 / JumpFrom) || (now >= before[0] && now <= before[^1]))
            return null;
        // A suspicion, where a failed task is a fact.
        var weight = Math.Min(0.75, 0.45 + (0.1 * Math.Abs(Math.Log2(ratio))));
        return Cause("volume", counted[0].AssetId, counted[0].At, weight,
            Told.Of($"{Plural.Of((long)now, "row")}, where {usual:n0} are usual ({before[0]:n0} to {before[^1]:n0} in the {before.Count} before).", $"{now:n0} 行，而通常约为 {usual:n0} 行（此前 {before.Count} 次为 {before[0]:n0} 至 {before[^1]:n0} 行）。"), null, counted[0].RunId, counted[0].Workflow, counted[0].TaskId);
    }

    private RootCause Cause(string kind, long asset, DateTimeOffset at, double weight, Told why, string? column = null, long? run = null, string? workflow = null, string? task = null)
    {
        var place = upstream[asset];
        var path = new List<string> { place.Key };
        for (var next = place.Via; next is { } via && upstream.TryGetValue(via, out var step); next = step.Via)
            path.Add(step.Key);
        return new RootCause
        {
            Kind = kind,
            Asset = place.Key,
            Owner = place.Owner,
            Column = column,
            At = at,
            Distance = place.Distance,
            Why = why.En,
            WhyZh = why.Zh,
            Score = weight * Recency(at),
            RunId = run,
            Workflow = workflow,
            TaskId = task,
            Path = path,
        };
    }

    /// <summary>What happened shortly before is likelier; a week ago counts half.</summary>
    private double Recency(DateTimeOffset at) => 0.5 + (0.5 * Math.Exp(-Math.Max(0, (request.At - at) / request.Window) * 3));

    private Task<IEnumerable<T>> QueryAsync<T>(string sql) =>
        connection.QueryAsync<T>(new CommandDefinition(sql, new { ids = upstream.Keys.ToArray(), since = request.At - request.Window, request.At, request.Incident, History }, cancellationToken: cancellationToken));

    private static string Short(string text) => text.ReplaceLineEndings(" ") is { Length: > 300 } long_ ? long_[..300] + "…" : text.ReplaceLineEndings(" ");

    private sealed record SchemaRow
    {
        public required long AssetId { get; init; }

        public required DateTimeOffset At { get; init; }

        public required string Change { get; init; }

        public required string Column { get; init; }

        public required string? Before { get; init; }

        public required string? After { get; init; }

        public required long? RunId { get; init; }

        public required bool Used { get; init; }
    }

    private sealed record IncidentRow
    {
        public required long AssetId { get; init; }

        public required DateTimeOffset At { get; init; }

        public required string? Column { get; init; }

        public required string Message { get; init; }

        public required string? MessageZh { get; init; }

        public required string Severity { get; init; }

        public required long? RunId { get; init; }

        public required int Failures { get; init; }

        public required bool Open { get; init; }
    }

    private sealed record VersionRow
    {
        public required long AssetId { get; init; }

        public required string Workflow { get; init; }

        public required int Version { get; init; }

        public required DateTimeOffset At { get; init; }

        public required long RunId { get; init; }

        public required string TaskId { get; init; }
    }

    private sealed record FailureRow
    {
        public required long AssetId { get; init; }

        public required DateTimeOffset At { get; init; }

        public required long RunId { get; init; }

        public required string Workflow { get; init; }

        public required string TaskId { get; init; }

        public required string? Error { get; init; }

        public required bool WrittenSince { get; init; }
    }

    private sealed record AccessRow
    {
        public required long AssetId { get; init; }

        public required string Mode { get; init; }

        public required DateTimeOffset At { get; init; }

        public required long? Rows { get; init; }

        public required long RunId { get; init; }

        public required string Workflow { get; init; }

        public required string TaskId { get; init; }
    }
}
