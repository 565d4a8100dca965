namespace Platform.Activities.Sample;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014) with a stream for each thing that is drawn, so that a day, a customer or an order can be
/// made by itself and in any order. Whole numbers only: floating point functions differ between machines.
/// </summary>
internal struct ShopRandom
{
    private ulong _state;

    private ShopRandom(ulong state) => _state = state;

    /// <summary>The numbers of one thing: its <paramref name="stream"/> and its <paramref name="index"/> in it.</summary>
    public static ShopRandom For(long seed, ShopStream stream, long index)
    {
        var mixed = Mix(Mix((ulong)seed + 0x9E3779B97F4A7C15) ^ ((ulong)stream * 0xD6E8FEB86659FD93));
        return new ShopRandom(Mix(mixed ^ (ulong)index * 0xA0761D6478BD642F));
    }

    /// <summary>A number from 0, below <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    /// <summary>True in <paramref name="millionths"/> of a million cases.</summary>
    public bool Chance(int millionths) => Below(1_000_000) < millionths;

    /// <summary>True in <paramref name="percent"/> of a hundred cases.</summary>
    public bool Percent(int percent) => Below(100) < percent;

    /// <summary>A number from 0, below <paramref name="bound"/>, small ones much more often: the third power of an even draw.</summary>
    public int Skewed(int bound)
    {
        var draw = Next() >> 43;                                // 21 bits, so that the cube fits 63
        var cube = draw * draw * draw;
        return (int)(((UInt128)cube * (ulong)bound) >> 63);
    }

    /// <summary>One of <paramref name="items"/>.</summary>
    public T Pick<T>(T[] items) => items[Below(items.Length)];

    private ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>Things that are drawn independently of one another.</summary>
internal enum ShopStream
{
    Product = 1,
    Customer,
    Taste,
    Order,
    Dirt,
    Cancellation,
    Session,
    Review,
}
