using System.Globalization;
using Platform.Tables.Native;

namespace Platform.Tables.Log;

/// <summary>
/// The SELECT that reads exactly a snapshot's rows: its files and no others, deleted rows left out, partition columns from the log, physical
/// names and older files mapped to today's columns. Deletion vectors and partition values go into temporary tables of the connection.
/// </summary>
internal sealed class SnapshotSql(Snapshot snapshot, DuckDbConnection connection, string temporaryPrefix)
{
    private const string FileColumn = "__platform_file";
    private readonly HashSet<string> _partitions = new(snapshot.Metadata.PartitionColumns, StringComparer.OrdinalIgnoreCase);
    private int _temporaries;

    /// <exception cref="BrokenTableException">A data file or deletion vector is missing.</exception>
    public string Select(IReadOnlyList<AddFile> files)
    {
        foreach (var file in files)
            RequireFile(file);
        if (files.Count == 0)
            return Empty();
        var today = ColumnsFingerprint.Of(snapshot.Schema);
        var groups = files
            .GroupBy(file => (Columns: file.Tags.GetValueOrDefault(AddFile.ColumnsTag), Deletes: file.DeletionVector is not null))
            .Select(group => SelectGroup([.. group], isToday: group.Key.Columns == today, isOurs: group.Key.Columns is not null, group.Key.Deletes))
            .ToList();
        return string.Join("\nunion all\n", groups);
    }

    private string Empty() => snapshot.Schema.Fields.Count == 0
        ? "select null::integer as \"(no columns)\" where false"
        : $"select {string.Join(", ", snapshot.Schema.Fields.Select(column => $"null::{column.Type.Sql} as {SqlText.Identifier(column.Name)}"))} where false";

    private void RequireFile(AddFile file)
    {
        if (!File.Exists(FilePaths.Resolve(snapshot.TableFolder, file.Path)))
            throw new BrokenTableException(file.Path, $"Table '{snapshot.TableFolder}' cannot be read: its data file '{file.Path}' is missing. Restore it, or read a version that does not use it.");
    }

    private string SelectGroup(List<AddFile> files, bool isToday, bool isOurs, bool deletes)
    {
        var list = string.Join(", ", files.Select(file => SqlText.FileLiteral(FilePaths.Resolve(snapshot.TableFolder, file.Path))));
        var byId = snapshot.Metadata.ColumnMapping == "id";
        var named = _partitions.Count > 0 || deletes;
        var options = ", hive_partitioning = false"
            + (isOurs || files.Count == 1 || byId ? "" : ", union_by_name = true")
            + (named ? $", filename = '{FileColumn}'" : "")
            + (deletes ? ", file_row_number = true" : "");
        var source = $"read_parquet([{list}]{options})";
        var present = isToday ? null : Present(source);
        var columns = snapshot.Schema.Fields.Select(column => $"{Column(column, present)} as {SqlText.Identifier(column.Name)}");
        var from = $"{source} f";
        if (_partitions.Count > 0)
            from += $" join {PartitionTable(files)} p on p.{FileColumn} = f.{FileColumn}";
        if (deletes)
            from += $" anti join {DeletesTable(files)} d on d.{FileColumn} = f.{FileColumn} and d.position = f.file_row_number";
        return $"select {string.Join(", ", columns)} from {from}";
    }

    /// <summary>The types of the columns that the files hold, by name.</summary>
    private Dictionary<string, DuckDbType> Present(string source)
    {
        var present = new Dictionary<string, DuckDbType>(StringComparer.OrdinalIgnoreCase);
        foreach (var column in connection.Query($"select * from {source} limit 0").Columns)
            present[column.Name] = column.Type;
        return present;
    }

    private string Column(StructField column, Dictionary<string, DuckDbType>? present)
    {
        if (_partitions.Contains(column.Name))
            return $"p.{SqlText.Identifier(column.Name)}";
        if (present is null)
            return $"f.{SqlText.Identifier(column.Name)}";
        return present.TryGetValue(column.PhysicalName, out var type)
            ? $"({PhysicalValue.Read($"f.{SqlText.Identifier(column.PhysicalName)}", type, column.Type)})::{column.Type.Sql}"
            : $"null::{column.Type.Sql}";
    }

