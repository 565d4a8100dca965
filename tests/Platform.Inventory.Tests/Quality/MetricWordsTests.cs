using Platform.Inventory.Quality;
using Platform.Learning.Anomaly;
using Platform.Workflows;

namespace Platform.Inventory.Tests.Quality;

public sealed class MetricWordsTests
{
    [Fact]
    public void What_stands_still_is_told_as_that_and_not_by_a_forecast_that_it_is_near()
    {
        var told = MetricWords.Figures("day_median", "flat_line", 6.2, 6.1736, 4.02, 9.25);
        Assert.Equal("6.2 again and again, though it usually moves", told.En);
        Assert.DoesNotContain("6.17", told.Zh, StringComparison.Ordinal);
    }

    [Fact]
    public void Shares_are_percents_and_a_residue_of_arithmetic_is_none()
        => Assert.Equal(new Told("10 %, expected 0 % (0 % to 1.4 %)", "10 %，预期 0 %（0 % 至 1.4 %）"), MetricWords.Figures("day_null_share", "spike", 0.1, -9.4363E-20, 0, 0.014));

    [Fact]
    public void A_value_outside_of_what_is_expected_is_told_with_the_bounds_and_a_moved_level_with_those_before()
    {
        Assert.Equal("1,822, expected 1,386 (1,149 to 1,671)", MetricWords.Figures("day_rows", "spike", 1822, 1385.8, 1149.3, 1670.9).En);
        Assert.Equal("1,974, expected about 1,655, and those before it were off on the same side", MetricWords.Figures("day_rows", "level_shift", 1974, 1655.4, 1348, 2033).En);
    }

    [Fact]
    public void A_metric_judged_by_its_history_says_both_languages()
    {
        var start = new DateTimeOffset(2025, 1, 6, 2, 0, 0, TimeSpan.Zero);
        var random = new Random(3);
        List<(DateTimeOffset, double)> history = [.. Enumerable.Range(0, 60).Select(day => (start.AddDays(day), 50 + random.NextDouble()))];
        var still = history[^1].Item2;
        history.AddRange([(start.AddDays(60), still), (start.AddDays(61), still)]);
        var judged = MetricJudge.Judge(new ProfileMetric("amount", "mean", still), history, start.AddDays(62), 0.2)!;
        Assert.True(judged.Alarmed);
        Assert.Contains("4 times in a row", judged.Observed().En, StringComparison.Ordinal);
        Assert.Contains("连续 4 次", judged.Observed().Zh, StringComparison.Ordinal);
        Assert.StartsWith("another value than the time before", judged.Expected.En, StringComparison.Ordinal);
        Assert.StartsWith("与上次不同的值", judged.Expected.Zh, StringComparison.Ordinal);
    }

    [Fact]
    public void An_odd_day_is_told_in_sentences_with_the_day_the_bounds_and_the_chance_in_both_languages()
    {
        var judged = new JudgedMetric(new ProfileMetric("amount", "day_median", 4983), new AnomalyPoint(2e-12, 1, AnomalyKind.Spike, 50.1815, 47.6065, 52.8929), true, 59);
        var told = judged.Result("raw.orders", new DateOnly(2024, 10, 25));
        Assert.Equal(("anomaly in day_median", "Daily median of amount", "amount 的每日中位数"), (told.Name, told.Title, told.TitleZh));
        Assert.Equal("the median of amount on 2024-10-25 is 4,983, well above what is usual (by chance less than once in a million times)", told.Observed);
        Assert.Equal("about 50.2 (47.6 to 52.9), by the 59 days before", told.Expected);
        Assert.Equal("2024-10-25 amount 的中位数为 4,983，明显高于平常（偶然出现的可能不到百万分之一）", told.ObservedZh);
        Assert.Equal("约 50.2（47.6 至 52.9），依据此前 59 天", told.ExpectedZh);
    }

    [Theory]
    [InlineData("rows", null, "Number of rows", "行数")]
    [InlineData("null_share", "city", "Share of missing values of city", "city 的空值率")]
    [InlineData("age_hours", null, "Arrival of new data", "新数据的到达")]
    [InlineData("day_repeated_load", null, "Repeated load", "重复加载")]
    public void An_incident_of_a_metric_has_a_headline_that_names_the_thing(string metric, string? column, string en, string zh)
    {
        var told = new JudgedMetric(new ProfileMetric(column, metric, 1), default, false, 5);
        Assert.Equal(new Told(en, zh), told.Title);
        Assert.DoesNotContain('_', told.Observed().En);
    }

    [Fact]
    public void What_cannot_be_below_zero_is_not_expected_there_and_a_chance_is_a_round_number()
    {
        var judged = new JudgedMetric(new ProfileMetric(null, "null_share", 0.12), new AnomalyPoint(0.00042, 0.4, AnomalyKind.Spike, 0.01, -0.02, 0.031), true, 1);
        Assert.Equal("about 1 % (0 % to 3.1 %), by the value before", judged.Expected.En);
        Assert.Equal("the share of missing values is 12 %, well above what is usual (by chance about once in 2,000 times)", judged.Observed().En);
    }
}
