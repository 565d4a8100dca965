using Microsoft.JSInterop;

namespace Platform.Designer.Shell;

/// <summary>The script object of a component: begun after a first rendering and ended with the component, which may be left while it begins or is told something.</summary>
internal sealed class ScriptPart : IAsyncDisposable
{
    private IReadOnlyList<IDisposable> _handles = [];
    private IJSObjectReference? _object;
    private Task<bool>? _start;
    private bool _left;

    /// <summary>Whether it can be told something.</summary>
    public bool IsThere => _object is not null && !_left;

    /// <summary>Makes it, once: later calls wait for the first.</summary>
    /// <param name="browser">The reader's.</param>
    /// <param name="module">Page script in <c>wwwroot/dist</c>.</param>
    /// <param name="method">What it exports.</param>
    /// <param name="arguments">Handles among them end with this.</param>
    /// <returns>Whether it is there; false where the component is left.</returns>
    public Task<bool> StartAsync(Browser browser, string module, string method, params object?[] arguments) => _start ??= BeginAsync(browser, module, method, arguments);

    /// <summary>Tells it something; nothing before it is there and once it is left.</summary>
    public async Task CallAsync(string method, params object?[] arguments)
    {
        if (!IsThere)
            return;
        try
        {
            await _object!.InvokeVoidAsync(method, arguments);
        }
        catch (Exception e) when (IsOfLeaving(e))
        {
            // Nobody is there any more.
        }
    }

    /// <summary>Asks it something; <paramref name="otherwise"/> before it is there and once it is left.</summary>
    public async Task<TAnswer> AskAsync<TAnswer>(TAnswer otherwise, string method, params object?[] arguments)
    {
        if (!IsThere)
            return otherwise;
        try
        {
            return await _object!.InvokeAsync<TAnswer>(method, arguments);
        }
        catch (Exception e) when (IsOfLeaving(e))
        {
            return otherwise;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _left = true;
        var made = _object;
        _object = null;
        await Browser.ReleaseAsync(made);
        foreach (var handle in _handles)
            handle.Dispose();
    }

    private async Task<bool> BeginAsync(Browser browser, string module, string method, object?[] arguments)
    {
        var handles = arguments.OfType<IDisposable>().ToList();
        try
        {
            var script = await browser.ImportAsync(module);
            if (!_left)
            {
                _handles = handles;
                var made = await script.InvokeAsync<IJSObjectReference>(method, arguments);
                if (!_left)
                {
                    _object = made;
                    return true;
                }
                await Browser.ReleaseAsync(made);
            }
        }
        catch (Exception e) when (IsOfLeaving(e))
        {
            // As above.
        }
        foreach (var handle in handles)
            handle.Dispose();
        return false;
    }

    /// <summary>What is thrown where a script is called of a page that is gone.</summary>
    private bool IsOfLeaving(Exception error) => _left && error is JSException or JSDisconnectedException or ObjectDisposedException or OperationCanceledException;
}
