using System.Numerics;

namespace Platform.Learning.Recommend;

/// <summary>
/// Matrix factorisation: <c>score(u, i) = mean + b_u + b_i + p_u · q_i</c>. <see cref="Width"/> is a multiple of 8, so that rows fill vector
/// registers.
/// </summary>
internal sealed class FactorTables
{
    public required int Width { get; init; }

    /// <summary>Global mean of the ratings; 0 for purchases.</summary>
    public required float Mean { get; init; }

    public required float[] UserBias { get; init; }

    public required float[] ItemBias { get; init; }

    /// <summary><see cref="Width"/> factors a user.</summary>
    public required float[] User { get; init; }

    /// <summary><see cref="Width"/> factors an item.</summary>
    public required float[] Item { get; init; }

    public static FactorTables Random(int users, int items, int width, float mean, float spread, int seed)
    {
        width = (width + 7) / 8 * 8;
        var tables = new FactorTables
        {
            Width = width,
            Mean = mean,
            UserBias = new float[users],
            ItemBias = new float[items],
            User = new float[users * width],
            Item = new float[items * width],
        };
        var random = new Random(seed);
        Fill(tables.User);
        Fill(tables.Item);
        return tables;

        void Fill(float[] values)
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = ((2 * random.NextSingle()) - 1) * spread;
        }
    }

    public float Predict(int user, int item) => Mean + UserBias[user] + ItemBias[item] + Dot(User.AsSpan(user * Width, Width), Item.AsSpan(item * Width, Width));

    /// <summary>Adds <c>shift + vector · q_i</c> to every item's score.</summary>
    public void AddProducts(ReadOnlySpan<float> vector, float shift, Span<float> scores)
    {
        for (var item = 0; item < scores.Length; item++)
            scores[item] += shift + Dot(vector, Item.AsSpan(item * Width, Width));
    }

    internal static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i + Vector<float>.Count <= a.Length; i += Vector<float>.Count)
            sum = Vector.FusedMultiplyAdd(new Vector<float>(a[i..]), new Vector<float>(b[i..]), sum);
        var total = Vector.Sum(sum);
        for (; i < a.Length; i++)
            total += a[i] * b[i];
        return total;
    }
}
