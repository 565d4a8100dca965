using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Tables.Native;

namespace Platform.Tables.Sql;

/// <summary>What is wrong with a statement.</summary>
public enum SqlMistakeKind
{
    /// <summary>It cannot be parsed.</summary>
    Syntax,

    /// <summary>It is not one SELECT: several statements, or one that changes something.</summary>
    NotSelect,

    /// <summary>It names a column that its tables do not have.</summary>
    Column,

    /// <summary>It names a function that there is not.</summary>
    Function,

    /// <summary>Types do not fit: values of different kinds are compared, added or passed to a function.</summary>
    Type,

    /// <summary>Anything else that DuckDB refuses, such as a column that is neither grouped nor aggregated.</summary>
    Other,
}

/// <summary>Why a statement cannot be run.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Message">DuckDB's own words, one line.</param>
/// <param name="Position">Index in the text; null where it is not told.</param>
/// <param name="Name">The column or function; null for other kinds.</param>
public sealed record SqlMistake(SqlMistakeKind Kind, string Message, int? Position, string? Name);

/// <summary>
/// A query bound to tables of known columns by DuckDB itself, without running it: the columns that it gives, or why it cannot be run. Parameters may be of any
/// type that lets it bind, so that what is told as wrong is wrong whatever their values are.
/// </summary>
/// <param name="Columns">Columns of its result; null where they are not known.</param>
/// <param name="Mistake">Why it cannot be bound; null where it can.</param>
public sealed partial record SqlBinding(IReadOnlyList<TableColumn>? Columns, SqlMistake? Mistake)
{
    private const int MostCached = 1000;
    private static readonly ConcurrentDictionary<string, SqlBinding> Known = new(StringComparer.Ordinal);
    private static readonly Lazy<DuckDbDatabase> Database = new(() => DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1, MemoryLimit = 256 << 20, ExternalAccess = false }));
    private static long _catalogs;

    /// <summary>Binds one query. Answers are kept by text and columns.</summary>
    /// <param name="sql">A SELECT.</param>
    /// <param name="tables">The columns of all tables that it reads, by schema.table.</param>
    /// <param name="parameters">Values of parameters, of which only the types matter; a missing one is of the type that fits.</param>
    public static SqlBinding Of(string sql, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> tables, IReadOnlyDictionary<string, object?>? parameters = null)
    {
        var samples = parameters is null ? sql : ParameterSamples.Substitute(sql, parameters);
        var key = $"{sql}\0{samples}\0{string.Join('\0', tables.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}\u0001{string.Join('\u0001', t.Value.Select(c => $"{c.Name}\u0002{c.Type}"))}"))}";
        if (Known.TryGetValue(key, out var known))
            return known;
        if (Known.Count >= MostCached)
            Known.Clear();
        return Known[key] = Bind(sql, samples, tables);
    }

    /// <summary>The tables that a query names as schema.table, each once, with the place of its first mention in the text.</summary>
    /// <param name="sql">A SELECT.</param>
    /// <returns>Null where the text cannot be parsed.</returns>
    public static IReadOnlyList<(TableName Table, int Position)>? TablesOf(string sql)
    {
        using var connection = Database.Value.Connect();
        try
        {
            var tables = new List<(TableName, int)>();
            foreach (var (schema, table) in SqlTables.Of(connection, sql))
                if (TableName.TryParse($"{schema}.{table}".ToLowerInvariant(), out var name) && schema is not ("information_schema" or "pg_catalog") && tables.All(t => t.Item1 != name))
                    tables.Add((name, Math.Max(0, PlaceOf(sql, schema, table))));
            return tables;
        }
        catch (DuckDbException)
        {
            return null;
        }
    }

    /// <summary>Names of the $parameters that a text takes, each once.</summary>
    public static IReadOnlyList<string> ParametersOf(string sql) => ParameterSamples.NamesIn(sql);

    private static int PlaceOf(string sql, string schema, string table) =>
        Regex.Match(sql, $"""(?<![\w."])"?{Regex.Escape(schema)}"?\s*\.\s*"?{Regex.Escape(table)}"?(?!\w)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant) is { Success: true } match ? match.Index : -1;

    private static SqlBinding Bind(string sql, string samples, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> tables)
    {
        using var connection = Database.Value.Connect();
        var catalog = string.Create(CultureInfo.InvariantCulture, $"binding{Interlocked.Increment(ref _catalogs)}");
        connection.Execute($"attach ':memory:' as {catalog}; use {catalog}; set errors_as_json = true");
        try
        {
            foreach (var (name, columns) in tables)
            {
                var parts = name.Split('.', 2);
                connection.Execute($"create schema if not exists {SqlText.Identifier(parts[0])}; create table {string.Join('.', parts.Select(SqlText.Identifier))} ({string.Join(", ", columns.Select(c => $"{SqlText.Identifier(c.Name)} {c.Type}"))})");
            }
            SqlMistake? first = null;
            var binds = false;
            foreach (var text in new[] { samples, sql }.Concat(ParameterSamples.Guesses.Select(guess => ParameterSamples.Guess(samples, guess)).OfType<string>()).Concat(ParameterSamples.Guesses.Select(guess => ParameterSamples.Guess(sql, guess)).OfType<string>()).Distinct())
            {
                try
                {
                    if (connection.Describe(text) is not { } described)
                        return new(null, new SqlMistake(SqlMistakeKind.NotSelect, "It is several statements; only one SELECT is run.", null, null));
                    if (described.Kind != StatementKind.Select)
                        return new(null, new SqlMistake(SqlMistakeKind.NotSelect, "It is no SELECT.", null, null));
                    binds = true;
                    if (ColumnsOf(connection, text) is { } columns)
                        return new(columns, null);
                }
                catch (DuckDbException e) when (e.Kind is not DuckDbErrorKind.Internal)
                {
                    // The place is that in the text itself, where no value stands for a parameter.
                    if (first is null || text == sql)
                        first = Read(e, text == sql ? sql : null);
                }
            }
            return new(null, binds ? null : first);
        }
        catch (DuckDbException)
        {
            // A type of a table that the words for it do not make: nothing is known then.
            return new(null, null);
        }
        finally
        {
            connection.Execute($"use memory; detach {catalog}");
        }
    }

    private static List<TableColumn>? ColumnsOf(DuckDbConnection connection, string text)
    {
        try
        {
            return [.. connection.Query($"describe {SqlText.TrimEnd(text)}").Rows.Select(row => new TableColumn((string)row[0]!, (string)row[1]!, true))];
        }
        catch (DuckDbException)
        {
            // It binds with a parameter of any type, and then its columns' types are open.
            return null;
        }
    }

    private static SqlMistake Read(DuckDbException error, string? sql)
    {
        var text = error.Message;
        int? position = null;
        string? name = null, subtype = null;
        if (text.IndexOf('{', StringComparison.Ordinal) is >= 0 and < 40 and var brace && text.EndsWith('}'))
        {
            using var json = JsonDocument.Parse(text[brace..]);
            string? Field(string key) => json.RootElement.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            text = $"{Field("exception_type")} Error: {Field("exception_message")}";
            name = Field("name");
            subtype = Field("error_subtype");
            if (sql is not null && int.TryParse(Field("position"), NumberStyles.None, CultureInfo.InvariantCulture, out var at))
                position = IndexOf(sql, at, Field("exception_type") == "Parser");
        }
        var message = text.Split('\n', 2)[0];
        message = message[(message.IndexOf(" Error: ", StringComparison.Ordinal) is >= 0 and < 24 and var colon ? colon + 8 : 0)..].TrimEnd('!', ' ');
        if (Column().Match(message) is { Success: true } column)
            return new(SqlMistakeKind.Column, message, position, column.Groups["name"].Value);
        if (error.Kind == DuckDbErrorKind.Syntax || text.StartsWith("Parser Error", StringComparison.Ordinal))
            return new(SqlMistakeKind.Syntax, message, position, null);
        if (message.Contains("does not exist", StringComparison.Ordinal) && message.Contains("Function", StringComparison.Ordinal))
            return new(SqlMistakeKind.Function, message, position, name ?? Quoted().Match(message).Groups["name"].Value);
        if (subtype == "NO_MATCHING_FUNCTION" || message.StartsWith("No function matches", StringComparison.Ordinal) || message.StartsWith("Cannot compare values", StringComparison.Ordinal) || message.Contains("an explicit cast is required", StringComparison.Ordinal))
            return new(SqlMistakeKind.Type, message, position, name);
        return new(SqlMistakeKind.Other, message, position, null);
    }

    /// <summary>The index of a place: DuckDB's parser counts characters, whatever comes after it bytes of UTF-8.</summary>
    private static int IndexOf(string sql, int place, bool inCharacters)
    {
        var count = 0;
        var i = 0;
        while (i < sql.Length && count < place)
        {
            var rune = System.Text.Rune.TryGetRuneAt(sql, i, out var found) ? found : System.Text.Rune.ReplacementChar;
            count += inCharacters ? 1 : rune.Utf8SequenceLength;
            i += rune.Utf16SequenceLength;
        }
        return Math.Min(i, sql.Length);
    }

    [GeneratedRegex("""^(?:Referenced column|Column|Values list)[^"]*"+(?<name>[^"]+)"+[^"]*(?:not found|does not exist|EXCLUDE|REPLACE|RENAME)|does not have a column named "(?<name>[^"]+)"|^Column (?<name>\w+) in (?:EXCLUDE|REPLACE|RENAME)""", RegexOptions.CultureInvariant)]
    private static partial Regex Column();

    [GeneratedRegex("\"?(?<name>\\w+)\"? does not exist|name \"?(?<name>\\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();
}
