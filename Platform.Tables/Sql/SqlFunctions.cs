using Platform.Tables.Native;

namespace Platform.Tables.Sql;

/// <summary>The functions that statements may call, as DuckDB itself lists them.</summary>
public static class SqlFunctions
{
    private static readonly Lazy<IReadOnlyList<(string Name, string Arguments, string? Help)>> Known = new(Read);

    /// <summary>Functions and macros by name, each once, operators and DuckDB's own inner ones left out: name, arguments of its first form, and what it does where DuckDB says it.</summary>
    public static IReadOnlyList<(string Name, string Arguments, string? Help)> All => Known.Value;

    private static List<(string, string, string?)> Read()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1, MemoryLimit = 128 << 20, ExternalAccess = false });
        using var connection = database.Connect();
        return [.. connection.Query(
            """
            select function_name, '(' || array_to_string(coalesce(arg_min(parameters, len(parameters)), []), ', ') || ')', max(description)
            from duckdb_functions()
            where function_type in ('scalar', 'aggregate', 'macro') and function_name ~ '^[a-z][a-z0-9_]*$' and not starts_with(function_name, 'pg_') and not starts_with(function_name, '__')
            group by 1
            order by 1
            """).Rows.Select(row => ((string)row[0]!, (string)row[1]!, row[2] as string))];
    }
}
