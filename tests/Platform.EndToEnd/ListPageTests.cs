using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

[Collection(PlatformCollection.Name)]
public sealed class ListPageTests(PlatformFixture platform)
{
    [Fact]
    public async Task The_order_and_the_filter_of_the_inventory_live_in_the_address_and_the_files_hold_exactly_them()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/inventory?facets=kind:table");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rows" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("sort=rows-"));
        await Assertions.Expect(page.Locator("th[aria-sort=descending]")).ToContainTextAsync("Rows");
        var first = page.Locator("#main tbody tr .row-link").First;
        await Assertions.Expect(first).ToHaveTextAsync(new Regex(@"\.orders"));
        await page.ReloadAsync();
        await reader.ReadyAsync();
        await Assertions.Expect(page.Locator("th[aria-sort=descending]")).ToContainTextAsync("Rows");
        var shown = await page.Locator("#main tbody tr").CountAsync();

        var json = await page.Context.APIRequest.GetAsync(platform.Url + "/" + await page.GetByRole(AriaRole.Link, new() { Name = "JSON" }).GetAttributeAsync("href"));
        using var rows = JsonDocument.Parse(await json.TextAsync());
        Assert.Equal(shown, rows.RootElement.GetArrayLength());
        Assert.All(rows.RootElement.EnumerateArray(), row => Assert.Equal("table", row.GetProperty("kind").GetString()));
        Assert.Equal(rows.RootElement.EnumerateArray().Max(row => row.GetProperty("rows").GetInt64()), rows.RootElement[0].GetProperty("rows").GetInt64());
        var csv = await page.Context.APIRequest.GetAsync(platform.Url + "/" + await page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).GetAttributeAsync("href"));
        Assert.Contains("attachment", csv.Headers["content-disposition"], StringComparison.Ordinal);
        Assert.Equal(shown + 1, (await csv.TextAsync()).TrimEnd().Split("\r\n").Length);

        await using var stranger = await platform.VisitAsync();
        Assert.DoesNotContain("clean.orders", await (await stranger.Context.APIRequest.GetAsync(platform.Url + "/export/inventory.csv")).TextAsync(), StringComparison.Ordinal);
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task A_viewer_takes_lists_away_but_not_those_of_administrators()
    {
        var password = (await platform.RunAsync("users", "add", "lena")).Split("(shown once):")[1].Trim();
        await using var reader = await platform.VisitAsync();
        await reader.SignInAsync(password, "lena");
        Assert.Equal(200, (await reader.Context.APIRequest.GetAsync(platform.Url + "/export/review.json")).Status);
        Assert.Equal(403, (await reader.Context.APIRequest.GetAsync(platform.Url + "/export/secrets.json")).Status);
        Assert.Equal(404, (await reader.Context.APIRequest.GetAsync(platform.Url + "/export/nothing.json")).Status);
    }

    [Fact]
    public async Task A_term_is_made_put_below_another_linked_found_and_deleted()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/glossary");
        async Task AddAsync(string name, string parent)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "New term" }).First.ClickAsync();
            await page.Locator("#term-name").FillAsync(name);
            await page.Locator("#term-definition").FillAsync($"What {name} means");
            await page.Locator("#term-parent").FillAsync(parent);
            await page.Locator("dialog[open] button[type=submit]").ClickAsync();
            await Assertions.Expect(page.Locator("#term-h")).ToHaveTextAsync(name);
        }
        await AddAsync("trade", "");
        await AddAsync("net revenue", "trade");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("term=net%20revenue"));
        await Assertions.Expect(page.Locator(".terms a")).ToHaveTextAsync(["trade", "net revenue"]);

        await page.Locator("#link-asset").FillAsync("clean.orders");
        await page.GetByRole(AriaRole.Button, new() { Name = "Link", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#main .rows-list")).ToContainTextAsync("clean.orders");
        await reader.OpenAsync("/inventory/asset?key=clean.orders");
        await page.GetByRole(AriaRole.Link, new() { Name = "net revenue" }).ClickAsync();
        await Assertions.Expect(page.Locator("#term-h")).ToHaveTextAsync("net revenue");

        await page.GetByRole(AriaRole.Searchbox).FillAsync("revenue means");
        await Assertions.Expect(page.Locator(".terms a")).ToHaveTextAsync(["net revenue"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete: net revenue" }).ClickAsync();
        await page.Locator("dialog[open] .btn-t.danger").ClickAsync();
        await Assertions.Expect(page.Locator("#term-h")).ToHaveTextAsync("trade");
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task A_contract_is_promised_kept_broken_and_ended()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/inventory/asset?key=shop.customers");
        var contract = page.Locator("section", new() { Has = page.Locator("#contract-h") });
        await contract.GetByRole(AriaRole.Button, new() { Name = "Promise something" }).ClickAsync();
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open] .note")).ToContainTextAsync("Promise a column");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "customer_id", Exact = true }).CheckAsync();
        await page.Locator("#contract-owner").FillAsync("ann");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(contract.Locator(".state")).ToHaveTextAsync("kept");
        await contract.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.Locator("#contract-fresh").FillAsync("0.0001");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(contract.Locator(".state")).ToHaveTextAsync("broken");
        await Assertions.Expect(contract.Locator(".contract-breaches")).ToContainTextAsync("newest data");

        // The list of all says the same, narrowed by its address.
        await reader.OpenAsync("/contracts?state=kept");
        await Assertions.Expect(page.Locator("#main .empty")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Broken", Exact = true }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("state=broken"));
        await Assertions.Expect(page.Locator("#main tbody tr")).ToContainTextAsync("newest data");
        await page.GetByRole(AriaRole.Link, new() { Name = "shop.customers", Exact = true }).ClickAsync();
        await contract.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "End the contract" }).ClickAsync();
        await Assertions.Expect(contract).ToContainTextAsync("Nothing is promised");
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task How_the_figures_of_an_asset_moved_stands_on_its_page()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/inventory/asset?key=shop.orders");
        await page.GetByRole(AriaRole.Tab, new() { Name = "Metrics" }).ClickAsync();
        await Assertions.Expect(page.Locator(".chart svg")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Column" }).SelectOptionAsync("order_id");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("of=order_id"));
        await Assertions.Expect(page.Locator("#main")).ToContainTextAsync("There is one look only");
        await page.GetByRole(AriaRole.Tab, new() { Name = "Columns" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Distinct" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("tab=columns.*sort=distinct-"));
        Assert.Empty(reader.Complaints);
    }
}
