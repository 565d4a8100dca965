using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Catalog.Inventory;
using Platform.Catalog.Models;
using Platform.Catalog.Quality;
using Platform.Catalog.Search;
using Platform.Postgres;

namespace Platform.Catalog.Assets;

/// <summary>What is known of assets. Pages, the HTTP API and the command line ask here.</summary>
public sealed class AssetQueries
{
    /// <summary>The columns of <see cref="AssetRow"/>, for an asset <c>a</c>.</summary>
    internal const string RowColumns = """
        a.key, a.kind, a.name, a.location, a.source, a.format, a.owner, a.description, a.source_comment, a.domain, a.tier, a.tags, a.retention_days, a.contract, a.version, a.row_count, a.byte_count, a.file_count,
        (select count(*)::int from catalog.columns c where c.asset_id = a.id and c.gone_at is null) as column_count,
        (select count(*)::int from catalog.classifications k where k.asset_id = a.id and (k.personal_class is not null or k.verdict_personal_class is not null) and catalog.personal_class(k) <> 'masked') as personal_column_count,
        (select count(*)::int from catalog.incidents i join catalog.checks h on h.id = i.check_id where h.asset_id = a.id and i.closed_at is null) as open_incident_count,
        a.problem, a.first_seen_at, a.last_seen_at, a.gone_at, a.renamed_to, a.newest_data_at, a.last_written_at, a.last_written_run, a.last_written_workflow, a.last_written_task, a.last_read_at
        """;

    private const int VersionLimit = 30;
    private const int ChangeLimit = 100;
    private readonly NpgsqlDataSource _dataSource;
    private readonly AssetSearcher _searcher;

