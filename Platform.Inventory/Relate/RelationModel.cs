namespace Platform.Inventory.Relate;

/// <summary>
/// Turns evidence into a probability: a logistic regression over the features of <see cref="RelationCandidate"/>, fitted to the references of
/// generated schemas (benchmark subject <c>relations fit</c>; none of the tables that the scores are taken from), then shared among the tables that
/// a column might refer to, because it refers to one.
/// </summary>
internal sealed class RelationModel(IReadOnlyList<double>? weights = null)
{
    /// <summary>What the weights stand for, in the order of <see cref="RelationCandidate.Features()"/>.</summary>
    public static readonly string[] Names =
    [
        "bias", "missing", "exact", "coverage", "dense", "fit", "gap", "surprise", "offset", "name strong", "name weak", "name against", "from key", "from key dense",
        "to first", "repeats", "size", "same folder", "few values", "measure", "to measure", "from first",
    ];

    // Generated schemas lie in one folder each: that tables of one folder belong together a little more is a prior of 0.7, taken from the bias.
    private static readonly double[] Fitted =
    [
        -1.94, -0.57, 1.27, -0.93, -0.77, 1.56, -3.84, 0.25, 2.41, 3.90, -2.58, -1.94, -1.12, -1.39, 2.40, 0.24, 0.14, 0.70, -0.47, -1.49, 0.00, 0.39,
    ];

    private const double DeclaredKey = 4;

    private readonly IReadOnlyList<double> _weights = weights ?? Fitted;

    /// <summary>Log-odds that the candidate is a reference, looked at by itself.</summary>
    public double LogOdds(RelationCandidate candidate)
    {
        Span<double> features = stackalloc double[Names.Length];
        candidate.Features(features);
        var sum = 0.0;
        for (var i = 0; i < features.Length; i++)
            sum += _weights[i] * features[i];
        // The key that a database declares is what references are made for; files, which the weights were fitted to, declare none.
        return candidate.To.IsDeclaredKey && candidate.Names == NameEvidence.Strong ? sum + DeclaredKey : sum;
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
