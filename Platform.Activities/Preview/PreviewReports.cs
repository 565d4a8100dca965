using Platform.Tables;
using Platform.Tables.Sources;
using Platform.Workflows.Activities;

namespace Platform.Activities.Preview;

/// <summary>What an attempt of a preview read and wrote: from the facts that it noted, and from what was counted while it read tables.</summary>
internal static class PreviewReports
{
    /// <summary>The report.</summary>
    /// <param name="tables">The tables that the attempt had.</param>
    /// <param name="context">The attempt.</param>
    /// <param name="files">Folder of the files that the preview wrote; they are told by the place that they would have.</param>
    public static PreviewReport Of(TableStore tables, ActivityContext context, string files)
    {
        string Place(string asset) => asset.Replace(files, "", StringComparison.Ordinal);
        var facts = context.Facts.All;
        var counted = tables.Overlay!.Reads.ToDictionary(read => read.Table, StringComparer.Ordinal);
        var reads = facts.OfType<AssetRead>().DistinctBy(read => read.Asset)
            .Where(read => !counted.ContainsKey(read.Asset))
            .Select(read => new PreviewRead(Place(read.Asset), read.Kind, read.Version, read.Rows, read.Sampled ? read.Of : read.Rows, read.Sampled, Ours: false, [.. (read.Columns ?? []).Select(column => new PreviewColumn(column.Name, column.DataType, null))]))
            .Concat(counted.Values.OrderBy(read => read.Table, StringComparer.Ordinal)
                .Select(read => new PreviewRead(read.Table, AssetKind.Table, read.Version, read.Rows, read.Of, read.Sampled, read.Ours, [.. read.Columns.Select(column => new PreviewColumn(column.Column.Name, column.Column.Type, column.Nulls))])));
        return new PreviewReport
        {
            Reads = [.. reads],
            Writes = [.. facts.OfType<AssetWritten>().Where(written => written is { Kind: AssetKind.Table, Version: not null })
                .Select(written => new PreviewWrite(written.Asset, written.Version!.Value, written.RowsWritten ?? written.Rows ?? 0, written.Operation ?? "replace", IsNew(tables, written.Asset)))],
            Derived = [.. facts.OfType<ColumnsDerived>().Select(derived => derived with { Edges = [.. derived.Edges.Select(edge => edge with { FromAsset = Place(edge.FromAsset) })] })],
            Metrics = [.. facts.OfType<MetricMeasured>()],
            Checks = [.. facts.OfType<CheckResult>()],
        };
    }

    /// <summary>How much of a source outside of the platform an attempt reads; null reads all.</summary>
    public static SourceSample? SourceSample(this ActivityContext context) => context.Preview is { } preview ? new SourceSample(preview.Rows, preview.WholeUpTo) : null;

    private static bool IsNew(TableStore tables, string table) => TableName.TryParse(table, out var name) && !tables.IsReal(name);
}
