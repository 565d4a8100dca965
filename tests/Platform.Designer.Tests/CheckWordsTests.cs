using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Platform.Designer.Language;
using Platform.Designer.Review;

namespace Platform.Designer.Tests;

public class CheckWordsTests
{
    [Theory]
    [InlineData("""{"kind": "not_null", "column": "a"}""", "every row has a value")]
    [InlineData("""{"kind": "range", "column": "a", "min": 0}""", "at least 0")]
    [InlineData("""{"kind": "range", "column": "a", "min": -90, "max": 90}""", "from -90 to 90")]
    [InlineData("""{"kind": "set", "column": "a", "values": ["x", "y"]}""", "one of x, y")]
    [InlineData("""{"kind": "reference", "column": "a", "reference_asset": "file:/data/people.csv", "reference_column": "id"}""", "every value stands in people.csv.id")]
    public void A_proposed_check_is_said_in_words(string check, string words) => Assert.Equal(words, Say(check));

    [Theory]
    [InlineData("""{"kind": "sql", "query": "select 1"}""")]
    [InlineData("""{"kind": "range", "column": "a"}""")]
    [InlineData("""{"kind": 3}""")]
    [InlineData("[1]")]
    public void What_has_no_words_is_left_to_the_reader(string check) => Assert.Null(Say(check));

    private static string? Say(string check)
    {
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        return CheckWords.Of(services.GetRequiredService<IStringLocalizer<Texts>>(), JsonDocument.Parse(check).RootElement);
    }
}
