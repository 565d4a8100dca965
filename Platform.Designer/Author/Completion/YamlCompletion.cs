using Platform.Designer.Shell;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Designer.Author.Completion;

/// <summary>What may stand at a place of a workflow's YAML: keys, activities, tasks, values, tables and columns, templates, and SQL where a field is SQL.</summary>
internal static class YamlCompletion
{
    /// <summary>Suggestions at a caret.</summary>
    /// <param name="text">The whole text as it is on the screen.</param>
    /// <param name="offset">Index of the caret.</param>
    /// <param name="known">What is known beside it.</param>
    public static async Task<SuggestionList> AtAsync(string text, int offset, Knowledge known)
    {
        var place = YamlPlace.At(text, offset);
        if (place.IsValue && TemplateCompletion.Open(place.Value) is { } expression)
            return TemplateCompletion.At(expression, place.Task, known);
        if (place.IsValue && place.Path is ["tasks", "[]", "when"])
            return TemplateCompletion.At(place.Value, place.Task, known);
        var (field, owner) = Field(place, known);
        if (place.IsValue && field?.Kind == FieldKind.Sql)
            return await SqlAsync(place, field, known);
        if (place.InBlock)
            return SuggestionList.None;
        var items = new List<Suggestion>();
        if (place.IsValue)
            items.AddRange(await ValuesAsync(place, field, owner, known));
        if (place.IsKey)
            items.AddRange(Keys(place, field, known));
        return new(place.Typed.Length, [.. TemplateCompletion.Fitting(place.Typed, items.DistinctBy(i => (i.Label, i.Kind)))]);
    }

    /// <summary>The field of the activity at a path below <c>with</c>, and its own and its neighbours' values so far; null where it is none.</summary>
    internal static (FieldDescriptor? Field, IReadOnlyList<FieldDescriptor> Neighbours) Field(YamlPlace place, Knowledge known) => Field(place.Path, place.Activity, known);

    internal static (FieldDescriptor? Field, IReadOnlyList<FieldDescriptor> Neighbours) Field(IReadOnlyList<string> path, string? activity, Knowledge known)
    {
        if (path is not ["tasks", "[]", "with", ..] || activity is null || known.Activities.Find(activity) is not { } descriptor)
            return (null, []);
        IReadOnlyList<FieldDescriptor> fields = descriptor.Fields;
        FieldDescriptor? field = null;
        foreach (var key in path.Skip(3))
        {
            if (key == "[]")
                continue;
            if (field is not null)
                fields = field.ElementFields;
            field = fields.FirstOrDefault(f => f.Name == key);
            if (field is null)
                return (null, []);
        }
        return (field, fields);
    }

    private static IEnumerable<Suggestion> Keys(YamlPlace place, FieldDescriptor? field, Knowledge known)
    {
        if (place.Path is ["tasks"])
            yield return new("- id:", SuggestionKind.Key, null, known.Texts("Key.tasks"), "- id: ", Again: false);
        if (place.Path is ["tasks", "[]", "with", ..])
        {
            var fields = place.Path.Count == 3 ? (known.Activities.Find(place.Activity ?? "")?.Fields ?? []) : field?.ElementFields ?? [];
            foreach (var one in fields.Where(f => !place.Keys.Contains(f.Name)).OrderByDescending(f => f.Required))
                yield return new(one.Name, SuggestionKind.Key, Detail(one, known), Formats.Pick(one.Help ?? one.Title, one.HelpZh ?? one.TitleZh), Insert(one), Again: one.Options.Count > 0 || one.Kind is FieldKind.Boolean or FieldKind.Table or FieldKind.Column or FieldKind.Columns or FieldKind.Connection or FieldKind.Secret or FieldKind.Model);
            yield break;
        }
        foreach (var key in WorkflowKeys.In(place.Path).Where(k => !place.Keys.Contains(k.Name)))
            yield return new(key.Name, SuggestionKind.Key, null, known.Texts(WorkflowKeys.HelpOf(place.Path, key.Name)), key.Insert, Again: key.Values.Length > 0 || key.Name is "activity" or "after" or "queue" or "pool");
    }

