using Platform.Engine.Definitions;

namespace Platform.Engine.Tests;

public sealed class DraftTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string Layout = """{"tasks":{"a":{"x":1,"y":2}}}""";

    private readonly WorkflowDrafts _drafts = new(engine.Database, engine.Store);

    private static string Text(string name, string title = "One") => $"name: {name}\ntitle: {title}\ntasks:\n  - {{ id: a, activity: test.noop }}\n";

    private Task<DraftSaved> SaveAsync(string name, string text, long revision, string by = "ada") => _drafts.SaveAsync(name, text, Layout, null, revision, by, CancellationToken.None);

    [Fact]
    public async Task A_draft_is_kept_as_it_was_typed_right_or_wrong_and_is_not_published()
    {
        var name = EngineFixture.NewName();
        Assert.Equal(new DraftSaved(1, null), await SaveAsync(name, "name: [broken", 0));
        Assert.Equal(new DraftSaved(2, null), await SaveAsync(name, "name: [broken too", 1));
        var draft = (await _drafts.GetAsync(name, CancellationToken.None))!;
        Assert.Equal(("name: [broken too", 2, "ada"), (draft.Yaml, draft.Revision, draft.UpdatedBy));
        Assert.Contains(await _drafts.ListAsync(CancellationToken.None), d => d.Name == name && d.PublishedVersion is null);
        Assert.Null(await engine.Store.GetAsync(name, null, CancellationToken.None));
    }

    [Fact]
    public async Task A_save_that_started_from_an_older_revision_writes_nothing_and_shows_the_other_side()
    {
        var name = EngineFixture.NewName();
        await SaveAsync(name, "one", 0);
        await SaveAsync(name, "ada's", 1);
        var late = await SaveAsync(name, "bob's", 1, "bob");
        Assert.Equal((2, "ada's", "ada"), (late.Revision, late.Theirs!.Yaml, late.Theirs.UpdatedBy));
        Assert.Equal("ada's", (await _drafts.GetAsync(name, CancellationToken.None))!.Yaml);
        Assert.Null((await SaveAsync(name, "bob's", late.Revision, "bob")).Theirs);
    }

    [Fact]
    public async Task Two_who_begin_the_same_draft_meet()
    {
        var name = EngineFixture.NewName();
        var both = await Task.WhenAll(SaveAsync(name, "ada's", 0), SaveAsync(name, "bob's", 0, "bob"));
        Assert.Single(both, s => s.Theirs is null);
    }

    [Fact]
    public async Task Publishing_keeps_the_layout_and_ends_the_draft()
    {
        var name = EngineFixture.NewName();
        await SaveAsync(name, Text(name), 0);
        var applied = await _drafts.PublishAsync(name, Text(name), Layout, 0, "ada", CancellationToken.None);
        Assert.Equal((ApplyOutcome.Applied, 1), (applied.Outcome, applied.Version!.Value));
        Assert.Null(await _drafts.GetAsync(name, CancellationToken.None));
        Assert.Contains("\"x\"", await _drafts.LayoutAsync(name, CancellationToken.None), StringComparison.Ordinal);
        // What is saved after that begins a new draft, though it was read at an old revision.
        Assert.Equal(new DraftSaved(1, null), await SaveAsync(name, Text(name, "Two"), 5));
    }

    [Fact]
    public async Task What_cannot_be_published_leaves_draft_and_workflow_as_they_were()
    {
        var name = EngineFixture.NewName();
        await engine.Store.ApplyAsync(Text(name), new ApplyOptions { Origin = WorkflowOrigin.Applied, By = "ada" }, CancellationToken.None);
        await SaveAsync(name, Text(name, "Mine"), 0);
        Assert.Equal(ApplyOutcome.Conflict, (await _drafts.PublishAsync(name, Text(name, "Mine"), Layout, 0, "ada", CancellationToken.None)).Outcome);
        Assert.Equal(ApplyOutcome.Invalid, (await _drafts.PublishAsync(name, $"name: {name}\ntasks: 7\n", Layout, 1, "ada", CancellationToken.None)).Outcome);
        Assert.Contains("other-name", (await Assert.ThrowsAsync<EngineException>(() => _drafts.PublishAsync(name, Text("other-name"), Layout, 1, "ada", CancellationToken.None))).Message, StringComparison.Ordinal);
        Assert.NotNull(await _drafts.GetAsync(name, CancellationToken.None));
        Assert.Equal("One", (await engine.Store.GetAsync(name, null, CancellationToken.None))!.Title);
    }

    [Theory]
    [InlineData("Bad Name", "x")]
    [InlineData("good-name", "a\0b")]
    public async Task A_bad_name_or_text_is_refused_with_a_reason(string name, string text) =>
        Assert.NotEmpty((await Assert.ThrowsAsync<EngineException>(() => SaveAsync(name, text, 0))).Message);

    [Fact]
    public async Task A_text_beyond_the_limit_is_refused() =>
        Assert.Contains("KiB", (await Assert.ThrowsAsync<EngineException>(() => SaveAsync(EngineFixture.NewName(), new string('x', (1 << 20) + 1), 0))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_discarded_draft_is_gone_and_discarding_twice_is_no_error()
    {
        var name = EngineFixture.NewName();
        await SaveAsync(name, "x", 0);
        await _drafts.DiscardAsync(name, CancellationToken.None);
        await _drafts.DiscardAsync(name, CancellationToken.None);
        Assert.Null(await _drafts.GetAsync(name, CancellationToken.None));
    }
}
