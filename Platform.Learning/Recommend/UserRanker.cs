namespace Platform.Learning.Recommend;

/// <summary>Ranks one user after the other without allocating. Not safe for several threads.</summary>
public sealed class UserRanker
{
    private readonly RecommenderModel _model;
    private readonly float[] _scores;
    private readonly TopItems _top;

    internal UserRanker(RecommenderModel model, int count)
    {
        _model = model;
        _scores = new float[model.Items.Count];
        _top = new TopItems(Math.Min(count, model.Items.Count));
    }

    /// <summary>Positions of the last ranking's items, best first; valid until the next.</summary>
    public ReadOnlySpan<int> Items => _top.Items;

    /// <summary>Their scores.</summary>
    public ReadOnlySpan<float> Scores => _top.Scores;

    /// <summary>Ranks for a user.</summary>
    /// <param name="user">Index of the user, or -1 for somebody unknown, who gets what is popular.</param>
    public void Rank(int user) => _model.Rank(user, [], [], _scores, _top);
}
