using Platform.Tables.Log;
using Platform.Tables.Native;
using Platform.Tables.Sql;

namespace Platform.Tables;

/// <summary>What a session may take; null means the store's options.</summary>
public sealed record TableSessionOptions
{
    /// <summary>The most memory, in bytes.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Threads that work on a query.</summary>
    public int? Threads { get; init; }
}

/// <summary>A table that a session read, at the version that it saw. Rows is null if the table's log does not tell.</summary>
public sealed record TableRead(string Table, long Version, long? Rows);

/// <summary>
/// One in-process DuckDB for a task attempt. Tables are exposed at one version under their names, read in SQL, and written by commits. For one
/// thread at a time, apart from <see cref="Interrupt"/>. Dispose drops everything that is not committed.
/// </summary>
public sealed class TableSession : IDisposable
{
    private static readonly HashSet<string> OwnSchemas = new(StringComparer.OrdinalIgnoreCase) { "main", "temp", "information_schema", "pg_catalog", "system" };

    private readonly TableStore _store;
    private readonly DuckDbPool.Rented _rented;
    private readonly string _staging;
    private readonly Dictionary<string, TableSnapshot> _exposed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly List<TableRead> _reads = [];
    private bool _confined;
    private bool _disposed;

    internal TableSession(TableStore store, TableSessionOptions options)
    {
        _store = store;
        _staging = Path.Combine(store.StagingFolder, Guid.NewGuid().ToString("N"));
        _rented = store.Databases.Rent(options.MemoryLimit, options.Threads);
    }

    /// <summary>The session's connection, for temporary tables and readers of our own. Text that users wrote goes through the session.</summary>
    public DuckDbConnection Connection => _rented.Connection;

    /// <summary>The tables that were exposed, each once.</summary>
    public IReadOnlyList<TableRead> Reads => _reads;

    /// <summary>Makes a table readable in SQL under its name, at its newest version or a given one. Repeating it changes nothing.</summary>
    /// <param name="table">The table.</param>
    /// <param name="version">The version; null is the newest.</param>
    /// <param name="files">Which data files to read, where the caller knows that the others hold nothing for it; null reads all.</param>
    /// <param name="within">The rows that the caller will take, where it is known; a sample is taken of them. Null where it is not.</param>
    /// <exception cref="TableNotFoundException">The table or the version does not exist.</exception>
    /// <exception cref="InvalidOperationException">The session is confined.</exception>
    public TableSnapshot Expose(TableName table, long? version = null, Func<TableFile, bool>? files = null, RowSpan? within = null)
    {
        if (files is null && _exposed.TryGetValue(table.ToString(), out var known) && (version is null || version == known.Version))
            return known;
        var snapshot = _store.Snapshot(table, version);
        var view = $"{SqlText.Identifier(table.Schema)}.{SqlText.Identifier(table.Table)}";
        var ours = _store.Holds(table);
        var sampled = _store.Overlay is { } overlay && !ours && overlay.Samples(snapshot.Rows, beside: _reads.Exists(read => read.Table != table.ToString()));
        Expose(snapshot, view, table.Schema, sampled ? First(snapshot, files, within) : Wanted(snapshot, files), sampled ? (_store.Overlay!.Rows, within?.Condition(snapshot.Columns.FirstOrDefault(column => string.Equals(column.Name, within.Value.Column, StringComparison.OrdinalIgnoreCase))?.Type)) : null);
        _store.Overlay?.Note(Connection, view, snapshot, table.ToString(), sampled, ours);
        if (files is null)
            _exposed[table.ToString()] = snapshot;
        _reads.RemoveAll(read => read.Table == table.ToString());
        _reads.Add(new TableRead(table.ToString(), snapshot.Version, snapshot.Rows));
        return snapshot;
    }

    /// <summary>Makes a Delta table of any folder readable under a name of our choice.</summary>
    /// <exception cref="TableException">The folder holds no table that can be read.</exception>
    public TableSnapshot ExposeFolder(string viewName, string folder, long? version = null)
    {
        var snapshot = new TableSnapshot(_store.Reader.Read(Path.GetFullPath(folder), version));
        Expose(snapshot, SqlText.Identifier(viewName), null, snapshot.Log.OrderedFiles);
        _reads.Add(new TableRead(snapshot.Folder, snapshot.Version, snapshot.Rows));
        return snapshot;
    }

    /// <summary>The state of a Delta table of any folder, from its log alone.</summary>
    /// <exception cref="TableException">The folder holds no table that can be read.</exception>
    public TableSnapshot SnapshotOf(string folder, long? version = null) => new(_store.Reader.Read(Path.GetFullPath(folder), version));

