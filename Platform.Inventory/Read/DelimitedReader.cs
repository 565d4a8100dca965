namespace Platform.Inventory.Read;

/// <summary>
/// Reads records of delimited UTF-8 text from a stream in large blocks. Lenient where files are dirty: a quote that never closes, or that is
/// followed by more text, is an ordinary character; lines may end in LF or CR LF; a line feed inside quotes belongs to the field.
/// </summary>
internal sealed class DelimitedReader : IDisposable
{
    /// <summary>Bytes of the longest record; a longer one is left out and counted.</summary>
    public const int LongestRecord = 32 << 20;

    /// <summary>Fields of a record that are kept; more are only counted.</summary>
    public const int MostFields = 16_384;

    // A quoted field of more lines than this is a stray quote, not a text.
    private const int MostLinesInQuotes = 2_000;

    private readonly Stream _stream;
    private readonly byte _delimiter;
    private readonly bool _quoted;
    private byte[] _buffer = new byte[256 << 10];
    private int[] _starts = new int[64];
    private int[] _lengths = new int[64];
    private bool[] _escaped = new bool[64];
    private int _position;
    private int _end;
    private bool _ended;
    private bool _wholeLine;
    private long _nextLine = 1;

    /// <param name="stream">UTF-8; disposed with the reader.</param>
    /// <param name="delimiter">Between fields; null makes each line one field.</param>
    /// <param name="quoted">Whether fields may stand in double quotes.</param>
    public DelimitedReader(Stream stream, char? delimiter, bool quoted)
    {
        _stream = stream;
        _wholeLine = delimiter is null;
        _delimiter = (byte)(delimiter ?? '\n');
        _quoted = quoted && delimiter is not null;
        Fill();
        if (_end >= 3 && _buffer[0] == 0xEF && _buffer[1] == 0xBB && _buffer[2] == 0xBF)
            _position = 3;
    }

    /// <summary>Fields of the record, also those beyond <see cref="MostFields"/>.</summary>
    public int FieldCount { get; private set; }

    /// <summary>Line of the file, from 1, where the record begins.</summary>
    public long Line { get; private set; }

    /// <summary>Records left out because they are longer than <see cref="LongestRecord"/>.</summary>
    public long TooLong { get; private set; }

    /// <summary>A field of the record, without its quotes. Valid until the next read.</summary>
    public ReadOnlySpan<byte> Field(int index)
    {
        if (_escaped[index])
            Unescape(index);
        return _buffer.AsSpan(_starts[index], _lengths[index]);
    }

    /// <summary>Reads the next record that is not a blank line; false at the end.</summary>
    public bool Read()
    {
        while (true)
        {
            if (_position == _end && !More())
                return false;
            Line = _nextLine;
            switch (Parse(out var next, out var lines))
            {
                case Outcome.Record:
                    _position = next;
                    _nextLine += lines;
                    if (FieldCount == 1 && _lengths[0] == 0 && !_escaped[0])
                        continue;
                    return true;
                case Outcome.NeedMore when _end - _position >= LongestRecord:
                    SkipLine();
                    continue;
                default:
                    More();
                    continue;
            }
        }
    }

    public void Dispose() => _stream.Dispose();

    private enum Outcome
    {
        Record,
        NeedMore,
    }

    private Outcome Parse(out int next, out int lines)
    {
        var at = _position;
        FieldCount = 0;
        lines = 1;
        next = 0;
        while (true)
        {
            var start = at;
            if (_quoted)
            {
                while (start < _end && _buffer[start] == (byte)' ')
                    start++;
                if (start < _end && _buffer[start] == (byte)'"')
                {
                    switch (ParseQuoted(start, out var after, out var linesInside, out var escaped))
                    {
                        case Quote.Closed:
                            AddField(start + 1, after - start - 2, escaped);
                            lines += linesInside;
                            while (after < _end && _buffer[after] == (byte)' ')
                                after++;
                            if (after < _end && _buffer[after] == (byte)'\r')
                                after++;
                            if (after == _end)
                            {
                                if (!_ended)
                                    return Outcome.NeedMore;
                                next = after;
                                return Outcome.Record;
                            }

                            if (_buffer[after] == (byte)'\n')
                            {
                                next = after + 1;
                                return Outcome.Record;
                            }

                            at = after + 1;
                            continue;
                        case Quote.NeedMore:
                            return Outcome.NeedMore;
                    }
                }
            }

            var rest = _buffer.AsSpan(at, _end - at);
            var found = _wholeLine ? rest.IndexOf((byte)'\n') : rest.IndexOfAny(_delimiter, (byte)'\n');
            if (found < 0)
            {
                if (!_ended)
                    return Outcome.NeedMore;
                AddField(at, _end - at, false);
                TrimReturn();
                next = _end;
                return Outcome.Record;
            }

            AddField(at, found, false);
            at += found + 1;
            if (rest[found] != (byte)'\n')
                continue;
            TrimReturn();
            next = at;
            return Outcome.Record;
        }
    }

