using System.Globalization;
using Platform.Inventory.Read;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Log;
using Platform.Tables.Native;
using Platform.Tables.Sources;
using Platform.Workflows;

namespace Platform.Inventory.Quality;

/// <summary>
/// Makes checks by looking at the rows: of the platform's tables at a version, of Delta folders, of files, and of tables of a database, which counts itself what it can. One query a check.
/// What a person's SQL may do is read these rows and the platform's tables, and nothing else.
/// </summary>
/// <param name="store">The platform's tables.</param>
/// <param name="find">The asset of a key, for references; null where there is none.</param>
/// <param name="timeout">How long one query may take; null is two minutes.</param>
/// <param name="databases">Addresses of databases by their sources; null for none.</param>
/// <param name="columns">Columns of an asset by its key, where its files do not name them (JSON); null where nobody knows.</param>
/// <param name="shown">How a value of a column is told as an example, so that personal ones stay hidden; null tells it as it is.</param>
/// <param name="parameters">What a person's SQL may name with a dollar sign; null is nothing.</param>
public sealed partial class RowChecks(TableStore store, Func<string, FoundAsset?> find, TimeSpan? timeout = null, IReadOnlyDictionary<string, PostgresAddress>? databases = null, Func<string, IReadOnlyList<string>?>? columns = null, Func<string, string, string>? shown = null, Func<string, IReadOnlyDictionary<string, object?>>? parameters = null)
{
    private readonly TimeSpan _timeout = timeout ?? TimeSpan.FromMinutes(2);
    private readonly CheckRows _rows = new(store, databases ?? new Dictionary<string, PostgresAddress>(), timeout ?? TimeSpan.FromMinutes(2));

    /// <summary>Makes a check of an asset that a scan found.</summary>
    /// <param name="check">The check.</param>
    /// <param name="asset">The asset.</param>
    /// <param name="now">The time to which it shall be fresh.</param>
    /// <param name="cancellation">Stops it.</param>
    public CheckOutcome Judge(CheckDefinition check, FoundAsset asset, DateTimeOffset now, CancellationToken cancellation)
    {
        if (check.Problems().FirstOrDefault() is { } problem)
            return CheckOutcome.Impossible(check, problem);
        return Guarded(check, (session, token) =>
        {
            if (asset.Database is not null && DatabaseChecks.Judge(check, asset, _rows, _timeout, token) is { } counted)
                return counted;
            var subject = Open(session, asset, check.Column, "subject", token);
            var outcome = Make(check, session, subject.Name, now, null, subject.Weight, token);
            return subject.Note.En.Length == 0 ? outcome : outcome with { Observed = CheckWords.Add(outcome.Observed, subject.Note.En, subject.Note.Zh) };
        }, cancellation);
    }

    /// <summary>Makes a check of a platform table at a version.</summary>
    /// <param name="check">The check.</param>
    /// <param name="table">The table.</param>
    /// <param name="version">Its version; null is the newest.</param>
    /// <param name="now">The time to which it shall be fresh.</param>
    /// <param name="cancellation">Stops it.</param>
    public CheckOutcome Judge(CheckDefinition check, TableName table, long? version, DateTimeOffset now, CancellationToken cancellation)
    {
        if (check.Problems().FirstOrDefault() is { } problem)
            return CheckOutcome.Impossible(check, problem);
        return Guarded(check, (session, token) =>
        {
            var snapshot = session.Expose(table, version);
            if (check.Looked.FirstOrDefault(name => snapshot.Columns.All(column => column.Name != name)) is { } missing)
                return CheckOutcome.Impossible(check, CheckWords.NoColumn(missing, snapshot.Columns.Select(column => column.Name)));
            if (check.Problems([.. snapshot.Columns.Select(column => column.Name)]).FirstOrDefault() is { } wrong)
                return CheckOutcome.Impossible(check, wrong);
            return Make(check, session, Name(table), now, new Written(Previous(table, snapshot.Version), snapshot.Timestamp), null, token);
        }, cancellation);
    }

    /// <summary>Why a person's query cannot be made of a platform table; null where it can, or where only the files of an asset will tell.</summary>
    public string? SqlProblem(string sql, string asset)
    {
        if (!TableName.TryParse(asset, out var table) || !store.Exists(table))
            return null;
        using var session = store.OpenSession(new TableSessionOptions { Threads = 1 });
        try
        {
            session.Expose(table);
            var query = SqlText.TrimEnd(sql.Replace("{table}", Name(table), StringComparison.Ordinal));
            session.ExposeReferencedTables(query);
            session.Confine(onlyReads: true);
            session.Query($"select * from (\n{query}\n) limit 0");
            return null;
        }
        catch (Exception e) when (e is DuckDbException or TableException)
        {
            return e.Message;
        }
    }

    private static string Name(TableName table) => $"{SqlText.Identifier(table.Schema)}.{SqlText.Identifier(table.Table)}";

