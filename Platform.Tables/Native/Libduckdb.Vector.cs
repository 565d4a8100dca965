using System.Runtime.InteropServices;

namespace Platform.Tables.Native;

/// <summary>Data chunks, vectors, logical types and the appender.</summary>
internal static unsafe partial class Libduckdb
{
    [LibraryImport(Library)]
    internal static partial ulong duckdb_vector_size();

    [LibraryImport(Library)]
    internal static partial DataChunkHandle duckdb_create_data_chunk(nint* types, ulong count);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_data_chunk(ref nint chunk);

    [LibraryImport(Library)]
    internal static partial void duckdb_data_chunk_reset(DataChunkHandle chunk);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_data_chunk_get_size(DataChunkHandle chunk);

    [LibraryImport(Library)]
    internal static partial void duckdb_data_chunk_set_size(DataChunkHandle chunk, ulong size);

    [LibraryImport(Library)]
    internal static partial nint duckdb_data_chunk_get_vector(DataChunkHandle chunk, ulong column);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void* duckdb_vector_get_data(nint vector);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial ulong* duckdb_vector_get_validity(nint vector);

    [LibraryImport(Library)]
    internal static partial void duckdb_vector_ensure_validity_writable(nint vector);

    [LibraryImport(Library)]
    internal static partial void duckdb_vector_assign_string_element_len(nint vector, ulong index, byte* utf8, ulong length);

    [LibraryImport(Library)]
    internal static partial nint duckdb_list_vector_get_child(nint vector);

    [LibraryImport(Library)]
    internal static partial nint duckdb_array_vector_get_child(nint vector);

    [LibraryImport(Library)]
    internal static partial nint duckdb_struct_vector_get_child(nint vector, ulong index);

    [LibraryImport(Library)]
    internal static partial LogicalTypeHandle duckdb_create_logical_type(int type);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_logical_type(ref nint type);

    [LibraryImport(Library)]
    internal static partial int duckdb_get_type_id(LogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_logical_type_get_alias(LogicalTypeHandle type);

    /// <summary>For a type that belongs to a value.</summary>
    [LibraryImport(Library)]
    internal static partial int duckdb_get_type_id(nint type);

    [LibraryImport(Library)]
    internal static partial byte duckdb_decimal_width(nint type);

    [LibraryImport(Library)]
    internal static partial byte duckdb_decimal_scale(nint type);

    [LibraryImport(Library)]
    internal static partial LogicalTypeHandle duckdb_create_decimal_type(byte width, byte scale);

    [LibraryImport(Library)]
    internal static partial byte duckdb_decimal_width(LogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial byte duckdb_decimal_scale(LogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial uint duckdb_enum_dictionary_size(LogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_enum_dictionary_value(LogicalTypeHandle type, ulong index);

    [LibraryImport(Library)]
    internal static partial LogicalTypeHandle duckdb_list_type_child_type(LogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial LogicalTypeHandle duckdb_array_type_child_type(LogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_array_type_array_size(LogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial LogicalTypeHandle duckdb_map_type_key_type(LogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial LogicalTypeHandle duckdb_map_type_value_type(LogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_struct_type_child_count(LogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_struct_type_child_name(LogicalTypeHandle type, ulong index);

    [LibraryImport(Library)]
    internal static partial LogicalTypeHandle duckdb_struct_type_child_type(LogicalTypeHandle type, ulong index);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_union_type_member_count(LogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_union_type_member_name(LogicalTypeHandle type, ulong index);

    [LibraryImport(Library)]
    internal static partial LogicalTypeHandle duckdb_union_type_member_type(LogicalTypeHandle type, ulong index);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int duckdb_appender_create_ext(ConnectionHandle connection, string? catalog, string? schema, string table, out AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_appender_error(AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_appender_column_count(AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial LogicalTypeHandle duckdb_appender_column_type(AppenderHandle appender, ulong column);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_data_chunk(AppenderHandle appender, DataChunkHandle chunk);

    [LibraryImport(Library)]
    internal static partial int duckdb_appender_close(AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial int duckdb_appender_destroy(ref nint appender);
}
