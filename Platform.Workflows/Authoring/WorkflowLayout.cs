using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Workflows.Authoring;

/// <summary>
/// What a workflow's canvas holds beside its text: where tasks were put by hand, notes, and which groups are closed. Immutable. A task that has no place here is placed by the layout.
/// </summary>
public sealed record WorkflowLayout
{
    private const int MostNotes = 500;
    private const int MostClosed = 500;
    private const int LongestGroup = 400;
    private const int LongestNote = 4_000;
    private const double Furthest = 1_000_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Nothing was placed, and nothing noted.</summary>
    public static WorkflowLayout Empty { get; } = new();

    /// <summary>Top left corner of each task that was put somewhere, by id, in pixels at zoom 1.</summary>
    public ImmutableDictionary<string, LayoutPoint> Tasks { get; init; } = ImmutableDictionary<string, LayoutPoint>.Empty;

    /// <summary>Notes on the canvas, in the order in which they were made.</summary>
    public ImmutableList<LayoutNote> Notes { get; init; } = [];

    /// <summary>Paths of the groups that are shown as one node, in order.</summary>
    public ImmutableList<string> Closed { get; init; } = [];

    /// <summary>Whether nothing is placed, noted or closed.</summary>
    [JsonIgnore]
    public bool IsEmpty => Tasks.IsEmpty && Notes.IsEmpty && Closed.IsEmpty;

    /// <summary>The layout of a text that <see cref="ToJson"/> wrote; what is not finite, too far or too long is left out. Null, or what is no layout, is <see cref="Empty"/>.</summary>
    public static WorkflowLayout Parse(string? json)
    {
        if (string.IsNullOrEmpty(json))
            return Empty;
        try
        {
            var read = JsonSerializer.Deserialize<WorkflowLayout>(json, Json);
            return read is null ? Empty : read with
            {
                Tasks = read.Tasks.Where(t => t.Value.IsSane).ToImmutableDictionary(),
                Notes = [.. read.Notes.Where(n => n.IsSane).Take(MostNotes)],
                Closed = [.. (read.Closed ?? []).Where(g => g is { Length: > 0 and <= LongestGroup }).Distinct().Order(StringComparer.Ordinal).Take(MostClosed)],
            };
        }
        catch (JsonException)
        {
            // Places are a convenience: without them the layout is computed.
            return Empty;
        }
    }

    /// <summary>As JSON, for <see cref="Parse"/>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>This layout with tasks put somewhere.</summary>
    public WorkflowLayout Place(IEnumerable<KeyValuePair<string, LayoutPoint>> places) =>
        this with { Tasks = Tasks.SetItems(places.Where(p => p.Value.IsSane).Select(p => KeyValuePair.Create(p.Key, p.Value.Rounded()))) };

    /// <summary>This layout with a task's place under its new id.</summary>
    public WorkflowLayout Rename(string id, string newId) =>
        Tasks.TryGetValue(id, out var place) ? this with { Tasks = Tasks.Remove(id).SetItem(newId, place) } : this;

    /// <summary>This layout without tasks that are gone.</summary>
    public WorkflowLayout Keep(IReadOnlySet<string> tasks) =>
        Tasks.Keys.All(tasks.Contains) ? this : this with { Tasks = Tasks.RemoveRange(Tasks.Keys.Where(t => !tasks.Contains(t))) };

    /// <summary>This layout with a note, new or in place of the one of the same id.</summary>
    public WorkflowLayout Put(LayoutNote note)
    {
        if (!note.IsSane)
            throw new ArgumentException($"A note has up to {LongestNote} characters and a place on the canvas.", nameof(note));
        var at = Notes.FindIndex(n => n.Id == note.Id);
        if (at < 0 && Notes.Count >= MostNotes)
            throw new ArgumentException($"A workflow has up to {MostNotes} notes. Remove some.", nameof(note));
        return this with { Notes = at < 0 ? Notes.Add(note) : Notes.SetItem(at, note) };
    }

    /// <summary>This layout with a group shown as one node, or opened again.</summary>
    public WorkflowLayout Fold(string group) => this with { Closed = Closed.Contains(group) ? Closed.Remove(group) : [.. Closed.Append(group).Order(StringComparer.Ordinal)] };

    /// <summary>This layout without a note.</summary>
    public WorkflowLayout RemoveNote(string id) => this with { Notes = Notes.RemoveAll(n => n.Id == id) };

    /// <summary>Whether both say the same.</summary>
    public bool IsSame(WorkflowLayout other) =>
        ReferenceEquals(this, other) || (Tasks.Count == other.Tasks.Count && Tasks.All(t => other.Tasks.TryGetValue(t.Key, out var place) && place == t.Value) && Notes.SequenceEqual(other.Notes) && Closed.SequenceEqual(other.Closed));

    internal static bool IsFinite(params ReadOnlySpan<double> values)
    {
        foreach (var value in values)
            if (!double.IsFinite(value) || Math.Abs(value) > Furthest)
                return false;
        return true;
    }

    internal static bool IsText(string text) => text.Length <= LongestNote && !text.Contains('\0');
}

/// <summary>A place on the canvas.</summary>
/// <param name="X">Pixels from the left at zoom 1.</param>
/// <param name="Y">Pixels from the top.</param>
public readonly record struct LayoutPoint(double X, double Y)
{
    internal bool IsSane => WorkflowLayout.IsFinite(X, Y);

    internal LayoutPoint Rounded() => new(Math.Round(X), Math.Round(Y));
}

/// <summary>A note on the canvas.</summary>
/// <param name="Id">Unique in the workflow.</param>
/// <param name="Text">What it says; line breaks are kept.</param>
/// <param name="X">Left edge.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
public sealed record LayoutNote(string Id, string Text, double X, double Y, double Width, double Height)
{
    internal bool IsSane => Id is { Length: > 0 and <= 40 } && Text is not null && WorkflowLayout.IsText(Text) && WorkflowLayout.IsFinite(X, Y, Width, Height) && Width is >= 40 and <= 2_000 && Height is >= 24 and <= 2_000;
}
