using System.Text.Json.Nodes;
using Platform.Activities.Preview;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Preview;

/// <summary>Activities in a preview: on a sample, in tables and files that vanish.</summary>
public sealed class PreviewActivityTests : ActivityTest
{
    private static readonly ActivityCatalog Catalog = ActivityCatalog.FromAssemblies(typeof(Workspace).Assembly);

    private PreviewRoom Room => field ??= new PreviewRoom(Tables, Workspace);

    /// <summary>Runs a task as a worker does in a preview.</summary>
    private async Task<(ActivityResult Result, PreviewReport Report)> Preview(string activity, JsonObject with, string task = "task", int rows = 5, DateOnly? day = null)
    {
        var sample = new PreviewSample(rows);
        using var attempt = Room.Open(7, sample, this);
        var given = Runs.Context(task, run: 7, day: day);
        var context = new ActivityContext { RunId = 7, Workflow = "test", TaskId = task, Interval = given.Interval, Log = Runs, Secrets = Runs, Preview = sample };
        var result = await ActivityBinder.Create(Catalog.Get(activity), attempt.Services, with).RunAsync(context, CancellationToken.None);
        return (result, attempt.Report(context));
    }

    private List<string> PreviewRows(string sql)
    {
        using var tables = Room.Tables(7, new PreviewSample(5));
        using var session = tables.OpenSession();
        session.ExposeFor(sql, null);
        return [.. session.Query(sql).Rows.Select(row => string.Join('|', row))];
    }

    [Fact]
    public void Every_activity_that_ships_decides_what_it_does_in_a_preview()
    {
        Assert.Empty(Catalog.All.Where(a => a.Preview == PreviewSupport.Undecided).Select(a => $"{a.Name} does not say whether it runs in a preview: set Preview in its [Activity]."));
        Assert.Empty(Catalog.All.Where(a => a.Preview == PreviewSupport.Stops && (string.IsNullOrWhiteSpace(a.Would) || string.IsNullOrWhiteSpace(a.WouldZh))).Select(a => $"{a.Name} does not say what it would do: set Would and WouldZh."));
        Assert.Empty(Catalog.All.Where(a => a.Preview == PreviewSupport.Stops && (a.Would!.EndsWith('.') || char.IsUpper(a.Would[0]))).Select(a => $"{a.Name}: '{a.Would}' does not stand behind 'It would'."));
    }

    [Fact]
    public void What_acts_outside_of_tables_stops()
    {
        string[] stops = ["control.http", "control.command", "control.workflow", "control.approval", "deploy.model", "enrich.text", "inventory.scan", "inventory.profile", "inventory.quality", "inventory.relate", "inventory.report", "inventory.suggest", "inventory.cells"];
        Assert.All(stops, name => Assert.Equal(PreviewSupport.Stops, Catalog.Get(name).Preview));
        string[] runs = ["ingest.files", "ingest.database", "clean.sql", "clean.rules", "clean.mask", "feature.sql", "feature.interactions", "train.recommender", "score.batch"];
        Assert.All(runs, name => Assert.Equal(PreviewSupport.Runs, Catalog.Get(name).Preview));
    }

