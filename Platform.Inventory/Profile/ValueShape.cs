
namespace Platform.Inventory.Profile;

/// <summary>
/// The shape of a text: digits as 9 (each one), runs of capitals as A, of small letters as a, of Chinese characters as 文, other letters as x,
/// anything else as itself. <c>(205) 325-8100</c> is <c>(999) 999-9999</c>, <c>6303 Heather Plaza</c> is <c>9999 Aa Aa</c>.
/// </summary>
public static class ValueShape
{
    /// <summary>Bytes that a shape takes at most; longer texts end in <c>…</c>.</summary>
    public const int MaxBytes = 48;

    private static readonly byte[] Classes = MakeClasses();

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

            var c = Classes[b];
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
