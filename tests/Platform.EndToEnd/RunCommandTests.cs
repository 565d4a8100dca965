using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>What people do to a run on its page.</summary>
[Collection(PlatformCollection.Name)]
public sealed partial class RunCommandTests(PlatformFixture platform)
{
    [Theory]
    [InlineData("Approve", "Approved by admin", "success")]
    [InlineData("Reject", "Rejected by admin", "failed")]
    public async Task A_question_is_answered_with_a_note_and_the_page_tells_who_decided(string button, string told, string state)
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await StartAsync(reader, PlatformFixture.Asking);
        await page.Locator(".gantt .name", new() { HasText = "ask" }).ClickAsync();
        await Assertions.Expect(page.Locator(".task .note").First).ToContainTextAsync("Shall we go on?");
        await page.GetByLabel("Note").FillAsync("looked at it");
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

        await Assertions.Expect(page.Locator(".task")).ToContainTextAsync(told);
        await Assertions.Expect(page.Locator(".task")).ToContainTextAsync("looked at it");
        await Assertions.Expect(page.Locator(".page-head .state")).ToHaveTextAsync(state);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true })).ToHaveCountAsync(0);
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task A_task_is_canceled_and_what_follows_counts_it_as_failed()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await StartAsync(reader, PlatformFixture.Asking);
        await page.Locator(".gantt .name", new() { HasText = "ask" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel task" }).ClickAsync();

        await Assertions.Expect(page.Locator(".task .state")).ToHaveTextAsync("canceled");
        await Assertions.Expect(page.Locator(".task")).ToContainTextAsync("Canceled by admin");
        await Assertions.Expect(page.Locator(".x6-node[data-cell-id=go_on] .gn-status.st-upstream_failed")).ToHaveCountAsync(1);
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task What_failed_runs_again_with_another_parameter_after_a_preview_of_what_that_is()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await StartAsync(reader, PlatformFixture.Grouped, ("outcome", "4"));
        await Assertions.Expect(page.Locator(".page-head .state")).ToHaveTextAsync("failed");
        await page.Locator(".page-head .acts").GetByRole(AriaRole.Button, new() { Name = "Run again" }).ClickAsync();

        var preview = page.GetByTestId("clear-preview");
        // The setup and teardown go with what they stand for; the group that succeeded stays.
        await Assertions.Expect(preview.Locator("li")).ToHaveTextAsync([new Regex("open_house"), new Regex("check.*failed"), new Regex("publish.*upstream failed"), new Regex("close_house")]);
        await page.GetByLabel("Which tasks").SelectOptionAsync("load");
        await Assertions.Expect(preview).ToContainTextAsync("Nothing would run again");
        await page.GetByText("Of these, only what failed").ClickAsync();
        await Assertions.Expect(preview.Locator("li")).ToHaveCountAsync(7);
        await page.GetByText("And everything downstream").ClickAsync();
        await Assertions.Expect(preview.Locator("li", new() { HasText = "publish" })).ToHaveCountAsync(0);

        await page.GetByLabel("Which tasks").SelectOptionAsync("check");
        await page.GetByText("And everything downstream").ClickAsync();
        await page.GetByText("Change parameters first").ClickAsync();
        await page.Locator("#clear-outcome").FillAsync("0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run 4 tasks again" }).ClickAsync();
        await Assertions.Expect(page.Locator(".page-head .state")).ToHaveTextAsync("success");
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task A_failed_run_is_mended_in_the_designer_and_goes_on_where_it_failed()
    {
        static string Yaml(int code) => "name: mended\ntitle: Mended\nowner: tests\ntasks:\n  - { id: load, activity: control.noop }\n  - { id: check, activity: control.command, after: [load], with: { program: sh, arguments: [\"-c\", \"exit " + code + "\"] } }\n";
        await platform.ApplyAsync("mended", Yaml(3));
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await StartAsync(reader, "mended");
        await Assertions.Expect(page.Locator(".page-head .state")).ToHaveTextAsync("failed");
        var run = RunAddress().Match(page.Url).Groups[1].Value;
        await page.GetByRole(AriaRole.Button, new() { Name = "Fix and resume" }).ClickAsync();
        await Assertions.Expect(page.GetByTestId("resume-plan")).ToContainTextAsync("No newer version is published");
        await page.GetByRole(AriaRole.Link, new() { Name = "Open the designer" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($@"/workflows/mended/edit\?run={run}"));

        // Somebody publishes the fix; the designer leads back to the run.
        await platform.ApplyAsync("mended", Yaml(0));
        await page.GetByRole(AriaRole.Link, new() { Name = $"Resume run #{run}" }).ClickAsync();
        await Assertions.Expect(page.GetByTestId("resume-plan")).ToContainTextAsync("Run again");
        await Assertions.Expect(page.GetByTestId("resume-plan")).ToContainTextAsync("check");
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume under version 2" }).ClickAsync();
        await Assertions.Expect(page.Locator(".page-head .state")).ToHaveTextAsync("success");
        await Assertions.Expect(page.Locator(".moves li")).ToContainTextAsync("Moved from version 1 to 2 by admin");
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task The_time_line_shows_every_attempt_and_folds_a_mapped_task()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await StartAsync(reader, PlatformFixture.Grouped);
        await Assertions.Expect(page.Locator(".page-head .state")).ToHaveTextAsync("success");
        var track = page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("^flaky:") });
        await Assertions.Expect(track.Locator(".b")).ToHaveCountAsync(2);
        await Assertions.Expect(track.Locator(".b.st-failed")).ToHaveAttributeAsync("title", new Regex("Attempt 1"));
        await Assertions.Expect(track.Locator(".w.retry")).ToHaveCountAsync(1);

        var mapped = page.Locator(".gantt .name.sum");
        await Assertions.Expect(mapped).ToContainTextAsync("3/3");
        await Assertions.Expect(page.Locator(".gantt .name.inside")).ToHaveCountAsync(3);
        await mapped.ClickAsync();
        await Assertions.Expect(page.Locator(".gantt .name.inside")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_run_that_goes_on_under_another_version_says_who_moved_it()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await platform.PublishAsync("moved-run", "second");
        await StartAsync(reader, "moved-run");
        var run = RunAddress().Match(page.Url).Groups[1].Value;
        await platform.PublishAsync("moved-run", "third");
        await platform.RunAsync("move", run, "--version", "2");

        await Assertions.Expect(page.Locator(".moves li")).ToContainTextAsync("Moved from version 1 to 2 by");
        await Assertions.Expect(page.Locator(".x6-node[data-cell-id=third]")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".x6-node[data-cell-id=second]")).ToHaveCountAsync(0);
        Assert.Empty(reader.Complaints);
    }

    private static async Task StartAsync(Reader reader, string workflow, params (string Name, string Value)[] parameters)
    {
        await reader.OpenAsync($"/workflows/{workflow}");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        foreach (var (name, value) in parameters)
            await reader.Page.Locator($"#param-{name}").FillAsync(value);
        await reader.Page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(reader.Page).ToHaveURLAsync(RunAddress());
        await reader.ReadyAsync();
    }

    [GeneratedRegex(@"/runs/(\d+)")]
    private static partial Regex RunAddress();
}
