using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests;

/// <summary>Makes contexts as a worker would, and keeps what activities wrote to the log.</summary>
internal sealed class TestRun : ITaskLog, ISecrets
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>Secrets that tasks find.</summary>
    public ConcurrentDictionary<string, string> Secrets { get; } = new();

    public string Log => string.Join('\n', _lines);

    public ActivityContext Context(string task = "task", long run = 1, int generation = 1, int attempt = 1, DateOnly? day = null, TimeZoneInfo? zone = null, Dictionary<string, JsonNode?>? parameters = null, Resumption? resumed = null, DateTimeOffset? now = null)
    {
        DataInterval? interval = day is { } date
            ? new DataInterval(Midnight(date, zone), Midnight(date.AddDays(1), zone))
            : null;
        return new ActivityContext
        {
            RunId = run,
            Workflow = "test",
            TaskId = task,
            Generation = generation,
            Attempt = attempt,
            Interval = interval,
            TimeZone = zone ?? TimeZoneInfo.Utc,
            Parameters = parameters ?? [],
            Resumed = resumed,
            Now = now,
            Log = this,
            Secrets = this,
        };
    }

    public void Write(TaskLogLevel level, string message) => _lines.Enqueue($"{level}: {message}");

    public ValueTask<string> GetAsync(string name, CancellationToken cancellationToken) =>
        Secrets.TryGetValue(name, out var value) ? ValueTask.FromResult(value) : throw new SecretNotFoundException(name);

    private static DateTimeOffset Midnight(DateOnly date, TimeZoneInfo? zone)
    {
        var local = date.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, (zone ?? TimeZoneInfo.Utc).GetUtcOffset(local)).ToUniversalTime();
    }
}
