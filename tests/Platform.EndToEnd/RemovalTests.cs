using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>Workflows that are put away and brought back.</summary>
[Collection(PlatformCollection.Name)]
public sealed class RemovalTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_workflow_is_retired_brought_back_and_deleted_with_its_name_typed()
    {
        const string Name = "drawn-removed";
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync($"/workflows/{Name}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"/runs/\d+"));
        await Assertions.Expect(page.Locator(".page-head .state")).ToHaveTextAsync("success");

        await reader.OpenAsync($"/workflows/{Name}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Retire or delete" }).ClickAsync();
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Retire" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("show=retired"));
        await Assertions.Expect(page.GetByText("admin retired")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Bring back") }).ClickAsync();
        await Assertions.Expect(page.GetByText("No workflow is retired")).ToBeVisibleAsync();

        await reader.OpenAsync($"/workflows/{Name}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Retire or delete" }).ClickAsync();
        var dialog = page.Locator("dialog[open]");
        await dialog.GetByLabel("Delete for ever").CheckAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("1 run of today");
        var delete = dialog.GetByRole(AriaRole.Button, new() { Name = "Delete for ever" });
        await Assertions.Expect(delete).ToBeDisabledAsync();
        await dialog.GetByLabel("To delete its runs too").FillAsync(Name);
        await delete.ClickAsync();
        await Assertions.Expect(page.GetByText("with 1 run")).ToBeVisibleAsync();
        await page.GotoAsync($"/workflows/{Name}");
        await Assertions.Expect(page.Locator("#main")).ToContainTextAsync("admin deleted it on");
    }
}
