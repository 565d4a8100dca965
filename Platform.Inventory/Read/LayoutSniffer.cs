using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Platform.Tables.Sources;

namespace Platform.Inventory.Read;

/// <summary>Finds a file's layout from its beginning (and, for the encoding, its middle and end).</summary>
internal static class LayoutSniffer
{
    private const int Piece = 128 << 10;
    private const int Records = 400;

    /// <summary>Columns that an asset may have; more is a matrix or a mistake, not a table to describe column by column.</summary>
    public const int MostColumns = 4_096;

    /// <summary>How the bytes of <paramref name="path"/> are a table.</summary>
    /// <exception cref="UnreadableFileException">They are none, or are damaged; the message says why.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static FileLayout Find(string path)
    {
        var name = Path.GetFileName(path);
        var gzip = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        var extension = Path.GetExtension(gzip ? name[..^3] : name).ToLowerInvariant();
        if (extension is ".parquet" or ".pq")
            return FindParquet(path);
        var pieces = ReadPieces(path, gzip);
        if (pieces[0].Length == 0)
            throw new UnreadableFileException("The file is empty.");
        var encoding = TextEncoding.Find(pieces) ?? throw new UnreadableFileException("The file is binary, not text.");
        var head = ToUtf8(pieces[0].Span, encoding);
        var whole = pieces[0].Length < Piece;
        if (extension is ".json" or ".jsonl" or ".ndjson")
            return FindJson(head, whole, extension) with { Encoding = encoding, Gzip = gzip };
        return FindText(head, whole, extension) with { Encoding = encoding, Gzip = gzip };
    }

