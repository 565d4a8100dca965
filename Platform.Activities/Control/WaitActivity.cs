using System.Text.Json.Nodes;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Control;

/// <summary>What becomes of a wait that took too long.</summary>
public enum OnTimeout
{
    Fail,
    Skip,
}

/// <summary>What a look brought.</summary>
/// <param name="Outputs">The outputs of the task where what it waits for is there; null where it is not.</param>
/// <param name="Waits">What is missing, in words that follow "Waits": <c>for file x</c>.</param>
/// <param name="State">What the next look needs; null is nothing.</param>
/// <param name="Again">A look sooner than the poll; null waits for the poll.</param>
internal sealed record Look(object? Outputs, string Waits, JsonObject? State = null, TimeSpan? Again = null);

/// <summary>The frame of activities that look for something now and then: between two looks the task is deferred and holds no worker. All times are the database's.</summary>
public abstract class WaitActivity : IActivity
{
    private const double LongestPoll = 86_400;
    private const double LongestTimeout = 366 * 86_400d;

    /// <summary>Pause between two looks.</summary>
    [Field(Title = "Poll", TitleZh = "检查间隔", Help = "Pause between two looks.", HelpZh = "两次检查之间的间隔。", Min = 0.1, Max = LongestPoll)]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait, from the first look.</summary>
    [Field(Title = "Time-out", TitleZh = "最长等待", Help = "Longest wait, from the first look. The task's own time-out counts too.", HelpZh = "从首次检查起的最长等待时间；任务自身的超时同样生效。", Min = 0.1, Max = LongestTimeout)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromDays(1);

    /// <summary>What becomes of the task after the time-out.</summary>
    [Field(Title = "After the time-out", TitleZh = "超时后", Help = "Fail the task, or skip it.", HelpZh = "任务失败，或跳过。")]
    public OnTimeout OnTimeout { get; set; } = OnTimeout.Fail;

    /// <inheritdoc/>
    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        var look = await LookAsync(context, cancellationToken);
        var waited = context.Resumed?.Waited ?? TimeSpan.Zero;
        if (look.Outputs is not null)
        {
            if (context.Resumed is { } resumed)
                context.Log.Info($"It is there after {Duration.Format(Rounded(waited))} and {resumed.Times + 1} looks.");
            return ActivityResult.Success(look.Outputs);
        }
        var left = Timeout - waited;
        if (left <= TimeSpan.Zero)
            return OnTime($"Waited {Duration.Format(Rounded(waited))} {look.Waits}, and it did not come.");
        var pause = look.Again is { } sooner && sooner < Poll ? sooner : Poll;
        return ActivityResult.Deferred(new Deferral
        {
            Delay = pause < left ? pause : left,
            State = look.State,
            Waits = $"Waits {look.Waits}; looks every {Duration.Format(Poll)}, for {Duration.Format(Timeout)} at most.",
        });
    }

    /// <summary>Looks once.</summary>
    private protected abstract Task<Look> LookAsync(ActivityContext context, CancellationToken cancellationToken);

    private ActivityResult OnTime(string message) => OnTimeout == OnTimeout.Skip
        ? ActivityResult.Skipped(message)
        : throw new ActivityException("timeout", $"{message} Raise 'timeout', or set 'on_timeout' to skip.");

    private static TimeSpan Rounded(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Round(time.TotalMilliseconds));
}
