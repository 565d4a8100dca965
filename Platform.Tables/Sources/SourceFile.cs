namespace Platform.Tables.Sources;

/// <summary>A file whose form is known: ready to be read from the beginning, more than once.</summary>
internal sealed class SourceFile
{
    private readonly FileReadOptions _options;
    private readonly TextFile? _text;
    private readonly CsvDialect _dialect;

    private SourceFile(string path, FileFormat format, FileReadOptions options, TextFile? text)
    {
        (Path, Format, _options, _text) = (path, format, options, text);
        if (text is null)
            return;
        if (format == FileFormat.Jsonl)
        {
            Names = NamesOfJson(text);
            return;
        }
        var delimiter = options.Delimiter is { } given ? Ascii(given) : format == FileFormat.Tsv ? (byte)'\t' : (byte?)null;
        _dialect = CsvSniffer.Dialect(text.Head, text.IsComplete, delimiter);
        var records = CsvSniffer.Read(text.Head, text.IsComplete, _dialect);
        HasHeader = options.Header ?? CsvSniffer.HasHeader(records, options.Columns);
        Names = HasHeader ? Unique(records.Count > 0 ? records[0] : []) : options.Columns.Count > 0 ? [.. options.Columns.Select(column => column.Name)]
            : [.. Enumerable.Range(1, UsualWidth(records)).Select(number => $"column{number}")];
    }

    public string Path { get; }

    /// <summary>Never <see cref="FileFormat.Auto"/>.</summary>
    public FileFormat Format { get; }

    public bool HasHeader { get; }

    /// <summary>Names of the fields; for JSON lines those seen in the beginning. Empty for Parquet and for an empty file.</summary>
    public IReadOnlyList<string> Names { get; } = [];

    public char? Delimiter => Format is FileFormat.Csv or FileFormat.Tsv ? (char)_dialect.Delimiter : null;

    public string? Encoding => _text?.Encoding.WebName;

    public bool Packed => _text?.Packed ?? false;

    /// <summary>Looks at the first bytes of the file.</summary>
    /// <exception cref="SourceException">It does not exist, or is of another form than asked for.</exception>
    public static SourceFile Open(string path, FileReadOptions options)
    {
        if (options.Format == FileFormat.Parquet || (options.Format == FileFormat.Auto && IsParquet(path)))
        {
            if (!IsParquet(path))
                throw new SourceException(File.Exists(path) ? SourceErrorKind.BadInput : SourceErrorKind.NotFound, File.Exists(path) ? $"The file {path} is not Parquet. Change 'format' or the path." : $"There is no file {path}.");
            return new SourceFile(path, FileFormat.Parquet, options, null);
        }
        var text = TextFile.Open(path, options.Encoding);
        return new SourceFile(path, options.Format == FileFormat.Auto ? FormatOf(text) : options.Format, options, text);
    }

    /// <summary>Reads the records behind the header line.</summary>
    public RecordReader Read()
    {
        var stream = _text!.OpenUtf8();
        if (Format == FileFormat.Jsonl)
            return new JsonLinesReader(stream, _options.LongestLine);
        var reader = new CsvReader(stream, _dialect, _options.LongestLine);
        if (HasHeader)
            reader.Read();
        return reader;
    }

    private static bool IsParquet(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            Span<byte> mark = stackalloc byte[4];
            return RandomAccess.Read(file, mark, 0) == 4 && mark.SequenceEqual("PAR1"u8);
        }
        catch (IOException)
        {
            return false;       // opening it as text says what is wrong
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static FileFormat FormatOf(TextFile text)
    {
        var name = text.Packed ? System.IO.Path.GetFileNameWithoutExtension(text.Path) : text.Path;
        var beginning = text.Head.AsSpan().TrimStart(" \t\r\n"u8);
        switch (System.IO.Path.GetExtension(name).ToLowerInvariant())
        {
            case ".jsonl" or ".ndjson":
                return FileFormat.Jsonl;
            case ".json" when beginning.StartsWith("["u8):
                throw new SourceException(SourceErrorKind.BadInput, $"The file {text.Path} is one JSON list. Write an object a line (JSON lines), or load it with 'control.command' first.");
            case ".json":
                return FileFormat.Jsonl;
            case ".tsv" or ".tab":
                return FileFormat.Tsv;
            default:
                return beginning.StartsWith("{\""u8) ? FileFormat.Jsonl : FileFormat.Csv;
        }
    }

    private static List<string> NamesOfJson(TextFile text)
    {
        var length = text.IsComplete ? text.Head.Length : text.Head.AsSpan().LastIndexOf((byte)'\n') + 1;
        using var reader = new JsonLinesReader(new MemoryStream(text.Head, 0, length), int.MaxValue / 4);
        while (reader.Read())
        {
        }
        return [.. reader.Names];
    }

    private static byte Ascii(char delimiter) => delimiter is > '\0' and < (char)128 and not ('"' or '\r' or '\n')
        ? (byte)delimiter
        : throw new SourceException(SourceErrorKind.BadOption, $"'{delimiter}' cannot separate fields. Use one ASCII character that is no quote and no line end.");

    /// <summary>Header names made usable: an empty one gets its position, a repeated one a number.</summary>
    private static List<string> Unique(string[] cells)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var names = new List<string>(cells.Length);
        for (var i = 0; i < cells.Length; i++)
        {
            var name = cells[i].Trim();
            if (name.Length == 0)
                name = $"column{i + 1}";
            var free = name;
            for (var number = 2; !seen.Add(free); number++)
                free = $"{name}_{number}";
            names.Add(free);
        }
        return names;
    }

    private static int UsualWidth(List<string[]> records) =>
        records.Count == 0 ? 0 : records.GroupBy(record => record.Length).MaxBy(group => group.Count())!.Key;
}
