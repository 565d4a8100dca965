using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

[Collection(PlatformCollection.Name)]
public sealed class LineageTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_path_is_chosen_shown_and_said_and_lives_in_the_address()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/lineage?asset=clean.orders");
        var picker = page.GetByRole(AriaRole.Combobox, new() { Name = "Path to another asset" });
        await picker.FillAsync("shop.customers");
        await picker.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"to=shop\.customers"));
        await Assertions.Expect(page.GetByText("clean.orders is made from shop.customers: 1 step, 1 shortest path.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".gn-edge.ln-path")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator(".ln-node[data-id='shop.orders'].ln-dim")).ToHaveCountAsync(1);

        await reader.OpenAsync("/lineage?asset=shop.orders&to=shop.customers");
        await Assertions.Expect(page.GetByText("No path: neither of shop.orders and shop.customers is made from the other.")).ToBeVisibleAsync();
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task Keys_go_along_the_links_and_the_list_says_what_is_chosen()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/lineage?asset=clean.orders");
        var drawing = page.GetByRole(AriaRole.Application);
        await Assertions.Expect(page.Locator(".ln-node[data-id='clean.orders']")).ToBeVisibleAsync();
        await drawing.FocusAsync();
        await drawing.PressAsync("ArrowLeft");
        await Assertions.Expect(page.Locator("aside .panel-h h2")).ToHaveTextAsync("clean.orders");
        await drawing.PressAsync("ArrowLeft");
        await Assertions.Expect(page.Locator("aside .panel-h h2")).ToHaveTextAsync(new Regex("^shop\\."));
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"chosen=shop\."));
        await drawing.PressAsync("Escape");
        await Assertions.Expect(page.Locator("aside .panel-h h2")).ToHaveCountAsync(0);
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task The_impact_list_is_filtered_sorted_and_taken_away_as_a_table()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/lineage?asset=shop.customers&tab=impact");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "clean.orders", Exact = true })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Last written" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("sort=-written"));
        var csv = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).ClickAsync());
        Assert.Equal("impact-shop.customers.csv", csv.SuggestedFilename);
        Assert.Contains("\nclean.orders,table,1,", await File.ReadAllTextAsync(await csv.PathAsync()), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Searchbox).FillAsync("nobody");
        await page.GetByRole(AriaRole.Searchbox).PressAsync("Enter");
        await Assertions.Expect(page.Locator("#main .empty")).ToBeVisibleAsync();
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task The_whole_drawing_is_saved_as_SVG_and_as_PNG_in_the_theme_of_the_page()
    {
        await using var reader = await platform.ReadAsync(ColorScheme.Dark);
        var page = reader.Page;
        await reader.OpenAsync("/lineage?asset=clean.orders&level=column");
        await Assertions.Expect(page.Locator(".ln-node").First).ToBeVisibleAsync();
        var svg = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Save the whole graph as SVG" }).ClickAsync());
        var drawing = XDocument.Load(await svg.PathAsync());
        XNamespace space = "http://www.w3.org/2000/svg";
        Assert.Contains("shop.customers", drawing.Descendants(space + "text").Select(t => t.Value));
        Assert.Contains("customer_id", drawing.Descendants(space + "text").Select(t => t.Value));
        // A file of its own: no class, no address, and the ground of the dark theme.
        Assert.DoesNotContain(drawing.Descendants(), e => e.Attribute("class") is not null);
        Assert.All(drawing.Descendants(space + "use"), u => Assert.StartsWith("#", u.Attribute("href")!.Value, StringComparison.Ordinal));
        Assert.Contains("data:font/woff2", drawing.Descendants(space + "style").Single().Value, StringComparison.Ordinal);
        Assert.Equal("#0c131e", drawing.Root!.Elements(space + "rect").First().Attribute("fill")!.Value);
        var png = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Save the whole graph as PNG" }).ClickAsync());
        Assert.Equal([0x89, 0x50, 0x4e, 0x47], (await File.ReadAllBytesAsync(await png.PathAsync()))[..4]);
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task The_slider_stops_where_the_lineage_changed_and_marks_what_came_since()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await TellAsync(reader, "moved", [("a", "b", "2026-03-01T02:00:00Z"), ("b", "c", "2026-04-01T02:00:00Z")], "c");
        await reader.OpenAsync("/lineage?asset=moved%3A%2F%2Fa");
        await Assertions.Expect(page.Locator(".ln-node")).ToHaveCountAsync(3);
        var slider = page.GetByRole(AriaRole.Slider);
        await Assertions.Expect(slider).ToHaveAttributeAsync("aria-valuetext", "As it is now");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change before" }).ClickAsync();
        await Assertions.Expect(slider).ToHaveAttributeAsync("aria-valuetext", new Regex("1 Apr.*1 link began"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Change before" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("at=2026-03-01"));
        await Assertions.Expect(page.Locator("aside .ln-mark.added")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator(".ln-node[data-id='moved://c'] .ln-body.ln-added")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Now" }).ClickAsync();
        await Assertions.Expect(page.Locator("aside .ln-mark")).ToHaveCountAsync(0);
        Assert.Empty(reader.Complaints);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(5_000)]
    public async Task A_lineage_of_thousands_opens_small_expands_by_click_and_is_drawn_whole(int assets)
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        var space = $"wide{assets}";
        await TellAsync(reader, space, [.. Enumerable.Range(1, assets - 1).Select(i => ($"t{(i - 1) / 3}", $"t{i}", "2026-03-01T02:00:00Z"))], $"t{assets - 1}");
        await reader.OpenAsync($"/lineage?asset={space}%3A%2F%2Ft1");
        var drawing = page.GetByRole(AriaRole.Application);
        // Itself, one above it, three and nine below it.
        await Assertions.Expect(drawing).ToHaveAttributeAsync("data-nodes", "14");
        await page.Locator($".ln-node[data-id='{space}://t0'] .ln-more[data-side=down]").ClickAsync();
        await Assertions.Expect(drawing).ToHaveAttributeAsync("data-nodes", "16");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("more=d"));

        await reader.OpenAsync($"/lineage?asset={space}%3A%2F%2Ft0&depth=all");
        await Assertions.Expect(drawing).ToHaveAttributeAsync("data-nodes", assets.ToString(CultureInfo.InvariantCulture));
        await Assertions.Expect(page.Locator(".bar-top [role=status]")).ToContainTextAsync(assets.ToString("N0", CultureInfo.GetCultureInfo("en")));
        Assert.InRange(await page.Locator(".ln-node").CountAsync(), 1, 600);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show everything" }).ClickAsync();
        await Assertions.Expect(page.Locator(".ln-host.far")).ToHaveCountAsync(1);
        var box = (await drawing.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + 300, box.Y + 300);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + 200, box.Y + 200, new() { Steps = 10 });
        await page.Mouse.UpAsync();
        await page.Locator("aside").GetByRole(AriaRole.Button, new() { Name = $"{space}://t3", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator($".ln-node[data-id='{space}://t3'] .ln-chosen")).ToBeVisibleAsync();
        Assert.Empty(reader.Complaints);
    }

    /// <summary>Tells of jobs that made one data set of another, and waits until the lineage has the last.</summary>
    private static async Task TellAsync(Reader reader, string space, IReadOnlyList<(string From, string To, string At)> steps, string last)
    {
        var number = 0;
        foreach (var some in steps.Chunk(500))
        {
            var events = some.Select(s => new
            {
                eventType = "COMPLETE",
                eventTime = s.At,
                producer = "https://example.org/p",
                schemaURL = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
                run = new { runId = new Guid(++number, (short)space.Length, (short)steps.Count, 0x80, 0, 0, 0, 0, 0, 0, 1) },
                job = new { @namespace = space, name = $"make_{s.To}" },
                inputs = new[] { new { @namespace = space, name = s.From } },
                outputs = new[] { new { @namespace = space, name = s.To } },
            });
            var answer = await reader.Context.APIRequest.PostAsync("/api/v1/lineage", new() { Data = JsonSerializer.Serialize(events), Headers = new Dictionary<string, string> { ["Content-Type"] = "application/json" } });
            Assert.True(answer.Status == 201, await answer.TextAsync());
        }
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        while (!(await reader.Context.APIRequest.GetAsync($"/api/v1/lineage?depth=1&asset={Uri.EscapeDataString($"{space}://{last}")}")).Ok)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
    }
}
