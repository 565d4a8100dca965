using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Cells;

/// <summary>Reads what searches for wrong cells found, and what people said about it.</summary>
public sealed class CellQueries
{
    private readonly NpgsqlDataSource _dataSource;

    public CellQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>The latest search in an asset; null where there was none.</summary>
    public async Task<CellSearchRow?> SearchAsync(string asset, CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.key as asset, s.columns, s.row_count, s.searched_rows, s.suspect_cells, s.used_labels, s.gone_labels, s.found_at
            from catalog.cell_searches s
            join catalog.assets a on a.id = s.asset_id
            where a.key = @asset
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<CellSearchRow>(new CommandDefinition(Sql, new { asset }, cancellationToken: cancellationToken));
    }

    /// <summary>The rows that the latest search asks for, the most useful first; those with labels for all columns are left out.</summary>
    public async Task<IReadOnlyList<CellRowToLabel>> RowsToLabelAsync(string asset, CancellationToken cancellationToken)
    {
        const string Sql = """
            select r.asset_id, r.row_key, r.row_values as values, r.suspects, coalesce(l.columns, '{}') as labelled
            from catalog.cell_rows r
            join catalog.assets a on a.id = r.asset_id
            join catalog.cell_searches s on s.asset_id = a.id
            left join lateral (
                select array_agg(column_name order by column_name) as columns from catalog.cell_labels l where l.asset_id = r.asset_id and l.row_key = r.row_key
            ) l on true
            where a.key = @asset and r.place is not null and cardinality(coalesce(l.columns, '{}')) < cardinality(s.columns)
            order by r.place
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<CellRowToLabel>(new CommandDefinition(Sql, new { asset }, cancellationToken: cancellationToken))).AsList();
        var personal = await CellMask.PersonalAsync(connection, null, [.. rows.Select(row => row.AssetId).Distinct()], cancellationToken);
        return [.. rows.Select(row => row with { Values = CellMask.Values(row.Values, personal[row.AssetId]), Suspects = CellMask.Suspects(row.Suspects, personal[row.AssetId]) })];
    }

    /// <summary>All labels of an asset, the newest last.</summary>
    public async Task<IReadOnlyList<CellLabelRow>> LabelsAsync(string asset, CancellationToken cancellationToken)
    {
        const string Sql = """
            select l.row_key, l.column_name as "column", l.wrong, l.correct_value, l.labelled_by, l.labelled_at
            from catalog.cell_labels l
            join catalog.assets a on a.id = l.asset_id
            where a.key = @asset
            order by l.labelled_at, l.row_key, l.column_name
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<CellLabelRow>(new CommandDefinition(Sql, new { asset }, cancellationToken: cancellationToken))];
    }

    /// <summary>What people decided on groups of cells: by asset, whether a night found the group, its key without that, and the decision.</summary>
    /// <param name="asset">Key of an asset; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<DecidedCells>> DecidedAsync(string? asset, CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.key as asset, g.origin = 'night' as at_night, case g.origin when 'night' then substr(g.group_key, 7) else g.group_key end as "group", g.column_name as "column", g.decision = 'confirmed' as wrong
            from catalog.cell_groups g
            join catalog.assets a on a.id = g.asset_id
            where g.decision is not null and (@asset::text is null or a.key = @asset)
            order by g.decided_at, g.id
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<DecidedCells>(new CommandDefinition(Sql, new { asset }, cancellationToken: cancellationToken))];
    }

    /// <summary>Groups of wrong cells, those without a decision first, then by how many cells an answer settles.</summary>
    /// <param name="asset">Key of an asset; null for all.</param>
    /// <param name="open">Only groups that are found and not decided.</param>
    /// <param name="limit">The most groups.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<CellGroupRow>> GroupsAsync(string? asset, bool open, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            select g.id, g.asset_id, a.key as asset, g.origin, g.group_key, g.column_name as "column", g.reason, g.pattern, g.cells, g.mean_score, g.examples, g.decision, g.decided_by, g.decided_at, g.note, g.gone_at
            from catalog.cell_groups g
            join catalog.assets a on a.id = g.asset_id
            where (@asset::text is null or a.key = @asset) and (not @open or (g.decision is null and g.gone_at is null))
            order by g.decision is not null, g.gone_at is not null, g.cells desc, g.id
            limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<CellGroupRow>(new CommandDefinition(Sql, new { asset, open, limit }, cancellationToken: cancellationToken))).AsList();
        // A column may have been found to be personal since.
        long[] assets = [.. rows.Select(row => row.AssetId).Distinct()];
        var (personal, hidden) = (await CellMask.PersonalAsync(connection, null, assets, cancellationToken), await CellMask.HiddenAsync(connection, null, assets, cancellationToken));
        return [.. rows.Select(row => row with { Examples = CellMask.Examples(row.Examples, (row.Origin == "night" ? hidden : personal)[row.AssetId].Contains(row.Column)) })];
    }
}
