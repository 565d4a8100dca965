using Dapper;
using Npgsql;

namespace Platform.Catalog.Search;

/// <summary>
/// Keeps the index of a node and brings it up to what is committed: before each search one short query asks what changed. Built with the first search; nothing of it is kept on disk.
/// </summary>
internal sealed class SearchIndexStore(NpgsqlDataSource dataSource)
{
    /// <summary>With more changed documents than this, or than a tenth of all, the whole index is built anew.</summary>
    private const int MostChanged = 2_000;

    /// <summary>Notes of changes are kept for a day (see <see cref="Retention.CatalogPruning"/>); an index that slept half of it is built anew.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(12);

    private readonly Lock _lock = new();
    private Task<State>? _current;

    /// <summary>The index with everything that was committed before the call.</summary>
    internal async Task<SearchIndex> FreshAsync(CancellationToken cancellationToken)
    {
        Task<State> mine;
        lock (_lock)
        {
            // One after the other: each begins when the one before has ended, and sees what was committed by then.
            var before = _current;
            _current = mine = NextAsync(before);
        }

        return (await mine.WaitAsync(cancellationToken)).Index;
    }

    private async Task<State> NextAsync(Task<State>? before)
    {
        // Not on the caller's thread while it holds the lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        State? state = null;
        if (before is not null)
        {
            await ((Task)before).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (before.IsCompletedSuccessfully)
                state = before.Result;
        }

        await using var connection = await dataSource.OpenConnectionAsync(CancellationToken.None);
        return state is null ? await BuildAsync(connection) : await FollowAsync(connection, state);
    }

    private static async Task<State> FollowAsync(NpgsqlConnection connection, State state)
    {
        const string Sql = """
            select pg_snapshot_xmin(pg_current_snapshot())::text as xmin, now() as at, c.id, c.asset_id, c.term_id
            from (select 1) as one
            left join catalog.search_changes c on c.xid >= @since::xid8
            """;
        var rows = (await connection.QueryAsync<ChangeNote>(new CommandDefinition(Sql, new { since = state.Since }))).AsList();
        if (rows[0].At - state.At > LongestSleep)
            return await BuildAsync(connection);
        var notes = rows.Where(r => r.Id is { } id && !state.Seen.Contains(id)).ToList();
        var next = state with { Since = rows[0].Xmin, At = rows[0].At };
        // What a transaction that is still open keeps within sight has been read already.
        next = next with { Seen = rows[0].Xmin == state.Since && notes.Count == 0 ? state.Seen : [.. rows.Where(r => r.Id is not null).Select(r => r.Id!.Value)] };
        if (notes.Count == 0)
            return next;
        var assets = notes.Where(n => n.AssetId is not null).Select(n => n.AssetId!.Value).Distinct().ToArray();
        var terms = notes.Where(n => n.TermId is not null).Select(n => n.TermId!.Value).Distinct().ToArray();
        if (assets.Length + terms.Length + state.Index.ChangedCount > Math.Max(MostChanged, state.Index.Count / 10))
            return await BuildAsync(connection);
        var documents = new List<SearchDocument>();
        await foreach (var document in SearchDocuments.ReadAsync(connection, assets, terms))
            documents.Add(document);
        return next with { Index = state.Index.With(documents, [.. assets, .. terms.Select(t => -t)]) };
    }

    private static async Task<State> BuildAsync(NpgsqlConnection connection)
    {
        // From the moment before the reading: what is committed meanwhile is read twice rather than never.
        var (xmin, at) = await connection.QuerySingleAsync<(string, DateTime)>("select pg_snapshot_xmin(pg_current_snapshot())::text, now()");
        var builder = new SearchSegment.Builder();
        await foreach (var document in SearchDocuments.ReadAsync(connection, null, null))
            builder.Add(document);
        return new State(new SearchIndex(builder.Build()), xmin, new DateTimeOffset(at, TimeSpan.Zero), []);
    }

    private sealed record State(SearchIndex Index, string Since, DateTimeOffset At, HashSet<long> Seen);

    private sealed record ChangeNote
    {
        public required string Xmin { get; init; }

        public required DateTimeOffset At { get; init; }

        public required long? Id { get; init; }

        public required long? AssetId { get; init; }

        public required long? TermId { get; init; }
    }
}
