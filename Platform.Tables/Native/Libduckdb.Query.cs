using System.Runtime.InteropServices;

namespace Platform.Tables.Native;

/// <summary>Statements and results. A result is a 48-byte structure that we keep in unmanaged memory (<see cref="ResultHandle"/>).</summary>
internal static unsafe partial class Libduckdb
{
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ulong duckdb_extract_statements(ConnectionHandle connection, string query, out StatementsHandle statements);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_extract_statements_error(StatementsHandle statements);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_extracted(ref nint statements);

    [LibraryImport(Library)]
    internal static partial int duckdb_prepare_extracted_statement(ConnectionHandle connection, StatementsHandle statements, ulong index, out StatementHandle statement);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_prepare_error(StatementHandle statement);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_prepare(ref nint statement);

    /// <summary>duckdb_statement_type.</summary>
    [LibraryImport(Library)]
    internal static partial int duckdb_prepared_statement_type(StatementHandle statement);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_prepared_statement_column_count(StatementHandle statement);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_prepared_statement_column_name(StatementHandle statement, ulong column);

    [LibraryImport(Library)]
    internal static partial LogicalTypeHandle duckdb_prepared_statement_column_logical_type(StatementHandle statement, ulong column);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_nparams(StatementHandle statement);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_parameter_name(StatementHandle statement, ulong index);

    [LibraryImport(Library)]
    internal static partial int duckdb_bind_value(StatementHandle statement, ulong index, ValueHandle value);

    [LibraryImport(Library)]
    internal static partial int duckdb_pending_prepared(StatementHandle statement, out PendingHandle pending);

    [LibraryImport(Library)]
    internal static partial int duckdb_pending_prepared_streaming(StatementHandle statement, out PendingHandle pending);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_pending_error(PendingHandle pending);

    [LibraryImport(Library)]
    internal static partial int duckdb_execute_pending(PendingHandle pending, Result* result);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_pending(ref nint pending);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_result_error(Result* result);

    [LibraryImport(Library)]
    internal static partial int duckdb_result_error_type(Result* result);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_result(Result* result);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_column_count(Result* result);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_column_name(Result* result, ulong column);

    [LibraryImport(Library)]
    internal static partial LogicalTypeHandle duckdb_column_logical_type(Result* result, ulong column);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_rows_changed(Result* result);

    /// <summary>duckdb_result_type: 1 changed rows, 2 nothing, 3 query result.</summary>
    [LibraryImport(Library)]
    internal static partial int duckdb_result_return_type(Result result);

    [LibraryImport(Library)]
    internal static partial DataChunkHandle duckdb_fetch_chunk(Result result);

    [StructLayout(LayoutKind.Sequential)]
    internal struct Result
    {
        public ulong ColumnCount, RowCount, RowsChanged;
        public nint Columns, ErrorMessage, InternalData;
    }
}
