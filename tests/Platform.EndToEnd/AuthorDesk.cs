using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>Somebody at the designer: what hand and eye do there.</summary>
internal sealed class AuthorDesk(Reader reader) : IAsyncDisposable
{
    private const string Places = """
        () => JSON.stringify(document.querySelector('.author-canvas .canvas-host').canvas.graph.getNodes().filter(n => n.shape !== 'frame')
          .map(n => [n.id, Math.round(n.position().x), Math.round(n.position().y)]).sort((a, b) => a[0] < b[0] ? -1 : 1))
        """;

    private const string Text = "() => document.querySelector('.author-yaml .editor')?.editor?.getValue()";

    public IPage Page => reader.Page;

    public IReadOnlyList<string> Complaints => reader.Complaints;

    public ILocator Nodes => Page.Locator(".author-canvas .canvas-host .x6-node:has(.gn-tile)");

    public ILocator Toast => Page.Locator(".author-toast");

    /// <summary>Why a connection may not end where it is held.</summary>
    public ILocator WhyNot => Page.Locator(".author-why");

    /// <summary>What the page says of saving.</summary>
    public ILocator State => Page.Locator(".author-state:not(.author-offline)");

    public ILocator Offline => Page.Locator(".author-offline");

    public ILocator UndoButton => Page.Locator(".author-bar button:has(use[href$='#arrow-back-up'])");

    public ILocator RedoButton => Page.Locator(".author-bar button:has(use[href$='#arrow-forward-up'])");

    public ILocator Node(string id) => Page.Locator($".author-canvas .canvas-host .x6-node[data-cell-id='{id}']");

    public ILocator Edge(string from, string to) => Page.Locator($".author-canvas .canvas-host .x6-edge[data-cell-id='{from}>{to}']");

    /// <summary>Opens the designer of a workflow, with the YAML beside the canvas.</summary>
    public async Task OpenAsync(string workflow, string view = "both")
    {
        await reader.OpenAsync($"/workflows/{workflow}/edit{(view == "canvas" ? "" : $"?view={view}")}");
        await ReadyAsync(view);
    }

    /// <summary>Canvas and text are there.</summary>
    public async Task ReadyAsync(string view = "both")
    {
        if (view != "canvas")
            await Page.WaitForFunctionAsync(Text);
        await Page.WaitForFunctionAsync("() => { const canvas = document.querySelector('.author-canvas .canvas-host')?.canvas; return canvas && (canvas.graph.getNodes().length > 0 || document.querySelector('.author-hint')); }");
    }

    /// <summary>Adds the best match of a search behind what has the keys, by keyboard alone, and waits until it has them.</summary>
    public async Task AddAsync(string search, string id)
    {
        await PressAsync("a");
        await Assertions.Expect(Page.Locator("#author-find")).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync(search);
        await PressAsync("Enter");
        await Assertions.Expect(Node(id)).ToBeFocusedAsync();
        await Assertions.Expect(Node(id)).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(Page.Locator("#author-side h2")).ToHaveTextAsync(id);
    }

    /// <summary>Drags an activity out of the toolbox to a point of the canvas, counted from its corner.</summary>
    public async Task DragAsync(string activity, float x, float y)
    {
        var area = await BoxAsync(Page.Locator(".author-canvas .canvas-host"));
        await DropAsync(activity, area.X + x, area.Y + y);
    }

    /// <summary>Drags an activity out of the toolbox onto a connection.</summary>
    public async Task DragOntoAsync(string activity, string from, string to)
    {
        var at = await MiddleAsync(from, to);
        await DropAsync(activity, at.X, at.Y);
    }

    /// <summary>Drags from a task's right port to another task.</summary>
    public async Task ConnectAsync(string from, string to)
    {
        await BeginConnectingAsync(from, to);
        await Page.Mouse.UpAsync();
    }

    /// <summary>As <see cref="ConnectAsync"/>, with the button still held.</summary>
    public async Task BeginConnectingAsync(string from, string to)
    {
        var port = await BoxAsync(Node(from).Locator(".gn-port[port-group=out]"));
        var target = await BoxAsync(Node(to).Locator(".gn-body"));
        await Page.Mouse.MoveAsync(port.X + (port.Width / 2), port.Y + (port.Height / 2));
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(target.X + (target.Width / 2), target.Y + (target.Height / 2), new() { Steps = 8 });
    }

    /// <summary>Drags a task by some pixels.</summary>
    public async Task MoveAsync(string id, float x, float y)
    {
        var box = await BoxAsync(Node(id).Locator(".gn-body"));
        await Page.Mouse.MoveAsync(box.X + 90, box.Y + (box.Height / 2));
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(box.X + 90 + x, box.Y + (box.Height / 2) + y, new() { Steps = 6 });
        await Page.Mouse.UpAsync();
    }

