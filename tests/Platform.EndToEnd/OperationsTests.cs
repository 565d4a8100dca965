using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

[Collection(PlatformCollection.Name)]
public sealed class OperationsTests(PlatformFixture platform)
{
    [Fact]
    public async Task Nodes_queues_and_a_queue_without_a_worker_are_seen_as_they_change()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Operations" }).ClickAsync();
        await reader.ReadyAsync();
        await Assertions.Expect(page.Locator("tr", new() { HasText = "alive" }).First).ToContainTextAsync("scheduler");
        // Nobody takes this queue; the page says so by itself.
        await platform.RunAsync("run", PlatformFixture.Waiting, "--detach");
        await Assertions.Expect(page.Locator("tr", new() { HasText = "far-away" })).ToContainTextAsync("no worker takes it");
        await Assertions.Expect(page.Locator("#main .note")).ToContainTextAsync("far-away");

        await page.GetByRole(AriaRole.Tab, new() { Name = "Database" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Dead rows" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("sort=dead-"));
        await Assertions.Expect(page.GetByText("Statements that take long")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Retention" }).ClickAsync();
        await Assertions.Expect(page.Locator("tr", new() { HasText = "Ended runs" })).ToContainTextAsync("400 days");
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task A_node_is_drained_and_takes_tasks_again_when_somebody_lets_it()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/operations");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Drain: ") }).ClickAsync();
        try
        {
            var row = page.Locator("tr", new() { HasText = "by admin" });
            await Assertions.Expect(row.Locator(".state")).ToHaveTextAsync(new Regex("drain(ed|ing)"));
            await Assertions.Expect(page.Locator(".figure", new() { HasText = "Tasks running" })).ToContainTextAsync("of 0 slots");
        }
        finally
        {
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Resume: ") }).ClickAsync();
        }
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Drain: ") })).ToBeVisibleAsync();
        await page.GetByTestId("node-actions").Locator("summary").ClickAsync();
        await Assertions.Expect(page.GetByTestId("node-actions").Locator("li").First).ToContainTextAsync("admin resumed");
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task A_viewer_reads_operations_and_finds_nothing_to_change()
    {
        var password = (await platform.RunAsync("users", "add", "otto")).Split("(shown once):")[1].Trim();
        await platform.RunAsync("pools", "set", "seen-by-viewers", "2");
        await using var reader = await platform.VisitAsync();
        var page = reader.Page;
        await reader.SignInAsync(password, "otto");
        await reader.OpenAsync("/operations");
        await Assertions.Expect(page.Locator("tr", new() { HasText = "scheduler" }).First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#main tbody button")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Tab, new() { Name = "Pools" }).ClickAsync();
        await Assertions.Expect(page.Locator("tr", new() { HasText = "seen-by-viewers" })).ToContainTextAsync("0 of 2 slots");
        await Assertions.Expect(page.Locator("#main button", new() { HasText = "New pool" })).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#main tbody button")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Tab, new() { Name = "Database" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Largest tables")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Statements that take long")).ToHaveCountAsync(0);
        Assert.Empty(reader.Complaints);
    }
}
