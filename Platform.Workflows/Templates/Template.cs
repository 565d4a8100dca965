using System.Collections.Concurrent;

namespace Platform.Workflows.Templates;

/// <summary>A text with expressions between <c>{{</c> and <c>}}</c>, parsed. Immutable.</summary>
public sealed class Template
{
    // A platform has some thousands of different texts; beyond that the cache starts anew instead of growing.
    private const int MaxCached = 20_000;

    private static readonly ConcurrentDictionary<string, Template> Cache = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, TemplateExpression> Conditions = new(StringComparer.Ordinal);

    private Template(IReadOnlyList<TemplatePart> parts)
    {
        Parts = parts;
        Secrets = [.. Expressions.SelectMany(e => e.Descendants()).OfType<SecretExpression>().Select(s => s.Name).Distinct()];
    }

    /// <summary>Texts and expressions in order.</summary>
    public IReadOnlyList<TemplatePart> Parts { get; }

    /// <summary>The expression where the whole text is one, so that its value keeps its type; null otherwise.</summary>
    public TemplateExpression? Whole => Parts is [{ Expression: { } only }] ? only : null;

    /// <summary>All expressions in order.</summary>
    public IEnumerable<TemplateExpression> Expressions => Parts.Where(p => p.Expression is not null).Select(p => p.Expression!);

    /// <summary>Names of the secrets that it needs.</summary>
    public IReadOnlyList<string> Secrets { get; }

    /// <summary>Whether a text holds expressions at all.</summary>
    public static bool IsTemplate(string text) => text.Contains("{{", StringComparison.Ordinal);

    /// <summary>Parses a text; the same text is parsed once.</summary>
    /// <exception cref="TemplateException">An expression is wrong.</exception>
    public static Template Parse(string text)
    {
        if (Cache.TryGetValue(text, out var known))
            return known;
        var template = new Template(Split(text));
        if (Cache.Count >= MaxCached)
            Cache.Clear();
        Cache[text] = template;
        return template;
    }

    /// <summary>The condition of <c>when</c>, written bare or between <c>{{</c> and <c>}}</c>.</summary>
    /// <exception cref="TemplateException">It is no expression.</exception>
    public static TemplateExpression ParseCondition(string text)
    {
        // Braces inside a text of a bare condition are only text.
        if (!text.AsSpan().TrimStart().StartsWith("{{"))
        {
            if (Conditions.Count >= MaxCached)
                Conditions.Clear();
            return Conditions.GetOrAdd(text, TemplateExpression.Parse);
        }
        return Parse(text).Whole ?? throw new TemplateException("A condition is one expression: write it bare, or between one pair of '{{' and '}}'.", 0);
    }

    private static List<TemplatePart> Split(string text)
    {
        var parts = new List<TemplatePart>();
        var at = 0;
        while (at < text.Length)
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            if (open < 0)
                break;
            if (open > at)
                parts.Add(new(at, text[at..open], null));
            var (expression, end) = new TemplateParser(text, open + 2).ParseUntilClose();
            parts.Add(new(open, null, expression));
            at = end;
        }
        if (at < text.Length || parts.Count == 0)
            parts.Add(new(at, text[at..], null));
        // Spaces around a single expression are the writer's comfort (a folded YAML text ends with a line break), not a text.
        var expressions = parts.Count(p => p.Expression is not null);
        if (expressions == 1 && parts.All(p => p.Expression is not null || string.IsNullOrWhiteSpace(p.Text)))
            parts.RemoveAll(p => p.Expression is null);
        return parts;
    }
}

/// <summary>A text or an expression of a template: exactly one of the two is given.</summary>
/// <param name="Start">Index in the template's text.</param>
/// <param name="Text">The text; null for an expression.</param>
/// <param name="Expression">The expression; null for a text.</param>
public sealed record TemplatePart(int Start, string? Text, TemplateExpression? Expression);
