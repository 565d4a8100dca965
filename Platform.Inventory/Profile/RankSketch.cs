using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Platform.Inventory.Profile;

/// <summary>
/// Ranks in a stream of any shape by a KLL sketch (arXiv:1603.05346) with k = 1,024 that keeps account of its own error. Streams are sampled, one of
/// sixteen or more in the end, before they are sorted. Coins come from a seed of its own, so that the same numbers in the same order give the same sketch.
/// </summary>
internal sealed class RankSketch
{
    private const int K = 1024;
    private const int Floor = 32;
    private const int LevelsAtMost = 56;

    // Hoeffding: an error beyond sqrt(2 ln(2/0.01) variance) has a chance below 1 %.
    private static readonly double Sure = Math.Sqrt(2 * Math.Log(200));
    private static readonly int[] Capacities = [.. Enumerable.Range(0, LevelsAtMost).Select(depth => Math.Max(Floor, (int)(K * Math.Pow(2 / 3.0, depth))))];

    private List<List<double>> _levels = [[]];
    private uint _coin = 2463534242;
    private int _sampling;
    private int _seen;
    private double _pick;
    private double _variance;
    private int _size;
    private int _limit = 3 * K;
    private (double[] Values, double[] Ranks)? _sorted;

    /// <summary>Numbers seen.</summary>
    public long Count { get; private set; }

    /// <summary>By how much a rank may be wrong, as a share of the count: any one quantile keeps to it with a chance of 99 % or more. 0 where all are exact.</summary>
    public double RankError => Count == 0 ? 0 : Math.Min(1, Sure * Math.Sqrt(_variance) / Count);

    /// <summary>Notes a block of finite numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<double> block)
    {
        if (block.IsEmpty)
            return;
        _sorted = null;
        Count += block.Length;
        Sample();
        var bottom = _levels[_sampling];
        if (_sampling == 0)
        {
            while (!block.IsEmpty)
            {
                var room = Math.Min(block.Length, Math.Max(1, _limit - _size));
                bottom.AddRange(block[..room]);
                _size += room;
                block = block[room..];
                if (_size >= _limit)
                    Compress();
            }

            return;
        }

        var width = 1 << _sampling;
        var i = 0;
        while (_seen > 0 && i < block.Length)
            AddSampled(block[i++], 1);
        for (; i + width <= block.Length; i += width)
            Emit(block[i + (int)(Toss() >> (32 - _sampling))]);
        for (; i < block.Length; i++)
            AddSampled(block[i], 1);
    }

    /// <summary>Notes a finite number that was seen several times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(double x, long times)
    {
        _sorted = null;
        Count += times;
        Sample();
        var rest = (int)(times & ((1L << _sampling) - 1));
        for (var level = _sampling; times >> level != 0; level++)
        {
            if ((times >> level & 1) != 0)
                Put(level, x);
        }

        if (rest > 0)
            AddSampled(x, rest);
        if (_size >= _limit)
            Compress();
    }

    /// <summary>Takes in what <paramref name="other"/> saw.</summary>
    public void Merge(RankSketch other)
    {
        if (other.Count == 0)
            return;
        _sorted = null;
        Count += other.Count;
        _variance += other._variance;
        for (var i = 0; i < other._levels.Count; i++)
        {
            // What is finer than this sketch samples is sampled too, by its weight.
            if (i < _sampling)
            {
                foreach (var x in other._levels[i])
                    AddSampled(x, 1 << i);
                continue;
            }

            while (_levels.Count <= i)
                _levels.Add([]);
            _levels[i].AddRange(other._levels[i]);
            _size += other._levels[i].Count;
        }

        if (other._seen > 0)
            Loose(other._pick, other._seen);
        Sample();
        while (_size >= _limit && Compress())
        {
        }
    }

