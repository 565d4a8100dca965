using Platform.Activities.Preview;
using Platform.Tables;
using Platform.Tables.Native;
using Platform.Tables.Sources;
using Platform.Workflows.Activities;

namespace Platform.Activities.Ingest;

/// <summary>Reads files into a table.</summary>
[Activity("ingest.files", Title = "Ingest files", TitleZh = "导入文件", Stage = Stage.Ingest, Icon = "file-import", Preview = PreviewSupport.Runs,
    Help = "Reads CSV, TSV, JSON lines or Parquet into a table: one file, a pattern with wildcards, or the file of the run's day. Lines that cannot be read go to TABLE__rejected with file, line and reason; more of them than max_rejected fail the task and write nothing. A file without rows takes none away unless on_empty says so.",
    HelpZh = "将 CSV、TSV、JSON 行或 Parquet 文件读入表：单个文件、通配符，或当天的文件。无法读取的行写入“表名__rejected”（文件、行号、原因）；超过 max_rejected 时任务失败且不写入任何数据。空文件不会清除已有数据，除非 on_empty 允许。",
    Outputs = typeof(IngestFilesOutputs),
    Example = "path: \"{{ params.source }}/{{ interval.start | date 'yyyy-MM-dd' }}.csv\"\ntable: raw.order_lines\nmode: replace-interval\non_missing: skip")]
public sealed class IngestFiles(TableStore tables, Workspace workspace) : IActivity
{
    [Field(Title = "Path", TitleZh = "路径", Kind = FieldKind.Path, Help = "A file, or a pattern with *, ? and **. A relative path begins in the platform's home folder.", Example = "/data/orders/*.csv")]
    public required string Path { get; set; }

    [Field(Title = "Table", TitleZh = "目标表", Kind = FieldKind.Table, TableUse = TableUse.Writes, Example = "raw.orders")]
    public required string Table { get; set; }

    [Field(Title = "Mode", TitleZh = "写入方式", Help = "Replace the rows of the run's interval, replace all, or append.")]
    public TableMode Mode { get; set; } = TableMode.ReplaceInterval;

    [Field(Title = "Format", TitleZh = "格式", Help = "Found from the file where it is auto.")]
    public FileFormat Format { get; set; } = FileFormat.Auto;

    [Field(Title = "Columns", TitleZh = "列", Help = "Types by column name: text, integer, number, decimal(p,s), boolean, date, timestamp. For a file without a header line also the names, in order. Types left out are found from the values.", Example = "Quantity: integer")]
    public IReadOnlyDictionary<string, string> Columns { get; set; } = new Dictionary<string, string>();

    [Field(Title = "Header line", TitleZh = "有表头", Help = "Whether the first line names the columns; found from the file where left out.")]
    public bool? Header { get; set; }

    [Field(Title = "Delimiter", TitleZh = "分隔符", Help = "One character, or tab; found from the file where left out.", Example = ";")]
    public string? Delimiter { get; set; }

    [Field(Title = "Encoding", TitleZh = "编码", Help = "utf-8, utf-16, gb18030, windows-1252 …; found from the file where left out.", Example = "gb18030")]
    public string? Encoding { get; set; }

    [Field(Title = "Null texts", TitleZh = "空值文本", Help = "Texts that stand for null beside the empty one.", Example = "NULL")]
    public IReadOnlyList<string> Nulls { get; set; } = [];

    [Field(Title = "Time zone", TitleZh = "时区", Help = "IANA zone of times written without one; the schedule's zone where left out.", Example = "Europe/London")]
    public string? TimeZone { get; set; }

    [Field(Title = "When no file is there", TitleZh = "文件缺失时", Help = "Fail, or skip the task and what follows.")]
    public OnMissing OnMissing { get; set; } = OnMissing.Fail;

    [Field(Title = "When the file is empty", TitleZh = "文件为空时", Help = "What to do with a file that holds no rows where the table has rows that it would take away: fail writes nothing, warn takes them away with a warning, replace without one.")]
    public OnEmptyFile OnEmpty { get; set; } = OnEmptyFile.Fail;

    [Field(Title = "Most rejected lines", TitleZh = "最多拒绝行数", Help = "A count such as 100, or a share such as 5%. More fail the task, and nothing is written.")]
    public string MaxRejected { get; set; } = "50%";

