using System.Collections.Concurrent;

namespace Platform.Tables.Sources;

/// <summary>
/// Remembers servers that have just not answered, several times in a row: the hundreds of tables that are still to be read must not wait for each
/// connection to time out. After a while the server is asked again.
/// </summary>
internal static class PostgresHealth
{
    private const int Strikes = 4;
    private const long RestMilliseconds = 20_000;

    private static readonly ConcurrentDictionary<string, (int Failures, long At)> Failing = new(StringComparer.Ordinal);

    /// <exception cref="SourceException">The server has failed too often just now.</exception>
    public static void Check(PostgresAddress address)
    {
        if (Failing.TryGetValue(address.ToString(), out var state) && state.Failures >= Strikes && Environment.TickCount64 - state.At < RestMilliseconds)
            throw new SourceException(SourceErrorKind.Unavailable, $"PostgreSQL at {address} has not answered {state.Failures} times in a row and is left alone for a while. Check that the server runs.");
    }

    public static void Failed(PostgresAddress address) => Failing.AddOrUpdate(address.ToString(), (1, Environment.TickCount64), (_, state) => (state.Failures + 1, Environment.TickCount64));

    public static void Answered(PostgresAddress address) => Failing.TryRemove(address.ToString(), out _);
}
