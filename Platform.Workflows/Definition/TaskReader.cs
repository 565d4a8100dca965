using System.Globalization;
using System.Text.Json.Nodes;

namespace Platform.Workflows.Definition;

/// <summary>Reads <c>tasks:</c> and merges <c>defaults:</c> into them.</summary>
internal static class TaskReader
{
    private const int MaxTasks = 10_000;

    public static IReadOnlyList<TaskDefinition> ReadAll(MapReader workflow, ProblemCollector problems, SourceMarks marks)
    {
        var defaults = new TaskDefinition { Id = "", Activity = "" };
        if (workflow.Inner("defaults", "the defaults") is { } map)
        {
            defaults = Common(map, defaults, problems);
            map.Finish();
        }
        var node = workflow.Node("tasks");
        if (node is null || node is { Kind: SourceKind.List, Elements.Count: 0 })
        {
            problems.Add(workflow.MarkOf("tasks"), "no-tasks", "The workflow has no tasks. Add one: '- { id: hello, activity: control.noop }' below 'tasks:'.", "tasks");
            return [];
        }
        if (node.Kind != SourceKind.List)
        {
            problems.Add(node.Mark, "wrong-type", $"'tasks' expects a list, each element beginning with '- id:', not {node.Describe()}.", "tasks");
            return [];
        }
        if (node.Elements.Count > MaxTasks)
        {
            problems.Add(workflow.MarkOf("tasks"), "too-large", $"The workflow has {node.Elements.Count} tasks; at most {MaxTasks} are allowed. Map a task over a list instead.", "tasks");
            return [];
        }
        var tasks = new List<TaskDefinition>(node.Elements.Count);
        var followers = new List<(int At, SourceNode Node)>();
        for (var i = 0; i < node.Elements.Count; i++)
        {
            var element = node.Elements[i];
            if (element.Kind != SourceKind.Map)
            {
                problems.Add(element.Mark, "wrong-type", $"A task is a map with 'id' and 'activity', not {element.Describe()}.", "tasks");
                continue;
            }
            var task = Read(element, defaults, problems);
            problems.TaskId = null;
            tasks.Add(task);
            marks.AddTask(task.Id, $"tasks[{i}]");
            if (task.Map?.Follows is not null)
                followers.Add((tasks.Count - 1, element));
        }
        foreach (var (at, element) in followers)
            tasks[at] = Follow(tasks[at], element, tasks, problems);
        problems.TaskId = null;
        return tasks;
    }

    /// <summary>Checks what a mapped task follows, and takes over the name of its elements.</summary>
    private static TaskDefinition Follow(TaskDefinition task, SourceNode node, List<TaskDefinition> tasks, ProblemCollector problems)
    {
        problems.TaskId = task.Id;
        var mark = node.Find("map")?.Value.Find("follows")?.Value.Mark ?? node.Mark;
        var followed = tasks.Find(t => t.Id == task.Map!.Follows);
        if (followed is null)
            problems.Add(mark, "unknown-task", $"Task '{task.Id}' follows '{task.Map!.Follows}', which does not exist.{Naming.DidYouMean(task.Map.Follows!, tasks.Select(t => t.Id).Where(i => i.Length > 0 && i != task.Id))}", "map.follows");
        else if (followed.Map is null || followed.Id == task.Id)
            problems.Add(mark, "bad-option", $"Task '{task.Id}' follows '{followed.Id}', which is not mapped. Follow a task with 'map', or give 'over' and 'as'.", "map.follows");
        else if (!task.After.Contains(followed.Id))
            problems.Add(mark, "not-upstream", $"Task '{task.Id}' follows '{followed.Id}', which is not directly upstream. Add '{followed.Id}' to its 'after'.", "map.follows");
        if (task.Map!.As.Length > 0)
            return task;
        // Along the chain to the task that has the list; a circle ends after as many steps as there are tasks.
        var name = followed;
        for (var steps = 0; name?.Map is { As.Length: 0, Follows: { } next } && steps < tasks.Count; steps++)
            name = tasks.Find(t => t.Id == next);
        return task with { Map = task.Map with { As = name?.Map?.As is { Length: > 0 } known ? known : "element" } };
    }

