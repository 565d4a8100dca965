using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Postgres.Events;
using Platform.Workflows.Activities;

namespace Platform.Catalog.OpenLineage;

/// <summary>
/// Puts our attempts into the queue of each connection of the kind <c>openlineage</c>, in the transaction that projects them, or that saw them run: each once, in their order. Sending is another's work, so a receiver
/// that is slow or away holds nothing up.
/// </summary>
internal static class OpenLineageQueue
{
    /// <summary>Events that wait for one connection at most; then the oldest give way, for a receiver that is away for days must not fill the disk.</summary>
    internal const int MostQueued = 100_000;

    /// <summary>The connections that get events, with the namespace that the platform has there.</summary>
    internal static async Task<IReadOnlyList<(string Name, string Space)>> ReceiversAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        const string Sql = "select name, coalesce(settings ->> 'namespace', @own) from connections where kind = 'openlineage' order by name";
        return (await connection.QueryAsync<(string Name, string Space)>(new CommandDefinition(Sql, new { own = DatasetNames.OwnNamespace }, transaction, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Tells of attempts that ended: with their start, where that was not told while they ran.</summary>
    internal static async Task AppendAsync(IReadOnlyList<DeliveredEvent> events, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        // A look at what runs may tell the start at this moment: then this waits for it, and the end comes after.
        const string EndSql = """
            insert into catalog.openlineage_attempts as a (run_id, task_id, map_index, generation, number, ended)
            select run_id, task_id, map_index, generation, number, true
            from jsonb_to_recordset(@rows::jsonb) as r(run_id bigint, task_id text, map_index int, generation int, number int)
            order by 1, 2, 3, 4, 5
            on conflict (run_id, task_id, map_index, generation, number) do update set ended = true, told_at = now()
            returning a.run_id, a.task_id, a.map_index, a.generation, a.number, xmax = 0 as first
            """;
        var ended = events.Where(e => e.Type == TaskEnded.EventType).ToList();
        if (ended.Count == 0)
            return;
        var receivers = await ReceiversAsync(connection, transaction, cancellationToken);
        if (receivers.Count == 0)
            return;
        var attempts = ended.Select(e => (Event: e, Attempt: CatalogJson.Read<TaskEnded>(e.Payload))).DistinctBy(e => Key(e.Attempt)).ToList();
        var rows = CatalogJson.Write(attempts.Select(a => new { run_id = a.Attempt.RunId, task_id = a.Attempt.TaskId, map_index = a.Attempt.MapIndex, generation = a.Attempt.Generation, number = a.Attempt.Attempt }));
        var begun = (await connection.QueryAsync<(long Run, string Task, int Map, int Generation, int Number, bool First)>(new CommandDefinition(EndSql, new { rows }, transaction, cancellationToken: cancellationToken)))
            .Where(row => !row.First).Select(row => (row.Run, row.Task, row.Map, row.Generation, row.Number)).ToHashSet();
        var texts = new List<(string Connection, string Event)>();
        foreach (var (one, attempt) in attempts)
        {
            var facts = attempt.Facts is { ValueKind: JsonValueKind.Array } array ? array.Deserialize<List<Fact>>(CatalogJson.Options)! : [];
            var at = attempt.Ended ?? one.CreatedAt;
            var told = begun.Contains(Key(attempt));
            // A task that was skipped before it began never ran.
            if (attempt.State == "skipped" && !told)
                continue;
            foreach (var (name, space) in receivers)
            {
                if (!told)
                    texts.Add((name, RunEvents.Start(attempt, at, space)));
                texts.Add((name, RunEvents.End(attempt, facts, at, space)));
            }
        }
        await PutAsync(texts, connection, transaction, cancellationToken);

        static (long Run, string Task, int Map, int Generation, int Number) Key(TaskEnded a) => (a.RunId, a.TaskId, a.MapIndex, a.Generation, a.Attempt);
    }

    /// <summary>Puts events into queues in the order given.</summary>
    internal static async Task PutAsync(IReadOnlyCollection<(string Connection, string Event)> texts, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        const string QueueSql = "insert into catalog.openlineage_queue (connection, event) select connection, event from unnest(@connections, @events) with ordinality as e(connection, event, place) order by place";
        if (texts.Count == 0)
            return;
        await connection.ExecuteAsync(Command(QueueSql, new { connections = texts.Select(t => t.Connection).ToArray(), events = texts.Select(t => t.Event).ToArray() }));
        foreach (var name in texts.Select(t => t.Connection).Distinct())
            await TrimAsync(name);

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
