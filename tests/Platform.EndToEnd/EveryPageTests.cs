using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>Every page, for axe and for the camera: set PLATFORM_SCREENSHOTS to a folder to keep a picture of each in both themes.</summary>
[Collection(PlatformCollection.Name)]
public sealed partial class EveryPageTests(PlatformFixture platform)
{
    private static readonly string[] Pages =
    [
        "/", "/runs", "/workflows", $"/workflows/{PlatformFixture.Shop}", $"/workflows/{PlatformFixture.Shop}?tab=runs", $"/workflows/{PlatformFixture.Shop}?tab=yaml", $"/workflows/{PlatformFixture.Shop}?tab=versions", $"/workflows/{PlatformFixture.Shop}?tab=backfills", $"/workflows/{PlatformFixture.Shop}?tab=history",
        $"/workflows/{PlatformFixture.Shop}/grid", $"/workflows/{PlatformFixture.Grouped}", "/workflows/no-such/grid", "/runs/1", "/runs/1?task=clean", "/runs/compare", "/runs/compare?a=1&b=2", "/runs/compare?b=1", "/inventory", "/inventory/asset?key=clean.orders", "/inventory/asset?key=clean.orders&tab=columns", "/inventory/asset?key=clean.orders&tab=relations",
        "/inventory/asset?key=clean.orders&tab=lineage", "/inventory/asset?key=clean.orders&tab=history", "/inventory/asset?key=clean.orders&tab=sample",
        "/inventory/asset?key=clean.orders&tab=quality", "/inventory/asset?key=clean.orders&tab=metrics", "/glossary", "/contracts", "/quality", "/quality?state=all", "/review", "/review?personal=true", "/lineage", "/lineage?asset=clean.orders&level=column", "/lineage?asset=clean.orders&to=shop.customers&chosen=clean.orders", "/lineage?asset=shop.orders&tab=impact", "/lineage?asset=clean.orders&tab=causes", "/models", "/settings", "/settings?tab=secrets", "/settings?tab=users", "/operations", "/operations?tab=leases", "/operations?tab=pools", "/operations?tab=database", "/operations?tab=notices", "/operations?tab=history", "/account", "/runs/999999", $"/workflows/{PlatformFixture.Shop}/edit", $"/workflows/{PlatformFixture.Shop}/edit?view=both", "/workflows/no-such/edit",
    ];

    [Theory]
    [InlineData(ColorScheme.Light, "en", "Overview")]
    [InlineData(ColorScheme.Dark, "zh-CN", "概览")]
    public async Task Axe_finds_nothing_and_the_console_is_silent(ColorScheme theme, string language, string firstLink)
    {
        var found = new List<string>();
        await using (var visitor = await platform.VisitAsync(theme, language))
        {
            await visitor.Page.GotoAsync("/signin");
            await LookAsync(visitor, "/signin", theme, found);
        }
        await using var reader = await platform.ReadAsync(theme, language);
        foreach (var path in Pages)
        {
            await reader.OpenAsync(path);
            if (HasGraph().IsMatch(path))
                await Assertions.Expect(reader.Page.Locator(".x6-node, .ln-node").First).ToBeVisibleAsync();
            if (path.EndsWith("yaml", StringComparison.Ordinal))
                await Assertions.Expect(reader.Page.Locator(".monaco-editor .view-line").First).ToBeVisibleAsync();
            await Assertions.Expect(reader.Page.Locator("header nav a").First).ToHaveTextAsync(firstLink);
            await LookAsync(reader, path, theme, found);
        }
        found.AddRange(reader.Complaints);
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Theory]
    [InlineData(390)]
    [InlineData(768)]
    [InlineData(1280)]
    public async Task The_menu_and_the_list_fit_however_narrow_the_window(int width)
    {
        const string Overlaps = """
            () => {
              const all = [...document.querySelectorAll('header nav a, header .langs a, header .btn-t')].map(e => [e.textContent.trim() || e.title, e.getBoundingClientRect()]);
              const out = all.filter(([, r]) => r.left < 0 || r.right > innerWidth || r.width === 0).map(([t]) => t + ' is cut');
              all.forEach(([a, p], i) => all.slice(i + 1).forEach(([b, q]) => { if (p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1) out.push(a + ' lies over ' + b); }));
              const nav = document.querySelector('header nav');
              if (nav.scrollWidth > nav.clientWidth + 1) out.push('the menu is cut');
              return out;
            }
            """;
        await using var reader = await platform.ReadAsync();
        await reader.Page.SetViewportSizeAsync(width, 844);
        foreach (var path in (string[])["/", "/inventory", "/settings"])
        {
            await reader.OpenAsync(path);
            await KeepAsync(reader, path, $"{width}");
            Assert.Empty(await reader.Page.EvaluateAsync<string[]>(Overlaps));
        }
        if (width < 1280)
            return;
        await reader.OpenAsync("/inventory");
        await reader.Page.EvaluateAsync("() => document.querySelectorAll('.tbl a.row-link').forEach(a => a.textContent = 'a_very_long_name_of_a_table_'.repeat(6))");
        await KeepAsync(reader, "/inventory", "long-names");
        Assert.True(await reader.Page.EvaluateAsync<bool>("() => { const s = document.querySelector('#main .scroll-x'); return s.scrollWidth <= s.clientWidth + 1; }"));
    }

    private static async Task KeepAsync(Reader reader, string path, string what)
    {
        if (Environment.GetEnvironmentVariable("PLATFORM_SCREENSHOTS") is not { Length: > 0 } folder)
            return;
        var name = NotInNames().Replace(path.Trim('/'), "-").Trim('-');
        await reader.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{(name.Length == 0 ? "home" : name)}-{what}.png") });
    }

    private static async Task LookAsync(Reader reader, string path, ColorScheme theme, List<string> found)
    {
        await KeepAsync(reader, path, theme.ToString().ToLowerInvariant());
        var result = await reader.Page.RunAxe();
        found.AddRange(result.Violations.Select(v => $"{path} ({theme}): {v.Impact} {v.Id}, {v.Nodes.Length} times, such as {v.Nodes[0].Html} {v.Nodes[0].Any?.FirstOrDefault()?.Message}"));
    }

    [GeneratedRegex(@"^/workflows/[^?/]+$|^/workflows/small-shop/edit|^/runs/1\b|lineage.asset=clean.(?!.*causes)|clean.*tab=lineage")]
    private static partial Regex HasGraph();

    [GeneratedRegex("[^a-zA-Z0-9]+")]
    private static partial Regex NotInNames();
}
