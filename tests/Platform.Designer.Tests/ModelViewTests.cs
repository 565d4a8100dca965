using System.Text.Json;
using Platform.Catalog.Models;
using Platform.Designer.Models;

namespace Platform.Designer.Tests;

public sealed class ModelViewTests
{
    [Fact]
    public void A_version_shows_its_metrics_with_their_ranges_beside_popularity()
    {
        var view = CatalogModelSource.View(Row("""{"hit_at_10": 0.2, "hit_at_10_low": 0.18, "hit_at_10_high": 0.22, "coverage": 0.4}""", """{"baseline_metrics": {"hit_at_10": 0.1}, "protocol": "Full ranking."}"""));

        Assert.Equal(["hit_at_10", "coverage"], view.Metrics.Keys);
        Assert.Equal((0.18, 0.22), view.Ranges["hit_at_10"]);
        Assert.Equal("hit_at_10", ModelMetrics.Headline(view));
        Assert.Equal(1.0, ModelMetrics.Gain(view, "hit_at_10")!.Value, 6);
        Assert.Equal("Full ranking.", view.Protocol);
        Assert.Equal([("feature.interactions", (long?)7)], view.TrainedOn);
    }

    [Fact]
    public void A_version_without_a_card_shows_what_there_is()
    {
        var view = CatalogModelSource.View(Row("null", "null"));

        Assert.Empty(view.Metrics);
        Assert.Null(ModelMetrics.Headline(view));
        Assert.Null(ModelMetrics.Gain(view, "hit_at_10"));
    }

    [Fact]
    public void A_smaller_error_than_the_baseline_is_a_gain()
    {
        var view = CatalogModelSource.View(Row("""{"rmse": 0.9}""", """{"baseline_metrics": {"rmse": 1.0}}"""));
        Assert.Equal(0.1, ModelMetrics.Gain(view, "rmse")!.Value, 6);
    }

    private static ModelVersionRow Row(string metrics, string card) => new()
    {
        Model = "shop",
        Version = 1,
        Stage = "candidate",
        Learner = "blend",
        Location = "/models/shop/1",
        Metrics = Json(metrics),
        Parameters = Json("{}"),
        TrainedOn = Json("""[{"asset": "feature.interactions", "version": 7}]"""),
        Card = Json(card),
        CodeVersion = null,
        CreatedAt = DateTimeOffset.UnixEpoch,
        RunId = 1,
        Workflow = "shop",
        TaskId = "train",
    };

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
