using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Npgsql;
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

    /// <summary>Tables read at the same time, each over a connection of its own. 4 by default, 1 to 16.</summary>
    public int Connections { get; init; } = 4;
}

/// <summary>What was read of a relation.</summary>
/// <param name="Rows">Rows of the relation; an estimate of the server's where <paramref name="IsEstimate"/>.</param>
/// <param name="RowsRead">Rows that were read.</param>
/// <param name="IsEstimate">Whether the rows are an estimate.</param>
/// <param name="Sample">How the rows that were read were chosen, in words; null where all were.</param>
public sealed record PostgresReading(long Rows, long RowsRead, bool IsEstimate, string? Sample);

/// <summary>Takes the cells of a row as texts, then the row's end. What is given is valid until the call returns.</summary>
public interface IPostgresRowSink
{
    /// <summary>A value in UTF-8.</summary>
    /// <param name="column">Its place among the columns that were asked for.</param>
    /// <param name="text">The text; may be empty.</param>
    void Value(int column, ReadOnlySpan<byte> text);

    /// <summary>A null.</summary>
    void Null(int column);

    /// <summary>The row is complete.</summary>
    void EndRow();
}

/// <summary>Streams the rows of a relation, or of a sample of them, as texts.</summary>
public sealed class PostgresRows(PostgresAddress address, PostgresReadLimits limits)
{
    // Longer values say no more about a column, and a row must not fill the memory.
    private const int MostCharacters = (1 << 20) + 1;
    private const int MostBytes = 4096;

    // A value that is stored in no more is short even unpacked; looking at the size costs far less than counting the characters of each.
    private const int ShortStored = 8192;

    // Header and pointer that each row of a table takes in its pages.
    private const int LeastRowBytes = 28;

    /// <summary>Reads in one read-only transaction.</summary>
    /// <param name="schema">Its schema.</param>
    /// <param name="name">Its name.</param>
    /// <param name="canSample">Whether TABLESAMPLE works on it: tables and materialized views.</param>
    /// <param name="bytes">Bytes that its pages take; null where unknown.</param>
    /// <param name="columns">Columns to read, with their types as <c>format_type</c> writes them.</param>
    /// <param name="sink">Takes the rows.</param>
    /// <param name="cancellation">Ends the reading between rows.</param>
    /// <exception cref="SourceException">The database does not answer or refuses.</exception>
    public PostgresReading Read(string schema, string name, bool canSample, long? bytes, IReadOnlyList<(string Name, string Type)> columns, IPostgresRowSink sink, CancellationToken cancellation)
    {
        var relation = $"{SqlText.Identifier(schema)}.{SqlText.Identifier(name)}";
        var select = $"select {string.Join(", ", columns.Select(column => Expression(column.Name, column.Type)))} from {relation}";
        return PostgresSession.Run(address, relation, limits.StatementTimeout, session =>
        {
            // So few pages cannot hold more rows than are read anyway.
            var isSmall = canSample && bytes is { } size && size / LeastRowBytes <= limits.Rows;
            var planned = isSmall ? 0 : Planned(session, $"select {SqlText.Identifier(columns[0].Name)} from {relation}");
            if (canSample && planned > limits.Rows)
            {
                var percent = Math.Min(100, 110.0 * limits.Rows / planned);
                // Single rows where the table is counted, thus read, anyway; beyond, only some of its pages are touched.
                var method = planned <= limits.Counted ? "bernoulli" : "system";
                var sampled = Stream(session, string.Create(CultureInfo.InvariantCulture, $"{select} tablesample {method} ({percent:0.######}) repeatable (1) limit {limits.Rows}"), limits.Rows, sink, cancellation);
                var (rows, estimate) = planned <= limits.Counted ? (Count(session, relation), false) : (planned, true);
                return new PostgresReading(Math.Max(rows, sampled.Rows), sampled.Rows, estimate, sampled.Rows < rows ? string.Create(CultureInfo.InvariantCulture, $"{sampled.Rows:N0} random rows (TABLESAMPLE {method.ToUpperInvariant()})") : null);
            }

            var read = Stream(session, string.Create(CultureInfo.InvariantCulture, $"{select} limit {limits.Rows + 1}"), limits.Rows, sink, cancellation);
            if (!read.More)
                return new PostgresReading(read.Rows, read.Rows, IsEstimate: false, Sample: null);
            var words = string.Create(CultureInfo.InvariantCulture, $"the first {read.Rows:N0} rows that the server gave");
            // The plan was wrong by far, or it is a view, which may be as expensive to count as to read.
            return canSample
                ? new PostgresReading(Count(session, relation), read.Rows, IsEstimate: false, words)
                : new PostgresReading(Math.Max(planned, read.Rows + 1), read.Rows, IsEstimate: true, words);
        }, cancellation);
    }

