using Platform.Inventory.Scan;

namespace Platform.Inventory.Relate;

/// <summary>Foreign keys that databases declare.</summary>
internal static class DeclaredRelations
{
    public static IEnumerable<Relation> Of(IReadOnlyList<FoundAsset> assets)
    {
        var known = assets.Select(asset => asset.Key).ToHashSet(StringComparer.Ordinal);
        return assets.SelectMany(asset => asset.References.Where(reference => known.Contains(reference.ToAsset)).Select(reference => ToRelation(asset, reference)));
    }

    // The server refuses rows that break a validated key: there is nothing to count.
    private static Relation ToRelation(FoundAsset asset, DeclaredReference reference) => new()
    {
        FromAsset = asset.Key,
        FromColumn = string.Join(", ", reference.Columns),
        FromColumns = reference.Columns.Count > 1 ? reference.Columns : null,
        ToAsset = reference.ToAsset,
        ToColumn = string.Join(", ", reference.ToColumns),
        ToColumns = reference.ToColumns.Count > 1 ? reference.ToColumns : null,
        Confidence = 1,
        Inclusion = reference.IsValidated ? 1 : 0,
        Declared = true,
        Unchecked = !reference.IsValidated,
        Reasons = [reference.IsValidated ? "the database declares and enforces it" : "the database declares it, but has not checked the rows that were there before (NOT VALID)"],
    };
}