    /// <summary>The file as UTF-8 text, from its beginning.</summary>
    public static Stream Open(string path, FileLayout layout)
    {
        Stream stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan });
        if (layout.Gzip)
            stream = new GZipStream(stream, CompressionMode.Decompress);
        return layout.Encoding == "utf-8" ? stream : Encoding.CreateTranscodingStream(stream, TextEncoding.Named(layout.Encoding), Encoding.UTF8);
    }

    private static FileLayout FindParquet(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> magic = stackalloc byte[4];
        if (stream.Length < 12)
            throw new UnreadableFileException(stream.Length == 0 ? "The file is empty." : "The Parquet file is cut off: it is too short to hold a footer.");
        stream.ReadExactly(magic);
        if (!magic.SequenceEqual("PAR1"u8))
            throw new UnreadableFileException("The file is named Parquet but does not begin as one.");
        stream.Seek(-4, SeekOrigin.End);
        stream.ReadExactly(magic);
        if (!magic.SequenceEqual("PAR1"u8))
            throw new UnreadableFileException("The Parquet file is cut off: its footer is missing.");
        return new FileLayout { Form = FileForm.Parquet };
    }

    private static List<ReadOnlyMemory<byte>> ReadPieces(string path, bool gzip)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Stream stream = gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        var pieces = new List<ReadOnlyMemory<byte>> { ReadPiece(stream) };
        if (!gzip)
        {
            foreach (var at in (ReadOnlySpan<double>)[0.5, 1])
            {
                var from = (long)((file.Length - Piece) * at);
                if (from < Piece)
                    continue;
                file.Seek(from, SeekOrigin.Begin);
                pieces.Add(ReadPiece(file));
            }
        }

        return pieces;
    }

    private static ReadOnlyMemory<byte> ReadPiece(Stream stream)
    {
        var buffer = new byte[Piece];
        try
        {
            return buffer.AsMemory(0, stream.ReadAtLeast(buffer, Piece, throwOnEndOfStream: false));
        }
        catch (InvalidDataException e)
        {
            throw new UnreadableFileException(NotUnpacked(e), e);
        }
    }

    /// <summary>Why a gzip cannot be read. That it ends early is told only where <c>System.IO.Compression.UseStrictValidation</c> is on.</summary>
    internal static string NotUnpacked(Exception e) =>
        e.Message.Contains("truncated", StringComparison.OrdinalIgnoreCase) ? "The gzip file is cut off: it ends before its data do. Copy it again." : $"The file is named gzip but cannot be unpacked: {e.Message}";

    private static byte[] ToUtf8(ReadOnlySpan<byte> head, string encoding)
    {
        if (encoding == "utf-8")
            return head.ToArray();
        var decoder = TextEncoding.Named(encoding).GetDecoder();
        var chars = new char[head.Length + 2];
        decoder.Convert(head, chars, flush: false, out _, out var used, out _);
        return Encoding.UTF8.GetBytes(chars, 0, used);
    }

    private static FileLayout FindJson(byte[] head, bool whole, string extension)
    {
        var text = head.AsSpan().TrimStart("\uFEFF \t\r\n"u8);
        if (text.IsEmpty)
            throw new UnreadableFileException("The file is empty.");
        if (text[0] == (byte)'[')
            return new FileLayout { Form = FileForm.JsonArray };
        if (text[0] != (byte)'{')
            throw new UnreadableFileException("The file is named JSON but begins neither with { nor with [.");
        var newline = text.IndexOf((byte)'\n');
        var first = newline < 0 ? text : text[..newline];
        if (newline < 0 && !whole)
            return new FileLayout { Form = extension == ".json" ? FileForm.JsonObject : FileForm.JsonLines };
        try
        {
            using var document = JsonDocument.Parse(first.ToArray());
            var more = newline >= 0 && text[newline..].IndexOf((byte)'{') >= 0;
            return new FileLayout { Form = more || extension != ".json" ? FileForm.JsonLines : FileForm.JsonObject };
        }
        catch (JsonException) when (extension == ".json")
        {
            return new FileLayout { Form = FileForm.JsonObject };
        }
        catch (JsonException e)
        {
            throw new UnreadableFileException($"The first line is not a JSON object: {JsonSyntax.Explain(e)}.", e);
        }
    }

    private static FileLayout FindText(byte[] head, bool whole, string extension)
    {
        Candidate? best = null;
        foreach (var delimiter in (ReadOnlySpan<char>)['\t', ',', ';', '|'])
        {
            var candidate = Try(head, whole, delimiter, extension);
            if (candidate is not null && (best is null || candidate.Score > best.Score))
                best = candidate;
        }

        var lines = Sample(head, whole, null);
        if (best is null)
        {
            if (extension is ".csv" or ".tsv" or ".tab" or ".psv" && lines.Count > 0)
                return Delimited(lines, extension == ".csv" ? ',' : '\t', 1);
            if (extension is not (".txt" or ".text"))
                throw new UnreadableFileException("The file is text without fields: no delimiter cuts its lines into the same number of them.");
            return new FileLayout { Form = FileForm.Lines, Columns = ["line"] };
        }

        if (best.Columns > MostColumns)
            throw new UnreadableFileException($"The lines have {best.Columns} fields; a table of more than {MostColumns} columns is not profiled.");
        return Delimited(best.Records, best.Delimiter, best.Columns);
    }

    private static FileLayout Delimited(List<string[]> records, char delimiter, int columns)
    {
        var fitting = records.Where(record => record.Length == columns).ToList();
        var first = records[0];
        var header = first.Length == columns && HeaderRule.IsHeader(first, [.. fitting.Where(record => !ReferenceEquals(record, first)).Take(200)]);
        return new FileLayout
        {
            Form = FileForm.Delimited,
            Delimiter = delimiter,
            HasHeader = header,
            Columns = header ? Unique(first) : Numbered(columns),
        };
    }

    private sealed record Candidate(char Delimiter, int Columns, double Score, List<string[]> Records);

    private static Candidate? Try(byte[] head, bool whole, char delimiter, string extension)
    {
        var records = Sample(head, whole, delimiter);
        if (records.Count == 0)
            return null;
        var (columns, fitting) = records.GroupBy(record => record.Length).Select(group => (group.Key, Count: group.Count())).MaxBy(group => (group.Count, group.Key));
        if (columns < 2)
            return null;
        var share = fitting / (double)records.Count;
        var named = extension switch { ".csv" => delimiter is ',' or ';', ".tsv" or ".tab" => delimiter == '\t', ".psv" => delimiter == '|', _ => false };
        var least = named ? 0.5 : extension is ".csv" or ".tsv" or ".tab" or ".psv" ? 0.9 : 0.97;
        if (share < least)
            return null;
        // In a text that is not said to be a table, commas are punctuation until many lines agree or a column holds numbers.
        if (!named && delimiter != '\t' && fitting < 20 && !records.Skip(1).Any(record => record.Any(IsNumber)))
            return null;
        if (extension is ".txt" or ".text" && delimiter == ',' && records.Average(record => record.Average(field => field.Length)) > 60)
            return null;
        return new Candidate(delimiter, columns, share + (named ? 1 : delimiter == '\t' ? 0.5 : 0) + Math.Min(0.3, columns / 100.0), records);
    }

    private static bool IsNumber(string field) => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    // Records of the beginning; the last one is left out where it may be cut.
    private static List<string[]> Sample(byte[] head, bool whole, char? delimiter)
    {
        var records = new List<string[]>();
        var length = whole ? head.Length : Array.LastIndexOf(head, (byte)'\n') + 1;
        using var reader = new DelimitedReader(new MemoryStream(head, 0, length == 0 ? head.Length : length), delimiter, quoted: true);
        while (records.Count < Records && reader.Read())
        {
            var fields = new string[Math.Min(reader.FieldCount, DelimitedReader.MostFields)];
            if (reader.FieldCount > MostColumns)
                throw new UnreadableFileException($"Line {reader.Line} has {reader.FieldCount:N0} fields; a table of more than {MostColumns:N0} columns is not profiled.");
            for (var i = 0; i < fields.Length; i++)
                fields[i] = Encoding.UTF8.GetString(reader.Field(i));
            records.Add(fields);
        }

        return records;
    }

    /// <summary>column0, column1 …, with as many digits as the last one needs: the names that DuckDB gives too.</summary>
    internal static string[] Numbered(int count)
    {
        var digits = (count - 1).ToString(CultureInfo.InvariantCulture).Length;
        return [.. Enumerable.Range(0, count).Select(i => "column" + i.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0'))];
    }

    /// <summary>The names of a header, blank ones numbered and repeated ones told apart.</summary>
    internal static string[] Unique(IReadOnlyList<string> header)
    {
        var numbered = Numbered(header.Count);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var names = new string[header.Count];
        for (var i = 0; i < names.Length; i++)
        {
            var name = header[i].Trim();
            name = name.Length == 0 ? numbered[i] : name;
            var unique = name;
            for (var n = 1; !seen.Add(unique); n++)
                unique = $"{name}_{n}";
            names[i] = unique;
        }

        return names;
    }
}
