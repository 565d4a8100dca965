using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>One list of steps for everything that the designer does.</summary>
[Collection(PlatformCollection.Name)]
public sealed class AuthorUndoTests(PlatformFixture platform)
{
    private const int More = 24;

    [Fact]
    public async Task Everything_can_be_taken_back_to_the_beginning_and_made_again()
    {
        await using var desk = new AuthorDesk(await platform.ReadAsync());
        var page = desk.Page;
        await desk.OpenAsync("drawn-undo");
        var (text, places) = (await desk.TextAsync(), await desk.PlacesAsync());
        Assert.Equal(PlatformFixture.DrawnYaml("drawn-undo"), text);

        await desk.DragAsync("control.noop", 60, 420);
        await Assertions.Expect(desk.Node("noop")).ToBeVisibleAsync();
        await desk.ConnectAsync("noop", "report");
        await Assertions.Expect(desk.Edge("noop", "report")).ToHaveCountAsync(1);
        var before = await desk.PlacesAsync();
        await desk.MoveAsync("noop", 40, 60);
        await desk.ExpectMovedAsync(before);
        await desk.DragOntoAsync("control.noop", "load", "clean");
        await Assertions.Expect(desk.Edge("load", "noop_2")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("#author-side h2")).ToHaveTextAsync("noop_2");
        await page.Locator("#p-title").FillAsync("Between both");
        await desk.ExpectInTextAsync("title: Between both");
        await desk.ChooseAsync("clean");
        await desk.PressAsync("g");
        await page.Locator("#group-name").FillAsync("middle");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await desk.ExpectInTextAsync("group: middle");
        await Assertions.Expect(page.Locator(".author-canvas .canvas-host .gn-frame")).ToHaveCountAsync(1);
        await desk.FocusAsync("clean");
        await desk.PressAsync("n");
        await Assertions.Expect(page.Locator(".author-canvas .canvas-host .gn-note-body")).ToHaveCountAsync(1);
        await desk.ChooseAsync("clean");
        await desk.PressAsync("Control+d");
        await Assertions.Expect(desk.Node("clean_2")).ToBeVisibleAsync();
        await desk.TypeBehindAsync("owner: tests", "\ndescription: Typed by hand");
        await Assertions.Expect(page.Locator(".author-bar")).ToContainTextAsync("drawn-undo");
        await desk.ChooseEdgeAsync("load", "noop_2");
        await desk.PressAsync("Delete");
        await Assertions.Expect(desk.Edge("load", "noop_2")).ToHaveCountAsync(0);
        await desk.ExpectInTextAsync("description: Typed by hand");
        before = await desk.PlacesAsync();
        await desk.FocusAsync("load");
        await desk.PressAsync("l");
        await desk.ExpectMovedAsync(before);
        await desk.ChooseAsync("noop");
        await desk.PressAsync("Delete");
        await Assertions.Expect(desk.Node("noop")).ToHaveCountAsync(0);
        await Assertions.Expect(desk.UndoButton).ToHaveAttributeAsync("title", "Undo: delete noop (Ctrl+Z)");
        var (newText, newPlaces) = (await desk.TextAsync(), await desk.PlacesAsync());

        await desk.FocusAsync("load");
        await desk.PressAsync([.. Enumerable.Repeat("Control+z", More)]);
        await Assertions.Expect(desk.UndoButton).ToBeDisabledAsync();
        await desk.ExpectTextAsync(text);
        await desk.ExpectPlacesAsync(places);
        await Assertions.Expect(page.Locator(".canvas-host .gn-note-body, .canvas-host .gn-frame")).ToHaveCountAsync(0);

        await desk.PressAsync([.. Enumerable.Repeat("Control+y", More)]);
        await Assertions.Expect(desk.RedoButton).ToBeDisabledAsync();
        await desk.ExpectTextAsync(newText);
        await desk.ExpectPlacesAsync(newPlaces);

        // What was taken back to the beginning is so after a reload too.
        await desk.PressAsync([.. Enumerable.Repeat("Control+z", More)]);
        await Assertions.Expect(desk.UndoButton).ToBeDisabledAsync();
        await desk.ExpectKeptAsync("drawn-undo");

        // An undo that finds nothing waits for nothing either.
        await desk.FocusAsync("load");
        await desk.PressAsync("Control+z");
        await desk.ExpectKeptAsync("drawn-undo");
        await desk.OpenAsync("drawn-undo");
        await desk.ExpectTextAsync(text);
        await desk.ExpectPlacesAsync(places);
        Assert.Empty(desk.Complaints);
    }
}
