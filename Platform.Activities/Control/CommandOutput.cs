using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Activities.Control;

/// <summary>Reads what a program writes, line by line, in bounded memory.</summary>
internal static class CommandOutput
{
    /// <summary>Longest line of the log in characters; a longer one is cut into several.</summary>
    public const int LongestLine = 16 * 1024;

    /// <summary>UTF-8 without a byte order mark; bytes that are none become replacement characters.</summary>
    public static Encoding Encoding { get; } = new UTF8Encoding(false);

    /// <summary>Calls <paramref name="note"/> with each line, or with each piece of a longer one and whether the line ends with it, until the stream ends. A carriage return ends a line too: progress bars rewrite theirs.</summary>
    public static async Task ReadAsync(StreamReader reader, Action<string, bool> note)
    {
        var buffer = new char[4096];
        var line = new StringBuilder();
        while (true)
        {
            int read;
            try
            {
                read = await reader.ReadAsync(buffer);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The process is gone and its pipe was closed under the read: there is no more to come.
                read = 0;
            }
            if (read == 0)
                break;
            foreach (var c in buffer.AsMemory(0, read).Span)
            {
                if (c is '\n' or '\r')
                    Flush(line, note, ended: true);
                // A null character cannot be stored as text.
                else if (c != '\0')
                {
                    // Only when more of the line comes, and never between the halves of a character.
                    if (line.Length >= LongestLine && !char.IsLowSurrogate(c))
                        Flush(line, note, ended: false);
                    _ = line.Append(c);
                }
            }
        }
        Flush(line, note, ended: true);
    }

    private static void Flush(StringBuilder line, Action<string, bool> note, bool ended)
    {
        if (line.Length == 0)
            return;
        note(line.ToString(), ended);
        _ = line.Clear();
    }
}

/// <summary>The last lines of an output, and the last of them all that was a JSON object.</summary>
internal sealed class OutputTail
{
    /// <summary>Longest line in characters that is taken as an object: four times the outputs that a task may have, because spaces and escapes (\u00e9) make a line longer than what it says.</summary>
    public const int LongestObject = 256 * 1024;

    private const int MostLines = 20;
    private const int MostCharacters = 4000;

    private readonly Queue<string> _lines = new();

    public bool IsEmpty
    {
        get
        {
            lock (_lines)
                return _lines.Count == 0;
        }
    }

    /// <summary>The last line that is a JSON object; null where none is, or where it was too long to be kept.</summary>
    public JsonObject? LastObject
    {
        get
        {
            lock (_lines)
                return _candidate is null ? null : Parse(_candidate);
        }
    }

    /// <summary>Characters of the last line in braces where it had more than <see cref="LongestObject"/>; otherwise null.</summary>
    public long? TooLong
    {
        get
        {
            lock (_lines)
                return _tooLong;
        }
    }

    private readonly StringBuilder _whole = new();
    private string? _candidate;
    private long? _tooLong;
    private long _length;

    /// <summary>Takes a line, or a piece of one.</summary>
    /// <param name="piece">Its characters.</param>
    /// <param name="ended">Whether the line ends with it.</param>
    public void Add(string piece, bool ended)
    {
        lock (_lines)
        {
            _lines.Enqueue(piece.Length > MostCharacters ? piece[..MostCharacters] + "…" : piece);
            if (_lines.Count > MostLines)
                _ = _lines.Dequeue();
            var isFirst = _length == 0;
            _length += piece.Length;
            // Whole only where it may be an object, and no longer than one that is taken.
            if (isFirst ? piece.AsSpan().TrimStart().StartsWith("{") : _whole.Length > 0)
                _ = _length <= LongestObject ? _whole.Append(piece) : _whole.Clear().Append('{');
            if (ended)
                End(piece);
        }
    }

    private void End(string piece)
    {
        if (_whole.Length > 0 && piece.AsSpan().TrimEnd().EndsWith("}"))
        {
            if (_length > LongestObject)
                (_candidate, _tooLong) = (null, _length);
            else if (_whole.ToString() is var line && Parse(line) is not null)
                (_candidate, _tooLong) = (line, null);
        }
        _ = _whole.Clear();
        _length = 0;
    }

    public override string ToString()
    {
        lock (_lines)
        {
            var text = string.Join(Environment.NewLine, _lines);
            return text.Length <= MostCharacters ? text : "…" + text[^MostCharacters..];
        }
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
