using Platform.Tables.Sql;
using Platform.Workflows.Activities;

namespace Platform.Activities;

/// <summary>Turns the column lineage of a statement into the fact that the catalog keeps.</summary>
internal static class SqlLineage
{
    private static readonly (LineageKinds Kind, ColumnEdgeKind Edge)[] Kinds =
    [
        (LineageKinds.Identity, ColumnEdgeKind.Identity),
        (LineageKinds.Transformation, ColumnEdgeKind.Transformation),
        (LineageKinds.Aggregation, ColumnEdgeKind.Aggregation),
        (LineageKinds.Filter, ColumnEdgeKind.Filter),
        (LineageKinds.Join, ColumnEdgeKind.Join),
        (LineageKinds.GroupBy, ColumnEdgeKind.GroupBy),
        (LineageKinds.Sort, ColumnEdgeKind.Sort),
        (LineageKinds.Condition, ColumnEdgeKind.Conditional),
        (LineageKinds.Window, ColumnEdgeKind.Window),
    ];

    /// <summary>Edges into the columns of <paramref name="asset"/>; those that concern all rows alike have no target column.</summary>
    public static ColumnsDerived Derived(string asset, ColumnLineage lineage, string sql)
    {
        var edges = new List<ColumnEdge>();
        foreach (var column in lineage.Columns)
            edges.AddRange(column.Edges.SelectMany(edge => Edges(edge, column.Name)));
        edges.AddRange(lineage.Rows.SelectMany(edge => Edges(edge, null)));
        return new ColumnsDerived(asset, edges, sql, lineage.Notes.Count == 0 ? null : string.Join("; ", lineage.Notes));
    }

    private static IEnumerable<ColumnEdge> Edges(LineageEdge edge, string? to) =>
        Kinds.Where(kind => edge.Kinds.HasFlag(kind.Kind)).Select(kind => new ColumnEdge(edge.Table, edge.Column, to, kind.Edge));
}
