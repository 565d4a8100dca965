namespace Platform.Learning.Recommend;

/// <summary>
/// Fits recommenders on the interactions before one moment. What several learners need (histories, popularity, neighbours) is computed once, so
/// that comparing learners costs little more than the dearest of them. Not safe for several threads.
/// </summary>
public sealed class RecommenderFit
{
    /// <summary>Score of an item that nobody had taken before the cut: nothing is known of it, so it is ranked last.</summary>
    private const float Unknown = -1e30f;

    private readonly Interactions _data;
    private readonly RecommenderOptions _options;
    private readonly long _before;
    private readonly UserItemMatrix _history;
    private readonly float[] _popularity;
    private ItemNeighbours? _neighbours;

    /// <param name="data">Interactions; only rows before <paramref name="before"/> are learned from.</param>
    /// <param name="options">How to train.</param>
    /// <param name="before">Seconds since 1970-01-01T00:00:00Z.</param>
    /// <exception cref="LearningException">An option is out of range, or there is no interaction before that moment.</exception>
    public RecommenderFit(Interactions data, RecommenderOptions options, long before)
    {
        options.Validate();
        if (data.Count == 0 || data.Oldest >= before)
            throw new LearningException($"There is no interaction before {DateTimeOffset.FromUnixTimeSeconds(before):yyyy-MM-dd HH:mm} UTC to learn from. Ingest data of earlier intervals first.");
        _data = data;
        _options = options;
        _before = before;
        _history = UserItemMatrix.From(data, before, options.HistoryHalfLifeDays, useWeight: true, options.MaximumHistory);
        _popularity = Recommend.Popularity.Fit(data, before, options.PopularityHalfLifeDays);
    }

    /// <summary>Fits one learner.</summary>
    /// <param name="learner">Not <see cref="RecommenderLearner.Auto"/>.</param>
    public RecommenderModel Fit(RecommenderLearner learner) => learner switch
    {
        RecommenderLearner.Popularity => Model(learner, Scaled(1)),
        RecommenderLearner.ItemKnn => Model(learner, Scaled(1e-4f), Neighbours()),
        RecommenderLearner.Blend => Model(learner, Scaled(_options.PopularityShare), Neighbours()),
        RecommenderLearner.Mf => FitFactors(),
        _ => throw new ArgumentOutOfRangeException(nameof(learner), learner, "Fit one learner at a time."),
    };

    private ItemNeighbours Neighbours() =>
        _neighbours ??= ItemNeighbours.Fit(_history, _options.Neighbours, _options.Shrinkage, _options.RepeatStrength, _options.Threads);

    private RecommenderModel FitFactors()
    {
        FactorTables tables;
        if (_data.Rating is { } ratings)
        {
            var rows = Enumerable.Range(0, _data.Count).Where(row => _data.Time[row] < _before).ToArray();
            tables = RatingFactors.Fit(
                _data.Users.Length,
                _data.Items.Length,
                Array.ConvertAll(rows, row => _data.User[row]),
                Array.ConvertAll(rows, row => _data.Item[row]),
                Array.ConvertAll(rows, row => ratings[row]),
                _options);
        }
        else
        {
            tables = RankingFactors.Fit(_history, _options);
        }
        var prior = new float[_data.Items.Length];
        for (var item = 0; item < prior.Length; item++)
            prior[item] = _popularity[item] > 0 ? tables.Mean + tables.ItemBias[item] : Unknown;
        return Model(RecommenderLearner.Mf, prior, factors: tables);
    }

    private float[] Scaled(float share)
    {
        var prior = new float[_popularity.Length];
        for (var item = 0; item < prior.Length; item++)
            prior[item] = _popularity[item] > 0 ? share * _popularity[item] : Unknown;
        return prior;
    }

    private RecommenderModel Model(RecommenderLearner learner, float[] prior, ItemNeighbours? neighbours = null, FactorTables? factors = null) => new()
    {
        Learner = learner,
        Users = _data.Users,
        Items = _data.Items,
        ExcludeSeen = _options.ExcludeSeen ?? _data.Rating is not null,
        Prior = prior,
        KnownItems = _popularity.Count(score => score > 0),
        HistoryStart = _history.Start,
        HistoryItem = _history.Item,
        HistoryWeight = Rounded(_history.Weight),
        Neighbours = neighbours is null ? null : new ItemNeighbours { Width = neighbours.Width, Item = neighbours.Item, Similarity = Rounded(neighbours.Similarity) },
        Factors = factors,
        FoldIn = factors is null ? null : Recommend.FoldIn.Of(factors),
    };

    /// <summary>As 16-bit floats hold them, because the model file stores them so: half the size, and what is evaluated is what is served.</summary>
    private static float[] Rounded(float[] values) => Array.ConvertAll(values, value => (float)(Half)Math.Min(value, 60_000));
}
