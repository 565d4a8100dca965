using System.Text.Json.Nodes;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Designer.Ports;

/// <summary>
/// Runs what is on the screen, published or not: all of it, up to one task, or as a preview of one task on a sample, in tables that vanish. The host implements it over the engine and the table store.
/// Whoever calls it has asked whether the user may run workflows.
/// </summary>
public interface IPreviewPort
{
    /// <summary>Runs a text as a run that counts, writing the real tables: all of it, or up to one task (run to here).</summary>
    /// <param name="request">What to run.</param>
    /// <param name="until">The task up to which it runs; null runs all of it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<ScreenStart> RunAsync(ScreenText request, string? until, CancellationToken cancellationToken);

    /// <summary>Starts a preview of a task. An older one of the same user and workflow ends.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="taskId">The task; it and what is upstream of it runs.</param>
    /// <param name="rows">Rows of a large source that are read, 1 to 50,000.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<ScreenStart> PreviewAsync(ScreenText request, string taskId, int rows, CancellationToken cancellationToken);

    /// <summary>How far a preview is; null where there is none of that id, or it is over.</summary>
    Task<PreviewProgress?> ProgressAsync(long id, CancellationToken cancellationToken);

    /// <summary>What a task of a preview read and wrote, or would do; null where there is no such preview or task, or the task has not ended.</summary>
    /// <param name="id">The preview.</param>
    /// <param name="taskId">One of its tasks.</param>
    /// <param name="masked">Whether values of columns with personal data are hidden, as for viewers.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="IOException">Its tables cannot be read now; the message says why.</exception>
    Task<PreviewResult?> ResultAsync(long id, string taskId, bool masked, CancellationToken cancellationToken);

    /// <summary>Stops a preview; what it has shown so far stays until it is let go of.</summary>
    Task StopAsync(long id, string by, CancellationToken cancellationToken);

    /// <summary>Lets go of a preview: it stops, and everything that it wrote is deleted within seconds. Without it, an hour after it was asked for.</summary>
    Task LetGoAsync(long id, string by, CancellationToken cancellationToken);
}

/// <summary>A text to run, as it is on the screen.</summary>
public sealed record ScreenText
{
    /// <summary>The YAML.</summary>
    public required string Yaml { get; init; }

    /// <summary>Who asks.</summary>
    public required string By { get; init; }

    /// <summary>Parameters by name; those left out take their defaults.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Params { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>The data interval; null takes the newest that has ended where the workflow runs by time.</summary>
    public DataInterval? Interval { get; init; }
}

/// <summary>What became of a text that was to be run.</summary>
/// <param name="RunId">The run or preview; null where it was not started.</param>
/// <param name="Problems">What is wrong with the text; only warnings where it was started. Up to a task, those of tasks that it does not need are left out.</param>
/// <param name="Refused">Why it was not started, where the text is not the reason: a parameter, the number of rows; null otherwise.</param>
public sealed record ScreenStart(long? RunId, IReadOnlyList<Problem> Problems, string? Refused = null);

/// <summary>How far a preview is.</summary>
public sealed record PreviewProgress
{
    public required long Id { get; init; }

    /// <summary>The task that is looked at.</summary>
    public required string TaskId { get; init; }

    /// <summary>Rows of a large source that it reads.</summary>
    public required int Rows { get; init; }

    /// <summary><c>queued</c>, <c>running</c>, <c>success</c>, <c>failed</c> or <c>canceled</c>.</summary>
    public required string State { get; init; }

    /// <summary>Whether it will not change any more.</summary>
    public required bool Ended { get; init; }

    /// <summary>From then on it is gone.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Its tasks in the order in which they run; of a mapped task each of its first instances.</summary>
    public required IReadOnlyList<PreviewStep> Tasks { get; init; }
}

/// <summary>A task instance of a preview.</summary>
public sealed record PreviewStep
{
    public required string TaskId { get; init; }

    /// <summary>Index of the element that it maps over; -1 is not mapped.</summary>
    public required int MapIndex { get; init; }

    /// <summary>Name of its activity.</summary>
    public required string Activity { get; init; }

    /// <summary>Its state, as of any run's task.</summary>
    public required string State { get; init; }

    /// <summary>Why it failed or was skipped; null otherwise.</summary>
    public string? Error { get; init; }

    /// <summary>What it would do, because it acts outside of its tables and did nothing; null where it ran.</summary>
    public string? Would { get; init; }

    /// <summary>Rows that it wrote, all its tables together; null until it has ended.</summary>
    public long? RowsWritten { get; init; }

