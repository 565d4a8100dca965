using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Platform.Activities.Sample;

/// <summary>Builds lines of CSV as UTF-8 and hands full blocks to a stream. Fields are written in order; <see cref="EndLine"/> ends a line with LF.</summary>
internal sealed class CsvText : IDisposable
{
    private const int Block = 1 << 20;
    private const int Longest = 4096;
    private static readonly SearchValues<byte> Quoted = SearchValues.Create(",\"\r\n"u8);
    private readonly Stream _stream;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(Block + Longest);
    private int _used;
    private int _lineStart;
    private bool _inLine;

    public CsvText(string path, string header)
    {
        _stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        Raw(Encoding.UTF8.GetBytes(header));
        EndLine();
        Lines = 0;
    }

    /// <summary>Lines after the header.</summary>
    public long Lines { get; private set; }

    /// <summary>A field that needs no quotes, already encoded; null and empty are an empty field.</summary>
    public void Raw(ReadOnlySpan<byte> utf8)
    {
        Separate();
        utf8.CopyTo(_buffer.AsSpan(_used));
        _used += utf8.Length;
    }

    public void Text(string? text)
    {
        Separate();
        if (string.IsNullOrEmpty(text))
            return;
        var written = Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_used));
        if (_buffer.AsSpan(_used, written).IndexOfAny(Quoted) >= 0)
            Quote(text);
        else
            _used += written;
    }

    public void Number(long number)
    {
        Separate();
        _ = Utf8Formatter.TryFormat(number, _buffer.AsSpan(_used), out var written);
        _used += written;
    }

    /// <summary>A field of a letter or more and a number, such as an invoice number.</summary>
    public void Coded(ReadOnlySpan<byte> prefix, long number)
    {
        Raw(prefix);
        _ = Utf8Formatter.TryFormat(number, _buffer.AsSpan(_used), out var written);
        _used += written;
    }

    /// <summary>Hundredths as a decimal with two digits.</summary>
    public void Hundredths(long value)
    {
        Number(value / 100);
        _buffer[_used++] = (byte)'.';
        Digits((int)(value % 100), 2);
    }

    /// <summary><c>2025-03-01</c>.</summary>
    public void Date(DateOnly day)
    {
        Separate();
        Digits(day.Year, 4);
        _buffer[_used++] = (byte)'-';
        Digits(day.Month, 2);
        _buffer[_used++] = (byte)'-';
        Digits(day.Day, 2);
    }

    /// <summary><c>2025-03-01 09:30:00</c>.</summary>
    public void Time(DateOnly day, int second)
    {
        Date(day);
        _buffer[_used++] = (byte)' ';
        Digits(second / 3600, 2);
        _buffer[_used++] = (byte)':';
        Digits(second / 60 % 60, 2);
        _buffer[_used++] = (byte)':';
        Digits(second % 60, 2);
    }

    public void EndLine()
    {
        _buffer[_used++] = (byte)'\n';
        _inLine = false;
        Lines++;
        if (_used >= Block)
            Flush();
        _lineStart = _used;
    }

    /// <summary>Writes a whole line, as <see cref="CurrentLine"/> gave it.</summary>
    public void Repeat(ReadOnlySpan<byte> line)
    {
        line.CopyTo(_buffer.AsSpan(_used));
        _used += line.Length;
        _inLine = true;
        EndLine();
    }

    /// <summary>The line under way, without its end.</summary>
    public ReadOnlySpan<byte> CurrentLine => _buffer.AsSpan(_lineStart, _used - _lineStart);

    public void Dispose()
    {
        Flush();
        _stream.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private void Flush()
    {
        _stream.Write(_buffer, 0, _used);
        _used = 0;
        _lineStart = 0;
    }

    private void Separate()
    {
        if (_inLine)
            _buffer[_used++] = (byte)',';
        _inLine = true;
    }

    private void Quote(string text)
    {
        _buffer[_used++] = (byte)'"';
        _used += Encoding.UTF8.GetBytes(text.Replace("\"", "\"\"", StringComparison.Ordinal), _buffer.AsSpan(_used));
        _buffer[_used++] = (byte)'"';
    }

    private void Digits(int value, int count)
    {
        for (var i = count - 1; i >= 0; i--, value /= 10)
            _buffer[_used + i] = (byte)('0' + value % 10);
        _used += count;
    }
}
