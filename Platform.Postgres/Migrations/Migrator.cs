using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using Platform.Postgres.Backup;

namespace Platform.Postgres.Migrations;

/// <summary>
/// Applies the numbered SQL files <c>NNNN_name.sql</c> that assemblies carry as embedded resources: in the order of their numbers, each in a transaction, one node at a time, forward only.
/// A file whose first line begins with <c>-- compatible:</c> leaves programs of the version before working: they go on and may start anew beside it. Any other one is applied only when no such program
/// holds the schema (<see cref="SchemaHold"/>), and refuses them afterwards.
/// Numbers by room: Postgres 0001-0009, Engine 0010-0019 and from 0040 on, Catalog 0020-0029, Server 0030-0039.
/// </summary>
public sealed partial class Migrator
{
    // Any number serves, as long as every version of the program uses the same one.
    private const long OneNodeAtATime = 0x506C6174666F726D;
    private readonly NpgsqlDataSource _dataSource;
    private readonly IReadOnlyList<MigrationFile> _files;
    private readonly TimeProvider _clock;

    /// <exception cref="DatabaseException">Two files have the same number.</exception>
    public Migrator(NpgsqlDataSource dataSource, IEnumerable<Assembly> assemblies, TimeProvider clock)
        : this(dataSource, [.. assemblies.Distinct().SelectMany(FilesOf)], clock)
    {
    }

