using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Platform.Designer.Shell;

/// <summary>The reader's browser: its time zone and the few things that only a script can do. One a circuit.</summary>
internal sealed class Browser(IJSRuntime script) : IAsyncDisposable
{
    private IJSObjectReference? _shell;

    /// <summary>The reader's zone; UTC until <see cref="MeetAsync"/> has asked.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>Asks the browser for its time zone. Called once, before the first page renders.</summary>
    public async Task MeetAsync()
    {
        var name = await (await ShellAsync()).InvokeAsync<string>("timeZone");
        Zone = TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
    }

    public async Task OpenDialogAsync(ElementReference dialog) => await (await ShellAsync()).InvokeVoidAsync("openDialog", dialog);

    /// <summary>Gives the focus to the first element that a CSS selector finds; nothing where there is none.</summary>
    public async Task FocusAsync(string selector) => await (await ShellAsync()).InvokeVoidAsync("focusFirst", selector);

    /// <summary>Scrolls the first element that a CSS selector finds into sight; nothing where there is none.</summary>
    public async Task RevealAsync(string selector) => await (await ShellAsync()).InvokeVoidAsync("revealFirst", selector);

    /// <summary>Whether the page is too narrow for panels at the sides of what is worked on.</summary>
    public async Task<bool> IsNarrowAsync() => await (await ShellAsync()).InvokeAsync<bool>("isNarrow");

    public async Task CloseDialogAsync(ElementReference dialog) => await (await ShellAsync()).InvokeVoidAsync("closeDialog", dialog);

    /// <summary>The theme that the reader chose: <c>light</c> or <c>dark</c>.</summary>
    public async Task<string> ThemeAsync() => await (await ShellAsync()).InvokeAsync<string>("theme") == "dark" ? "dark" : "light";

    /// <summary>Gives a file to the reader.</summary>
    public async Task DownloadAsync(string name, DotNetStreamReference content) => await (await ShellAsync()).InvokeVoidAsync("download", name, content);

    public async Task<bool> CopyAsync(string text) => await (await ShellAsync()).InvokeAsync<bool>("copyText", text);

    /// <summary>Loads one of the page scripts in <c>wwwroot/dist</c>.</summary>
    public async Task<IJSObjectReference> ImportAsync(string name) => await script.InvokeAsync<IJSObjectReference>("import", $"./_content/Platform.Designer/dist/{name}.js");

    /// <summary>Ends a script object and its handle; a circuit that is gone took both with it.</summary>
    public static async ValueTask ReleaseAsync(IJSObjectReference? reference)
    {
        if (reference is null)
            return;
        try
        {
            await reference.InvokeVoidAsync("dispose");
            await reference.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page is closed: nothing is left to release.
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_shell is not null)
                await _shell.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // As above.
        }
    }

    private async Task<IJSObjectReference> ShellAsync() => _shell ??= await ImportAsync("shell");
}
