using Platform.Designer.Ports;
using Platform.Workflows.Activities;

namespace Platform.Server.Ports;

/// <summary>Compares a table that a task wrote with what the task read.</summary>
internal static class PreviewDifferences
{
    // A share of nulls that moved by less is the same on a sample.
    private const double LeastChange = 0.0005;

    /// <summary>The difference; null where the task read nothing that has columns.</summary>
    /// <param name="report">What the task read and where its columns come from.</param>
    /// <param name="table">The table.</param>
    /// <param name="rowsOut">Rows written.</param>
    /// <param name="columns">The table's columns: name, type, and share of nulls.</param>
    public static PreviewDifference? Of(PreviewReport report, string table, long rowsOut, IReadOnlyList<(string Name, string Type, double Nulls)> columns)
    {
        var edges = report.Derived.Where(derived => derived.Asset == table).SelectMany(derived => derived.Edges).Where(edge => edge is { Kind: ColumnEdgeKind.Identity, ToColumn: not null, Masking: false }).ToList();
        var sources = report.Reads.Where(read => read.Columns.Count > 0 && read.Asset != table).ToList();
        if (sources.Count == 0)
            return null;
        var input = sources.OrderByDescending(source => columns.Count(column => Before(source, column.Name) is not null)).ThenByDescending(source => source.Rows ?? 0).First();
        var pairs = columns.Select(column => (After: column, Before: Before(input, column.Name))).Where(pair => pair.Before is not null).ToList();
        var taken = pairs.Select(pair => pair.Before!.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new PreviewDifference
        {
            Input = input.Asset,
            RowsIn = input.Rows,
            RowsOut = rowsOut,
            Added = [.. columns.Where(column => sources.TrueForAll(source => Before(source, column.Name) is null)).Select(column => column.Name)],
            Removed = [.. input.Columns.Where(column => !taken.Contains(column.Name)).Select(column => column.Name)],
            Renamed = [.. pairs.Where(pair => !Same(pair.Before!.Name, pair.After.Name)).Select(pair => new PreviewRename(pair.Before!.Name, pair.After.Name))],
            Retyped = [.. pairs.Where(pair => !Same(pair.Before!.DataType, pair.After.Type)).Select(pair => new PreviewRetype(pair.After.Name, pair.Before!.DataType, pair.After.Type))],
            Nulls = [.. pairs.Where(pair => input.Rows > 0 && rowsOut > 0 && pair.Before!.Nulls is not null)
                .Select(pair => new PreviewNulls(pair.After.Name, (double)pair.Before!.Nulls!.Value / input.Rows!.Value, pair.After.Nulls))
                .Where(nulls => Math.Abs(nulls.After - nulls.Before) >= LeastChange)],
        };

        // What the lineage says comes before what has the same name.
        PreviewColumn? Before(PreviewRead source, string column)
        {
            var from = edges.FirstOrDefault(edge => edge.FromAsset == source.Asset && Same(edge.ToColumn!, column))?.FromColumn ?? column;
            return source.Columns.FirstOrDefault(known => Same(known.Name, from));
        }
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
