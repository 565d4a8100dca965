using System.Text.RegularExpressions;

namespace Platform.Designer.Author.Completion;

/// <summary>
/// Where a caret stands in a workflow's text, also while the text is no YAML because it is being typed: found line by line from the indentation, and in brackets from their marks.
/// </summary>
internal sealed partial record YamlPlace
{
    /// <summary>Keys from the top to the value, or to the map that a key is being written in; <c>[]</c> is an element of a list.</summary>
    public required IReadOnlyList<string> Path { get; init; }

    /// <summary>Whether a key may be written here.</summary>
    public required bool IsKey { get; init; }

    /// <summary>Whether a value may be written here. An element of a list may be both.</summary>
    public required bool IsValue { get; init; }

    /// <summary>What stands between the beginning of the word and the caret.</summary>
    public required string Typed { get; init; }

    /// <summary>The value up to the caret: more than the word where it has blanks.</summary>
    public string Value { get; init; } = "";

    /// <summary>The keys that the map has before the caret.</summary>
    public IReadOnlySet<string> Keys { get; init; } = new HashSet<string>();

    /// <summary>Whether the caret is in a block of text below a key, such as <c>sql: |</c>.</summary>
    public bool InBlock { get; init; }

    /// <summary>Id of the task; null where it is in none, or it has none yet.</summary>
    public string? Task { get; init; }

    /// <summary>Name of its activity; null where there is none yet.</summary>
    public string? Activity { get; init; }

    /// <summary>The value as a whole, where it is a text of several words such as SQL.</summary>
    public string Whole { get; init; } = "";

    /// <summary>Whether quotes are around the value.</summary>
    public bool IsQuoted { get; init; }

    /// <summary>Finds the place.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="offset">Index of the caret.</param>
    public static YamlPlace At(string text, int offset)
    {
        var scan = new Scan(text, Math.Clamp(offset, 0, text.Length));
        return scan.Run();
    }

    /// <summary>A map or list that is open.</summary>
    private sealed class Frame(int indent, bool isList, bool isFlow)
    {
        public int Indent { get; } = indent;

        public bool IsList { get; } = isList;

        public bool IsFlow { get; } = isFlow;

        public string? Key { get; set; }

        public HashSet<string> Keys { get; } = [];

        /// <summary>Where its newest element begins.</summary>
        public int Item { get; set; }
    }

    private sealed class Scan(string text, int caret)
    {
        private readonly List<Frame> _frames = [];
        private int? _blockIndent;
        private int _blockStart;

        public YamlPlace Run()
        {
            var start = 0;
            while (true)
            {
                var end = text.IndexOf('\n', start) is >= 0 and var found ? found : text.Length;
                if (caret <= end)
                    return Last(start);
                Line(start, end);
                start = end + 1;
            }
        }

        private YamlPlace Last(int start)
        {
            var blank = string.IsNullOrWhiteSpace(text[start..caret]);
            if (_blockIndent is { } outer && (blank ? Indent(start) > outer || caret - start > outer : Indent(start) > outer))
                return Block(outer, start);
            _blockIndent = null;
            return Line(start, caret, last: true)!;
        }

        private YamlPlace Block(int outer, int start)
        {
            var end = start;
            while (end < text.Length && (end == start || Indent(end) > outer || string.IsNullOrWhiteSpace(LineAt(end))))
                end = text.IndexOf('\n', end) is >= 0 and var found ? found + 1 : text.Length;
            var value = text[_blockStart..caret];
            return Place(false, true, Word(value)) with { InBlock = true, Value = value, Whole = text[_blockStart..Math.Max(caret, end)] };
        }

