using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Localization;
using Platform.Designer.Language;

namespace Platform.Designer.Shell;

/// <summary>Numbers, sizes and times as the reader's language and time zone write them. Moments are in the reader's zone; intervals and next runs in that of their schedule, by name.</summary>
[SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "A page calls every format alike, whether it needs the zone or not.")]
internal sealed class Formats(IStringLocalizer<Texts> texts, Browser browser, TimeProvider clock)
{
    private const string Nothing = "–";
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    private static CultureInfo Culture => CultureInfo.CurrentCulture;

    private static bool Chinese => Culture.TwoLetterISOLanguageName == "zh";

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>A count with group separators; null is a dash.</summary>
    public string Number(long? value) => value?.ToString("N0", Culture) ?? Nothing;

    /// <summary>A measured number in at most five significant digits; null and NaN are a dash.</summary>
    public string Number(double? value)
    {
        if (value is not { } v || double.IsNaN(v))
            return Nothing;
        var size = Math.Abs(v);
        if (v == Math.Floor(v) && size < 1e15)
            return v.ToString("N0", Culture);
        return size is >= 1e15 or < 1e-4 ? Scientific(v) : v.ToString(size >= 1000 ? "N0" : size >= 1 ? "#,0.##" : "0.####", Culture);
    }

    /// <summary>A number in four significant digits and a power of ten, as print writes it: <c>2.586 × 10⁻⁶</c>.</summary>
    internal static string Scientific(double value)
    {
        var power = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        var digits = Math.Round(value / Math.Pow(10, power), 3);
        if (Math.Abs(digits) >= 10)
            (digits, power) = (digits / 10, power + 1);
        return $"{digits.ToString("0.###", Culture)} × 10{string.Concat(power.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']))}";
    }

    /// <summary>A distance of which tiny ones mean nothing: what is below a ten-thousandth is told as that.</summary>
    public string Distance(double? value) => value is > 0 and < 1e-4 ? $"< {0.0001.ToString("0.####", Culture)}" : Number(value);

    /// <summary>A share from 0 to 1 as a percentage.</summary>
    public string Percent(double? share) => share is not { } s || double.IsNaN(s) ? Nothing
        : s is > 0 and < 0.0005 ? $"< {0.0005.ToString("P1", Culture)}"
        : s is > 0.9994 and < 1 ? 0.999.ToString("P1", Culture)
        : s.ToString(s is 0 or 1 ? "P0" : "P1", Culture);

    /// <summary>Bytes in binary units.</summary>
    public string Bytes(long? bytes)
    {
        if (bytes is not { } value)
            return Nothing;
        var size = (double)value;
        var unit = 0;
        for (; size >= 1024 && unit < Units.Length - 1; unit++)
            size /= 1024;
        return $"{size.ToString(unit == 0 || size >= 100 ? "N0" : "N1", Culture)} {Units[unit]}";
    }

    /// <summary>A length of time in its two largest units: <c>1 h 4 min</c>, <c>12.3 s</c>, <c>85 ms</c>.</summary>
    public string Duration(TimeSpan? time)
    {
        if (time is not { } t)
            return Nothing;
        if (t < TimeSpan.Zero)
            t = TimeSpan.Zero;
        if (t.TotalMilliseconds < 1000)
            return texts["Time.Milliseconds", Math.Round(t.TotalMilliseconds).ToString("N0", Culture)];
        if (t.TotalSeconds < 60)
            return texts["Time.Seconds", t.TotalSeconds.ToString(t.TotalSeconds < 10 ? "N1" : "N0", Culture)];
        if (t.TotalMinutes < 60)
            return texts["Time.MinutesSeconds", t.Minutes, t.Seconds];
        if (t.TotalHours < 24)
            return texts["Time.HoursMinutes", t.Hours, t.Minutes];
        return texts["Time.DaysHours", (int)t.TotalDays, t.Hours];
    }

    /// <summary>A moment in the reader's zone, without the year when it is this year's. A reader whose browser is in UTC is told so; to all others their own clock needs no name.</summary>
    public string Moment(DateTimeOffset? moment)
    {
        if (moment is not { } m)
            return Nothing;
        var words = Day(TimeZoneInfo.ConvertTime(m, browser.Zone), browser.Zone, "HH:mm:ss");
        return IsUtc(browser.Zone) ? $"{words} UTC" : words;
    }

    /// <summary>A moment as short as it can be told: the time of day where it is today's.</summary>
    public string Brief(DateTimeOffset moment)
    {
        var local = TimeZoneInfo.ConvertTime(moment, browser.Zone);
        return local.Date == TimeZoneInfo.ConvertTime(Now, browser.Zone).Date ? local.ToString("HH:mm", Culture) : local.ToString(Chinese ? "M月d日 HH:mm" : "d MMM HH:mm", Culture);
    }

    /// <summary>A moment in the zone of a schedule, with the zone's short name: <c>24 Nov 01:30 Shanghai</c>.</summary>
    /// <param name="moment">Null is a dash.</param>
    /// <param name="zone">IANA zone of the schedule; null is UTC.</param>
    public string Planned(DateTimeOffset? moment, string? zone)
    {
        if (moment is not { } m)
            return Nothing;
        var place = Find(zone);
        return $"{Day(TimeZoneInfo.ConvertTime(m, place), place, "HH:mm")} {ZoneName(place)}";
    }

