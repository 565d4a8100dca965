using System.Globalization;
using Platform.Inventory.Duplicates;
using Platform.Tables;
using Platform.Tables.Native;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Inventory;

/// <summary>Finds rows that are the same thing written differently.</summary>
[Activity("inventory.duplicates", Title = "Find duplicates", TitleZh = "查找重复记录", Stage = Stage.Inventory, Icon = "copy", Preview = PreviewSupport.Runs,
    Help = "Finds rows that are the same person, product or thing, however they are written: compares rows that share something, learns by itself how much each column says, or from labelled pairs where there are 20 of both kinds. Writes clusters (with the row to keep: the fullest) and OUTPUT__pairs; 'best' also writes the source with one row a cluster. Rows repeated exactly are counted in a full pass and reported apart.",
    HelpZh = "查找写法不同但指同一人、商品或事物的行：比较有共同之处的行，自动学习各列的权重；若有足够标注对（各 20 对）则据其训练。输出聚类（含保留行：最完整的一行）和 OUTPUT__pairs；填写 best 时另写出每个聚类只留一行的表。完全重复的行通过全量扫描单独统计。",
    Outputs = typeof(FindDuplicatesOutputs),
    Example = "table: clean.customers\noutput: quality.customer_duplicates\nkey: customer_id")]
public sealed class FindDuplicates(TableStore tables, Workspace workspace) : IActivity
{
    private const int MostRows = 200_000;

    [Field(Title = "Table", TitleZh = "表", Kind = FieldKind.Table, TableUse = TableUse.Reads, Help = "A table of the platform. Left out: 'asset' names files.", Example = "clean.customers")]
    public string? Table { get; set; }

    [Field(Title = "Asset", TitleZh = "资产", Help = "Files instead of a table: a path, a pattern or the key of an asset.")]
    public string? Asset { get; set; }

    [Field(Title = "Output", TitleZh = "输出表", Kind = FieldKind.Table, TableUse = TableUse.Writes, Help = "The table of clusters; it is replaced.", Example = "quality.customer_duplicates")]
    public required string Output { get; set; }

    [Field(Title = "Key column", TitleZh = "键列", Kind = FieldKind.Column, Help = "A column that names each row; it is not compared. Left out: rows are named by their number, from 1.")]
    public string? Key { get; set; }

    [Field(Title = "Columns", TitleZh = "列", Kind = FieldKind.Columns, Help = "Columns to compare. Left out: all but the key and running numbers.")]
    public IReadOnlyList<string> Columns { get; set; } = [];

    [Field(Title = "Table of labelled pairs", TitleZh = "标注对表", Kind = FieldKind.Table, TableUse = TableUse.Reads, Help = "Columns a, b (values of the key column) and same (true or false). With 20 of both kinds they decide.")]
    public string? Labels { get; set; }

    [Field(Title = "Best", TitleZh = "去重结果表", Kind = FieldKind.Table, TableUse = TableUse.Writes, Help = "A table for the source with one row a cluster; left out: none is written.")]
    public string? Best { get; set; }

