using System.Collections.Concurrent;
using System.Globalization;

namespace Platform.Tables.Native;

/// <summary>
/// Idle in-memory databases, kept because opening one costs 10 to 15 ms. A database serves one renter at a time and comes back clean:
/// renters work in a catalog of their own that is dropped. One that was confined, failed or was given up is closed instead.
/// </summary>
internal sealed class DuckDbPool(DuckDbOptions options, string? spillRoot, TimeProvider time) : IDisposable
{
    private readonly ConcurrentBag<Rented> _idle = [];
    private readonly int _most = Math.Max(2, Environment.ProcessorCount);
    private long _names;
    private volatile bool _closed;

    /// <summary>A database with a connection whose default catalog is fresh. Null limits mean the pool's options.</summary>
    public Rented Rent(long? memoryLimit = null, int? threads = null)
    {
        if (!_idle.TryTake(out var rented))
            rented = Open();
        try
        {
            rented.Begin(string.Create(CultureInfo.InvariantCulture, $"work{Interlocked.Increment(ref _names)}"), memoryLimit ?? options.MemoryLimit, threads ?? options.Threads);
            return rented;
        }
        catch
        {
            rented.Close();
            throw;
        }
    }

    private Rented Open()
    {
        var spill = spillRoot is null ? null : Path.Combine(spillRoot, "duckdb-" + Guid.NewGuid().ToString("N"));
        if (spillRoot is not null)
            Directory.CreateDirectory(spillRoot);
        var own = options with { SpillFolder = spill };
        return new Rented(this, DuckDbDatabase.OpenInMemory(own, time), own);
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var rented))
            rented.Close();
    }

    /// <summary>A database in use. Dispose gives it back.</summary>
    internal sealed class Rented(DuckDbPool pool, DuckDbDatabase database, DuckDbOptions options) : IDisposable
    {
        private long? _memoryLimit = options.MemoryLimit;
        private int? _threads = options.Threads;
        private string _catalog = "";
        private DuckDbConnection? _connection;
        private bool _spent;

        public DuckDbConnection Connection => _connection ?? throw new ObjectDisposedException(nameof(DuckDbConnection));

        /// <summary>The catalog in which the renter's schemas and views live.</summary>
        public string Catalog => _catalog;

        public void Begin(string catalog, long? memoryLimit, int? threads)
        {
            _catalog = catalog;
            _connection = database.Connect();
            var settings = "";
            if (memoryLimit != _memoryLimit && memoryLimit is { } memory)
                settings += string.Create(CultureInfo.InvariantCulture, $"set memory_limit = '{memory}B'; ");
            if (threads != _threads && threads is { } count)
                settings += string.Create(CultureInfo.InvariantCulture, $"set threads = {count}; ");
            _connection.Execute($"{settings}attach ':memory:' as {catalog}; use {catalog}");
            (_memoryLimit, _threads) = (memoryLimit, threads);
        }

        /// <summary>Keeps the database from being used again: its configuration is locked, or its state unknown.</summary>
        public void Spend() => _spent = true;

        public void Dispose()
        {
            if (_connection is not { } connection)
                return;
            if (!_spent && !pool._closed && pool._idle.Count < pool._most)
            {
                try
                {
                    connection.Execute($"use memory; detach {_catalog}");
                    connection.Dispose();
                    _connection = null;
                    pool._idle.Add(this);
                    return;
                }
                catch (DuckDbException)
                {
                    // What was left running or open is not worth knowing: the database is closed and the next renter opens another.
                }
            }
            Close();
        }

        public void Close()
        {
            _connection?.Dispose();
            _connection = null;
            database.Dispose();
            if (options.SpillFolder is { } spill && Directory.Exists(spill))
                Directory.Delete(spill, recursive: true);
        }
    }
}
