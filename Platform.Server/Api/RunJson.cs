using System.Text.Json.Nodes;
using Platform.Engine.History;
using Platform.Workflows.Activities;

namespace Platform.Server.Api;

/// <summary>A run as <c>run --json</c> and <c>GET /api/v1/runs/{id}</c> give it.</summary>
internal sealed record RunJson
{
    public required long Run { get; init; }
    public required string Workflow { get; init; }
    public required int Version { get; init; }
    public required string Kind { get; init; }
    public required string State { get; init; }
    public required DateTimeOffset? IntervalStart { get; init; }
    public required DateTimeOffset? IntervalEnd { get; init; }
    public required DateTimeOffset Queued { get; init; }
    public required DateTimeOffset? Started { get; init; }
    public required DateTimeOffset? Ended { get; init; }
    public required string CreatedBy { get; init; }

    /// <summary>Why it failed, or that there was nothing to do; null otherwise.</summary>
    public required string? Note { get; init; }

    public required JsonObject Params { get; init; }

    /// <summary>The partition that it is for, start and end in ISO 8601 with a slash between; null where the run is not of one.</summary>
    public required string? Partition { get; init; }

    /// <summary>What it was told of the assets that started it, by asset; null where none did.</summary>
    public required JsonObject? Assets { get; init; }

    public required IReadOnlyList<TaskJson> Tasks { get; init; }

    /// <summary>Where the list of all instances begins, page by page, where <see cref="Tasks"/> holds only the first of them; null where it holds all.</summary>
    public required string? MoreTasks { get; init; }

    public static RunJson Of(RunDetail detail) => new()
    {
        Run = detail.Run.Id,
        Workflow = detail.Run.Workflow,
        Version = detail.Run.Version,
        Kind = detail.Run.Kind,
        State = detail.Run.State,
        IntervalStart = detail.Run.IntervalStart,
        IntervalEnd = detail.Run.IntervalEnd,
        Queued = detail.Run.QueuedAt,
        Started = detail.Run.StartedAt,
        Ended = detail.Run.EndedAt,
        CreatedBy = detail.Run.CreatedBy,
        Note = detail.Run.Note,
        Params = detail.Params,
        Partition = detail.Run is { Partitioned: true, IntervalStart: { } start, IntervalEnd: { } end } ? new DataInterval(start, end).ToString() : null,
        Assets = detail.Assets,
        Tasks = [.. detail.Tasks.Select(t => new TaskJson
        {
            Id = t.TaskId,
            MapIndex = t.MapIndex < 0 ? null : t.MapIndex,
            State = t.State,
            Attempt = t.Attempts,
            Queued = t.QueuedAt,
            Started = t.StartedAt,
            Ended = t.EndedAt,
            Outputs = t.Outputs,
            Error = t.Error,
        })],
        MoreTasks = detail.MoreTasks ? $"/api/v1/runs/{detail.Run.Id}/tasks?limit=1000" : null,
    };
}

/// <summary>A task instance of <see cref="RunJson"/>.</summary>
internal sealed record TaskJson
{
    public required string Id { get; init; }

    /// <summary>Null where the task is not mapped.</summary>
    public required int? MapIndex { get; init; }

    public required string State { get; init; }

    /// <summary>Attempts started; 0 where it never ran.</summary>
    public required int Attempt { get; init; }

    public required DateTimeOffset? Queued { get; init; }
    public required DateTimeOffset? Started { get; init; }
    public required DateTimeOffset? Ended { get; init; }

    /// <summary>Null until it succeeded.</summary>
    public required JsonNode? Outputs { get; init; }

    /// <summary>Why it failed or was skipped; null otherwise.</summary>
    public required string? Error { get; init; }
}
