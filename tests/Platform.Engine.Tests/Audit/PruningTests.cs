using Platform.Engine.Audit;
using Platform.Engine.Maintenance;
using Platform.Engine.Planning;
using Platform.Postgres.Events;

namespace Platform.Engine.Tests.Audit;

public sealed class PruningTests : IAsyncLifetime
{
    private readonly EngineFixture _engine = new();

    public Task InitializeAsync() => _engine.InitializeAsync();

    public Task DisposeAsync() => _engine.DisposeAsync();

    private Task PruneAsync(NodeOptions options) => new Pruning(_engine.Database, options, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).PruneAsync(CancellationToken.None);

    [Fact]
    public async Task Pruning_never_touches_what_is_open_or_young_and_the_audit_stays_clean()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }\n  - { id: b, activity: test.write, after: [a] }", "limits: { active_runs: 100 }");
        var ids = new List<long>();
        await using (_engine.StartNode(name))
            for (var i = 0; i < 8; i++)
            {
                ids.Add(await _engine.TriggerAsync(name));
                await _engine.EndedAsync(ids[^1]);
            }
        // Old and ended: 0 to 3. Old and ended, then cleared, so open again: 4. Old and never started: 5. Ended just now, though queued long ago: 6. Young: 7.
        await _engine.ExecuteAsync("update run set queued_at = queued_at - interval '500 days', started_at = started_at - interval '500 days', ended_at = ended_at - interval '500 days' where id <= @last", new { last = ids[6] });
        await _engine.ExecuteAsync("update run set ended_at = now() where id = @id", new { id = ids[6] });
        await _engine.Commands.ClearAsync(new ClearRequest { RunId = ids[4], By = "test" }, CancellationToken.None);
        await _engine.ExecuteAsync("""
            delete from task_instance where run_id = @id;
            delete from outbox where (payload->>'run_id')::bigint = @id;
            update run set state = 'queued', started_at = null, ended_at = null, task_counts = null where id = @id
            """, new { id = ids[5] });

        await PruneAsync(new NodeOptions { Retention = TimeSpan.FromDays(400) });
        Assert.Equal(ids.Skip(4), (await RunsAsync()).AsEnumerable());
        Assert.Equal(0, await _engine.ScalarAsync<long>("select count(*) from task_instance where run_id < @id", new { id = ids[4] }));
        Assert.Equal(0, await _engine.ScalarAsync<long>("select count(*) from attempt where run_id < @id", new { id = ids[4] }));
        Assert.Equal(4, await _engine.ScalarAsync<long>("select row_count from pruned where what = 'runs'"));

        // What is open goes on and ends.
        await using (_engine.StartNode(name))
        {
            await _engine.EndedAsync(ids[4]);
            await _engine.EndedAsync(ids[5]);
        }
        var report = await new EngineAudit(_engine.Database, _engine.Definitions).RunAsync(DateTimeOffset.UnixEpoch, null, CancellationToken.None);
        Assert.True(report.Clean, string.Join('\n', report.Findings.Select(f => f.What)));
    }

    [Fact]
    public async Task Pruned_intervals_are_not_planned_again_and_not_reported_as_missed()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }", "schedule: { cron: '@daily', start: 2026-01-01, end: 2026-01-11, catchup: true }\nlimits: { active_runs: 10 }");
        await using (_engine.StartNode(name))
        {
            var ended = 0L;
            while (ended < 10)
                ended = await _engine.ScalarAsync<long>("select count(*) from run where state = 'success'");
        }
        await _engine.ExecuteAsync("update run set queued_at = queued_at - interval '500 days', started_at = started_at - interval '500 days', ended_at = ended_at - interval '500 days' where interval_start < '2026-01-06'");
        await PruneAsync(new NodeOptions { Retention = TimeSpan.FromDays(400) });
        Assert.Equal(5, (await RunsAsync()).Length);
        await _engine.ExecuteAsync("update workflow set next_due = now()");
        await using (var planner = _engine.StartNode("nobody"))
            while (await _engine.ScalarAsync<bool>("select exists (select from workflow where next_due <= now())"))
                await Task.Yield();
        Assert.Equal(5, (await RunsAsync()).Length);
        // The runs were pruned as of 400 days ago: the audit asks for nothing older than that.
        var report = await new EngineAudit(_engine.Database, _engine.Definitions).RunAsync(DateTimeOffset.UnixEpoch, null, CancellationToken.None);
        Assert.DoesNotContain(report.Findings, f => f.Check != "missed-run");
    }

    [Fact]
    public async Task Events_go_once_every_reader_has_them_and_not_before()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }");
        await _engine.RunAsync(name);
        await _engine.ExecuteAsync("update outbox set created_at = now() - interval '30 days'");
        var events = await _engine.ScalarAsync<long>("select count(*) from outbox");
        // The version published, the task and the run ended.
        Assert.Equal(3, events);
        var options = new NodeOptions { EventRetention = TimeSpan.FromDays(7) };
        await PruneAsync(options);
        Assert.Equal(events, await _engine.ScalarAsync<long>("select count(*) from outbox"));

        await _engine.ExecuteAsync("insert into outbox_consumers (name) values ('behind')");
        await new OutboxReader(_engine.Database.DataSource, "ahead", (_, _, _, _) => Task.CompletedTask, TimeProvider.System).DrainAsync(CancellationToken.None);
        await PruneAsync(options);
        Assert.Equal(events, await _engine.ScalarAsync<long>("select count(*) from outbox"));

        await new OutboxReader(_engine.Database.DataSource, "behind", (_, _, _, _) => Task.CompletedTask, TimeProvider.System).DrainAsync(CancellationToken.None);
        await PruneAsync(options);
        Assert.Equal(0, await _engine.ScalarAsync<long>("select count(*) from outbox"));
    }

    [Fact]
    public async Task Log_lines_go_by_the_day_and_the_days_to_come_are_there()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.write, with: { lines: 3 } }");
        await _engine.RunAsync(name);
        await PruneAsync(new NodeOptions());
        Assert.Equal(3, await _engine.ScalarAsync<long>("select count(*) from pg_inherits where inhparent = 'log_line'::regclass and inhrelid <> 'log_line_default'::regclass"));
        var lines = await _engine.ScalarAsync<long>("select count(*) from log_line");
        await _engine.ExecuteAsync("""
            create table log_line_20250101 partition of log_line for values from ('2025-01-01 00:00+00') to ('2025-01-02 00:00+00');
            insert into log_line (run_id, task_id, map_index, attempt_id, at, level, message) values (1, 'x', -1, 1, '2025-01-01 12:00+00', 1, 'old'), (1, 'x', -1, 1, '2025-03-01 12:00+00', 1, 'old and in no partition')
            """);
        await PruneAsync(new NodeOptions { LogRetention = TimeSpan.FromDays(60) });
        Assert.Equal(lines, await _engine.ScalarAsync<long>("select count(*) from log_line"));
        Assert.False(await _engine.ScalarAsync<bool>("select to_regclass('log_line_20250101') is not null"));
    }

    private async Task<long[]> RunsAsync() => await _engine.ScalarAsync<long[]>("select coalesce(array_agg(id order by id), '{}') from run");
}
