using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.Workflows;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Activities.Checks;

/// <summary>What a task needs of the run that it is in, as far as workflow and graph tell: a data interval, and the inventory's tasks before it.</summary>
internal static partial class RunNeeds
{
    /// <summary>The activities whose findings an activity takes up: without them in the same run it fails always.</summary>
    private static readonly Dictionary<string, string[]> Before = new(StringComparer.Ordinal)
    {
        ["inventory.profile"] = ["inventory.scan"],
        ["inventory.relate"] = ["inventory.scan", "inventory.profile"],
        ["inventory.cells"] = ["inventory.scan", "inventory.profile"],
        ["inventory.quality"] = ["inventory.scan", "inventory.profile"],
        ["inventory.suggest"] = ["inventory.scan", "inventory.profile"],
        ["inventory.report"] = ["inventory.scan"],
    };

    /// <summary>The problems of one task: what the inventory lacks is an error, as no run can succeed; a missing interval is a warning, as somebody may start the run with one.</summary>
    public static IEnumerable<Problem> Check(WorkflowDocument document, WorkflowDefinition workflow, KnownTables known, TaskTables task)
    {
        if (Missing(known, task) is { Count: > 0 } missing)
        {
            var (line, column) = document.Marks.Locate(document.Text, task.Task.Id, "activity", 0);
            yield return Inventory(known, task, missing, line, column);
        }
        if (workflow.Schedule is null && Interval(task) is var (field, position, en, zh))
        {
            var (line, column) = document.Marks.Locate(document.Text, task.Task.Id, field, position);
            yield return new Problem(ProblemSeverity.Warning, "no-interval", en, line, column, task.Task.Id, field) { MessageZh = zh };
        }
    }

    private static List<string> Missing(KnownTables known, TaskTables task)
    {
        var missing = new List<string>();
        if (known.Graph.Cycle is not null || task.Activity is null || !Before.TryGetValue(task.Task.Activity, out var needed))
            return missing;
        bool IsBefore(string activity) => known.Tasks.Any(t => t.Task.Activity == activity && known.IsUpstream(t.Task.Id, task.Task.Id));
        // Where the last of them comes before it, what that one lacks is told there.
        if (!IsBefore(needed[^1]))
            missing.AddRange(needed.Where(activity => !IsBefore(activity)));
        return missing;
    }

    private static Problem Inventory(KnownTables known, TaskTables task, List<string> missing, int line, int column)
    {
        var id = task.Task.Id;
        // One that is there and not connected wants another hand than one that is not there.
        var there = known.Tasks.Where(t => missing.Contains(t.Task.Activity) && t.Task.Id != id && !known.IsUpstream(id, t.Task.Id)).ToList();
        var absent = missing.Where(activity => there.All(t => t.Task.Activity != activity)).ToList();
        string Ids(string and) => string.Join(and, there.Select(t => $"'{t.Task.Id}'"));
        var todo = (there.Count > 0 ? $" Connect {Ids(" and ")} to '{id}'." : "") + (absent.Count > 0 ? $" Add {(absent.Count == 1 ? "a task" : "tasks")} with {string.Join(" and ", absent)} and connect {(absent.Count == 1 ? "it" : "them")} to '{id}'." : "");
        var todoZh = (there.Count > 0 ? $"请将 {Ids("、")} 连接到“{id}”。" : "") + (absent.Count > 0 ? $"请添加活动为 {string.Join("、", absent)} 的任务并连接到“{id}”。" : "");
        return new Problem(ProblemSeverity.Error, "needs-inventory", $"Task '{id}' takes up what {string.Join(" and ", missing)} {(missing.Count == 1 ? "finds" : "find")} in the same run, and {(missing.Count == 1 ? "it does" : "they do")} not come before it: it would always fail.{todo}", line, column, id)
        {
            MessageZh = $"任务“{id}”需要同一次运行中 {string.Join("、", missing)} 的结果，但它们不在它之前：该任务必定失败。{todoZh}",
        };
    }

    private static (string Field, int Position, string En, string Zh)? Interval(TaskTables task)
    {
        if (task.Activity is not { } activity)
            return null;
        var id = task.Task.Id;
        const string instead = " Give the workflow a schedule, start it with a data interval (--date)";
        if (activity.Fields.FirstOrDefault(f => f.Type == typeof(TableMode)) is { } mode && Text(task.Task.With[mode.Name] ?? mode.Default) == TableModes.ToOperation(TableMode.ReplaceInterval))
        {
            return ($"with.{mode.Name}", 0, $"Task '{id}' replaces the rows of the run's data interval, and a run of a workflow without a schedule has none when it is started by hand: it would fail.{instead}, or set '{mode.Name}' to replace (all rows) or append.",
                $"任务“{id}”只替换本次运行数据区间内的行，而没有调度的工作流手动运行时没有数据区间，任务会失败。请为工作流设置调度、带日期启动（--date），或将“{mode.Name}”设为 replace（替换全部）或 append（追加）。");
        }
        foreach (var statement in task.Statements)
        {
            if (InSql().Match(statement.Sql) is { Success: true } match && statement.InField(match.Index) is { } at)
                return (statement.Field, at, $"The SQL of task '{id}' takes {match.Value}, and a run of a workflow without a schedule has no data interval when it is started by hand: it would fail.{instead}, or leave {match.Value} out.",
                    $"任务“{id}”的 SQL 使用了 {match.Value}，而没有调度的工作流手动运行时没有数据区间，任务会失败。请为工作流设置调度、带日期启动（--date），或去掉 {match.Value}。");
        }
        foreach (var (field, text) in Texts(task.Task.With, "with"))
        {
            if (Template().Matches(text).FirstOrDefault(t => InTemplate().IsMatch(t.Value) && !t.Value.Contains("default", StringComparison.Ordinal)) is not { } template)
                continue;
            var name = InTemplate().Match(template.Value).Value;
            return (field, template.Index, $"'{field[5..]}' of task '{id}' takes {name}, and a run of a workflow without a schedule has no data interval when it is started by hand: it would fail.{instead}, or write '| default …' behind it.",
                $"任务“{id}”的“{field[5..]}”使用了 {name}，而没有调度的工作流手动运行时没有数据区间，任务会失败。请为工作流设置调度、带日期启动（--date），或在其后写“| default …”。");
        }
        return null;
    }

    private static IEnumerable<(string Field, string Text)> Texts(JsonNode? node, string path) => node switch
    {
        JsonObject map => map.SelectMany(pair => Texts(pair.Value, $"{path}.{pair.Key}")),
        JsonArray list => list.SelectMany((element, i) => Texts(element, $"{path}[{i}]")),
        JsonValue value when value.TryGetValue<string>(out var text) => [(path, text)],
        _ => [],
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    [GeneratedRegex(@"\$interval_(start|end)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex InSql();

    [GeneratedRegex(@"\{\{(?:(?!\}\})[\s\S])*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Template();

    [GeneratedRegex(@"(?<![\w.])interval\.(start|end)\b", RegexOptions.CultureInvariant)]
    private static partial Regex InTemplate();
}
