using System.Text.Json;
using Dapper;
using Platform.Catalog.Cells;
using Platform.Catalog.Inventory;
using Platform.Catalog.Review;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

/// <summary>What people say about cells is kept, and what cannot be said is refused.</summary>
public sealed class CellTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>
{
    private readonly CellCommands _commands = new(catalog.DataSource, TimeProvider.System);
    private readonly CellQueries _queries = new(catalog.DataSource);

    [Fact]
    public async Task Labels_outlive_the_search_that_asked_for_them_and_a_later_one_replaces_the_earlier()
    {
        await _commands.RecordAsync(Search("raw.a", ["r1", "r2"], "city:spelling:a"), AssetKind.Table, default);
        Assert.Equal(["r1", "r2"], (await _queries.RowsToLabelAsync("raw.a", default)).Select(row => row.RowKey));
        Assert.Equal(3, await _commands.LabelAsync("raw.a", [Label("r1", "city", true), Label("r1", "no", false), Label("r2", "city", false)], "mei", default));
        Assert.Equal(1, await _commands.LabelAsync("raw.a", [Label("r2", "city", false), Label("r2", "city", true)], "tom", default));
        Assert.Equal(["city"], Assert.Single(await _queries.RowsToLabelAsync("raw.a", default)).Labelled);
        await _commands.RecordAsync(Search("raw.a", ["r3"], "city:missing:"), AssetKind.Table, default);
        Assert.Equal(["r3"], (await _queries.RowsToLabelAsync("raw.a", default)).Select(row => row.RowKey));
        Assert.Equal([("city", true, "mei"), ("no", false, "mei"), ("city", true, "tom")], (await _queries.LabelsAsync("raw.a", default)).Select(label => (label.Column, label.Wrong, label.LabelledBy)));
    }

    [Fact]
    public async Task A_label_of_a_row_or_column_that_was_not_shown_is_refused_and_none_of_its_call_is_kept()
    {
        await _commands.RecordAsync(Search("raw.b", ["r1"], "city:spelling:a"), AssetKind.Table, default);
        Assert.Contains("'r9' is no row", (await Assert.ThrowsAsync<ArgumentException>(() => _commands.LabelAsync("raw.b", [Label("r1", "city", true), Label("r9", "city", true)], "mei", default))).Message, StringComparison.Ordinal);
        Assert.Contains("no column 'town'", (await Assert.ThrowsAsync<ArgumentException>(() => _commands.LabelAsync("raw.b", [Label("r1", "town", true)], "mei", default))).Message, StringComparison.Ordinal);
        Assert.Contains("have not been looked for", (await Assert.ThrowsAsync<ArgumentException>(() => _commands.LabelAsync("raw.unknown", [Label("r1", "city", true)], "mei", default))).Message, StringComparison.Ordinal);
        Assert.Empty(await _queries.LabelsAsync("raw.b", default));
    }

    [Fact]
    public async Task A_decision_on_a_group_stays_when_the_group_goes_and_comes_back()
    {
        await _commands.RecordAsync(Search("raw.c", [], "city:spelling:a"), AssetKind.Table, default);
        var group = Assert.Single(await _queries.GroupsAsync("raw.c", open: true, 10, default));
        Assert.True(await _commands.DecideAsync(group.Id, "rejected", "they are right", "mei", default));
        Assert.Empty(await _queries.GroupsAsync("raw.c", open: true, 10, default));
        await _commands.RecordAsync(Search("raw.c", [], "city:missing:"), AssetKind.Table, default);
        Assert.NotNull(Assert.Single(await _queries.GroupsAsync("raw.c", open: false, 10, default), row => row.Id == group.Id).GoneAt);
        await _commands.RecordAsync(Search("raw.c", [], "city:spelling:a"), AssetKind.Table, default);
        Assert.Equal(("rejected", null), Assert.Single(await _queries.GroupsAsync("raw.c", open: false, 10, default), row => row.Id == group.Id) is var back ? (back.Decision, back.GoneAt) : default);
        Assert.True(await _commands.DecideAsync(group.Id, null, null, "mei", default));
        Assert.Null(Assert.Single(await _queries.GroupsAsync("raw.c", open: true, 10, default)).DecidedAt);
        Assert.False(await _commands.DecideAsync(-1, "confirmed", null, "mei", default));
        await Assert.ThrowsAsync<ArgumentException>(() => _commands.DecideAsync(group.Id, "perhaps", null, "mei", default));
    }

