using System.Collections.Concurrent;
using Dapper;
using Npgsql;
using Platform.Testing;

namespace Platform.Postgres.Tests;

public sealed class NotificationsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task What_one_node_sends_another_hears()
    {
        await using var here = new Notifications(postgres.DataSource, TimeProvider.System);
        await using var there = new Notifications(postgres.DataSource, TimeProvider.System);
        var heard = new ConcurrentQueue<string?>();
        using var subscription = there.Subscribe("Odd \"name\"", heard.Enqueue);
        await there.ListeningAsync(CancellationToken.None);

        here.Send("Odd \"name\"", "hello");
        here.Send("other", "not for it");

        await Eventually.HoldsAsync(() => !heard.IsEmpty, "it is heard");
        Assert.Equal(["hello"], heard);
    }

    [Fact]
    public async Task A_burst_becomes_few_notifications()
    {
        await using var notifications = new Notifications(postgres.DataSource, TimeProvider.System);
        var heard = 0;
        var last = new TaskCompletionSource();
        using var burst = notifications.Subscribe("burst", _ => Interlocked.Increment(ref heard));
        using var end = notifications.Subscribe("end", _ => last.TrySetResult());
        await notifications.ListeningAsync(CancellationToken.None);

        for (var i = 0; i < 10_000; i++)
            notifications.Send("burst");
        notifications.Send("end");
        await last.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.InRange(heard, 1, 100);
    }

    [Fact]
    public async Task After_the_connection_was_cut_listeners_are_told_to_look_and_hear_again()
    {
        await using var notifications = new Notifications(postgres.DataSource, TimeProvider.System);
        var heard = new ConcurrentQueue<string?>();
        using var subscription = notifications.Subscribe("work", heard.Enqueue);
        await notifications.ListeningAsync(CancellationToken.None);

        await using (var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false"))
            await connection.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and query like 'listen%'");

        await Eventually.HoldsAsync(() => heard.Contains(null), "it is told that something may have been missed");
        notifications.Send("work", "again");
        await Eventually.HoldsAsync(() => heard.Contains("again"), "it hears again");
    }

    [Fact]
    public async Task A_subscription_made_later_is_heard_too_and_one_that_ended_is_not()
    {
        await using var notifications = new Notifications(postgres.DataSource, TimeProvider.System);
        var heard = new ConcurrentQueue<string?>();
        var first = notifications.Subscribe("first", p => heard.Enqueue("first " + p));
        await notifications.ListeningAsync(CancellationToken.None);
        using var second = notifications.Subscribe("second", p => heard.Enqueue("second " + p));
        await notifications.ListeningAsync(CancellationToken.None);
        first.Dispose();

        notifications.Send("first", "a");
        notifications.Send("second", "b");
        await Eventually.HoldsAsync(() => !heard.IsEmpty, "the second is heard");

        Assert.Equal(["second b"], heard);
    }

    [Fact]
    public async Task A_listener_that_fails_does_not_silence_the_others()
    {
        await using var notifications = new Notifications(postgres.DataSource, TimeProvider.System);
        var heard = new TaskCompletionSource();
        using var bad = notifications.Subscribe("shared", _ => throw new InvalidOperationException("no"));
        using var good = notifications.Subscribe("shared", _ => heard.TrySetResult());
        await notifications.ListeningAsync(CancellationToken.None);

        notifications.Send("shared");
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
