using System.Text.Json;
using Platform.Catalog.Inventory;
using Platform.Inventory.Classify;

namespace Platform.Server.Api;

/// <summary>Semantic types over HTTP: the list that verdicts and corrections choose from, and what runs judged otherwise than before.</summary>
internal static class TypesApi
{
    public static void MapTypes(this RouteGroupBuilder api)
    {
        api.MapGet("/semantic-types", () => SemanticTypes.InOrder.Select(type => new TypeRow(type.Name, type.Title, type.TitleZh, type.Help, type.HelpZh, type.Personal == PersonalClass.None ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Personal.ToString()), type.Domain, type.Parent)))
            .WithSummary("All semantic types, in the order in which people read them").WithDescription("Names and help in English and Chinese, the class of personal data that a column of the type has, the business domain, and the more general type that still holds where this one is not sure.").Produces<IReadOnlyList<TypeRow>>();

        api.MapGet("/inventory-runs/{id:long}/flips", async (InventoryQueries inventory, long id, CancellationToken cancellationToken) =>
                await inventory.RunAsync(id, cancellationToken) is null ? CatalogApi.MissingRun(id) : Results.Ok(await inventory.FlipsAsync(id, cancellationToken)))
            .WithSummary("Columns that an inventory run judged otherwise than before").WithDescription("With the verdict before and now, and why: `rules` for another version of them, `people` where a similar column was judged by people, `data` for other values.").Produces<IReadOnlyList<JudgementFlip>>().Fails(404);
    }

    /// <summary>A semantic type.</summary>
    internal sealed record TypeRow(string Name, string Title, string TitleZh, string Help, string HelpZh, string? PersonalClass, string? Domain, string? Parent);
}
