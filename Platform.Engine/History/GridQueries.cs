using Dapper;
using Platform.Engine.Definitions;
using Platform.Postgres;

namespace Platform.Engine.History;

/// <summary>The grid of a workflow: the state of each task in each of its newest runs.</summary>
public sealed class GridQueries(Database database, WorkflowDefinitions definitions)
{
    /// <summary>The newest runs with the states of their tasks.</summary>
    /// <param name="workflow">The workflow; one that does not exist has an empty grid.</param>
    /// <param name="runs">Runs at most, from 1 to 200.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public Task<RunGrid> GetAsync(string workflow, int runs, CancellationToken cancellationToken) =>
        GetAsync(workflow, runs, null, null, cancellationToken);

    /// <summary>A page of runs with the states of their tasks.</summary>
    /// <param name="workflow">The workflow; one that does not exist has an empty grid.</param>
    /// <param name="runs">Runs at most, from 1 to 200.</param>
    /// <param name="beforeId">Only runs with a smaller id, the newest of them; null begins with the newest run.</param>
    /// <param name="afterId">Only runs with a larger id, the oldest of them; goes before <paramref name="beforeId"/>. Null does not ask.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public async Task<RunGrid> GetAsync(string workflow, int runs, long? beforeId, long? afterId, CancellationToken cancellationToken)
    {
        var limit = Math.Clamp(runs, 1, 200);
        await using var connection = await database.OpenAsync(cancellationToken);
        // One more than is shown tells whether there is another page.
        var columns = (await connection.QueryAsync<GridRun>(new CommandDefinition($"""
            select id, version, kind, state, interval_start, interval_end, queued_at, started_at, ended_at
            from run where workflow = @workflow {(afterId is not null ? "and id > @afterId order by id" : beforeId is not null ? "and id < @beforeId order by id desc" : "order by id desc")} limit @limit
            """, new { workflow, beforeId, afterId, limit = limit + 1 }, cancellationToken: cancellationToken))).AsList();
        var more = columns.Count > limit;
        if (more)
            columns.RemoveAt(limit);
        if (afterId is not null)
            columns.Reverse();
        if (columns.Count == 0)
            return new RunGrid { Workflow = workflow, Runs = [], Tasks = [], Older = afterId is not null, Newer = afterId is null && beforeId is not null };
        // Places of states, not the states: sorting the instances of 5,000 cells took 20 ms.
        var cells = await connection.QueryAsync<(long RunId, string TaskId, int State, int Instances, int Ended, int Attempts, DateTime? From, DateTime? To)>(new CommandDefinition("""
            select run_id, task_id, min(array_position(@worst, state)), count(*)::int, (count(*) filter (where ended_at is not null))::int,
                max(attempts), min(started_at), max(ended_at)
            from task_instance
            where run_id = any(@ids) and state <> 'removed'
            group by run_id, task_id
            """, new { ids = columns.Select(r => r.Id).ToArray(), worst = TaskStates.ByUrgency.ToArray() }, cancellationToken: cancellationToken));
        var byTask = cells.ToLookup(c => c.TaskId);
        // Rows in the newest version's order, then tasks that only older versions have.
        var newest = (await definitions.GetAsync(workflow, columns[0].Version, cancellationToken)).Definition?.Tasks ?? [];
        var known = newest.ToDictionary(t => t.Id);
        var places = columns.Select((r, i) => (r.Id, i)).ToDictionary(r => r.Id, r => r.i);
        return new RunGrid
        {
            Workflow = workflow,
            Runs = columns,
            Older = afterId is not null || more,
            Newer = afterId is not null ? more : beforeId is not null,
            Tasks = [.. newest.Select(t => t.Id).Concat(byTask.Select(t => t.Key).Where(id => !known.ContainsKey(id)).Order(StringComparer.Ordinal)).Select(id =>
            {
                var row = new GridCell?[columns.Count];
                foreach (var cell in byTask[id])
                    row[places[cell.RunId]] = new GridCell(TaskStates.ByUrgency[cell.State - 1], cell.Instances, cell.Ended, (cell.To - cell.From)?.TotalSeconds) { Attempts = cell.Attempts };
                var task = known.GetValueOrDefault(id);
                return new GridTask(id, task?.Title ?? id, row) { Group = task?.Group, Role = task?.Role?.ToString().ToLowerInvariant(), Mapped = task?.Map is not null };
            })],
        };
    }
}

/// <summary>A workflow's tasks by its newest runs.</summary>
public sealed record RunGrid
{
    public required string Workflow { get; init; }

    /// <summary>The columns, newest first.</summary>
    public required IReadOnlyList<GridRun> Runs { get; init; }

    /// <summary>The rows.</summary>
    public required IReadOnlyList<GridTask> Tasks { get; init; }

    /// <summary>Whether there are older runs than these.</summary>
    public bool Older { get; init; }

    /// <summary>Whether there may be newer runs than these.</summary>
    public bool Newer { get; init; }
}

/// <summary>A column of a grid.</summary>
public sealed record GridRun
{
    public required long Id { get; init; }

    public required int Version { get; init; }

    public required string Kind { get; init; }

    public required string State { get; init; }

    public DateTimeOffset? IntervalStart { get; init; }

    public DateTimeOffset? IntervalEnd { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>A row of a grid.</summary>
/// <param name="Id">The task.</param>
/// <param name="Title">For people.</param>
/// <param name="Cells">One for each run, in the order of the columns; null where the run has no such task, or is queued.</param>
public sealed record GridTask(string Id, string Title, IReadOnlyList<GridCell?> Cells)
{
    /// <summary>The group that it is in, nested ones separated by a slash; null is none, or a task of older versions only.</summary>
    public string? Group { get; init; }

    /// <summary><c>setup</c> or <c>teardown</c>; null is neither.</summary>
    public string? Role { get; init; }

    /// <summary>Whether it has one instance an element.</summary>
    public bool Mapped { get; init; }
}

/// <summary>A task in a run.</summary>
/// <param name="State">Its state; of a mapped task's instances the one that most needs a look.</param>
/// <param name="Instances">1, or the elements of a mapped task.</param>
/// <param name="Ended">Instances that ended.</param>
/// <param name="Seconds">From the first start to the last end; null until something ended.</param>
public sealed record GridCell(string State, int Instances, int Ended, double? Seconds)
{
    /// <summary>Attempts started; of a mapped task's instances the most.</summary>
    public int Attempts { get; init; }
}
