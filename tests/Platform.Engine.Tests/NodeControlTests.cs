using Platform.Engine.Explain;
using Platform.Engine.History;
using Platform.Engine.Maintenance;
using Platform.Engine.Queue;

namespace Platform.Engine.Tests;

/// <summary>What an operator does to nodes.</summary>
public sealed class NodeControlTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private NodeControl Control => new(engine.Database);

    private WorkflowQueries Queries => new(engine.Database);

    [Fact]
    public async Task A_drained_node_finishes_what_it_runs_and_takes_nothing_new_while_another_works_on()
    {
        var meet = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: a, activity: test.table, with: {{ meet: {meet} }} }}");
        var quick = await QuickAsync(name);
        var one = $"{name}-one";
        await using var first = engine.StartNode(name, o => o with { Name = one });
        await ListedAsync(one);
        var held = await engine.TriggerAsync(name);
        await Meeting.Of($"{meet} began");

        Assert.True(await Control.DrainAsync(one, "ann", CancellationToken.None));
        Assert.False(await Control.DrainAsync(one, "ann", CancellationToken.None));
        var waits = await engine.TriggerAsync(quick);
        await engine.UntilAsync(waits, r => r.Tasks is [{ State: TaskStates.Queued }]);
        var why = (await new Explainer(engine.Database, engine.Definitions).TaskAsync(waits, "a", -1, CancellationToken.None))!;
        Assert.Contains(why.Causes, c => c.Code == CauseCodes.Drained && c.Text.Contains(one, StringComparison.Ordinal));

        // What it has goes on, and what waits is for the other.
        await using (var second = engine.StartNode(name, o => o with { Name = $"{name}-two" }))
        {
            var taken = await engine.EndedAsync(waits);
            Assert.Equal(RunStates.Success, taken.Run.State);
            Assert.Equal($"{name}-two", Assert.Single(await engine.Runs.AttemptsAsync(waits, "a", -1, CancellationToken.None)).Node);
            Assert.Equal((1, "ann"), (await NodeAsync(one) is { DrainedAt: not null } row ? (row.Running, row.DrainedBy) : default));
            Meeting.Reach(meet);
            Assert.Equal(RunStates.Success, (await engine.EndedAsync(held)).Run.State);
            Assert.Equal(one, Assert.Single(await engine.Runs.AttemptsAsync(held, "a", -1, CancellationToken.None)).Node);
            await EngineFixture.UntilAsync(async () => (await NodeAsync(one))!.Running == 0);
        }

        // Alone again it leaves what is ready until somebody lets it; the watch counts no place in its queue.
        var later = await engine.TriggerAsync(quick);
        await engine.UntilAsync(later, r => r.Tasks is [{ State: TaskStates.Queued }]);
        Assert.Equal(0, (await new DatabaseWatch(engine.Database, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).ReadAsync(CancellationToken.None)).Queues.Single(q => q.Queue == name).Places);
        Assert.True(await Control.ResumeAsync(one, "bob", CancellationToken.None));
        Assert.False(await Control.ResumeAsync(one, "bob", CancellationToken.None));
        Assert.Equal(RunStates.Success, (await engine.EndedAsync(later)).Run.State);
        Assert.Null((await NodeAsync(one))!.DrainedAt);
        Assert.Equal([("resume", "bob"), ("drain", "ann")], (await Control.ActionsAsync(200, CancellationToken.None)).Where(a => a.Node == one).Select(a => (a.Action, a.By)));
    }

    [Fact]
    public async Task Only_a_node_that_is_not_heard_of_goes_from_the_list_and_what_it_held_is_taken_over()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }");
        var lost = $"{name}-lost";
        await engine.ExecuteAsync("insert into node (name, host, process_id, version, roles, queues, concurrency) values (@lost, 'h', 1, '1', '{worker}', array[@name], 4)", new { lost, name });
        var refused = await Assert.ThrowsAsync<EngineException>(() => Control.RemoveAsync(lost, "ann", CancellationToken.None));
        Assert.Equal("conflict", refused.Kind);

        // It died with a task in its hands.
        var run = await engine.TriggerAsync(name);
        var ledger = new RunLedger(engine.Definitions);
        var exchange = await new AttemptStore(engine.Database, ledger, new RunStart(engine.Definitions, ledger)).ExchangeAsync([], new ClaimRequest(lost, [name], 1, TimeSpan.FromMilliseconds(200), new NodeResources(1, 1e9, 0)), CancellationToken.None);
        Assert.Single(exchange.Claimed);
        await engine.ExecuteAsync("update node set heartbeat_at = now() - interval '40 seconds' where name = @lost", new { lost });
        var notThere = await Assert.ThrowsAsync<EngineException>(() => Control.DrainAsync(lost, "ann", CancellationToken.None));
        Assert.Equal("conflict", notThere.Kind);
        await Control.RemoveAsync(lost, "ann", CancellationToken.None);
        Assert.Null(await NodeAsync(lost));
        Assert.Equal("not-found", (await Assert.ThrowsAsync<EngineException>(() => Control.RemoveAsync(lost, "ann", CancellationToken.None))).Kind);
        Assert.Equal(("remove", "ann"), Assert.Single(await Control.ActionsAsync(200, CancellationToken.None), a => a.Node == lost) is var action ? (action.Action, action.By) : default);

        await using var other = engine.StartNode(name);
        Assert.Equal(RunStates.Success, (await engine.EndedAsync(run)).Run.State);
    }

    /// <summary>Another workflow in the same queue.</summary>
    private async Task<string> QuickAsync(string queue)
    {
        var name = EngineFixture.NewName();
        await engine.ApplyAsync(name, "  - { id: a, activity: test.noop }", $"defaults: {{ queue: {queue} }}");
        return name;
    }

    private async Task<NodeRow?> NodeAsync(string name) => (await Queries.NodesAsync(CancellationToken.None)).FirstOrDefault(n => n.Name == name);

    private Task ListedAsync(string name) => EngineFixture.UntilAsync(async () => await NodeAsync(name) is not null);
}
