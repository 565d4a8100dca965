namespace Platform.Learning.Recommend;

/// <summary>Who took what: a sparse matrix in compressed rows, a row a user with its items ascending, each with a weight that sums its interactions.</summary>
internal sealed class UserItemMatrix
{
    private const double SecondsPerDay = 86_400;

    private UserItemMatrix(int users, int items, int[] start, int[] item, float[] weight)
    {
        Users = users;
        Items = items;
        Start = start;
        Item = item;
        Weight = weight;
    }

    public int Users { get; }

    public int Items { get; }

    /// <summary>Row u is at <c>Start[u] .. Start[u + 1]</c>.</summary>
    public int[] Start { get; }

    public int[] Item { get; }

    public float[] Weight { get; }

    public int Pairs => Item.Length;

    public ReadOnlySpan<int> ItemsOf(int user) => Item.AsSpan(Start[user]..Start[user + 1]);

    public ReadOnlySpan<float> WeightsOf(int user) => Weight.AsSpan(Start[user]..Start[user + 1]);

    /// <summary>Sums the interactions with <c>Time &lt; before</c>.</summary>
    /// <param name="data">All interactions.</param>
    /// <param name="before">Seconds since 1970; interactions at it and after are not looked at.</param>
    /// <param name="halfLifeDays">An interaction that many days before <paramref name="before"/> counts half; null counts each in full.</param>
    /// <param name="useWeight">Whether the logarithm of 1 + weight multiplies; else each interaction counts 1.</param>
    /// <param name="maximumItems">Only the items that a user took last are kept, at most so many.</param>
    public static UserItemMatrix From(Interactions data, long before, double? halfLifeDays, bool useWeight, int maximumItems)
    {
        int users = data.Users.Length, items = data.Items.Length;
        var (rowStart, rows) = RowsByUser(data, before);
        var decay = DecayByDay(data.Oldest, before, halfLifeDays);
        var start = new int[users + 1];
        var pairItem = new int[rows.Length];
        var pairWeight = new float[rows.Length];
        var sum = new float[items];
        var newest = new long[items];
        var seenBy = new int[items];
        var touched = new int[items];
        var pairs = 0;
        for (var user = 0; user < users; user++)
        {
            var count = 0;
            foreach (var row in rows.AsSpan(rowStart[user]..rowStart[user + 1]))
            {
                var item = data.Item[row];
                if (seenBy[item] != user + 1)
                {
                    seenBy[item] = user + 1;
                    sum[item] = 0;
                    newest[item] = long.MinValue;
                    touched[count++] = item;
                }
                var amount = decay[(before - data.Time[row]) / (long)SecondsPerDay];
                sum[item] += useWeight && data.Weight is { } weight ? amount * MathF.Log(1 + weight[row]) : amount;
                newest[item] = Math.Max(newest[item], data.Time[row]);
            }
            var kept = touched.AsSpan(0, count);
            if (count > maximumItems)
            {
                kept.Sort((a, b) => newest[a] != newest[b] ? newest[b].CompareTo(newest[a]) : a.CompareTo(b));
                kept = kept[..maximumItems];
            }
            kept.Sort();
            foreach (var item in kept)
            {
                pairItem[pairs] = item;
                pairWeight[pairs++] = sum[item];
            }
            start[user + 1] = pairs;
        }
        return new UserItemMatrix(users, items, start, pairItem[..pairs], pairWeight[..pairs]);
    }

    /// <summary>The same matrix with a row an item.</summary>
    public UserItemMatrix Transpose()
    {
        var start = new int[Items + 1];
        foreach (var item in Item)
            start[item + 1]++;
        for (var i = 0; i < Items; i++)
            start[i + 1] += start[i];
        var next = start.AsSpan(0, Items).ToArray();
        var column = new int[Pairs];
        var weight = new float[Pairs];
        for (var user = 0; user < Users; user++)
        {
            for (var p = Start[user]; p < Start[user + 1]; p++)
            {
                var at = next[Item[p]]++;
                column[at] = user;
                weight[at] = Weight[p];
            }
        }
        return new UserItemMatrix(Items, Users, start, column, weight);
    }

    private static (int[] Start, int[] Rows) RowsByUser(Interactions data, long before)
    {
        var start = new int[data.Users.Length + 1];
        for (var row = 0; row < data.Count; row++)
        {
            if (data.Time[row] < before)
                start[data.User[row] + 1]++;
        }
        for (var u = 0; u < data.Users.Length; u++)
            start[u + 1] += start[u];
        var next = start.AsSpan(0, data.Users.Length).ToArray();
        var rows = new int[start[^1]];
        for (var row = 0; row < data.Count; row++)
        {
            if (data.Time[row] < before)
                rows[next[data.User[row]]++] = row;
        }
        return (start, rows);
    }

    /// <summary>Fading by whole days of age: one power a day instead of one a row.</summary>
    internal static float[] DecayByDay(long oldest, long before, double? halfLifeDays)
    {
        var days = Math.Max(0, (long)((before - oldest) / SecondsPerDay)) + 1;
        var decay = new float[days];
        for (var day = 0; day < days; day++)
            decay[day] = halfLifeDays is { } half ? (float)Math.Pow(2, -day / half) : 1;
        return decay;
    }
}
