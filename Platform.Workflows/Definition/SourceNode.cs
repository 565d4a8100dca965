using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;

namespace Platform.Workflows.Definition;

/// <summary>Where a piece of a workflow's text stands.</summary>
/// <param name="Line">First line, from 1.</param>
/// <param name="Column">First column, from 1.</param>
/// <param name="Start">Index of the first character in the text, from 0.</param>
/// <param name="End">Index after the last character.</param>
public readonly record struct SourceMark(int Line, int Column, int Start, int End);

internal enum SourceKind
{
    Scalar,
    List,
    Map,
}

/// <summary>A value of the YAML text with its place.</summary>
internal sealed class SourceNode(SourceKind kind, SourceMark mark)
{
    public SourceKind Kind { get; } = kind;

    public SourceMark Mark { get; } = mark;

    /// <summary>Text of a scalar.</summary>
    public string Value { get; init; } = "";

    /// <summary>How a scalar was written; a plain one may be a number, a flag or null.</summary>
    public ScalarStyle Style { get; init; }

    /// <summary>Whether a list or map is written with brackets.</summary>
    public bool IsFlow { get; init; }

    /// <summary>Elements of a list.</summary>
    public List<SourceNode> Elements { get; } = [];

    /// <summary>Entries of a map, in the text's order.</summary>
    public List<SourceEntry> Entries { get; } = [];

    public bool IsNull => Kind == SourceKind.Scalar && Style == ScalarStyle.Plain && Value is "" or "~" or "null" or "Null" or "NULL";

    public SourceEntry? Find(string key) => Entries.Find(e => e.Key == key);

    /// <summary>The value as JSON, with the types of YAML's core schema; dates stay texts.</summary>
    public JsonNode? ToJson()
    {
        switch (Kind)
        {
            case SourceKind.List:
                return new JsonArray([.. Elements.Select(e => e.ToJson())]);
            case SourceKind.Map:
                var map = new JsonObject();
                foreach (var entry in Entries)
                    map[entry.Key] = entry.Value.ToJson();
                return map;
        }
        if (IsNull)
            return null;
        if (Style != ScalarStyle.Plain)
            return JsonValue.Create(Value);
        return Value switch
        {
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ => Number() ?? JsonValue.Create(Value),
        };
    }

    /// <summary>Index after the last character that belongs to the value: line breaks and comments after a block are left out.</summary>
    public int ContentEnd(string text)
    {
        if (Kind == SourceKind.Map && !IsFlow && Entries.Count > 0)
            return Entries[^1].Value.ContentEnd(text);
        if (Kind == SourceKind.List && !IsFlow && Elements.Count > 0)
            return Elements[^1].ContentEnd(text);
        var end = Mark.End;
        while (Style is ScalarStyle.Literal or ScalarStyle.Folded && end > Mark.Start && char.IsWhiteSpace(text[end - 1]))
            end--;
        return end;
    }

    /// <summary>Names the value in a message.</summary>
    public string Describe() => Kind switch
    {
        SourceKind.List => "a list",
        SourceKind.Map => "a map",
        _ => IsNull ? "nothing" : $"'{JsonScalars.Shorten(Value)}'",
    };

    // 007 and 1_000 stay texts: as numbers they would lose what was written.
    private JsonValue? Number()
    {
        var digits = Value.AsSpan().TrimStart('-').TrimStart('+');
        if (digits.IsEmpty || !(char.IsAsciiDigit(digits[0]) || digits[0] == '.') || (digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1])))
            return null;
        if (long.TryParse(Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return JsonValue.Create(whole);
        const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (decimal.TryParse(Value, Decimal, CultureInfo.InvariantCulture, out var exact))
            return JsonValue.Create(exact);
        return double.TryParse(Value, Decimal | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? JsonValue.Create(number) : null;
    }
}

/// <summary>A key of a map with its value.</summary>
internal sealed record SourceEntry(string Key, SourceMark KeyMark, SourceNode Value);
