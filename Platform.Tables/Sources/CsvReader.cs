using System.Text;
using System.Text.Unicode;

namespace Platform.Tables.Sources;

/// <summary>How a delimited text is written.</summary>
/// <param name="Delimiter">Between fields.</param>
/// <param name="LineEnd">LF, or CR where the text has no LF. A CR before an LF is no part of the line.</param>
internal readonly record struct CsvDialect(byte Delimiter, byte LineEnd)
{
    public const byte Quote = (byte)'"';
}

/// <summary>
/// Reads delimited text by RFC 4180: fields in double quotes may hold delimiters, line ends and doubled quotes; a quote inside a plain field is itself.
/// A quote that is not closed properly makes its own physical line bad and no other: reading goes on with the next line.
/// </summary>
internal sealed class CsvReader(Stream utf8, CsvDialect dialect, int longestLine) : RecordReader
{
    /// <summary>A quoted field that goes on for longer is taken for a forgotten quote.</summary>
    private const int LongestQuotedSpan = 1 << 20;

    private byte[] _buffer = new byte[256 << 10];
    private int _position;
    private int _end;
    private bool _ended;
    private int _rawStart;
    private int _rawLength;
    private long _nextLine = 1;
    private FieldSpan[] _fields = new FieldSpan[16];
    private int _count;
    private byte[] _scratch = new byte[1024];
    private int _scratchUsed;
    private byte[]? _longLine;

    public override ReadOnlySpan<byte> Raw => _longLine is { } line ? line : _buffer.AsSpan(_rawStart, _rawLength);

    public override int Count => _count;

    public override ReadOnlySpan<byte> Field(int index)
    {
        ref var field = ref _fields[index];
        return (field.Unescaped ? _scratch : _buffer).AsSpan(field.Start, field.Length);
    }

    public override FieldForm FormOf(int index) => FieldForm.Plain;

    public override bool Read()
    {
        while (true)
        {
            Problem = null;
            _longLine = null;
            if (_position >= _end && !Fill())
                return false;
            if (IsBlankLine())
                continue;
            switch (Parse(out var next, out var problem))
            {
                case Parsed.Record:
                    Accept(next);
                    return true;
                case Parsed.Broken:
                    RejectLine(problem!);
                    return true;
                default:
                    if (_end - _position >= longestLine)
                    {
                        RejectLine("the line is longer than " + (longestLine >> 10).ToString(System.Globalization.CultureInfo.InvariantCulture) + " KiB");
                        return true;
                    }
                    Fill();
                    break;
            }
        }
    }

    public override void Dispose() => utf8.Dispose();

    private bool IsBlankLine()
    {
        var at = _position;
        if (_buffer[at] == '\r' && dialect.LineEnd == '\n')
        {
            at++;
            if (at >= _end && !_ended)
                return false;
        }
        if (at < _end && _buffer[at] != dialect.LineEnd)
            return false;
        _position = Math.Min(at + 1, _end);
        _nextLine++;
        return true;
    }

    private void Accept(int next)
    {
        Line = _nextLine;
        _rawStart = _position;
        _rawLength = next - _position;
        while (_rawLength > 0 && _buffer[_rawStart + _rawLength - 1] is (byte)'\n' or (byte)'\r')
            _rawLength--;
        _nextLine += 1 + Raw.Count(dialect.LineEnd);
        _position = next;
        if (!Utf8.IsValid(Raw))
            Problem = "the line holds bytes that are no valid text in the file's encoding";
        else if (Raw.Contains((byte)0))
            Problem = "the line holds a NUL byte";
    }

    /// <summary>Gives up one physical line, however long it is, and stands at the next.</summary>
    private void RejectLine(string problem)
    {
        Line = _nextLine++;
        Problem = problem;
        _count = 0;
        var length = _buffer.AsSpan(_position, _end - _position).IndexOf(dialect.LineEnd);
        var kept = _position;
        if (length >= 0)
        {
            _rawStart = kept;
            _rawLength = length > 0 && _buffer[kept + length - 1] == '\r' ? length - 1 : length;
            _position = kept + length + 1;
            return;
        }
        // The line goes on: keep its beginning for the report and read over the rest.
        _longLine = _buffer.AsSpan(kept, Math.Min(_end - kept, 4096)).ToArray();
        _position = _end;
        while (Fill())
        {
            var end = _buffer.AsSpan(_position, _end - _position).IndexOf(dialect.LineEnd);
            if (end >= 0)
            {
                _position += end + 1;
                break;
            }
            _position = _end;
        }
    }

