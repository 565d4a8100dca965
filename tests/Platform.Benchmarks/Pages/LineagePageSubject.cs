using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using Platform.EndToEnd;

namespace Platform.Benchmarks.Pages;

/// <summary>The lineage page in a headless Chromium, on a lineage that other systems told of: its first view of two steps, everything, moving about in it, and saving it.</summary>
internal sealed class LineagePageSubject : ISubject
{
    private const int Opens = 7;
    private const int Pans = 5;
    private const string Space = "bench";

    // From the navigation to the frame after which the assets are drawn.
    private const string Watch = """
        window.opened = new Promise(resolve => {
          const look = () => document.querySelector('.ln-host[data-nodes]') ? requestAnimationFrame(() => resolve(performance.now())) : requestAnimationFrame(look);
          requestAnimationFrame(look);
        });
        """;

    private const string Frames = """
        () => { const at = []; window.frames = at; const next = now => { at.push(now); if (window.frames === at) requestAnimationFrame(next); }; requestAnimationFrame(next); }
        """;

    private const string EndFrames = """
        () => { const at = window.frames; window.frames = null; const steps = at.slice(1).map((x, i) => x - at[i]); return [1000 * steps.length / (at[at.length - 1] - at[0]), Math.max(...steps)]; }
        """;

    public string Name => "lineage-page";

    public string Help => "[assets]: the lineage page with so many assets in one lineage (5,000): first view of two steps, everything, frames a second of a pan, export";

    public async Task RunAsync(string[] args)
    {
        var assets = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5_000;
        await using var server = await ServerProcess.StartAsync();
        var token = (await server.RunAsync("tokens", "create", "bench")).Trim();
        await FillAsync(server.Url, token, assets);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.LaunchAsync(playwright);
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { BaseURL = server.Url, ViewportSize = new ViewportSize { Width = 1600, Height = 900 }, Locale = "en" });
        page.SetDefaultTimeout(60_000);
        await page.GotoAsync("/signin");
        await page.Locator("#name").FillAsync("admin");
        await page.Locator("#password").FillAsync(server.Password);
        await page.Locator("button[type=submit]").ClickAsync();
        await page.Locator("#main h1").First.WaitForAsync();
        await page.AddInitScriptAsync(Watch);

        await OpenAsync(page, "two steps around one asset", $"/lineage?asset={Space}%3A%2F%2Ft{assets / 100}", "under 700");
        await OpenAsync(page, $"all {assets:N0}", $"/lineage?asset={Space}%3A%2F%2Ft0&depth=all", "under 3,000");
        Console.WriteLine($"drawn: {await page.Locator(".ln-host").GetAttributeAsync("data-nodes")} assets");

        await page.EvaluateAsync(Frames);
        await page.WaitForFunctionAsync("() => window.frames.length > 60");
        Print("frames of the page at rest", [(await page.EvaluateAsync<double[]>(EndFrames))[0]], "a second", "the limit");
        await PanAsync(page, "as it opens");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show everything" }).ClickAsync();
        await page.Locator(".ln-host.far").WaitForAsync();
        await PanAsync(page, "everything in sight");
        foreach (var kind in (string[])["SVG", "PNG"])
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            var file = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"Save the whole graph as {kind}" }).ClickAsync());
            Print($"saved as {kind}, {new FileInfo(await file.PathAsync()).Length / 1e6:0.0} MB", [clock.Elapsed.TotalMilliseconds], "ms", "–");
        }
    }

    private static async Task OpenAsync(IPage page, string what, string path, string target)
    {
        var opens = new List<double>();
        for (var i = 0; i <= Opens; i++)
        {
            await page.GotoAsync(path);
            opens.Add(await page.EvaluateAsync<double>("() => window.opened"));
        }
        Print($"open, {what} (first ever {opens[0]:0} ms)", opens.Skip(1), "ms", target);
    }

    private static async Task PanAsync(IPage page, string what)
    {
        var (rates, longest) = (new List<double>(), new List<double>());
        var box = (await page.Locator(".ln-host").BoundingBoxAsync())!;
        for (var i = 0; i < Pans; i++)
        {
            await page.Mouse.MoveAsync(box.X + 500, box.Y + 330);
            await page.Mouse.DownAsync();
            await page.EvaluateAsync(Frames);
            await page.Mouse.MoveAsync(box.X + 500 + (i % 2 == 0 ? -300 : 300), box.Y + 330 + (i % 2 == 0 ? 200 : -200), new MouseMoveOptions { Steps = 120 });
            var frames = await page.EvaluateAsync<double[]>(EndFrames);
            await page.Mouse.UpAsync();
            rates.Add(frames[0]);
            longest.Add(frames[1]);
        }
        Print($"frames of a pan, {what}", rates, "a second", "over 30");
        Print($"longest frame of a pan, {what}", longest, "ms", "–");
    }

    /// <summary>Each data set is made of one or two others, three of each; the first is upstream of all.</summary>
    private static async Task FillAsync(string url, string token, int assets)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        var random = new Random(1);
        var events = Enumerable.Range(1, assets - 1).Select(i =>
        {
            var first = (i - 1) / 3;
            return new
            {
                eventType = "COMPLETE",
                eventTime = "2026-03-01T02:00:00Z",
                producer = "https://example.org/bench",
                schemaURL = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
                run = new { runId = new Guid(i, 0, 7, 0x80, 0, 0, 0, 0, 0, 0, 1) },
                job = new { @namespace = Space, name = $"job{i}" },
                inputs = new[] { first, Math.Max(0, first - random.Next(20)) }.Distinct().Select(t => new { @namespace = Space, name = $"t{t}" }).ToArray(),
                outputs = new[] { new { @namespace = Space, name = $"t{i}" } },
            };
        });
        foreach (var some in events.Chunk(500))
        {
            using var body = new StringContent(JsonSerializer.Serialize(some), Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri("/api/v1/lineage", UriKind.Relative), body);
            answer.EnsureSuccessStatusCode();
        }
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3), TimeProvider.System);
        while (!(await http.GetAsync(new Uri($"/api/v1/lineage?asset={Space}%3A%2F%2Ft{assets - 1}&depth=1", UriKind.Relative), limit.Token)).IsSuccessStatusCode)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
    }

    private static void Print(string what, IEnumerable<double> values, string unit, string target)
    {
        var sorted = values.Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-58} median {sorted[sorted.Count / 2],7:0.0} {unit,-9} least {sorted[0],7:0.0} most {sorted[^1],7:0.0}   target {target}"));
    }
}
