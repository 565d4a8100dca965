using Dapper;
using Platform.Catalog.Assets;
using Platform.Catalog.Lineage;
using Platform.Catalog.Quality;
using Platform.Postgres.Events;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class ProjectionTests : IAsyncLifetime
{
    private readonly CatalogFixture _catalog = new();

    private AssetQueries Assets => new(_catalog.DataSource);

    public Task InitializeAsync() => _catalog.InitializeAsync();

    public Task DisposeAsync() => _catalog.DisposeAsync();

    [Fact]
    public async Task A_write_makes_the_asset_with_its_schema_version_and_writer()
    {
        await _catalog.EndTaskAsync("ingest", 7, new AssetWritten("raw.orders", AssetKind.Table, 3, "append", 300, 100, 9000, 3, [new("id", "BIGINT", false), new("who", "VARCHAR")], "/tables/raw/orders"));

        var detail = await Assets.GetAsync("raw.orders", CancellationToken.None);
        var asset = detail!.Asset;
        Assert.Equal(("table", "raw.orders", 3L, 300L, 9000L, 3L, 2), (asset.Kind, asset.Name, asset.Version, asset.RowCount, asset.ByteCount, asset.FileCount, asset.ColumnCount));
        Assert.Equal((7L, "shop", "ingest"), (asset.LastWrittenRun, asset.LastWrittenWorkflow, asset.LastWrittenTask));
        Assert.Equal(["id BIGINT False", "who VARCHAR True"], detail.Columns.Select(c => $"{c.Name} {c.DataType} {c.Nullable}"));
        var version = Assert.Single(detail.Versions);
        Assert.Equal(("append", 300L, 100L, 7L), (version.Operation, version.RowCount, version.RowsWritten, version.RunId));
        Assert.Empty(detail.SchemaChanges);
    }

    [Fact]
    public async Task A_replayed_event_changes_nothing()
    {
        Fact[] facts =
        [
            new AssetRead("file:/data/x.csv", AssetKind.FileSet, Rows: 5),
            new AssetWritten("raw.x", AssetKind.Table, 1, "append", 5, 5, Columns: [new("n", "BIGINT")]),
            new MetricMeasured("raw.x", null, "rows", 5),
            new CheckResult("raw.x", null, "volume", false, "5 rows", "at least 10"),
        ];
        await _catalog.EndTaskAsync("ingest", 1, facts);
        var before = await CountsAsync();
        await using (var connection = await _catalog.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("delete from outbox_consumers");
        Assert.Equal(1, await _catalog.Projector.DrainAsync(CancellationToken.None));

        Assert.Equal(before, await CountsAsync());
        Assert.Equal(1, Assert.Single(await new QualityQueries(_catalog.DataSource).IncidentsAsync(true, 10, CancellationToken.None)).Failures);
    }

    [Fact]
    public async Task Many_events_in_one_batch_give_the_same_as_one_by_one()
    {
        for (var run = 1; run <= 50; run++)
        {
            await _catalog.AppendAsync("ingest", run, 1, new AssetRead("file:/d/{yyyy-MM-dd}.csv", AssetKind.FileSet, Location: $"/d/{run}.csv"), new AssetWritten("raw.d", AssetKind.Table, run, "append", run * 10, 10, Columns: [new("a", "BIGINT"), .. run >= 25 ? new AssetColumn[] { new("b", "VARCHAR") } : []]));
        }

        Assert.Equal(50, await _catalog.Projector.DrainAsync(CancellationToken.None));
        var detail = await Assets.GetAsync("raw.d", CancellationToken.None);
        Assert.Equal((50L, 500L, 50L), (detail!.Asset.Version, detail.Asset.RowCount, detail.Asset.LastWrittenRun));
        Assert.Equal(30, detail.Versions.Count);
        var change = Assert.Single(detail.SchemaChanges);
        Assert.Equal(("added", "b", "VARCHAR", 25L), (change.Change, change.ColumnName, change.After, change.RunId));
        Assert.Equal(50L, Assert.Single(detail.Upstream).LastRun);
    }

    [Fact]
    public async Task A_schema_that_changes_is_remembered_column_by_column()
    {
        await _catalog.EndTaskAsync("make", 1, new AssetWritten("t.s", AssetKind.Table, 1, Columns: [new("keep", "BIGINT"), new("widen", "INTEGER"), new("drop", "VARCHAR")]));
        await _catalog.EndTaskAsync("make", 2, new AssetWritten("t.s", AssetKind.Table, 2, Columns: [new("keep", "BIGINT"), new("widen", "BIGINT"), new("fresh", "DATE")]));

        var detail = await Assets.GetAsync("t.s", CancellationToken.None);
        Assert.Equal(["added fresh →DATE", "removed drop VARCHAR→", "type widen INTEGER→BIGINT"], detail!.SchemaChanges.Select(c => $"{c.Change} {c.ColumnName} {c.Before}→{c.After}").Order(StringComparer.Ordinal));
        Assert.Equal("drop", detail.Columns[^1].Name);
        Assert.NotNull(detail.Columns[^1].GoneAt);
        Assert.Equal(3, detail.Asset.ColumnCount);
    }

    [Fact]
    public async Task When_the_statement_changes_the_columns_it_used_before_are_no_source_any_more()
    {
        await _catalog.EndTaskAsync("clean", 1, new AssetRead("a", AssetKind.Table), new AssetWritten("b", AssetKind.Table), new ColumnsDerived("b", [new("a", "old", "x", ColumnEdgeKind.Identity), new("a", "both", "y", ColumnEdgeKind.Identity)], "select old"));
        await _catalog.EndTaskAsync("clean", 2, new AssetRead("a", AssetKind.Table), new AssetWritten("b", AssetKind.Table), new ColumnsDerived("b", [new("a", "new", "x", ColumnEdgeKind.Transformation), new("a", "both", "y", ColumnEdgeKind.Identity)], "select new"));

        var graph = await new LineageQueries(_catalog.DataSource).WalkAsync("b", "x", LineageDirection.Upstream, 1, CancellationToken.None);
        Assert.Equal(["b#x", "a#new"], graph!.Nodes.Select(n => n.Id));
        Assert.Equal("select new", Assert.Single((await Assets.GetAsync("b", CancellationToken.None))!.Statements).Sql);
    }

    [Fact]
    public async Task A_task_that_reads_other_files_in_each_run_keeps_the_columns_of_all_and_renews_those_of_the_same()
    {
        static Fact[] read(string file, string column) => [new AssetRead(file, AssetKind.FileSet), new AssetWritten("b", AssetKind.Table), new ColumnsDerived("b", [new(file, column, "x", ColumnEdgeKind.Identity)])];
        await _catalog.EndTaskAsync("ingest", 1, read("file:/one.csv", "id"));
        await _catalog.EndTaskAsync("ingest", 2, read("file:/two.csv", "id"));
        await _catalog.EndTaskAsync("ingest", 3, read("file:/three.csv", "old"));
        await _catalog.EndTaskAsync("ingest", 4, read("file:/three.csv", "new"));

        var graph = await new LineageQueries(_catalog.DataSource).WalkAsync("b", "x", LineageDirection.Upstream, 1, CancellationToken.None);
        Assert.Equal(["b#x", "file:/one.csv#id", "file:/three.csv#new", "file:/two.csv#id"], graph!.Nodes.Select(n => n.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_analysis_that_understood_only_a_part_takes_nothing_away()
    {
        await _catalog.EndTaskAsync("clean", 1, new ColumnsDerived("b", [new("a", "old", "x", ColumnEdgeKind.Identity)]));
        await _catalog.EndTaskAsync("clean", 2, new ColumnsDerived("b", [new("a", "other", "y", ColumnEdgeKind.Identity)], NotUnderstood: "a dynamic pivot"));

        Assert.Equal(2, (await new LineageQueries(_catalog.DataSource).WalkAsync("b", "x", LineageDirection.Upstream, 1, CancellationToken.None))!.Nodes.Count);
    }

    [Fact]
    public async Task What_is_said_to_come_from_one_asset_does_not_come_from_all_that_was_read()
    {
        await _catalog.EndTaskAsync("two", 1, new AssetRead("in.a", AssetKind.Table), new AssetRead("in.b", AssetKind.Table), new AssetWritten("out.a", AssetKind.Table), new AssetWritten("out.all", AssetKind.Table), new AssetDerived("out.a", "in.a"));

        Assert.Equal(["in.a"], (await Assets.GetAsync("out.a", CancellationToken.None))!.Upstream.Select(u => u.Key));
        Assert.Equal(["in.a", "in.b"], (await Assets.GetAsync("out.all", CancellationToken.None))!.Upstream.Select(u => u.Key));
    }

    [Fact]
    public async Task An_incident_opens_once_and_closes_by_itself()
    {
        var quality = new QualityQueries(_catalog.DataSource);
        await _catalog.EndTaskAsync("monitor", 1, Check(passed: true));
        await _catalog.EndTaskAsync("monitor", 2, Check(passed: false));
        await _catalog.EndTaskAsync("monitor", 3, Check(passed: false));
        var open = Assert.Single(await quality.IncidentsAsync(openOnly: true, 10, CancellationToken.None));
        Assert.Equal((2, 2L, "critical"), (open.Failures, open.OpenedRun, open.Severity));
        Assert.Equal(1, (await Assets.GetAsync("t.c", CancellationToken.None))!.Asset.OpenIncidentCount);

        await _catalog.EndTaskAsync("monitor", 4, Check(passed: true));
        Assert.Empty(await quality.IncidentsAsync(openOnly: true, 10, CancellationToken.None));
        await _catalog.EndTaskAsync("monitor", 5, Check(passed: false));
        // The same trouble within a week is the same incident.
        Assert.Equal(3, Assert.Single(await quality.IncidentsAsync(openOnly: false, 10, CancellationToken.None)).Failures);

        static CheckResult Check(bool passed) => new("t.c", "price", "range", passed, passed ? "0 to 90" : "-5 to 90", "0 to 100", "critical");
    }

    [Fact]
    public async Task A_check_that_failed_at_first_and_held_when_tried_again_leaves_no_open_incident()
    {
        await _catalog.EndTaskAsync("monitor", 1, attempt: 1, new CheckResult("t.r", null, "volume", false, "0", "1"));
        await _catalog.EndTaskAsync("monitor", 1, attempt: 2, new CheckResult("t.r", null, "volume", true, "1", "1"));

        Assert.Empty(await new QualityQueries(_catalog.DataSource).IncidentsAsync(openOnly: true, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Metrics_keep_their_history_and_what_is_no_number_is_left_out()
    {
        await _catalog.EndTaskAsync("measure", 1, new MetricMeasured("t.m", null, "rows", 10), new MetricMeasured("t.m", "price", "mean", double.NaN));
        await _catalog.EndTaskAsync("measure", 2, new MetricMeasured("t.m", null, "rows", 12));

        var metrics = await new QualityQueries(_catalog.DataSource).MetricsAsync("t.m", null, null, CancellationToken.None);
        Assert.Equal([(10d, 1L), (12d, 2L)], metrics.Select(m => (m.Value, m.RunId)));
    }

    [Fact]
    public async Task An_event_of_another_type_or_without_facts_is_passed_over_and_one_that_cannot_be_read_does_not_stop_the_rest()
    {
        await _catalog.AppendAsync(new OutboxEvent("run.ended", "1", """{"run_id": 1}"""));
        await _catalog.AppendAsync("noop", 1, 1);
        await _catalog.AppendAsync(new OutboxEvent(TaskEnded.EventType, "2/bad/-1", """{"run_id": "no number"}"""));
        await _catalog.AppendAsync("good", 3, 1, new AssetWritten("t.good", AssetKind.Table));
        for (var tries = 0; tries < 6; tries++)
            await Record.ExceptionAsync(() => _catalog.Projector.DrainAsync(CancellationToken.None));

        Assert.NotNull(await Assets.GetAsync("t.good", CancellationToken.None));
    }

    private async Task<string> CountsAsync()
    {
        await using var connection = await _catalog.DataSource.OpenConnectionAsync();
        return (await connection.QuerySingleAsync<string>("""
            select concat_ws(' ', (select count(*) from catalog.assets), (select count(*) from catalog.columns), (select count(*) from catalog.schema_changes), (select count(*) from catalog.asset_versions),
                (select count(*) from catalog.accesses), (select count(*) from catalog.asset_edges), (select count(*) from catalog.metrics), (select count(*) from catalog.check_results), (select count(*) from catalog.incidents))
            """))!;
    }
}
