using System.Runtime.CompilerServices;
using Platform.Catalog.Assets;
using Platform.Designer.Inventory;

namespace Platform.Designer.Export;

/// <summary>The assets and columns that a search of the inventory finds.</summary>
internal sealed class InventoryExport(AssetQueries assets) : IListExport
{
    public string Name => "inventory";

    public IReadOnlyList<string> Columns { get; } = ["key", "column", "kind", "name", "rows", "columns", "bytes", "personal_columns", "semantic_type", "personal_class", "owner", "domain", "tier", "tags", "description", "problem", "updated_at"];

    public async IAsyncEnumerable<object?[]> RowsAsync(ExportRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new InventoryQuery { Text = request["q"], Facets = FacetText.Parse(request["facets"]), Columns = true, Sort = request["sort"] };
        await foreach (var asset in assets.AllAsync(CatalogInventorySource.SearchOf(query), cancellationToken))
            yield return asset.Column is { } column
                ? [asset.Key, column.Name, "column", asset.Name, asset.RowCount, null, null, null, column.SemanticType, column.PersonalClass, asset.Owner, asset.Domain, asset.Tier, asset.Tags, column.Description, null, CatalogInventorySource.UpdatedAt(asset)]
                : [asset.Key, null, asset.Kind, asset.Name, asset.RowCount, asset.ColumnCount, asset.ByteCount, asset.PersonalColumnCount, null, null, asset.Owner, asset.Domain, asset.Tier, asset.Tags, asset.Description ?? asset.SourceComment, asset.Problem, CatalogInventorySource.UpdatedAt(asset)];
    }
}
