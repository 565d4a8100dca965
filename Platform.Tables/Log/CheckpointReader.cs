using System.Text.Json;
using Platform.Tables.Native;

namespace Platform.Tables.Log;

/// <summary>
/// Reads checkpoints: classic parquet in one or several parts, and v2 (JSON or parquet, with sidecars). DuckDB turns each parquet row into
/// the JSON that a commit would hold, so that one parser serves both.
/// </summary>
internal static class CheckpointReader
{
    private static readonly string[] Kinds = ["txn", "add", "remove", "metaData", "protocol", "sidecar"];

    /// <exception cref="DuckDbException">A file is damaged.</exception>
    public static List<LogAction> Read(DuckDbPool databases, LogFolder log, CheckpointFiles checkpoint)
    {
        using var rented = databases.Rent();
        List<LogAction> actions;
        if (checkpoint.Paths is [var only] && only.EndsWith(".json", StringComparison.Ordinal))
            actions = SnapshotReader.Parse(log, checkpoint.Version, File.ReadAllBytes(only));
        else
            actions = ReadParquet(rented.Connection, checkpoint.Paths);
        var sidecars = actions.OfType<Sidecar>().Select(sidecar => SidecarPath(log, sidecar)).ToList();
        if (sidecars.Count > 0)
            actions.AddRange(ReadParquet(rented.Connection, sidecars));
        return actions;
    }

    private static string SidecarPath(LogFolder log, Sidecar sidecar)
    {
        var path = sidecar.Path.Contains('/', StringComparison.Ordinal) ? FilePaths.Resolve(log.TableFolder, sidecar.Path) : Path.Combine(log.Path, "_sidecars", sidecar.Path);
        return File.Exists(path)
            ? path
            : throw new BrokenTableException(log.Relative(path), $"Table '{log.TableFolder}' cannot be read: the checkpoint's sidecar '{log.Relative(path)}' is missing.");
    }

    private static List<LogAction> ReadParquet(DuckDbConnection connection, IReadOnlyList<string> paths)
    {
        var files = $"read_parquet([{string.Join(", ", paths.Select(SqlText.FileLiteral))}], union_by_name = true, hive_partitioning = false)";
        var columns = connection.Query($"select * from {files} limit 0").Columns;
        var present = Kinds.Where(kind => columns.Any(column => column.Name == kind)).ToList();
        var actions = new List<LogAction>();
        if (present.Count == 0)
            return actions;
        var add = columns.FirstOrDefault(column => column.Name == "add")?.Type;
        var parsedOnly = add?.Fields.Any(field => field.Name == "stats_parsed") == true;
        var fields = present.Select(kind => kind == "add" ? AddExpression(add!, parsedOnly) : $"case when \"{kind}\" is not null then to_json(\"{kind}\")::varchar end");
        using var reader = connection.Stream($"select {string.Join(", ", fields)} from {files}");
        while (reader.Read(out var batch))
        {
            for (var column = 0; column < present.Count; column++)
            {
                var vector = batch[column];
                for (var row = 0; row < batch.RowCount; row++)
                {
                    if (vector.IsNull(row))
                        continue;
                    var json = new Utf8JsonReader(vector.Utf8(row));
                    using var document = JsonDocument.ParseValue(ref json);
                    if (ActionJson.Read(present[column], document.RootElement) is { } action)
                        actions.Add(action);
                }
            }
        }
        return actions;
    }

    /// <summary>Only what we keep of an add; statistics that were written as a structure become the text that commits hold.</summary>
    private static string AddExpression(DuckDbType add, bool parsedStatistics)
    {
        var wanted = new[] { "path", "partitionValues", "size", "modificationTime", "dataChange", "tags", "deletionVector" };
        var parts = wanted.Where(name => add.Fields.Any(field => field.Name == name)).Select(name => $"\"{name}\" := \"add\".\"{name}\"").ToList();
        var text = add.Fields.Any(field => field.Name == "stats") ? "\"add\".\"stats\"" : "null";
        parts.Add("\"stats\" := " + (parsedStatistics ? $"coalesce({text}, to_json(\"add\".\"stats_parsed\")::varchar)" : text));
        return $"case when \"add\".\"path\" is not null then to_json(struct_pack({string.Join(", ", parts)}))::varchar end";
    }
}