    private CheckOutcome Make(CheckDefinition check, TableSession session, string from, DateTimeOffset now, Written? table, string? weight, CancellationToken cancellation)
    {
        var column = check.Column is { Length: > 0 } name ? SqlText.Identifier(name) : "";
        switch (check.Kind)
        {
            case "not_null":
                var nulls = Row(session, $"select count(*), count(*) - count({column}) from {from}", cancellation);
                return CheckOutcome.Counted(check, nulls[1], nulls[0], CheckWords.Missing(nulls[1], nulls[0]));
            case "unique":
                var columns = string.Join(", ", check.Looked.Select(SqlText.Identifier));
                var present = string.Join(" and ", check.Looked.Select(one => $"{SqlText.Identifier(one)} is not null"));
                var repeated = Row(session, $"select coalesce(sum(repeats), 0)::bigint, coalesce(sum(repeats - 1), 0)::bigint from (select count(*) as repeats from {from} where {present} group by {columns})", cancellation);
                return CheckOutcome.Counted(check, repeated[1], repeated[0], CheckWords.Repeated(check, repeated[1], repeated[0]));
            case "range" or "set" or "pattern" or "reference":
                var (condition, impossible) = Condition(check, session, column, cancellation);
                return impossible ?? Broken(check, session, from, column, condition, weight, cancellation);
            case "freshness" when column.Length > 0:
                return Freshness(check, session, from, column, now, cancellation);
            case "freshness":
                if (table is null)
                    return CheckOutcome.Impossible(check, new Told("its rows do not tell when it was written; name a 'column'", "行中没有写入时间；请指定 'column'"));
                return new CheckOutcome(now - table.At <= Duration.Parse(check.MaxAge!), CheckWords.Newest(false, table.At, now - table.At), CheckWords.Expected(check));
            case "volume":
                var rows = Row(session, $"select count(*) from {from}", cancellation)[0];
                return new CheckOutcome(!(rows < check.Min) && !(rows > check.Max) && rows > 0, CheckWords.Rows(rows), CheckWords.Expected(check));
            case "growth":
                return Growth(check, session, from, table?.Before, cancellation);
            case "schema":
                return Schema(check, session, from, cancellation);
            case "drift":
                return table?.Before is { } before ? Drift(check, session, from, column, before, cancellation) : new CheckOutcome(true, CheckWords.NothingBefore, CheckWords.Expected(check));
            default:
                return Sql(check, session, from, cancellation);
        }
    }

    // A value with a weight stands for so many rows.
    private CheckOutcome Broken(CheckDefinition check, TableSession session, string from, string column, string condition, string? weight, CancellationToken cancellation)
    {
        string Rows(string where) => weight is null ? $"count(*) filter (where {where})" : $"coalesce(sum({weight}) filter (where {where}), 0)::bigint";
        var counts = Row(session, $"select {Rows($"{column} is not null")}, {Rows($"{column} is not null and ({condition})")} from {from}", cancellation);
        var examples = counts[1] == 0 ? "" : string.Join(", ", session.Query($"select cast({column} as varchar) from {from} where {column} is not null and ({condition}) group by 1 order by {(weight is null ? "count(*)" : $"sum({weight})")} desc, 1 limit 5", null, cancellation).Rows.Select(row => Example(check.Column!, row[0])));
        return CheckOutcome.Counted(check, counts[1], counts[0], CheckWords.Fit(check, counts[1], counts[0], examples));
    }

    private static CheckOutcome Freshness(CheckDefinition check, TableSession session, string from, string column, DateTimeOffset now, CancellationToken cancellation)
    {
        if (session.Query($"select epoch_us(max(cast({column} as timestamptz))) from {from}", null, cancellation).Rows[0][0] is not { } newest)
            return new CheckOutcome(false, CheckWords.NoValues, CheckWords.Expected(check));
        var time = DateTimeOffset.UnixEpoch.AddMicroseconds(Convert.ToInt64(newest, CultureInfo.InvariantCulture));
        return new CheckOutcome(now - time <= Duration.Parse(check.MaxAge!), CheckWords.Newest(true, time, now - time), CheckWords.Expected(check));
    }

    private static CheckOutcome Growth(CheckDefinition check, TableSession session, string from, TableSnapshot? before, CancellationToken cancellation)
    {
        var rows = Row(session, $"select count(*) from {from}", cancellation)[0];
        if (before?.Rows is not { } was || was <= 0)
            return new CheckOutcome(true, CheckWords.FirstRows(rows), CheckWords.Expected(check));
        var change = 100.0 * (rows - was) / was;
        return new CheckOutcome(!(change < check.Min) && !(change > check.Max), CheckWords.Growth(rows, was, change), CheckWords.Expected(check));
    }

    private static CheckOutcome Schema(CheckDefinition check, TableSession session, string from, CancellationToken cancellation)
    {
        var present = session.Query($"describe select * from {from}", null, cancellation).Rows.ToDictionary(row => (string)row[0]!, row => (string)row[1]!, StringComparer.Ordinal);
        return CheckWords.OfColumns(check, present);
    }

