using Dapper;
using Npgsql;
using Platform.Engine.Definitions;

namespace Platform.Engine.Explain;

/// <summary>A run at one moment with all that is around it; what an explanation needs more of it is read when it is asked for.</summary>
internal sealed class Scene(NpgsqlConnection connection, NpgsqlTransaction transaction, WorkflowDefinitions definitions, ExplainedRun run, LiveState state, CancellationToken cancellationToken)
{
    private IReadOnlyList<QueuedTask>? _waiting;
    private RunPlaces? _places;

    public ExplainedRun Run { get; } = run;

    public LiveState State { get; } = state;

    public async Task<RunPlaces> PlacesAsync() => _places ??= await RunPlaces.ReadAsync(connection, transaction, Run.Row, cancellationToken);

    public Task<QueuedTask?> RowAsync(string taskId, int mapIndex) => LiveReader.RowAsync(connection, transaction, Run.Row.Id, taskId, mapIndex, cancellationToken);

    /// <summary>The instance; without an index the first that has not ended, else the first. Null where there is none.</summary>
    public Task<InstanceRow?> InstanceAsync(string taskId, int? mapIndex) =>
        connection.QueryFirstOrDefaultAsync<InstanceRow>(new CommandDefinition("""
            select map_index, state, error, queued_at, started_at from task_instance
            where run_id = @run and task_id = @taskId and (@mapIndex::int is null and state <> 'removed' or map_index = @mapIndex)
            order by ended_at is not null, map_index
            limit 1
            """, new { run = Run.Row.Id, taskId, mapIndex }, transaction, cancellationToken: cancellationToken));

    /// <summary>The same task of the run before, which the task waits for, and the run that holds up that one in turn. Empty where the task waits for none.</summary>
    public Task<IReadOnlyList<Cause>> PastAsync(string taskId) => PastCauses.ReadAsync(connection, transaction, Run.Row, taskId, cancellationToken);

    /// <summary>The causes of a task that was released: queued, up for retry or deferred.</summary>
    public async Task<IReadOnlyList<Cause>> ReleasedAsync(string taskId, string state, int? mapIndex = null, string? error = null)
    {
        if (state == TaskStates.Deferred)
            return [Deferred(await connection.QueryFirstOrDefaultAsync<DeferralRow>(new CommandDefinition("""
                select due_at, waits, question->>'message' as message,
                    (select string_agg(w, ', ') from jsonb_array_elements_text(case when jsonb_typeof(question->'who') = 'array' then question->'who' else '[]' end) w) as who
                from deferral where run_id = @run and task_id = @taskId and (@mapIndex::int is null or map_index = @mapIndex)
                order by map_index limit 1
                """, new { run = Run.Row.Id, taskId, mapIndex }, transaction, cancellationToken: cancellationToken)))];
        var row = mapIndex is { } index ? await RowAsync(taskId, index)
            : (_waiting ??= await LiveReader.WaitingAsync(connection, transaction, Run.Row.Id, cancellationToken)).FirstOrDefault(q => q.TaskId == taskId);
        if (row is null || row.Node is not null)
            return [Cause.Of(CauseCodes.Starting, "A worker takes it at this moment.")];
        var before = await LiveReader.BeforeAsync(connection, transaction, row, cancellationToken);
        return QueuedCauses.Of(row, State, Run.Row.ActiveTasks, before, error);
    }

    private static Cause Deferred(DeferralRow? row)
    {
        if (row is null)
            return Cause.Of(CauseCodes.Deferred, "It waits for something outside, and holds no worker.", "", "");
        var who = row.Who ?? "anybody who may edit";
        if (row.Message is not null)
            return Cause.Action(CauseCodes.Approval, $"It asks {who}: {row.Message} Answer on the run's page, or with './platform approve'.", row.Message, row.Who ?? "");
        var until = row.DueAt is { } due ? QueuedCauses.Time(due) : "";
        return Cause.Of(CauseCodes.Deferred, $"It waits for something outside, and holds no worker{(row.Waits is null ? "" : $": {row.Waits.TrimEnd('.')}")}.{(until.Length == 0 ? "" : $" It looks again at {until} at the latest.")}", row.Waits ?? "", until);
    }

    /// <summary>When the task starts, and when the run ends.</summary>
    public Task<Forecast?> ForecastAsync(string? taskId, int mapIndex) => new Forecaster(connection, transaction, definitions, this).ForecastAsync(taskId, mapIndex, cancellationToken);
}

/// <summary>What a deferred instance waits for.</summary>
internal sealed record DeferralRow
{
    public DateTimeOffset? DueAt { get; init; }

    public string? Waits { get; init; }

    /// <summary>A question to people; null where it asks nobody.</summary>
    public string? Message { get; init; }

    public string? Who { get; init; }
}

/// <summary>A task instance, as explanations need it.</summary>
internal sealed record InstanceRow
{
    public required int MapIndex { get; init; }

    public required string State { get; init; }

    public string? Error { get; init; }

    public DateTimeOffset? QueuedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }
}
