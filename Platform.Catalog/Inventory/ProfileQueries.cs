using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Inventory;

/// <summary>Profiles that inventories kept of an asset, and their columns.</summary>
public sealed class ProfileQueries
{
    private readonly NpgsqlDataSource _dataSource;

    public ProfileQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Profiles of an asset, newest first.</summary>
    public async Task<IReadOnlyList<KeptProfileRow>> ListAsync(string asset, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            select p.id, p.profiled_at, p.asset_version, p.row_count
            from catalog.profiles p join catalog.assets a on a.id = p.asset_id
            where a.key = @asset
            order by p.id desc
            limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<KeptProfileRow>(new CommandDefinition(Sql, new { asset, limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>The columns of a profile by name, in the form that the profiler wrote; empty where the asset has no such profile.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>> ColumnsAsync(string asset, long profile, CancellationToken cancellationToken)
    {
        const string Sql = """
            select c.column_name, c.profile
            from catalog.column_profiles c join catalog.profiles p on p.id = c.profile_id join catalog.assets a on a.id = p.asset_id
            where a.key = @asset and p.id = @profile
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<(string Name, JsonElement Profile)>(new CommandDefinition(Sql, new { asset, profile }, cancellationToken: cancellationToken))).ToDictionary(c => c.Name, c => c.Profile, StringComparer.Ordinal);
    }
}

/// <summary>A profile that was kept.</summary>
public sealed record KeptProfileRow
{
    public required long Id { get; init; }

    public required DateTimeOffset ProfiledAt { get; init; }

    /// <summary>Version of the table; null where it has none.</summary>
    public required long? AssetVersion { get; init; }

    public required long? RowCount { get; init; }
}
