using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using Platform.EndToEnd;

namespace Platform.Benchmarks.Pages;

/// <summary>Runs as people watch them, in a headless Chromium: opening a large grid, and many pages that follow one run.</summary>
internal sealed class WatchSubject : ISubject
{
    private const int Tasks = 100;
    private const int GridRuns = 50;
    private const int Opens = 7;

    // From the navigation to the frame in which every cell of the grid is there.
    private const string GridDrawn = """
        window.opened = new Promise(resolve => {
          const look = () => document.querySelectorAll('.rg tbody td a').length >= CELLS ? resolve(performance.now()) : requestAnimationFrame(look);
          requestAnimationFrame(look);
        });
        """;

    // When each task is first seen to have succeeded.
    private const string Seen = """
        () => { window.seen = {}; const look = () => document.querySelectorAll('.gantt .track[aria-label*=": success"]').forEach(e => { const id = e.getAttribute('aria-label').split(':')[0]; window.seen[id] ??= Date.now(); });
          new MutationObserver(look).observe(document.querySelector('#main'), { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-label'] }); look(); }
        """;

    public string Name => "watch";

    public string Help => "[people]: a grid of 100 tasks x 50 runs from navigation to drawn; so many people (50) at one run of 100 tasks with about 5 changes a second: the server's processor time, and how late each change is on the screen";

