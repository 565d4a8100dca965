using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Platform.Learning.Recommend;

/// <summary>
/// Matrix factorisation for purchases by Bayesian personalised ranking (Rendle et al. 2009): an item that the user took should score higher than
/// one that is drawn at random and was not taken. Items have biases, users have none, which would cancel.
/// </summary>
internal static class RankingFactors
{
    /// <summary>Fits all pairs of <paramref name="matrix"/>, each once an epoch with one drawn negative.</summary>
    public static FactorTables Fit(UserItemMatrix matrix, RecommenderOptions options)
    {
        var tables = FactorTables.Random(matrix.Users, matrix.Items, options.Factors, 0, 0.05f, options.Seed);
        var pairUser = new int[matrix.Pairs];
        for (var user = 0; user < matrix.Users; user++)
            pairUser.AsSpan(matrix.Start[user]..matrix.Start[user + 1]).Fill(user);
        var pairItem = matrix.Item.AsSpan().ToArray();
        var order = new int[matrix.Pairs];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        new Random(options.Seed + 1).Shuffle(order);
        int[] users = new int[order.Length], items = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
            (users[i], items[i]) = (pairUser[order[i]], pairItem[order[i]]);
        var candidates = pairItem.Distinct().Order().ToArray();
        var rate = options.LearningRate ?? 0.1f;
        var decay = options.Regularisation ?? 0.005f;
        var state = unchecked(((ulong)(uint)options.Seed * 0x9E3779B97F4A7C15UL) + 0xD1B54A32D192ED03UL);
        for (var epoch = 0; epoch < options.Epochs; epoch++)
            Descend(tables, matrix, users, items, candidates, rate * (1 - (0.8f * epoch / options.Epochs)), decay, ref state);
        return tables;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Descend(FactorTables tables, UserItemMatrix matrix, int[] users, int[] items, int[] candidates, float rate, float regularisation, ref ulong state)
    {
        var keep = 1 - (rate * regularisation);
        var keepLanes = new Vector<float>(keep);
        var width = tables.Width;
        var lanes = Vector<float>.Count;
        var bias = tables.ItemBias;
        ref var allUsers = ref MemoryMarshal.GetArrayDataReference(tables.User);
        ref var allItems = ref MemoryMarshal.GetArrayDataReference(tables.Item);
        for (var row = 0; row < users.Length; row++)
        {
            int u = users[row], taken = items[row];
            var other = Draw(candidates, matrix.ItemsOf(u), ref state);
            if (other < 0)
                continue;
            ref var p = ref Unsafe.Add(ref allUsers, (nint)u * width);
            ref var q = ref Unsafe.Add(ref allItems, (nint)taken * width);
            ref var r = ref Unsafe.Add(ref allItems, (nint)other * width);
            var product = Vector<float>.Zero;
            for (var k = 0; k < width; k += lanes)
                product = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref p, (nuint)k), Vector.LoadUnsafe(ref q, (nuint)k) - Vector.LoadUnsafe(ref r, (nuint)k), product);
            var margin = bias[taken] - bias[other] + Vector.Sum(product);
            var step = rate / (1 + MathF.Exp(margin));
            bias[taken] = (bias[taken] * keep) + step;
            bias[other] = (bias[other] * keep) - step;
            var stepLanes = new Vector<float>(step);
            for (var k = 0; k < width; k += lanes)
            {
                var oldP = Vector.LoadUnsafe(ref p, (nuint)k);
                var oldQ = Vector.LoadUnsafe(ref q, (nuint)k);
                var oldR = Vector.LoadUnsafe(ref r, (nuint)k);
                Vector.FusedMultiplyAdd(stepLanes, oldQ - oldR, oldP * keepLanes).StoreUnsafe(ref p, (nuint)k);
                Vector.FusedMultiplyAdd(stepLanes, oldP, oldQ * keepLanes).StoreUnsafe(ref q, (nuint)k);
                (oldR * keepLanes - (stepLanes * oldP)).StoreUnsafe(ref r, (nuint)k);
            }
        }
    }

    /// <summary>An item at random that the user did not take; -1 after a few misses (a user who took nearly everything).</summary>
    private static int Draw(int[] candidates, ReadOnlySpan<int> taken, ref ulong state)
    {
        for (var tries = 0; tries < 16; tries++)
        {
            // xorshift64* (Vigna 2014): repeatable from the seed and a few instructions a draw.
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            var item = candidates[(int)(((state * 0x2545F4914F6CDD1DUL) >> 32) * (ulong)candidates.Length >> 32)];
            if (taken.BinarySearch(item) < 0)
                return item;
        }
        return -1;
    }
}
