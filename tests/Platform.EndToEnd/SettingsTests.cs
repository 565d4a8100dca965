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
}
