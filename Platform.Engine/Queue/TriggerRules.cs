using Platform.Workflows.Definition;

namespace Platform.Engine.Queue;

/// <summary>What becomes of a task instance that waits for its upstream tasks.</summary>
internal enum Release
{
    /// <summary>It cannot be decided yet.</summary>
    Wait,

    /// <summary>It may run.</summary>
    Run,

    /// <summary>It will never run, and that is no failure.</summary>
    Skip,

    /// <summary>It will never run because something upstream failed.</summary>
    UpstreamFailed,
}

/// <summary>How many instances of the tasks directly upstream are in which state. Removed instances do not exist here; canceled ones count as failed.</summary>
internal readonly record struct UpstreamStates(int Total, int Success, int Failed, int UpstreamFailed, int Skipped, int Setups = 0, int SuccessfulSetups = 0, int SkippedSetups = 0)
{
    public int Done => Success + Failed + UpstreamFailed + Skipped;

    public bool AllDone => Done >= Total;

    public bool AnyFailed => Failed + UpstreamFailed > 0;
}

/// <summary>
/// When a task runs, is skipped, or fails with its upstream, decided as soon as it can be. Airflow 3's meaning (<c>trigger_rule_dep.py</c>), in its order of tests:
/// first whether the task can never run, then whether it may run now.
/// </summary>
internal static class TriggerRules
{
    /// <summary>Decides.</summary>
    /// <param name="rule">The task's rule.</param>
    /// <param name="up">States of the instances directly upstream.</param>
    public static Release Decide(TriggerRule rule, UpstreamStates up)
    {
        // A task without upstream tasks has nothing to wait for, whatever its rule.
        if (up.Total == 0)
            return Release.Run;
        return rule switch
        {
            TriggerRule.AllSuccess =>
                up.AnyFailed ? Release.UpstreamFailed : up.Skipped > 0 ? Release.Skip : RunIf(up.Success == up.Total),
            TriggerRule.AllFailed =>
                up.Success + up.Skipped > 0 ? Release.Skip : RunIf(up.AllDone),
            TriggerRule.AllDone =>
                RunIf(up.AllDone),
            // A skipped task upstream is not "done" in this rule, so that the task cannot run any more.
            TriggerRule.AllDoneMinOneSuccess =>
                up.Skipped > 0 ? Release.Skip : up.AllDone && up.Success == 0 ? Release.UpstreamFailed : RunIf(up.AllDone),
            TriggerRule.AllSkipped =>
                up.Success + up.Failed + up.UpstreamFailed > 0 ? Release.Skip : RunIf(up.AllDone),
            TriggerRule.OneSuccess =>
                up.Success > 0 ? Release.Run : !up.AllDone ? Release.Wait : up.Skipped == up.Done ? Release.Skip : Release.UpstreamFailed,
            TriggerRule.OneFailed =>
                up.AnyFailed ? Release.Run : up.AllDone ? Release.Skip : Release.Wait,
            TriggerRule.OneDone =>
                up.Success + up.Failed > 0 ? Release.Run : up.AllDone ? Release.Skip : Release.Wait,
            TriggerRule.NoneFailed =>
                up.AnyFailed ? Release.UpstreamFailed : RunIf(up.AllDone),
            TriggerRule.NoneFailedMinOneSuccess =>
                up.AnyFailed ? Release.UpstreamFailed : up.Skipped == up.Total ? Release.Skip : RunIf(up.AllDone),
            TriggerRule.NoneSkipped =>
                up.Skipped > 0 ? Release.Skip : RunIf(up.AllDone),
            TriggerRule.Always =>
                Release.Run,
            // The rule of teardowns: at least one setup upstream must have run, the others may have failed.
            TriggerRule.AllDoneSetupSuccess =>
                !up.AllDone ? Release.Wait
                : up.Setups > 0 && up.SkippedSetups >= up.Setups ? Release.Skip
                : up.Setups > 0 && up.SuccessfulSetups == 0 ? Release.UpstreamFailed
                : Release.Run,
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, null),
        };
    }

    private static Release RunIf(bool met) => met ? Release.Run : Release.Wait;
}
