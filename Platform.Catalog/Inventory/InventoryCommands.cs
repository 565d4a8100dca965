using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Catalog.Govern;
using Platform.Catalog.Review;
using Platform.Postgres;

namespace Platform.Catalog.Inventory;

/// <summary>Writes what an inventory run finds. Each command is one transaction and may be repeated: the second time it changes nothing and answers the same.</summary>
public sealed class InventoryCommands
{
    private readonly NpgsqlDataSource _dataSource;

    public InventoryCommands(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Begins an inventory run, or finds the one that another task of the same platform run has begun.</summary>
    /// <param name="runId">The platform run; null for an inventory without one.</param>
    /// <param name="workflow">Its workflow.</param>
    /// <param name="sources">What will be looked at; added to what earlier tasks have named.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Id of the inventory run.</returns>
    public async Task<long> BeginAsync(long? runId, string? workflow, IReadOnlyCollection<string> sources, CancellationToken cancellationToken)
    {
        const string Sql = """
            insert into catalog.inventory_runs as r (run_id, workflow, sources) values (@runId, @workflow, @sources)
            on conflict (run_id) do update
            set sources = (select coalesce(array_agg(distinct s), '{}') from unnest(r.sources || excluded.sources) as s)
            returning id
            """;
        return await InTransactionAsync((c, t) => c.ExecuteScalarAsync<long>(Command(Sql, new { runId, workflow, sources = sources.ToArray() }, t, cancellationToken)), cancellationToken);
    }

    /// <summary>Ends an inventory run with its report. An ended run takes a newer report, as after a retry.</summary>
    /// <param name="inventoryRun">Its id.</param>
    /// <param name="succeeded">Whether it came through.</param>
    /// <param name="report">The report, a JSON object; null for none.</param>
    /// <param name="reportLocation">Where the report's page lies; null for none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task EndAsync(long inventoryRun, bool succeeded, JsonElement? report, string? reportLocation, CancellationToken cancellationToken)
    {
        const string Sql = """
            update catalog.inventory_runs
            set state = @state, ended_at = now(), report = coalesce(@report::jsonb, report), report_location = coalesce(@reportLocation, report_location)
            where id = @inventoryRun
            """;
        await InTransactionAsync((c, t) => c.ExecuteAsync(Command(Sql, new { inventoryRun, state = succeeded ? "success" : "failed", report = report?.GetRawText(), reportLocation }, t, cancellationToken)), cancellationToken);
    }

    /// <summary>Records what a scan of one source found: everything that is there. What the source had before and the scan has not is gone.</summary>
    /// <param name="inventoryRun">The inventory run.</param>
    /// <param name="source">The source: a folder, a database, <c>tables</c>.</param>
    /// <param name="found">All its assets.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ScanOutcome> RecordScanAsync(long inventoryRun, string source, IReadOnlyCollection<ScannedAsset> found, CancellationToken cancellationToken) =>
        await InTransactionAsync((c, t) => new ScanRecorder(c, t, cancellationToken).RecordAsync(inventoryRun, source, found), cancellationToken, locked: true);

    /// <summary>Keeps the files of an asset with their states, in place of those kept before.</summary>
    public async Task RecordFilesAsync(string asset, IReadOnlyCollection<AssetFile> files, CancellationToken cancellationToken)
    {
        const string DeleteSql = "delete from catalog.asset_files where asset_id = @id and not path = any(@paths)";
        const string InsertSql = """
            insert into catalog.asset_files (asset_id, path, byte_count, modified_at, state_format, state)
            select @id, path, byte_count, modified_at, state_format, state
            from unnest(@paths, @sizes, @times, @formats, @states) as f(path, byte_count, modified_at, state_format, state)
            on conflict (asset_id, path) do update
            set byte_count = excluded.byte_count, modified_at = excluded.modified_at, state_format = excluded.state_format, state = excluded.state
            where (asset_files.byte_count, asset_files.modified_at, asset_files.state_format, asset_files.state) is distinct from (excluded.byte_count, excluded.modified_at, excluded.state_format, excluded.state)
            """;
        await InTransactionAsync(async (c, t) =>
        {
            var id = await IdAsync(c, t, asset, cancellationToken);
            var paths = files.Select(f => f.Path).ToArray();
            await c.ExecuteAsync(Command(DeleteSql, new { id, paths }, t, cancellationToken));
            await using var insert = new NpgsqlCommand(InsertSql, c, t);
            insert.Parameters.AddWithValue("id", id);
            insert.Parameters.AddWithValue("paths", paths);
            insert.Parameters.AddWithValue("sizes", files.Select(f => f.ByteCount).ToArray());
            insert.Parameters.AddWithValue("times", files.Select(f => f.ModifiedAt.UtcDateTime).ToArray());
            insert.Parameters.AddWithValue("formats", files.Select(f => f.StateFormat).ToArray());
            insert.Parameters.AddWithValue("states", files.Select(f => f.State).ToArray());
            return await insert.ExecuteNonQueryAsync(cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Keeps profiles, one of an asset. Repeated for the same asset and inventory run it replaces that run's profile. A few statements for all of them: give hundreds at once, but not all the memory holds.</summary>
    /// <exception cref="ArgumentException">The inventory does not know one of the assets; none is kept.</exception>
    public async Task RecordProfilesAsync(long? inventoryRun, IReadOnlyCollection<AssetProfile> profiles, CancellationToken cancellationToken)
    {
        const string DropSql = "delete from catalog.profiles where asset_id = any(@ids) and inventory_run_id = @inventoryRun";
        const string InsertSql = """
            insert into catalog.profiles (asset_id, inventory_run_id, asset_version, row_count, profile)
            select id, @inventoryRun, version, rows, profile::jsonb
            from unnest(@ids, @versions, @rows, @profiles) as p(id, version, rows, profile)
            returning asset_id, id
            """;
        const string ColumnsSql = """
            insert into catalog.column_profiles (profile_id, column_name, profile)
            select profile_id, name, profile::jsonb from unnest(@profileIds, @names, @columns) as c(profile_id, name, profile)
            """;
        const string AssetsSql = """
            update catalog.assets a set row_count = r.rows
            from unnest(@ids, @rows) as r(id, rows)
            where a.id = r.id and r.rows is not null and a.row_count is distinct from r.rows
            """;
        var wanted = profiles.GroupBy(p => p.Asset, StringComparer.Ordinal).Select(group => group.Last()).OrderBy(p => p.Asset, StringComparer.Ordinal).ToList();
        if (wanted.Count == 0)
            return;
        await InTransactionAsync(async (c, t) =>
        {
            var known = await IdsAsync(c, t, [.. wanted.Select(p => p.Asset)], cancellationToken);
            var ids = wanted.Select(p => known[p.Asset]).ToArray();
            var rows = wanted.Select(p => p.RowCount).ToArray();
            if (inventoryRun is not null)
                await c.ExecuteAsync(Command(DropSql, new { ids, inventoryRun }, t, cancellationToken));
            var kept = (await c.QueryAsync<(long Asset, long Profile)>(Command(InsertSql, new { ids, inventoryRun, versions = wanted.Select(p => p.AssetVersion).ToArray(), rows, profiles = wanted.Select(p => p.Profile.GetRawText()).ToArray() }, t, cancellationToken)))
                .ToDictionary(row => row.Asset, row => row.Profile);
            var columns = wanted.SelectMany(p => p.Columns, (p, column) => (Profile: kept[known[p.Asset]], Name: column.Key, column.Value)).ToList();
            await c.ExecuteAsync(Command(ColumnsSql, new { profileIds = columns.Select(column => column.Profile).ToArray(), names = columns.Select(column => column.Name).ToArray(), columns = columns.Select(column => column.Value.GetRawText()).ToArray() }, t, cancellationToken));
            return await c.ExecuteAsync(Command(AssetsSql, new { ids, rows }, t, cancellationToken));
        }, cancellationToken, locked: true);
    }

    /// <summary>Keeps what the rules judge. A human verdict stays; columns that are not named keep their judgement.</summary>
    public Task RecordJudgementsAsync(string asset, IReadOnlyCollection<ColumnJudgement> judgements, CancellationToken cancellationToken) => RecordJudgementsAsync(null, [new AssetJudgements(asset, judgements, [])], cancellationToken);

    /// <summary>Keeps what the rules judge of assets, together with the columns that an inventory run judges otherwise than before. A human verdict stays; columns that are not named keep their judgement.</summary>
    /// <exception cref="ArgumentException">The inventory does not know one of the assets; nothing is kept.</exception>
    public async Task RecordJudgementsAsync(long? inventoryRun, IReadOnlyCollection<AssetJudgements> judged, CancellationToken cancellationToken)
    {
        const string Sql = """
            insert into catalog.classifications (asset_id, column_name, semantic_type, personal_class, domain, role, confidence, evidence, rule_version, signature)
            select o.id, r."column", semantic_type, personal_class, domain, role, confidence, evidence, rule_version, decode(signature, 'base64')
            from unnest(@ids, @rows) as o(id, rows)
            cross join lateral jsonb_to_recordset(o.rows::jsonb) as r("column" text, semantic_type text, personal_class text, domain text, role text, confidence double precision, evidence jsonb, rule_version text, signature text)
            on conflict (asset_id, column_name) do update
            set semantic_type = excluded.semantic_type, personal_class = excluded.personal_class, domain = excluded.domain, role = excluded.role,
                confidence = excluded.confidence, evidence = excluded.evidence, rule_version = excluded.rule_version, signature = excluded.signature, judged_at = now()
            """;
        const string FlipsSql = """
            insert into catalog.classification_flips (inventory_run_id, asset_id, column_name, from_type, to_type, from_personal, to_personal, from_version, to_version, because)
            select @inventoryRun, o.id, r."column", from_type, to_type, from_personal, to_personal, from_version, to_version, because
            from unnest(@ids, @rows) as o(id, rows)
            cross join lateral jsonb_to_recordset(o.rows::jsonb) as r("column" text, from_type text, to_type text, from_personal text, to_personal text, from_version text, to_version text, because text)
            """;
        var wanted = judged.GroupBy(one => one.Asset, StringComparer.Ordinal).Select(group => group.Last()).OrderBy(one => one.Asset, StringComparer.Ordinal).ToList();
        if (wanted.Count == 0)
            return;
        await InTransactionAsync(async (c, t) =>
        {
            var known = await IdsAsync(c, t, [.. wanted.Select(one => one.Asset)], cancellationToken);
            var flipped = wanted.Where(one => one.Flips.Count > 0).ToList();
            if (flipped.Count > 0)
                await c.ExecuteAsync(Command(FlipsSql, new { inventoryRun, ids = flipped.Select(one => known[one.Asset]).ToArray(), rows = flipped.Select(one => CatalogJson.Write(one.Flips)).ToArray() }, t, cancellationToken));
            return await c.ExecuteAsync(Command(Sql, new { ids = wanted.Select(one => known[one.Asset]).ToArray(), rows = wanted.Select(one => CatalogJson.Write(one.Judgements.DistinctBy(j => j.Column))).ToArray() }, t, cancellationToken));
        }, cancellationToken);
    }

    /// <summary>Keeps a human decision on a column, whatever was decided before; later judgements of rules do not touch it. The same as a decision in the review queue.</summary>
    /// <exception cref="ArgumentException">The verdict is none, or the asset or column is not known.</exception>
    public async Task RecordVerdictAsync(ColumnVerdict verdict, CancellationToken cancellationToken)
    {
        var decision = verdict.Verdict switch
        {
            "confirmed" => "confirm",
            "corrected" => "correct",
            "rejected" => "reject",
            _ => throw new ArgumentException($"'{verdict.Verdict}' is no verdict. Use confirmed, corrected or rejected.", nameof(verdict)),
        };
        long id;
        await using (var connection = await _dataSource.OpenConnectionAsync(cancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
            id = await IdAsync(connection, transaction, verdict.Asset, cancellationToken);
        var wanted = new ReviewDecision { Item = new ItemId("column", id, verdict.Column).ToString(), Decision = decision, Value = new ColumnMeaning(verdict.SemanticType, verdict.PersonalClass).Json(), Note = verdict.Note };
        var review = new ReviewCommands(_dataSource);
        var outcome = await review.DecideAsync([wanted], verdict.By, cancellationToken);
        if (outcome.Conflicts is [{ Reason: "decided", Current: { } over }])
            outcome = await review.DecideAsync([wanted with { Over = over }], verdict.By, cancellationToken);
        if (outcome.Conflicts is [{ Reason: "gone" }])
            throw new ArgumentException($"'{verdict.Asset}' has no column '{verdict.Column}'.", nameof(verdict));
    }

    /// <summary>Keeps proposed relations. Those of the looked-at assets that are not proposed any more are gone; human decisions stay.</summary>
    /// <param name="lookedAt">Keys of all assets that were compared with each other.</param>
    /// <param name="relations">What their values propose.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task RecordRelationsAsync(IReadOnlyCollection<string> lookedAt, IReadOnlyCollection<ProposedRelation> relations, CancellationToken cancellationToken)
    {
        const string UpsertSql = """
            insert into catalog.relations (kind, from_asset, from_columns, to_asset, to_columns, confidence, inclusion, broken_rows, missing_values, evidence)
            select r.kind, f.id, array(select jsonb_array_elements_text(r.from_columns)), t.id, array(select jsonb_array_elements_text(r.to_columns)),
                   r.confidence, r.inclusion, r.broken_rows, r.missing_values, coalesce(r.evidence, '{}')
            from jsonb_to_recordset(@rows::jsonb) as r(kind text, from_asset text, from_columns jsonb, to_asset text, to_columns jsonb, confidence double precision, inclusion double precision, broken_rows bigint, missing_values jsonb, evidence jsonb)
            join catalog.assets f on f.key = r.from_asset
            left join catalog.assets t on t.key = r.to_asset
            where r.to_asset is null or t.id is not null
            on conflict (kind, from_asset, from_columns, coalesce(to_asset, 0), to_columns) do update
            set confidence = excluded.confidence, inclusion = excluded.inclusion, broken_rows = excluded.broken_rows, missing_values = excluded.missing_values,
                evidence = excluded.evidence, last_seen_at = now(), gone_at = null
            returning id
            """;
        const string GoneSql = """
            update catalog.relations r
            set gone_at = now()
            from catalog.assets f
            where f.id = r.from_asset and f.key = any(@lookedAt) and r.gone_at is null and r.status <> 'rejected' and not r.id = any(@kept)
              and (r.to_asset is null or r.to_asset in (select id from catalog.assets where key = any(@lookedAt)))
            """;
        await InTransactionAsync(async (c, t) =>
        {
            var rows = relations.DistinctBy(r => (r.Kind, r.FromAsset, string.Join('\u0001', r.FromColumns), r.ToAsset, string.Join('\u0001', r.ToColumns)));
            var kept = await c.QueryAsync<long>(Command(UpsertSql, new { rows = CatalogJson.Write(rows) }, t, cancellationToken));
            return await c.ExecuteAsync(Command(GoneSql, new { lookedAt = lookedAt.ToArray(), kept = kept.ToArray() }, t, cancellationToken));
        }, cancellationToken, locked: true);
    }

    /// <summary>Keeps a human decision on a relation, whatever was decided before; false when there is none with that id. <c>proposed</c> opens it again.</summary>
    /// <exception cref="ArgumentException">The status is none.</exception>
    public async Task<bool> DecideRelationAsync(long id, string status, string by, CancellationToken cancellationToken)
    {
        if (status is not ("proposed" or "confirmed" or "rejected"))
            throw new ArgumentException($"'{status}' is no status of a relation. Use proposed, confirmed or rejected.", nameof(status));
        var review = new ReviewCommands(_dataSource);
        var wanted = new ReviewDecision { Item = new ItemId("relation", id, null).ToString(), Decision = status == "rejected" ? "reject" : "confirm" };
        var outcome = await review.DecideAsync([wanted], by, cancellationToken);
        if (outcome.Conflicts is [{ Reason: "decided", Current: { } over }])
            outcome = await review.DecideAsync([wanted with { Over = over }], by, cancellationToken);
        if (status == "proposed" && outcome.Decided is [var made])
            await review.UndoAsync([made.Decision], by, cancellationToken);
        return outcome.Conflicts is not [{ Reason: "gone" }];
    }

    /// <summary>Keeps what people say about an asset; null leaves a field as it is, an empty text clears it.</summary>
    /// <returns>False when there is no such asset.</returns>
    public Task<bool> DescribeAsync(string asset, AssetDescription description, CancellationToken cancellationToken) =>
        new GovernCommands(_dataSource).EditAsync(asset, new AssetEdit { Owner = description.Owner, Description = description.Description, Domain = description.Domain, Tier = description.Tier, Tags = description.Tags }, null, cancellationToken);

    private static CommandDefinition Command(string sql, object parameters, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        new(sql, parameters, transaction, cancellationToken: cancellationToken);

    private static async Task<long> IdAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string asset, CancellationToken cancellationToken) =>
        await connection.QuerySingleOrDefaultAsync<long?>(Command("select id from catalog.assets where key = @asset", new { asset }, transaction, cancellationToken))
        ?? throw new ArgumentException($"The inventory does not know '{asset}'. Scan its source first.", nameof(asset));

    private static async Task<Dictionary<string, long>> IdsAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string[] assets, CancellationToken cancellationToken)
    {
        var known = (await connection.QueryAsync<(string Key, long Id)>(Command("select key, id from catalog.assets where key = any(@assets)", new { assets }, transaction, cancellationToken))).ToDictionary(row => row.Key, row => row.Id, StringComparer.Ordinal);
        return assets.FirstOrDefault(asset => !known.ContainsKey(asset)) is { } unknown
            ? throw new ArgumentException($"The inventory does not know '{unknown}'. Scan its source first.", nameof(assets))
            : known;
    }

    private async Task<T> InTransactionAsync<T>(Func<NpgsqlConnection, NpgsqlTransaction, Task<T>> work, CancellationToken cancellationToken, bool locked = false)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (locked)
            await CatalogLock.TakeAsync(connection, transaction, cancellationToken);
        var result = await work(connection, transaction);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}

/// <summary>What people say about an asset; null leaves a field as it is, an empty text clears it.</summary>
public sealed record AssetDescription
{
    public string? Owner { get; init; }

    public string? Description { get; init; }

    public string? Domain { get; init; }

    public string? Tier { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }
}
