using Platform.Engine.Planning;
using Platform.Testing;
using Platform.Workflows.Schedules;

namespace Platform.Engine.Tests;

/// <summary>Nodes that are killed while they plan by partition. On a database of their own: a child plans whatever there is.</summary>
public sealed class PartitionCrashTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    [Fact]
    public async Task Nodes_are_killed_again_and_again_and_every_partition_runs_for_every_write_once()
    {
        const int days = 56;
        var parts = new Partitions(engine.Database, engine.Activities, engine.Notifications);
        var asset = Partitions.Asset();
        var queue = EngineFixture.NewName();
        await engine.ApplyAsync(queue, $"  - {{ id: write, activity: test.asset, with: {{ asset: {asset}, version: \"{{{{ run.id }}}}\", operation: replace-interval }} }}",
            $"defaults: {{ queue: {queue} }}\nschedule: {{ cron: '@daily', start: 2026-01-05 }}\nlimits: {{ active_runs: 3 }}");
        var weekly = await parts.ApplyAsync($"{{ assets: [{asset}], partitions: '0 0 * * MON' }}", more: $"limits: {{ active_runs: 2 }}");
        var daily = await parts.ApplyAsync($"{{ assets: [{asset}], partitions: as_written }}", more: "limits: { active_runs: 5 }");
        var intervals = RunRange.Intervals((await engine.Definitions.GetAsync(queue, 1, CancellationToken.None)).Definition!.Schedule, null, "2026-01-05", "2026-03-02");
        Assert.Equal(days, intervals.Count);
        // Its own schedule stands still: only the backfill writes.
        await engine.Store.SetPausedAsync(queue, true, CancellationToken.None);
        await engine.Commands.BackfillAsync(new BackfillRequest { Workflow = queue, Intervals = intervals, By = "test", NewestFirst = true }, CancellationToken.None);

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        async Task UntilAsync(string from, Func<long, bool> condition)
        {
            while (!condition(await parts.CountAsync(from)))
                _ = await timer.WaitForNextTickAsync(limit.Token);
        }
        for (var kill = 1; kill <= 3; kill++)
        {
            using var child = ChildNode.Start(engine.ConnectionString, $"{queue},{weekly},{daily}");
            await UntilAsync($"run where workflow in ('{weekly}', '{daily}')", n => n >= kill * 8);
            child.Kill();
        }
        await using var node = engine.StartNode(queue, o => o with { Queues = [queue, weekly, daily] });
        await UntilAsync("run where state in ('queued', 'running')", n => n == 0);
        await UntilAsync($"asset_update where not seen", n => n == 0);
        await UntilAsync("run where state in ('queued', 'running')", n => n == 0);

        foreach (var (name, partitions, each) in new[] { (weekly, days / 7, 7), (daily, days, 1) })
        {
            var runs = await parts.RunsAsync(name);
            Assert.All(runs, r => Assert.Equal(RunStates.Success, r.Run.State));
            Assert.Equal(partitions, runs.Select(r => r.Run.IntervalStart).Distinct().Count());
            // A producing task that was killed after its end was accepted is not repeated, so each day is written once, and told once.
            Assert.All(runs.GroupBy(r => r.Run.IntervalStart), g => Assert.Equal(each, g.Sum(r => (int)r.Assets![asset]!["updates"]!)));
        }
        Assert.Equal(0, await parts.CountAsync("asset_update"));
        Assert.Equal(days, await parts.CountAsync("asset_write"));
    }
}
