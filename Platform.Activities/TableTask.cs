using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities;

/// <summary>
/// The frame of every task that writes a table: a session, what it read, the write under the context's commit key, and the facts and outputs of it.
/// A repeated attempt whose table is already committed gets the outputs and facts of the attempt that did it: they lie in the commit.
/// </summary>
internal sealed class TableTask : IDisposable
{
    private const string OutputsKey = "outputs";
    private const string FactsKey = "facts";
    private readonly TableStore _store;
    private readonly ActivityContext _context;
    private readonly TableMode _mode;

    /// <exception cref="ActivityException">The table's name is none, or an interval is to be replaced in a run without one.</exception>
    public TableTask(TableStore store, ActivityContext context, string table, TableMode mode)
    {
        (_store, _context, _mode) = (store, context, mode);
        Target = ParseName(table);
        if (mode == TableMode.ReplaceInterval && context.Interval is null)
            throw new ActivityException("bad-input", $"Task '{context.TaskId}' replaces the data interval of table '{Target}', and this run has none. Run it with a date, or set 'mode' to replace or append.", retryable: false);
        Session = store.OpenSession();
    }

    public TableSession Session { get; }

    public TableName Target { get; }

    public ActivityContext Context => _context;

    /// <summary>The table before the write; null where it does not exist yet.</summary>
    public TableSnapshot? Before => _store.Exists(Target) ? _store.Snapshot(Target) : null;

    /// <summary>Facts of the work itself, noted before the commit and kept in it.</summary>
    public List<Fact> Facts { get; } = [];

    public static TableName ParseName(string table) => TableName.TryParse(table, out var name)
        ? name
        : throw new ActivityException("bad-input", $"'{table}' is no table name. Write schema.table with lower-case letters, digits and underscores, such as raw.order_lines.", retryable: false);

    /// <summary>Writes, commits and returns what the task gives downstream.</summary>
    /// <param name="source">The write without table, mode, interval and transaction.</param>
    /// <param name="outputs">What is known before the commit.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    public T Commit<T>(TableWrite source, T outputs, CancellationToken cancellationToken) where T : TableOutputs
    {
        foreach (var read in Session.Reads)
            Facts.Insert(0, new AssetRead(read.Table, AssetKind.Table, read.Version, read.Rows, ColumnsOf(_store.Snapshot(TableName.Parse(read.Table), read.Version).Columns)));
        var write = Complete(source, Target) with
        {
            Outputs = new JsonObject
            {
                [OutputsKey] = JsonSerializer.SerializeToNode(outputs, Fact.Json),
                [FactsKey] = JsonSerializer.SerializeToNode<IReadOnlyList<Fact>>(Facts, Fact.Json),
            },
        };
        var result = Session.Write(write, cancellationToken);
        // From here the table holds the rows: whatever dies now, the next attempt finds the commit and ends the same way.
        if (result.CheckpointProblem is { } problem)
            _context.Log.Warning(problem);
        if (result.AlreadyCommitted)
        {
            _context.Log.Info($"Table '{Target}' was written by an earlier attempt, as version {result.Version}: nothing is written again.");
            outputs = result.Outputs?[OutputsKey]?.Deserialize<T>(Fact.Json) ?? outputs;
            _context.Facts.AddRange(result.Outputs?[FactsKey]?.Deserialize<List<Fact>>(Fact.Json) ?? Facts);
        }
        else
        {
            _context.Facts.AddRange(Facts);
        }
        var after = NoteWritten(Target, result);
        _context.Log.Info($"Table '{Target}' version {result.Version}: {result.Rows:N0} rows written{(result.RowsRemoved > 0 ? $", {result.RowsRemoved:N0} replaced" : "")}.");
        return (T)(outputs with
        {
            Table = Target.ToString(),
            Version = result.Version,
            Rows = result.Rows,
            RowsReplaced = result.RowsRemoved,
            TableRows = after.Rows,
            Bytes = result.Bytes,
            Partitions = write.Interval is { } interval ? [interval.ToString()] : [],
        });
    }

    /// <summary>
    /// Writes what was rejected into <c>table__rejected</c>, in the same way as the table itself will be written after it. Where nothing was rejected,
    /// only an older attempt's rows are taken away.
    /// </summary>
    /// <param name="select">A query with the columns file, line, column, reason and raw.</param>
    /// <param name="count">Its rows.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <returns>The name of the table; null where there is none.</returns>
    public string? CommitRejected(string select, long count, CancellationToken cancellationToken)
    {
        var name = TableName.Parse($"{Target}__rejected");
        var nothingToReplace = _mode == TableMode.Append || !_store.Exists(name);
        if (count == 0 && nothingToReplace)
            return null;
        if (count == 0 && _mode == TableMode.ReplaceInterval && !_store.Snapshot(name).Files.Any(file => file.Interval is { } interval && Interval()!.Value.Overlaps(interval)))
            return null;
        var result = Session.Write(Complete(new TableWrite { Table = name, SelectSql = select }, name), cancellationToken);
        NoteWritten(name, result);
        return name.ToString();
    }

    /// <summary>Measures the rejected lines for the metric's history.</summary>
    public void Measure(string name, double value, string? column = null) => Facts.Add(new MetricMeasured(Target.ToString(), column, name, value));

    public static IReadOnlyList<AssetColumn> ColumnsOf(IReadOnlyList<TableColumn> columns) =>
        [.. columns.Select(column => new AssetColumn(column.Name, column.Type, column.Nullable))];

    public void Dispose() => Session.Dispose();

    private TableWrite Complete(TableWrite write, TableName table) => write with
    {
        Table = table,
        Mode = _mode.ToWriteMode(),
        Interval = Interval(),
        Transaction = new TableTransaction(_context.CommitKey.AppId, _context.CommitKey.Version),
        AllowNewColumns = write.AllowNewColumns || _mode == TableMode.Replace,
    };

    private Tables.DataInterval? Interval() => _context.Interval is { } interval ? new Tables.DataInterval(interval.Start, interval.End) : null;

    private TableSnapshot NoteWritten(TableName table, CommitResult result)
    {
        var after = _store.Snapshot(table, result.Version);
        _context.Facts.Add(new AssetWritten(table.ToString(), AssetKind.Table, result.Version, _mode.ToOperation(), after.Rows, result.Rows, after.Bytes, after.Files.Count, ColumnsOf(after.Columns), after.Folder,
            // A table that is replaced as a whole is not of an interval, whichever run does it.
            _mode == TableMode.Replace ? null : _context.Interval));
        return after;
    }
}
