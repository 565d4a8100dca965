namespace Platform.Tables.Native;

/// <summary>Measures a spill folder while statements run, and interrupts them when it holds more than allowed.</summary>
internal sealed class SpillWatch : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private readonly Lock _lock = new();
    private readonly List<DuckDbConnection> _running = [];
    private readonly ITimer _timer;
    private readonly string _folder;
    private readonly long _limit;

    public SpillWatch(string folder, long limit, TimeProvider time)
    {
        _folder = folder;
        _limit = limit;
        _timer = time.CreateTimer(_ => Measure(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Message => $"The query needs more than {_limit / (1024 * 1024)} MiB of spill space in '{_folder}'. Narrow the query, or raise the memory or spill limit.";

    public void Began(DuckDbConnection connection)
    {
        lock (_lock)
        {
            _running.Add(connection);
            if (_running.Count == 1)
                _timer.Change(Period, Period);
        }
    }

    public void Ended(DuckDbConnection connection)
    {
        lock (_lock)
        {
            _running.Remove(connection);
            if (_running.Count == 0)
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private void Measure()
    {
        if (FolderBytes() <= _limit)
            return;
        lock (_lock)
        {
            foreach (var connection in _running)
                connection.InterruptForSpill();
        }
    }

    private long FolderBytes()
    {
        try
        {
            return new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        }
        catch (IOException)
        {
            // DuckDB makes the folder late and removes files while we list them; the next measure counts again.
            return 0;
        }
    }

    public void Dispose() => _timer.Dispose();
}
