namespace Platform.Inventory.Errors;

/// <summary>
/// What the strategies together say about a cell. Without labels each counts as an independent witness; labels of any column shift how much each
/// strategy counts in all of them (logistic regression that stays near the unsupervised weights).
/// </summary>
internal sealed class CellPrior
{
    private readonly double[] _weights;
    private readonly double _bias;

    private CellPrior(double[] weights, double bias) => (_weights, _bias) = (weights, bias);

    /// <summary>The probability without labels: one minus the chance that all witnesses are wrong.</summary>
    public static double Unsupervised(CellFeatures features, int kind)
    {
        var right = 1.0;
        for (var i = 0; i < CellStrategies.Count; i++)
            right *= 1 - features.Matrix[kind * features.Width + i] / 255.0;
        return Math.Clamp(1 - right, 0.004, 0.996);
    }

    public static double LogOdds(double p) => Math.Log(p / (1 - p));

    /// <summary>Learns from the labelled cells of all columns.</summary>
    public static CellPrior Learn(IReadOnlyList<(CellFeatures Features, int Kind, bool Wrong)> labels, double ridge)
    {
        var weights = new double[CellStrategies.Count + 1];
        weights[^1] = 1;
        var bias = 0.0;
        var start = (double[])weights.Clone();
        // Labels of chosen rows are few hundred: plain gradient steps with a fixed rate come close enough and always end the same.
        for (var step = 0; step < 600 && labels.Count > 0; step++)
        {
            var gradient = new double[weights.Length];
            var biasGradient = 0.3 * ridge * bias;
            foreach (var (features, kind, wrong) in labels)
            {
                var x = Inputs(features, kind);
                var error = 1 / (1 + Math.Exp(-(bias + Dot(weights, x)))) - (wrong ? 1 : 0);
                for (var i = 0; i < x.Length; i++)
                    gradient[i] += error * x[i];
                biasGradient += error;
            }

            // Small enough to come to rest whatever the labels: the log-odds are the largest input, at most 6.
            var rate = 1 / (2.0 * labels.Count + 10 * ridge + 10);
            for (var i = 0; i < weights.Length; i++)
                weights[i] -= rate * (gradient[i] + ridge * (i == weights.Length - 1 ? 10 : 1) * (weights[i] - start[i]));
            bias -= rate * biasGradient;
        }

        return new CellPrior(weights, bias);
    }

    public double Margin(CellFeatures features, int kind) => Math.Clamp(_bias + Dot(_weights, Inputs(features, kind)), -5, 5);

    private static double[] Inputs(CellFeatures features, int kind)
    {
        var x = new double[CellStrategies.Count + 1];
        for (var i = 0; i < CellStrategies.Count; i++)
            x[i] = features.Matrix[kind * features.Width + i] / 255.0;
        x[^1] = LogOdds(Unsupervised(features, kind));
        return x;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
