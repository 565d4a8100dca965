using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Postgres.Events;
using Platform.Workflows.Activities;

namespace Platform.Catalog.OpenLineage;

/// <summary>
/// Puts our attempts into the queue of each connection of the kind <c>openlineage</c>, in the transaction that projects them: each once, in their order. Sending is another's work, so a receiver
/// that is slow or away holds nothing up.
/// </summary>
internal static class OpenLineageQueue
{
    /// <summary>Events that wait for one connection at most; then the oldest give way, for a receiver that is away for days must not fill the disk.</summary>
    internal const int MostQueued = 100_000;

    internal static async Task AppendAsync(IReadOnlyList<DeliveredEvent> events, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        const string ConnectionsSql = "select name, coalesce(settings ->> 'namespace', @own) from connections where kind = 'openlineage' order by name";
        const string QueueSql = "insert into catalog.openlineage_queue (connection, event) select connection, event from unnest(@connections, @events) with ordinality as e(connection, event, place) order by place";
        var ended = events.Where(e => e.Type == TaskEnded.EventType).ToList();
        if (ended.Count == 0)
            return;
        var connections = (await connection.QueryAsync<(string Name, string Space)>(Command(ConnectionsSql, new { own = DatasetNames.OwnNamespace }))).AsList();
        if (connections.Count == 0)
            return;
        var names = new List<string>();
        var texts = new List<string>();
        foreach (var one in ended)
        {
            var attempt = CatalogJson.Read<TaskEnded>(one.Payload);
            var facts = attempt.Facts is { ValueKind: JsonValueKind.Array } array ? array.Deserialize<List<Fact>>(CatalogJson.Options)! : [];
            foreach (var (name, space) in connections)
            {
                foreach (var text in RunEvents.Of(attempt, facts, attempt.Ended ?? one.CreatedAt, space))
                {
                    names.Add(name);
                    texts.Add(text);
                }
            }
        }
        if (texts.Count > 0)
        {
            await connection.ExecuteAsync(Command(QueueSql, new { connections = names.ToArray(), events = texts.ToArray() }));
            foreach (var (name, _) in connections)
                await TrimAsync(name);
        }

        async Task TrimAsync(string name)
        {
            const string Sql = """
                with first as (
                    select id from catalog.openlineage_queue where connection = @name order by id desc offset @MostQueued limit 1
                ), gone as (
                    delete from catalog.openlineage_queue q using first where q.connection = @name and q.id <= first.id returning 1
                )
                insert into catalog.openlineage_targets as t (connection, dropped) select @name, count(*) from gone having count(*) > 0
                on conflict (connection) do update set dropped = t.dropped + excluded.dropped
                """;
            await connection.ExecuteAsync(Command(Sql, new { name, MostQueued }));
        }

        CommandDefinition Command(string sql, object parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);
    }
}