    /// <summary>Makes one data file of a table readable under a name of our choice: its rows as the table shows them.</summary>
    /// <param name="viewName">The name; what it meant before is forgotten.</param>
    /// <param name="snapshot">The table.</param>
    /// <param name="file">One of the snapshot's files.</param>
    /// <exception cref="BrokenTableException">The file is missing.</exception>
    public void ExposeFile(string viewName, TableSnapshot snapshot, TableFile file)
    {
        Expose(snapshot, SqlText.Identifier(viewName), null, [snapshot.EntryOf(file)]);
        _reads.Add(new TableRead(snapshot.Folder, snapshot.Version, file.Rows));
    }

    /// <summary>Exposes every table that the SQL text names as schema.table.</summary>
    /// <exception cref="TableNotFoundException">It names a table that does not exist.</exception>
    /// <exception cref="DuckDbException">The text cannot be parsed.</exception>
    public IReadOnlyList<TableSnapshot> ExposeReferencedTables(string sql)
        => [.. ReferencedTables(sql).Select(table => Expose(table))];

    /// <summary>
    /// Exposes every table that one statement names as schema.table, for that statement alone: of tables of which it takes a span of time, only the
    /// files that can hold such rows.
    /// </summary>
    /// <param name="sql">The statement that will run.</param>
    /// <param name="parameters">Values of its parameters.</param>
    /// <exception cref="TableNotFoundException">It names a table that does not exist.</exception>
    /// <exception cref="DuckDbException">The text cannot be parsed.</exception>
    public IReadOnlyList<TableSnapshot> ExposeFor(string sql, IReadOnlyDictionary<string, object?>? parameters)
    {
        var tables = ReferencedTables(sql).Select(name => (Name: name, Snapshot: _store.Snapshot(name))).ToList();
        if (_store.Overlay is not null)
            return ExposeSamples(sql, parameters, tables);
        // A handful of files is opened faster than the plan is made.
        var large = tables.Where(table => table.Snapshot.Files.Count > 8).ToList();
        var wanted = large.Count > 0 ? ScanRanges.Find(Connection, sql, parameters, tables) : [];
        return [.. tables.Select(table => Expose(table.Name, table.Snapshot.Version, wanted.TryGetValue(table.Name, out var span) ? FilePruning.Within(span.Column, span.Start, span.End) : null))];
    }

    /// <summary>
    /// The same through an overlay. What the overlay has is a sample already, so all that is joined with it is read whole; where it has none of the tables, the largest is sampled and the others are read whole.
    /// Of a table of which the statement takes a span of time, the sample is of that span.
    /// </summary>
    private List<TableSnapshot> ExposeSamples(string sql, IReadOnlyDictionary<string, object?>? parameters, List<(TableName Name, TableSnapshot Snapshot)> tables)
    {
        var wanted = ScanRanges.Find(Connection, sql, parameters, tables);
        var exposed = new Dictionary<TableName, TableSnapshot>();
        foreach (var (name, snapshot) in tables.OrderByDescending(table => _store.Holds(table.Name)).ThenByDescending(table => table.Snapshot.Rows ?? long.MaxValue))
        {
            RowSpan? within = wanted.TryGetValue(name, out var span) ? span : null;
            exposed[name] = Expose(name, snapshot.Version, within is { } rows ? FilePruning.Within(rows.Column, rows.Start, rows.End) : null, within);
        }
        return tables.ConvertAll(table => exposed[table.Name]);
    }

    /// <summary>The tables that the SQL text names as schema.table, whether they exist or not.</summary>
    /// <exception cref="DuckDbException">The text cannot be parsed.</exception>
    public IReadOnlyList<TableName> ReferencedTables(string sql)
    {
        var tables = new List<TableName>();
        foreach (var (schema, table) in SqlTables.Of(Connection, sql))
        {
            if (TableName.TryParse($"{schema}.{table}".ToLowerInvariant(), out var name) && !OwnSchemas.Contains(name.Schema) && !tables.Contains(name))
                tables.Add(name);
        }
        return tables;
    }

    /// <summary>
    /// Locks the session for SQL that users wrote: it reads the exposed tables and no other file, changes no setting and writes nothing but
    /// temporary tables. Expose everything before.
    /// </summary>
    /// <param name="onlyReads">Refuses temporary tables and everything else that is not a query.</param>
    public void Confine(bool onlyReads = false)
    {
        if (_confined)
            return;
        _confined = true;
        _rented.Spend();
        Directory.CreateDirectory(_staging);
        var folders = string.Join(", ", _folders.Append(_staging).Select(SqlText.Literal));
        // In this order: without external access the list can no longer be changed.
        Connection.Execute($"set allowed_directories = [{folders}]; set enable_external_access = false; set lock_configuration = true");
        Connection.Guard = onlyReads ? Confinement.CheckReads : Confinement.Check;
    }

