using System.Text.Json;
using Platform.Catalog.Models;

namespace Platform.Catalog.Tests;

public sealed class ModelRegistryTests : IAsyncLifetime
{
    private readonly CatalogFixture _catalog = new();

    private ModelRegistry Models => new(_catalog.DataSource);

    public Task InitializeAsync() => _catalog.InitializeAsync();

    public Task DisposeAsync() => _catalog.DisposeAsync();

    [Fact]
    public async Task A_task_that_is_tried_again_finds_the_version_it_made()
    {
        var first = await RegisterAsync(run: 1);
        var again = await RegisterAsync(run: 1);
        var cleared = await RegisterAsync(run: 1, generation: 2);

        Assert.Equal((1, 1, 2), (first.Version, again.Version, cleared.Version));
        Assert.Equal("/models/shop/2", cleared.Location);
        Assert.Equal(0.25, first.Metrics.GetProperty("hit").GetDouble());
        Assert.Equal("clean.orders", first.TrainedOn[0].GetProperty("asset").GetString());
    }

    [Fact]
    public async Task Tasks_that_register_at_the_same_time_get_numbers_of_their_own()
    {
        var versions = await Task.WhenAll(Enumerable.Range(1, 8).Select(run => RegisterAsync(run)));

        Assert.Equal(Enumerable.Range(1, 8), versions.Select(v => v.Version).Order());
    }

    [Fact]
    public async Task Promotion_archives_the_champion_before_and_happens_once_for_a_task()
    {
        await RegisterAsync(1);
        await RegisterAsync(2);
        var task = new TaskKey(2, "shop", "deploy", -1, 1);
        await Models.PromoteAsync("shop", 1, "first", "ann", null, CancellationToken.None);
        var promoted = await Models.PromoteAsync("shop", 2, "better", "task", task, CancellationToken.None);
        var again = await Models.PromoteAsync("shop", 2, "better", "task", task, CancellationToken.None);

        Assert.Equal(new Promotion("shop", 1, 2, true), promoted);
        Assert.Equal(new Promotion("shop", 1, 2, false), again);
        Assert.Equal(["2 champion", "1 archived"], (await Models.VersionsAsync("shop", 10, CancellationToken.None)).Select(v => $"{v.Version} {v.Stage}"));
        Assert.Equal(2, (await Models.FindAsync("shop", null, CancellationToken.None))!.Version);
        Assert.Equal(2, (await Models.PromotionsAsync("shop", 10, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task A_repeated_attempt_does_not_undo_what_a_person_did_in_between()
    {
        await RegisterAsync(1);
        await RegisterAsync(2);
        var task = new TaskKey(2, "shop", "deploy", -1, 1);
        await Models.PromoteAsync("shop", 1, "first", "ann", null, CancellationToken.None);
        await Models.PromoteAsync("shop", 2, "better", "task", task, CancellationToken.None);
        Assert.Equal(1, (await Models.RollBackAsync("shop", "ann", CancellationToken.None)).ToVersion);

        await Models.PromoteAsync("shop", 2, "better", "task", task, CancellationToken.None);
        Assert.Equal(1, (await Models.FindAsync("shop", null, CancellationToken.None))!.Version);
    }

    [Fact]
    public async Task Rolling_back_goes_step_by_step_and_ends_with_a_reason()
    {
        for (var run = 1; run <= 3; run++)
        {
            await RegisterAsync(run);
            await Models.PromoteAsync("shop", run, "nightly", "task", null, CancellationToken.None);
        }

        Assert.Equal(2, (await Models.RollBackAsync("shop", "ann", CancellationToken.None)).ToVersion);
        Assert.Equal(1, (await Models.RollBackAsync("shop", "ann", CancellationToken.None)).ToVersion);
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => Models.RollBackAsync("shop", "ann", CancellationToken.None));
        Assert.Contains("no earlier version", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_serves_the_champion_and_a_model_without_one_is_found_by_its_own_name()
    {
        await RegisterAsync(1);
        Assert.Null((await Models.FindEndpointAsync("shop", CancellationToken.None))!.Version);
        await Models.PromoteAsync("shop", 1, "first", "ann", null, CancellationToken.None);
        await Models.DeployEndpointAsync("front-page", "shop", CancellationToken.None);

        var endpoint = await Models.FindEndpointAsync("front-page", CancellationToken.None);
        Assert.Equal(("shop", 1, "/models/shop/1"), (endpoint!.Model, endpoint.Version, endpoint.Location));
        Assert.Null(await Models.FindEndpointAsync("nothing", CancellationToken.None));
        var model = Assert.Single(await Models.ListAsync(CancellationToken.None));
        Assert.Equal((1, 1, 1, "front-page"), (model.VersionCount, model.LatestVersion, model.ChampionVersion, model.Endpoints.Single()));
        Assert.Single(await Models.EndpointsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_is_not_there_is_refused_by_name()
    {
        await RegisterAsync(1);
        Assert.Contains("no version 7", (await Assert.ThrowsAsync<ArgumentException>(() => Models.PromoteAsync("shop", 7, "x", "ann", null, CancellationToken.None))).Message, StringComparison.Ordinal);
        Assert.Contains("no model 'other'", (await Assert.ThrowsAsync<ArgumentException>(() => Models.DeployEndpointAsync("e", "other", CancellationToken.None))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => Models.DeployEndpointAsync("../e", "shop", CancellationToken.None));
    }

    private Task<ModelVersionRow> RegisterAsync(long run, int generation = 1) => Models.RegisterAsync(
        new NewModelVersion
        {
            Model = "shop",
            Learner = "biased-mf",
            Metrics = JsonDocument.Parse("""{"hit": 0.25}""").RootElement,
            Parameters = JsonDocument.Parse("""{"k": 32}""").RootElement,
            TrainedOn = [new TrainedOn("clean.orders", 12)],
            Task = new TaskKey(run, "shop", "train", -1, generation),
        },
        number => $"/models/shop/{number}", CancellationToken.None);
}
