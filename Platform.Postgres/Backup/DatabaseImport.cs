using Dapper;
using Npgsql;

namespace Platform.Postgres.Backup;

/// <summary>Puts the rows of a <see cref="DatabaseExport"/> into an empty database whose schema is that of the copy. Everything in one transaction: if it fails, the database is as empty as before.</summary>
public sealed class DatabaseImport : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly DatabaseContents _contents;
    private readonly IReadOnlyList<ForeignKey> _foreignKeys;
    private NpgsqlRawCopyStream? _copy;
    private string? _table;

    private DatabaseImport(NpgsqlConnection connection, NpgsqlTransaction transaction, DatabaseContents contents, IReadOnlyList<ForeignKey> foreignKeys)
    {
        _connection = connection;
        _transaction = transaction;
        _contents = contents;
        _foreignKeys = foreignKeys;
    }

    /// <summary>Empties the tables, and sets keys to other tables and triggers aside: two tables that refer to each other have no order in which both could be filled, and a trigger would write again what is in the copy.</summary>
    /// <exception cref="DatabaseException">A table or a column of the copy is not there.</exception>
    public static async Task<DatabaseImport> BeginAsync(NpgsqlDataSource dataSource, DatabaseContents contents, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken);
            // It stands idle while files are read, and nobody else uses the database yet.
            await connection.ExecuteAsync(new CommandDefinition("set local idle_in_transaction_session_timeout = 0", transaction: transaction, cancellationToken: cancellationToken));
            var known = (await connection.QueryAsync<(string Table, string Column)>(new CommandDefinition("""
                select n.nspname || '.' || c.relname, a.attname::text
                from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
                where n.nspname in ('public', 'catalog') and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
                """, transaction: transaction, cancellationToken: cancellationToken))).ToHashSet();
            foreach (var table in contents.Tables)
                if (table.Columns.FirstOrDefault(c => !known.Contains((table.FullName, c))) is { } missing)
                    throw new DatabaseException($"The copy holds column {missing} of table {table.FullName}, which this program's schema does not have. Restore it with the program that made it.");
            var keys = (await connection.QueryAsync<ForeignKey>(new CommandDefinition("""
                select c.conrelid::regclass::text as table, quote_ident(c.conname) as name, pg_get_constraintdef(c.oid) as definition
                from pg_constraint c join pg_namespace n on n.oid = c.connamespace
                where c.contype = 'f' and c.conparentid = 0 and n.nspname in ('public', 'catalog')
                """, transaction: transaction, cancellationToken: cancellationToken))).AsList();
            foreach (var key in keys)
                await connection.ExecuteAsync(new CommandDefinition($"alter table {key.Table} drop constraint {key.Name}", transaction: transaction, cancellationToken: cancellationToken));
            foreach (var table in contents.Tables)
                await connection.ExecuteAsync(new CommandDefinition($"alter table {table.Sql} disable trigger user; truncate {table.Sql}", transaction: transaction, cancellationToken: cancellationToken));
            return new DatabaseImport(connection, transaction, contents, keys);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the next piece of a table. The pieces of a table follow each other.</summary>
    public async Task WriteAsync(string table, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (_table != table)
        {
            await EndTableAsync();
            var copied = _contents.Tables.FirstOrDefault(t => t.FullName == table) ?? throw new DatabaseException($"The copy holds rows of table {table}, which it does not list. It is damaged.");
            _copy = await _connection.BeginRawBinaryCopyAsync($"copy {copied.Sql} ({copied.ColumnSql}) from stdin (format binary)", cancellationToken);
            _table = table;
        }
        await _copy!.WriteAsync(piece, cancellationToken);
    }

    /// <summary>Ends the last table and lets the caller change what was written, in the same transaction.</summary>
    public async Task ExecuteAsync(string sql, object? parameters, CancellationToken cancellationToken)
    {
        await EndTableAsync();
        await _connection.ExecuteAsync(new CommandDefinition(sql, parameters, _transaction, commandTimeout: 0, cancellationToken: cancellationToken));
    }

    /// <summary>
    /// Sets the sequences, numbers the events anew and puts keys and triggers back, which checks every reference; then commits. Events are numbered anew because their place is the number of the transaction that
    /// wrote them, and this server counts its own.
    /// </summary>
    public async Task CommitAsync(IReadOnlyList<SequenceState> sequences, CancellationToken cancellationToken)
    {
        await ExecuteAsync("""
            create temp table event on commit drop as select row_number() over (order by transaction_id, id) as place, * from outbox;
            truncate outbox;
            insert into outbox (transaction_id, id, type, key, payload, created_at) overriding system value
            select pg_current_xact_id(), place, type, key, payload, created_at from event;
            update outbox_consumers c set
                id = coalesce(m.place, 0), transaction_id = case when m.place is null then '0'::xid8 else pg_current_xact_id() end
            from outbox_consumers o
            left join lateral (select max(e.place) as place from event e where (e.transaction_id, e.id) <= (o.transaction_id, o.id)) m on true
            where c.name = o.name
            """, null, cancellationToken);
        foreach (var sequence in sequences)
            await ExecuteAsync($"select setval('{new CopiedTable(sequence.Schema, sequence.Name, []).Sql}', @Last, @Called)", new { sequence.Last, sequence.Called }, cancellationToken);
        await ExecuteAsync("select setval(pg_get_serial_sequence('outbox', 'id'), greatest((select max(id) from outbox), nextval(pg_get_serial_sequence('outbox', 'id'))))", null, cancellationToken);
        foreach (var table in _contents.Tables)
            await ExecuteAsync($"alter table {table.Sql} enable trigger user", null, cancellationToken);
        foreach (var key in _foreignKeys)
            await ExecuteAsync($"alter table {key.Table} add constraint {key.Name} {key.Definition}", null, cancellationToken);
        await _transaction.CommitAsync(cancellationToken);
        // Dapper takes a single word for the name of a procedure.
        await _connection.ExecuteAsync(new CommandDefinition("analyze", commandTimeout: 0, commandType: System.Data.CommandType.Text, cancellationToken: cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_copy is not null)
                await _copy.CancelAsync();
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or ObjectDisposedException)
        {
            // It is given up anyway.
        }
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task EndTableAsync()
    {
        if (_copy is null)
            return;
        var copy = _copy;
        (_copy, _table) = (null, null);
        try
        {
            await copy.DisposeAsync();
        }
        catch (PostgresException e)
        {
            throw new DatabaseException($"The rows of a table could not be put back: {e.MessageText}{(e.Where is { } where ? $" ({where})" : "")}. The copy is damaged, or of another version.", e);
        }
    }

    private sealed record ForeignKey
    {
        public required string Table { get; init; }

        public required string Name { get; init; }

        public required string Definition { get; init; }
    }
}
