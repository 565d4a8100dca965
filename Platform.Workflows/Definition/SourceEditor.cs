using System.Text.Json.Nodes;

namespace Platform.Workflows.Definition;

/// <summary>Collects changes of a YAML text at the places of its nodes, and applies them together.</summary>
internal sealed class SourceEditor
{
    private readonly string _text;
    private readonly List<(int Start, int End, string Text)> _edits = [];

    public SourceEditor(string text)
    {
        _text = text;
        var problems = new List<Problem>();
        Root = SourceComposer.Compose(text, problems) is { Kind: SourceKind.Map } root
            ? root
            : throw new WorkflowPatchException(problems.FirstOrDefault()?.Message ?? "The text is no workflow. Correct it first.");
    }

    public SourceNode Root { get; }

    /// <summary>The text with all changes.</summary>
    public string Apply()
    {
        var result = _text;
        var newLine = _text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        foreach (var (start, end, text) in _edits.OrderByDescending(e => e.Start).ThenByDescending(e => e.End))
            result = string.Concat(result.AsSpan(0, start), text.ReplaceLineEndings(newLine), result.AsSpan(end));
        return result;
    }

    public void Replace(int start, int end, string text) => _edits.Add((start, end, text));

    /// <summary>Puts a value in place of an entry's.</summary>
    public void SetValue(SourceNode map, SourceEntry entry, JsonNode? value)
    {
        RequireOwn(map, entry);
        if (map.IsFlow)
        {
            _edits.Add((entry.Value.Mark.Start, entry.Value.ContentEnd(_text), Spaced(entry, YamlText.Flow(value, IsJson(map)))));
            return;
        }
        var rendered = YamlText.AfterKey(value, IndentOf(map));
        // On the key's line, spaces before the value stay as they are; a block below it is replaced from the colon on.
        var sameLine = entry.Value.Mark.Line == entry.KeyMark.Line && !entry.Value.IsNull && rendered[0] == ' ';
        var start = sameLine ? entry.Value.Mark.Start : AfterColon(entry);
        var end = Math.Max(entry.Value.ContentEnd(_text), AfterColon(entry));
        rendered = sameLine ? rendered[1..] : rendered;
        if (rendered.IndexOf('\n', StringComparison.Ordinal) is var firstBreak && firstBreak >= 0)
        {
            // A comment behind the old value stays on the key's line, where it does not become part of the block.
            var lineEnd = LineEnd(end);
            rendered = string.Concat(rendered.AsSpan(0, firstBreak), _text.AsSpan(end, lineEnd - end), rendered.AsSpan(firstBreak));
            end = lineEnd;
        }
        _edits.Add((start, end, rendered));
    }

    /// <summary>Adds a key behind the last of the keys that are <paramref name="before"/> it, else at the end.</summary>
    public void AddKey(SourceNode map, string key, JsonNode? value, ReadOnlySpan<string> before = default)
    {
        SourceEntry? previous = null;
        foreach (var name in before)
            previous = map.Entries.Find(e => e.Key == name && IsOwn(map, e)) ?? previous;
        previous ??= map.Entries.FindLast(e => IsOwn(map, e));
        if (map.IsFlow)
        {
            var entry = IsJson(map) ? $"{JsonValue.Create(key).ToJsonString()}: {YamlText.Flow(value, json: true)}" : $"{YamlText.Key(key)}: {YamlText.Flow(value)}";
            _edits.Add(previous is null
                ? (map.Mark.Start + 1, map.Mark.End - 1, $" {entry} ")
                : (previous.Value.ContentEnd(_text), previous.Value.ContentEnd(_text), $", {entry}"));
            return;
        }
        var indent = IndentOf(map);
        var at = LineEnd(Math.Max(previous!.Value.ContentEnd(_text), AfterColon(previous)));
        _edits.Add((at, at, $"\n{new string(' ', indent)}{YamlText.Key(key)}:{YamlText.AfterKey(value, indent)}"));
    }

