using Dapper;
using Npgsql;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Assets;

/// <summary>Writes assets and their schemas, for scans and for the projector. The caller holds the <see cref="CatalogLock"/>.</summary>
internal sealed class AssetWriter(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
{
    /// <summary>Makes unknown keys known, and returns the ids of all.</summary>
    internal async Task<Dictionary<string, long>> EnsureAsync(IEnumerable<(string Key, AssetKind Kind)> assets, DateTimeOffset at)
    {
        const string Sql = """
            with wanted as (
                select * from jsonb_to_recordset(@rows::jsonb) as r(key text, kind text, name text)
            ), made as (
                insert into catalog.assets (key, kind, name, first_seen_at, last_seen_at)
                select key, kind, name, @at, @at
                from wanted w
                where not exists (select 1 from catalog.assets a where a.key = w.key)
                on conflict (key) do nothing
                returning key, id
            )
            select key, id from made
            union all
            select a.key, a.id from catalog.assets a join wanted w on w.key = a.key
            """;
        var rows = assets.DistinctBy(a => a.Key).Select(a => new { key = a.Key, kind = AssetKeys.Write(a.Kind), name = AssetKeys.NameOf(a.Key) }).ToList();
        if (rows.Count == 0)
            return [];
        var found = await connection.QueryAsync<(string Key, long Id)>(Command(Sql, new { rows = CatalogJson.Write(rows), at }));
        return found.ToDictionary(f => f.Key, f => f.Id, StringComparer.Ordinal);
    }

    /// <summary>Brings columns up to what was seen, and notes what changed. The first schema of an asset is no change.</summary>
    internal async Task ApplySchemasAsync(IReadOnlyCollection<SeenSchema> seen)
    {
        if (seen.Count == 0)
            return;
        var known = (await connection.QueryAsync<KnownColumn>(Command(
            "select asset_id, name, ordinal, data_type, read_type, nullable, gone_at is not null as gone from catalog.columns where asset_id = any(@ids)",
            new { ids = seen.Select(s => s.AssetId).Distinct().ToArray() }))).GroupBy(c => c.AssetId).ToDictionary(g => g.Key, g => g.ToDictionary(c => c.Name, StringComparer.Ordinal));
        var differences = new SchemaDifferences();
        // In order of time: several writes of one asset in a batch change one after the other.
        foreach (var schema in seen.OrderBy(s => s.At))
        {
            if (!known.TryGetValue(schema.AssetId, out var columns))
                known[schema.AssetId] = columns = new Dictionary<string, KnownColumn>(StringComparer.Ordinal);
            differences.Add(schema, columns);
        }

        if (differences.IsEmpty)
            return;
        await WriteAsync(differences);
    }

    private async Task WriteAsync(SchemaDifferences differences)
    {
        const string ColumnsSql = """
            insert into catalog.columns as c (asset_id, name, ordinal, data_type, read_type, nullable, first_seen_at, last_seen_at, gone_at)
            select asset_id, name, ordinal, data_type, read_type, nullable, at, at, case when gone then at end
            from jsonb_to_recordset(@rows::jsonb) as r(asset_id bigint, name text, ordinal int, data_type text, read_type text, nullable boolean, gone boolean, at timestamptz)
            on conflict (asset_id, name) do update
            set ordinal = excluded.ordinal, data_type = excluded.data_type, read_type = excluded.read_type, nullable = excluded.nullable, gone_at = excluded.gone_at,
                last_seen_at = case when excluded.gone_at is null then excluded.last_seen_at else c.last_seen_at end
            """;
        const string ChangesSql = """
            insert into catalog.schema_changes (asset_id, changed_at, change, column_name, before, after, run_id, scan_id)
            select asset_id, at, change, column_name, before, after, run_id, scan_id
            from jsonb_to_recordset(@rows::jsonb) as r(asset_id bigint, at timestamptz, change text, column_name text, before text, after text, run_id bigint, scan_id bigint)
            """;
        await connection.ExecuteAsync(Command(ColumnsSql, new { rows = CatalogJson.Write(differences.Columns) }));
        if (differences.Changes.Count > 0)
            await connection.ExecuteAsync(Command(ChangesSql, new { rows = CatalogJson.Write(differences.Changes) }));
    }

    private CommandDefinition Command(string sql, object parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);
}

/// <summary>A schema that was seen.</summary>
/// <param name="AssetId">Of what.</param>
/// <param name="Columns">In order.</param>
/// <param name="At">When.</param>
/// <param name="RunId">The run that wrote it, or null.</param>
/// <param name="ScanId">The inventory run that saw it, or null.</param>
/// <param name="By">Whose eyes saw it.</param>
internal sealed record SeenSchema(long AssetId, IReadOnlyList<AssetColumn> Columns, DateTimeOffset At, long? RunId, long? ScanId, SchemaWitness By);

/// <summary>Who saw a schema: each names types in its own words and sees more or less of the data, so that only a difference to what the same witness saw is a change of the data.</summary>
internal enum SchemaWitness
{
    /// <summary>The run that wrote it: knows best.</summary>
    Writer,

    /// <summary>The inventory, which looked at all of the data.</summary>
    Inventory,

    /// <summary>The inventory, of a table that runs write: the types are the writer's.</summary>
    InventoryOfWritten,

    /// <summary>A task that read a part: one day's file may hold narrower values than the whole.</summary>
    Reader,

    /// <summary>Another system, which says what it declared.</summary>
    Other,
}

/// <summary>A column as it is kept.</summary>
internal sealed record KnownColumn
{
    public required long AssetId { get; init; }

    public required string Name { get; init; }

    public required int Ordinal { get; init; }

    public required string DataType { get; init; }

    /// <summary>As readers and other systems name it; null where none has.</summary>
    public string? ReadType { get; init; }

    public required bool Nullable { get; init; }

    public required bool Gone { get; init; }
}
