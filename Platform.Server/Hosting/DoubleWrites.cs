using Platform.Engine.Audit;

namespace Platform.Server.Hosting;

/// <summary>Audits the catalog: two versions of one table by the same generation of a task instance. A commit is keyed by run, task, map index and generation, so there may be one.</summary>
internal sealed class DoubleWrites : IAuditCheck
{
    public string Name => "double-write";

    public bool Fleeting => false;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var rows = await scope.QueryAsync<Row>("""
            select a.key as asset, v.run_id, v.workflow, v.task_id, v.map_index, v.generation,
                array_agg(format('version %s: %s, %s rows, written %s', v.version, coalesce(v.operation, 'write'), coalesce(v.rows_written::text, 'unknown'),
                    to_char(v.written_at at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.MS"Z"')) order by v.version) as versions
            from catalog.asset_versions v
            join catalog.assets a on a.id = v.asset_id
            where v.run_id >= @FirstRun
            group by a.key, v.run_id, v.workflow, v.task_id, v.map_index, v.generation
            having count(*) > 1
            order by v.run_id, v.task_id, v.map_index
            """, new { scope.FirstRun }, cancellationToken);
        foreach (var row in rows)
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Double,
                Check = Name,
                Workflow = row.Workflow,
                RunId = row.RunId,
                TaskId = row.TaskId,
                MapIndex = row.MapIndex,
                What = $"Task {AuditScope.Task(row.TaskId, row.MapIndex)} of run {row.RunId} wrote {row.Versions.Length} versions of '{row.Asset}' in generation {row.Generation}; it may write one.",
                Evidence = row.Versions,
                ToDo = $"Compare the versions (./platform table {row.Asset} --version N). If rows are there twice, clear the task: mode replace-interval writes them once. Report this.",
            });
    }

    private sealed record Row
    {
        public required string Asset { get; init; }

        public required long RunId { get; init; }

        public required string Workflow { get; init; }

        public required string TaskId { get; init; }

        public required int MapIndex { get; init; }

        public required int Generation { get; init; }

        public required string[] Versions { get; init; }
    }
}
