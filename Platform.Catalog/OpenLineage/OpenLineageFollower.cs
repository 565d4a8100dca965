using Dapper;
using Npgsql;
using Platform.Postgres;
using Platform.Workflows.Activities;

namespace Platform.Catalog.OpenLineage;

/// <summary>
/// Tells of attempts while they run, and of ends that come without an event of the engine: tries that failed and will be repeated, canceled ones, and those whose worker was lost. It looks now and
/// then at what runs, so that the engine does nothing for it; a task that is over between two looks gets its START with its end.
/// </summary>
public sealed class OpenLineageFollower
{
    /// <summary>So long an end that may come with its facts is left to the projection.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    /// <summary>What was canceled or lost hardly has facts.</summary>
    private static readonly TimeSpan ShortGrace = TimeSpan.FromSeconds(4);

    /// <summary>Ids are given before their attempts are committed: so long an id that was passed over may still come.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan KeptEnded = TimeSpan.FromMinutes(10);

    private readonly NpgsqlDataSource _dataSource;
    private readonly IAttemptSource _attempts;
    private readonly TimeProvider _clock;

    /// <param name="dataSource">The database.</param>
    /// <param name="attempts">What runs.</param>
    /// <param name="clock">Tells how long ago an attempt ended.</param>
    public OpenLineageFollower(NpgsqlDataSource dataSource, IAttemptSource attempts, TimeProvider clock)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
        _attempts = attempts;
        _clock = clock;
    }

    /// <summary>One look; without a connection of the kind <c>openlineage</c> it costs a statement and does nothing.</summary>
    /// <returns>How many events were put into queues.</returns>
    public async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        const string MarkSql = "select low_attempt, high_attempt, marked_at from catalog.openlineage_follow for update skip locked";
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition("select exists (select from connections where kind = 'openlineage')", cancellationToken: cancellationToken)))
            return 0;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var receivers = await OpenLineageQueue.ReceiversAsync(connection, transaction, cancellationToken);
        if (await connection.QuerySingleOrDefaultAsync<Mark>(Command(MarkSql, null)) is not { } mark)
        {
            // The first look, or another node looks. What was before the first connection is nobody's news.
            var first = await _attempts.HighestAsync(cancellationToken);
            await connection.ExecuteAsync(Command("insert into catalog.openlineage_follow (low_attempt, high_attempt, marked_at) values (@first, @first, now()) on conflict do nothing", new { first }));
            await transaction.CommitAsync(cancellationToken);
            return 0;
        }
        var now = _clock.GetUtcNow();
        var texts = new List<(string Connection, string Event)>();
        var running = await _attempts.RunningAsync(cancellationToken);
        var stopped = await _attempts.StoppedAsync(mark.LowAttempt, cancellationToken);
        var open = (await connection.QueryAsync<OpenRow>(Command("select run_id, task_id, map_index, generation, number, attempt_id from catalog.openlineage_attempts where not ended", null))).AsList();
        var told = open.Select(row => row.AttemptId).ToHashSet();
        var begun = (await BeginAsync([.. running.Concat(stopped).Where(attempt => !told.Contains(attempt.Id))])).ToHashSet();
        foreach (var attempt in running.Concat(stopped).Where(attempt => begun.Contains(attempt.Id)))
            texts.AddRange(receivers.Select(to => (to.Name, RunEvents.Start(Payload(attempt), attempt.StartedAt, to.Space))));

        var known = (await _attempts.FindAsync([.. open.Where(row => row.AttemptId is not null).Select(row => row.AttemptId!.Value).Concat(begun).Distinct()], cancellationToken)).ToDictionary(attempt => attempt.Id);
        // A success always comes with its event, and what it wrote.
        var ends = known.Values.Where(attempt => attempt is { State: not ("success" or "skipped"), EndedAt: { } at } && now - at > (attempt.State is "canceled" or "lost" ? ShortGrace : Grace)).ToList();
        // The run was deleted in the meantime: nothing is known that could be told.
        var lost = open.Where(row => row.AttemptId is { } id && !known.ContainsKey(id)).ToList();
        var closed = (await CloseAsync([.. ends.Select(attempt => attempt.Id), .. lost.Select(row => row.AttemptId!.Value)])).ToHashSet();
        foreach (var attempt in ends.Where(attempt => closed.Contains(attempt.Id)))
            texts.AddRange(receivers.Select(to => (to.Name, RunEvents.End(Payload(attempt), [], attempt.EndedAt!.Value, to.Space))));
        await OpenLineageQueue.PutAsync(texts, connection, transaction, cancellationToken);
        await connection.ExecuteAsync(Command("delete from catalog.openlineage_attempts where ended and told_at < now() - @KeptEnded", new { KeptEnded }));
        if (now - mark.MarkedAt > Overlap)
            await connection.ExecuteAsync(Command("update catalog.openlineage_follow set low_attempt = high_attempt, high_attempt = @high, marked_at = @now", new { high = await _attempts.HighestAsync(cancellationToken), now }));
        await transaction.CommitAsync(cancellationToken);
        return texts.Count;

        // The row decides who tells the start. The projection of an end waits here for this transaction, and its events come after; where it was first, there is no start to tell.
        async Task<IEnumerable<long>> BeginAsync(IReadOnlyCollection<AttemptSeen> attempts) => attempts.Count == 0 ? [] : await connection.QueryAsync<long>(Command("""
            insert into catalog.openlineage_attempts (run_id, task_id, map_index, generation, number, attempt_id, ended)
            select run_id, task_id, map_index, generation, number, id, false
            from jsonb_to_recordset(@rows::jsonb) as r(run_id bigint, task_id text, map_index int, generation int, number int, id bigint)
            order by 1, 2, 3, 4, 5
            on conflict do nothing
            returning attempt_id
            """, new { rows = CatalogJson.Write(attempts.DistinctBy(a => a.Id).Select(a => new { run_id = a.RunId, task_id = a.TaskId, map_index = a.MapIndex, generation = a.Generation, number = a.Number, id = a.Id })) }));

        Task<IEnumerable<long>> CloseAsync(long[] ids) => connection.QueryAsync<long>(Command("update catalog.openlineage_attempts set ended = true, told_at = now() where attempt_id = any(@ids) and not ended returning attempt_id", new { ids }));

        CommandDefinition Command(string sql, object? parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);
    }

    private static TaskEnded Payload(AttemptSeen attempt) => new()
    {
        RunId = attempt.RunId,
        Workflow = attempt.Workflow,
        TaskId = attempt.TaskId,
        MapIndex = attempt.MapIndex,
        Generation = attempt.Generation,
        Attempt = attempt.Number,
        State = attempt.State is "expanded" ? "success" : attempt.State,
        Error = attempt.State == "lost" ? attempt.Error ?? "The worker that ran it was lost." : attempt.Error,
        Started = attempt.StartedAt,
        Ended = attempt.EndedAt,
        IntervalStart = attempt.IntervalStart,
        IntervalEnd = attempt.IntervalEnd,
    };

    private sealed record Mark
    {
        public required long LowAttempt { get; init; }

        public required long HighAttempt { get; init; }

        public required DateTimeOffset MarkedAt { get; init; }
    }

    private sealed record OpenRow
    {
        public required long RunId { get; init; }

        public required string TaskId { get; init; }

        public required int MapIndex { get; init; }

        public required int Generation { get; init; }

        public required int Number { get; init; }

        public required long? AttemptId { get; init; }
    }
}
