using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Catalog.Assets;
using Platform.Catalog.Quality;
using Platform.Designer.SignIn;
using Platform.Server.Data;
using Platform.Server.Security;

namespace Platform.Server.Api;

/// <summary>Checks, incidents, scores, metrics and anomalies over HTTP.</summary>
internal static class QualityApi
{
    public static void MapQuality(this RouteGroupBuilder api)
    {
        api.MapChecks();
        api.MapIncidents();

        api.MapGet("/scores", async (QualityQueries quality, AssetQueries assets, [Description("Key of an asset; left out, the assets with the lowest scores")] string? asset, int? limit, CancellationToken cancellationToken) =>
                asset is null ? Results.Ok(await quality.LowestScoresAsync(ApiJson.Within("limit", limit, 50, 1, 1000), cancellationToken))
                : await OfAsync(assets, asset, () => quality.ScoresAsync(asset, cancellationToken), cancellationToken))
            .WithSummary("Scores of an asset and its columns, or the lowest").WithDescription("Completeness, uniqueness, validity, consistency, timeliness, 0 to 1; `parts` says what each is the mean of.").Produces<IReadOnlyList<ScoreRow>>().Fails(400, 404);

        api.MapGet("/metrics", (QualityQueries quality, AssetQueries assets, [Description("Key of an asset")] string asset, string? name, [Description("Left out: all columns and the whole asset")] string? column, DateTimeOffset? since, CancellationToken cancellationToken) =>
                OfAsync(assets, asset, async () => (await quality.MetricsAsync(asset, name, since, cancellationToken)).Where(metric => column is null || metric.Column == column), cancellationToken))
            .WithSummary("History of an asset's metrics, oldest first").Produces<IReadOnlyList<MetricRow>>().Fails(400, 404);

        api.MapGet("/anomalies", (QualityQueries quality, AssetQueries assets, string? asset, DateTimeOffset? since, int? limit, CancellationToken cancellationToken) =>
                OfAsync(assets, asset, () => quality.AnomaliesAsync(asset, since, ApiJson.Within("limit", limit, 100, 1, 1000), cancellationToken), cancellationToken))
            .WithSummary("Values of metrics that are not like those before, newest first").Produces<IReadOnlyList<AnomalyRow>>().Fails(400, 404);
    }