    public AssetQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
        _searcher = new AssetSearcher(dataSource);
    }

    /// <summary>Whether there is or was an asset of that key.</summary>
    public async Task<bool> IsKnownAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition("select exists (select from catalog.assets where key = @key)", new { key }, cancellationToken: cancellationToken));
    }

    /// <summary>Everything about one asset; null when there is none of that key.</summary>
    public async Task<AssetDetail?> GetAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var id = await connection.QuerySingleOrDefaultAsync<long?>(Command("select id from catalog.assets where key = @key", new { key }));
        if (id is null)
            return null;
        var parameters = new { id };
        var asset = await connection.QuerySingleAsync<AssetRow>(Command($"select {RowColumns} from catalog.assets a where a.id = @id", parameters));
        var profile = await connection.QuerySingleOrDefaultAsync<ProfileRow>(Command("select id, profile, profiled_at from catalog.profiles where asset_id = @id order by id desc limit 1", parameters));
        return new AssetDetail
        {
            Asset = asset,
            Columns = await ColumnsAsync(connection, id.Value, profile?.Id, cancellationToken),
            Profile = profile?.Profile,
            ProfiledAt = profile?.ProfiledAt,
            Relations = await RelationQueries.OfAssetAsync(connection, id.Value, cancellationToken),
            SchemaChanges = await ListAsync<SchemaChangeRow>("select changed_at, change, column_name, before, after, run_id from catalog.schema_changes where asset_id = @id order by changed_at desc, id desc limit @limit", new { id, limit = ChangeLimit }),
            Versions = await ListAsync<AssetVersionRow>("select version, operation, row_count, rows_written, byte_count, file_count, written_at, run_id, workflow, task_id from catalog.asset_versions where asset_id = @id order by version desc limit @limit", new { id, limit = VersionLimit }),
            Upstream = await ListAsync<NeighbourRow>("select a.key, a.kind, a.name, e.workflow, e.task_id, e.last_run, e.last_seen_at from catalog.asset_edges e join catalog.assets a on a.id = e.from_asset where e.to_asset = @id order by a.key, e.workflow, e.task_id", parameters),
            Downstream = await ListAsync<NeighbourRow>("select a.key, a.kind, a.name, e.workflow, e.task_id, e.last_run, e.last_seen_at from catalog.asset_edges e join catalog.assets a on a.id = e.to_asset where e.from_asset = @id order by a.key, e.workflow, e.task_id", parameters),
            Statements = await ListAsync<StatementRow>("select workflow, task_id, sql, not_understood, last_run from catalog.statements where asset_id = @id order by last_seen_at desc", parameters),
            Checks = await QualityQueries.ChecksOfAssetAsync(connection, id.Value, cancellationToken),
            Model = asset.Kind == "model" && key.StartsWith("model:", StringComparison.Ordinal) && await new ModelStateQueries(_dataSource).ModelsAsync(key["model:".Length..], cancellationToken) is [var model] ? model : null,
            Endpoint = asset.Kind == "endpoint" && key.StartsWith("endpoint:", StringComparison.Ordinal) && await new ModelStateQueries(_dataSource).EndpointsAsync(key["endpoint:".Length..], cancellationToken) is [var endpoint] ? endpoint : null,
        };

        async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object values) => (await connection.QueryAsync<T>(Command(sql, values))).AsList();
        CommandDefinition Command(string sql, object values) => new(sql, values, cancellationToken: cancellationToken);
    }

    /// <summary>
    /// A page of assets, best match first, with the counts to narrow by. All words must be found, each in any field; where nothing is, parts of words and mistyped ones are looked for.
    /// </summary>
    public Task<AssetSearchResult> SearchAsync(AssetSearch search, CancellationToken cancellationToken) => _searcher.SearchAsync(search, cancellationToken);

    /// <summary>Everything that a search finds, in its order, as it is read: for files, whatever <see cref="AssetSearch.Offset"/> and <see cref="AssetSearch.Limit"/> say.</summary>
    public IAsyncEnumerable<AssetRow> AllAsync(AssetSearch search, CancellationToken cancellationToken) => _searcher.AllAsync(search, cancellationToken);

    /// <summary>All assets of the given kinds (all kinds when none is given) that are there, by key.</summary>
    public async Task<IReadOnlyList<AssetRow>> ListAsync(IReadOnlyCollection<string> kinds, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        const string Sql = $"select {RowColumns} from catalog.assets a where a.gone_at is null and (cardinality(@kinds) = 0 or a.kind = any(@kinds)) order by a.key";
        return (await connection.QueryAsync<AssetRow>(new CommandDefinition(Sql, new { kinds = kinds.ToArray() }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>The key of an asset that a person named: the key itself, or the end of exactly one key or name; null when there is none or more than one.</summary>
    public async Task<string?> ResolveAsync(string text, CancellationToken cancellationToken)
    {
        const string Sql = """
            select key from catalog.assets
            where key = @text or name = @text or right(key, length(@text) + 1) in ('.' || @text, '/' || @text, ':' || @text)
            order by key = @text desc, gone_at is not null, name = @text desc
            limit 2
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var keys = (await connection.QueryAsync<string>(new CommandDefinition(Sql, new { text }, cancellationToken: cancellationToken))).AsList();
        return keys.Count == 1 || (keys.Count > 1 && keys[0] == text) ? keys[0] : null;
    }

    /// <summary>Figures for a dashboard.</summary>
    public async Task<CatalogCounts> CountsAsync(CancellationToken cancellationToken)
    {
        const string Sql = """
            select
                count(*) as assets,
                count(*) filter (where kind = 'table') as tables,
                count(*) filter (where kind = 'file_set') as file_sets,
                count(*) filter (where kind = 'database_table') as database_tables,
                count(*) filter (where kind = 'model') as models,
                count(*) filter (where kind = 'endpoint') as endpoints,
                count(*) filter (where kind = 'report') as reports,
                coalesce(sum(row_count), 0)::bigint as rows,
                coalesce(sum(byte_count), 0)::bigint as bytes,
                count(*) filter (where problem is not null) as problems,
                (select count(*) from catalog.columns c join catalog.assets b on b.id = c.asset_id where c.gone_at is null and b.gone_at is null) as columns,
                (select count(*) from catalog.classifications k join catalog.assets b on b.id = k.asset_id where b.gone_at is null and catalog.personal_class(k) <> 'masked') as personal_columns,
                (select count(*) from catalog.classifications k join catalog.assets b on b.id = k.asset_id where b.gone_at is null) as judged_columns,
                (select count(*) from catalog.classifications k join catalog.assets b on b.id = k.asset_id where b.gone_at is null and k.verdict is null and k.semantic_type is not null) as to_review,
                (select count(*) from catalog.incidents where closed_at is null) as open_incidents,
                (select max(ended_at) from catalog.inventory_runs where state = 'success') as last_inventory_at
            from catalog.assets
            where gone_at is null
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<CatalogCounts>(new CommandDefinition(Sql, cancellationToken: cancellationToken));
    }

    private static async Task<IReadOnlyList<AssetColumnRow>> ColumnsAsync(NpgsqlConnection connection, long id, long? profile, CancellationToken cancellationToken)
    {
        const string Sql = """
            select c.name, c.ordinal, c.data_type, c.nullable, c.description, c.source_comment, c.tags, c.gone_at, p.profile,
                   catalog.semantic_type(k) as semantic_type, catalog.personal_class(k) as personal_class, k.domain, k.role, k.confidence, k.evidence,
                   k.verdict, k.verdict_by, k.verdict_at
            from catalog.columns c
            left join catalog.column_profiles p on p.profile_id = @profile and p.column_name = c.name
            left join catalog.classifications k on k.asset_id = c.asset_id and k.column_name = c.name
            where c.asset_id = @id
            order by c.gone_at is not null, c.ordinal, c.name
            """;
        return (await connection.QueryAsync<AssetColumnRow>(new CommandDefinition(Sql, new { id, profile }, cancellationToken: cancellationToken))).AsList();
    }

    private sealed record ProfileRow
    {
        public required long Id { get; init; }

        public required JsonElement Profile { get; init; }

        public required DateTimeOffset ProfiledAt { get; init; }
    }
}
