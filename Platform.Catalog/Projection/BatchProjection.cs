using System.Text.Json;
using Platform.Catalog.Assets;
using Platform.Postgres.Events;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Projection;

/// <summary>
/// Folds a batch of <c>task.ended</c> events into the rows to write, the newer over the older, so that each table takes one statement however many events there are.
/// Assets are still named by their keys here.
/// </summary>
internal sealed class BatchProjection
{
    internal Dictionary<string, AssetKind> Assets { get; } = new(StringComparer.Ordinal);

    internal Dictionary<(string Asset, long Run, string Task, int Map, int Generation, string Mode), AccessSeen> Accesses { get; } = [];

    internal Dictionary<(string Asset, long Version), VersionSeen> Versions { get; } = [];

    internal Dictionary<string, WrittenAsset> Written { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, DateTimeOffset> Read { get; } = new(StringComparer.Ordinal);

    internal List<(string Asset, IReadOnlyList<AssetColumn> Columns, DateTimeOffset At, long? Run)> Schemas { get; } = [];

    internal Dictionary<(string From, string To, string Workflow, string Task), EdgeSeen> AssetEdges { get; } = [];

    internal Dictionary<(string FromAsset, string FromColumn, string ToAsset, string ToColumn, string Kind, string Workflow, string Task), EdgeSeen> ColumnEdges { get; } = [];

    internal Dictionary<(string Asset, string Workflow, string Task), StatementSeen> Statements { get; } = [];

    /// <summary>Assets and tasks whose columns were understood wholly: their edges of before that are not among the new ones have ended.</summary>
    internal HashSet<(string Asset, string Workflow, string Task)> Complete { get; } = [];

    internal Dictionary<(string Asset, string Column, string Name, long Run, string Task, int Map), MetricSeen> Metrics { get; } = [];

    internal List<CheckSeen> Checks { get; } = [];

    /// <summary>What became of tasks, the newest of each instance: null where it did not fail.</summary>
    internal Dictionary<(long Run, string Task, int Map), TaskOutcome> Outcomes { get; } = [];

    /// <summary>Successful runs of workflow versions that follow others: edges that only older versions made have ended.</summary>
    internal Dictionary<long, RunEnded> Ended { get; } = [];

    /// <summary>The newest versions that were published, by workflow.</summary>
    internal Dictionary<string, WorkflowPublished> Published { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The events as batches to write one after the other: one, unless a workflow's runs of two versions are among them, whose edges begin and end in between. Events of other types are passed over.
    /// </summary>
    internal static IEnumerable<BatchProjection> Of(IEnumerable<DeliveredEvent> events)
    {
        var batch = new BatchProjection();
        foreach (var delivered in events)
        {
            if (delivered.Type is not (TaskEnded.EventType or RunEnded.EventType or WorkflowPublished.EventType))
                continue;
            if (delivered.Type == TaskEnded.EventType && batch.Ended.Count > 0)
            {
                var next = CatalogJson.Read<TaskEnded>(delivered.Payload);
                if (batch.Ended.Values.Any(r => r.Workflow == next.Workflow && r.WorkflowVersion != next.WorkflowVersion)
                    || batch.AssetEdges.Any(e => e.Key.Workflow == next.Workflow && e.Value.Version < next.WorkflowVersion))
                {
                    yield return batch;
                    batch = new BatchProjection();
                }
            }
            batch.Add(delivered);
        }
        yield return batch;
    }

    internal bool IsEmpty => Assets.Count == 0 && Outcomes.Count == 0 && Ended.Count == 0 && Published.Count == 0;

    /// <exception cref="JsonException">The event's payload is not what <see cref="TaskEnded"/> says.</exception>
    internal void Add(DeliveredEvent delivered)
    {
        if (delivered.Type == WorkflowPublished.EventType)
        {
            var published = CatalogJson.Read<WorkflowPublished>(delivered.Payload);
            if (!Published.TryGetValue(published.Workflow, out var before) || before.WorkflowVersion < published.WorkflowVersion)
                Published[published.Workflow] = published;
            return;
        }
        if (delivered.Type == RunEnded.EventType)
        {
            var run = CatalogJson.Read<RunEnded>(delivered.Payload);
            if (run is { State: "success", WorkflowVersion: > 1 })
                Ended[run.RunId] = run;
            return;
        }
        var ended = CatalogJson.Read<TaskEnded>(delivered.Payload);
        var at = ended.Ended ?? delivered.CreatedAt;
        if (ended.State == "failed")
            Outcomes[(ended.RunId, ended.TaskId, ended.MapIndex)] = new TaskOutcome(ended.Workflow, Failed: true, ended.Error, at);
        else if (ended.Generation > 1 && ended.State == "success")
            Outcomes[(ended.RunId, ended.TaskId, ended.MapIndex)] = new TaskOutcome(ended.Workflow, Failed: false, null, at);
        if (ended.Facts is { ValueKind: JsonValueKind.Array } array)
            Add(ended, array.Deserialize<List<Fact>>(CatalogJson.Options)!, at);
    }

    /// <summary>What an attempt observed, of our own or of another system's run.</summary>
    internal void Add(TaskEnded ended, List<Fact> facts, DateTimeOffset at)
    {
        foreach (var fact in facts)
            AddFact(ended, fact, at);
        AddEdges(ended, facts, at);
    }

    /// <summary>
    /// What an event of another system says. Only a run reads and writes, and only one that completed has written; a run whose events tell inputs and outputs apart gets its edges from all of them.
    /// </summary>
    internal void AddExternal(TaskEnded ended, List<Fact> facts, DateTimeOffset at, bool isRun, bool isComplete)
    {
        foreach (var fact in facts)
        {
            switch (fact)
            {
                case AssetWritten { Columns: var columns } written when !isComplete:
                    Know(written.Asset, written.Kind);
                    if (isRun)
                        Access(ended, written.Asset, "write", written.Version, written.RowsWritten, written.Location, at);
                    if (columns is { Count: > 0 })
                        Schemas.Add((written.Asset, columns, at, null));
                    break;
                case AssetRead { Columns: var columns } read when !isRun:
                    Know(read.Asset, read.Kind);
                    if (columns is { Count: > 0 } && read.Kind != AssetKind.Table)
                        Schemas.Add((read.Asset, columns, at, null));
                    break;
                default:
                    AddFact(ended, fact, at);
                    break;
            }
        }
        AddEdges(ended, facts, at);
    }

    private void AddFact(TaskEnded ended, Fact fact, DateTimeOffset at)
    {
        switch (fact)
        {
            case AssetRead read:
                Know(read.Asset, read.Kind);
                Access(ended, read.Asset, "read", read.Version, read.Rows, read.Location, at);
                Read[read.Asset] = at;
                // What a reader saw of a table that the platform writes is what its writer has told already.
                if (read.Columns is { Count: > 0 } && read.Kind != AssetKind.Table)
                    Schemas.Add((read.Asset, read.Columns, at, null));
                break;
            case AssetWritten written:
                Know(written.Asset, written.Kind);
                Access(ended, written.Asset, "write", written.Version, written.RowsWritten, written.Location, at);
                Written[written.Asset] = new WrittenAsset(written, ended, at, Written.GetValueOrDefault(written.Asset));
                if (written.Columns is { Count: > 0 })
                    Schemas.Add((written.Asset, written.Columns, at, ended.RunId));
                if (written.Version is { } version)
                    Versions[(written.Asset, version)] = new VersionSeen(written, ended, at);
                break;
            case ColumnsDerived derived:
                Know(derived.Asset);
                foreach (var edge in derived.Edges.Where(e => e.FromAsset != derived.Asset))
                {
                    Know(edge.FromAsset);
                    See(ColumnEdges, (edge.FromAsset, edge.FromColumn, derived.Asset, edge.ToColumn ?? "", Words(edge.Kind), ended.Workflow, ended.TaskId), new EdgeSeen(at, at, ended.RunId, ended.WorkflowVersion, edge.Masking));
                }

                Statements[(derived.Asset, ended.Workflow, ended.TaskId)] = new StatementSeen(derived, ended.RunId, at);
                if (derived.NotUnderstood is null)
                    Complete.Add((derived.Asset, ended.Workflow, ended.TaskId));
                break;
            case AssetDerived derived:
                Know(derived.Asset);
                Know(derived.FromAsset);
                break;
            case MetricMeasured metric:
                // JSON has no place for these in a column of numbers, and they say nothing about the data.
                if (!double.IsFinite(metric.Value))
                    break;
                Know(metric.Asset);
                Metrics[(metric.Asset, metric.Column ?? "", metric.Name, ended.RunId, ended.TaskId, ended.MapIndex)] = new MetricSeen(metric.Value, at);
                break;
            case CheckResult check:
                Know(check.Asset);
                Checks.Add(new CheckSeen(check, ended, at));
                break;
        }
    }

    /// <summary>What was written comes from what was said to be its sources, else from all that the attempt read.</summary>
    private void AddEdges(TaskEnded ended, List<Fact> facts, DateTimeOffset at)
    {
        var said = facts.OfType<AssetDerived>().ToLookup(d => d.Asset, d => d.FromAsset, StringComparer.Ordinal);
        var columns = facts.OfType<ColumnsDerived>().ToLookup(d => d.Asset, d => d.Edges.Select(e => e.FromAsset), StringComparer.Ordinal);
        var read = facts.OfType<AssetRead>().Select(r => r.Asset).ToList();
        var targets = facts.OfType<AssetWritten>().Select(w => w.Asset).Concat(said.Select(g => g.Key)).Distinct(StringComparer.Ordinal);
        foreach (var target in targets)
        {
            var sources = said.Contains(target) ? said[target] : read;
            foreach (var source in sources.Concat(columns[target].SelectMany(s => s)).Where(s => s != target).Distinct(StringComparer.Ordinal))
                See(AssetEdges, (source, target, ended.Workflow, ended.TaskId), new EdgeSeen(at, at, ended.RunId, ended.WorkflowVersion));
        }
    }

    private static void See<TKey>(Dictionary<TKey, EdgeSeen> edges, TKey key, EdgeSeen seen) where TKey : notnull =>
        edges[key] = edges.TryGetValue(key, out var before) ? seen with { First = before.First < seen.First ? before.First : seen.First } : seen;

    private void Access(TaskEnded ended, string asset, string mode, long? version, long? rows, string? location, DateTimeOffset at) =>
        Accesses[(asset, ended.RunId, ended.TaskId, ended.MapIndex, ended.Generation, mode)] = new AccessSeen(ended.Workflow, version, rows, location, at, ended is { Started: { } started, Ended: { } until } && until >= started ? (until - started).TotalSeconds : null);

    private void Know(string asset, AssetKind? kind = null)
    {
        if (kind is { } said)
            Assets[asset] = said;
        else
            Assets.TryAdd(asset, AssetKeys.KindOf(asset));
    }

    private static string Words(ColumnEdgeKind kind) => kind switch
    {
        ColumnEdgeKind.Identity => "identity",
        ColumnEdgeKind.Transformation => "transformation",
        ColumnEdgeKind.Aggregation => "aggregation",
        ColumnEdgeKind.Filter => "filter",
        ColumnEdgeKind.Join => "join",
        ColumnEdgeKind.GroupBy => "group_by",
        ColumnEdgeKind.Sort => "sort",
        ColumnEdgeKind.Conditional => "conditional",
        ColumnEdgeKind.Window => "window",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A column edge without a name."),
    };
}

/// <summary>When an edge was seen first and last in the batch, by which run, under which version of its workflow, and whether it hides what it carries.</summary>
internal sealed record EdgeSeen(DateTimeOffset First, DateTimeOffset At, long Run, int Version, bool Masking = false);

/// <summary>How a task instance ended.</summary>
internal sealed record TaskOutcome(string Workflow, bool Failed, string? Error, DateTimeOffset At);

/// <summary>The payload of the event <c>run.ended</c>, as far as the catalog needs it.</summary>
internal sealed record RunEnded
{
    internal const string EventType = "run.ended";

    public long RunId { get; init; }

    public string Workflow { get; init; } = "";

    public int WorkflowVersion { get; init; }

    public string State { get; init; } = "";
}

/// <summary>The payload of the event <c>workflow.published</c>.</summary>
internal sealed record WorkflowPublished
{
    internal const string EventType = "workflow.published";

    public string Workflow { get; init; } = "";

    public int WorkflowVersion { get; init; }

    /// <summary>Ids of the tasks that the version holds.</summary>
    public string[] Tasks { get; init; } = [];

    public DateTimeOffset Published { get; init; }
}

/// <summary>A read or write.</summary>
internal sealed record AccessSeen(string Workflow, long? Version, long? Rows, string? Location, DateTimeOffset At, double? Seconds);

/// <summary>A version and the attempt that wrote it.</summary>
internal sealed record VersionSeen(AssetWritten Fact, TaskEnded Ended, DateTimeOffset At);

/// <summary>A statement that makes an asset.</summary>
internal sealed record StatementSeen(ColumnsDerived Fact, long Run, DateTimeOffset At);

/// <summary>A measured value.</summary>
internal sealed record MetricSeen(double Value, DateTimeOffset At);

/// <summary>A check's result and the attempt that made it.</summary>
internal sealed record CheckSeen(CheckResult Check, TaskEnded Ended, DateTimeOffset At);

/// <summary>The newest figures of a written asset; what the newest write does not tell comes from the one before it in the batch.</summary>
internal sealed class WrittenAsset(AssetWritten written, TaskEnded ended, DateTimeOffset at, WrittenAsset? before)
{
    internal long? Version { get; } = written.Version ?? before?.Version;

    internal long? Rows { get; } = written.Rows ?? before?.Rows;

    internal long? Bytes { get; } = written.Bytes ?? before?.Bytes;

    internal long? Files { get; } = written.Files ?? before?.Files;

    internal string? Location { get; } = written.Location ?? before?.Location;

    internal TaskEnded Ended { get; } = ended;

    internal DateTimeOffset At { get; } = at;
}
