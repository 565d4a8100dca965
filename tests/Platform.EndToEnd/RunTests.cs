using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

[Collection(PlatformCollection.Name)]
public sealed partial class RunTests(PlatformFixture platform)
{
    [Fact]
    public async Task The_shipped_workflows_are_listed_with_their_schedules()
    {
        await using var reader = await platform.ReadAsync();
        await reader.OpenAsync("/workflows");
        await Assertions.Expect(reader.Page.GetByRole(AriaRole.Link, new() { Name = "Shop recommendations", Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(reader.Page.Locator("tr", new() { HasText = "Shop recommendations" })).ToContainTextAsync("00:00");
    }

    [Fact]
    public async Task A_run_started_by_hand_is_watched_live_to_its_end_with_its_log()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/workflows");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run now: Watched steps" }).ClickAsync();
        await page.GetByLabel("words").FillAsync("good morning");
        await page.Locator("dialog button[type=submit]").ClickAsync();

        await Assertions.Expect(page).ToHaveURLAsync(RunAddress());
        await reader.ReadyAsync();
        // Nobody reloads: the states, the log and the end come by themselves.
        await Assertions.Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("said good morning 4");
        await Assertions.Expect(page.Locator(".page-head .state")).ToHaveTextAsync("success");
        await Assertions.Expect(page.Locator(".x6-node .gn-status.st-success")).ToHaveCountAsync(4);

        // The log is searched from match to match, and narrowed by level.
        await page.GetByLabel("Find in the log").FillAsync("said good");
        await Assertions.Expect(page.GetByTestId("log-hits")).ToContainTextAsync("4");
        var first = await page.Locator(".log .hit-now").TextContentAsync();
        await page.GetByLabel("Next (Enter)").ClickAsync();
        await Assertions.Expect(page.Locator(".log .hit-now")).Not.ToHaveTextAsync(first!);
        await page.GetByLabel("Find in the log").FillAsync("nobody says this");
        await Assertions.Expect(page.Locator(".log .hit-now")).ToHaveCountAsync(0);
        await page.GetByLabel("Level").SelectOptionAsync("3");
        await Assertions.Expect(page.GetByRole(AriaRole.Log)).Not.ToContainTextAsync("said good morning");

        await page.Locator(".gantt .name", new() { HasText = "second" }).ClickAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Inputs and outputs" }).ClickAsync();
        await Assertions.Expect(page.GetByTestId("outputs")).ToContainTextAsync("42");
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task A_task_that_does_not_run_says_why_in_the_readers_language()
    {
        await using var reader = await platform.ReadAsync();
        await reader.OpenAsync($"/workflows/{PlatformFixture.Waiting}");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await reader.Page.Locator("dialog button[type=submit]").ClickAsync();
        await Assertions.Expect(reader.Page).ToHaveURLAsync(RunAddress());
        var run = RunAddress().Match(reader.Page.Url).Groups[1].Value;

        await reader.OpenAsync($"/runs/{run}?task=second");
        var why = reader.Page.GetByTestId("why");
        await Assertions.Expect(why.Locator("[data-code=no_worker]")).ToContainTextAsync("./platform worker --queues far-away");
        await Assertions.Expect(why.Locator("[data-code=upstream]")).ToContainTextAsync("'first'");
        Assert.Empty(reader.Complaints);

        await using var chinese = await platform.ReadAsync(language: "zh-CN");
        await chinese.OpenAsync($"/runs/{run}?task=first");
        await Assertions.Expect(chinese.Page.GetByTestId("why").Locator("[data-code=no_worker]")).ToContainTextAsync("没有存活的工作进程接收队列");

        // A second run waits for the place of the first, and says so on its own page.
        await reader.OpenAsync($"/workflows/{PlatformFixture.Waiting}");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await reader.Page.Locator("dialog button[type=submit]").ClickAsync();
        await Assertions.Expect(reader.Page.GetByTestId("why").Locator("[data-code=active_runs]")).ToContainTextAsync($"#{run}");
    }

    [Fact]
    public async Task A_list_of_runs_follows_by_itself_and_its_filter_lives_in_the_address()
    {
        await using var watcher = await platform.ReadAsync();
        await watcher.OpenAsync($"/runs?workflow={PlatformFixture.Steps}");
        await using var starter = await platform.ReadAsync();
        await starter.OpenAsync($"/workflows/{PlatformFixture.Steps}");
        await starter.Page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await starter.Page.Locator("dialog button[type=submit]").ClickAsync();
        await Assertions.Expect(starter.Page).ToHaveURLAsync(RunAddress());

        var run = RunAddress().Match(starter.Page.Url).Groups[1].Value;
        await Assertions.Expect(watcher.Page.GetByRole(AriaRole.Link, new() { Name = $"#{run}", Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(watcher.Page.Locator("tr", new() { HasText = $"#{run}" }).Locator(".state")).ToHaveTextAsync("success");

        await watcher.Page.GetByRole(AriaRole.Button, new() { Name = "failed" }).ClickAsync();
        await Assertions.Expect(watcher.Page).ToHaveURLAsync(new Regex("state=failed"));
    }

    [Fact]
    public async Task The_graph_is_reached_and_chosen_by_the_keyboard_alone()
    {
        await using var reader = await platform.ReadAsync();
        await reader.OpenAsync($"/workflows/{PlatformFixture.Steps}");
        var node = reader.Page.Locator(".x6-node[data-cell-id=second]");
        await node.FocusAsync();
        await reader.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(reader.Page.Locator("aside")).ToContainTextAsync("control.noop");
        await Assertions.Expect(node).ToHaveAttributeAsync("aria-pressed", "true");
    }

    [GeneratedRegex(@"/runs/(\d+)")]
    private static partial Regex RunAddress();
}
