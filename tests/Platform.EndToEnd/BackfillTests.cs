using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>A range of intervals, from the dialog with its dry run to its end.</summary>
[Collection(PlatformCollection.Name)]
public sealed class BackfillTests(PlatformFixture platform)
{
    [Fact]
    public async Task The_dry_run_lists_the_very_intervals_that_run_and_leaves_alone_what_ran()
    {
        await platform.ApplyAsync("filled", "name: filled\ntitle: Filled\nowner: tests\nlimits: { active_runs: 4 }\ntasks:\n  - { id: each, activity: control.noop }\n");
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await AskAsync(reader, "filled", "2026-01-01", "2026-01-03");
        var plan = page.GetByTestId("bf-plan").Locator("tr[data-fate]");
        await Assertions.Expect(plan).ToHaveTextAsync(Rows("2026-01-01.*new run", "2026-01-02.*new run", "2026-01-03.*new run"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Run 3 intervals" }).ClickAsync();

        // It leads to the backfills, which follow by themselves.
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("tab=backfills"));
        var rows = page.Locator("tr[data-backfill]");
        await Assertions.Expect(rows.First).ToContainTextAsync("3 of 3");
        await Assertions.Expect(rows.First.Locator(".state")).ToHaveTextAsync("success");

        await AskAsync(reader, "filled", "2026-01-01", "2026-01-04");
        await Assertions.Expect(plan).ToHaveTextAsync(Rows("01-01.*success.*left alone", "01-02.*success.*left alone", "01-03.*success.*left alone", "01-04.*new run"));
        await page.GetByLabel("All, also those that succeeded").CheckAsync();
        await page.GetByLabel("Order").SelectOptionAsync("new");
        await Assertions.Expect(plan).ToHaveTextAsync(Rows("01-04.*new run", "01-03.*runs again", "01-02.*runs again", "01-01.*runs again"));
        await page.GetByLabel("Last day").FillAsync("2025-12-31");
        await Assertions.Expect(page.Locator("dialog[open] [role=alert]")).ToContainTextAsync("the last is not before the first");
        await page.GetByLabel("Last day").FillAsync("2026-01-02");
        await Assertions.Expect(plan).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Run 2 intervals" }).ClickAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        await Assertions.Expect(rows.First).ToContainTextAsync("2 of 2");

        await rows.First.Locator("a.row-link").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"/runs\?workflow=filled&backfill=\d+"));
        await Assertions.Expect(page.Locator(".tbl tbody tr")).ToHaveCountAsync(2);
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task A_running_backfill_is_canceled_after_a_word_of_what_that_does()
    {
        await platform.ApplyAsync("filled-slowly", "name: filled-slowly\ntitle: Filled slowly\nowner: tests\ntasks:\n  - { id: each, activity: control.noop, queue: far-away }\n");
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await AskAsync(reader, "filled-slowly", "2026-01-01", "2026-01-05");
        await page.GetByLabel("Runs at once").FillAsync("2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run 5 intervals" }).ClickAsync();
        var row = page.Locator("tr[data-backfill]");
        await Assertions.Expect(row).ToContainTextAsync("0 of 5");
        await Assertions.Expect(row).ToContainTextAsync("2 at once");
        await row.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("Cancel backfill") }).ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open]")).ToContainTextAsync("canceled at once (3), running ones are asked to stop (2)");
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Cancel backfill" }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("5 of 5");
        await Assertions.Expect(row.Locator(".state")).ToHaveTextAsync("canceled");
        await Assertions.Expect(row).ToContainTextAsync("canceled by admin");
        Assert.Empty(reader.Complaints);
    }

    private static Regex[] Rows(params string[] rows) => [.. rows.Select(r => new Regex(r, RegexOptions.Singleline))];

    private static async Task AskAsync(Reader reader, string workflow, string from, string through)
    {
        await reader.OpenAsync($"/workflows/{workflow}");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Backfill …" }).ClickAsync();
        await reader.Page.GetByLabel("First day").FillAsync(from);
        await reader.Page.GetByLabel("Last day").FillAsync(through);
    }
}
