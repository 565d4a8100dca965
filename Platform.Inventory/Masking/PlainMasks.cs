using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Platform.Inventory.Masking;

/// <summary>Masks that need no secret: they hide by leaving out.</summary>
public static class PlainMasks
{
    /// <summary>Stars for all letters and digits but the last; signs between them stay. A value that is no longer than what is kept is hidden whole.</summary>
    public static string Partial(string value, int keep)
    {
        var letters = value.Count(char.IsLetterOrDigit);
        var hide = letters <= keep ? letters : letters - keep;
        return string.Create(value.Length, (value, hide), static (text, state) =>
        {
            var seen = 0;
            for (var i = 0; i < text.Length; i++)
                text[i] = char.IsLetterOrDigit(state.value[i]) && seen++ < state.hide ? '*' : state.value[i];
        });
    }

    /// <summary>The first characters, and stars for the others: <c>SW1A 1AA</c> with 3 is <c>SW1*****</c>.</summary>
    public static string Prefix(string value, int keep) => value.Length <= keep ? new string('*', value.Length) : string.Concat(value.AsSpan(0, keep), new string('*', value.Length - keep));

    /// <summary>The network of an address: an IPv4 address keeps 24 bits, an IPv6 address 48. Null where the text is no address.</summary>
    public static string? Network(string value)
    {
        if (!IPAddress.TryParse(value.Trim(), out var address))
            return null;
        var bytes = address.GetAddressBytes();
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 24 : 48;
        bytes.AsSpan(bits / 8).Clear();
        return string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/{bits}");
    }

    /// <summary>The band that a number lies in, both ends told: 34 with a width of 10 is <c>30-39</c>, with whole ends where the width is whole.</summary>
    public static string Band(double value, double width)
    {
        var from = Math.Floor(value / width) * width;
        return width == Math.Floor(width)
            ? string.Create(CultureInfo.InvariantCulture, $"{from:0}-{from + width - 1:0}")
            : string.Create(CultureInfo.InvariantCulture, $"{from:0.######}-{from + width:0.######}");
    }
}

/// <summary>How coarse a date becomes.</summary>
public enum MaskPeriod
{
    Month,
    Quarter,
    Year,
    Decade,
}
