using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Workflows.Activities;

/// <summary>A value that does not fit its field.</summary>
/// <param name="Path">Where below <c>with</c>: <c>rules[0].column</c>.</param>
/// <param name="Code">Stable word: <c>unknown-field</c>, <c>missing-field</c>, <c>wrong-type</c>, <c>out-of-range</c>, <c>bad-option</c>, <c>bad-duration</c>, <c>bad-date</c>, <c>bad-table-name</c>, <c>empty-field</c>.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record FieldProblem(string Path, string Code, string Message);

/// <summary>Turns JSON values into the values of fields and notes everything that does not fit.</summary>
/// <param name="templates">Whether texts may still hold templates: those are left for later.</param>
internal sealed class FieldConverter(bool templates)
{
    public List<FieldProblem> Problems { get; } = [];

    /// <summary>The value for <paramref name="type"/>; null where it did not fit, which is then among the problems.</summary>
    public object? Convert(JsonNode? node, Type type, FieldDescriptor? field, string path)
    {
        var target = FieldType.Of(type);
        if (node is null)
        {
            if (!target.Nullable && target.Shape != FieldShape.Any)
                Wrong(path, target, node);
            return null;
        }
        if (templates && target.Shape != FieldShape.Any && JsonScalars.TryText(node, out var held) && held.Contains("{{", StringComparison.Ordinal))
            return null;
        return target.Shape switch
        {
            FieldShape.Any => ConvertAny(node, target, path),
            FieldShape.List => ConvertList(node, target, field, path),
            FieldShape.Map => ConvertMap(node, target, field, path),
            FieldShape.Record => ConvertRecord(node, target, field, path),
            FieldShape.Text => ConvertText(node, target, field, path),
            FieldShape.Integer or FieldShape.Number => ConvertNumber(node, target, field, path),
            FieldShape.Boolean => ConvertBoolean(node, target, path),
            _ => ConvertWritten(node, target, field, path),
        };
    }

    public void Note(string path, string code, string message) => Problems.Add(new(path, code, message));

    private JsonNode? ConvertAny(JsonNode node, FieldType target, string path)
    {
        if (target.Type.IsInstanceOfType(node))
            return node.DeepClone();
        Note(path, "wrong-type", $"'{path}' expects {(target.Type == typeof(JsonArray) ? "a list" : "a map")}, not {JsonScalars.Describe(node)}.");
        return null;
    }

    private IEnumerable? ConvertList(JsonNode node, FieldType target, FieldDescriptor? field, string path)
    {
        if (node is not JsonArray array)
            return Wrong(path, target, node) as IEnumerable;
        if (field is { NotEmpty: true } && array.Count == 0)
            Note(path, "empty-field", $"'{path}' is an empty list. Give it at least one element.");
        var values = Array.CreateInstance(target.Element!, array.Count);
        for (var i = 0; i < array.Count; i++)
        {
            if (Convert(array[i], target.Element!, field, $"{path}[{i}]") is { } value)
                values.SetValue(value, i);
        }
        return target.Type.IsArray || target.Type.IsInterface ? values : (IEnumerable)Activator.CreateInstance(target.Type, values)!;
    }

    private IDictionary? ConvertMap(JsonNode node, FieldType target, FieldDescriptor? field, string path)
    {
        if (node is not JsonObject map)
            return Wrong(path, target, node) as IDictionary;
        var type = target.Type.IsInterface ? typeof(Dictionary<,>).MakeGenericType(typeof(string), target.Element!) : target.Type;
        var values = (IDictionary)Activator.CreateInstance(type)!;
        foreach (var (key, value) in map)
            values[key] = Convert(value, target.Element!, field, $"{path}.{key}") ?? (target.Element!.IsValueType ? Activator.CreateInstance(target.Element) : null);
        return values;
    }

    private object? ConvertRecord(JsonNode node, FieldType target, FieldDescriptor? field, string path)
    {
        if (node is not JsonObject map)
            return Wrong(path, target, node);
        var shape = RecordShape.Of(target.Type);
        var before = Problems.Count;
        var values = new Dictionary<RecordMember, object?>();
        foreach (var (key, value) in map)
        {
            if (shape.Members.FirstOrDefault(m => m.Name == key) is not { } member)
                Note($"{path}.{key}", "unknown-field", $"'{path}' has no field '{key}'.{Naming.DidYouMean(key, shape.Members.Select(m => m.Name))}");
            else if (value is not null || !member.Required)
                values[member] = Convert(value, member.Property.PropertyType, field?.ElementFields.FirstOrDefault(f => f.Name == key), $"{path}.{key}");
        }
        foreach (var member in shape.Members)
        {
            if (member.Required && map[member.Name] is null)
                Note(path, "missing-field", $"'{path}' needs '{member.Name}'. Add it.");
        }
        return Problems.Count > before || templates ? null : shape.Make(values);
    }

    private string? ConvertText(JsonNode node, FieldType target, FieldDescriptor? field, string path)
    {
        if (!JsonScalars.TryText(node, out var text))
        {
            // A number or a flag written by a template is welcome as text; in the file, true for a text is more likely a mistake.
            if (node.GetValueKind() == JsonValueKind.Number || (!templates && node.GetValueKind() is JsonValueKind.True or JsonValueKind.False))
                text = node.ToJsonString();
            else
                return Wrong(path, target, node) as string;
        }
        if (field is null)
            return text;
        if (field.NotEmpty && string.IsNullOrWhiteSpace(text))
            Note(path, "empty-field", $"'{path}' is empty. Give it a value.");
        else if (field.Options.Count > 0 && !field.Options.Contains(text))
            BadOption(path, text, field.Options);
        else if (field.Kind == FieldKind.Table && text.Length > 0 && !Names.IsTable(text))
            Note(path, "bad-table-name", $"'{path}' names the table '{text}'. Write schema.table in lower case, such as 'raw.orders'.");
        return text;
    }

