using System.Text.Json;
using Dapper;
using Platform.Catalog.Assets;
using Platform.Catalog.Inventory;
using Platform.Catalog.Quality;
using Platform.Catalog.Review;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

/// <summary>Lists that are sorted, narrowed and paged by the database, so that the order holds over all pages.</summary>
public sealed class ListTests : IAsyncLifetime
{
    private readonly CatalogFixture _catalog = new();

    private QualityLists Lists => new(_catalog.DataSource);

    public async Task InitializeAsync()
    {
        await _catalog.InitializeAsync();
        await WriteAsync("raw.orders", 1, 300, "id", "price");
        await WriteAsync("raw.customers", 2, 20, "id");
        await WriteAsync("raw.visits", 3, 1000, "id", "page", "seconds");
    }

    public Task DisposeAsync() => _catalog.DisposeAsync();

    [Fact]
    public async Task Assets_are_sorted_over_all_pages_and_what_has_no_value_comes_last()
    {
        await using (var connection = await _catalog.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("insert into catalog.assets (key, kind, name) values ('model:churn', 'model', 'churn')");
        var assets = new AssetQueries(_catalog.DataSource);
        async Task<string> PageAsync(string? sort, bool descending, int offset) =>
            string.Join(' ', (await assets.SearchAsync(new AssetSearch { Sort = sort, Descending = descending, Offset = offset, Limit = 2 }, CancellationToken.None)).Items.Select(a => a.Name));

        Assert.Equal("raw.visits raw.orders", await PageAsync("rows", true, 0));
        Assert.Equal("raw.customers churn", await PageAsync("rows", true, 2));
        Assert.Equal("raw.customers raw.orders", await PageAsync("rows", false, 0));
        Assert.Equal("raw.customers raw.orders", await PageAsync("columns", false, 0));
        Assert.Equal("churn raw.customers", await PageAsync("name", false, 0));
        Assert.Equal(await PageAsync(null, false, 0), await PageAsync("no such order; drop table x", true, 0));

        var all = new List<string>();
        await foreach (var asset in assets.AllAsync(new AssetSearch { Sort = "rows", Descending = true, Limit = 1 }, CancellationToken.None))
            all.Add(asset.Name);
        Assert.Equal(["raw.visits", "raw.orders", "raw.customers", "churn"], all);
    }

    [Fact]
    public async Task Incidents_are_narrowed_sorted_and_paged()
    {
        await _catalog.EndTaskAsync("quality", 9, new CheckResult("raw.orders", "id", "unique", false, "2", "0", "critical"), new CheckResult("raw.visits", null, "volume", false, "9", "10", "warning"), new CheckResult("raw.customers", "id", "not null", false, "1", "0", "warning"));
        var open = (await Lists.IncidentsAsync(new IncidentFilter(), CancellationToken.None)).Items;
        await new IncidentCommands(_catalog.DataSource).ResolveAsync(open.Single(i => i.Asset == "raw.visits").Id, "fixed", "ann", CancellationToken.None);

        async Task<string> FoundAsync(IncidentFilter filter)
        {
            var page = await Lists.IncidentsAsync(filter, CancellationToken.None);
            return $"{page.Total}: {string.Join(' ', page.Items.Select(i => i.Asset[4..]))}";
        }
        Assert.Equal("2: customers orders", await FoundAsync(new IncidentFilter { State = "unresolved", Sort = "asset", Descending = false }));
        Assert.Equal("3: visits orders customers", await FoundAsync(new IncidentFilter { State = "all", Sort = "asset" }));
        Assert.Equal("1: visits", await FoundAsync(new IncidentFilter { State = "resolved" }));
        Assert.Equal("1: orders", await FoundAsync(new IncidentFilter { Severity = "critical" }));
        Assert.Equal("1: visits", await FoundAsync(new IncidentFilter { Text = "FIXED" }));
        Assert.Equal("3: customers", await FoundAsync(new IncidentFilter { Sort = "asset", Descending = false, Limit = 1 }));
        Assert.Equal("3: orders", await FoundAsync(new IncidentFilter { Sort = "severity", Limit = 1 }));
        Assert.Equal("3: orders", await FoundAsync(new IncidentFilter { Sort = "asset", Descending = false, Offset = 1, Limit = 1 }));
    }

    [Fact]
    public async Task Scores_are_sorted_by_any_dimension()
    {
        await using (var connection = await _catalog.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("""
                insert into catalog.quality_scores (asset_id, column_name, completeness, validity, overall, parts, at)
                select id, '', case key when 'raw.orders' then 0.5 else 0.9 end, case key when 'raw.orders' then 1 else null end, case key when 'raw.orders' then 0.7 when 'raw.visits' then 0.2 else 0.9 end, '[]', now() from catalog.assets
                """);
        async Task<string> FoundAsync(ScoreFilter filter) => string.Join(' ', (await Lists.ScoresAsync(filter, CancellationToken.None)).Items.Select(s => s.Asset[4..]));
        Assert.Equal("visits orders customers", await FoundAsync(new ScoreFilter()));
        Assert.Equal("orders customers visits", await FoundAsync(new ScoreFilter { Sort = "completeness" }));
        Assert.Equal("orders customers visits", await FoundAsync(new ScoreFilter { Sort = "validity", Descending = true }));
        Assert.Equal("customers", await FoundAsync(new ScoreFilter { Text = "CUST" }));
    }

    [Fact]
    public async Task The_review_queue_may_be_read_by_asset_or_by_doubt()
    {
        await using (var connection = await _catalog.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("""
                insert into catalog.classifications (asset_id, column_name, semantic_type, confidence, evidence, rule_version)
                select a.id, 'id', 'identifier', case a.key when 'raw.orders' then 0.5 when 'raw.visits' then 0.9 else 0.1 end, '{}', '1' from catalog.assets a
                """);
        async Task<string> FoundAsync(string? sort) => string.Join(' ', (await new ReviewQueries(_catalog.DataSource).QueueAsync(new ReviewFilter { Sort = sort }, CancellationToken.None)).Items.Select(i => i.Asset![4..]));
        Assert.StartsWith("orders", await FoundAsync(null), StringComparison.Ordinal);
        Assert.Equal("customers orders visits", await FoundAsync("asset"));
        Assert.Equal("customers orders visits", await FoundAsync("confidence"));
    }

    [Fact]
    public async Task Profiles_are_listed_newest_first_with_their_columns_and_only_of_their_asset()
    {
        var commands = new InventoryCommands(_catalog.DataSource);
        var empty = JsonSerializer.SerializeToElement(new { });
        foreach (var (run, rows) in new[] { (11L, 10L), (12L, 12L) })
            await commands.RecordProfilesAsync(null, [new AssetProfile { Asset = "raw.orders", AssetVersion = run, RowCount = rows, Profile = empty, Columns = new Dictionary<string, JsonElement> { ["id"] = JsonSerializer.SerializeToElement(new { rows }) } }], CancellationToken.None);
        var queries = new ProfileQueries(_catalog.DataSource);

        var kept = await queries.ListAsync("raw.orders", 10, CancellationToken.None);
        Assert.Equal([12L, 10L], kept.Select(p => p.RowCount));
        Assert.Equal(12L, (await queries.ColumnsAsync("raw.orders", kept[0].Id, CancellationToken.None))["id"].GetProperty("rows").GetInt64());
        Assert.Empty(await queries.ColumnsAsync("raw.visits", kept[0].Id, CancellationToken.None));
        Assert.Single(await queries.ListAsync("raw.orders", 1, CancellationToken.None));
    }

    private Task WriteAsync(string key, long run, long rows, params string[] columns) =>
        _catalog.EndTaskAsync("ingest", run, new AssetWritten(key, AssetKind.Table, 1, "append", rows, rows, Columns: [.. columns.Select(c => new AssetColumn(c, "BIGINT"))]));
}
