using Dapper;
using Platform.Postgres;

namespace Platform.Engine.History;

/// <summary>The past of a workflow: its runs by day, and how long they took.</summary>
public sealed class RunHistoryQueries(Database database)
{
    /// <summary>How many runs of each state a workflow has on each day. A run is of the day on which its data interval starts, one without an interval of the day on which it was queued.</summary>
    /// <param name="workflow">The workflow.</param>
    /// <param name="from">First day.</param>
    /// <param name="through">Last day, included.</param>
    /// <param name="zone">IANA zone of the days.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<RunDayRow>> DaysAsync(string workflow, DateOnly from, DateOnly through, string zone, CancellationToken cancellationToken)
    {
        const string sql = """
            select (coalesce(interval_start, queued_at) at time zone @zone)::date as day, state, count(*)::int as runs
            from run
            where workflow = @workflow and coalesce(interval_start, queued_at) >= @from::date::timestamp at time zone @zone
              and coalesce(interval_start, queued_at) < (@through::date + 1)::timestamp at time zone @zone
            group by 1, 2
            order by 1, 2
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(DateOnly Day, string State, int Runs)>(new CommandDefinition(sql, new { workflow, from = from.ToDateTime(TimeOnly.MinValue), through = through.ToDateTime(TimeOnly.MinValue), zone }, cancellationToken: cancellationToken));
        return [.. rows.Select(r => new RunDayRow(r.Day, r.State, r.Runs))];
    }

    /// <summary>How long the newest runs of a workflow took, or one of its tasks in them; newest first. A run in which the task has not begun is left out.</summary>
    /// <param name="workflow">The workflow.</param>
    /// <param name="task">The task; null is the run as a whole.</param>
    /// <param name="limit">Runs at most, from 1 to 500.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<RunDurationRow>> DurationsAsync(string workflow, string? task, int limit, CancellationToken cancellationToken)
    {
        var sql = $"""
            with newest as (
                select id, state, interval_start, interval_end, queued_at, started_at, ended_at from run
                where workflow = @workflow and started_at is not null
                order by id desc limit @limit
            )
            {(task is null
                ? "select id as run_id, state, interval_start, interval_end, queued_at, started_at, ended_at from newest order by id desc"
                : """
                select n.id as run_id, @states[min(array_position(@states, i.state))] as state, n.interval_start, n.interval_end,
                    min(i.queued_at) as queued_at, min(i.started_at) as started_at, case when bool_and(i.ended_at is not null) then max(i.ended_at) end as ended_at
                from newest n
                join task_instance i on i.run_id = n.id and i.task_id = @task and i.state <> 'removed'
                group by n.id, n.interval_start, n.interval_end
                having min(i.started_at) is not null
                order by n.id desc
                """)}
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<RunDurationRow>(new CommandDefinition(sql, new { workflow, task, limit = Math.Clamp(limit, 1, 500), states = TaskStates.ByUrgency.ToArray() }, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>Runs of a state on a day.</summary>
/// <param name="Day">In the zone that was asked for.</param>
/// <param name="State">One of <see cref="RunStates"/>.</param>
/// <param name="Runs">How many.</param>
public sealed record RunDayRow(DateOnly Day, string State, int Runs);

/// <summary>How long a run took, or a task in it.</summary>
public sealed record RunDurationRow
{
    public required long RunId { get; init; }

    /// <summary>Of the run, or of the task's instances the state that most needs a look.</summary>
    public required string State { get; init; }

    public DateTimeOffset? IntervalStart { get; init; }

    public DateTimeOffset? IntervalEnd { get; init; }

    /// <summary>When it was ready to begin; of a task that was tried again it may be after <see cref="StartedAt"/>.</summary>
    public DateTimeOffset? QueuedAt { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null while it is open.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
