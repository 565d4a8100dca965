using System.ComponentModel;
using System.Text.Json.Serialization;
using Platform.Catalog.Review;
using Platform.Designer.SignIn;

namespace Platform.Server.Api;

/// <summary>The review queue over HTTP: what waits for a person, decisions on it, and undoing them.</summary>
internal static class ReviewApi
{
    private const int MostDecisions = 5_000;

    public static void MapReview(this RouteGroupBuilder api)
    {
        api.MapGet("/review", async (ReviewQueries review, [Description("column, relation, suggestion or cells")] string? source, [Description("semantic_type, foreign_key, key, joinable, near_duplicate, description, tag, wrong_cells …")] string? kind, [Description("Key of an asset")] string? asset, [Description("rule, model or llm: who proposes it")] string? origin, [Description("Only what concerns personal data")] bool? personal, int? offset, [Description("1 to 500; default 50")] int? limit, CancellationToken cancellationToken) =>
                await review.QueueAsync(new ReviewFilter
                {
                    Source = ApiJson.OneOf("source", source, "column", "relation", "suggestion", "cells"),
                    Kind = kind,
                    Asset = asset,
                    Origin = ApiJson.OneOf("origin", origin, "rule", "model", "llm"),
                    PersonalOnly = personal ?? false,
                    Offset = ApiJson.Within("offset", offset, 0, 0, int.MaxValue),
                    Limit = ApiJson.Within("limit", limit, 50, 1, 500),
                }, cancellationToken))
            .WithSummary("What waits for a decision, what an answer settles most first")
            .WithDescription("Columns' verdicts, relations, suggestions and groups of wrong cells in one queue. `settles` says why an item stands where it does: uncertainty × √(1 + similar) × (1 + log₂(1 + uses) / 4) × weight; what a language model suggests comes behind the rest. `kinds` and `origins` count what waits of each.")
            .Produces<ReviewPage>().Fails(400);

        api.MapGet("/review/similar", async (ReviewQueries review, [Description("Id of an item")] string item, CancellationToken cancellationToken) => await review.SimilarAsync(item, cancellationToken))
            .WithSummary("Items that the same answer would settle").WithDescription("Columns of the same name and proposal, suggestions of the same value; at most 500.").Produces<IReadOnlyList<ReviewItem>>().Fails(400);

        api.MapPost("/review/decisions", async (ReviewCommands review, HttpContext context, DecideRequest request, CancellationToken cancellationToken) =>
            {
                if (request.Decisions is not { Count: > 0 and <= MostDecisions } || request.Decisions.Any(d => d?.Item is null))
                    return ApiJson.Bad($"There are {request.Decisions?.Count ?? 0:N0} decisions, or one of them is null or names no item.", "Send 1 to 5,000 decisions, each with 'item' and 'decision'.");
                return Answer(await review.DecideAsync([.. request.Decisions.Select(d => d!)], context.User.Identity!.Name!, cancellationToken));
            })
            .RequireAuthorization(Permissions.Govern).WithSummary("Confirm, correct or reject items")
            .WithDescription("All in one transaction. An item that somebody has decided meanwhile, or for which something else stands for decision by now (`seen`), is left as it is and listed in `conflicts`; send `over` with the id of its decision to replace that. `with_similar` decides all open items that are similar, too. Of cells `confirm` says that they are wrong and `reject` that they are right. 409 where nothing could be decided. A human decision stands against later rules.")
            .Produces<DecisionOutcome>().Produces<DecisionOutcome>(409).Fails(400, 403);

        api.MapGet("/review/decisions", async (ReviewQueries review, HttpContext context, string? asset, string? by, [Description("Only decisions before this one: the cursor to older ones")] long? before, int? limit, CancellationToken cancellationToken) =>
            {
                var size = ApiJson.Within("limit", limit, 50, 1, 500);
                return Paging.Page(context, await review.DecisionsAsync(asset, by, before, size, cancellationToken), size, "before", d => d.Id);
            })
            .WithSummary("Decisions, newest first").WithDescription("Undone ones among them. Page on with the header `Link`.").Produces<IReadOnlyList<DecisionRow>>().Fails(400);

        api.MapPost("/review/decisions/undo", async (ReviewCommands review, HttpContext context, UndoRequest request, CancellationToken cancellationToken) =>
            {
                if (request.Decisions is not { Count: > 0 and <= MostDecisions })
                    return ApiJson.Bad($"There are {request.Decisions?.Count ?? 0:N0} decisions.", "Send the ids of 1 to 5,000 decisions.");
                return Answer(await review.UndoAsync(request.Decisions, context.User.Identity!.Name!, cancellationToken));
            })
            .RequireAuthorization(Permissions.Govern).WithSummary("Undo decisions")
            .WithDescription("What they changed is as it was before, and the items wait again. A decision that was replaced, or whose effect somebody has changed since, is left and listed in `conflicts`.")
            .Produces<DecisionOutcome>().Produces<DecisionOutcome>(409).Fails(400, 403);

        api.MapGet("/suggestions", async (SuggestionQueries suggestions, string? asset, string? kind, string? status, int? limit, CancellationToken cancellationToken) =>
                await suggestions.ListAsync(asset, kind, ApiJson.OneOf("status", status, "proposed", "accepted", "corrected", "rejected"), ApiJson.Within("limit", limit, 100, 1, 1000), cancellationToken))
            .WithSummary("Suggestions, the surest first").WithDescription("Open, accepted, corrected and rejected ones. They are decided in the review queue.").Produces<IReadOnlyList<SuggestionRow>>().Fails(400);
    }

    private static IResult Answer(DecisionOutcome outcome) => Results.Json(outcome, statusCode: outcome.Decided.Count == 0 && outcome.Conflicts.Count > 0 ? StatusCodes.Status409Conflict : StatusCodes.Status200OK);

    /// <summary>Decisions to make.</summary>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record DecideRequest(IReadOnlyList<ReviewDecision?>? Decisions);

    /// <summary>Decisions to undo, by id.</summary>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record UndoRequest(IReadOnlyList<long>? Decisions);
}
