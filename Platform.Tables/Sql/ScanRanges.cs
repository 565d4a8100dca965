using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Tables.Native;

namespace Platform.Tables.Sql;

/// <summary>
/// Finds the span of time that a statement takes of each of its tables, so that only the data files that can hold such rows are opened. DuckDB plans
/// the statement over empty tables of the same columns and tells what it pushed down to each scan; nothing is read. What is not understood prunes nothing.
/// </summary>
internal static partial class ScanRanges
{
    /// <summary>For each table, the span of time that holds every row that the statement can need; of tables that are not in it, all may be.</summary>
    /// <param name="connection">A connection that does not know the tables yet; it is left as it was.</param>
    /// <param name="sql">One statement.</param>
    /// <param name="parameters">Values of its parameters.</param>
    /// <param name="tables">The tables that it names.</param>
    public static Dictionary<TableName, RowSpan> Find(DuckDbConnection connection, string sql, IReadOnlyDictionary<string, object?>? parameters, IReadOnlyList<(TableName Name, TableSnapshot Snapshot)> tables)
    {
        var wanted = new Dictionary<TableName, RowSpan>();
        string plan;
        try
        {
            plan = Plan(connection, sql, parameters, tables);
        }
        catch (DuckDbException)
        {
            return wanted;      // running the statement tells what is wrong with it, in better words
        }
        var scans = new List<Scan>();
        using (var json = JsonDocument.Parse(plan))
            Collect(json.RootElement, scans);
        foreach (var (name, _) in tables)
        {
            var ofTable = scans.Where(scan => scan.Table.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase)).ToList();
            if (ofTable.Count > 0 && Common(ofTable) is { } span)
                wanted[name] = new RowSpan(span.Column, span.Start, span.End);
        }
        return wanted;
    }

    private static string Plan(DuckDbConnection connection, string sql, IReadOnlyDictionary<string, object?>? parameters, IReadOnlyList<(TableName Name, TableSnapshot Snapshot)> tables)
    {
        var schemas = tables.Select(table => table.Name.Schema).Distinct().ToList();
        try
        {
            // Without these two, DuckDB would see that the tables are empty and plan nothing.
            connection.Execute("set disabled_optimizers = 'statistics_propagation,empty_result_pullup'; " + string.Join("; ", schemas.Select(schema => $"create schema if not exists {SqlText.Identifier(schema)}")));
            foreach (var (name, snapshot) in tables)
                connection.Execute($"create table {Quoted(name)} ({string.Join(", ", snapshot.Columns.Select(column => $"{SqlText.Identifier(column.Name)} {column.Type}"))})");
            return (string)connection.Query($"explain (format json) {SqlText.TrimEnd(sql)}", parameters).Rows[0][1]!;
        }
        finally
        {
            connection.Execute("reset disabled_optimizers; " + string.Join("; ", tables.Select(table => $"drop table if exists {Quoted(table.Name)}")));
        }
    }

    private static string Quoted(TableName name) => $"{SqlText.Identifier(name.Schema)}.{SqlText.Identifier(name.Table)}";

    private static void Collect(JsonElement node, List<Scan> scans)
    {
        if (node.ValueKind == JsonValueKind.Array)
        {
            foreach (var child in node.EnumerateArray())
                Collect(child, scans);
            return;
        }
        if (node.TryGetProperty("extra_info", out var info) && info.ValueKind == JsonValueKind.Object && info.TryGetProperty("Table", out var table))
            scans.Add(new Scan(table.GetString() ?? "", Spans(info)));
        if (node.TryGetProperty("children", out var children))
            Collect(children, scans);
    }

    private static List<Span> Spans(JsonElement info)
    {
        if (!info.TryGetProperty("Filters", out var filters))
            return [];
        IEnumerable<string?> texts = filters.ValueKind == JsonValueKind.Array ? filters.EnumerateArray().Select(filter => filter.GetString()) : [filters.GetString()];
        return [.. texts.Select(text => SpanOf(text ?? "")).OfType<Span>()];
    }

    /// <summary>A filter that is nothing but bounds of one column by times; the whole text must be that.</summary>
    private static Span? SpanOf(string filter)
    {
        string? column = null;
        DateTimeOffset start = DateTimeOffset.MinValue, end = DateTimeOffset.MaxValue;
        foreach (var part in filter.Split(" AND "))
        {
            var bound = Bound().Match(part);
            if (!bound.Success || (column is not null && column != bound.Groups["column"].Value)
                || !DateTimeOffset.TryParse(bound.Groups["time"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            {
                return null;
            }
            column = bound.Groups["column"].Value;
            if (bound.Groups["operator"].Value[0] == '>')
                start = time > start ? time : start;
            else
                end = time < end ? time.AddTicks(10) : end;     // a microsecond more, so that <= is within
        }
        return column is null ? null : new Span(column.Trim('"'), start, end);
    }

    /// <summary>A span that holds every scan of the table: all of them must be bounded by one column.</summary>
    private static Span? Common(List<Scan> scans)
    {
        foreach (var candidate in scans[0].Spans)
        {
            var same = scans.Select(scan => scan.Spans.Find(span => span.Column == candidate.Column)).ToList();
            if (!same.Contains(null))
                return new Span(candidate.Column, same.Min(span => span!.Start), same.Max(span => span!.End));
        }
        return null;
    }

    [GeneratedRegex("""^(?<column>[A-Za-z_][A-Za-z0-9_]*|"[^"]+")(?<operator>>=|>|<=|<)'(?<time>[0-9][0-9 :.+-]*)'::(?:TIMESTAMP(?: WITH TIME ZONE)?|DATE)$""", RegexOptions.CultureInvariant)]
    private static partial Regex Bound();

    private sealed record Span(string Column, DateTimeOffset Start, DateTimeOffset End);

    private sealed record Scan(string Table, List<Span> Spans);
}