    private object? ConvertNumber(JsonNode node, FieldType target, FieldDescriptor? field, string path)
    {
        object? value = target.Type switch
        {
            var t when t == typeof(decimal) => JsonScalars.TryDecimal(node, out var exact) ? exact : null,
            var t when t == typeof(double) => JsonScalars.TryDouble(node, out var number) ? number : null,
            var t when t == typeof(float) => JsonScalars.TryDouble(node, out var single) ? (float)single : null,
            var t when t == typeof(long) => JsonScalars.TryLong(node, out var whole) ? whole : null,
            _ => JsonScalars.TryLong(node, out var small) && small is >= int.MinValue and <= int.MaxValue ? (int)small : null,
        };
        if (value is null)
            return Wrong(path, target, node);
        if (field is not null && !InRange(System.Convert.ToDouble(value, CultureInfo.InvariantCulture), field, out var range))
            Note(path, "out-of-range", $"'{path}' is {node.ToJsonString()}, which is not {range}.");
        return value;
    }

    private object? ConvertBoolean(JsonNode node, FieldType target, string path) => node.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => Wrong(path, target, node),
    };

    private object? ConvertWritten(JsonNode node, FieldType target, FieldDescriptor? field, string path)
    {
        if (!JsonScalars.TryText(node, out var text))
            return Wrong(path, target, node);
        switch (target.Shape)
        {
            case FieldShape.Duration when Duration.TryParse(text, out var duration):
                if (field is not null && !InRange(duration.TotalSeconds, field, out var range))
                    Note(path, "out-of-range", $"'{path}' is {text}, which is not {range} seconds.");
                return duration;
            case FieldShape.Date when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date):
                return date;
            case FieldShape.Date when TryTime(text, out var moment):
                return DateOnly.FromDateTime(moment.DateTime);
            case FieldShape.Timestamp when TryTime(text, out var time):
                return time;
            case FieldShape.Choice:
                var choices = FieldType.ChoicesOf(target.Type);
                if (choices.TryGetValue(text, out var choice))
                    return choice;
                BadOption(path, text, choices.Keys);
                return null;
            case FieldShape.Duration:
                Note(path, "bad-duration", $"'{path}' is '{JsonScalars.Shorten(text)}', which is not a duration. Write {Duration.Form}.");
                return null;
            default:
                Note(path, "bad-date", $"'{path}' is '{JsonScalars.Shorten(text)}', which is not a date. Write {(target.Shape == FieldShape.Date ? "2026-01-31" : "2026-01-31T08:00:00Z")}.");
                return null;
        }
    }

    private static bool TryTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    private static bool InRange(double value, FieldDescriptor field, out string range)
    {
        range = (field.Min, field.Max) switch
        {
            ({ } min, { } max) => string.Create(CultureInfo.InvariantCulture, $"between {min} and {max}"),
            ({ } min, null) => string.Create(CultureInfo.InvariantCulture, $"{min} or more"),
            (null, { } max) => string.Create(CultureInfo.InvariantCulture, $"{max} or less"),
            _ => "",
        };
        return double.IsFinite(value) && !(value < field.Min) && !(value > field.Max);
    }

    private void BadOption(string path, string text, IEnumerable<string> options) =>
        Note(path, "bad-option", $"'{path}' is '{JsonScalars.Shorten(text)}', which is not one of {string.Join(", ", options)}.{(Naming.Nearest(text, options) is { } near ? $" Did you mean '{near}'?" : "")}");

    private object? Wrong(string path, FieldType target, JsonNode? node)
    {
        if (target.Shape == FieldShape.Duration)
        {
            Note(path, "bad-duration", $"'{path}' is {JsonScalars.Describe(node)}, which is not a duration. Write {Duration.Form}.");
            return null;
        }
        var (expected, hint) = target.Shape switch
        {
            FieldShape.Text => ("a text", node is JsonValue ? $" Put it in quotes: \"{node}\"." : ""),
            FieldShape.Integer when node?.GetValueKind() == JsonValueKind.Number => (target.Type == typeof(int) ? "a whole number of at most 2147483647" : "a whole number", ""),
            FieldShape.Integer => ("a whole number", JsonScalars.TryText(node, out var digits) && long.TryParse(digits, CultureInfo.InvariantCulture, out _) ? " Remove the quotes." : ""),
            FieldShape.Number => ("a number", JsonScalars.TryText(node, out var text) && double.TryParse(text, CultureInfo.InvariantCulture, out _) ? " Remove the quotes." : ""),
            FieldShape.Boolean => ("true or false", ""),
            FieldShape.Date => ("a date such as 2026-01-31", ""),
            FieldShape.Timestamp => ("a time such as 2026-01-31T08:00:00Z", ""),
            FieldShape.Choice => ($"one of {string.Join(", ", FieldType.ChoicesOf(target.Type).Keys)}", ""),
            FieldShape.List => ("a list", node is JsonValue ? $" Write [{node}]." : ""),
            _ => ("a map of names to values", ""),
        };
        Note(path, "wrong-type", $"'{path}' expects {expected}, not {JsonScalars.Describe(node)}.{hint}");
        return null;
    }
}
