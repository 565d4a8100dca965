using Platform.Tables.Native;

namespace Platform.Tables.Sources;

/// <summary>
/// Reads files into a temporary table of a connection. Types are those of the table that exists, else those declared, else sniffed over all values
/// of all files. Lines that cannot be read go to a second temporary table with the reason.
/// </summary>
public sealed class FileStager(DuckDbConnection connection)
{
    public const string StagedTable = "ingest_staged";
    public const string RejectedTable = "ingest_rejected";

    /// <summary>Reads the files.</summary>
    /// <param name="paths">Absolute paths, one at least; all text or all Parquet.</param>
    /// <param name="options">How to read them.</param>
    /// <param name="existing">Columns of the table that the rows are for; null where it does not exist.</param>
    /// <param name="limit">How many lines may be rejected.</param>
    /// <param name="progress">Called with the rows staged so far; null tells nobody.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="SourceException">A file cannot be read as asked, or too many lines were rejected.</exception>
    public StagedInput Stage(IReadOnlyList<string> paths, FileReadOptions options, IReadOnlyList<SourceColumn>? existing, RejectLimit limit, Action<long>? progress, CancellationToken cancellationToken)
    {
        var files = paths.Select(path => SourceFile.Open(path, options)).ToList();
        if (files.Exists(file => file.Format == FileFormat.Parquet))
            return new ParquetStager(connection).Stage(files, options, existing);
        var (columns, fileColumns, warnings) = PlanColumns(files, options, existing, cancellationToken);
        connection.Execute($"create or replace temp table {StagedTable} ({(columns.Count == 0 ? "nothing integer" : string.Join(", ", columns.Select(column => $"{Quoted(column.Name)} {column.Type}")))})", cancellation: cancellationToken);
        using var rejected = new RejectedLines(connection, RejectedTable, limit);
        var staged = new List<StagedFile>(files.Count);
        long rows = 0;
        using (var appender = connection.Append(StagedTable))
        {
            foreach (var file in files.TakeWhile(_ => rows < (options.Sample?.Most ?? long.MaxValue)))
            {
                var result = ReadFile(file, columns, options, (options.Sample?.Most ?? long.MaxValue) - rows, appender, rejected, read => progress?.Invoke(rows + read), cancellationToken);
                rows += result.Rows;
                staged.Add(result);
            }
            appender.Complete();
        }
        rejected.CheckShare(rows + rejected.Count);
        rejected.Complete();
        var kept = options.Sample?.Cut(connection, StagedTable, rows) ?? rows;
        return new StagedInput
        {
            Table = StagedTable,
            RejectedTable = RejectedTable,
            Columns = columns,
            FileColumns = fileColumns,
            Rows = kept,
            Rejected = rejected.Count,
            Files = kept < rows ? Kept(staged, kept) : staged,
            Warnings = warnings,
            Sampled = kept < rows,
            Of = kept < rows ? null : rows,
        };
    }

    /// <summary>The files of which rows were kept.</summary>
    private static List<StagedFile> Kept(List<StagedFile> staged, long rows)
    {
        var kept = new List<StagedFile>();
        foreach (var file in staged.TakeWhile(_ => rows > 0))
        {
            kept.Add(file with { Rows = Math.Min(file.Rows, rows) });
            rows -= file.Rows;
        }
        return kept;
    }

