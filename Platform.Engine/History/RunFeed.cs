using Dapper;
using Platform.Postgres;

namespace Platform.Engine.History;

/// <summary>What a follower of runs has missed: those that are open, and those that ended since a time.</summary>
public sealed class RunFeed(Database database, RunQueries runs)
{
    /// <summary>Most runs that a follower is told of at once; the newest.</summary>
    public const int Most = 1_000;

    // An end is stamped with its transaction's start and seen at its commit: look back by more than a transaction takes.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(15);

    /// <summary>Runs that changed since a time, each at least once, in the order of their ids.</summary>
    /// <param name="since">A time that this method gave before; null gives the open runs alone.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    /// <returns>The runs, and the time to go on from.</returns>
    public async Task<(IReadOnlyList<RunRow> Runs, DateTimeOffset Until)> SinceAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var until = await NowAsync(cancellationToken);
        var ids = await connection.QueryAsync<long>(new CommandDefinition("""
            select id from (
                select id from run where state in ('queued', 'running') and kind <> 'preview'
                union
                select id from run where ended_at > @since::timestamptz and kind <> 'preview'
            ) c
            order by id desc
            limit @Most
            """, new { since = since - Overlap, Most }, cancellationToken: cancellationToken));
        return (await runs.ListAsync(ids.AsList(), cancellationToken), until);
    }

    /// <summary>The database's time.</summary>
    public async Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleAsync<DateTimeOffset>(new CommandDefinition("select clock_timestamp()", cancellationToken: cancellationToken));
    }
}
