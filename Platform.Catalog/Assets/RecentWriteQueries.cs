using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Assets;

/// <summary>Which assets runs wrote lately, for a dashboard.</summary>
public sealed class RecentWriteQueries
{
    private readonly NpgsqlDataSource _dataSource;

    public RecentWriteQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Assets written since a moment, newest first.</summary>
    public async Task<IReadOnlyList<RecentWriteRow>> SinceAsync(DateTimeOffset since, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.key, a.kind, a.last_written_at as at, a.last_written_run as run_id, a.first_seen_at >= @since as is_new, v.rows_written, v.operation
            from catalog.assets a
            left join lateral (select rows_written, operation from catalog.asset_versions where asset_id = a.id order by version desc limit 1) v on true
            where a.last_written_at >= @since and a.gone_at is null
            order by a.last_written_at desc
            limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<RecentWriteRow>(new CommandDefinition(Sql, new { since, limit }, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>An asset that a run wrote.</summary>
public sealed record RecentWriteRow
{
    public required string Key { get; init; }

    public required string Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    public required long? RunId { get; init; }

    /// <summary>Whether it was first seen in the same span.</summary>
    public required bool IsNew { get; init; }

    /// <summary>Rows of the newest version's write; null where not counted.</summary>
    public required long? RowsWritten { get; init; }

    public required string? Operation { get; init; }
}
