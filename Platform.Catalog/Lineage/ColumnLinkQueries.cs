using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Lineage;

/// <summary>Columns and their connections among a handful of assets, for a page that shows a lineage of assets column by column.</summary>
public sealed class ColumnLinkQueries
{
    private readonly NpgsqlDataSource _dataSource;

    public ColumnLinkQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>What is known of the assets' columns, and which of them come from which.</summary>
    /// <param name="assets">Keys; only edges with both ends among them are returned.</param>
    /// <param name="at">As it was at this time; null is now.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<ColumnLinks> BetweenAsync(IReadOnlyCollection<string> assets, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        const string ColumnsSql = """
            select a.key as asset, c.name, c.data_type,
                   exists (select 1 from catalog.classifications k where k.asset_id = a.id and k.column_name = c.name and catalog.personal_class(k) is not null) as personal
            from catalog.assets a
            join catalog.columns c on c.asset_id = a.id
            where a.key = any(@keys) and (case when @at::timestamptz is null then c.gone_at is null else c.first_seen_at <= @at and (c.gone_at is null or c.gone_at > @at) end)
            order by a.key, c.ordinal
            """;
        const string LinksSql = """
            select f.key as from_asset, e.from_column, t.key as to_asset, nullif(e.to_column, '') as to_column, e.kind, e.masking, e.workflow, e.task_id, max(e.last_run) as last_run
            from catalog.column_edges e
            join catalog.assets f on f.id = e.from_asset
            join catalog.assets t on t.id = e.to_asset
            where f.key = any(@keys) and t.key = any(@keys)
            group by f.key, e.from_column, t.key, e.to_column, e.kind, e.masking, e.workflow, e.task_id
            order by 1, 2, 3, 4, 5
            """;
        var parameters = new { keys = assets.ToArray(), at };
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var columns = await connection.QueryAsync<LinkedColumnRow>(new CommandDefinition(ColumnsSql, parameters, cancellationToken: cancellationToken));
        var links = await connection.QueryAsync<ColumnLinkRow>(new CommandDefinition(LineageSql.At(at, LinksSql), parameters, cancellationToken: cancellationToken));
        return new ColumnLinks(columns.AsList(), links.AsList());
    }
}

/// <summary>Columns of some assets, and the edges between them.</summary>
/// <param name="Columns">By asset, in the order of the schema.</param>
/// <param name="Links">Each from a source column to what is made of it.</param>
public sealed record ColumnLinks(IReadOnlyList<LinkedColumnRow> Columns, IReadOnlyList<ColumnLinkRow> Links);

/// <summary>A column of an asset.</summary>
public sealed record LinkedColumnRow
{
    public required string Asset { get; init; }

    public required string Name { get; init; }

    public required string DataType { get; init; }

    /// <summary>Whether it holds personal data, human verdicts before rules.</summary>
    public required bool Personal { get; init; }
}

/// <summary>One column comes from another.</summary>
public sealed record ColumnLinkRow
{
    public required string FromAsset { get; init; }

    public required string FromColumn { get; init; }

    public required string ToAsset { get; init; }

    /// <summary>Null where the source column touches the asset as a whole (a filter).</summary>
    public required string? ToColumn { get; init; }

    /// <summary><c>identity</c>, <c>transformation</c>, <c>aggregation</c>, or an indirect kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether the task hides on the way what the source column holds.</summary>
    public required bool Masking { get; init; }

    public required string Workflow { get; init; }

    public required string TaskId { get; init; }

    public required long LastRun { get; init; }
}
