using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Tables.Native;

namespace Platform.Tables.Sql;

/// <summary>Finds the tables that a SQL text names, by DuckDB's own syntax tree. Nothing is bound: the tables need not exist.</summary>
internal static partial class SqlTables
{
    /// <summary>Schema and table of each qualified name. Names of common table expressions have no schema and are not among them.</summary>
    /// <exception cref="DuckDbException">The text cannot be parsed.</exception>
    public static IReadOnlyList<(string Schema, string Table)> Of(DuckDbConnection connection, string sql)
    {
        var tables = new List<(string, string)>();
        var tree = connection.Query($"select json_serialize_sql({SqlText.Literal(sql)})::varchar").Scalar<string>()!;
        using var document = JsonDocument.Parse(tree, new JsonDocumentOptions { MaxDepth = 2000 });
        if (!document.RootElement.GetProperty("error").GetBoolean())
        {
            Collect(document.RootElement, tables);
        }
        else
        {
            if (document.RootElement.TryGetProperty("error_type", out var type) && type.GetString() == "parser")
                throw new DuckDbException(DuckDbErrorKind.Syntax, document.RootElement.GetProperty("error_message").GetString() ?? "The SQL text cannot be parsed.");
            // DuckDB's tree covers SELECT only. In other statements every dotted name may be a table's.
            foreach (Match match in DottedName().Matches(sql))
                tables.Add((match.Groups[1].Value, match.Groups[2].Value));
        }
        return tables;
    }

    private static void Collect(JsonElement element, List<(string, string)> tables)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                Collect(item, tables);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() == "BASE_TABLE"
                && element.TryGetProperty("schema_name", out var schema) && schema.GetString() is { Length: > 0 } name)
            {
                tables.Add((name, element.GetProperty("table_name").GetString()!));
            }
            foreach (var property in element.EnumerateObject())
                Collect(property.Value, tables);
        }
    }

    [GeneratedRegex("""(?:from|join|into|update|,)\s+"?([a-z0-9_]+)"?\."?([a-z0-9_]+)"?""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DottedName();
}
