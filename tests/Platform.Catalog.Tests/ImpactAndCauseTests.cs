using Dapper;
using Platform.Catalog.Lineage;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class ImpactAndCauseTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);
    private readonly CatalogFixture _catalog = new();

    /// <summary>files → raw.o → clean.o → mart.o → model:m, twelve daily runs with 100 rows each.</summary>
    public async Task InitializeAsync()
    {
        await _catalog.InitializeAsync();
        for (var day = 0; day < 12; day++)
            await RunDayAsync(day, 100);
        await _catalog.Projector.DrainAsync(CancellationToken.None);
    }

    public Task DisposeAsync() => _catalog.DisposeAsync();

    private Task PublishAsync(string workflow, DateTimeOffset at) => _catalog.AppendAsync(new Platform.Postgres.Events.OutboxEvent("workflow.published", $"workflow/{workflow}",
        System.Text.Json.JsonSerializer.Serialize(new { workflow, workflow_version = 2, published = at, tasks = new[] { "ingest", "clean", "mart", "train", "check" } })));

    private ImpactQueries Impact => new(_catalog.DataSource);

    private RootCauseQueries Causes => new(_catalog.DataSource);

    [Fact]
    public async Task Impact_names_what_depends_on_an_asset_with_owners_runs_and_open_incidents()
    {
        await using (var connection = await _catalog.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("update catalog.assets set owner = 'sales' where key in ('clean.o', 'mart.o')");
        await EndAsync("check", 900, Day.AddDays(12), new CheckResult("mart.o", null, "volume", false, "0 rows", "at least 10", "critical"));

        var report = await Impact.DownstreamAsync("raw.o", null, 20, null, CancellationToken.None);

        Assert.Equal([("clean.o", 1), ("mart.o", 2), ("model:m", 3)], report!.Assets.Select(a => (a.Asset, a.Distance)));
        Assert.Equal(["sales 2", " 1"], report.Owners.Select(o => $"{o.Owner} {o.Assets}"));
        var mart = report.Assets[1];
        Assert.Equal((1, 1, "clean.o", 11L, "mart"), (mart.FailingChecks, mart.OpenIncidents, mart.Via, mart.LastRun, mart.LastTask));
        Assert.Equal("3 assets depend on raw.o: 1 model, 2 tables. 1 asset already has failing checks; tell sales (2); 1 has no owner.", report.Summary);
        Assert.Equal(("mart.o", "sales"), (report.First[0].Asset, report.First[0].Owner));
        Assert.Equal("3 个资产依赖 raw.o：1 个模型、2 个表。其中 1 个已有未通过的检查；请通知 sales（2）；1 个没有负责人。", report.SummaryZh);
        Assert.StartsWith("1 open incident; ", report.First[0].Why, StringComparison.Ordinal);
        Assert.EndsWith("last written by mart of shop, run 11", report.First[0].Why, StringComparison.Ordinal);
        Assert.Equal("Nothing is made from model:m, as far as runs have told.", (await Impact.DownstreamAsync("model:m", null, 5, null, CancellationToken.None))!.Summary);
        Assert.Null(await Impact.DownstreamAsync("raw.nothing", null, 20, null, CancellationToken.None));
    }

    [Fact]
    public async Task Impact_of_a_column_names_the_columns_that_come_from_it()
    {
        var report = await Impact.DownstreamAsync("raw.o", "amount", 20, null, CancellationToken.None);
        Assert.Equal(["clean.o: total", "mart.o: revenue"], report!.Assets.Take(2).Select(a => $"{a.Asset}: {string.Join(' ', a.Columns)}"));

        var filter = await Impact.DownstreamAsync("raw.o", "status", 1, null, CancellationToken.None);
        Assert.Empty(Assert.Single(filter!.Assets).Columns);
    }

    [Fact]
    public async Task A_removed_column_far_upstream_ranks_above_the_checks_that_failed_because_of_it()
    {
        await _catalog.AppendAsync(Ended("ingest", 12, Day.AddDays(12)), new AssetWritten("raw.o", AssetKind.Table, 13, Rows: 1300, RowsWritten: 100, Columns: [new("id", "BIGINT"), new("status", "VARCHAR")]));
        await EndAsync("check", 12, Day.AddDays(12).AddMinutes(5), new CheckResult("clean.o", "total", "not_null", false, "100 nulls", "none"));
        await EndAsync("check", 12, Day.AddDays(12).AddMinutes(9), new CheckResult("mart.o", null, "volume", false, "0 rows", "at least 10", "critical"));

        var report = await Causes.ForAssetAsync("model:m", Day.AddDays(12).AddHours(1), CancellationToken.None);

        var first = report!.Causes[0];
        Assert.StartsWith("Look first at raw.o, 3 steps upstream of model:m (60 minutes before, run 12): Column amount (DOUBLE) was removed", report.Summary, StringComparison.Ordinal);
        Assert.EndsWith("Nobody answers for it. 2 other findings, of which 2 may follow from it.", report.Summary, StringComparison.Ordinal);
        Assert.StartsWith("先看model:m 上游 3 步的 raw.o（60 分钟前，运行 12）：列 amount（DOUBLE）被删除，下游在使用它。它早于下游 2 个资产的发现。", report.SummaryZh, StringComparison.Ordinal);
        Assert.EndsWith("没有负责人。另有 2 项发现，其中 2 项可能由它引起。", report.SummaryZh, StringComparison.Ordinal);
        Assert.Equal("A critical check failed: volume: 0 rows; expected at least 10.", report.Causes.Single(c => c.Asset == "mart.o").Why);
        Assert.Equal(("schema", "raw.o", "amount", 3), (first.Kind, first.Asset, first.Column, first.Distance));
        Assert.Contains("Column amount (DOUBLE) was removed, which is used downstream. It came before findings on 2 assets downstream.", first.Why, StringComparison.Ordinal);
        Assert.Equal(["raw.o", "clean.o", "mart.o", "model:m"], first.Path);
        Assert.Equal(["check", "check"], report.Causes.Skip(1).Take(2).Select(c => c.Kind));
    }

    [Fact]
    public async Task A_new_version_of_the_workflow_that_wrote_since_is_a_cause_and_one_that_did_not_write_is_none()
    {
        await PublishAsync("shop", Day.AddDays(11).AddHours(12));
        await PublishAsync("other", Day.AddDays(11).AddHours(12));
        await RunDayAsync(12, 100);
        await EndAsync("check", 12, Day.AddDays(12).AddHours(1), new CheckResult("mart.o", "revenue", "range", false, "-3", "0 to 9"));

        var report = await Causes.ForAssetAsync("mart.o", Day.AddDays(12).AddHours(2), CancellationToken.None);

        Assert.Equal("mart.o", Assert.Single(report!.Subjects).Asset);
        Assert.Equal("range of revenue: -3; expected 0 to 9".Split(' ')[0], report.Subjects[0].Failing.Single().Split([' ', ':'])[0]);
        var versions = report.Causes.Where(c => c.Kind == "workflow").ToList();
        Assert.Contains(versions, c => c.Asset == "mart.o" && c.Why.StartsWith("Version 2 of the workflow shop, whose task mart writes it, was published and first wrote it in run 12.", StringComparison.Ordinal));
        Assert.DoesNotContain(versions, c => c.Workflow == "other");
        Assert.DoesNotContain((await Causes.ForAssetAsync("mart.o", Day.AddDays(11).AddHours(13), CancellationToken.None))!.Causes, c => c.Kind == "workflow");
    }

    [Fact]
    public async Task Where_nothing_stood_out_the_answer_says_what_was_looked_for()
    {
        var report = await Causes.ForAssetAsync("mart.o", Day.AddDays(11).AddHours(4), CancellationToken.None);
        Assert.Empty(report!.Causes);
        Assert.StartsWith("Nothing stood out in the 7 days before, in 4 assets from mart.o upstream", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_incident_is_traced_to_the_task_that_failed_and_to_what_came_late_or_short_and_not_to_what_came_after()
    {
        await RunDayAsync(12, 3);
        await _catalog.AppendAsync(Ended("clean", 13, Day.AddDays(13)) with { State = "failed", Error = "Disk full" });
        await EndAsync("check", 14, Day.AddDays(14).AddHours(3), new CheckResult("mart.o", null, "freshness", false, "2 days", "1 day"));
        await EndAsync("check", 15, Day.AddDays(16), new CheckResult("raw.o", null, "late", false, "1", "2"));

        var incident = await IncidentAsync("freshness");
        var report = await Causes.ForIncidentAsync(incident, CancellationToken.None);

        Assert.Equal(("failed_task", "clean.o", "clean", 13L), (report!.Causes[0].Kind, report.Causes[0].Asset, report.Causes[0].TaskId, report.Causes[0].RunId));
        Assert.Contains("Disk full", report.Causes[0].Why, StringComparison.Ordinal);
        Assert.Contains(report.Causes, c => c.Kind == "volume" && c.Asset == "raw.o" && c.Why.StartsWith("3 rows, where 100 are usual", StringComparison.Ordinal));
        Assert.Contains(report.Causes, c => c.Kind == "late" && c.Asset == "raw.o" && c.Why.StartsWith("It is usually written every 24 hours", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Causes, c => c.At > report.At);
        Assert.Null(await Causes.ForIncidentAsync(999_999, CancellationToken.None));
    }

    [Fact]
    public async Task Wrong_values_of_a_column_are_traced_to_the_file_that_they_came_in_with()
    {
        await _catalog.AppendAsync(Ended("ingest", 12, Day.AddDays(12)), new AssetRead("file:/in/{yyyy-MM-dd}.csv", AssetKind.FileSet, Rows: 100, Location: "/in/2026-03-13.csv"), new AssetWritten("raw.o", AssetKind.Table, 13, RowsWritten: 100),
            new ColumnsDerived("raw.o", [new("file:/in/{yyyy-MM-dd}.csv", "Price", "amount", ColumnEdgeKind.Identity)]));
        await _catalog.AppendAsync(Ended("clean", 12, Day.AddDays(12).AddMinutes(1)), new AssetRead("raw.o", AssetKind.Table), new AssetWritten("clean.o", AssetKind.Table, 13, RowsWritten: 100));
        await _catalog.AppendAsync(Ended("watch", 12, Day.AddDays(12).AddMinutes(2)), new AssetRead("file:/in/{yyyy-MM-dd}.csv", AssetKind.FileSet, Location: "/in/other.csv"));
        await EndAsync("check", 12, Day.AddDays(12).AddMinutes(3), new CheckResult("clean.o", "total", "price-cap", false, "100 rows over 500", "at most 500", "critical"));

        var report = await Causes.ForIncidentAsync(await IncidentAsync("price-cap"), CancellationToken.None);

        var first = report!.Causes[0];
        Assert.Equal(("values", "file:/in/{yyyy-MM-dd}.csv", "Price", 12L), (first.Kind, first.Asset, first.Column, first.RunId));
        Assert.Equal("total of clean.o is made of its Price: run 12 read 100 rows of it from /in/2026-03-13.csv 3 minutes before. Look at its values.", first.Why);
        Assert.DoesNotContain((await Causes.ForAssetAsync("clean.o", Day.AddDays(12).AddMinutes(4), CancellationToken.None))!.Causes, c => c.Kind == "values");
    }

    [Fact]
    public async Task A_run_is_traced_from_what_its_failed_tasks_write_and_a_task_made_good_counts_less()
    {
        await _catalog.AppendAsync(Ended("ingest", 12, Day.AddDays(12)) with { State = "failed", Error = "No file" });
        await _catalog.AppendAsync(Ended("mart", 12, Day.AddDays(12).AddMinutes(2)) with { State = "failed", Error = "No rows" });
        await _catalog.Projector.DrainAsync(CancellationToken.None);

        var report = await Causes.ForRunAsync(12, "shop", ["mart"], Day.AddDays(12).AddMinutes(3), CancellationToken.None);
        Assert.Equal(["mart.o"], report.Assets);
        Assert.Equal(["ingest", "mart"], report.Causes.Where(c => c.Kind == "failed_task").Select(c => c.TaskId).Order());

        await _catalog.AppendAsync(Ended("ingest", 12, Day.AddDays(12).AddHours(1)) with { Generation = 2 }, new AssetWritten("raw.o", AssetKind.Table));
        await _catalog.Projector.DrainAsync(CancellationToken.None);
        var after = await Causes.ForRunAsync(12, "shop", ["mart"], Day.AddDays(12).AddHours(2), CancellationToken.None);
        Assert.DoesNotContain(after.Causes, c => c.TaskId == "ingest" && c.Kind == "failed_task");
    }

    [Fact]
    public async Task Where_nothing_happened_there_is_no_cause()
    {
        Assert.Empty((await Causes.ForAssetAsync("mart.o", Day.AddDays(11).AddHours(3), CancellationToken.None))!.Causes);
        Assert.Null(await Causes.ForAssetAsync("mart.none", Day, CancellationToken.None));
    }

    private async Task RunDayAsync(int day, long rows)
    {
        var at = Day.AddDays(day);
        await _catalog.AppendAsync(Ended("ingest", day, at), new AssetRead("file:/in/{yyyy-MM-dd}.csv", AssetKind.FileSet, Rows: rows), new AssetWritten("raw.o", AssetKind.Table, day + 1, RowsWritten: rows, Columns: [new("id", "BIGINT"), new("amount", "DOUBLE"), new("status", "VARCHAR")]));
        await _catalog.AppendAsync(Ended("clean", day, at.AddMinutes(1)), new AssetRead("raw.o", AssetKind.Table), new AssetWritten("clean.o", AssetKind.Table, day + 1, RowsWritten: rows),
            new ColumnsDerived("clean.o", [new("raw.o", "amount", "total", ColumnEdgeKind.Aggregation), new("raw.o", "status", null, ColumnEdgeKind.Filter)], "select sum(amount) as total from raw.o where status = 'paid'"));
        await _catalog.AppendAsync(Ended("mart", day, at.AddMinutes(2)), new AssetRead("clean.o", AssetKind.Table), new AssetWritten("mart.o", AssetKind.Table, day + 1, RowsWritten: rows),
            new ColumnsDerived("mart.o", [new("clean.o", "total", "revenue", ColumnEdgeKind.Identity)], "select total as revenue from clean.o"));
        await _catalog.AppendAsync(Ended("train", day, at.AddMinutes(3)), new AssetRead("mart.o", AssetKind.Table), new AssetWritten("model:m", AssetKind.Model));
    }

    private static TaskEnded Ended(string task, long run, DateTimeOffset at) => new() { RunId = run, Workflow = "shop", WorkflowVersion = 1, TaskId = task, State = "success", Ended = at };

    private async Task EndAsync(string task, long run, DateTimeOffset at, params Fact[] facts)
    {
        await _catalog.AppendAsync(Ended(task, run, at), facts);
        await _catalog.Projector.DrainAsync(CancellationToken.None);
    }

    private async Task<long> IncidentAsync(string check)
    {
        await using var connection = await _catalog.DataSource.OpenConnectionAsync();
        return await connection.QuerySingleAsync<long>("select i.id from catalog.incidents i join catalog.checks c on c.id = i.check_id where c.name = @check", new { check });
    }
}
