using Dapper;
using Platform.Engine.Maintenance;

namespace Platform.Engine.Tests;

/// <summary>What people who run the platform look at.</summary>
public sealed class OperationsTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private OperationsQueries Queries => new(engine.Database);

    [Fact]
    public async Task A_task_that_runs_is_told_with_its_lease_until_it_ends()
    {
        await using var connection = await engine.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("""
            insert into task_queue (run_id, task_id, map_index, generation, workflow, version, queue, node, attempt_id, leased_until, number, pool, cancel_requested)
            values (900001, 'load', 3, 1, 'lease-test', 1, 'q-lease', 'node-1', 77, now() + interval '30 s', 2, 'presses', true), (900001, 'free', -1, 1, 'lease-test', 1, 'q-lease', null, null, null, 1, null, false)
            """);
        var lease = Assert.Single(await Queries.LeasesAsync(CancellationToken.None), l => l.RunId == 900001);
        Assert.Equal(("node-1", "load", 3, "q-lease", 2, "presses", true), (lease.Node, lease.TaskId, lease.MapIndex, lease.Queue, lease.Number, lease.Pool, lease.CancelRequested));
        Assert.Null(lease.StartedAt);
        await connection.ExecuteAsync("delete from task_queue where run_id = 900001");
        Assert.DoesNotContain(await Queries.LeasesAsync(CancellationToken.None), l => l.RunId == 900001);
    }

    [Fact]
    public async Task A_statement_that_takes_long_is_told_while_it_runs()
    {
        await using var busy = await engine.Database.OpenAsync(CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var slow = busy.ExecuteAsync(new CommandDefinition("select pg_sleep(60) /* operations-test */", commandTimeout: 90, cancellationToken: stop.Token));
        StatementRow? found = null;
        while (found is null && !slow.IsCompleted)
            found = (await Queries.StatementsAsync(CancellationToken.None)).FirstOrDefault(s => s.Statement.Contains("operations-test", StringComparison.Ordinal));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => slow);
        Assert.True(found!.Age >= TimeSpan.FromSeconds(1));
        Assert.Equal("timeout", found.WaitsFor);
        Assert.True(found.Pid > 0);
    }

    [Fact]
    public async Task The_largest_tables_come_first_and_those_of_other_schemas_are_named_with_theirs()
    {
        var tables = await Queries.LargestAsync(CancellationToken.None);
        Assert.NotEmpty(tables);
        Assert.Equal(tables.OrderByDescending(t => t.Bytes).Select(t => t.Bytes), tables.Select(t => t.Bytes));
        Assert.Contains(tables, t => t.Table == "run");
    }

    [Fact]
    public async Task Events_that_a_reader_could_not_take_are_told_with_the_reason()
    {
        await using var connection = await engine.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("insert into outbox_failures (consumer, transaction_id, id, type, key, payload, error) values ('lineage', pg_current_xact_id(), 1, 'task.ended', 'run 7', '{}', 'no such asset')");
        var aside = Assert.Single(await Queries.SetAsideAsync(CancellationToken.None));
        Assert.Equal(("lineage", "task.ended", "run 7", "no such asset"), (aside.Reader, aside.Type, aside.Key, aside.Error));
    }
}
