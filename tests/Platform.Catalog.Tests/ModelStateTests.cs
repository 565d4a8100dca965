using System.Text.Json;
using Dapper;
using Platform.Catalog.Models;
using Platform.Catalog.Retention;
using Platform.Catalog.Usage;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

/// <summary>What the inventory tells of models and endpoints.</summary>
public sealed class ModelStateTests : IAsyncLifetime
{
    private static readonly AssetColumn[] Columns = [new("user_id", "VARCHAR"), new("weight", "DOUBLE"), new("note", "VARCHAR")];
    private readonly CatalogFixture _catalog = new();

    private ModelRegistry Models => new(_catalog.DataSource);

    private ModelStateQueries States => new(_catalog.DataSource);

    public async Task InitializeAsync()
    {
        await _catalog.InitializeAsync();
        await _catalog.EndTaskAsync("feature", 1, new AssetRead("clean.lines", AssetKind.Table), new AssetWritten("feature.i", AssetKind.Table, 3, Rows: 10, Columns: Columns));
        await Models.RegisterAsync(
            new NewModelVersion
            {
                Model = "rec",
                Learner = "item-knn",
                Metrics = JsonSerializer.SerializeToElement(new { hit = 0.25 }),
                Parameters = JsonSerializer.SerializeToElement(new { }),
                TrainedOn = [new TrainedOn("feature.i", 3)],
                Card = JsonSerializer.SerializeToElement(new { features = new[] { "feature.i.user_id", "feature.i.weight" } }),
                Task = new TaskKey(1, "shop", "train", -1, 1),
            },
            n => $"/models/rec/{n}",
            default);
    }

    public Task DisposeAsync() => _catalog.DisposeAsync();

    [Fact]
    public async Task A_model_names_its_features_with_their_types_and_what_it_learned_from()
    {
        var model = Assert.Single(await States.ModelsAsync("rec", default));

        Assert.Equal((1, 1, null, "candidate", "item-knn"), (model.Versions, model.LatestVersion, model.ChampionVersion, model.Stage, model.Learner));
        Assert.Equal([("feature.i", "user_id", "VARCHAR"), ("feature.i", "weight", "DOUBLE")], model.Features.Select(f => (f.Table, f.Column, f.Type)));
        var table = Assert.Single(model.TrainedOn);
        Assert.Equal(("feature.i", 3L, true, false, 0L), (table.Asset, table.Version, table.Known, table.Gone, table.VersionsSince));
        Assert.Equal((0.25, false, null), (model.Metrics.GetProperty("hit").GetDouble(), model.Linked, model.LastUsedAt));
        Assert.Empty(await States.ModelsAsync("other", default));
    }

    [Fact]
    public async Task What_became_of_the_table_since_the_training_is_told_and_what_was_before_is_not()
    {
        var later = TimeProvider.System.GetUtcNow().AddHours(1);
        await AppendAsync("feature", 2, later, "success", new AssetWritten("feature.i", AssetKind.Table, 4, Rows: 12, Columns: [new("user_id", "VARCHAR"), new("weight", "VARCHAR")]));
        await AppendAsync("check", 2, later.AddMinutes(1), "success", new CheckResult("feature.i", null, "volume", false, "12 rows", "at least 100", "critical"));
        await AppendAsync("feature", 3, later.AddMinutes(2), "failed");
        await AppendAsync("train", 3, later.AddMinutes(3), "failed");

        var model = Assert.Single(await States.ModelsAsync(null, default));

        var table = Assert.Single(model.TrainedOn);
        Assert.Equal((1L, 4L), (table.VersionsSince, table.CurrentVersion));
        Assert.Equal(["removed note", "type weight"], table.SchemaChanges.Select(c => $"{c.Change} {c.Column}").Order());
        Assert.Equal("volume: 12 rows; expected at least 100", Assert.Single(table.Incidents));
        Assert.Equal(("shop.feature", "It broke"), (table.FailedTask, table.Failure));
        Assert.Equal("It broke", model.TrainingError);

        // A write that succeeds ends the failure.
        await AppendAsync("feature", 4, later.AddMinutes(9), "success", new AssetWritten("feature.i", AssetKind.Table, 5, Rows: 12));
        Assert.Null(Assert.Single(Assert.Single(await States.ModelsAsync("rec", default)).TrainedOn).FailedAt);
    }

