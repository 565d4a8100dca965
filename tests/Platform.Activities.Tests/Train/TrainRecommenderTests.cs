using System.Text.Json.Nodes;
using Platform.Activities.Train;
using Platform.Learning.Serving;
using Platform.Tables;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Train;

public sealed class TrainRecommenderTests(PostgresFixture postgres) : ModelActivityTest(postgres)
{
    [Fact]
    public async Task A_trained_model_is_a_candidate_with_files_metrics_and_lineage()
    {
        WriteInteractions();

        var outputs = Outputs<TrainRecommenderOutputs>(await TrainAsync());

        Assert.Equal((1, 60, 48, 4_000L), (outputs.Version, outputs.Users, outputs.Items, outputs.Rows));
        Assert.True(outputs.BeatsPopularity);
        Assert.True(outputs.Metrics["hit_at_10"] > outputs.PopularityMetrics["hit_at_10"]);
        Assert.Equal(Path.Combine(Folder.Path, "models", Model, "1"), outputs.Candidate);
        Assert.Equal(outputs.Learner, ModelFolder.ReadCard(outputs.Candidate).Learner);
        var version = (await Registry.FindAsync(Model, 1, default))!;
        Assert.Equal("candidate", version.Stage);
        Assert.Equal(0, version.TrainedOn[0].GetProperty("version").GetInt64());

        Assert.Contains(Facts, fact => fact is AssetRead { Asset: "feature.interactions", Version: 0, Rows: 4_000 });
        Assert.Contains(Facts, fact => fact is AssetWritten { Kind: AssetKind.Model, Version: 1 } written && written.Asset == $"model:{Model}");
        Assert.Equal(["user_id", "item_id", "event_time", "weight"], Facts.OfType<ColumnsDerived>().Single().Edges.Select(edge => edge.FromColumn));
        Assert.Contains(Facts, fact => fact is MetricMeasured { Name: "popularity_hit_at_10" });
        Assert.Contains("HIT@10", Runs.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_attempt_returns_its_version_and_another_run_makes_another()
    {
        WriteInteractions();
        var first = Outputs<TrainRecommenderOutputs>(await TrainAsync());
        WriteInteractions(rows: 5_000);

        var again = Outputs<TrainRecommenderOutputs>(await TrainAsync());
        var next = Outputs<TrainRecommenderOutputs>(await TrainAsync(run: 2));

        Assert.Equal((first.Version, first.Rows, first.TableVersion, first.Learner), (again.Version, again.Rows, again.TableVersion, again.Learner));
        Assert.Equal((2, 5_000L, 1L), (next.Version, next.Rows, next.TableVersion));
    }

    [Fact]
    public async Task An_attempt_that_died_before_writing_its_files_is_completed_under_the_same_number()
    {
        WriteInteractions();
        var first = Outputs<TrainRecommenderOutputs>(await TrainAsync());
        Directory.Delete(first.Candidate, recursive: true);

        var again = Outputs<TrainRecommenderOutputs>(await TrainAsync());

        Assert.Equal(first.Candidate, again.Candidate);
        Assert.True(File.Exists(Path.Combine(again.Candidate, "model.onnx")));
    }

    [Fact]
    public async Task Columns_of_any_name_and_a_single_day_train_without_being_measured()
    {
        WriteTable("clean.lines", """select 17850.0 as "CustomerID", '85123A' as "StockCode", timestamp '2010-12-01 08:26:00' as "InvoiceDate", 6 as "Quantity" from range(3)""");

        var outputs = Outputs<TrainRecommenderOutputs>(await Run("train.recommender", new JsonObject { ["table"] = "clean.lines", ["model"] = Model, ["user"] = "CustomerID", ["item"] = "StockCode", ["time"] = "InvoiceDate", ["weight"] = "Quantity" }));

        Assert.Empty(outputs.Metrics);
        Assert.Null(outputs.BeatsPopularity);
        Assert.Contains("Nothing was measured", Runs.Log, StringComparison.Ordinal);
        Assert.Equal(["17850"], ModelFolder.ReadRecommender(outputs.Candidate).Users);
    }

    [Fact]
    public async Task Nothing_to_learn_from_fails_or_skips_as_asked()
    {
        WriteTable("feature.empty", """select 'u' as user_id, 'i' as item_id, timestamptz '2024-01-01 00:00:00Z' as event_time where false""");
        var with = new JsonObject { ["table"] = "feature.empty", ["model"] = Model };

        Assert.Contains("on_empty", (await Fails("train.recommender", (JsonObject)with.DeepClone())).Message, StringComparison.Ordinal);
        with["on_empty"] = "skip";
        Assert.Equal(ActivityOutcome.Skipped, (await Run("train.recommender", (JsonObject)with.DeepClone())).Outcome);
        with["table"] = "feature.missing";
        Assert.Contains("does not exist yet", (await Run("train.recommender", with)).Reason, StringComparison.Ordinal);
        Assert.Null(await Registry.FindAsync(Model, 1, default));
    }

    [Theory]
    [InlineData("table", "Feature.X", "names the table")]
    [InlineData("model", "../x", "no name of a model")]
    [InlineData("user", "customer", "no column 'customer'")]
    [InlineData("rating", "item_id", "no number")]
    public async Task A_field_that_cannot_be_used_is_named(string field, string value, string says)
    {
        WriteInteractions();
        var with = new JsonObject { ["table"] = "feature.interactions", ["model"] = Model };
        with[field] = value;

        var failure = await Fails("train.recommender", with);

        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.False(failure.Retryable);
    }
}
