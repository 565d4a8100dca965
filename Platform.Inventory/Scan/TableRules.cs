using System.Text.RegularExpressions;

namespace Platform.Inventory.Scan;

/// <summary>
/// Which tables of a database are looked at: globs of <c>schema.table</c>, where a pattern without a dot names a schema or a table. Patterns with a slash
/// or a data file's extension are meant for folders and say nothing here.
/// </summary>
internal sealed class TableRules(IReadOnlyList<string> include, IReadOnlyList<string> exclude)
{
    private readonly Regex[] _include = [.. include.Where(IsForTables).Select(ToRegex)];
    private readonly Regex[] _exclude = [.. exclude.Where(IsForTables).Select(ToRegex)];

    public bool Takes(string schema, string table)
    {
        bool names(Regex pattern) => pattern.IsMatch($"{schema}.{table}") || pattern.IsMatch(schema) || pattern.IsMatch(table);
        return (_include.Length == 0 || _include.Any(names)) && !_exclude.Any(names);
    }

    private static bool IsForTables(string glob) => !glob.Contains('/', StringComparison.Ordinal)
        && Path.GetExtension(glob.TrimEnd('*')).ToLowerInvariant() is not (".csv" or ".tsv" or ".txt" or ".json" or ".jsonl" or ".ndjson" or ".parquet" or ".gz");

    private static Regex ToRegex(string glob)
        => new($"^{Regex.Escape(glob.Trim()).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
}