    [Field(Title = "Add new columns", TitleZh = "允许新增列", Help = "Whether a column that the table does not have is added to it; otherwise it fails the task.")]
    public bool NewColumns { get; set; } = true;

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Failures.Run(() => Run(context, cancellationToken), cancellationToken);

    private ActivityResult Run(ActivityContext context, CancellationToken cancellationToken)
    {
        var options = ReadOptions(context);
        var limit = RejectLimit.Parse(MaxRejected);
        var path = workspace.Resolve(Path);
        if (Directory.Exists(path))
            throw new ActivityException("bad-input", $"{path} is a folder, not a file. Write the path of a file, or a pattern such as {path.TrimEnd('/')}/*.csv.", retryable: false);
        var files = PathGlob.Expand(path);
        if (files.Count == 0)
        {
            var missing = PathGlob.IsGlob(path) ? $"No file matches {path}." : $"There is no file {path}.";
            return OnMissing == OnMissing.Skip
                ? ActivityResult.Skipped(missing)
                : throw new ActivityException("not-found", $"{missing} Check the path, or set 'on_missing' to skip.");
        }
        using var task = new TableTask(tables, context, Table, Mode);
        var before = task.Before;
        var staged = StageFiles(task, files, options, before, limit, cancellationToken);
        if (before is null && staged.Rows == 0 && staged.Rejected == 0 && options.Columns.Count == 0)
            return ActivityResult.Skipped($"{(files.Count == 1 ? files[0] : path)} holds no rows, and table '{Table}' does not exist yet.");
        if (staged.Rows == 0)
            CheckEmpty(context, before, files.Count == 1 ? $"The file {files[0]}" : $"None of the {files.Count} files of {path}", files.Count == 1);
        foreach (var warning in staged.Warnings)
            context.Log.Warning(warning);
        if (staged.Rejected > 0)
            context.Log.Warning($"{staged.Rejected:N0} of {staged.Rows + staged.Rejected:N0} lines were rejected; see table '{Table}__rejected'.");

        var rejectedTable = task.CommitRejected($"select * from {staged.RejectedTable}", staged.Rejected, cancellationToken);
        NoteFiles(task, path, staged);
        if (staged.Files[0].Format != FileFormat.Parquet)
            task.Measure("rejected_lines", staged.Rejected);
        var outputs = new IngestFilesOutputs { Rejected = staged.Rejected, RejectedTable = rejectedTable, Files = staged.Files.Count };
        outputs = task.Commit(new TableWrite { Table = task.Target, TempTable = staged.Table, AllowNewColumns = NewColumns }, outputs, cancellationToken);
        return ActivityResult.Success(outputs);
    }

    /// <summary>A file that was cut off on its way looks like a day without rows: it takes nothing away unless the workflow says so.</summary>
    private void CheckEmpty(ActivityContext context, TableSnapshot? before, string what, bool one)
    {
        var holds = one ? $"{what} holds no rows" : $"{what} holds a row";
        var lost = (Mode, context.Interval) switch
        {
            (TableMode.Append, _) => [],
            (TableMode.ReplaceInterval, { } interval) => [.. (before?.Files ?? []).Where(file => file.Interval is { } written && new Tables.DataInterval(interval.Start, interval.End).Contains(written))],
            _ => before?.Files ?? [],
        };
        var rows = lost.Sum(file => file.Rows ?? 1);
        if (rows == 0 && OnEmpty != OnEmptyFile.Replace)
            context.Log.Warning($"{holds}: nothing is added to table '{Table}'.");
        if (rows == 0 || OnEmpty == OnEmptyFile.Replace)
            return;
        var there = $"table '{Table}' has {rows:N0} {(rows == 1 ? "row" : "rows")}{(Mode == TableMode.ReplaceInterval ? " of this interval" : "")}";
        if (OnEmpty == OnEmptyFile.Fail)
            throw new ActivityException("check-failed", $"{holds}, and {there}, which would be taken away. Nothing was written. Put the complete file there and run the task again; where no rows are right, set 'on_empty' to replace.", retryable: false);
        context.Log.Warning($"{holds}, and {there}: they are taken away.");
    }

