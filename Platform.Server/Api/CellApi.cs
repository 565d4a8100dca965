using System.ComponentModel;
using Platform.Catalog.Cells;
using Platform.Catalog.Usage;
using Platform.Designer.SignIn;

namespace Platform.Server.Api;

/// <summary>Wrong cells over HTTP: the rows that wait for labels, labels, groups of cells that look alike, and decisions on them.</summary>
internal static class CellApi
{
    public static void MapCells(this RouteGroupBuilder api)
    {
        api.MapGet("/cells", async (CellQueries cells, [Description("Key of the asset")] string asset, CancellationToken cancellationToken) =>
                await cells.SearchAsync(asset, cancellationToken) is { } search ? Results.Ok(search) : Missing(asset))
            .WithSummary("The latest search for wrong cells in an asset").Produces<CellSearchRow>().Fails(404);

        api.MapGet("/cells/rows", async (CellQueries cells, UsageRecorder usage, HttpContext context, [Description("Key of the asset")] string asset, CancellationToken cancellationToken) =>
            {
                if (await cells.SearchAsync(asset, cancellationToken) is null)
                    return Missing(asset);
                usage.Queried(asset, context.User.Identity!.Name!);
                return Results.Ok(await cells.RowsToLabelAsync(asset, cancellationToken));
            })
            .WithSummary("The rows whose labels would settle most, the most useful first")
            .WithDescription("At most 20 a search. `values` is the row, `suspects` what the search believes about its cells. Rows that are labelled in all columns are left out.")
            .Produces<IReadOnlyList<CellRowToLabel>>().Fails(404);

        api.MapGet("/cells/labels", async (CellQueries cells, [Description("Key of the asset")] string asset, CancellationToken cancellationToken) => await cells.LabelsAsync(asset, cancellationToken))
            .WithSummary("What people said about cells of an asset").Produces<IReadOnlyList<CellLabelRow>>();

        api.MapPost("/cells/labels", async (CellCommands cells, HttpContext context, LabelRequest request, CancellationToken cancellationToken) =>
            {
                if (request.Labels is null or { Count: 0 or > 10_000 })
                    return ApiJson.Bad($"There are {request.Labels?.Count ?? 0:N0} labels.", "Send 1 to 10,000 of them.");
                return Results.Ok(new LabelAnswer(await cells.LabelAsync(request.Asset, request.Labels, context.User.Identity!.Name!, cancellationToken)));
            })
            .RequireAuthorization(Permissions.Govern).WithSummary("Say of cells whether they are wrong")
            .WithDescription("""Takes {"asset": "raw.orders", "labels": [{"row_key": "…", "column": "city", "wrong": true, "correct_value": "Hamburg"}]}. All are kept or none; a later label on a cell replaces the earlier. The next search learns from them.""")
            .Produces<LabelAnswer>().Fails(400, 403);

        api.MapGet("/cells/groups", async (CellQueries cells, [Description("Key of an asset; left out: all")] string? asset, [Description("Only groups that wait for a decision")] bool? open, [Description("1 to 1000; default 100")] int? limit, CancellationToken cancellationToken) =>
                await cells.GroupsAsync(asset, open ?? false, ApiJson.Within("limit", limit, 100, 1, 1000), cancellationToken))
            .WithSummary("Wrong cells that look alike, the undecided and largest first").Produces<IReadOnlyList<CellGroupRow>>().Fails(400);

        api.MapPost("/cells/groups/{id:long}/decision", async (CellCommands cells, HttpContext context, long id, DecisionRequest request, CancellationToken cancellationToken) =>
                await cells.DecideAsync(id, request.Decision, request.Note, context.User.Identity!.Name!, cancellationToken)
                    ? Results.NoContent()
                    : ApiJson.NotFound($"There is no group {id} of wrong cells.", "List them with GET /api/v1/cells/groups."))
            .RequireAuthorization(Permissions.Govern).WithSummary("Confirm or reject a group of wrong cells")
            .WithDescription("`confirmed`: the cells are wrong; `rejected`: they are right, and later searches do not report them; null takes a decision back.")
            .Produces(204).Fails(400, 403, 404);
    }

    private static IResult Missing(string asset) => ApiJson.NotFound($"Wrong cells of '{ApiJson.Short(asset)}' have not been looked for.", "Run a task with the activity inventory.errors on it; search assets with GET /api/v1/assets?text=….");

    /// <summary>Labels of one asset.</summary>
    internal sealed record LabelRequest(string Asset, IReadOnlyList<CellLabelInput>? Labels);

    /// <summary>How many labels were kept.</summary>
    internal sealed record LabelAnswer(int Kept);

    /// <summary>A decision on a group.</summary>
    internal sealed record DecisionRequest(string? Decision, string? Note);
}
