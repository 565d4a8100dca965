using System.Text.Json.Nodes;

namespace Platform.Workflows.Activities;

/// <summary>What an activity does in a preview: a run that shows what a task would do, on a sample, in tables that vanish.</summary>
public enum PreviewSupport
{
    /// <summary>Nobody has decided. It stops, as <see cref="Stops"/> does: what might act outside of its tables does not run in a preview.</summary>
    Undecided,

    /// <summary>It runs: all that it changes are tables of the platform and files below <c>Workspace.ResolveToWrite</c>, which a preview has of its own.</summary>
    Runs,

    /// <summary>It does not run, because it acts outside of its tables (a request, a mail, a file, a model, the catalog) or waits for something. Its task succeeds, with what it would do, and has no outputs.</summary>
    Stops,
}

/// <summary>How much of its sources a preview reads.</summary>
/// <param name="Rows">The first so many rows of a source that is large.</param>
public sealed record PreviewSample(int Rows)
{
    /// <summary>Rows where nobody asks for another number.</summary>
    public const int DefaultRows = 1_000;

    /// <summary>The most that may be asked for.</summary>
    public const int MostRows = 50_000;

    /// <summary>A source of at most so many rows is read whole, so that tables to look something up in still match: 20 times <see cref="Rows"/>.</summary>
    public int WholeUpTo => 20 * Rows;

    /// <summary>A table that is joined with a sample is read whole up to so many rows.</summary>
    public static int MostWhole => 1_000_000;
}

/// <summary>Gives the attempts of previews services that keep what they write apart. The engine asks the services of its node for it; a node without one runs no previews.</summary>
public interface IPreviewRoom
{
    /// <summary>Services for one attempt of a preview.</summary>
    /// <param name="runId">The run; its attempts share what they write.</param>
    /// <param name="sample">How much of the sources is read.</param>
    /// <param name="services">The node's services.</param>
    IPreviewAttempt Open(long runId, PreviewSample sample, IServiceProvider services);

    /// <summary>Deletes everything that a run's attempts wrote; nothing where there is nothing. May be repeated.</summary>
    /// <exception cref="IOException">It cannot be deleted now.</exception>
    void Remove(long runId);

    /// <summary>Runs of which something is left.</summary>
    IReadOnlyList<long> Left();
}

/// <summary>An attempt of a preview.</summary>
public interface IPreviewAttempt : IDisposable
{
    /// <summary>Where its activity gets its services.</summary>
    IServiceProvider Services { get; }

    /// <summary>What the attempt read and wrote, as far as is known by now.</summary>
    /// <param name="context">The attempt, with its facts.</param>
    PreviewReport Report(ActivityContext context);
}

/// <summary>What an attempt of a preview did. Kept with the run until the preview is let go; written with <see cref="Fact.Json"/>.</summary>
public sealed record PreviewReport
{
    /// <summary>What the task would do, in a sentence; null where it did it.</summary>
    public string? Would { get; init; }

    /// <summary>The fields of a task that stopped, templates filled in, secrets hidden; null where it ran.</summary>
    public JsonObject? With { get; init; }

    /// <summary>What it read.</summary>
    public IReadOnlyList<PreviewRead> Reads { get; init; } = [];

    /// <summary>The tables of the preview that it wrote.</summary>
    public IReadOnlyList<PreviewWrite> Writes { get; init; } = [];

    /// <summary>Where the columns of what it wrote come from.</summary>
    public IReadOnlyList<ColumnsDerived> Derived { get; init; } = [];

    /// <summary>What it measured.</summary>
    public IReadOnlyList<MetricMeasured> Metrics { get; init; } = [];

    /// <summary>Checks that it made.</summary>
    public IReadOnlyList<CheckResult> Checks { get; init; } = [];
}

/// <summary>A source that an attempt of a preview read.</summary>
/// <param name="Asset">Key of the asset.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Version">Version of a table; null where it has none.</param>
/// <param name="Rows">Rows read; null where not counted.</param>
/// <param name="Of">Rows that there are; null where nobody knows.</param>
/// <param name="Sampled">Whether only a part of it was read.</param>
/// <param name="Ours">Whether a task of this preview wrote it.</param>
/// <param name="Columns">Its columns with their nulls among the rows read.</param>
public sealed record PreviewRead(string Asset, AssetKind Kind, long? Version, long? Rows, long? Of, bool Sampled, bool Ours, IReadOnlyList<PreviewColumn> Columns);

/// <summary>A column of what a preview read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DataType">Its type as the source names it.</param>
/// <param name="Nulls">Nulls among the rows read; null where not counted.</param>
public sealed record PreviewColumn(string Name, string DataType, long? Nulls);

/// <summary>A table that a preview wrote.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Version">Its version in the preview, which has nothing to do with the real table's.</param>
/// <param name="Rows">Rows written.</param>
/// <param name="Operation"><c>append</c>, <c>replace</c>, <c>replace-interval</c>.</param>
/// <param name="New">Whether there is no such table outside of the preview yet.</param>
public sealed record PreviewWrite(string Table, long Version, long Rows, string Operation, bool New);
