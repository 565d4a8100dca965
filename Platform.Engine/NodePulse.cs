using System.Collections.Concurrent;

namespace Platform.Engine;

/// <summary>Whether a node's last exchanges with its database succeeded: its heartbeat and its worker's. A database that answers questions may still refuse every write, for want of room.</summary>
public sealed class NodePulse
{
    private readonly ConcurrentDictionary<string, string> _failing = new();

    /// <summary>Why the last exchange of one kind failed, and which; null where all succeeded.</summary>
    public string? Problem => _failing.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key} failed: {f.Value}").FirstOrDefault();

    internal void Succeeded(string what) => _failing.TryRemove(what, out _);

    internal void Failed(string what, string reason) => _failing[what] = reason;
}
