using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Postgres;
using Platform.Postgres.Secrets;
using Platform.Workflows;

namespace Platform.Engine.Notices;

/// <summary>
/// Sends notices that are due. Whoever sends one has taken it for a while first, so that nodes keep apart; a node that dies in between leaves it due again. So each is sent at least once:
/// its id is stable and goes along (Idempotency-Key, Message-ID).
/// </summary>
internal sealed partial class NoticeSender(Database database, IConnections? connections, ISecrets secrets, TimeProvider clock, ILogger log)
{
    private const int AtOnce = 8;
    private static readonly TimeSpan Taken = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan GiveUp = TimeSpan.FromHours(24);

    /// <summary>Sends what is due.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var taken = await TakeAsync(cancellationToken);
            if (taken.Count == 0)
                return;
            await Task.WhenAll(taken.Select(n => TryAsync(n, cancellationToken)));
        }
    }

    private async Task<List<TakenNotice>> TakeAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var batch = new SqlBatch(connection, null);
        batch.Add("""
            with due as (
                select id from notice where state = 'waiting' and next_at <= now() order by next_at limit $1 for update skip locked
            )
            update notice n set next_at = now() + $2, tries = n.tries + 1
            from due where n.id = due.id
            returning n.id, n.tries, n.payload::text, n.kind, n.target, n.connection, n.secret, n.created_at, now()
            """, AtOnce, (TimeSpan?)Taken);
        var taken = new List<TakenNotice>();
        await using var reader = await batch.ReadAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            taken.Add(new TakenNotice(reader.GetInt64(0), reader.GetInt32(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.Text(5), reader.Text(6),
                reader.GetFieldValue<DateTimeOffset>(7), reader.GetFieldValue<DateTimeOffset>(8)));
        }
        return taken;
    }

    private async Task TryAsync(TakenNotice notice, CancellationToken cancellationToken)
    {
        string? error = null;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var timer = new CancellationTokenSource(OneTry, clock);
            using var registration = timer.Token.Register(limit.Cancel);
            await SendAsync(notice, limit.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The node stops: the notice becomes due again by itself.
            return;
        }
        catch (Exception e) when (e is not NpgsqlException)
        {
            // Whatever a server of others does must not end the sending of the rest.
            error = e is OperationCanceledException ? $"No answer within {Duration.Format(OneTry)}." : e.InnerException is { } inner && e is HttpRequestException ? $"{e.Message} {inner.Message}" : e.Message;
        }
        if (error is not null)
            LogNotSent(notice.Id, notice.Kind, notice.Tries, error);
        await NoteAsync(notice, error);
    }

    private async Task SendAsync(TakenNotice notice, CancellationToken cancellationToken)
    {
        switch (notice.Kind)
        {
            case "webhook":
                var target = notice.Connection is null ? null : await ConnectionAsync(notice.Connection, "http", cancellationToken);
                await Webhook.PostAsync(notice, target, notice.Secret is null ? null : await secrets.GetAsync(notice.Secret, cancellationToken), cancellationToken);
                break;
            case "email":
                var server = await ConnectionAsync(notice.Connection!, "smtp", cancellationToken);
                var message = NoticeText.Of(JsonNode.Parse(notice.PayloadJson)!.AsObject());
                await SmtpSession.SendAsync(server, notice.Target.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), message.Subject, message.Body, $"notice-{notice.Id}", notice.CreatedAt, cancellationToken);
                break;
            default:
                LogNotice(NoticeText.Of(JsonNode.Parse(notice.PayloadJson)!.AsObject()).Subject);
                break;
        }
    }

    private async Task<ConnectionInfo> ConnectionAsync(string name, string kind, CancellationToken cancellationToken)
    {
        if (connections is null)
            throw new InvalidOperationException("This node has no connections.");
        var connection = await connections.GetAsync(name, cancellationToken);
        return connection.Kind == kind ? connection : throw new InvalidOperationException($"Connection '{name}' is of the kind {connection.Kind}; one of the kind {kind} is needed.");
    }

    /// <summary>Writes what became of a try, under a time-out of its own: the notice is sent whatever the node does now.</summary>
    private async Task NoteAsync(TakenNotice notice, string? error)
    {
        var pause = TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << Math.Min(notice.Tries - 1, 20), LongestPause.Ticks));
        var over = error is null || notice.Now + pause - notice.CreatedAt > GiveUp;
        using var limit = new CancellationTokenSource(OneTry, clock);
        await using var connection = await database.OpenAsync(limit.Token);
        await using var batch = new SqlBatch(connection, null);
        batch.Add("""
            update notice set state = $2, error = $3, next_at = now() + $4, ended_at = case when $2 <> 'waiting' then now() end
            where id = $1 and state = 'waiting' and tries = $5
            """, notice.Id, error is null ? "sent" : over ? "failed" : "waiting", error, (TimeSpan?)pause, notice.Tries);
        await batch.ExecuteAsync(limit.Token);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notice {Id} ({Kind}) could not be sent, try {Tries}: {Reason}")]
    private partial void LogNotSent(long id, string kind, int tries, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Notice}")]
    private partial void LogNotice(string notice);
}

/// <summary>A notice that this node sends at this moment.</summary>
internal sealed record TakenNotice(long Id, int Tries, string PayloadJson, string Kind, string Target, string? Connection, string? Secret, DateTimeOffset CreatedAt, DateTimeOffset Now);
