using Platform.Workflows.Definition;

namespace Platform.Engine.Definitions;

/// <summary>How a text is applied.</summary>
public sealed record ApplyOptions
{
    /// <summary>Where the text comes from.</summary>
    public required WorkflowOrigin Origin { get; init; }

    /// <summary>Who applies it.</summary>
    public required string By { get; init; }

    /// <summary>The version that the edit started from, 0 for a new workflow; another one published meanwhile is a conflict. Null does not ask.</summary>
    public int? ExpectedVersion { get; init; }

    /// <summary>Whether a workflow that did not exist starts paused. Default false.</summary>
    public bool StartPaused { get; init; }
}

/// <summary>How a text is kept to be run without being published.</summary>
public sealed record KeepOptions
{
    /// <summary>Who keeps it.</summary>
    public required string By { get; init; }

    /// <summary>The task up to which its runs go: they have it and what is upstream of it. Null is the whole text.</summary>
    public string? Until { get; init; }

    /// <summary>Whether it is for a preview: it is kept under a name of its own, and goes with the last preview that uses it.</summary>
    internal bool Preview { get; init; }
}

/// <summary>Where a version comes from.</summary>
public enum WorkflowOrigin
{
    /// <summary>It came with the program.</summary>
    Shipped,

    /// <summary>From a file or through the API.</summary>
    Applied,

    /// <summary>From the designer.</summary>
    Edited,
}

/// <summary>What became of a text.</summary>
/// <param name="Outcome">What was done.</param>
/// <param name="Name">The workflow that the text names; null where it cannot be read.</param>
/// <param name="Version">The version that is published (or kept) now; null where there is none.</param>
/// <param name="Problems">What the reader found: errors only with <see cref="ApplyOutcome.Invalid"/>, else warnings.</param>
public sealed record ApplyResult(ApplyOutcome Outcome, string? Name, int? Version, IReadOnlyList<Problem> Problems);

/// <summary>What was done with a text.</summary>
public enum ApplyOutcome
{
    /// <summary>A new version.</summary>
    Applied,

    /// <summary>The text was published already.</summary>
    Unchanged,

    /// <summary>A shipped text was not applied because somebody has edited the workflow since.</summary>
    KeptEdited,

    /// <summary>A shipped text was not applied because the workflow was retired or deleted here.</summary>
    PutAway,

    /// <summary>Somebody published another version since the edit began.</summary>
    Conflict,

    /// <summary>The text has errors.</summary>
    Invalid,
}

/// <summary>A workflow with the text of one version.</summary>
public sealed record StoredWorkflow
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    public required string Description { get; init; }

    public string? Owner { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required bool Paused { get; init; }

    /// <summary>For people; null is no schedule.</summary>
    public string? Schedule { get; init; }

    /// <summary>When its next run is due; null where none is.</summary>
    public DateTimeOffset? NextDue { get; init; }

    public string? PlanError { get; init; }

    /// <summary>Since when it is retired; null where it is not.</summary>
    public DateTimeOffset? RetiredAt { get; init; }

    public string? RetiredBy { get; init; }

    /// <summary>Null while only unpublished files were run.</summary>
    public int? PublishedVersion { get; init; }

    /// <summary>The version of <see cref="Yaml"/>.</summary>
    public required int Version { get; init; }

    public required string Yaml { get; init; }

    public required string Sha { get; init; }

    public required string Origin { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }
}
