using System.Text.Json.Nodes;
using Platform.Catalog.Assets;
using Platform.Engine;
using Platform.Engine.History;

namespace Platform.Designer.Runs;

/// <summary>Two runs side by side: what differs in their tasks, parameters, outputs and writes.</summary>
internal sealed class RunComparison
{
    private const int MostOutputs = 200;

    private RunComparison(RunDetail a, RunDetail b) => (A, B) = (a, b);

    public RunDetail A { get; }

    public RunDetail B { get; }

    /// <summary>The tasks in the order of the second run, then those that only the first has.</summary>
    public required IReadOnlyList<ComparedTask> Tasks { get; init; }

    /// <summary>Every parameter of either run.</summary>
    public required IReadOnlyList<ComparedValue> Params { get; init; }

    /// <summary>Outputs of tasks that both runs have, where they differ; named <c>task.output</c>.</summary>
    public required IReadOnlyList<ComparedValue> Outputs { get; init; }

    /// <summary>Every asset that either run wrote.</summary>
    public required IReadOnlyList<ComparedWrite> Writes { get; init; }

    /// <summary>How much longer the second run took, less than nothing where it was faster; null while one has not ended.</summary>
    public TimeSpan? Longer => Took(A.Run) is { } a && Took(B.Run) is { } b && A.Run.EndedAt is not null && B.Run.EndedAt is not null ? b - a : null;

    /// <summary>Tasks that failed in the first run alone.</summary>
    public IEnumerable<ComparedTask> FailedInA => Tasks.Where(t => t.A?.State == TaskStates.Failed && t.B?.State != TaskStates.Failed);

    /// <summary>Tasks that failed in the second run alone.</summary>
    public IEnumerable<ComparedTask> FailedInB => Tasks.Where(t => t.B?.State == TaskStates.Failed && t.A?.State != TaskStates.Failed);

    /// <summary>The task whose duration explains most of <see cref="Longer"/>; null where none does.</summary>
    public ComparedTask? Most => Longer is { } longer ? Tasks.Where(t => t.Difference is { } d && d.Ticks != 0 && d > TimeSpan.Zero == longer > TimeSpan.Zero).MaxBy(t => t.Difference!.Value.Duration()) : null;

    /// <summary>Compares.</summary>
    /// <param name="a">The first run, such as the last that was good.</param>
    /// <param name="b">The second run.</param>
    /// <param name="accesses">What both read and wrote.</param>
    /// <param name="now">The end of what has none.</param>
    public static RunComparison Of(RunDetail a, RunDetail b, IReadOnlyList<RunAccessRow> accesses, DateTimeOffset now)
    {
        var (left, right) = (Sides(a, now), Sides(b, now));
        var order = b.Graph.Concat(a.Graph).DistinctBy(g => g.Id).ToList();
        return new RunComparison(a, b)
        {
            Tasks = [.. order.Select(g => new ComparedTask(g.Id, g.Title, left.GetValueOrDefault(g.Id), right.GetValueOrDefault(g.Id)))],
            Params = [.. a.Params.Select(p => p.Key).Union(b.Params.Select(p => p.Key)).Select(name => new ComparedValue(name, Text(a.Params, name), Text(b.Params, name)))],
            Outputs = [.. Differing(a, b).Take(MostOutputs)],
            Writes = Written(a.Run.Id, b.Run.Id, accesses),
        };
    }

    private static TimeSpan? Took(RunRow run) => run is { StartedAt: { } started, EndedAt: { } ended } ? ended - started : null;

    /// <summary>A task of a run: its instances as one.</summary>
    private static Dictionary<string, ComparedSide> Sides(RunDetail run, DateTimeOffset now) => run.Tasks.Where(t => t.State != TaskStates.Removed).GroupBy(t => t.TaskId).ToDictionary(g => g.Key, g =>
    {
        var (first, last) = (g.Min(t => t.StartedAt), g.All(t => t.EndedAt is not null) ? g.Max(t => t.EndedAt) : now);
        // A task that never ran has an end and no start.
        var waited = g.Where(t => t.QueuedAt is not null && t.StartedAt is not null).Select(t => t.StartedAt!.Value - t.QueuedAt!.Value).DefaultIfEmpty(TimeSpan.Zero).Max();
        return new ComparedSide(TaskStates.ByUrgency.First(s => g.Any(t => t.State == s)), first is null ? null : last - first, waited < TimeSpan.Zero ? TimeSpan.Zero : waited, g.Count(), g.Max(t => t.Attempts), g.FirstOrDefault(t => t.Error is not null)?.Error);
    });

