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
        "/", "/runs", "/workflows", $"/workflows/{PlatformFixture.Shop}", $"/workflows/{PlatformFixture.Shop}?tab=runs", $"/workflows/{PlatformFixture.Shop}?tab=yaml", $"/workflows/{PlatformFixture.Shop}?tab=versions",
        $"/workflows/{PlatformFixture.Shop}/grid", $"/workflows/{PlatformFixture.Grouped}", "/workflows/no-such/grid", "/runs/1", "/runs/1?task=clean", "/inventory", "/inventory/asset?key=clean.orders", "/inventory/asset?key=clean.orders&tab=columns", "/inventory/asset?key=clean.orders&tab=relations",
        "/inventory/asset?key=clean.orders&tab=lineage", "/inventory/asset?key=clean.orders&tab=history", "/inventory/asset?key=clean.orders&tab=sample",
        "/inventory/asset?key=clean.orders&tab=quality", "/quality", "/quality?all=true", "/review", "/review?personal=true", "/lineage", "/lineage?asset=clean.orders&level=column", "/models", "/settings", "/settings?tab=secrets", "/settings?tab=pools", "/account", "/runs/999999",
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
                await Assertions.Expect(reader.Page.Locator(".x6-node").First).ToBeVisibleAsync();
            if (path.EndsWith("yaml", StringComparison.Ordinal))
                await Assertions.Expect(reader.Page.Locator(".monaco-editor .view-line").First).ToBeVisibleAsync();
            await Assertions.Expect(reader.Page.Locator("header nav a").First).ToHaveTextAsync(firstLink);
            await LookAsync(reader, path, theme, found);
        }
        found.AddRange(reader.Complaints);
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    private static async Task LookAsync(Reader reader, string path, ColorScheme theme, List<string> found)
    {
        if (Environment.GetEnvironmentVariable("PLATFORM_SCREENSHOTS") is { Length: > 0 } folder)
        {
            var name = NotInNames().Replace(path.Trim('/'), "-").Trim('-');
            await reader.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{(name.Length == 0 ? "home" : name)}-{theme.ToString().ToLowerInvariant()}.png") });
        }
        var result = await reader.Page.RunAxe();
        found.AddRange(result.Violations.Select(v => $"{path} ({theme}): {v.Impact} {v.Id}, {v.Nodes.Length} times, such as {v.Nodes[0].Html} {v.Nodes[0].Any?.FirstOrDefault()?.Message}"));
    }

    [GeneratedRegex(@"^/workflows/[^?/]+$|^/runs/1\b|lineage.*clean|clean.*lineage")]
    private static partial Regex HasGraph();

    [GeneratedRegex("[^a-zA-Z0-9]+")]
    private static partial Regex NotInNames();
}
