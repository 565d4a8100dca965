using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Control;

/// <summary>The answer of a person.</summary>
/// <param name="Approved">Whether it was approved.</param>
/// <param name="By">Who answered.</param>
/// <param name="Note">Why; null where nothing was said.</param>
/// <param name="At">When.</param>
public sealed record ApprovalOutputs(bool Approved, string By, string? Note, DateTimeOffset? At);

/// <summary>What becomes of a task whose question was answered with no.</summary>
public enum OnReject
{
    Fail,
    Skip,
}

/// <summary>Asks a person.</summary>
[Activity("control.approval", Title = "Ask for approval", TitleZh = "人工审批", Stage = Stage.Control, Icon = "user-question", Preview = PreviewSupport.Stops,
    Would = "ask people and wait for their answer", WouldZh = "请人审批并等待答复", Outputs = typeof(ApprovalOutputs),
    Help = "Asks a person and waits for the answer, which is given on the run's page, over the API or with './platform approve'; holds no worker meanwhile. The answer, who gave it and the note become outputs.",
    HelpZh = "向人员提问并等待答复；可在运行页面、API 或 “./platform approve” 中答复，期间不占用工作进程。答复结果、答复人和备注将成为输出。",
    Example = "message: \"Deploy the model with recall {{ tasks.train.outputs.recall_at_10 }}?\"\nwho: [editor]\ntimeout: 2d\non_timeout: skip")]
public sealed class ControlApproval : IActivity
{
    [Field(Title = "Message", TitleZh = "问题", Kind = FieldKind.Multiline, Help = "What is asked.", HelpZh = "要询问的内容。", Example = "Deploy the new model?")]
    public required string Message { get; set; }

    [Field(Title = "Who", TitleZh = "答复人", Help = "Names of users, or roles (editor, administrator), that may answer; empty is everybody who may change runs.", HelpZh = "可答复的用户名或角色（editor、administrator）；留空为所有可修改运行的用户。", Example = "[ada, administrator]")]
    public IReadOnlyList<string> Who { get; set; } = [];

    [Field(Title = "Time-out", TitleZh = "最长等待", Help = "Longest wait for an answer. The task's own time-out counts too.", HelpZh = "等待答复的最长时间；任务自身的超时同样生效。", Min = 0.1, Max = 366 * 86_400d)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromDays(7);

    [Field(Title = "After the time-out", TitleZh = "超时后", Help = "Fail the task, or skip it.", HelpZh = "任务失败，或跳过。")]
    public OnTimeout OnTimeout { get; set; } = OnTimeout.Fail;

    [Field(Title = "After a no", TitleZh = "拒绝后", Help = "Fail the task, or skip it.", HelpZh = "任务失败，或跳过。")]
    public OnReject OnReject { get; set; } = OnReject.Fail;

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        if (context.Resumed?.Signal is { } answer)
            return Task.FromResult(Answered(context, new ApprovalOutputs((bool?)answer["approved"] ?? false, (string?)answer["by"] ?? "", (string?)answer["note"], (DateTimeOffset?)answer["at"])));
        var waited = context.Resumed?.Waited ?? TimeSpan.Zero;
        if (waited >= Timeout)
        {
            var late = $"Nobody answered within {Duration.Format(Timeout)}: {Message}";
            return OnTimeout == OnTimeout.Skip ? Task.FromResult(ActivityResult.Skipped(late)) : throw new ActivityException("timeout", $"{late} Raise 'timeout', or clear the task to ask again.", retryable: false);
        }
        return Task.FromResult(ActivityResult.Deferred(new Deferral
        {
            Delay = Timeout - waited,
            Event = $"approval/{context.IdempotencyKey}",
            Question = new Question(Message, Who),
            Waits = $"Asks {(Who.Count == 0 ? "whoever may change runs" : string.Join(", ", Who))}, for {Duration.Format(Timeout)} at most: {Message}",
        }));
    }

    private ActivityResult Answered(ActivityContext context, ApprovalOutputs answer)
    {
        var said = $"{(answer.Approved ? "Approved" : "Rejected")} by {answer.By}{(string.IsNullOrWhiteSpace(answer.Note) ? "." : $": {answer.Note}")}";
        context.Log.Write(answer.Approved ? TaskLogLevel.Info : TaskLogLevel.Warning, said);
        if (answer.Approved)
            return ActivityResult.Success(answer);
        return OnReject == OnReject.Skip
            ? ActivityResult.Skipped(said) with { Outputs = answer }
            : throw new ActivityException("rejected", said, retryable: false);
    }
}
