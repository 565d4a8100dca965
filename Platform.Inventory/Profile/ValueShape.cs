namespace Platform.Inventory.Profile;

/// <summary>
/// The shape of a text: digits as 9 (each one), runs of capitals as A, of small letters as a, of Chinese characters as 文, other letters as x,
/// anything else as itself. <c>(205) 325-8100</c> is <c>(999) 999-9999</c>, <c>6303 Heather Plaza</c> is <c>9999 Aa Aa</c>.
/// </summary>
public static class ValueShape
{
    /// <summary>Bytes that a shape takes at most; longer texts end in <c>…</c>.</summary>
    public const int MaxBytes = 48;

    /// <summary>Writes the shape of <paramref name="value"/> into <paramref name="shape"/> (at least <see cref="MaxBytes"/> long) and returns its length.</summary>
    public static int Of(ReadOnlySpan<byte> value, Span<byte> shape)
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
                if (length + 3 > MaxBytes - 3)
                    return End(shape, length);
                if (chinese)
                    "文"u8.CopyTo(shape[length..]);
                else
                    shape[length] = (byte)'x';
                length += chinese ? 3 : 1;
                continue;
            }

            var c = b switch
            {
                >= (byte)'0' and <= (byte)'9' => (byte)'9',
                >= (byte)'A' and <= (byte)'Z' => (byte)'A',
                >= (byte)'a' and <= (byte)'z' => (byte)'a',
                < 0x20 => (byte)' ',
                _ => b,
            };
            if (c == last && c != (byte)'9')
                continue;
            last = c;
            if (length + 1 > MaxBytes - 3)
                return End(shape, length);
            shape[length++] = c;
        }

        return length;
    }

    /// <summary>The shape of a text as text.</summary>
    public static string Of(string value)
    {
        Span<byte> shape = stackalloc byte[MaxBytes];
        return System.Text.Encoding.UTF8.GetString(shape[..Of(System.Text.Encoding.UTF8.GetBytes(value), shape)]);
    }

    private static int End(Span<byte> shape, int length)
    {
        "…"u8.CopyTo(shape[length..]);
        return length + 3;
    }
}
