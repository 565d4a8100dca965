using Platform.Postgres;

namespace Platform.Engine;

/// <summary>Gathers ids of changed runs and tells pages of them ten times a second at most.</summary>
internal sealed class RunChanges(Notifications notifications, TimeProvider clock)
{
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);
    private readonly Lock _lock = new();
    private HashSet<long> _changed = [];
    private bool _sending;

    /// <summary>Tells soon; never fails and never waits.</summary>
    public void Add(IEnumerable<long> runIds)
    {
        lock (_lock)
        {
            _changed.UnionWith(runIds);
            if (_changed.Count == 0 || _sending)
                return;
            _sending = true;
        }
        _ = SendAsync();
    }

    private async Task SendAsync()
    {
        while (true)
        {
            await Task.Delay(Gather, clock);
            HashSet<long> ids;
            lock (_lock)
            {
                ids = _changed;
                _changed = [];
                if (ids.Count == 0)
                {
                    _sending = false;
                    return;
                }
            }
            foreach (var payload in EngineSignals.Payloads(ids))
                notifications.Send(EngineSignals.Changed, payload);
        }
    }
}
