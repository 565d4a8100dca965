using System.Globalization;
using Platform.Designer.Ports;
using Platform.Server.Data;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Server.Ports;

/// <summary>Reads a table that a preview wrote: first rows, columns, and a small profile of each.</summary>
internal static class PreviewTables
{
    private const int MostRows = 200;
    private const int MostText = 500;
    private const int MostProfiled = 100_000;
    private const int MostFrequent = 5;

    /// <summary>The table.</summary>
    /// <param name="tables">The tables as the preview sees them.</param>
    /// <param name="write">What was written.</param>
    /// <param name="report">The report of the task that wrote it.</param>
    /// <param name="personal">Whether a column of it holds personal data.</param>
    /// <param name="masked">Whether values of those are hidden.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static PreviewTable Read(TableStore tables, PreviewWrite write, PreviewReport report, Func<string, bool> personal, bool masked, CancellationToken cancellationToken)
    {
        var name = TableName.Parse(write.Table);
        var sample = new TableReader(tables).Sample(name, write.Version, MostRows, cancellationToken);
        var columns = Profile(tables, name, write.Version, personal, masked, out var rows, cancellationToken);
        var hidden = columns.Select(column => column.Hidden).ToArray();
        return new PreviewTable
        {
            Name = write.Table,
            New = write.New,
            RowsWritten = write.Rows,
            Columns = columns,
            Rows = [.. sample.ToNullableText().Select(row => (IReadOnlyList<string?>)[.. row.Select((value, i) => hidden[i] ? null : Short(value))])],
            Profiled = rows,
            Difference = PreviewDifferences.Of(report, write.Table, write.Rows, [.. columns.Select(column => (column.Name, column.Type, rows == 0 ? 0 : (double)column.Nulls / rows))]),
        };
    }

    private static List<PreviewField> Profile(TableStore tables, TableName table, long version, Func<string, bool> personal, bool masked, out long rows, CancellationToken cancellationToken)
    {
        using var session = tables.OpenSession();
        var snapshot = session.Expose(table, version);
        session.Confine();
        var from = string.Create(CultureInfo.InvariantCulture, $"(select * from {table} limit {MostProfiled})");
        var counts = session.Query($"select count(*){string.Concat(snapshot.Columns.Select(column => Quoted(column) is var name ? $", count({name}), count(distinct {name}), min({name})::varchar, max({name})::varchar" : ""))} from {from}", cancellation: cancellationToken).Rows[0];
        rows = Long(counts[0]);
        var fields = new List<PreviewField>();
        for (var i = 0; i < snapshot.Columns.Count; i++)
        {
            var column = snapshot.Columns[i];
            var at = 1 + (i * 4);
            var hidden = masked && personal(column.Name);
            fields.Add(new PreviewField
            {
                Name = column.Name,
                Type = column.Type,
                Personal = personal(column.Name),
                Hidden = hidden,
                Nulls = rows - Long(counts[at]),
                Distinct = Long(counts[at + 1]),
                Least = hidden ? null : Short((string?)counts[at + 2]),
                Most = hidden ? null : Short((string?)counts[at + 3]),
                Frequent = hidden ? [] : Frequent(session, from, Quoted(column), cancellationToken),
            });
        }
        return fields;
    }

    private static List<PreviewValue> Frequent(TableSession session, string from, string column, CancellationToken cancellationToken) =>
        [.. session.Query(string.Create(CultureInfo.InvariantCulture, $"select {column}::varchar, count(*) as n from {from} where {column} is not null group by 1 order by n desc, 1 limit {MostFrequent}"), cancellation: cancellationToken)
            .Rows.Select(row => new PreviewValue(Short((string?)row[0]) ?? "", Long(row[1])))];

    private static string Quoted(TableColumn column) => SqlText.Identifier(column.Name);

    private static long Long(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static string? Short(string? value) => value is { Length: > MostText } ? value[..MostText] + "…" : value;
}
