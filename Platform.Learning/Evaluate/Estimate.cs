namespace Platform.Learning.Evaluate;

/// <summary>A measured value with its 95 % confidence interval.</summary>
/// <param name="Value">The value.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
public readonly record struct Estimate(double Value, double Low, double High)
{
    private const double Z = 1.959964;

    /// <summary>A share of successes with Wilson's interval, which stays inside 0 to 1 and is honest at the ends. Zero trials give 0 with the interval 0 to 1.</summary>
    public static Estimate OfShare(int successes, int trials)
    {
        if (trials == 0)
            return new Estimate(0, 0, 1);
        var share = (double)successes / trials;
        var z2 = Z * Z / trials;
        var centre = (share + (z2 / 2)) / (1 + z2);
        var half = Z * Math.Sqrt((share * (1 - share) / trials) + (z2 / (4 * trials))) / (1 + z2);
        return new Estimate(share, Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    /// <summary>A mean with the normal approximation. No values give 0 without width; one value has no width either.</summary>
    public static Estimate OfMean(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
            return new Estimate(0, 0, 0);
        var sum = 0d;
        foreach (var value in values)
            sum += value;
        var mean = sum / values.Length;
        var squares = 0d;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        var half = values.Length < 2 ? 0 : Z * Math.Sqrt(squares / (values.Length - 1) / values.Length);
        return new Estimate(mean, mean - half, mean + half);
    }

    /// <summary>The mean of <paramref name="ours"/> minus <paramref name="theirs"/>, paired: above 0 beyond doubt where <see cref="Low"/> is above 0.</summary>
    /// <exception cref="ArgumentException">The two have different lengths.</exception>
    public static Estimate OfDifference(ReadOnlySpan<double> ours, ReadOnlySpan<double> theirs)
    {
        if (ours.Length != theirs.Length)
            throw new ArgumentException("Paired values must be equally many.", nameof(theirs));
        var difference = new double[ours.Length];
        for (var i = 0; i < difference.Length; i++)
            difference[i] = ours[i] - theirs[i];
        return OfMean(difference);
    }
}