        private YamlPlace? Line(int start, int end, bool last = false)
        {
            if (_frames.Count > 0 && _frames[^1].IsFlow)
                return Flow(start, end, last);
            var indent = Math.Min(Indent(start), end - start);
            if (_blockIndent is { } outer)
            {
                if (indent > outer || string.IsNullOrWhiteSpace(text[start..end]))
                    return null;
                _blockIndent = null;
            }
            var at = start + indent;
            if (at >= end || text[at] == '#')
            {
                if (last)
                    Close(end - start, keepEqual: true);
                // Below a key without a value its map begins; else the map of this indentation goes on.
                return last ? (at < end ? Place(false, false, "") : Place(true, _frames is [.., { IsList: true }], "")) : null;
            }
            var dashed = false;
            while (at < end && text[at] == '-' && (at + 1 >= end || text[at + 1] == ' '))
            {
                CloseFor(indent);
                if (_frames is not [.., { IsList: true } top] || top.Indent != indent)
                    _frames.Add(new Frame(indent, isList: true, isFlow: false));
                _frames[^1].Item = at;
                var next = at + 1;
                while (next < end && text[next] == ' ')
                    next++;
                indent += next - at;
                at = next;
                dashed = true;
            }
            if (at >= end)
                return last ? Place(true, true, "") : null;
            if (text[at] is '{' or '[')
            {
                if (!dashed)
                    Close(indent, keepEqual: false);
                return Flow(at, end, last);
            }
            if (Key().Match(text, at, end - at) is { Success: true } match && match.Index == at)
            {
                if (!dashed)
                    CloseMap(indent);
                if (_frames is not [.., { IsList: false, IsFlow: false } map] || map.Indent != indent)
                    _frames.Add(new Frame(indent, isList: false, isFlow: false));
                var key = match.Groups["key"].Value.Trim('"', '\'');
                _frames[^1].Key = key;
                _ = _frames[^1].Keys.Add(key);
                var value = at + match.Length;
                while (value < end && text[value] == ' ')
                    value++;
                if (value < end && text[value] is '|' or '>')
                {
                    (_blockIndent, _blockStart) = (indent, text.IndexOf('\n', value) is >= 0 and var next ? next + 1 : text.Length);
                    return last ? Place(false, false, "") : null;
                }
                if (value < end && text[value] is '{' or '[')
                    return Flow(value, end, last);
                return last ? Scalar(value, end) : null;
            }
            if (!last)
                return null;
            if (!dashed)
                CloseMap(indent);
            var typed = text[at..end];
            if (_frames is [.., { IsList: false, IsFlow: false } open] && open.Indent == indent && !dashed)
                open.Key = null;
            return Place(!typed.Contains(' ', StringComparison.Ordinal), dashed || _frames is [.., { IsList: true }], Word(typed)) with { Value = typed, IsQuoted = typed[0] is '"' or '\'', Whole = Rest(at, end) };
        }

        private YamlPlace Scalar(int from, int end)
        {
            var value = from < end ? text[from..end] : "";
            if (Comment().IsMatch(value))
                return Place(false, false, "");
            var quoted = value.Length > 0 && value[0] is '"' or '\'';
            return Place(false, true, Word(value.TrimStart('"', '\''))) with { Value = value.TrimStart('"', '\''), IsQuoted = quoted, Whole = Rest(from, end).Trim().Trim('"', '\'') };
        }

        /// <summary>What stands in brackets, from a place on; they may stay open over lines.</summary>
        private YamlPlace? Flow(int at, int end, bool last)
        {
            var token = at;
            for (var i = at; i < end; i++)
            {
                var c = text[i];
                if (c is '"' or '\'' && string.IsNullOrWhiteSpace(text[token..i]))
                {
                    var close = text.IndexOf(c, i + 1);
                    if (close < 0 || close >= end)
                    {
                        if (!last)
                            return null;
                        token = i;
                        break;
                    }
                    i = close;
                }
                else if (c is '{' or '[' && string.IsNullOrWhiteSpace(text[token..i]))
                {
                    // {{ opens a template, not a map in a map.
                    _frames.Add(new Frame(0, isList: c == '[', isFlow: true) { Item = i });
                    token = i + 1;
                }
                else if (c is '}' or ']')
                {
                    if (_frames is [.., { IsFlow: true }])
                        _frames.RemoveAt(_frames.Count - 1);
                    token = i + 1;
                    if (_frames is not [.., { IsFlow: true }])
                        return last ? Place(false, false, "") : null;
                }
                else if (c == ',')
                {
                    if (_frames is [.., { IsFlow: true, IsList: false } map])
                        map.Key = null;
                    token = i + 1;
                }
                else if (c == ':' && (i + 1 >= end || text[i + 1] is ' ' or '\n') && _frames is [.., { IsFlow: true, IsList: false, Key: null } map])
                {
                    map.Key = text[token..i].Trim().Trim('"', '\'');
                    _ = map.Keys.Add(map.Key);
                    token = i + 1;
                }
            }
            if (!last)
                return null;
            var value = text[token..end].TrimStart();
            var bare = value.TrimStart('"', '\'');
            var isMap = _frames is [.., { IsList: false, Key: null }];
            return Place(isMap, !isMap, Word(bare)) with { Value = bare, IsQuoted = bare.Length < value.Length, Whole = bare.Length < value.Length ? bare + RestOfQuoted(end, value[0]) : bare };
        }

