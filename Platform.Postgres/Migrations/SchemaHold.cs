using Dapper;
using Npgsql;

namespace Platform.Postgres.Migrations;

/// <summary>
/// A process's word that it works with the schema as it is: a shared advisory lock on a connection of its own. A migration that is not marked compatible needs the same lock alone, so it waits for such processes and then
/// refuses, naming them. A process that dies loses the lock with its connection; one whose connection breaks takes it again with <see cref="EnsureAsync"/>.
/// </summary>
public sealed class SchemaHold : IAsyncDisposable
{
    // Any number serves, as long as every version of the program uses the same one.
    private const long Key = 0x506C617453636865;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly NpgsqlDataSource _dataSource;
    private readonly string _who;
    private NpgsqlConnection? _connection;

    internal SchemaHold(NpgsqlDataSource dataSource, string who)
    {
        _dataSource = dataSource;
        _who = who;
    }

    /// <summary>Takes the lock if it is not held. Waits for a migration that runs at this moment.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (_connection is not null)
        {
            try
            {
                await _connection.ExecuteAsync(new CommandDefinition("select 1", cancellationToken: cancellationToken));
                return;
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException)
            {
                // The server was away: the lock went with the session.
                await _connection.DisposeAsync();
                _connection = null;
            }
        }
        // It stays open for the life of the process: back in the pool it would lose the lock.
        var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(new CommandDefinition("select set_config('application_name', @name, false)", new { name = Name(_who) }, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_lock_shared(@Key)", new { Key }, commandTimeout: 0, cancellationToken: cancellationToken));
            _connection = connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is null)
            return;
        try
        {
            // The pool resets a connection only when it is used again, so the lock would stay with it.
            await _connection.ExecuteAsync("select pg_advisory_unlock_shared(@Key)", new { Key });
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException)
        {
            // The server is away, and the lock with it.
        }
        await _connection.DisposeAsync();
        _connection = null;
    }

    /// <summary>Takes the lock alone for a migration, until the result is disposed.</summary>
    /// <exception cref="DatabaseException">Processes still hold it after 15 s; the message names them.</exception>
    internal static async Task<IAsyncDisposable> TakeAloneAsync(NpgsqlConnection connection, MigrationFile file, TimeProvider clock, CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        while (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition("select pg_try_advisory_lock(@Key)", new { Key }, cancellationToken: cancellationToken)))
        {
            if (clock.GetElapsedTime(since) >= Patience)
            {
                var holders = await connection.QueryAsync<string>(new CommandDefinition("""
                    select coalesce(nullif(a.application_name, ''), 'process ' || l.pid) || coalesce(' at ' || a.client_addr::text, '')
                    from pg_locks l join pg_stat_activity a on a.pid = l.pid
                    where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
                      and (l.classid::bigint << 32 | l.objid::bigint) = @Key and l.pid <> pg_backend_pid()
                    order by 1
                    """, new { Key }, cancellationToken: cancellationToken));
                throw new DatabaseException($"Migration {file.Number:0000}_{file.Name} changes the schema in a way that running processes of an older version do not understand, and these still run: {string.Join(", ", holders)}. Stop them, then start this one again.");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellationToken);
        }
        return new Alone(connection);
    }

    // PostgreSQL cuts a name at 63 bytes.
    private static string Name(string who) => who.Length > 60 ? who[..60] : who;

    private sealed class Alone(NpgsqlConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (connection.FullState == System.Data.ConnectionState.Open)
                await connection.ExecuteAsync("select pg_advisory_unlock(@Key)", new { Key });
        }
    }
}