    /// <summary>Clicks a connection.</summary>
    public async Task ChooseEdgeAsync(string from, string to)
    {
        var at = await MiddleAsync(from, to);
        await Page.Mouse.ClickAsync(at.X, at.Y);
    }

    /// <summary>Puts the caret at the end of a line of the YAML that begins so, and types.</summary>
    public async Task TypeBehindAsync(string line, string typed)
    {
        await Page.Locator(".author-yaml .view-line").First.ClickAsync();
        await Page.EvaluateAsync("""
            line => {
              const editor = document.querySelector('.author-yaml .editor').editor;
              const row = editor.getValue().split('\n').findIndex(l => l.trimStart().startsWith(line)) + 1;
              editor.setPosition({ lineNumber: row, column: editor.getModel().getLineMaxColumn(row) });
            }
            """, line);
        await Page.Keyboard.TypeAsync(typed);
    }

    public Task<string> TextAsync() => Page.EvaluateAsync<string>(Text);

    /// <summary>Where tasks and notes stand, as JSON.</summary>
    public Task<string> PlacesAsync() => Page.EvaluateAsync<string>(Places);

    /// <summary>Waits until the YAML says so.</summary>
    public Task ExpectTextAsync(string expected) => ExpectAsync(Text, expected, TextAsync);

    /// <summary>Waits until the YAML holds this.</summary>
    public async Task ExpectInTextAsync(string part)
    {
        try
        {
            await Page.WaitForFunctionAsync($"part => (({Text})() ?? '').includes(part)", part);
        }
        catch (TimeoutException)
        {
            Assert.Contains(part, await TextAsync(), StringComparison.Ordinal);
        }
    }

    /// <summary>Waits until tasks and notes stand so.</summary>
    public Task ExpectPlacesAsync(string expected) => ExpectAsync(Places, expected, PlacesAsync);

    /// <summary>Waits until a task stands elsewhere than in these places.</summary>
    public Task ExpectMovedAsync(string before) => Page.WaitForFunctionAsync($"before => ({Places})() !== before", before);

    /// <summary>Waits until the draft is saved as it stands here.</summary>
    public Task ExpectSavedAsync() => Assertions.Expect(State).ToHaveTextAsync(new Regex("^(Draft saved|As published)"));

    /// <summary>Waits until the server holds everything done here: nothing is kept in the browser any more.</summary>
    public async Task ExpectKeptAsync(string workflow)
    {
        await Page.WaitForFunctionAsync("name => localStorage.getItem(`platform-outbox-${name}`) === null && localStorage.getItem(`platform-outbox-${name}-text`) === null", workflow);
        await ExpectSavedAsync();
    }

    /// <summary>Chooses one task with the keyboard.</summary>
    public async Task ChooseAsync(string id)
    {
        await FocusAsync(id);
        await PressAsync("Escape");
        await Assertions.Expect(Page.Locator(".author-canvas .canvas-host .x6-node[aria-pressed=true]")).ToHaveCountAsync(0);
        await FocusAsync(id);
        await Assertions.Expect(Node(id)).ToBeFocusedAsync();
        await PressAsync("Space");
        await Assertions.Expect(Node(id)).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(Page.Locator(".author-canvas .canvas-host .x6-node[aria-pressed=true]")).ToHaveCountAsync(1);
    }

    public async Task FocusAsync(string id) => await Node(id).FocusAsync();

    public Task PressAsync(params string[] keys) => PressAllAsync(keys);

    public ValueTask DisposeAsync() => reader.DisposeAsync();

    private async Task PressAllAsync(string[] keys)
    {
        foreach (var key in keys)
            await Page.Keyboard.PressAsync(key);
    }

    private async Task ExpectAsync(string what, string expected, Func<Task<string>> read)
    {
        try
        {
            await Page.WaitForFunctionAsync($"expected => ({what})() === expected", expected);
        }
        catch (TimeoutException)
        {
            Assert.Equal(expected, await read());
        }
    }

    private async Task DropAsync(string activity, float x, float y)
    {
        var tool = Page.Locator($".tool[data-activity='{activity}']");
        await tool.ScrollIntoViewIfNeededAsync();
        var box = await BoxAsync(tool);
        await Page.Mouse.MoveAsync(box.X + 30, box.Y + (box.Height / 2));
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(x, y, new() { Steps = 8 });
        await Page.Mouse.UpAsync();
    }

    private async Task<(float X, float Y)> MiddleAsync(string from, string to)
    {
        await Assertions.Expect(Edge(from, to)).ToHaveCountAsync(1);
        var at = await Edge(from, to).Locator("path.gn-edge").EvaluateAsync<string>("path => { const p = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM()); return `${p.x} ${p.y}`; }");
        var parts = at.Split(' ');
        return (float.Parse(parts[0], CultureInfo.InvariantCulture), float.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static async Task<LocatorBoundingBoxResult> BoxAsync(ILocator locator) =>
        await locator.BoundingBoxAsync() ?? throw new InvalidOperationException($"{locator} is not on the screen.");
}
