using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>Groups that are closed to one node and opened again.</summary>
[Collection(PlatformCollection.Name)]
public sealed class AuthorGroupTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_group_closes_to_one_node_with_its_connections_bundled_moves_as_one_and_opens_again()
    {
        await platform.ApplyAsync("drawn-folded", """
            name: drawn-folded
            title: drawn-folded
            owner: tests
            tasks:
              - { id: first, activity: control.noop }
              - { id: left, activity: control.noop, group: load, after: [first] }
              - { id: right, activity: control.noop, group: load, after: [first] }
              - { id: last, activity: control.noop, after: [left, right] }

            """);
        await using var desk = new AuthorDesk(await platform.ReadAsync());
        var page = desk.Page;
        await desk.OpenAsync("drawn-folded");
        var text = await desk.TextAsync();
        await desk.FocusAsync("left");
        await desk.PressAsync("o");
        await Assertions.Expect(desk.Node("group:load")).ToHaveAttributeAsync("aria-expanded", "false");
        await Assertions.Expect(desk.Node("group:load")).ToContainTextAsync("2 tasks");
        await Assertions.Expect(desk.Node("left")).ToHaveCountAsync(0);
        await Assertions.Expect(desk.Edge("first", "group:load")).ToHaveCountAsync(1);
        await Assertions.Expect(desk.Edge("group:load", "last")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("#author-side")).ToContainTextAsync("right");

        var before = await desk.PlacesAsync();
        await desk.MoveAsync("group:load", 0, 96);
        await desk.ExpectMovedAsync(before);
        await desk.ExpectKeptAsync("drawn-folded");
        await desk.OpenAsync("drawn-folded");
        await Assertions.Expect(desk.Node("group:load")).ToHaveCountAsync(1);
        await desk.FocusAsync("group:load");
        await desk.PressAsync("Enter");
        await Assertions.Expect(desk.Node("left")).ToHaveCountAsync(1);
        await Assertions.Expect(desk.Edge("first", "right")).ToHaveCountAsync(1);
        await Assertions.Expect(desk.Node("group:load").Locator(".gn-fold")).ToHaveCountAsync(1);

        await desk.Node("group:load").Locator(".gn-fold").ClickAsync();
        await Assertions.Expect(desk.Node("left")).ToHaveCountAsync(0);
        await desk.UndoButton.ClickAsync();
        await Assertions.Expect(desk.Node("left")).ToHaveCountAsync(1);
        await desk.ExpectTextAsync(text);
        Assert.Empty(desk.Complaints);
    }
}
