namespace Platform.Learning.Anomaly;

/// <summary>Student's t distribution.</summary>
internal static class StudentT
{
    /// <summary>Probability of a value at least as far from 0, on either side.</summary>
    public static double TwoSided(double t, double degrees) => Math.Max(1e-300, Beta(degrees / 2, 0.5, degrees / (degrees + (t * t))));

    /// <summary>How far from 0 a value is that far or farther with the given probability.</summary>
    public static double Reach(double p, double degrees)
    {
        double low = 0, high = 2;
        while (TwoSided(high, degrees) > p && high < 1e12)
            high *= 2;
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            if (TwoSided(middle, degrees) > p)
                low = middle;
            else
                high = middle;
        }
        return high;
    }

    /// <summary>The regularised incomplete beta function by its continued fraction (Numerical Recipes 6.4).</summary>
    private static double Beta(double a, double b, double x)
    {
        if (x <= 0)
            return 0;
        if (x >= 1)
            return 1;
        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x)));
        return x < (a + 1) / (a + b + 2) ? front * Fraction(a, b, x) / a : 1 - (front * Fraction(b, a, 1 - x) / b);
    }

    private static double Fraction(double a, double b, double x)
    {
        const double Tiny = 1e-300;
        double c = 1, d = 1 - ((a + b) * x / (a + 1));
        d = 1 / (Math.Abs(d) < Tiny ? Tiny : d);
        var result = d;
        for (var m = 1; m <= 200; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / Safe(1 + (even * d));
            c = Safe(1 + (even / c));
            result *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / Safe(1 + (odd * d));
            c = Safe(1 + (odd / c));
            result *= d * c;
            if (Math.Abs((d * c) - 1) < 1e-12)
                break;
        }
        return result;

        static double Safe(double value) => Math.Abs(value) < Tiny ? Tiny : value;
    }

    /// <summary>Lanczos' approximation.</summary>
    private static double LogGamma(double x)
    {
        ReadOnlySpan<double> terms = [76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 0.001208650973866179, -0.000005395239384953];
        var t = x + 5.5 - ((x + 0.5) * Math.Log(x + 5.5));
        var sum = 1.000000000190015;
        for (var i = 0; i < terms.Length; i++)
            sum += terms[i] / (x + 1 + i);
        return Math.Log(2.5066282746310005 * sum / x) - t;
    }
}
