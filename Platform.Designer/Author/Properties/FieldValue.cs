using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Localization;
using Platform.Designer.Language;
using Platform.Workflows;
using Platform.Workflows.Activities;
using Platform.Workflows.Authoring;

namespace Platform.Designer.Author.Properties;

/// <summary>Values of fields as texts in editors, and back.</summary>
internal static class FieldValue
{
    /// <summary>Whether the text is, or holds, a template, which may stand for a value of any kind.</summary>
    public static bool IsTemplate(string text) => text.Contains("{{", StringComparison.Ordinal);

    /// <summary>The value as the editor of its kind shows it; empty for none.</summary>
    public static string Text(FieldKind kind, JsonNode? value) => value switch
    {
        null => "",
        JsonValue one when one.TryGetValue<string>(out var text) => text,
        JsonArray list when kind is FieldKind.Columns or FieldKind.List && list.All(e => e is JsonValue) => string.Join('\n', list.Select(e => Text(FieldKind.Text, e))),
        JsonArray or JsonObject => YamlValue.Format(value),
        _ => value.ToJsonString(),
    };

    /// <summary>What an editor's text means; an empty text is no value.</summary>
    /// <param name="kind">The field's kind.</param>
    /// <param name="isTexts">For lists: whether the elements are texts, a line each.</param>
    /// <param name="text">The text.</param>
    /// <param name="texts">For what is wrong.</param>
    /// <param name="value">The value; null is none.</param>
    /// <param name="error">What is wrong; null where nothing is.</param>
    public static bool TryRead(FieldKind kind, bool isTexts, string text, IStringLocalizer<Texts> texts, out JsonNode? value, out string? error)
    {
        (value, error) = (null, null);
        if (text.Length == 0 || (kind is not (FieldKind.Text or FieldKind.Multiline) && string.IsNullOrWhiteSpace(text)))
            return true;
        if (kind is not (FieldKind.List or FieldKind.Map or FieldKind.Any or FieldKind.Json or FieldKind.Yaml or FieldKind.Columns) && IsTemplate(text))
        {
            value = JsonValue.Create(text);
            return true;
        }
        switch (kind)
        {
            case FieldKind.Integer when long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole):
                value = JsonValue.Create(whole);
                return true;
            case FieldKind.Number when decimal.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number):
                value = JsonValue.Create(number);
                return true;
            case FieldKind.Integer or FieldKind.Number:
                error = texts[kind == FieldKind.Integer ? "Field.Integer" : "Field.Number", text.Trim()];
                return false;
            case FieldKind.Boolean:
                value = text == "true" ? JsonValue.Create(true) : text == "false" ? JsonValue.Create(false) : JsonValue.Create(text);
                return true;
            case FieldKind.Duration when !Duration.TryParse(text.Trim(), out _):
                error = texts["Field.Duration", text.Trim()];
                return false;
            case FieldKind.Columns or FieldKind.List when isTexts && !text.TrimStart().StartsWith('['):
                if (IsTemplate(text) && !text.Contains('\n', StringComparison.Ordinal))
                    value = JsonValue.Create(text);
                else
                    value = new JsonArray([.. text.Split(kind == FieldKind.Columns ? ['\n', ','] : ['\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(l => JsonValue.Create(l))]);
                return true;
            case FieldKind.List or FieldKind.Map or FieldKind.Any or FieldKind.Json or FieldKind.Columns:
                if (IsTemplate(text) && text.TrimStart().StartsWith("{{", StringComparison.Ordinal))
                {
                    value = JsonValue.Create(text.Trim());
                    return true;
                }
                return YamlValue.TryParse(text, out value, out error);
            default:
                value = JsonValue.Create(kind is FieldKind.Multiline or FieldKind.Sql or FieldKind.Text or FieldKind.Yaml ? text : text.Trim());
                return true;
        }
    }

    /// <summary>Whether the elements of a list field are texts, so that a line each is enough.</summary>
    public static bool HoldsTexts(FieldDescriptor field)
    {
        if (field.Kind == FieldKind.Columns)
            return true;
        var element = field.Type.IsArray ? field.Type.GetElementType() : field.Type.IsGenericType ? field.Type.GetGenericArguments()[^1] : null;
        return field.Kind == FieldKind.List && (element == typeof(string) || element?.IsEnum == true);
    }
}
