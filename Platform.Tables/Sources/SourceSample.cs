using System.Globalization;
using Platform.Tables.Native;

namespace Platform.Tables.Sources;

/// <summary>How much of a source is read where a part is enough: all of a small one, the first rows of a large one. The same source gives the same rows.</summary>
/// <param name="Rows">The first so many rows of a large source.</param>
/// <param name="WholeUpTo">A source of at most so many rows is read whole.</param>
public sealed record SourceSample(long Rows, long WholeUpTo)
{
    /// <summary>Rows to read: one more than a source that is read whole may have.</summary>
    internal long Most => WholeUpTo + 1;

    /// <summary>Leaves the first rows of a temporary table, where more were read than a small source has.</summary>
    /// <returns>Rows that it has then.</returns>
    internal long Cut(DuckDbConnection connection, string table, long read)
    {
        if (read <= WholeUpTo)
            return read;
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"create or replace temp table {table} as select * from {table} limit {Rows}"));
        return Math.Min(read, Rows);
    }
}
