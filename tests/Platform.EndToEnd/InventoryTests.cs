using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

[Collection(PlatformCollection.Name)]
public sealed class InventoryTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_search_leads_to_an_asset_its_lineage_the_run_that_wrote_it_and_its_log()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/inventory");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("clean.orders");
        await page.GetByRole(AriaRole.Link, new() { Name = "clean.orders", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("clean.orders");

        await page.GetByRole(AriaRole.Tab, new() { Name = "Lineage" }).ClickAsync();
        await Assertions.Expect(page.Locator("aside .tree")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator(".ln-node[data-id='shop.orders']").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "shop.orders" }).First.ClickAsync();
        await page.Locator("aside .kv a[href^='runs/']").First.ClickAsync();

        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"/runs/\d+\?task=orders"));
        await Assertions.Expect(page.GetByRole(AriaRole.Log).Locator("div").First).Not.ToBeEmptyAsync();
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task The_lineage_question_lives_in_the_address_and_shows_columns()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/lineage?asset=clean.orders&direction=upstream");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Upstream", Exact = true })).ToHaveAttributeAsync("aria-pressed", "true");
        await page.GetByRole(AriaRole.Switch, new() { Name = "Columns" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("level=column"));
        await Assertions.Expect(page.Locator(".ln-node .ln-col").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_asset_that_nobody_knows_is_told_so()
    {
        await using var reader = await platform.ReadAsync();
        await reader.OpenAsync("/inventory/asset?key=no.such_table");
        await Assertions.Expect(reader.Page.Locator("#main .empty")).ToContainTextAsync("no.such_table");
    }
}