    private static string Insert(FieldDescriptor field) => field.Kind switch
    {
        FieldKind.Sql => $"{field.Name}: |\n  ",
        FieldKind.Columns => $"{field.Name}: [",
        FieldKind.List or FieldKind.Map when field.ElementFields.Count > 0 => $"{field.Name}:\n  ",
        FieldKind.List => $"{field.Name}: [",
        FieldKind.Map => $"{field.Name}:\n  ",
        _ => $"{field.Name}: ",
    };

    /// <summary>Its kind and what holds without it.</summary>
    internal static string Detail(FieldDescriptor field, Knowledge known)
    {
        var kind = field.Kind.ToString().ToLowerInvariant();
        return field.Required ? $"{kind}, {known.Texts("Complete.Required")}" : field.Default is { } value ? $"{kind}, {known.Texts("Complete.Default")} {Properties.FieldValue.Text(field.Kind, value)}" : kind;
    }

    private static async Task<IEnumerable<Suggestion>> ValuesAsync(YamlPlace place, FieldDescriptor? field, IReadOnlyList<FieldDescriptor> neighbours, Knowledge known)
    {
        if (field is not null)
            return await OfFieldAsync(place, field, neighbours, known);
        var tasks = known.Draft?.Tasks.Where(t => t.Id.Length > 0).ToList() ?? [];
        return place.Path switch
        {
            ["tasks", "[]", "activity"] => known.Activities.All.Select(a => new Suggestion(a.Name, SuggestionKind.Activity, Formats.Pick(a.Title, a.TitleZh), Formats.Pick(a.Help, a.HelpZh))),
            ["tasks", "[]", "after", ..] => After(place.Task, tasks).Select(Task),
            ["tasks", "[]", "map", "follows"] => known.Before(place.Task).Where(t => t.Map is not null).Select(Task),
            ["tasks", "[]", "group"] => tasks.Select(t => t.Group).OfType<string>().Distinct().Select(Plain),
            [.., "queue"] => known.Queues.Select(Plain),
            [.., "pool"] => known.Pools.Select(Plain),
            ["schedule", "assets", ..] => Tables(known, writes: false),
            ["schedule", "skip", ..] => (WorkflowKeys.Find(place.Path)?.Values ?? []).Select(Plain),
            [.., "on_failure", "[]", "connection"] => known.Connections.Select(Plain),
            [.., "on_failure", "[]", "secret"] => known.Secrets.Select(Plain),
            _ => (WorkflowKeys.Find(place.Path)?.Values ?? []).Select(v => Plain(place.IsQuoted ? v.Trim('"') : v)),
        };
    }

    private static async Task<IEnumerable<Suggestion>> OfFieldAsync(YamlPlace place, FieldDescriptor field, IReadOnlyList<FieldDescriptor> neighbours, Knowledge known)
    {
        if (field.Options.Count > 0)
            return field.Options.Select(o => field.Default?.ToString() == o ? new Suggestion(o, SuggestionKind.Value, known.Texts("Complete.Default")) : Plain(o));
        // A branch leads to tasks that come after it.
        if (place.Activity == "control.branch" && place.Path[^1] == "[]" && place.Path.Any(k => k is "follow" or "otherwise"))
            return known.Draft?.Tasks.Where(t => place.Task is not null && t.After.Contains(place.Task)).Select(Task) ?? [];
        return field.Kind switch
        {
            FieldKind.Boolean => new[] { "true", "false" }.Select(Plain),
            FieldKind.Table => Tables(known, field.TableUse == TableUse.Writes),
            FieldKind.Column or FieldKind.Columns => (await ColumnsAsync(place, field, neighbours, known)).Select(c => new Suggestion(c.Name, SuggestionKind.Column, c.Type, Insert: c.Name.Any(NeedsQuotes) && !place.IsQuoted ? $"\"{c.Name}\"" : null)),
            FieldKind.Connection => known.Connections.Select(Plain),
            FieldKind.Secret => known.Secrets.Select(Plain),
            FieldKind.Model => known.Models.Select(Plain),
            _ => [],
        };
    }

