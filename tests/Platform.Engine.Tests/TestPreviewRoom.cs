using System.Collections.Concurrent;
using Platform.Workflows.Activities;

namespace Platform.Engine.Tests;

/// <summary>A place for previews that remembers who wrote into it.</summary>
public sealed class TestPreviewRoom : IPreviewRoom
{
    private readonly ConcurrentDictionary<long, bool> _left = new();

    public IPreviewAttempt Open(long runId, PreviewSample sample, IServiceProvider services)
    {
        _left[runId] = true;
        return new Attempt(services);
    }

    /// <summary>As if a process had died after it had written, before its run was written down, or an attempt that was left behind wrote on.</summary>
    public void Leave(long runId) => _left[runId] = true;

    public void Remove(long runId) => _left.TryRemove(runId, out _);

    public IReadOnlyList<long> Left() => [.. _left.Keys];

    private sealed class Attempt(IServiceProvider services) : IPreviewAttempt
    {
        public IServiceProvider Services => services;

        public PreviewReport Report(ActivityContext context) => new()
        {
            Writes = [.. context.Facts.All.OfType<AssetWritten>().Select(w => new PreviewWrite(w.Asset, w.Version ?? 0, w.RowsWritten ?? 0, w.Operation ?? "", New: true))],
        };

        public void Dispose()
        {
        }
    }
}
