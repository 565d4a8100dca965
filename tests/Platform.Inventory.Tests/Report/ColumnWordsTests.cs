using System.Globalization;
using Platform.Inventory.Report;

namespace Platform.Inventory.Tests.Report;

public class ColumnWordsTests : InventoryTest
{
    [Fact]
    public void A_column_without_a_name_is_told_by_what_it_means()
    {
        Write("people.csv", string.Concat(Enumerable.Range(0, 200).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},person{i}@example.com,x{i % 3}\n"))));
        var profile = ProfileOf(Take(), "people.csv");
        Assert.Equal(("email (column1)", "nothing"), (ColumnWords.Of(profile, "column1"), ColumnWords.Of(profile, "nothing")));
    }
}
