using Platform.Workflows.Activities;

namespace Platform.Activities.Control;

/// <summary>Fails, always or the first few times.</summary>
[Activity("control.fail", Title = "Fail", TitleZh = "失败", Stage = Stage.Control, Icon = "alert-triangle", Preview = PreviewSupport.Runs,
    Help = "Fails with a message. With 'times', only the first attempts fail and the next one succeeds, which shows retries.",
    HelpZh = "以指定的消息失败。设置 times 时，仅前几次尝试失败，之后成功，可用来观察重试。",
    Example = "message: Not today\ntimes: 2")]
public sealed class ControlFail : IActivity
{
    [Field(Title = "Message", TitleZh = "消息", Help = "What the task shows.", HelpZh = "任务显示的内容。")]
    public string Message { get; set; } = "This task fails because it was asked to. Remove it, or give 'times'.";

    [Field(Title = "Times", TitleZh = "失败次数", Help = "How many attempts fail; 0 is all.", HelpZh = "前几次尝试失败；0 表示每次。", Min = 0)]
    public int Times { get; set; }

    [Field(Title = "Kind", TitleZh = "错误类型", Help = "The error kind that 'retry_on' compares.", HelpZh = "与 retry_on 比较的错误类型。", NotEmpty = true)]
    public string Kind { get; set; } = "asked";

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) =>
        Times == 0 || context.Attempt <= Times
            ? throw new ActivityException(Kind, Message)
            : Task.FromResult(ActivityResult.Success());
}
