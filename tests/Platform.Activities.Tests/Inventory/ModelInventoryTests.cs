using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Activities.Inventory;
using Platform.Activities.Tests.Train;
using Platform.Catalog.Assets;
using Platform.Catalog.Inventory;
using Platform.Catalog.Models;
using Platform.Catalog.Projection;
using Platform.Inventory.Report;
using Platform.Postgres.Events;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Inventory;

/// <summary>The nightly inventory of the platform's own models and endpoints.</summary>
public sealed class ModelInventoryTests : ModelActivityTest
{
    private readonly PostgresFixture _postgres;
    private long _run = 1_000_000 + (Guid.NewGuid().GetHashCode() & 0xFFFFFFF);

    public ModelInventoryTests(PostgresFixture postgres)
        : base(postgres) => _postgres = postgres;

    private string Table => $"feature.i{Model[2..]}";

    public override object? GetService(Type serviceType) =>
        serviceType == typeof(InventoryCommands) ? new InventoryCommands(_postgres.DataSource)
        : serviceType == typeof(InventoryQueries) ? new InventoryQueries(_postgres.DataSource)
        : serviceType == typeof(InventoryMemory) ? new InventoryMemory(_postgres.DataSource)
        : serviceType == typeof(ModelStateQueries) ? new ModelStateQueries(_postgres.DataSource)
        : base.GetService(serviceType);

    [Fact]
    public async Task A_trained_and_deployed_model_is_an_asset_with_its_features_and_its_endpoint_another()
    {
        await ServedAsync();
        var (_, report) = await NightAsync();

        var model = Assert.Single(report.Models, line => line.Name == Model);
        Assert.Equal((1, 1, "champion"), (model.Versions, model.Version, model.Stage));
        Assert.Equal(["event_time", "item_id", "user_id", "weight"], model.Features.Order(StringComparer.Ordinal));
        Assert.Equal($"{Table} version 0", Assert.Single(model.TrainedOn));
        Assert.Equal("test.train", model.TrainedBy);
        Assert.Contains("hit_at_10", model.Metrics.Keys);
        Assert.Equal("serving", Assert.Single(report.Endpoints, line => line.Name == Model).State);

        var asset = (await new AssetQueries(_postgres.DataSource).GetAsync($"model:{Model}", default))!;
        Assert.Equal(("model", "models", "onnx", 1L), (asset.Asset.Kind, asset.Asset.Source, asset.Asset.Format, asset.Asset.Version));
        Assert.Contains(asset.Columns, column => column is { Name: "weight", DataType: "DOUBLE" });
        Assert.Equal(Table, Assert.Single(asset.Upstream).Key);
        Assert.Equal((Model, 4), (Assert.Single(asset.Model!.Endpoints), asset.Model.Features.Count));
        Assert.Equal($"endpoint:{Model}", Assert.Single(asset.Downstream).Key);
        var found = await new AssetQueries(_postgres.DataSource).SearchAsync(new AssetSearch { Text = Model, Kind = "endpoint", Source = "endpoints" }, default);
        Assert.Equal($"endpoint:{Model}", Assert.Single(found.Items).Key);
    }

