using System.Text;
using System.Text.Json;

namespace Platform.Tables.Sources;

/// <summary>
/// Reads a JSON object a line. The fields are the objects' top-level names, numbered as they appear first; a nested object or list is its JSON text.
/// A line that is no object is bad.
/// </summary>
internal sealed class JsonLinesReader : RecordReader
{
    /// <summary>Lines come from the reader of delimited text; the delimiter is a character that JSON never holds unescaped, so that each line is one field.</summary>
    private readonly CsvReader _lines;
    private readonly List<string> _names = [];
    private readonly List<byte[]> _utf8Names = [];
    private readonly List<Value> _values = [];
    private byte[] _texts = new byte[4096];
    private int _used;

    public JsonLinesReader(Stream utf8, int longestLine) => _lines = new CsvReader(utf8, new CsvDialect(0x01, (byte)'\n'), longestLine);

    /// <summary>Names of the fields found so far, in the order of <see cref="RecordReader.Field"/>.</summary>
    public IReadOnlyList<string> Names => _names;

    public override ReadOnlySpan<byte> Raw => _lines.Raw;

    public override int Count => _names.Count;

    public override ReadOnlySpan<byte> Field(int index) => _texts.AsSpan(_values[index].Start, _values[index].Length);

    public override FieldForm FormOf(int index) => _values[index].Form;

    public override bool Read()
    {
        Problem = null;
        do
        {
            if (!_lines.Read())
                return false;
        }
        while (_lines.Problem is null && _lines.Raw.Trim(" \t\r"u8).IsEmpty);
        Line = _lines.Line;
        Problem = _lines.Problem;
        if (Problem is null)
            Parse();
        return true;
    }

    public override void Dispose() => _lines.Dispose();

    private void Parse()
    {
        _used = 0;
        for (var i = 0; i < _values.Count; i++)
            _values[i] = default;
        var line = Raw;
        var json = new Utf8JsonReader(line, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Disallow, AllowTrailingCommas = false });
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                Problem = "the line is not a JSON object";
                return;
            }
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var index = IndexOf(ref json);
                json.Read();
                _values[index] = ReadValue(ref json, line);
            }
            if (json.Read())
                Problem = "text follows the JSON object";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            Problem = "the line is not valid JSON: " + error.Message.Split(" LineNumber", 2)[0];
        }
    }

    private int IndexOf(ref Utf8JsonReader json)
    {
        for (var i = 0; i < _utf8Names.Count; i++)
        {
            if (json.ValueTextEquals(_utf8Names[i]))
                return i;
        }
        var name = json.GetString()!;
        _names.Add(name);
        _utf8Names.Add(Encoding.UTF8.GetBytes(name));
        _values.Add(default);
        return _names.Count - 1;
    }

    private Value ReadValue(ref Utf8JsonReader json, ReadOnlySpan<byte> line)
    {
        var start = _used;
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                return default;
            case JsonTokenType.String:
                Room(json.ValueSpan.Length);
                _used += json.CopyString(_texts.AsSpan(_used));
                return new Value(start, _used - start, FieldForm.Text);
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                var from = (int)json.TokenStartIndex;
                json.Skip();
                Append(line[from..(int)json.BytesConsumed]);
                return new Value(start, _used - start, FieldForm.Text);
            default:
                Append(json.ValueSpan);
                return new Value(start, _used - start, FieldForm.Plain);
        }
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        Room(text.Length);
        text.CopyTo(_texts.AsSpan(_used));
        _used += text.Length;
    }

    private void Room(int length)
    {
        if (_used + length > _texts.Length)
            Array.Resize(ref _texts, Math.Max(_texts.Length * 2, _used + length));
    }

    private readonly record struct Value(int Start, int Length, FieldForm Form);
}
