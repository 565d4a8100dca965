using System.Text.Json;
using Platform.Catalog.Cells;
using Platform.Inventory.Errors;
using Platform.Tables;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Inventory;

/// <summary>Finds cells that are probably wrong.</summary>
[Activity("inventory.errors", Title = "Find wrong cells", TitleZh = "查找错误单元格", Stage = Stage.Inventory, Icon = "zoom-scan", Preview = PreviewSupport.Runs,
    Help = "Finds cells that are probably wrong, without rules: values made differently, misspelt, far out, missing, in another unit, or against what rows of the same thing say. Writes a table of suspects with reason and suggested value, and the rows whose labels would teach it most (OUTPUT__rows). Labels that people give in the catalog or in a table are used in the next run; groups that people reject are not reported again. Of more than 100,000 rows it looks at a sample, and says so.",
    HelpZh = "无需规则即可查找可能有误的单元格：格式异常、拼写错误、离群、缺失、单位不一致，或与同一实体的其他行矛盾。输出可疑单元格表（含原因和建议值），以及最值得标注的行（OUTPUT__rows）。人工在目录或标注表中的标注会在下次运行中使用；被驳回的分组不再报告。超过 10 万行时只查看样本并注明。",
    Outputs = typeof(FindErrorsOutputs),
    Example = "table: clean.customers\noutput: quality.customer_errors")]
public sealed class FindErrors(TableStore tables, Workspace workspace, CellCommands? commands = null, CellQueries? queries = null) : IActivity
{
    private const int MostLabelledRows = 20;
    private const int LabelsOfGroup = 5;

    [Field(Title = "Table", TitleZh = "表", Kind = FieldKind.Table, TableUse = TableUse.Reads, Help = "A table of the platform. Left out: 'asset' names files.", Example = "clean.customers")]
    public string? Table { get; set; }

    [Field(Title = "Asset", TitleZh = "资产", Help = "Files instead of a table: a path, a pattern or the key of an asset.", Example = "file:/data/customers.csv")]
    public string? Asset { get; set; }

    [Field(Title = "Output", TitleZh = "输出表", Kind = FieldKind.Table, TableUse = TableUse.Writes, Help = "The table of suspect cells; it is replaced.", Example = "quality.customer_errors")]
    public required string Output { get; set; }

    [Field(Title = "Columns", TitleZh = "列", Kind = FieldKind.Columns, Help = "Columns to look at. Left out: all.")]
    public IReadOnlyList<string> Columns { get; set; } = [];

    [Field(Title = "Table of labels", TitleZh = "标注表", Kind = FieldKind.Table, TableUse = TableUse.Reads, Help = "Labels beside those of the catalog: columns row_key, column_name and wrong (true or false), as in OUTPUT__rows.")]
    public string? Labels { get; set; }

    [Field(Title = "Smallest probability", TitleZh = "最小概率", Min = 0, Max = 1, Help = "Cells from this probability on are reported.")]
    public double Threshold { get; set; } = 0.5;