    private static IEnumerable<ComparedValue> Differing(RunDetail a, RunDetail b)
    {
        var before = a.Tasks.Where(t => t.Outputs is JsonObject).ToDictionary(t => (t.TaskId, t.MapIndex), t => t.Outputs!.AsObject());
        foreach (var task in b.Tasks)
        {
            if (task.Outputs is not JsonObject after || !before.TryGetValue((task.TaskId, task.MapIndex), out var old))
                continue;
            var name = task.MapIndex < 0 ? task.TaskId : $"{task.TaskId}[{task.MapIndex}]";
            foreach (var key in old.Select(o => o.Key).Union(after.Select(o => o.Key)))
            {
                if (!JsonNode.DeepEquals(old[key], after[key]))
                    yield return new ComparedValue($"{name}.{key}", Text(old, key), Text(after, key));
            }
        }
    }

    private static List<ComparedWrite> Written(long a, long b, IReadOnlyList<RunAccessRow> accesses) =>
        [.. accesses.Where(w => w.Mode == "write").GroupBy(w => w.Key).Select(g => new ComparedWrite(g.Key, g.First().Kind, Sum(g.Where(w => w.RunId == a)), Sum(g.Where(w => w.RunId == b)))).OrderBy(w => w.Asset, StringComparer.Ordinal)];

    private static ComparedVersion? Sum(IEnumerable<RunAccessRow> writes)
    {
        var all = writes.ToList();
        return all.Count == 0 ? null : new ComparedVersion(all.Max(w => w.Version), all.MaxBy(w => w.Version ?? 0)!.Rows, all.TrueForAll(w => w.RowsWritten is null) ? null : all.Sum(w => w.RowsWritten ?? 0));
    }

    private static string? Text(JsonObject values, string name) => !values.TryGetPropertyValue(name, out var value) ? null
        : value switch { null => "null", JsonValue v when v.TryGetValue<string>(out var text) => text, _ => value.ToJsonString() };
}

/// <summary>A task in both runs.</summary>
/// <param name="Id">The task.</param>
/// <param name="Title">For people.</param>
/// <param name="A">In the first run; null where it has none, or has not begun.</param>
/// <param name="B">In the second run.</param>
internal sealed record ComparedTask(string Id, string Title, ComparedSide? A, ComparedSide? B)
{
    private static readonly TimeSpan Noise = TimeSpan.FromSeconds(1);

    /// <summary>How much longer it took in the second run; null where it did not run in one of them.</summary>
    public TimeSpan? Difference => B?.Took - A?.Took;

    /// <summary>Whether a person would want to look: another state, only in one run, or a second and a quarter slower or faster.</summary>
    public bool Differs => A?.State != B?.State || (A is not null && B is not null && A.Instances != B.Instances)
        || (Difference is { } d && d.Duration() >= Noise && d.Duration() >= 0.25 * (A!.Took!.Value < B!.Took!.Value ? A.Took.Value : B.Took.Value));
}

/// <summary>A task in a run.</summary>
/// <param name="State">Of its instances the one that most needs a look.</param>
/// <param name="Took">From the first start to the last end, or now; null where nothing started.</param>
/// <param name="Queued">The longest that an instance waited in the queue.</param>
/// <param name="Instances">1, or the elements of a mapped task.</param>
/// <param name="Attempts">The most of an instance.</param>
/// <param name="Error">Of an instance that has one.</param>
internal sealed record ComparedSide(string State, TimeSpan? Took, TimeSpan Queued, int Instances, int Attempts, string? Error);

/// <summary>A value in both runs; null where a run does not have it.</summary>
internal sealed record ComparedValue(string Name, string? A, string? B)
{
    public bool Differs => A != B;
}

/// <summary>An asset that a run wrote.</summary>
internal sealed record ComparedWrite(string Asset, string Kind, ComparedVersion? A, ComparedVersion? B)
{
    public bool Differs => A?.Rows != B?.Rows || A?.RowsWritten != B?.RowsWritten || A is null != B is null;
}

/// <summary>What a run left of an asset.</summary>
/// <param name="Version">The last version that it wrote; null where the asset has none.</param>
/// <param name="Rows">Rows of that version; null where not counted.</param>
/// <param name="RowsWritten">Rows of all its writes; null where not counted.</param>
internal sealed record ComparedVersion(long? Version, long? Rows, long? RowsWritten);
