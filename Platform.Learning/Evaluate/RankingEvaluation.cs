using Platform.Learning.Recommend;

namespace Platform.Learning.Evaluate;

/// <summary>
/// Full ranking at ten: for each user of a <see cref="TimeSplit"/> all items are ranked, none sampled.
/// HIT@10 is the share of users for whom at least one of the ten is a target. NDCG@10 has binary gain, <c>1 / log2(rank + 1)</c>, divided by the
/// best possible for as many targets as the user has (at most ten), averaged over users. Coverage is the share of items known before the cut
/// that appear in at least one user's ten. The default ranking may name what the user took before, because in a shop people buy again; the
/// ranking of new items leaves those out of ranking and targets, and counts the users who took something new.
/// </summary>
public static class RankingEvaluation
{
    /// <summary>Length of the ranking.</summary>
    public const int Depth = 10;

    /// <summary>Ranks with a model that was fitted on what lies before the cut.</summary>
    public static RankingReport Of(RecommenderModel model, TimeSplit split)
    {
        var scores = new float[model.Items.Count];
        var top = new TopItems(Depth);
        var users = split.Users.Length;
        double[] hit = new double[users], ndcg = new double[users];
        List<double> newHit = [], newNdcg = [];
        var shown = new bool[model.Items.Count];
        for (var n = 0; n < users; n++)
        {
            var user = split.Users[n];
            model.Rank(user, [], [], scores, top);
            (hit[n], ndcg[n]) = Judge(top.Items, split.Targets[n]);
            foreach (var item in top.Items)
                shown[item] = true;
            var had = model.HistoryOf(user);
            var fresh = Except(split.Targets[n], had);
            if (fresh.Length == 0)
                continue;
            foreach (var item in had)
                scores[item] = float.MinValue;
            top.Take(scores, float.MinValue);
            var (h, g) = Judge(top.Items, fresh);
            newHit.Add(h);
            newNdcg.Add(g);
        }
        return new RankingReport
        {
            Learner = model.Learner,
            Users = users,
            Hit = Estimate.OfShare((int)hit.Sum(), users),
            Ndcg = Estimate.OfMean(ndcg),
            Coverage = (double)shown.Count(s => s) / Math.Max(1, model.KnownItems),
            NewUsers = newHit.Count,
            NewHit = Estimate.OfShare((int)newHit.Sum(), newHit.Count),
            NewNdcg = Estimate.OfMean([.. newNdcg]),
            HitByUser = hit,
            NdcgByUser = ndcg,
        };
    }

    /// <summary>Whether a ranking has a target, and its NDCG.</summary>
    /// <param name="ranking">Items, best first.</param>
    /// <param name="targets">Items ascending, at least one.</param>
    internal static (double Hit, double Ndcg) Judge(ReadOnlySpan<int> ranking, ReadOnlySpan<int> targets)
    {
        double gain = 0, best = 0;
        for (var rank = 0; rank < ranking.Length; rank++)
        {
            if (targets.BinarySearch(ranking[rank]) >= 0)
                gain += 1 / Math.Log2(rank + 2);
        }
        for (var rank = 0; rank < Math.Min(Depth, targets.Length); rank++)
            best += 1 / Math.Log2(rank + 2);
        return (gain > 0 ? 1 : 0, gain / best);
    }

    private static int[] Except(int[] targets, ReadOnlySpan<int> had)
    {
        var result = new List<int>(targets.Length);
        foreach (var item in targets)
        {
            if (had.BinarySearch(item) < 0)
                result.Add(item);
        }
        return [.. result];
    }
}

/// <summary>How well a recommender ranks the held-out days.</summary>
public sealed record RankingReport
{
    public required RecommenderLearner Learner { get; init; }

    /// <summary>Users ranked.</summary>
    public required int Users { get; init; }

    /// <summary>HIT@10.</summary>
    public required Estimate Hit { get; init; }

    /// <summary>NDCG@10.</summary>
    public required Estimate Ndcg { get; init; }

    /// <summary>Share of the known items in at least one user's ten.</summary>
    public required double Coverage { get; init; }

    /// <summary>Users with at least one target that they had not taken before.</summary>
    public required int NewUsers { get; init; }

    /// <summary>HIT@10 among items that the user had not taken before.</summary>
    public required Estimate NewHit { get; init; }

    /// <summary>NDCG@10 among items that the user had not taken before.</summary>
    public required Estimate NewNdcg { get; init; }

    /// <summary>1 or 0 for each user, in the split's order.</summary>
    internal double[] HitByUser { get; init; } = [];

    /// <summary>NDCG@10 for each user, in the split's order.</summary>
    internal double[] NdcgByUser { get; init; } = [];
}
