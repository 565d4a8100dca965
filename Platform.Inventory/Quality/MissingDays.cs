using Platform.Inventory.Scan;

namespace Platform.Inventory.Quality;

/// <summary>Days without a file in a set of files that has one a day.</summary>
/// <param name="Missing">The days that lack, oldest first; at least one.</param>
/// <param name="First">The first day with a file.</param>
/// <param name="Last">The last one.</param>
/// <param name="Expected">Days that should have one by the rhythm of the others.</param>
/// <param name="Weekdays">The days of the week that have files, Monday first.</param>
internal sealed record MissingDays(IReadOnlyList<DateOnly> Missing, DateOnly First, DateOnly Last, int Expected, IReadOnlyList<DayOfWeek> Weekdays)
{
    private const int FewestDays = 7;

    // A day of the week has files, or has none; where it is neither nor, there is no rhythm. A tenth missing is no slip any more.
    private const double Mostly = 0.75, Hardly = 0.1, MostMissing = 0.1;

    // Below three weeks a day of the week was there too seldom to tell that it always is.
    private const int ShortSpan = 21;

    /// <summary>The days that lack; null where none does or no rhythm is clear. A day whose file has other columns is there.</summary>
    public static MissingDays? Of(FoundAsset asset)
        => asset.Files.Count < FewestDays ? null : Of([.. asset.Files.Select(file => file.Path).Concat(asset.OtherShapes.Select(other => other.Path)).Select(path => FilePartitions.DayOf(asset.Key, path)).OfType<DateOnly>()]);

    /// <summary>The days that lack among the days of files.</summary>
    internal static MissingDays? Of(IReadOnlyCollection<DateOnly> days)
    {
        var there = days.ToHashSet();
        if (there.Count < FewestDays)
            return null;
        DateOnly first = there.Min(), last = there.Max();
        var span = Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays).ToList();
        if (there.Count == span.Count)
            return null;
        var shares = span.GroupBy(day => day.DayOfWeek).ToDictionary(group => group.Key, group => group.Count(there.Contains) / (double)group.Count());
        List<DateOnly> missing;
        if (span.Count < ShortSpan)
        {
            // A weekend may be a rhythm of its own; a working day among all others is not.
            var without = span.Where(day => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday).All(day => !there.Contains(day));
            missing = [.. span.Where(day => !there.Contains(day) && !(without && day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday))];
            if (missing.Count != 1 || missing[0].DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
                return null;
        }
        else
        {
            if (shares.Values.Any(share => share is > Hardly and < Mostly))
                return null;
            missing = [.. span.Where(day => shares[day.DayOfWeek] >= Mostly && !there.Contains(day))];
        }

        var weekdays = shares.Where(day => day.Value > Hardly).Select(day => day.Key).OrderBy(day => ((int)day + 6) % 7).ToList();
        var expected = span.Count(day => weekdays.Contains(day.DayOfWeek));
        return missing.Count == 0 || missing.Count > MostMissing * expected && span.Count >= ShortSpan ? null : new MissingDays(missing, first, last, expected, weekdays);
    }
}
