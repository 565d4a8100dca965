using System.Data;
using Npgsql;

namespace Platform.Tables.Sources;

/// <summary>One read-only transaction that looks at a database without disturbing it: bounded statements, bounded waits for locks, times in UTC.</summary>
internal sealed class PostgresSession : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private PostgresSession(NpgsqlConnection connection, NpgsqlTransaction transaction) => (_connection, _transaction) = (connection, transaction);

    public static PostgresSession Open(PostgresAddress address, TimeSpan statementTimeout)
    {
        var connection = new NpgsqlConnection(address.ConnectionString(pooled: true));
        try
        {
            connection.Open();
            var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
            var session = new PostgresSession(connection, transaction);
            using var command = session.Command($"set transaction read only; set local statement_timeout = {(long)statementTimeout.TotalMilliseconds}; set local lock_timeout = 10000; set local time zone 'UTC'; set local datestyle = 'ISO'; set local bytea_output = 'hex'");
            command.ExecuteNonQuery();
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Closes the connections that are kept for further looks: a new scan begins with the rights that its user has by now.</summary>
    public static void Forget(PostgresAddress address)
    {
        using var connection = new NpgsqlConnection(address.ConnectionString(pooled: true));
        NpgsqlConnection.ClearPool(connection);
    }

    public NpgsqlCommand Command(string sql) => new(sql, _connection, _transaction);

    /// <summary>A statement that is sent as it stands, without being cut at its semicolons.</summary>
    public NpgsqlBatch Batch(string sql) => new(_connection, _transaction) { BatchCommands = { new NpgsqlBatchCommand(sql) } };

    /// <summary>The raw bytes of a COPY to the client.</summary>
    public NpgsqlRawCopyStream Copy(string sql) => _connection.BeginRawBinaryCopy(sql);

    public void Dispose()
    {
        _transaction.Dispose();
        _connection.Dispose();
    }

    /// <summary>Does <paramref name="work"/> and says what the server says in our words.</summary>
    /// <exception cref="SourceException">The database does not answer or refuses.</exception>
    public static T Run<T>(PostgresAddress address, string what, TimeSpan statementTimeout, Func<PostgresSession, T> work, CancellationToken cancellation)
    {
        PostgresHealth.Check(address);
        try
        {
            using var session = Open(address, statementTimeout);
            PostgresHealth.Answered(address);
            return work(session);
        }
        catch (PostgresException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (PostgresException error)
        {
            var advice = error.SqlState switch
            {
                PostgresErrorCodes.InsufficientPrivilege => "Grant SELECT to the connection's user, or leave it.",
                PostgresErrorCodes.QueryCanceled => "It took too long; a view may be expensive to read.",
                PostgresErrorCodes.LockNotAvailable => "Another session holds it; try again later.",
                _ => "Check the connection and the object.",
            };
            throw new SourceException(error.IsTransient ? SourceErrorKind.Unavailable : error.SqlState is PostgresErrorCodes.UndefinedTable ? SourceErrorKind.NotFound : SourceErrorKind.BadInput,
                $"PostgreSQL at {address} says of {what}: {error.MessageText} ({error.SqlState}). {advice}", error);
        }
        catch (Exception error) when (error is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
        {
            PostgresHealth.Failed(address);
            throw new SourceException(SourceErrorKind.Unavailable, $"PostgreSQL at {address} does not answer: {error.Message}. Check the connection and that the server runs.", error);
        }
    }
}
