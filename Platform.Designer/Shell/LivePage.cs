using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Platform.Designer.Shell;

/// <summary>A page that reads until it is left, and reads again when something changes.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _leaving = new();

    [CascadingParameter] private Task<AuthenticationState>? Authentication { get; set; }

    /// <summary>A page that reads until it is left.</summary>
    protected LivePage() => Leaving = _leaving.Token;

    /// <summary>Fires when the page is left. Taken once: what still runs then may ask for it after its source is gone.</summary>
    protected CancellationToken Leaving { get; }

    /// <summary>Name of the signed-in user, for the audit.</summary>
    protected async Task<string> UserAsync() => (Authentication is null ? null : (await Authentication).User.Identity?.Name) ?? "unknown";

    /// <summary>Reads again after each change, in the background; a failure goes to the page's error boundary.</summary>
    /// <param name="changes">The watch.</param>
    /// <param name="read">Reads and keeps; the page is rendered after it.</param>
    protected void Follow(IAsyncEnumerable<bool> changes, Func<Task> read)
    {
        var watch = changes.GetAsyncEnumerator(Leaving);
        _ = FollowAsync(watch, watch.MoveNextAsync(), read);
    }

    /// <summary>Reads, and again after each change. The watch begins first: no change falls between the reading and it.</summary>
    /// <param name="changes">The watch.</param>
    /// <param name="read">Reads and keeps; the page is rendered after it.</param>
    /// <param name="first">The first reading, where it is another.</param>
    protected async Task ReadAndFollowAsync(IAsyncEnumerable<bool> changes, Func<Task> read, Func<Task>? first = null)
    {
        var watch = changes.GetAsyncEnumerator(Leaving);
        // Where the reading fails, the page goes, and this ends with it.
        var next = watch.MoveNextAsync();
        await (first ?? read)();
        _ = FollowAsync(watch, next, read);
    }

    /// <summary>Renders in intervals while <paramref name="moving"/> says that something on the page moves with the clock.</summary>
    protected void Tick(TimeProvider clock, Func<bool> moving) => _ = TickAsync(clock, moving);

    /// <summary>Releases the page's own things; call the base.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _leaving.Cancel();
        _leaving.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    private async Task FollowAsync(IAsyncEnumerator<bool> watch, ValueTask<bool> next, Func<Task> read)
    {
        var leaving = Leaving;
        try
        {
            await using var changes = watch;
            for (; await next; next = changes.MoveNextAsync())
            {
                await InvokeAsync(async () =>
                {
                    if (leaving.IsCancellationRequested)
                        return;
                    await read();
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // The page is left.
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private async Task TickAsync(TimeProvider clock, Func<bool> moving)
    {
        var leaving = Leaving;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(leaving))
                if (moving())
                    await InvokeAsync(StateHasChanged);
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // The page is left.
        }
    }
}
