namespace Platform.Learning.Recommend;

/// <summary>Which arithmetic ranks the items.</summary>
public enum RecommenderLearner
{
    /// <summary>The one of the others that ranks best on the held-out days.</summary>
    Auto,

    /// <summary>The same items for everybody: how often they were taken, the newer the more.</summary>
    Popularity,

    /// <summary>Items that go together with what the user took before, and those items again.</summary>
    ItemKnn,

    /// <summary>Matrix factorisation with biases: by ratings where there are some, else by pairwise ranking (BPR).</summary>
    Mf,

    /// <summary>Item-kNN with popularity as a prior, so that users with little history get what many take.</summary>
    Blend,
}

/// <summary>How a recommender is trained. The defaults suit a shop's order lines.</summary>
public sealed record RecommenderOptions
{
    /// <summary>Which learner. Default <see cref="RecommenderLearner.Auto"/>.</summary>
    public RecommenderLearner Learner { get; init; } = RecommenderLearner.Auto;

    /// <summary>Neighbours kept for each item, 1 to 1,000. Default 20.</summary>
    public int Neighbours { get; init; } = 20;

    /// <summary>Added to the denominator of the cosine, so that few joint users make no neighbours. Default 5.</summary>
    public float Shrinkage { get; init; } = 5;

    /// <summary>Days after which a purchase in a user's history counts half; null never fades. Default 90.</summary>
    public double? HistoryHalfLifeDays { get; init; } = 90;

    /// <summary>Days after which a purchase counts half for popularity; null never fades. Default 7.</summary>
    public double? PopularityHalfLifeDays { get; init; } = 7;

    /// <summary>Newest items of a user that are used, 1 to 10,000; bounds the work for accounts that take everything. Default 300.</summary>
    public int MaximumHistory { get; init; } = 300;

    /// <summary>Similarity of an item with itself: how much having taken it speaks for taking it again. 0 leaves it out; the similarity of two items is below 1. Default 5.</summary>
    public float RepeatStrength { get; init; } = 5;

    /// <summary>What the most popular item scores in a blend before the history counts, 0 and above; a purchase of one piece today weighs 0.7 times its similarity. Default 10.</summary>
    public float PopularityShare { get; init; } = 10;

    /// <summary>Whether items that the user already has are left out of the ranking; null is no for purchases and yes for ratings.</summary>
    public bool? ExcludeSeen { get; init; }

    /// <summary>Latent factors, rounded up to a multiple of 8, at most 512. Default 64.</summary>
    public int Factors { get; init; } = 64;

    /// <summary>Passes over the data by gradient descent. Default 30.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>Step size at the start; it falls to a fifth. Null chooses 0.01 for ratings and 0.1 for purchases.</summary>
    public float? LearningRate { get; init; }

    /// <summary>Weight decay of factors and biases. Null chooses 0.1 for ratings and 0.005 for purchases.</summary>
    public float? Regularisation { get; init; }

    /// <summary>Seed of everything random. Default 1. The same rows, options and seed give the same model.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads for the neighbours; the result does not depend on it. Default the machine's processors, at most 4.</summary>
    public int Threads { get; init; } = Math.Min(4, Environment.ProcessorCount);

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="LearningException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        Within(Neighbours, 1, 1000, "neighbours");
        Within(Shrinkage, 0, float.MaxValue, "shrinkage");
        Within(HistoryHalfLifeDays ?? 1, 1e-3, 1e6, "history half-life in days");
        Within(PopularityHalfLifeDays ?? 1, 1e-3, 1e6, "popularity half-life in days");
        Within(MaximumHistory, 1, 10_000, "maximum history");
        Within(RepeatStrength, 0, 1e6, "repeat strength");
        Within(PopularityShare, 0, 1e6, "popularity share");
        Within(Factors, 1, 512, "factors");
        Within(Epochs, 1, 10_000, "epochs");
        Within(LearningRate ?? 0.01, 1e-7, 10, "learning rate");
        Within(Regularisation ?? 0.01, 0, 10, "regularisation");
        Within(Threads, 1, 1024, "threads");
    }

    private static void Within(double value, double smallest, double largest, string what)
    {
        if (!(value >= smallest && value <= largest))
            throw new LearningException($"The option {what} is {value:G6}; it must be between {smallest:G6} and {largest:G6}.");
    }
}