    private static TaskDefinition Read(SourceNode node, TaskDefinition defaults, ProblemCollector problems)
    {
        problems.TaskId = node.Find("id")?.Value is { Kind: SourceKind.Scalar, Value.Length: > 0 } id ? id.Value : null;
        var map = new MapReader(node, problems.TaskId is null ? "the task" : $"task '{problems.TaskId}'", "", problems);
        var task = Common(map, defaults, problems) with
        {
            Id = map.RequiredText("id", "Give it one that is unique in the workflow, such as 'id: load_orders'."),
            Activity = map.RequiredText("activity", "Name the kind of work, such as 'activity: ingest.files'."),
            Title = map.Text("title"),
            After = [.. map.Texts("after").Select(t => t.Text)],
            With = With(map, problems),
            When = When(map),
            Map = Map(map, problems),
            OnFailure = NotificationReader.Read(map, problems),
            Group = map.Text("group"),
            Role = map.Choice<TaskRole>("role"),
        };
        map.Finish();
        if (task.Role == TaskRole.Teardown)
        {
            if (map.Has("trigger_rule") && task.TriggerRule != TriggerRule.AllDoneSetupSuccess)
                problems.Add(map.ValueMarkOf("trigger_rule"), "bad-option", $"Task '{task.Id}' is a teardown: it runs when everything before it is done and a setup of it succeeded, and no other rule is possible. Remove 'trigger_rule', or 'role'.", "trigger_rule");
            task = task with { TriggerRule = TriggerRule.AllDoneSetupSuccess };
        }
        if (task.Group is { } group && group.Split('/').Any(part => !Names.IsTask(part)))
            problems.Add(map.ValueMarkOf("group"), "bad-name", $"The group '{group}' is not allowed. Use lower-case letters, digits and underscores, a letter first, and a slash between a group and one inside it: 'load/raw'.", "group");
        if (task.Id.Length > 0 && !Names.IsTask(task.Id))
            problems.Add(map.ValueMarkOf("id"), "bad-name", $"The task id '{task.Id}' is not allowed. Use lower-case letters, digits and underscores, a letter first: '{Suggested(task.Id)}'.", "id");
        return task;
    }

    /// <summary>What a task and the workflow's defaults have in common.</summary>
    private static TaskDefinition Common(MapReader map, TaskDefinition defaults, ProblemCollector problems) => defaults with
    {
        TriggerRule = map.Choice<TriggerRule>("trigger_rule") ?? defaults.TriggerRule,
        Retries = map.Integer("retries", 0, 1000) ?? defaults.Retries,
        RetryDelay = map.Span("retry_delay", allowZero: true) ?? defaults.RetryDelay,
        RetryMaxDelay = map.Span("retry_max_delay", allowZero: true) ?? defaults.RetryMaxDelay,
        RetryOn = map.Has("retry_on") ? [.. map.Texts("retry_on").Select(t => t.Text)] : NotAsked(map, "retry_on", defaults.RetryOn),
        // 'timeout: null' takes the workflow's default away again.
        Timeout = map.Has("timeout") ? map.Span("timeout") : NotAsked(map, "timeout", defaults.Timeout),
        Queue = map.Text("queue") ?? defaults.Queue,
        Pool = map.Has("pool") ? map.Text("pool") : NotAsked(map, "pool", defaults.Pool),
        PoolSlots = map.Integer("pool_slots", 1, 10_000) ?? defaults.PoolSlots,
        Priority = map.Integer("priority", -1_000_000, 1_000_000) ?? defaults.Priority,
        Resources = Resources(map, problems) ?? defaults.Resources,
        DependsOnPast = map.Boolean("depends_on_past") ?? defaults.DependsOnPast,
    };

