using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Platform.Inventory.Profile;

/// <summary>Counts over a block of numbers, in vectors.</summary>
/// <param name="Zeros">Numbers that are 0.</param>
/// <param name="Negatives">Numbers below 0, infinity included.</param>
/// <param name="Whole">Finite numbers without a fraction.</param>
/// <param name="Finite">Numbers that are neither NaN nor infinite.</param>
internal readonly record struct NumberFacts(long Zeros, long Negatives, long Whole, long Finite)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static NumberFacts Of(ReadOnlySpan<double> block)
    {
        var vectors = MemoryMarshal.Cast<double, Vector<double>>(block);
        Vector<long> zeros = default, negatives = default, whole = default, finite = default;
        foreach (var v in vectors)
        {
            // A comparison gives -1 in every place where it holds; infinity less itself is NaN.
            var difference = v - v;
            zeros -= Vector.Equals(v, Vector<double>.Zero);
            negatives -= Vector.LessThan(v, Vector<double>.Zero);
            finite -= Vector.Equals(difference, Vector<double>.Zero);
            whole -= Vector.Equals(Vector.Truncate(v), v) & Vector.Equals(difference, Vector<double>.Zero);
        }

        long z = Vector.Sum(zeros), n = Vector.Sum(negatives), w = Vector.Sum(whole), f = Vector.Sum(finite);
        foreach (var x in block[(vectors.Length * Vector<double>.Count)..])
        {
            z += x == 0 ? 1 : 0;
            n += x < 0 ? 1 : 0;
            f += double.IsFinite(x) ? 1 : 0;
            w += double.IsFinite(x) && x == Math.Truncate(x) ? 1 : 0;
        }

        return new NumberFacts(z, n, w, f);
    }
}
