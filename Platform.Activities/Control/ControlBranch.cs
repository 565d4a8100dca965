using Platform.Workflows.Activities;

namespace Platform.Activities.Control;

/// <summary>A way to go.</summary>
/// <param name="When">Whether it is gone: usually a template with a comparison.</param>
/// <param name="Follow">Ids of the tasks directly downstream that it leads to.</param>
public sealed record BranchCase(bool When, IReadOnlyList<string> Follow);

/// <summary>The way that was chosen.</summary>
/// <param name="Follow">Ids of the tasks that are followed.</param>
/// <param name="Case">Its place in the list, from 0; -1 where none fitted.</param>
public sealed record BranchOutputs(IReadOnlyList<string> Follow, int Case);

/// <summary>Chooses which tasks to follow.</summary>
[Activity("control.branch", Title = "Branch", TitleZh = "分支", Stage = Stage.Control, Icon = "arrows-split-2", Preview = PreviewSupport.Runs, Outputs = typeof(BranchOutputs),
    Help = "Follows the tasks of the first case whose condition is true; the other tasks directly downstream are skipped, except those that the followed ones lead to.",
    HelpZh = "执行首个条件为真的分支所列的任务；其余直接下游任务被跳过，但被选分支之后能到达的任务除外。",
    Example = "cases:\n  - { when: \"{{ tasks.count.outputs.rows > 1000 }}\", follow: [train_full] }\n  - { when: \"{{ run.trigger == 'manual' }}\", follow: [train_small, report] }\notherwise: [report]")]
public sealed class ControlBranch : IActivity
{
    [Field(Title = "Cases", TitleZh = "分支", Help = "Conditions in order, each with the tasks that it leads to.", HelpZh = "按顺序判断的条件及其对应的任务。")]
    public required IReadOnlyList<BranchCase> Cases { get; set; }

    [Field(Title = "Otherwise", TitleZh = "否则", Help = "Tasks to follow where no condition is true; empty follows none.", HelpZh = "所有条件均不成立时执行的任务；留空则都不执行。")]
    public IReadOnlyList<string> Otherwise { get; set; } = [];

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        var at = -1;
        for (var i = 0; i < Cases.Count && at < 0; i++)
            at = Cases[i].When ? i : -1;
        var follow = at < 0 ? Otherwise : Cases[at].Follow;
        context.Log.Info(follow.Count == 0 ? "Follows no task." : $"Follows {string.Join(", ", follow)}{(at < 0 ? ", as no condition is true" : "")}.");
        return Task.FromResult(ActivityResult.Success(new BranchOutputs(follow, at)) with { Follow = follow });
    }
}
