using System.Globalization;
using Microsoft.Playwright;
using Platform.EndToEnd;

namespace Platform.Screenshots;

/// <summary>The real server with the sample shop, cleaned, trained and looked through at night, and a browser before it.</summary>
internal sealed class Studio : IAsyncDisposable
{
    private const int Height = 800;

    // A run that failed and one that asks somebody, for the pages of runs.
    private const string Failing = """
        name: late-deliveries
        title: Late deliveries
        description: Orders that are not delivered after three days.
        owner: logistics
        tasks:
          - { id: find, activity: control.noop, with: { seconds: 0.4, outputs: { late: 17 } } }
          - { id: tell, activity: control.command, after: [find], with: { program: sh, arguments: ["-c", "echo 'asking the carrier'; echo 'no answer from carrier.example' >&2; exit 7"] } }
          - { id: close, activity: control.noop, after: [tell] }
        """;

    private const string Asking = """
        name: price-change
        title: Price change
        owner: sales
        tasks:
          - { id: propose, activity: control.noop, with: { seconds: 0.3, outputs: { prices: 200 } } }
          - { id: ask, activity: control.approval, after: [propose], with: { message: "Put 200 new prices into the shop?" } }
          - { id: publish, activity: control.noop, after: [ask] }
        """;

    private readonly ServerProcess _server;
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Studio(ServerProcess server, IPlaywright playwright, IBrowser browser) => (_server, _playwright, _browser) = (server, playwright, browser);

    public static async Task<Studio> OpenAsync()
    {
        var server = await ServerProcess.StartAsync();
        Console.WriteLine("The shop: generating, cleaning, training, the night's inventory.");
        await server.RunAsync("run", "sample-shop");
        await server.RunAsync("run", "shop-recommendations");
        await server.RunAsync("apply", server.Write("flows/late.yaml", Failing), server.Write("flows/price.yaml", Asking));
        await server.RunAsync("run", "price-change", "--detach");
        try
        {
            await server.RunAsync("run", "late-deliveries");
        }
        catch (InvalidOperationException)
        {
            // It fails: that is what it is there for.
        }
        await server.RunAsync("run", "nightly-inventory");
        var playwright = await Playwright.CreateAsync();
        return new Studio(server, playwright, await Chromium.LaunchAsync(playwright));
    }

    /// <summary>A picture of each page in each theme, language and width, named by all three.</summary>
    public async Task TakeAsync(string folder, IReadOnlyList<string> themes, IReadOnlyList<string> languages, IReadOnlyList<int> widths)
    {
        foreach (var theme in themes)
        {
            foreach (var language in languages)
            {
                var context = await _browser.NewContextAsync(new BrowserNewContextOptions
                {
                    BaseURL = _server.Url,
                    ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
                    Locale = language,
                    TimezoneId = "Asia/Shanghai",
                    ReducedMotion = ReducedMotion.Reduce,
                });
                var page = await context.NewPageAsync();
                await PhotographAsync(page, "sign-in", "/signin", null, $"{theme}-{language}", folder, widths);
                await page.GotoAsync("/signin");
                await page.Locator("#name").FillAsync("admin");
                await page.Locator("#password").FillAsync(_server.Password);
                await page.Locator("button[type=submit]").ClickAsync();
                await page.Locator("#main h1").First.WaitForAsync();
                foreach (var (name, path, seen) in Album.Pages)
                    await PhotographAsync(page, name, path, seen, $"{theme}-{language}", folder, widths);
                await context.CloseAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
        await _server.DisposeAsync();
    }

    private static async Task PhotographAsync(IPage page, string name, string path, string? seen, string look, string folder, IReadOnlyList<int> widths)
    {
        foreach (var width in widths)
        {
            await page.SetViewportSizeAsync(width, Height);
            await page.GotoAsync(path);
            await page.Locator("#main h1, #main h2").First.WaitForAsync();
            await Assertions.Expect(page.Locator("#main .wait")).ToHaveCountAsync(0, new() { Timeout = 20_000 });
            if (seen is not null)
                await page.Locator(seen).First.WaitForAsync(new LocatorWaitForOptions { Timeout = 20_000, State = WaitForSelectorState.Attached });
            // Two frames after the last change, so that what was drawn last is in the picture.
            await page.EvaluateAsync("() => document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 350)))))");
            var file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{look}-{width}.png"));
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = file });
            Console.WriteLine(file);
        }
    }
}
