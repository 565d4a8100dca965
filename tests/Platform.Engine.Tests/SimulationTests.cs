using Platform.Engine.Definitions;
using Platform.Engine.Planning;
using Platform.Engine.Queue;
using Platform.Engine.Simulate;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Engine.Tests;

/// <summary>What if?</summary>
public sealed class SimulationTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private Simulation Simulation => new(engine.Database, engine.Definitions);

    [Fact]
    public async Task A_simulated_backfill_takes_as_long_as_the_real_one()
    {
        await engine.ExecuteAsync("insert into pool (name, slots) values ('press', 2)");
        var name = await engine.ApplyAsync("""
              - { id: read, activity: test.wait, with: { seconds: 0.2, elements: 3 } }
              - { id: work, activity: test.wait, after: [read], pool: press, with: { seconds: 0.3 }, map: { over: "{{ tasks.read.outputs.list }}", as: item } }
              - { id: side, activity: test.wait, after: [read], with: { seconds: 0.5 } }
              - { id: join, activity: test.wait, after: [work, side], with: { seconds: 0.1 } }
            """, "schedule: { cron: '0 0 * * *', start: 2024-01-01 }\nlimits: { active_runs: 2, active_tasks: 4 }");
        await using var node = engine.StartNode(name, o => o with { Concurrency = 4 });
        await engine.EndedAsync(await engine.TriggerAsync(name));
        var intervals = RunRange.Intervals((await engine.Definitions.GetAsync(name, 1, CancellationToken.None)).Definition!.Schedule, null, "2024-02-01", "2024-02-07");
        var made = await engine.Commands.BackfillAsync(new BackfillRequest { Workflow = name, Intervals = intervals, By = "test" }, CancellationToken.None);
        foreach (var run in made.RunIds)
            await engine.EndedAsync(run);
        var measured = await engine.ScalarAsync<double>("select extract(epoch from max(ended_at) - min(started_at))::float8 from run where id = any(@ids)", new { ids = made.RunIds.ToArray() });

        var simulated = await RunAsync(new SimulatedWorkflow { Name = name, From = "2024-02-01", To = "2024-02-07", Backfill = true });
        Assert.Equal(6, simulated.Runs.Count);
        // 6 runs, 3 elements of 0.3 s each in 2 slots: 2.7 s of the pool at least.
        Assert.InRange(simulated.MakespanSeconds!.Value, 2.7, 6);
        // The simulation leaves out the way from task to task: a few milliseconds on a quiet machine, many on one that runs every other test at the same time.
        Assert.InRange(measured / simulated.MakespanSeconds.Value, 0.85, 2);
        var pool = Assert.Single(simulated.Pools);
        Assert.Equal(("press", 2, 2d), (pool.Name, pool.Capacity, pool.Peak));
        Assert.InRange(pool.Mean, 1, 2);
        Assert.Equal("join", simulated.CriticalPath[^1].TaskId);
        Assert.All(simulated.CriticalPath.Zip(simulated.CriticalPath.Skip(1)), p => Assert.True(p.First.Ended <= p.Second.Started));
        Assert.Contains(simulated.Assumptions, a => a is { TaskId: "work", Elements: 3, Basis: "recorded" });

        // Twice the slots and the runs at once are faster, and a longer task is slower.
        var wider = await RunAsync(new SimulatedWorkflow { Name = name, From = "2024-02-01", To = "2024-02-07", Backfill = true, ActiveRuns = 6 }, r => r with { Workers = 4, With = new Dictionary<string, int> { ["press"] = 8, ["active_tasks"] = 64 } });
        Assert.True(wider.MakespanSeconds < simulated.MakespanSeconds / 2, $"{wider.MakespanSeconds} {simulated.MakespanSeconds}");
        var slower = await RunAsync(new SimulatedWorkflow { Name = name, From = "2024-02-01", To = "2024-02-07", Backfill = true }, r => r with { Durations = new Dictionary<string, TimeSpan> { ["side"] = TimeSpan.FromSeconds(30) } });
        Assert.InRange(slower.MakespanSeconds!.Value, 90, 100);
    }

    [Fact]
    public async Task A_month_of_a_schedule_tells_how_late_runs_start_when_they_take_longer_than_their_interval()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }", "schedule: { every: 1h, start: 2024-01-01 }");
        var fits = await RunAsync(new SimulatedWorkflow { Name = name, From = "2024-03-01", To = "2024-04-01" }, r => r with { Workers = 1, DefaultDuration = TimeSpan.FromMinutes(30) });
        Assert.Equal((744, 0d, 0), (fits.Runs.Count, fits.Lateness.Most, fits.Lateness.Overlapping));
        Assert.Equal("default", fits.Assumptions[0].Basis);
        Assert.InRange(fits.Queues[0].Mean, 0.45, 0.55);
        var late = await RunAsync(new SimulatedWorkflow { Name = name, From = "2024-03-01", To = "2024-03-02" }, r => r with { Workers = 1, DefaultDuration = TimeSpan.FromMinutes(90) });
        // Each run waits for the one before: half an hour more each time.
        Assert.Equal(23 * 1800d, late.Lateness.Most, 1d);
        Assert.Equal(23, late.Lateness.Overlapping);
        Assert.Equal(24, late.CriticalPath.Count);
        Assert.Equal("active_runs", late.CriticalPath[^1].WaitedFor);
    }

    [Fact]
    public async Task A_task_that_depends_on_the_past_makes_runs_follow_each_other_there()
    {
        var name = await engine.ApplyAsync("""
              - { id: free, activity: test.noop }
              - { id: chained, activity: test.noop, after: [free], depends_on_past: true }
            """, "schedule: { cron: '0 0 * * *', start: 2024-01-01 }");
        var simulated = await RunAsync(
            new SimulatedWorkflow { Name = name, From = "2024-02-01", To = "2024-02-11", Backfill = true, ActiveRuns = 10 },
            r => r with { Workers = 1, Concurrency = 100, DefaultDuration = TimeSpan.FromSeconds(10) });
        Assert.Empty(simulated.Stuck);
        Assert.All(simulated.Runs, r => Assert.NotNull(r.Ended));
        Assert.Equal(110d, simulated.MakespanSeconds);
        // They start at once, and end in order.
        var ends = simulated.Runs.OrderBy(r => r.IntervalStart).Select(r => r.Ended!.Value).ToList();
        Assert.Equal(ends.Order(), ends);
        var refused = await Assert.ThrowsAsync<EngineException>(() => RunAsync(
            new SimulatedWorkflow { Name = name, From = "2024-02-01", To = "2024-02-11", Backfill = true, NewestFirst = true }, r => r with { DefaultDuration = TimeSpan.FromSeconds(1) }));
        Assert.Contains("'chained'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_no_worker_can_take_is_told_and_nothing_is_made_up()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop, resources: { gpu: 64 } }");
        var stuck = await RunAsync(new SimulatedWorkflow { Name = name }, r => r with { Workers = 1, DefaultDuration = TimeSpan.FromSeconds(1) });
        Assert.Null(stuck.End);
        Assert.Contains("gpu 64", Assert.Single(stuck.Stuck), StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<EngineException>(() => RunAsync(new SimulatedWorkflow { Name = name }));
        Assert.Contains("--duration a=30s", unknown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("workers", "0")]
    [InlineData("percentile", "101")]
    [InlineData("parts", "0")]
    [InlineData("no such pool", "1")]
    [InlineData("duration of no task", "1")]
    [InlineData("range", "backwards")]
    [InlineData("workflow", "missing")]
    [InlineData("workflow", "none")]
    [InlineData("workflow", "twice")]
    public async Task A_wrong_assumption_is_refused(string what, string value)
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }", "schedule: { cron: '0 0 * * *' }");
        SimulationRequest Wrong(SimulationRequest r) => (what, value) switch
        {
            ("workers", _) => r with { Workers = 0 },
            ("percentile", _) => r with { Percentile = 101 },
            ("parts", _) => r with { Parts = 0 },
            ("no such pool", _) => r with { With = new Dictionary<string, int> { ["nope"] = 1 } },
            ("duration of no task", _) => r with { Durations = new Dictionary<string, TimeSpan> { ["nope"] = TimeSpan.Zero } },
            ("range", _) => r with { Workflows = [new SimulatedWorkflow { Name = name, From = "2024-02-02", To = "2024-02-01" }] },
            (_, "missing") => r with { Workflows = [new SimulatedWorkflow { Name = "nope" }] },
            (_, "none") => r with { Workflows = [] },
            _ => r with { Workflows = [r.Workflows[0], r.Workflows[0]] },
        };
        var refused = await Assert.ThrowsAsync<EngineException>(() => RunAsync(new SimulatedWorkflow { Name = name }, r => Wrong(r with { DefaultDuration = TimeSpan.FromSeconds(1) })));
        Assert.Equal(value == "missing" ? "not-found" : "bad-input", refused.Kind);
    }

    [Fact]
    public void Claims_share_fairly_between_workflows_and_take_the_highest_priority_first()
    {
        static (SimulatedRun Run, RunGraph Graph) Of(long id, string name, int tasks, int priority)
        {
            var graph = new RunGraph(new WorkflowDefinition { Name = name, Title = name, Tasks = [.. Enumerable.Range(0, tasks).Select(i => new TaskDefinition { Id = $"t{i}", Activity = "x", Priority = priority })] });
            return (new SimulatedRun(id, name, graph), graph);
        }
        var world = new SimulatedWorld
        {
            Nodes = [new SimulatedNode("n", null, 4, new NodeResources(0, 0, 0))],
            Pools = new Dictionary<string, int>(),
            Workflows = new Dictionary<string, (int, int)> { ["big"] = (1, 100), ["small"] = (1, 100), ["urgent"] = (1, 100) },
            Duration = (_, _) => 1,
            Elements = (_, _) => 1,
        };
        var simulator = new Simulator(world);
        var (big, small, urgent) = (Of(1, "big", 40, 0).Run, Of(2, "small", 4, 0).Run, Of(3, "urgent", 2, 5).Run);
        simulator.Add(big);
        simulator.Add(small);
        simulator.Add(urgent);
        simulator.Run(null, CancellationToken.None);
        Assert.Equal(1, urgent.Ended);
        // One of small's four starts beside urgent's two; then each workflow has half of the places.
        Assert.Equal(3, small.Ended);
        Assert.Equal(12, big.Ended);
        Assert.Equal(4, simulator.QueueLoad["default"].Peak);
    }

    private Task<SimulationResult> RunAsync(SimulatedWorkflow workflow, Func<SimulationRequest, SimulationRequest>? change = null)
    {
        var request = new SimulationRequest { Workflows = [workflow] };
        return Simulation.RunAsync(change?.Invoke(request) ?? request, null, CancellationToken.None);
    }
}