    [Fact]
    public async Task The_next_night_says_that_a_new_version_is_in_service_and_otherwise_that_nothing_changed()
    {
        await ServedAsync();
        await NightAsync();
        var (outputs, _) = await NightAsync();
        Assert.DoesNotContain(outputs.Changed, key => key.EndsWith(Model, StringComparison.Ordinal));

        await RegisterAsync(lift: 0.4);
        await RunAsync("deploy.model", "deploy", new() { ["model"] = Model });
        (outputs, _) = await NightAsync();
        Assert.Equal([$"endpoint:{Model}", $"model:{Model}"], outputs.Changed.Where(key => key.EndsWith(Model, StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_endpoint_whose_model_lost_its_files_is_broken_and_leads_the_report()
    {
        await ServedAsync();
        File.Delete(Path.Combine((await Registry.FindAsync(Model, null, default))!.Location, "model.onnx"));
        var (_, report) = await NightAsync();

        Assert.Equal("cannot answer", Assert.Single(report.Endpoints, line => line.Name == Model).State);
        var finding = Assert.Single(report.Surprises, finding => finding.Kind == "endpoint-broken" && finding.Name == Model);
        Assert.Contains("model.onnx is missing", finding.Evidence, StringComparison.Ordinal);
        Assert.StartsWith("broken", (await new AssetQueries(_postgres.DataSource).GetAsync($"endpoint:{Model}", default))!.Asset.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_feature_that_changed_its_type_or_its_spread_since_the_training_is_told_at_the_endpoint_and_the_model()
    {
        await ServedAsync();
        var (_, report) = await NightAsync();
        Assert.DoesNotContain(report.Surprises, finding => finding.Name == Model && finding.Kind is "trained-on-changed" or "model-drift");

        WriteTable(Table, "select 'u' || (i % 60) as user_id, 'g' || (i % 48) as item_id, timestamptz '2024-01-01 00:00:00Z' + to_seconds(i * 800) as event_time, 40 + (hash(i * 5) % 4)::double as weight from range(4000) t(i)");
        await TellWriteAsync(["user_id VARCHAR", "item_id VARCHAR", "event_time TIMESTAMP WITH TIME ZONE", "weight VARCHAR"]);
        (_, report) = await NightAsync();

        var changed = Assert.Single(report.Surprises, finding => finding.Kind == "trained-on-changed" && finding.Name == Model);
        Assert.Equal($"endpoint:{Model}", changed.Asset);
        Assert.StartsWith($"The endpoint {Model} serves a model trained on {Table}, whose columns have changed since.", changed.Sentence, StringComparison.Ordinal);
        Assert.StartsWith("weight: DOUBLE to VARCHAR", changed.Evidence, StringComparison.Ordinal);
        var drift = Assert.Single(report.Surprises, finding => finding.Kind == "model-drift" && finding.Name == Model);
        Assert.Equal("weight", drift.Column);
    }

    [Fact]
    public async Task Patterns_and_switches_leave_models_and_endpoints_out_and_say_nothing_of_files()
    {
        await ServedAsync();
        Write("data/a.csv", "id\n1\n2\n");
        var scan = await ScanAsync(new() { ["exclude"] = new JsonArray($"model:{Model}") });
        Assert.Equal((1, false, true), (scan.Data, scan.Model, scan.Endpoint));
        scan = await ScanAsync(new() { ["include"] = new JsonArray("endpoint:nothing*") });
        Assert.Equal((1, true, false), (scan.Data, scan.Model, scan.Endpoint));
        scan = await ScanAsync(new() { ["models"] = false, ["endpoints"] = false });
        Assert.Equal((1, false, false), (scan.Data, scan.Model, scan.Endpoint));
        scan = await ScanAsync(new() { ["models"] = false, ["endpoints"] = false, ["sources"] = "models" });
        Assert.Equal((0, true, false), (scan.Data, scan.Model, scan.Endpoint));

        async Task<(int Data, bool Model, bool Endpoint)> ScanAsync(JsonObject with)
        {
            with["tables"] = false;
            with["sources"] ??= Path.Combine(Folder.Path, "data");
            _run++;
            var run = Outputs<ScanInventoryOutputs>(await Run("inventory.scan", with, Runs.Context(run: _run))).InventoryRun;
            var keys = new Platform.Inventory.Cache.InventoryRuns(Path.Combine(Folder.Path, "inventory")).Find(run)!.Assets.Select(asset => asset.Key).ToList();
            return (keys.Count(key => key.StartsWith("file:", StringComparison.Ordinal)), keys.Contains($"model:{Model}"), keys.Contains($"endpoint:{Model}"));
        }
    }

    [Fact]
    public async Task A_model_registered_by_hand_gets_its_lineage_from_the_scan()
    {
        WriteInteractions(Table);
        await RunAsync("train.recommender", "train", new() { ["table"] = Table, ["model"] = Model });
        var byHand = $"{Model}-hand";
        await Registry.RegisterAsync(new NewModelVersion { Model = byHand, Learner = "own", Metrics = JsonSerializer.SerializeToElement(new { }), Parameters = JsonSerializer.SerializeToElement(new { }), TrainedOn = [new TrainedOn(Table, 0)] }, _ => Path.Combine(Folder.Path, "none"), default);
        await Registry.DeployEndpointAsync(byHand, byHand, default);
        await NightAsync();

        var assets = new AssetQueries(_postgres.DataSource);
        Assert.Equal(Table, Assert.Single((await assets.GetAsync($"model:{byHand}", default))!.Upstream).Key);
        Assert.Equal($"model:{byHand}", Assert.Single((await assets.GetAsync($"endpoint:{byHand}", default))!.Upstream).Key);
        // Once is enough.
        await RunAsync("inventory.scan", "scan", new() { ["sources"] = "models", ["tables"] = false });
        Assert.DoesNotContain(Facts, fact => fact is AssetDerived derived && derived.Asset.EndsWith(byHand, StringComparison.Ordinal));
    }

    private async Task ServedAsync()
    {
        WriteInteractions(Table);
        await TellWriteAsync(["user_id VARCHAR", "item_id VARCHAR", "event_time TIMESTAMP WITH TIME ZONE", "weight DOUBLE"]);
        // The profile of then: the night before the training.
        await NightAsync();
        await RunAsync("train.recommender", "train", new() { ["table"] = Table, ["model"] = Model });
        await RunAsync("deploy.model", "deploy", new() { ["model"] = Model });
    }

    private async Task<(ReportInventoryOutputs Outputs, InventoryReport Report)> NightAsync()
    {
        _run++;
        await RunAsync("inventory.scan", "scan", new() { ["sources"] = "tables" }, _run);
        await RunAsync("inventory.profile", "profile", [], _run);
        var outputs = Outputs<ReportInventoryOutputs>(await RunAsync("inventory.report", "report", [], _run));
        return (outputs, JsonSerializer.Deserialize<InventoryReport>(await File.ReadAllTextAsync(outputs.ReportJson), ReportFiles.Json)!);
    }

    private Task TellWriteAsync(string[] columns) => TellAsync("feature", ++_run, [new AssetWritten(Table, AssetKind.Table, Tables.Snapshot(Platform.Tables.TableName.Parse(Table)).Version, Columns: [.. columns.Select(column => new AssetColumn(column.Split(' ', 2)[0], column.Split(' ', 2)[1]))])]);

    /// <summary>Runs an activity and tells the catalog what it observed, as the engine does.</summary>
    private async Task<ActivityResult> RunAsync(string activity, string task, JsonObject with, long? run = null)
    {
        var number = run ?? ++_run;
        var result = await Run(activity, with, Runs.Context(task, number));
        await TellAsync(task, number, Facts);
        return result;
    }

    private async Task TellAsync(string task, long run, IReadOnlyList<Fact> facts)
    {
        var ended = new TaskEnded { RunId = run, Workflow = "test", TaskId = task, State = "success", Ended = TimeProvider.System.GetUtcNow(), Facts = JsonSerializer.SerializeToElement(facts, Fact.Json) };
        await using (var connection = await _postgres.DataSource.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await Outbox.AppendAsync(connection, transaction, [new OutboxEvent(TaskEnded.EventType, $"{run}/{task}/-1", JsonSerializer.Serialize(ended, Fact.Json))], default);
            await transaction.CommitAsync();
        }
        await new LineageProjector(_postgres.DataSource, TimeProvider.System).DrainAsync(default);
    }
}
