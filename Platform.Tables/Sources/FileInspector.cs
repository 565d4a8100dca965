using Platform.Tables.Native;

namespace Platform.Tables.Sources;

/// <summary>What a file is, as far as its beginning tells.</summary>
public sealed record FileShape
{
    public required string Path { get; init; }

    /// <summary>Never <see cref="FileFormat.Auto"/>.</summary>
    public required FileFormat Format { get; init; }

    /// <summary>Name of the text's encoding; null for Parquet.</summary>
    public string? Encoding { get; init; }

    /// <summary>Between fields; null where there is none.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether the first line names the columns.</summary>
    public bool HasHeader { get; init; }

    /// <summary>Whether it is gzip.</summary>
    public bool Packed { get; init; }

    /// <summary>Columns with the types of the values seen; without a header they are column1, column2, …</summary>
    public required IReadOnlyList<SourceColumn> Columns { get; init; }
}

/// <summary>Tells format, encoding, header, columns and types of a file, as <see cref="FileStager"/> would read it.</summary>
public static class FileInspector
{
    /// <summary>Looks at the beginning of a file.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="options">How to read it; null detects everything.</param>
    /// <param name="connection">For the columns of Parquet.</param>
    /// <param name="records">Most records to look at for the types.</param>
    /// <exception cref="SourceException">It does not exist or cannot be read.</exception>
    public static FileShape Inspect(string path, FileReadOptions? options, DuckDbConnection connection, int records = 2_000)
    {
        options ??= new FileReadOptions();
        var file = SourceFile.Open(path, options);
        return new FileShape
        {
            Path = path,
            Format = file.Format,
            Encoding = file.Encoding,
            Delimiter = file.Delimiter,
            HasHeader = file.HasHeader,
            Packed = file.Packed,
            Columns = file.Format == FileFormat.Parquet ? ParquetColumns(path, connection) : TypesOf(file, options, records),
        };
    }

    /// <summary>The columns of a Parquet file.</summary>
    internal static IReadOnlyList<SourceColumn> ParquetColumns(string path, DuckDbConnection connection)
    {
        try
        {
            using var reader = connection.Stream("select * from read_parquet($path) limit 0", new Dictionary<string, object?> { ["path"] = path });
            return [.. reader.Columns.Select(column => new SourceColumn(column.Name, column.Type))];
        }
        catch (DuckDbException error)
        {
            throw new SourceException(SourceErrorKind.BadInput, $"The Parquet file {path} cannot be read: {error.Message}", error);
        }
    }

    private static List<SourceColumn> TypesOf(SourceFile file, FileReadOptions options, int records)
    {
        var types = new TypeScan(options);
        types.Read(file, records, CancellationToken.None);
        return [.. types.Names.Select(name => new SourceColumn(name, types.TypeOf(name)))];
    }
}
