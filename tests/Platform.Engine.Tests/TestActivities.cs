using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Platform.Workflows.Activities;

namespace Platform.Engine.Tests;

/// <summary>Points at which a test and an activity meet, by name.</summary>
public static class Meeting
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource> Points = new();

    public static Task Of(string name) => Points.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public static void Reach(string name) => Points.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}

/// <summary>What activities did, by name of the test.</summary>
public static class Seen
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<string>> Entries = new();

    public static ConcurrentQueue<string> Of(string name) => Entries.GetOrAdd(name, _ => new());
}

[Activity("test.echo", Title = "Echo", Help = "Returns what it was given.", Stage = Stage.Control, Preview = PreviewSupport.Runs)]
public sealed class Echo : IActivity
{
    [Field]
    public JsonNode? Value { get; set; }

    [Field]
    public string? Note { get; set; }

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        if (Note is not null)
            Seen.Of(Note).Enqueue($"{context.RunId}/{context.TaskId}/{context.MapIndex}/{context.Generation}/{context.Attempt}");
        return Task.FromResult(ActivityResult.Success(new Dictionary<string, object?> { ["value"] = Value, ["attempt"] = context.Attempt }));
    }
}

/// <summary>Does something that a preview keeps apart: it notes what it wrote.</summary>
[Activity("test.table", Title = "Write", Help = "Notes a table that it wrote.", Stage = Stage.Control, Preview = PreviewSupport.Runs)]
public sealed class Written : IActivity
{
    [Field(TableUse = TableUse.Writes)]
    public string Table { get; set; } = "raw.t";

    [Field]
    public string? Meet { get; set; }

    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        if (Meet is not null)
        {
            Meeting.Reach($"{Meet} began");
            await Meeting.Of(Meet).WaitAsync(cancellationToken);
        }
        Seen.Of(Table).Enqueue(context.Preview is { } preview ? $"{context.Workflow} {preview.Rows}" : "real");
        context.Facts.Add(new AssetWritten(Table, AssetKind.Table, 0, "replace", RowsWritten: 1));
        return ActivityResult.Success(new Dictionary<string, object?> { ["table"] = Table });
    }
}

[Activity("test.would_wait", Title = "Wait", Help = "Would wait for an hour.", Stage = Stage.Control, Preview = PreviewSupport.Runs)]
public sealed class WouldWait : IActivity
{
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(ActivityResult.Deferred(new Deferral { Delay = TimeSpan.FromHours(1), Waits = "An hour." }));
}

[Activity("test.send", Title = "Send", Help = "Acts on the world.", Stage = Stage.Control, Preview = PreviewSupport.Stops, Would = "send a letter")]
public sealed class Send : IActivity
{
    [Field]
    public string To { get; set; } = "";

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        Seen.Of($"sent to {To}").Enqueue("sent");
        return Task.FromResult(ActivityResult.Success(new Dictionary<string, object?> { ["number"] = 1 }));
    }
}

[Activity("test.noop", Title = "Nothing", Help = "Does nothing.", Stage = Stage.Control)]
public sealed class Nothing : IActivity
{
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Task.FromResult(ActivityResult.Success());
}

[Activity("test.skip", Title = "Skip", Help = "Skips.", Stage = Stage.Control)]
public sealed class Skip : IActivity
{
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Task.FromResult(ActivityResult.Skipped("There was no file."));
}

[Activity("test.some", Title = "Some", Help = "Returns what it was given, or skips or fails where that is 'skip' or 'fail'.", Stage = Stage.Control)]
public sealed class Some : IActivity
{
    [Field]
    public required string Value { get; set; }

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Task.FromResult(Value switch
    {
        "skip" => ActivityResult.Skipped("There was nothing."),
        "fail" => throw new ActivityException("refused", "It failed as told.", retryable: false),
        _ => ActivityResult.Success(new Dictionary<string, object?> { ["value"] = Value }),
    });
}

[Activity("test.branch", Title = "Branch", Help = "Follows some.", Stage = Stage.Control, Preview = PreviewSupport.Runs)]
public sealed class Branch : IActivity
{
    [Field]
    public string[] Follow { get; set; } = [];

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(new ActivityResult { Follow = Follow });
}

[Activity("test.fail", Title = "Fail", Help = "Fails the first times.", Stage = Stage.Control, Preview = PreviewSupport.Runs)]
public sealed class Fail : IActivity
{
    [Field]
    public int Times { get; set; } = int.MaxValue;

    [Field]
    public string Kind { get; set; } = "unavailable";

    [Field]
    public bool Retryable { get; set; } = true;

    [Field]
    public bool Crash { get; set; }

    [Field]
    public string Message { get; set; } = "It failed as told.";

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        context.Facts.Add(new MetricMeasured("raw.t", null, "tries", context.Attempt));
        if (context.Attempt <= Times)
            throw Crash ? new InvalidOperationException(Message) : new ActivityException(Kind, Message, Retryable);
        return Task.FromResult(ActivityResult.Success());
    }
}

[Activity("test.gate", Title = "Gate", Help = "Says that it began and waits to be let through.", Stage = Stage.Control)]
public sealed class Gate : IActivity
{
    [Field]
    public required string Name { get; set; }

    [Field]
    public bool Stubborn { get; set; }

    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        Seen.Of(Name).Enqueue($"{context.TaskId}/{context.MapIndex}/{context.Attempt}");
        Meeting.Reach(Name + ".began");
        Meeting.Reach($"{Name}.began.{context.Attempt}");
        await Meeting.Of(Name + ".go").WaitAsync(Stubborn ? CancellationToken.None : cancellationToken);
        return ActivityResult.Success();
    }
}

[Activity("test.gate_but", Title = "Gate", Help = "Waits to be let through unless it is free.", Stage = Stage.Control)]
public sealed class GateBut : IActivity
{
    [Field]
    public required string Name { get; set; }

    [Field]
    public bool Free { get; set; }

    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        if (!Free)
            await Meeting.Of(Name + ".go").WaitAsync(cancellationToken);
        return ActivityResult.Success(new { value = context.MapIndex });
    }
}

[Activity("test.output", Title = "Output", Help = "Returns so many characters.", Stage = Stage.Control)]
public sealed class Output : IActivity
{
    [Field]
    public int Characters { get; set; }

    [Field]
    public string Kind { get; set; } = "object";

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(ActivityResult.Success(Kind switch
        {
            "list" => new[] { 1, 2 },
            "zero" => new { text = "a\0b" },
            _ => new { text = new string('x', Characters) },
        }));
}

[Activity("test.write", Title = "Write", Help = "Writes log lines and progress.", Stage = Stage.Control)]
public sealed class Write : IActivity
{
    [Field]
    public int Lines { get; set; } = 1;

    [Field]
    public string Text { get; set; } = "line";

    [Field]
    public string? Gate { get; set; }

    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Lines; i++)
            context.Log.Info($"{Text} {i}");
        context.Progress.Report(new ActivityProgress(Lines, 10, "lines"));
        if (Gate is not null)
        {
            Meeting.Reach(Gate + ".began");
            await Meeting.Of(Gate + ".go").WaitAsync(cancellationToken);
        }
        context.Log.Warning("done");
        return ActivityResult.Success();
    }
}
