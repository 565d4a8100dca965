using System.Reflection;
using Npgsql;
using Platform.Postgres;
using Xunit;

namespace Platform.Testing;

/// <summary>
/// A real PostgreSQL with a fresh database for each test class: use it as <c>IClassFixture&lt;PostgresFixture&gt;</c>. The embedded server is one for the clone and the account,
/// shared by all test processes of the moment and stopped by the last of them; the database is dropped with the class.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly Lock _lock = new();
    private string _name = "";
    private Task? _migration;

    /// <summary>The class's database; its tables are the caller's matter, see <see cref="MigrateAsync"/>.</summary>
    public Database Database { get; private set; } = null!;

    /// <summary>Pooled connections to the class's database.</summary>
    public NpgsqlDataSource DataSource => Database.DataSource;

    /// <summary>For another process or another pool on the same database.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>
    /// Gives the database the schema of Platform.Postgres and of the given assemblies, once for the class. What was written into it before is gone: it is made anew, as a copy of one
    /// that was migrated before, since applying every migration to each of hundreds of databases took longer than the tests.
    /// </summary>
    public Task MigrateAsync(params Assembly[] assemblies)
    {
        lock (_lock)
            return _migration ??= CopyAsync(assemblies);
    }

    /// <summary>A further fresh database on the same server, for a test that needs one of its own. Dropped by the caller's <see cref="DisposeAsync"/>.</summary>
    public static async Task<PostgresFixture> CreateAsync()
    {
        var fixture = new PostgresFixture();
        await fixture.InitializeAsync();
        return fixture;
    }

    public async Task InitializeAsync() => await OpenAsync(await TestServer.CreateDatabaseAsync(null));

    /// <summary>In one step with <see cref="MigrateAsync"/>, for fixtures that know what they need.</summary>
    public async Task InitializeAsync(params Assembly[] assemblies)
    {
        await OpenAsync(await TestServer.CreateDatabaseAsync(await TestTemplates.OfAsync(assemblies)));
        await (_migration = Database.MigrateAsync(assemblies, CancellationToken.None));
    }

    private async Task OpenAsync(string name)
    {
        _name = name;
        ConnectionString = TestServer.ConnectionStringTo(name);
        Database = await Database.OpenAsync(new DatabaseOptions { ConnectionString = ConnectionString, Home = TestServer.Home }, CancellationToken.None);
    }

    private async Task CopyAsync(Assembly[] assemblies)
    {
        var template = await TestTemplates.OfAsync(assemblies);
        Database.DataSource.Clear();
        await TestServer.DropDatabaseAsync(_name);
        await TestServer.CreateDatabaseAsync(_name, template);
        // Finds everything applied, and knows from then on what belongs to the schema.
        await Database.MigrateAsync(assemblies, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await Database.DisposeAsync();
        await TestServer.DropDatabaseAsync(_name);
    }
}
