using System.ComponentModel;
using Platform.Catalog.Assets;
using Platform.Catalog.Inventory;
using Platform.Catalog.Usage;

namespace Platform.Server.Api;

/// <summary>Inventory and lineage over HTTP.</summary>
internal static class CatalogApi
{
    public static void MapCatalog(this RouteGroupBuilder api)
    {
        api.MapGet("/assets", async (AssetQueries assets, [Description("Words; all must be found, in any field")] string? text, [Description("Kind of asset; column for columns only")] string? kind, [Description("Also columns, as rows of their own; default false")] bool? columns, string? domain, [Description("true, false, or unknown where no inventory has looked at the columns")] string? personal, string? owner, string? source, string? tier, string? tag, [Description("Only with a column of this semantic type")] string? type, [Description("ok, problem or gone")] string? state, bool? gone, int? offset, int? limit, CancellationToken cancellationToken) =>
                await assets.SearchAsync(new AssetSearch
                {
                    Text = text,
                    Kind = kind,
                    Columns = columns ?? false,
                    Domain = domain,
                    Personal = ApiJson.OneOf("personal", personal, "true", "false", "unknown") switch { "true" => true, "false" => false, _ => null },
                    NotLookedAt = personal == "unknown",
                    Owner = owner,
                    Source = source,
                    Tier = tier,
                    Tag = tag,
                    SemanticType = type,
                    State = ApiJson.OneOf("state", state, "ok", "problem", "gone"),
                    IncludeGone = gone ?? false,
                    Offset = ApiJson.Within("offset", offset, 0, 0, 10_000_000),
                    Limit = ApiJson.Within("limit", limit, 50, 1, 1000),
                }, cancellationToken))
            .WithSummary("Search the inventory")
            .WithDescription("Best match first, with the counts to narrow by (`facets`), why each was found (`hits`, with the places in the text) and terms of the glossary that match. Words may be English or Chinese; where they are nowhere, parts of words and mistyped ones are found (`tolerant`), Chinese names also by how they are read (`dingdan`, `dd`). With `columns=true` or `kind=column` columns are found as rows of their own: the row is that of the asset, and `column` says which. Page with `offset` and `limit` (1 to 1,000).")
            .Produces<AssetSearchResult>().Fails(400);

        api.MapGet("/asset", async (AssetQueries assets, UsageRecorder usage, HttpContext context, string key, CancellationToken cancellationToken) =>
            {
                if (await assets.GetAsync(key, cancellationToken) is not { } asset)
                    return Missing(key);
                usage.Viewed(key, context.User.Identity!.Name!);
                return Results.Ok(asset);
            })
            .WithSummary("One asset").WithDescription("Columns with profile and classification, relations, history, neighbours. The key goes into the query because it may hold slashes.").Produces<AssetDetail>().Fails(404);

        api.MapGet("/inventory-runs", async (InventoryQueries inventory, int? limit, CancellationToken cancellationToken) =>
                await inventory.RunsAsync(ApiJson.Within("limit", limit, 30, 1, 500), cancellationToken))
            .WithSummary("Inventory runs, newest first").Produces<IReadOnlyList<InventoryRunRow>>().Fails(400);

        api.MapGet("/inventory-runs/{id:long}/changes", async (InventoryQueries inventory, long id, CancellationToken cancellationToken) =>
                await inventory.RunAsync(id, cancellationToken) is null ? MissingRun(id) : Results.Ok(await inventory.ChangesAsync(id, cancellationToken)))
            .WithSummary("What an inventory run found new, changed or gone").Produces<IReadOnlyList<InventoryChangeRow>>().Fails(404);
    }

    internal static IResult MissingRun(long id) => ApiJson.NotFound($"There is no inventory run {id}.", "List them with GET /api/v1/inventory-runs.");

    internal static IResult Missing(string key) => ApiJson.NotFound($"There is no asset '{ApiJson.Short(key)}'.", "Search with GET /api/v1/assets?text=….");
}
