using Platform.Learning.Recommend;

namespace Platform.Learning.Evaluate;

/// <summary>Errors of predicted ratings. Predictions are clamped to the range of the ratings learned from.</summary>
public static class RatingEvaluation
{
    /// <summary>On the held-out days of a split: rows whose user and item are known from before the cut.</summary>
    /// <returns>Null where no such row exists.</returns>
    public static RatingReport? Of(RecommenderModel model, Interactions data, TimeSplit split)
    {
        var ratings = data.Rating ?? throw new LearningException("There are no ratings to predict.");
        var users = split.Users.ToHashSet();
        var (low, high) = (float.MaxValue, float.MinValue);
        for (var row = 0; row < data.Count; row++)
        {
            if (data.Time[row] < split.Cut)
                (low, high) = (Math.Min(low, ratings[row]), Math.Max(high, ratings[row]));
        }
        var errors = new List<double>();
        for (var row = 0; row < data.Count; row++)
        {
            if (data.Time[row] < split.Cut || data.Time[row] >= split.End || !users.Contains(data.User[row]) || model.Prior[data.Item[row]] < -1e29f)
                continue;
            errors.Add(Math.Clamp(model.Factors!.Predict(data.User[row], data.Item[row]), low, high) - ratings[row]);
        }
        return errors.Count == 0 ? null : Report(errors);
    }

    /// <summary>
    /// Cross-validation: rows are shuffled by the seed and dealt into folds; each fold is predicted by biased matrix factorisation that learned from
    /// the others. Time is not looked at: this is the protocol of the published figures for MovieLens.
    /// </summary>
    public static RatingReport CrossValidate(Interactions data, RecommenderOptions options, int folds, int seed)
    {
        options.Validate();
        var ratings = data.Rating ?? throw new LearningException("There are no ratings to predict.");
        if (folds < 2 || folds > data.Count)
            throw new LearningException($"{folds} folds cannot be made of {data.Count} ratings; give 2 at least and no more than there are ratings.");
        var order = Enumerable.Range(0, data.Count).ToArray();
        new Random(seed).Shuffle(order);
        var errors = new List<double>(data.Count);
        var (low, high) = (ratings.Min(), ratings.Max());
        for (var fold = 0; fold < folds; fold++)
        {
            var train = order.Where((_, position) => position % folds != fold).ToArray();
            var tables = RatingFactors.Fit(
                data.Users.Length,
                data.Items.Length,
                Array.ConvertAll(train, row => data.User[row]),
                Array.ConvertAll(train, row => data.Item[row]),
                Array.ConvertAll(train, row => ratings[row]),
                options);
            for (var position = fold; position < order.Length; position += folds)
            {
                var row = order[position];
                errors.Add(Math.Clamp(tables.Predict(data.User[row], data.Item[row]), low, high) - ratings[row]);
            }
        }
        return Report(errors);
    }

    private static RatingReport Report(List<double> errors)
    {
        var squares = Estimate.OfMean([.. errors.Select(error => error * error)]);
        return new RatingReport
        {
            Ratings = errors.Count,
            Rmse = new Estimate(Math.Sqrt(squares.Value), Math.Sqrt(Math.Max(0, squares.Low)), Math.Sqrt(squares.High)),
            Mae = Estimate.OfMean([.. errors.Select(Math.Abs)]),
        };
    }
}

/// <summary>How far predicted ratings are from the given ones.</summary>
public sealed record RatingReport
{
    /// <summary>Ratings predicted.</summary>
    public required int Ratings { get; init; }

    /// <summary>Root of the mean squared error.</summary>
    public required Estimate Rmse { get; init; }

    /// <summary>Mean absolute error.</summary>
    public required Estimate Mae { get; init; }
}
