namespace Platform.Learning.Recommend;

/// <summary>
/// What users did with items, as columns of equal length. <see cref="User"/> and <see cref="Item"/> hold positions in <see cref="Users"/> and
/// <see cref="Items"/>, which are sorted by ordinal comparison, so that the same rows give the same positions whatever their order was.
/// Made by <see cref="InteractionsBuilder"/>.
/// </summary>
public sealed class Interactions
{
    internal Interactions(string[] users, string[] items, int[] user, int[] item, long[] time, float[]? weight, float[]? rating)
    {
        Users = users;
        Items = items;
        User = user;
        Item = item;
        Time = time;
        Weight = weight;
        Rating = rating;
        Oldest = time.Length == 0 ? 0 : time.Min();
        Newest = time.Length == 0 ? 0 : time.Max();
    }

    /// <summary>Ids of the users, sorted.</summary>
    public string[] Users { get; }

    /// <summary>Ids of the items, sorted.</summary>
    public string[] Items { get; }

    /// <summary>A position in <see cref="Users"/> for each row.</summary>
    public int[] User { get; }

    /// <summary>A position in <see cref="Items"/> for each row.</summary>
    public int[] Item { get; }

    /// <summary>Seconds since 1970-01-01T00:00:00Z for each row.</summary>
    public long[] Time { get; }

    /// <summary>A finite weight above 0 for each row, such as a quantity; null where every row weighs 1.</summary>
    public float[]? Weight { get; }

    /// <summary>A finite rating for each row; null where there are none.</summary>
    public float[]? Rating { get; }

    /// <summary>Number of rows.</summary>
    public int Count => User.Length;

    /// <summary>The smallest time; 0 without rows.</summary>
    public long Oldest { get; }

    /// <summary>The largest time; 0 without rows.</summary>
    public long Newest { get; }
}
