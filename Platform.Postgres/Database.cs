using System.Net.Sockets;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.Postgres.Embedded;
using Platform.Postgres.Migrations;

namespace Platform.Postgres;

/// <summary>The platform's database: the server that was named, or the embedded one in the home folder.</summary>
public sealed class Database : IAsyncDisposable
{
    private const int OldestMajor = 14;
    private const int MostSteady = 8;
    private readonly EmbeddedPostgres? _embedded;
    private readonly TimeProvider _clock;
    private Migrator? _migrator;
    private readonly NpgsqlDataSource _steady;

    private Database(NpgsqlDataSource dataSource, NpgsqlDataSource steady, EmbeddedPostgres? embedded, string description, TimeProvider clock)
    {
        DataSource = dataSource;
        _steady = steady;
        _embedded = embedded;
        _clock = clock;
        Description = description;
    }

    /// <summary>Pooled connections.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <summary>Where the database is, for people: no password in it.</summary>
    public string Description { get; }

    /// <summary>Whether it is the embedded server.</summary>
    public bool IsEmbedded => _embedded is not null;

    /// <summary>Connects: to <see cref="DatabaseOptions.ConnectionString"/> if there is one, else to the embedded server of the home, which is started if need be.</summary>
    /// <exception cref="DatabaseException">The database cannot be reached or used; the message says what to do.</exception>
    public static async Task<Database> OpenAsync(DatabaseOptions options, CancellationToken cancellationToken)
    {
        DapperSetup.Apply();
        if (!string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            var given = ConnectionStrings.Parse(options.ConnectionString);
            return await ConnectFirstAsync(given, embedded: null, options, cancellationToken);
        }

        var embedded = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { Home = options.Home, Clock = options.Clock, LoggerFactory = options.LoggerFactory, Settings = options.EmbeddedSettings },
            cancellationToken);
        try
        {
            return await ConnectFirstAsync(embedded, options, cancellationToken);
        }
        catch
        {
            await embedded.DisposeAsync();
            throw;
        }
    }

    /// <summary>An open connection from the pool.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => DataSource.OpenConnectionAsync(cancellationToken);

    /// <summary>
    /// An open connection for statements that are few, fixed and frequent and touch few rows by their keys, such as the queue's: the server plans each once a connection
    /// instead of each time, which took longer than running them. Whoever uses it changes no setting of the session: it goes back as it is.
    /// </summary>
    public ValueTask<NpgsqlConnection> OpenSteadyAsync(CancellationToken cancellationToken) => _steady.OpenConnectionAsync(cancellationToken);

    /// <summary>Brings the schema up to what the given assemblies carry; see <see cref="Migrator"/>. This assembly's own files come along.</summary>
    /// <exception cref="DatabaseException">The database is newer than the program, or a file that was applied has changed.</exception>
    public async Task MigrateAsync(IEnumerable<Assembly> assemblies, CancellationToken cancellationToken)
    {
        var migrator = new Migrator(DataSource, [typeof(Database).Assembly, .. assemblies], _clock);
        await migrator.MigrateAsync(cancellationToken);
        _migrator = migrator;
    }

    /// <summary>Brings an empty database to the schema of a copy: applies the migrations that it lists and no other.</summary>
    /// <exception cref="DatabaseException">The database is not empty, or the copy is of a newer or another program.</exception>
    public async Task MigrateLikeAsync(IEnumerable<Assembly> assemblies, IReadOnlyList<Backup.AppliedMigration> applied, CancellationToken cancellationToken) =>
        await new Migrator(DataSource, [typeof(Database).Assembly, .. assemblies], _clock).MigrateLikeAsync(applied, cancellationToken);

    /// <summary>The newest migration that this program knows; 0 before <see cref="MigrateAsync"/>.</summary>
    public int NewestMigration => _migrator?.Newest ?? 0;

    /// <summary>Why this program and the database's schema do not fit, for people; null where they do, and before <see cref="MigrateAsync"/>.</summary>
    public async Task<string?> SchemaProblemAsync(CancellationToken cancellationToken) =>
        _migrator is null ? null : await _migrator.ProblemAsync(cancellationToken);

    /// <summary>Keeps newer programs from changing the schema in a way that this one does not understand, until disposed. For processes that stay.</summary>
    /// <param name="who">Name of the process, for the message that a newer program gives.</param>
    public SchemaHold HoldSchema(string who) => new(DataSource, who);

    /// <summary>Closes the pool, and leaves the embedded server: the last to leave stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await _steady.DisposeAsync();
        if (_embedded is not null)
            await _embedded.DisposeAsync();
    }

    private static NpgsqlDataSource Steady(NpgsqlConnectionStringBuilder settings, ILoggerFactory loggerFactory)
    {
        // The second use of a statement prepares it, for good.
        var builder = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { MaxPoolSize = Math.Min(settings.MaxPoolSize, MostSteady), NoResetOnClose = true, AutoPrepareMinUsages = 2 }.ConnectionString);
        builder.UseLoggerFactory(loggerFactory);
        // A plan that was made while the queue was empty must still be right when ten thousand tasks are ready: by index, from the first row on.
        const string Settings = """
            set plan_cache_mode = force_generic_plan; set jit = off;
            set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off; set enable_mergejoin = off
            """;
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(Settings, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(Settings, connection);
                await command.ExecuteNonQueryAsync();
            });
        return builder.Build();
    }

    /// <summary>The server that was found may be dying of a kill at this moment; it is brought back within a second or two.</summary>
    private static async Task<Database> ConnectFirstAsync(EmbeddedPostgres embedded, DatabaseOptions options, CancellationToken cancellationToken)
    {
        var since = options.Clock.GetTimestamp();
        while (true)
        {
            try
            {
                return await ConnectFirstAsync(ConnectionStrings.Parse(embedded.ConnectionString), embedded, options, cancellationToken);
            }
            catch (DatabaseException e) when (e.InnerException is NpgsqlException { IsTransient: true } && options.Clock.GetElapsedTime(since) < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), options.Clock, cancellationToken);
            }
        }
    }

    private static async Task<Database> ConnectFirstAsync(NpgsqlConnectionStringBuilder settings, EmbeddedPostgres? embedded, DatabaseOptions options, CancellationToken cancellationToken)
    {
        var where = $"{settings.Host}:{settings.Port}/{settings.Database}";
        ConnectionStrings.AddDefaults(settings);
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.UseLoggerFactory(options.LoggerFactory);
        var source = builder.Build();
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            if (connection.PostgreSqlVersion.Major < OldestMajor)
                throw new DatabaseException($"The server at {where} is PostgreSQL {connection.PostgreSqlVersion}. Version {OldestMajor} or newer is needed.");
            return new Database(source, Steady(settings, options.LoggerFactory), embedded, embedded is null ? where : $"embedded in {Path.Combine(Path.GetFullPath(options.Home), "postgres")}", options.Clock);
        }
        catch (Exception e)
        {
            await source.DisposeAsync();
            throw e switch
            {
                PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => new DatabaseException($"The server at {settings.Host}:{settings.Port} has no database '{settings.Database}'. Create it (create database {settings.Database}), or correct --database.", e),
                PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } => new DatabaseException($"The server at {where} refused the user '{settings.Username}' or the password. Correct --database.", e),
                PostgresException p => new DatabaseException($"The server at {where} refused the connection: {p.MessageText}", e),
                NpgsqlException { InnerException: SocketException s } => new DatabaseException($"The database at {where} cannot be reached: {s.Message}. Check that the server runs and that --database names it rightly.", e),
                NpgsqlException { InnerException: TimeoutException } or TimeoutException => new DatabaseException($"The database at {where} did not answer within {settings.Timeout} s. Check that the server runs and that --database names it rightly.", e),
                NpgsqlException or SocketException => new DatabaseException($"The database at {where} cannot be used: {e.Message}", e),
                _ => e,
            };
        }
    }
}

/// <summary>Which database to open.</summary>
public sealed record DatabaseOptions
{
    /// <summary>What was given as <c>--database</c> or <c>PLATFORM_DATABASE</c>: Npgsql's form or a <c>postgresql://</c> address. Null or empty for the embedded server.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The platform's home folder, for the embedded server.</summary>
    public required string Home { get; init; }

    /// <summary>Settings for the embedded server when this process starts it. Default: none.</summary>
    public IReadOnlyDictionary<string, string> EmbeddedSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>The platform's clock. Default: the machine's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Hears warnings. Default: nobody.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
