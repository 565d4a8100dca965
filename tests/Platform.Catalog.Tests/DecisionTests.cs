using Dapper;
using Platform.Catalog.Assets;
using Platform.Catalog.Govern;
using Platform.Catalog.Review;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class DecisionTests : IAsyncLifetime
{
    private readonly CatalogFixture _catalog = new();

    private DecisionQueries Decisions => new(_catalog.DataSource);

    public Task InitializeAsync() => _catalog.InitializeAsync();

    public Task DisposeAsync() => _catalog.DisposeAsync();

    [Fact]
    public async Task A_fresh_catalog_waits_for_nothing()
    {
        var open = await Decisions.ReadAsync(CancellationToken.None);
        Assert.Equal((0, 0, 0, 0), (open.Incidents, open.Assets, open.Unowned, open.Unreadable));
        Assert.Empty(open.UnreadableSources);
        Assert.Null(open.Newest);
    }

    [Fact]
    public async Task Incidents_assets_that_nobody_owns_and_those_that_cannot_be_read_are_counted()
    {
        await WriteAsync("raw.orders", 1);
        await WriteAsync("raw.customers", 2);
        await _catalog.EndTaskAsync("quality", 3, new CheckResult("raw.orders", "id", "not null", false, "3 nulls", "none", "critical"), new CheckResult("raw.orders", null, "volume", false, "2", "3", "warning"));
        await new GovernCommands(_catalog.DataSource).EditAsync("raw.orders", new AssetEdit { Owner = "ann" }, "ann", CancellationToken.None);
        await using (var connection = await _catalog.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("update catalog.assets set problem = 'broken: gone', source = '/data/in' where key = 'raw.customers'");

        var open = await Decisions.ReadAsync(CancellationToken.None);
        Assert.Equal((2, 1, 2, 1, 1), (open.Incidents, open.CriticalIncidents, open.Assets, open.Unowned, open.Unreadable));
        Assert.Equal(["/data/in"], open.UnreadableSources);

        var found = await new AssetQueries(_catalog.DataSource).SearchAsync(new AssetSearch { Owner = AssetSearch.NoOwner }, CancellationToken.None);
        Assert.Equal("raw.customers", Assert.Single(found.Items).Key);
        Assert.Contains(found.Facets, f => (f.Facet, f.Value, f.Count) == ("owner", AssetSearch.NoOwner, 1));
    }

    [Fact]
    public async Task The_newest_inventory_is_told_with_what_it_found_different()
    {
        await WriteAsync("raw.orders", 1);
        await WriteAsync("raw.customers", 2);
        await using (var connection = await _catalog.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("""
                insert into catalog.inventory_runs (run_id, workflow, state, ended_at) values (8, 'nightly-inventory', 'success', now());
                insert into catalog.inventory_runs (run_id, workflow, state, ended_at) values (9, 'nightly-inventory', 'failed', now());
                insert into catalog.inventory_changes (inventory_run_id, asset_id, change)
                select r.id, a.id, case a.key when 'raw.orders' then 'new' else 'gone' end from catalog.inventory_runs r cross join catalog.assets a where r.run_id = 9
                """);
        var newest = (await Decisions.ReadAsync(CancellationToken.None)).Newest!;
        Assert.Equal((9L, "failed", 1, 0, 1, 0), (newest.RunId, newest.State, newest.NewAssets, newest.ChangedAssets, newest.GoneAssets, newest.ReturnedAssets));
        Assert.NotNull(newest.EndedAt);
        Assert.False(newest.HasReport);
    }

    private Task WriteAsync(string key, long run) => _catalog.EndTaskAsync("ingest", run, new AssetWritten(key, AssetKind.Table, 1, "append", 3, 3, Columns: [new("id", "BIGINT")]));
}
