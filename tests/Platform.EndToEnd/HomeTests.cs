using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

[Collection(PlatformCollection.Name)]
public sealed class HomeTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_question_stands_on_the_dashboard_leads_to_its_answer_and_goes()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/");
        await platform.ApplyAsync("asks-the-dashboard", "name: asks-the-dashboard\ntitle: Asks the dashboard\nowner: tests\ntasks:\n  - { id: ask, activity: control.approval, with: { message: \"Shall the dashboard go on?\" } }\n");
        // The page is told of the new run: nobody reloads it.
        await platform.RunAsync("run", "asks-the-dashboard", "--detach");
        var question = page.Locator("[data-decide=approvals] .decide-named a", new() { HasText = "Shall the dashboard go on?" });
        await question.ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"/runs/\d+\?task=ask"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Assertions.Expect(page.Locator("#main .state.st-success").First).ToBeVisibleAsync();
        await reader.OpenAsync("/");
        await Assertions.Expect(question).ToHaveCountAsync(0);
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task Each_decision_is_one_click_from_where_it_is_made()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/");
        await page.Locator("[data-decide=unowned] > .btn-t").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = "nobody" })).ToBeCheckedAsync();
        await reader.OpenAsync("/");
        await page.Locator("[data-decide=review] > .btn-t").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/review$"));
        await Assertions.Expect(page.Locator(".review-row").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_fresh_home_leads_to_the_first_inventory_and_a_viewer_is_told_who_can_start_it()
    {
        await using var server = await ServerProcess.StartAsync();
        var viewer = (await server.RunAsync("users", "add", "vera")).Split("(shown once):")[1].Trim();
        await using (var reader = await platform.VisitAsync(server: server.Url))
        {
            await reader.SignInAsync(viewer, "vera");
            await Assertions.Expect(reader.Page.Locator(".welcome")).ToContainTextAsync("An editor can start it");
            await Assertions.Expect(reader.Page.GetByRole(AriaRole.Button, new() { Name = "Take the first inventory" })).ToHaveCountAsync(0);
        }
        await using var administrator = await platform.VisitAsync(server: server.Url);
        var page = administrator.Page;
        await administrator.SignInAsync(server.Password);
        await Assertions.Expect(page.Locator(".decide")).ToContainTextAsync("Nothing waits for you");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take the first inventory" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"/runs/\d+$"));
        Assert.Empty(administrator.Complaints);
    }
}
