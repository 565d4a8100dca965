using System.Numerics;

namespace Platform.Learning.Recommend;

/// <summary>The items that go together with each item, most similar first: <see cref="Width"/> entries an item, unused ones with similarity 0.</summary>
internal sealed class ItemNeighbours
{
    public required int Width { get; init; }

    /// <summary>Positions of the neighbours, <see cref="Width"/> an item; 0 where unused.</summary>
    public required int[] Item { get; init; }

    /// <summary>Similarities, in the same places.</summary>
    public required float[] Similarity { get; init; }

    /// <summary>
    /// Cosine of the items' columns over users, with shrinkage: <c>x·y / (|x| |y| + shrinkage)</c>, users with many items counting less
    /// (each divides by the square root of their number), so that resellers do not tie everything to everything.
    /// </summary>
    /// <param name="byUser">Who took what; weights are not looked at, taking it once is enough to go together.</param>
    /// <param name="width">Neighbours kept for each item, the item itself included.</param>
    /// <param name="shrinkage">0 and above.</param>
    /// <param name="self">Similarity of an item with itself; 0 leaves it out.</param>
    /// <param name="threads">At most so many; the result does not depend on it.</param>
    public static ItemNeighbours Fit(UserItemMatrix byUser, int width, float shrinkage, float self, int threads)
    {
        var byItem = byUser.Transpose();
        width = Math.Max(1, Math.Min(width, byUser.Items));
        var share = new float[byUser.Users];
        for (var user = 0; user < byUser.Users; user++)
        {
            var count = byUser.ItemsOf(user).Length;
            share[user] = count == 0 ? 0 : 1f / MathF.Sqrt(count);
        }
        var norm = new float[byUser.Items];
        for (var item = 0; item < byUser.Items; item++)
        {
            var sum = 0f;
            foreach (var user in byItem.ItemsOf(item))
                sum += share[user];
            norm[item] = MathF.Sqrt(sum);
        }
        var result = new ItemNeighbours { Width = width, Item = new int[byUser.Items * width], Similarity = new float[byUser.Items * width] };
        const int chunk = 64;
        Parallel.For(
            0,
            (byUser.Items + chunk - 1) / chunk,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            () => (Together: new float[byUser.Items], Best: new TopItems(width)),
            (part, _, space) =>
            {
                for (var item = part * chunk; item < Math.Min(byUser.Items, (part + 1) * chunk); item++)
                {
                    if (byItem.ItemsOf(item).IsEmpty)
                        continue;
                    CountTogether(byUser, byItem.ItemsOf(item), share, space.Together);
                    ToCosine(space.Together, norm, norm[item], shrinkage);
                    space.Together[item] = self;
                    space.Best.Take(space.Together, 0);
                    space.Best.CopyTo(result.Item.AsSpan(item * width, width), result.Similarity.AsSpan(item * width, width));
                }
                return space;
            },
            _ => { });
        return result;
    }

    /// <summary>Adds <paramref name="weight"/> times the similarities of <paramref name="item"/> to <paramref name="scores"/>.</summary>
    public void AddTo(Span<float> scores, int item, float weight)
    {
        var at = item * Width;
        var neighbours = Item.AsSpan(at, Width);
        var similarity = Similarity.AsSpan(at, Width);
        for (var n = 0; n < neighbours.Length; n++)
            scores[neighbours[n]] += weight * similarity[n];
    }

    private static void CountTogether(UserItemMatrix byUser, ReadOnlySpan<int> users, float[] share, float[] together)
    {
        Array.Clear(together);
        foreach (var user in users)
        {
            var amount = share[user];
            foreach (var other in byUser.ItemsOf(user))
                together[other] += amount;
        }
    }

    private static void ToCosine(float[] together, float[] norm, float own, float shrinkage)
    {
        var ownLanes = new Vector<float>(own);
        var shrinkageLanes = new Vector<float>(shrinkage);
        // Where both norms are 0 the count is 0 too; the smallest addend keeps 0/0 away.
        var tiny = new Vector<float>(1e-12f);
        var i = 0;
        for (; i + Vector<float>.Count <= together.Length; i += Vector<float>.Count)
        {
            var cosine = new Vector<float>(together, i) / ((new Vector<float>(norm, i) * ownLanes) + shrinkageLanes + tiny);
            cosine.CopyTo(together, i);
        }
        for (; i < together.Length; i++)
            together[i] /= (norm[i] * own) + shrinkage + 1e-12f;
    }
}
