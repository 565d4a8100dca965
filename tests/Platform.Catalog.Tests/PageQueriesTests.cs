using Platform.Catalog.Assets;
using Platform.Catalog.Lineage;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class PageQueriesTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>, IAsyncLifetime
{
    public async Task InitializeAsync()
    {
        await catalog.EndTaskAsync("ingest", 1, new AssetWritten("raw.visits", AssetKind.Table, 1, "append", 10, 10, Columns: [new("page", "VARCHAR"), new("seconds", "BIGINT")]));
        await catalog.EndTaskAsync("clean", 2,
            new AssetRead("raw.visits", AssetKind.Table, 1),
            new AssetWritten("clean.visits", AssetKind.Table, 1, "replace", 8, 8, Columns: [new("page", "VARCHAR")]),
            new ColumnsDerived("clean.visits", [new("raw.visits", "page", "page", ColumnEdgeKind.Identity), new("raw.visits", "seconds", null, ColumnEdgeKind.Filter)]));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Columns_are_linked_only_between_the_assets_asked_for()
    {
        var queries = new ColumnLinkQueries(catalog.DataSource);

        var both = await queries.BetweenAsync(["raw.visits", "clean.visits"], null, CancellationToken.None);
        Assert.Equal(["clean.visits page", "raw.visits page", "raw.visits seconds"], both.Columns.Select(c => $"{c.Asset} {c.Name}"));
        Assert.Equal([("page", "page", "identity"), ("seconds", null, "filter")], both.Links.Select(l => (l.FromColumn, l.ToColumn, l.Kind)));
        Assert.All(both.Links, l => Assert.Equal(("clean", 2L), (l.TaskId, l.LastRun)));

        Assert.Empty((await queries.BetweenAsync(["raw.visits"], null, CancellationToken.None)).Links);
    }

    [Fact]
    public async Task What_was_written_lately_is_told_newest_first_and_nothing_older()
    {
        var queries = new RecentWriteQueries(catalog.DataSource);

        var all = await queries.SinceAsync(DateTimeOffset.UnixEpoch, 10, CancellationToken.None);
        Assert.Equal(["clean.visits", "raw.visits"], all.Select(a => a.Key));
        Assert.Equal((8L, 2L), (all[0].RowsWritten, all[0].RunId));

        Assert.Empty(await queries.SinceAsync(all[0].At.AddSeconds(1), 10, CancellationToken.None));
    }

    [Fact]
    public async Task What_a_run_read_and_wrote_is_told_with_versions_and_rows()
    {
        var queries = new RunAccessQueries(catalog.DataSource);

        var rows = await queries.ListAsync([1, 2], null, CancellationToken.None);
        Assert.Equal([(1L, "ingest", "write", "raw.visits"), (2L, "clean", "read", "raw.visits"), (2L, "clean", "write", "clean.visits")], rows.Select(r => (r.RunId, r.TaskId, r.Mode, r.Key)));
        Assert.Equal((1L, 8L, 8L, "replace"), (rows[2].Version!.Value, rows[2].Rows!.Value, rows[2].RowsWritten!.Value, rows[2].Operation));
        Assert.Null(rows[1].RowsWritten);
        Assert.Empty(await queries.ListAsync([2], "ingest", CancellationToken.None));
    }
}
