using Platform.Workflows.Activities;

namespace Platform.Activities.Control;

/// <summary>Ends as skipped.</summary>
[Activity("control.skip", Title = "Skip", TitleZh = "跳过", Stage = Stage.Control, Icon = "player-skip-forward", Preview = PreviewSupport.Runs,
    Help = "Ends as skipped; the tasks downstream follow their trigger rules.",
    HelpZh = "以“跳过”结束；下游任务按各自的触发规则处理。",
    Example = "reason: Nothing to do on Sundays")]
public sealed class ControlSkip : IActivity
{
    [Field(Title = "Reason", TitleZh = "原因", Help = "What the task shows.", HelpZh = "任务显示的内容。", NotEmpty = true)]
    public string Reason { get; set; } = "Skipped because it was asked to.";

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(ActivityResult.Skipped(Reason));
}
