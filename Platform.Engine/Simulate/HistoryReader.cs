using Dapper;
using Npgsql;

namespace Platform.Engine.Simulate;

/// <summary>Reads what tasks took.</summary>
internal static class HistoryReader
{
    /// <summary>The histories of all tasks of some workflows, by workflow and task.</summary>
    /// <remarks>
    /// Looks at the newest 40 ended runs of each workflow, and of a mapped task at its first 20 elements in each: by the indexes alone, whatever the history holds.
    /// </remarks>
    public static async Task<Dictionary<(string Workflow, string TaskId), TaskHistory>> ReadAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, IReadOnlyCollection<string> workflows, CancellationToken cancellationToken)
    {
        const string sql = """
            with recent as materialized (
                select w.workflow, r.id
                from unnest(@workflows::text[]) w(workflow)
                cross join lateral (
                    select id from run r where r.workflow = w.workflow and r.state in ('success', 'failed') order by r.id desc limit 40) r
            ), took as (
                select recent.workflow, i.task_id, i.run_id, i.map_index, i.state,
                    extract(epoch from i.ended_at - i.started_at)::float8 as seconds,
                    row_number() over (partition by recent.workflow, i.task_id, i.state order by i.run_id desc, i.map_index) as place
                from recent
                join task_instance i on i.run_id = recent.id and i.map_index < 20
                where i.state in ('success', 'skipped')
            ), elements as (
                select t.workflow, t.task_id, percentile_disc(0.5) within group (order by e.count) as count
                from took t
                cross join lateral (select max(map_index) + 1 as count from task_instance i where i.run_id = t.run_id and i.task_id = t.task_id) e
                where t.map_index = 0
                group by t.workflow, t.task_id
            )
            select t.workflow, t.task_id,
                coalesce(array_agg(t.seconds order by t.place) filter (where t.state = 'success' and t.place <= @most and t.seconds is not null), '{}') as seconds,
                bool_and(t.state = 'skipped') as only_skipped,
                min(e.count)::int as elements
            from took t
            left join elements e on e.workflow = t.workflow and e.task_id = t.task_id
            group by t.workflow, t.task_id
            """;
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            sql, new { workflows = workflows.Distinct().ToArray(), most = TaskHistory.Successes }, transaction, cancellationToken: cancellationToken));
        return rows.ToDictionary(
            r => (r.Workflow, r.TaskId),
            r => new TaskHistory { Workflow = r.Workflow, TaskId = r.TaskId, Seconds = r.Seconds, OnlySkipped = r.OnlySkipped, Elements = r.Elements });
    }

    private sealed record Row
    {
        public required string Workflow { get; init; }

        public required string TaskId { get; init; }

        public required double[] Seconds { get; init; }

        public required bool OnlySkipped { get; init; }

        public int? Elements { get; init; }
    }
}
