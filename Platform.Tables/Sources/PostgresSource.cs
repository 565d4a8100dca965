using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using Platform.Tables.Native;

namespace Platform.Tables.Sources;

/// <summary>Rows of a PostgreSQL query in a temporary table, ready to be written.</summary>
/// <param name="Table">The temporary table.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Relations">Schema and name of the tables and views that the query reads.</param>
/// <param name="Sampled">Whether the query has more rows than were read.</param>
public sealed record StagedQuery(string Table, IReadOnlyList<SourceColumn> Columns, long Rows, IReadOnlyList<(string Schema, string Name)> Relations, bool Sampled = false);

/// <summary>
/// Streams a table or a query of a PostgreSQL database into a temporary table, in one read-only transaction, so that all rows are of one moment.
/// Numbers, times, texts, booleans and bytes keep their types; whatever has no equal here (json, uuid, arrays, intervals, unbounded numerics) comes as its text.
/// </summary>
public sealed partial class PostgresSource(PostgresAddress address)
{
    /// <summary>Name of the temporary table.</summary>
    public const string StagedTable = "ingest_staged";

    /// <summary>Reads a query.</summary>
    /// <param name="connection">Where the temporary table is made.</param>
    /// <param name="query">One SELECT in PostgreSQL's SQL. $interval_start and $interval_end stand for <paramref name="interval"/>.</param>
    /// <param name="interval">Start and end; null where the query names neither.</param>
    /// <param name="zone">Zone of timestamps without one.</param>
    /// <param name="progress">Called with the rows read so far; null tells nobody.</param>
    /// <param name="cancellationToken">Stops the query on the server.</param>
    /// <param name="sample">How much is read where a part is enough; null reads all.</param>
    /// <exception cref="SourceException">The database does not answer, or the query is wrong.</exception>
    public async Task<StagedQuery> StageAsync(DuckDbConnection connection, string query, (DateTimeOffset Start, DateTimeOffset End)? interval, TimeZoneInfo zone, Action<long>? progress, CancellationToken cancellationToken, SourceSample? sample = null)
    {
        try
        {
            await using var database = new NpgsqlConnection(address.ConnectionString());
            await database.OpenAsync(cancellationToken);
            await using var transaction = await database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
            await ExecuteAsync(database, "set transaction read only", cancellationToken);
            var text = SqlText.TrimEnd(IntervalStart().Replace(IntervalEnd().Replace(query, "@interval_end"), "@interval_start"));
            var relations = await RelationsAsync(database, text, interval, cancellationToken);
            var columns = await ColumnsAsync(database, text, interval, zone, cancellationToken);
            connection.Execute($"create or replace temp table {StagedTable} ({string.Join(", ", columns.Select(column => $"{SqlText.Identifier(column.Name)} {column.Type}"))})", cancellation: cancellationToken);
            var rows = await CopyAsync(database, connection, $"select {string.Join(", ", columns.Select(column => column.Sql))} from (\n{text}\n) q{(sample is null ? "" : $" limit {sample.Most}")}", interval, columns, progress, cancellationToken);
            var kept = sample?.Cut(connection, StagedTable, rows) ?? rows;
            return new StagedQuery(StagedTable, [.. columns.Select(column => new SourceColumn(column.Name, column.Type))], kept, relations, kept < rows);
        }
        catch (PostgresException error)
        {
            throw new SourceException(error.IsTransient ? SourceErrorKind.Unavailable : error.SqlState is PostgresErrorCodes.UndefinedTable ? SourceErrorKind.NotFound : SourceErrorKind.BadInput,
                $"PostgreSQL at {address} says: {error.MessageText} ({error.SqlState}).{(error.Hint is { } hint ? $" {hint}" : "")} Correct the query or the connection.", error);
        }
        catch (Exception error) when (error is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
        {
            throw new SourceException(SourceErrorKind.Unavailable, $"PostgreSQL at {address} does not answer: {error.Message}. Check the connection and that the server runs.", error);
        }
    }

    private static async Task<long> CopyAsync(NpgsqlConnection database, DuckDbConnection connection, string sql, (DateTimeOffset, DateTimeOffset)? interval, List<PostgresColumn> columns, Action<long>? progress, CancellationToken cancellationToken)
    {
        await using var command = Command(database, sql, interval);
        await using var reader = await command.ExecuteReaderAsync(System.Data.CommandBehavior.SequentialAccess, cancellationToken);
        using var appender = connection.Append(StagedTable);
        long rows = 0;
        var inChunk = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            for (var i = 0; i < columns.Count; i++)
                columns[i].Write(reader, appender, i, inChunk);
            rows++;
            if (++inChunk < appender.Capacity)
                continue;
            appender.Flush(inChunk);
            inChunk = 0;
            if (rows % (appender.Capacity * 16) == 0)
                progress?.Invoke(rows);
        }
        if (inChunk > 0)
            appender.Flush(inChunk);
        appender.Complete();
        progress?.Invoke(rows);
        return rows;
    }