    [Fact]
    public async Task Requests_are_counted_by_hour_and_version_with_their_times_and_failures()
    {
        await Models.PromoteAsync("rec", 1, "first", "ann", null, default);
        await Models.DeployEndpointAsync("shop", "rec", default);
        var recorder = new EndpointRecorder(_catalog.DataSource, TimeProvider.System);
        await Parallel.ForEachAsync(Enumerable.Range(1, 200), (i, _) =>
        {
            recorder.Answered("endpoint:shop", 1, TimeSpan.FromMilliseconds(i <= 180 ? 3 : 150));
            return ValueTask.CompletedTask;
        });
        recorder.Refused("endpoint:shop", 1);
        await recorder.FlushAsync(default);
        recorder.Failed("endpoint:shop", 0, "No version is in service.");
        recorder.Answered("endpoint:shop", 1, TimeSpan.FromSeconds(9));
        await recorder.FlushAsync(default);
        Assert.Equal(0, await recorder.FlushAsync(default));

        var endpoint = Assert.Single(await States.EndpointsAsync("shop", default));

        Assert.Equal((203L, 1L, 1L, 203L), (endpoint.DayRequests, endpoint.DayRefused, endpoint.DayFailed, endpoint.MonthRequests));
        Assert.Equal((5d, 200d, 9000d), (endpoint.DayHalfMs, endpoint.DayMostMs, endpoint.DaySlowestMs));
        Assert.Equal(("rec", 1, "No version is in service.", false), (endpoint.Model, endpoint.Version, endpoint.LastError, endpoint.Linked));
        Assert.NotNull(endpoint.LastRequestAt);
        Assert.NotNull(endpoint.CountedSince);
        Assert.Equal(endpoint.LastRequestAt, Assert.Single(await States.ModelsAsync("rec", default)).LastUsedAt);
    }

    [Fact]
    public async Task A_look_at_the_gate_is_no_use_of_a_model_and_scores_are()
    {
        await AppendAsync("deploy", 2, TimeProvider.System.GetUtcNow(), "success", new AssetRead("model:rec", AssetKind.Model, 1), new AssetWritten("endpoint:rec", AssetKind.Endpoint, 1), new AssetDerived("endpoint:rec", "model:rec"));
        Assert.Null(Assert.Single(await States.ModelsAsync("rec", default)).LastUsedAt);

        await AppendAsync("score", 2, TimeProvider.System.GetUtcNow(), "success", new AssetRead("model:rec", AssetKind.Model, 1), new AssetWritten("score.r", AssetKind.Table, 1));
        Assert.NotNull(Assert.Single(await States.ModelsAsync("rec", default)).LastUsedAt);
    }

    [Fact]
    public async Task Requests_are_use_of_the_endpoint_and_of_its_model_and_a_model_without_either_is_unused_after_60_days()
    {
        await Models.PromoteAsync("rec", 1, "first", "ann", null, default);
        await AppendAsync("train", 1, TimeProvider.System.GetUtcNow().AddDays(-70), "success", new AssetRead("feature.i", AssetKind.Table, 3), new AssetWritten("model:rec", AssetKind.Model, 1, "train"));
        await AppendAsync("deploy", 1, TimeProvider.System.GetUtcNow().AddDays(-70), "success", new AssetWritten("endpoint:rec", AssetKind.Endpoint, 1));
        await using (var connection = await _catalog.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("update catalog.assets set first_seen_at = now() - interval '70 days' where key in ('model:rec', 'endpoint:rec')");
        var usage = new UsageQueries(_catalog.DataSource);
        Assert.Equal((true, true), ((await usage.GetAsync("model:rec", default))!.Unused, (await usage.GetAsync("model:rec", default))!.Stale));
        Assert.Equal((true, false), ((await usage.GetAsync("endpoint:rec", default))!.Unused, (await usage.GetAsync("endpoint:rec", default))!.Stale));

        await Models.DeployEndpointAsync("rec", "rec", default);
        var recorder = new EndpointRecorder(_catalog.DataSource, TimeProvider.System);
        recorder.Answered("endpoint:rec", 1, TimeSpan.FromMilliseconds(1));
        await recorder.FlushAsync(default);
        var worth = (await usage.GetAsync("endpoint:rec", default))!;
        Assert.Equal((false, 1L), (worth.Unused, worth.Queries));
        Assert.False((await usage.GetAsync("model:rec", default))!.Unused);
    }

    [Fact]
    public async Task Old_counts_go_and_the_newest_stays()
    {
        await using var connection = await _catalog.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync("""
            insert into catalog.endpoint_requests (asset, hour, requests, refused, failed, took, slowest_ms, last_at)
            select 'endpoint:x', h, 1, 0, 0, array_fill(0::bigint, array[13]), 0, h from unnest(array[now() - interval '400 days', now() - interval '399 days']) h
            """);
        await new CatalogPruning(_catalog.DataSource).PruneAsync(TimeSpan.FromDays(365), default);
        Assert.Equal(1, await connection.ExecuteScalarAsync<int>("select count(*) from catalog.endpoint_requests"));
    }

    private async Task AppendAsync(string task, long run, DateTimeOffset at, string state, params Fact[] facts)
    {
        await _catalog.AppendAsync(new TaskEnded { RunId = run, Workflow = "shop", TaskId = task, State = state, Ended = at, Error = state == "failed" ? "It broke" : null }, facts);
        await _catalog.Projector.DrainAsync(default);
    }
}
