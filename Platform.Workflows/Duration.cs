using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Xml;

namespace Platform.Workflows;

/// <summary>Spans of time as people write them: <c>250ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>1d</c>, <c>1w</c>, joined from large to small (<c>1h30m</c>), or ISO 8601 (<c>PT5M</c>).</summary>
public static class Duration
{
    /// <summary>How a duration is written, for messages.</summary>
    public const string Form = "a number with a unit, such as 250ms, 30s, 5m, 2h, 1d or 1h30m";

    private static readonly (string Unit, double Milliseconds)[] Units =
    [
        ("w", 7 * 86_400_000d),
        ("d", 86_400_000d),
        ("h", 3_600_000d),
        ("m", 60_000d),
        ("s", 1_000d),
        ("ms", 1d),
    ];

    /// <summary>Reads a duration.</summary>
    /// <exception cref="FormatException">The text is not one; the message says how to write it.</exception>
    public static TimeSpan Parse(string text) => TryParse(text, out var duration)
        ? duration
        : throw new FormatException($"'{text}' is not a duration. Write {Form}.");

    /// <summary>Reads a duration that is not negative; false where the text is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan duration)
    {
        duration = default;
        text = text?.Trim();
        if (string.IsNullOrEmpty(text))
            return false;
        return text[0] == 'P' ? TryParseIso(text, out duration) : TryParseUnits(text, out duration);
    }

    /// <summary>The shortest text that <see cref="Parse"/> reads back, exact to the millisecond: <c>1h30m</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        var rest = (decimal)duration.Ticks / TimeSpan.TicksPerMillisecond;
        if (rest <= 0)
            return "0s";
        var text = new StringBuilder();
        foreach (var (unit, size) in Units)
        {
            if (unit == "w")
                continue;
            var count = unit == "ms" ? rest : decimal.Floor(rest / (decimal)size);
            if (count <= 0)
                continue;
            _ = text.Append(count.ToString("0.####", CultureInfo.InvariantCulture)).Append(unit);
            rest -= count * (decimal)size;
        }
        return text.Length == 0 ? "0s" : text.ToString();
    }

    private static bool TryParseUnits(string text, out TimeSpan duration)
    {
        duration = default;
        var milliseconds = 0d;
        var smallest = -1;
        var at = 0;
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
                at++;
            if (!double.TryParse(text.AsSpan(start, at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
                return false;
            start = at;
            while (at < text.Length && char.IsAsciiLetterLower(text[at]))
                at++;
            var unit = text[start..at];
            var index = Array.FindIndex(Units, u => u.Unit == unit);
            if (index <= smallest)
                return false;
            smallest = index;
            milliseconds += count * Units[index].Milliseconds;
        }
        if (milliseconds > TimeSpan.MaxValue.TotalMilliseconds / 2)
            return false;
        duration = TimeSpan.FromTicks((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond));
        return true;
    }

    private static bool TryParseIso(string text, out TimeSpan duration)
    {
        duration = default;
        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return duration >= TimeSpan.Zero;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }
    }
}
