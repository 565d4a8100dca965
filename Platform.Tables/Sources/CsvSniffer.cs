using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Tables.Sources;

/// <summary>Finds the delimiter, and whether the first line names the columns, from a text's first lines.</summary>
internal static partial class CsvSniffer
{
    private const int Records = 200;
    private static readonly byte[] Candidates = [(byte)',', (byte)'\t', (byte)';', (byte)'|'];

    /// <summary>The dialect of a text that begins with <paramref name="head"/>.</summary>
    /// <param name="head">UTF-8; the last line may be cut off.</param>
    /// <param name="complete">Whether the head is the whole text.</param>
    /// <param name="delimiter">Where it is known.</param>
    public static CsvDialect Dialect(byte[] head, bool complete, byte? delimiter)
    {
        var lineEnd = head.AsSpan().IndexOf((byte)'\n') < 0 && head.AsSpan().IndexOf((byte)'\r') >= 0 ? (byte)'\r' : (byte)'\n';
        if (delimiter is { } known)
            return new CsvDialect(known, lineEnd);
        var best = new CsvDialect((byte)',', lineEnd);
        var bestScore = 0.0;
        foreach (var candidate in Candidates)
        {
            var dialect = new CsvDialect(candidate, lineEnd);
            var records = Read(head, complete, dialect);
            if (records.Count == 0)
                continue;
            var usual = records.GroupBy(record => record.Length).MaxBy(group => group.Count() * Math.Min(group.Key, 50))!;
            if (usual.Key < 2)
                continue;
            var score = usual.Count() / (double)records.Count * (1 + Math.Min(usual.Key, 50) / 1000.0);
            if (score > bestScore)
                (best, bestScore) = (dialect, score);
        }
        return best;
    }

    /// <summary>The first records of a text as strings, bad ones left out.</summary>
    public static List<string[]> Read(byte[] head, bool complete, CsvDialect dialect)
    {
        var length = complete ? head.Length : head.AsSpan().LastIndexOf(dialect.LineEnd) + 1;
        var records = new List<string[]>();
        using var reader = new CsvReader(new MemoryStream(head, 0, length), dialect, int.MaxValue / 4);
        while (records.Count < Records && reader.Read())
        {
            if (reader.Problem is not null)
                continue;
            var record = new string[reader.Count];
            for (var i = 0; i < record.Length; i++)
                record[i] = Encoding.UTF8.GetString(reader.Field(i));
            records.Add(record);
        }
        return records;
    }

    /// <summary>
    /// Whether the first record names columns: it does where it holds one of the names expected, and cannot where a cell of it is empty, a number, a date
    /// or the same as another. Between texts only, it must look like names and differ from what follows.
    /// </summary>
    public static bool HasHeader(List<string[]> records, IReadOnlyList<SourceColumn> declared)
    {
        if (records.Count == 0)
            return declared.Count == 0;
        var first = records[0];
        if (declared.Count > 0)
            return first.Any(cell => declared.Any(column => string.Equals(column.Name, cell.Trim(), StringComparison.OrdinalIgnoreCase))) || first.Length != declared.Count && LooksLikeNames(first);
        if (!LooksLikeNames(first))
            return false;
        var rest = records.Skip(1).Where(record => record.Length == first.Length).ToList();
        if (rest.Count == 0)
            return true;
        var columns = Enumerable.Range(0, first.Length).ToList();
        if (columns.Any(column => IsTyped(rest, column)))
            return true;
        return first.All(cell => NameLike().IsMatch(cell)) && !columns.Any(column => rest.Any(record => record[column] == first[column]));
    }

    private static bool LooksLikeNames(string[] cells) =>
        cells.All(cell => cell.Trim().Length > 0 && TypeSniffer.TypeOf(Encoding.UTF8.GetBytes(cell.Trim())) is SniffedType.Text)
        && cells.Distinct(StringComparer.Ordinal).Count() == cells.Length;

    private static bool IsTyped(List<string[]> records, int column)
    {
        var cells = records.Select(record => record[column]).Where(cell => cell.Length > 0).ToList();
        return cells.Count > 0 && cells.Count(cell => TypeSniffer.TypeOf(Encoding.UTF8.GetBytes(cell)) is not SniffedType.Text) * 10 >= cells.Count * 9;
    }

    [GeneratedRegex(@"^[\p{L}_][\p{L}\p{N}_ .:/()%#-]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex NameLike();
}
