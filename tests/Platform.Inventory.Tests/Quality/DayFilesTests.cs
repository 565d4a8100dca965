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
    public void Files_that_are_not_one_a_day_have_no_days()
    {
        for (var i = 0; i < 12; i++)
            Write($"set/part-{i:000}.csv", "a,b\n1,2\n3,4\n");
        var cache = new InventoryCache(Path.Combine(Home, "cache"));
        foreach (var asset in Scan().Assets)
            Assert.Empty(DayFiles.Of(asset, cache, default));
    }
}
