using Platform.Catalog.Quality;
using Platform.Inventory.Quality;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Monitor;

/// <summary>Collects what a monitor found: as facts, and as the task's outputs.</summary>
internal sealed class CheckList(string asset, ActivityContext context)
{
    private readonly List<MonitorCheck> _checks = [];

    public int Passed => _checks.Count(check => check.Passed);

    public int FailedCount => _checks.Count - Passed;

    /// <summary>Whether a check of that column and name was made.</summary>
    public bool Made(string? column, string name) => _checks.Any(check => check.Column == column && check.Name == name);

    public void Measure(string? column, string name, double value) => context.Facts.Add(new MetricMeasured(asset, column, name, value));

    /// <summary>Adds a check that the monitor makes by itself.</summary>
    /// <param name="column">Column, or null for the whole.</param>
    /// <param name="name">What it is known by.</param>
    /// <param name="title">What it is of, as a headline.</param>
    /// <param name="passed">Whether it holds.</param>
    /// <param name="observed">What was seen.</param>
    /// <param name="expected">What should be.</param>
    /// <param name="critical">Whether it is more than a warning.</param>
    public void Add(string? column, string name, Told title, bool passed, Told observed, Told expected, bool critical) =>
        Add(CheckResult.Of(asset, column, name, title, passed, observed, expected, critical ? "critical" : "warning"));

    /// <summary>Adds a declared check that was made.</summary>
    public void Add(CheckDefinition check, CheckOutcome outcome) => Add(outcome.Result(asset, check) with { Severity = check.Severity == "critical" ? "critical" : "warning" });

    private void Add(CheckResult result)
    {
        _checks.Add(new MonitorCheck(result.Column, result.Name, result.Passed, result.Observed, result.Expected, result.Severity) { Title = result.Headline, TitleZh = result.TitleZh, ObservedZh = result.ObservedZh, ExpectedZh = result.ExpectedZh });
        context.Facts.Add(result);
        if (!result.Passed)
            context.Log.Warning($"{asset}: {result.Headline}: {result.Observed}; expected {result.Expected}.");
    }

    /// <exception cref="ActivityException">A check is broken that <paramref name="failOn"/> names.</exception>
    public ActivityResult Finish(FailOn failOn, string what)
    {
        var broken = Broken(failOn);
        return broken.Count > 0 ? throw Failed(broken, what, []) : Result();
    }

    /// <summary>Ends as a gate: critical checks that are broken stop what comes behind, unless a person has waived all of their incidents.</summary>
    /// <exception cref="ActivityException">A check is broken and not waived; the message names its incident.</exception>
    public async Task<ActivityResult> FinishAsGateAsync(FailOn failOn, string what, QualityCommands commands, QualityQueries queries, CancellationToken cancellationToken)
    {
        var results = context.Facts.All.OfType<CheckResult>().Where(result => result.Asset == asset).ToList();
        var incidents = await commands.RecordResultsAsync(context, results, context.Clock.GetUtcNow(), cancellationToken);
        var waived = (await queries.WaivedAsync(incidents, cancellationToken)).ToHashSet();
        var opened = results.Where(result => !result.Passed).Zip(incidents).ToList();
        var broken = Broken(failOn == FailOn.Any ? FailOn.Any : FailOn.Critical);
        var stops = broken.Where(check => !opened.Any(pair => pair.First.Column == check.Column && pair.First.Name == check.Name && waived.Contains(pair.Second))).ToList();
        if (stops.Count < broken.Count)
            context.Log.Warning($"{Plural.Of(broken.Count - stops.Count, "broken check")} of {what} {Plural.Word(broken.Count - stops.Count, "was", "were")} waived and {Plural.Word(broken.Count - stops.Count, "lets", "let")} pass.");
        if (stops.Count == 0)
            return Result();
        throw Failed(stops, what, [.. opened.Where(pair => stops.Any(check => check.Column == pair.First.Column && check.Name == pair.First.Name)).Select(pair => pair.Second).Where(id => id > 0)]);
    }

    private List<MonitorCheck> Broken(FailOn failOn) => [.. _checks.Where(check => !check.Passed && (failOn == FailOn.Any || (failOn == FailOn.Critical && check.Severity == "critical")))];

    private ActivityException Failed(List<MonitorCheck> broken, string what, IReadOnlyList<long> incidents)
    {
        var first = broken[0];
        var next = incidents.Count == 0 ? "Look at what changed upstream, or widen the limit in this task."
            : $"It is incident {incidents[0]}. Repair the data and clear the task, or waive the incident and clear it.";
        return new ActivityException(
            "check-failed",
            $"{broken.Count} of {Plural.Of(_checks.Count, "check")} of {what} {Plural.Word(broken.Count, "is", "are")} broken{(broken.Count > 1 ? "; the first" : "")}: {first.Title}: {first.Observed}; expected {first.Expected}. {next}",
            retryable: false);
    }

    private ActivityResult Result() => ActivityResult.Success(new MonitorOutputs { Passed = Passed, Failed = FailedCount, Healthy = FailedCount == 0, Broken = [.. _checks.Where(check => !check.Passed).Take(50)] });
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
/// <param name="Name">volume, freshness, nulls, drift, coverage, latency, lift, or the name of a declared check.</param>
/// <param name="Passed">Whether it held.</param>
/// <param name="Observed">What was seen.</param>
/// <param name="Expected">What should be.</param>
/// <param name="Severity">warning or critical.</param>
public sealed record MonitorCheck(string? Column, string Name, bool Passed, string Observed, string Expected, string Severity)
{
    /// <summary>What it is of, as a headline.</summary>
    public string Title { get; init; } = Name;

    /// <summary>In Chinese; null where it is known in English only.</summary>
    public string? TitleZh { get; init; }

    /// <summary>In Chinese; null where it is known in English only.</summary>
    public string? ObservedZh { get; init; }

    /// <summary>In Chinese; null where it is known in English only.</summary>
    public string? ExpectedZh { get; init; }
}

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
