using Platform.Workflows.Authoring;

namespace Platform.Designer.Author;

/// <summary>What a gesture on the canvas asks for, as the page script sends it. Each kind uses its own fields.</summary>
public sealed record AuthorCommand
{
    /// <summary>Counted by the script for its <see cref="Page"/>; a command that comes twice, after a lost connection, is known by both.</summary>
    public long Seq { get; init; }

    /// <summary>The page in the browser on which it was made; another after each reload.</summary>
    public string Page { get; init; } = "";

    /// <summary><c>add</c>, <c>move</c>, <c>connect</c>, <c>reconnect</c>, <c>remove</c>, <c>paste</c>, <c>group</c>, <c>ungroup</c>, <c>layout</c>, <c>note</c>, <c>fold</c>, <c>text</c>, <c>undo</c>, <c>redo</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Activity to add.</summary>
    public string? Activity { get; init; }

    /// <summary>Where it goes; null chooses a place.</summary>
    public LayoutPoint? At { get; init; }

    /// <summary>Task that the added one comes after.</summary>
    public string? After { get; init; }

    /// <summary>The edge that is made, or into which a task is inserted.</summary>
    public AuthorEdge? Edge { get; init; }

    /// <summary>The edge that <see cref="Edge"/> replaces.</summary>
    public AuthorEdge? Before { get; init; }

    /// <summary>Tasks that are removed or grouped.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>Edges that are removed.</summary>
    public IReadOnlyList<AuthorEdge> Edges { get; init; } = [];

    /// <summary>Notes that are removed.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>New places of tasks.</summary>
    public IReadOnlyDictionary<string, LayoutPoint>? Places { get; init; }

    /// <summary>A note as it is now.</summary>
    public LayoutNote? Note { get; init; }

    /// <summary>Notes moved together with <see cref="Places"/>.</summary>
    public IReadOnlyList<LayoutNote> Moved { get; init; } = [];

    /// <summary>Tasks as YAML, to paste; or the whole text as it was typed.</summary>
    public string? Text { get; init; }

    /// <summary>What the typed <see cref="Text"/> began from.</summary>
    public string? Base { get; init; }

    /// <summary>Name of a group; its path where it is closed or opened.</summary>
    public string? Name { get; init; }

    /// <summary>Steps of the same word that follow at once are one.</summary>
    public string? Merge { get; init; }
}

/// <summary>A connection by the ids of its tasks.</summary>
/// <param name="Source">Upstream.</param>
/// <param name="Target">Downstream.</param>
public sealed record AuthorEdge(string Source, string Target);
