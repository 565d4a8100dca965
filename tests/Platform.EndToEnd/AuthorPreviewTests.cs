using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>What a task would do, looked at while it is written.</summary>
[Collection(PlatformCollection.Name)]
public sealed partial class AuthorPreviewTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_task_of_a_new_workflow_is_previewed_changed_and_previewed_again_and_what_cannot_be_parsed_stops_run_and_publish()
    {
        await using var reader = await platform.ReadAsync();
        await using var desk = new AuthorDesk(reader);
        var page = desk.Page;
        await reader.OpenAsync("/workflows");
        await page.GetByRole(AriaRole.Button, new() { Name = "New workflow" }).ClickAsync();
        await page.Locator("#new-title").FillAsync("Looked at");
        await Assertions.Expect(page.Locator("#new-name")).ToHaveValueAsync("looked-at");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/workflows/looked-at/edit"));
        await desk.ReadyAsync("canvas");
        await page.GetByRole(AriaRole.Button, new() { Name = "Both" }).ClickAsync();
        await desk.ReadyAsync();

        // Without a schedule no run has an interval that could be replaced.
        await desk.DragAsync("clean.sql", 30, 200);
        await desk.ExpectInTextAsync("mode: replace");
        await page.Locator("#f-table").FillAsync("tiny.looked");
        await page.Locator("#f-table").PressAsync("Enter");
        await desk.ExpectInTextAsync("table: tiny.looked");
        await page.Locator("#f-sql").FillAsync("select customer_id, name as called from shop.customers");
        await desk.ExpectInTextAsync("as called");
        await page.Locator("#author-side").GetByRole(AriaRole.Button, new() { Name = "Preview", Exact = true }).ClickAsync();

        var preview = page.GetByTestId("preview");
        await Assertions.Expect(preview.GetByTestId("preview-table").Locator("th")).ToHaveTextAsync(["customer_id", "called"]);
        await Assertions.Expect(preview.Locator(".panel-h .state")).ToHaveTextAsync("success");
        Assert.NotEqual(0, await preview.GetByTestId("preview-table").Locator("tbody tr").CountAsync());
        await preview.Locator("#tab-schema").ClickAsync();
        await Assertions.Expect(preview.Locator(".pane")).ToContainTextAsync("VARCHAR");
        await preview.Locator("#tab-profile").ClickAsync();
        await Assertions.Expect(preview).ToContainTextAsync("Most frequent");
        await preview.Locator("#tab-difference").ClickAsync();
        await Assertions.Expect(preview.Locator(".changes")).ToContainTextAsync("name → called");

        // What is shown is of the text before.
        await Assertions.Expect(preview.GetByTestId("preview-stale")).ToHaveCountAsync(0);
        await page.Locator("#f-sql").FillAsync("selec customer_id as number from shop.customers");
        await Assertions.Expect(page.Locator("#author-side .problem-text .place")).ToHaveTextAsync(new Regex(@"^LINE 1: selec customer_id as number from shop\.customers\n +\^$"));
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true })).ToBeDisabledAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true })).ToHaveAttributeAsync("title", new Regex("^This must be mended before .* cannot be parsed"));

        await page.Locator("#f-sql").FillAsync("select customer_id as number from shop.customers");
        await desk.ExpectInTextAsync("select customer_id as number");
        await Assertions.Expect(page.Locator("#author-side .problem-text")).ToHaveCountAsync(0);
        await preview.Locator("#tab-rows").ClickAsync();
        await preview.GetByTestId("preview-stale").GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(preview.GetByTestId("preview-table").Locator("th")).ToHaveTextAsync(["number"]);
        await Assertions.Expect(preview.GetByTestId("preview-stale")).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open]")).ToContainTextAsync("nothing is published");
        Assert.Empty(desk.Complaints);
    }

    [Fact]
    public async Task What_is_published_runs_as_its_version_on_the_day_that_was_chosen()
    {
        await platform.ApplyAsync("drawn-dated", """
            name: drawn-dated
            title: drawn-dated
            owner: tests
            schedule: { cron: "@daily", start: 2026-01-01, end: 2026-01-10 }
            tasks:
              - { id: only, activity: control.noop }

            """);
        await platform.RunAsync("pause", "drawn-dated");
        await using var desk = new AuthorDesk(await platform.ReadAsync());
        var page = desk.Page;
        await desk.OpenAsync("drawn-dated");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open]")).ToContainTextAsync("version 1 as it is published");
        await page.Locator("#screen-run-date").FillAsync("2026-01-05");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(RunAddress());
        await Assertions.Expect(page.Locator(".page-head .state")).ToHaveTextAsync("success", new() { Timeout = 60_000 });
        await Assertions.Expect(page.Locator(".page-head")).ToContainTextAsync("manual", new() { IgnoreCase = true });
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("2026-01-05");
        Assert.Empty(desk.Complaints);
    }

    [GeneratedRegex(@"/runs/\d+")]
    private static partial Regex RunAddress();
}
