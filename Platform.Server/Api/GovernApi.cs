using System.ComponentModel;
using Platform.Catalog.Govern;
using Platform.Catalog.History;
using Platform.Catalog.Usage;
using Platform.Designer.SignIn;

namespace Platform.Server.Api;

/// <summary>What people say about assets over HTTP: edits, history, contracts, use and worth.</summary>
internal static class GovernApi
{
    public static void MapGovern(this RouteGroupBuilder api)
    {
        api.MapPatch("/asset", async (GovernCommands govern, HttpContext context, string key, AssetEdit edit, CancellationToken cancellationToken) =>
                await govern.EditAsync(key, edit, context.User.Identity!.Name!, cancellationToken) ? Results.NoContent() : CatalogApi.Missing(key))
            .RequireAuthorization(Permissions.Govern).WithSummary("Say whose an asset is and what it is")
            .WithDescription("Owner, description, domain, tier, tags, retention, contract, and description and tags of its columns. What is left out stays as it is; an empty text or list clears. Every edit stands in the history.")
            .Produces(204).Fails(400, 403, 404);

        api.MapGet("/changes", async (HistoryQueries history, HttpContext context, [Description("Key of an asset; all where left out")] string? asset, string? column, [Description("Only by this person")] string? by, [Description("Only what is older: the cursor")] DateTimeOffset? before, int? limit, CancellationToken cancellationToken) =>
            {
                var size = ApiJson.Within("limit", limit, 50, 1, 500);
                return Paging.Page(context, await history.ListAsync(asset, column, by, before, size, cancellationToken), size, "before", c => c.At.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
            })
            .WithSummary("Who changed what, when, newest first")
            .WithDescription("Edits by people, decisions, what rules judge otherwise than before, schemas, what scans found new, changed or gone, and (for one asset) what runs wrote. Page on with the header `Link`.")
            .Produces<IReadOnlyList<ChangeRow>>().Fails(400);

        api.MapGet("/contracts", async (ContractQueries contracts, string? asset, [Description("Only those that are not kept")] bool? broken, CancellationToken cancellationToken) =>
                (await contracts.ListAsync(asset, cancellationToken)).Where(c => broken != true || c.Breaches.Count > 0))
            .WithSummary("What owners promise, and what is not kept").Produces<IReadOnlyList<ContractState>>();

        api.MapGet("/usage", async (UsageQueries usage, [Description("stale or unused; all where left out")] string? state, int? limit, CancellationToken cancellationToken) =>
            {
                var size = ApiJson.Within("limit", limit, 100, 1, 10_000);
                var wanted = ApiJson.OneOf("state", state, "stale", "unused");
                return (await usage.ListAsync(cancellationToken)).Where(w => wanted switch { "stale" => w.Stale, "unused" => w.Unused, _ => true }).OrderByDescending(w => w.Score).ThenBy(w => w.Asset, StringComparer.Ordinal).Take(size);
            })
            .WithSummary("Use, cost and worth of assets, the worthiest first")
            .WithDescription("`parts` say what the score of 0 to 100 is made of. Stale: no new data for four times the usual rhythm, or 30 days. Unused: known for 90 days, used by nobody in that time, and nothing is made from it.")
            .Produces<IReadOnlyList<AssetWorth>>().Fails(400);

        api.MapGet("/asset/usage", async (UsageQueries usage, string key, [Description("Days back, 1 to 730; default 30")] int? days, CancellationToken cancellationToken) =>
                await usage.GetAsync(key, cancellationToken) is { } worth
                    ? Results.Ok(new UsageAnswer(worth, await usage.DaysAsync(key, ApiJson.Within("days", days, 30, 1, 730), cancellationToken)))
                    : CatalogApi.Missing(key))
            .WithSummary("How one asset is used, what it costs and is worth").Produces<UsageAnswer>().Fails(400, 404);
    }

    /// <summary>Use, cost and worth of an asset, and its days.</summary>
    internal sealed record UsageAnswer(AssetWorth Worth, IReadOnlyList<UsageDay> Days);
}
