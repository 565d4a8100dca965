using Dapper;
using Npgsql;
using Platform.Postgres.Events;
using Platform.Testing;

namespace Platform.Postgres.Tests;

public sealed class OutboxTests : IAsyncLifetime
{
    private PostgresFixture _postgres = null!;

    public async Task InitializeAsync()
    {
        _postgres = await PostgresFixture.CreateAsync();
        await _postgres.MigrateAsync();
        await ExecuteAsync("create table seen (place bigint generated always as identity, key text)");
    }

    public Task DisposeAsync() => _postgres.DisposeAsync();

    [Fact]
    public async Task An_event_exists_exactly_if_its_transaction_commits()
    {
        await using (var open = await BeginAsync())
            await AppendAsync(open.Connection, open.Transaction, "taken back");
        await AppendAsync("kept");

        Assert.Equal(1, await Reader().DrainAsync(CancellationToken.None));
        Assert.Equal(["kept"], await SeenAsync());
    }

    [Fact]
    public async Task An_event_that_commits_late_is_not_missed()
    {
        await using var late = await BeginAsync();
        await AppendAsync(late.Connection, late.Transaction, "late");
        await AppendAsync("early");
        var reader = Reader();

        var before = await reader.DeliverBatchAsync(CancellationToken.None);
        Assert.Equal(0, before.Delivered);
        Assert.True(before.Waiting, "The reader must know that something waits behind the open transaction.");

        await late.Transaction.CommitAsync();
        Assert.Equal(2, await reader.DrainAsync(CancellationToken.None));
        Assert.Equal(["late", "early"], await SeenAsync());
    }

    [Fact]
    public async Task An_event_before_an_open_transaction_is_delivered_at_once()
    {
        await AppendAsync("before");
        await using var open = await BeginAsync();
        await AppendAsync(open.Connection, open.Transaction, "open");

        // The fence passes 'before' as soon as nothing older runs anywhere on the server, and stays before 'open'.
        Assert.Equal(1, await Reader().DrainAsync(CancellationToken.None));
        Assert.Equal(["before"], await SeenAsync());
    }

    [Fact]
    public async Task Many_writers_and_two_readers_deliver_each_event_once_and_in_order_for_each_writer()
    {
        const int Writers = 6, Each = 40;
        using var done = new CancellationTokenSource();
        var notifications = new Notifications(_postgres.DataSource, TimeProvider.System);
        var readers = Enumerable.Range(0, 2).Select(_ => Reader().RunAsync(notifications, done.Token)).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var i = 0; i < Each; i++)
            {
                await AppendAsync($"{writer}:{i:00}");
                notifications.Send(Outbox.Channel);
            }
        }));
        await Eventually.HoldsAsync(async () => (await SeenAsync()).Count >= Writers * Each, "everything is delivered");
        await done.CancelAsync();
        await Task.WhenAll(readers);
        await notifications.DisposeAsync();

        var seen = await SeenAsync();
        Assert.Equal(Writers * Each, seen.Count);
        for (var writer = 0; writer < Writers; writer++)
            Assert.Equal(Enumerable.Range(0, Each).Select(i => $"{writer}:{i:00}"), seen.Where(s => s.StartsWith($"{writer}:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_a_consumer_wrote_before_it_failed_is_undone_and_delivered_again()
    {
        await AppendAsync("a", "b", "c");
        var failing = true;
        var reader = Reader(async (events, connection, transaction) =>
        {
            await WriteAsync(events, connection, transaction);
            if (failing && events.Any(e => e.Key == "b"))
                throw new InvalidOperationException("b is not welcome yet");
        });

        await Assert.ThrowsAnyAsync<Exception>(() => reader.DrainAsync(CancellationToken.None));
        Assert.Equal(["a"], await SeenAsync());

        failing = false;
        await reader.DrainAsync(CancellationToken.None);
        Assert.Equal(["a", "b", "c"], await SeenAsync());
    }

    [Fact]
    public async Task An_event_that_fails_again_and_again_is_set_aside_and_the_rest_goes_on()
    {
        await AppendAsync("a", "poison", "c");
        var reader = Reader(async (events, connection, transaction) =>
        {
            if (events.Any(e => e.Key == "poison"))
                throw new FormatException("cannot read this");
            await WriteAsync(events, connection, transaction);
        });
        for (var tries = 0; tries < 5; tries++)
            await Assert.ThrowsAnyAsync<Exception>(() => reader.DrainAsync(CancellationToken.None));
        await reader.DrainAsync(CancellationToken.None);

        Assert.Equal(["a", "c"], await SeenAsync());
        await using var connection = await _postgres.DataSource.OpenConnectionAsync();
        Assert.Equal(("poison", "cannot read this"), await connection.QuerySingleAsync<(string, string)>("select key, error from outbox_failures"));
    }

    [Fact]
    public async Task Each_consumer_has_its_own_place()
    {
        await AppendAsync("a");
        Assert.Equal(1, await Reader("one").DrainAsync(CancellationToken.None));
        await AppendAsync("b");

        Assert.Equal(1, await Reader("one").DrainAsync(CancellationToken.None));
        Assert.Equal(2, await Reader("two").DrainAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Pruning_takes_what_every_consumer_has_and_nothing_else()
    {
        await AppendAsync("a", "b");
        Assert.Equal(0, await Outbox.PruneAsync(_postgres.DataSource, TimeSpan.Zero, CancellationToken.None));

        await Reader("one").DrainAsync(CancellationToken.None);
        await AppendAsync("c");
        Assert.Equal(0, await Outbox.PruneAsync(_postgres.DataSource, TimeSpan.FromDays(1), CancellationToken.None));
        Assert.Equal(2, await Outbox.PruneAsync(_postgres.DataSource, TimeSpan.Zero, CancellationToken.None));
        Assert.Equal(1, await Reader("one").DrainAsync(CancellationToken.None));
    }

    private OutboxReader Reader(string consumer = "test") => new(_postgres.DataSource, consumer, (e, c, t, _) => WriteAsync(e, c, t), TimeProvider.System);

    private OutboxReader Reader(Func<IReadOnlyList<DeliveredEvent>, NpgsqlConnection, NpgsqlTransaction, Task> handle) => new(_postgres.DataSource, "test", (e, c, t, _) => handle(e, c, t), TimeProvider.System);

    private static Task WriteAsync(IReadOnlyList<DeliveredEvent> events, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        connection.ExecuteAsync("insert into seen (key) select unnest(@keys)", new { keys = events.Select(e => e.Key).ToArray() }, transaction);

    private async Task<List<string>> SeenAsync()
    {
        await using var connection = await _postgres.DataSource.OpenConnectionAsync();
        return (await connection.QueryAsync<string>("select key from seen order by place")).AsList();
    }

    private async Task AppendAsync(params string[] keys)
    {
        await using var open = await BeginAsync();
        await AppendAsync(open.Connection, open.Transaction, keys);
        await open.Transaction.CommitAsync();
    }

    private static Task AppendAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, params string[] keys) =>
        Outbox.AppendAsync(connection, transaction, [.. keys.Select(k => new OutboxEvent("test.event", k, """{"n": 1}"""))], CancellationToken.None);

    private async Task<OpenTransaction> BeginAsync()
    {
        var connection = await _postgres.DataSource.OpenConnectionAsync();
        return new OpenTransaction(connection, await connection.BeginTransactionAsync());
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await _postgres.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    private sealed record OpenTransaction(NpgsqlConnection Connection, NpgsqlTransaction Transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Transaction.DisposeAsync();
            await Connection.DisposeAsync();
        }
    }
}