    private static CheckOutcome Drift(CheckDefinition check, TableSession session, string from, string column, TableSnapshot before, CancellationToken cancellation)
    {
        session.ExposeFolder("version_before", before.Folder, before.Version);
        return RowDrift.Of(session, "version_before", from, column, check.Measure ?? "psi", cancellation) is { } distance
            ? new CheckOutcome(distance <= check.Max, CheckWords.Moved(check, distance, CheckOutcome.Text($"in version {before.Version}"), CheckOutcome.Text($"版本 {before.Version} ")), CheckWords.Expected(check))
            : new CheckOutcome(true, CheckWords.NoDistribution, CheckWords.Expected(check));
    }

    private CheckOutcome Sql(CheckDefinition check, TableSession session, string from, CancellationToken cancellation)
    {
        var sql = Query(check, session, from);
        var given = parameters?.Invoke(sql);
        // Inside a query of ours only a query can stand; the guard refuses whatever would break out of it.
        var rows = session.Query($"select count(*) from (\n{sql}\n)", given, cancellation).Scalar<long>();
        var some = rows == 0 ? null : session.Query($"select * from (\n{sql}\n) limit 3", given, cancellation);
        var examples = some is null ? "" : string.Join("; ", some.Rows.Select(row => string.Join(", ", row.Take(8).Select((value, i) => Example(some.Columns[i].Name, value)))));
        return new CheckOutcome(rows == 0, CheckWords.QueryRows(rows, examples), CheckWords.Expected(check), rows);
    }

    private CheckOutcome Guarded(CheckDefinition check, Func<TableSession, CancellationToken, CheckOutcome> judge, CancellationToken cancellation)
    {
        using var session = store.OpenSession(new TableSessionOptions { Threads = 2 });
        using var limit = new CancellationTokenSource(_timeout);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        using var stop = both.Token.Register(session.Interrupt);
        try
        {
            return judge(session, both.Token);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && e is DuckDbException or TableException or UnreadableFileException or SourceException or OperationCanceledException or IOException)
        {
            return CheckOutcome.Impossible(check, limit.IsCancellationRequested ? CheckWords.TooLong(_timeout) : Told.Same(e.Message));
        }
    }

    /// <summary>Makes an asset's rows readable under a name, in this session only; of a database those of one column.</summary>
    private CheckSubjectRows Open(TableSession session, FoundAsset asset, string? column, string name, CancellationToken cancellation)
    {
        if (asset.Database is not null)
            return _rows.Values(session, asset, column ?? throw new UnreadableFileException("this kind of check is judged by the profile of a database's table only"), name, cancellation);
        if (asset.Files.Count == 0)
        {
            session.ExposeFolder(name, asset.Location ?? throw new UnreadableFileException($"{asset.Name} has neither files nor a folder"), asset.Version);
            return new CheckSubjectRows(name, null, Told.Same(""));
        }
        var files = $"[{string.Join(", ", asset.Files.Select(file => SqlText.Literal(file.Path)))}]";
        var layout = asset.Layout;
        // What the profile knows as a column of each row is one for checks too.
        var hive = FilePartitions.Names(asset.Key).Count > 0 ? "hive_partitioning = true, hive_types_autocast = false" : "hive_partitioning = false";
        var reader = layout?.Form switch
        {
            FileForm.Parquet => $"read_parquet({files}, union_by_name = true, {hive})",
            FileForm.Delimited when layout.Encoding.Replace("-", "", StringComparison.Ordinal) is "utf8" or "ascii" => $"read_csv({files}, delim = {SqlText.Literal(layout.Delimiter.ToString())}, header = {(layout.HasHeader ? "true" : "false")}, quote = {(layout.Quoted ? "'\"'" : "''")}, names = [{string.Join(", ", layout.Columns.Select(SqlText.Literal))}], all_varchar = true, null_padding = true, strict_mode = false, {hive})",
            _ => null,
        };
        if (reader is null)
        {
            // JSON and other encodings: read as the profile reads them, so that both mean the same columns and rows.
            var known = layout is { Columns.Count: > 0 } ? [.. layout.Columns.Union(FilePartitions.Names(asset.Key))] : columns?.Invoke(asset.Key);
            return known is { Count: > 0 } && layout!.Form is FileForm.Delimited or FileForm.JsonLines or FileForm.JsonArray or FileForm.JsonObject ? _rows.Files(session, asset, known, name, cancellation)
                : throw new UnreadableFileException($"the rows of {asset.Format} files are not read for checks; this kind is judged by its profile only where that is exact");
        }
        session.Execute($"create or replace temp table {name} as select * from {reader}", null, cancellation);
        return new CheckSubjectRows(name, null, Told.Same(""));
    }

    private TableSnapshot? Previous(TableName table, long version)
    {
        try
        {
            return version > 0 ? store.Snapshot(table, version - 1) : null;
        }
        catch (TableNotFoundException)
        {
            // Its log was cleaned up.
            return null;
        }
    }

    private static long[] Row(TableSession session, string sql, CancellationToken cancellation) =>
        [.. session.Query(sql, null, cancellation).Rows[0].Select(value => value is null ? 0 : Convert.ToInt64(value, CultureInfo.InvariantCulture))];

    /// <summary>A platform table, with its version before and when this one was written.</summary>
    private sealed record Written(TableSnapshot? Before, DateTimeOffset At);
}
