using System.Text.Json.Nodes;
using Platform.Activities.Deploy;
using Platform.Activities.Tests.Train;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Deploy;

public sealed class DeployModelTests(PostgresFixture postgres) : ModelActivityTest(postgres)
{
    [Fact]
    public async Task The_newest_version_goes_into_service_behind_its_endpoint()
    {
        await TrainedAsync();

        var outputs = Outputs<DeployModelOutputs>(await DeployAsync());

        Assert.True(outputs.Deployed);
        Assert.Equal((1, 1, null), (outputs.Version, outputs.Champion, outputs.Previous));
        Assert.Equal("champion", (await Registry.FindAsync(Model, 1, default))!.Stage);
        Assert.Equal(1, (await Registry.FindEndpointAsync(Model, default))!.Version);
        Assert.Contains(Facts, fact => fact is AssetDerived derived && derived.Asset == $"endpoint:{Model}" && derived.FromAsset == $"model:{Model}");
        Assert.Contains(Facts, fact => fact is CheckResult { Name: "deployment gate", Passed: true });
    }

    [Fact]
    public async Task A_repeated_attempt_changes_nothing_and_says_the_same()
    {
        await TrainedAsync();
        await RegisterAsync(lift: 0.3);
        Outputs<DeployModelOutputs>(await DeployAsync(version: 1));

        var first = Outputs<DeployModelOutputs>(await DeployAsync(run: 2));
        var again = Outputs<DeployModelOutputs>(await DeployAsync(run: 2));

        Assert.Equal((2, 1), (first.Version, first.Previous));
        Assert.Equal((first.Version, first.Deployed, first.Champion), (again.Version, again.Deployed, again.Champion));
        Assert.Equal(2, (await Registry.PromotionsAsync(Model, 10, default)).Count);
    }

    [Theory]
    [InlineData(-0.2, false)]
    [InlineData(-0.02, true)]
    [InlineData(0.2, true)]
    public async Task A_version_beyond_doubt_worse_than_popularity_is_refused(double lift, bool deployed)
    {
        await TrainedAsync();
        await RegisterAsync(lift);

        var outputs = Outputs<DeployModelOutputs>(await DeployAsync(with: new() { ["gate"] = "popularity" }));

        Assert.Equal(deployed, outputs.Deployed);
        Assert.Equal(deployed ? 2 : null, outputs.Champion);
        Assert.Contains("over popularity", outputs.Reason, StringComparison.Ordinal);
        Assert.Contains(Facts, fact => fact is CheckResult check && check.Passed == deployed);
    }

    [Theory]
    [InlineData(0.1, false)]
    [InlineData(0.25, true)]
    public async Task A_version_beyond_doubt_worse_than_the_champion_is_refused_and_the_champion_stays(double lift, bool deployed)
    {
        await TrainedAsync();
        await RegisterAsync(lift: 0.3);
        await DeployAsync();
        await RegisterAsync(lift);

        var outputs = Outputs<DeployModelOutputs>(await DeployAsync(run: 2));

        Assert.Equal(deployed, outputs.Deployed);
        Assert.Equal(deployed ? 3 : 2, outputs.Champion);
        Assert.Equal(outputs.Champion, (await Registry.FindAsync(Model, version: null, default))!.Version);
    }

    [Fact]
    public async Task What_a_refusal_means_is_the_workflows_choice()
    {
        await TrainedAsync();
        await RegisterAsync(lift: -0.5);

        Assert.Equal(ActivityOutcome.Skipped, (await DeployAsync(with: new() { ["on_refused"] = "skip" })).Outcome);
        var failure = await Fails("deploy.model", new JsonObject { ["model"] = Model, ["on_refused"] = "fail" });
        Assert.Equal("refused", failure.Kind);
        Assert.Contains("gate to none", failure.Message, StringComparison.Ordinal);
        Assert.True(Outputs<DeployModelOutputs>(await DeployAsync(with: new() { ["gate"] = "none" })).Deployed);
    }

    [Fact]
    public async Task A_version_that_was_never_measured_passes_unless_the_workflow_refuses_it()
    {
        await TrainedAsync();
        await RegisterAsync(lift: null);

        Assert.False(Outputs<DeployModelOutputs>(await DeployAsync(with: new() { ["unmeasured"] = "refuse" })).Deployed);
        Assert.True(Outputs<DeployModelOutputs>(await DeployAsync()).Deployed);
    }

    [Fact]
    public async Task A_version_that_was_never_measured_never_takes_the_place_of_the_champion()
    {
        await TrainedAsync();
        await RegisterAsync(lift: 0.3);
        await DeployAsync();
        await RegisterAsync(lift: null);

        foreach (var (run, gate) in new[] { (2, "popularity-and-champion"), (3, "popularity"), (4, "champion") })
        {
            var outputs = Outputs<DeployModelOutputs>(await DeployAsync(run, with: new() { ["gate"] = gate }));
            Assert.Equal((false, 3, 2), (outputs.Deployed, outputs.Version, outputs.Champion));
            Assert.Equal("it was never measured", outputs.Reason);
        }

        await RegisterAsync(lift: 0.3);
        Assert.Equal(4, Outputs<DeployModelOutputs>(await DeployAsync(run: 5)).Champion);
    }

    [Fact]
    public async Task A_measured_version_takes_the_place_of_a_champion_that_was_never_measured()
    {
        await TrainedAsync();
        await RegisterAsync(lift: null);
        await DeployAsync();
        await RegisterAsync(lift: null);
        Assert.False(Outputs<DeployModelOutputs>(await DeployAsync(run: 2)).Deployed);
        await RegisterAsync(lift: 0.2);
        Assert.Equal((true, 4), (Outputs<DeployModelOutputs>(await DeployAsync(run: 3)) is var last ? (last.Deployed, last.Champion) : default));
    }

    [Fact]
    public async Task A_missing_model_version_or_folder_is_named()
    {
        Assert.Contains("no model", (await Fails("deploy.model", new JsonObject { ["model"] = Model })).Message, StringComparison.Ordinal);
        await TrainedAsync();
        Assert.Contains("no version 7", (await Fails("deploy.model", new JsonObject { ["model"] = Model, ["version"] = 7 })).Message, StringComparison.Ordinal);
        Directory.Delete((await Registry.FindAsync(Model, 1, default))!.Location, recursive: true);
        Assert.Contains("model.json is missing", (await Fails("deploy.model", new JsonObject { ["model"] = Model })).Message, StringComparison.Ordinal);
    }

    private async Task TrainedAsync()
    {
        WriteInteractions();
        await TrainAsync();
    }

    private Task<ActivityResult> DeployAsync(long run = 1, int? version = null, JsonObject? with = null)
    {
        with ??= [];
        with["model"] = Model;
        if (version is not null)
            with["version"] = version;
        return Run("deploy.model", with, Runs.Context("deploy", run));
    }
}