    internal Migrator(NpgsqlDataSource dataSource, IReadOnlyList<MigrationFile> files, TimeProvider clock)
    {
        _dataSource = dataSource;
        _clock = clock;
        _files = [.. files.OrderBy(f => f.Number)];
        if (files.GroupBy(f => f.Number).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new DatabaseException($"Two migrations have the number {twice.Key:0000}: {string.Join(" and ", twice.Select(f => f.Name))}. Give one of them a free number.");
    }

    /// <summary>Applies what is missing; returns the names applied.</summary>
    /// <exception cref="DatabaseException">The database holds a migration that this program does not know, or a file that was applied has changed, or one fails.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        // A try and a pause instead of a waiting lock: a session that waits holds a snapshot, which a 'create index concurrently' of the holder would wait for in turn.
        while (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition("select pg_try_advisory_lock(@key)", new { key = OneNodeAtATime }, cancellationToken: cancellationToken)))
            await Task.Delay(TimeSpan.FromMilliseconds(20), _clock, cancellationToken);
        try
        {
            var applied = await AppliedAsync(connection, cancellationToken);
            Refuse(_files, applied);
            var missing = _files.Where(f => !applied.ContainsKey(f.Number)).ToList();
            // An empty database has nobody to protect.
            var alone = applied.Count > 0 && missing.FirstOrDefault(f => !f.Compatible) is { } breaking ? await SchemaHold.TakeAloneAsync(connection, breaking, _clock, cancellationToken) : null;
            await using (alone)
                foreach (var file in missing)
                    await ApplyAsync(connection, file, cancellationToken);
            return [.. missing.Select(f => f.Name)];
        }
        finally
        {
            // A closed connection has lost the lock with its session.
            if (connection.FullState == System.Data.ConnectionState.Open)
                await connection.ExecuteAsync("select pg_advisory_unlock(@key)", new { key = OneNodeAtATime });
        }
    }

    /// <summary>Applies to an empty database exactly these migrations.</summary>
    /// <exception cref="DatabaseException">The database holds tables, or this program lacks one of the migrations or has it with another text.</exception>
    internal async Task MigrateLikeAsync(IReadOnlyList<AppliedMigration> wanted, CancellationToken cancellationToken)
    {
        foreach (var migration in wanted)
        {
            if (_files.FirstOrDefault(f => f.Number == migration.Number) is not { } file)
                throw new DatabaseException($"The copy was made by a newer program: it has migration {migration.Number:0000}_{migration.Name}, which this program does not know. Restore it with that program.");
            if (file.Checksum != migration.Checksum)
                throw new DatabaseException($"The copy was made by another program: its migration {migration.Number:0000}_{migration.Name} has another text. Restore it with the program that made it.");
        }
        await using (var connection = await _dataSource.OpenConnectionAsync(cancellationToken))
        {
            if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition("select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'catalog') and c.relkind in ('r', 'p'))", cancellationToken: cancellationToken)))
                throw new DatabaseException("The database holds tables already. Restore into an empty one.");
        }
        var numbers = wanted.Select(m => m.Number).ToHashSet();
        await new Migrator(_dataSource, [.. _files.Where(f => numbers.Contains(f.Number))], _clock).MigrateAsync(cancellationToken);
    }

    /// <summary>The newest migration that this program knows.</summary>
    public int Newest => _files.Count == 0 ? 0 : _files[^1].Number;

    /// <summary>Why this program and the database do not fit, for people; null where they do. Changes nothing.</summary>
    public async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var applied = await AppliedAsync(connection, cancellationToken);
        try
        {
            Refuse(_files, applied);
        }
        catch (DatabaseException e)
        {
            return e.Message;
        }
        return _files.FirstOrDefault(f => !applied.ContainsKey(f.Number)) is { } missing ? $"The database lacks migration {missing.Number:0000}_{missing.Name}. Start this program anew: it applies it." : null;
    }

    private static async Task<Dictionary<int, AppliedRow>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Table = """
            create table if not exists migrations (
                number int primary key,
                name text not null,
                checksum text not null,
                applied_at timestamptz not null default now(),
                compatible boolean not null default false
            )
            """;
        var columns = (await connection.QueryAsync<string>(new CommandDefinition(
            "select attname::text from pg_attribute where attrelid = to_regclass('migrations') and attnum > 0 and not attisdropped", cancellationToken: cancellationToken))).ToHashSet();
        if (columns.Count == 0)
            await connection.ExecuteAsync(new CommandDefinition(Table, cancellationToken: cancellationToken));
        else if (!columns.Contains("compatible"))
            await connection.ExecuteAsync(new CommandDefinition("alter table migrations add column if not exists compatible boolean not null default false", cancellationToken: cancellationToken));
        var rows = await connection.QueryAsync<AppliedRow>(new CommandDefinition("select number, name, checksum, compatible from migrations", cancellationToken: cancellationToken));
        return rows.ToDictionary(r => r.Number);
    }

    /// <exception cref="DatabaseException">The database is of a version that this program cannot work with.</exception>
    private static void Refuse(IReadOnlyList<MigrationFile> files, Dictionary<int, AppliedRow> applied)
    {
        var known = files.Select(f => f.Number).ToHashSet();
        if (applied.Values.Where(a => !known.Contains(a.Number) && !a.Compatible).MaxBy(a => a.Number) is { } unknown)
            throw new DatabaseException($"The database is newer than this program: it has migration {unknown.Number:0000}_{unknown.Name}, which this program does not know and which is not marked as compatible with it. Update the program, or point it at another database.");
        foreach (var file in files)
        {
            if (applied.TryGetValue(file.Number, out var row) && row.Checksum != file.Checksum)
                throw new DatabaseException($"Migration {file.Number:0000}_{file.Name} has changed since it was applied to this database. Migrations only go forward: put the file back as it was and add a new one. For a database without worth, remove it and start again.");
        }
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, MigrationFile file, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(file.Sql, transaction: transaction, commandTimeout: 0, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(
                "insert into migrations (number, name, checksum, compatible) values (@Number, @Name, @Checksum, @Compatible)", new { file.Number, file.Name, file.Checksum, file.Compatible }, transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException e)
        {
            throw new DatabaseException($"Migration {file.Number:0000}_{file.Name} failed and was rolled back: {e.MessageText} ({e.SqlState}).", e);
        }
    }

    private static IEnumerable<MigrationFile> FilesOf(Assembly assembly)
    {
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            var match = ResourceName().Match(resource);
            if (!match.Success)
                continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return new MigrationFile(int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture), match.Groups["name"].Value, reader.ReadToEnd().ReplaceLineEndings("\n"));
        }
    }

    [GeneratedRegex(@"(?:^|\.)(?<number>\d{4})_(?<name>[a-z0-9_]+)\.sql$")]
    private static partial Regex ResourceName();

    private sealed record AppliedRow
    {
        public required int Number { get; init; }

        public required string Name { get; init; }

        public required string Checksum { get; init; }

        public required bool Compatible { get; init; }
    }
}

/// <summary>A numbered SQL file.</summary>
internal sealed record MigrationFile(int Number, string Name, string Sql)
{
    /// <summary>SHA-256 of the text, with line ends as on Unix.</summary>
    internal string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>Whether programs that do not know the file go on working beside it.</summary>
    internal bool Compatible { get; } = Sql.StartsWith("-- compatible:", StringComparison.Ordinal);
}
