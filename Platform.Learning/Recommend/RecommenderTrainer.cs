using Platform.Learning.Evaluate;

namespace Platform.Learning.Recommend;

/// <summary>Evaluates learners on the last days, chooses one, and trains it on everything.</summary>
public static class RecommenderTrainer
{
    /// <summary>
    /// Fits what the options ask for on the days before the last <paramref name="evaluateDays"/>, ranks those days with it and with popularity,
    /// and fits the chosen learner again on all rows. <see cref="RecommenderLearner.Auto"/> chooses by HIT@10, then NDCG@10, among popularity,
    /// item-kNN, blend and, where there are ratings, matrix factorisation.
    /// </summary>
    /// <param name="data">All interactions so far.</param>
    /// <param name="options">How to train.</param>
    /// <param name="evaluateDays">Days held out, at least 1.</param>
    /// <param name="cancellationToken">Looked at between fits.</param>
    /// <exception cref="LearningException">An option is out of range, or there are no interactions.</exception>
    public static TrainedRecommender Train(Interactions data, RecommenderOptions options, int evaluateDays, CancellationToken cancellationToken)
    {
        if (data.Count == 0)
            throw new LearningException("There are no interactions to train on. Ingest and clean data first, or let the task be skipped when its table is empty.");
        var split = TimeSplit.LastDays(data, evaluateDays);
        var reports = new List<RankingReport>();
        RatingReport? rating = null;
        if (split is not null)
        {
            var fit = new RecommenderFit(data, options, split.Cut);
            foreach (var learner in Candidates(data, options.Learner))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var model = fit.Fit(learner);
                reports.Add(RankingEvaluation.Of(model, split));
                if (learner == RecommenderLearner.Mf && data.Rating is not null)
                    rating = RatingEvaluation.Of(model, data, split);
            }
        }
        var chosen = options.Learner == RecommenderLearner.Auto
            ? reports.OrderByDescending(report => report.Hit.Value).ThenByDescending(report => report.Ndcg.Value).FirstOrDefault()?.Learner ?? RecommenderLearner.Blend
            : options.Learner;
        cancellationToken.ThrowIfCancellationRequested();
        return new TrainedRecommender
        {
            Model = new RecommenderFit(data, options, data.Newest + 1).Fit(chosen),
            Split = split,
            Reports = reports,
            Rating = chosen == RecommenderLearner.Mf ? rating : null,
        };
    }

    private static IEnumerable<RecommenderLearner> Candidates(Interactions data, RecommenderLearner asked)
    {
        yield return RecommenderLearner.Popularity;
        if (asked == RecommenderLearner.Auto)
        {
            yield return RecommenderLearner.ItemKnn;
            yield return RecommenderLearner.Blend;
            if (data.Rating is not null)
                yield return RecommenderLearner.Mf;
        }
        else if (asked != RecommenderLearner.Popularity)
        {
            yield return asked;
        }
    }
}

/// <summary>A recommender trained on everything, and how the learners did on the held-out days.</summary>
public sealed record TrainedRecommender
{
    /// <summary>Trained on all interactions.</summary>
    public required RecommenderModel Model { get; init; }

    /// <summary>What was held out; null where the data are too few to hold anything out, and then nothing is measured.</summary>
    public required TimeSplit? Split { get; init; }

    /// <summary>One report for each learner that was tried, popularity first; empty without a split.</summary>
    public required IReadOnlyList<RankingReport> Reports { get; init; }

    /// <summary>Errors of predicted ratings; null where there are none or the chosen learner predicts none.</summary>
    public RatingReport? Rating { get; init; }

    /// <summary>The chosen learner on the held-out days; null without a split.</summary>
    public RankingReport? Chosen => Reports.FirstOrDefault(report => report.Learner == Model.Learner);

    /// <summary>Popularity on the held-out days; null without a split.</summary>
    public RankingReport? Popularity => Reports.Count == 0 ? null : Reports[0];

    /// <summary>HIT@10 of the chosen learner minus that of popularity, paired by user; null without a split.</summary>
    public Estimate? HitOverPopularity => Chosen is { } chosen ? Estimate.OfDifference(chosen.HitByUser, Popularity!.HitByUser) : null;

    /// <summary>NDCG@10 of the chosen learner minus that of popularity, paired by user; null without a split.</summary>
    public Estimate? NdcgOverPopularity => Chosen is { } chosen ? Estimate.OfDifference(chosen.NdcgByUser, Popularity!.NdcgByUser) : null;
}
