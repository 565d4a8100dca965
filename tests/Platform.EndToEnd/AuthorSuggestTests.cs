using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>What the designer offers, explains and warns of while somebody writes.</summary>
[Collection(PlatformCollection.Name)]
public sealed class AuthorSuggestTests(PlatformFixture platform)
{
    [Fact]
    public async Task The_text_offers_keys_and_values_and_columns_of_the_tables_that_are_there()
    {
        await platform.ApplyAsync("drawn-suggest", PlatformFixture.DrawnYaml("drawn-suggest"));
        await using var desk = new AuthorDesk(await platform.ReadAsync());
        var page = desk.Page;
        await desk.OpenAsync("drawn-suggest");
        await desk.TypeBehindAsync("after: [clean]", "\nque");
        await Assertions.Expect(Offers(page).First).ToContainTextAsync("queue");
        await page.Keyboard.PressAsync("Enter");
        await desk.ExpectInTextAsync("queue: ");
        await Assertions.Expect(Offers(page).First).ToContainTextAsync("default");
        await page.Keyboard.PressAsync("Enter");
        await desk.ExpectInTextAsync("queue: default");
        await page.Keyboard.TypeAsync("\nwhen: tasks.clean.out");
        await Assertions.Expect(page.Locator(".suggest-widget.visible .message, .suggest-widget:not(.visible)").First).ToBeAttachedAsync();
        await page.Keyboard.PressAsync("Escape");
        Assert.Empty(desk.Complaints);
    }

    [Fact]
    public async Task Tables_are_picked_by_keyboard_columns_by_mouse_and_what_a_statement_gets_wrong_is_told_before_a_run()
    {
        await platform.ApplyAsync("drawn-picked", """
            name: drawn-picked
            title: drawn-picked
            owner: tests
            tasks:
              - id: watch
                activity: monitor.data
                with: { table: shop.nothing }
              - id: sum
                activity: clean.sql
                with: { table: clean.sums, mode: replace, sql: "select customer_id from shop.orders" }

            """);
        await using var desk = new AuthorDesk(await platform.ReadAsync());
        var page = desk.Page;
        await desk.OpenAsync("drawn-picked");
        await Assertions.Expect(desk.Node("watch").Locator(".gn-mark-warning")).ToHaveCountAsync(1);
        await desk.ChooseAsync("watch");
        await page.Locator("#f-table").ClickAsync();
        await page.Locator("#f-table").FillAsync("shop.ord");
        await Assertions.Expect(page.Locator(".picker-list [role=option]")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator(".picker-list [role=option]").First).ToContainTextAsync("rows");
        await page.Locator("#f-table").PressAsync("Enter");
        await desk.ExpectInTextAsync("table: shop.orders");
        await Assertions.Expect(desk.Node("watch").Locator(".gn-mark-warning")).ToHaveCountAsync(0);
        await page.Locator("#f-columns").ClickAsync();
        await page.Locator(".picker-list [role=option]", new() { HasText = "customer_id" }).First.ClickAsync();
        await desk.ExpectInTextAsync("columns: [customer_id]");
        await Assertions.Expect(page.Locator(".chip", new() { HasText = "customer_id" })).ToBeVisibleAsync();

        await desk.ChooseAsync("sum");
        await page.Locator("#f-sql").FillAsync("select customer_idd from shop.orders");
        await Assertions.Expect(page.Locator(".problem-text", new() { HasText = "Did you mean 'customer_id'?" })).ToBeVisibleAsync();
        await page.Locator("#f-sql").FillAsync("select o. from shop.orders o");
        await page.Locator("#f-sql").EvaluateAsync("e => e.setSelectionRange(9, 9)");
        await page.Locator("#f-sql").PressAsync("Control+ ");
        await Assertions.Expect(page.Locator(".suggest [role=option]", new() { HasText = "customer_id" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("details.more-props").EvaluateAsync("d => { d.open = true; }");
        await page.Locator("#p-when").PressSequentiallyAsync("run.trig");
        await Assertions.Expect(page.Locator("#p-when")).ToHaveValueAsync("run.trig");
        await Assertions.Expect(page.Locator(".suggest [role=option][aria-selected=true]")).ToContainTextAsync("run.trigger");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#p-when")).ToHaveValueAsync("run.trigger");
        Assert.Empty(desk.Complaints);
    }

    private static ILocator Offers(IPage page) => page.Locator(".suggest-widget.visible .monaco-list-row");
}