    /// <summary>Takes an entry away with its line or lines.</summary>
    public void RemoveKey(SourceNode map, SourceEntry entry)
    {
        RequireOwn(map, entry);
        var index = map.Entries.IndexOf(entry);
        var end = Math.Max(entry.Value.ContentEnd(_text), AfterColon(entry));
        if (map.IsFlow)
            RemoveFlow(entry.KeyMark.Start, end, index + 1 < map.Entries.Count ? map.Entries[index + 1].KeyMark.Start : null, index > 0 ? map.Entries[index - 1].Value.ContentEnd(_text) : null);
        else if (IsFirstOnLine(entry.KeyMark.Start))
            RemoveLines(entry.KeyMark.Start, end);
        else if (index + 1 < map.Entries.Count)
            _edits.Add((entry.KeyMark.Start, map.Entries[index + 1].KeyMark.Start, ""));
        else
            _edits.Add((entry.KeyMark.Start, end, "{}"));
    }

    /// <summary>Adds an element at the end of a list, or behind one of its elements.</summary>
    public void AddElement(SourceNode list, JsonNode? value, SourceNode? behind = null)
    {
        var previous = behind ?? list.Elements.LastOrDefault();
        if (list.IsFlow || previous is null)
        {
            var json = list.IsFlow && _text.AsSpan(list.Mark.Start, list.Mark.End - list.Mark.Start).Contains('"') && !_text.AsSpan(list.Mark.Start, list.Mark.End - list.Mark.Start).Contains('\'') && IsJson(Root);
            var element = YamlText.Flow(value, json);
            _edits.Add(previous is null
                ? (list.Mark.Start, list.Mark.End, $"[{element}]")
                : (previous.ContentEnd(_text), previous.ContentEnd(_text), $", {element}"));
            return;
        }
        var at = LineEnd(previous.ContentEnd(_text));
        _edits.Add((at, at, "\n" + YamlText.Element(value, DashColumn(previous))));
    }

    /// <summary>Adds an element, written with its dash at the margin, at the end of a block list that has one already.</summary>
    public void AddElementText(SourceNode list, string element)
    {
        var previous = list.Elements[^1];
        var at = LineEnd(previous.ContentEnd(_text));
        var margin = new string(' ', DashColumn(previous));
        // A blank line stands between tasks where one stands between the others.
        var apart = list.Elements.Count > 1 && _text.AsSpan(list.Elements[^2].ContentEnd(_text), Dash(previous) - list.Elements[^2].ContentEnd(_text)).Count('\n') > 1;
        _edits.Add((at, at, (apart ? "\n\n" : "\n") + string.Join('\n', element.Split('\n').Select(l => l.Length == 0 ? l : margin + l))));
    }

    /// <summary>An element as it is written, its dash at <paramref name="indent"/>; one inside brackets, or with an anchor's value, is written anew.</summary>
    public string ElementText(SourceNode list, SourceNode element, int indent)
    {
        if (list.IsFlow || UsesAnchor(element))
            return YamlText.Element(element.ToJson(), indent);
        var start = Dash(element);
        var column = DashColumn(element);
        var lines = _text[start..LineEnd(element.ContentEnd(_text))].ReplaceLineEndings("\n").Split('\n');
        // A line may stand further left only where it is blank or a comment.
        return string.Join('\n', lines.Select((line, i) => i == 0 ? new string(' ', indent) + line
            : string.IsNullOrWhiteSpace(line) ? "" : new string(' ', indent) + (line.AsSpan(0, Math.Min(column, line.Length)).IsWhiteSpace() ? line[Math.Min(column, line.Length)..] : line.TrimStart())));
    }

    /// <summary>Puts a value in place of an element's.</summary>
    public void ReplaceElement(SourceNode list, SourceNode element, JsonNode? value)
    {
        if (element.Mark.Start < list.Mark.Start || element.Mark.Start > list.Mark.End)
            throw new WorkflowPatchException("This element comes from an anchor that other places use too. Edit the text itself.");
        if (list.IsFlow)
        {
            _edits.Add((element.Mark.Start, element.ContentEnd(_text), YamlText.Flow(value, IsJson(Root))));
            return;
        }
        var dash = Dash(element);
        _edits.Add((dash, element.ContentEnd(_text), YamlText.Element(value, DashColumn(element)).TrimStart(' ')));
    }

