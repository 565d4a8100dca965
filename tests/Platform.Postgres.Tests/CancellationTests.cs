namespace Platform.Postgres.Tests;

/// <summary>Stopping while the driver's connections break.</summary>
public sealed class CancellationTests
{
    [Fact]
    public async Task What_a_broken_connection_throws_does_not_reach_whoever_stops()
    {
        using var source = new CancellationTokenSource();
        var called = false;
        using var last = source.Token.Register(() => called = true);
        using var broken = source.Token.Register(() => throw new ObjectDisposedException("connection"));

        await source.CancelSafelyAsync();

        Assert.True(called, "the other registrations must hear of it");
        Assert.True(source.IsCancellationRequested);
    }

    [Fact]
    public async Task What_anybody_else_throws_is_still_thrown()
    {
        using var source = new CancellationTokenSource();
        using var broken = source.Token.Register(() => throw new ObjectDisposedException("connection"));
        using var wrong = source.Token.Register(() => throw new InvalidOperationException("a fault of ours"));

        var thrown = await Assert.ThrowsAsync<AggregateException>(source.CancelSafelyAsync);

        Assert.Contains(thrown.InnerExceptions, e => e.Message == "a fault of ours");
    }
}
