using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>What stands around the canvas leaves it its room: the toolbox by keyboard, the preview below, drawers in a narrow page.</summary>
[Collection(PlatformCollection.Name)]
public sealed class AuthorPanelTests(PlatformFixture platform)
{
    [Fact]
    public async Task The_toolbox_is_searched_walked_and_left_by_keys_and_a_preview_leaves_its_task_in_sight()
    {
        await platform.ApplyAsync("drawn-panels", """
            name: drawn-panels
            title: drawn-panels
            owner: tests
            tasks:
              - { id: spaced, activity: clean.sql, with: { table: clean.spaced, mode: replace, sql: "select ' ' || name || '  ' as name, customer_id, '' as note from shop.customers" } }

            """);
        await using var desk = new AuthorDesk(await platform.ReadAsync());
        var page = desk.Page;
        await page.SetViewportSizeAsync(1400, 860);
        await desk.OpenAsync("drawn-panels", "canvas");
        await desk.ChooseAsync("spaced");
        await desk.PressAsync("a");
        await Assertions.Expect(page.Locator("#author-find")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("ingest f");
        await Assertions.Expect(page.Locator(".tool.marked")).ToHaveAttributeAsync("data-activity", "ingest.files");
        await desk.PressAsync("ArrowDown");
        await Assertions.Expect(page.Locator(".tool.marked")).ToHaveAttributeAsync("data-activity", "ingest.database");
        await desk.PressAsync("Escape");
        await Assertions.Expect(desk.Node("spaced")).ToBeFocusedAsync();

        // Typed and taken at once: it is the first of what was typed, and the keys go on from it.
        await desk.AddAsync("do nothing", "noop");
        await Assertions.Expect(desk.Edge("spaced", "noop")).ToHaveCountAsync(1);

        await desk.ChooseAsync("spaced");
        await desk.MoveAsync("spaced", 0, 300);
        await desk.FocusAsync("spaced");
        await desk.PressAsync("p");
        var panel = page.Locator(".preview-foot");
        await Assertions.Expect(page.GetByTestId("preview-table")).ToBeVisibleAsync(new() { Timeout = 40_000 });
        await Assertions.Expect(page.GetByTestId("preview-table").Locator(".unseen").First).ToHaveTextAsync("·");
        await Assertions.Expect(page.GetByTestId("preview-table").Locator(".seen").First).ToHaveAttributeAsync("title", "Begins with a blank. Ends with 2 blanks.");
        await Assertions.Expect(page.GetByTestId("preview-table").Locator("tbody tr").First).ToContainTextAsync("empty");
        await page.WaitForFunctionAsync("""
            () => {
              const box = document.querySelector(".author-canvas .canvas-host [data-cell-id='spaced']").getBoundingClientRect(), foot = document.querySelector('.preview-foot').getBoundingClientRect(), bar = document.querySelector('.author-bar').getBoundingClientRect();
              return box.top >= bar.bottom && box.bottom <= foot.top;
            }
            """);
        var seen = await page.GetByTestId("preview-table").EvaluateAsync<int>("area => [...area.querySelectorAll('tbody tr')].filter(row => row.getBoundingClientRect().bottom <= area.getBoundingClientRect().bottom).length");
        Assert.InRange(seen, 5, 100);

        // Its upper edge is moved by keys, and the canvas takes the room.
        var before = (await panel.BoundingBoxAsync())!.Height;
        await page.Locator(".foot-grip").FocusAsync();
        await desk.PressAsync("ArrowDown", "ArrowDown");
        await page.WaitForFunctionAsync("before => document.querySelector('.preview-foot').getBoundingClientRect().height < before - 40", (int)before);

        // Behind the text and back: the canvas keeps its view.
        await page.Locator(".author-bar").GetByRole(AriaRole.Button, new() { Name = "YAML" }).ClickAsync();
        await Assertions.Expect(page.Locator(".author-yaml .view-line").First).ToBeVisibleAsync();
        await Assertions.Expect(desk.Node("spaced")).ToBeHiddenAsync();
        await page.Locator(".author-bar").GetByRole(AriaRole.Button, new() { Name = "Canvas" }).ClickAsync();
        await Assertions.Expect(desk.Node("spaced")).ToBeVisibleAsync();
        Assert.Empty(desk.Complaints);
    }

    [Fact]
    public async Task A_narrow_page_shows_the_whole_graph_and_its_panels_as_drawers()
    {
        await using var desk = new AuthorDesk(await platform.ReadAsync());
        var page = desk.Page;
        await page.SetViewportSizeAsync(768, 1024);
        await desk.OpenAsync("drawn-target", "canvas");
        await page.WaitForFunctionAsync("""
            () => {
              const area = document.querySelector('.author-canvas .canvas-host').getBoundingClientRect();
              return area.width > 700 && [...document.querySelectorAll('.author-canvas .canvas-host .x6-node')].every(n => { const box = n.getBoundingClientRect(); return box.left >= area.left && box.right <= area.right; });
            }
            """);
        await Assertions.Expect(page.Locator(".author-tools")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator("#author-side")).ToBeHiddenAsync();
        await desk.FocusAsync("clean");
        await desk.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#author-side h2")).ToHaveTextAsync("clean");
        await Assertions.Expect(page.Locator("#author-side :focus")).ToHaveCountAsync(1);
        await page.Locator(".side-toggle").ClickAsync();
        await Assertions.Expect(page.Locator("#author-side")).ToBeHiddenAsync();
        Assert.Empty(desk.Complaints);
    }
}
