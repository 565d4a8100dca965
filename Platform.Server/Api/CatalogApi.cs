using Platform.Catalog.Assets;
using Platform.Catalog.Inventory;

namespace Platform.Server.Api;

/// <summary>Inventory and lineage over HTTP.</summary>
internal static class CatalogApi
{
    public static void MapCatalog(this RouteGroupBuilder api)
    {
        api.MapGet("/assets", async (AssetQueries assets, string? text, string? kind, string? domain, bool? personal, string? owner, string? source, bool? gone, int? offset, int? limit, CancellationToken cancellationToken) =>
                await assets.SearchAsync(new AssetSearch { Text = text, Kind = kind, Domain = domain, Personal = personal, Owner = owner, Source = source, IncludeGone = gone ?? false, Offset = Math.Max(0, offset ?? 0), Limit = Math.Clamp(limit ?? 50, 1, 1000) }, cancellationToken))
            .WithSummary("Search the inventory").WithDescription("Best match first, with the counts to narrow by. Page with `offset` and `limit` (1 to 1,000).");

        api.MapGet("/asset", async (AssetQueries assets, string key, CancellationToken cancellationToken) =>
                await assets.GetAsync(key, cancellationToken) is { } asset ? Results.Ok(asset) : Missing(key))
            .WithSummary("One asset").WithDescription("Columns with profile and classification, relations, history, neighbours. The key goes into the query because it may hold slashes.").Produces<AssetDetail>();

        api.MapGet("/inventory-runs", async (InventoryQueries inventory, int? limit, CancellationToken cancellationToken) =>
                await inventory.RunsAsync(Math.Clamp(limit ?? 30, 1, 500), cancellationToken))
            .WithSummary("Inventory runs, newest first");

        api.MapGet("/inventory-runs/{id:long}/changes", async (InventoryQueries inventory, long id, CancellationToken cancellationToken) =>
                await inventory.ChangesAsync(id, cancellationToken))
            .WithSummary("What an inventory run found new, changed or gone");
    }

    private static IResult Missing(string key) => ApiJson.NotFound($"There is no asset '{key}'.", "Search with GET /api/v1/assets?text=….");
}
