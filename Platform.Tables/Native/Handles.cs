using System.Runtime.InteropServices;

namespace Platform.Tables.Native;

/// <summary>A native DuckDB object that is released once, also when nobody disposed it.</summary>
internal abstract class DuckDbHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected abstract void Release(ref nint value);

    protected sealed override bool ReleaseHandle()
    {
        Release(ref handle);
        return true;
    }
}

internal sealed class ConfigHandle : DuckDbHandle
{
    protected override void Release(ref nint value) => Libduckdb.duckdb_destroy_config(ref value);
}

internal sealed class DatabaseHandle : DuckDbHandle
{
    protected override void Release(ref nint value) => Libduckdb.duckdb_close(ref value);
}

internal sealed class ConnectionHandle : DuckDbHandle
{
    protected override void Release(ref nint value) => Libduckdb.duckdb_disconnect(ref value);
}

internal sealed class StatementsHandle : DuckDbHandle
{
    protected override void Release(ref nint value) => Libduckdb.duckdb_destroy_extracted(ref value);
}

internal sealed class StatementHandle : DuckDbHandle
{
    protected override void Release(ref nint value) => Libduckdb.duckdb_destroy_prepare(ref value);
}

internal sealed class PendingHandle : DuckDbHandle
{
    protected override void Release(ref nint value) => Libduckdb.duckdb_destroy_pending(ref value);
}

internal sealed class DataChunkHandle : DuckDbHandle
{
    protected override void Release(ref nint value) => Libduckdb.duckdb_destroy_data_chunk(ref value);
}

internal sealed class LogicalTypeHandle : DuckDbHandle
{
    protected override void Release(ref nint value) => Libduckdb.duckdb_destroy_logical_type(ref value);
}

internal sealed class ValueHandle : DuckDbHandle
{
    protected override void Release(ref nint value) => Libduckdb.duckdb_destroy_value(ref value);
}

internal sealed class AppenderHandle : DuckDbHandle
{
    protected override void Release(ref nint value) => _ = Libduckdb.duckdb_appender_destroy(ref value);
}

/// <summary>A result: the structure lives in unmanaged memory, because DuckDB fills it and takes it by address and by value.</summary>
internal sealed unsafe class ResultHandle : SafeHandle
{
    public ResultHandle() : base(0, ownsHandle: true) => SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(Libduckdb.Result)));

    public override bool IsInvalid => handle == 0;

    public Libduckdb.Result* Pointer => (Libduckdb.Result*)handle;

    protected override bool ReleaseHandle()
    {
        Libduckdb.duckdb_destroy_result(Pointer);
        NativeMemory.Free((void*)handle);
        return true;
    }
}
