using Dapper;
using Npgsql;
using Platform.Catalog.Assets;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Inventory;

/// <summary>Compares a scan with what is known and writes the difference. The caller holds the <see cref="CatalogLock"/>.</summary>
internal sealed class ScanRecorder(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
{
    internal async Task<ScanOutcome> RecordAsync(long inventoryRun, string source, IReadOnlyCollection<ScannedAsset> scanned)
    {
        var found = scanned.DistinctBy(a => a.Key).ToList();
        var now = await connection.ExecuteScalarAsync<DateTime>(Command("select now()", new { }));
        var at = new DateTimeOffset(now, TimeSpan.Zero);
        var writer = new AssetWriter(connection, transaction, cancellationToken);
        var known = (await connection.QueryAsync<KnownAsset>(Command("""
            select a.id, a.key, a.source, a.fingerprint, a.previous_fingerprint, a.fingerprint_scan, a.first_seen_scan, a.gone_at is not null as gone, a.gone_scan,
                   a.last_written_run is not null as written_by_run, a.row_count, a.byte_count, a.file_count, a.content_fingerprint, a.renamed_to, c.change as noted
            from catalog.assets a
            left join catalog.inventory_changes c on c.asset_id = a.id and c.inventory_run_id = @inventoryRun
            where a.key = any(@keys) or a.source = @source
            """, new { inventoryRun, keys = found.Select(f => f.Key).ToArray(), source }))).ToDictionary(k => k.Key, StringComparer.Ordinal);
        // Repeated within the same inventory run, each asset is compared with what was known before that run, so that the answer is the same.
        var changes = found.Select(f => (Asset: f, Before: known.GetValueOrDefault(f.Key), Change: ChangeOf(inventoryRun, f, known.GetValueOrDefault(f.Key)))).ToList();
        var gone = known.Values.Where(k => k.Source == source && (!k.Gone || k.GoneScan == inventoryRun) && found.All(f => f.Key != k.Key)).ToList();

        var ids = await writer.EnsureAsync(found.Select(f => (f.Key, f.Kind)), at);
        await WriteAssetsAsync(inventoryRun, source, found, at);
        await connection.ExecuteAsync(Command("update catalog.assets set gone_at = @at, gone_scan = @inventoryRun where id = any(@ids) and gone_at is null", new { at, inventoryRun, ids = gone.Select(g => g.Id).ToArray() }));
        await writer.ApplySchemasAsync([.. found.Where(f => f.Columns is not null).Select(f => new SeenSchema(ids[f.Key], f.Columns!, at, null, inventoryRun, known.GetValueOrDefault(f.Key) is { WrittenByRun: true } ? SchemaWitness.InventoryOfWritten : SchemaWitness.Inventory))]);
        await WriteCommentsAsync(ids, found);
        foreach (var (before, after) in RenamesOf([.. changes.Where(c => c.Change is "new" or "returned").Select(c => c.Asset)], gone))
            await new AssetRenamer(connection, transaction, cancellationToken).MoveAsync(inventoryRun, before.Id, before.Key, ids[after.Key], after.Key);
        await WriteChangesAsync(inventoryRun, ids,
        [
            .. changes.Where(c => c.Change is not null).Select(c => (c.Asset.Key, c.Change!, c.Before, (ScannedAsset?)c.Asset)),
            .. gone.Select(g => (g.Key, "gone", (KnownAsset?)g, (ScannedAsset?)null)),
        ], gone);
        return new ScanOutcome(Keys("new"), Keys("changed"), [.. gone.Select(g => g.Key).Order(StringComparer.Ordinal)], Keys("returned"), Keys(null));

        List<string> Keys(string? change) => [.. changes.Where(c => c.Change == change).Select(c => c.Asset.Key).Order(StringComparer.Ordinal)];
    }

    // The same rows under another name are the same thing, where exactly one went and exactly one came. Tried again, a rename that was made is not made again.
    private static List<(KnownAsset Before, ScannedAsset After)> RenamesOf(List<ScannedAsset> came, List<KnownAsset> gone)
    {
        var byContent = came.Where(asset => asset.ContentFingerprint is not null).ToLookup(asset => asset.ContentFingerprint!, StringComparer.Ordinal);
        return [.. gone.Where(asset => asset.ContentFingerprint is not null && asset.RowCount > 0).GroupBy(asset => asset.ContentFingerprint!, StringComparer.Ordinal)
            .Where(group => group.Count() == 1 && byContent[group.Key].Count() == 1 && group.First().RenamedTo is null)
            .Select(group => (group.First(), byContent[group.Key].First()))];
    }

    private static string? ChangeOf(long inventoryRun, ScannedAsset found, KnownAsset? before)
    {
        if (before?.FingerprintScan == inventoryRun)
            return before.Noted is "new" or "returned" ? before.Noted : before.PreviousFingerprint == found.Fingerprint ? null : "changed";
        // An asset that only runs have mentioned so far is new to the inventory.
        if (before?.FirstSeenScan is null)
            return "new";
        if (before.Gone)
            return "returned";
        return before.Fingerprint == found.Fingerprint ? null : "changed";
    }

    private async Task WriteAssetsAsync(long inventoryRun, string source, List<ScannedAsset> found, DateTimeOffset at)
    {
        const string Sql = """
            update catalog.assets a
            set kind = r.kind, name = coalesce(r.name, a.name), location = coalesce(r.location, a.location), source = @source, format = coalesce(r.format, a.format),
                version = coalesce(r.version, a.version), row_count = coalesce(r.row_count, a.row_count), byte_count = coalesce(r.byte_count, a.byte_count),
                file_count = coalesce(r.file_count, a.file_count), newest_data_at = coalesce(r.newest_data_at, a.newest_data_at), problem = r.problem, source_comment = r.comment,
                previous_fingerprint = case when a.fingerprint_scan = @inventoryRun then a.previous_fingerprint else a.fingerprint end,
                fingerprint = r.fingerprint, fingerprint_scan = @inventoryRun, content_fingerprint = r.content_fingerprint, renamed_to = null,
                first_seen_scan = coalesce(a.first_seen_scan, @inventoryRun), last_seen_at = @at, last_seen_scan = @inventoryRun, gone_at = null
            from jsonb_to_recordset(@rows::jsonb) as r(key text, kind text, name text, location text, format text, version bigint, row_count bigint, byte_count bigint, file_count bigint, newest_data_at timestamptz, fingerprint text, content_fingerprint text, problem text, comment text)
            where a.key = r.key
            """;
        var rows = found.Select(f => new
        {
            key = f.Key,
            kind = AssetKeys.Write(f.Kind),
            name = f.Name,
            location = f.Location,
            format = f.Format,
            version = f.Version,
            row_count = f.RowCount,
            byte_count = f.ByteCount,
            file_count = f.FileCount,
            newest_data_at = f.NewestDataAt,
            fingerprint = f.Fingerprint,
            content_fingerprint = f.ContentFingerprint,
            problem = f.Problem,
            comment = f.Comment,
        });
        await connection.ExecuteAsync(Command(Sql, new { rows = CatalogJson.Write(rows), source, inventoryRun, at }));
    }

    /// <summary>Of columns, only where one differs: each write is something that search looks at again.</summary>
    private Task WriteCommentsAsync(Dictionary<string, long> ids, List<ScannedAsset> found)
    {
        const string Sql = """
            update catalog.columns c set source_comment = w.comment
            from (select k.asset_id, k.name, r.comment from catalog.columns k
                  left join jsonb_to_recordset(@rows::jsonb) as r(asset_id bigint, name text, comment text) on r.asset_id = k.asset_id and r.name = k.name
                  where k.asset_id = any(@ids)) w
            where c.asset_id = w.asset_id and c.name = w.name and c.source_comment is distinct from w.comment
            """;
        var rows = found.SelectMany(f => f.ColumnComments.Select(comment => new { asset_id = ids[f.Key], name = comment.Key, comment = comment.Value })).ToList();
        // Only databases have comments; the columns of files need not be looked through for any.
        var databases = found.Where(f => f.Kind == AssetKind.DatabaseTable || f.ColumnComments.Count > 0).Select(f => ids[f.Key]).ToArray();
        return databases.Length == 0 ? Task.CompletedTask : connection.ExecuteAsync(Command(Sql, new { rows = CatalogJson.Write(rows), ids = databases }));
    }

    private async Task WriteChangesAsync(long inventoryRun, Dictionary<string, long> ids, IReadOnlyList<(string Key, string Change, KnownAsset? Before, ScannedAsset? After)> changes, List<KnownAsset> gone)
    {
        // What the first try of this inventory run noted stays: by now the figures before are those after.
        const string Sql = """
            insert into catalog.inventory_changes (inventory_run_id, asset_id, change, details)
            select @inventoryRun, asset_id, change, details
            from jsonb_to_recordset(@rows::jsonb) as r(asset_id bigint, change text, details jsonb)
            on conflict (inventory_run_id, asset_id) do update set change = excluded.change where inventory_changes.change <> excluded.change
            """;
        foreach (var asset in gone)
            ids[asset.Key] = asset.Id;
        var rows = changes.Select(c => new
        {
            asset_id = ids[c.Key],
            change = c.Change,
            details = new
            {
                row_count = new { before = c.Before?.RowCount, after = c.After?.RowCount },
                byte_count = new { before = c.Before?.ByteCount, after = c.After?.ByteCount },
                file_count = new { before = c.Before?.FileCount, after = c.After?.FileCount },
            },
        }).ToList();
        if (rows.Count > 0)
            await connection.ExecuteAsync(Command(Sql, new { inventoryRun, rows = CatalogJson.Write(rows) }));
    }

    private CommandDefinition Command(string sql, object parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);

    private sealed record KnownAsset
    {
        public required long Id { get; init; }

        public required string Key { get; init; }

        public required string? Source { get; init; }

        public required string? Fingerprint { get; init; }

        public required string? PreviousFingerprint { get; init; }

        public required long? FingerprintScan { get; init; }

        public required long? FirstSeenScan { get; init; }

        public required bool Gone { get; init; }

        public required long? GoneScan { get; init; }

        public required bool WrittenByRun { get; init; }

        /// <summary>What an earlier try of the same inventory run noted.</summary>
        public required string? Noted { get; init; }

        public required long? RowCount { get; init; }

        public required long? ByteCount { get; init; }

        public required long? FileCount { get; init; }

        public required string? ContentFingerprint { get; init; }

        /// <summary>Set where a rename was recorded already.</summary>
        public required string? RenamedTo { get; init; }
    }
}