        private YamlPlace Place(bool isKey, bool isValue, string typed)
        {
            var path = new List<string>();
            foreach (var frame in _frames)
            {
                if (frame.IsList)
                    path.Add("[]");
                else if (frame.Key is { } key)
                    path.Add(key);
            }
            var task = _frames is [{ Key: "tasks" }, { IsList: true } tasks, ..] ? Item(tasks) : null;
            return new YamlPlace
            {
                Path = path,
                IsKey = isKey,
                IsValue = isValue,
                Typed = typed,
                Keys = _frames is [.., { IsList: false, Key: null } top] ? top.Keys : new HashSet<string>(),
                Task = task is null ? null : Id().Match(task) is { Success: true } id ? id.Groups["value"].Value : null,
                Activity = task is null ? null : ActivityName().Match(task) is { Success: true } activity ? activity.Groups["value"].Value : null,
            };
        }

        /// <summary>The text of a list's newest element.</summary>
        private string Item(Frame list)
        {
            var end = text.IndexOf('\n', list.Item) is >= 0 and var found ? found + 1 : text.Length;
            while (end < text.Length && !list.IsFlow && (Indent(end) > list.Indent || string.IsNullOrWhiteSpace(LineAt(end))))
                end = text.IndexOf('\n', end) is >= 0 and var next ? next + 1 : text.Length;
            return text[list.Item..end];
        }

        /// <summary>Ends what is further in than a line without a key that begins there.</summary>
        private void Close(int indent, bool keepEqual)
        {
            while (_frames.Count > 0 && (_frames[^1].Indent > indent || (!keepEqual && _frames[^1].Indent == indent && _frames[^1].IsList)))
                _frames.RemoveAt(_frames.Count - 1);
            if (keepEqual && _frames is [.., { IsList: true } list] && list.Indent == indent)
                _frames.RemoveAt(_frames.Count - 1);
            if (keepEqual && _frames is [.., { IsList: false } map] && map.Indent == indent)
                map.Key = null;
        }

        private void CloseMap(int indent)
        {
            while (_frames.Count > 0 && (_frames[^1].Indent > indent || (_frames[^1].Indent == indent && _frames[^1].IsList)))
                _frames.RemoveAt(_frames.Count - 1);
        }

        /// <summary>Ends what is further in than a list's element that begins there.</summary>
        private void CloseFor(int indent)
        {
            while (_frames.Count > 0 && _frames[^1].Indent > indent)
                _frames.RemoveAt(_frames.Count - 1);
        }

        private int Indent(int start)
        {
            var i = start;
            while (i < text.Length && text[i] == ' ')
                i++;
            return i - start;
        }

        private string LineAt(int start) => text[start..(text.IndexOf('\n', start) is >= 0 and var found ? found : text.Length)];

        private string Rest(int from, int end) => text[from..Math.Max(end, text.IndexOf('\n', end) is >= 0 and var found ? found : text.Length)];

        private string RestOfQuoted(int end, char quote) => text[end..(text.IndexOf(quote, end) is >= 0 and var found ? found : end)];

        private static string Word(string value)
        {
            var start = value.Length;
            while (start > 0 && (char.IsLetterOrDigit(value[start - 1]) || value[start - 1] is '_' or '.' or '-' or '@' or '/'))
                start--;
            return value[start..];
        }
    }

    [GeneratedRegex("""\G(?<key>"[^"\n]*"|'[^'\n]*'|[^\s:#{}\[\],"'&*!|>%@`-][^:#\n]*?)\s*:(?= |\n|$)""", RegexOptions.CultureInvariant)]
    private static partial Regex Key();

    [GeneratedRegex(@"(^|\s)#", RegexOptions.CultureInvariant)]
    private static partial Regex Comment();

    [GeneratedRegex("""(?:^|[\s{,])id:\s*["']?(?<value>[\w-]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    [GeneratedRegex("""(?:^|[\s{,])activity:\s*["']?(?<value>[\w.-]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex ActivityName();
}
