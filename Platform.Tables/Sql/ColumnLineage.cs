using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Tables.Native;

namespace Platform.Tables.Sql;

/// <summary>How a source column takes part in a result. Several may hold at once.</summary>
[Flags]
public enum LineageKinds
{
    None = 0,

    /// <summary>Direct: the value itself.</summary>
    Identity = 1,

    /// <summary>Direct: a value computed from it, row by row.</summary>
    Transformation = 2,

    /// <summary>Direct: a value computed from many rows of it.</summary>
    Aggregation = 4,

    /// <summary>Indirect: it decides which rows there are.</summary>
    Filter = 8,

    /// <summary>Indirect: rows were matched by it.</summary>
    Join = 16,

    /// <summary>Indirect: rows were grouped by it.</summary>
    GroupBy = 32,

    /// <summary>Indirect: rows were ordered by it.</summary>
    Sort = 64,

    /// <summary>Indirect: it chose between values.</summary>
    Condition = 128,

    /// <summary>Indirect: it set the window of a window function.</summary>
    Window = 256,

    /// <summary>All direct kinds.</summary>
    Direct = Identity | Transformation | Aggregation,
}

/// <summary>A source column and how it takes part.</summary>
public sealed record LineageEdge(string Table, string Column, LineageKinds Kinds);

/// <summary>A column of a statement's result with the source columns of its values.</summary>
public sealed record LineageColumn(string Name, IReadOnlyList<LineageEdge> Edges);

