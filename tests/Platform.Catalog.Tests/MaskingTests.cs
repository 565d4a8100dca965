using System.Text.Json;
using Platform.Catalog.Inventory;
using Platform.Catalog.Lineage;
using Platform.Catalog.Masking;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class MaskingTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>, IAsyncLifetime
{
    private MaskingQueries Masking => new(catalog.DataSource);

    public async Task InitializeAsync()
    {
        await catalog.EndTaskAsync("land", 1,
            new AssetRead("file:/data/people.csv", AssetKind.FileSet),
            new AssetWritten("raw.people", AssetKind.Table, 1, Columns: [new("mail", "VARCHAR"), new("name", "VARCHAR"), new("town", "VARCHAR")]),
            new ColumnsDerived("raw.people", [new("file:/data/people.csv", "mail", "mail", ColumnEdgeKind.Identity)]));
        await catalog.EndTaskAsync("clean", 1,
            new AssetWritten("clean.people", AssetKind.Table, 1),
            new ColumnsDerived("clean.people",
            [
                new("raw.people", "mail", "mail", ColumnEdgeKind.Transformation, Masking: true),
                new("raw.people", "name", "name", ColumnEdgeKind.Identity),
                new("raw.people", "town", "town", ColumnEdgeKind.Identity),
                new("raw.people", "name", null, ColumnEdgeKind.Filter),
            ]));
        await JudgeAsync("raw.people", ("mail", "contact", 0.9), ("name", "name", 0.9), ("town", "address", 0.3));
        await JudgeAsync("file:/data/people.csv", ("mail", "contact", 0.9));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_column_that_asks_for_masking_and_is_carried_on_plain_is_a_finding()
    {
        // Mail is masked; the filter carries no value; the town is a guess; raw.* may take what comes in.
        Assert.Equal("raw.people.name > clean.people.name name shop/clean 1", await FindAsync(["shop"]));
        Assert.Equal("", await FindAsync(["other"]));
        Assert.Equal("raw.people.name > clean.people.name name shop/clean 1", await FindAsync(null));
        Assert.Empty(await Masking.UnmaskedAsync(null, "file:/data/people.csv", 10, CancellationToken.None));
    }

    [Fact]
    public async Task A_policy_says_which_classes_ask_and_where_they_may_lie_plain()
    {
        var commands = new MaskingCommands(catalog.DataSource);
        Assert.True(await commands.SetPolicyAsync("contact", required: true, [], "ann", CancellationToken.None));
        Assert.Contains("file:/data/people.csv.mail > raw.people.mail contact shop/land 1", await FindAsync(["shop"]), StringComparison.Ordinal);
        await commands.SetPolicyAsync("contact", required: true, ["raw.p*"], "ann", CancellationToken.None);
        Assert.DoesNotContain("raw.people.mail contact", await FindAsync(["shop"]), StringComparison.Ordinal);
        // An underscore is itself, no sign for any character.
        await commands.SetPolicyAsync("contact", required: true, ["raw_people"], "ann", CancellationToken.None);
        Assert.Contains("raw.people.mail contact", await FindAsync(["shop"]), StringComparison.Ordinal);
        await commands.SetPolicyAsync("name", required: false, ["raw.*"], "ann", CancellationToken.None);
        Assert.DoesNotContain("clean.people.name", await FindAsync(["shop"]), StringComparison.Ordinal);
        Assert.Equal(("ann", false), ((await Masking.PoliciesAsync(CancellationToken.None)).Single(policy => policy.PersonalClass == "name") is var policy ? policy.ChangedBy : null, policy.Required));
        Assert.False(await commands.SetPolicyAsync("hair", required: true, [], "ann", CancellationToken.None));
        await commands.SetPolicyAsync("name", required: true, ["raw.*"], "ann", CancellationToken.None);
        await commands.SetPolicyAsync("contact", required: true, ["raw.*"], "ann", CancellationToken.None);
    }

    [Fact]
    public async Task A_task_that_begins_to_mask_ends_its_finding()
    {
        await catalog.EndTaskAsync("mart", 2, new AssetWritten("mart.people", AssetKind.Table, 1), new ColumnsDerived("mart.people", [new("raw.people", "name", "name", ColumnEdgeKind.Transformation)]));
        Assert.Contains("mart.people.name", await FindAsync(["shop"]), StringComparison.Ordinal);
        await catalog.EndTaskAsync("mart", 3, new AssetWritten("mart.people", AssetKind.Table, 2), new ColumnsDerived("mart.people", [new("raw.people", "name", "name", ColumnEdgeKind.Transformation, Masking: true)]));
        Assert.DoesNotContain("mart.people.name", await FindAsync(["shop"]), StringComparison.Ordinal);
        var links = await new ColumnLinkQueries(catalog.DataSource).BetweenAsync(["raw.people", "mart.people"], null, CancellationToken.None);
        Assert.True(Assert.Single(links.Links).Masking);
    }

    [Fact]
    public async Task Classes_of_a_table_follow_what_people_decided()
    {
        var classes = await Masking.ClassesAsync("raw.people", CancellationToken.None);
        Assert.Equal("mail contact, name name, town address", string.Join(", ", classes!.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}")));
        Assert.Null(await Masking.ClassesAsync("raw.nobody", CancellationToken.None));
    }

    private async Task<string> FindAsync(string[]? workflows) =>
        string.Join("; ", (await Masking.UnmaskedAsync(workflows, null, 100, CancellationToken.None))
            .Select(found => $"{found.Asset}.{found.ColumnName} > {found.ToAsset}.{found.ToColumn} {found.PersonalClass} {found.Workflow}/{found.TaskId} {found.LastRun}").Order(StringComparer.Ordinal));

    private Task JudgeAsync(string asset, params (string Column, string Class, double Confidence)[] columns) =>
        new InventoryCommands(catalog.DataSource).RecordJudgementsAsync(asset,
            [.. columns.Select(column => new ColumnJudgement { Column = column.Column, SemanticType = "text", PersonalClass = column.Class, Confidence = column.Confidence, Evidence = JsonDocument.Parse("{}").RootElement, RuleVersion = "1" })], CancellationToken.None);
}
