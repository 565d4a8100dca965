using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Platform.Inventory.Profile;

/// <summary>
/// Counts distinct hashes: exactly up to <see cref="ExactLimit"/>, then by HyperLogLog with 2^14 registers and Ertl's improved estimator
/// (arXiv:1702.01284), whose standard error is 0.81 %.
/// </summary>
public sealed class DistinctCounter
{
    /// <summary>Up to so many distinct values the count is exact.</summary>
    public const int ExactLimit = 2048;

    /// <summary>Relative standard error above <see cref="ExactLimit"/>.</summary>
    public const double StandardError = 0.0081;

    private const int Bits = 14;
    private const int Registers = 1 << Bits;

    private HashSet<ulong>? _exact = [];
    private byte[]? _registers;
    private ulong _last;
    private bool _any;

    /// <summary>Whether <see cref="Count"/> is exact.</summary>
    public bool IsExact => _registers is null;

    /// <summary>Distinct hashes seen, or their estimate.</summary>
    public long Count => _registers is null ? _exact!.Count : (long)Math.Round(Estimate(_registers));

    /// <summary>Notes a hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ulong hash)
    {
        if (_any && hash == _last)
            return;
        _last = hash;
        _any = true;
        if (_registers is not null)
        {
            Raise(hash);
            return;
        }

        if (_exact!.Add(hash) && _exact.Count > ExactLimit)
            GoDense();
    }

    /// <summary>Notes hashes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<ulong> hashes)
    {
        var i = 0;
        while (_registers is null && i < hashes.Length)
            Add(hashes[i++]);
        if (_registers is null)
            return;
        ref var registers = ref MemoryMarshal.GetArrayDataReference(_registers);
        foreach (var hash in hashes[i..])
        {
            ref var register = ref Unsafe.Add(ref registers, (int)(hash >> (64 - Bits)));
            var rank = (byte)(BitOperations.LeadingZeroCount((hash << Bits) | (1UL << (Bits - 1))) + 1);
            if (rank > register)
                register = rank;
        }
    }

    /// <summary>Takes in what <paramref name="other"/> saw.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Merge(DistinctCounter other)
    {
        if (other._registers is null)
        {
            foreach (var hash in other._exact!)
                Add(hash);
            return;
        }

        if (_registers is null)
            GoDense();
        for (var i = 0; i < Registers; i++)
            _registers![i] = Math.Max(_registers[i], other._registers[i]);
    }

    internal void Write(BinaryWriter writer)
    {
        if (_registers is not null)
        {
            writer.Write(-1);
            writer.Write(_registers);
            return;
        }

        // Sorted, so that equal sets have equal bytes.
        var hashes = _exact!.ToArray();
        Array.Sort(hashes);
        writer.Write(hashes.Length);
        foreach (var hash in hashes)
            writer.Write(hash);
    }

    internal static DistinctCounter Read(BinaryReader reader)
    {
        var counter = new DistinctCounter();
        var count = reader.ReadInt32();
        if (count < 0)
        {
            counter._exact = null;
            counter._registers = reader.ReadBytes(Registers);
            if (counter._registers.Length != Registers)
                throw new EndOfStreamException("A distinct counter ends early.");
            return counter;
        }

        if (count > ExactLimit)
            throw new InvalidDataException($"A distinct counter claims {count} exact values; at most {ExactLimit} are kept.");
        for (var i = 0; i < count; i++)
            counter._exact!.Add(reader.ReadUInt64());
        return counter;
    }

    private void GoDense()
    {
        _registers = new byte[Registers];
        foreach (var hash in _exact!)
            Raise(hash);
        _exact = null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Raise(ulong hash)
    {
        var index = (int)(hash >> (64 - Bits));
        var rank = (byte)(BitOperations.LeadingZeroCount((hash << Bits) | (1UL << (Bits - 1))) + 1);
        if (rank > _registers![index])
            _registers[index] = rank;
    }

    private static double Estimate(byte[] registers)
    {
        const int q = 64 - Bits;
        var counts = new int[q + 2];
        foreach (var register in registers)
            counts[register]++;
        var z = Registers * Tau(1 - (counts[q + 1] / (double)Registers));
        for (var k = q; k >= 1; k--)
            z = 0.5 * (z + counts[k]);
        z += Registers * Sigma(counts[0] / (double)Registers);
        return Registers / (2 * Math.Log(2)) * Registers / z;
    }

    private static double Sigma(double x)
    {
        if (x == 1)
            return double.PositiveInfinity;
        double y = 1, z = x, previous;
        do
        {
            x *= x;
            previous = z;
            z += x * y;
            y += y;
        }
        while (z != previous);
        return z;
    }

    private static double Tau(double x)
    {
        if (x is 0 or 1)
            return 0;
        double y = 1, z = 1 - x, previous;
        do
        {
            x = Math.Sqrt(x);
            previous = z;
            y *= 0.5;
            z -= Math.Pow(1 - x, 2) * y;
        }
        while (z != previous);
        return z / 3;
    }
}
