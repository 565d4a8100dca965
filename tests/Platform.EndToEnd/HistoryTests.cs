using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>The calendar of a workflow's runs and how long they took.</summary>
[Collection(PlatformCollection.Name)]
public sealed class HistoryTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_day_of_the_calendar_leads_to_its_runs_and_one_that_was_left_out_to_a_backfill()
    {
        await platform.ApplyAsync("dated", "name: dated\ntitle: Dated\nowner: tests\nschedule: { cron: '@daily', start: 2026-01-01, end: 2026-02-01 }\ntasks:\n  - { id: one, activity: control.noop }\n  - { id: two, activity: control.noop, after: [one] }\n");
        await platform.RunAsync("backfill", "dated", "--from", "2026-01-05", "--to", "2026-01-07", "--wait");
        await platform.RunAsync("backfill", "dated", "--from", "2026-01-08", "--to", "2026-01-09", "--wait");
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/workflows/dated?tab=history&year=2026");
        var day = page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^2026-01-05: 1 run ") });
        await Assertions.Expect(day).ToHaveAttributeAsync("aria-label", new Regex("success 1"));

        // Arrow keys walk the days: down is the next one, right the next week.
        await day.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(page.Locator(".cal :focus")).ToHaveAttributeAsync("aria-label", new Regex("^2026-01-06: 1 run "));
        await page.Keyboard.PressAsync("ArrowDown");
        var missing = page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^2026-01-07: intervals without a run 1") });
        await Assertions.Expect(missing).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByTestId("bf-plan").Locator("tr[data-fate=New]")).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByLabel("First day")).ToHaveValueAsync("2026-01-07");
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Back" }).ClickAsync();

        var bars = page.GetByTestId("durations").GetByRole(AriaRole.Link);
        await Assertions.Expect(bars.Last).ToHaveAttributeAsync("href", new Regex(@"^runs/\d+$"));
        await page.GetByLabel("Whose durations").SelectOptionAsync("two");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("task=two"));
        await Assertions.Expect(bars.Last).ToHaveAttributeAsync("href", new Regex(@"task=two$"));

        await day.ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("day=2026-01-05"));
        await Assertions.Expect(page.Locator(".tbl tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator(".tbl tbody tr")).ToContainTextAsync("2026-01-05");
        Assert.Empty(reader.Complaints);
    }
}
