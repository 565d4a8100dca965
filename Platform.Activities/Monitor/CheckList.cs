using Platform.Workflows.Activities;

namespace Platform.Activities.Monitor;

/// <summary>Collects what a monitor found: as facts, and as the task's outputs.</summary>
internal sealed class CheckList(string asset, ActivityContext context)
{
    private readonly List<MonitorCheck> _checks = [];

    public int Passed => _checks.Count(check => check.Passed);

    public int Failed => _checks.Count - Passed;

    public void Measure(string? column, string name, double value) => context.Facts.Add(new MetricMeasured(asset, column, name, value));

    public void Add(string? column, string name, bool passed, string observed, string expected, bool critical)
    {
        var severity = critical ? "critical" : "warning";
        _checks.Add(new MonitorCheck(column, name, passed, observed, expected, severity));
        context.Facts.Add(new CheckResult(asset, column, name, passed, observed, expected, severity));
        if (!passed)
            context.Log.Warning($"{asset}{(column is null ? "" : $".{column}")}: {name} is broken: {observed}, expected {expected}.");
    }

    /// <exception cref="ActivityException">A check is broken that <paramref name="failOn"/> names.</exception>
    public ActivityResult Finish(FailOn failOn, string what)
    {
        var broken = _checks.Where(check => !check.Passed && (failOn == FailOn.Any || (failOn == FailOn.Critical && check.Severity == "critical"))).ToList();
        if (broken.Count > 0)
        {
            var first = broken[0];
            throw new ActivityException(
                "check-failed",
                $"{broken.Count} of {_checks.Count} checks of {what} are broken; the first is {first.Name}{(first.Column is null ? "" : $" of {first.Column}")}: {first.Observed}, expected {first.Expected}. Look at what changed upstream, or widen the limit in this task.",
                retryable: false);
        }
        return ActivityResult.Success(new MonitorOutputs { Passed = Passed, Failed = Failed, Healthy = Failed == 0, Broken = [.. _checks.Where(check => !check.Passed).Take(50)] });
    }
}

/// <summary>When a broken check fails the task.</summary>
public enum FailOn
{
    Never,
    Critical,
    Any,
}

/// <summary>A check that a monitor made.</summary>
/// <param name="Column">Column, or null for the whole.</param>
/// <param name="Name">volume, freshness, nulls, drift, coverage, latency, lift.</param>
/// <param name="Passed">Whether it held.</param>
/// <param name="Observed">What was seen.</param>
/// <param name="Expected">What should be.</param>
/// <param name="Severity">warning or critical.</param>
public sealed record MonitorCheck(string? Column, string Name, bool Passed, string Observed, string Expected, string Severity);

/// <summary>What a monitor found.</summary>
public sealed record MonitorOutputs
{
    public required int Passed { get; init; }

    public required int Failed { get; init; }

    /// <summary>Whether no check is broken.</summary>
    public required bool Healthy { get; init; }

    /// <summary>The broken checks, 50 at most.</summary>
    public required IReadOnlyList<MonitorCheck> Broken { get; init; }
}
