using Dapper;
using Platform.Engine.Definitions;
using Platform.Engine.Explain;
using Platform.Engine.Planning;
using Platform.Workflows.Activities;
using Platform.Workflows.Schedules;

namespace Platform.Engine.Tests;

/// <summary>Schedules that follow assets by partition.</summary>
public sealed class PartitionScheduleTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private readonly Partitions _parts = new(engine.Database, engine.Activities, engine.Notifications);

    private static DataInterval Days(int from, int to) => Partitions.Days(from, to);

    [Fact]
    public async Task A_partition_that_is_there_in_all_assets_is_one_run_whose_interval_it_is_and_written_again_another()
    {
        var (one, two) = (Partitions.Asset(), Partitions.Asset());
        var name = await _parts.ApplyAsync($"{{ assets: [{one}, {two}], partitions: as_written }}");
        var run = await _parts.WriterAsync();
        await _parts.WriteAsync(run, one, Days(0, 1), 1);
        await _parts.WriteAsync(run, one, Days(1, 2), 2);
        await _parts.PlanAsync();
        Assert.Empty(await _parts.RunsAsync(name));
        await _parts.WriteAsync(run, two, Days(1, 2), 1);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _parts.PlanAsync()));
        Assert.Equal(["1-2 running 2..2x1 1..1x1"], await _parts.SayAsync(name));
        var detail = (await _parts.RunsAsync(name))[0];
        Assert.Equal((RunKinds.Asset, true, "assets"), (detail.Run.Kind, detail.Run.Partitioned, detail.Run.CreatedBy));
        var told = detail.Assets![one]!["intervals"]!.AsArray();
        Assert.Equal((Partitions.Day(1), 2, run), ((DateTimeOffset)told[0]!["start"]!, (int)told[0]!["version"]!, (long)told[0]!["run"]!));
        Assert.Null(detail.Run.Assets![one]!["intervals"]);
        await _parts.EndAsync(detail.Run.Id);

        // A correction of one asset runs the partition again, with what is there of the other; the first day still waits.
        await _parts.WriteAsync(run, one, Days(1, 2), 3);
        await _parts.PlanAsync();
        await _parts.PlanAsync();
        Assert.Equal(["1-2 success 2..2x1 1..1x1", "1-2 running 3..3x1 1..1x0"], await _parts.SayAsync(name));
        await _parts.WriteAsync(run, two, Days(0, 1), 2);
        await _parts.PlanAsync();
        Assert.Equal("0-1 queued 1..1x1 2..2x1", (await _parts.SayAsync(name))[2]);
        Assert.Equal(0, await _parts.CountAsync($"asset_update where workflow = '{name}'"));
    }

    [Fact]
    public async Task With_any_asset_a_partition_runs_for_each_that_is_there()
    {
        var (one, two) = (Partitions.Asset(), Partitions.Asset());
        var name = await _parts.ApplyAsync($"{{ assets: [{one}, {two}], any_asset: true, partitions: '@weekly' }}", more: "limits: { active_runs: 9 }");
        var run = await _parts.WriterAsync();
        // Weeks of cron begin on Sundays: 4 January is the day before day 0.
        await _parts.WriteAsync(run, one, Days(-1, 3), 1);
        await _parts.WriteAsync(run, two, Days(0, 3), 1);
        await _parts.PlanAsync();
        Assert.Empty(await _parts.RunsAsync(name));
        await _parts.WriteAsync(run, one, Days(3, 6), 2);
        await _parts.PlanAsync();
        Assert.Equal(["-1-6 running 1..2x2"], await _parts.SayAsync(name));
        Assert.Equal([one], (await _parts.RunsAsync(name))[0].Assets!.Select(a => a.Key));
        // What waits of the other is not lost.
        await _parts.WriteAsync(run, two, Days(3, 6), 2);
        await _parts.PlanAsync();
        Assert.Equal(2, await _parts.CountAsync($"asset_update where workflow = '{name}'"));
        await _parts.EndAsync((await _parts.RunsAsync(name))[0].Run.Id);
        await _parts.WriteAsync(run, two, Days(-1, 0), 3);
        await _parts.PlanAsync();
        Assert.Equal("-1-6 running 1..3x3", (await _parts.SayAsync(name))[1]);
    }

    [Fact]
    public async Task A_coarser_partition_waits_for_every_finer_one_in_whatever_order_they_come_and_runs_again_on_a_rewrite()
    {
        var asset = Partitions.Asset();
        var name = await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: '0 0 * * MON' }}");
        var run = await _parts.WriterAsync();
        var version = 0;
        foreach (var day in new[] { 4, 2, 9, 0, 6, 1, 3 })
        {
            await _parts.WriteAsync(run, asset, Days(day, day + 1), ++version);
            await _parts.PlanAsync();
            Assert.Empty(await _parts.RunsAsync(name));
        }
        var why = (await _parts.Explainer.WorkflowAsync(name, CancellationToken.None))!;
        Assert.Equal([CauseCodes.Partitions, CauseCodes.PartitionWaits, CauseCodes.PartitionWaits], why.Causes.Where(c => !c.NeedsAction).Select(c => c.Code));
        Assert.Equal(["2026-01-05T00:00:00Z/2026-01-12T00:00:00Z", "6", $"{asset} from 2026-01-10T00:00:00Z to 2026-01-11T00:00:00Z"], why.Causes[^1].Values);
        await _parts.WriteAsync(run, asset, Days(5, 6), ++version);
        await _parts.PlanAsync();
        Assert.Equal(["0-7 running 1..8x7"], await _parts.SayAsync(name));
        await _parts.EndAsync((await _parts.RunsAsync(name))[0].Run.Id);
        // The same version again is no write; one day anew is.
        await _parts.WriteAsync(run, asset, Days(5, 6), version);
        await _parts.PlanAsync();
        Assert.Single(await _parts.RunsAsync(name));
        await _parts.WriteAsync(run, asset, Days(2, 3), ++version);
        await _parts.PlanAsync();
        Assert.Equal("0-7 running 9..9x1", (await _parts.SayAsync(name))[1]);
    }

    [Fact]
    public async Task Late_writes_join_the_queued_run_of_their_partition_and_make_another_while_it_runs_which_waits_for_its_end()
    {
        var asset = Partitions.Asset();
        var name = await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: 1d }}", more: "limits: { active_runs: 2 }");
        var run = await _parts.WriterAsync();
        for (var day = 0; day < 3; day++)
            await _parts.WriteAsync(run, asset, Days(day, day + 1), day + 1);
        await _parts.PlanAsync();
        Assert.Equal(["0-1 running 1..1x1", "1-2 running 2..2x1", "2-3 queued 3..3x1"], await _parts.SayAsync(name));
        var runs = await _parts.RunsAsync(name);
        await _parts.WriteAsync(run, asset, Days(2, 3), 4);
        await _parts.WriteAsync(run, asset, Days(2, 3), 5);
        await _parts.PlanAsync();
        await _parts.WriteAsync(run, asset, Days(2, 3), 6);
        await _parts.WriteAsync(run, asset, Days(0, 1), 7);
        await _parts.PlanAsync();
        await _parts.WriteAsync(run, asset, Days(0, 1), 8);
        await _parts.PlanAsync();
        Assert.Equal(["0-1 running 1..1x1", "1-2 running 2..2x1", "2-3 queued 3..6x4", "0-1 queued 7..8x2"], await _parts.SayAsync(name));

        // A place is free, and the older partition's second run would be the first in the order; it waits for the one that runs.
        await _parts.EndAsync(runs[1].Run.Id);
        Assert.Equal([RunStates.Running, RunStates.Success, RunStates.Running, RunStates.Queued], (await _parts.RunsAsync(name)).Select(r => r.Run.State));
        await _parts.EndAsync(runs[2].Run.Id);
        var again = (await _parts.RunsAsync(name))[3];
        Assert.Equal(RunStates.Queued, again.Run.State);
        var why = (await _parts.Explainer.RunAsync(again.Run.Id, CancellationToken.None))!;
        Assert.Equal((CauseCodes.PartitionRuns, runs[0].Run.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)), (why.Causes[0].Code, why.Causes[0].Values[0]));
        Assert.Equal($"Partition 2026-01-05T00:00:00Z/2026-01-06T00:00:00Z of {asset} version 8 (2 writes since version 7, the last by task 'write' of run {run}) started it.", why.StartedBy);
        await _parts.EndAsync(runs[0].Run.Id);
        Assert.Equal(RunStates.Running, (await _parts.RunsAsync(name))[3].Run.State);
    }

    [Fact]
    public async Task A_run_that_was_cleared_is_not_joined_and_the_two_go_one_after_the_other()
    {
        var asset = Partitions.Asset();
        var name = await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: as_written }}", more: "limits: { active_runs: 1 }");
        var run = await _parts.WriterAsync();
        await _parts.WriteAsync(run, asset, Days(0, 1), 1);
        await _parts.WriteAsync(run, asset, Days(1, 2), 2);
        await _parts.PlanAsync();
        var runs = await _parts.RunsAsync(name);
        await _parts.EndAsync(runs[0].Run.Id);
        await engine.Commands.ClearAsync(new ClearRequest { RunId = runs[0].Run.Id, By = "test" }, CancellationToken.None);
        await _parts.WriteAsync(run, asset, Days(0, 1), 3);
        await _parts.PlanAsync();
        Assert.Equal(["0-1 queued 1..1x1", "1-2 running 2..2x1", "0-1 queued 3..3x1"], await _parts.SayAsync(name));
        await engine.ExecuteAsync("update workflow set active_runs = 5 where name = @name", new { name });
        await _parts.StartAsync();
        Assert.Equal([RunStates.Running, RunStates.Running, RunStates.Queued], (await _parts.RunsAsync(name)).Select(r => r.Run.State));
    }

    [Fact]
    public async Task Writes_while_paused_are_one_run_for_each_partition_when_it_goes_on()
    {
        var asset = Partitions.Asset();
        var name = await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: '@daily' }}", more: "limits: { active_runs: 9 }");
        var run = await _parts.WriterAsync();
        await engine.Store.SetPausedAsync(name, true, CancellationToken.None);
        for (var version = 1; version <= 6; version++)
            await _parts.WriteAsync(run, asset, Days(version % 2, version % 2 + 1), version);
        await _parts.PlanAsync();
        Assert.Empty(await _parts.RunsAsync(name));
        await engine.Store.SetPausedAsync(name, false, CancellationToken.None);
        await _parts.PlanAsync();
        Assert.Equal(["0-1 running 2..6x3", "1-2 running 1..5x3"], await _parts.SayAsync(name));
    }

    [Fact]
    public async Task A_coarser_write_runs_each_finer_partition_and_a_very_coarse_one_goes_in_bites_without_loss()
    {
        var asset = Partitions.Asset();
        var name = await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: 1h }}");
        var run = await _parts.WriterAsync();
        await _parts.WriteAsync(run, asset, Days(0, 2), 1);
        await _parts.PlanAsync();
        Assert.Equal(48, (await _parts.RunsAsync(name)).Count);
        await _parts.WriteAsync(run, asset, Days(100, 200), 2);
        await _parts.PlanAsync();
        Assert.Equal(2_448, await _parts.CountAsync($"(select distinct interval_start from run where workflow = '{name}' and interval_end = interval_start + interval '1 hour') r"));
        Assert.Equal(2_448, await _parts.CountAsync($"run where workflow = '{name}'"));
        Assert.Equal(0, await _parts.CountAsync($"asset_update where workflow = '{name}'"));
    }

    [Fact]
    public async Task Partitions_of_another_zone_are_whole_when_the_days_on_both_sides_are_there()
    {
        var asset = Partitions.Asset();
        var name = await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: '@daily', timezone: Asia/Shanghai }}");
        var run = await _parts.WriterAsync();
        await _parts.WriteAsync(run, asset, Days(0, 1), 1);
        await _parts.PlanAsync();
        Assert.Empty(await _parts.RunsAsync(name));
        Assert.Equal(2, await _parts.CountAsync($"asset_update where workflow = '{name}'"));
        await _parts.WriteAsync(run, asset, Days(1, 2), 2);
        await _parts.PlanAsync();
        var only = Assert.Single(await _parts.RunsAsync(name));
        Assert.Equal((Partitions.Day(1).AddHours(-8), 2, 1), (only.Run.IntervalStart!.Value, (int)only.Assets![asset]!["updates"]!, (int)only.Assets[asset]!["from_version"]!));
    }

    [Fact]
    public async Task A_part_is_enough_where_the_schedule_says_so()
    {
        var asset = Partitions.Asset();
        var name = await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: '@monthly', partial: true }}");
        var run = await _parts.WriterAsync();
        await _parts.WriteAsync(run, asset, Days(0, 1), 1);
        await _parts.PlanAsync();
        await _parts.WriteAsync(run, asset, Days(1, 2), 2);
        await _parts.WriteAsync(run, asset, Days(2, 3), 3);
        await _parts.PlanAsync();
        Assert.Equal(["-4-27 running 1..1x1", "-4-27 queued 2..3x2"], await _parts.SayAsync(name));
    }

    [Fact]
    public async Task What_was_written_before_the_schedule_counts_as_there_but_starts_nothing_by_itself()
    {
        var asset = Partitions.Asset();
        var run = await _parts.WriterAsync();
        for (var day = 0; day < 6; day++)
            await _parts.WriteAsync(run, asset, Days(day, day + 1), day + 1);
        var name = await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: 7d, start: 2026-01-05 }}");
        await _parts.PlanAsync();
        Assert.Empty(await _parts.RunsAsync(name));
        await _parts.WriteAsync(run, asset, Days(6, 7), 7);
        await _parts.PlanAsync();
        Assert.Equal(["0-7 running 7..7x1"], await _parts.SayAsync(name));
    }

    [Fact]
    public async Task Another_grid_divides_what_waits_anew_and_the_same_grid_runs_nothing_twice()
    {
        var asset = Partitions.Asset();
        var name = await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: 2d, start: 2026-01-05 }}", more: "limits: { active_runs: 9 }");
        var run = await _parts.WriterAsync();
        // Touches two partitions, of which one becomes whole.
        await _parts.WriteAsync(run, asset, Days(0, 3), 1);
        await _parts.PlanAsync();
        Assert.Equal(["0-2 running 1..1x1"], await _parts.SayAsync(name));
        await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: 2d, start: 2026-01-05 }}", name, "limits: { active_runs: 9 }\ntitle: Another");
        await _parts.PlanAsync();
        Assert.Single(await _parts.RunsAsync(name));
        await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: 1d, start: 2026-01-05 }}", name, "limits: { active_runs: 9 }");
        await _parts.PlanAsync();
        Assert.Equal(["0-1 running 1..1x1", "1-2 running 1..1x1", "2-3 running 1..1x1"], (await _parts.SayAsync(name)).Skip(1));

        // Without partitions, whatever is written becomes one run again.
        await _parts.ApplyAsync($"{{ assets: [{asset}] }}", name, "limits: { active_runs: 9 }");
        await _parts.WriteAsync(run, asset, Days(5, 6), 2);
        await _parts.PlanAsync();
        Assert.False((await _parts.RunsAsync(name))[^1].Run.Partitioned);
    }

    [Fact]
    public async Task An_asset_less_or_a_part_that_is_enough_lets_go_what_waited()
    {
        var (one, two) = (Partitions.Asset(), Partitions.Asset());
        var name = await _parts.ApplyAsync($"{{ assets: [{one}, {two}], partitions: '@daily' }}");
        var run = await _parts.WriterAsync();
        await _parts.WriteAsync(run, one, Days(0, 1), 1);
        await _parts.PlanAsync();
        Assert.Empty(await _parts.RunsAsync(name));
        await _parts.ApplyAsync($"{{ assets: [{one}], partitions: '@daily' }}", name);
        await _parts.PlanAsync();
        Assert.Equal(["0-1 running 1..1x1"], await _parts.SayAsync(name));
    }

    [Fact]
    public async Task Start_end_and_skipped_days_bound_the_partitions()
    {
        var asset = Partitions.Asset();
        var name = await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: '@daily', start: 2026-01-08, end: 2026-01-14, skip: [weekend] }}", more: "limits: { active_runs: 9 }");
        var run = await _parts.WriterAsync();
        for (var day = 0; day < 12; day++)
            await _parts.WriteAsync(run, asset, Days(day, day + 1), day + 1);
        await _parts.PlanAsync();
        // Friday goes on over the weekend.
        Assert.Equal(["3-4 running 4..4x1", "4-7 running 5..7x3", "7-8 running 8..8x1", "8-9 running 9..9x1"], await _parts.SayAsync(name));
        Assert.Equal(0, await _parts.CountAsync($"asset_update where workflow = '{name}'"));
    }

    [Fact]
    public async Task Writes_without_an_interval_and_a_workflow_s_own_start_no_partition_and_replace_interval_means_the_run_s()
    {
        var asset = Partitions.Asset();
        var name = await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: as_written }}");
        var run = await _parts.WriterAsync(Days(3, 4));
        await _parts.WriteAsync(run, asset, null, 1, "replace");
        await _parts.WriteAsync(run, asset, Days(2, 3), 2, workflow: name);
        await _parts.PlanAsync();
        Assert.Empty(await _parts.RunsAsync(name));
        await _parts.WriteAsync(run, asset, null, 3, "replace-interval");
        await _parts.PlanAsync();
        Assert.Equal(["3-4 running 3..3x1"], await _parts.SayAsync(name));
    }

    [Fact]
    public async Task A_write_that_is_committed_behind_a_later_one_is_not_lost()
    {
        var asset = Partitions.Asset();
        var name = await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: 2d, start: 2026-01-05 }}");
        var run = await _parts.WriterAsync();
        await using var slow = await engine.Database.OpenAsync(CancellationToken.None);
        await using var open = await slow.BeginTransactionAsync();
        await using (var batch = new SqlBatch(slow, open))
        {
            AssetUpdates.AddInsert(batch, [new AssetWriter(run, "write", "writer", Partitions.Facts(asset, Days(0, 1), 1))]);
            await batch.ExecuteAsync(CancellationToken.None);
        }
        await _parts.WriteAsync(run, asset, Days(1, 2), 2);
        await _parts.PlanAsync();
        Assert.Empty(await _parts.RunsAsync(name));
        await open.CommitAsync();
        await _parts.PlanAsync();
        Assert.Equal(["0-2 running 1..2x2"], await _parts.SayAsync(name));
    }

    [Fact]
    public async Task A_write_that_is_committed_while_its_partition_is_looked_at_is_told_to_the_run_that_it_completes()
    {
        var asset = Partitions.Asset();
        var name = await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: 2d, start: 2026-01-05 }}");
        var run = await _parts.WriterAsync();
        await _parts.WriteAsync(run, asset, Days(0, 1), 1);
        await using var last = await engine.Database.OpenAsync(CancellationToken.None);
        await using var open = await last.BeginTransactionAsync();
        // The planner has read what waits, and stands before it reads how far the partition is there.
        await last.ExecuteAsync("lock table asset_write in access exclusive mode");
        var plan = _parts.PlanAsync();
        await EngineFixture.UntilAsync(async () => await _parts.CountAsync("pg_locks where not granted and relation = 'asset_write'::regclass") > 0);
        await using (var batch = new SqlBatch(last, open))
        {
            AssetUpdates.AddInsert(batch, [new AssetWriter(run, "write", "writer", Partitions.Facts(asset, Days(1, 2), 2))]);
            await batch.ExecuteAsync(CancellationToken.None);
        }
        await open.CommitAsync();
        await plan;
        await _parts.PlanAsync();
        Assert.Equal(["0-2 running 1..2x2"], await _parts.SayAsync(name));
    }

    [Fact]
    public async Task A_backfill_of_what_is_missing_goes_by_partitions_and_passes_over_those_that_ran()
    {
        var asset = Partitions.Asset();
        var name = await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: '@daily', timezone: Asia/Shanghai }}", more: "limits: { active_runs: 9 }");
        var run = await _parts.WriterAsync();
        await _parts.WriteAsync(run, asset, new DataInterval(Partitions.Day(1).AddHours(-8), Partitions.Day(2).AddHours(-8)), 1);
        await _parts.PlanAsync();
        var ran = Assert.Single(await _parts.RunsAsync(name));
        var schedule = (await engine.Definitions.GetAsync(name, 1, CancellationToken.None)).Definition!.Schedule;
        var backfill = await engine.Commands.BackfillAsync(new BackfillRequest { Workflow = name, Intervals = RunRange.Intervals(schedule, null, "2026-01-05", "2026-01-08"), By = "test", DryRun = true }, CancellationToken.None);
        Assert.Equal([Partitions.Day(0).AddHours(-8), Partitions.Day(2).AddHours(-8)], backfill.Intervals.Select(i => i.Start));
        Assert.Equal(ran.Run.Id, Assert.Single(backfill.Left).RunId);
    }

    [Fact]
    public async Task A_producer_s_task_starts_the_run_of_its_interval_on_a_node()
    {
        var asset = Partitions.Asset();
        var writer = await engine.ApplyAsync($"  - {{ id: write, activity: test.asset, with: {{ asset: {asset}, version: \"{{{{ run.id }}}}\", operation: replace-interval }} }}", "schedule: { cron: '@daily', start: 2026-01-05 }\nlimits: { active_runs: 4 }");
        var name = await _parts.ApplyAsync($"{{ assets: [{asset}], partitions: '0 0 * * MON' }}", more: "", tasks: $"  - {{ id: a, activity: test.echo, with: {{ value: \"{{{{ run.trigger }}}} {{{{ interval.start | date 'MM-dd' }}}} {{{{ run.assets['{asset}'].updates }}}}\" }} }}");
        // Its own schedule stands still: only the backfill writes.
        await engine.Store.SetPausedAsync(writer, true, CancellationToken.None);
        await using var node = engine.StartNode(writer, o => o with { Queues = [writer, name] });
        var intervals = RunRange.Intervals((await engine.Definitions.GetAsync(writer, 1, CancellationToken.None)).Definition!.Schedule, null, "2026-01-05", "2026-01-13");
        await engine.Commands.BackfillAsync(new BackfillRequest { Workflow = writer, Intervals = intervals, By = "test", NewestFirst = true }, CancellationToken.None);
        IReadOnlyList<History.RunDetail> runs = [];
        var since = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        // Two runs are wrong for good: they end the wait too.
        while ((runs = await _parts.RunsAsync(name)) is not [{ Run.State: RunStates.Success or RunStates.Failed }] and not [_, _, ..])
        {
            if (TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(60))
                Assert.Fail($"follower: {string.Join("; ", runs.Select(Partitions.Say))}; writer: {string.Join("; ", (await _parts.RunsAsync(writer)).Select(r => $"{r.Run.IntervalStart:MM-dd} {r.Run.State}"))}");
            await timer.WaitForNextTickAsync();
        }
        Assert.Equal(RunStates.Success, Assert.Single(runs).Run.State);
        Assert.Equal("assets 01-05 7", (string?)runs[0].Task("a").Outputs!["value"]);
    }
}