    // COPY carries fields without a message and an object for each row: half the work on both sides.
    private static (long Rows, bool More) Stream(PostgresSession session, string sql, long most, IPostgresRowSink sink, CancellationToken cancellation)
    {
        using var copy = session.Copy($"copy ({sql}) to stdout (format binary)");
        using var stop = cancellation.Register(copy.Cancel);
        var fields = new CopyFields(copy);
        fields.Skip(11 + sizeof(int));
        fields.Skip(fields.Int32());
        long rows = 0;
        for (int columns = fields.Int16(); columns >= 0; columns = fields.Int16())
        {
            if ((rows & 255) == 0)
                cancellation.ThrowIfCancellationRequested();
            var isMore = rows == most;
            for (var i = 0; i < columns; i++)
            {
                var length = fields.Int32();
                if (isMore)
                    fields.Skip(Math.Max(0, length));
                else if (length < 0)
                    sink.Null(i);
                else
                    sink.Value(i, fields.Bytes(length));
            }

            if (isMore)
                return (rows, true);
            sink.EndRow();
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

    /// <summary>The expression for a column's text as profiles and checks read it: times in UTC without a zone, and addresses without the mask that only the cast writes (10.0.0.1, not 10.0.0.1/32).</summary>
    /// <param name="name">The column.</param>
    /// <param name="type">Its type as <c>format_type</c> writes it; null where it is not known.</param>
    public static string TextOf(string name, string? type)
    {
        var column = SqlText.Identifier(name);
        return type == "inet" ? $"pg_catalog.abbrev({column})"
            : type is not null && type.StartsWith("timestamp", StringComparison.Ordinal) && type.EndsWith("with time zone", StringComparison.Ordinal) ? $"({column} at time zone 'UTC')::text"
            : $"{column}::text";
    }

    // The texts of all types are read alike, and no value (infinity, a year before Christ, a number of a hundred digits) is without one.
    private static string Expression(string name, string type)
    {
        var column = SqlText.Identifier(name);
        if (type == "bytea")
            return $"substring({column} from 1 for {MostBytes})::text";
        return type is "smallint" or "integer" or "bigint" or "boolean" or "real" or "double precision" or "date" or "uuid" or "inet" or "cidr" or "macaddr" or "interval" or "money" || type.StartsWith("time", StringComparison.Ordinal)
            ? TextOf(name, type)
            : $"case when pg_catalog.pg_column_size({column}) > {ShortStored} then left({column}::text, {MostCharacters}) else {column}::text end";
    }

    // The fields of COPY's binary form: lengths in network order, then the bytes (protocol: "Binary Format" of COPY).
    private sealed class CopyFields(NpgsqlRawCopyStream stream)
    {
        private byte[] _buffer = new byte[1 << 16];
        private int _at;
        private int _end;

        public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Bytes(sizeof(short)));

        public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Bytes(sizeof(int)));

        public void Skip(int length)
        {
            while (length > 0)
            {
                var part = Math.Min(length, 1 << 15);
                Bytes(part);
                length -= part;
            }
        }

        public ReadOnlySpan<byte> Bytes(int length)
        {
            if (_end - _at < length)
                Fill(length);
            _at += length;
            return _buffer.AsSpan(_at - length, length);
        }

        private void Fill(int length)
        {
            var left = _buffer.AsSpan(_at.._end);
            if (length > _buffer.Length)
            {
                var larger = new byte[Math.Max(length, _buffer.Length * 2)];
                left.CopyTo(larger);
                _buffer = larger;
            }
            else
            {
                left.CopyTo(_buffer);
            }

            (_at, _end) = (0, left.Length);
            while (_end < length)
            {
                var read = stream.Read(_buffer, _end, _buffer.Length - _end);
                if (read == 0)
                    throw new NpgsqlException("The server ended the rows in the middle of one.");
                _end += read;
            }
        }
    }
}
