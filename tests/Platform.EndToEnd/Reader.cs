using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>Somebody at a browser. Remembers what the page complained about.</summary>
public sealed class Reader : IAsyncDisposable
{
    private readonly List<string> _complaints = [];

    internal Reader(IBrowserContext context, IPage page)
    {
        (Context, Page) = (context, page);
        page.SetDefaultTimeout(20_000);
        page.PageError += (_, error) => _complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _complaints.Add(message.Text);
        };
    }

    /// <summary>The browser's session.</summary>
    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>Errors of scripts and of the console so far.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Opens a page and waits until it has what it shows.</summary>
    public async Task OpenAsync(string path)
    {
        await Page.GotoAsync(path);
        await ReadyAsync();
    }

    /// <summary>The page's heading is there and nothing is loading.</summary>
    public async Task ReadyAsync()
    {
        await Assertions.Expect(Page.Locator("#main h1").First).ToBeVisibleAsync();
        await Assertions.Expect(Page.Locator("#main .wait")).ToHaveCountAsync(0);
    }

    public async Task SignInAsync(string password, string name = "admin")
    {
        await Page.GotoAsync("/signin");
        await Page.Locator("#name").FillAsync(name);
        await Page.Locator("#password").FillAsync(password);
        await Page.Locator("button[type=submit]").ClickAsync();
        await ReadyAsync();
    }

    public async ValueTask DisposeAsync() => await Context.CloseAsync();
}