    private static async Task<List<PostgresColumn>> ColumnsAsync(NpgsqlConnection database, string query, (DateTimeOffset, DateTimeOffset)? interval, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        await using var command = Command(database, $"select * from (\n{query}\n) q limit 0", interval);
        await using var reader = await command.ExecuteReaderAsync(System.Data.CommandBehavior.SchemaOnly, cancellationToken);
        var columns = new List<PostgresColumn>();
        foreach (var column in await reader.GetColumnSchemaAsync(cancellationToken))
        {
            var type = column.DataTypeName ?? "text";
            if (type == "numeric" && column.NumericPrecision is { } precision)
                type = $"numeric({precision},{column.NumericScale ?? 0})";
            columns.Add(PostgresColumn.Of(column.ColumnName, type, zone));
        }
        if (columns.Count == 0)
            throw new SourceException(SourceErrorKind.BadInput, "The query returns no columns. Write one SELECT.");
        if (columns.GroupBy(column => column.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new SourceException(SourceErrorKind.BadInput, $"The query returns two columns named '{twice.Key}'. Give one another name with 'as'.");
        return columns;
    }

    /// <summary>The relations that the plan scans; a plan that cannot be had tells none.</summary>
    private static async Task<IReadOnlyList<(string Schema, string Name)>> RelationsAsync(NpgsqlConnection database, string query, (DateTimeOffset, DateTimeOffset)? interval, CancellationToken cancellationToken)
    {
        await using var command = Command(database, $"explain (verbose, format json) {query}", interval);
        var plan = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        using var json = JsonDocument.Parse(plan);
        var found = new List<(string Schema, string Name)>();
        Collect(json.RootElement, found);
        return [.. found.Distinct()];
    }

    private static void Collect(JsonElement node, List<(string Schema, string Name)> found)
    {
        if (node.ValueKind == JsonValueKind.Array)
        {
            foreach (var child in node.EnumerateArray())
                Collect(child, found);
        }
        else if (node.ValueKind == JsonValueKind.Object)
        {
            if (node.TryGetProperty("Relation Name", out var name) && node.TryGetProperty("Schema", out var schema))
                found.Add((schema.GetString()!, name.GetString()!));
            foreach (var property in node.EnumerateObject().Where(property => property.Name is "Plan" or "Plans"))
                Collect(property.Value, found);
        }
    }

    private static NpgsqlCommand Command(NpgsqlConnection database, string sql, (DateTimeOffset Start, DateTimeOffset End)? interval)
    {
        var command = new NpgsqlCommand(sql, database);
        if (sql.Contains("@interval_start", StringComparison.Ordinal))
            command.Parameters.AddWithValue("interval_start", Given(interval).Start.UtcDateTime);
        if (sql.Contains("@interval_end", StringComparison.Ordinal))
            command.Parameters.AddWithValue("interval_end", Given(interval).End.UtcDateTime);
        return command;
    }

    private static (DateTimeOffset Start, DateTimeOffset End) Given((DateTimeOffset Start, DateTimeOffset End)? interval) => interval
        ?? throw new SourceException(SourceErrorKind.BadOption, "The query uses $interval_start or $interval_end, and this run has no data interval. Run it with a date.");

    private static async Task ExecuteAsync(NpgsqlConnection database, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, database);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [GeneratedRegex(@"\$interval_start\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex IntervalStart();

    [GeneratedRegex(@"\$interval_end\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex IntervalEnd();
}
