using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

[Collection(PlatformCollection.Name)]
public sealed partial class GridTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_run_appears_in_the_open_grid_and_goes_on_there_to_its_end()
    {
        await using var watcher = await platform.ReadAsync();
        await watcher.OpenAsync($"/workflows/{PlatformFixture.Grouped}/grid");
        var run = await StartAsync();

        var column = watcher.Page.Locator($".rg td a[href='runs/{run}?task=publish']");
        await Assertions.Expect(column).ToHaveClassAsync(new Regex("st-success"));
        await Assertions.Expect(watcher.Page.Locator($".rg td a[href='runs/{run}?task=part']")).ToHaveAttributeAsync("aria-label", new Regex("success, 3/3 ended"));
        await Assertions.Expect(watcher.Page.Locator($".rg td a[href='runs/{run}?task=flaky']")).ToHaveAttributeAsync("aria-label", new Regex("Attempt 2"));
        await Assertions.Expect(watcher.Page.Locator($".rg thead a[href='runs/{run}']")).ToHaveAttributeAsync("aria-label", new Regex("success"));

        await column.ClickAsync();
        await Assertions.Expect(watcher.Page).ToHaveURLAsync(new Regex($@"/runs/{run}\?task=publish"));
        await Assertions.Expect(watcher.Page.Locator(".task h2")).ToHaveTextAsync("publish");
        Assert.Empty(watcher.Complaints);
    }

    [Fact]
    public async Task Groups_close_to_one_row_and_setups_are_marked()
    {
        await StartAsync();
        await using var reader = await platform.ReadAsync();
        await reader.OpenAsync($"/workflows/{PlatformFixture.Grouped}/grid");
        var rows = reader.Page.Locator(".rg tbody th");
        await Assertions.Expect(rows.Filter(new() { HasText = "open_house" })).ToContainTextAsync("setup");
        await Assertions.Expect(rows.Filter(new() { HasText = "close_house" })).ToContainTextAsync("teardown");
        await Assertions.Expect(rows).ToHaveCountAsync(9);

        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "load", Exact = true }).ClickAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(5);
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Close all groups" }).ClickAsync();
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Open all groups" }).ClickAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(9);
    }

    [Fact]
    public async Task The_grid_is_walked_by_arrow_keys_and_tells_what_it_stands_on()
    {
        var run = await StartAsync();
        await using var reader = await platform.ReadAsync();
        await reader.OpenAsync($"/workflows/{PlatformFixture.Grouped}/grid");
        var page = reader.Page;
        var first = page.Locator($".rg tbody a[href='runs/{run}?task=open_house']");
        await Assertions.Expect(first).ToHaveAttributeAsync("tabindex", "0");
        await first.FocusAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await Assertions.Expect(page.Locator(".rg :focus")).ToHaveAttributeAsync("href", $"runs/{run}");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(page.Locator(".rg :focus")).ToHaveAttributeAsync("href", $"runs/{run}?task=fetch");
        await Assertions.Expect(page.Locator(".rg-tip")).ToContainTextAsync("fetch");
        await Assertions.Expect(page.Locator(".rg-tip")).ToContainTextAsync($"#{run}");
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("End");
        await Assertions.Expect(page.Locator(".rg [tabindex='0']")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($@"/runs/{run}\?task=fetch"));
    }

    [Fact]
    public async Task Older_and_newer_runs_are_paged_through_by_the_address()
    {
        var run = await StartAsync();
        await using var reader = await platform.ReadAsync();
        // Only runs before the newest: there is a newer page and it is the newest, filled up.
        await reader.OpenAsync($"/workflows/{PlatformFixture.Grouped}/grid?runs=50&before={run + 1}");
        await Assertions.Expect(reader.Page.Locator($".rg thead a[href='runs/{run}']")).ToHaveCountAsync(1);
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Newer" }).ClickAsync();
        await Assertions.Expect(reader.Page).ToHaveURLAsync(new Regex($"after={run}"));
        await Assertions.Expect(reader.Page.Locator($".rg thead a[href='runs/{run}']")).ToHaveCountAsync(1);
        await Assertions.Expect(reader.Page.GetByRole(AriaRole.Button, new() { Name = "50" })).ToHaveAttributeAsync("aria-pressed", "true");
    }

    [Fact]
    public async Task A_workflow_without_runs_says_so()
    {
        await using var reader = await platform.ReadAsync();
        await reader.OpenAsync("/workflows/shop-recommendations/grid");
        await Assertions.Expect(reader.Page.Locator("#main .empty")).ToContainTextAsync("No runs");
    }

    [Fact]
    public async Task The_graph_frames_its_groups_and_folds_them_by_mouse_and_keyboard()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync($"/workflows/{PlatformFixture.Grouped}");
        await Assertions.Expect(page.Locator(".x6-node .gn-frame")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator(".x6-node .gn-pill")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator(".x6-node[data-cell-id=open_house]")).ToContainTextAsync("setup");

        var frame = page.Locator(".x6-node[data-cell-id='group:load']");
        await Assertions.Expect(frame).ToHaveAttributeAsync("aria-expanded", "true");
        await frame.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".x6-node .gn-frame")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".x6-node")).ToHaveCountAsync(5);
        await Assertions.Expect(frame).ToHaveAttributeAsync("aria-expanded", "false");
        await Assertions.Expect(frame).ToBeFocusedAsync();

        await frame.ClickAsync();
        await Assertions.Expect(page.Locator(".x6-node .gn-frame")).ToHaveCountAsync(2);
        Assert.Empty(reader.Complaints);
    }

    /// <summary>Starts a run and waits for its end.</summary>
    private async Task<long> StartAsync()
    {
        await using var starter = await platform.ReadAsync();
        await starter.OpenAsync($"/workflows/{PlatformFixture.Grouped}");
        await starter.Page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await starter.Page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(starter.Page).ToHaveURLAsync(RunAddress());
        await Assertions.Expect(starter.Page.Locator(".page-head .state")).ToHaveTextAsync("success");
        return long.Parse(RunAddress().Match(starter.Page.Url).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"/runs/(\d+)")]
    private static partial Regex RunAddress();
}
