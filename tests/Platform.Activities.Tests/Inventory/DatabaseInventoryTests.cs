using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using Platform.Activities.Inventory;
using Platform.Catalog.Assets;
using Platform.Catalog.Inventory;
using Platform.Testing;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Inventory;

/// <summary>The nightly inventory of a database over a real catalog.</summary>
public sealed class DatabaseInventoryTests(PostgresFixture postgres) : ActivityTest, IClassFixture<PostgresFixture>, IConnections, IAsyncLifetime
{
    private PostgresFixture _shop = null!;

    public async Task InitializeAsync()
    {
        await postgres.MigrateAsync(typeof(InventoryCommands).Assembly);
        _shop = await PostgresFixture.CreateAsync();
        await using var command = _shop.DataSource.CreateCommand("""
            create table people (id int primary key, email text);
            create table orders (no int primary key, person int references people);
            insert into people select g, 'person' || g || '@example.com' from generate_series(1, 50) g;
            insert into orders select g, 1 + g % 50 from generate_series(1, 100) g;
            select pg_stat_force_next_flush();
            """);
        await command.ExecuteNonQueryAsync();
    }

    public Task DisposeAsync() => _shop.DisposeAsync();

    public override object? GetService(Type serviceType) =>
        serviceType == typeof(InventoryCommands) ? new InventoryCommands(postgres.DataSource)
        : serviceType == typeof(InventoryQueries) ? new InventoryQueries(postgres.DataSource)
        : serviceType == typeof(IConnections) ? this
        : base.GetService(serviceType);

    public ValueTask<ConnectionInfo> GetAsync(string name, CancellationToken cancellationToken) => name switch
    {
        "shop" => ValueTask.FromResult(Connection(new NpgsqlConnectionStringBuilder(_shop.ConnectionString).Port)),
        "down" => ValueTask.FromResult(Connection(1)),
        "mail" => ValueTask.FromResult(new ConnectionInfo("mail", "smtp", new Dictionary<string, string>())),
        _ => throw new ConnectionNotFoundException(name),
    };

    [Fact]
    public async Task A_database_comes_into_the_catalog_and_the_report_and_is_not_read_again()
    {
        var (scan, profile) = await Night(1, "connection:shop", "connection:mail", "connection:none", "connection:down");
        Assert.Equal((2, 2, 3), (scan.Assets, scan.New, scan.FailedSources.Count));
        Assert.Equal((2, 150L, 1), (profile.Profiled, profile.Rows, profile.PersonalColumns));
        var related = (RelateInventoryOutputs)(await Run("inventory.relate", [], Runs.Context(run: 1))).Outputs!;
        Assert.Equal((1, 0), (related.Relations, related.BrokenRelations));
        var report = (ReportInventoryOutputs)(await Run("inventory.report", [], Runs.Context(run: 1))).Outputs!;
        Assert.Contains("public.people", await File.ReadAllTextAsync(report.Report), StringComparison.Ordinal);
        var relations = await new RelationQueries(postgres.DataSource).ListAsync(null, default);
        var reference = Assert.Single(relations, row => row.Kind == "foreign_key");
        Assert.Equal(("person", "id", 1.0, 0L), (reference.FromColumns[0], reference.ToColumns[0], reference.Confidence, reference.BrokenRows));
        Assert.Contains(relations, row => row is { Kind: "key", Confidence: 1, FromName: "public.people" });

        var assets = new AssetQueries(postgres.DataSource);
        var people = relations.First(row => row is { Kind: "key", FromName: "public.people" }).FromAsset;
        var sample = (await new InventorySample(assets, new InventoryQueries(postgres.DataSource), Tables, this).ReadAsync(people, 7, default))!;
        Assert.Equal((7, "email"), (sample.Rows.Count, sample.Columns[1]));
        Assert.All(sample.Rows, row => Assert.Equal($"person{row[0]}@example.com", row[1]));

        (scan, profile) = await Night(2, "connection:shop");
        Assert.Equal((0, 0, 0, 0), (scan.New, scan.Changed, scan.Gone, profile.Profiled));
    }

    [Theory]
    [InlineData("none", "not-found", "There is no connection 'none'", false)]
    [InlineData("mail", "not-found", "of the kind smtp", false)]
    [InlineData("down", "unavailable", "does not answer", true)]
    public async Task A_database_that_cannot_be_scanned_is_named(string name, string kind, string part, bool retryable)
    {
        var error = await Fails("inventory.scan", new JsonObject { ["sources"] = "connection:" + name }, Runs.Context(run: 3));
        Assert.Equal((kind, retryable), (error.Kind, error.Retryable));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    private async Task<(ScanInventoryOutputs Scan, ProfileInventoryOutputs Profile)> Night(int run, params string[] sources)
    {
        var scan = (ScanInventoryOutputs)(await Run("inventory.scan", new JsonObject { ["sources"] = new JsonArray([.. sources.Select(source => (JsonNode)source)]) }, Runs.Context(run: run))).Outputs!;
        return (scan, (ProfileInventoryOutputs)(await Run("inventory.profile", [], Runs.Context(run: run))).Outputs!);
    }

    private ConnectionInfo Connection(int port)
    {
        var address = new NpgsqlConnectionStringBuilder(_shop.ConnectionString);
        return new ConnectionInfo("shop", "postgresql", new Dictionary<string, string>
        {
            ["host"] = address.Host!,
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            ["database"] = address.Database!,
            ["username"] = address.Username!,
            ["password"] = address.Password ?? "",
        });
    }
}
