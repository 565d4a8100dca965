using System.Collections.Concurrent;
using System.Globalization;
using Platform.Tables.Native;

namespace Platform.Tables;

/// <summary>A place for tables that vanish, before the real ones: what a preview writes. Real tables are read through it as a sample.</summary>
/// <param name="Folder">Absolute path of the folder; on the same disk as the tables.</param>
/// <param name="Rows">The first so many rows of a large table are read.</param>
/// <param name="WholeUpTo">A table of at most so many rows is read whole.</param>
/// <param name="MostWhole">A table that is read beside a sample is read whole up to so many rows, so that what is joined still matches.</param>
public sealed record Overlay(string Folder, long Rows, long WholeUpTo, long MostWhole)
{
    private readonly ConcurrentDictionary<string, OverlayRead> _reads = new(StringComparer.Ordinal);

    /// <summary>What sessions have read through it so far, each table once.</summary>
    public IReadOnlyList<OverlayRead> Reads => [.. _reads.Values];

    /// <summary>Whether a table of so many rows is sampled.</summary>
    /// <param name="rows">Its rows; null where its files do not tell.</param>
    /// <param name="beside">Whether the session has read another table already.</param>
    internal bool Samples(long? rows, bool beside) => rows is null || rows > (beside ? Math.Max(MostWhole, WholeUpTo) : WholeUpTo);

    /// <summary>Notes what a view shows: rows and nulls are counted as they are read.</summary>
    internal void Note(DuckDbConnection connection, string view, TableSnapshot snapshot, string table, bool sampled, bool ours)
    {
        var counts = snapshot.Columns.Select(column => $", count({SqlText.Identifier(column.Name)})");
        var row = connection.Query($"select count(*){string.Concat(counts)} from {view}").Rows[0];
        var rows = Convert.ToInt64(row[0], CultureInfo.InvariantCulture);
        _reads[table] = new OverlayRead(table, snapshot.Version, rows, snapshot.Rows, sampled && rows < (snapshot.Rows ?? long.MaxValue), ours,
            [.. snapshot.Columns.Select((column, i) => (column, rows - Convert.ToInt64(row[i + 1], CultureInfo.InvariantCulture)))]);
    }
}

/// <summary>A table that was read through an overlay.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Version">Its version, in the overlay where that has it.</param>
/// <param name="Rows">Rows that were read.</param>
/// <param name="Of">Rows that it has; null where its files do not tell.</param>
/// <param name="Sampled">Whether only a part was read.</param>
/// <param name="Ours">Whether the overlay has it.</param>
/// <param name="Columns">Its columns, with their nulls among the rows that were read.</param>
public sealed record OverlayRead(string Table, long Version, long Rows, long? Of, bool Sampled, bool Ours, IReadOnlyList<(TableColumn Column, long Nulls)> Columns);

/// <summary>Rows of which a column lies from Start to before End; of a sample, those are taken.</summary>
public readonly record struct RowSpan(string Column, DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>The condition over a column of a type that holds times; null where it holds none.</summary>
    internal string? Condition(string? type)
    {
        var (word, format) = type switch
        {
            "DATE" => ("date", "yyyy-MM-dd"),
            "TIMESTAMP" => ("timestamp", "yyyy-MM-dd HH:mm:ss.ffffff"),
            "TIMESTAMP WITH TIME ZONE" => ("timestamptz", "yyyy-MM-dd HH:mm:ss.ffffff'+00'"),
            _ => (null, ""),
        };
        if (word is null)
            return null;
        var name = SqlText.Identifier(Column);
        string Text(DateTimeOffset time) => $"{word} '{time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture)}'";
        var conditions = new List<string>();
        if (Start > DateTimeOffset.MinValue)
            conditions.Add($"{name} >= {Text(Start)}");
        // A day holds all of its times.
        if (End < DateTimeOffset.MaxValue.AddDays(-2))
            conditions.Add(word == "date" ? $"{name} <= {Text(End)}" : $"{name} < {Text(End)}");
        return conditions.Count == 0 ? null : string.Join(" and ", conditions);
    }
}
