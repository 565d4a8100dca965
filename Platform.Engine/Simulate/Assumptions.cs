using Platform.Workflows.Definition;

namespace Platform.Engine.Simulate;

/// <summary>How long each task of a simulation is taken to last, and how many elements a mapped one has.</summary>
internal sealed class Assumptions
{
    private readonly Dictionary<(string, string), (Assumption Assumption, TaskHistory? History)> _tasks = [];
    private readonly Random? _random;

    /// <summary>Settles every task.</summary>
    /// <exception cref="EngineException">A name is unknown, or nothing is known of a task and no default is given (<c>bad-input</c>).</exception>
    public Assumptions(SimulationRequest request, IReadOnlyDictionary<(string, string), TaskHistory> history, IReadOnlyList<(string Workflow, TaskDefinition Task)> tasks, IReadOnlyDictionary<string, int> pools)
    {
        // A seed of the caller's: the same request gives the same answer.
        _random = request.Seed is { } seed ? new Random(seed) : null;
        CheckNames("duration", request.Durations.Keys, tasks);
        CheckNames("elements", request.Elements.Keys, tasks);
        if (request.With.Keys.FirstOrDefault(k => k is not ("active_runs" or "active_tasks") && !pools.ContainsKey(k)) is { } unknown)
            throw new EngineException("bad-input", $"'{unknown}' is no pool. Name one of {string.Join(", ", pools.Keys.Order().Concat(["active_runs", "active_tasks"]))}.");
        var missing = new List<string>();
        foreach (var (workflow, task) in tasks)
        {
            var known = history.GetValueOrDefault((workflow, task.Id));
            int? elements = task.Map is null ? null
                : Given(request.Elements, workflow, task.Id, out var given) ? given : known?.Elements ?? (request.DefaultDuration is null ? null : 1);
            var (seconds, basis) = Given(request.Durations, workflow, task.Id, out var duration) ? (duration.TotalSeconds, "given")
                : known?.Seconds.Count > 0 ? (known.At(request.Percentile)!.Value, "recorded")
                : known?.OnlySkipped == true ? (0, "skipped")
                : request.DefaultDuration is { } fallback ? (fallback.TotalSeconds, "default")
                : (double.NaN, "unknown");
            if (double.IsNaN(seconds))
                missing.Add($"--duration {task.Id}=30s");
            if (task.Map is not null && elements is null && !double.IsNaN(seconds))
                missing.Add($"--elements {task.Id}=10");
            _tasks[(workflow, task.Id)] = (new Assumption(workflow, task.Id, seconds, basis, known?.Seconds.Count ?? 0, elements), known);
        }
        if (missing.Count > 0)
            throw new EngineException("bad-input", $"{(missing.Count == 1 ? "1 task" : $"{missing.Count} tasks")} never succeeded, so that nothing is known of {(missing.Count == 1 ? "it" : "them")}. Run the workflow once, or give {string.Join(" ", missing.Take(5))}{(missing.Count > 5 ? " …" : "")}, or a default duration for all.");
    }

    public IReadOnlyList<Assumption> All => [.. _tasks.Values.Select(t => t.Assumption)];

    public double Duration(string workflow, string taskId)
    {
        var (assumption, history) = _tasks[(workflow, taskId)];
        return _random is not null && assumption.Basis == "recorded" ? history!.Seconds[_random.Next(history.Seconds.Count)] : assumption.Seconds;
    }

    public int ElementsOf(string workflow, string taskId) => _tasks[(workflow, taskId)].Assumption.Elements ?? 1;

    private static bool Given<T>(IReadOnlyDictionary<string, T> given, string workflow, string taskId, out T value) =>
        given.TryGetValue($"{workflow}/{taskId}", out value!) || given.TryGetValue(taskId, out value!);

    private static void CheckNames(string what, IEnumerable<string> names, IReadOnlyList<(string Workflow, TaskDefinition Task)> tasks)
    {
        if (names.FirstOrDefault(n => !tasks.Any(t => n == t.Task.Id || n == $"{t.Workflow}/{t.Task.Id}")) is { } unknown)
            throw new EngineException("bad-input", $"The {what} of '{unknown}' is given, and there is no such task. Name one of {string.Join(", ", tasks.Select(t => t.Task.Id).Distinct().Take(20))}.");
    }
}
