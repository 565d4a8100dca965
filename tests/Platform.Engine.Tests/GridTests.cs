using Platform.Engine.History;
using Platform.Engine.Planning;

namespace Platform.Engine.Tests;

/// <summary>What the pages read of runs: the grid, its pages, moves and retries.</summary>
public sealed class GridTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private GridQueries Grids => new(engine.Database, engine.Definitions);

    [Fact]
    public async Task A_cell_tells_state_elements_attempts_and_time_and_a_row_its_group_and_role()
    {
        var name = await engine.ApplyAsync("""
              - { id: open, activity: test.noop, role: setup }
              - { id: list, activity: test.echo, after: [open], group: load, with: { value: x } }
              - { id: part, activity: test.noop, after: [list], group: load/parts, map: { over: [1, 2, 3], as: part } }
              - { id: flaky, activity: test.fail, after: [part], retries: 2, retry_delay: 10ms, with: { times: 1 } }
              - { id: close, activity: test.noop, role: teardown, after: [open, flaky] }
            """);
        var run = await engine.RunAsync(name);

        var grid = await Grids.GetAsync(name, 25, CancellationToken.None);
        Assert.Equal([run.Run.Id], grid.Runs.Select(r => r.Id));
        Assert.Equal(["open setup", "list load", "part load/parts", "flaky", "close teardown"], grid.Tasks.Select(t => $"{t.Id} {t.Group}{t.Role}".Trim()));
        var cells = grid.Tasks.ToDictionary(t => t.Id, t => t.Cells[0]!);
        Assert.Equal((true, 3, 3), (grid.Tasks[2].Mapped, cells["part"].Instances, cells["part"].Ended));
        Assert.Equal((2, 1), (cells["flaky"].Attempts, cells["open"].Attempts));
        Assert.All(cells.Values, c => Assert.True(c is { State: "success", Seconds: >= 0 }));
        Assert.False(grid.Older || grid.Newer);
    }

    [Fact]
    public async Task Pages_of_a_grid_neither_repeat_nor_leave_out_a_run()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }", "limits: { active_runs: 1 }");
        var ids = new List<long>();
        for (var i = 0; i < 7; i++)
            ids.Insert(0, await engine.TriggerAsync(name));

        var newest = await Grids.GetAsync(name, 3, null, null, CancellationToken.None);
        Page(newest, ids[..3], older: true, newer: false);
        var older = await Grids.GetAsync(name, 3, newest.Runs[^1].Id, null, CancellationToken.None);
        Page(older, ids[3..6], older: true, newer: true);
        var oldest = await Grids.GetAsync(name, 3, older.Runs[^1].Id, null, CancellationToken.None);
        Page(oldest, ids[6..], older: false, newer: true);
        var back = await Grids.GetAsync(name, 3, null, oldest.Runs[0].Id, CancellationToken.None);
        Page(back, ids[3..6], older: true, newer: true);
        var last = await Grids.GetAsync(name, 3, null, back.Runs[0].Id, CancellationToken.None);
        Page(last, ids[..3], older: true, newer: false);

        static void Page(RunGrid grid, List<long> runs, bool older, bool newer)
        {
            Assert.Equal(runs, grid.Runs.Select(r => r.Id));
            Assert.Equal((older, newer), (grid.Older, grid.Newer));
        }
    }

    [Fact]
    public async Task A_grid_of_no_runs_is_empty()
    {
        var grid = await Grids.GetAsync("nobody", 25, null, null, CancellationToken.None);
        Assert.True(grid is { Runs.Count: 0, Tasks.Count: 0, Older: false, Newer: false });
    }

    [Fact]
    public async Task A_page_asks_only_for_runs_of_its_own_workflow()
    {
        var (mine, other) = (await engine.ApplyAsync("  - { id: a, activity: test.noop }"), await engine.ApplyAsync("  - { id: a, activity: test.noop }"));
        var (run, another) = (await engine.TriggerAsync(mine), await engine.TriggerAsync(other));

        Assert.True(await engine.Runs.AnyOfAsync(mine, [another, run], CancellationToken.None));
        Assert.False(await engine.Runs.AnyOfAsync(mine, [another], CancellationToken.None));
    }

    [Fact]
    public async Task Only_instances_that_were_tried_again_have_their_attempts_in_the_time_line()
    {
        var run = await engine.RunAsync(await engine.ApplyAsync("""
              - { id: once, activity: test.noop }
              - { id: flaky, activity: test.fail, retries: 2, retry_delay: 10ms, with: { times: 1 } }
            """));

        var attempts = await engine.Runs.RetriesAsync(run.Run.Id, CancellationToken.None);
        Assert.Equal(["flaky 1 failed", "flaky 2 success"], attempts.Select(a => $"{a.TaskId} {a.Number} {a.State}"));
    }

    [Fact]
    public async Task A_run_tells_when_it_was_moved_from_which_version_to_which_and_by_whom()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }");
        var run = await engine.TriggerAsync(name);
        Assert.Empty(await engine.Runs.MovesAsync(run, CancellationToken.None));
        await engine.ApplyAsync(name, "  - { id: b, activity: test.noop }", "");
        await new RunMove(engine.Database, engine.Definitions).MoveAsync(run, 2, "ada", CancellationToken.None);

        var move = Assert.Single(await engine.Runs.MovesAsync(run, CancellationToken.None));
        Assert.Equal((1, 2, "ada"), (move.FromVersion, move.ToVersion, move.MovedBy));
    }
}