    private StagedInput StageFiles(TableTask task, IReadOnlyList<string> files, FileReadOptions options, TableSnapshot? before, RejectLimit limit, CancellationToken cancellationToken)
    {
        // A table that is replaced as a whole takes the files' types; otherwise its own stand.
        var existing = before is null || Mode == TableMode.Replace
            ? null
            : before.Columns.Select(column => new SourceColumn(column.Name, TypeNamed(task, column))).ToList();
        return new FileStager(task.Session.Connection).Stage(files, options, existing, limit, rows => task.Context.Progress.Report(new ActivityProgress(rows, null, "rows")), cancellationToken);
    }

    private static DuckDbType TypeNamed(TableTask task, TableColumn column) => column.Type switch
    {
        "VARCHAR" => SourceTypes.Text,
        "BIGINT" => SourceTypes.Integer,
        "DOUBLE" => SourceTypes.Number,
        "BOOLEAN" => SourceTypes.Boolean,
        "DATE" => SourceTypes.Date,
        "TIMESTAMP WITH TIME ZONE" => SourceTypes.Timestamp,
        _ => task.Session.Query($"select null::{column.Type}").Columns[0].Type,
    };

    private FileReadOptions ReadOptions(ActivityContext context)
    {
        var delimiter = Delimiter switch
        {
            null or "" => (char?)null,
            "tab" or "\\t" => '\t',
            { Length: 1 } one => one[0],
            _ => throw new ActivityException("bad-input", $"'{Delimiter}' is more than one character and cannot separate fields. Correct 'delimiter'.", retryable: false),
        };
        return new FileReadOptions
        {
            Format = Format,
            Header = Header,
            Delimiter = delimiter,
            Encoding = string.IsNullOrEmpty(Encoding) ? null : Encoding,
            Columns = [.. Columns.Select(column => new SourceColumn(column.Key, SourceTypes.Parse(column.Value)))],
            Nulls = Nulls,
            Sample = context.SourceSample(),
            TimeZone = Zone(context),
        };
    }

    private TimeZoneInfo Zone(ActivityContext context)
    {
        if (string.IsNullOrEmpty(TimeZone))
            return context.TimeZone;
        return TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone)
            ? zone
            : throw new ActivityException("bad-input", $"There is no time zone '{TimeZone}'. Use an IANA name such as Asia/Shanghai in 'time_zone'.", retryable: false);
    }

    /// <summary>The files read, as assets: those of one series are one, with the very file as its location.</summary>
    private static void NoteFiles(TableTask task, string path, StagedInput staged)
    {
        var columns = staged.FileColumns.Select(column => new AssetColumn(column.Name, column.Type.ToString())).ToList();
        var edges = new List<ColumnEdge>();
        foreach (var series in staged.Files.GroupBy(file => FileAssetKey.For(file.Path), StringComparer.Ordinal))
        {
            var location = series.Count() == 1 ? series.First().Path : path;
            task.Facts.Add(new AssetRead(series.Key, AssetKind.FileSet, Rows: series.Sum(file => file.Rows + file.Rejected), Columns: columns, Location: location, Sampled: staged.Sampled, Of: staged.Sampled ? staged.Of : null));
            edges.AddRange(staged.FileColumns.Select(column => new ColumnEdge(series.Key, column.Name, staged.Columns.First(to => string.Equals(to.Name, column.Name, StringComparison.OrdinalIgnoreCase)).Name, ColumnEdgeKind.Identity)));
        }
        task.Facts.Add(new ColumnsDerived(task.Target.ToString(), edges));
    }
}

/// <summary>What to do where no file is there.</summary>
public enum OnMissing
{
    Fail,
    Skip,
}

/// <summary>What to do where the files hold no rows and the table has rows that they would replace.</summary>
public enum OnEmptyFile
{
    Fail,
    Warn,
    Replace,
}

/// <summary>What <c>ingest.files</c> gives downstream.</summary>
public sealed record IngestFilesOutputs : TableOutputs
{
    /// <summary>Lines that could not be read.</summary>
    public long Rejected { get; init; }

    /// <summary>The table that holds them; null where there is none.</summary>
    public string? RejectedTable { get; init; }

    /// <summary>Files read.</summary>
    public int Files { get; init; }
}
