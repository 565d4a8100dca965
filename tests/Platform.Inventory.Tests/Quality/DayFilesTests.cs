using Platform.Inventory.Cache;
using Platform.Inventory.Profile;
using Platform.Inventory.Quality;
using Platform.Testing;

namespace Platform.Inventory.Tests.Quality;

public sealed class DayFilesTests : InventoryTest
{
    [SharedDataFact]
    public void A_year_of_a_shops_days_names_those_on_which_something_happened()
    {
        var cache = new InventoryCache(Path.Combine(Home, "cache"));
        var asset = Assert.Single(Scan(SharedData.Path("online-retail")).Assets);
        new AssetProfiler(Store, cache).Profile([asset], null, default);
        var days = DayFiles.Of(asset, cache, default);
        Assert.Equal((305, new DateOnly(2010, 12, 1)), (days.Count, days[0].Day));
        var odd = DayFiles.Odd(days, 2);
        // 2,829 of the day's 3,235 lines have no customer.
        Assert.Contains(odd, one => one.Day == new DateOnly(2011, 8, 30) && one.Judged.Metric is { Column: "CustomerID", Name: "day_null_share" });
        // Two lines of -9,600 pieces thrown away.
        Assert.Contains(odd, one => one.Day == new DateOnly(2011, 6, 14) && one.Judged.Metric is { Column: "Quantity", Name: "day_mean" });
        Assert.InRange(odd.Select(one => one.Day).Distinct().Count(), 2, 25);
        // The second time nothing of it is read.
        Assert.Equal(days.Select(day => day.Metrics.Count), DayFiles.Of(asset, new InventoryCache(Path.Combine(Home, "cache")), default).Select(day => day.Metrics.Count));
    }

    [Fact]
    public void A_day_that_was_loaded_with_the_day_befores_rows_is_told_and_one_that_only_resembles_it_is_not()
    {
        string Rows(int day) => "id,amount,who\n" + string.Concat(Enumerable.Range(0, 40 + day * 7 % 23).Select(i => FormattableString.Invariant($"{day * 1000 + i},{(i * 13 + day * 29) % 97}.{day % 9},c{(i * day) % 31}\n")));
        for (var day = 1; day <= 45; day++)
            Write($"days/2024-{1 + (day - 1) / 28:00}-{1 + (day - 1) % 28:00}.csv", Rows(day == 44 ? 43 : day));
        var cache = new InventoryCache(Path.Combine(Home, "cache"));
        var asset = Assert.Single(Scan().Assets);
        new AssetProfiler(Store, cache).Profile([asset], null, default);
        var repeated = Assert.Single(DayFiles.Odd(DayFiles.Of(asset, cache, default), 2), odd => odd.Judged.Metric.Name == "day_repeated_load");
        Assert.Equal(new DateOnly(2024, 2, 16), repeated.Day);
        Assert.Equal("other figures than the time before", repeated.Judged.Expected.En);
    }

    [Fact]
    public void Data_that_do_not_come_are_late_by_the_rhythm_in_which_they_came()
    {
        var start = new DateTimeOffset(2024, 1, 1, 2, 0, 0, TimeSpan.Zero);
        // Written every working day until the Friday of the eighth week; looked at every night.
        double Age(int night) => 2.0 + 24 * (night <= 53 ? Math.Max(0, night % 7 - 4) : night - 53);
        JudgedMetric Late(int night, int first = 0) => MetricJudge.Late(new ProfileMetric(null, "age_hours", Age(night)), [.. Enumerable.Range(first, night - first).Select(one => (start.AddDays(one), Age(one)))], start.AddDays(night), 0.2);
        Assert.DoesNotContain(Enumerable.Range(1, 55), night => Late(night).Alarmed);
        var late = Late(62);
        Assert.True(late.Alarmed);
        Assert.Contains("nothing new has come for 9.1 days", late.Observed().En, StringComparison.Ordinal);
        Assert.Contains("about every 24 hours", late.Expected.En, StringComparison.Ordinal);
        // Of a few writes nothing follows.
        Assert.False(Late(62, first: 49).Alarmed);
    }

    [Fact]
    public void Files_that_are_not_one_a_day_have_no_days()
    {
        for (var i = 0; i < 12; i++)
            Write($"set/part-{i:000}.csv", "a,b\n1,2\n3,4\n");
        var cache = new InventoryCache(Path.Combine(Home, "cache"));
        foreach (var asset in Scan().Assets)
            Assert.Empty(DayFiles.Of(asset, cache, default));
    }
}
