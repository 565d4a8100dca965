using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Inventory;

/// <summary>Relations between assets that are known.</summary>
public sealed class RelationQueries
{
    private const string Select = """
        select r.id, r.kind, f.key as from_asset, f.name as from_name, r.from_columns, t.key as to_asset, t.name as to_name, r.to_columns, r.confidence, r.inclusion, r.broken_rows,
               array(select jsonb_array_elements_text(r.missing_values)) as missing_values, r.evidence, r.status, r.last_seen_at
        from catalog.relations r
        join catalog.assets f on f.id = r.from_asset
        left join catalog.assets t on t.id = r.to_asset
        """;

    private readonly NpgsqlDataSource _dataSource;

    public RelationQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>All relations that hold at present and were not rejected, by kind (null for all), surest first.</summary>
    public async Task<IReadOnlyList<RelationRow>> ListAsync(string? kind, CancellationToken cancellationToken)
    {
        const string Sql = $"""
            {Select}
            where r.gone_at is null and r.status <> 'rejected' and (@kind::text is null or r.kind = @kind)
            order by r.confidence desc, f.key, r.from_columns
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<RelationRow>(new CommandDefinition(Sql, new { kind }, cancellationToken: cancellationToken))).AsList();
    }

    internal static async Task<IReadOnlyList<RelationRow>> ReferencesAsync(NpgsqlConnection connection, IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        const string Sql = $"""
            {Select}
            where r.kind = 'foreign_key' and t.id is not null and f.key = any(@assets) and (r.gone_at is null or r.status <> 'proposed')
            order by r.id
            """;
        return (await connection.QueryAsync<RelationRow>(new CommandDefinition(Sql, new { assets = assets.ToArray() }, cancellationToken: cancellationToken))).AsList();
    }

    internal static async Task<IReadOnlyList<RelationRow>> OfAssetAsync(NpgsqlConnection connection, long asset, CancellationToken cancellationToken)
    {
        const string Sql = $"""
            {Select}
            where r.gone_at is null and r.status <> 'rejected' and (r.from_asset = @asset or r.to_asset = @asset)
            order by r.kind, r.confidence desc, f.key
            """;
        return (await connection.QueryAsync<RelationRow>(new CommandDefinition(Sql, new { asset }, cancellationToken: cancellationToken))).AsList();
    }
}
