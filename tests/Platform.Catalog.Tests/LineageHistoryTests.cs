using Platform.Catalog.Lineage;
using Platform.Postgres.Events;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class LineageHistoryTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly CatalogFixture _catalog = new();

    public Task InitializeAsync() => _catalog.InitializeAsync();

    public Task DisposeAsync() => _catalog.DisposeAsync();

    [Fact]
    public async Task An_edge_that_a_newer_version_of_the_task_no_longer_makes_ends_and_the_past_still_shows_it()
    {
        await EndRunAsync(1, version: 1, day: 1, ("copy", [Read("old.a"), Read("both.b"), Write("out.t"), Columns("out.t", "old.a", "both.b")]));
        await EndRunAsync(2, version: 2, day: 2, ("copy", [Read("both.b"), Read("new.c"), Write("out.t"), Columns("out.t", "both.b", "new.c")]));

        Assert.Equal(["both.b", "new.c"], await UpstreamAsync("out.t", null));
        Assert.Equal(["both.b", "old.a"], await UpstreamAsync("out.t", Start.AddDays(1).AddHours(12)));
        Assert.Equal(["both.b", "new.c"], await UpstreamAsync("out.t", Start.AddDays(2).AddHours(12)));
        Assert.Empty(await UpstreamAsync("out.t", Start));

        var past = await Lineage.WalkAsync(new LineageRequest { Asset = "out.t", Column = "x", Direction = LineageDirection.Upstream, At = Start.AddDays(1).AddHours(12) }, CancellationToken.None);
        Assert.Equal(["both.b#x", "old.a#x"], past!.Nodes.Where(n => n.Distance < 0).Select(n => n.Id).Order(StringComparer.Ordinal));
        Assert.Equal(Start.AddDays(2), past.Edges.Single(e => e.From == "old.a#x").EndedAt);
        Assert.Null(past.Edges.Single(e => e.From == "both.b#x").EndedAt);
    }

    [Fact]
    public async Task A_node_of_the_past_has_the_figures_owner_and_type_of_then_and_one_that_was_not_there_has_none()
    {
        await _catalog.AppendAsync(Ended(1, 1, 1, "copy"), Read("in.a"), new AssetWritten("out.t", AssetKind.Table, 1, Rows: 10, Columns: [new("x", "INTEGER")]), Columns("out.t", "in.a"));
        await _catalog.AppendAsync(Ended(2, 1, 3, "copy"), Read("in.a"), new AssetWritten("out.t", AssetKind.Table, 2, Rows: 20, Columns: [new("x", "BIGINT")]), Columns("out.t", "in.a"));
        await _catalog.Projector.DrainAsync(CancellationToken.None);
        await new Govern.GovernCommands(_catalog.DataSource).EditAsync("out.t", new Govern.AssetEdit { Owner = "sales" }, "ann", CancellationToken.None);

        var then = await NodeAsync("out.t", Start.AddDays(2));
        Assert.Equal((10L, 1L, "copy", null, false, false), (then.RowCount, then.LastRun, then.LastTask, then.Owner, then.Gone, then.NotYet));
        Assert.Equal(Start.AddDays(1), then.LastWrittenAt);
        Assert.Equal("INTEGER", (await NodeAsync("out.t", Start.AddDays(2), "x")).DataType);
        var now = await NodeAsync("out.t", null);
        Assert.Equal((20L, 2L, "sales", false), (now.RowCount, now.LastRun, now.Owner, now.NotYet));
        Assert.Equal("BIGINT", (await NodeAsync("out.t", null, "x")).DataType);
        var before = await NodeAsync("out.t", Start);
        Assert.Equal((null, null, null, true), (before.RowCount, before.LastWrittenAt, before.Owner, before.NotYet));
    }

    private async Task<LineageNode> NodeAsync(string asset, DateTimeOffset? at, string? column = null) =>
        (await Lineage.WalkAsync(new LineageRequest { Asset = asset, Column = column, At = at }, CancellationToken.None))!.Nodes[0];

    [Fact]
    public async Task The_moments_of_a_lineage_tell_what_began_and_ended_and_the_graph_at_each_has_it()
    {
        await EndRunAsync(1, version: 1, day: 1, ("copy", [Read("old.a"), Read("both.b"), Write("out.t")]));
        await EndRunAsync(2, version: 1, day: 2, ("copy", [Read("old.a"), Read("both.b"), Write("out.t")]));
        await EndRunAsync(3, version: 2, day: 3, ("copy", [Read("both.b"), Read("new.c"), Write("out.t")]));

        await _catalog.Projector.DrainAsync(CancellationToken.None);
        var moments = await new LineageChangeQueries(_catalog.DataSource).MomentsAsync("out.t", LineageDirection.Both, 2, CancellationToken.None);

        Assert.Equal([(Start.AddDays(1), 2, 0), (Start.AddDays(3), 1, 1)], moments!.Select(m => (m.At, m.Began, m.Ended)));
        Assert.Equal(["both.b", "old.a"], await UpstreamAsync("out.t", moments![0].At));
        Assert.Equal(["both.b", "new.c"], await UpstreamAsync("out.t", moments[1].At));
        // What is not there any more is found from its own side too.
        Assert.Equal(2, (await new LineageChangeQueries(_catalog.DataSource).MomentsAsync("old.a", LineageDirection.Downstream, 1, CancellationToken.None))!.Count);
        Assert.Null(await new LineageChangeQueries(_catalog.DataSource).MomentsAsync("no.where", LineageDirection.Both, 2, CancellationToken.None));
    }

    [Fact]
    public async Task All_shortest_ways_between_two_assets_are_found_from_either_end_and_at_any_time()
    {
        await EndRunAsync(1, version: 1, day: 1,
            ("left", [Read("in.a"), Write("mid.l")]), ("right", [Read("in.a"), Write("mid.r")]), ("join", [Read("mid.l"), Read("mid.r"), Write("out.t")]),
            ("long1", [Read("in.a"), Write("far.x")]), ("long2", [Read("far.x"), Write("far.y")]), ("long3", [Read("far.y"), Write("out.t")]), ("aside", [Read("in.a"), Write("side.s")]));
        await _catalog.Projector.DrainAsync(CancellationToken.None);
        var paths = new PathQueries(_catalog.DataSource);

        var down = (await paths.BetweenAsync("in.a", "out.t", null, CancellationToken.None))!;
        Assert.Equal((LineageDirection.Downstream, 2, 2L), (down.Direction, down.Steps, down.Ways));
        Assert.Equal(["in.a", "mid.l", "mid.r", "out.t"], down.Assets);
        Assert.Equal([("in.a", "mid.l", 1), ("in.a", "mid.r", 1), ("mid.l", "out.t", 2), ("mid.r", "out.t", 2)], down.Links.Select(l => (l.From, l.To, l.Step)).Order());
        var up = (await paths.BetweenAsync("out.t", "in.a", null, CancellationToken.None))!;
        Assert.Equal((LineageDirection.Upstream, 2, 2L), (up.Direction, up.Steps, up.Ways));
        Assert.Contains(new LineagePathLink("mid.l", "out.t", 1), up.Links);

        var none = (await paths.BetweenAsync("mid.l", "side.s", null, CancellationToken.None))!;
        Assert.Equal((null, null, 0L), (none.Direction, none.Steps, none.Ways));
        Assert.Null((await paths.BetweenAsync("in.a", "out.t", Start, CancellationToken.None))!.Steps);
        var self = (await paths.BetweenAsync("in.a", "in.a", null, CancellationToken.None))!;
        Assert.Equal(0, self.Steps);
        Assert.Equal(["in.a"], self.Assets);
        Assert.Null(await paths.BetweenAsync("in.a", "no.where", null, CancellationToken.None));

        var among = await Lineage.AmongAsync(new Dictionary<string, int> { ["in.a"] = 0, ["mid.l"] = 1, ["no.where"] = 2 }, null, CancellationToken.None);
        Assert.Equal([("in.a", 0), ("mid.l", 1)], among.Nodes.Select(n => (n.Id, n.Distance)));
        Assert.Equal("mid.l", Assert.Single(among.Edges).To);
    }

    [Fact]
    public async Task Another_run_of_the_same_version_ends_nothing()
    {
        await EndRunAsync(1, version: 3, day: 1, ("ingest", [Read("file:/one.csv"), Write("out.t")]));
        await EndRunAsync(2, version: 3, day: 2, ("ingest", [Read("file:/two.csv"), Write("out.t")]));

        Assert.Equal(["file:/one.csv", "file:/two.csv"], await UpstreamAsync("out.t", null));
    }

    [Fact]
    public async Task The_instances_of_a_mapped_task_do_not_end_each_other_and_a_failed_run_ends_nothing()
    {
        await EndRunAsync(1, version: 1, day: 1, ("load", [Read("old.a"), Write("out.t")]));
        await _catalog.AppendAsync(Ended(2, 2, 2, "load") with { MapIndex = 0 }, Read("new.a"), Write("out.t"));
        await _catalog.AppendAsync(Ended(2, 2, 2, "load") with { MapIndex = 1 }, Read("new.b"), Write("out.t"));
        await RunEndedAsync(2, 2, "failed");
        Assert.Equal(["new.a", "new.b", "old.a"], await UpstreamAsync("out.t", null));

        await RunEndedAsync(2, 2, "success");
        Assert.Equal(["new.a", "new.b"], await UpstreamAsync("out.t", null));
    }

    [Fact]
    public async Task A_statement_that_drops_a_table_ends_the_edge_of_the_assets_at_once()
    {
        await EndRunAsync(1, version: 1, day: 1, ("sql", [Read("in.a"), Read("in.b"), Write("out.t"), new ColumnsDerived("out.t", [new("in.a", "x", "x", ColumnEdgeKind.Identity), new("in.b", "x", null, ColumnEdgeKind.Join)], "select 1")]));
        await _catalog.AppendAsync(Ended(2, 1, 2, "sql"), Read("in.a"), Write("out.t"), new ColumnsDerived("out.t", [new("in.a", "x", "x", ColumnEdgeKind.Identity)], "select 2"));

        Assert.Equal(["in.a"], await UpstreamAsync("out.t", null));
    }

    [Fact]
    public async Task An_edge_that_comes_back_has_two_spans()
    {
        await EndRunAsync(1, version: 1, day: 1, ("copy", [Read("in.a"), Write("out.t")]));
        await EndRunAsync(2, version: 2, day: 2, ("copy", [Read("in.b"), Write("out.t")]));
        await EndRunAsync(3, version: 3, day: 3, ("copy", [Read("in.a"), Write("out.t")]));

        Assert.Equal(["in.a"], await UpstreamAsync("out.t", null));
        Assert.Equal(["in.b"], await UpstreamAsync("out.t", Start.AddDays(2.5)));
        Assert.Equal(["in.a"], await UpstreamAsync("out.t", Start.AddDays(1.5)));
    }

    [Fact]
    public async Task A_task_that_the_published_version_no_longer_holds_leaves_the_present_and_stays_in_the_past()
    {
        await PublishAsync(1, day: 0, "load", "copy");
        await EndRunAsync(1, version: 1, day: 1, ("load", [Read("in.a"), Write("mid.t")]), ("copy", [Read("mid.t"), Write("out.t"), new ColumnsDerived("out.t", [new("mid.t", "x", "x", ColumnEdgeKind.Identity)], "select x from mid.t")]));
        await PublishAsync(2, day: 2, "load");

        Assert.Empty(await UpstreamAsync("out.t", null));
        Assert.Equal(["in.a"], await UpstreamAsync("mid.t", null));
        Assert.Equal(["mid.t"], await UpstreamAsync("out.t", Start.AddDays(1.5)));
        Assert.Empty(await UpstreamAsync("out.t", Start.AddDays(2.5)));
        Assert.Empty((await new ImpactQueries(_catalog.DataSource).DownstreamAsync("mid.t", "x", 20, null, CancellationToken.None))!.Assets);
        Assert.Equal(["mid.t"], (await new ImpactQueries(_catalog.DataSource).DownstreamAsync("in.a", null, 20, null, CancellationToken.None))!.Assets.Select(a => a.Asset));
        var past = await Lineage.WalkAsync(new LineageRequest { Asset = "out.t", Column = "x", Direction = LineageDirection.Upstream, At = Start.AddDays(1.5) }, CancellationToken.None);
        Assert.Equal(Start.AddDays(2), Assert.Single(past!.Edges).EndedAt);
        var asset = (await new Assets.AssetQueries(_catalog.DataSource).GetAsync("out.t", CancellationToken.None))!;
        Assert.Empty(asset.Statements);
        Assert.Empty(asset.Upstream);
    }

    [Fact]
    public async Task A_renamed_task_takes_the_place_of_the_old_one()
    {
        await PublishAsync(1, day: 0, "copy");
        await EndRunAsync(1, version: 1, day: 1, ("copy", [Read("in.a"), Write("out.t")]));
        await PublishAsync(2, day: 2, "copy-orders");
        await EndRunAsync(2, version: 2, day: 3, ("copy-orders", [Read("in.a"), Write("out.t")]));

        await UpstreamAsync("out.t", null);
        var asset = (await new Assets.AssetQueries(_catalog.DataSource).GetAsync("out.t", CancellationToken.None))!;
        Assert.Equal("copy-orders", Assert.Single(asset.Upstream).TaskId);
        Assert.Equal(["in.a"], await UpstreamAsync("out.t", Start.AddDays(1.5)));
    }

    [Fact]
    public async Task A_run_of_the_old_version_that_ends_after_the_publishing_does_not_bring_the_task_back()
    {
        await PublishAsync(1, day: 0, "copy");
        await PublishAsync(2, day: 1, "other");
        await EndRunAsync(1, version: 1, day: 2, ("copy", [Read("in.a"), Write("out.t")]));

        Assert.Empty(await UpstreamAsync("out.t", null));
        Assert.Equal(["in.a"], await UpstreamAsync("out.t", Start.AddDays(2)));
    }

    [Fact]
    public async Task Runs_of_versions_that_are_not_published_yet_and_of_workflows_that_never_were_stay()
    {
        await PublishAsync(1, day: 0, "load");
        await EndRunAsync(1, version: 2, day: 1, ("trial", [Read("in.a"), Write("out.t")]));
        await _catalog.AppendAsync(Ended(2, 1, 1, "copy") with { Workflow = "file" }, Read("in.b"), Write("out.u"));
        Assert.Equal(["in.a"], await UpstreamAsync("out.t", null));
        Assert.Equal(["in.b"], await UpstreamAsync("out.u", null));

        // An event that comes late does not take a newer version back.
        await PublishAsync(3, day: 2, "load");
        await PublishAsync(2, day: 1, "load", "trial");
        Assert.Empty(await UpstreamAsync("out.t", null));
    }

    [Fact]
    public async Task A_task_that_writes_another_table_now_no_longer_makes_the_one_before()
    {
        await EndRunAsync(1, version: 1, day: 1, ("copy", [Read("in.a"), Write("out.old")]));
        await EndRunAsync(2, version: 2, day: 2, ("copy", [Read("in.a"), Write("out.renamed")]));

        Assert.Empty(await UpstreamAsync("out.old", null));
        Assert.Equal(["in.a"], await UpstreamAsync("out.renamed", null));
        Assert.Equal(["in.a"], await UpstreamAsync("out.old", Start.AddDays(1.5)));
    }

    [Fact]
    public async Task Causes_of_a_failure_before_the_change_still_see_the_removed_task()
    {
        await PublishAsync(1, day: 0, "load", "copy");
        await EndRunAsync(1, version: 1, day: 1, ("load", [Read("in.a"), Write("mid.t")]), ("copy", [Read("mid.t"), Write("out.t")]));
        await _catalog.AppendAsync(Ended(2, 1, 2, "load") with { State = "failed", Error = "Disk full" });
        await PublishAsync(2, day: 3, "load");
        await UpstreamAsync("out.t", null);

        var causes = new RootCauseQueries(_catalog.DataSource);
        Assert.Contains((await causes.ForAssetAsync("out.t", Start.AddDays(2.5), CancellationToken.None))!.Causes, c => c.Asset == "mid.t" && c.Kind == "failed_task");
        Assert.DoesNotContain((await causes.ForAssetAsync("out.t", Start.AddDays(3.5), CancellationToken.None))!.Causes, c => c.Asset == "mid.t");
    }

    private LineageQueries Lineage => new(_catalog.DataSource);

    private static AssetRead Read(string asset) => new(asset, AssetKind.Table);

    private static AssetWritten Write(string asset) => new(asset, AssetKind.Table);

    private static ColumnsDerived Columns(string asset, params string[] from) => new(asset, [.. from.Select(f => new ColumnEdge(f, "x", "x", ColumnEdgeKind.Identity))]);

    private static TaskEnded Ended(long run, int version, int day, string task) => new() { RunId = run, Workflow = "w", WorkflowVersion = version, TaskId = task, State = "success", Ended = Start.AddDays(day) };

    private async Task EndRunAsync(long run, int version, int day, params (string Task, Fact[] Facts)[] tasks)
    {
        foreach (var (task, facts) in tasks)
            await _catalog.AppendAsync(Ended(run, version, day, task), facts);
        await RunEndedAsync(run, version, "success");
    }

    private Task PublishAsync(int version, int day, params string[] tasks) =>
        _catalog.AppendAsync(new OutboxEvent("workflow.published", "workflow/w", System.Text.Json.JsonSerializer.Serialize(new { workflow = "w", workflow_version = version, published = Start.AddDays(day), tasks })));

    private Task RunEndedAsync(long run, int version, string state) =>
        _catalog.AppendAsync(new OutboxEvent("run.ended", $"{run}", $$"""{"run_id": {{run}}, "workflow": "w", "workflow_version": {{version}}, "state": "{{state}}"}"""));

    private async Task<IReadOnlyList<string>> UpstreamAsync(string asset, DateTimeOffset? at)
    {
        await _catalog.Projector.DrainAsync(CancellationToken.None);
        var graph = await Lineage.WalkAsync(new LineageRequest { Asset = asset, Direction = LineageDirection.Upstream, Depth = 1, At = at }, CancellationToken.None);
        return [.. graph!.Nodes.Where(n => n.Distance < 0).Select(n => n.Asset).Order(StringComparer.Ordinal)];
    }
}
