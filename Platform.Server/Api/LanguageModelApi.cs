using System.ComponentModel;
using Platform.Catalog.LanguageModel;

namespace Platform.Server.Api;

/// <summary>What language models were asked and what they took, over HTTP.</summary>
internal static class LanguageModelApi
{
    private const int MostDays = 400;

    public static void MapLanguageModels(this RouteGroupBuilder api) =>
        api.MapGet("/language-models/usage", async (ModelAnswerStore answers, [Description("1 to 400; default 30")] int? days, CancellationToken cancellationToken) =>
                await answers.UsageAsync(DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(1 - ApiJson.Within("days", days, 30, 1, MostDays)), cancellationToken))
            .WithSummary("Requests, tokens and cost by day, connection and model, newest day first")
            .WithDescription("Days are of UTC. `cached` counts answers that were known and cost nothing; `cost` is null where the workflow gives no prices.")
            .Produces<IReadOnlyList<ModelUsageRow>>().Fails(400);
}