    private static void MapChecks(this RouteGroupBuilder api)
    {
        api.MapGet("/checks", (QualityQueries quality, AssetQueries assets, [Description("Key of an asset")] string? asset, bool? enabled, int? limit, CancellationToken cancellationToken) =>
                OfAsync(assets, asset, () => quality.DeclaredAsync(asset, enabled ?? false, ApiJson.Within("limit", limit, 200, 1, 5000), cancellationToken), cancellationToken))
            .WithSummary("Checks that are declared or were accepted, with their last results").Produces<IReadOnlyList<DeclaredCheckRow>>().Fails(400, 404);

        api.MapGet("/checks/{id:long}", async (QualityQueries quality, long id, CancellationToken cancellationToken) =>
                await quality.DeclaredAsync(id, cancellationToken) is { } check ? Results.Ok(check) : NoCheck(id))
            .WithSummary("One check").Produces<DeclaredCheckRow>().Fails(404);

        api.MapPost("/checks", async (QualityCommands commands, QualityQueries quality, CheckReader reader, HttpContext context, CheckRequest request, CancellationToken cancellationToken) =>
            {
                var (check, wrong) = await ReadAsync(request, reader, cancellationToken);
                if (check is null)
                    return wrong!;
                return await commands.CreateCheckAsync(check, context.User.Identity!.Name!, cancellationToken) is { } id
                    ? Results.Created($"/api/v1/checks/{id}", await quality.DeclaredAsync(id, cancellationToken))
                    : Taken(check);
            })
            .RequireAuthorization(Permissions.Govern).WithSummary("Declare a check")
            .WithDescription("`definition` has a `kind` (not_null, unique, range, set, pattern, reference, freshness, volume, growth, schema, drift, sql) and what it needs; see docs/inventory.md. The nightly inventory makes it; with `gate` (critical only) also every write of a platform table, and a write that breaks it fails its task.")
            .Produces<DeclaredCheckRow>(201).Fails(400, 403, 404, 409);

        api.MapPut("/checks/{id:long}", async (QualityCommands commands, QualityQueries quality, CheckReader reader, HttpContext context, long id, CheckRequest request, CancellationToken cancellationToken) =>
            {
                if (await quality.DeclaredAsync(id, cancellationToken) is not { } before)
                    return NoCheck(id);
                if (request.Asset != before.Asset)
                    return ApiJson.Bad($"Check {id} is of '{before.Asset}', not of '{request.Asset}'.", "Delete it and declare another.");
                var (check, wrong) = await ReadAsync(request, reader, cancellationToken);
                if (check is null)
                    return wrong!;
                if (check.Column != before.Column)
                    return ApiJson.Bad($"Check {id} is of {(before.Column is null ? "the whole asset" : $"column '{before.Column}'")}.", "Delete it and declare another.");
                return await commands.UpdateCheckAsync(id, check, context.User.Identity!.Name!, cancellationToken) ? Results.Ok(await quality.DeclaredAsync(id, cancellationToken)) : Taken(check);
            })
            .RequireAuthorization(Permissions.Govern).WithSummary("Change a check; its asset and column stay").Produces<DeclaredCheckRow>().Fails(400, 403, 404, 409);

        api.MapDelete("/checks/{id:long}", async (QualityCommands commands, HttpContext context, long id, CancellationToken cancellationToken) =>
                await commands.DeleteCheckAsync(id, context.User.Identity!.Name!, cancellationToken) ? Results.NoContent() : NoCheck(id))
            .RequireAuthorization(Permissions.Govern).WithSummary("Delete a check").WithDescription("Its open incident is resolved; results stay in the history.").Produces(204).Fails(403, 404);

        api.MapGet("/check-results", (QualityQueries quality, AssetQueries assets, string asset, string? column, string name, int? limit, CancellationToken cancellationToken) =>
                OfAsync(assets, asset, () => quality.ResultsAsync(asset, column, name, ApiJson.Within("limit", limit, 100, 1, 1000), cancellationToken), cancellationToken))
            .WithSummary("Results of a check, newest first").WithDescription("Also of checks that activities make by themselves.").Produces<IReadOnlyList<CheckResultRow>>().Fails(400, 404);
    }

