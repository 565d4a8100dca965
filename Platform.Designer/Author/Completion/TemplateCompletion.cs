using Platform.Workflows.Definition;
using Platform.Workflows.Templates;

namespace Platform.Designer.Author.Completion;

/// <summary>What may stand in a template, between <c>{{</c> and <c>}}</c>.</summary>
internal static class TemplateCompletion
{
    /// <summary>What of a text is an open expression before the caret; null where the caret is in none.</summary>
    public static string? Open(string before) =>
        before.LastIndexOf("{{", StringComparison.Ordinal) is >= 0 and var open && before.IndexOf("}}", open, StringComparison.Ordinal) < 0 ? before[(open + 2)..] : null;

    /// <summary>Suggestions in an expression.</summary>
    /// <param name="expression">The expression up to the caret.</param>
    /// <param name="task">The task in whose fields it stands; null where that is not known.</param>
    /// <param name="known">What is known.</param>
    public static SuggestionList At(string expression, string? task, Knowledge known)
    {
        var chain = Chain(expression);
        if (InQuotes(expression[..^chain.Length]))
            return IsSecret(expression[..^chain.Length]) ? new(chain.Length, [.. Fitting(chain, known.Secrets.Select(s => new Suggestion(s, SuggestionKind.Value)))]) : SuggestionList.None;
        if (expression[..^chain.Length].TrimEnd().EndsWith('|'))
            return new(chain.Length, [.. Fitting(chain, TemplateFilter.All.Select(f => new Suggestion(f.Name, SuggestionKind.Function, null, f.Help)))]);
        return new(chain.Length, [.. Fitting(chain, Names(task, known))]);
    }

    /// <summary>The name that ends a text, with its dots.</summary>
    internal static string Chain(string expression)
    {
        var start = expression.Length;
        while (start > 0 && (char.IsLetterOrDigit(expression[start - 1]) || expression[start - 1] is '_' or '.' or '-'))
            start--;
        return expression[start..];
    }

    /// <summary>Names with what they mean, those of the workflow first.</summary>
    internal static IEnumerable<Suggestion> Names(string? task, Knowledge known)
    {
        var here = known.Draft?.Tasks.FirstOrDefault(t => t.Id == task);
        if (here?.Map is { } map)
            yield return new(map.As, SuggestionKind.Template, null, known.Texts("Complete.Element"));
        foreach (var parameter in known.Draft?.Parameters ?? [])
            yield return new($"params.{parameter.Name}", SuggestionKind.Template, parameter.Type.ToString().ToLowerInvariant(), parameter.Description.Length > 0 ? parameter.Description : null);
        yield return new("interval.start", SuggestionKind.Template, null, known.Texts("Complete.Interval.Start"));
        yield return new("interval.end", SuggestionKind.Template, null, known.Texts("Complete.Interval.End"));
        foreach (var before in known.Before(task))
            foreach (var output in known.Activities.Find(before.Activity)?.Outputs ?? [])
                yield return new($"tasks.{before.Id}.outputs.{output.Name}", SuggestionKind.Template, output.Kind, output.Help);
        foreach (var name in TemplateRun.Names)
            yield return new($"run.{name}", SuggestionKind.Template, null, known.Texts("Complete.Run." + name));
        yield return new("secret", SuggestionKind.Template, null, known.Texts("Complete.Secret"), "secret '", Again: true);
    }

    internal static IEnumerable<Suggestion> Fitting(string typed, IEnumerable<Suggestion> all)
    {
        var list = all.ToList();
        return list.Where(s => s.Label.StartsWith(typed, StringComparison.OrdinalIgnoreCase)).Concat(list.Where(s => !s.Label.StartsWith(typed, StringComparison.OrdinalIgnoreCase) && s.Label.Contains(typed, StringComparison.OrdinalIgnoreCase)));
    }

    private static bool InQuotes(string text) => text.Count(c => c == '\'') % 2 == 1;

    private static bool IsSecret(string text) => text[..text.LastIndexOf('\'')].TrimEnd().EndsWith("secret", StringComparison.Ordinal);
}
