using Microsoft.Playwright;

namespace Platform.EndToEnd;

[Collection(PlatformCollection.Name)]
public sealed class SettingsTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_secret_is_set_and_deleted_and_its_value_never_comes_back()
    {
        const string Value = "s3cret-value-nobody-sees";
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/settings?tab=secrets");
        await page.GetByRole(AriaRole.Button, new() { Name = "New secret" }).ClickAsync();
        await page.Locator("#secret-name").FillAsync("browser_test");
        await page.Locator("#secret-value").FillAsync(Value);
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { Name = "browser_test", Exact = true })).ToBeVisibleAsync();
        Assert.DoesNotContain(Value, await page.ContentAsync(), StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete: browser_test" }).ClickAsync();
        await page.Locator("dialog[open] .danger").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { Name = "browser_test", Exact = true })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_connection_that_cannot_be_reached_says_why_when_tested()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/settings");
        await page.GetByRole(AriaRole.Button, new() { Name = "New connection" }).ClickAsync();
        await page.Locator("#connection-name").FillAsync("nowhere");
        await page.Locator("#connection-host").FillAsync("127.0.0.1");
        await page.Locator("#connection-port").FillAsync("1");
        await page.Locator("#connection-database").FillAsync("none");
        await page.Locator("#connection-username").FillAsync("nobody");
        await page.Locator("#connection-password").FillAsync("nothing");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Test: nowhere" }).ClickAsync();
        await Assertions.Expect(page.Locator("tr", new() { HasText = "nowhere" }).Locator(".state.st-failed")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_pool_is_made_changed_and_deleted_and_a_name_that_is_none_is_told()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/operations?tab=pools");
        await page.GetByRole(AriaRole.Button, new() { Name = "New pool" }).ClickAsync();
        await page.Locator("#pool-name").FillAsync("No Name");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open] .note")).ToContainTextAsync("'No Name' is no name for a pool");
        await page.Locator("#pool-name").FillAsync("presses");
        await page.Locator("#pool-slots").FillAsync("3");
        await page.Locator("#pool-description").FillAsync("Printing presses");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        var row = page.Locator("tr", new() { HasText = "presses" });
        await Assertions.Expect(row).ToContainTextAsync("0 of 3 slots");

        await page.GetByRole(AriaRole.Button, new() { Name = "Edit: presses" }).ClickAsync();
        await page.Locator("#pool-slots").FillAsync("5");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("0 of 5 slots");
        await Assertions.Expect(row).ToContainTextAsync("Printing presses");

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete: presses" }).ClickAsync();
        await page.Locator("dialog[open] .btn-t.danger").ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task A_token_is_shown_once_calls_the_api_and_is_refused_when_it_is_revoked()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "New token" }).ClickAsync();
        await page.Locator("#token-label").FillAsync("browser test");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        var token = await page.Locator("#token-text").InputValueAsync();
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Assertions.Expect(page.Locator("tr", new() { HasText = "browser test" })).ToContainTextAsync("in 90 days");
        Assert.DoesNotContain(token, await page.ContentAsync(), StringComparison.Ordinal);

        using var http = new HttpClient { BaseAddress = new Uri(platform.Url) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await http.GetAsync(new Uri("/api/v1/workflows", UriKind.Relative))).StatusCode);

        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke: browser test" }).ClickAsync();
        await page.Locator("dialog[open] .btn-t.danger").ClickAsync();
        await Assertions.Expect(page.Locator("tr", new() { HasText = "browser test" })).ToHaveCountAsync(0);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await http.GetAsync(new Uri("/api/v1/workflows", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_viewer_changes_the_own_password_and_only_this_session_goes_on()
    {
        const string Next = "another-good-password";
        var first = (await platform.RunAsync("users", "add", "vera")).Split("(shown once):")[1].Trim();
        await using var reader = await platform.VisitAsync();
        await using var elsewhere = await platform.VisitAsync();
        await reader.SignInAsync(first, "vera");
        await elsewhere.SignInAsync(first, "vera");
        var page = reader.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "vera" }).ClickAsync();
        await reader.ReadyAsync();

        async Task ChangeAsync(string old, string next, string again, string told)
        {
            await page.Locator("#password-old").FillAsync(old);
            await page.Locator("#password-new").FillAsync(next);
            await page.Locator("#password-again").FillAsync(again);
            await page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
            await Assertions.Expect(page.Locator("form .note")).ToContainTextAsync(told);
        }

        await ChangeAsync("not-the-password", Next, Next, "current password is wrong");
        await ChangeAsync(first, Next, Next + "x", "differ");
        await ChangeAsync(first, Next, Next, "is changed");
        await reader.OpenAsync("/runs");
        await elsewhere.Page.GotoAsync("/runs");
        await Assertions.Expect(elsewhere.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/signin"));
        await elsewhere.SignInAsync(Next, "vera");
    }
}
