using System.Text.Json;
using Platform.Inventory.Quality;

namespace Platform.Inventory.Tests.Quality;

public sealed class CheckDefinitionTests
{
    private static readonly string[] Columns = ["id", "price"];

    [Theory]
    [InlineData("""{"kind":"nothing"}""", "'nothing' is no kind of check")]
    [InlineData("""{"kind":"not_null"}""", "needs a 'column'")]
    [InlineData("""{"kind":"not_null","column":"prise"}""", "There is no column 'prise'")]
    [InlineData("""{"kind":"not_null","column":"id","severity":"awful"}""", "'awful' is no severity")]
    [InlineData("""{"kind":"not_null","column":"id","gate":true}""", "must be of the severity critical")]
    [InlineData("""{"kind":"not_null","column":"id","max_share":2}""", "no share from 0 to 1")]
    [InlineData("""{"kind":"unique"}""", "'column' or 'columns'")]
    [InlineData("""{"kind":"unique","columns":["id","nope"]}""", "There is no column 'nope'")]
    [InlineData("""{"kind":"range","column":"price"}""", "needs 'min', 'max'")]
    [InlineData("""{"kind":"range","column":"price","min":5,"max":1}""", "is above")]
    [InlineData("""{"kind":"range","column":"price","earliest":"yesterday"}""", "'yesterday' is no time")]
    [InlineData("""{"kind":"range","column":"price","min":1,"latest":"2026-01-01"}""", "not of both")]
    [InlineData("""{"kind":"set","column":"id"}""", "needs 'values'")]
    [InlineData("""{"kind":"pattern","column":"id"}""", "needs a 'pattern'")]
    [InlineData("""{"kind":"pattern","column":"id","pattern":"[a-"}""", "does not compile")]
    [InlineData("""{"kind":"pattern","column":"id","pattern":"(?=a)b"}""", "RE2")]
    [InlineData("""{"kind":"reference","column":"id"}""", "reference_asset")]
    [InlineData("""{"kind":"freshness","max_age":"soon"}""", "needs a 'max_age'")]
    [InlineData("""{"kind":"volume"}""", "needs 'min' or 'max'")]
    [InlineData("""{"kind":"growth"}""", "needs 'min' or 'max'")]
    [InlineData("""{"kind":"schema"}""", "needs a 'schema'")]
    [InlineData("""{"kind":"drift","column":"id"}""", "'max' over 0")]
    [InlineData("""{"kind":"drift","column":"id","max":1,"measure":"feeling"}""", "no measure of drift")]
    [InlineData("""{"kind":"sql","sql":" "}""", "needs a 'sql'")]
    public void What_cannot_be_made_says_why(string json, string problem) =>
        Assert.Contains(CheckDefinition.Read(JsonDocument.Parse(json).RootElement).Problems(Columns), found => found.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"column":"id"}""")]
    [InlineData("""{"kind":"range","column":"id","minimum":1}""")]
    [InlineData("""{"kind":"range","column":"id","min":"one"}""")]
    public void What_cannot_be_read_says_so(string json) => Assert.Throws<FormatException>(() => CheckDefinition.Read(JsonDocument.Parse(json).RootElement));

    [Fact]
    public void A_definition_is_the_same_after_writing_and_reading()
    {
        var check = new CheckDefinition { Kind = "range", Column = "price", Min = 0, Severity = "critical", Gate = true };
        Assert.Equal(check, CheckDefinition.Read(check.ToJson()));
        Assert.Empty(check.Problems(Columns));
        Assert.Equal("range", check.Title);
    }
}