    [Fact]
    public async Task A_chain_of_tasks_runs_on_the_first_rows_of_a_large_file_and_leaves_nothing_in_real_tables()
    {
        var path = Write("orders.csv", "id,amount\n" + string.Join('\n', Enumerable.Range(1, 5000).Select(i => $"{i},{i % 7}")) + "\n");
        var ingest = await Preview("ingest.files", new JsonObject { ["path"] = path, ["table"] = "raw.orders", ["mode"] = "replace" }, "ingest");
        var clean = await Preview("clean.sql", new JsonObject { ["table"] = "clean.orders", ["mode"] = "replace", ["sql"] = "select id as order_id, amount from raw.orders where amount > 1" }, "clean");

        var read = Assert.Single(ingest.Report.Reads);
        Assert.Equal((true, 5L, null), (read.Sampled, read.Rows, read.Of));
        Assert.Equal(("raw.orders", 5L, true), (ingest.Report.Writes[0].Table, ingest.Report.Writes[0].Rows, ingest.Report.Writes[0].New));
        var source = Assert.Single(clean.Report.Reads);
        Assert.Equal(("raw.orders", 5L, true, false), (source.Asset, source.Rows, source.Ours, source.Sampled));
        Assert.Contains(clean.Report.Derived[0].Edges, edge => edge is { FromColumn: "id", ToColumn: "order_id", Kind: ColumnEdgeKind.Identity });
        Assert.Equal(["2|2", "3|3", "4|4", "5|5"], PreviewRows("select * from clean.orders order by 1"));

        Assert.Empty(Tables.List());
        Assert.Equal([7L], Room.Left());
        Room.Remove(7);
        Room.Remove(7);
        Assert.Empty(Room.Left());
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(Tables.Root, ".preview")));
    }

    [Fact]
    public async Task A_small_file_is_read_whole_and_bad_lines_are_told_apart()
    {
        var path = Write("few.csv", "id,at\n" + string.Join('\n', Enumerable.Range(1, 90).Select(i => $"{i},2026-01-0{1 + (i % 9)}")) + "\n91\n");
        var (_, report) = await Preview("ingest.files", new JsonObject { ["path"] = path, ["table"] = "raw.few", ["mode"] = "replace" });

        Assert.False(report.Reads[0].Sampled);
        Assert.Equal(["raw.few__rejected", "raw.few"], report.Writes.Select(w => w.Table));
        Assert.Equal(["90"], PreviewRows("select count(*) from raw.few"));
        Assert.Equal(["1"], PreviewRows("select count(*) from raw.few__rejected"));
    }

    [Fact]
    public async Task A_parquet_file_tells_how_many_rows_it_has()
    {
        var path = Path.Combine(Folder.Path, "large.parquet");
        using (var session = Tables.OpenSession())
            session.Execute($"copy (select i as id from range(5000) r(i)) to '{path}' (format parquet)");
        var (_, report) = await Preview("ingest.files", new JsonObject { ["path"] = path, ["table"] = "raw.large", ["mode"] = "replace" });

        Assert.Equal((true, 5L, 5000L), (report.Reads[0].Sampled, report.Reads[0].Rows, report.Reads[0].Of));
        Assert.Equal(["5|0|4"], PreviewRows("select count(*), min(id), max(id) from raw.large"));
    }

    [Fact]
    public async Task Rules_on_a_real_table_work_on_its_sample_and_look_references_up_in_all_of_theirs()
    {
        using (var session = Tables.OpenSession())
        {
            session.Write(new TableWrite { Table = TableName.Parse("raw.big"), SelectSql = "select i as id, (4000 - i) as product from range(4000) r(i)" });
            session.Write(new TableWrite { Table = TableName.Parse("raw.products"), SelectSql = "select i as product from range(5000) r(i)" });
        }
        var rules = new JsonArray(new JsonObject { ["rule"] = "reference", ["columns"] = new JsonArray("product"), ["table"] = "raw.products", ["on_fail"] = "reject" });
        var (_, report) = await Preview("clean.rules", new JsonObject { ["from"] = "raw.big", ["table"] = "clean.big", ["mode"] = "replace", ["rules"] = rules });

        Assert.Equal(["5"], PreviewRows("select count(*) from clean.big"));
        Assert.Equal([("raw.big", true), ("raw.products", false)], report.Reads.Select(r => (r.Asset, r.Sampled)));
        Assert.Equal(["raw.big", "raw.products"], Tables.List().Select(t => t.ToString()));
    }

    [Fact]
    public async Task A_sample_shop_that_is_not_there_is_made_for_the_preview_alone_and_found_by_what_reads_it()
    {
        var shop = await Preview("sample.shop", new JsonObject { ["folder"] = "samples/shop", ["orders"] = 500_000, ["days"] = 3, ["start_date"] = "2026-01-01" }, "shop");
        Assert.False(Directory.Exists(Path.Combine(Folder.Path, "samples")));
        // By the place where a real run would have it.
        var lines = await Preview("ingest.files", new JsonObject { ["path"] = "samples/shop/order_lines/*.csv", ["table"] = "raw.lines", ["mode"] = "replace" }, "lines");
        var customers = await Preview("ingest.files", new JsonObject { ["path"] = "samples/shop/customers.csv", ["table"] = "raw.customers", ["mode"] = "replace" }, "customers");

        Assert.NotEmpty(lines.Report.Writes);
        Assert.NotEmpty(customers.Report.Writes);
        // Told by the place that it would have.
        Assert.Equal($"file:{Path.Combine(Folder.Path, "samples", "shop", "customers.csv")}", customers.Report.Reads[0].Asset);
        Assert.Equal(ActivityOutcome.Success, shop.Result.Outcome);
        Room.Remove(7);
        await Assert.ThrowsAsync<ActivityException>(() => Preview("ingest.files", new JsonObject { ["path"] = "samples/shop/customers.csv", ["table"] = "raw.customers", ["mode"] = "replace" }));
    }
}
