using Platform.Workflows.Definition;

namespace Platform.Workflows.Tests.Definition;

public class WorkflowGraphTests
{
    private static WorkflowGraph Graph(params string[] tasks) => new([.. tasks.Select(t => t.Split('<')).Select(p => new TaskDefinition
    {
        Id = p[0],
        Activity = "control.noop",
        After = p.Length == 1 ? [] : p[1].Split(','),
    })]);

    [Fact]
    public void Order_respects_edges_and_the_files_order()
    {
        var graph = Graph("d<b,c", "b<a", "c<a", "a", "e");

        Assert.Equal(["a", "b", "c", "d", "e"], graph.Order);
        Assert.Null(graph.Cycle);
        Assert.Equal([["a", "e"], ["b", "c"], ["d"]], graph.Levels);
        Assert.Equal(["b", "c"], graph.Upstream("d"));
        Assert.Equal(["b", "c"], graph.Downstream("a").Order());
        Assert.Equal(["a", "b", "c"], graph.AllUpstream("d").Order());
        Assert.Equal(["b", "c", "d"], graph.AllDownstream("a").Order());
        Assert.True(graph.IsUpstream("a", "d"));
        Assert.False(graph.IsUpstream("d", "a"));
    }

    [Fact]
    public void A_cycle_is_found_where_two_tasks_have_one_of_its_ids()
    {
        var graph = Graph("a<b", "b<a", "a");

        Assert.Equal(["a", "b", "a"], graph.Cycle!);
    }

    [Fact]
    public void Tasks_on_and_behind_a_cycle_are_left_out()
    {
        var graph = Graph("a", "b<a,d", "c<b", "d<c", "e<d");

        Assert.Equal(["a"], graph.Order);
        Assert.Equal(4, graph.Cycle!.Count);
        Assert.Equal(graph.Cycle[0], graph.Cycle[^1]);
    }

    [Fact]
    public void Unknown_tasks_upstream_are_left_out() => Assert.Equal(["a"], Graph("a<nobody").Order);
}
