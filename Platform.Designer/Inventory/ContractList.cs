using Platform.Catalog.Govern;
using Platform.Designer.Shell;

namespace Platform.Designer.Inventory;

/// <summary>Contracts as their page shows them: narrowed and in an order.</summary>
internal static class ContractList
{
    /// <summary>The order where the address says none: what is broken first.</summary>
    public static readonly Sorting ByState = new("state", true);

    /// <summary>States that the page narrows by.</summary>
    public static readonly IReadOnlyList<string> States = ["all", "broken", "kept"];

    /// <summary>What is shown.</summary>
    /// <param name="all">All contracts.</param>
    /// <param name="state">One of <see cref="States"/>; null or another is all.</param>
    /// <param name="text">Part of the asset, the owner or a finding; null or empty for all.</param>
    /// <param name="sort">By <c>asset</c>, <c>state</c> (by how much is broken), <c>owner</c> or <c>finding</c>.</param>
    public static IReadOnlyList<ContractState> Of(IEnumerable<ContractState> all, string? state, string? text, Sorting sort)
    {
        var said = text?.Trim() ?? "";
        var found = all.Where(c => state is not "broken" || c.Breaches.Count > 0).Where(c => state is not "kept" || c.Breaches.Count == 0)
            .Where(c => said.Length == 0 || Texts(c).Any(one => one.Contains(said, StringComparison.OrdinalIgnoreCase)));
        return [.. sort.Apply(found.OrderBy(c => c.Asset, StringComparer.Ordinal), Key)];
    }

    private static IEnumerable<string> Texts(ContractState contract) =>
        new[] { contract.Asset, contract.Owner }.OfType<string>().Concat(contract.Breaches.SelectMany(breach => new[] { breach.Message, breach.MessageZh }));

    private static IComparable? Key(ContractState contract, string by) => by switch
    {
        "asset" => contract.Asset,
        "owner" => contract.Owner?.ToLowerInvariant(),
        "finding" => contract.Breaches is [var first, ..] ? first.Message : null,
        _ => contract.Breaches.Count,
    };
}
