using System.Text.Json.Nodes;
using Platform.Learning.Devices;

namespace Platform.Learning.Serving;

/// <summary>
/// Answers questions to models that lie in folders. Keeps the models used last in memory; one that is pushed out is closed when its last answer
/// is given. Safe for several threads.
/// </summary>
/// <param name="capacity">Models kept in memory, at least 1.</param>
/// <param name="device">Where models compute.</param>
public sealed class ModelServer(int capacity = 8, Device device = Device.Cpu) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _byUse = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <summary>Asks the model in a folder.</summary>
    /// <param name="folder">Absolute path of a model's folder, which never changes once written.</param>
    /// <param name="name">The model's name, as the answer repeats it.</param>
    /// <param name="version">Its version, as the answer repeats it; null where it is not registered.</param>
    /// <param name="request">See <see cref="ScoreRequest"/>.</param>
    /// <returns><c>{"model": …, "version": …, "outputs": [{"items": [{"item": …, "score": …}], "reason"?: "unknown user"}]}</c>; an unknown user gets what is popular.</returns>
    /// <exception cref="LearningException">The request has another shape, or the model cannot be loaded.</exception>
    public JsonObject Score(string folder, string name, long? version, JsonNode? request) => Score(folder, name, version, ScoreRequest.Parse(request));

    /// <summary>The same for a request that was read before.</summary>
    /// <exception cref="LearningException">The model cannot be loaded.</exception>
    public JsonObject Score(string folder, string name, long? version, ScoreRequest questions)
    {
        var entry = Take(folder);
        try
        {
            var outputs = new JsonArray();
            foreach (var input in questions.Inputs)
                outputs.Add((JsonNode)entry.Model.Answer(input));
            return new JsonObject { ["model"] = name, ["version"] = version, ["outputs"] = outputs };
        }
        finally
        {
            Release(entry);
        }
    }

    /// <summary>Closes all models; answers under way are finished first.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            while (_byUse.First is { } first)
                Remove(first);
        }
    }

    private Entry Take(string folder)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_entries.TryGetValue(folder, out var node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                node.Value.Users++;
                return node.Value;
            }
            // Loading takes some 20 ms; holding the lock keeps two callers from loading the same model twice.
            var entry = new Entry(folder, new ServedRecommender(folder, device)) { Users = 1 };
            _entries[folder] = _byUse.AddFirst(entry);
            while (_byUse.Count > Math.Max(1, capacity))
                Remove(_byUse.Last!);
            return entry;
        }
    }

    private void Release(Entry entry)
    {
        lock (_lock)
        {
            entry.Users--;
            if (entry is { Removed: true, Users: 0 })
                entry.Model.Dispose();
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Folder);
        node.Value.Removed = true;
        if (node.Value.Users == 0)
            node.Value.Model.Dispose();
    }

    private sealed class Entry(string folder, ServedRecommender model)
    {
        public string Folder { get; } = folder;

        public ServedRecommender Model { get; } = model;

        public int Users { get; set; }

        public bool Removed { get; set; }
    }
}
