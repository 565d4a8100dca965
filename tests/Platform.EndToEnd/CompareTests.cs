using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>Two runs side by side.</summary>
[Collection(PlatformCollection.Name)]
public sealed partial class CompareTests(PlatformFixture platform)
{
    [Fact]
    public async Task Two_runs_marked_in_the_list_are_compared_and_what_failed_in_one_is_named()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        var good = await StartAsync(reader, "0", "success");
        var bad = await StartAsync(reader, "4", "failed");
        await reader.OpenAsync($"/runs?workflow={PlatformFixture.Grouped}");
        await page.GetByLabel($"Mark run #{good} to compare").CheckAsync();
        await Assertions.Expect(page.GetByText("Mark one more run to compare")).ToBeVisibleAsync();
        await page.GetByLabel($"Mark run #{bad} to compare").CheckAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = $"Compare #{good} and #{bad}" }).ClickAsync();

        await Assertions.Expect(page).ToHaveURLAsync(new Regex($@"/runs/compare\?a={good}&b={bad}"));
        await Assertions.Expect(page.GetByTestId("compare-says")).ToContainTextAsync($"Failed only in #{bad}: check");
        await Assertions.Expect(page.GetByTestId("compare-says")).ToContainTextAsync("Parameters that differ: outcome");
        var check = page.Locator("tr[data-task=check]");
        await Assertions.Expect(check.Locator(".state")).ToHaveTextAsync(["success", "failed"]);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Only differences") }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("only=true"));
        await Assertions.Expect(page.Locator("tr[data-task=fetch]")).ToHaveCountAsync(0);
        await Assertions.Expect(check).ToHaveCountAsync(1);

        await page.GetByRole(AriaRole.Button, new() { Name = "Swap" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"a={bad}&b={good}"));
        await Assertions.Expect(check.Locator(".state")).ToHaveTextAsync(["failed", "success"]);

        // From a run's own page it is compared with the newest good one before it.
        await reader.OpenAsync($"/runs/{bad}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Compare" }).ClickAsync();
        await Assertions.Expect(page.GetByTestId("compare-b")).ToHaveValueAsync($"{bad}");
        await Assertions.Expect(page.GetByTestId("compare-says")).ToContainTextAsync($"Failed only in #{bad}: check");
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task The_time_line_tells_the_critical_path_and_zooms()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await StartAsync(reader, "0", "success");
        var time = page.GetByRole(AriaRole.Region, new() { Name = "Timeline" });
        await Assertions.Expect(time.GetByTestId("critical")).ToContainTextAsync("7 tasks");
        await Assertions.Expect(time.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("^check:.*Critical path") })).ToHaveCountAsync(1);
        await Assertions.Expect(time.Locator(".name")).ToHaveCountAsync(11);
        await time.GetByRole(AriaRole.Button, new() { Name = "Only critical path" }).ClickAsync();
        // Of the three elements of the mapped task the one that ended last, below its task.
        await Assertions.Expect(time.Locator(".name.inside")).ToHaveCountAsync(1);
        await time.GetByLabel("Zoom in").ClickAsync();
        await Assertions.Expect(time.GetByText("2×")).ToBeVisibleAsync();
        // What is looked at is in the address, and a reload keeps it.
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("critical=true&zoom=2"));
        await page.ReloadAsync();
        await Assertions.Expect(time.GetByText("2×")).ToBeVisibleAsync();
        await Assertions.Expect(time.Locator(".name.inside")).ToHaveCountAsync(1);
        Assert.True(await time.Locator(".gantt-box").EvaluateAsync<bool>("e => e.scrollWidth > e.clientWidth * 1.5"));
        Assert.Empty(reader.Complaints);
    }

    private static async Task<long> StartAsync(Reader reader, string outcome, string state)
    {
        await reader.OpenAsync($"/workflows/{PlatformFixture.Grouped}");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await reader.Page.Locator("#param-outcome").FillAsync(outcome);
        await reader.Page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(reader.Page).ToHaveURLAsync(RunAddress());
        await Assertions.Expect(reader.Page.Locator(".page-head .state")).ToHaveTextAsync(state);
        return long.Parse(RunAddress().Match(reader.Page.Url).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"/runs/(\d+)")]
    private static partial Regex RunAddress();
}
