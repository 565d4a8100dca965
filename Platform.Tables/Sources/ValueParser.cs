using System.Buffers.Text;
using System.Globalization;

namespace Platform.Tables.Sources;

/// <summary>Reads values from UTF-8 text. Culture plays no part: the decimal point is a point.</summary>
internal static class ValueParser
{
    public static bool TryBoolean(ReadOnlySpan<byte> text, out bool value)
    {
        value = text.Length switch
        {
            1 => text[0] is (byte)'1' or (byte)'t' or (byte)'T' or (byte)'y' or (byte)'Y',
            3 => Is(text, "yes"u8),
            4 => Is(text, "true"u8),
            _ => false,
        };
        return value || text.Length switch
        {
            1 => text[0] is (byte)'0' or (byte)'f' or (byte)'F' or (byte)'n' or (byte)'N',
            2 => Is(text, "no"u8),
            5 => Is(text, "false"u8),
            _ => false,
        };

        static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(text, word);
    }

    /// <summary>A whole number; one written with zeros after the point (<c>17850.0</c>) is whole too.</summary>
    public static bool TryInteger(ReadOnlySpan<byte> text, out long value)
    {
        if (Utf8Parser.TryParse(text, out value, out var used) && used == text.Length)
            return true;
        return used > 0 && used + 1 < text.Length && text[used] == '.' && !text[(used + 1)..].ContainsAnyExcept((byte)'0');
    }

    /// <summary>A finite number.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, out double value) =>
        Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && double.IsFinite(value);

    public static bool TryDecimal(ReadOnlySpan<byte> text, out decimal value) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    /// <summary>Days since 1970-01-01, from <c>yyyy-MM-dd</c> or <c>yyyy/MM/dd</c>.</summary>
    public static bool TryDate(ReadOnlySpan<byte> text, out int days)
    {
        days = 0;
        if (!TryDay(text, out var year, out var month, out var day, out var used) || used != text.Length)
            return false;
        days = new DateOnly(year, month, day).DayNumber - Epoch;
        return true;
    }

    /// <summary>
    /// Microseconds since 1970-01-01 UTC, from ISO 8601 with a space or a T, with or without seconds, fractions and zone.
    /// A time without a zone is read in <paramref name="zone"/>: in the hour that summer time repeats it is the later one, in the hour that it leaves out the clock before counts. Null is UTC.
    /// </summary>
    public static bool TryTimestamp(ReadOnlySpan<byte> text, TimeZoneInfo? zone, out long microseconds)
    {
        microseconds = 0;
        if (!TryDay(text, out var year, out var month, out var day, out var used))
            return false;
        microseconds = (new DateOnly(year, month, day).DayNumber - Epoch) * 86_400_000_000L;
        var rest = text[used..];
        if (!rest.IsEmpty)
        {
            if (rest[0] is not ((byte)' ' or (byte)'T' or (byte)'t') || !TryTime(rest[1..], out var ofDay, out var read))
                return false;
            microseconds += ofDay;
            rest = rest[(1 + read)..].TrimStart((byte)' ');
            if (!rest.IsEmpty)
            {
                if (!TryOffset(rest, out var offset))
                    return false;
                microseconds -= offset * 60_000_000L;
                return true;
            }
        }
        if (zone is not null && zone != TimeZoneInfo.Utc)
            microseconds -= zone.GetUtcOffset(new DateTime(DateTime.UnixEpoch.Ticks + microseconds * 10, DateTimeKind.Unspecified)).Ticks / 10;
        return true;
    }

    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    private static bool TryDay(ReadOnlySpan<byte> text, out int year, out int month, out int day, out int used)
    {
        (year, month, day, used) = (0, 0, 0, 0);
        if (text.Length < 8 || text[4] is not ((byte)'-' or (byte)'/') || !Digits(text[..4], out year))
            return false;
        var separator = text[4];
        var at = 5;
        if (!OneOrTwo(text, ref at, out month) || at >= text.Length || text[at++] != separator || !OneOrTwo(text, ref at, out day))
            return false;
        used = at;
        return year > 0 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
    }

    private static bool TryTime(ReadOnlySpan<byte> text, out long microseconds, out int used)
    {
        (microseconds, used) = (0, 0);
        var at = 0;
        if (!OneOrTwo(text, ref at, out var hour) || at >= text.Length || text[at++] != ':' || !OneOrTwo(text, ref at, out var minute) || hour > 23 || minute > 59)
            return false;
        microseconds = (hour * 60L + minute) * 60_000_000;
        if (at < text.Length && text[at] == ':')
        {
            at++;
            if (!OneOrTwo(text, ref at, out var second) || second > 59)
                return false;
            microseconds += second * 1_000_000L;
            if (at < text.Length && text[at] is (byte)'.' or (byte)',')
            {
                at++;
                var weight = 100_000;
                var from = at;
                for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++, weight /= 10)
                    microseconds += (text[at] - '0') * weight;
                if (at == from)
                    return false;
            }
        }
        used = at;
        return true;
    }

    /// <summary>Minutes east of Greenwich from <c>Z</c>, <c>UTC</c>, <c>+08</c>, <c>+0800</c> or <c>+08:00</c>.</summary>
    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.SequenceEqual("Z"u8) || text.SequenceEqual("z"u8) || text.SequenceEqual("UTC"u8))
            return true;
        if (text.Length is not (3 or 5 or 6) || text[0] is not ((byte)'+' or (byte)'-') || !Digits(text[1..3], out var hours))
            return false;
        var rest = text.Length == 3 ? "00"u8 : text.Length == 5 ? text[3..] : text[4..];
        if ((text.Length == 6 && text[3] != ':') || !Digits(rest, out var more) || hours > 18 || more > 59)
            return false;
        minutes = (text[0] == '-' ? -1 : 1) * (hours * 60 + more);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = value * 10 + digit - '0';
        }
        return true;
    }

    private static bool OneOrTwo(ReadOnlySpan<byte> text, ref int at, out int value)
    {
        value = 0;
        var from = at;
        for (; at < text.Length && at < from + 2 && char.IsAsciiDigit((char)text[at]); at++)
            value = value * 10 + text[at] - '0';
        return at > from;
    }
}
