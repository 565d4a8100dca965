using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Catalog.Assets;
using Platform.Catalog.History;
using Platform.Postgres;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Cells;

/// <summary>Keeps what searches for wrong cells find, and what people say about cells and groups of them.</summary>
public sealed class CellCommands
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _time;

    public CellCommands(NpgsqlDataSource dataSource, TimeProvider time)
    {
        DapperSetup.Apply();
        (_dataSource, _time) = (dataSource, time);
    }

    /// <summary>Keeps a search in place of the one before. Labels and decisions stay; a group that is not found any more is marked.</summary>
    /// <param name="search">What was found.</param>
    /// <param name="kind">What the asset is, where the inventory does not know it yet.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task RecordAsync(CellSearch search, AssetKind kind, CancellationToken cancellationToken)
    {
        const string SearchSql = """
            insert into catalog.cell_searches as s (asset_id, columns, row_count, searched_rows, suspect_cells, used_labels, gone_labels)
            values (@id, @columns, @Rows, @SearchedRows, @SuspectCells, @UsedLabels, @GoneLabels)
            on conflict (asset_id) do update
            set columns = excluded.columns, row_count = excluded.row_count, searched_rows = excluded.searched_rows, suspect_cells = excluded.suspect_cells,
                used_labels = excluded.used_labels, gone_labels = excluded.gone_labels, found_at = now()
            """;
        // Rows with labels are kept with their values, so that a person can see what was said about which row.
        const string ForgetSql = """
            delete from catalog.cell_rows r
            where r.asset_id = @id and not r.row_key = any(@keys)
              and not exists (select 1 from catalog.cell_labels l where l.asset_id = r.asset_id and l.row_key = r.row_key)
            """;
        const string UnaskSql = "update catalog.cell_rows set place = null where asset_id = @id";
        const string RowsSql = """
            insert into catalog.cell_rows (asset_id, row_key, row_values, suspects, place)
            select @id, r.row_key, r.values, r.suspects, r.place
            from jsonb_to_recordset(@rows::jsonb) as r(row_key text, values jsonb, suspects jsonb, place integer)
            on conflict (asset_id, row_key) do update set row_values = excluded.row_values, suspects = excluded.suspects, place = excluded.place
            """;
        const string GroupsSql = """
            insert into catalog.cell_groups (asset_id, group_key, column_name, reason, pattern, cells, mean_score, examples)
            select @id, g.key, g."column", g.reason, g.pattern, g.cells, g.mean_score, g.examples
            from jsonb_to_recordset(@groups::jsonb) as g(key text, "column" text, reason text, pattern text, cells bigint, mean_score double precision, examples jsonb)
            on conflict (asset_id, group_key) do update
            set cells = excluded.cells, mean_score = excluded.mean_score, examples = excluded.examples, last_seen_at = now(), gone_at = null
            """;
        const string GoneSql = "update catalog.cell_groups set gone_at = now() where asset_id = @id and origin = 'search' and gone_at is null and not group_key = any(@groups)";
        return CatalogTransaction.RunAsync(_dataSource, async (connection, transaction) =>
        {
            var id = (await new AssetWriter(connection, transaction, cancellationToken).EnsureAsync([(search.Asset, kind)], _time.GetUtcNow()))[search.Asset];
            var personal = (await CellMask.PersonalAsync(connection, transaction, [id], cancellationToken))[id].ToHashSet(StringComparer.Ordinal);
            var keys = search.RowsToLabel.Select(row => row.RowKey).Distinct().ToArray();
            await ExecuteAsync(SearchSql, new { id, columns = search.Columns.ToArray(), search.Rows, search.SearchedRows, search.SuspectCells, search.UsedLabels, search.GoneLabels });
            await ExecuteAsync(UnaskSql, new { id });
            await ExecuteAsync(ForgetSql, new { id, keys });
            await ExecuteAsync(RowsSql, new { id, rows = CatalogJson.Write(search.RowsToLabel.DistinctBy(row => row.RowKey).Select((row, place) => new { row.RowKey, Values = CellMask.Values(row.Values, personal), Suspects = CellMask.Suspects(row.Suspects, personal), place })) });
            await ExecuteAsync(GroupsSql, new { id, groups = CatalogJson.Write(search.Groups.DistinctBy(group => group.Key).Select(group => group with { Examples = CellMask.Examples(group.Examples, personal.Contains(group.Column)) })) });
            return await ExecuteAsync(GoneSql, new { id, groups = search.Groups.Select(group => group.Key).ToArray() });

            Task<int> ExecuteAsync(string sql, object parameters) => connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));
        }, cancellationToken);
    }

    /// <summary>Keeps what a night found in assets that the catalog knows. Decisions stay; a group that is not found any more is marked, and nothing else of a search is touched.</summary>
    /// <param name="looked">Keys of the assets whose cells were looked at.</param>
    /// <param name="found">Groups with the keys of their assets.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many groups are new.</returns>
    public Task<int> RecordNightAsync(IReadOnlyCollection<string> looked, IReadOnlyCollection<(string Asset, FoundCellGroup Group)> found, CancellationToken cancellationToken)
    {
        const string AssetsSql = "select id, key from catalog.assets where key = any(@looked)";
        const string GroupsSql = """
            insert into catalog.cell_groups as k (asset_id, group_key, column_name, reason, pattern, cells, mean_score, examples, origin)
            select g.asset_id, g.key, g."column", g.reason, g.pattern, g.cells, g.mean_score, g.examples, 'night'
            from jsonb_to_recordset(@groups::jsonb) as g(asset_id bigint, key text, "column" text, reason text, pattern text, cells bigint, mean_score double precision, examples jsonb)
            on conflict (asset_id, group_key) do update
            set cells = excluded.cells, mean_score = excluded.mean_score, examples = excluded.examples, pattern = excluded.pattern, last_seen_at = now(), gone_at = null
            where k.gone_at is not null or (k.cells, k.mean_score, k.examples) is distinct from (excluded.cells, excluded.mean_score, excluded.examples)
            returning (xmax = 0)
            """;
        const string GoneSql = """
            update catalog.cell_groups k
            set gone_at = now()
            where k.asset_id = any(@ids) and k.origin = 'night' and k.gone_at is null
              and not exists (select 1 from jsonb_to_recordset(@groups::jsonb) as g(asset_id bigint, key text) where g.asset_id = k.asset_id and g.key = k.group_key)
            """;
        return CatalogTransaction.RunAsync(_dataSource, async (connection, transaction) =>
        {
            var ids = (await connection.QueryAsync<(long Id, string Key)>(new CommandDefinition(AssetsSql, new { looked = looked.ToArray() }, transaction, cancellationToken: cancellationToken))).ToDictionary(row => row.Key, row => row.Id, StringComparer.Ordinal);
            var hidden = await CellMask.HiddenAsync(connection, transaction, ids.Values, cancellationToken);
            var groups = CatalogJson.Write(found.Where(one => ids.ContainsKey(one.Asset)).DistinctBy(one => (one.Asset, one.Group.Key)).Select(one => new
            {
                AssetId = ids[one.Asset],
                Key = NightKey(one.Group.Key),
                one.Group.Column,
                one.Group.Reason,
                one.Group.Pattern,
                one.Group.Cells,
                one.Group.MeanScore,
                Examples = CellMask.Examples(one.Group.Examples, hidden[ids[one.Asset]].Contains(one.Group.Column)),
            }));
            var added = await connection.QueryAsync<bool>(new CommandDefinition(GroupsSql, new { groups }, transaction, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(GoneSql, new { ids = ids.Values.ToArray(), groups }, transaction, cancellationToken: cancellationToken));
            return added.Count(fresh => fresh);
        }, cancellationToken);
    }

    /// <summary>A night's group beside those that a search calls alike.</summary>
    internal static string NightKey(string group) => $"night:{group}";

    /// <summary>Keeps labels; a later one on the same cell replaces the earlier. Either all are kept or none.</summary>
    /// <param name="asset">Key of the asset.</param>
    /// <param name="labels">What is said.</param>
    /// <param name="by">Who says it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many labels were kept.</returns>
    /// <exception cref="ArgumentException">There was no search in the asset, or a label names a column or row that the search did not show.</exception>
    public Task<int> LabelAsync(string asset, IReadOnlyCollection<CellLabelInput> labels, string by, CancellationToken cancellationToken)
    {
        const string SearchSql = "select s.asset_id, s.columns from catalog.cell_searches s join catalog.assets a on a.id = s.asset_id where a.key = @asset";
        const string KnownSql = "select row_key from catalog.cell_rows where asset_id = @id and row_key = any(@keys)";
        const string Sql = """
            insert into catalog.cell_labels (asset_id, row_key, column_name, wrong, correct_value, labelled_by)
            select @id, l.row_key, l."column", l.wrong, l.correct_value, @by
            from jsonb_to_recordset(@labels::jsonb) as l(row_key text, "column" text, wrong boolean, correct_value text)
            on conflict (asset_id, row_key, column_name) do update
            set wrong = excluded.wrong, correct_value = excluded.correct_value, labelled_by = excluded.labelled_by, labelled_at = now()
            """;
        return CatalogTransaction.RunAsync(_dataSource, async (connection, transaction) =>
        {
            var search = await connection.QuerySingleOrDefaultAsync<SearchKey>(new CommandDefinition(SearchSql, new { asset }, transaction, cancellationToken: cancellationToken))
                ?? throw new ArgumentException($"Wrong cells of '{asset}' have not been looked for. Run a task with the activity inventory.errors on it.", nameof(asset));
            if (labels.FirstOrDefault(label => !search.Columns.Contains(label.Column)) is { } wrong)
                throw new ArgumentException($"The search in '{asset}' looked at no column '{wrong.Column}'. It looked at {string.Join(", ", search.Columns)}.", nameof(labels));
            var keys = labels.Select(label => label.RowKey).Distinct().ToArray();
            var known = (await connection.QueryAsync<string>(new CommandDefinition(KnownSql, new { id = search.AssetId, keys }, transaction, cancellationToken: cancellationToken))).ToHashSet(StringComparer.Ordinal);
            if (keys.FirstOrDefault(key => !known.Contains(key)) is { } stranger)
                throw new ArgumentException($"'{stranger}' is no row that was shown for '{asset}'. Take the rows to label anew: the table has changed, or it was searched again.", nameof(labels));
            var personal = (await CellMask.PersonalAsync(connection, transaction, [search.AssetId], cancellationToken))[search.AssetId].ToHashSet(StringComparer.Ordinal);
            var kept = labels.GroupBy(label => (label.RowKey, label.Column)).Select(group => group.Last()).Select(label => personal.Contains(label.Column) ? label with { CorrectValue = CellMask.Hide(label.CorrectValue) } : label);
            return await connection.ExecuteAsync(new CommandDefinition(Sql, new { id = search.AssetId, by, labels = CatalogJson.Write(kept) }, transaction, cancellationToken: cancellationToken));
        }, cancellationToken);
    }

    /// <summary>Keeps a decision on a group; null takes it back.</summary>
    /// <param name="id">Id of the group.</param>
    /// <param name="decision">confirmed, rejected or null.</param>
    /// <param name="note">Why; null without a reason.</param>
    /// <param name="by">Who decides.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when there is no such group.</returns>
    /// <exception cref="ArgumentException">The decision is none.</exception>
    public Task<bool> DecideAsync(long id, string? decision, string? note, string by, CancellationToken cancellationToken)
    {
        if (decision is not (null or "confirmed" or "rejected"))
            throw new ArgumentException($"'{decision}' is no decision on wrong cells. Use confirmed or rejected, or null to take a decision back.", nameof(decision));
        const string ReadSql = "select asset_id, column_name, group_key, decision from catalog.cell_groups where id = @id for update";
        const string Sql = """
            update catalog.cell_groups
            set decision = @decision, note = @note, decided_by = case when @decision::text is not null then @by end, decided_at = case when @decision::text is not null then now() end
            where id = @id
            """;
        return CatalogTransaction.RunAsync(_dataSource, async (connection, transaction) =>
        {
            var group = await connection.QuerySingleOrDefaultAsync<DecidedGroup>(new CommandDefinition(ReadSql, new { id }, transaction, cancellationToken: cancellationToken));
            if (group is null)
                return false;
            await connection.ExecuteAsync(new CommandDefinition(Sql, new { id, decision, note, by }, transaction, cancellationToken: cancellationToken));
            await new ChangeWriter(connection, transaction, new Author(by, note), cancellationToken).WriteAsync(group.AssetId, group.ColumnName, "cells", Said(group.GroupKey, group.Decision), Said(group.GroupKey, decision));
            return true;
        }, cancellationToken);
    }

    private static JsonElement Said(string group, string? decision) => JsonSerializer.SerializeToElement(new { group, decision });

    private sealed record SearchKey
    {
        public required long AssetId { get; init; }

        public required string[] Columns { get; init; }
    }

    private sealed record DecidedGroup
    {
        public required long AssetId { get; init; }

        public required string ColumnName { get; init; }

        public required string GroupKey { get; init; }

        public string? Decision { get; init; }
    }
}
