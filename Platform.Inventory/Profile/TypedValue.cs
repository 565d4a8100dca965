using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Platform.Inventory.Profile;

/// <summary>What the 64 bits of a typed value mean.</summary>
internal enum TypedForm : byte
{
    /// <summary>Nothing yet: values are kept as texts.</summary>
    None,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A double.</summary>
    Decimal,

    /// <summary>A double that was a float, and is printed as one.</summary>
    Single,

    /// <summary>Microseconds since 1970, of which the day counts.</summary>
    Date,

    /// <summary>Microseconds since 1970.</summary>
    Timestamp,
}

/// <summary>Texts of numbers and times. They are made only for those that are shown or stored: most values of a stream are neither.</summary>
internal static class TypedValue
{
    private const int MostBytes = 64;

    /// <summary>The 64 bits of doubles.</summary>
    public static ReadOnlySpan<long> Bits(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, long>(values);

    /// <summary>The text of a value.</summary>
    public static byte[] Text(TypedForm form, long value)
    {
        Span<byte> text = stackalloc byte[MostBytes];
        int length;
        var printed = form switch
        {
            TypedForm.Integer => Utf8Formatter.TryFormat(value, text, out length),
            TypedForm.Decimal => BitConverter.Int64BitsToDouble(value).TryFormat(text, out length, default, CultureInfo.InvariantCulture),
            TypedForm.Single => ((float)BitConverter.Int64BitsToDouble(value)).TryFormat(text, out length, default, CultureInfo.InvariantCulture),
            TypedForm.Date or TypedForm.Timestamp => DateTime.UnixEpoch.AddTicks(value * TimeSpan.TicksPerMicrosecond).TryFormat(text, out length, form == TypedForm.Date ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "A value without a form has no text."),
        };
        return printed ? text[..length].ToArray() : [];
    }
}
