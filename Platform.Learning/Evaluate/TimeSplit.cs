using Platform.Learning.Recommend;

namespace Platform.Learning.Evaluate;

/// <summary>
/// A split by time: everything before <see cref="Cut"/> is learned from, what users took from then on is what a ranking should have found.
/// Nothing after the cut reaches the learner.
/// </summary>
public sealed class TimeSplit
{
    private const long Day = 86_400;

    private TimeSplit(long cut, long end, int[] users, int[][] targets, int coldUsers, int unknownItems)
    {
        Cut = cut;
        End = end;
        Users = users;
        Targets = targets;
        ColdUsers = coldUsers;
        UnknownItems = unknownItems;
    }

    /// <summary>Seconds since 1970: the first moment that is held out.</summary>
    public long Cut { get; }

    /// <summary>Seconds since 1970: the end of the held-out days, midnight UTC after the newest interaction.</summary>
    public long End { get; }

    /// <summary>Users with interactions on both sides of the cut.</summary>
    internal int[] Users { get; }

    /// <summary>For each of <see cref="Users"/>, the distinct items taken after the cut that somebody took before it, ascending; never empty.</summary>
    internal int[][] Targets { get; }

    /// <summary>Users of the held-out days without history; each learner gives them the popular items, so they are left out.</summary>
    public int ColdUsers { get; }

    /// <summary>Distinct items of the held-out days that nobody took before, which no learner could name; left out of the targets.</summary>
    public int UnknownItems { get; }

    /// <summary>Holds out the last days.</summary>
    /// <param name="data">All interactions.</param>
    /// <param name="days">Days to hold out, counted back from midnight UTC after the newest interaction.</param>
    /// <returns>Null where there is nothing to learn from before the cut or no user is on both sides of it.</returns>
    public static TimeSplit? LastDays(Interactions data, int days)
    {
        if (days < 1)
            throw new LearningException($"The evaluation holds out {days} days; it must be at least 1.");
        if (data.Count == 0)
            return null;
        var end = (FloorDay(data.Newest) + 1) * Day;
        return At(data, end - (days * Day), end);
    }

    /// <summary>Splits at a moment.</summary>
    public static TimeSplit? At(Interactions data, long cut, long end)
    {
        var userBefore = new bool[data.Users.Length];
        var itemBefore = new bool[data.Items.Length];
        for (var row = 0; row < data.Count; row++)
        {
            if (data.Time[row] < cut)
                userBefore[data.User[row]] = itemBefore[data.Item[row]] = true;
        }
        var taken = new SortedDictionary<int, SortedSet<int>>();
        var cold = new HashSet<int>();
        var unknown = new HashSet<int>();
        for (var row = 0; row < data.Count; row++)
        {
            if (data.Time[row] < cut || data.Time[row] >= end)
                continue;
            var (user, item) = (data.User[row], data.Item[row]);
            if (!itemBefore[item])
                unknown.Add(item);
            if (!userBefore[user])
                cold.Add(user);
            else if (itemBefore[item])
                (taken.TryGetValue(user, out var set) ? set : taken[user] = []).Add(item);
        }
        return taken.Count == 0
            ? null
            : new TimeSplit(cut, end, [.. taken.Keys], [.. taken.Values.Select(items => items.ToArray())], cold.Count, unknown.Count);
    }

    private static long FloorDay(long seconds) => (long)Math.Floor(seconds / (double)Day);
}
