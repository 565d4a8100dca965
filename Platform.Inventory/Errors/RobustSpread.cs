namespace Platform.Inventory.Errors;

/// <summary>Middle and spread of numbers by their quartiles, which a few wrong ones do not move.</summary>
internal readonly record struct RobustSpread(double Median, double Below, double Above)
{
    /// <param name="values">Numbers with how often each occurs.</param>
    public static RobustSpread Of(List<(double Value, int Count)> values)
    {
        if (values.Count == 0)
            return new RobustSpread(0, 0, 0);
        values.Sort((a, b) => a.Value.CompareTo(b.Value));
        var total = values.Sum(pair => (long)pair.Count);
        double At(double share)
        {
            var left = (long)(share * (total - 1));
            foreach (var (value, count) in values)
            {
                left -= count;
                if (left < 0)
                    return value;
            }

            return values[^1].Value;
        }

        var median = At(0.5);
        // Quartiles of a normal distribution lie 0.674 deviations out. A column that is mostly one number has its spread farther out.
        var below = Math.Max((median - At(0.25)) / 0.674, (median - At(0.05)) / 1.645);
        var above = Math.Max((At(0.75) - median) / 0.674, (At(0.95) - median) / 1.645);
        return new RobustSpread(median, below, above);
    }

    /// <summary>How many deviations a number lies from the middle, on its side.</summary>
    public double Distance(double value)
    {
        var spread = value < Median ? Below : Above;
        var other = value < Median ? Above : Below;
        if (spread <= 0)
            spread = other;
        return spread <= 0 ? 0 : Math.Abs(value - Median) / spread;
    }
}
