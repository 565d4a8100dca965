using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Platform.Inventory.Profile;

/// <summary>
/// Quantiles and histogram of a stream of numbers, mergeable. Exact up to 16,384 different numbers. Beyond, each quantile lies in a bin whose
/// ranks are known exactly, and is interpolated there; where that bin holds too much, a rank sketch answers, which keeps to its error whatever
/// the numbers are like. The error of an answer is the smaller of the two and is told with it.
/// </summary>
public sealed class QuantileSketch
{
    private DyadicBins _bins = new();
    private RankSketch? _ranks;

    /// <summary>Numbers seen.</summary>
    public long Count { get; private set; }

    /// <summary>The smallest; +infinity without numbers.</summary>
    public double Min { get; private set; } = double.PositiveInfinity;

    /// <summary>The largest; -infinity without numbers.</summary>
    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>Whether every quantile is exact.</summary>
    public bool IsExact => _bins.IsExact;

    /// <summary>Notes a block of finite numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<double> block)
    {
        if (block.IsEmpty)
            return;
        Count += block.Length;
        Range(block);
        if (_ranks is not null)
        {
            _ranks.Add(block);
            _bins.Add(block);
            return;
        }

        // A block that makes the bins inexact must not be in them when the ranks are taken from there.
        var before = _bins;
        var i = 0;
        while (i < block.Length)
        {
            var part = block[i..Math.Min(block.Length, i + 256)];
            if (before.MayOverflow(part.Length))
            {
                StartRanks();
                _ranks!.Add(block[i..]);
                _bins.Add(block[i..]);
                return;
            }

            before.Add(part);
            i += part.Length;
        }
    }

    /// <summary>Notes a finite number that was seen several times.</summary>
    public void Add(double x, long times)
    {
        Count += times;
        Min = Math.Min(Min, x);
        Max = Math.Max(Max, x);
        if (_ranks is null && _bins.MayOverflow(1))
            StartRanks();
        _ranks?.Add(x, times);
        _bins.Add(x, times);
    }

    /// <summary>Takes in what <paramref name="other"/> saw.</summary>
    public void Merge(QuantileSketch other)
    {
        if (other.Count == 0)
            return;
        Count += other.Count;
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        if (_ranks is null && (other._ranks is not null || _bins.MayOverflow(other._bins.Used)))
            StartRanks();
        if (other._ranks is not null)
            _ranks!.Merge(other._ranks);
        else if (_ranks is not null)
            other._bins.CopyTo(_ranks);
        _bins.Merge(other._bins);
    }

    /// <summary>The values at the given shares in [0, 1]. Empty without numbers.</summary>
    public double[] Quantiles(params ReadOnlySpan<double> shares) => [.. QuantilesWithErrors(shares).Select(answer => answer.Value)];

    /// <summary>
    /// The values at the given shares in [0, 1], each with by how much its rank may be wrong, as a share of the count: 0 where it is exact. Empty without numbers.
    /// </summary>
    public (double Value, double RankError)[] QuantilesWithErrors(params ReadOnlySpan<double> shares)
    {
        if (Count == 0)
            return [];
        var bins = _bins.Sorted();
        var upTo = new long[bins.Length];
        for (var i = 0; i < bins.Length; i++)
            upTo[i] = bins[i].Count + (i == 0 ? 0 : upTo[i - 1]);
        var result = new (double Value, double RankError)[shares.Length];
        for (var i = 0; i < shares.Length; i++)
        {
            if (shares[i] is <= 0 or >= 1)
            {
                result[i] = (shares[i] <= 0 ? Min : Max, 0);
                continue;
            }

            var target = shares[i] * Count;
            var at = Array.BinarySearch(upTo, (long)Math.Ceiling(target));
            var bin = bins[Math.Min(at < 0 ? ~at : at, bins.Length - 1)];
            if (bin.From == bin.To)
            {
                result[i] = (bin.From, 0);
                continue;
            }

            // The error of what is interpolated is at most all of the bin.
            var share = bin.Count / (double)Count;
            var before = upTo[Math.Min(at < 0 ? ~at : at, bins.Length - 1)] - bin.Count;
            double from = Math.Max(bin.From, Min), to = Math.Min(bin.To, Max);
            result[i] = _ranks is not null && _ranks.RankError < share
                ? (_ranks.Quantile(shares[i]), _ranks.RankError)
                : (from + ((to - from) * Math.Clamp((target - before) / bin.Count, 0, 1)), share);
        }

        return result;
    }

    /// <summary>Counts of numbers in <paramref name="count"/> bins of equal width between the smallest and the largest; exact where <see cref="IsExact"/>.</summary>
    public long[] Histogram(int count)
    {
        var counts = new long[count];
        if (Count == 0)
            return counts;
        var width = (Max - Min) / count;
        foreach (var (from, to, times) in _bins.Sorted())
        {
            var middle = Math.Clamp(from + ((to - from) / 2), Min, Max);
            counts[width <= 0 || !double.IsFinite(width) ? 0 : Math.Clamp((int)((middle - Min) / width), 0, count - 1)] += times;
        }

        return counts;
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt64(Count);
        writer.Write(Min);
        writer.Write(Max);
        _bins.Write(writer);
        writer.Write(_ranks is not null);
        _ranks?.Write(writer);
    }

    internal static QuantileSketch Read(BinaryReader reader) => new()
    {
        Count = reader.Read7BitEncodedInt64(),
        Min = reader.ReadDouble(),
        Max = reader.ReadDouble(),
        _bins = DyadicBins.Read(reader),
        _ranks = reader.ReadBoolean() ? RankSketch.Read(reader) : null,
    };

    private void StartRanks()
    {
        _ranks = new RankSketch();
        _bins.CopyTo(_ranks);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Range(ReadOnlySpan<double> block)
    {
        var vectors = MemoryMarshal.Cast<double, Vector<double>>(block);
        var low = new Vector<double>(Min);
        var high = new Vector<double>(Max);
        foreach (var v in vectors)
        {
            low = Vector.Min(low, v);
            high = Vector.Max(high, v);
        }

        for (var i = 0; i < Vector<double>.Count; i++)
        {
            Min = Math.Min(Min, low[i]);
            Max = Math.Max(Max, high[i]);
        }

        foreach (var x in block[(vectors.Length * Vector<double>.Count)..])
        {
            Min = Math.Min(Min, x);
            Max = Math.Max(Max, x);
        }
    }
}
