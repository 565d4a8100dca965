using System.Text;
using Platform.Tables.Native;

namespace Platform.Tables.Sources;

/// <summary>Collects the lines that could not be read in a temporary table: file, line, column, reason, raw.</summary>
internal sealed class RejectedLines : IDisposable
{
    private const int LongestRaw = 4_000;
    private readonly DuckDbAppender _appender;
    private readonly RejectLimit _limit;

    public RejectedLines(DuckDbConnection connection, string table, RejectLimit limit)
    {
        connection.Execute($"""create or replace temp table {table} (file varchar, line bigint, "column" varchar, reason varchar, raw varchar)""");
        _appender = connection.Append(table);
        _limit = limit;
    }

    public long Count { get; private set; }

    /// <summary>The first reasons, for messages.</summary>
    public List<string> Examples { get; } = [];

    /// <exception cref="SourceException">That is one too many.</exception>
    public void Add(string file, long line, string? column, string reason, ReadOnlySpan<byte> raw)
    {
        Count++;
        if (Examples.Count < 3)
            Examples.Add(string.Concat($"{Path.GetFileName(file)} line {line}: {(column is null ? "" : column + ": ")}{reason}".Select(c => char.IsControl(c) ? '\uFFFD' : c)));
        var shown = Encoding.UTF8.GetString(raw.Length > LongestRaw ? raw[..LongestRaw] : raw).Replace('\0', '␀');
        _appender.AddRow(file, line, column, reason, shown);
        if (_limit.ExceededBy(Count))
            throw TooMany(null);
    }

    public void CheckShare(long lines)
    {
        if (_limit.ExceededBy(Count, lines))
            throw TooMany(lines);
    }

    public void Complete() => _appender.Complete();

    public void Dispose() => _appender.Dispose();

    private SourceException TooMany(long? lines) => new(SourceErrorKind.TooManyRejected,
        $"{Count:N0}{(lines is { } all ? $" of {all:N0}" : "")} lines cannot be read, more than the limit of {_limit}. Nothing was written. The first: {string.Join("; ", Examples)}. "
        + "Correct the file, the columns' types or the format, or raise 'max_rejected'.");
}