    private static T NotAsked<T>(MapReader map, string key, T value)
    {
        // Asking makes the key known, so that a misspelt one is compared with it.
        _ = map.Node(key);
        return value;
    }

    private static JsonObject With(MapReader map, ProblemCollector problems)
    {
        if (map.Node("with") is not { } node)
            return [];
        if (node.ToJson() is JsonObject values)
            return values;
        problems.Add(node.Mark, "wrong-type", $"'with' expects a map of the activity's fields, not {node.Describe()}.", "with");
        return [];
    }

    // 'when: true' is a YAML flag and a fine condition.
    private static string? When(MapReader map) => map.Text("when");

    private static MapDefinition? Map(MapReader map, ProblemCollector problems)
    {
        if (map.Inner("map", "the map") is not { } inner)
            return null;
        var over = inner.Json("over");
        var follows = inner.Text("follows");
        var name = follows is null ? inner.RequiredText("as", "Name the element for the templates, such as 'as: partition'.") : inner.Text("as") ?? "";
        var limit = inner.Integer("limit", 1, 100_000);
        inner.Finish();
        if (name.Length > 0 && (!Names.IsParameter(name) || name is "params" or "interval" or "run" or "tasks" or "secret" or "and" or "or" or "not" or "in" or "true" or "false" or "null"))
            problems.Add(inner.ValueMarkOf("as"), "bad-name", $"The element's name '{name}' is not allowed. Use lower-case letters, digits and underscores, and none of the template language's own words.", "map.as");
        if (follows is not null)
        {
            if (over is not null)
                problems.Add(inner.MarkOf("over"), "bad-option", "The map has 'follows', and so the elements of the task that it follows. Remove 'over', or 'follows'.", "map.over");
            return new MapDefinition(new JsonArray(), name, limit, follows);
        }
        switch (over)
        {
            case null:
                problems.Add(inner.MarkOf("over"), "missing-key", "The map needs 'over': a list, or a template whose value is a list, such as '{{ tasks.clean.outputs.partitions }}'; or 'follows': a mapped task whose instances it follows.", "map.over");
                return null;
            case JsonArray:
                return new MapDefinition(over, name, limit);
            case JsonValue when JsonScalars.TryText(over, out var text) && Templates.Template.IsTemplate(text):
                return new MapDefinition(over, name, limit);
            default:
                problems.Add(inner.ValueMarkOf("over"), "wrong-type", $"'map.over' expects a list, or a template whose value is a list, not {JsonScalars.Describe(over)}.", "map.over");
                return null;
        }
    }

    private static Dictionary<string, double>? Resources(MapReader map, ProblemCollector problems)
    {
        if (map.Inner("resources", "the resources") is not { } inner)
            return null;
        var resources = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var key in new[] { "gpu", "memory", "cpu" })
        {
            if (inner.Node(key) is not { } node)
                continue;
            var amount = key == "memory" ? Bytes(node) : JsonScalars.TryDouble(node.ToJson(), out var number) ? number : null;
            if (amount is >= 0)
                resources[key] = amount.Value;
            else
                problems.Add(node.Mark, "wrong-type", $"'{inner.Field(key)}' is {node.Describe()}. Write {(key == "memory" ? "an amount such as 512MiB or 2GiB" : "a number of 0 or more")}.", inner.Field(key));
        }
        inner.Finish();
        return resources;
    }

    private static double? Bytes(SourceNode node)
    {
        var text = node.Value.Trim();
        (string Unit, double Size)[] units = [("KiB", 1024), ("MiB", 1024 * 1024), ("GiB", 1024d * 1024 * 1024), ("TiB", 1024d * 1024 * 1024 * 1024), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1)];
        foreach (var (unit, size) in units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal) && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var amount))
                return Math.Round(amount * size);
        }
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var bytes) ? Math.Round(bytes) : null;
    }

    private static string Suggested(string id)
    {
        var letters = new string([.. id.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]).Trim('_');
        return letters.Length > 0 && char.IsAsciiLetter(letters[0]) ? letters : "task_" + letters;
    }
}
