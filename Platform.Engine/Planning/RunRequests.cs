using System.Text.Json.Nodes;
using Platform.Workflows.Activities;

namespace Platform.Engine.Planning;

/// <summary>A run that somebody asks for.</summary>
public sealed record TriggerRequest
{
    /// <summary>Name of the workflow.</summary>
    public required string Workflow { get; init; }

    /// <summary>Version to run; null is the published one. The version of a file comes from <see cref="Definitions.WorkflowStore.KeepAsync(string, string, CancellationToken)"/>.</summary>
    public int? Version { get; init; }

    /// <summary>Parameters by name; those left out take their defaults. Paths must be absolute.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Params { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>The data interval; null takes the newest that has ended where the workflow runs by time, and none otherwise.</summary>
    public DataInterval? Interval { get; init; }

    /// <summary>A second request with the same key and workflow gets the run of the first. Null does not ask.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The task that starts it and waits for it; null for all but child runs.</summary>
    internal ParentTask? Parent { get; init; }

    /// <summary>The preview that it is; null for runs that count.</summary>
    internal NewPreview? Preview { get; init; }

    /// <summary><see cref="RunKinds.Manual"/> or <see cref="RunKinds.File"/>.</summary>
    public string Kind { get; init; } = RunKinds.Manual;

    /// <summary>Higher starts first among the workflow's queued runs.</summary>
    public int Priority { get; init; }

    /// <summary>Who asks.</summary>
    public required string By { get; init; }

    /// <summary>Base of relative paths among the defaults; null leaves those as they are written.</summary>
    public string? DefaultFolder { get; init; }
}

/// <summary>The instance that a child run belongs to.</summary>
internal sealed record ParentTask(long RunId, string TaskId, int MapIndex, int Generation);

/// <summary>What the run of a preview is besides a run.</summary>
/// <param name="TaskId">The task that is looked at.</param>
/// <param name="SampleRows">Rows of a large source that are read.</param>
/// <param name="Kept">How long it is kept.</param>
internal sealed record NewPreview(string TaskId, int SampleRows, TimeSpan Kept);

/// <summary>The run of a request.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Created">False where the idempotency key was seen before.</param>
public readonly record struct Triggered(long RunId, bool Created);

/// <summary>Runs for a range of intervals.</summary>
public sealed record BackfillRequest
{
    /// <summary>Name of the workflow.</summary>
    public required string Workflow { get; init; }

    /// <summary>Version to run; null is the published one.</summary>
    public int? Version { get; init; }

    /// <summary>The intervals, each once; see <see cref="Platform.Workflows.Schedules.RunRange.Intervals"/>.</summary>
    public required IReadOnlyList<DataInterval> Intervals { get; init; }

    /// <summary>Parameters of every run.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Params { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>Which intervals that had a run to run again. Runs that have not ended are always left alone.</summary>
    public Repeat Repeat { get; init; } = Repeat.Missing;

    /// <summary>Runs at once; null takes the workflow's limit.</summary>
    public int? ActiveRuns { get; init; }

    /// <summary>Whether the newest interval goes first. Default: the oldest.</summary>
    public bool NewestFirst { get; init; }

    /// <summary>Only say which intervals would run.</summary>
    public bool DryRun { get; init; }

    /// <summary>Who asks.</summary>
    public required string By { get; init; }

    /// <summary>Base of relative paths among the defaults; null leaves those as they are written.</summary>
    public string? DefaultFolder { get; init; }
}

/// <summary>Which intervals a backfill runs.</summary>
public enum Repeat
{
    /// <summary>Only those that have no run.</summary>
    Missing,

    /// <summary>Those without a run, and those whose run failed or was canceled.</summary>
    Failed,

    /// <summary>All. A new run takes the place of the interval's earlier one, which stays in the history.</summary>
    All,
}

/// <summary>What a backfill made, or would make.</summary>
/// <param name="BackfillId">Its id; null for a dry run or where nothing was left to do.</param>
/// <param name="RunIds">The runs, in the order of <paramref name="Intervals"/>; empty for a dry run.</param>
/// <param name="Intervals">The intervals that run.</param>
/// <param name="Left">The intervals that were left alone, with the id of the run that they have.</param>
public sealed record Backfilled(long? BackfillId, IReadOnlyList<long> RunIds, IReadOnlyList<DataInterval> Intervals, IReadOnlyList<(DataInterval Interval, long RunId)> Left)
{
    /// <summary>The runs that intervals of the request had when it was asked, by the interval's start.</summary>
    public IReadOnlyDictionary<DateTimeOffset, IntervalRun> Before { get; init; } = new Dictionary<DateTimeOffset, IntervalRun>();
}

/// <summary>The run of an interval.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="State">One of <see cref="RunStates"/>.</param>
public readonly record struct IntervalRun(long RunId, string State);

/// <summary>Tasks to run again.</summary>
public sealed record ClearRequest
{
    public required long RunId { get; init; }

    /// <summary>The tasks; null takes all, or with <see cref="OnlyFailed"/> those that failed.</summary>
    public IReadOnlyList<string>? TaskIds { get; init; }

    /// <summary>Groups whose tasks are taken too, those of the groups inside them included.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Whether everything downstream is run again too. Default true.</summary>
    public bool Downstream { get; init; } = true;

    /// <summary>Parameters to change before the tasks run again; the others stay. Tasks that are not cleared keep what they did with the old ones.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Params { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>Whether to take, of <see cref="TaskIds"/> or of all, only those that failed, were canceled, or whose upstream failed.</summary>
    public bool OnlyFailed { get; init; }

    /// <summary>Only say which tasks would run again. Those that run at this moment are named too, though the command itself is refused while they do.</summary>
    public bool DryRun { get; init; }

    /// <summary>Who asks.</summary>
    public required string By { get; init; }
}
