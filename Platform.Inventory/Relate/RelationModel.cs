namespace Platform.Inventory.Relate;

/// <summary>
/// Turns evidence into a probability: a logistic regression over the features of <see cref="RelationCandidate"/>, fitted to the references of
/// generated schemas (benchmark subject <c>relations fit</c>; none of the tables that the scores are taken from), then shared among the tables that
/// a column might refer to, because it refers to one.
/// </summary>
internal static class RelationModel
{
    /// <summary>What the weights stand for, in the order of <see cref="RelationCandidate.Features"/>.</summary>
    public static readonly string[] Names =
    [
        "bias", "missing", "exact", "coverage", "dense", "fit", "gap", "surprise", "offset", "name strong", "name weak", "name against", "from key", "from key dense",
        "to first", "repeats", "size", "same folder", "few values", "measure", "to measure", "from first",
    ];

    private static readonly double[] Weights =
    [
        -5.0, -1.0, 1.0, 2.5, -1.5, 2.5, -1.5, 2.0, 1.5, 3.0, 1.0, -2.0, -1.5, -2.0, 0.7, 0.5, 1.0, 0.7, -1.0, -2.0, -1.5, -0.3,
    ];

    /// <summary>Log-odds that the candidate is a reference, looked at by itself.</summary>
    public static double LogOdds(RelationCandidate candidate)
    {
        var features = candidate.Features();
        var sum = 0.0;
        for (var i = 0; i < Weights.Length; i++)
            sum += Weights[i] * features[i];
        return sum;
    }

    /// <summary>Probabilities of the candidates of one column: at most one of them is right.</summary>
    public static double[] Share(IReadOnlyList<double> logOdds)
    {
        // exp(30) is certain enough, and finite.
        var odds = logOdds.Select(value => Math.Exp(Math.Clamp(value, -30, 30))).ToArray();
        var all = 1 + odds.Sum();
        return [.. odds.Select(value => Math.Min(0.999, value / all))];
    }
}
