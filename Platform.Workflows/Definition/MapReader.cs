using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Workflows.Definition;

/// <summary>Collects problems with their places while a text is read.</summary>
internal sealed class ProblemCollector(string text)
{
    public List<Problem> All { get; } = [];

    public string Text { get; } = text;

    /// <summary>The task that is being read.</summary>
    public string? TaskId { get; set; }

    public void Add(SourceMark mark, string code, string message, string? field = null, ProblemSeverity severity = ProblemSeverity.Error) =>
        All.Add(new(severity, code, message, mark.Line, mark.Column, TaskId, field));

    /// <summary>Notes a problem at a character inside a scalar's value.</summary>
    public void AddInside(SourceNode scalar, int position, string code, string message, string? field)
    {
        var (line, column) = SourceText.Locate(Text, scalar, position);
        All.Add(new(ProblemSeverity.Error, code, message, line, column, TaskId, field));
    }
}

/// <summary>Reads the keys of one map; every key that nobody asked for is unknown.</summary>
/// <param name="map">The map.</param>
/// <param name="name">What it is, for messages: <c>the schedule</c>.</param>
/// <param name="path">Its path below the workflow or the task, with a dot at the end; empty for those themselves.</param>
/// <param name="problems">Where problems go.</param>
internal sealed class MapReader(SourceNode map, string name, string path, ProblemCollector problems)
{
    // Words of other schedulers for what we call otherwise.
    private static readonly Dictionary<string, string> OtherWords = new()
    {
        ["depends_on"] = "after",
        ["needs"] = "after",
        ["upstream"] = "after",
        ["dependencies"] = "after",
        ["type"] = "activity",
        ["uses"] = "activity",
        ["operator"] = "activity",
        ["inputs"] = "with",
        ["args"] = "with",
        ["config"] = "with",
        ["if"] = "when",
        ["condition"] = "when",
        ["foreach"] = "map",
        ["parameters"] = "params",
        ["steps"] = "tasks",
        ["max_retries"] = "retries",
        ["interval"] = "every",
        ["tz"] = "timezone",
        ["start_date"] = "start",
        ["end_date"] = "end",
        ["concurrency"] = "limits",
    };

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public SourceNode Map { get; } = map;

    /// <summary>The value; null where the key is missing or has no value.</summary>
    public SourceNode? Node(string key)
    {
        _ = _known.Add(key);
        return Map.Find(key)?.Value is { IsNull: false } value ? value : null;
    }

    public bool Has(string key) => Map.Find(key) is not null;

    /// <summary>Place of a key, else of the map.</summary>
    public SourceMark MarkOf(string key) => Map.Find(key)?.KeyMark ?? Map.Mark;

    public SourceMark ValueMarkOf(string key) => Map.Find(key)?.Value.Mark ?? Map.Mark;

    public string Field(string key) => path + key;

    public string? Text(string key)
    {
        if (Node(key) is not { } node)
            return null;
        if (node.Kind == SourceKind.Scalar)
            return node.Value;
        Wrong(key, node, "a text");
        return null;
    }

    public string RequiredText(string key, string advice)
    {
        if (Text(key) is { Length: > 0 } text)
            return text;
        if (Node(key) is null or { Kind: SourceKind.Scalar })
            problems.Add(Has(key) ? MarkOf(key) : Map.Mark, "missing-key", $"{Sentence(name)} needs '{key}'. {advice}", Field(key));
        return "";
    }

    public int? Integer(string key, int min, int max)
    {
        if (Node(key) is not { } node)
            return null;
        if (JsonScalars.TryLong(node.ToJson(), out var value))
        {
            if (value >= min && value <= max)
                return (int)value;
            problems.Add(node.Mark, "out-of-range", $"'{Field(key)}' is {value}, which is not between {min} and {max}.", Field(key));
            return null;
        }
        Wrong(key, node, "a whole number");
        return null;
    }

    public bool? Boolean(string key)
    {
        if (Node(key) is not { } node)
            return null;
        switch (JsonScalars.KindOf(node.ToJson()))
        {
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                Wrong(key, node, "true or false");
                return null;
        }
    }

    public TimeSpan? Span(string key, bool allowZero = false)
    {
        if (Node(key) is not { } node)
            return null;
        if (node.Kind == SourceKind.Scalar && Duration.TryParse(node.Value, out var span))
        {
            if (span > TimeSpan.Zero || allowZero)
                return span;
            problems.Add(node.Mark, "out-of-range", $"'{Field(key)}' must be longer than nothing.", Field(key));
            return null;
        }
        problems.Add(node.Mark, "bad-duration", $"'{Field(key)}' is {node.Describe()}, which is no duration. Write {Duration.Form}.", Field(key));
        return null;
    }

    /// <summary>A list of texts; a single text is a list of one.</summary>
    public IReadOnlyList<(string Text, SourceNode Node)> Texts(string key)
    {
        switch (Node(key))
        {
            case null:
                return [];
            case { Kind: SourceKind.Scalar } single:
                return [(single.Value, single)];
            case { Kind: SourceKind.List } list:
                var texts = new List<(string, SourceNode)>(list.Elements.Count);
                foreach (var element in list.Elements)
                {
                    if (element.Kind == SourceKind.Scalar && !element.IsNull)
                        texts.Add((element.Value, element));
                    else
                        problems.Add(element.Mark, "wrong-type", $"'{Field(key)}' holds {element.Describe()} where a text is needed.", Field(key));
                }
                return texts;
            case { } other:
                Wrong(key, other, "a list of texts");
                return [];
        }
    }

    public T? Choice<T>(string key)
        where T : struct, Enum
    {
        if (Node(key) is not { } node)
            return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (node.Kind == SourceKind.Scalar && Naming.Snake(value.ToString()) == node.Value)
                return value;
        }
        var names = Enum.GetNames<T>().Select(Naming.Snake).ToList();
        problems.Add(node.Mark, "bad-option", $"'{Field(key)}' is {node.Describe()}, which is not one of {string.Join(", ", names)}.{(Naming.Nearest(node.Value, names) is { } near ? $" Did you mean '{near}'?" : "")}", Field(key));
        return null;
    }

    /// <summary>A reader of the map below a key; null where there is none.</summary>
    public MapReader? Inner(string key, string what)
    {
        if (Node(key) is not { } node)
            return null;
        if (node.Kind == SourceKind.Map)
            return new MapReader(node, what, $"{path}{key}.", problems);
        Wrong(key, node, "a map");
        return null;
    }

    public JsonNode? Json(string key) => Node(key)?.ToJson();

    /// <summary>Reports the keys that nobody asked for.</summary>
    public void Finish()
    {
        foreach (var entry in Map.Entries)
        {
            if (_known.Contains(entry.Key))
                continue;
            var meant = OtherWords.TryGetValue(entry.Key, out var word) && _known.Contains(word) ? $" Did you mean '{word}'?" : Naming.DidYouMean(entry.Key, _known);
            problems.Add(entry.KeyMark, "unknown-key", $"{Sentence(name)} has no key '{entry.Key}'.{meant}", Field(entry.Key));
        }
    }

    private void Wrong(string key, SourceNode node, string expected) =>
        problems.Add(node.Mark, "wrong-type", $"'{Field(key)}' expects {expected}, not {node.Describe()}.", Field(key));

    private static string Sentence(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