    private static (List<SourceColumn> Columns, List<SourceColumn> FileColumns, List<string> Warnings) PlanColumns(
        List<SourceFile> files, FileReadOptions options, IReadOnlyList<SourceColumn>? existing, CancellationToken cancellationToken)
    {
        var known = existing ?? [];
        var declared = options.Columns;
        var names = files.SelectMany(file => file.Names).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var warnings = new List<string>();
        if (names.Count > 0 && declared.Where(column => !Has(names, column.Name)).Select(column => column.Name).ToList() is { Count: > 0 } lacking && files.TrueForAll(file => file.Format != FileFormat.Jsonl))
            throw new SourceException(SourceErrorKind.BadInput, $"{files[0].Path} has no column {string.Join(", ", lacking)}; it has {Shown(names)}. Correct 'columns' or the file.");

        // Only columns whose type nobody knows need a look at the values. JSON lines may bring a name at any line.
        var unknown = files.Exists(file => file.Format == FileFormat.Jsonl) || names.Exists(name => !IsKnown(known, name) && !IsKnown(declared, name) && !SourceTypes.NamesIdentifier(name));
        var scan = new TypeScan(options);
        var most = options.Sample?.Most ?? long.MaxValue;
        foreach (var file in files.TakeWhile(_ => unknown && most > 0))
            most -= scan.Read(file, most, cancellationToken);
        if (unknown)
            names = [.. scan.Names];
        var columns = known.ToList();
        var fileColumns = new List<SourceColumn>();
        foreach (var name in names)
        {
            var column = known.FirstOrDefault(column => Same(column.Name, name));
            if (column is null)
            {
                column = new SourceColumn(name, declared.FirstOrDefault(column => Same(column.Name, name))?.Type ?? (unknown ? scan.TypeOf(name) : SourceTypes.Text));
                columns.Add(column);
            }
            fileColumns.Add(column with { Name = name });
        }
        if (names.Count == 0 && existing is null)
            columns.AddRange(declared);
        if (names.Count > 0 && known.Where(column => !Has(names, column.Name)).Select(column => column.Name).ToList() is { Count: > 0 } missing)
            warnings.Add($"The files have no column {string.Join(", ", missing)}, which the table has: its values are null.");
        return (columns, fileColumns, warnings);
    }

    private static StagedFile ReadFile(SourceFile file, List<SourceColumn> columns, FileReadOptions options, long most, DuckDbAppender appender, RejectedLines rejected, Action<long> progress, CancellationToken cancellationToken)
    {
        var before = rejected.Count;
        long rows = 0;
        var inChunk = 0;
        using var reader = file.Read();
        var json = reader as JsonLinesReader;
        var width = file.Names.Count;
        var jsonNames = 0;
        var parser = new RowParser(columns, FieldsOf(columns, file.Names), options);
        while (rows < most && reader.Read())
        {
            if (json is not null && json.Names.Count > jsonNames)
            {
                parser = new RowParser(columns, FieldsOf(columns, json.Names), options);
                jsonNames = json.Names.Count;
            }
            if (reader.Problem is { } problem)
            {
                rejected.Add(file.Path, reader.Line, null, problem, reader.Raw);
            }
            else if (json is null && reader.Count != width)
            {
                rejected.Add(file.Path, reader.Line, null, $"the line has {reader.Count} {(reader.Count == 1 ? "field" : "fields")}, not {width}", reader.Raw);
            }
            else if (!parser.Parse(reader))
            {
                rejected.Add(file.Path, reader.Line, parser.FailedColumn, parser.Reason!, reader.Raw);
            }
            else
            {
                parser.Write(reader, appender, inChunk++);
                rows++;
                if (inChunk < appender.Capacity)
                    continue;
                appender.Flush(inChunk);
                inChunk = 0;
                cancellationToken.ThrowIfCancellationRequested();
                if (rows % (appender.Capacity * 16) == 0)
                    progress(rows);
            }
        }
        if (inChunk > 0)
            appender.Flush(inChunk);
        progress(rows);
        return new StagedFile(file.Path, file.Format, rows, rejected.Count - before);
    }

    private static int[] FieldsOf(List<SourceColumn> columns, IReadOnlyList<string> names)
    {
        var fields = new int[columns.Count];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = -1;
            for (var field = 0; field < names.Count; field++)
            {
                if (Same(names[field], columns[i].Name))
                    fields[i] = field;
            }
        }
        return fields;
    }

    /// <summary>Names for a message: control characters replaced, long ones and long lists cut.</summary>
    private static string Shown(List<string> names)
    {
        const int Most = 40, Longest = 60;
        var shown = names.Take(Most).Select(name => string.Concat((name.Length > Longest ? name[..Longest] + "…" : name).Select(c => char.IsControl(c) ? '\uFFFD' : c)));
        return string.Join(", ", shown) + (names.Count > Most ? $" and {names.Count - Most} more" : "");
    }

    internal static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static bool IsKnown(IReadOnlyList<SourceColumn> columns, string name) => columns.Any(column => Same(column.Name, name));

    private static bool Has(List<string> names, string name) => names.Exists(other => Same(other, name));

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
