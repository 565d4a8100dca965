using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Platform.Designer.Language;
using Platform.Designer.Shell;

namespace Platform.Designer.Tests;

/// <summary>Times say in which zone they are, and each language writes dates its own way.</summary>
public sealed class ZonedTimeTests : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;
    private readonly CultureInfo _words = CultureInfo.CurrentUICulture;
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();

    public void Dispose()
    {
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (_before, _words);
        _services.Dispose();
    }

    [Fact]
    public void A_next_run_is_told_in_the_zone_of_its_schedule_by_name()
    {
        var formats = In("en");
        var next = At("2026-11-23T17:30:00Z");
        Assert.Equal("24 Nov 01:30 Shanghai", formats.Planned(next, "Asia/Shanghai"));
        Assert.Equal("23 Nov 17:30 UTC", formats.Planned(next, null));
        Assert.Equal("23 Nov 12:30 New York", formats.Planned(next, "America/New_York"));
        Assert.Equal("2026-11-24 01:30:00 +08:00 Asia/Shanghai · 2026-11-23T17:30:00Z", formats.Exactly(next, "Asia/Shanghai"));
        Assert.Equal("11月24日 01:30 Shanghai", In("zh-Hans").Planned(next, "Asia/Shanghai"));
    }

    [Fact]
    public void A_moment_says_that_it_is_in_UTC_where_the_browser_is()
    {
        var formats = In("en");
        Assert.Equal("23 Nov 17:30 UTC", formats.Moment(At("2026-11-23T17:30:00Z")));
        Assert.Equal("2026-11-23T17:30:00Z", formats.Exactly(At("2026-11-23T17:30:00Z")));
    }

    [Fact]
    public void An_interval_carries_its_zone_unless_it_is_whole_days()
    {
        var formats = In("en");
        Assert.Equal("2026-11-20 01:30 – 2026-11-23 01:30 Shanghai", formats.Interval(At("2026-11-19T17:30:00Z"), At("2026-11-22T17:30:00Z"), "Asia/Shanghai"));
        Assert.Equal("2026-11-20 01:30 Shanghai", formats.Interval(At("2026-11-19T17:30:00Z"), At("2026-11-20T17:30:00Z"), "Asia/Shanghai"));
        Assert.Equal("2026-11-20 01:00 – 02:00 UTC", formats.Interval(At("2026-11-20T01:00:00Z"), At("2026-11-20T02:00:00Z")));
        Assert.Equal("2026-11-20 01:00 – 02:00", formats.Interval(At("2026-11-20T01:00:00Z"), At("2026-11-20T02:00:00Z"), named: false));
        Assert.Equal("2026-11-20", formats.Interval(At("2026-11-19T16:00:00Z"), At("2026-11-20T16:00:00Z"), "Asia/Shanghai"));
        Assert.Equal("2026-11-19T16:00:00Z – 2026-11-20T16:00:00Z", Formats.ExactInterval(At("2026-11-19T16:00:00Z"), At("2026-11-20T16:00:00Z")));
    }

    [Fact]
    public void A_day_is_written_as_each_language_writes_it()
    {
        var at = new DateTimeOffset(2026, 11, 24, 1, 30, 0, TimeSpan.FromHours(8));
        In("en");
        Assert.Equal("Tue 24 Nov 2026 01:30", Formats.Weekday(at));
        In("zh-Hans");
        Assert.Equal("2026年11月24日 周二 01:30", Formats.Weekday(at));
    }

    private Formats In(string language)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        return new Formats(_services.GetRequiredService<IStringLocalizer<Texts>>(), new Browser(null!), new Noon());
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private sealed class Noon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => At("2026-11-01T12:00:00Z");
    }
}
