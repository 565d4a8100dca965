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
        var reads = seen.By is SchemaWitness.Reader or SchemaWitness.Other;
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var ordinal = 0; ordinal < seen.Columns.Count; ordinal++)
        {
            var column = seen.Columns[ordinal];
            if (!names.Add(column.Name))
                continue;
            known.TryGetValue(column.Name, out var before);
            if (before is null or { Gone: true })
            {
                Write(seen, known, column, ordinal, reads ? column.DataType : null, gone: false);
                if (!first)
                    Note(seen, "added", column.Name, null, column.DataType);
            }
            else if (reads)
            {
                Read(seen, known, before, column);
            }
            else
            {
                Compare(seen, known, before, column, ordinal);
            }
        }

        foreach (var lost in known.Values.Where(c => !c.Gone && !names.Contains(c.Name) && (!reads || c.ReadType is not null)).ToList())
        {
            Write(seen, known, new AssetColumn(lost.Name, lost.DataType, lost.Nullable), lost.Ordinal, lost.ReadType, gone: true);
            Note(seen, "removed", lost.Name, lost.DataType, null);
        }
    }

    /// <summary>By the writer or the inventory, whose words the catalog shows.</summary>
    private void Compare(SeenSchema seen, Dictionary<string, KnownColumn> known, KnownColumn before, AssetColumn column, int ordinal)
    {
        if (seen.By == SchemaWitness.InventoryOfWritten)
            column = column with { DataType = before.DataType, Nullable = before.Nullable };
        if (before.Ordinal == ordinal && before.DataType == column.DataType && before.Nullable == column.Nullable)
            return;
        Write(seen, known, column, ordinal, before.ReadType, gone: false);
        // Who only read it has named it so far: the first word of those who know better is no change.
        if (before.ReadType == before.DataType)
            return;
        if (before.DataType != column.DataType)
            Note(seen, "type", column.Name, before.DataType, column.DataType);
        else if (before.Nullable != column.Nullable)
            Note(seen, "nullable", column.Name, Words(before.Nullable), Words(column.Nullable));
    }

    /// <summary>By one who only read it: compared with what readers saw before, in their words.</summary>
    private void Read(SeenSchema seen, Dictionary<string, KnownColumn> known, KnownColumn before, AssetColumn column)
    {
        if (before.ReadType is { } was && (seen.By == SchemaWitness.Reader ? TypeFamily.Fits(column.DataType, was) : was == column.DataType))
            return;
        var onlyRead = before.ReadType == before.DataType;
        Write(seen, known, new AssetColumn(column.Name, onlyRead ? column.DataType : before.DataType, before.Nullable), before.Ordinal, column.DataType, gone: false);
        if (before.ReadType is { } other)
            Note(seen, "type", column.Name, other, column.DataType);
    }

    private static string Words(bool nullable) => nullable ? "nullable" : "not null";

    private void Write(SeenSchema seen, Dictionary<string, KnownColumn> known, AssetColumn column, int ordinal, string? readType, bool gone)
    {
        known[column.Name] = new KnownColumn { AssetId = seen.AssetId, Name = column.Name, Ordinal = ordinal, DataType = column.DataType, ReadType = readType, Nullable = column.Nullable, Gone = gone };
        _columns[(seen.AssetId, column.Name)] = new ColumnToWrite(seen.AssetId, column.Name, ordinal, column.DataType, readType, column.Nullable, gone, seen.At);
    }

    private void Note(SeenSchema seen, string change, string column, string? before, string? after) =>
        _changes.Add(new ChangeToWrite(seen.AssetId, seen.At, change, column, before, after, seen.RunId, seen.ScanId));
}

internal sealed record ColumnToWrite(long AssetId, string Name, int Ordinal, string DataType, string? ReadType, bool Nullable, bool Gone, DateTimeOffset At);

internal sealed record ChangeToWrite(long AssetId, DateTimeOffset At, string Change, string ColumnName, string? Before, string? After, long? RunId, long? ScanId);
