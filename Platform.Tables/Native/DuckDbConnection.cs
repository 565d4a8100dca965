namespace Platform.Tables.Native;

/// <summary>How far the running statement is. Percentage is null when DuckDB cannot tell.</summary>
public readonly record struct DuckDbProgress(double? Percentage, long RowsProcessed, long TotalRows);

/// <summary>
/// A connection to a <see cref="DuckDbDatabase"/>. It serves one statement at a time; <see cref="Interrupt"/> and <see cref="Progress"/>
/// may be called from any thread. SQL text may hold several statements; parameters are named ($name) and are bound in those that use them.
/// </summary>
public sealed unsafe class DuckDbConnection : IDisposable
{
    private readonly ConnectionHandle _handle;
    private readonly SpillWatch? _spill;
    private volatile bool _spilledOver;

    internal DuckDbConnection(ConnectionHandle handle, SpillWatch? spill)
    {
        _handle = handle;
        _spill = spill;
    }

    /// <summary>How far the running statement is; read it from another thread.</summary>
    public DuckDbProgress Progress
    {
        get
        {
            var progress = Libduckdb.duckdb_query_progress(_handle);
            return new DuckDbProgress(progress.Percentage < 0 ? null : progress.Percentage, (long)progress.RowsProcessed, (long)progress.TotalRows);
        }
    }

    /// <summary>Runs the statements and returns how many rows the last one changed (0 for a query).</summary>
    /// <exception cref="DuckDbException">A statement fails; those before it have run.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the running statement was rolled back.</exception>
    public long Execute(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellation = default)
    {
        using var span = DuckDbTelemetry.Start(sql);
        using var reader = Run(sql, parameters, streaming: false, cancellation);
        return reader.RowsChanged;
    }

    /// <summary>Runs the statements and returns all rows of the last one as .NET values. Meant for small results; see <see cref="Stream"/>.</summary>
    /// <exception cref="DuckDbException">A statement fails.</exception>
    public QueryResult Query(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellation = default)
    {
        using var span = DuckDbTelemetry.Start(sql);
        using var reader = Run(sql, parameters, streaming: false, cancellation);
        return QueryResult.From(reader);
    }

    /// <summary>
    /// Runs the statements and returns the rows of the last one in batches while it runs, so that memory stays flat. Dispose the reader
    /// before the connection is used again.
    /// </summary>
    /// <exception cref="DuckDbException">A statement fails, now or while reading.</exception>
    public BatchReader Stream(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellation = default)
        => Run(sql, parameters, streaming: true, cancellation);

    /// <summary>What may run: throws for a statement (of the given kind) that may not. Null allows all.</summary>
    internal Action<StatementKind>? Guard { get; set; }

    /// <summary>
    /// The kind and the result's columns of the one statement in the text, which is bound and not run; null if there are several. Where a type
    /// hangs on a parameter's, it is <see cref="DuckDbKind.Invalid"/>.
    /// </summary>
    /// <exception cref="DuckDbException">The text cannot be parsed or bound.</exception>
    internal (StatementKind Kind, DuckDbColumn[] Columns)? Describe(string sql)
    {
        using var statements = Extract(sql, out var count);
        if (count != 1)
            return null;
        var prepared = Libduckdb.duckdb_prepare_extracted_statement(_handle, statements, 0, out var statement);
        using (statement)
        {
            if (prepared != Libduckdb.Success)
                throw DuckDbException.From(0, Libduckdb.Text(Libduckdb.duckdb_prepare_error(statement)));
            var columns = new DuckDbColumn[(int)Libduckdb.duckdb_prepared_statement_column_count(statement)];
            for (ulong i = 0; i < (ulong)columns.Length; i++)
            {
                using var type = Libduckdb.duckdb_prepared_statement_column_logical_type(statement, i);
                var name = Libduckdb.TakeText(Libduckdb.duckdb_prepared_statement_column_name(statement, i));
                columns[i] = new DuckDbColumn(name, type.IsInvalid ? new DuckDbType(DuckDbKind.Invalid) : DuckDbType.Of(type));
            }
            return ((StatementKind)Libduckdb.duckdb_prepared_statement_type(statement), columns);
        }
    }

