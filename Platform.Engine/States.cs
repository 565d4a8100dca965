namespace Platform.Engine;

/// <summary>The states of a run, as the database, the API and the pages write them.</summary>
/// <remarks>
/// <c>queued</c> → <c>running</c> when the workflow's limit of active runs allows → <c>success</c>, <c>failed</c> or <c>canceled</c> when no task is open.
/// Clear takes an ended run back to <c>running</c>.
/// </remarks>
public static class RunStates
{
    /// <summary>Waits for a place under the workflow's limit of active runs.</summary>
    public const string Queued = "queued";

    /// <summary>Its tasks are released as their upstream tasks end.</summary>
    public const string Running = "running";

    /// <summary>Every task that ends the graph is <c>success</c> or <c>skipped</c> (Airflow's rule: the leaves decide).</summary>
    public const string Success = "success";

    /// <summary>A task that ends the graph failed, or its upstream did.</summary>
    public const string Failed = "failed";

    /// <summary>Somebody asked for its end.</summary>
    public const string Canceled = "canceled";

    /// <summary>States in which a run stays unless somebody clears it.</summary>
    public static IReadOnlySet<string> Ended { get; } = new HashSet<string> { Success, Failed, Canceled };
}

/// <summary>The states of a task instance, as the database, the API and the pages write them.</summary>
public static class TaskStates
{
    /// <summary>Waits for the tasks upstream.</summary>
    public const string None = "none";

    /// <summary>May be claimed by a worker.</summary>
    public const string Queued = "queued";

    /// <summary>A worker holds its lease.</summary>
    public const string Running = "running";

    /// <summary>Waits for something outside, holding no worker.</summary>
    public const string Deferred = "deferred";

    /// <summary>An attempt failed; the next one waits for its delay.</summary>
    public const string UpForRetry = "up_for_retry";

    /// <summary>Done.</summary>
    public const string Success = "success";

    /// <summary>The last attempt failed.</summary>
    public const string Failed = "failed";

    /// <summary>There was nothing to do, its condition was false, or a task upstream was skipped.</summary>
    public const string Skipped = "skipped";

    /// <summary>A task upstream failed, so that this one never ran.</summary>
    public const string UpstreamFailed = "upstream_failed";

    /// <summary>Somebody asked for its end. Downstream it counts as failed.</summary>
    public const string Canceled = "canceled";

    /// <summary>An instance of a mapped task that its new expansion does not have any more.</summary>
    public const string Removed = "removed";

    /// <summary>States in which an instance stays unless somebody clears it.</summary>
    public static IReadOnlySet<string> Ended { get; } = new HashSet<string> { Success, Failed, Skipped, UpstreamFailed, Canceled, Removed };

    /// <summary>Which state stands for several instances or tasks: what needs a person first, then what moves, then what is over. <see cref="Removed"/> never does.</summary>
    public static IReadOnlyList<string> ByUrgency { get; } = [Failed, UpstreamFailed, Canceled, Running, UpForRetry, Queued, Deferred, None, Success, Skipped];

    /// <summary>States that make a run fail when a leaf is in one of them.</summary>
    public static IReadOnlySet<string> Unsuccessful { get; } = new HashSet<string> { Failed, UpstreamFailed, Canceled };
}

/// <summary>Why a run exists.</summary>
public static class RunKinds
{
    /// <summary>A person or a program asked for it.</summary>
    public const string Manual = "manual";

    /// <summary>Its interval ended.</summary>
    public const string Scheduled = "scheduled";

    /// <summary>Its interval is in a range that somebody asked for.</summary>
    public const string Backfill = "backfill";

    /// <summary>Assets that its schedule follows have new versions.</summary>
    public const string Asset = "asset";

    /// <summary>A file was run without being published.</summary>
    public const string File = "file";

    /// <summary>A task of another run started it and waits for its end.</summary>
    public const string Workflow = "workflow";

    /// <summary>Somebody looks at what a task would do: on a sample, in tables of its own, without effects outside of them. It is deleted with everything that it wrote, and no list, grid, figure or event of runs has it.</summary>
    public const string Preview = "preview";

    /// <summary>What stands before the name of a workflow whose texts are those of previews. No workflow's own name can begin so.</summary>
    public const string PreviewPrefix = "preview:";

    /// <summary>Whether the name is that of the previews of a workflow.</summary>
    public static bool IsPreviewed(string workflow) => workflow.StartsWith(PreviewPrefix, StringComparison.Ordinal);

    /// <summary>The workflow's name as its text has it.</summary>
    public static string PlainName(string workflow) => IsPreviewed(workflow) ? workflow[PreviewPrefix.Length..] : workflow;
}
