using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Platform.Inventory.Profile;

/// <summary>
/// The shape of a text: digits as 9 (each one), runs of capitals as A, of small letters as a, of Chinese characters as 文, other letters as x,
/// anything else as itself. <c>(205) 325-8100</c> is <c>(999) 999-9999</c>, <c>6303 Heather Plaza</c> is <c>9999 Aa Aa</c>.
/// </summary>
public static class ValueShape
{
    /// <summary>Bytes that a shape takes at most; longer texts end in <c>…</c>.</summary>
    public const int MaxBytes = 48;

    /// <summary>Bytes of the longest text that is looked at in vectors.</summary>
    internal const int ShortText = 2 * Lane;

    private const int Lane = 32;
    private const int MostKept = MaxBytes - 3;

    private static readonly byte[] Classes = MakeClasses();

    /// <summary>Writes the shape of <paramref name="value"/> into <paramref name="shape"/> (at least <see cref="MaxBytes"/> long) and returns its length.</summary>
    public static int Of(ReadOnlySpan<byte> value, Span<byte> shape)
        => TryOfShortAscii(value, shape, out var length) ? length : OfAny(value, shape);

    /// <summary>The shape of a text as text.</summary>
    public static string Of(string value)
    {
        Span<byte> shape = stackalloc byte[MaxBytes];
        return System.Text.Encoding.UTF8.GetString(shape[..Of(System.Text.Encoding.UTF8.GetBytes(value), shape)]);
    }

    /// <summary>Writes the shape of a text of <see cref="ShortText"/> ASCII bytes or less; false, and nothing of use written, where it is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool TryOfShortAscii(ReadOnlySpan<byte> value, Span<byte> shape, out int length)
    {
        length = 0;
        if (!Vector256.IsHardwareAccelerated || !Bmi2.X64.IsSupported || value.Length > ShortText)
            return false;
        Span<byte> classes = stackalloc byte[ShortText];
        value.CopyTo(classes);
        ref var first = ref MemoryMarshal.GetReference(classes);
        if (!Classify(ref first, 0, out var digits, out var capitals, out var smalls))
            return false;
        if (value.Length > Lane)
        {
            if (!Classify(ref first, Lane, out var moreDigits, out var moreCapitals, out var moreSmalls))
                return false;
            digits |= moreDigits << Lane;
            capitals |= moreCapitals << Lane;
            smalls |= moreSmalls << Lane;
        }

        var all = value.Length == ShortText ? ulong.MaxValue : (1UL << value.Length) - 1;
        var others = all & ~(digits | capitals | smalls);
        // A letter after one of its kind adds nothing.
        var kept = digits | (capitals & ~(capitals << 1)) | (smalls & ~(smalls << 1)) | others;
        for (var pairs = others & (others << 1); pairs != 0; pairs &= pairs - 1)
        {
            var at = BitOperations.TrailingZeroCount(pairs);
            if (classes[at] == classes[at - 1])
                kept &= ~(1UL << at);
        }

        return Gather(classes, kept & all, shape, out length);
    }

    // Turns 32 bytes into their classes, and tells which are digits and letters; false where one of them is not ASCII.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Classify(ref byte first, nuint at, out ulong digits, out ulong capitals, out ulong smalls)
    {
        var text = Vector256.LoadUnsafe(ref first, at);
        var isDigit = Vector256.LessThan(text - Vector256.Create((byte)'0'), Vector256.Create((byte)10));
        var isCapital = Vector256.LessThan(text - Vector256.Create((byte)'A'), Vector256.Create((byte)26));
        var isSmall = Vector256.LessThan(text - Vector256.Create((byte)'a'), Vector256.Create((byte)26));
        var classes = Vector256.Max(text, Vector256.Create((byte)' '));
        classes = Vector256.ConditionalSelect(isDigit, Vector256.Create((byte)'9'), classes);
        classes = Vector256.ConditionalSelect(isCapital, Vector256.Create((byte)'A'), classes);
        classes = Vector256.ConditionalSelect(isSmall, Vector256.Create((byte)'a'), classes);
        classes.StoreUnsafe(ref first, at);
        digits = isDigit.ExtractMostSignificantBits();
        capitals = isCapital.ExtractMostSignificantBits();
        smalls = isSmall.ExtractMostSignificantBits();
        return text.ExtractMostSignificantBits() == 0;
    }

    // The bytes whose bits are set, next to each other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Gather(ReadOnlySpan<byte> classes, ulong kept, Span<byte> shape, out int length)
    {
        Span<byte> gathered = stackalloc byte[ShortText + sizeof(ulong)];
        length = 0;
        for (var i = 0; kept != 0; i += sizeof(ulong), kept >>= 8)
        {
            var bytes = Bmi2.X64.ParallelBitDeposit(kept & 0xFF, 0x0101010101010101) * 0xFF;
            BinaryPrimitives.WriteUInt64LittleEndian(gathered[length..], Bmi2.X64.ParallelBitExtract(BinaryPrimitives.ReadUInt64LittleEndian(classes[i..]), bytes));
            length += BitOperations.PopCount(kept & 0xFF);
        }

        if (length > MostKept)
        {
            gathered[..MostKept].CopyTo(shape);
            length = End(shape, MostKept);
            return true;
        }

        gathered[..length].CopyTo(shape);
        return true;
    }

    // Byte by byte, for texts of any length and script.
    internal static int OfAny(ReadOnlySpan<byte> value, Span<byte> shape)
    {
        var length = 0;
        var last = (byte)0;
        for (var i = 0; i < value.Length; i++)
        {
            var b = value[i];
            if (b >= 0x80)
            {
                var chinese = b is >= 0xE4 and <= 0xE9;
                i += b >= 0xF0 ? 3 : b >= 0xE0 ? 2 : 1;
                var mark = chinese ? (byte)1 : (byte)2;
                if (last == mark)
                    continue;
                last = mark;
                if (length + 3 > MostKept)
                    return End(shape, length);
                if (chinese)
                    "文"u8.CopyTo(shape[length..]);
                else
                    shape[length] = (byte)'x';
                length += chinese ? 3 : 1;
                continue;
            }

            var c = Classes[b];
            if (c == last && c != (byte)'9')
                continue;
            last = c;
            if (length + 1 > MostKept)
                return End(shape, length);
            shape[length++] = c;
        }

        return length;
    }

    private static byte[] MakeClasses()
    {
        var classes = new byte[128];
        for (var b = 0; b < classes.Length; b++)
            classes[b] = (byte)(b < 0x20 ? ' ' : char.IsAsciiDigit((char)b) ? '9' : char.IsAsciiLetterUpper((char)b) ? 'A' : char.IsAsciiLetterLower((char)b) ? 'a' : b);
        return classes;
    }

    private static int End(Span<byte> shape, int length)
    {
        "…"u8.CopyTo(shape[length..]);
        return length + 3;
    }
}
