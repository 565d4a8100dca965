using System.ComponentModel;
using Platform.Designer.SignIn;
using Platform.Engine.Definitions;
using Platform.Engine.History;

namespace Platform.Server.Api;

/// <summary>Workflows that are put away over HTTP: what it would mean, retire, bring back, delete for ever, and who did what.</summary>
internal static class RemovalApi
{
    public static void MapRemovals(this RouteGroupBuilder api)
    {
        api.MapGet("/workflows/{name}/removal", async (RemovalQueries removals, string name, CancellationToken cancellationToken) =>
                await removals.ScopeAsync(name, cancellationToken) is { } scope ? Results.Ok(scope) : Missing(name))
            .WithSummary("What putting a workflow away would mean")
            .WithDescription("Its versions, draft, schedule and runs, which a deletion takes; the tables and models that it writes, which stay; the runs that are still open; the workflows that follow what it writes, and those that run it.")
            .Produces<RemovalScope>().Fails(404);

        api.MapGet("/removals", async (RemovalQueries removals, string? workflow, [Description("1 to 500; default 100")] int? limit, CancellationToken cancellationToken) =>
                Results.Ok(await removals.ListAsync(workflow, ApiJson.Within("limit", limit, 100, 1, 500), cancellationToken)))
            .WithSummary("Who retired, brought back and deleted which workflow, newest first").Produces<IReadOnlyList<RemovalRow>>().Fails(400);

        api.MapGet("/removals/retired", async (RemovalQueries removals, CancellationToken cancellationToken) => Results.Ok(await removals.RetiredAsync(cancellationToken)))
            .WithSummary("Workflows that are retired, newest first").Produces<IReadOnlyList<RetiredWorkflow>>();

        api.MapPost("/workflows/{name}/retire", async (WorkflowRemoval removal, HttpContext context, string name, CancellationToken cancellationToken) =>
                Results.Ok(new { workflow = name, retired = true, changed = await removal.RetireAsync(name, context.User.Identity!.Name!, cancellationToken) }))
            .RequireAuthorization(Permissions.Author).WithSummary("Hide a workflow and let no run of it begin")
            .WithDescription("Everything stays, and `restore` brings it back. Runs that are queued or running go on to their end.").Fails(403, 404);

        api.MapPost("/workflows/{name}/restore", async (WorkflowRemoval removal, HttpContext context, string name, CancellationToken cancellationToken) =>
                Results.Ok(new { workflow = name, retired = false, changed = await removal.RestoreAsync(name, context.User.Identity!.Name!, cancellationToken) }))
            .RequireAuthorization(Permissions.Author).WithSummary("Bring a retired workflow back as it was").Fails(403, 404);

        api.MapDelete("/workflows/{name}", async (WorkflowRemoval removal, HttpContext context, string name, CancellationToken cancellationToken) =>
                Results.Ok(await removal.DeleteAsync(name, context.User.Identity!.Name!, cancellationToken)))
            .RequireAuthorization(Permissions.Erase).WithSummary("Delete a workflow for ever")
            .WithDescription("Takes its versions, draft, schedule, backfills and the history and logs of its runs. What its runs have made stays: tables, models, endpoints, lineage. 409 while runs of it are queued or running.")
            .Produces<WorkflowDeleted>().Fails(403, 404, 409);
    }

    private static IResult Missing(string name) =>
        Results.Problem(title: "There is no such thing", detail: $"There is no workflow '{name}'. GET /api/v1/workflows lists what there is.", statusCode: StatusCodes.Status404NotFound);
}
