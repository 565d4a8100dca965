using Dapper;
using Platform.Engine.Definitions;
using Platform.Postgres;

namespace Platform.Engine.History;

/// <summary>The grid of a workflow: the state of each task in each of its newest runs.</summary>
public sealed class GridQueries(Database database, WorkflowDefinitions definitions)
{
    /// <summary>Of a mapped task's instances the grid shows one state: what needs a person first, then what moves, then what is over.</summary>
    private static readonly string[] Worst =
    [
        TaskStates.Failed, TaskStates.UpstreamFailed, TaskStates.Canceled, TaskStates.Running, TaskStates.UpForRetry, TaskStates.Queued,
        TaskStates.Deferred, TaskStates.None, TaskStates.Success, TaskStates.Skipped,
    ];

    /// <summary>The newest runs with the states of their tasks.</summary>
    /// <param name="workflow">The workflow; one that does not exist has an empty grid.</param>
    /// <param name="runs">Runs at most, from 1 to 200.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public async Task<RunGrid> GetAsync(string workflow, int runs, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var columns = (await connection.QueryAsync<GridRun>(new CommandDefinition("""
            select id, version, kind, state, interval_start, interval_end, queued_at, started_at, ended_at
            from run where workflow = @workflow order by id desc limit @limit
            """, new { workflow, limit = Math.Clamp(runs, 1, 200) }, cancellationToken: cancellationToken))).AsList();
        if (columns.Count == 0)
            return new RunGrid { Workflow = workflow, Runs = [], Tasks = [] };
        // Places of states, not the states: sorting the instances of 5,000 cells took 20 ms.
        var cells = await connection.QueryAsync<(long RunId, string TaskId, int State, int Instances, int Ended, DateTime? From, DateTime? To)>(new CommandDefinition("""
            select run_id, task_id, min(array_position(@worst, state)), count(*)::int, (count(*) filter (where ended_at is not null))::int,
                min(started_at), max(ended_at)
            from task_instance
            where run_id = any(@ids) and state <> 'removed'
            group by run_id, task_id
            """, new { ids = columns.Select(r => r.Id).ToArray(), worst = Worst }, cancellationToken: cancellationToken));
        var byTask = cells.ToLookup(c => c.TaskId);
        // Rows in the newest version's order, then tasks that only older versions have.
        var newest = await definitions.GetAsync(workflow, columns[0].Version, cancellationToken);
        var known = newest.Definition?.Tasks.Select(t => t.Id).ToList() ?? [];
        var places = columns.Select((r, i) => (r.Id, i)).ToDictionary(r => r.Id, r => r.i);
        return new RunGrid
        {
            Workflow = workflow,
            Runs = columns,
            Tasks = [.. known.Concat(byTask.Select(t => t.Key).Except(known).Order(StringComparer.Ordinal)).Select(id =>
            {
                var row = new GridCell?[columns.Count];
                foreach (var cell in byTask[id])
                    row[places[cell.RunId]] = new GridCell(Worst[cell.State - 1], cell.Instances, cell.Ended, (cell.To - cell.From)?.TotalSeconds);
                return new GridTask(id, newest.Definition?.Tasks.FirstOrDefault(t => t.Id == id)?.Title ?? id, row);
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
public sealed record GridTask(string Id, string Title, IReadOnlyList<GridCell?> Cells);

/// <summary>A task in a run.</summary>
/// <param name="State">Its state; of a mapped task's instances the one that most needs a look.</param>
/// <param name="Instances">1, or the elements of a mapped task.</param>
/// <param name="Ended">Instances that ended.</param>
/// <param name="Seconds">From the first start to the last end; null until something ended.</param>
public sealed record GridCell(string State, int Instances, int Ended, double? Seconds);
