using Platform.Learning.Recommend;

namespace Platform.Learning.Tests;

/// <summary>Data with structure that a learner must find.</summary>
internal static class Planted
{
    public const long Day = 86_400;

    /// <summary>
    /// Users belong to one of some groups and take items of their group nine times of ten, over some days; a few items of each group are taken again
    /// and again. Rated rows take from all groups alike: 5 inside the user's group and 1 outside.
    /// </summary>
    public static Interactions Groups(int users = 200, int groups = 5, int itemsPerGroup = 20, int rows = 12_000, int days = 40, int seed = 7, bool rated = false)
    {
        var random = new Random(seed);
        var builder = new InteractionsBuilder(weighted: true, rated);
        for (var row = 0; row < rows; row++)
        {
            var user = random.Next(users);
            var group = random.Next(10) < (rated ? 10 : 1) ? random.Next(groups) : user % groups;
            var item = (int)(itemsPerGroup * Math.Pow(random.NextDouble(), 1.5));
            var rating = user % groups == group ? 5 : 1;
            builder.Add($"u{user:000}", $"g{group}-{item:00}", (row * days / rows * Day) + random.Next((int)Day), 1 + random.Next(5), rating);
        }
        return builder.Build();
    }

    /// <summary>Rows written out: user, item, day and optionally a weight.</summary>
    public static Interactions Rows(params (string User, string Item, int Day)[] rows)
    {
        var builder = new InteractionsBuilder();
        foreach (var (user, item, day) in rows)
            builder.Add(user, item, (day * Day) + 43_200);
        return builder.Build();
    }
}
