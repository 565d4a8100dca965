using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Quality;

/// <summary>Checks, incidents and the history of metrics.</summary>
public sealed class QualityQueries
{
    private readonly NpgsqlDataSource _dataSource;

    public QualityQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Incidents, newest first.</summary>
    /// <param name="openOnly">Only those that are open.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<IncidentRow>> IncidentsAsync(bool openOnly, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            select i.id, a.key as asset, nullif(h.column_name, '') as "column", h.name as "check", i.severity, i.message, i.opened_at, i.opened_run, i.failures, i.closed_at
            from catalog.incidents i
            join catalog.checks h on h.id = i.check_id
            join catalog.assets a on a.id = h.asset_id
            where not @openOnly or i.closed_at is null
            order by i.opened_at desc, i.id desc
            limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<IncidentRow>(new CommandDefinition(Sql, new { openOnly, limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Values of a metric, oldest first.</summary>
    /// <param name="asset">Key of the asset.</param>
    /// <param name="name">Name of the metric; null for all of the asset.</param>
    /// <param name="since">Only from then on; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<MetricRow>> MetricsAsync(string asset, string? name, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        const string Sql = """
            select nullif(m.column_name, '') as "column", m.name, m.at, m.value, m.run_id
            from catalog.metrics m
            join catalog.assets a on a.id = m.asset_id
            where a.key = @asset and (@name::text is null or m.name = @name) and (@since::timestamptz is null or m.at >= @since)
            order by m.at, m.name, m.column_name
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<MetricRow>(new CommandDefinition(Sql, new { asset, name, since }, cancellationToken: cancellationToken))).AsList();
    }

    internal static async Task<IReadOnlyList<CheckRow>> ChecksOfAssetAsync(NpgsqlConnection connection, long asset, CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.key as asset, nullif(h.column_name, '') as "column", h.name, h.severity, h.expected, h.last_passed as passed, h.last_observed as observed, h.last_at as at, h.last_run as run_id
            from catalog.checks h
            join catalog.assets a on a.id = h.asset_id
            where h.asset_id = @asset
            order by h.last_passed, h.name, h.column_name
            """;
        return (await connection.QueryAsync<CheckRow>(new CommandDefinition(Sql, new { asset }, cancellationToken: cancellationToken))).AsList();
    }
}