    /// <summary>Units done and in all, while it runs; null where it does not tell.</summary>
    public ActivityProgress? Progress { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>What a task of a preview did.</summary>
public sealed record PreviewResult
{
    public required string TaskId { get; init; }

    /// <summary>What it would do; null where it did it.</summary>
    public string? Would { get; init; }

    /// <summary>The fields of a task that did nothing, templates filled in, secrets hidden; null where it ran.</summary>
    public JsonObject? With { get; init; }

    /// <summary>What it gives to the tasks downstream; null where it gives nothing.</summary>
    public JsonObject? Outputs { get; init; }

    /// <summary>What it read.</summary>
    public IReadOnlyList<PreviewSource> Sources { get; init; } = [];

    /// <summary>Whether any task up to this one read only a part of its source: nothing here is the whole.</summary>
    public bool Sampled { get; init; }

    /// <summary>The tables that it wrote; empty for a task without any.</summary>
    public IReadOnlyList<PreviewTable> Tables { get; init; } = [];

    /// <summary>Figures that it measured: asset, column or null, name and value.</summary>
    public IReadOnlyList<PreviewFigure> Figures { get; init; } = [];
}

/// <summary>Something that a task read.</summary>
/// <param name="Asset">Key of the asset.</param>
/// <param name="Rows">Rows read; null where not counted.</param>
/// <param name="Of">Rows that there are; null where nobody knows.</param>
/// <param name="Sampled">Whether only a part was read.</param>
/// <param name="Ours">Whether a task of this preview wrote it.</param>
public sealed record PreviewSource(string Asset, long? Rows, long? Of, bool Sampled, bool Ours);

/// <summary>A figure that a task measured.</summary>
public sealed record PreviewFigure(string Asset, string? Column, string Name, double Value);

/// <summary>A table that a task of a preview wrote.</summary>
public sealed record PreviewTable
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether there is no such table outside of the preview yet.</summary>
    public required bool New { get; init; }

    /// <summary>Rows that the task wrote.</summary>
    public required long RowsWritten { get; init; }

    /// <summary>Its columns, in order.</summary>
    public required IReadOnlyList<PreviewField> Columns { get; init; }

    /// <summary>Its first rows, 200 at most: values as text in the order of the columns, null is null. Hidden values are null too; see <see cref="PreviewField.Hidden"/>.</summary>
    public required IReadOnlyList<IReadOnlyList<string?>> Rows { get; init; }

    /// <summary>Rows over which the columns were profiled.</summary>
    public required long Profiled { get; init; }

    /// <summary>What changed against what the task read; null where it read nothing that has columns.</summary>
    public PreviewDifference? Difference { get; init; }
}

/// <summary>A column of a table in a preview, with a small profile.</summary>
public sealed record PreviewField
{
    public required string Name { get; init; }

    /// <summary>Its type as the tables name it.</summary>
    public required string Type { get; init; }

    /// <summary>Whether it holds personal data, by what the inventory knows of it or of the columns that it comes from.</summary>
    public bool Personal { get; init; }

    /// <summary>Whether its values are hidden from whoever asked: <see cref="Least"/>, <see cref="Most"/>, <see cref="Frequent"/> and the rows have none.</summary>
    public bool Hidden { get; init; }

    /// <summary>Rows without a value.</summary>
    public required long Nulls { get; init; }

    /// <summary>Different values.</summary>
    public required long Distinct { get; init; }

    /// <summary>The smallest value; null where there is none.</summary>
    public string? Least { get; init; }

    /// <summary>The largest value; null where there is none.</summary>
    public string? Most { get; init; }

    /// <summary>The most frequent values with their rows, 5 at most.</summary>
    public IReadOnlyList<PreviewValue> Frequent { get; init; } = [];
}

/// <summary>A value and how many rows have it.</summary>
public sealed record PreviewValue(string Value, long Rows);

/// <summary>What changed between what a task read and a table that it wrote.</summary>
public sealed record PreviewDifference
{
    /// <summary>The input that it is compared with: the one from which most of the columns come.</summary>
    public required string Input { get; init; }

    /// <summary>Rows read of it; null where not counted.</summary>
    public long? RowsIn { get; init; }

    /// <summary>Rows that the task wrote.</summary>
    public required long RowsOut { get; init; }

    /// <summary>Columns that no input has.</summary>
    public IReadOnlyList<string> Added { get; init; } = [];

    /// <summary>Columns of the input that the table has not.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>Columns that go by another name.</summary>
    public IReadOnlyList<PreviewRename> Renamed { get; init; } = [];

    /// <summary>Columns that have another type.</summary>
    public IReadOnlyList<PreviewRetype> Retyped { get; init; } = [];

    /// <summary>Columns whose share of nulls changed.</summary>
    public IReadOnlyList<PreviewNulls> Nulls { get; init; } = [];

    /// <summary>Whether nothing changed but, perhaps, values.</summary>
    public bool Same => RowsIn == RowsOut && Added.Count + Removed.Count + Renamed.Count + Retyped.Count + Nulls.Count == 0;
}

/// <summary>A column that goes by another name.</summary>
public sealed record PreviewRename(string Before, string After);

/// <summary>A column that has another type.</summary>
public sealed record PreviewRetype(string Column, string Before, string After);

/// <summary>A column whose share of nulls changed, from 0 to 1.</summary>
public sealed record PreviewNulls(string Column, double Before, double After);
