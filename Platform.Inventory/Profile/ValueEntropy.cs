namespace Platform.Inventory.Profile;

/// <summary>Shannon entropy of a column's values in bits, with the bounds that the frequent and distinct values allow.</summary>
/// <param name="About">The best guess.</param>
/// <param name="From">It is at least this.</param>
/// <param name="To">It is at most this.</param>
internal readonly record struct ValueEntropy(double About, double From, double To)
{
    /// <summary>Null without values.</summary>
    public static ValueEntropy? Of(ColumnState state)
    {
        if (state.Values == 0)
            return null;
        double n = state.Values;
        // Three standard errors of the number of distinct values, which are never more than there are values.
        var distinct = Math.Max(1, Math.Min(n, state.Distinct.Count));
        var most = state.Distinct.IsExact ? distinct : Math.Min(n, distinct * (1 + (3 * DistinctCounter.StandardError)));
        if (state.Frequent.GaveUp)
            return new ValueEntropy(Math.Log2(distinct), 0, Math.Log2(most));
        var known = state.Frequent.Top(int.MaxValue);
        double counted = 0, seen = 0;
        foreach (var value in known)
        {
            counted += Part(value.AtLeast / n);
            seen += value.AtLeast;
        }

        var rest = n - seen;
        if (rest < 0.5)
            return new ValueEntropy(Math.Max(0, counted), Math.Max(0, counted), Math.Max(0, counted));
        // Spread evenly over the others it is the most; heaped onto the frequent values, as far as their error allows, the least.
        var about = counted + Spread(rest / n, Math.Max(1, distinct - known.Count));
        var to = counted + Spread(rest / n, Math.Max(1, most - known.Count));
        double from = 0, left = rest, error = Math.Max(1, state.Frequent.Error);
        foreach (var value in known)
        {
            var more = Math.Min(left, state.Frequent.Error);
            left -= more;
            from += Part((value.AtLeast + more) / n);
        }

        from += left / n * Math.Log2(n / Math.Min(n, error));
        return new ValueEntropy(Math.Max(0, about), Math.Max(0, Math.Min(from, about)), Math.Max(about, to));
    }

    private static double Part(double share) => share <= 0 ? 0 : -share * Math.Log2(share);

    private static double Spread(double share, double over) => -share * Math.Log2(share / over);
}
