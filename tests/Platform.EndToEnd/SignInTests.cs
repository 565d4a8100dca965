using System.Net;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

[Collection(PlatformCollection.Name)]
public sealed class SignInTests(PlatformFixture platform)
{
    [Theory]
    [InlineData("/")]
    [InlineData("/runs")]
    [InlineData("/settings")]
    public async Task A_page_leads_a_visitor_to_the_sign_in_and_back(string path)
    {
        await using var visitor = await platform.VisitAsync();
        await visitor.Page.GotoAsync(path);
        await Assertions.Expect(visitor.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/signin"));
        await visitor.Page.Locator("#name").FillAsync("admin");
        await visitor.Page.Locator("#password").FillAsync(platform.Password);
        await visitor.Page.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(visitor.Page).ToHaveURLAsync(platform.Url + path);
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_lets_nobody_in()
    {
        await using var visitor = await platform.VisitAsync();
        await visitor.Page.GotoAsync("/signin");
        await visitor.Page.Locator("#name").FillAsync("nobody");
        await visitor.Page.Locator("#password").FillAsync("wrong");
        await visitor.Page.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("wrong");
    }

    [Fact]
    public async Task Many_wrong_passwords_make_one_wait_and_the_page_says_how_long()
    {
        await using var visitor = await platform.VisitAsync();
        for (var i = 0; i < 6; i++)
        {
            await visitor.Page.GotoAsync("/signin");
            await visitor.Page.Locator("#name").FillAsync("guessed");
            await visitor.Page.Locator("#password").FillAsync($"wrong {i}");
            await visitor.Page.Locator("button[type=submit]").ClickAsync();
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        }
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Try again in 1 minute");
    }

    [Fact]
    public async Task An_administrator_adds_a_user_who_sees_what_the_role_may_ends_sessions_and_is_kept_out()
    {
        await using var admin = await platform.ReadAsync();
        await admin.OpenAsync("/settings?tab=users");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "New user" }).ClickAsync();
        await admin.Page.Locator("#user-name").FillAsync("walker");
        await admin.Page.Locator("#user-role").SelectOptionAsync("viewer");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        var password = await admin.Page.GetByRole(AriaRole.Textbox, new() { Name = "Password" }).InputValueAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await using var lost = await platform.VisitAsync();
        await lost.SignInAsync(password, "walker");
        await using var walker = await platform.VisitAsync();
        await walker.SignInAsync(password, "walker");
        await walker.OpenAsync("/workflows");
        await Assertions.Expect(walker.Page.GetByRole(AriaRole.Button, new() { Name = "New workflow" })).ToHaveCountAsync(0);
        await walker.Page.GotoAsync("/settings");
        await Assertions.Expect(walker.Page.Locator("#main .empty h1")).ToBeVisibleAsync();

        await walker.OpenAsync("/account");
        await Assertions.Expect(walker.Page.Locator("section[aria-labelledby=sessions-h] li")).ToHaveCountAsync(2);
        await walker.Page.GetByRole(AriaRole.Button, new() { Name = "End all others" }).ClickAsync();
        await Assertions.Expect(walker.Page.Locator("section[aria-labelledby=sessions-h] li")).ToHaveCountAsync(1);
        await lost.Page.GotoAsync("/runs");
        await Assertions.Expect(lost.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/signin"));

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Disable: walker" }).ClickAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Disable", Exact = true }).ClickAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Row, new() { Name = "walker" })).ToContainTextAsync("Disabled");
        await walker.Page.GotoAsync("/");
        await Assertions.Expect(walker.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/signin"));
        Assert.Empty(admin.Complaints);
    }

    [Fact]
    public async Task The_language_is_chosen_in_the_header_and_stays()
    {
        await using var reader = await platform.ReadAsync();
        await reader.OpenAsync("/runs");
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "中文" }).ClickAsync();
        await Assertions.Expect(reader.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("运行");
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "工作流" }).First.ClickAsync();
        await Assertions.Expect(reader.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("工作流");
    }

    [Fact]
    public async Task The_circuit_and_the_pages_answer_only_to_a_session()
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var circuit = await http.PostAsync(new Uri(platform.Url + "/_blazor/negotiate?negotiateVersion=1"), null);
        Assert.Contains(circuit.StatusCode, new[] { HttpStatusCode.Redirect, HttpStatusCode.Unauthorized });
    }
}
