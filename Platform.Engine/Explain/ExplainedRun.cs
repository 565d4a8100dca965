using Dapper;
using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.Queue;
using Platform.Workflows.Activities;

namespace Platform.Engine.Explain;

/// <summary>A run with the states of its tasks, read without a lock.</summary>
internal sealed class ExplainedRun(ExplainedRunRow row, LoadedVersion version)
{
    public ExplainedRunRow Row { get; } = row;

    public LoadedVersion Version { get; } = version;

    /// <summary>Null where the version cannot be read any more.</summary>
    public RunProgress? Progress { get; } = version.Graph is { } graph ? new RunProgress(graph) : null;

    /// <summary>Runs by id, with the counts of their tasks.</summary>
    public static async Task<IReadOnlyList<ExplainedRun>> ReadAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, WorkflowDefinitions definitions, long[] ids, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<ExplainedRunRow>(new CommandDefinition("""
            select r.id, r.workflow, r.version, r.state, r.backfill_id, r.stop_state, r.canceled_by, r.note, r.interval_start, r.priority, r.started_at, r.queued_at,
                r.past_waits, r.past_run_id, w.active_runs, w.active_tasks, r.interval_end, r.partitioned, r.assets::text as assets,
                (select o.id from run o
                 where r.partitioned and r.state = 'queued' and o.workflow = r.workflow and o.interval_start = r.interval_start and o.interval_end = r.interval_end and o.partitioned
                   and (o.state = 'running' or (o.state = 'queued' and o.id < r.id))
                 order by o.state = 'running' desc, o.id limit 1) as partition_run
            from run r
            join workflow w on w.name = r.workflow
            where r.id = any(@ids)
            order by r.id
            """, new { ids }, transaction, cancellationToken: cancellationToken));
        var runs = new Dictionary<long, ExplainedRun>();
        foreach (var row in rows)
            runs[row.Id] = new ExplainedRun(row, await definitions.GetAsync(row.Workflow, row.Version, cancellationToken));
        // Ended runs are not explained task by task, and may be large.
        var open = runs.Values.Where(r => r.Row.State == RunStates.Running).Select(r => r.Row.Id).ToArray();
        var counts = await connection.QueryAsync<(long RunId, string TaskId, string State, int Count, string[]? Follow)>(new CommandDefinition("""
            select run_id, task_id, state, count(*)::int, max(follow)
            from task_instance where run_id = any(@open) and state <> 'removed'
            group by run_id, task_id, state
            """, new { open }, transaction, cancellationToken: cancellationToken));
        foreach (var (runId, taskId, state, count, follow) in counts)
        {
            if (runs[runId].Progress is not { } progress)
                continue;
            progress[taskId].Add(state, count);
            if (follow is not null)
                progress[taskId].Follow = follow;
        }
        return [.. runs.Values];
    }
}

/// <summary>The row of a run, with its workflow's limits.</summary>
internal sealed record ExplainedRunRow
{
    public required long Id { get; init; }

    public required string Workflow { get; init; }

    public required int Version { get; init; }

    public required string State { get; init; }

    public long? BackfillId { get; init; }

    public string? StopState { get; init; }

    public string? CanceledBy { get; init; }

    public string? Note { get; init; }

    public DateTimeOffset? IntervalStart { get; init; }

    public DateTimeOffset? IntervalEnd { get; init; }

    /// <summary>Whether it is the run of a partition, which is its interval.</summary>
    public required bool Partitioned { get; init; }

    /// <summary>What it was told of the assets that started it, JSON; null where none did.</summary>
    public string? Assets { get; init; }

    /// <summary>A run of the same partition that goes before it; null where none does.</summary>
    public long? PartitionRun { get; init; }

    /// <summary>The partition; null where it is not the run of one.</summary>
    public DataInterval? Partition => Partitioned && IntervalStart is { } start && IntervalEnd is { } end ? new DataInterval(start, end) : null;

    public required short Priority { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>Tasks that wait for the same task of <see cref="PastRunId"/>; null where none does.</summary>
    public string[]? PastWaits { get; init; }

    public long? PastRunId { get; init; }

    public required int ActiveRuns { get; init; }

    public required int ActiveTasks { get; init; }
}