    [Field(Title = "Smallest probability", TitleZh = "最小概率", Min = 0, Max = 1, Help = "Pairs from this probability on are the same thing.")]
    public double Threshold { get; set; } = 0.5;

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Failures.Run(() =>
    {
        using var pairsTask = new TableTask(tables, context, $"{TableTask.ParseName(Output)}__pairs", TableMode.Replace);
        using var task = new TableTask(tables, context, Output, TableMode.Replace);
        var all = Columns.Count > 0 && Key is { Length: > 0 } named && !Columns.Contains(named, StringComparer.OrdinalIgnoreCase) ? [named, .. Columns] : Columns;
        var input = CellInput.Read(task, workspace, Table, Asset, all, MostRows, cancellationToken);
        if (input.Rows == 0)
            return ActivityResult.Skipped($"'{input.Key}' has no rows.");
        if (input.IsSample)
            context.Log.Warning($"'{input.Key}' has {Plural.Of(input.Rows, "row")}: a sample of {input.Table.Rows:N0} is compared, the same every night. Rows repeated exactly are counted over all.");
        var key = KeyColumn(input);
        var repeated = Repeated(task.Session.Connection, input, key, cancellationToken);
        var labels = LabelledPairs(task, input, key, context, cancellationToken);
        var started = context.Clock.GetTimestamp();
        var compared = Enumerable.Range(0, input.Table.Columns.Count).Where(column => column != key).ToList();
        if (compared.Count == 0)
            throw new ActivityException("bad-input", $"'{input.Key}' has no column to compare beside its key. Name other columns.", retryable: false);
        var result = DuplicateFinder.Find(input.Table, compared, labels, new DuplicateOptions { Threshold = Threshold }, cancellationToken);
        if (result.Truncated)
            context.Log.Warning($"More than {Plural.Of(result.Compared, "pair")} would be worth a comparison; the rest was left out. Name fewer or sharper columns in 'columns'.");
        context.Log.Info($"{Plural.Of(result.Pairs.Count, "pair")} in {Plural.Of(result.Clusters.Count, "cluster")} by {string.Join(", ", result.Columns.Keys)} ({result.Compared:N0} compared, {result.ChainsRefused:N0} chains refused); {Plural.Of(repeated.Rows, "row")} repeat another exactly; {context.Clock.GetElapsedTime(started).TotalSeconds:N1} s.");
        var drop = new List<int>();
        Measure(task, input, result, repeated);
        WritePairs(pairsTask, input, key, result, cancellationToken);
        StageClusters(task.Session.Connection, input, key, result, drop, cancellationToken);
        var best = WriteBest(context, input, drop, cancellationToken);
        return ActivityResult.Success(task.Commit(new TableWrite { Table = task.Target, TempTable = "platform_clusters" }, new FindDuplicatesOutputs
        {
            Pairs = result.Pairs.Count,
            Clusters = result.Clusters.Count,
            DuplicateRows = result.Clusters.Sum(cluster => cluster.Length - 1),
            RepeatedRows = repeated.Rows,
            Compared = result.Compared,
            Truncated = result.Truncated,
            SearchedRows = input.Table.Rows,
            SourceRows = input.Rows,
            PairsTable = $"{task.Target}__pairs",
            BestTable = best,
        }, cancellationToken));
    }, cancellationToken);

    private int KeyColumn(CellInput input)
    {
        if (string.IsNullOrWhiteSpace(Key))
            return -1;
        var column = input.Table.Find(Key);
        return column >= 0 ? column
            : throw new ActivityException("bad-input", $"'{input.Key}' has no column '{Key}' for its key. It has {string.Join(", ", input.Table.Columns.Select(one => one.Name))}.", retryable: false);
    }

    // Exact, over all rows; DuckDB spills to disk where its memory ends.
    private static (long Rows, long Groups) Repeated(DuckDbConnection connection, CellInput input, int key, CancellationToken cancellationToken)
    {
        var columns = string.Join(", ", input.Table.Columns.Where((_, column) => column != key).Select(column => SqlText.Identifier(column.Name)));
        if (columns.Length == 0)
            return (0, 0);
        var row = connection.Query($"select coalesce(sum(n - 1), 0)::bigint, count(*) from (select count(*) as n from {CellInput.Source} group by {columns} having count(*) > 1)", null, cancellationToken).Rows[0];
        return (Convert.ToInt64(row[0], CultureInfo.InvariantCulture), Convert.ToInt64(row[1], CultureInfo.InvariantCulture));
    }