    private Parsed Parse(out int next, out string? problem)
    {
        problem = null;
        _count = 0;
        _scratchUsed = 0;
        var at = _position;
        while (true)
        {
            Parsed state;
            int end;
            if (at < _end && _buffer[at] == CsvDialect.Quote)
                state = Quoted(at, out end, out problem);
            else
                state = Plain(at, out end);
            if (state != Parsed.Record)
            {
                next = 0;
                return state;
            }
            if (end >= _end)
            {
                next = _end;
                return Parsed.Record;
            }
            at = end + 1;
            if (_buffer[end] != dialect.Delimiter)
            {
                next = at;
                return Parsed.Record;
            }
        }
    }

    private Parsed Plain(int at, out int end)
    {
        var length = _buffer.AsSpan(at, _end - at).IndexOfAny(dialect.Delimiter, dialect.LineEnd);
        if (length < 0)
        {
            end = _end;
            if (!_ended)
                return Parsed.NeedMore;
            length = _end - at;
        }
        end = at + length;
        if (length > 0 && (end >= _end || _buffer[end] == dialect.LineEnd) && _buffer[end - 1] == '\r')
            length--;
        AddField(new FieldSpan(at, length, false));
        return Parsed.Record;
    }

    private Parsed Quoted(int at, out int end, out string? problem)
    {
        problem = null;
        end = 0;
        var scratchStart = _scratchUsed;
        var escaped = false;
        var from = at + 1;
        while (true)
        {
            var length = _buffer.AsSpan(from, _end - from).IndexOf(CsvDialect.Quote);
            if (length < 0)
            {
                problem = "a quote is opened and not closed";
                return _ended || _end - _position > LongestQuotedSpan ? Parsed.Broken : Parsed.NeedMore;
            }
            var close = from + length;
            if (close + 1 >= _end && !_ended)
                return Parsed.NeedMore;
            if (close + 1 < _end && _buffer[close + 1] == CsvDialect.Quote)
            {
                Unescape(_buffer.AsSpan(from, length + 1));
                escaped = true;
                from = close + 2;
                continue;
            }
            end = close + 1;
            if (end < _end && _buffer[end] == '\r')
                end++;
            if (end >= _end && !_ended)
                return Parsed.NeedMore;
            if (end < _end && _buffer[end] != dialect.LineEnd && (_buffer[end] != dialect.Delimiter || end != close + 1))
            {
                problem = "text follows a closing quote";
                return Parsed.Broken;
            }
            if (escaped)
            {
                Unescape(_buffer.AsSpan(from, length));
                AddField(new FieldSpan(scratchStart, _scratchUsed - scratchStart, true));
            }
            else
            {
                AddField(new FieldSpan(at + 1, close - at - 1, false));
            }
            return Parsed.Record;
        }
    }

    private void Unescape(ReadOnlySpan<byte> part)
    {
        if (_scratchUsed + part.Length > _scratch.Length)
            Array.Resize(ref _scratch, Math.Max(_scratch.Length * 2, _scratchUsed + part.Length));
        part.CopyTo(_scratch.AsSpan(_scratchUsed));
        _scratchUsed += part.Length;
    }

    private void AddField(FieldSpan field)
    {
        if (_count == _fields.Length)
            Array.Resize(ref _fields, _count * 2);
        _fields[_count++] = field;
    }

    /// <summary>Reads more behind what is not yet used; false at the end of the text.</summary>
    private bool Fill()
    {
        if (_ended)
            return false;
        if (_position > 0)
        {
            _buffer.AsSpan(_position, _end - _position).CopyTo(_buffer);
            _end -= _position;
            _position = 0;
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var room = _buffer.AsSpan(_end);
        var read = utf8.ReadAtLeast(room, room.Length, throwOnEndOfStream: false);
        _ended = read < room.Length;
        _end += read;
        return read > 0;
    }

    private readonly record struct FieldSpan(int Start, int Length, bool Unescaped);

    private enum Parsed
    {
        Record,
        NeedMore,
        Broken,
    }
}