/// <summary>
/// Where the columns of a statement's result come from, read from DuckDB's bound plan: stars, macros, views, lateral joins and USING are
/// resolved, nothing is run. Sources are the tables that were given, by their names.
/// </summary>
public sealed partial record ColumnLineage
{
    private const int MostCached = 2000;
    private static readonly ConcurrentDictionary<string, ColumnLineage> Known = new(StringComparer.Ordinal);
    private static readonly Lazy<DuckDbDatabase> Database = new(() => DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1, MemoryLimit = 256 << 20, ExternalAccess = false }));
    private static long _catalogs;

    /// <summary>The result's columns in order, each with its direct edges and the indirect ones of its own expression.</summary>
    public required IReadOnlyList<LineageColumn> Columns { get; init; }

    /// <summary>Edges to all columns alike: what filtered, joined, grouped or ordered the rows.</summary>
    public required IReadOnlyList<LineageEdge> Rows { get; init; }

    /// <summary>The tables that the statement reads, also where no column edge could be found.</summary>
    public required IReadOnlyList<string> Tables { get; init; }

    /// <summary>
    /// Tables that the statement names and that were not given, as written, where it cannot be bound; empty where it can. What it writes is among them unless it is among <see cref="Tables"/>.
    /// </summary>
    public IReadOnlyList<string> UnknownTables { get; init; } = [];

    /// <summary>Files that the statement reads by their paths or patterns, as written: <c>read_csv('/data/*.csv')</c>, <c>from 'a.parquet'</c>. Their columns are not known, so it gives no column edges.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The table that the statement changes or makes, as written; null for a query.</summary>
    public string? Target { get; init; }

    /// <summary>What was not understood, for people; empty if everything was. Column edges are then missing or incomplete.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>
    /// The lineage of one statement. Answers are kept by text and columns, so that asking at every run costs nothing.
    /// </summary>
    /// <param name="sql">A SELECT, or CREATE TABLE AS, INSERT, UPDATE, DELETE, MERGE; $parameters need no values.</param>
    /// <param name="tables">The columns of the tables that the statement may read, by schema.table.</param>
    /// <param name="parameters">Values of parameters, of which only the types matter; null or a missing one lets DuckDB infer the type.</param>
    /// <returns>Always an answer: where the statement cannot be bound, <see cref="Tables"/> with a note.</returns>
    public static ColumnLineage Of(string sql, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> tables, IReadOnlyDictionary<string, object?>? parameters = null)
    {
        var text = parameters is null ? sql : ParameterSamples.Substitute(sql, parameters);
        var key = Key(text, tables);
        if (Known.TryGetValue(key, out var known))
            return known;
        if (Known.Count >= MostCached)
            Known.Clear();
        return Known[key] = Guessed(text, tables);
    }

    private static string Key(string sql, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> tables)
    {
        var key = new StringBuilder(sql);
        foreach (var (name, columns) in tables.OrderBy(table => table.Key, StringComparer.Ordinal))
        {
            key.Append('\0').Append(name);
            foreach (var column in columns)
                key.Append('\u0001').Append(column.Name).Append('\u0002').Append(column.Type);
        }
        return key.ToString();
    }

    /// <summary>DuckDB gives no plan for a parameter whose type nothing tells; then the types are guessed, for which alone they matter.</summary>
    private static ColumnLineage Guessed(string sql, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> tables)
    {
        var lineage = Analyse(sql, tables);
        foreach (var guess in ParameterSamples.Guesses)
        {
            if (lineage.Columns.Count > 0 || ParameterSamples.Guess(sql, guess) is not { } text)
                break;
            if (Analyse(text, tables) is { Columns.Count: > 0 } guessed)
                return guessed;
        }
        return lineage;
    }

    private static ColumnLineage Analyse(string sql, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> tables)
    {
        using var connection = Database.Value.Connect();
        var catalog = string.Create(CultureInfo.InvariantCulture, $"lineage{Interlocked.Increment(ref _catalogs)}");
        connection.Execute($"attach ':memory:' as {catalog}; use {catalog}");
        try
        {
            return Analyse(connection, sql, tables);
        }
        catch (DuckDbException error)
        {
            return TablesOnly(connection, sql, tables, $"The statement cannot be bound: {FirstLine(error.Message)}");
        }
        finally
        {
            connection.Execute($"use memory; detach {catalog}");
        }
    }

    private static ColumnLineage Analyse(DuckDbConnection connection, string sql, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> tables)
    {
        foreach (var (name, columns) in tables)
        {
            var parts = name.Split('.', 2);
            var definition = columns.Count == 0 ? "\"(no columns)\" integer" : string.Join(", ", columns.Select(column => $"{SqlText.Identifier(column.Name)} {column.Type}"));
            var schema = parts.Length == 2 ? $"create schema if not exists {SqlText.Identifier(parts[0])}; " : "";
            connection.Execute($"{schema}create table {string.Join('.', parts.Select(SqlText.Identifier))} ({definition})");
        }
        Unique(connection, sql, tables);
        return Follow(connection, sql, tables);
    }

    /// <summary>
    /// ON CONFLICT, OR REPLACE and OR IGNORE are bound only where the target has a unique key, which the given columns do not tell: it gets the one that the statement names, or else its first column.
    /// </summary>
    private static void Unique(DuckDbConnection connection, string sql, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> tables)
    {
        var words = SqlWords.Of(sql);
        var conflict = Enumerable.Range(0, Math.Max(0, words.Count - 1)).FirstOrDefault(i => words[i].Is("on") && words[i + 1].Is("conflict"), -1);
        var replaces = Enumerable.Range(0, Math.Max(0, words.Count - 2)).Any(i => words[i].Is("insert") && words[i + 1].Is("or") && (words[i + 2].Is("replace") || words[i + 2].Is("ignore")));
        if (conflict < 0 && !replaces || TableScanner.Scan(sql).Writes is not [var written, ..] || Given(written, tables) is not { } target || tables[target].Count == 0)
            return;
        var key = new List<string>();
        if (conflict >= 0 && conflict + 2 < words.Count && words[conflict + 2].Is("("))
            key.AddRange(words.Skip(conflict + 3).TakeWhile(word => !word.Is(")")).Where(word => word.IsName).Select(word => word.Text));
        if (key.Count == 0)
            key.Add(tables[target][0].Name);
        connection.Execute($"create unique index \"(key)\" on {string.Join('.', target.Split('.', 2).Select(SqlText.Identifier))} ({string.Join(", ", key.Select(SqlText.Identifier))})");
    }

    private static ColumnLineage Follow(DuckDbConnection connection, string sql, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> tables)
    {
        // Where the rows go is no question of theirs, and a file outside cannot be opened here.
        if (Copied().Match(sql) is { Success: true } copy)
            return Follow(connection, copy.Groups["query"].Success ? copy.Groups["query"].Value : $"from {copy.Groups["table"].Value}", tables) with { Target = copy.Groups["file"].Value };
        if (connection.Describe(sql) is not { } described)
            return TablesOnly(connection, sql, tables, SqlWords.Of(sql).Any(word => word.Is("pivot")) ? "A pivot whose columns only the data tell is not followed; name the values with IN (…)." : "Several statements at once are not followed.");
        var text = SqlText.TrimEnd(sql);
        // No plan is made of a view's definition, and of its query there is one.
        if (described.Kind == StatementKind.Create && CreateView().Match(text) is { Success: true } view)
            return Follow(connection, view.Groups["query"].Value, tables) with { Target = Written(text) };
        var plan = connection.Query($"select json_serialize_plan({SqlText.Literal(text)})::varchar").Scalar<string>()!;
        using var document = JsonDocument.Parse(plan, new JsonDocumentOptions { MaxDepth = 4000 });
        var root = document.RootElement;
        if (root.GetProperty("error").GetBoolean())
            return TablesOnly(connection, sql, tables, $"DuckDB gives no plan: {FirstLine(root.TryGetProperty("error_message", out var message) ? message.GetString() ?? "" : "")}");
        var plans = root.GetProperty("plans")[0];
        var names = described.Kind == StatementKind.Select ? described.Columns.Select(column => column.Name).ToList() : [];
        var walker = new PlanWalker(new HashSet<string>(tables.Keys, StringComparer.OrdinalIgnoreCase));
        var output = walker.Statement(plans, names);
        var named = output.Columns.Select(column => new LineageColumn(column.Name, column.Sources.Edges())).ToList();
        var read = walker.Tables.Union(Referenced(connection, sql, tables), StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return new ColumnLineage { Columns = named, Rows = output.Rows.Edges(), Tables = read, Target = described.Kind == StatementKind.Select ? null : Written(text), Notes = [.. walker.Unknown.Select(part => $"The plan's part {part} is not followed.")] };
    }

    /// <summary>What the words of the statement say, where its meaning cannot be had.</summary>
    private static ColumnLineage TablesOnly(DuckDbConnection connection, string sql, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> tables, string note)
    {
        var (reads, writes) = TableScanner.Scan(sql);
        var known = new SortedSet<string>(Referenced(connection, sql, tables), StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var table in reads.Where(table => !table.IsFile))
        {
            if (Given(table, tables) is { } name)
                known.Add(name);
            else
                unknown.Add(table.Name);
        }
        return new ColumnLineage { Columns = [], Rows = [], Tables = [.. known], UnknownTables = unknown, Files = [.. reads.Where(table => table.IsFile).Select(table => table.Name)], Target = writes.Count == 0 ? null : Given(writes[0], tables) ?? writes[0].Name, Notes = [note] };
    }

    /// <summary>A given table that a written name may mean: as it is, or with the catalogue or schema left out on one side.</summary>
    private static string? Given(ScannedTable table, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> tables)
    {
        var name = table.Name;
        var matches = tables.Keys.Where(key => string.Equals(key, name, StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("." + key, StringComparison.OrdinalIgnoreCase) || key.EndsWith("." + name, StringComparison.OrdinalIgnoreCase)).ToList();
        return matches.Count == 1 ? matches[0] : matches.Find(key => string.Equals(key, name, StringComparison.OrdinalIgnoreCase));
    }

    private static string? Written(string sql) => TableScanner.Scan(sql).Writes is [var first, ..] ? first.Name : null;

    private static IReadOnlyList<string> Referenced(DuckDbConnection connection, string sql, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> tables)
    {
        try
        {
            return [.. SqlTables.Of(connection, sql).Select(table => $"{table.Schema}.{table.Table}".ToLowerInvariant()).Where(tables.ContainsKey).Distinct().Order(StringComparer.Ordinal)];
        }
        catch (DuckDbException)
        {
            // A text that DuckDB cannot parse: the scanner's answer stands alone.
            return [];
        }
    }

    private static string FirstLine(string message) => message.Split('\n', 2)[0];

    [GeneratedRegex("""^\s*create\s+(or\s+replace\s+)?(temp(orary)?\s+)?view\s+(if\s+not\s+exists\s+)?("[^"]+"|\w+)(\s*\.\s*("[^"]+"|\w+))*\s+as\s+(?<query>.*)$""", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex CreateView();

    [GeneratedRegex("""^\s*copy\s+(\((?<query>.*)\)|(?<table>[\w."]+))\s+to\s+'(?<file>[^']*)'[^']*('[^']*'[^']*)*$""", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Copied();
}
