using System.Text.Json.Nodes;

namespace Platform.Engine.History;

/// <summary>Which runs a list shows; null fields do not filter.</summary>
public sealed record RunFilter
{
    /// <summary>Name of the workflow.</summary>
    public string? Workflow { get; init; }

    /// <summary>A state of <see cref="RunStates"/>.</summary>
    public string? State { get; init; }

    /// <summary>A kind of <see cref="RunKinds"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>Runs queued at or after.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Runs queued before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Runs whose data interval starts at or after; one without an interval counts as of when it was queued.</summary>
    public DateTimeOffset? IntervalFrom { get; init; }

    /// <summary>Runs whose data interval starts before.</summary>
    public DateTimeOffset? IntervalTo { get; init; }

    /// <summary>Runs of this backfill.</summary>
    public long? BackfillId { get; init; }

    /// <summary>Keyset paging: only runs with a smaller id. Give the last row's id to get the next page.</summary>
    public long? BeforeId { get; init; }

    /// <summary>Rows in a page, from 1 to 500.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>A run, as lists show it.</summary>
public record RunRow
{
    public required long Id { get; init; }

    public required string Workflow { get; init; }

    /// <summary>Title of the workflow.</summary>
    public required string Title { get; init; }

    /// <summary>Version of the workflow that it runs.</summary>
    public required int Version { get; init; }

    /// <summary>One of <see cref="RunKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>One of <see cref="RunStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Start of the data interval; null for a run without one.</summary>
    public DateTimeOffset? IntervalStart { get; init; }

    /// <summary>End of the data interval, not in it; null for a run without one.</summary>
    public DateTimeOffset? IntervalEnd { get; init; }

    public long? BackfillId { get; init; }

    /// <summary>Whether it is the run of a partition of the assets that started it; the partition is its interval.</summary>
    public bool Partitioned { get; init; }

    /// <summary>What it was told of the assets that started it, without the single intervals (see <see cref="RunDetail.Assets"/>); null where none did.</summary>
    public JsonNode? Assets { get; init; }

    /// <summary>Who asked for it; <c>schedule</c> for a planned one.</summary>
    public required string CreatedBy { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>Null while queued.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Null until it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Set when somebody asked for its end; it may still be stopping.</summary>
    public DateTimeOffset? CancelRequestedAt { get; init; }

    public string? CanceledBy { get; init; }

    /// <summary>Why it failed, or "Nothing to do"; null otherwise.</summary>
    public string? Note { get; init; }

    /// <summary>Id of the task that failed first in a failed run; null otherwise, and where the run failed without a task.</summary>
    public string? FailedTask { get; init; }

    /// <summary>The message of that failure.</summary>
    public string? FailedError { get; init; }

    /// <summary>When it should be done; null where its workflow has no deadline, or while it is queued.</summary>
    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>When it was found to be later than that; null where it was not.</summary>
    public DateTimeOffset? LateAt { get; init; }

    /// <summary>Task instances in all; 0 while queued.</summary>
    public int Tasks { get; init; }

    /// <summary>Task instances that ended, whatever their outcome.</summary>
    public int TasksEnded { get; init; }

    /// <summary>Task instances that are running.</summary>
    public int TasksRunning { get; init; }

    /// <summary>Task instances that failed (themselves, not their upstream).</summary>
    public int TasksFailed { get; init; }
}

/// <summary>A run with everything that its page shows.</summary>
public sealed record RunDetail
{
    public required RunRow Run { get; init; }

    /// <summary>Parameters after defaults.</summary>
    public required JsonObject Params { get; init; }

    /// <summary>What the run was told of the assets that started it, by asset: <c>version</c>, <c>from_version</c>, <c>updates</c>, <c>run</c>, <c>task</c>, <c>at</c>, and for the run of a partition <c>intervals</c>, the writes that were new (<c>start</c>, <c>end</c>, <c>version</c>, <c>run</c>); null where none did.</summary>
    public JsonObject? Assets { get; init; }

    /// <summary>IANA zone of the schedule; UTC where there is none.</summary>
    public required string TimeZone { get; init; }

    /// <summary>The tasks of its version, in the file's order, with edges; the instances refer to them. Empty when the version cannot be read any more.</summary>
    public required IReadOnlyList<GraphTask> Graph { get; init; }

    /// <summary>Instances in the order of the graph, then by map index. Empty while the run is queued.</summary>
    public required IReadOnlyList<TaskRow> Tasks { get; init; }

    /// <summary>Whether the run has more instances than <see cref="Tasks"/>, because only the first were asked for.</summary>
    public bool MoreTasks { get; init; }

