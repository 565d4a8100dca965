using Platform.Designer.Author;
using Platform.Engine.History;
using Platform.Workflows.Definition;

namespace Platform.Designer.Tests;

public sealed class WorkerChecksTests
{
    private static readonly WorkflowDocument Document = WorkflowReader.Read("""
        name: w
        tasks:
          - { id: a, activity: control.noop }
          - id: b
            activity: control.noop
            queue: gpus
        """, null);

    [Fact]
    public void A_queue_without_a_live_worker_is_told_at_its_line()
    {
        var problem = Assert.Single(WorkerChecks.Check(Document, [Node("default", "gpu"), Node("gpus") with { Alive = false }, Node("gpus") with { Stopping = true }]));

        Assert.Equal(("b", "queue", 6), (problem.TaskId, problem.Field, problem.Line));
        Assert.Contains("Did you mean 'gpu'?", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_told_where_workers_take_all_and_each_task_where_none_runs()
    {
        Assert.Empty(WorkerChecks.Check(Document, [Node("default", "gpus")]));
        Assert.Equal(["a", "b"], WorkerChecks.Check(Document, []).Select(p => p.TaskId));
    }

    private static NodeRow Node(params string[] queues) => new()
    {
        Name = "n",
        Host = "h",
        ProcessId = 1,
        Version = "1",
        Roles = ["worker"],
        Queues = queues,
        Concurrency = 2,
        Running = 0,
        StartedAt = DateTimeOffset.UnixEpoch,
        HeartbeatAt = DateTimeOffset.UnixEpoch,
        Alive = true,
        Stopping = false,
    };
}
