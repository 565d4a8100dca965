using System.Text.Json.Nodes;
using Platform.Activities.Monitor;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Monitor;

public sealed class MonitorDataTests : ActivityTest
{
    private static readonly DateOnly Day = new(2024, 3, 20);

    [Fact]
    public async Task A_day_like_the_days_before_passes_and_is_measured()
    {
        WriteDays();

        var outputs = Assert.IsType<MonitorOutputs>((await MonitorAsync()).Outputs);

        Assert.True(outputs.Healthy, string.Join(", ", outputs.Broken));
        Assert.Contains(Facts, fact => fact is MetricMeasured { Name: "interval_rows", Value: 400 });
        Assert.Contains(Facts, fact => fact is MetricMeasured { Name: "volume_ratio", Value: 1 });
        Assert.Contains(Facts, fact => fact is MetricMeasured { Name: "psi", Column: "price" });
        Assert.Contains(Facts, fact => fact is MetricMeasured { Name: "psi", Column: "country" });
        // Every row has another id: its distribution says nothing.
        Assert.DoesNotContain(Facts, fact => fact is MetricMeasured { Name: "psi", Column: "id" });
        Assert.DoesNotContain(Facts, fact => fact is MetricMeasured { Name: "psi", Column: "code" });
    }

    [Theory]
    [InlineData("day < 19 or i % 40 = 0", "price", "country", "volume", null)]
    [InlineData("true", "case when day = 19 then price * 3 else price end", "country", "drift", "price")]
    [InlineData("true", "price", "case when day = 19 and i % 2 = 0 then 'Atlantis' else country end", "drift", "country")]
    [InlineData("true", "case when day = 19 and i % 3 = 0 then null else price end", "country", "nulls", "price")]
    public async Task A_day_that_differs_breaks_the_check_that_says_how(string where, string price, string country, string check, string? column)
    {
        WriteDays(where, price, country);

        var outputs = Assert.IsType<MonitorOutputs>((await MonitorAsync()).Outputs);

        Assert.Contains(outputs.Broken, broken => broken.Name == check && broken.Column == column);
        Assert.Contains(Facts, fact => fact is CheckResult { Passed: false, Asset: "clean.orders" } result && result.Name == check && result.Column == column);
        var told = Assert.IsType<CheckResult>(Facts.First(fact => fact is CheckResult { Passed: false } result && result.Name == check && result.Column == column));
        Assert.Contains($"{told.Title}: {told.Observed}", Runs.Log, StringComparison.Ordinal);
        Assert.All([told.TitleZh, told.ObservedZh, told.ExpectedZh], zh => Assert.Contains(zh!, letter => letter is >= '一' and <= '鿿'));
    }

    [Fact]
    public async Task Broken_checks_fail_the_task_when_asked()
    {
        WriteDays("day < 19 or i % 40 = 0");

        var failure = await Fails("monitor.data", With("fail_on", "critical"), Runs.Context(day: Day));

        Assert.Equal("check-failed", failure.Kind);
        Assert.Contains("Number of rows", failure.Message, StringComparison.Ordinal);
        Assert.True(Assert.IsType<MonitorOutputs>((await Run("monitor.data", With("min_volume", 0.01), Runs.Context(day: Day))).Outputs).Healthy);
    }

    [Fact]
    public async Task Stale_rows_break_freshness()
    {
        WriteDays();
        var outputs = Assert.IsType<MonitorOutputs>((await Run("monitor.data", With("max_age", "1m"), Runs.Context(day: Day))).Outputs);
        Assert.Contains(outputs.Broken, broken => broken.Name == "freshness" && broken.Severity == "critical");
        Assert.True(Assert.IsType<MonitorOutputs>((await Run("monitor.data", With("max_age", "2h"), Runs.Context(day: Day))).Outputs).Healthy);
    }

    [Fact]
    public async Task The_first_day_has_nothing_to_be_compared_with_and_a_run_without_interval_takes_the_last_day()
    {
        WriteDays("day = 0");
        Assert.True(Assert.IsType<MonitorOutputs>((await MonitorAsync(new DateOnly(2024, 3, 1))).Outputs).Healthy);
        WriteDays("day < 19 or i % 40 = 0");
        Assert.Contains(Assert.IsType<MonitorOutputs>((await MonitorAsync(null)).Outputs).Broken, broken => broken.Name == "volume");
    }

    [Fact]
    public async Task An_empty_table_is_skipped_and_wrong_columns_are_named()
    {
        WriteDays("false");
        Assert.Equal(ActivityOutcome.Skipped, (await MonitorAsync(null)).Outcome);
        Assert.Contains("no column 'when'", (await Fails("monitor.data", With("time", "when"))).Message, StringComparison.Ordinal);
        Assert.Contains("is no time", (await Fails("monitor.data", With("time", "price"))).Message, StringComparison.Ordinal);
        Assert.Contains("no column 'x'", (await Fails("monitor.data", With("columns", new JsonArray("x")))).Message, StringComparison.Ordinal);
        Assert.Equal("not-found", (await Fails("monitor.data", With("table", "clean.missing"))).Kind);
    }

    private Task<ActivityResult> MonitorAsync() => MonitorAsync(Day);

    private Task<ActivityResult> MonitorAsync(DateOnly? day) => Run("monitor.data", With("fail_on", "never"), Runs.Context(day: day));

    private static JsonObject With(string field, JsonNode value)
    {
        var with = new JsonObject { ["table"] = "clean.orders", ["time"] = "sold" };
        with[field] = value;
        return with;
    }

    /// <summary>Twenty days of 400 rows from 2024-03-01, the last of which can be made to differ.</summary>
    private void WriteDays(string where = "true", string price = "price", string country = "country")
    {
        using var session = Tables.OpenSession();
        session.Write(new TableWrite
        {
            Table = TableName.Parse("clean.orders"),
            Mode = WriteMode.Replace,
            AllowNewColumns = true,
            SelectSql = $"""
                select day * 400 + i as id, 'C' || (day * 400 + i) as code, timestamptz '2024-03-01 00:00:00Z' + to_days(day::int) + to_seconds(i * 200) as sold,
                       {price} as price, {country} as country
                from (select d.range as day, t.range as i, 1 + (hash(d.range * 400 + t.range) % 1000)::double as price,
                             ['UK', 'UK', 'UK', 'France', 'Germany'][(1 + hash(d.range * 7919 + t.range * 31) % 5)::int] as country
                      from range(20) d, range(400) t)
                where {where}
                """,
        });
    }
}