    /// <summary>The number at a share in [0, 1]; NaN without numbers.</summary>
    public double Quantile(double share)
    {
        if (Count == 0)
            return double.NaN;
        var (values, ranks) = _sorted ??= Sorted();
        var at = Array.BinarySearch(ranks, share * ranks[^1]);
        return values[Math.Min(at < 0 ? ~at : at, values.Length - 1)];
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt64(Count);
        writer.Write(_coin);
        writer.Write((byte)_sampling);
        writer.Write7BitEncodedInt(_seen);
        writer.Write(_pick);
        writer.Write(_variance);
        writer.Write7BitEncodedInt(_levels.Count);
        foreach (var level in _levels)
        {
            writer.Write7BitEncodedInt(level.Count);
            writer.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(level)));
        }
    }

    internal static RankSketch Read(BinaryReader reader)
    {
        var sketch = new RankSketch { Count = reader.Read7BitEncodedInt64() };
        sketch._coin = reader.ReadUInt32();
        sketch._sampling = reader.ReadByte();
        sketch._seen = reader.Read7BitEncodedInt();
        sketch._pick = reader.ReadDouble();
        sketch._variance = reader.ReadDouble();
        var levels = reader.Read7BitEncodedInt();
        if (levels is < 1 or > LevelsAtMost || sketch._sampling >= levels)
            throw new InvalidDataException($"A quantile sketch claims {levels} levels.");
        sketch._levels = new List<List<double>>(levels);
        for (var i = 0; i < levels; i++)
        {
            var count = reader.Read7BitEncodedInt();
            if (count is < 0 or > 8 * K)
                throw new InvalidDataException($"A level of a quantile sketch claims {count} numbers.");
            var level = new List<double>(count);
            CollectionsMarshal.SetCount(level, count);
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(level)));
            sketch._levels.Add(level);
            sketch._size += count;
        }

        sketch.SetLimit();
        return sketch;
    }

    private (double[] Values, double[] Ranks) Sorted()
    {
        var loose = _seen > 0 ? 1 : 0;
        var values = new double[_size + loose];
        var ranks = new double[values.Length];
        var at = 0;
        for (var i = 0; i < _levels.Count; i++)
        {
            foreach (var value in _levels[i])
            {
                values[at] = value;
                ranks[at++] = Math.ScaleB(1, i);
            }
        }

        if (loose == 1)
            (values[at], ranks[at]) = (_pick, _seen);
        Array.Sort(values, ranks);
        for (var i = 1; i < values.Length; i++)
            ranks[i] += ranks[i - 1];
        return (values, ranks);
    }

    private void Put(int level, double x)
    {
        while (_levels.Count <= level)
            _levels.Add([]);
        _levels[level].Add(x);
        _size++;
    }

    // One of 2^sampling numbers, each with the same chance; numbers of larger weight are cut where a group is full.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddSampled(double x, int weight)
    {
        var width = 1 << _sampling;
        while (weight > 0)
        {
            var take = Math.Min(weight, width - _seen);
            _seen += take;
            if (_seen == take || Toss() % (uint)_seen < (uint)take)
                _pick = x;
            weight -= take;
            if (_seen == width)
            {
                _seen = 0;
                Emit(_pick);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Emit(double x)
    {
        _variance += _sampling == 0 ? 0 : Math.ScaleB(0.25, 2 * _sampling);
        _levels[_sampling].Add(x);
        if (++_size >= _limit)
            Compress();
    }

    // A number of a weight between the levels goes into those that sum up to it.
    private void Loose(double x, int weight)
    {
        for (var level = 0; weight >> level != 0; level++)
        {
            if ((weight >> level & 1) == 0)
                continue;
            if (level < _sampling)
                AddSampled(x, 1 << level);
            else
                Put(level, x);
        }
    }

    // One of four from 2^15 numbers on, of eight from 2^16, of sixteen from 2^18, and after 2^24 such that the error stays where it is.
    private void Sample()
    {
        var wanted = Count < 1 << 15 ? 0 : Count < 1 << 16 ? 2 : Count < 1 << 18 ? 3 : Math.Max(4, BitOperations.Log2((ulong)Count) - 20);
        while (_sampling < wanted)
        {
            var finest = _levels[_sampling];
            if (_levels.Count == ++_sampling)
                _levels.Add([]);
            _levels[_sampling - 1] = [];
            _size -= finest.Count;
            foreach (var x in finest)
                AddSampled(x, 1 << (_sampling - 1));
        }
    }

    // The sum of what the levels may hold: as long as all numbers together fit, nothing is dropped.
    private void SetLimit()
    {
        var limit = 0;
        for (var i = _sampling; i < _levels.Count; i++)
            limit += Capacities[_levels.Count - 1 - i];
        _limit = Math.Max(3 * K, limit);
    }

    // Halves the finest level that is full; true when something was halved.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Compress()
    {
        for (var i = _sampling; i < _levels.Count; i++)
        {
            var level = _levels[i];
            if (level.Count < 2 || level.Count < Capacities[_levels.Count - 1 - i])
                continue;
            if (i + 1 == _levels.Count)
            {
                if (_levels.Count == LevelsAtMost)
                    return false;
                _levels.Add([]);
                SetLimit();
            }

            Halve(level, _levels[i + 1], i);
            return true;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Halve(List<double> level, List<double> next, int height)
    {
        var numbers = CollectionsMarshal.AsSpan(level);
        RunOrder.Sort(numbers);
        var pairs = numbers.Length / 2;
        var coin = (int)(Toss() >> 31);
        var before = next.Count;
        CollectionsMarshal.SetCount(next, before + pairs);
        var into = CollectionsMarshal.AsSpan(next)[before..];
        var differs = false;
        for (var j = 0; j < pairs; j++)
        {
            differs |= numbers[2 * j] != numbers[(2 * j) + 1];
            into[j] = numbers[(2 * j) + coin];
        }

        // A rank lies within one pair at most: it is off by the weight of one number, up or down.
        if (differs)
            _variance += Math.ScaleB(1, 2 * height);
        var kept = numbers[^1];
        var odd = (numbers.Length & 1) == 1;
        level.Clear();
        if (odd)
            level.Add(kept);
        _size -= pairs;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Toss()
    {
        _coin ^= _coin << 13;
        _coin ^= _coin >> 17;
        _coin ^= _coin << 5;
        return _coin;
    }
}
