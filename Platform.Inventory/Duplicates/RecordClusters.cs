namespace Platform.Inventory.Duplicates;

/// <summary>Joins matching pairs to clusters, and keeps chains apart: A like B and B like C join C to A only where C is like the cluster as a whole.</summary>
internal static class RecordClusters
{
    private const int Compared = 60;

    /// <returns>Clusters of two rows or more, each in ascending order.</returns>
    /// <param name="pairs">Pairs with their probability, any order.</param>
    /// <param name="probability">That of any two rows.</param>
    /// <param name="kept">How many joins were refused because they would have made a chain.</param>
    public static List<int[]> Join(IEnumerable<(int A, int B, double Probability)> pairs, Func<int, int, double> probability, out int kept)
    {
        var cluster = new Dictionary<int, List<int>>();
        kept = 0;
        foreach (var (a, b, _) in pairs.OrderByDescending(pair => pair.Probability).ThenBy(pair => pair.A).ThenBy(pair => pair.B))
        {
            var left = cluster.TryGetValue(a, out var known) ? known : [a];
            var right = cluster.TryGetValue(b, out known) ? known : [b];
            if (ReferenceEquals(left, right))
                continue;
            if (left.Count * right.Count > 1 && !Belong(left, right, probability))
            {
                kept++;
                continue;
            }

            if (left.Count < right.Count)
                (left, right) = (right, left);
            left.AddRange(right);
            foreach (var row in left)
                cluster[row] = left;
        }

        return [.. cluster.Values.Distinct().Select(members => members.Order().ToArray()).OrderBy(members => members[0])];
    }

    // More than half of the pairs across must match; of large clusters a part is compared, evenly chosen.
    private static bool Belong(List<int> left, List<int> right, Func<int, int, double> probability)
    {
        var all = (long)left.Count * right.Count;
        var stride = Math.Max(1, all / Compared);
        int compared = 0, alike = 0;
        for (var i = 0L; i < all; i += stride)
        {
            compared++;
            alike += probability(left[(int)(i / right.Count)], right[(int)(i % right.Count)]) >= 0.5 ? 1 : 0;
        }

        return 2 * alike > compared;
    }
}
