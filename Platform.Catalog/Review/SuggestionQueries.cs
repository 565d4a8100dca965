using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Review;

/// <summary>Suggestions that are kept.</summary>
public sealed class SuggestionQueries
{
    private const string Select = """
        select s.id, s.kind, a.key as asset, a.name as asset_name, nullif(s.column_name, '') as "column", s.value, s.confidence, s.evidence, s.source, s.source_version, s.status, s.corrected_value,
               s.decided_by, s.decided_at, s.note, s.first_seen_at, s.last_seen_at, s.withdrawn_at
        from catalog.suggestions s
        left join catalog.assets a on a.id = s.asset_id
        """;

    private readonly NpgsqlDataSource _dataSource;

    public SuggestionQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Suggestions, the surest first.</summary>
    /// <param name="asset">Only of this asset; null for all.</param>
    /// <param name="kind">Only of this kind; null for all.</param>
    /// <param name="status"><c>proposed</c> (withdrawn ones left out), <c>accepted</c>, <c>corrected</c>, <c>rejected</c>; null for all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<SuggestionRow>> ListAsync(string? asset, string? kind, string? status, int limit, CancellationToken cancellationToken)
    {
        const string Sql = $"""
            {Select}
            where (@asset::text is null or a.key = @asset) and (@kind::text is null or s.kind = @kind)
              and (@status::text is null or s.status = @status) and (@status::text is distinct from 'proposed' or s.withdrawn_at is null)
            order by s.confidence desc, a.key, s.kind, s.column_name, s.id
            limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<SuggestionRow>(new CommandDefinition(Sql, new { asset, kind, status, limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>One suggestion; null when there is none with that id.</summary>
    public async Task<SuggestionRow?> GetAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<SuggestionRow>(new CommandDefinition($"{Select} where s.id = @id", new { id }, cancellationToken: cancellationToken));
    }
}
