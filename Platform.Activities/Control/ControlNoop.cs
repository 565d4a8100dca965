using System.Text.Json.Nodes;
using Platform.Workflows.Activities;

namespace Platform.Activities.Control;

/// <summary>Waits, then succeeds.</summary>
[Activity("control.noop", Title = "Do nothing", TitleZh = "空操作", Stage = Stage.Control, Icon = "circle-dashed", Preview = PreviewSupport.Runs,
    Help = "Waits for some seconds, then succeeds with the outputs it was given. For joining branches, and for trying and testing workflows.",
    HelpZh = "等待指定的秒数后成功结束，并返回给定的输出。用于合并分支，或试验和测试工作流。",
    Example = "seconds: 2")]
public sealed class ControlNoop : IActivity
{
    [Field(Title = "Seconds", TitleZh = "秒数", Help = "How long it waits.", HelpZh = "等待多久。", Min = 0, Max = 86_400)]
    public double Seconds { get; set; }

    [Field(Title = "Outputs", TitleZh = "输出", Kind = FieldKind.Json, Help = "A map that the tasks downstream can name.", HelpZh = "供下游任务引用的键值。", Example = "{ partitions: [a, b] }")]
    public JsonObject? Outputs { get; set; }

    /// <inheritdoc/>
    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        if (Seconds > 0)
            await Task.Delay(TimeSpan.FromSeconds(Seconds), context.Clock, cancellationToken);
        return ActivityResult.Success(Outputs);
    }
}
