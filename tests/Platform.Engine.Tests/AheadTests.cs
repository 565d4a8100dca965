using Platform.Engine.Planning;
using Platform.Engine.Queue;
using Platform.Engine.Working;

namespace Platform.Engine.Tests;

/// <summary>A node claims more than it has places for only while that harms nobody.</summary>
public sealed class AheadTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private static RunningAttempt Attempt(long id) => new(new ClaimedTask
    {
        QueueId = id,
        AttemptId = id,
        RunId = 1,
        TaskId = "t",
        MapIndex = -1,
        Generation = 1,
        Number = 1,
        Workflow = "w",
        Version = 1,
        Excused = 0,
        Lost = 0,
        RunStartedAt = null,
        IntervalStart = null,
        IntervalEnd = null,
        ElementJson = null,
        StartedAt = DateTimeOffset.UnixEpoch,
        RunKind = RunKinds.Manual,
        ParamsJson = "{}",
        ClaimedAt = DateTimeOffset.UnixEpoch,
    });

    [Fact]
    public async Task A_node_claims_ahead_after_short_tasks_and_stops_at_the_first_long_one()
    {
        var clock = new HandClock();
        var ahead = new Ahead(2, clock);
        for (var i = 0; i < 16; i++)
        {
            Assert.Equal(0, ahead.Count);
            using var attempt = Attempt(i);
            Assert.True(await ahead.EnterAsync(attempt));
            clock.Milliseconds += 5;
            ahead.Leave(attempt.Task);
        }
        Assert.Equal(32, ahead.Count);
        using var running = Attempt(100);
        Assert.True(await ahead.EnterAsync(running));
        Assert.Equal(32, ahead.Count);
        clock.Milliseconds += 100;
        Assert.Equal(0, ahead.Count);
        ahead.Leave(running.Task);
        Assert.Equal(0, ahead.Count);
    }

    [Fact]
    public async Task What_finds_no_place_in_time_goes_back_and_what_is_canceled_does_not_wait()
    {
        var ahead = new Ahead(1, TimeProvider.System);
        using var first = Attempt(1);
        Assert.True(await ahead.EnterAsync(first));
        using var second = Attempt(2);
        Assert.False(await ahead.EnterAsync(second));
        using var third = Attempt(3);
        var waiting = ahead.EnterAsync(third);
        third.Stop(StopReason.Canceled);
        Assert.False(await waiting);
        ahead.Leave(first.Task);
        Assert.True(await ahead.EnterAsync(second));
    }

    [Fact]
    public async Task Many_runs_are_made_in_one_transaction_and_a_key_makes_one_run()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }");
        var commands = new RunCommands(engine.Database, engine.Definitions);
        TriggerRequest Request(string? key) => new() { Workflow = name, By = "ada", IdempotencyKey = key };
        var first = await commands.TriggerManyAsync([Request(null), Request("k1"), Request(null), Request("k2")], CancellationToken.None);
        Assert.Equal(4, first.Select(t => t.RunId).Distinct().Count());
        Assert.All(first, t => Assert.True(t.Created));
        var second = await commands.TriggerManyAsync([Request("k2"), Request(null), Request("k1")], CancellationToken.None);
        Assert.Equal([(first[3].RunId, false), (second[1].RunId, true), (first[1].RunId, false)], second.Select(t => (t.RunId, t.Created)));
        var twice = await Assert.ThrowsAsync<EngineException>(() => commands.TriggerManyAsync([Request("k3"), Request("k3")], CancellationToken.None));
        Assert.Contains("k3", twice.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<EngineException>(() => commands.TriggerManyAsync([Request(null), Request(null) with { Workflow = "nothing-here" }], CancellationToken.None));
        Assert.Equal(5, await engine.ScalarAsync<long>("select count(*) from run where workflow = @name", new { name }));
    }

    /// <summary>A clock that a test moves by hand.</summary>
    private sealed class HandClock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
