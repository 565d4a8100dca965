using System.Runtime.InteropServices;

namespace Platform.Inventory.Profile;

/// <summary>
/// Quantiles of a stream by a KLL sketch (arXiv:1603.05346) with k = 400: exact up to 400 numbers, then a rank error of about 0.7 %.
/// Compaction drops every other number from a coin of its own seed, so that the same numbers in the same order give the same sketch.
/// </summary>
public sealed class QuantileSketch
{
    /// <summary>Rank error that 99 % of the answers keep, as a share of the count.</summary>
    public const double RankError = 0.007;

    private const int K = 400;
    private const int LevelsAtMost = 48;

    private List<List<double>> _levels = [[]];
    private uint _coin = 2463534242;
    private int _capacity0 = K;

    /// <summary>Numbers seen.</summary>
    public long Count { get; private set; }

    /// <summary>The smallest; +infinity without numbers.</summary>
    public double Min { get; private set; } = double.PositiveInfinity;

    /// <summary>The largest; -infinity without numbers.</summary>
    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>Notes a block of finite numbers.</summary>
    public void Add(ReadOnlySpan<double> block)
    {
        foreach (var x in block)
        {
            Min = Math.Min(Min, x);
            Max = Math.Max(Max, x);
            _levels[0].Add(x);
            if (_levels[0].Count >= _capacity0)
                Compress();
        }

        Count += block.Length;
    }

    /// <summary>Takes in what <paramref name="other"/> saw.</summary>
    public void Merge(QuantileSketch other)
    {
        Count += other.Count;
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        for (var i = 0; i < other._levels.Count; i++)
        {
            if (_levels.Count <= i)
                _levels.Add([]);
            _levels[i].AddRange(other._levels[i]);
        }

        Compress();
    }

    /// <summary>The values at the given shares in [0, 1], each a number that was seen. Empty without numbers.</summary>
    public double[] Quantiles(params ReadOnlySpan<double> shares)
    {
        if (Count == 0)
            return [];
        var (values, ranks) = Sorted();
        var result = new double[shares.Length];
        for (var i = 0; i < shares.Length; i++)
        {
            var target = shares[i] * ranks[^1];
            var at = Array.BinarySearch(ranks, target);
            at = Math.Min(at < 0 ? ~at : at, values.Length - 1);
            result[i] = shares[i] <= 0 ? Min : shares[i] >= 1 ? Max : values[at];
        }

        return result;
    }

    /// <summary>Counts of numbers in <paramref name="bins"/> bins of equal width between the smallest and the largest; estimates above 400 numbers.</summary>
    public long[] Histogram(int bins)
    {
        var counts = new long[bins];
        if (Count == 0)
            return counts;
        var (values, ranks) = Sorted();
        var width = (Max - Min) / bins;
        var share = Count / ranks[^1];
        var before = 0.0;
        var exact = new double[bins];
        for (var i = 0; i < values.Length; i++)
        {
            var bin = width <= 0 ? 0 : Math.Clamp((int)((values[i] - Min) / width), 0, bins - 1);
            exact[bin] += (ranks[i] - before) * share;
            before = ranks[i];
        }

        for (var i = 0; i < bins; i++)
            counts[i] = (long)Math.Round(exact[i]);
        return counts;
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Count);
        writer.Write(Min);
        writer.Write(Max);
        writer.Write(_coin);
        writer.Write(_levels.Count);
        foreach (var level in _levels)
        {
            writer.Write(level.Count);
            writer.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(level)));
        }
    }

    internal static QuantileSketch Read(BinaryReader reader)
    {
        var sketch = new QuantileSketch { Count = reader.ReadInt64(), Min = reader.ReadDouble(), Max = reader.ReadDouble() };
        sketch._coin = reader.ReadUInt32();
        var levels = reader.ReadInt32();
        if (levels is < 1 or > LevelsAtMost)
            throw new InvalidDataException($"A quantile sketch claims {levels} levels.");
        sketch._levels = new List<List<double>>(levels);
        for (var i = 0; i < levels; i++)
        {
            var count = reader.ReadInt32();
            if (count is < 0 or > 4 * K)
                throw new InvalidDataException($"A level of a quantile sketch claims {count} numbers.");
            var level = new List<double>(count);
            for (var j = 0; j < count; j++)
                level.Add(reader.ReadDouble());
            sketch._levels.Add(level);
        }

        sketch._capacity0 = sketch.Capacity(0);
        return sketch;
    }

    private (double[] Values, double[] Ranks) Sorted()
    {
        var size = _levels.Sum(level => level.Count);
        var values = new double[size];
        var ranks = new double[size];
        var at = 0;
        for (var i = 0; i < _levels.Count; i++)
        {
            foreach (var value in _levels[i])
            {
                values[at] = value;
                ranks[at++] = Math.ScaleB(1, i);
            }
        }

        Array.Sort(values, ranks);
        for (var i = 1; i < size; i++)
            ranks[i] += ranks[i - 1];
        return (values, ranks);
    }

    private int Capacity(int level) => Math.Max(16, (int)(K * Math.Pow(2 / 3.0, _levels.Count - 1 - level)));

    private void Compress()
    {
        for (var i = 0; i < _levels.Count; i++)
        {
            var level = _levels[i];
            if (level.Count < Capacity(i) || level.Count < 2)
                continue;
            if (i + 1 == _levels.Count)
            {
                if (_levels.Count == LevelsAtMost)
                    break;
                _levels.Add([]);
            }

            level.Sort();
            var odd = level.Count & 1;
            var kept = level[^1];
            for (var j = (int)(Toss() >> 31); j < level.Count - odd; j += 2)
                _levels[i + 1].Add(level[j]);
            level.Clear();
            if (odd == 1)
                level.Add(kept);
        }

        _capacity0 = Capacity(0);
    }

    private uint Toss()
    {
        _coin ^= _coin << 13;
        _coin ^= _coin >> 17;
        _coin ^= _coin << 5;
        return _coin;
    }
}
