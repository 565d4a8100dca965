using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Platform.Learning.Recommend;

/// <summary>Biased matrix factorisation on ratings by stochastic gradient descent (Koren, Bell, Volinsky 2009), squared error with weight decay.</summary>
internal static class RatingFactors
{
    /// <summary>Fits the given rows, in an order drawn from the seed once.</summary>
    /// <param name="users">Number of users.</param>
    /// <param name="items">Number of items.</param>
    /// <param name="user">A user for each rating.</param>
    /// <param name="item">An item for each rating.</param>
    /// <param name="rating">The ratings; not empty.</param>
    /// <param name="options">Factors, epochs, learning rate, regularisation, seed.</param>
    public static FactorTables Fit(int users, int items, ReadOnlySpan<int> user, ReadOnlySpan<int> item, ReadOnlySpan<float> rating, RecommenderOptions options)
    {
        var mean = 0d;
        foreach (var value in rating)
            mean += value;
        mean /= rating.Length;
        var tables = FactorTables.Random(users, items, options.Factors, (float)mean, 0.05f, options.Seed);
        var order = new int[rating.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        new Random(options.Seed + 1).Shuffle(order);
        int[] shuffledUser = new int[order.Length], shuffledItem = new int[order.Length];
        var shuffledRating = new float[order.Length];
        for (var i = 0; i < order.Length; i++)
            (shuffledUser[i], shuffledItem[i], shuffledRating[i]) = (user[order[i]], item[order[i]], rating[order[i]]);
        var rate = options.LearningRate ?? 0.01f;
        var decay = options.Regularisation ?? 0.1f;
        for (var epoch = 0; epoch < options.Epochs; epoch++)
            Descend(tables, shuffledUser, shuffledItem, shuffledRating, rate * (1 - (0.8f * epoch / options.Epochs)), decay);
        return tables;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Descend(FactorTables tables, int[] user, int[] item, float[] rating, float rate, float regularisation)
    {
        var keep = 1 - (rate * regularisation);
        var keepLanes = new Vector<float>(keep);
        var width = tables.Width;
        var lanes = Vector<float>.Count;
        ref var allUsers = ref MemoryMarshal.GetArrayDataReference(tables.User);
        ref var allItems = ref MemoryMarshal.GetArrayDataReference(tables.Item);
        for (var row = 0; row < rating.Length; row++)
        {
            int u = user[row], i = item[row];
            ref var p = ref Unsafe.Add(ref allUsers, (nint)u * width);
            ref var q = ref Unsafe.Add(ref allItems, (nint)i * width);
            var product = Vector<float>.Zero;
            for (var k = 0; k < width; k += lanes)
                product = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref p, (nuint)k), Vector.LoadUnsafe(ref q, (nuint)k), product);
            var error = rating[row] - tables.Mean - tables.UserBias[u] - tables.ItemBias[i] - Vector.Sum(product);
            var step = rate * error;
            tables.UserBias[u] = (tables.UserBias[u] * keep) + step;
            tables.ItemBias[i] = (tables.ItemBias[i] * keep) + step;
            var stepLanes = new Vector<float>(step);
            for (var k = 0; k < width; k += lanes)
            {
                var oldP = Vector.LoadUnsafe(ref p, (nuint)k);
                var oldQ = Vector.LoadUnsafe(ref q, (nuint)k);
                Vector.FusedMultiplyAdd(stepLanes, oldQ, oldP * keepLanes).StoreUnsafe(ref p, (nuint)k);
                Vector.FusedMultiplyAdd(stepLanes, oldP, oldQ * keepLanes).StoreUnsafe(ref q, (nuint)k);
            }
        }
    }
}
