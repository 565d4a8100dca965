using System.Globalization;

namespace Platform.Tables.Native;

/// <summary>
/// One in-process DuckDB. It loads no extensions by itself and works in UTC. Dispose its connections first; disposing frees its memory
/// and its spill files.
/// </summary>
public sealed unsafe class DuckDbDatabase : IDisposable
{
    private readonly DatabaseHandle _handle;
    private readonly SpillWatch? _spill;

    private DuckDbDatabase(DatabaseHandle handle, SpillWatch? spill)
    {
        _handle = handle;
        _spill = spill;
    }

    /// <summary>The version of the native library, such as v1.5.6.</summary>
    public static string LibraryVersion => Libduckdb.Text(Libduckdb.duckdb_library_version());

    /// <summary>Opens a database that lives in memory.</summary>
    /// <exception cref="DuckDbException">DuckDB does not accept the options.</exception>
    public static DuckDbDatabase OpenInMemory(DuckDbOptions? options = null, TimeProvider? time = null) => Open(null, options ?? new(), time);

    /// <summary>Opens a database file, which belongs to one process at a time; it is made if it does not exist.</summary>
    /// <exception cref="DuckDbException">The file is not DuckDB's, or another process holds it.</exception>
    public static DuckDbDatabase OpenFile(string path, DuckDbOptions? options = null, TimeProvider? time = null) => Open(path, options ?? new(), time);

    private static DuckDbDatabase Open(string? path, DuckDbOptions options, TimeProvider? time)
    {
        _ = Libduckdb.duckdb_create_config(out var config);
        using var ownedConfig = config;
        foreach (var (name, value) in Settings(options))
        {
            if (Libduckdb.duckdb_set_config(config, name, value) != Libduckdb.Success)
                throw new DuckDbException(DuckDbErrorKind.Setting, $"DuckDB does not know the setting '{name}'.");
        }
        if (Libduckdb.duckdb_open_ext(path, out var handle, config, out var error) != Libduckdb.Success)
        {
            handle.Dispose();
            throw DuckDbException.From(0, Libduckdb.TakeText(error));
        }
        var spill = options is { SpillFolder: { } folder, SpillLimit: { } limit } ? new SpillWatch(folder, limit, time ?? TimeProvider.System) : null;
        return new DuckDbDatabase(handle, spill);
    }

    private static IEnumerable<(string Name, string Value)> Settings(DuckDbOptions options)
    {
        yield return ("autoinstall_known_extensions", "false");
        yield return ("autoload_known_extensions", "false");
        yield return ("temp_directory", options.SpillFolder ?? "");
        if (options.MemoryLimit is { } memory)
            yield return ("memory_limit", memory.ToString(CultureInfo.InvariantCulture) + "B");
        if (options.Threads is { } threads)
            yield return ("threads", threads.ToString(CultureInfo.InvariantCulture));
        if (options is { SpillFolder: not null, SpillLimit: { } limit })
            yield return ("max_temp_directory_size", limit.ToString(CultureInfo.InvariantCulture) + "B");
        if (!options.ExternalAccess)
            yield return ("enable_external_access", "false");
        if (options.ReadOnly)
            yield return ("access_mode", "READ_ONLY");
    }

    /// <summary>A new connection. A connection serves one thread at a time; each has its own temporary tables.</summary>
    public DuckDbConnection Connect()
    {
        if (Libduckdb.duckdb_connect(_handle, out var connection) != Libduckdb.Success)
        {
            connection.Dispose();
            throw new DuckDbException(DuckDbErrorKind.Other, "DuckDB could not open a connection.");
        }
        var result = new DuckDbConnection(connection, _spill);
        try
        {
            result.Execute("set TimeZone = 'UTC'; set enable_progress_bar = true; set enable_progress_bar_print = false");
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _spill?.Dispose();
        _handle.Dispose();
    }
}