    private enum Quote
    {
        Closed,
        Literal,
        NeedMore,
    }

    // after: just behind the closing quote. A field that does not end there is taken literally.
    private Quote ParseQuoted(int start, out int after, out int lines, out bool escaped)
    {
        var at = start + 1;
        escaped = false;
        lines = 0;
        after = 0;
        while (true)
        {
            var found = _buffer.AsSpan(at, _end - at).IndexOf((byte)'"');
            if (found < 0)
                return _ended || _end - start > LongestRecord / 8 || Lines(start, _end) > MostLinesInQuotes ? Quote.Literal : Quote.NeedMore;
            at += found + 1;
            if (at < _end && _buffer[at] == (byte)'"')
            {
                escaped = true;
                at++;
                continue;
            }

            if (at == _end && !_ended)
                return Quote.NeedMore;
            after = at;
            var look = at;
            while (look < _end && _buffer[look] is (byte)' ' or (byte)'\r')
                look++;
            if (look == _end && !_ended)
                return Quote.NeedMore;
            if (look < _end && _buffer[look] != _delimiter && _buffer[look] != (byte)'\n')
                return Quote.Literal;
            lines = Lines(start, after);
            return lines > MostLinesInQuotes ? Quote.Literal : Quote.Closed;
        }
    }

    private int Lines(int from, int to) => _buffer.AsSpan(from, to - from).Count((byte)'\n');

    private void AddField(int start, int length, bool escaped)
    {
        if (FieldCount >= MostFields)
        {
            FieldCount++;
            return;
        }

        if (FieldCount == _starts.Length)
        {
            Array.Resize(ref _starts, FieldCount * 2);
            Array.Resize(ref _lengths, FieldCount * 2);
            Array.Resize(ref _escaped, FieldCount * 2);
        }

        _starts[FieldCount] = start;
        _lengths[FieldCount] = length;
        _escaped[FieldCount++] = escaped;
    }

    private void TrimReturn()
    {
        var last = Math.Min(FieldCount, MostFields) - 1;
        if (_lengths[last] > 0 && _buffer[_starts[last] + _lengths[last] - 1] == (byte)'\r')
            _lengths[last]--;
    }

    private void Unescape(int index)
    {
        var field = _buffer.AsSpan(_starts[index], _lengths[index]);
        var write = 0;
        for (var read = 0; read < field.Length; read++)
        {
            field[write++] = field[read];
            if (field[read] == (byte)'"')
                read++;
        }

        _lengths[index] = write;
        _escaped[index] = false;
    }

    private bool More()
    {
        if (_ended)
            return false;
        Fill();
        return _position < _end;
    }

    private void Fill()
    {
        if (_position > 0)
        {
            _buffer.AsSpan(_position, _end - _position).CopyTo(_buffer);
            _end -= _position;
            _position = 0;
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = _stream.ReadAtLeast(_buffer.AsSpan(_end), Math.Min(64 << 10, _buffer.Length - _end), throwOnEndOfStream: false);
        _ended = read == 0 || read < Math.Min(64 << 10, _buffer.Length - _end);
        _end += read;
    }

    private void SkipLine()
    {
        TooLong++;
        while (true)
        {
            var found = _buffer.AsSpan(_position, _end - _position).IndexOf((byte)'\n');
            if (found >= 0)
            {
                _position += found + 1;
                _nextLine++;
                return;
            }

            _position = _end;
            if (!More())
                return;
        }
    }
}
