using System.Text.Json.Nodes;
using Platform.Workflows.Definition;

namespace Platform.Workflows.Authoring;

/// <summary>A workflow's text, cut at its keys.</summary>
internal sealed class MergeSide
{
    private MergeSide(string head, IReadOnlyList<MergePart> entries, string foot) => (Head, Entries, Foot) = (head, entries, foot);

    /// <summary>What stands before the first key.</summary>
    public string Head { get; }

    public IReadOnlyList<MergePart> Entries { get; }

    /// <summary>What stands behind the last value.</summary>
    public string Foot { get; }

    /// <summary>The parts of a text; null where it cannot be cut: it is no map in lines, or holds the same value at two places.</summary>
    public static MergeSide? Read(string text)
    {
        text = text.ReplaceLineEndings("\n");
        if (!text.EndsWith('\n'))
            text += "\n";
        var problems = new List<Problem>();
        var root = SourceComposer.Compose(text, problems);
        if (root is not { Kind: SourceKind.Map, IsFlow: false, Entries.Count: > 0 } || problems.Any(p => p.Severity == ProblemSeverity.Error) || root.Entries[0].KeyMark.Column != 1 || !IsInOrder(root, 0, text.Length))
            return null;
        var start = root.Entries[0].KeyMark.Start;
        var entries = MergePart.EntriesOf(text, root, start);
        return new MergeSide(text[..start], entries, text[entries[^1].End..]);
    }

    /// <summary>Whether each value stands where it is used: one that an anchor names stands elsewhere.</summary>
    private static bool IsInOrder(SourceNode node, int from, int to)
    {
        var at = from;
        foreach (var (start, child) in node.Entries.Select(e => (e.KeyMark.Start, e.Value)).Concat(node.Elements.Select(e => (e.Mark.Start, e))))
        {
            if (start < at || child.Mark.Start < start || child.Mark.End > to || !IsInOrder(child, child.Mark.Start, to))
                return false;
            at = start + 1;
        }
        return true;
    }
}

/// <summary>A key with its value, or a task of the list, as it is written: with the comments above it and behind it, moved to the left edge.</summary>
internal sealed class MergePart
{
    private readonly string _source;
    private readonly SourceNode _value;
    private readonly int _start;
    private readonly int _column;
    private readonly int _keyEnd;

    private MergePart(string key, string source, SourceNode value, int start, int end, int column, int keyEnd, bool isInFlow)
    {
        (Key, _source, _value, _start, End, _column, _keyEnd, IsInFlow) = (key, source, value, start, end, column, keyEnd, isInFlow);
        Text = Left(start, end);
    }

    /// <summary>The key, or the task's id.</summary>
    public string Key { get; }

    /// <summary>As it is written; ends with a line break unless it stands in braces.</summary>
    public string Text { get; }

    /// <summary>Index behind it.</summary>
    public int End { get; }

    /// <summary>Whether it stands in braces.</summary>
    public bool IsInFlow { get; }

    /// <summary>Whether its value is written in braces or brackets.</summary>
    public bool IsFlow => _value.IsFlow;

    public JsonNode? Json => _value.ToJson();

    /// <summary>The value alone, as it is written.</summary>
    public string ValueText => Unindented(_source[_value.Mark.Start..Math.Max(_value.Mark.Start, ValueEnd(_source, _keyEnd, _value))]);

    /// <summary>What stands before its inner parts.</summary>
    public string Head => IsFlow ? Left(_start, _value.Mark.Start) : Left(_start, InnerStart);

    // An element's inner parts begin behind its dash, a key's on the next line.
    private int InnerStart => _keyEnd < 0 ? _value.Entries[0].KeyMark.Start : EndOfLine(_source, _keyEnd);

    /// <summary>The keys of a map.</summary>
    /// <param name="text">The text.</param>
    /// <param name="map">A map with keys.</param>
    /// <param name="start">Where the first one begins, with its comments.</param>
    public static IReadOnlyList<MergePart> EntriesOf(string text, SourceNode map, int start)
    {
        var parts = new List<MergePart>();
        var column = map.Entries.Count > 0 ? map.Entries[0].KeyMark.Column - 1 : 0;
        foreach (var entry in map.Entries)
        {
            var end = ValueEnd(text, entry.KeyMark.End, entry.Value);
            if (!map.IsFlow)
                end = EndOfLine(text, end);
            parts.Add(new MergePart(entry.Key, text, entry.Value, map.IsFlow ? entry.KeyMark.Start : start, end, map.IsFlow ? 0 : column, entry.KeyMark.End, map.IsFlow));
            start = end;
        }
        return parts;
    }

