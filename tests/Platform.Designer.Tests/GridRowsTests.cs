using Platform.Designer.Workflows;
using Platform.Engine.History;

namespace Platform.Designer.Tests;

public sealed class GridRowsTests
{
    [Fact]
    public void Tasks_of_a_group_stand_together_where_the_first_of_them_does()
    {
        var rows = Rows(Grid(("a", null), ("x", "load"), ("b", null), ("y", "load/raw"), ("z", "load")));

        Assert.Equal(["a", "load", "x", "load/raw", "y", "z", "b"], rows.Select(r => r.Id));
        Assert.Equal([0, 0, 1, 1, 2, 1, 0], rows.Select(r => r.Depth));
        Assert.Equal("raw", rows[3].Title);
    }

    [Fact]
    public void A_closed_group_hides_its_tasks_and_shows_the_state_that_most_needs_a_look()
    {
        var grid = Grid(("x", "load"), ("y", "load/raw"));
        var failed = grid with { Tasks = [grid.Tasks[0], grid.Tasks[1] with { Cells = [new GridCell("failed", 1, 1, 2), null] }] };

        var row = Assert.Single(Rows(failed, "load"));
        Assert.Equal(("load", false), (row.Id, row.Open!.Value));
        Assert.Equal("failed", row.Cells[0]!.Value.State);
        Assert.Equal("success", row.Cells[1]!.Value.State);
    }

    [Fact]
    public void A_group_that_no_run_has_had_yet_has_empty_cells()
    {
        var grid = Grid(("x", "load"));
        Assert.All(Rows(grid with { Tasks = [grid.Tasks[0] with { Cells = [null, null] }] }), r => Assert.All(r.Cells, c => Assert.Null(c)));
    }

    [Fact]
    public void A_row_that_says_the_same_is_equal_and_one_cell_makes_it_differ()
    {
        var grid = Grid(("x", null));
        Assert.Equal(Rows(grid)[0], Rows(grid)[0]);
        Assert.NotEqual(Rows(grid)[0], Rows(grid with { Tasks = [grid.Tasks[0] with { Cells = [new GridCell("running", 1, 0, null), grid.Tasks[0].Cells[1]] }] })[0]);
    }

    [Fact]
    public void A_mapped_task_shows_how_much_of_it_has_ended_while_it_goes_on()
    {
        var grid = Grid(("x", null));
        var rows = Rows(grid with { Tasks = [grid.Tasks[0] with { Cells = [new GridCell("running", 8, 6, null), new GridCell("success", 8, 8, 3)] }] });

        Assert.Equal([75, null], rows[0].Cells.Select(c => c!.Value.Share));
    }

    private static IReadOnlyList<GridRow> Rows(RunGrid grid, params string[] closed) => GridRows.Of(grid, closed.ToHashSet(), c => c.State);

    private static RunGrid Grid(params (string Id, string? Group)[] tasks) => new()
    {
        Workflow = "shop",
        Runs = [Run(2), Run(1)],
        Tasks = [.. tasks.Select(t => new GridTask(t.Id, t.Id, [new GridCell("success", 1, 1, 1), new GridCell("success", 1, 1, 1)]) { Group = t.Group })],
    };

    private static GridRun Run(long id) => new() { Id = id, Version = 1, Kind = "manual", State = "success", QueuedAt = DateTimeOffset.UnixEpoch };
}
