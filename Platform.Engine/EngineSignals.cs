using System.Globalization;
using Npgsql;
using Platform.Postgres;

namespace Platform.Engine;

/// <summary>Names of the channels on which the engine wakes nodes and pages. A lost notification costs a poll's delay, nothing else.</summary>
internal static class EngineSignals
{
    /// <summary>Tasks became ready, or runs wait to start.</summary>
    public const string Ready = "engine_ready";

    /// <summary>Somebody asked for the end of tasks.</summary>
    public const string Cancel = "engine_cancel";

    /// <summary>Runs changed; the payload is their ids, separated by commas.</summary>
    public const string Changed = "engine_changed";

    // PostgreSQL takes payloads of less than 8,000 bytes, and an id has at most 19 digits.
    private const int IdsInPayload = 390;

    /// <summary>Ids as payloads.</summary>
    public static IEnumerable<string> Payloads(IEnumerable<long> runIds) =>
        runIds.Distinct().Chunk(IdsInPayload).Select(ids => string.Join(',', ids.Select(i => i.ToString(CultureInfo.InvariantCulture))));

    /// <summary>The ids of a payload.</summary>
    public static IEnumerable<long> Ids(string payload) =>
        payload.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(i => long.Parse(i, CultureInfo.InvariantCulture));

    /// <summary>Sends after a command's commit, on its own connection: the process may end right behind it.</summary>
    public static async Task SendAsync(NpgsqlConnection connection, IEnumerable<long> changed, bool ready, CancellationToken cancellationToken, bool cancel = false)
    {
        var sends = Payloads(changed).Select(p => (Changed, p)).ToList();
        if (ready)
            sends.Add((Ready, ""));
        if (cancel)
            sends.Add((Cancel, ""));
        sends.Add((Platform.Postgres.Events.Outbox.Channel, ""));
        await using var command = new NpgsqlCommand("select pg_notify(channel, payload) from unnest($1::text[], $2::text[]) as n(channel, payload)", connection)
        {
            Parameters = { new() { Value = sends.Select(s => s.Item1).ToArray() }, new() { Value = sends.Select(s => s.Item2).ToArray() } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
