using Platform.Designer.Shell;
using Platform.Workflows.Activities;
using Platform.Workflows.Templates;

namespace Platform.Designer.Author.Completion;

/// <summary>What a word of a workflow's YAML means: a key, an activity, a field, a name in a template, a column or function in SQL.</summary>
internal static class YamlHelp
{
    /// <summary>The explanation of the word at a place; null where there is none.</summary>
    public static async Task<Explanation?> AtAsync(string text, int offset, Knowledge known)
    {
        var (start, end) = (offset, offset);
        while (start > 0 && IsWord(text[start - 1]))
            start--;
        while (end < text.Length && IsWord(text[end]))
            end++;
        if (start == end)
            return null;
        var word = text[start..end].Trim('.');
        var isKey = end < text.Length && text[end] == ':';
        var place = YamlPlace.At(text, isKey ? Math.Min(text.Length, end + 1) : end);
        if (isKey && place.Path.Count > 0 && place.Path[^1] == word)
            return Key(place, start, end, known);
        if (place.IsValue && (TemplateCompletion.Open(place.Value) is not null || place.Path is ["tasks", "[]", "when"]))
            return Template(word, place.Task, start, end, known);
        if (place.Path is ["tasks", "[]", "activity"] && known.Activities.Find(word) is { } activity)
            return new(start, end, Formats.Pick(activity.Title, activity.TitleZh), activity.Name, Formats.Pick(activity.Help, activity.HelpZh), activity.Example);
        if (place.Path is ["tasks", "[]", "after", ..] && known.Draft?.Tasks.FirstOrDefault(t => t.Id == word) is { } task)
            return new(start, end, task.Title ?? task.Id, task.Activity, null);
        if (place.IsValue && YamlCompletion.Field(place, known).Field is { Kind: FieldKind.Sql } field)
        {
            var caret = Math.Min(place.Value.Length, place.Value.Length - (end - offset));
            var from = field.Name is "condition" or "filter" && known.Draft?.Tasks.FirstOrDefault(t => t.Id == place.Task) is { } owner ? Properties.FieldValue.Text(FieldKind.Text, owner.With["from"]) : null;
            if (await SqlCompletion.MeaningAsync(place.InBlock ? place.Whole : place.Value, Math.Max(0, caret), new SqlPlace(place.Task, string.IsNullOrEmpty(from) ? null : from, place.Activity != "ingest.database"), known) is { } sql)
                return new(offset - (caret - sql.Start), offset - (caret - sql.End), sql.Meaning.Label, sql.Meaning.Detail, sql.Meaning.Help);
        }
        return null;
    }

    private static Explanation? Key(YamlPlace place, int start, int end, Knowledge known)
    {
        if (YamlCompletion.Field(place, known).Field is { } field)
            return new(start, end, Formats.Pick(field.Title, field.TitleZh), YamlCompletion.Detail(field, known), Formats.Pick(field.Help ?? "", field.HelpZh) is { Length: > 0 } help ? help : null, field.Example is { } example ? $"{field.Name}: {example}" : null);
        return WorkflowKeys.Find(place.Path) is { } key ? new(start, end, key.Name, key.Values.Length > 0 ? string.Join(", ", key.Values) : null, known.Texts(WorkflowKeys.HelpOf([.. place.Path.Take(place.Path.Count - 1)], key.Name))) : null;
    }

    private static Explanation? Template(string word, string? task, int start, int end, Knowledge known)
    {
        if (TemplateFilter.Find(word) is { } filter)
            return new(start, end, filter.Name, null, filter.Help);
        return TemplateCompletion.Names(task, known).FirstOrDefault(n => n.Label == word) is { } name ? new(start, end, name.Label, name.Detail, name.Help) : null;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '.' or '-';
}
