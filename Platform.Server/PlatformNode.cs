using Platform.Catalog.Projection;
using Platform.Postgres;
using Platform.Postgres.Embedded;
using Platform.Server.CommandLine;
using Platform.Server.Hosting;

namespace Platform.Server;

/// <summary>One process of the platform with its rooms wired: the database is open and migrated, services can be asked for.</summary>
internal sealed class PlatformNode : IAsyncDisposable
{
    private readonly Database _database;
    private readonly ServiceProvider _services;

    private PlatformNode(PlatformOptions options, Database database, ServiceProvider services)
    {
        Options = options;
        _database = database;
        _services = services;
    }

    /// <summary>Where it lives.</summary>
    public PlatformOptions Options { get; }

    /// <summary>Opens the database, brings its schema up to date and wires the rooms, for a command that serves no pages.</summary>
    /// <exception cref="DatabaseException">The database cannot be reached, started or brought up to date.</exception>
    public static async Task<PlatformNode> OpenAsync(PlatformOptions options, CancellationToken cancellationToken)
    {
        var database = await OpenDatabaseAsync(options, cancellationToken);
        var services = new ServiceCollection();
        services.AddLogging(l => l.AddPlatformConsole(options.JsonLog).SetMinimumLevel(LogLevel.Warning)
            .AddConsole(c => c.LogToStandardErrorThreshold = LogLevel.Trace));
        services.AddPlatformRooms(options, database);
        return new PlatformNode(options, database, services.BuildServiceProvider());
    }

    /// <summary>As <see cref="OpenAsync"/>, for commands that only make sense where a platform is: a mistyped folder must not become a new one.</summary>
    /// <exception cref="CliError">The home has no database of its own, and no other was named.</exception>
    public static Task<PlatformNode> OpenExistingAsync(PlatformOptions options, CancellationToken cancellationToken) =>
        options.Database is null && !EmbeddedPostgres.Exists(options.Home) ? throw CliError.NoPlatform(options.Home) : OpenAsync(options, cancellationToken);

    /// <summary>Opens the database and brings its schema up to date.</summary>
    public static async Task<Database> OpenDatabaseAsync(PlatformOptions options, CancellationToken cancellationToken)
    {
        var database = await Database.OpenAsync(new DatabaseOptions { ConnectionString = options.Database, Home = options.Home }, cancellationToken);
        try
        {
            await database.MigrateAsync(Rooms.WithSchema, cancellationToken);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>A service of a room.</summary>
    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Something made of a room's services that is no service itself.</summary>
    public T Create<T>() where T : notnull => ActivatorUtilities.CreateInstance<T>(_services);

    /// <summary>Brings the catalog up to the events so far, so that a command right after a run sees what it wrote, also where no server runs.</summary>
    public Task ProjectAsync(CancellationToken cancellationToken) => Get<LineageProjector>().DrainAsync(cancellationToken);

    /// <summary>The node's services, for activities.</summary>
    public IServiceProvider Services => _services;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }
}
