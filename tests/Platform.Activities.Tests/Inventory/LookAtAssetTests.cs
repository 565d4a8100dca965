using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Activities.Inventory;
using Platform.Catalog.Assets;
using Platform.Catalog.Inventory;
using Platform.Catalog.Quality;
using Platform.Catalog.Review;
using Platform.Tables;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Inventory;

/// <summary>A look at one asset over a real catalog.</summary>
public sealed class LookAtAssetTests(PostgresFixture postgres) : ActivityTest, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly Random Random = new(Environment.ProcessId + 7);

    private readonly string _people = $"raw.p{Random.Next(1, int.MaxValue)}";
    private readonly string _other = $"raw.o{Random.Next(1, int.MaxValue)}";
    private long _run = Random.Next(1_000, 1_000_000_000);

    private AssetQueries Assets => new(postgres.DataSource);

    private QualityQueries Checks => new(postgres.DataSource);

    public async Task InitializeAsync()
    {
        await postgres.MigrateAsync(typeof(InventoryCommands).Assembly);
        WriteTable(_people, "select i as id, 'ann' || i || '@example.com' as email from range(50) t(i)");
        WriteTable(_other, "select 1 as a");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public override object? GetService(Type serviceType) =>
        serviceType == typeof(InventoryCommands) ? new InventoryCommands(postgres.DataSource)
        : serviceType == typeof(InventoryQueries) ? new InventoryQueries(postgres.DataSource)
        : serviceType == typeof(AssetQueries) ? Assets
        : serviceType == typeof(QualityCommands) ? new QualityCommands(postgres.DataSource)
        : serviceType == typeof(QualityQueries) ? Checks
        : serviceType == typeof(SuggestionCommands) ? new SuggestionCommands(postgres.DataSource)
        : base.GetService(serviceType);

    [Fact]
    public async Task A_table_is_profiled_judged_and_checked_and_nothing_else_is_touched()
    {
        await NightAsync();
        WriteTable(_people, "select i as id, case when i = 3 then null else 'bob' || i || '@example.com' end as email from range(60) t(i)");
        await new QualityCommands(postgres.DataSource).CreateCheckAsync(Check("not_null", """{"kind":"not_null","column":"email"}""", "email"), "ann", default);
        await new QualityCommands(postgres.DataSource).CreateCheckAsync(Check("growth", """{"kind":"growth","max":1}""", null), "ann", default);
        var inventories = (await new InventoryQueries(postgres.DataSource).RunsAsync(100, default)).Count;

        var outputs = await LookAsync(_people);

        Assert.Equal((60, 2, 1, 1, 1), (outputs.Rows, outputs.Columns, outputs.PersonalColumns, outputs.Checks, outputs.Failed));
        var people = (await Assets.GetAsync(_people, default))!;
        Assert.Equal(60, people.Asset.RowCount);
        Assert.Equal("contact", people.Columns.Single(column => column.Name == "email").PersonalClass);
        Assert.StartsWith("1 of 60 rows", Assert.Single(await Checks.IncidentsAsync(_people, "open", null, 10, default)).Message, StringComparison.Ordinal);
        Assert.Null((await Assets.GetAsync(_other, default))!.Asset.GoneAt);
        Assert.Equal(inventories, (await new InventoryQueries(postgres.DataSource).RunsAsync(100, default)).Count);

        // The same once more is no further profile, and no further failure.
        await LookAsync(_people);
        Assert.Contains("has not changed", Runs.Log, StringComparison.Ordinal);
        Assert.Equal(2, (await new ProfileQueries(postgres.DataSource).ListAsync(_people, 10, default)).Count);
    }

    [Fact]
    public async Task A_file_that_only_a_run_has_told_of_is_found_and_read()
    {
        var path = Write("data/cities.csv", "city,people\nBerlin,3700000\nParis,2100000\n");
        await new QualityCommands(postgres.DataSource).RecordResultsAsync(Runs.Context(run: ++_run), [new CheckResult("file:" + path, null, "known", true, "", "")], DateTimeOffset.UnixEpoch, default);

        Assert.Equal((2L, 2), ((await LookAsync("file:" + path)) is var outputs ? (outputs.Rows, outputs.Columns) : default));

        Assert.Contains(Facts, fact => fact is AssetRead { Columns.Count: 2 });
        File.Delete(path);
        Assert.Contains("is not in its source", (await Fails("inventory.asset", new JsonObject { ["asset"] = "file:" + path }, Runs.Context(run: ++_run))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_knows_or_has_no_rows_is_said()
    {
        Assert.Contains("does not know 'raw.nothing_here'", (await Fails("inventory.asset", new JsonObject { ["asset"] = "raw.nothing_here" })).Message, StringComparison.Ordinal);
        await new QualityCommands(postgres.DataSource).RecordResultsAsync(Runs.Context(run: ++_run), [new CheckResult("model:some", null, "known", true, "", "")], DateTimeOffset.UnixEpoch, default);
        Assert.Contains("has no rows to look at", (await Fails("inventory.asset", new JsonObject { ["asset"] = "model:some" })).Message, StringComparison.Ordinal);
    }

    private async Task<LookAtAssetOutputs> LookAsync(string asset) => Assert.IsType<LookAtAssetOutputs>((await Run("inventory.asset", new JsonObject { ["asset"] = asset }, Runs.Context(run: ++_run))).Outputs);

    private async Task NightAsync()
    {
        var run = ++_run;
        await Run("inventory.scan", new JsonObject { ["sources"] = "tables" }, Runs.Context("scan", run));
        await Run("inventory.profile", [], Runs.Context("profile", run));
    }

    private NewCheck Check(string name, string definition, string? column) =>
        new() { Asset = _people, Column = column, Name = name, Kind = name, Definition = JsonDocument.Parse(definition).RootElement };

    private void WriteTable(string table, string sql)
    {
        using var session = Tables.OpenSession();
        session.Write(new TableWrite { Table = TableName.Parse(table), Mode = WriteMode.Replace, SelectSql = sql });
    }
}
