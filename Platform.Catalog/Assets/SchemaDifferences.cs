using Platform.Workflows.Activities;

namespace Platform.Catalog.Assets;

/// <summary>Compares schemas that were seen with those that are kept, and collects the rows to write.</summary>
internal sealed class SchemaDifferences
{
    private readonly Dictionary<(long, string), ColumnToWrite> _columns = [];
    private readonly List<ChangeToWrite> _changes = [];

    internal IReadOnlyCollection<ColumnToWrite> Columns => _columns.Values;

    internal IReadOnlyList<ChangeToWrite> Changes => _changes;

    internal bool IsEmpty => _columns.Count == 0;

    /// <summary>Compares, and brings <paramref name="known"/> up to what was seen, so that a later schema of the same asset is compared with this one.</summary>
    internal void Add(SeenSchema seen, Dictionary<string, KnownColumn> known)
    {
        var first = known.Values.All(c => c.Gone);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var ordinal = 0; ordinal < seen.Columns.Count; ordinal++)
        {
            var column = seen.Columns[ordinal];
            if (!names.Add(column.Name))
                continue;
            known.TryGetValue(column.Name, out var before);
            if (seen.NamesOnly && before is { Gone: false })
                column = column with { DataType = before.DataType, Nullable = before.Nullable };
            if (before is { Gone: false } && before.Ordinal == ordinal && before.DataType == column.DataType && before.Nullable == column.Nullable)
                continue;
            Write(seen, known, column, ordinal, gone: false);
            if (first)
                continue;
            if (before is null or { Gone: true })
                Note(seen, "added", column.Name, null, column.DataType);
            else if (before.DataType != column.DataType)
                Note(seen, "type", column.Name, before.DataType, column.DataType);
            else if (before.Nullable != column.Nullable)
                Note(seen, "nullable", column.Name, Words(before.Nullable), Words(column.Nullable));
        }

        foreach (var lost in known.Values.Where(c => !c.Gone && !names.Contains(c.Name)).ToList())
        {
            Write(seen, known, new AssetColumn(lost.Name, lost.DataType, lost.Nullable), lost.Ordinal, gone: true);
            Note(seen, "removed", lost.Name, lost.DataType, null);
        }
    }

    private static string Words(bool nullable) => nullable ? "nullable" : "not null";

    private void Write(SeenSchema seen, Dictionary<string, KnownColumn> known, AssetColumn column, int ordinal, bool gone)
    {
        known[column.Name] = new KnownColumn { AssetId = seen.AssetId, Name = column.Name, Ordinal = ordinal, DataType = column.DataType, Nullable = column.Nullable, Gone = gone };
        _columns[(seen.AssetId, column.Name)] = new ColumnToWrite(seen.AssetId, column.Name, ordinal, column.DataType, column.Nullable, gone, seen.At);
    }

    private void Note(SeenSchema seen, string change, string column, string? before, string? after) =>
        _changes.Add(new ChangeToWrite(seen.AssetId, seen.At, change, column, before, after, seen.RunId, seen.ScanId));
}

internal sealed record ColumnToWrite(long AssetId, string Name, int Ordinal, string DataType, bool Nullable, bool Gone, DateTimeOffset At);

internal sealed record ChangeToWrite(long AssetId, DateTimeOffset At, string Change, string ColumnName, string? Before, string? After, long? RunId, long? ScanId);