    private static IEnumerable<Suggestion> Tables(Knowledge known, bool writes)
    {
        var written = known.Written.Select(t => new Suggestion(t.Name, SuggestionKind.Table, string.Join(", ", t.Tasks)));
        var others = known.Tables.Where(t => known.Written.All(w => w.Name != t.Name)).Select(t => new Suggestion(t.Name, SuggestionKind.Table, t.About));
        return writes ? others.Concat(written) : written.Concat(others);
    }

    /// <summary>The columns of the table that the task reads: of an element's own table for what it refers to.</summary>
    private static async Task<IReadOnlyList<Ports.DataColumn>> ColumnsAsync(YamlPlace place, FieldDescriptor field, IReadOnlyList<FieldDescriptor> neighbours, Knowledge known)
    {
        var task = known.Draft?.Tasks.FirstOrDefault(t => t.Id == place.Task);
        return task is null ? [] : await ColumnsOfAsync(task, field, neighbours, known);
    }

    private static async Task<IReadOnlyList<Ports.DataColumn>> ColumnsOfAsync(TaskDefinition task, FieldDescriptor field, IReadOnlyList<FieldDescriptor> neighbours, Knowledge known)
    {
        var fields = known.Activities.Find(task.Activity)?.Fields ?? [];
        var tables = fields.Where(f => f.Kind == FieldKind.Table).OrderByDescending(f => f.TableUse == TableUse.Reads).Select(f => Properties.FieldValue.Text(FieldKind.Text, task.With[f.Name])).Where(t => t.Length > 0);
        if (field.Name == "references" && neighbours.Any(f => f.Kind == FieldKind.Table))
            tables = known.Tables.Select(t => t.Name).Take(0);
        return tables.FirstOrDefault() is { } table ? await known.ColumnsOfAsync(table) : [];
    }

    private static Task<SuggestionList> SqlAsync(YamlPlace place, FieldDescriptor field, Knowledge known)
    {
        var sql = place.InBlock || place.Whole.StartsWith(place.Value, StringComparison.Ordinal) ? place.Whole : place.Value;
        var task = known.Draft?.Tasks.FirstOrDefault(t => t.Id == place.Task);
        // A condition names the columns of the table that the task reads.
        var from = field.Name is "condition" or "filter" && task is not null ? Properties.FieldValue.Text(FieldKind.Text, task.With["from"]) : null;
        return SqlCompletion.AtAsync(sql, place.Value.Length, new SqlPlace(place.Task, string.IsNullOrEmpty(from) ? null : from, IsOurs: place.Activity != "ingest.database"), known);
    }

    /// <summary>Tasks that one may come after without a cycle.</summary>
    private static IEnumerable<TaskDefinition> After(string? task, List<TaskDefinition> tasks)
    {
        if (task is null || tasks.All(t => t.Id != task))
            return tasks;
        var downstream = new WorkflowGraph(tasks).AllDownstream(task);
        var has = tasks.First(t => t.Id == task).After;
        return tasks.Where(t => t.Id != task && !downstream.Contains(t.Id) && !has.Contains(t.Id));
    }

    private static Suggestion Task(TaskDefinition task) => new(task.Id, SuggestionKind.Task, task.Activity, task.Title);

    private static bool NeedsQuotes(char c) => c is ' ' or ':' or '#' or ',' or '[' or ']' or '{' or '}';

    private static Suggestion Plain(string value) => new(value, SuggestionKind.Value);
}
