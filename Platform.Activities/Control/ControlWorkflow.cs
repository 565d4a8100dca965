using System.Text.Json.Nodes;
using Platform.Workflows.Activities;

namespace Platform.Activities.Control;

/// <summary>The child run that ended.</summary>
/// <param name="Run">Number of the run.</param>
/// <param name="State">Its state.</param>
/// <param name="Tasks">Outputs of the tasks that end its graph, by task; null where they are too large.</param>
public sealed record WorkflowOutputs(long Run, string State, JsonObject? Tasks);

/// <summary>Runs another workflow.</summary>
[Activity("control.workflow", Title = "Run a workflow", TitleZh = "运行子工作流", Stage = Stage.Control, Icon = "sitemap", Preview = PreviewSupport.Stops,
    Would = "start a run of another workflow and wait for its end", WouldZh = "启动另一个工作流并等待其结束", Outputs = typeof(WorkflowOutputs),
    Help = "Starts a run of another workflow with parameters, waits for its end without holding a worker, and fails if it fails. The run is canceled with the task; a retry runs again what failed in it.",
    HelpZh = "以给定参数启动另一个工作流的运行并等待其结束，期间不占用工作进程；子运行失败则任务失败。取消任务会取消子运行；重试会重新执行其中失败的部分。",
    Example = "workflow: train-recommender\nparams: { day: \"{{ interval.start | date 'yyyy-MM-dd' }}\" }")]
public sealed class ControlWorkflow(IChildRuns? runs = null) : IActivity
{
    private const int MostOutputBytes = 48 * 1024;

    // The end wakes the task; this is only for the case that nobody could tell it.
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    [Field(Title = "Workflow", TitleZh = "工作流", Help = "Name of a published workflow.", HelpZh = "已发布工作流的名称。", Example = "train-recommender")]
    public required string Workflow { get; set; }

    [Field(Title = "Parameters", TitleZh = "参数", Kind = FieldKind.Json, Help = "Values by name; those left out take their defaults.", HelpZh = "按名称给出的值；未给出的取默认值。", Example = "{ day: 2026-01-31 }")]
    public JsonObject? Params { get; set; }

    [Field(Title = "Same interval", TitleZh = "相同区间", Help = "Whether it covers this run's data interval; otherwise its own schedule says which.", HelpZh = "是否沿用本次运行的数据区间；否则由其自身的调度决定。")]
    public bool SameInterval { get; set; } = true;

    [Field(Title = "Deepest nesting", TitleZh = "最大嵌套层数", Help = "Runs above each other at most, the outermost included, so that a workflow that runs itself ends.", HelpZh = "运行最多嵌套的层数（含最外层），避免工作流无限调用自身。", Min = 1, Max = 50)]
    public int MaxDepth { get; set; } = 5;

    /// <inheritdoc/>
    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        if (runs is null)
            throw new ActivityException("bad-activity", "This worker cannot start runs. Run it on a node of the platform.", retryable: false);
        var run = await runs.StartAsync(new ChildRunRequest
        {
            Workflow = Workflow,
            Params = Params?.ToDictionary(p => p.Key, p => p.Value?.DeepClone()) ?? [],
            Interval = SameInterval ? context.Interval : null,
            Parent = context,
            MostDepth = MaxDepth,
        }, cancellationToken);
        if (run.Created)
            context.Log.Info($"Run {run.RunId} of workflow '{Workflow}' is made.");
        if (run is { Ended: true, State: not "success" } && context is { Attempt: > 1, Resumed: null })
        {
            context.Log.Info($"Run {run.RunId} is {run.State}; what failed in it runs again.");
            await runs.RetryAsync(run.RunId, cancellationToken);
            run = await runs.FindAsync(run.RunId, cancellationToken) ?? run;
        }
        if (!run.Ended)
            return ActivityResult.Deferred(new Deferral { Event = run.EndEvent, Delay = Look, Waits = $"Waits for the end of run {run.RunId} of workflow '{Workflow}'." });
        if (run.State != "success")
            throw new ActivityException("child-failed", $"Run {run.RunId} of workflow '{Workflow}' is {run.State}{(run.Note is null ? "" : $": {run.Note}")}. Look into run {run.RunId}; a retry or a clear of this task goes on from there.", retryable: run.State == "failed");
        var outputs = run.Outputs.ToJsonString(Fact.Json).Length <= MostOutputBytes ? run.Outputs : null;
        if (outputs is null)
            context.Log.Warning($"The outputs of run {run.RunId} are larger than {MostOutputBytes / 1024} KiB and are not passed on. Pass large data in a table.");
        context.Log.Info($"Run {run.RunId} is success.");
        return ActivityResult.Success(new WorkflowOutputs(run.RunId, run.State, outputs));
    }
}
