using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Localization;
using Platform.Designer.Language;

namespace Platform.Designer.Shell;

/// <summary>Numbers, sizes and times as the reader's language and time zone write them.</summary>
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
        return size is >= 1e9 or < 1e-4 ? v.ToString("G4", Culture) : v.ToString(size >= 1000 ? "N0" : size >= 1 ? "#,0.##" : "0.####", Culture);
    }

    /// <summary>A share from 0 to 1 as a percentage.</summary>
    public string Percent(double? share) => share is not { } s || double.IsNaN(s) ? Nothing
        : s is > 0 and < 0.0005 ? $"< {0.0005.ToString("P1", Culture)}"
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

    /// <summary>A moment in the reader's zone, without the year when it is this year's.</summary>
    public string Moment(DateTimeOffset? moment)
    {
        if (moment is not { } m)
            return Nothing;
        var local = TimeZoneInfo.ConvertTime(m, browser.Zone);
        var now = TimeZoneInfo.ConvertTime(Now, browser.Zone);
        if (local.Date == now.Date)
            return $"{texts["Time.Today"]} {local.ToString("HH:mm:ss", Culture)}";
        return local.Year == now.Year ? local.ToString(Chinese ? "M月d日 HH:mm" : "d MMM HH:mm", Culture) : local.ToString(Chinese ? "yyyy年M月d日 HH:mm" : "d MMM yyyy HH:mm", Culture);
    }

    /// <summary>A moment to the second with its zone's offset, for a tooltip.</summary>
    public string Exactly(DateTimeOffset? moment) =>
        moment is { } m ? TimeZoneInfo.ConvertTime(m, browser.Zone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture) : "";

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

    /// <summary>A data interval in the schedule's zone: one day as its date, else start and end.</summary>
    /// <param name="start">Included; null is a dash.</param>
    /// <param name="end">Not included; null shows the start alone.</param>
    /// <param name="zone">IANA zone of the schedule; null is UTC.</param>
    public string Interval(DateTimeOffset? start, DateTimeOffset? end, string? zone = null)
    {
        if (start is not { } s)
            return Nothing;
        var place = zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : TimeZoneInfo.Utc;
        var from = TimeZoneInfo.ConvertTime(s, place);
        if (end is not { } e)
            return from.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var to = TimeZoneInfo.ConvertTime(e, place);
        if (from.TimeOfDay == TimeSpan.Zero && to.TimeOfDay == TimeSpan.Zero)
        {
            return to.Date == from.Date.AddDays(1)
                ? from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"{from:yyyy-MM-dd} – {to.AddDays(-1):yyyy-MM-dd}");
        }
        // A day that begins at another hour is named by its start.
        if (to - from == TimeSpan.FromDays(1))
            return from.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{from:yyyy-MM-dd HH:mm} – ") + to.ToString(from.Date == to.Date ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    /// <summary>The text in the reader's language, where there is one in Chinese.</summary>
    public static string Pick(string english, string? chinese) => Chinese && !string.IsNullOrEmpty(chinese) ? chinese : english;
}
