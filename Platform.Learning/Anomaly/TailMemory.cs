namespace Platform.Learning.Anomaly;

/// <summary>
/// The last values of a quantity, kept sorted, and how probable a value beyond them is: by rank within them, by a generalised Pareto tail fitted to the
/// outermost ones beyond (peaks over threshold, as in Siffer et al., "Anomaly Detection in Streams with Extreme Value Theory", KDD 2017; fitted by moments).
/// </summary>
/// <param name="capacity">Values kept.</param>
internal sealed class TailMemory(int capacity)
{
    /// <summary>Least p-value that a tail may claim: what lies beyond says nothing more.</summary>
    public const double Least = 1e-12;

    // Heavier tails have no variance, and moments do not fit them.
    private const double HeaviestShape = 0.45;

    private readonly double[] _sorted = new double[capacity];
    private readonly double[] _order = new double[capacity];
    private int _next;

    /// <summary>Values kept at present.</summary>
    public int Count { get; private set; }

    /// <summary>Keeps a value in place of the oldest.</summary>
    public void Add(double value)
    {
        if (Count == capacity)
            Remove(_order[_next]);
        var at = Array.BinarySearch(_sorted, 0, Count, value);
        if (at < 0)
            at = ~at;
        Array.Copy(_sorted, at, _sorted, at + 1, Count - at);
        _sorted[at] = value;
        Count++;
        _order[_next] = value;
        _next = (_next + 1) % capacity;
    }

    /// <summary>The value below which the share <paramref name="q"/> lies; 0 where nothing is kept.</summary>
    public double Quantile(double q)
    {
        if (Count == 0)
            return 0;
        var at = q * (Count - 1);
        var low = (int)at;
        var high = Math.Min(low + 1, Count - 1);
        return _sorted[low] + ((at - low) * (_sorted[high] - _sorted[low]));
    }

    /// <summary>How many of the values kept are exactly this one.</summary>
    public int Equal(double value)
    {
        var at = Array.BinarySearch(_sorted, 0, Count, value);
        if (at < 0)
            return 0;
        int first = at, last = at;
        while (first > 0 && _sorted[first - 1] == value)
            first--;
        while (last < Count - 1 && _sorted[last + 1] == value)
            last++;
        return last - first + 1;
    }

    /// <summary>Probability of a value of at least this size.</summary>
    /// <param name="value">The value.</param>
    /// <param name="least">The least spread that a tail has: below it a difference is rounding.</param>
    public double Above(double value, double least) => Tail(value, 1, least);

    /// <summary>Probability of a value of at most this size.</summary>
    /// <param name="value">The value.</param>
    /// <param name="least">The least spread that a tail has: below it a difference is rounding.</param>
    public double Below(double value, double least) => Tail(value, -1, least);

    private double Tail(double value, int side, double least)
    {
        if (Count < 8)
            return 1;
        var outer = Math.Clamp(Count / 25, 5, 80);
        var threshold = side > 0 ? _sorted[Count - 1 - outer] : _sorted[outer];
        var beyond = side * (value - threshold);
        if (beyond <= 0)
            return RankOf(value, side);
        double mean = 0, squares = 0;
        for (var i = 0; i < outer; i++)
        {
            var excess = side > 0 ? _sorted[Count - 1 - i] - threshold : threshold - _sorted[i];
            mean += excess;
            squares += excess * excess;
        }
        mean /= outer;
        var variance = Math.Max((squares / outer) - (mean * mean), 0);
        var shape = variance > 0 ? Math.Clamp(0.5 * (1 - (mean * mean / variance)), 0, HeaviestShape) : 0;
        var scale = Math.Max(mean * (1 - shape), least);
        var tail = shape < 1e-6 ? Math.Exp(-beyond / scale) : Math.Pow(1 + (shape * beyond / scale), -1 / shape);
        return Math.Max((outer + 1.0) / (Count + 1) * tail, Least);
    }

    private double RankOf(double value, int side)
    {
        var at = Array.BinarySearch(_sorted, 0, Count, value);
        if (at < 0)
            return ((side > 0 ? Count - ~at : ~at) + 1.0) / (Count + 1);
        int first = at, last = at;
        while (first > 0 && _sorted[first - 1] == value)
            first--;
        while (last < Count - 1 && _sorted[last + 1] == value)
            last++;
        return ((side > 0 ? Count - first : last + 1) + 1.0) / (Count + 1);
    }

    private void Remove(double value)
    {
        var at = Array.BinarySearch(_sorted, 0, Count, value);
        Array.Copy(_sorted, at + 1, _sorted, at, Count - at - 1);
        Count--;
    }
}