    private static void MapIncidents(this RouteGroupBuilder api)
    {
        api.MapGet("/incidents", (QualityQueries quality, AssetQueries assets, string? asset, [Description("open, acknowledged, assigned, reopened, resolved")] string? state, string? assignee, int? limit, CancellationToken cancellationToken) =>
                OfAsync(assets, asset, () => quality.IncidentsAsync(asset, ApiJson.OneOf("state", state, "open", "acknowledged", "assigned", "reopened", "resolved"), assignee, ApiJson.Within("limit", limit, 100, 1, 1000), cancellationToken), cancellationToken))
            .WithSummary("Incidents, newest first").Produces<IReadOnlyList<IncidentRow>>().Fails(400, 404);

        api.MapGet("/incidents/{id:long}", async (QualityQueries quality, long id, CancellationToken cancellationToken) =>
                await quality.IncidentAsync(id, cancellationToken) is { } incident ? Results.Ok(incident) : NoIncident(id))
            .WithSummary("One incident with its life and its check's results").Produces<IncidentDetail>().Fails(404);

        Act("acknowledge", "Say that somebody has seen it", (incidents, id, by, request, cancellationToken) => incidents.AcknowledgeAsync(id, by, request.Note, cancellationToken));
        Act("assign", "Give it to somebody (`assignee`)", (incidents, id, by, request, cancellationToken) => incidents.AssignAsync(id, request.Assignee ?? by, by, request.Note, cancellationToken));
        Act("resolve", "Say that it is over, and its root cause (`note`)", (incidents, id, by, request, cancellationToken) => incidents.ResolveAsync(id, request.Note, by, cancellationToken));
        Act("reopen", "Say that it is not over after all", (incidents, id, by, request, cancellationToken) => incidents.ReopenAsync(id, by, request.Note, cancellationToken));
        Act("waive", "Let the gate pass the table although the check fails, until the incident is resolved; then clear the task that was stopped", (incidents, id, by, request, cancellationToken) => incidents.WaiveAsync(id, by, request.Note, cancellationToken));
        Act("comment", "Say something about it (`note`)", (incidents, id, by, request, cancellationToken) => incidents.CommentAsync(id, by, request.Note ?? "", cancellationToken));

        void Act(string what, string summary, Func<IncidentCommands, long, string, IncidentRequest, CancellationToken, Task<bool>> act) =>
            api.MapPost($"/incidents/{{id:long}}/{what}", async (IncidentCommands incidents, QualityQueries quality, UserStore users, HttpContext context, long id, IncidentRequest request, CancellationToken cancellationToken) =>
                {
                    if (what == "comment" && string.IsNullOrWhiteSpace(request.Note))
                        return ApiJson.Bad("The comment is empty.", "Send it as 'note'.");
                    // Who is not there never looks; an empty name takes it from whoever had it.
                    if (what == "assign" && request.Assignee?.Trim() is { Length: > 0 } assignee && (await users.ListAsync(cancellationToken)).All(user => user.Name != assignee))
                        return ApiJson.Bad($"There is no user '{ApiJson.Short(assignee)}'.", "See './platform users list'; send an empty 'assignee' to take it from whoever has it.");
                    if (await quality.IncidentAsync(id, cancellationToken) is not { } before)
                        return NoIncident(id);
                    if (!await act(incidents, id, context.User.Identity!.Name!, request, cancellationToken))
                        return Results.Problem(title: $"Incident {id} is {before.Incident.State}; it cannot be changed so.", detail: "Look at it with GET /api/v1/incidents/{id}.", statusCode: StatusCodes.Status409Conflict);
                    return Results.Ok(await quality.IncidentAsync(id, cancellationToken));
                })
                .RequireAuthorization(Permissions.Govern).WithSummary(summary).Produces<IncidentDetail>().Fails(400, 403, 404, 409);
    }

    /// <summary>What is asked of an asset, or of all where none is named; an asset that is not known has no empty list.</summary>
    private static async Task<IResult> OfAsync<T>(AssetQueries assets, string? asset, Func<Task<T>> ask, CancellationToken cancellationToken) =>
        asset is null || await assets.IsKnownAsync(asset, cancellationToken) ? Results.Ok(await ask()) : CatalogApi.Missing(asset);

    /// <summary>The check that is asked for, or why it cannot be made.</summary>
    private static async Task<(NewCheck? Check, IResult? Wrong)> ReadAsync(CheckRequest request, CheckReader reader, CancellationToken cancellationToken)
    {
        if (request.Asset is null || request.Definition.ValueKind != JsonValueKind.Object)
            return (null, ApiJson.Bad("The check names no 'asset', or its 'definition' is no object.", "Send {\"asset\": …, \"definition\": {\"kind\": …}}; see docs/inventory.md for what each kind of check needs."));
        var read = await reader.ReadAsync(request.Asset, request.Definition, request.Enabled ?? true, request.Note, cancellationToken);
        return read.Check is { } check ? (check, null) : (null, read.NoAsset ? CatalogApi.Missing(request.Asset) : ApiJson.Bad(read.Problem, read.Advice));
    }

    private static IResult Taken(NewCheck check) =>
        Results.Problem(title: $"'{check.Asset}' has a check '{check.Name}'{(check.Column is null ? "" : $" of '{check.Column}'")} already.", detail: "Give another 'name'.", statusCode: StatusCodes.Status409Conflict);

    private static IResult NoCheck(long id) => ApiJson.NotFound($"There is no check {id}.", "List them with GET /api/v1/checks.");

    private static IResult NoIncident(long id) => ApiJson.NotFound($"There is no incident {id}.", "List them with GET /api/v1/incidents.");

    /// <summary>A check to declare.</summary>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record CheckRequest(string Asset, JsonElement Definition, string? Note = null, bool? Enabled = null);

    /// <summary>What is done with an incident.</summary>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record IncidentRequest(string? Note = null, string? Assignee = null);
}
