using Platform.Tables.Native;

namespace Platform.Tables.Sources;

/// <summary>Makes Parquet files readable as one temporary view; their types are their own, so that nothing is rejected.</summary>
internal sealed class ParquetStager(DuckDbConnection connection)
{
    public StagedInput Stage(List<SourceFile> files, FileReadOptions options, IReadOnlyList<SourceColumn>? existing)
    {
        if (files.Find(file => file.Format != FileFormat.Parquet) is { } other)
            throw new SourceException(SourceErrorKind.BadInput, $"{other.Path} is {other.Format}, others are Parquet. Ingest them by two tasks.");
        var zone = options.TimeZone.Id.Replace("'", "''", StringComparison.Ordinal);
        var list = string.Join(", ", files.Select(file => $"'{file.Path.Replace("'", "''", StringComparison.Ordinal)}'"));
        var found = ColumnsOf(list);
        var columns = (existing ?? []).ToList();
        foreach (var column in found.Where(column => !columns.Exists(known => Same(known.Name, column.Name))))
            columns.Add(column with { Type = Declared(options, column.Name) ?? Storable(column.Type) });
        var expressions = columns.Select(column => $"{Expression(column)} as {FileStager.Quoted(column.Name)}");
        var counts = connection.Query($"select file_name, sum(num_rows)::bigint from parquet_file_metadata([{list}]) group by all").Rows.ToDictionary(row => (string)row[0]!, row => (long)row[1]!);
        var all = counts.Values.Sum();
        var rows = options.Sample is { } sample && all > sample.WholeUpTo ? Math.Min(all, sample.Rows) : all;
        connection.Execute($"create or replace temp view {FileStager.StagedTable} as select {string.Join(", ", expressions)} from read_parquet([{list}], union_by_name = true){(rows < all ? $" limit {rows}" : "")}");
        connection.Execute($"""create or replace temp table {FileStager.RejectedTable} (file varchar, line bigint, "column" varchar, reason varchar, raw varchar)""");
        var left = rows;
        var staged = new List<StagedFile>();
        foreach (var file in files.TakeWhile(_ => rows == all || left > 0))
        {
            var count = counts.GetValueOrDefault(file.Path);
            staged.Add(new StagedFile(file.Path, FileFormat.Parquet, Math.Min(count, left), 0));
            left -= Math.Min(count, left);
        }
        return new StagedInput
        {
            Table = FileStager.StagedTable,
            RejectedTable = FileStager.RejectedTable,
            Columns = columns,
            FileColumns = found,
            Rows = staged.Sum(file => file.Rows),
            Sampled = rows < all,
            Of = all,
            Rejected = 0,
            Files = staged,
        };

        string Expression(SourceColumn column)
        {
            var source = found.FirstOrDefault(other => Same(other.Name, column.Name));
            if (source is null)
                return $"null::{column.Type}";
            var name = FileStager.Quoted(source.Name);
            if (source.Type == column.Type)
                return name;
            // A time without a zone is read in the zone of the workflow, as it is from text.
            return IsNaive(source.Type) && column.Type.Kind == DuckDbKind.TimestampTz ? $"timezone('{zone}', {name}::timestamp)" : $"{name}::{column.Type}";
        }
    }

    private List<SourceColumn> ColumnsOf(string list)
    {
        try
        {
            using var reader = connection.Stream($"select * from read_parquet([{list}], union_by_name = true) limit 0");
            return [.. reader.Columns.Select(column => new SourceColumn(column.Name, column.Type))];
        }
        catch (DuckDbException error)
        {
            throw new SourceException(SourceErrorKind.BadInput, $"The Parquet files cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Types that Delta tables have not are widened to the nearest that they have.</summary>
    private static DuckDbType Storable(DuckDbType type) => type.Kind switch
    {
        _ when IsNaive(type) => SourceTypes.Timestamp,
        DuckDbKind.UTinyInt => new DuckDbType(DuckDbKind.SmallInt),
        DuckDbKind.USmallInt => new DuckDbType(DuckDbKind.Integer),
        DuckDbKind.UInteger => SourceTypes.Integer,
        DuckDbKind.UBigInt or DuckDbKind.HugeInt or DuckDbKind.UHugeInt => new DuckDbType(DuckDbKind.Decimal) { Precision = 38, Scale = 0 },
        DuckDbKind.Enum or DuckDbKind.Uuid or DuckDbKind.Time or DuckDbKind.TimeTz or DuckDbKind.TimeNanoseconds or DuckDbKind.Interval or DuckDbKind.Bit => SourceTypes.Text,
        _ => type with { Alias = null },
    };

    private static bool IsNaive(DuckDbType type) => type.Kind is DuckDbKind.Timestamp or DuckDbKind.TimestampSeconds or DuckDbKind.TimestampMilliseconds or DuckDbKind.TimestampNanoseconds;

    private static DuckDbType? Declared(FileReadOptions options, string name) => options.Columns.FirstOrDefault(column => Same(column.Name, name))?.Type;

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
