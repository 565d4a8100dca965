using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>The review queue with the keyboard alone and with the mouse.</summary>
[Collection(PlatformCollection.Name)]
public sealed partial class ReviewTests(PlatformFixture platform)
{
    [Fact]
    public async Task The_keyboard_alone_confirms_corrects_rejects_in_bulk_and_takes_back()
    {
        await using var reader = await platform.ReadAsync();
        var page = reader.Page;
        await reader.OpenAsync("/review?source=column&kind=semantic_type");
        var list = page.GetByRole(AriaRole.Listbox);
        var said = page.Locator(".stack .note");
        var waiting = await WaitingAsync(page);
        Assert.True(waiting >= 4, "The sample shop leaves columns to review.");

        await list.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(page.Locator("#review-1")).ToHaveClassAsync(new Regex(@"\bat\b"));
        var second = await page.Locator("#review-1").InnerTextAsync();
        await page.Keyboard.PressAsync("y");
        await Assertions.Expect(said).ToContainTextAsync("1 confirmed");
        await Assertions.Expect(page.Locator("#review-1")).Not.ToHaveTextAsync(second, new() { UseInnerText = true });

        await page.Keyboard.PressAsync("e");
        var type = page.GetByLabel("It holds");
        await type.SelectOptionAsync("email");
        await type.PressAsync("Tab");
        await page.Keyboard.TypeAsync("seen on the shelf");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(said).ToContainTextAsync("1 corrected");

        await list.FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(page.Locator(".review-acts")).ToContainTextAsync("2 marked");
        await page.Keyboard.PressAsync("n");
        await Assertions.Expect(said).ToContainTextAsync("2 rejected");
        await WaitingIsAsync(page, waiting - 4);

        // The last decision first; a click while one is taken back is not taken.
        foreach (var left in new[] { 2, 1, 0 })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await WaitingIsAsync(page, waiting - left);
        }
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToHaveCountAsync(0);
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task A_kind_that_nothing_waits_of_is_told_so()
    {
        await using var reader = await platform.ReadAsync();
        await reader.OpenAsync("/review?source=suggestion&kind=owner");
        await Assertions.Expect(reader.Page.Locator("#main .empty")).ToContainTextAsync("Nothing of this kind waits");
    }

    private static async Task<int> WaitingAsync(IPage page) =>
        int.Parse(NotDigits().Replace(await page.Locator(".page-head [role=status]").InnerTextAsync(), ""), System.Globalization.CultureInfo.InvariantCulture);

    private static Task WaitingIsAsync(IPage page, int count) => Assertions.Expect(page.Locator(".page-head [role=status]")).ToHaveTextAsync(new Regex($"^{count} wait"));

    [GeneratedRegex("[^0-9]")]
    private static partial Regex NotDigits();
}
