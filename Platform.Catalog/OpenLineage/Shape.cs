using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Catalog.OpenLineage;

/// <summary>What a value of an event must look like; says where it does not.</summary>
internal abstract partial record Shape
{
    /// <summary>Most bytes of the name of a column, a facet or a check.</summary>
    internal const int MostNameBytes = 500;

    /// <summary>A text.</summary>
    internal static Shape Text { get; } = new TextShape(null, null);

    /// <summary>A time as ISO 8601.</summary>
    internal static Shape Time { get; } = new TextShape("a time such as 2026-01-31T08:00:00Z", text => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _) && text.Contains('T', StringComparison.OrdinalIgnoreCase));

    /// <summary>A UUID.</summary>
    internal static Shape Uuid { get; } = new TextShape("a UUID", text => Guid.TryParseExact(text, "D", out _));

    /// <summary>An absolute address. RFC 3986 allows schemes of one letter (x:y), which .NET takes for drives.</summary>
    internal static Shape Address { get; } = new TextShape("a URI", text => Uri.TryCreate(text, UriKind.Absolute, out _) || Scheme().IsMatch(text));

    /// <summary>The name of a column, a facet or a check: it is part of keys, and an entry of an index holds 2,704 bytes.</summary>
    internal static Shape Name { get; } = Short(MostNameBytes);

    internal static Shape Whole { get; } = new NumberShape(true);

    internal static Shape Number { get; } = new NumberShape(false);

    internal static Shape Truth { get; } = new TruthShape();

    /// <summary>Anything.</summary>
    internal static Shape Any { get; } = new AnyShape();

    /// <summary>A text of at most so many bytes in UTF-8.</summary>
    internal static Shape Short(int bytes) => new TextShape(string.Create(CultureInfo.InvariantCulture, $"a text of at most {bytes:N0} bytes"), text => Encoding.UTF8.GetByteCount(text) <= bytes);

    internal static Shape OneOf(params string[] words) => new TextShape($"one of {string.Join(", ", words)}", text => words.Contains(text, StringComparer.Ordinal));

    internal static Shape ListOf(Shape item) => new ListShape(item);

    /// <summary>An object whose every field has one shape.</summary>
    internal static Shape MapOf(Shape value) => new ObjectShape([], value);

    /// <summary>An object; a name that ends with ! must be there. Other fields are taken as they are.</summary>
    internal static ObjectShape Object(params (string Name, Shape Shape)[] fields) => new(fields, Any);

    /// <summary>Adds what is wrong with the value at the path.</summary>
    internal abstract void Check(JsonElement value, string path, List<EventProblem> problems);

    /// <summary>A field whose name is longer than a name may be.</summary>
    internal static EventProblem TooLong(string path, string name) =>
        new(path, string.Create(CultureInfo.InvariantCulture, $"has a field '{name[..40]}…' whose name is longer than {MostNameBytes:N0} bytes."));

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]*:[^\\s<>\"{}|\\\\^`]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    private static void Wrong(List<EventProblem> problems, string path, string wanted, JsonElement value)
    {
        var given = value.ValueKind is JsonValueKind.Object ? "an object" : value.ValueKind is JsonValueKind.Array ? "an array" : value.GetRawText();
        problems.Add(new EventProblem(path, $"is {(given.Length > 80 ? given[..80] + "…" : given)} and must be {wanted}."));
    }

    private sealed record TextShape(string? Wanted, Func<string, bool>? Fits) : Shape
    {
        internal override void Check(JsonElement value, string path, List<EventProblem> problems)
        {
            if (value.ValueKind != JsonValueKind.String || Fits?.Invoke(value.GetString()!) == false)
                Wrong(problems, path, Wanted ?? "a text", value);
        }
    }

    private sealed record NumberShape(bool IsWhole) : Shape
    {
        internal override void Check(JsonElement value, string path, List<EventProblem> problems)
        {
            if (value.ValueKind != JsonValueKind.Number || (IsWhole && !(value.TryGetDouble(out var number) && Math.Abs(number) < 9e18 && number == Math.Truncate(number))))
                Wrong(problems, path, IsWhole ? "a whole number" : "a number", value);
        }
    }

    private sealed record TruthShape : Shape
    {
        internal override void Check(JsonElement value, string path, List<EventProblem> problems)
        {
            if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                Wrong(problems, path, "true or false", value);
        }
    }

    private sealed record AnyShape : Shape
    {
        internal override void Check(JsonElement value, string path, List<EventProblem> problems)
        {
        }
    }

    private sealed record ListShape(Shape Item) : Shape
    {
        internal override void Check(JsonElement value, string path, List<EventProblem> problems)
        {
            if (value.ValueKind != JsonValueKind.Array)
            {
                Wrong(problems, path, "an array", value);
                return;
            }
            var index = 0;
            foreach (var item in value.EnumerateArray())
                Item.Check(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), problems);
        }
    }

    /// <summary>An object with known fields; those that are not known have the shape of the others.</summary>
    internal sealed record ObjectShape((string Name, Shape Shape)[] Fields, Shape Others) : Shape
    {
        /// <summary>The same with more fields.</summary>
        internal ObjectShape And(ObjectShape more) => new([.. Fields, .. more.Fields], Others);

        internal override void Check(JsonElement value, string path, List<EventProblem> problems)
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                Wrong(problems, path, "an object", value);
                return;
            }
            foreach (var (field, shape) in Fields)
            {
                var name = field.TrimEnd('!');
                if (value.TryGetProperty(name, out var found))
                {
                    // Null stands for missing where a field may be missing: several producers write it so.
                    if (found.ValueKind != JsonValueKind.Null || field.EndsWith('!'))
                        shape.Check(found, Join(path, name), problems);
                }
                else if (field.EndsWith('!'))
                {
                    problems.Add(new EventProblem(Join(path, name), "is missing."));
                }
            }
            if (Others is AnyShape)
                return;
            foreach (var property in value.EnumerateObject())
            {
                if (Fields.Any(field => field.Name.TrimEnd('!') == property.Name))
                    continue;
                if (Encoding.UTF8.GetByteCount(property.Name) > MostNameBytes)
                    problems.Add(TooLong(path, property.Name));
                else
                    Others.Check(property.Value, Join(path, property.Name), problems);
            }
        }

        private static string Join(string path, string name) =>
            name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? path.Length == 0 ? name : $"{path}.{name}" : $"{path}['{name}']";
    }
}

/// <summary>What is wrong with an event, and where.</summary>
/// <param name="Path">The field, such as <c>[3].run.runId</c> or <c>outputs[0].facets.schema.fields[2].name</c>.</param>
/// <param name="Message">What it is and must be; continues the path as a sentence.</param>
public sealed record EventProblem(string Path, string Message);
