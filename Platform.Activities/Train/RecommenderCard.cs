using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Learning.Evaluate;
using Platform.Learning.Input;
using Platform.Learning.Recommend;
using Platform.Learning.Serving;

namespace Platform.Activities.Train;

/// <summary>Writes a recommender's card, with the names under which its metrics are known everywhere.</summary>
internal static class RecommenderCard
{
    public const string Hit = "hit_at_10";
    public const string HitLow = "hit_at_10_low";
    public const string HitHigh = "hit_at_10_high";
    public const string Lift = "hit_over_popularity";
    public const string LiftLow = "hit_over_popularity_low";
    public const string LiftHigh = "hit_over_popularity_high";

    public static ModelCard Of(string model, InteractionColumns columns, int evaluateDays, RecommenderOptions options, TrainedRecommender trained, Interactions data, long tableVersion, DateTimeOffset now) => new()
    {
        Name = model,
        Kind = ModelCard.Recommender,
        Learner = NameOf(trained.Model.Learner),
        Created = now,
        Parameters = Parameters(evaluateDays, options),
        Metrics = Metrics(trained),
        BaselineMetrics = trained.Popularity is { } popularity ? Metrics(popularity) : [],
        Protocol = trained.Split is { } split ? Protocol(split) : null,
        Tables = [new TrainedTable(columns.Table, tableVersion)],
        Features = [.. new[] { columns.User, columns.Item, columns.Time, columns.Weight, columns.Rating }.OfType<string>().Select(column => $"{columns.Table}.{column}")],
        Rows = data.Count,
        Users = data.Users.Length,
        Items = data.Items.Length,
        Parity = 0,
    };

    /// <summary>A learner's name as workflows write it.</summary>
    public static string NameOf(RecommenderLearner learner) => JsonNamingPolicy.KebabCaseLower.ConvertName(learner.ToString());

    private static Dictionary<string, double> Metrics(TrainedRecommender trained)
    {
        if (trained.Chosen is not { } chosen)
            return [];
        var metrics = Metrics(chosen);
        var lift = trained.HitOverPopularity!.Value;
        (metrics[Lift], metrics[LiftLow], metrics[LiftHigh]) = (lift.Value, lift.Low, lift.High);
        metrics["cold_users"] = trained.Split!.ColdUsers;
        metrics["unknown_items"] = trained.Split.UnknownItems;
        if (trained.Rating is { } rating)
        {
            (metrics["rmse"], metrics["rmse_low"], metrics["rmse_high"]) = (rating.Rmse.Value, rating.Rmse.Low, rating.Rmse.High);
            metrics["mae"] = rating.Mae.Value;
        }
        return metrics;
    }

    private static Dictionary<string, double> Metrics(RankingReport report) => new()
    {
        [Hit] = report.Hit.Value,
        [HitLow] = report.Hit.Low,
        [HitHigh] = report.Hit.High,
        ["ndcg_at_10"] = report.Ndcg.Value,
        ["ndcg_at_10_low"] = report.Ndcg.Low,
        ["ndcg_at_10_high"] = report.Ndcg.High,
        ["coverage"] = report.Coverage,
        ["new_hit_at_10"] = report.NewHit.Value,
        ["new_ndcg_at_10"] = report.NewNdcg.Value,
        ["evaluated_users"] = report.Users,
    };

    private static string Protocol(TimeSplit split) =>
        $"Full ranking of {Day(split.Cut)} to {Day(split.End - 1)}: learned from what lies before, all items ranked for each user of these days with history; items taken before may be named again.";

    private static string Day(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static JsonObject Parameters(int evaluateDays, RecommenderOptions options) => new()
    {
        ["learner"] = NameOf(options.Learner),
        ["evaluate_days"] = evaluateDays,
        ["neighbours"] = options.Neighbours,
        ["shrinkage"] = options.Shrinkage,
        ["repeat_strength"] = options.RepeatStrength,
        ["popularity_share"] = options.PopularityShare,
        ["popularity_half_life"] = options.PopularityHalfLifeDays,
        ["history_half_life"] = options.HistoryHalfLifeDays,
        ["maximum_history"] = options.MaximumHistory,
        ["factors"] = options.Factors,
        ["epochs"] = options.Epochs,
        ["exclude_seen"] = options.ExcludeSeen,
        ["seed"] = options.Seed,
    };
}
