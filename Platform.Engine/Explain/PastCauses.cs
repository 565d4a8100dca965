using System.Globalization;
using Dapper;
using Npgsql;

namespace Platform.Engine.Explain;

/// <summary>Which earlier run a task with depends_on_past waits for: the run before, and where that one waits too, the run at the end of the chain.</summary>
internal static class PastCauses
{
    /// <summary>Runs that are followed back; a longer chain ends there.</summary>
    private const int MostBack = 1000;

    /// <summary>The causes; empty where the task waits for no earlier run.</summary>
    public static async Task<IReadOnlyList<Cause>> ReadAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ExplainedRunRow run, string taskId, CancellationToken cancellationToken)
    {
        if (run.PastRunId is not { } before || run.PastWaits?.Contains(taskId) != true)
            return [];
        var chain = (await connection.QueryAsync<PastRun>(new CommandDefinition("""
            with recursive back as (
                select r.id, r.past_run_id, r.past_waits, 1 as depth from run r where r.id = @before
                union all
                select r.id, r.past_run_id, r.past_waits, b.depth + 1
                from back b join run r on r.id = b.past_run_id
                where @taskId = any(b.past_waits) and b.depth < @most
            ), ends as (
                select id, depth from back where depth = 1 or depth = (select max(depth) from back)
            )
            select r.id, r.state as run_state, r.interval_start, r.interval_end, (
                select i.state from task_instance i
                where i.run_id = r.id and i.task_id = @taskId and i.state not in ('success', 'skipped', 'removed') order by i.map_index limit 1) as task_state
            from ends e join run r on r.id = e.id
            order by e.depth
            """, new { before, taskId, most = MostBack }, transaction, cancellationToken: cancellationToken))).AsList();
        return chain switch
        {
            [] => [],
            [var only] => [Cause("It waits for the same task of run", ", the run before, which", only, run.Workflow)],
            [var direct, var root, ..] =>
            [
                Cause("It waits for the same task of run", ", the run before, which", direct, run.Workflow),
                Cause("Behind that, all wait for the same task of run", ", which", root, run.Workflow),
            ],
        };
    }

    private static Cause Cause(string begin, string which, PastRun past, string workflow)
    {
        var number = past.Id.ToString(CultureInfo.InvariantCulture);
        var state = past.TaskState is null or TaskStates.None ? past.RunState : past.TaskState;
        var failed = TaskStates.Unsuccessful.Contains(state);
        var says = past.TaskState == TaskStates.None && past.RunState == RunStates.Running ? "has not begun" : $"is {state}";
        var text = $"{begin} {number}{which} {says} (run {number} is {past.RunState}).{(failed ? Mend(past, number, workflow) : "")}";
        return Explain.Cause.Of(CauseCodes.Past, text, number, state) with { NeedsAction = failed };
    }

    /// <summary>Clearing runs the version that the run began with; a workflow that was wrong itself needs a run of the new one.</summary>
    private static string Mend(PastRun past, string number, string workflow)
    {
        var range = past is { IntervalStart: { } start, IntervalEnd: { } end } && start < end ? $"--from {Date(start)} --to {Date(end)}" : "--from DATE --to DATE";
        return $" Clear it there: './platform clear {number} --failed' runs it again with its old version. Where the workflow itself was wrong: './platform apply FILE', then './platform backfill {workflow} {range} --rerun failed'.";
    }

    private static string Date(DateTimeOffset time) => QueuedCauses.Time(time) is var text && text.EndsWith("T00:00:00Z", StringComparison.Ordinal) ? text[..10] : text;

    private sealed record PastRun
    {
        public required long Id { get; init; }

        public required string RunState { get; init; }

        /// <summary>Null where the task has no instance that is open or failed.</summary>
        public string? TaskState { get; init; }

        public DateTimeOffset? IntervalStart { get; init; }

        public DateTimeOffset? IntervalEnd { get; init; }
    }
}