    [Field(Title = "Seed", TitleZh = "随机种子", Help = "Any number; the same gives the same result.")]
    public int Seed { get; set; } = 1;

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Failures.RunAsync(async () =>
    {
        using var rows = new TableTask(tables, context, $"{TableTask.ParseName(Output)}__rows", TableMode.Replace);
        using var task = new TableTask(tables, context, Output, TableMode.Replace);
        var input = CellInput.Read(task, workspace, Table, Asset, Columns, ErrorOptions.MaxRows, cancellationToken);
        if (input.Rows == 0)
            return ActivityResult.Skipped($"'{input.Key}' has no rows.");
        if (input.IsSample)
            context.Log.Warning($"'{input.Key}' has {Plural.Of(input.Rows, "row")}: a sample of {input.Table.Rows:N0} is looked at, the same every night.");
        var labels = await LabelsAsync(task, input, context, cancellationToken);
        var decided = queries is null ? [] : await queries.DecidedAsync(input.Key, cancellationToken);
        var started = context.Clock.GetTimestamp();
        var detector = ErrorDetector.Prepare(input.Table, new ErrorOptions { Seed = Seed, Threshold = Threshold }, cancellationToken);
        var (said, rejected) = Decided(detector, decided, labels.Used, cancellationToken);
        labels.Used.AddRange(said);
        var all = detector.Find(labels.Used).ToList();
        var places = Enumerable.Range(0, input.Table.Columns.Count).ToDictionary(column => input.Table.Columns[column].Name, StringComparer.Ordinal);
        var findings = all.Where(finding => !rejected.Groups.Contains(finding.Group) && !rejected.Cells.Contains((finding.Row, places[finding.Column]))).ToList();
        var groups = ErrorDetector.Group(findings);
        var labelled = labels.Used.Select(label => label.Row).Distinct().Count();
        var ask = detector.ChooseRows(labels.Used, Math.Max(0, MostLabelledRows - labelled));
        context.Log.Info($"{findings.Count:N0} of {Plural.Of((long)input.Table.Rows * input.Table.Columns.Count, "cell")} look wrong, in {Plural.Of(groups.Count, "group")} ({all.Count - findings.Count:N0} more are in groups that people rejected); {labelled:N0} labelled rows used, {Plural.Of(labels.Gone, "label")} of rows that are gone, {Plural.Of(ask.Count, "row")} to label; {context.Clock.GetElapsedTime(started).TotalSeconds:N1} s.");
        if (commands is not null)
            await commands.RecordAsync(Search(input, labels, findings, groups, ask), input.Kind, cancellationToken);
        Measure(task, input, findings);
        WriteRows(rows, input, ask, findings, cancellationToken);
        return ActivityResult.Success(WriteSuspects(task, input, findings, new FindErrorsOutputs
        {
            Suspects = findings.Count,
            SuspectShare = findings.Count / Math.Max(1.0, (double)input.Table.Rows * input.Table.Columns.Count),
            Groups = groups.Count,
            SearchedRows = input.Table.Rows,
            SourceRows = input.Rows,
            Sampled = input.IsSample,
            LabelledRows = labelled,
            GoneLabels = labels.Gone,
            RowsToLabel = $"{task.Target}__rows",
        }, cancellationToken));
    }, cancellationToken);

    private async Task<(List<CellLabel> Used, int Gone)> LabelsAsync(TableTask task, CellInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var said = new List<(string Row, string Column, bool Wrong)>();
        if (queries is not null)
            said.AddRange((await queries.LabelsAsync(input.Key, cancellationToken)).Select(label => (label.RowKey, label.Column, label.Wrong)));
        if (!string.IsNullOrWhiteSpace(Labels))
            said.AddRange(LabelTable.Read(task, Labels, cancellationToken));
        var rows = input.RowsByKey();
        var used = new Dictionary<(int, int), CellLabel>();
        var gone = 0;
        var strangers = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (row, column, wrong) in said)
        {
            var place = input.Table.Find(column);
            if (place < 0)
                strangers.Add(column);
            else if (!rows.TryGetValue(row, out var found))
                gone++;
            else
                used[(found, place)] = new CellLabel(found, place, wrong);
        }

