using Platform.Learning.Recommend;

namespace Platform.Learning.Onnx;

/// <summary>Proves on samples that the written model gives what the fitted one gives, before anybody is served from it.</summary>
internal static class ParityCheck
{
    private const float Tolerance = 1e-4f;
    private const int Users = 24;
    private const int Depth = 10;

    /// <summary>Compares rankings of users spread over all users, of nobody, and of histories given by item.</summary>
    /// <returns>The largest difference of a score, relative to 1 + its size.</returns>
    /// <exception cref="LearningException">A ranking differs by more than the tolerance of 1e-4.</exception>
    public static double Run(RecommenderModel model, RecommenderSession session)
    {
        var largest = 0d;
        var users = model.Users.Count;
        var step = Math.Max(1, users / Users);
        for (var user = 0; user < users; user += step)
            largest = Math.Max(largest, Compare(model, session, user, []));
        largest = Math.Max(largest, Compare(model, session, -1, []));
        for (var item = 0; item < model.Items.Count; item += Math.Max(1, model.Items.Count / 4))
            largest = Math.Max(largest, Compare(model, session, -1, item == 0 ? [item] : [item, item / 2]));
        return largest;
    }

    private static double Compare(RecommenderModel model, RecommenderSession session, int user, int[] items)
    {
        var weights = new float[items.Length];
        Array.Fill(weights, 1);
        var scores = new float[model.Items.Count];
        var top = new TopItems(Math.Min(Depth, model.Items.Count));
        model.Rank(user, items, weights, scores, top);
        var (theirItems, theirScores) = session.Rank(user < 0 ? model.Users.Count : user, Array.ConvertAll(items, item => (long)item), weights, Math.Min(Depth, model.Items.Count));
        var largest = 0d;
        for (var rank = 0; rank < theirItems.Length; rank++)
        {
            // Items that score the same may change places; so the score at each rank and the score of each named item are compared.
            var atRank = rank < top.Count ? top.Scores[rank] : float.MinValue;
            largest = Math.Max(largest, Math.Max(Relative(theirScores[rank], atRank), Relative(theirScores[rank], scores[theirItems[rank]])));
        }
        if (!(largest <= Tolerance))
        {
            var who = user < 0 ? $"a history of {items.Length} items" : $"user '{model.Users[user]}'";
            throw new LearningException($"The exported model ranks differently from the trained one for {who}: scores differ by {largest:G3} where {Tolerance:G1} is allowed. Nothing was written; report this with the training options.");
        }
        return largest;
    }

    private static double Relative(float theirs, float ours) => Math.Abs((double)theirs - ours) / (1 + Math.Abs((double)ours));
}
