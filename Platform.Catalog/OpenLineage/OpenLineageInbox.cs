using System.Text;
using System.Text.Json;
using Npgsql;
using Platform.Postgres;
using Platform.Postgres.Events;

namespace Platform.Catalog.OpenLineage;

/// <summary>Takes events of other systems into the outbox, from where they go into the catalog like our own.</summary>
public sealed class OpenLineageInbox
{
    /// <summary>Most events of a request.</summary>
    public const int MostEvents = 1_000;

    /// <summary>Most bytes of a request's body.</summary>
    public const int MostBytes = 16 << 20;

    /// <summary>Most bytes of one event: the outbox is no place for data.</summary>
    public const int MostEventBytes = 4 << 20;

    private readonly NpgsqlDataSource _dataSource;

    public OpenLineageInbox(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Takes one event, or all of an array, or none: where one is wrong, nothing is taken.</summary>
    /// <param name="body">An event or an array of events.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>How many were taken, or what is wrong.</returns>
    public async Task<InboxAnswer> TakeAsync(JsonElement body, CancellationToken cancellationToken)
    {
        var isList = body.ValueKind == JsonValueKind.Array;
        IReadOnlyList<JsonElement> events = isList ? [.. body.EnumerateArray()] : [body];
        if (events.Count > MostEvents)
            return new InboxAnswer(0, [new EventProblem("The body", $"has {events.Count:N0} events and may have {MostEvents:N0}. Send them in parts.")]);
        var problems = new List<EventProblem>();
        var rows = new List<OutboxEvent>();
        for (var i = 0; i < events.Count && problems.Count < EventShapes.MostProblems; i++)
        {
            var path = isList ? $"[{i}]" : "";
            // What is no text cannot be looked at as one either.
            var before = problems.Count;
            Unkeepable.Check(events[i], path, problems);
            if (problems.Count > before)
                continue;
            problems.AddRange(EventShapes.Check(events[i], path));
            var text = events[i].GetRawText();
            if (Encoding.UTF8.GetByteCount(text) > MostEventBytes)
                problems.Add(new EventProblem(path.Length == 0 ? "The event" : path, $"is larger than {MostEventBytes >> 20} MiB."));
            if (problems.Count == 0)
                rows.Add(new OutboxEvent(ExternalProjection.EventType, Key(events[i]), text));
        }
        if (problems.Count > 0)
            return new InboxAnswer(0, problems.Count > EventShapes.MostProblems ? problems.GetRange(0, EventShapes.MostProblems) : problems);
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Outbox.AppendAsync(connection, transaction, rows, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new InboxAnswer(rows.Count, []);
    }

    private static string Key(JsonElement e) => e.Find("run") is { } run ? run.GetProperty("runId").GetString()! : e.Find("job") is { } job ? job.GetProperty("name").GetString()! : e.GetProperty("dataset").GetProperty("name").GetString()!;
}

/// <summary>What became of events that were sent to us.</summary>
/// <param name="Taken">How many were taken.</param>
/// <param name="Problems">What is wrong, where none was taken.</param>
public sealed record InboxAnswer(int Taken, IReadOnlyList<EventProblem> Problems);