    private StatementsHandle Extract(string sql, out ulong count)
    {
        count = Libduckdb.duckdb_extract_statements(_handle, sql, out var statements);
        if (count > 0)
            return statements;
        using (statements)
        {
            var error = Libduckdb.Text(Libduckdb.duckdb_extract_statements_error(statements));
            throw error.Length > 0 ? DuckDbException.From(14, error) : new DuckDbException(DuckDbErrorKind.Syntax, "The SQL text holds no statement.");
        }
    }

    /// <summary>Opens a bulk writer into a table that exists. Null catalog and schema mean the current ones; a temporary table is in temp.main.</summary>
    public DuckDbAppender Append(string table, string? schema = null, string? catalog = null)
    {
        if (Libduckdb.duckdb_appender_create_ext(_handle, catalog, schema, table, out var appender) == Libduckdb.Success)
            return new DuckDbAppender(appender);
        using (appender)
            throw DuckDbException.From(0, appender.IsInvalid ? $"Table '{table}' does not exist." : Libduckdb.Text(Libduckdb.duckdb_appender_error(appender)));
    }

    /// <summary>Interrupts the running statement, which then fails with <see cref="DuckDbErrorKind.Interrupted"/>.</summary>
    public void Interrupt()
    {
        if (!_handle.IsClosed)
            Libduckdb.duckdb_interrupt(_handle);
    }

    internal void InterruptForSpill()
    {
        _spilledOver = true;
        Interrupt();
    }

    private BatchReader Run(string sql, IReadOnlyDictionary<string, object?>? parameters, bool streaming, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var statements = Extract(sql, out var count);
        _spilledOver = false;
        _spill?.Began(this);
        var interruption = cancellation.UnsafeRegister(static connection => ((DuckDbConnection)connection!).Interrupt(), this);
        var running = new RunningStatement(this, interruption, cancellation);
        try
        {
            for (ulong i = 0; i + 1 < count; i++)
                RunOne(statements, i, parameters, streaming: false, running).DisposeResult();
            return RunOne(statements, count - 1, parameters, streaming, running);
        }
        catch
        {
            running.Dispose();
            throw;
        }
    }

    private BatchReader RunOne(StatementsHandle statements, ulong index, IReadOnlyDictionary<string, object?>? parameters, bool streaming, RunningStatement running)
    {
        var prepared = Libduckdb.duckdb_prepare_extracted_statement(_handle, statements, index, out var statement);
        try
        {
            if (prepared != Libduckdb.Success)
                throw running.Error(0, Libduckdb.Text(Libduckdb.duckdb_prepare_error(statement)));
            Guard?.Invoke((StatementKind)Libduckdb.duckdb_prepared_statement_type(statement));
            ParameterBinding.Bind(statement, parameters);
            var state = streaming
                ? Libduckdb.duckdb_pending_prepared_streaming(statement, out var pending)
                : Libduckdb.duckdb_pending_prepared(statement, out pending);
            using var ownedPending = pending;
            if (state != Libduckdb.Success)
                throw running.Error(0, Libduckdb.Text(Libduckdb.duckdb_pending_error(pending)));
            var result = new ResultHandle();
            try
            {
                if (Libduckdb.duckdb_execute_pending(pending, result.Pointer) != Libduckdb.Success)
                    throw running.Error(Libduckdb.duckdb_result_error_type(result.Pointer), Libduckdb.Text(Libduckdb.duckdb_result_error(result.Pointer)));
                return new BatchReader(statement, result, running);
            }
            catch
            {
                result.Dispose();
                throw;
            }
        }
        catch
        {
            statement.Dispose();
            throw;
        }
    }

    public void Dispose() => _handle.Dispose();

    /// <summary>What ends with a statement: the watch on its spill folder and the link to its cancellation token.</summary>
    internal sealed class RunningStatement(DuckDbConnection connection, CancellationTokenRegistration interruption, CancellationToken cancellation) : IDisposable
    {
        private bool _ended;

        public Exception Error(int errorType, string message)
        {
            if (connection._spilledOver)
                return new DuckDbException(DuckDbErrorKind.SpillLimit, connection._spill!.Message);
            var error = DuckDbException.From(errorType, message);
            return error.Kind == DuckDbErrorKind.Interrupted && cancellation.IsCancellationRequested
                ? new OperationCanceledException("The query was cancelled.", error, cancellation)
                : error;
        }

        public void Dispose()
        {
            if (_ended)
                return;
            _ended = true;
            interruption.Dispose();
            connection._spill?.Ended(connection);
        }
    }
}