        if (strangers.Count > 0)
            context.Log.Warning($"Labels of columns that are not looked at are left out: {string.Join(", ", strangers)}.");
        if (gone > 0)
            context.Log.Warning($"{Plural.Of(gone, "label")} {Plural.Word(gone, "belongs", "belong")} to rows that '{input.Key}' does not hold any more, or that are outside the sample: kept and not used.");
        return ([.. used.Values], gone);
    }

    // What is said of a group is said of its cells: some of them become labels, so that cells elsewhere profit. Values need not be kept for that.
    private static (List<CellLabel> Labels, (HashSet<string> Groups, HashSet<(int Row, int Column)> Cells) Rejected) Decided(ErrorDetector detector, IReadOnlyList<DecidedCells> decided, IReadOnlyList<CellLabel> labels, CancellationToken cancellationToken)
    {
        var rejected = (Groups: new HashSet<string>(StringComparer.Ordinal), Cells: new HashSet<(int, int)>());
        if (decided.Count == 0)
            return ([], rejected);
        var cells = new Dictionary<(bool, string), List<(int Row, int Column)>>();
        if (decided.Any(group => group.AtNight))
        {
            foreach (var group in detector.FindSure(cancellationToken).GroupBy(cell => cell.Group))
                cells[(true, group.Key)] = [.. group.Select(cell => (cell.Row, cell.Column))];
        }

        foreach (var group in detector.Find([]).GroupBy(finding => finding.Group))
            cells[(false, group.Key)] = [.. group.Select(finding => (finding.Row, detector.Table.Find(finding.Column)))];
        var rows = labels.Select(label => label.Row).ToHashSet();
        var known = labels.Select(label => (label.Row, label.Column)).ToHashSet();
        var made = new List<CellLabel>();
        foreach (var group in decided)
        {
            var found = cells.GetValueOrDefault((group.AtNight, group.Group)) ?? [];
            if (!group.Wrong && group.AtNight)
                rejected.Cells.UnionWith(found);
            else if (!group.Wrong)
                rejected.Groups.Add(group.Group);
            foreach (var cell in found.Take(LabelsOfGroup))
            {
                // What somebody said of the very cell stands.
                if (known.Contains(cell) || (!rows.Contains(cell.Row) && rows.Count >= MostLabelledRows))
                    continue;
                rows.Add(cell.Row);
                known.Add(cell);
                made.Add(new CellLabel(cell.Row, cell.Column, group.Wrong));
            }
        }

        return (made, rejected);
    }

    private static CellSearch Search(CellInput input, (List<CellLabel> Used, int Gone) labels, List<CellFinding> findings, IReadOnlyList<CellGroup> groups, IReadOnlyList<int> ask)
    {
        var byRow = findings.ToLookup(finding => finding.Row);
        return new CellSearch
        {
            Asset = input.Key,
            Columns = [.. input.Table.Columns.Select(column => column.Name)],
            Rows = input.Rows,
            SearchedRows = input.Table.Rows,
            SuspectCells = findings.Count,
            UsedLabels = labels.Used.Count,
            GoneLabels = labels.Gone,
            RowsToLabel =
            [
                .. ask.Select(row => new CellRow(
                    input.RowKeys[row],
                    JsonSerializer.SerializeToElement(input.Table.Columns.ToDictionary(column => column.Name, column => column[row], StringComparer.Ordinal)),
                    JsonSerializer.SerializeToElement(byRow[row].ToDictionary(finding => finding.Column, finding => new { score = Math.Round(finding.Score, 3), suggestion = finding.Suggestion, reasons = finding.Reasons.Select(reason => Name(reason.Strategy)) }, StringComparer.Ordinal)))),
            ],
            Groups =
            [
                .. groups.Take(500).Select(group => new FoundCellGroup(group.Key, group.Column, group.Reason, group.Pattern, group.Cells, group.MeanScore,
                    JsonSerializer.SerializeToElement(group.Examples.Select(example => new { value = example.Value, score = Math.Round(example.Score, 3), suggestion = example.Suggestion })))),
            ],
        };
    }

    private static void Measure(TableTask task, CellInput input, List<CellFinding> findings)
    {
        task.Facts.Add(new MetricMeasured(input.Key, null, "suspect_cells", findings.Count));
        task.Facts.Add(new MetricMeasured(input.Key, null, "suspect_share", findings.Count / Math.Max(1.0, (double)input.Table.Rows * input.Table.Columns.Count)));
        var counts = findings.CountBy(finding => finding.Column).ToDictionary(StringComparer.Ordinal);
        foreach (var column in input.Table.Columns)
            task.Facts.Add(new MetricMeasured(input.Key, column.Name, "suspect_cells", counts.GetValueOrDefault(column.Name)));
        task.Facts.Add(new AssetDerived(task.Target.ToString(), input.Key));
    }

    private static FindErrorsOutputs WriteSuspects(TableTask task, CellInput input, List<CellFinding> findings, FindErrorsOutputs outputs, CancellationToken cancellationToken)
    {
        var connection = task.Session.Connection;
        connection.Execute("create temp table platform_suspects (row_key varchar, column_name varchar, value varchar, score double, reasons varchar, suggestion varchar, \"group\" varchar)", null, cancellationToken);
        using (var writer = connection.Append("platform_suspects", "main", "temp"))
        {
            foreach (var finding in findings)
                writer.AddRow(input.RowKeys[finding.Row], finding.Column, finding.Value.Length == 0 ? null : finding.Value, Math.Round(finding.Score, 4), Reasons(finding), finding.Suggestion, finding.Group);
            writer.Complete();
        }

        return task.Commit(new TableWrite { Table = task.Target, TempTable = "platform_suspects" }, outputs, cancellationToken);
    }

    private static void WriteRows(TableTask task, CellInput input, IReadOnlyList<int> ask, List<CellFinding> findings, CancellationToken cancellationToken)
    {
        var suspects = findings.ToDictionary(finding => (finding.Row, finding.Column));
        var connection = task.Session.Connection;
        connection.Execute("create temp table platform_ask (place integer, row_key varchar, column_name varchar, value varchar, score double, suggestion varchar)", null, cancellationToken);
        using (var writer = connection.Append("platform_ask", "main", "temp"))
        {
            for (var place = 0; place < ask.Count; place++)
            {
                foreach (var column in input.Table.Columns)
                {
                    var suspect = suspects.GetValueOrDefault((ask[place], column.Name));
                    var value = column[ask[place]];
                    writer.AddRow(place + 1, input.RowKeys[ask[place]], column.Name, value.Length == 0 ? null : value, suspect is null ? 0.0 : Math.Round(suspect.Score, 4), suspect?.Suggestion);
                }
            }

            writer.Complete();
        }

        task.Facts.Add(new AssetDerived(task.Target.ToString(), input.Key));
        task.Commit(new TableWrite { Table = task.Target, TempTable = "platform_ask" }, new TableOutputs(), cancellationToken);
    }

    private static string Reasons(CellFinding finding) => finding.Reasons.Count == 0 ? "labels" : string.Join(", ", finding.Reasons.Select(reason => Name(reason.Strategy)));

    private static string Name(CellStrategy strategy) => JsonNamingPolicy.SnakeCaseLower.ConvertName(strategy.ToString());
}

/// <summary>What <c>inventory.errors</c> found.</summary>
public sealed record FindErrorsOutputs : TableOutputs
{
    /// <summary>Cells that look wrong.</summary>
    public required int Suspects { get; init; }

    /// <summary>Their share of the cells looked at, 0 to 1.</summary>
    public required double SuspectShare { get; init; }

    /// <summary>Groups of them that look alike.</summary>
    public required int Groups { get; init; }

    /// <summary>Rows looked at.</summary>
    public required long SearchedRows { get; init; }

    /// <summary>Rows of the source.</summary>
    public required long SourceRows { get; init; }

    /// <summary>Whether only a sample was looked at.</summary>
    public required bool Sampled { get; init; }

    /// <summary>Rows whose labels were used.</summary>
    public required int LabelledRows { get; init; }

    /// <summary>Labels of rows that the source does not hold any more.</summary>
    public required int GoneLabels { get; init; }

    /// <summary>The table with the rows to label.</summary>
    public required string RowsToLabel { get; init; }
}
