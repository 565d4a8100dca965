using System.Text.Json.Nodes;
using Platform.Inventory.Classify;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;
using Platform.Inventory.Suggest;
using Platform.Workflows.Activities;

namespace Platform.Inventory.Tests.Suggest;

public sealed class AssetQuestionTests
{
    private static readonly FoundAsset Asset = new() { Key = "raw.people", Kind = AssetKind.Table, Name = "raw.people", Source = "tables", Group = "raw", Format = "delta", Fingerprint = "1", Comment = "ask jane.doe@example.com" };

    private static AssetProfile Profile(long rows = 100) => new()
    {
        Key = "raw.people",
        Fingerprint = "1",
        Rows = rows,
        Columns =
        [
            new ColumnProfile { Name = "email", Type = "text", Kind = ValueKind.Text, Rows = rows, Nulls = 0, Distinct = 2, Frequent = [new("li@shop.cn", 60), new("wang@shop.cn", 40)] },
            new ColumnProfile { Name = "state", Type = "text", Kind = ValueKind.Text, Rows = rows, Nulls = 0, Distinct = 3, Frequent = [new("paid", rows - 3), new("call 13812345678", 2), new("new", 1)] },
            new ColumnProfile { Name = "note", Type = "text", Kind = ValueKind.Text, Rows = rows, Nulls = 0, Distinct = 5_000, Frequent = [new("thanks", 3)] },
        ],
        Verdicts =
        [
            Verdict("email", "email", PersonalClass.Contact),
            Verdict("state", "status", PersonalClass.None),
            Verdict("note", "free_text", PersonalClass.None),
        ],
    };

    private static ColumnVerdict Verdict(string column, string type, PersonalClass personal) =>
        new() { Column = column, Type = type, Confidence = 0.9, Personal = personal, Evidence = new Evidence("test", 1, 1, 1, []) };

    [Fact]
    public void No_personal_value_leaves_neither_in_values_nor_in_comments()
    {
        var text = AssetQuestion.About(Asset, Profile(), values: true).Text;

        Assert.DoesNotContain("li@shop.cn", text, StringComparison.Ordinal);
        Assert.DoesNotContain("13812345678", text, StringComparison.Ordinal);
        Assert.DoesNotContain("jane.doe", text, StringComparison.Ordinal);
        Assert.DoesNotContain("thanks", text, StringComparison.Ordinal);
        var columns = JsonNode.Parse(text)!["columns"]!.AsArray();
        Assert.Equal(("email", true), (columns[0]!["holds"]!.ToString(), columns[0]!["personal"]!.GetValue<bool>()));
        Assert.Null(columns[0]!["values"]);
        Assert.Contains("paid", columns[1]!["values"]!.AsArray().Select(v => v!.ToString()));
    }

    [Fact]
    public void An_asset_that_merely_grew_is_the_same_question() =>
        Assert.Equal(AssetQuestion.About(Asset, Profile(100), true).Text, AssetQuestion.About(Asset with { Fingerprint = "2" }, Profile(5_000), true).Text);

    [Fact]
    public void Values_stay_where_they_are_not_to_be_told() =>
        Assert.DoesNotContain("values", AssetQuestion.About(Asset, Profile(), values: false).Text, StringComparison.Ordinal);

    [Fact]
    public void What_a_model_makes_up_is_counted_and_left_out()
    {
        var answer = JsonNode.Parse("""
            {"description": "One row a person.\nOf the shop.", "tags": ["User", "user", 7], "terms": ["customer", "Unicorn"], "surprise": 1,
             "columns": {"EMAIL": {"description": "Where they are reached.", "semantic_type": "email"}, "state": {"semantic_type": "mood"}, "phone": {"description": "?"}, "note": "text"}}
            """)!.AsObject();

        var read = AssetAnswer.Read(answer, ["email", "state", "note"], ["Customer"]);

        Assert.Equal(
        [
            new(SuggestedKind.Description, null, "One row a person. Of the shop."),
            new(SuggestedKind.Tag, null, "user"),
            new(SuggestedKind.Term, null, "Customer"),
            new(SuggestedKind.Description, "email", "Where they are reached."),
            new(SuggestedKind.SemanticType, "email", "email"),
        ], read.Facts);
        Assert.Equal(4, read.MadeUp);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"description": 5, "tags": "a", "columns": [1], "terms": null}""")]
    [InlineData("""{"description": "   ", "columns": {"email": {"description": null}}}""")]
    public void An_answer_of_another_form_suggests_nothing(string answer) =>
        Assert.Empty(AssetAnswer.Read(JsonNode.Parse(answer)!.AsObject(), ["email"], []).Facts);
}
