using System.Globalization;
using Platform.Inventory.Errors;
using Platform.Tables;
using Platform.Tables.Native;
using Platform.Workflows.Activities;

namespace Platform.Activities.Inventory;

/// <summary>Rows of a platform table or of files as texts, cell by cell; of a large input a sample that stays the same from night to night.</summary>
internal sealed class CellInput
{
    private const string View = "platform_cells";

    private CellInput(string key, AssetKind kind, CellTable table, long rows)
    {
        (Key, Kind, Table, Rows) = (key, kind, table, rows);
        RowKeys = [.. Enumerable.Range(0, table.Rows).Select(row => CellRows.KeyOf(table, row))];
    }

    /// <summary>Key of the asset.</summary>
    public string Key { get; }

    public AssetKind Kind { get; }

    public CellTable Table { get; }

    /// <summary>All rows, those outside the sample too.</summary>
    public long Rows { get; }

    public bool IsSample => Table.Rows < Rows;

    /// <summary>For each row a name made of its values: a row that changes is another row.</summary>
    public string[] RowKeys { get; }

    /// <summary>The view in the session that holds the whole input with its own types, for SQL.</summary>
    public static string Source => View;

    /// <summary>Reads the rows.</summary>
    /// <param name="task">The task; what is read is noted in it.</param>
    /// <param name="workspace">Where a relative path begins.</param>
    /// <param name="table">A table of the platform; null or empty for files.</param>
    /// <param name="asset">Files: a path, a pattern or an asset's key; null or empty for a table.</param>
    /// <param name="columns">Columns to read; empty for all.</param>
    /// <param name="mostRows">The most rows; of more a sample is taken.</param>
    /// <param name="cancellationToken">Interrupts the query.</param>
    /// <exception cref="ActivityException">Both or none of table and asset are given, or a column or file is not there.</exception>
    public static CellInput Read(TableTask task, Workspace workspace, string? table, string? asset, IReadOnlyList<string> columns, int mostRows, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(table) == string.IsNullOrWhiteSpace(asset))
            throw Bad("Give either 'table' (a table of the platform) or 'asset' (files), not both and not neither.");
        var (key, kind) = string.IsNullOrWhiteSpace(table) ? Files(task, workspace, asset!) : Exposed(task, table);
        var connection = task.Session.Connection;
        var found = connection.Query($"select * from {View} limit 0", null, cancellationToken).Columns.Select(column => column.Name).ToList();
        var wanted = columns.Count == 0 ? found : [.. columns.Select(name => found.Find(one => one == name) ?? found.Find(one => string.Equals(one, name, StringComparison.OrdinalIgnoreCase))
            ?? throw Bad($"'{key}' has no column '{name}'. It has {string.Join(", ", found)}."))];
        if (wanted.Distinct().Count() < wanted.Count)
            throw Bad("A column is named twice. Name each once.");
        var rows = Convert.ToInt64(connection.Query($"select count(*) from {View}", null, cancellationToken).Rows[0][0], CultureInfo.InvariantCulture);
        if (string.IsNullOrWhiteSpace(table))
            task.Facts.Add(new AssetRead(key, kind, Rows: rows));
        return new CellInput(key, kind, Load(connection, wanted, rows, mostRows, cancellationToken), rows);
    }

    /// <summary>The first row with each key.</summary>
    public Dictionary<string, int> RowsByKey()
    {
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var row = 0; row < RowKeys.Length; row++)
            rows.TryAdd(RowKeys[row], row);
        return rows;
    }

    // By a hash of its values a row is in the sample every night or never, so that its labels go on counting.
    private static CellTable Load(DuckDbConnection connection, List<string> columns, long rows, int mostRows, CancellationToken cancellationToken)
    {
        var list = string.Join(", ", columns.Select(SqlText.Identifier));
        var texts = string.Join(", ", columns.Select(column => $"{SqlText.Identifier(column)}::varchar"));
        var share = rows <= mostRows ? "" : string.Create(CultureInfo.InvariantCulture, $" where hash(row({list})) % 1000000 < {Math.Max(1, (long)(1_000_000.0 * mostRows / rows))} limit {mostRows}");
        var builder = new CellTable.Builder(columns);
        using var reader = connection.Stream($"select {texts} from {View}{share}", null, cancellationToken);
        var values = new string?[columns.Count];
        while (reader.Read(out var batch))
        {
            for (var row = 0; row < batch.RowCount; row++)
            {
                for (var column = 0; column < values.Length; column++)
                    values[column] = batch[column].Text(row);
                builder.Add(values);
            }
        }

        return builder.Build();
    }

    private static (string Key, AssetKind Kind) Exposed(TableTask task, string table)
    {
        var name = TableTask.ParseName(table);
        task.Session.Expose(name);
        task.Session.Connection.Execute($"create temp view {View} as select * from {SqlText.Identifier(name.Schema)}.{SqlText.Identifier(name.Table)}");
        return (name.ToString(), AssetKind.Table);
    }

    private static (string Key, AssetKind Kind) Files(TableTask task, Workspace workspace, string asset)
    {
        if (asset.Contains("://", StringComparison.Ordinal))
            throw Bad($"'{asset}' is no file. Bring a database's table in with ingest.database first, and name it in 'table'.");
        var path = workspace.Resolve(asset.StartsWith("file:", StringComparison.Ordinal) ? asset["file:".Length..] : asset);
        var glob = System.Text.RegularExpressions.Regex.Replace(path, @"\{[^}/]*\}", "*");
        var bare = glob.EndsWith(".gz", StringComparison.Ordinal) || glob.EndsWith(".zst", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(glob) : glob;
        var reader = Path.GetExtension(bare).ToLowerInvariant() switch
        {
            // As they stand: a reader that knows types would refuse or change the cells that are looked for.
            ".csv" or ".tsv" or ".txt" => $"read_csv({SqlText.Literal(glob)}, all_varchar = true, header = true, union_by_name = true, null_padding = true)",
            ".parquet" => $"read_parquet({SqlText.Literal(glob)}, union_by_name = true)",
            ".json" or ".jsonl" or ".ndjson" => $"read_json_auto({SqlText.Literal(glob)})",
            var other => throw Bad($"Files ending in '{other}' cannot be read here. Use CSV, TSV, Parquet or JSON lines, or bring them into a table with ingest.files."),
        };
        var there = Convert.ToInt64(task.Session.Connection.Query($"select count(*) from glob({SqlText.Literal(glob)})").Rows[0][0], CultureInfo.InvariantCulture);
        if (there == 0)
            throw new ActivityException("not-found", $"There is no file '{glob}'.", retryable: true);
        task.Session.Connection.Execute($"create temp view {View} as select * from {reader}");
        return (asset.StartsWith("file:", StringComparison.Ordinal) ? asset : there == 1 ? $"file:{path}" : Tables.Sources.FileAssetKey.For(path), AssetKind.FileSet);
    }

    private static ActivityException Bad(string message) => new("bad-input", message, retryable: false);
}
