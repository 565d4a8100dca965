namespace Platform.Learning.Evaluate;

/// <summary>How far two distributions are apart.</summary>
public static class Drift
{
    /// <summary>
    /// Population stability index over shares: <c>Σ (a - e) ln(a / e)</c>. By custom, under 0.1 is stable, 0.1 to 0.25 a moderate and above
    /// 0.25 a large shift. Shares are smoothed by half a count a bin, so that an empty bin does not make it infinite.
    /// </summary>
    /// <param name="reference">Counts by bin, 0 and above.</param>
    /// <param name="current">Counts of the same bins.</param>
    /// <returns>0 where either side has no counts.</returns>
    public static double PopulationStability(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        if (reference.Length != current.Length)
            throw new ArgumentException("The two sides must have the same bins.", nameof(current));
        double allReference = 0, allCurrent = 0;
        for (var bin = 0; bin < reference.Length; bin++)
        {
            allReference += reference[bin];
            allCurrent += current[bin];
        }
        if (allReference == 0 || allCurrent == 0)
            return 0;
        var index = 0d;
        for (var bin = 0; bin < reference.Length; bin++)
        {
            var expected = (reference[bin] + 0.5) / (allReference + (0.5 * reference.Length));
            var actual = (current[bin] + 0.5) / (allCurrent + (0.5 * reference.Length));
            index += (actual - expected) * Math.Log(actual / expected);
        }
        return index;
    }

    /// <summary>Kolmogorov-Smirnov: the largest distance between two empirical distribution functions, and its asymptotic p-value.</summary>
    /// <param name="reference">Values in any order; sorted in place.</param>
    /// <param name="current">Values in any order; sorted in place.</param>
    /// <returns>Distance 0 and p-value 1 where either side is empty.</returns>
    public static (double Distance, double PValue) KolmogorovSmirnov(Span<double> reference, Span<double> current)
    {
        if (reference.IsEmpty || current.IsEmpty)
            return (0, 1);
        reference.Sort();
        current.Sort();
        double distance = 0;
        int i = 0, j = 0;
        while (i < reference.Length && j < current.Length)
        {
            var value = Math.Min(reference[i], current[j]);
            while (i < reference.Length && reference[i] <= value)
                i++;
            while (j < current.Length && current[j] <= value)
                j++;
            distance = Math.Max(distance, Math.Abs(((double)i / reference.Length) - ((double)j / current.Length)));
        }
        var size = Math.Sqrt((double)reference.Length * current.Length / (reference.Length + current.Length));
        return (distance, Kolmogorov((size + 0.12 + (0.11 / size)) * distance));
    }

    /// <summary>Jensen-Shannon distance over shares: the square root of the divergence to base 2, 0 (the same) to 1 (nothing in common).</summary>
    /// <param name="reference">Counts by bin, 0 and above.</param>
    /// <param name="current">Counts of the same bins.</param>
    /// <returns>0 where either side has no counts.</returns>
    public static double JensenShannon(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        if (reference.Length != current.Length)
            throw new ArgumentException("The two sides must have the same bins.", nameof(current));
        double allReference = 0, allCurrent = 0, divergence = 0;
        for (var bin = 0; bin < reference.Length; bin++)
        {
            allReference += reference[bin];
            allCurrent += current[bin];
        }
        if (allReference == 0 || allCurrent == 0)
            return 0;
        for (var bin = 0; bin < reference.Length; bin++)
        {
            double p = reference[bin] / allReference, q = current[bin] / allCurrent, middle = (p + q) / 2;
            divergence += (p > 0 ? 0.5 * p * Math.Log2(p / middle) : 0) + (q > 0 ? 0.5 * q * Math.Log2(q / middle) : 0);
        }
        return Math.Sqrt(Math.Clamp(divergence, 0, 1));
    }

    /// <summary>Wasserstein distance of the first order: how far a value moved on average, in the values' own unit.</summary>
    /// <param name="reference">Values in any order; sorted in place.</param>
    /// <param name="current">Values in any order; sorted in place.</param>
    /// <returns>0 where either side is empty.</returns>
    public static double Wasserstein(Span<double> reference, Span<double> current)
    {
        if (reference.IsEmpty || current.IsEmpty)
            return 0;
        reference.Sort();
        current.Sort();
        double distance = 0, last = Math.Min(reference[0], current[0]);
        int i = 0, j = 0;
        while (i < reference.Length || j < current.Length)
        {
            var value = j >= current.Length || (i < reference.Length && reference[i] <= current[j]) ? reference[i] : current[j];
            distance += (value - last) * Math.Abs(((double)i / reference.Length) - ((double)j / current.Length));
            last = value;
            while (i < reference.Length && reference[i] == value)
                i++;
            while (j < current.Length && current[j] == value)
                j++;
        }
        return distance;
    }

    /// <summary>The tail of Kolmogorov's distribution (Numerical Recipes 14.3.9).</summary>
    private static double Kolmogorov(double x)
    {
        if (x < 0.2)
            return 1;
        var sum = 0d;
        var sign = 2d;
        for (var term = 1; term <= 100; term++)
        {
            var add = sign * Math.Exp(-2 * x * x * term * term);
            sum += add;
            if (Math.Abs(add) < 1e-12)
                break;
            sign = -sign;
        }
        return Math.Clamp(sum, 0, 1);
    }
}
