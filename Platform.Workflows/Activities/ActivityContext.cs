using System.Text.Json.Nodes;

namespace Platform.Workflows.Activities;

/// <summary>What an attempt knows about itself and may use. Made by the worker; a test makes its own.</summary>
public sealed class ActivityContext
{
    /// <summary>Id of the run.</summary>
    public required long RunId { get; init; }

    /// <summary>Name of the workflow.</summary>
    public required string Workflow { get; init; }

    /// <summary>Id of the task in the workflow.</summary>
    public required string TaskId { get; init; }

    /// <summary>Index of the element that this instance maps over, or -1 where the task is not mapped.</summary>
    public int MapIndex { get; init; } = -1;

    /// <summary>1 for the first try, one more for each retry.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>1, raised by clear and never by a retry.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>Set where the attempt was deferred and goes on; null where it begins.</summary>
    public Resumption? Resumed { get; init; }

    /// <summary>When a worker took the attempt, or took it up again, by the database's clock; null in a test that does not say it.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>The data interval of the run; null for a manual run without a date.</summary>
    public DataInterval? Interval { get; init; }

    /// <summary>The schedule's IANA time zone, UTC where there is none.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The run's parameters after defaults.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Parameters { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>Lines that people read beside the attempt.</summary>
    public required ITaskLog Log { get; init; }

    /// <summary>How far the work is.</summary>
    public IProgress<ActivityProgress> Progress { get; init; } = new Progress<ActivityProgress>();

    /// <summary>Secrets by name.</summary>
    public required ISecrets Secrets { get; init; }

    /// <summary>What the attempt read, wrote and measured; goes with its end into the lineage.</summary>
    public FactRecorder Facts { get; } = new();

    /// <summary>In a preview: how much of its sources an attempt reads. Null in a run that counts. An activity that says <see cref="PreviewSupport.Runs"/> looks here before it does anything outside of its tables.</summary>
    public PreviewSample? Preview { get; init; }

    /// <summary>The platform's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The same for every attempt of one generation: a table commit under it happens once.</summary>
    public CommitKey CommitKey => new($"{RunId}/{TaskId}/{MapIndex}", Generation);

    /// <summary>A stable key for calls to the outside, the same for every attempt of one generation.</summary>
    public string IdempotencyKey => $"{RunId}/{TaskId}/{MapIndex}/{Generation}";
}

/// <summary>Identity of a table commit: Delta's <c>txn</c> action.</summary>
/// <param name="AppId"><c>{run}/{task}/{map index}</c>.</param>
/// <param name="Version">The generation.</param>
public readonly record struct CommitKey(string AppId, long Version);

/// <summary>A half-open span of time that a run covers: <c>[Start, End)</c>, in UTC.</summary>
public readonly record struct DataInterval(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>ISO 8601, start and end separated by a slash.</summary>
    public override string ToString() => $"{Start.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}/{End.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}";
}

/// <summary>How far an attempt is.</summary>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all, or null where unknown.</param>
/// <param name="Unit">What is counted: <c>rows</c>, <c>files</c>.</param>
public readonly record struct ActivityProgress(long Done, long? Total, string Unit);

/// <summary>Log lines of an attempt.</summary>
public interface ITaskLog
{
    /// <summary>Writes a line. Secrets must not be in it.</summary>
    void Write(TaskLogLevel level, string message);
}

/// <summary>Levels of a task's log lines.</summary>
public enum TaskLogLevel
{
    Debug,
    Info,
    Warning,
    Error,
}

/// <summary>Short forms of <see cref="ITaskLog.Write"/>.</summary>
public static class TaskLogExtensions
{
    public static void Debug(this ITaskLog log, string message) => log.Write(TaskLogLevel.Debug, message);

    public static void Info(this ITaskLog log, string message) => log.Write(TaskLogLevel.Info, message);

    public static void Warning(this ITaskLog log, string message) => log.Write(TaskLogLevel.Warning, message);

    public static void Error(this ITaskLog log, string message) => log.Write(TaskLogLevel.Error, message);
}
