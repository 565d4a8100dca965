using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Platform.Inventory.Profile;

/// <summary>Count, mean and the second to fourth central moments of numbers, merged by Pébay's formulas (Sandia report SAND2008-6212).</summary>
public struct Moments
{
    private double _mean;
    private double _m2;
    private double _m3;
    private double _m4;

    /// <summary>Numbers seen.</summary>
    public long Count { get; private set; }

    /// <summary>Their sum.</summary>
    public double Sum { get; private set; }

    /// <summary>Their mean; NaN without numbers.</summary>
    public readonly double Mean => Count == 0 ? double.NaN : _mean;

    /// <summary>Sample standard deviation; NaN below two numbers.</summary>
    public readonly double StandardDeviation => Count < 2 ? double.NaN : Math.Sqrt(Math.Max(0, _m2) / (Count - 1));

    /// <summary>Sample skewness (adjusted Fisher-Pearson); NaN below three numbers or where all are equal.</summary>
    public readonly double Skewness => Count < 3 || _m2 <= 0
        ? double.NaN
        : Math.Sqrt(Count) * _m3 / Math.Pow(_m2, 1.5) * Math.Sqrt((double)Count * (Count - 1)) / (Count - 2);

    /// <summary>Sample excess kurtosis; NaN below four numbers or where all are equal.</summary>
    public readonly double Kurtosis
    {
        get
        {
            double n = Count;
            return n < 4 || _m2 <= 0 ? double.NaN : (n - 1) / ((n - 2) * (n - 3)) * (((n + 1) * (n * _m4 / (_m2 * _m2))) - (3 * (n - 1)));
        }
    }

    /// <summary>The moments of a block, in two passes so that large values do not cancel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Moments Of(ReadOnlySpan<double> block)
    {
        if (block.IsEmpty)
            return default;
        var vectors = MemoryMarshal.Cast<double, Vector<double>>(block);
        var tail = block[(vectors.Length * Vector<double>.Count)..];
        var sums = Vector<double>.Zero;
        foreach (var v in vectors)
            sums += v;
        var sum = Vector.Sum(sums);
        foreach (var x in tail)
            sum += x;

        var mean = sum / block.Length;
        var means = new Vector<double>(mean);
        Vector<double> v2 = default, v3 = default, v4 = default;
        foreach (var v in vectors)
        {
            var d = v - means;
            var d2 = d * d;
            v2 += d2;
            v3 += d2 * d;
            v4 += d2 * d2;
        }

        double m2 = Vector.Sum(v2), m3 = Vector.Sum(v3), m4 = Vector.Sum(v4);
        foreach (var x in tail)
        {
            double d = x - mean, d2 = d * d;
            m2 += d2;
            m3 += d2 * d;
            m4 += d2 * d2;
        }

        return new Moments { Count = block.Length, Sum = sum, _mean = mean, _m2 = m2, _m3 = m3, _m4 = m4 };
    }

    /// <summary>The moments of one number seen several times.</summary>
    public static Moments OfRepeated(double x, long times) => new() { Count = times, Sum = x * times, _mean = x };

    /// <summary>Takes in the numbers that <paramref name="other"/> saw.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Merge(in Moments other)
    {
        if (other.Count == 0)
            return;
        if (Count == 0)
        {
            this = other;
            return;
        }

        double na = Count, nb = other.Count, n = na + nb;
        double d = other._mean - _mean, d2 = d * d, d3 = d2 * d, d4 = d2 * d2;
        var m4 = _m4 + other._m4
            + (d4 * na * nb * ((na * na) - (na * nb) + (nb * nb)) / (n * n * n))
            + (6 * d2 * ((na * na * other._m2) + (nb * nb * _m2)) / (n * n))
            + (4 * d * ((na * other._m3) - (nb * _m3)) / n);
        var m3 = _m3 + other._m3 + (d3 * na * nb * (na - nb) / (n * n)) + (3 * d * ((na * other._m2) - (nb * _m2)) / n);
        _m2 += other._m2 + (d2 * na * nb / n);
        _m3 = m3;
        _m4 = m4;
        _mean += d * nb / n;
        Count += other.Count;
        Sum += other.Sum;
    }

    internal readonly void Write(BinaryWriter writer)
    {
        writer.Write(Count);
        writer.Write(Sum);
        writer.Write(_mean);
        writer.Write(_m2);
        writer.Write(_m3);
        writer.Write(_m4);
    }

    internal static Moments Read(BinaryReader reader) => new()
    {
        Count = reader.ReadInt64(),
        Sum = reader.ReadDouble(),
        _mean = reader.ReadDouble(),
        _m2 = reader.ReadDouble(),
        _m3 = reader.ReadDouble(),
        _m4 = reader.ReadDouble(),
    };
}
