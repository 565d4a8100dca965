using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>Nothing that somebody does in the designer is lost: not by another's save, a lost connection, a reload or a killed server.</summary>
[Collection(PlatformCollection.Name)]
public sealed class AuthorSafetyTests(PlatformFixture platform)
{
    [Fact]
    public async Task Two_who_edit_one_draft_are_shown_both_sides_and_lose_neither()
    {
        await using var hers = new AuthorDesk(await platform.ReadAsync());
        await using var his = new AuthorDesk(await platform.ReadAsync());
        await hers.OpenAsync("drawn-conflict");
        await his.OpenAsync("drawn-conflict");
        await hers.TypeBehindAsync("owner: tests", "\ndescription: hers");
        await hers.ExpectInTextAsync("description: hers");
        await Assertions.Expect(hers.State).ToContainTextAsync("Draft saved");

        // He takes what she saved, and finds his own again by undo.
        await his.TypeBehindAsync("owner: tests", "\ntags: [his]");
        var dialog = his.Page.Locator("dialog[open]");
        await Assertions.Expect(dialog.Locator(".diff")).ToContainTextAsync("description: hers");
        await Assertions.Expect(dialog.Locator(".diff")).ToContainTextAsync("tags: [his]");
        // Escape decides nothing: the question can be asked for again.
        await his.PressAsync("Escape");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(his.State).ToContainTextAsync("Not saved: somebody else has changed it");
        await his.Page.GetByRole(AriaRole.Button, new() { Name = "Choose which to keep" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Take theirs" }).ClickAsync();
        await his.ExpectTextAsync(await hers.TextAsync());
        await his.UndoButton.ClickAsync();
        await his.ExpectInTextAsync("tags: [his]");
        await Assertions.Expect(his.State).ToContainTextAsync("Draft saved");
        await his.ExpectKeptAsync("drawn-conflict");

        // She keeps hers over what he saved now; undo comes by his.
        await hers.FocusAsync("load");
        await hers.PressAsync("n");
        dialog = hers.Page.Locator("dialog[open]");
        await Assertions.Expect(dialog.Locator(".diff")).ToContainTextAsync("tags: [his]");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Keep mine" }).ClickAsync();
        await hers.ExpectInTextAsync("description: hers");
        await Assertions.Expect(hers.Page.Locator(".author-canvas .canvas-host .gn-note-body")).ToHaveCountAsync(1);
        await hers.ExpectKeptAsync("drawn-conflict");
        await hers.UndoButton.ClickAsync();
        await hers.ExpectInTextAsync("tags: [his]");
        await hers.UndoButton.ClickAsync();
        await hers.ExpectInTextAsync("description: hers");
        await hers.ExpectKeptAsync("drawn-conflict");
        await his.OpenAsync("drawn-conflict");
        await his.ExpectInTextAsync("description: hers");
        Assert.Empty(hers.Complaints);
    }

    [Fact]
    public async Task Two_who_change_different_tasks_keep_both_and_are_asked_where_they_changed_the_same()
    {
        await using var hers = new AuthorDesk(await platform.ReadAsync());
        await using var his = new AuthorDesk(await platform.ReadAsync());
        await hers.OpenAsync("drawn-both");
        await his.OpenAsync("drawn-both");
        await hers.TypeBehindAsync("after: [load]", "\ntitle: Hers   # her own words\nretries: 2");
        await hers.ExpectInTextAsync("retries: 2");
        await hers.ExpectKeptAsync("drawn-both");

        await his.TypeBehindAsync("after: [clean]", "\ntitle: His report");
        var dialog = his.Page.Locator("dialog[open]");
        await Assertions.Expect(dialog).ToContainTextAsync("do not touch each other");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Keep both" }).ClickAsync();
        await his.ExpectInTextAsync("title: Hers   # her own words");
        await his.ExpectInTextAsync("title: His report");
        await his.ExpectKeptAsync("drawn-both");

        // Now she changes what he has before her on the screen otherwise.
        await hers.TypeBehindAsync("title: Hers", " and mine");
        var question = hers.Page.Locator("dialog[open]");
        await Assertions.Expect(question.GetByRole(AriaRole.Button, new() { Name = "Keep both" })).ToBeVisibleAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Keep both" }).ClickAsync();
        await hers.ExpectInTextAsync("title: His report");
        await hers.ExpectInTextAsync("and mine");
        await hers.ExpectKeptAsync("drawn-both");
        await his.TypeBehindAsync("retries: 2", "0");
        await hers.ExpectInTextAsync("retries: 2\n");
        dialog = his.Page.Locator("dialog[open]");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Keep both" }).ClickAsync();
        await his.ExpectInTextAsync("retries: 20");
        await his.ExpectKeptAsync("drawn-both");
        await hers.TypeBehindAsync("retries: 2", "5");
        await Assertions.Expect(question.Locator(".clashes legend")).ToHaveTextAsync("tasks.clean.retries");
        await question.Locator(".clash-side", new() { HasText = "20" }).ClickAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Keep both" }).ClickAsync();
        await hers.ExpectInTextAsync("retries: 20\n");
        await hers.ExpectKeptAsync("drawn-both");
        Assert.Empty(his.Complaints);
    }

    [Fact]
    public async Task A_task_of_a_large_workflow_stays_where_it_was_put()
    {
        await platform.ApplyAsync("large-drawn", "name: large-drawn\ntitle: Large\nowner: tests\ntasks:\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"  - {{ id: t{i}, activity: control.noop{(i < 10 ? "" : $", after: [t{i - 10}]")} }}\n")));
        await using var desk = new AuthorDesk(await platform.ReadAsync());
        await desk.OpenAsync("large-drawn", "canvas");
        await Assertions.Expect(desk.Nodes).ToHaveCountAsync(200);
        // Let go at once: the canvas still has the last movement to carry out.
        var box = (await desk.Node("t3").Locator(".gn-body").BoundingBoxAsync())!;
        await desk.Page.Mouse.MoveAsync(box.X + 40, box.Y + 15);
        await desk.Page.Mouse.DownAsync();
        await desk.Page.Mouse.MoveAsync(box.X + 190, box.Y + 95, new MouseMoveOptions { Steps = 20 });
        await desk.Page.Mouse.UpAsync();
        await Assertions.Expect(desk.State).ToContainTextAsync("Draft saved");
        var at = await desk.Node("t3").GetAttributeAsync("transform");
        await desk.Page.ReloadAsync();
        await Assertions.Expect(desk.Node("t3")).ToHaveAttributeAsync("transform", at!);
        Assert.Empty(desk.Complaints);
    }

    [Fact]
    public async Task A_draft_survives_a_reload_and_leaving_it_asks_nothing()
    {
        await using var desk = new AuthorDesk(await platform.ReadAsync());
        var page = desk.Page;
        var asked = new List<string>();
        page.Dialog += (_, dialog) =>
        {
            asked.Add(dialog.Message);
            _ = dialog.AcceptAsync();
        };
        await desk.OpenAsync("drawn-kept");
        var before = await desk.PlacesAsync();
        await desk.MoveAsync("report", 24, 96);
        await desk.ExpectMovedAsync(before);
        await desk.TypeBehindAsync("owner: tests", "\ndescription: survives");
        await Assertions.Expect(desk.State).ToContainTextAsync("Draft saved");
        await desk.ExpectKeptAsync("drawn-kept");
        await page.WaitForFunctionAsync("() => document.querySelector('.author-state')?.textContent.length > 0");
        var (text, places) = (await desk.TextAsync(), await desk.PlacesAsync());
        await page.ReloadAsync();
        await desk.ReadyAsync();
        await desk.ExpectTextAsync(text);
        await desk.ExpectPlacesAsync(places);
        Assert.Contains("description: survives", text, StringComparison.Ordinal);

        await page.Locator("header nav a").First.ClickAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("/edit"));
        await page.GotoAsync("/workflows");
        await Assertions.Expect(page.Locator("section[aria-label=Drafts]")).ToContainTextAsync("drawn-kept");
        Assert.Empty(asked);
        // What is published is as it was.
        await page.GotoAsync("/workflows/drawn-kept?tab=yaml");
        await Assertions.Expect(page.Locator(".monaco-editor .view-line").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".monaco-editor")).Not.ToContainTextAsync("survives");
        Assert.Empty(desk.Complaints);
    }

    [Theory]
    [InlineData("drawn-lost", false)]
    [InlineData("drawn-reload", true)]
    public async Task What_is_done_while_the_connection_is_lost_arrives_when_it_is_back(string workflow, bool reload)
    {
        await using var desk = new AuthorDesk(await platform.ReadAsync());
        var page = desk.Page;
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        var wire = await CutWire.LayAsync(page);
        await desk.OpenAsync(workflow);
        var before = await desk.PlacesAsync();

        await wire.CutAsync();
        await Assertions.Expect(desk.Offline).ToBeVisibleAsync();
        await desk.MoveAsync("report", 36, 120);
        await desk.TypeBehindAsync("owner: tests", "\ndescription: typed without a connection");
        await desk.DragAsync("control.noop", 40, 380);
        await desk.ExpectMovedAsync(before);
        await Assertions.Expect(desk.Node("noop")).ToHaveCountAsync(0);
        wire.Mend();
        if (reload)
        {
            await page.ReloadAsync();
            await desk.ReadyAsync();
        }

        await Assertions.Expect(desk.Node("noop")).ToBeVisibleAsync();
        await Assertions.Expect(desk.Offline).ToBeHiddenAsync();
        await desk.ExpectInTextAsync("description: typed without a connection");
        await desk.ExpectInTextAsync("id: noop");
        await desk.ExpectKeptAsync(workflow);
        var (text, places) = (await desk.TextAsync(), await desk.PlacesAsync());
        await desk.OpenAsync(workflow);
        await desk.ExpectTextAsync(text);
        await desk.ExpectPlacesAsync(places);
        Assert.Single(Regex.Matches(text, "id: noop"));
    }

    [Fact]
    public async Task An_open_page_finds_a_killed_server_that_is_back_by_itself_and_nothing_of_the_draft_is_lost()
    {
        await using var server = await ServerProcess.StartAsync();
        await server.RunAsync("apply", server.Write("flow.yaml", PlatformFixture.DrawnYaml("drawn-killed")));
        await using var reader = await platform.VisitAsync(server: server.Url);
        await reader.SignInAsync(server.Password);
        await using var desk = new AuthorDesk(reader);
        var page = desk.Page;
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await desk.OpenAsync("drawn-killed");
        var before = await desk.PlacesAsync();
        await desk.MoveAsync("report", 36, 120);
        await desk.ExpectMovedAsync(before);
        await desk.TypeBehindAsync("owner: tests", "\ndescription: before the end");
        await desk.ExpectInTextAsync("description: before the end");
        await desk.ExpectKeptAsync("drawn-killed");
        var (text, places) = (await desk.TextAsync(), await desk.PlacesAsync());
        await page.EvaluateAsync("() => { window.ofTheFirstServer = true; }");

        await server.KillAndStartAgainAsync();

        await page.WaitForFunctionAsync("() => !window.ofTheFirstServer", null, new() { Timeout = 60_000 });
        await desk.ReadyAsync();
        await desk.ExpectTextAsync(text);
        await desk.ExpectPlacesAsync(places);
        await Assertions.Expect(desk.Offline).ToBeHiddenAsync();
    }
}
