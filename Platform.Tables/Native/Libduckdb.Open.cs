using System.Runtime.InteropServices;

namespace Platform.Tables.Native;

/// <summary>DuckDB's C API (duckdb.h of 1.5), bound by chapter: this file opens, configures and interrupts.</summary>
internal static unsafe partial class Libduckdb
{
    private const string Library = "duckdb";

    /// <summary>duckdb_state: 0 is success, 1 is an error.</summary>
    internal const int Success = 0;

    [LibraryImport(Library)]
    internal static partial byte* duckdb_library_version();

    [LibraryImport(Library)]
    internal static partial int duckdb_create_config(out ConfigHandle config);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int duckdb_set_config(ConfigHandle config, string name, string option);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_config(ref nint config);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int duckdb_open_ext(string? path, out DatabaseHandle database, ConfigHandle config, out byte* error);

    [LibraryImport(Library)]
    internal static partial void duckdb_close(ref nint database);

    [LibraryImport(Library)]
    internal static partial int duckdb_connect(DatabaseHandle database, out ConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial void duckdb_disconnect(ref nint connection);

    [LibraryImport(Library)]
    internal static partial void duckdb_interrupt(ConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial QueryProgress duckdb_query_progress(ConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial void duckdb_free(void* memory);

    /// <summary>A string that DuckDB keeps; null reads as empty.</summary>
    internal static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? "";

    /// <summary>A string that DuckDB allocated for us and that we free.</summary>
    internal static string TakeText(byte* utf8)
    {
        var text = Text(utf8);
        duckdb_free(utf8);
        return text;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct QueryProgress
    {
        public double Percentage;
        public ulong RowsProcessed;
        public ulong TotalRows;
    }
}
