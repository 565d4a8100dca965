namespace Platform.Benchmarks.Inventory;

/// <summary>Logistic regression with a ridge penalty by Newton's method. The first feature is the bias and is not penalised.</summary>
internal static class LogisticFit
{
    public static double[] Fit(IReadOnlyList<IReadOnlyList<double>> features, IReadOnlyList<bool> labels, double penalty)
    {
        var n = features[0].Count;
        var weights = new double[n];
        for (var round = 0; round < 30; round++)
        {
            var gradient = new double[n];
            var hessian = new double[n, n];
            for (var row = 0; row < features.Count; row++)
            {
                var x = features[row];
                var p = 1 / (1 + Math.Exp(-Enumerable.Range(0, n).Sum(i => weights[i] * x[i])));
                var error = p - (labels[row] ? 1 : 0);
                var spread = Math.Max(1e-6, p * (1 - p));
                for (var i = 0; i < n; i++)
                {
                    gradient[i] += error * x[i];
                    for (var j = 0; j < n; j++)
                        hessian[i, j] += spread * x[i] * x[j];
                }
            }

            for (var i = 0; i < n; i++)
            {
                gradient[i] += i == 0 ? 0 : penalty * weights[i];
                hessian[i, i] += i == 0 ? 1e-6 : penalty;
            }

            var step = Solve(hessian, gradient);
            for (var i = 0; i < n; i++)
                weights[i] -= step[i];
            if (step.Max(Math.Abs) < 1e-6)
                break;
        }

        return weights;
    }

    // Gauss with partial pivots.
    private static double[] Solve(double[,] a, double[] b)
    {
        var n = b.Length;
        var x = (double[])b.Clone();
        for (var column = 0; column < n; column++)
        {
            var pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(a[row, column]));
            for (var j = 0; j < n; j++)
                (a[column, j], a[pivot, j]) = (a[pivot, j], a[column, j]);
            (x[column], x[pivot]) = (x[pivot], x[column]);
            for (var row = 0; row < n; row++)
            {
                if (row == column)
                    continue;
                var factor = a[row, column] / a[column, column];
                for (var j = column; j < n; j++)
                    a[row, j] -= factor * a[column, j];
                x[row] -= factor * x[column];
            }
        }

        return [.. x.Select((value, i) => value / a[i, i])];
    }
}