    /// <summary>Takes an element away; the last one leaves an empty list.</summary>
    public void RemoveElement(SourceNode list, SourceNode element)
    {
        var index = list.Elements.IndexOf(element);
        var end = element.ContentEnd(_text);
        if (list.IsFlow)
            RemoveFlow(element.Mark.Start, end, index + 1 < list.Elements.Count ? list.Elements[index + 1].Mark.Start : null, index > 0 ? list.Elements[index - 1].ContentEnd(_text) : null);
        else
            RemoveLines(Dash(element), end);
    }

    /// <summary>Column, from 0, of a block list's dashes.</summary>
    private int DashColumn(SourceNode element)
    {
        var dash = Dash(element);
        return dash - (_text.LastIndexOf('\n', Math.Max(0, dash - 1)) + 1);
    }

    private int Dash(SourceNode element) => _text.LastIndexOf('-', Math.Max(0, element.Mark.Start - 1));

    private void RemoveFlow(int start, int end, int? next, int? previousEnd)
    {
        if (next is { } following)
            _edits.Add((start, following, ""));
        else
            _edits.Add((previousEnd ?? start, end, ""));
    }

    private void RemoveLines(int start, int end)
    {
        var lineStart = _text.LastIndexOf('\n', Math.Max(0, start - 1)) + 1;
        var lineEnd = _text.IndexOf('\n', end);
        if (lineEnd >= 0)
            _edits.Add((lineStart, lineEnd + 1, ""));
        else
            _edits.Add((Math.Max(0, lineStart - 1), _text.Length, ""));
    }

    private static int IndentOf(SourceNode map) => map.Mark.Column - 1;

    private bool IsFirstOnLine(int index)
    {
        var lineStart = _text.LastIndexOf('\n', Math.Max(0, index - 1)) + 1;
        return index == 0 || _text.AsSpan(lineStart, index - lineStart).IsWhiteSpace();
    }

    private int LineEnd(int index)
    {
        var end = _text.IndexOf('\n', index);
        if (end < 0)
            return _text.Length;
        return end > 0 && _text[end - 1] == '\r' ? end - 1 : end;
    }

    private int AfterColon(SourceEntry entry)
    {
        var colon = _text.IndexOf(':', entry.KeyMark.End);
        return colon < 0 ? entry.KeyMark.End : colon + 1;
    }

    private bool IsJson(SourceNode map) => map.IsFlow && map.Entries.Count > 0 && _text[map.Entries[0].KeyMark.Start] == '"';

    // 'a:' without a value in a flow map has its place directly behind the colon.
    private string Spaced(SourceEntry entry, string value) => entry.Value.Mark.Start > 0 && _text[entry.Value.Mark.Start - 1] == ':' ? " " + value : value;

    // What an alias or a merge key brings stands elsewhere, where other places use it too.
    private static bool IsOwn(SourceNode map, SourceEntry entry) =>
        entry.KeyMark.Start >= map.Mark.Start && entry.KeyMark.Start < map.Mark.End && entry.Value.Mark.Start >= entry.KeyMark.End && entry.Value.Mark.Start <= map.Mark.End;

    private static bool UsesAnchor(SourceNode node) =>
        node.Entries.Any(e => !IsOwn(node, e) || UsesAnchor(e.Value)) || node.Elements.Any(e => e.Mark.Start < node.Mark.Start || e.Mark.Start > node.Mark.End || UsesAnchor(e));

    private void RequireOwn(SourceNode map, SourceEntry entry)
    {
        if (!IsOwn(map, entry) || (entry.Value.Mark.Start < _text.Length && _text[entry.Value.Mark.Start] is '&' or '!'))
            throw new WorkflowPatchException($"'{entry.Key}' comes from an anchor that other places use too. Edit the text itself.");
    }
}
