using System.Text.Json.Nodes;
using Platform.Activities.Monitor;
using Platform.Activities.Tests.Train;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Monitor;

public sealed class MonitorModelTests(PostgresFixture postgres) : ModelActivityTest(postgres)
{
    [Fact]
    public async Task A_model_in_service_is_measured_and_its_scores_are_compared_with_the_version_before()
    {
        await DeployedAsync();
        await ScoreAsync(1);
        await ScoreAsync(2);

        var outputs = Outputs<MonitorOutputs>(await Run("monitor.model", new JsonObject { ["model"] = Model, ["scores"] = "score.recommendations", ["max_latency"] = "10s" }));

        Assert.True(outputs.Healthy, string.Join(", ", outputs.Broken));
        Assert.Contains(Facts, fact => fact is MetricMeasured { Name: "latency_p95_ms", Value: > 0 });
        Assert.Contains(Facts, fact => fact is MetricMeasured { Name: "score_psi", Value: < 0.01 });
        Assert.Contains(Facts, fact => fact is MetricMeasured { Name: "ranking_overlap", Value: 1 });
        Assert.Contains(Facts, fact => fact is MetricMeasured { Name: "first_item_changed_share", Value: 0 });
        Assert.Contains(Facts, fact => fact is MetricMeasured { Name: "named_items_share", Value: > 0.5 });
        Assert.Contains(Facts, fact => fact is CheckResult { Name: "lift", Passed: true });
    }

    [Fact]
    public async Task Scores_that_moved_break_the_check()
    {
        await DeployedAsync();
        await ScoreAsync(1);
        WriteTable("score.recommendations", """select "user", 'other' as item, rank, score * 5 as score from (select 'u' || lpad(i::varchar, 2, '0') as "user", 1 as rank, 100.0::double as score from range(60) t(i))""");

        var failure = await Fails("monitor.model", new JsonObject { ["model"] = Model, ["scores"] = "score.recommendations", ["max_latency"] = "10s", ["min_coverage"] = 0.5, ["fail_on"] = "any" });

        Assert.Equal("check-failed", failure.Kind);
        Assert.Contains(Facts, fact => fact is CheckResult { Name: "score drift", Passed: false });
        Assert.Contains(Facts, fact => fact is CheckResult { Name: "coverage", Passed: false });
        Assert.Contains(Facts, fact => fact is MetricMeasured { Name: "ranking_overlap", Value: 0 });
        Assert.Contains(Facts, fact => fact is MetricMeasured { Name: "first_item_changed_share", Value: 1 });
        Assert.Contains(Facts, fact => fact is MetricMeasured { Name: "score_psi", Value: > 1 });
    }

    [Fact]
    public async Task Without_a_version_in_service_it_is_skipped_and_a_missing_table_is_named()
    {
        Assert.Equal(ActivityOutcome.Skipped, (await Run("monitor.model", new JsonObject { ["model"] = Model })).Outcome);
        await DeployedAsync();
        Assert.Equal("not-found", (await Fails("monitor.model", new JsonObject { ["model"] = Model, ["scores"] = "score.none" })).Kind);
        Assert.True(Outputs<MonitorOutputs>(await Run("monitor.model", new JsonObject { ["model"] = Model, ["max_latency"] = "10s" })).Healthy);
    }

    private async Task DeployedAsync()
    {
        WriteInteractions();
        await TrainAsync();
        await Run("deploy.model", new JsonObject { ["model"] = Model });
    }

    private Task<ActivityResult> ScoreAsync(long run) => Run("score.batch", new JsonObject { ["model"] = Model, ["table"] = "score.recommendations" }, Runs.Context("score", run));
}
