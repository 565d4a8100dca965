using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Control;

/// <summary>Waits for a time.</summary>
[Activity("control.wait_until", Title = "Wait until", TitleZh = "等待至", Stage = Stage.Control, Icon = "clock-pause", Preview = PreviewSupport.Stops,
    Would = "wait until that time", WouldZh = "等待到指定时间",
    Help = "Waits until a time, or for a duration, and holds no worker meanwhile. A time that has passed is no wait.",
    HelpZh = "等待到某一时间，或等待一段时长，期间不占用工作进程。已过去的时间不再等待。",
    Example = "until: \"{{ interval.end | add '2h' }}\"")]
public sealed class ControlWaitUntil : IActivity
{
    [Field(Title = "Until", TitleZh = "时间", Help = "The time; a text without an offset is in UTC. Give this or a duration.", HelpZh = "时间；不带时区偏移的文本按 UTC 解释。与时长二选一。", Example = "2026-01-31T06:00:00Z")]
    public DateTimeOffset? Until { get; set; }

    [Field(Title = "For", TitleZh = "时长", Help = "How long, from the task's start.", HelpZh = "自任务开始起等待多久。", Example = "15m")]
    public TimeSpan? For { get; set; }

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        if (Until is null == For is null)
            throw new ActivityException("bad-input", "It waits until a time or for a duration. Give either 'until' or 'for'.", retryable: false);
        var now = context.Now ?? context.Clock.GetUtcNow();
        // Counted from the first look, so that a worker that dies in between does not make the wait longer.
        var until = Until ?? (context.Resumed?.Since ?? now) + For!.Value;
        return Task.FromResult(until <= now
            ? ActivityResult.Success(new { until })
            : ActivityResult.Deferred(new Deferral { Until = until, Waits = $"Waits until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC{(For is { } given ? $", {Duration.Format(given)} from its start" : "")}." }));
    }
}
