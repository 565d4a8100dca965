namespace Platform.Learning.Recommend;

/// <summary>How much each item is taken: the baseline that every other learner must beat, and the prior of the blend.</summary>
internal static class Popularity
{
    /// <summary>
    /// Interactions an item before a time, fading with age, scaled so that the largest is 1. A row counts once whatever its weight: one large
    /// order is one person's wish. Items without interactions get 0.
    /// </summary>
    public static float[] Fit(Interactions data, long before, double? halfLifeDays)
    {
        var decay = UserItemMatrix.DecayByDay(data.Oldest, before, halfLifeDays);
        var score = new float[data.Items.Length];
        for (var row = 0; row < data.Count; row++)
        {
            if (data.Time[row] < before)
                score[data.Item[row]] += decay[(before - data.Time[row]) / 86_400];
        }
        var largest = score.Length == 0 ? 0 : score.Max();
        if (largest > 0)
        {
            for (var i = 0; i < score.Length; i++)
                score[i] /= largest;
        }
        return score;
    }
}