    /// <summary>Runs SQL and returns all rows; for small results.</summary>
    /// <exception cref="DuckDbException">A statement fails, or the confined session does not allow it.</exception>
    public QueryResult Query(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellation = default)
        => Connection.Query(sql, parameters, cancellation);

    /// <summary>Runs SQL and returns rows in batches while it runs.</summary>
    /// <exception cref="DuckDbException">A statement fails, or the confined session does not allow it.</exception>
    public BatchReader Stream(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellation = default)
        => Connection.Stream(sql, parameters, cancellation);

    /// <summary>Runs SQL and returns how many rows it changed.</summary>
    /// <exception cref="DuckDbException">A statement fails, or the confined session does not allow it.</exception>
    public long Execute(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellation = default)
        => Connection.Execute(sql, parameters, cancellation);

    /// <summary>Interrupts what runs; callable from any thread.</summary>
    public void Interrupt() => Connection.Interrupt();

    /// <summary>
    /// Writes rows and commits them: all of them once, or none. If the transaction was committed before, nothing is run and the earlier result
    /// comes back.
    /// </summary>
    /// <exception cref="SchemaMismatchException">The rows do not fit the table.</exception>
    /// <exception cref="TableConflictException">Another writer changed what is to be replaced.</exception>
    /// <exception cref="DuckDbException">The query fails.</exception>
    public CommitResult Write(TableWrite write, CancellationToken cancellation = default)
    {
        if (write.Mode == WriteMode.ReplaceInterval && write.Interval is null)
            throw new ArgumentException($"A write to table '{write.Table}' that replaces an interval has none. Give it its data interval.", nameof(write));
        var folder = _store.FolderToWrite(write.Table);
        var current = _store.Newest(folder);
        if (current is not null)
        {
            if (EarlierCommit.Find(current, write.Transaction) is { } earlier)
                return earlier;
            ReaderProtocol.CheckWritable(current, removesData: write.Mode != WriteMode.Append);
        }
        var guard = Connection.Guard;
        try
        {
            var (select, columns) = Source(write, cancellation);
            Connection.Guard = null;
            return _store.Committer.Commit(Prepare(write, select, columns, folder, current, cancellation), cancellation);
        }
        finally
        {
            Connection.Guard = guard;
        }
    }

