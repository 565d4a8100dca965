using System.Collections.Concurrent;
using Platform.Engine.Queue;
using Platform.Workflows.Activities;

namespace Platform.Engine.Working;

/// <summary>The log lines of one attempt until they are written. Safe for several threads; secrets are replaced before a line is kept.</summary>
internal sealed class TaskLogBuffer(ClaimedTask task, TimeProvider clock, int mostLines, LogWriter writer) : ITaskLog
{
    // A longer line is a file in disguise.
    private const int MostCharacters = 8_000;

    private readonly ConcurrentQueue<PendingLine> _lines = new();
    private IReadOnlySet<string> _secrets = new HashSet<string>();
    private int _written;
    private int _dropped;
    private volatile bool _closed;

    /// <summary>The attempt.</summary>
    public ClaimedTask Task => task;

    /// <summary>Whether anything was ever written.</summary>
    public bool Used => _written > 0;

    /// <summary>Texts that must never be shown.</summary>
    public void Hide(IReadOnlySet<string> secrets) => _secrets = secrets;

    public void Write(TaskLogLevel level, string message)
    {
        if (_closed)
            return;
        var number = Interlocked.Increment(ref _written);
        var most = level >= TaskLogLevel.Warning ? mostLines + mostLines / 10 : mostLines;
        if (number > most)
        {
            Interlocked.Increment(ref _dropped);
            if (number == mostLines + 1)
                Keep(TaskLogLevel.Warning, $"The attempt has written {mostLines:n0} lines; further ones are dropped, warnings and errors a little later.");
            return;
        }
        Keep(level, message);
    }

    /// <summary>The message without secrets, and short enough for a row.</summary>
    public string Clean(string message)
    {
        foreach (var secret in _secrets)
            message = message.Replace(secret, "***", StringComparison.Ordinal);
        if (message.Length > MostCharacters)
            message = string.Concat(message.AsSpan(0, MostCharacters), $" … ({message.Length - MostCharacters:n0} more characters)");
        // PostgreSQL's text has no zero character.
        return message.Replace('\0', '\uFFFD');
    }

    /// <summary>Takes the lines that wait.</summary>
    public IEnumerable<PendingLine> Take()
    {
        while (_lines.TryDequeue(out var line))
            yield return line;
    }

    /// <summary>Ends the log; says how many lines were dropped.</summary>
    public void Close()
    {
        if (_closed)
            return;
        if (_dropped > 0)
            Keep(TaskLogLevel.Warning, $"{_dropped:n0} lines were dropped.");
        _closed = true;
    }

    /// <summary>Throws away what waits, because the lease is lost.</summary>
    public void Discard()
    {
        _closed = true;
        _lines.Clear();
    }

    private void Keep(TaskLogLevel level, string message)
    {
        _lines.Enqueue(new PendingLine(clock.GetUtcNow(), level, Clean(message)));
        writer.Wake();
    }
}

/// <summary>A line that is not written yet.</summary>
internal readonly record struct PendingLine(DateTimeOffset At, TaskLogLevel Level, string Message);
