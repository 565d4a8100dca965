using System.Text.Json;
using Platform.Catalog.Quality;
using Platform.Designer.Quality;

namespace Platform.Designer.Tests;

public sealed class CheckDraftTests
{
    [Theory]
    [InlineData("""{"kind":"not_null","severity":"critical","gate":true,"column":"id","max_share":0.015}""")]
    [InlineData("""{"kind":"unique","severity":"warning","column":"id"}""")]
    [InlineData("""{"kind":"unique","severity":"warning","columns":["id","day"]}""")]
    [InlineData("""{"kind":"range","severity":"warning","name":"sane","column":"price","min":-1.5,"max":100}""")]
    [InlineData("""{"kind":"range","severity":"warning","column":"sold","earliest":"2024-01-01","latest":"2024-12-31"}""")]
    [InlineData("""{"kind":"set","severity":"warning","column":"state","values":["new","sent, late"]}""")]
    [InlineData("""{"kind":"pattern","severity":"warning","column":"code","pattern":"[A-Z]{2}"}""")]
    [InlineData("""{"kind":"reference","severity":"warning","column":"customer","reference_asset":"clean.customers","reference_column":"id"}""")]
    [InlineData("""{"kind":"freshness","severity":"warning","max_age":"26h"}""")]
    [InlineData("""{"kind":"freshness","severity":"warning","column":"sold","max_age":"26h"}""")]
    [InlineData("""{"kind":"volume","severity":"warning","min":1}""")]
    [InlineData("""{"kind":"growth","severity":"warning","min":-10,"max":50}""")]
    [InlineData("""{"kind":"schema","severity":"warning","schema":{"id":"BIGINT","name":""},"allow_more":false}""")]
    [InlineData("""{"kind":"drift","severity":"warning","column":"price","max":0.25}""")]
    [InlineData("""{"kind":"drift","severity":"warning","column":"price","max":2,"measure":"wasserstein"}""")]
    [InlineData("""{"kind":"sql","severity":"warning","sql":"select * from {table} where a > b"}""")]
    public void A_check_that_is_opened_and_saved_is_the_same(string definition)
    {
        using var json = JsonDocument.Parse(definition);
        var root = json.RootElement;
        Assert.Null(CheckDraft.Of(Row(root)).Read(out var saved));
        Assert.True(JsonElement.DeepEquals(root, saved), saved.ToString());
    }

    [Theory]
    [InlineData("volume", "many", "many")]
    [InlineData("growth", "1e999", "1e999")]
    [InlineData("range", "soon", null)]
    public void What_is_no_number_is_given_back_and_a_range_may_be_of_times(string kind, string min, string? wrong) =>
        Assert.Equal(wrong, new CheckDraft { Kind = kind, Column = "a", Min = min }.Read(out _));

    [Fact]
    public void What_another_kind_needed_is_left_out()
    {
        Assert.Null(new CheckDraft { Kind = "volume", Column = "a", Min = "1", Pattern = "x", Values = "y", Gate = true }.Read(out var saved));
        Assert.Equal("""{"kind":"volume","severity":"warning","min":1}""", saved.GetRawText());
    }

    private static DeclaredCheckRow Row(JsonElement definition) => new()
    {
        Id = 1,
        Asset = "clean.orders",
        AssetName = "clean.orders",
        Column = definition.TryGetProperty("column", out var column) ? column.GetString() : null,
        Name = "check",
        Kind = definition.GetProperty("kind").GetString()!,
        Definition = definition,
        Severity = definition.GetProperty("severity").GetString()!,
        Gate = definition.TryGetProperty("gate", out _),
        Enabled = true,
        Origin = "declared",
        Note = null,
        CreatedBy = "ann",
        CreatedAt = DateTimeOffset.UnixEpoch,
        Passed = null,
        Observed = null,
        Expected = null,
        LastAt = null,
        LastRun = null,
        Incident = null,
    };
}
