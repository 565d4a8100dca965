using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Platform.Workflows.Definition;

/// <summary>Builds the tree of a YAML text with the place of each value, within limits that no honest workflow meets.</summary>
internal sealed class SourceComposer
{
    /// <summary>Longest text in characters.</summary>
    public const int MaxLength = 4 * 1024 * 1024;

    private const int MaxDepth = 40;

    // Counts repetitions through aliases too, so that anchors that name each other cannot blow up.
    private const int MaxNodes = 200_000;

    private readonly string _text;
    private readonly Parser _parser;
    private readonly List<Problem> _problems;
    private readonly Dictionary<string, (SourceNode Node, int Size)> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private SourceComposer(string text, List<Problem> problems)
    {
        _text = text;
        _problems = problems;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The root; null where the text cannot be read, which is then among the problems.</summary>
    public static SourceNode? Compose(string text, List<Problem> problems)
    {
        if (text.Length > MaxLength)
        {
            problems.Add(new(ProblemSeverity.Error, "too-large", $"The text has {text.Length} characters; a workflow has at most {MaxLength}. Move data out of it, into files or tables.", 0, 0));
            return null;
        }
        try
        {
            return new SourceComposer(text, problems).Document();
        }
        catch (LimitException e)
        {
            problems.Add(new(ProblemSeverity.Error, "too-large", e.Message, (int)e.Mark.Line, (int)e.Mark.Column));
        }
        catch (YamlException e)
        {
            problems.Add(Syntax(text, e));
        }
        return null;
    }

    private SourceNode? Document()
    {
        _ = _parser.Consume<StreamStart>();
        if (_parser.Current is StreamEnd)
        {
            _problems.Add(new(ProblemSeverity.Error, "empty", "The workflow is empty. Begin with 'name:' and 'tasks:'.", 1, 1));
            return null;
        }
        _ = _parser.Consume<DocumentStart>();
        var root = Node(0);
        _ = _parser.Consume<DocumentEnd>();
        if (_parser.Current is DocumentStart second)
            _problems.Add(new(ProblemSeverity.Error, "several-documents", "The text holds several documents (separated by '---'). Write one workflow a file.", (int)second.Start.Line, (int)second.Start.Column));
        return root;
    }

    private SourceNode Node(int depth)
    {
        var at = _parser.Current!.Start;
        if (depth > MaxDepth)
            throw new LimitException($"The values are nested more than {MaxDepth} levels deep. Make them flatter.", at);
        Count(1, at);
        var before = _nodes;
        string? anchor = null;
        SourceNode node;
        switch (_parser.Current)
        {
            case AnchorAlias alias:
                _ = _parser.MoveNext();
                if (!_anchors.TryGetValue(alias.Value.Value, out var named))
                    throw new YamlException(alias.Start, alias.End, $"There is no anchor '&{alias.Value.Value}' before this place.");
                Count(named.Size, at);
                return named.Node;
            case Scalar scalar:
                _ = _parser.MoveNext();
                anchor = scalar.Anchor.IsEmpty ? null : scalar.Anchor.Value;
                node = new SourceNode(SourceKind.Scalar, MarkOf(scalar)) { Value = scalar.Value, Style = scalar.Style };
                break;
            case SequenceStart sequence:
                anchor = sequence.Anchor.IsEmpty ? null : sequence.Anchor.Value;
                _ = _parser.MoveNext();
                var elements = new List<SourceNode>();
                while (_parser.Current is not SequenceEnd)
                    elements.Add(Node(depth + 1));
                node = new SourceNode(SourceKind.List, MarkOf(sequence.Start, EndOf(_parser.Current, sequence.Style == SequenceStyle.Flow))) { IsFlow = sequence.Style == SequenceStyle.Flow };
                node.Elements.AddRange(elements);
                _ = _parser.MoveNext();
                break;
            case MappingStart mapping:
                anchor = mapping.Anchor.IsEmpty ? null : mapping.Anchor.Value;
                node = Map(mapping, depth);
                break;
            default:
                throw new YamlException(_parser.Current.Start, _parser.Current.End, "A value is missing here.");
        }
        if (anchor is not null)
            _anchors[anchor] = (node, _nodes - before + 1);
        return node;
    }

    private SourceNode Map(MappingStart mapping, int depth)
    {
        _ = _parser.MoveNext();
        var entries = new List<SourceEntry>();
        var merged = new List<SourceEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (_parser.Current is not MappingEnd)
        {
            if (_parser.Current is not Scalar key)
            {
                var brace = (int)mapping.Start.Index;
                throw new YamlException(mapping.Start, mapping.End, _text.AsSpan(Math.Min(brace, _text.Length)).StartsWith("{{")
                    ? "A template begins without quotes, so that YAML takes it for a map. Put the whole value in quotes"
                    : "A key must be a plain text");
            }
            _ = _parser.MoveNext();
            var value = Node(depth + 1);
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
                merged.AddRange(value.Kind == SourceKind.List ? value.Elements.SelectMany(e => e.Entries) : value.Entries);
            else if (seen.Add(key.Value))
                entries.Add(new(key.Value, MarkOf(key), value));
            else
                _problems.Add(new(ProblemSeverity.Error, "duplicate-key", $"The key '{key.Value}' stands twice in the same map. Remove one.", (int)key.Start.Line, (int)key.Start.Column));
        }
        var node = new SourceNode(SourceKind.Map, MarkOf(mapping.Start, EndOf(_parser.Current, mapping.Style == MappingStyle.Flow))) { IsFlow = mapping.Style == MappingStyle.Flow };
        node.Entries.AddRange(entries);
        node.Entries.AddRange(merged.Where(e => seen.Add(e.Key)));
        _ = _parser.MoveNext();
        return node;
    }

    private void Count(int more, Mark at)
    {
        _nodes += more;
        if (_nodes > MaxNodes)
            throw new LimitException($"The workflow holds more than {MaxNodes} values, counting each use of an anchor. Move data out of it, into files or tables.", at);
    }

    private SourceMark MarkOf(ParsingEvent parsed) => MarkOf(parsed.Start, parsed.End);

    private SourceMark MarkOf(Mark start, Mark end) => MarkOf(start, end.Index);

    private SourceMark MarkOf(Mark start, long end) =>
        new((int)start.Line, (int)start.Column, (int)Math.Min(start.Index, _text.Length), (int)Math.Min(end, _text.Length));

    // The parser's end of a bracketed list or map lies before its bracket.
    private static long EndOf(ParsingEvent end, bool isFlow) => isFlow ? end.Start.Index + 1 : end.End.Index;

    private static Problem Syntax(string text, YamlException e)
    {
        var line = Math.Max(1, (int)e.Start.Line);
        var lines = text.Split('\n');
        // The scanner tells a tab at the place where the map began, or a line late, as what it could not make of it.
        var (first, last) = e.Message.Contains(" tab ", StringComparison.Ordinal) ? (1, lines.Length) : (line - 1, line + 1);
        for (var at = Math.Max(1, first); at <= Math.Min(last, lines.Length); at++)
        {
            var indentation = lines[at - 1].AsSpan(0, Math.Max(0, lines[at - 1].AsSpan().IndexOfAnyExcept(' ', '\t')));
            if (indentation.IndexOf('\t') is var tab && tab >= 0)
                return new(ProblemSeverity.Error, "tab", $"Line {at} is indented with a tab. YAML takes spaces only: replace it with two spaces.", at, tab + 1);
        }
        var what = e.InnerException?.Message ?? e.Message;
        var after = what.StartsWith('(') ? what.IndexOf("): ", StringComparison.Ordinal) : -1;
        what = after < 0 ? what : what[(after + 3)..];
        return new(ProblemSeverity.Error, "yaml-syntax", $"This is no YAML: {what.TrimEnd('.')}. Check the indentation, the quotes and the colons here and on the line before.", line, Math.Max(1, (int)e.Start.Column));
    }

    private sealed class LimitException(string message, Mark mark) : Exception(message)
    {
        public Mark Mark { get; } = mark;
    }
}
