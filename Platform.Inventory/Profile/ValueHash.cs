using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Platform.Inventory.Profile;

/// <summary>
/// A 64-bit hash of bytes whose bits are all usable (multiply and fold, after wyhash). It is part of the stored states: changing it means
/// raising <see cref="ColumnState.FormatVersion"/>.
/// </summary>
public static class ValueHash
{
    private const ulong Seed = 0x9E3779B97F4A7C15;
    private const ulong K0 = 0xA0761D6478BD642F;
    private const ulong K1 = 0xE7037ED1A0B428DB;
    private const ulong K2 = 0x8EBC6AF09C88C6E3;
    private const ulong K3 = 0x589965CC75374CC3;

    /// <summary>The hash of <paramref name="bytes"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = ((ulong)bytes.Length * K0) ^ Seed;
        while (bytes.Length > 16)
        {
            hash = Fold(BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ K1, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) ^ hash);
            bytes = bytes[16..];
        }

        ulong a = 0, b = 0;
        if (bytes.Length >= 8)
        {
            a = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            b = BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]);
        }
        else if (bytes.Length >= 4)
        {
            a = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            b = BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]);
        }
        else if (bytes.Length > 0)
        {
            a = ((ulong)bytes[0] << 16) | ((ulong)bytes[bytes.Length >> 1] << 8) | bytes[^1];
        }

        return Mix(Fold(a ^ K2, Fold(b ^ K3, hash)));
    }

    /// <summary>The hash of a 64-bit number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(long value) => Mix(Fold((ulong)value ^ K2, Seed ^ K3));

    /// <summary>The hash of a number: that of the whole number where it is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(double value)
    {
        var whole = (long)value;
        return whole == value && whole < long.MaxValue ? Of(whole) : Mix(Fold(BitConverter.DoubleToUInt64Bits(value) ^ K1, Seed ^ K0));
    }

    /// <summary>The hash of a time in microseconds since 1970, another than that of the same number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong OfTime(long micros) => Mix(Fold((ulong)micros ^ K3, Seed ^ K2));

    /// <summary>Spreads a sum of hashes over all bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Finish(ulong sum) => Mix(Fold(sum ^ K1, Seed ^ K3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong x)
    {
        x ^= x >> 32;
        x *= 0xD6E8FEB86659FD93;
        return x ^ (x >> 32);
    }
}
