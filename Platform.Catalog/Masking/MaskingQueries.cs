using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Masking;

/// <summary>Which columns ask for masking, and which workflows read them plain.</summary>
public sealed class MaskingQueries
{
    private readonly NpgsqlDataSource _dataSource;

    public MaskingQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Class of personal data of each column of an asset that has one, what people decided before what rules judged; null where no column of it was ever judged.</summary>
    public async Task<IReadOnlyDictionary<string, string>?> ClassesAsync(string asset, CancellationToken cancellationToken)
    {
        const string Sql = """
            select k.column_name as name, catalog.personal_class(k) as class
            from catalog.classifications k
            join catalog.assets a on a.id = k.asset_id
            where a.key = @asset
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<(string Name, string? Class)>(new CommandDefinition(Sql, new { asset }, cancellationToken: cancellationToken))).AsList();
        return rows.Count == 0 ? null : rows.Where(row => row.Class is not null).ToDictionary(row => row.Name, row => row.Class!, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The policy of each class, by name.</summary>
    public async Task<IReadOnlyList<MaskingPolicy>> PoliciesAsync(CancellationToken cancellationToken)
    {
        const string Sql = "select personal_class, required, allowed, changed_by, changed_at from catalog.masking_policies order by personal_class";
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<MaskingPolicy>(new CommandDefinition(Sql, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>
    /// Columns whose class asks for masking and whose values a task carries on as they are or only changed in form, newest first. Filters, joins and aggregates read a column too, and do not carry its values.
    /// </summary>
    /// <param name="workflows">Only what these workflows do: those that are published. Null for all that ever ran.</param>
    /// <param name="asset">Only columns of this asset; null for all.</param>
    /// <param name="limit">Most rows.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<UnmaskedRead>> UnmaskedAsync(IReadOnlyCollection<string>? workflows, string? asset, int limit, CancellationToken cancellationToken)
    {
        // A judgement that is a guess is no finding; a person's word is never one.
        const string Sql = """
            select f.key as asset, e.from_column as column_name, catalog.personal_class(k) as personal_class, catalog.semantic_type(k) as semantic_type,
                   t.key as to_asset, e.to_column, e.kind, e.workflow, e.task_id, e.last_run, e.last_seen_at
            from catalog.classifications k
            join catalog.masking_policies p on p.required and p.personal_class = catalog.personal_class(k)
            join catalog.column_edges e on e.from_asset = k.asset_id and e.from_column = k.column_name
            join catalog.assets f on f.id = e.from_asset and f.gone_at is null
            join catalog.assets t on t.id = e.to_asset and t.gone_at is null
            where not e.masking and e.kind in ('identity', 'transformation') and e.to_column <> ''
              and (k.verdict is not null or k.confidence >= 0.5)
              and (@workflows::text[] is null or e.workflow = any(@workflows))
              and (@asset::text is null or f.key = @asset)
              and not exists (select 1 from unnest(p.allowed) as pattern
                              where t.key like replace(replace(replace(replace(pattern, '\', '\\'), '_', '\_'), '%', '\%'), '*', '%'))
            order by e.last_seen_at desc, f.key, e.from_column, t.key, e.to_column, e.workflow, e.task_id
            limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<UnmaskedRead>(new CommandDefinition(Sql, new { workflows = workflows?.ToArray(), asset, limit }, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>Whether a class of personal data asks for masking.</summary>
public sealed record MaskingPolicy
{
    /// <summary><c>name</c>, <c>contact</c>, <c>address</c>, <c>identity</c>, <c>financial</c>, <c>demographic</c>, <c>online</c> or <c>in_text</c>.</summary>
    public required string PersonalClass { get; init; }

    /// <summary>Whether reading such a column plain is a finding. Default: yes.</summary>
    public required bool Required { get; init; }

    /// <summary>Keys of assets that may take it plain; a star stands for any characters. Default: <c>raw.*</c>.</summary>
    public required string[] Allowed { get; init; }

    /// <summary>Null while nobody has changed it.</summary>
    public required string? ChangedBy { get; init; }

    public required DateTimeOffset? ChangedAt { get; init; }
}

/// <summary>A finding: a column whose class asks for masking is carried on plain.</summary>
public sealed record UnmaskedRead
{
    /// <summary>Key of the asset that is read.</summary>
    public required string Asset { get; init; }

    public required string ColumnName { get; init; }

    public required string PersonalClass { get; init; }

    public required string? SemanticType { get; init; }

    /// <summary>Key of the asset that takes it.</summary>
    public required string ToAsset { get; init; }

    public required string ToColumn { get; init; }

    /// <summary><c>identity</c> or <c>transformation</c>.</summary>
    public required string Kind { get; init; }

    public required string Workflow { get; init; }

    public required string TaskId { get; init; }

    public required long LastRun { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }
}
