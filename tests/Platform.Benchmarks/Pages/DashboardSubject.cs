using System.Globalization;
using System.IO.Compression;
using Microsoft.Playwright;
using Platform.EndToEnd;

namespace Platform.Benchmarks.Pages;

/// <summary>The dashboard in a headless Chromium with an empty cache: from the click that signs in until it can be used, and the scripts that it takes.</summary>
internal sealed class DashboardSubject : ISubject
{
    private const int Visits = 9;

    // The moment of the click outlives the navigation in the session's storage; the end is the frame in which figures and decisions stand.
    private const string Watch = """
        addEventListener('submit', () => sessionStorage.setItem('signing-in', performance.timeOrigin + performance.now()), true);
        window.usable = new Promise(resolve => {
          const look = () => document.querySelector('#main .figures') && document.querySelector('#main .decide') ? resolve(performance.timeOrigin + performance.now() - Number(sessionStorage.getItem('signing-in'))) : requestAnimationFrame(look);
          requestAnimationFrame(look);
        });
        """;

    public string Name => "dashboard";

    public string Help => "sign-in to a usable dashboard on a warm server, and the JavaScript of '/' after sign-in";

    public async Task RunAsync(string[] args)
    {
        await using var server = await ServerProcess.StartAsync();
        server.Write("samples/people.csv", "id,name,email\n1,Ann,ann@example.org\n2,Bob,bob@example.org\n");
        await server.RunAsync("run", "nightly-inventory", "--param", "sources=samples");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.LaunchAsync(playwright);
        var (whole, again, plain) = (new List<double>(), new List<double>(), new List<double>());
        var scripts = new Dictionary<string, (long Gzip, long Sent)>();
        for (var i = 0; i <= Visits; i++)
        {
            // A context of its own: nothing is in its cache.
            await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = server.Url, ViewportSize = new ViewportSize { Width = 1600, Height = 900 }, Locale = "en" });
            await context.AddInitScriptAsync(Watch);
            var page = await context.NewPageAsync();
            page.SetDefaultTimeout(60_000);
            await page.GotoAsync("/signin");
            await page.Locator("#name").FillAsync("admin");
            await page.Locator("#password").FillAsync(server.Password);
            var seen = new List<IResponse>();
            page.Response += (_, response) => { if (response.Request.ResourceType == "script") seen.Add(response); };
            await page.Locator("button[type=submit]").ClickAsync();
            await page.Locator("#main .decide").WaitForAsync();
            whole.Add(await page.EvaluateAsync<double>("() => window.usable"));
            foreach (var response in seen)
                scripts[new Uri(response.Url).AbsolutePath] = (await ZippedAsync(await response.BodyAsync()), (await response.Request.SizesAsync()).ResponseBodySize);
            await page.EvaluateAsync("() => sessionStorage.setItem('signing-in', performance.timeOrigin + performance.now())");
            await page.ReloadAsync();
            again.Add(await page.EvaluateAsync<double>("() => window.usable"));
            plain.Add(await page.EvaluateAsync<double>("async () => { const at = performance.now(); await (await fetch('/health')).text(); return performance.now() - at; }"));
        }
        Print("sign-in to a usable dashboard, nothing cached", whole.Skip(1), "ms", "under 1,200");
        Print("the dashboard again, from the browser's cache", again.Skip(1), "ms", "–");
        Print("one small request of the same browser", plain.Skip(1), "ms", "the limit");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"JavaScript of '/' after sign-in: {scripts.Values.Sum(s => s.Gzip) / 1024.0:0.0} KiB with gzip ({scripts.Values.Sum(s => s.Sent) / 1024.0:0.0} KiB sent)   target under 250"));
        foreach (var (address, size) in scripts.OrderByDescending(s => s.Value.Gzip))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {size.Gzip / 1024.0,7:0.0} KiB  {address}"));
    }

    private static async Task<long> ZippedAsync(byte[] body)
    {
        using var memory = new MemoryStream();
        await using (var zip = new GZipStream(memory, CompressionLevel.Optimal, leaveOpen: true))
            await zip.WriteAsync(body);
        return memory.Length;
    }

    private static void Print(string what, IEnumerable<double> values, string unit, string target)
    {
        var sorted = values.Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-54} median {sorted[sorted.Count / 2],7:0.0} {unit,-9} least {sorted[0],7:0.0} most {sorted[^1],7:0.0}   target {target}"));
    }
}