    /// <summary>Its keys, or the tasks of the list by their ids; none where it is empty, null where it is neither.</summary>
    public IReadOnlyList<MergePart>? Kids(bool isList)
    {
        if (_value.IsNull || (_value.Kind != SourceKind.Scalar && _value.Entries.Count + _value.Elements.Count == 0))
            return [];
        if (!isList)
            return _value.Kind == SourceKind.Map ? EntriesOf(_source, _value, IsFlow ? 0 : InnerStart) : null;
        if (_value.Kind != SourceKind.List || IsFlow)
            return null;
        var parts = new List<MergePart>();
        var start = EndOfLine(_source, _keyEnd);
        foreach (var element in _value.Elements)
        {
            var dash = element.Mark.Start - 1;
            while (dash > start && char.IsWhiteSpace(_source[dash]))
                dash--;
            if (element is not { Kind: SourceKind.Map } || _source[dash] != '-' || element.Find("id")?.Value is not { Kind: SourceKind.Scalar, Value.Length: > 0 } id || parts.Any(p => p.Key == id.Value))
                return null;
            var end = EndOfLine(_source, element.ContentEnd(_source));
            parts.Add(new MergePart(id.Value, _source, element, start, end, dash - _source.LastIndexOf('\n', dash) - 1, -1, false));
            start = end;
        }
        return parts;
    }

    /// <summary>This part with other inner parts.</summary>
    public string Around(string head, IEnumerable<string> kids)
    {
        if (IsFlow)
            return $"{head}{{ {string.Join(", ", kids)} }}{Left(_value.Mark.End, End)}";
        var inner = (_value.Kind == SourceKind.Map ? _value.Entries[0].KeyMark.Column - 1 : Kids(true)![0]._column) - _column;
        var body = string.Concat(string.Concat(kids).Split('\n').SkipLast(1).Select(line => (line.Length == 0 ? "" : new string(' ', inner) + line) + "\n"));
        return head + (_keyEnd < 0 ? body[inner..] : body);
    }

    /// <summary>This part with nothing in it.</summary>
    public string Emptied(bool isList) => $"{Key}: {(isList ? "[]" : "{}")}{(IsInFlow ? "" : "\n")}";

    /// <summary>Whether the other's value can stand in the place of this one: both fit into a line.</summary>
    public bool Takes(MergePart other) => _keyEnd >= 0 && !other.ValueText.Contains('\n', StringComparison.Ordinal) && !ValueText.Contains('\n', StringComparison.Ordinal);

    /// <summary>This part with a value of one line.</summary>
    public string With(string value)
    {
        var colon = _source.IndexOf(':', _keyEnd);
        var isBeside = _value.Mark.Start > colon + 1 && _source.IndexOf('\n', colon, _value.Mark.Start - colon) < 0;
        if (isBeside)
            return Left(_start, _value.Mark.Start) + value + Left(ValueEnd(_source, _keyEnd, _value), End);
        // A list in lines begins on the line behind its key; what stands behind the colon is a comment.
        var rest = IsInFlow ? "" : _source[(colon + 1)..(EndOfLine(_source, colon) - 1)].Trim();
        return $"{Left(_start, _keyEnd)}: {value}{(rest.StartsWith('#') ? " " + rest : "")}{(IsInFlow ? "" : "\n")}";
    }

    /// <summary>The texts of a list, or of one alone.</summary>
    public static IReadOnlyList<string> Texts(MergePart? part) => part?._value switch
    {
        { Kind: SourceKind.List } list => [.. list.Elements.Where(e => e.Kind == SourceKind.Scalar).Select(e => e.Value)],
        { Kind: SourceKind.Scalar, IsNull: false } one => [one.Value],
        _ => [],
    };

    private static int ValueEnd(string text, int keyEnd, SourceNode value) => Math.Max(keyEnd, value.ContentEnd(text));

    private static int EndOfLine(string text, int at) => text.IndexOf('\n', Math.Min(at, text.Length - 1)) is >= 0 and var end ? end + 1 : text.Length;

    private string Left(int from, int to)
    {
        if (IsInFlow || from >= to)
            return from >= to ? "" : _source[from..to];
        var raw = _source[from..to];
        // The first key of a task stands behind its dash.
        if (from > 0 && _source[from - 1] != '\n')
            return from == _start ? string.Join('\n', raw.Split('\n').Select((line, i) => i == 0 ? line : Cut(line))) : raw;
        return string.Join('\n', raw.Split('\n').Select(Cut));
    }

    private string Cut(string line)
    {
        var at = 0;
        while (at < _column && at < line.Length && line[at] == ' ')
            at++;
        return line[at..];
    }

    private static string Unindented(string value)
    {
        var lines = value.Split('\n');
        var least = lines.Skip(1).Where(l => l.Trim().Length > 0).Select(l => l.Length - l.TrimStart(' ').Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select((line, i) => i == 0 || line.Length < least ? line : line[least..]));
    }
}
