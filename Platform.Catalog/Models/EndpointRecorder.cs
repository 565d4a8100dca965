using System.Collections.Concurrent;
using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Models;

/// <summary>
/// Counts what endpoints are asked, how long they take and how often they fail. Counting costs a lock on the endpoint's own counters; <see cref="FlushAsync"/> adds a row an hour and version.
/// What was not flushed when the process dies is lost: the figures may be half a minute short.
/// </summary>
public sealed class EndpointRecorder
{
    /// <summary>Upper bounds of the classes of time that answers are counted in, in milliseconds; the last class is longer.</summary>
    public static IReadOnlyList<double> TimeBounds { get; } = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

    private const int MostError = 300;
    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _clock;
    private ConcurrentDictionary<(string Asset, DateTimeOffset Hour, int Version), Counters> _counters = new();

    /// <param name="dataSource">The database.</param>
    /// <param name="clock">Gives the hour.</param>
    public EndpointRecorder(NpgsqlDataSource dataSource, TimeProvider clock)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
        _clock = clock;
    }

    /// <summary>An answer was given.</summary>
    /// <param name="asset"><c>endpoint:NAME</c>, or <c>model:NAME</c> where a model is asked by its own name.</param>
    /// <param name="version">The version that answered.</param>
    /// <param name="took">From the request to the answer.</param>
    public void Answered(string asset, int version, TimeSpan took) => Count(asset, version, counters =>
    {
        counters.Took[Class(took)]++;
        counters.Slowest = Math.Max(counters.Slowest, took.TotalMilliseconds);
    });

    /// <summary>A request had a wrong form.</summary>
    public void Refused(string asset, int version) => Count(asset, version, counters => counters.Refused++);

    /// <summary>A well-formed request got no answer.</summary>
    /// <param name="asset">What was asked.</param>
    /// <param name="version">The version that should have answered; 0 where none was in service.</param>
    /// <param name="error">Why, in words.</param>
    public void Failed(string asset, int version, string error) => Count(asset, version, counters =>
    {
        counters.Failed++;
        counters.Error = error[..Math.Min(MostError, error.Length)];
    });

    /// <summary>Writes what was counted.</summary>
    /// <returns>How many rows were added to.</returns>
    public async Task<int> FlushAsync(CancellationToken cancellationToken)
    {
        if (_counters.IsEmpty)
            return 0;
        // Two flushes at once take different counts.
        var taken = Interlocked.Exchange(ref _counters, new());
        var rows = taken.Select(pair => pair.Value.Close(pair.Key)).ToList();
        const string Sql = """
            insert into catalog.endpoint_requests as e (asset, hour, version, requests, refused, failed, took, slowest_ms, last_at, last_error)
            select asset, hour, version, requests, refused, failed, array(select t::bigint from jsonb_array_elements_text(took) with ordinality as x(t, place) order by place), slowest_ms, last_at, last_error
            from jsonb_to_recordset(@rows::jsonb) as r(asset text, hour timestamptz, version int, requests bigint, refused bigint, failed bigint, took jsonb, slowest_ms double precision, last_at timestamptz, last_error text)
            order by 1, 2, 3
            on conflict (asset, hour, version) do update
            set requests = e.requests + excluded.requests, refused = e.refused + excluded.refused, failed = e.failed + excluded.failed,
                took = array(select a + b from unnest(e.took, excluded.took) with ordinality as x(a, b, place) order by place),
                slowest_ms = greatest(e.slowest_ms, excluded.slowest_ms), last_at = greatest(e.last_at, excluded.last_at), last_error = coalesce(excluded.last_error, e.last_error)
            """;
        try
        {
            await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
            return await connection.ExecuteAsync(new CommandDefinition(Sql, new { rows = CatalogJson.Write(rows) }, cancellationToken: cancellationToken));
        }
        catch
        {
            // Not written: they count for the next flush.
            foreach (var row in rows)
                AddTo((row.Asset, row.Hour, row.Version), counters => counters.Add(row));
            throw;
        }
    }

    private static int Class(TimeSpan took)
    {
        var at = 0;
        while (at < TimeBounds.Count && took.TotalMilliseconds > TimeBounds[at])
            at++;
        return at;
    }

    private void Count(string asset, int version, Action<Counters> change)
    {
        var now = _clock.GetUtcNow();
        var hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        AddTo((asset, hour, version), counters =>
        {
            counters.Requests++;
            counters.Last = now;
            change(counters);
        });
    }

    // A flush may have taken and closed the counters between the look and the change: then new ones are begun.
    private void AddTo((string Asset, DateTimeOffset Hour, int Version) key, Action<Counters> change)
    {
        while (!Volatile.Read(ref _counters).GetOrAdd(key, _ => new Counters()).TryChange(change))
            Thread.Yield();
    }

    private sealed class Counters
    {
        private readonly Lock _lock = new();
        private bool _closed;

        internal long Requests { get; set; }

        internal long Refused { get; set; }

        internal long Failed { get; set; }

        internal long[] Took { get; } = new long[TimeBounds.Count + 1];

        internal double Slowest { get; set; }

        internal DateTimeOffset Last { get; set; }

        internal string? Error { get; set; }

        internal bool TryChange(Action<Counters> change)
        {
            lock (_lock)
            {
                if (_closed)
                    return false;
                change(this);
                return true;
            }
        }

        internal Row Close((string Asset, DateTimeOffset Hour, int Version) key)
        {
            lock (_lock)
            {
                _closed = true;
                return new Row(key.Asset, key.Hour, key.Version, Requests, Refused, Failed, Took, Slowest, Last, Error);
            }
        }

        internal void Add(Row row)
        {
            Requests += row.Requests;
            Refused += row.Refused;
            Failed += row.Failed;
            for (var i = 0; i < Took.Length; i++)
                Took[i] += row.Took[i];
            Slowest = Math.Max(Slowest, row.SlowestMs);
            Last = row.LastAt > Last ? row.LastAt : Last;
            Error ??= row.LastError;
        }
    }

    private sealed record Row(string Asset, DateTimeOffset Hour, int Version, long Requests, long Refused, long Failed, long[] Took, double SlowestMs, DateTimeOffset LastAt, string? LastError);
}
