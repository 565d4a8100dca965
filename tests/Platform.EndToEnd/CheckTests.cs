using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>Checks that people declare on an asset's page.</summary>
[Collection(PlatformCollection.Name)]
public sealed class CheckTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_check_is_added_changed_and_deleted_and_a_viewer_only_reads()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/inventory/asset?key=shop.customers&tab=quality");
        var dialog = page.Locator("dialog[open]");
        var check = page.Locator("li[data-check='at least some']");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add check" }).First.ClickAsync();
        await dialog.GetByLabel("What must hold").SelectOptionAsync("volume");
        await dialog.GetByLabel("Fewest rows").FillAsync("many");
        await dialog.GetByLabel("Name (optional)").FillAsync("at least some");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("'many' is no number");
        await dialog.GetByLabel("Fewest rows").FillAsync("5");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(check).ToContainTextAsync("number of rows at least 5");

        await check.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await Assertions.Expect(dialog.GetByLabel("Fewest rows")).ToHaveValueAsync("5");
        await dialog.GetByLabel("Severity").SelectOptionAsync("critical");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(check).ToContainTextAsync("critical");

        var password = (await platform.RunAsync("users", "add", "vince")).Split("(shown once):")[1].Trim();
        await using var viewer = await platform.VisitAsync();
        await viewer.SignInAsync(password, "vince");
        await viewer.OpenAsync("/inventory/asset?key=shop.customers&tab=quality");
        await Assertions.Expect(viewer.Page.Locator("li[data-check='at least some']")).ToBeVisibleAsync();
        await Assertions.Expect(viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Add check" })).ToHaveCountAsync(0);
        await Assertions.Expect(viewer.Page.Locator("li[data-check='at least some'] button")).ToHaveCountAsync(0);

        await check.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Assertions.Expect(check).ToHaveCountAsync(0);
        Assert.Empty(reader.Complaints);
    }
}
