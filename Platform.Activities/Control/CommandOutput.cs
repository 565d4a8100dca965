using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Activities.Control;

/// <summary>Reads what a program writes, line by line, in bounded memory.</summary>
internal static class CommandOutput
{
    /// <summary>Longest line in characters; a longer one is cut into several.</summary>
    public const int LongestLine = 16 * 1024;

    /// <summary>UTF-8 without a byte order mark; bytes that are none become replacement characters.</summary>
    public static Encoding Encoding { get; } = new UTF8Encoding(false);

    /// <summary>Calls <paramref name="note"/> with each line until the stream ends. A carriage return ends a line too: progress bars rewrite theirs.</summary>
    public static async Task ReadAsync(StreamReader reader, Action<string> note)
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
                    Flush(line, note);
                // A null character cannot be stored as text.
                else if (c != '\0')
                    _ = line.Append(c);
                if (line.Length >= LongestLine)
                    Flush(line, note);
            }
        }
        Flush(line, note);
    }

    private static void Flush(StringBuilder line, Action<string> note)
    {
        if (line.Length == 0)
            return;
        note(line.ToString());
        _ = line.Clear();
    }
}

/// <summary>The last lines of an output, and the last of them all that was a JSON object.</summary>
internal sealed class OutputTail
{
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

    /// <summary>The last line that is a JSON object; null where none is.</summary>
    public JsonObject? LastObject
    {
        get
        {
            lock (_lines)
                return _candidate is null ? null : Parse(_candidate);
        }
    }

    private string? _candidate;

    public void Add(string line)
    {
        lock (_lines)
        {
            _lines.Enqueue(line.Length > MostCharacters ? line[..MostCharacters] + "…" : line);
            if (_lines.Count > MostLines)
                _ = _lines.Dequeue();
            var text = line.AsSpan().Trim();
            if (text.Length > 1 && text[0] == '{' && text[^1] == '}' && Parse(line) is not null)
                _candidate = line;
        }
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
