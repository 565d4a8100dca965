using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Platform.Inventory.Profile;

/// <summary>Sorts bins by their ids, digit by digit from the lowest: ids that lie close together have few digits that differ.</summary>
internal static class BinOrder
{
    private const int DigitBits = 11;
    private const int Few = 48;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sort(Span<Bin> bins)
    {
        if (bins.Length <= Few)
        {
            Insert(bins);
            return;
        }

        long all = -1, any = 0;
        foreach (ref readonly var bin in bins)
        {
            all &= bin.Id;
            any |= bin.Id;
        }

        var varying = (ulong)(any ^ all);
        var scratch = ArrayPool<Bin>.Shared.Rent(bins.Length);
        var from = bins;
        var to = scratch.AsSpan(0, bins.Length);
        for (var shift = BitOperations.TrailingZeroCount(varying); shift < 64 && varying >> shift != 0; shift += DigitBits)
        {
            Distribute(from, to, shift);
            var last = from;
            from = to;
            to = last;
        }

        if (from != bins)
            from.CopyTo(bins);
        ArrayPool<Bin>.Shared.Return(scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Distribute(ReadOnlySpan<Bin> from, Span<Bin> to, int shift)
    {
        const int Digits = 1 << DigitBits;
        Span<int> starts = stackalloc int[Digits + 1];
        starts.Clear();
        foreach (ref readonly var bin in from)
            starts[DigitOf(bin.Id, shift) + 1]++;
        for (var i = 1; i < Digits; i++)
            starts[i] += starts[i - 1];
        foreach (ref readonly var bin in from)
            to[starts[DigitOf(bin.Id, shift)]++] = bin;
    }

    // With its sign turned, a negative id is a small one.
    private static int DigitOf(long id, int shift) => (int)(((ulong)id ^ (1UL << 63)) >> shift) & ((1 << DigitBits) - 1);

    private static void Insert(Span<Bin> bins)
    {
        for (var i = 1; i < bins.Length; i++)
        {
            var bin = bins[i];
            var at = i;
            for (; at > 0 && bins[at - 1].Id > bin.Id; at--)
                bins[at] = bins[at - 1];
            bins[at] = bin;
        }
    }
}
