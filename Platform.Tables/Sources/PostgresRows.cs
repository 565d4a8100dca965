using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Tables.Native;

namespace Platform.Tables.Sources;

/// <summary>How much of a relation is read to know it.</summary>
public sealed record PostgresReadLimits
{
    /// <summary>Rows read at most; a larger table is sampled.</summary>
    public long Rows { get; init; } = 200_000;

    /// <summary>Estimated rows up to which a sampled table is counted; beyond, the estimate stands.</summary>
    public long Counted { get; init; } = 1_000_000;

    /// <summary>Time after which the server ends a statement.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>What was read of a relation.</summary>
/// <param name="Rows">Rows of the relation; an estimate of the server's where <paramref name="IsEstimate"/>.</param>
/// <param name="RowsRead">Rows that were read.</param>
/// <param name="IsEstimate">Whether the rows are an estimate.</param>
/// <param name="Sample">How the rows that were read were chosen, in words; null where all were.</param>
public sealed record PostgresReading(long Rows, long RowsRead, bool IsEstimate, string? Sample);

/// <summary>Streams the rows of a relation, or of a sample of them, as texts.</summary>
public sealed class PostgresRows(PostgresAddress address, PostgresReadLimits limits)
{
    // Longer values say no more about a column, and a row must not fill the memory.
    private const int MostCharacters = (1 << 20) + 1;
    private const int MostBytes = 4096;

    /// <summary>Reads in one read-only transaction.</summary>
    /// <param name="schema">Its schema.</param>
    /// <param name="name">Its name.</param>
    /// <param name="canSample">Whether TABLESAMPLE works on it: tables and materialized views.</param>
    /// <param name="columns">Columns to read, with their types as <c>format_type</c> writes them.</param>
    /// <param name="row">Called with each row: a UTF-8 text a column, null for null. The array is used again.</param>
    /// <param name="cancellation">Ends the reading between rows.</param>
    /// <exception cref="SourceException">The database does not answer or refuses.</exception>
    public PostgresReading Read(string schema, string name, bool canSample, IReadOnlyList<(string Name, string Type)> columns, Action<byte[]?[]> row, CancellationToken cancellation)
    {
        var relation = $"{SqlText.Identifier(schema)}.{SqlText.Identifier(name)}";
        var select = $"select {string.Join(", ", columns.Select(column => Expression(column.Name, column.Type)))} from {relation}";
        return PostgresSession.Run(address, relation, limits.StatementTimeout, session =>
        {
            var planned = Planned(session, $"select {SqlText.Identifier(columns[0].Name)} from {relation}");
            if (canSample && planned > limits.Rows)
            {
                var percent = Math.Min(100, 110.0 * limits.Rows / planned);
                // Single rows where the table is counted, thus read, anyway; beyond, only some of its pages are touched.
                var method = planned <= limits.Counted ? "bernoulli" : "system";
                var sampled = Stream(session, string.Create(CultureInfo.InvariantCulture, $"{select} tablesample {method} ({percent:0.######}) repeatable (1) limit {limits.Rows}"), columns.Count, limits.Rows, row, cancellation);
                var (rows, estimate) = planned <= limits.Counted ? (Count(session, relation), false) : (planned, true);
                return new PostgresReading(Math.Max(rows, sampled.Rows), sampled.Rows, estimate, sampled.Rows < rows ? string.Create(CultureInfo.InvariantCulture, $"{sampled.Rows:N0} random rows (TABLESAMPLE {method.ToUpperInvariant()})") : null);
            }

            var read = Stream(session, string.Create(CultureInfo.InvariantCulture, $"{select} limit {limits.Rows + 1}"), columns.Count, limits.Rows, row, cancellation);
            if (!read.More)
                return new PostgresReading(read.Rows, read.Rows, IsEstimate: false, Sample: null);
            var words = string.Create(CultureInfo.InvariantCulture, $"the first {read.Rows:N0} rows that the server gave");
            // The plan was wrong by far, or it is a view, which may be as expensive to count as to read.
            return canSample
                ? new PostgresReading(Count(session, relation), read.Rows, IsEstimate: false, words)
                : new PostgresReading(Math.Max(planned, read.Rows + 1), read.Rows, IsEstimate: true, words);
        }, cancellation);
    }

    private static (long Rows, bool More) Stream(PostgresSession session, string sql, int columns, long most, Action<byte[]?[]> row, CancellationToken cancellation)
    {
        using var command = session.Command(sql);
        using var stop = cancellation.Register(command.Cancel);
        using var reader = command.ExecuteReader(System.Data.CommandBehavior.SequentialAccess);
        var cells = new byte[]?[columns];
        long rows = 0;
        while (reader.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            if (rows == most)
                return (rows, true);

            for (var i = 0; i < columns; i++)
                cells[i] = reader.IsDBNull(i) ? null : Encoding.UTF8.GetBytes(reader.GetString(i));
            row(cells);
            rows++;
        }

        return (rows, false);
    }

    private static long Planned(PostgresSession session, string sql)
    {
        using var command = session.Command($"explain (format json) {sql}");
        using var plan = JsonDocument.Parse((string)command.ExecuteScalar()!);
        return (long)plan.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetDouble();
    }

    private static long Count(PostgresSession session, string relation)
    {
        using var command = session.Command($"select count(*) from {relation}");
        return (long)command.ExecuteScalar()!;
    }

    // The texts of all types are read alike, and no value (infinity, a year before Christ, a number of a hundred digits) is without one.
    private static string Expression(string name, string type)
    {
        var column = SqlText.Identifier(name);
        if (type == "bytea")
            return $"substring({column} from 1 for {MostBytes})::text";
        return type.StartsWith("timestamp", StringComparison.Ordinal) && type.EndsWith("with time zone", StringComparison.Ordinal)
            ? $"({column} at time zone 'UTC')::text"
            : $"left({column}::text, {MostCharacters})";
    }
}