    [Fact]
    public async Task Values_of_personal_columns_are_kept_and_shown_without_what_they_say()
    {
        await _commands.RecordAsync(Search("raw.p", ["r1"], "city:spelling:a"), AssetKind.Table, default);
        var inventory = new InventoryCommands(catalog.DataSource);
        await inventory.RecordJudgementsAsync("raw.p", [new ColumnJudgement { Column = "city", SemanticType = "city", PersonalClass = "address", Confidence = 0.9, Evidence = JsonSerializer.SerializeToElement(new { }), RuleVersion = "1" }], default);
        // What was kept before the verdict is hidden when it is shown, and hidden where it is kept from then on.
        Assert.Equal("*", (await _queries.RowsToLabelAsync("raw.p", default)).Single().Values.GetProperty("city").GetString());
        Assert.Equal("1", (await _queries.RowsToLabelAsync("raw.p", default)).Single().Values.GetProperty("no").GetString());
        Assert.Equal("*", (await _queries.GroupsAsync("raw.p", open: true, 10, default)).Single().Examples[0].GetProperty("value").GetString());
        await _commands.RecordAsync(Search("raw.p", ["r1"], "city:spelling:a"), AssetKind.Table, default);
        await _commands.LabelAsync("raw.p", [Label("r1", "city", true) with { CorrectValue = "Hamburg" }], "mei", default);
        Assert.Equal("*******", (await _queries.LabelsAsync("raw.p", default)).Single().CorrectValue);
        await using var connection = await catalog.DataSource.OpenConnectionAsync();
        Assert.Equal("{\"no\": \"1\", \"city\": \"*\"}", await connection.ExecuteScalarAsync<string>("select row_values::text from catalog.cell_rows r join catalog.assets a on a.id = r.asset_id where a.key = 'raw.p'"));
    }

    [Fact]
    public async Task A_city_in_a_nights_group_is_shown_as_its_witness_and_what_a_person_calls_personal_is_not()
    {
        FoundCellGroup group(string column) => new($"{column}:misspelt", column, "misspelt", "", 1, 0.9, JsonSerializer.SerializeToElement(new[] { new { value = "Hambrug", expected = "Hamburg", given = "postcode 20095" } }));
        ColumnJudgement judgement(string column, string type, string personal) => new() { Column = column, SemanticType = type, PersonalClass = personal, Confidence = 0.9, Evidence = JsonSerializer.SerializeToElement(new { }), RuleVersion = "1" };
        await _commands.RecordAsync(Search("raw.places", [], "city:spelling:a"), AssetKind.Table, default);
        await new InventoryCommands(catalog.DataSource).RecordJudgementsAsync("raw.places", [judgement("city", "city", "address"), judgement("town", "city", "address"), judgement("street", "street_address", "address")], default);
        await using var connection = await catalog.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync("update catalog.classifications k set verdict = 'confirmed', verdict_semantic_type = 'city', verdict_personal_class = 'address', verdict_by = 'mei', verdict_at = now() from catalog.assets a where a.id = k.asset_id and a.key = 'raw.places' and k.column_name = 'town'");
        await _commands.RecordNightAsync(["raw.places"], [("raw.places", group("city")), ("raw.places", group("town")), ("raw.places", group("street"))], default);
        var shown = (await _queries.GroupsAsync("raw.places", open: true, 10, default)).Where(row => row.Origin == "night").ToDictionary(row => row.Column, row => row.Examples[0]);
        Assert.Equal(("Hambrug", "postcode 20095"), (shown["city"].GetProperty("value").GetString(), shown["city"].GetProperty("given").GetString()));
        Assert.Equal(("*******", "*******"), (shown["town"].GetProperty("value").GetString(), shown["street"].GetProperty("expected").GetString()));
        var queue = await new ReviewQueries(catalog.DataSource).QueueAsync(new ReviewFilter { Source = "cells", Asset = "raw.places" }, default);
        Assert.Contains(queue.Items, item => item.Column == "city" && item.Value.GetRawText().Contains("Hambrug", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_night_and_a_search_leave_each_others_groups_alone()
    {
        await _commands.RecordAsync(Search("raw.n", [], "city:spelling:a"), AssetKind.Table, default);
        await _commands.RecordNightAsync(["raw.n"], [("raw.n", new FoundCellGroup("city:misspelt", "city", "misspelt", "", 3, 0.9, JsonSerializer.SerializeToElement(Array.Empty<object>())))], default);
        Assert.Equal(["night", "search"], (await _queries.GroupsAsync("raw.n", open: true, 10, default)).Select(group => group.Origin).Order());
        await _commands.RecordAsync(Search("raw.n", [], "city:missing:"), AssetKind.Table, default);
        await _commands.RecordNightAsync(["raw.n"], [], default);
        Assert.Equal(["city:missing:"], (await _queries.GroupsAsync("raw.n", open: true, 10, default)).Select(group => group.GroupKey));
    }

    private static CellLabelInput Label(string row, string column, bool wrong) => new() { RowKey = row, Column = column, Wrong = wrong };

    private static CellSearch Search(string asset, string[] rows, string group) => new()
    {
        Asset = asset,
        Columns = ["no", "city"],
        Rows = 10,
        SearchedRows = 10,
        SuspectCells = 2,
        UsedLabels = 0,
        GoneLabels = 0,
        RowsToLabel = [.. rows.Select(row => new CellRow(row, JsonSerializer.SerializeToElement(new { no = "1", city = "x" }), JsonSerializer.SerializeToElement(new { })))],
        Groups = [new FoundCellGroup(group, "city", group.Split(':')[1], group.Split(':')[2], 2, 0.8, JsonSerializer.SerializeToElement(new[] { new { value = "x" } }))],
    };
}
