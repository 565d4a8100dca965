using System.Text;
using System.Text.Json.Nodes;
using Platform.Workflows.Activities;

namespace Platform.Workflows.Templates;

/// <summary>Gives the templates in a task's values their values.</summary>
public static class TemplateEvaluator
{
    // A shorter text made from a secret (its length, its first letter) is no secret, and hiding it would garble every log line.
    private const int ShortestDerivedSecret = 6;

    /// <summary>The values of a task's fields. A template that is the whole value keeps its type.</summary>
    /// <param name="with">Values as the workflow has them.</param>
    /// <param name="scope">What templates can name.</param>
    /// <param name="secrets">Where secrets come from.</param>
    /// <param name="activity">The activity, whose SQL fields are left as they are (SQL takes <c>$parameters</c>); null evaluates every text.</param>
    /// <param name="cancellationToken">Stops the search for secrets.</param>
    /// <exception cref="TemplateException">A template is wrong or has no value; it names the field.</exception>
    /// <exception cref="SecretNotFoundException">A secret is not there.</exception>
    public static async ValueTask<ResolvedInputs> EvaluateAsync(JsonObject with, TemplateScope scope, ISecrets secrets, ActivityDescriptor? activity = null, CancellationToken cancellationToken = default)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (field, value) in with)
        {
            if (!IsSql(activity, field))
                await CollectAsync(value, field, named, secrets, cancellationToken);
        }
        var hidden = named.Values.Where(v => v.Length > 0).ToHashSet(StringComparer.Ordinal);
        var evaluator = new ExpressionEvaluator(scope, named);
        var values = new JsonObject();
        foreach (var (field, value) in with)
            values[field] = IsSql(activity, field) ? value?.DeepClone() : Resolve(value, field, evaluator, hidden);
        return new ResolvedInputs(values, hidden);
    }

    /// <summary>The value of one text or of any JSON value that holds texts.</summary>
    /// <exception cref="TemplateException">A template is wrong or has no value.</exception>
    /// <exception cref="SecretNotFoundException">A secret is not there.</exception>
    public static async ValueTask<JsonNode?> EvaluateAsync(JsonNode? value, TemplateScope scope, ISecrets secrets, CancellationToken cancellationToken = default)
    {
        var resolved = await EvaluateAsync(new JsonObject { ["value"] = value?.DeepClone() }, scope, secrets, null, cancellationToken);
        var result = resolved.Values["value"];
        _ = resolved.Values.Remove("value");
        return result;
    }

    /// <summary>Whether a task's <c>when</c> holds. Secrets cannot be named in it.</summary>
    /// <exception cref="TemplateException">It is no expression, names something that is not there, or is not true or false.</exception>
    public static bool EvaluateCondition(string when, TemplateScope scope)
    {
        try
        {
            return new ExpressionEvaluator(scope, new Dictionary<string, string>()).Condition(Template.ParseCondition(when));
        }
        catch (TemplateException e)
        {
            throw new TemplateException(e.Problem, e.Position, "when");
        }
    }

    /// <summary>The elements of <c>map.over</c>. Secrets cannot be named in it.</summary>
    /// <exception cref="TemplateException">It has no value, or its value is no list.</exception>
    public static JsonArray EvaluateList(JsonNode over, TemplateScope scope)
    {
        var value = Resolve(over, "map.over", new ExpressionEvaluator(scope, new Dictionary<string, string>()), []);
        return value as JsonArray ?? throw new TemplateException($"A map goes over a list, not over {JsonScalars.Describe(value)}.", 0, "map.over");
    }

    private static bool IsSql(ActivityDescriptor? activity, string field) =>
        activity?.Fields.FirstOrDefault(f => f.Name == field)?.Kind == FieldKind.Sql;

    private static async ValueTask CollectAsync(JsonNode? node, string path, Dictionary<string, string> found, ISecrets secrets, CancellationToken cancellationToken)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                    await CollectAsync(value, $"{path}.{key}", found, secrets, cancellationToken);
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                    await CollectAsync(list[i], $"{path}[{i}]", found, secrets, cancellationToken);
                break;
            default:
                if (!JsonScalars.TryText(node, out var text) || !Template.IsTemplate(text))
                    break;
                foreach (var name in Parse(text, path).Secrets)
                {
                    if (!found.ContainsKey(name))
                        found[name] = await secrets.GetAsync(name, cancellationToken);
                }
                break;
        }
    }

    private static JsonNode? Resolve(JsonNode? node, string path, ExpressionEvaluator evaluator, HashSet<string> hidden)
    {
        switch (node)
        {
            case JsonObject map:
                var values = new JsonObject();
                foreach (var (key, value) in map)
                    values[key] = Resolve(value, $"{path}.{key}", evaluator, hidden);
                return values;
            case JsonArray list:
                var elements = new JsonArray();
                for (var i = 0; i < list.Count; i++)
                    elements.Add(Resolve(list[i], $"{path}[{i}]", evaluator, hidden));
                return elements;
            default:
                return JsonScalars.TryText(node, out var text) && Template.IsTemplate(text)
                    ? ResolveText(text, path, evaluator, hidden)
                    : node?.DeepClone();
        }
    }

    private static JsonNode? ResolveText(string text, string path, ExpressionEvaluator evaluator, HashSet<string> hidden)
    {
        var template = Parse(text, path);
        try
        {
            if (template.Whole is { } whole)
            {
                var value = evaluator.Value(whole);
                Hide(template, whole, value, hidden);
                return TemplateValue.ToJson(value);
            }
            var result = new StringBuilder();
            foreach (var part in template.Parts)
            {
                if (part.Expression is null)
                {
                    _ = result.Append(part.Text);
                    continue;
                }
                var value = evaluator.Value(part.Expression);
                Hide(template, part.Expression, value, hidden);
                _ = result.Append(TemplateValue.ToText(value)
                    ?? throw new TemplateException($"{TemplateValue.Describe(value)} cannot stand inside a text. Write '| json' or '| join' after it, or make it the whole value.", part.Expression.Start));
            }
            return JsonValue.Create(result.ToString());
        }
        catch (TemplateException e) when (e.Path is null)
        {
            throw new TemplateException(e.Problem, e.Position, path);
        }
    }

    private static void Hide(Template template, TemplateExpression expression, object value, HashSet<string> hidden)
    {
        if (template.Secrets.Count > 0 && expression is not SecretExpression && expression.Descendants().Any(e => e is SecretExpression)
            && TemplateValue.ToText(value) is { Length: >= ShortestDerivedSecret } derived)
            _ = hidden.Add(derived);
    }

    private static Template Parse(string text, string path)
    {
        try
        {
            return Template.Parse(text);
        }
        catch (TemplateException e)
        {
            throw new TemplateException(e.Problem, e.Position, path);
        }
    }
}
