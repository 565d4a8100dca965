using Platform.Catalog.Govern;
using Platform.Designer.Inventory;
using Platform.Designer.Shell;

namespace Platform.Designer.Tests;

public sealed class ContractListTests
{
    private static readonly ContractState[] All =
    [
        State("clean.orders", "ann"),
        State("clean.customers", "Bob", "the column email is missing", "the newest data are 90 hours old"),
        State("raw.events", null, "nobody answers for it"),
    ];

    [Fact]
    public void What_is_broken_comes_first_and_the_most_broken_before_it() =>
        Assert.Equal(["clean.customers", "raw.events", "clean.orders"], Keys(ContractList.Of(All, null, null, ContractList.ByState)));

    [Theory]
    [InlineData("kept", null, "clean.orders")]
    [InlineData("broken", null, "clean.customers raw.events")]
    [InlineData("nonsense", null, "clean.customers clean.orders raw.events")]
    [InlineData(null, " BOB ", "clean.customers")]
    [InlineData(null, "answers", "raw.events")]
    [InlineData(null, "缺少", "clean.customers")]
    [InlineData("kept", "email", "")]
    public void The_list_is_narrowed_by_state_and_words(string? state, string? text, string expected) =>
        Assert.Equal(expected, string.Join(' ', Keys(ContractList.Of(All, state, text, new Sorting("asset", false)))));

    [Fact]
    public void Nobody_comes_last_by_owner() =>
        Assert.Equal(["clean.customers", "clean.orders", "raw.events"], Keys(ContractList.Of(All, null, null, new Sorting("owner", true))));

    private static IEnumerable<string> Keys(IEnumerable<ContractState> contracts) => contracts.Select(contract => contract.Asset);

    private static ContractState State(string asset, string? owner, params string[] breaches) =>
        new(asset, asset, owner, new Contract(), [.. breaches.Select(message => new ContractBreach("column", null, message, message.Contains("email", StringComparison.Ordinal) ? "缺少列 email" : "其他"))]);
}