    /// <summary>A time that is local already, with its day of the week and year: <c>Tue 24 Nov 2026 01:30</c>, <c>2026年11月24日 周二 01:30</c>.</summary>
    public static string Weekday(DateTimeOffset local) => local.ToString(Chinese ? "yyyy年M月d日 ddd HH:mm" : "ddd d MMM yyyy HH:mm", Culture);

    /// <summary>A moment to the second with the zone's offset and in UTC, for a tooltip.</summary>
    /// <param name="moment">Null is nothing.</param>
    /// <param name="zone">IANA zone of a schedule; null is the reader's.</param>
    public string Exactly(DateTimeOffset? moment, string? zone = null)
    {
        if (moment is not { } m)
            return "";
        var place = zone is null ? browser.Zone : Find(zone);
        var utc = m.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return IsUtc(place) ? utc : $"{TimeZoneInfo.ConvertTime(m, place).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture)} {place.Id} · {utc}";
    }

    /// <summary>A data interval in UTC, for a tooltip: from the first moment to the one that is not in it any more.</summary>
    public static string ExactInterval(DateTimeOffset? start, DateTimeOffset? end) =>
        start is not { } s ? "" : string.Create(CultureInfo.InvariantCulture, $"{s.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}") + (end is { } e ? string.Create(CultureInfo.InvariantCulture, $" – {e.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}") : "");

    /// <summary>The short name of a zone: its city, or UTC.</summary>
    internal static string ZoneName(TimeZoneInfo zone) => IsUtc(zone) ? "UTC" : zone.Id[(zone.Id.LastIndexOf('/') + 1)..].Replace('_', ' ');

    private static bool IsUtc(TimeZoneInfo zone) => zone.Id is "UTC" or "Etc/UTC" or "Etc/UCT" or "UCT" or "Zulu";

    private static TimeZoneInfo Find(string? zone) => zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : TimeZoneInfo.Utc;

    private string Day(DateTimeOffset local, TimeZoneInfo zone, string today)
    {
        var now = TimeZoneInfo.ConvertTime(Now, zone);
        if (local.Date == now.Date)
            return $"{texts["Time.Today"]} {local.ToString(today, Culture)}";
        return local.Year == now.Year ? local.ToString(Chinese ? "M月d日 HH:mm" : "d MMM HH:mm", Culture) : local.ToString(Chinese ? "yyyy年M月d日 HH:mm" : "d MMM yyyy HH:mm", Culture);
    }

    /// <summary>The time of day in the reader's zone.</summary>
    public string Clock(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, browser.Zone).ToString("HH:mm:ss", Culture);

    /// <summary>A moment's hour in the reader's zone.</summary>
    public int Hour(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, browser.Zone).Hour;

    /// <summary>How long ago, or in how long.</summary>
    public string Ago(DateTimeOffset? moment)
    {
        if (moment is not { } m)
            return Nothing;
        var age = Now - m;
        var ahead = age < TimeSpan.Zero;
        var size = age.Duration();
        if (size.TotalSeconds < 45)
            return texts[ahead ? "Time.Soon" : "Time.JustNow"];
        var words = size.TotalMinutes < 60 ? texts["Time.Minutes", (int)Math.Round(size.TotalMinutes)]
            : size.TotalHours < 36 ? texts["Time.Hours", (int)Math.Round(size.TotalHours)]
            : texts["Time.Days", (int)Math.Round(size.TotalDays)];
        return texts[ahead ? "Time.In" : "Time.Ago", words.Value];
    }

    /// <summary>A data interval in the schedule's zone: whole days as their dates, else start and end with the zone's short name.</summary>
    /// <param name="start">Included; null is a dash.</param>
    /// <param name="end">Not included; null shows the start alone.</param>
    /// <param name="zone">IANA zone of the schedule; null is UTC.</param>
    /// <param name="named">Whether times carry the zone's name; not where many stand side by side and something above says it.</param>
    public string Interval(DateTimeOffset? start, DateTimeOffset? end, string? zone = null, bool named = true)
    {
        if (start is not { } s)
            return Nothing;
        var place = Find(zone);
        var from = TimeZoneInfo.ConvertTime(s, place);
        var to = end is { } e ? TimeZoneInfo.ConvertTime(e, place) : (DateTimeOffset?)null;
        if (to is { } until && from.TimeOfDay == TimeSpan.Zero && until.TimeOfDay == TimeSpan.Zero)
        {
            return until.Date == from.Date.AddDays(1)
                ? from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"{from:yyyy-MM-dd} – {until.AddDays(-1):yyyy-MM-dd}");
        }
        var words = from.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        // A day that begins at another hour is named by its start.
        if (to is { } last && last - from != TimeSpan.FromDays(1))
            words = $"{words} – {last.ToString(from.Date == last.Date ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}";
        return named ? $"{words} {ZoneName(place)}" : words;
    }

    /// <summary>The text in the reader's language, where there is one in Chinese.</summary>
    public static string Pick(string english, string? chinese) => Chinese && !string.IsNullOrEmpty(chinese) ? chinese : english;
}
