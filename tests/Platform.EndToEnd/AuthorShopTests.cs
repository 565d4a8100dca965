using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>The whole way: a shop's data become a recommender in service, from an empty canvas, by mouse and keyboard.</summary>
[Collection(PlatformCollection.Name)]
public sealed partial class AuthorShopTests(PlatformFixture platform)
{
    [Fact]
    public async Task The_shop_workflow_grows_from_an_empty_canvas_to_a_green_run_of_its_published_version()
    {
        await using var reader = await platform.ReadAsync();
        await using var desk = new AuthorDesk(reader);
        var page = desk.Page;
        await reader.OpenAsync("/workflows");
        await page.GetByRole(AriaRole.Button, new() { Name = "New workflow" }).ClickAsync();
        await Assertions.Expect(page.Locator("#new-title")).ToBeFocusedAsync();
        await page.Locator("#new-title").PressSequentiallyAsync("小店 Shop by hand");
        await Assertions.Expect(page.Locator("#new-name")).ToHaveValueAsync("shop-by-hand");
        await Assertions.Expect(page.Locator("#new-name-about")).ToContainTextAsync("“小店” cannot stand in a name");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/workflows/shop-by-hand/edit"));
        await desk.ReadyAsync("canvas");

        // The shop's files, by keyboard alone; a source that is added behind it is not connected to it.
        await page.Locator(".author-canvas .canvas-host").FocusAsync();
        await desk.AddAsync("sample shop", "shop");
        await FillAsync(page, ("folder", "samples/by-hand"), ("orders", "1500"), ("days", "12"), ("start_date", "2026-01-01"));
        await desk.FocusAsync("shop");
        await desk.AddAsync("ingest f", "files");
        await Assertions.Expect(page.Locator(".author-canvas .canvas-host .x6-edge")).ToHaveCountAsync(0);
        await Assertions.Expect(desk.Node("files").Locator(".gn-mark-error")).ToHaveCountAsync(1);
        await desk.ConnectAsync("shop", "files");
        await Assertions.Expect(desk.Edge("shop", "files")).ToHaveCountAsync(1);
        await desk.Node("files").Locator(".gn-body").ClickAsync();
        await FillAsync(page, ("path", "{{ tasks.shop.outputs.order_lines }}/*.csv"), ("table", "hand.lines"), ("columns", "InvoiceNo: text\nStockCode: text\nQuantity: integer\nInvoiceDate: timestamp\nCustomerID: text"));
        await page.Locator("#f-mode").SelectOptionAsync("replace");

        // What transforms stands behind the chosen task: add, fill, add.
        await desk.FocusAsync("files");
        await desk.AddAsync("clean sql", "sql");
        await Assertions.Expect(desk.Edge("files", "sql")).ToHaveCountAsync(1);
        await FillAsync(page, ("table", "hand.clean"), ("sql", "select distinct *\nfrom hand.lines\nwhere Quantity > 0\n  and CustomerID is not null"));
        await page.Locator("#f-mode").SelectOptionAsync("replace");
        await desk.FocusAsync("sql");
        await desk.AddAsync("interactions", "interactions");
        await FillAsync(page, ("from", "hand.clean"), ("table", "hand.interactions"), ("user", "CustomerID"), ("item", "StockCode"), ("time", "InvoiceDate"), ("weight", "Quantity"));
        await page.Locator("#f-mode").SelectOptionAsync("replace");
        await desk.FocusAsync("interactions");
        await desk.AddAsync("train rec", "recommender");
        await FillAsync(page, ("table", "hand.interactions"), ("model", "by-hand"), ("evaluate_days", "3"));
        await desk.FocusAsync("recommender");
        await desk.AddAsync("deploy", "model");
        await FillAsync(page, ("model", "by-hand"), ("version", "{{ tasks.recommender.outputs.version }}"));
        await desk.FocusAsync("model");
        await desk.AddAsync("score batch", "batch");
        await FillAsync(page, ("model", "by-hand"), ("table", "hand.scores"));
        await page.Locator("#f-mode").SelectOptionAsync("replace");
        await Assertions.Expect(page.Locator(".author-canvas .canvas-host .x6-edge")).ToHaveCountAsync(6);
        await Assertions.Expect(page.Locator(".author-canvas .canvas-host .gn-mark-error")).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Assertions.Expect(desk.State).ToHaveTextAsync("As published, version 1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open] button[type=submit], .page-head .state").First).ToBeVisibleAsync();
        if (!RunAddress().IsMatch(page.Url))
            await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(RunAddress());
        await Assertions.Expect(page.Locator(".page-head .state")).ToHaveTextAsync("success", new() { Timeout = 90_000 });
        await Assertions.Expect(page.Locator(".x6-node .gn-status.st-success")).ToHaveCountAsync(7);
        Assert.Empty(desk.Complaints);
    }

    private static async Task FillAsync(IPage page, params (string Field, string Value)[] fields)
    {
        foreach (var (field, value) in fields)
        {
            await page.Locator($"#f-{field}").FillAsync(value);
            await page.Locator($"#f-{field}").PressAsync("Escape");
        }
    }

    [GeneratedRegex(@"/runs/(\d+)")]
    private static partial Regex RunAddress();
}