    /// <summary>The one SELECT to write, and its columns; what else a text could hold is refused, because it will stand inside another statement.</summary>
    private (string Sql, IReadOnlyList<DuckDbColumn> Columns) Source(TableWrite write, CancellationToken cancellation)
    {
        var sql = write.TempTable is { } table
            ? $"select * from temp.main.{SqlText.Identifier(table)}"
            : SqlText.TrimEnd(write.SelectSql ?? throw new ArgumentException($"A write to table '{write.Table}' has neither a query nor a temporary table.", nameof(write)));
        if (Connection.Describe(sql) is not { Kind: StatementKind.Select } described)
            throw new DuckDbException(DuckDbErrorKind.Syntax, $"What is written to table '{write.Table}' must be one SELECT statement.");
        if (described.Columns.GroupBy(column => column.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new SchemaMismatchException($"What is written to table '{write.Table}' has two columns named '{twice.Key}'. Give one another name.");
        // A type that hangs on a parameter is known only with its value.
        var columns = described.Columns.Any(column => column.Type.Kind is DuckDbKind.Invalid or DuckDbKind.Any)
            ? Connection.Query($"select * from (\n{sql}\n) limit 0", write.Parameters, cancellation).Columns
            : described.Columns;
        return (sql, columns);
    }

    private PreparedWrite Prepare(TableWrite write, string select, IReadOnlyList<DuckDbColumn> given, string folder, Snapshot? current, CancellationToken cancellation)
    {
        // The first write into an overlay has the columns that it would have on the real table, or fails as it would there.
        var basis = current ?? _store.Real?.Newest(_store.Real.FolderOf(write.Table));
        var data = new StructType([.. given.Select(column => new StructField(column.Name, TypeOf(column, basis?.Schema.Find(column.Name), select, write), true, null))]);
        var fitted = basis is null ? data : SchemaFit.Fit(write.Table.ToString(), basis.Schema, data, write.AllowNewColumns, write.Mode == WriteMode.Replace);
        var partitionBy = basis?.Metadata.PartitionColumns ?? write.PartitionBy;
        if (partitionBy.FirstOrDefault(column => fitted.Find(column) is null) is { } missing)
            throw new SchemaMismatchException($"Table '{write.Table}' is to be split by the column '{missing}', which the data do not have.");
        if (basis is not null && write.PartitionBy.Count > 0 && !write.PartitionBy.SequenceEqual(partitionBy, StringComparer.OrdinalIgnoreCase))
            throw new SchemaMismatchException($"Table '{write.Table}' is split by ({string.Join(", ", partitionBy)}), and the write asks for ({string.Join(", ", write.PartitionBy)}). Leave it out, or write to another table.");
        var columns = fitted.Fields.Select(column => data.Find(column.Name) is { } held
            ? $"q.{SqlText.Identifier(held.Name)}::{column.Type.Sql} as {SqlText.Identifier(column.Name)}"
            : $"null::{column.Type.Sql} as {SqlText.Identifier(column.Name)}");
        var staged = new StagedFiles(Connection, _staging);
        var (files, rows, bytes) = staged.Write($"select {string.Join(", ", columns)} from (\n{select}\n) q", write.Parameters, fitted, partitionBy, folder, write.Interval, _store.Time.GetUtcNow(), cancellation);
        return new PreparedWrite(write with { PartitionBy = partitionBy }, folder, current, data, fitted, files, rows, bytes);
    }

    /// <summary>
    /// The type in which a column is kept. DuckDB gives INTEGER for a column that holds nothing but the word NULL; such a column takes the type
    /// that the table has, or text in a new table.
    /// </summary>
    private DeltaType TypeOf(DuckDbColumn column, StructField? held, string select, TableWrite write)
    {
        var type = DeltaType.Of(column.Type);
        if (column.Type.Kind != DuckDbKind.Integer || held?.Type.Sql == type.Sql || !IsOnlyNull(column.Name, select, write))
            return type;
        return held?.Type ?? PrimitiveType.String;
    }

    /// <summary>NULL becomes a boolean beside a boolean; an integer does not.</summary>
    private bool IsOnlyNull(string column, string select, TableWrite write)
    {
        try
        {
            var beside = Connection.Query($"select {SqlText.Identifier(column)} from (\n{select}\n) union all select null::boolean limit 0", write.Parameters);
            return beside.Columns[0].Type.Kind == DuckDbKind.Boolean;
        }
        catch (DuckDbException error) when (error.Kind == DuckDbErrorKind.Binding)
        {
            return false;
        }
    }

    private static IReadOnlyList<AddFile> Wanted(TableSnapshot snapshot, Func<TableFile, bool>? wanted) =>
        wanted is null ? snapshot.Log.OrderedFiles : [.. snapshot.Log.OrderedFiles.Where(file => wanted(TableFile.Of(snapshot.Folder, file)))];

    /// <summary>The files that hold the first rows: as many as are enough. Which rows of a file a condition takes is not known, so with one all are.</summary>
    private List<AddFile> First(TableSnapshot snapshot, Func<TableFile, bool>? wanted, RowSpan? within)
    {
        var files = Wanted(snapshot, wanted);
        if (within is not null)
            return [.. files];
        var first = new List<AddFile>();
        long rows = 0;
        foreach (var file in files)
        {
            first.Add(file);
            rows += file.Rows ?? 0;
            if (rows >= _store.Overlay!.Rows)
                break;
        }
        return first;
    }

    private void Expose(TableSnapshot snapshot, string view, string? schema, IReadOnlyList<AddFile> files, (long Rows, string? Condition)? sample = null)
    {
        if (_confined)
            throw new InvalidOperationException("The session is confined and takes no more tables. Expose them first.");
        var prefix = $"platform_{_folders.Count}_{_reads.Count}";
        var select = new SnapshotSql(snapshot.Log, Connection, prefix).Select(files);
        if (sample is { } some)
            select = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"select * from (\n{select}\n){(some.Condition is null ? "" : $" where {some.Condition}")} limit {some.Rows}");
        if (schema is not null)
            Connection.Execute($"create schema if not exists {SqlText.Identifier(schema)}");
        Connection.Execute($"create or replace view {view} as {select}");
        _folders.Add(snapshot.Folder);
        foreach (var file in files.Where(file => Path.IsPathRooted(FilePaths.Resolve("", file.Path))))
            _folders.Add(Path.GetDirectoryName(FilePaths.Resolve(snapshot.Folder, file.Path))!);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Connection.Guard = null;
        _rented.Dispose();
        if (Directory.Exists(_staging))
            Directory.Delete(_staging, recursive: true);
    }
}
