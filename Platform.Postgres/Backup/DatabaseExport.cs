using System.Data;
using Dapper;
using Npgsql;

namespace Platform.Postgres.Backup;

/// <summary>
/// Copies the platform's tables out of a database that goes on working: every row as of one moment (a repeatable-read snapshot), in PostgreSQL's binary form. The embedded server has no pg_dump; and what is copied is
/// put back by this program's own migrations, so only rows need copying.
/// </summary>
public sealed class DatabaseExport : IAsyncDisposable
{
    private const int ChunkBytes = 4 << 20;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _snapshot;

    private DatabaseExport(NpgsqlConnection connection, NpgsqlTransaction snapshot, DatabaseContents contents)
    {
        _connection = connection;
        _snapshot = snapshot;
        Contents = contents;
    }

    /// <summary>What the copy holds.</summary>
    public DatabaseContents Contents { get; }

    /// <summary>Takes the snapshot. It holds vacuum back until disposed.</summary>
    public static async Task<DatabaseExport> BeginAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            // It may stand idle while files are written, and locks nothing that others wait for.
            await connection.ExecuteAsync(new CommandDefinition("set local idle_in_transaction_session_timeout = 0", transaction: snapshot, cancellationToken: cancellationToken));
            var migrations = await connection.QueryAsync<MigrationRow>(new CommandDefinition("select number, name, checksum from migrations order by number", transaction: snapshot, cancellationToken: cancellationToken));
            var tables = await connection.QueryAsync<TableRow>(new CommandDefinition("""
                select n.nspname::text as schema, c.relname::text as name,
                    array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns
                from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                where n.nspname in ('public', 'catalog') and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'migrations'
                  -- Tables that an extension brought.
                  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
                order by 1, 2
                """, transaction: snapshot, cancellationToken: cancellationToken));
            return new DatabaseExport(connection, snapshot, new DatabaseContents
            {
                Migrations = [.. migrations.Select(m => new AppliedMigration(m.Number, m.Name, m.Checksum))],
                Tables = [.. tables.Select(t => new CopiedTable(t.Schema, t.Name, t.Columns))],
                Server = connection.PostgreSqlVersion.ToString(),
            });
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads something else of the same snapshot.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, CancellationToken cancellationToken) =>
        (await _connection.QueryAsync<T>(new CommandDefinition(sql, transaction: _snapshot, commandTimeout: 0, cancellationToken: cancellationToken))).AsList();

    /// <summary>Copies a table in pieces of some megabytes; one piece at least.</summary>
    public async Task CopyAsync(CopiedTable table, Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellationToken)
    {
        // A query, because COPY takes no partitioned table by its name.
        await using var copy = await _connection.BeginRawBinaryCopyAsync($"copy (select {table.ColumnSql} from {table.Sql}) to stdout (format binary)", cancellationToken);
        var chunk = new byte[ChunkBytes];
        while (true)
        {
            var length = await copy.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, cancellationToken);
            if (length > 0)
                await write(chunk.AsMemory(0, length));
            if (length < chunk.Length)
                return;
        }
    }

    /// <summary>Where the sequences are now. To be read last: a sequence knows no snapshot, and must lie behind every number that was copied anywhere.</summary>
    public static async Task<IReadOnlyList<SequenceState>> SequencesAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var names = await connection.QueryAsync<(string Schema, string Name)>(new CommandDefinition(
            "select n.nspname::text, c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S' and n.nspname in ('public', 'catalog') order by 1, 2", cancellationToken: cancellationToken));
        var states = new List<SequenceState>();
        foreach (var (schema, name) in names)
        {
            var (last, called) = await connection.QuerySingleAsync<(long, bool)>(new CommandDefinition($"select last_value, is_called from {new CopiedTable(schema, name, []).Sql}", cancellationToken: cancellationToken));
            states.Add(new SequenceState(schema, name, last, called));
        }
        return states;
    }

    public async ValueTask DisposeAsync()
    {
        await _snapshot.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private sealed record MigrationRow
    {
        public required int Number { get; init; }

        public required string Name { get; init; }

        public required string Checksum { get; init; }
    }

    private sealed record TableRow
    {
        public required string Schema { get; init; }

        public required string Name { get; init; }

        public required string[] Columns { get; init; }
    }
}
