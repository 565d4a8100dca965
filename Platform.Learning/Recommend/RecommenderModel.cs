namespace Platform.Learning.Recommend;

/// <summary>
/// A fitted recommender: the score of item j for a user is a sum of up to four parts: a prior (popularity), the similarities of the user's
/// history with j, and biases and factors. The ONNX model holds the same arrays and does the same sums. Safe for several threads once made.
/// </summary>
public sealed class RecommenderModel
{
    internal RecommenderModel()
    {
    }

    /// <summary>The learner that made it; never <see cref="RecommenderLearner.Auto"/>.</summary>
    public required RecommenderLearner Learner { get; init; }

    /// <summary>Ids of the users, sorted; the position is the user's index.</summary>
    public required IReadOnlyList<string> Users { get; init; }

    /// <summary>Ids of the items, sorted; the position is the item's index.</summary>
    public required IReadOnlyList<string> Items { get; init; }

    /// <summary>Whether items of the history are left out of the ranking.</summary>
    public required bool ExcludeSeen { get; init; }

    /// <summary>What every item scores before anything is known of the user: popularity, or the mean and the item's bias.</summary>
    internal float[] Prior { get; init; } = [];

    /// <summary>How many of <see cref="Items"/> training has seen.</summary>
    internal int KnownItems { get; init; }

    /// <summary>Users' histories: row u at <c>HistoryStart[u] .. HistoryStart[u + 1]</c>, items ascending.</summary>
    internal int[] HistoryStart { get; init; } = [];

    internal int[] HistoryItem { get; init; } = [];

    internal float[] HistoryWeight { get; init; } = [];

    /// <summary>Null where the learner has none.</summary>
    internal ItemNeighbours? Neighbours { get; init; }

    /// <summary>Null where the learner has none.</summary>
    internal FactorTables? Factors { get; init; }

    /// <summary>Turns items into user factors for somebody who is not in <see cref="Users"/>; Width × Width, null where <see cref="Factors"/> is.</summary>
    internal float[]? FoldIn { get; init; }

    /// <summary>Best items for a user.</summary>
    /// <param name="user">Index of the user, or -1 for nobody: the prior alone.</param>
    /// <param name="count">How many, at most.</param>
    public IReadOnlyList<ScoredItem> Recommend(int user, int count)
    {
        var top = new TopItems(count);
        Rank(user, [], [], new float[Items.Count], top);
        return Read(top);
    }

    /// <summary>Best items for somebody with the given history.</summary>
    /// <param name="items">Indexes of items, in any order.</param>
    /// <param name="count">How many, at most.</param>
    public IReadOnlyList<ScoredItem> RecommendFor(ReadOnlySpan<int> items, int count)
    {
        var weights = new float[items.Length];
        Array.Fill(weights, 1);
        var top = new TopItems(count);
        Rank(-1, items, weights, new float[Items.Count], top);
        return Read(top);
    }

    /// <summary>Something that ranks many users in a row.</summary>
    /// <param name="count">Length of each ranking, at most the number of items.</param>
    public UserRanker CreateRanker(int count) => new(this, count);

    /// <summary>Scores all items and selects the best; the buffers are the caller's, so that ranking many users allocates nothing.</summary>
    internal void Rank(int user, ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores, TopItems top)
    {
        Score(user, items, weights, scores);
        if (ExcludeSeen)
        {
            Mask(HistoryOf(user), scores);
            Mask(items, scores);
        }
        top.Take(scores, float.MinValue);
    }

    internal ReadOnlySpan<int> HistoryOf(int user) => user < 0 ? [] : HistoryItem.AsSpan(HistoryStart[user]..HistoryStart[user + 1]);

    internal void Score(int user, ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
    {
        Prior.CopyTo(scores);
        if (Neighbours is { } neighbours)
        {
            var history = HistoryOf(user);
            for (var h = 0; h < history.Length; h++)
                neighbours.AddTo(scores, history[h], HistoryWeight[HistoryStart[user] + h]);
            for (var h = 0; h < items.Length; h++)
                neighbours.AddTo(scores, items[h], weights[h]);
        }
        if (Factors is { } factors)
        {
            var vector = new float[factors.Width];
            if (user >= 0)
                factors.User.AsSpan(user * factors.Width, factors.Width).CopyTo(vector);
            AddFoldedIn(factors, items, vector);
            factors.AddProducts(vector, user >= 0 ? factors.UserBias[user] : 0, scores);
        }
    }

    private void AddFoldedIn(FactorTables factors, ReadOnlySpan<int> items, Span<float> vector)
    {
        if (items.IsEmpty)
            return;
        Span<float> sum = stackalloc float[factors.Width];
        foreach (var item in items)
        {
            for (var k = 0; k < factors.Width; k++)
                sum[k] += factors.Item[(item * factors.Width) + k];
        }
        for (var k = 0; k < factors.Width; k++)
            vector[k] += FactorTables.Dot(FoldIn.AsSpan(k * factors.Width, factors.Width), sum);
    }

    private static void Mask(ReadOnlySpan<int> items, Span<float> scores)
    {
        foreach (var item in items)
            scores[item] = float.MinValue;
    }

    private List<ScoredItem> Read(TopItems top)
    {
        var result = new List<ScoredItem>(top.Count);
        for (var i = 0; i < top.Count; i++)
            result.Add(new ScoredItem(Items[top.Items[i]], top.Scores[i]));
        return result;
    }
}

/// <summary>An item and how well it fits; scores compare within one model only.</summary>
public readonly record struct ScoredItem(string Item, float Score);
