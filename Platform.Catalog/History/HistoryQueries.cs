using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.History;

/// <summary>The history of assets: what people changed, what rules and scans saw change, what runs wrote.</summary>
public sealed class HistoryQueries
{
    private readonly NpgsqlDataSource _dataSource;

    public HistoryQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>What happened to an asset and its columns, newest first.</summary>
    /// <param name="asset">Its key; null for all assets and the glossary.</param>
    /// <param name="column">Only this column; null for all.</param>
    /// <param name="by">Only by this person; null for everybody, runs and scans too.</param>
    /// <param name="before">Only what is older: the cursor; null for the newest.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<ChangeRow>> ListAsync(string? asset, string? column, string? by, DateTimeOffset? before, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            (select c.at, a.key as asset, nullif(c.column_name, '') as "column", c.field, c.before, c.after, c.made_by as "by", c.run_id, c.inventory_run_id, null as workflow, null as task_id, c.note, c.id
             from catalog.changes c left join catalog.assets a on a.id = c.asset_id
             where (@asset::text is null or c.asset_id = (select id from catalog.assets where key = @asset)) and (@column::text is null or c.column_name = @column)
               and (@by::text is null or c.made_by = @by) and (@before::timestamptz is null or c.at < @before)
             order by c.at desc, c.id desc limit @limit)
            union all
            (select v.written_at, a.key, null, 'data.written', null, jsonb_strip_nulls(jsonb_build_object('version', v.version, 'operation', v.operation, 'rows', v.row_count, 'rows_written', v.rows_written, 'bytes', v.byte_count)),
                    null, v.run_id, null, v.workflow, v.task_id, null, v.version
             from catalog.asset_versions v join catalog.assets a on a.id = v.asset_id
             where @asset::text is not null and a.key = @asset and @column::text is null and @by::text is null and (@before::timestamptz is null or v.written_at < @before)
             order by v.written_at desc limit @limit)
            order by 1 desc, id desc
            limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ChangeRow>(new CommandDefinition(Sql, new { asset, column, by, before, limit }, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>Something that changed.</summary>
public sealed record ChangeRow
{
    public required DateTimeOffset At { get; init; }

    /// <summary>Key of the asset; null for the glossary.</summary>
    public required string? Asset { get; init; }

    /// <summary>Null for the whole asset.</summary>
    public required string? Column { get; init; }

    /// <summary>
    /// <c>owner</c>, <c>description</c>, <c>domain</c>, <c>tier</c>, <c>tags</c>, <c>retention_days</c>, <c>contract</c>, <c>term</c>, <c>glossary</c>, <c>verdict</c>, <c>relation</c>, <c>suggestion</c>;
    /// <c>schema.added</c>, <c>schema.removed</c>, <c>schema.type</c>, <c>schema.nullable</c>; <c>scan.new</c>, <c>scan.changed</c>, <c>scan.gone</c>, <c>scan.returned</c>, <c>scan.renamed</c>; <c>rule.semantic_type</c>; <c>data.written</c>.
    /// </summary>
    public required string Field { get; init; }

    /// <summary>Null for nothing.</summary>
    public required JsonElement? Before { get; init; }

    /// <summary>Null for nothing.</summary>
    public required JsonElement? After { get; init; }

    /// <summary>The person; null for a run, a scan or the rules.</summary>
    public required string? By { get; init; }

    /// <summary>The platform run; null without one.</summary>
    public required long? RunId { get; init; }

    /// <summary>The inventory run; null without one.</summary>
    public required long? InventoryRunId { get; init; }

    public required string? Workflow { get; init; }

    public required string? TaskId { get; init; }

    public required string? Note { get; init; }
}
