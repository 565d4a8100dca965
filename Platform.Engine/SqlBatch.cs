using Npgsql;
using NpgsqlTypes;

namespace Platform.Engine;

/// <summary>Statements that go to the server together: one round trip for all of them. Parameters are positional, <c>$1</c> and so on.</summary>
internal sealed class SqlBatch(NpgsqlConnection connection, NpgsqlTransaction? transaction) : IAsyncDisposable
{
    private readonly NpgsqlBatch _batch = new(connection, transaction);

    /// <summary>Statements added so far.</summary>
    public int Count => _batch.BatchCommands.Count;

    /// <summary>Adds a statement.</summary>
    public void Add(string sql, params ReadOnlySpan<SqlValue> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(value.Parameter);
        _batch.BatchCommands.Add(command);
    }

    /// <summary>Runs the statements, whose results nobody needs.</summary>
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        if (Count > 0)
            await _batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs the statements and reads their results in order; statements without rows have none.</summary>
    public Task<NpgsqlDataReader> ReadAsync(CancellationToken cancellationToken) => _batch.ExecuteReaderAsync(cancellationToken);

    public ValueTask DisposeAsync() => _batch.DisposeAsync();
}

/// <summary>A parameter's value with its type, so that a null has one too and an array is one value.</summary>
internal readonly struct SqlValue
{
    private SqlValue(object? value, NpgsqlDbType type) =>
        Parameter = new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    public NpgsqlParameter Parameter { get; }

    public static implicit operator SqlValue(string? value) => new(value, NpgsqlDbType.Text);

    public static implicit operator SqlValue(short value) => new(value, NpgsqlDbType.Smallint);

    public static implicit operator SqlValue(int value) => new(value, NpgsqlDbType.Integer);

    public static implicit operator SqlValue(int? value) => new(value, NpgsqlDbType.Integer);

    public static implicit operator SqlValue(long value) => new(value, NpgsqlDbType.Bigint);

    public static implicit operator SqlValue(long? value) => new(value, NpgsqlDbType.Bigint);

    public static implicit operator SqlValue(bool value) => new(value, NpgsqlDbType.Boolean);

    public static implicit operator SqlValue(double value) => new(value, NpgsqlDbType.Double);

    public static implicit operator SqlValue(TimeSpan? value) => new(value, NpgsqlDbType.Interval);

    public static implicit operator SqlValue(DateTimeOffset? value) => new(value?.ToUniversalTime(), NpgsqlDbType.TimestampTz);

    public static implicit operator SqlValue(string?[]? values) => new(values, NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static implicit operator SqlValue(short[] values) => new(values, NpgsqlDbType.Array | NpgsqlDbType.Smallint);

    public static implicit operator SqlValue(int[] values) => new(values, NpgsqlDbType.Array | NpgsqlDbType.Integer);

    public static implicit operator SqlValue(int?[] values) => new(values, NpgsqlDbType.Array | NpgsqlDbType.Integer);

    public static implicit operator SqlValue(long[] values) => new(values, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static implicit operator SqlValue(long?[] values) => new(values, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static implicit operator SqlValue(bool[] values) => new(values, NpgsqlDbType.Array | NpgsqlDbType.Boolean);

    public static implicit operator SqlValue(double[] values) => new(values, NpgsqlDbType.Array | NpgsqlDbType.Double);

    public static implicit operator SqlValue(TimeSpan[] values) => new(values, NpgsqlDbType.Array | NpgsqlDbType.Interval);

    public static implicit operator SqlValue(TimeSpan?[] values) => new(values, NpgsqlDbType.Array | NpgsqlDbType.Interval);

    public static implicit operator SqlValue(DateTimeOffset?[] values) => new(Array.ConvertAll(values, v => v?.ToUniversalTime()), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);

    public static implicit operator SqlValue(DateTimeOffset[] values) => new(values, NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);
}

/// <summary>Reads of columns that may be null.</summary>
internal static class ReaderExtensions
{
    public static string? Text(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static DateTimeOffset? Time(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    public static long? Long(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