    /// <summary>The version's text.</summary>
    public required string Yaml { get; init; }
}

/// <summary>A task of a workflow as a graph shows it.</summary>
/// <param name="Id">Id in the workflow.</param>
/// <param name="Title">For people.</param>
/// <param name="Activity">Name of the activity.</param>
/// <param name="After">Ids of the tasks directly upstream.</param>
/// <param name="Mapped">Whether it has one instance an element.</param>
/// <param name="TriggerRule">In snake_case: <c>all_success</c>.</param>
/// <param name="Group">The group that it is in, nested ones separated by a slash; null is none.</param>
/// <param name="Role"><c>setup</c> or <c>teardown</c>; null is neither.</param>
public sealed record GraphTask(string Id, string Title, string Activity, IReadOnlyList<string> After, bool Mapped, string TriggerRule, string? Group = null, string? Role = null);

/// <summary>A task instance.</summary>
public sealed record TaskRow
{
    public required long RunId { get; init; }

    public required string TaskId { get; init; }

    /// <summary>-1 where it is not mapped.</summary>
    public required int MapIndex { get; init; }

    public required int Generation { get; init; }

    public required string Activity { get; init; }

    /// <summary>One of <see cref="TaskStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Attempts started in this generation.</summary>
    public required int Attempts { get; init; }

    public DateTimeOffset? QueuedAt { get; init; }

    /// <summary>Start of the newest attempt.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Null until it succeeded or was skipped.</summary>
    public JsonNode? Outputs { get; init; }

    /// <summary>Short word; null where it did not fail.</summary>
    public string? ErrorKind { get; init; }

    /// <summary>Why it failed or was skipped.</summary>
    public string? Error { get; init; }

    /// <summary>Units done of the running attempt; null before its first report.</summary>
    public long? ProgressDone { get; init; }

    /// <summary>Units in all; null where unknown.</summary>
    public long? ProgressTotal { get; init; }

    public string? ProgressUnit { get; init; }

    /// <summary>When the next attempt may start, for <c>up_for_retry</c>; null otherwise.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Node that holds the lease; null where none does.</summary>
    public string? Node { get; init; }

    /// <summary>What a deferred instance waits for, for people; null otherwise.</summary>
    public string? Waits { get; init; }

    /// <summary>When a deferred instance looks again at the latest; null where only an event wakes it, or where it is not deferred.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>What a deferred instance asks people: <c>message</c> and <c>who</c>; null where it asks nobody.</summary>
    public JsonNode? Question { get; init; }

    /// <summary>When the newest attempt that waited for something outside began to; null where none did. Before <see cref="StartedAt"/> it is of an attempt before.</summary>
    public DateTimeOffset? WaitedFrom { get; init; }

    /// <summary>When that wait was over; null where there was none, or while it waits.</summary>
    public DateTimeOffset? WaitedUntil { get; init; }
}

/// <summary>One try of a task instance.</summary>
public sealed record AttemptRow
{
    /// <summary>Its fencing number, and the key of its log lines.</summary>
    public required long Id { get; init; }

    public required long RunId { get; init; }

    public required string TaskId { get; init; }

    public required int MapIndex { get; init; }

    public required int Generation { get; init; }

    /// <summary>1 for the first try of its generation.</summary>
    public required int Number { get; init; }

    /// <summary>Node that ran it.</summary>
    public required string Node { get; init; }

    /// <summary><c>running</c>, <c>success</c>, <c>failed</c>, <c>skipped</c>, <c>canceled</c>, <c>lost</c> (its worker died), <c>deferred</c> or <c>expanded</c> (it only made the instances of a mapped task).</summary>
    public required string State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string? ErrorKind { get; init; }

    public string? Error { get; init; }

    /// <summary>Stack trace; null where the message says it all.</summary>
    public string? ErrorDetail { get; init; }
}

/// <summary>A move of a run to another version of its workflow.</summary>
public sealed record MoveRow
{
    public required DateTimeOffset MovedAt { get; init; }

    public required int FromVersion { get; init; }

    public required int ToVersion { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string MovedBy { get; init; }
}

/// <summary>Which log lines to read.</summary>
public sealed record LogFilter
{
    public required long RunId { get; init; }

    /// <summary>Null reads the lines of all tasks.</summary>
    public string? TaskId { get; init; }

    /// <summary>Null reads all instances.</summary>
    public int? MapIndex { get; init; }

    /// <summary>Null reads all attempts.</summary>
    public long? AttemptId { get; init; }

    /// <summary>Only lines after this id: the cursor to follow a log. 0 begins at the start.</summary>
    public long AfterId { get; init; }

    /// <summary>0 debug, 1 info, 2 warning, 3 error.</summary>
    public int MinLevel { get; init; }

    /// <summary>Lines at most, from 1 to 10,000.</summary>
    public int Limit { get; init; } = 1000;
}

/// <summary>A line of an attempt's log.</summary>
public sealed record LogLine
{
    /// <summary>Grows within an attempt: give the last one as <see cref="LogFilter.AfterId"/>.</summary>
    public required long Id { get; init; }

    public required string TaskId { get; init; }

    public required int MapIndex { get; init; }

    public required long AttemptId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>0 debug, 1 info, 2 warning, 3 error.</summary>
    public required int Level { get; init; }

    public required string Message { get; init; }
}