    public async Task RunAsync(string[] args)
    {
        var people = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 50;
        await using var server = await ServerProcess.StartAsync();
        await server.RunAsync("apply", server.Write("grid.yaml", Workflow("grid", 0, 20)), server.Write("watched.yaml", Workflow("watched", 0.4, 1)));
        var clock = Stopwatch.StartNew();
        await server.RunAsync("backfill", "grid", "--from", "2026-01-01", "--to", "2026-02-20", "--limit", "10", "--wait");
        Console.WriteLine($"{GridRuns} runs of {Tasks} tasks in {clock.Elapsed.TotalSeconds:0} s");

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.LaunchAsync(playwright);
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = server.Url, ViewportSize = new ViewportSize { Width = 1600, Height = 900 }, Locale = "en" });
        var first = await context.NewPageAsync();
        first.SetDefaultTimeout(60_000);
        await first.GotoAsync("/signin");
        await first.Locator("#name").FillAsync("admin");
        await first.Locator("#password").FillAsync(server.Password);
        await first.Locator("button[type=submit]").ClickAsync();
        await first.Locator("#main h1").First.WaitForAsync();
        await GridAsync(context);
        await WatchAsync(server, context, first, people);
    }

    private static async Task GridAsync(IBrowserContext context)
    {
        var page = await context.NewPageAsync();
        await page.AddInitScriptAsync(GridDrawn.Replace("CELLS", (Tasks * GridRuns).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        var opens = new List<double>();
        for (var i = 0; i <= Opens; i++)
        {
            await page.GotoAsync($"/workflows/grid/grid?runs={GridRuns}");
            opens.Add(await page.EvaluateAsync<double>("() => window.opened"));
        }
        Print($"grid, {Tasks * GridRuns:n0} cells drawn (first ever {opens[0]:0} ms)", opens.Skip(1), "ms", "under 1,000");
        await page.CloseAsync();
    }

    private static async Task WatchAsync(ServerProcess server, IBrowserContext context, IPage first, int people)
    {
        var run = await StartAsync(first);
        await first.Locator(".gantt .name").First.WaitForAsync();
        await first.EvaluateAsync(Seen);
        var alone = await ShareAsync(server, TimeSpan.FromSeconds(8));
        using var http = new HttpClient { BaseAddress = new Uri(server.Url + "/") };
        http.DefaultRequestHeaders.Add("Cookie", string.Join("; ", (await context.CookiesAsync()).Select(c => $"{c.Name}={c.Value}")));
        var watchers = new List<PageWatcher>();
        for (var i = 1; i < people; i++)
            watchers.Add(await PageWatcher.OpenAsync(http, $"/runs/{run}"));
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        var (drawn, bytes) = (watchers.Sum(w => w.Drawn), watchers.Sum(w => w.Bytes));
        var span = TimeSpan.FromSeconds(15);
        var many = await ShareAsync(server, span);
        (drawn, bytes) = (watchers.Sum(w => w.Drawn) - drawn, watchers.Sum(w => w.Bytes) - bytes);
        foreach (var watcher in watchers)
            await watcher.CheckAsync();
        var ended = await first.Locator(".page-head .state.st-success").CountAsync() > 0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"each of them got {(double)drawn / watchers.Count / span.TotalSeconds:0.0} drawings a second of {(double)bytes / Math.Max(1, drawn) / 1024:0.0} KiB{(ended ? "; THE RUN ENDED BEFORE THAT WAS MEASURED" : "")}"));

        await first.Locator(".page-head .state.st-success").WaitForAsync(new LocatorWaitForOptions { Timeout = 240_000 });
        var seen = await first.EvaluateAsync<Dictionary<string, double>>("() => window.seen");
        using var shown = JsonDocument.Parse(await server.RunAsync("runs", "show", run, "--json"));
        var late = new List<double>();
        foreach (var task in shown.RootElement.GetProperty("tasks").EnumerateArray())
        {
            if (seen.TryGetValue(task.GetProperty("id").GetString()!, out var at))
                late.Add(at - task.GetProperty("ended").GetDateTimeOffset().ToUnixTimeMilliseconds());
        }
        Print($"a task's end until it is on the screen, {late.Count} tasks", late, "ms", "under 1,000");
        foreach (var watcher in watchers)
            await watcher.DisposeAsync();

        // The engine's own share, which runs the tasks whether somebody looks or not.
        await StartAsync(first);
        await first.GotoAsync("/account");
        var nobody = await ShareAsync(server, span);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"processor time of the server, of a core: {nobody:0.0 %} with nobody watching (it runs the tasks), {alone:0.0 %} with one, {many:0.0 %} with {people}   target under 25 %"));
    }

    /// <summary>Starts the watched workflow in the browser, which then shows the run.</summary>
    /// <returns>Id of the run.</returns>
    private static async Task<string> StartAsync(IPage page)
    {
        await page.GotoAsync("/workflows/watched");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await page.WaitForURLAsync("**/runs/*");
        return page.Url[(page.Url.LastIndexOf('/') + 1)..];
    }

    private static async Task<double> ShareAsync(ServerProcess server, TimeSpan span)
    {
        var (before, clock) = (server.ProcessorTime, Stopwatch.StartNew());
        await Task.Delay(span, TimeProvider.System);
        return (server.ProcessorTime - before) / clock.Elapsed;
    }

    /// <summary>Chains of tasks that each take so long.</summary>
    private static string Workflow(string name, double seconds, int chains)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"name: {name}\ntitle: {name}\nowner: tests\nlimits: {{ active_runs: 10 }}\ntasks:\n");
        for (var i = 0; i < Tasks; i++)
            text.Append(CultureInfo.InvariantCulture, $"  - {{ id: t{i}, activity: control.noop{(i >= chains ? $", after: [t{i - chains}]" : "")}, with: {{ seconds: {seconds}, outputs: {{ rows: {i} }} }} }}\n");
        return text.ToString();
    }

    private static void Print(string what, IEnumerable<double> values, string unit, string target)
    {
        var sorted = values.Order().ToList();
        Console.WriteLine(sorted.Count == 0 ? $"{what}: nothing was seen" : string.Create(CultureInfo.InvariantCulture, $"{what,-58} median {sorted[sorted.Count / 2],7:0.0} {unit,-4} least {sorted[0],7:0.0} most {sorted[^1],7:0.0}   target {target}"));
    }
}