    private List<LabelledPair> LabelledPairs(TableTask task, CellInput input, int key, ActivityContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(Labels))
            return [];
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var row = 0; row < input.Table.Rows; row++)
            rows.TryAdd(Name(input, key, row), row);
        var pairs = new List<LabelledPair>();
        var gone = 0;
        foreach (var (a, b, same) in LabelTable.ReadPairs(task, Labels, cancellationToken))
        {
            if (rows.TryGetValue(a, out var left) && rows.TryGetValue(b, out var right) && left != right)
                pairs.Add(new LabelledPair(left, right, same));
            else
                gone++;
        }

        if (gone > 0)
            context.Log.Warning($"{gone:N0} labelled pairs name rows that '{input.Key}' does not hold, and are not used.");
        if (pairs.Count(pair => pair.Same) < 20 || pairs.Count(pair => !pair.Same) < 20)
            context.Log.Warning($"{pairs.Count:N0} labelled pairs are too few to learn from: 20 that are the same and 20 that are not are needed. The columns decide by themselves.");
        return pairs;
    }

    private static string Name(CellInput input, int key, int row) => key >= 0 ? input.Table.Columns[key][row] : (row + 1).ToString(CultureInfo.InvariantCulture);

    private static void Measure(TableTask task, CellInput input, DuplicateResult result, (long Rows, long Groups) repeated)
    {
        task.Facts.Add(new MetricMeasured(input.Key, null, "repeated_rows", repeated.Rows));
        task.Facts.Add(new MetricMeasured(input.Key, null, "duplicate_rows", result.Clusters.Sum(cluster => cluster.Length - 1)));
        task.Facts.Add(new MetricMeasured(input.Key, null, "duplicate_clusters", result.Clusters.Count));
        task.Facts.Add(new AssetDerived(task.Target.ToString(), input.Key));
    }

    private static void WritePairs(TableTask task, CellInput input, int key, DuplicateResult result, CancellationToken cancellationToken)
    {
        var connection = task.Session.Connection;
        connection.Execute("create temp table platform_pairs (a varchar, b varchar, probability double)", null, cancellationToken);
        using (var writer = connection.Append("platform_pairs", "main", "temp"))
        {
            foreach (var pair in result.Pairs)
                writer.AddRow(Name(input, key, pair.A), Name(input, key, pair.B), Math.Round(pair.Probability, 6));
            writer.Complete();
        }

        task.Facts.Add(new AssetDerived(task.Target.ToString(), input.Key));
        task.Commit(new TableWrite { Table = task.Target, TempTable = "platform_pairs" }, new TableOutputs(), cancellationToken);
    }

    private static void StageClusters(DuckDbConnection connection, CellInput input, int key, DuplicateResult result, List<int> drop, CancellationToken cancellationToken)
    {
        connection.Execute("create temp table platform_clusters (cluster integer, row_name varchar, row_key varchar, rows integer, keep boolean)", null, cancellationToken);
        using var writer = connection.Append("platform_clusters", "main", "temp");
        for (var i = 0; i < result.Clusters.Count; i++)
        {
            var cluster = result.Clusters[i];
            // The fullest row; of several the latest, which people have written last.
            var keep = cluster.MaxBy(row => (input.Table.Columns.Count(column => column[row].Length > 0), row));
            foreach (var row in cluster)
            {
                writer.AddRow(i + 1, Name(input, key, row), input.RowKeys[row], cluster.Length, row == keep);
                if (row != keep)
                    drop.Add(row);
            }
        }

        writer.Complete();
    }

    private string? WriteBest(ActivityContext context, CellInput input, List<int> drop, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(Best))
            return null;
        if (input.IsSample)
            throw new ActivityException("bad-input", $"'{input.Key}' has more rows than are compared ({MostRows:N0}): a table without duplicates cannot be made of a sample. Leave 'best' out, or split the table.", retryable: false);
        using var task = new TableTask(tables, context, Best, TableMode.Replace);
        var again = CellInput.Read(task, workspace, Table, Asset, [.. input.Table.Columns.Select(column => column.Name)], MostRows, cancellationToken);
        if (!again.RowKeys.SequenceEqual(input.RowKeys))
            throw new ActivityException("conflict", $"'{input.Key}' changed while it was read. Run the task again.", retryable: true);
        var connection = task.Session.Connection;
        connection.Execute("create temp table platform_drop (number bigint)", null, cancellationToken);
        using (var writer = connection.Append("platform_drop", "main", "temp"))
        {
            foreach (var row in drop)
                writer.AddRow((long)row + 1);
            writer.Complete();
        }

        task.Facts.Add(new AssetDerived(task.Target.ToString(), input.Key));
        return task.Commit(new TableWrite { Table = task.Target, SelectSql = $"select * exclude (platform_row) from (select *, row_number() over () as platform_row from {CellInput.Source}) where platform_row not in (select number from temp.main.platform_drop)", AllowNewColumns = true }, new TableOutputs(), cancellationToken).Table;
    }
}

/// <summary>What <c>inventory.duplicates</c> found.</summary>
public sealed record FindDuplicatesOutputs : TableOutputs
{
    /// <summary>Pairs of rows that are the same thing.</summary>
    public required int Pairs { get; init; }

    /// <summary>Things that several rows are.</summary>
    public required int Clusters { get; init; }

    /// <summary>Rows beyond the first of each cluster.</summary>
    public required int DuplicateRows { get; init; }

    /// <summary>Rows that repeat another in every compared column, over all rows of the source.</summary>
    public required long RepeatedRows { get; init; }

    /// <summary>Pairs compared.</summary>
    public required int Compared { get; init; }

    /// <summary>Whether there were more pairs worth a comparison.</summary>
    public required bool Truncated { get; init; }

    /// <summary>Rows compared.</summary>
    public required long SearchedRows { get; init; }

    /// <summary>Rows of the source.</summary>
    public required long SourceRows { get; init; }

    /// <summary>The table of pairs.</summary>
    public required string PairsTable { get; init; }

    /// <summary>The source with one row a cluster; null where it was not asked for.</summary>
    public string? BestTable { get; init; }
}
