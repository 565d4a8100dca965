using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>The designer as somebody uses it who makes a workflow.</summary>
[Collection(PlatformCollection.Name)]
public sealed partial class AuthorTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_workflow_grows_from_an_empty_canvas_to_a_green_run_and_its_first_version()
    {
        await using var reader = await platform.ReadAsync();
        await using var desk = new AuthorDesk(reader);
        var page = desk.Page;
        await reader.OpenAsync("/workflows");
        await page.GetByRole(AriaRole.Button, new() { Name = "New workflow" }).ClickAsync();
        await page.Locator("#new-title").FillAsync("Grown by hand");
        await Assertions.Expect(page.Locator("#new-name")).ToHaveValueAsync("grown-by-hand");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/workflows/grown-by-hand/edit"));
        await desk.ReadyAsync("canvas");
        await page.GetByRole(AriaRole.Button, new() { Name = "Both" }).ClickAsync();
        await desk.ReadyAsync();

        await desk.DragAsync("control.command", 30, 200);
        await Assertions.Expect(desk.Node("command")).ToBeVisibleAsync();
        await desk.DragAsync("control.noop", 320, 330);
        await Assertions.Expect(desk.Node("noop")).ToBeVisibleAsync();
        await desk.ExpectInTextAsync("activity: control.noop");
        await desk.ConnectAsync("command", "noop");
        await Assertions.Expect(desk.Edge("command", "noop")).ToHaveCountAsync(1);
        await desk.DragOntoAsync("control.noop", "command", "noop");
        await Assertions.Expect(desk.Edge("command", "noop_2")).ToHaveCountAsync(1);
        await Assertions.Expect(desk.Edge("noop_2", "noop")).ToHaveCountAsync(1);
        await Assertions.Expect(desk.Edge("command", "noop")).ToHaveCountAsync(0);

        // What is missing is shown until it is filled.
        await desk.Node("command").Locator(".gn-body").ClickAsync();
        await Assertions.Expect(desk.Node("command").Locator(".gn-mark-error")).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true })).ToBeDisabledAsync();
        await page.Locator("#f-program").FillAsync("echo");
        await page.Locator("#f-arguments").FillAsync("good\nmorning");
        await page.Locator("#p-title").FillAsync("Say it");
        await desk.ExpectInTextAsync("title: Say it");
        await desk.ExpectInTextAsync("program: echo");
        await desk.ExpectInTextAsync("morning");
        await Assertions.Expect(desk.Node("command").Locator(".gn-mark-error")).ToHaveCountAsync(0);
        await Assertions.Expect(desk.Node("command")).ToContainTextAsync("Say it");

        await page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open] button[type=submit], .page-head .state").First).ToBeVisibleAsync();
        if (!RunAddress().IsMatch(page.Url))
            await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(RunAddress());
        await Assertions.Expect(page.Locator(".page-head .state")).ToHaveTextAsync("success", new() { Timeout = 90_000 });
        await Assertions.Expect(page.Locator(".x6-node .gn-status.st-success")).ToHaveCountAsync(3);

        await page.GoBackAsync();
        await desk.ReadyAsync();
        await Assertions.Expect(desk.Nodes).ToHaveCountAsync(3);
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Assertions.Expect(desk.State).ToHaveTextAsync(new Regex("^As published, version [12]$"));
        await reader.OpenAsync("/workflows/grown-by-hand");
        await Assertions.Expect(page.Locator(".x6-node:has(.gn-tile)")).ToHaveCountAsync(3);
        Assert.Empty(desk.Complaints);
    }

    [Fact]
    public async Task The_keyboard_alone_inserts_connects_moves_copies_deletes_and_takes_back()
    {
        await using var desk = new AuthorDesk(await platform.ReadAsync());
        var page = desk.Page;
        await desk.OpenAsync("drawn-keys");
        await desk.FocusAsync("load");
        await desk.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#author-side h2")).ToHaveTextAsync("load");
        await Assertions.Expect(page.Locator("#author-side :focus")).ToHaveCountAsync(1);

        // Insert after the chosen task: A goes to the search, Tab to what it found.
        await desk.FocusAsync("load");
        await desk.PressAsync("a");
        await Assertions.Expect(page.Locator("#author-find")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("control.noop");
        await Assertions.Expect(page.Locator(".tool")).ToHaveCountAsync(1);
        await desk.PressAsync("Tab");
        await Assertions.Expect(page.Locator(".tool")).ToBeFocusedAsync();
        await desk.PressAsync("Enter");
        await Assertions.Expect(desk.Edge("load", "noop")).ToHaveCountAsync(1);

        // Connect: C, the task by arrows, Enter.
        await desk.FocusAsync("noop");
        await desk.PressAsync("c");
        await desk.FocusAsync("report");
        await desk.PressAsync("Enter");
        await Assertions.Expect(desk.Edge("noop", "report")).ToHaveCountAsync(1);

        // Walk and choose.
        await desk.ChooseAsync("load");
        await desk.PressAsync("ArrowRight");
        await Assertions.Expect(desk.Node("load")).ToHaveAttributeAsync("aria-pressed", "false");
        await Assertions.Expect(page.Locator(".author-canvas .canvas-host .x6-node[aria-pressed=true]")).ToHaveCountAsync(1);
        await desk.PressAsync("Escape");
        await Assertions.Expect(page.Locator(".author-canvas .canvas-host .x6-node[aria-pressed=true]")).ToHaveCountAsync(0);

        // Move.
        await desk.ChooseAsync("clean");
        var before = await desk.PlacesAsync();
        await desk.PressAsync("Alt+ArrowDown", "Alt+ArrowDown", "Alt+ArrowRight");
        await desk.ExpectMovedAsync(before);
        var moved = await desk.PlacesAsync();

        // Duplicate, delete, and take both back.
        await desk.PressAsync("Control+d");
        await Assertions.Expect(desk.Node("clean_2")).ToBeVisibleAsync();
        await Assertions.Expect(desk.Node("clean_2")).ToHaveAttributeAsync("aria-pressed", "true");
        await desk.ChooseAsync("clean");
        await desk.PressAsync("Delete");
        await Assertions.Expect(desk.Node("clean")).ToHaveCountAsync(0);
        await desk.FocusAsync("load");
        await desk.PressAsync("Control+z");
        await Assertions.Expect(desk.Node("clean")).ToHaveCountAsync(1);
        await Assertions.Expect(desk.Edge("clean", "report")).ToHaveCountAsync(1);
        await desk.PressAsync("Control+z");
        await Assertions.Expect(desk.Node("clean_2")).ToHaveCountAsync(0);
        await desk.ExpectPlacesAsync(moved);
        await desk.PressAsync("Control+y");
        await Assertions.Expect(desk.Node("clean_2")).ToHaveCountAsync(1);
        Assert.Empty(desk.Complaints);
    }

    [Fact]
    public async Task Tasks_are_copied_into_another_workflow_and_as_text()
    {
        await using var reader = await platform.ReadAsync();
        await reader.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await using var desk = new AuthorDesk(reader);
        await desk.OpenAsync("drawn-source");
        await desk.FocusAsync("clean");
        await desk.PressAsync("Control+a", "Control+c");
        await desk.Page.WaitForFunctionAsync("async () => (await navigator.clipboard.readText()).includes('after: [clean]')");
        var copied = await desk.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        Assert.StartsWith("tasks:\n", copied, StringComparison.Ordinal);
        Assert.Contains("# the middle", copied, StringComparison.Ordinal);

        await desk.OpenAsync("drawn-target");
        await desk.FocusAsync("load");
        await desk.PressAsync("Control+v");
        await Assertions.Expect(desk.Nodes).ToHaveCountAsync(6);
        await Assertions.Expect(desk.Edge("load_2", "clean_2")).ToHaveCountAsync(1);
        await Assertions.Expect(desk.Edge("clean_2", "report_2")).ToHaveCountAsync(1);
        await desk.ExpectInTextAsync("after: [clean_2]");

        // Text that somebody found elsewhere.
        await desk.Page.EvaluateAsync("() => navigator.clipboard.writeText('- id: found\\n  activity: control.noop\\n  after: [load]\\n')");
        await desk.PressAsync("Control+v");
        await Assertions.Expect(desk.Edge("load", "found")).ToHaveCountAsync(1);
        await desk.PressAsync("Control+z", "Control+z");
        await desk.ExpectTextAsync(PlatformFixture.DrawnYaml("drawn-target"));
        Assert.Empty(desk.Complaints);
    }

    [Fact]
    public async Task A_problem_leads_to_its_task_and_line_and_wrong_connections_say_why()
    {
        await using var desk = new AuthorDesk(await platform.ReadAsync());
        var page = desk.Page;
        await desk.OpenAsync("drawn-problems");
        await desk.BeginConnectingAsync("report", "load");
        await Assertions.Expect(desk.WhyNot).ToContainTextAsync("This connection would close a cycle.");
        await page.Mouse.UpAsync();
        await desk.BeginConnectingAsync("load", "clean");
        await Assertions.Expect(desk.WhyNot).ToContainTextAsync("They are connected already.");
        await page.Mouse.UpAsync();
        await desk.BeginConnectingAsync("clean", "clean");
        await Assertions.Expect(desk.WhyNot).ToContainTextAsync("A task cannot come after itself.");
        await page.Mouse.UpAsync();
        await desk.ExpectTextAsync(PlatformFixture.DrawnYaml("drawn-problems"));
        await Assertions.Expect(page.Locator(".author-canvas .canvas-host .x6-edge")).ToHaveCountAsync(2);

        await desk.TypeBehindAsync("after: [clean]", "\nretries: many");
        await Assertions.Expect(desk.Node("report").Locator(".gn-mark-error")).ToHaveCountAsync(1);
        await desk.ChooseAsync("load");
        await page.Locator(".author-bar").GetByRole(AriaRole.Button, new() { NameRegex = new Regex("problem") }).ClickAsync();
        await page.Locator(".problem", new() { HasText = "report" }).First.ClickAsync();
        await Assertions.Expect(desk.Node("report")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.WaitForFunctionAsync("() => { const e = document.querySelector('.author-yaml .editor').editor; return e.getModel().getLineContent(e.getPosition().lineNumber).includes('retries: many'); }");
        Assert.Empty(desk.Complaints);
    }

    [GeneratedRegex(@"/runs/(\d+)")]
    private static partial Regex RunAddress();
}