    private string PartitionTable(List<AddFile> files)
    {
        var name = Temporary();
        var columns = snapshot.Schema.Fields.Where(field => _partitions.Contains(field.Name)).ToList();
        connection.Execute($"create temp table {name} ({FileColumn} varchar, {string.Join(", ", columns.Select(column => $"{SqlText.Identifier(column.Name)} varchar"))})");
        using (var appender = connection.Append(name, "main", "temp"))
        {
            var row = new object?[columns.Count + 1];
            foreach (var file in files)
            {
                row[0] = FilePaths.Resolve(snapshot.TableFolder, file.Path);
                for (var i = 0; i < columns.Count; i++)
                    row[i + 1] = Value(file, columns[i]);
                appender.AddRow(row);
            }
            appender.Complete();
        }
        foreach (var column in columns.Where(column => column.Type != PrimitiveType.String))
            connection.Execute($"alter table {name} alter {SqlText.Identifier(column.Name)} type {column.Type.Sql} using {(column.Type == PrimitiveType.Binary ? $"encode({SqlText.Identifier(column.Name)})" : $"{SqlText.Identifier(column.Name)}::{column.Type.Sql}")}");
        return name;
    }

    /// <summary>Protocol section "Partition Value Serialization": empty text is null for every type.</summary>
    private static string? Value(AddFile file, StructField column)
        => (file.PartitionValues.TryGetValue(column.PhysicalName, out var value) || file.PartitionValues.TryGetValue(column.Name, out value)) && !string.IsNullOrEmpty(value) ? value : null;

    private string DeletesTable(List<AddFile> files)
    {
        var name = Temporary();
        connection.Execute($"create temp table {name} ({FileColumn} varchar, position bigint)");
        using var appender = connection.Append(name, "main", "temp");
        foreach (var file in files)
        {
            var path = FilePaths.Resolve(snapshot.TableFolder, file.Path);
            foreach (var position in DeletionVector.Read(snapshot.TableFolder, file.DeletionVector!))
                appender.AddRow(path, position);
        }
        appender.Complete();
        return name;
    }

    private string Temporary() => string.Create(CultureInfo.InvariantCulture, $"{temporaryPrefix}_{_temporaries++}");
}

/// <summary>Reads values under their physical names and gives them under their logical ones, at every depth (protocol section "Column Mapping").</summary>
internal static class PhysicalValue
{
    public static string Read(string expression, DuckDbType stored, DeltaType wanted)
    {
        switch (wanted)
        {
            case StructType type when stored.Kind == DuckDbKind.Struct:
                var fields = type.Fields.Select(field =>
                {
                    var held = stored.Fields.FirstOrDefault(candidate => string.Equals(candidate.Name, field.PhysicalName, StringComparison.OrdinalIgnoreCase));
                    var value = held is null ? $"null::{field.Type.Sql}" : Read($"{expression}.{SqlText.Identifier(held.Name)}", held.Type, field.Type);
                    return $"{SqlText.Identifier(field.Name)} := {value}";
                });
                return $"case when {expression} is null then null else struct_pack({string.Join(", ", fields)}) end";
            case ArrayType type when stored.Kind == DuckDbKind.List && NeedsWork(stored.Element, type.Element):
                return $"list_transform({expression}, lambda item: {Read("item", stored.Element, type.Element)})";
            case MapType type when stored.Kind == DuckDbKind.Map && (NeedsWork(stored.Fields[0].Type, type.Key) || NeedsWork(stored.Fields[1].Type, type.Value)):
                return $"map_from_entries(list_transform(map_entries({expression}), lambda entry: struct_pack(k := {Read("entry.key", stored.Fields[0].Type, type.Key)}, v := {Read("entry.value", stored.Fields[1].Type, type.Value)})))";
            case PrimitiveType { Name: "string" } when stored.Kind == DuckDbKind.Blob:
                return $"decode({expression})";
            default:
                return expression;
        }
    }

    private static bool NeedsWork(DuckDbType stored, DeltaType wanted) => wanted switch
    {
        StructType => true,
        ArrayType type => stored.Kind == DuckDbKind.List && NeedsWork(stored.Element, type.Element),
        MapType type => stored.Kind == DuckDbKind.Map && (NeedsWork(stored.Fields[0].Type, type.Key) || NeedsWork(stored.Fields[1].Type, type.Value)),
        PrimitiveType { Name: "string" } => stored.Kind == DuckDbKind.Blob,
        _ => false,
    };
}
