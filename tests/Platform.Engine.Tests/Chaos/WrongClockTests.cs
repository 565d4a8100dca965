using Xunit.Abstractions;

namespace Platform.Engine.Tests.Chaos;

/// <summary>Nodes whose clocks are minutes off: the database's clock decides.</summary>
[Collection(ChaosCollection.Name)]
public sealed class WrongClockTests(ChaosServer server, ITestOutputHelper output)
{
    [Fact]
    public async Task Nodes_whose_clocks_are_five_minutes_off_plan_lease_and_take_over_as_others()
    {
        var runs = ChaosScale.Pick(10, 200);
        await using var world = await ChaosWorld.CreateAsync(server, output);
        var now = await world.ScalarAsync<DateTime>("select now()");
        var start = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, now.Minute, 0, TimeSpan.Zero).AddMinutes(-10);
        await world.ApplyAsync("minutely", "  - { id: row, activity: chaos.row }", $"schedule: {{ cron: \"* * * * *\", start: {start:yyyy-MM-ddTHH:mm:ssZ}, catchup: true }}");
        await world.ApplyChainAsync(rows: 3, milliseconds: 100);
        var ahead = world.StartNode(s => s with { ClockAhead = TimeSpan.FromMinutes(5) });
        var behind = world.StartNode(s => s with { ClockAhead = TimeSpan.FromMinutes(-5) });
        var made = await world.WorkUntilItHoldsAsync(ahead, runs);
        made += await world.WorkUntilItHoldsAsync(behind, runs);
        // Each takes over from the other.
        ahead.Kill();
        await world.UntilAsync("leases of the dead", $"select count(*) from task_queue where node like '%:{ahead.Id}:%'", n => n == 0);
        var second = world.StartNode(s => s with { ClockAhead = TimeSpan.FromMinutes(5) });
        made += await world.WorkUntilItHoldsAsync(second, runs);
        behind.Kill();
        await world.UntilAsync("leases of the dead", $"select count(*) from task_queue where node like '%:{behind.Id}:%'", n => n == 0);
        await world.EndedAsync();

        var planned = await world.ScalarAsync<long>("select count(*) from run where workflow = 'minutely'");
        Assert.InRange(planned, 10, 10 + (long)world.Elapsed.TotalMinutes + 1);
        Assert.Equal(0, await world.ScalarAsync<long>("select count(*) from run where interval_end > queued_at"));
        Assert.Equal(planned, await world.ScalarAsync<long>("select count(distinct interval_start) from run where workflow = 'minutely'"));
        Assert.Equal(0, await world.ScalarAsync<long>("select count(*) from attempt where started_at > now() or started_at < @now or ended_at < started_at", new { now }));
        // Log lines carry the clock of their node, so none of them tells when it was written.
        ((await world.CountAsync($"clocks 5 min ahead and behind, {planned} scheduled runs among them")) with { LateLogLines = 0 })
            .MustBeWhole(made + planned).MustNotBeLate(ahead.Settings);
    }
}
