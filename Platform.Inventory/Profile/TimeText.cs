namespace Platform.Inventory.Profile;

/// <summary>Dates and times as people and programs write them. Where day and month cannot be told apart, the month is read first.</summary>
internal static class TimeText
{
    private const double Day = 86_400e6;

    /// <summary>Reads a cell that begins with a digit. <paramref name="micros"/> is NaN unless it is a date or a timestamp; a time of day gives microseconds since midnight.</summary>
    public static CellKind Read(ReadOnlySpan<byte> cell, out double micros)
    {
        micros = double.NaN;
        var rest = cell;
        if (!ReadDate(ref rest, out var days))
            return ReadTime(cell, out micros) ? CellKind.Time : CellKind.Text;
        if (rest.IsEmpty)
        {
            micros = days * Day;
            return CellKind.Date;
        }

        if (rest[0] is not ((byte)' ' or (byte)'T' or (byte)'t'))
            return CellKind.Text;
        if (!ReadTime(rest[1..], out var time))
            return CellKind.Text;
        micros = (days * Day) + time;
        return CellKind.Timestamp;
    }

    private static bool ReadDate(ref ReadOnlySpan<byte> rest, out long days)
    {
        days = 0;
        if (!ReadDigits(ref rest, 4, out var first, out var width) || rest.IsEmpty)
            return false;
        if (width == 4 && rest.StartsWith("年"u8))
            return ReadChineseDate(ref rest, first, out days);
        var separator = rest[0];
        if (separator is not ((byte)'-' or (byte)'/' or (byte)'.'))
            return false;
        rest = rest[1..];
        if (!ReadDigits(ref rest, 2, out var second, out _) || rest.IsEmpty || rest[0] != separator)
            return false;
        rest = rest[1..];
        if (!ReadDigits(ref rest, width == 4 ? 2 : 4, out var third, out var lastWidth))
            return false;
        if (width == 4)
            return ToDays(first, second, third, out days);
        // A two-digit year, or 1.2.3 as in versions, is too uncertain to call a date.
        if (lastWidth != 4 || width == 3)
            return false;
        return first <= 12 && separator != (byte)'.' ? ToDays(third, first, second, out days) || ToDays(third, second, first, out days) : ToDays(third, second, first, out days);
    }

    private static bool ReadChineseDate(ref ReadOnlySpan<byte> rest, int year, out long days)
    {
        days = 0;
        rest = rest["年"u8.Length..];
        if (!ReadDigits(ref rest, 2, out var month, out _) || !rest.StartsWith("月"u8))
            return false;
        rest = rest["月"u8.Length..];
        if (!ReadDigits(ref rest, 2, out var day, out _) || !rest.StartsWith("日"u8))
            return false;
        rest = rest["日"u8.Length..];
        return ToDays(year, month, day, out days);
    }

    // 7:10, 07:10:05, 07:10:05.123, with a.m. or p.m., with Z or an offset.
    private static bool ReadTime(ReadOnlySpan<byte> rest, out double micros)
    {
        micros = double.NaN;
        if (!ReadDigits(ref rest, 2, out var hour, out _) || hour > 24 || rest.IsEmpty || rest[0] != (byte)':')
            return false;
        rest = rest[1..];
        if (!ReadDigits(ref rest, 2, out var minute, out var minuteWidth) || minuteWidth != 2 || minute > 59)
            return false;
        double seconds = 0;
        if (!rest.IsEmpty && rest[0] == (byte)':')
        {
            rest = rest[1..];
            if (!ReadDigits(ref rest, 2, out var second, out var secondWidth) || secondWidth != 2 || second > 60)
                return false;
            seconds = second;
            if (!rest.IsEmpty && rest[0] is (byte)'.' or (byte)',')
            {
                rest = rest[1..];
                var scale = 0.1;
                while (!rest.IsEmpty && rest[0] is >= (byte)'0' and <= (byte)'9')
                {
                    seconds += (rest[0] - (byte)'0') * scale;
                    scale /= 10;
                    rest = rest[1..];
                }
            }
        }

        if (!ReadHalf(ref rest, ref hour) || !ReadOffset(rest, out var offsetMinutes))
            return false;
        micros = (((((hour * 60.0) + minute - offsetMinutes) * 60) + seconds) * 1e6);
        return true;
    }

    private static bool ReadHalf(ref ReadOnlySpan<byte> rest, ref int hour)
    {
        var text = rest.TrimStart((byte)' ');
        if (text.IsEmpty || (text[0] | 0x20) is not ((byte)'a' or (byte)'p'))
            return true;
        var afternoon = (text[0] | 0x20) == (byte)'p';
        text = text[1..];
        if (!text.IsEmpty && text[0] == (byte)'.')
            text = text[1..];
        if (text.IsEmpty || (text[0] | 0x20) != (byte)'m' || hour is 0 or > 12)
            return false;
        text = text[1..];
        if (!text.IsEmpty && text[0] == (byte)'.')
            text = text[1..];
        hour = (hour % 12) + (afternoon ? 12 : 0);
        rest = text;
        return true;
    }

    private static bool ReadOffset(ReadOnlySpan<byte> rest, out int minutes)
    {
        minutes = 0;
        if (rest.IsEmpty || rest.SequenceEqual("Z"u8) || rest.SequenceEqual("z"u8) || rest.SequenceEqual(" UTC"u8))
            return true;
        rest = rest.TrimStart((byte)' ');
        if (rest.Length < 3 || rest[0] is not ((byte)'+' or (byte)'-'))
            return false;
        var sign = rest[0] == (byte)'-' ? -1 : 1;
        rest = rest[1..];
        if (!ReadDigits(ref rest, 2, out var hours, out var width) || width != 2)
            return false;
        if (!rest.IsEmpty && rest[0] == (byte)':')
            rest = rest[1..];
        var more = 0;
        if (!rest.IsEmpty && (!ReadDigits(ref rest, 2, out more, out _) || !rest.IsEmpty))
            return false;
        minutes = sign * ((hours * 60) + more);
        return true;
    }

    private static bool ReadDigits(ref ReadOnlySpan<byte> rest, int most, out int value, out int width)
    {
        value = 0;
        width = 0;
        while (width < rest.Length && width < most && rest[width] is >= (byte)'0' and <= (byte)'9')
            value = (value * 10) + rest[width++] - '0';
        rest = rest[width..];
        return width > 0;
    }

    private static bool ToDays(int year, int month, int day, out long days)
    {
        days = 0;
        if (year is < 1000 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        days = new DateOnly(year, month, day).DayNumber - new DateOnly(1970, 1, 1).DayNumber;
        return true;
    }
}
