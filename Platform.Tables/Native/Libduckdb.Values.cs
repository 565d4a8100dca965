using System.Runtime.InteropServices;

namespace Platform.Tables.Native;

/// <summary>Single values: what a statement's parameters are bound to.</summary>
internal static unsafe partial class Libduckdb
{
    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_value(ref nint value);

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_null_value();

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_bool([MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_int32(int value);

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_int64(long value);

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_uint64(ulong value);

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_hugeint(Int128Bits value);

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_uuid(Int128Bits value);

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_decimal(Decimal value);

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_double(double value);

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_date(int days);

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_time(long microseconds);

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_timestamp(long microseconds);

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_timestamp_tz(long microseconds);

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_varchar_length(byte* utf8, ulong length);

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_blob(byte* data, ulong length);

    [LibraryImport(Library)]
    internal static partial ValueHandle duckdb_create_list_value(LogicalTypeHandle elementType, nint* values, ulong count);

    [LibraryImport(Library)]
    internal static partial nint duckdb_get_value_type(ValueHandle value);

    [StructLayout(LayoutKind.Sequential)]
    internal struct Int128Bits
    {
        public ulong Lower;
        public ulong Upper;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Decimal
    {
        public byte Width;
        public byte Scale;
        public Int128Bits Value;
    }
}
