using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Engine.Maintenance;
using Platform.Postgres.Events;

namespace Platform.Engine.Tests.Audit;

public sealed class WatchTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    [Fact]
    public async Task The_watch_sees_what_waits_what_runs_and_how_long()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }");
        for (var i = 0; i < 3; i++)
            await engine.TriggerAsync(name);
        await engine.ExecuteAsync("update workflow set active_runs = 5 where name = @name", new { name });
        await using (var planner = engine.StartNode("nobody"))
            for (var i = 0; i < 2; i++)
                await engine.UntilAsync(await engine.TriggerAsync(name), r => r.Run.State == RunStates.Running);
        await engine.ExecuteAsync("update task_queue set ready_at = now() - interval '2 minutes' where queue = @name; update task_queue set ready_at = now() + interval '1 hour' where id = (select max(id) from task_queue where queue = @name)", new { name });
        var status = await new DatabaseWatch(engine.Database, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).ReadAsync(CancellationToken.None);
        var queue = status.Queues.Single(q => q.Queue == name);
        Assert.Equal((4, 1, 0, 0), (queue.Ready, queue.Later, queue.Leased, queue.Places));
        Assert.InRange(queue.OldestReady!.Value.TotalSeconds, 120, 180);
        Assert.Contains(status.HotTables, t => t.Table == "task_queue" && t.Bytes > 0);
        Assert.InRange(status.Connections, 1, status.MostConnections);
        Assert.True(status.Bytes > 1_000_000);
    }

    [Fact]
    public async Task Whoever_pins_an_old_snapshot_is_named()
    {
        await using var other = new NpgsqlConnection(engine.ConnectionString + ";Application Name=the-pinner;Pooling=false");
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await using (var command = new NpgsqlCommand("select count(*) from run", other, transaction))
            _ = await command.ExecuteScalarAsync();
        var watch = new DatabaseWatch(engine.Database, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        DatabaseStatus status;
        do
            status = await watch.ReadAsync(CancellationToken.None);
        while (!status.Pins.Any(p => p.Who.Contains("the-pinner", StringComparison.Ordinal)));
        var pin = status.Pins.Single(p => p.Who.Contains("the-pinner", StringComparison.Ordinal));
        Assert.Equal(("session", other.ProcessID.ToString(System.Globalization.CultureInfo.InvariantCulture)), (pin.Kind, pin.Name));
        Assert.Contains("select count(*) from run", pin.Statement, StringComparison.Ordinal);
        var warning = Assert.Single(new WatchThresholds { Snapshot = TimeSpan.FromMilliseconds(500) }.Judge(status), w => w.Key.StartsWith("pin:", StringComparison.Ordinal) && w.Text.Contains("the-pinner", StringComparison.Ordinal));
        Assert.Contains($"pg_terminate_backend({other.ProcessID})", warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_threshold_warns_once_until_it_is_well_again()
    {
        await new OutboxReader(engine.Database.DataSource, "slow-reader", (_, _, _, _) => Task.CompletedTask, TimeProvider.System).DrainAsync(CancellationToken.None);
        await engine.ExecuteAsync("insert into outbox_consumers (name) values ('slow-reader') on conflict do nothing; insert into outbox (type, key, payload, created_at) values ('test', 'x', '{}', now() - interval '1 hour')");
        var log = new Lines();
        var watch = new DatabaseWatch(engine.Database, log);
        await watch.LookAsync(CancellationToken.None);
        await watch.LookAsync(CancellationToken.None);
        Assert.Single(log.All, l => l.Contains("'slow-reader'", StringComparison.Ordinal));
        await engine.ExecuteAsync("delete from outbox where type = 'test'");
        await watch.LookAsync(CancellationToken.None);
        Assert.Single(log.All, l => l == "Well again: outbox:slow-reader");
        await engine.ExecuteAsync("delete from outbox_consumers where name = 'slow-reader'");
    }

    private sealed class Lines : ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Add(formatter(state, exception));
    }
}
