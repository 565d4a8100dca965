using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Platform.Engine;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Server.Security;
using Platform.Workflows.Schedules;

namespace Platform.Server.Api;

/// <summary>Workflows over HTTP: list, read, publish, pause, run.</summary>
internal static class WorkflowApi
{
    public static void MapWorkflows(this RouteGroupBuilder api)
    {
        api.MapGet("/workflows", async (WorkflowQueries workflows, CancellationToken cancellationToken) => await workflows.ListAsync(false, cancellationToken))
            .WithSummary("Published workflows with their newest runs");

        api.MapGet("/workflows/{name}", async (WorkflowStore store, string name, int? version, CancellationToken cancellationToken) =>
                await store.GetAsync(name, version, cancellationToken) is { } workflow ? Results.Ok(workflow) : Missing(name))
            .WithSummary("One workflow with the text of a version").Produces<StoredWorkflow>();

        api.MapPut("/workflows", async (WorkflowStore store, HttpContext context, int? expectedVersion, CancellationToken cancellationToken) =>
            {
                using var reader = new StreamReader(context.Request.Body);
                var applied = await store.ApplyAsync(await reader.ReadToEndAsync(cancellationToken),
                    new ApplyOptions { Origin = WorkflowOrigin.Applied, By = context.User.Identity!.Name!, ExpectedVersion = expectedVersion }, cancellationToken);
                return Results.Json(applied, statusCode: applied.Outcome switch { ApplyOutcome.Invalid => 422, ApplyOutcome.Conflict => 409, _ => 200 });
            })
            .RequireAuthorization(Roles.Editor).WithSummary("Publish a workflow's YAML").WithDescription("`expectedVersion` refuses with 409 where somebody published another version meanwhile. 422 lists every problem.").Produces<ApplyResult>();

        api.MapPost("/workflows/{name}/pause", (WorkflowStore store, string name, CancellationToken cancellationToken) => store.SetPausedAsync(name, true, cancellationToken))
            .RequireAuthorization(Roles.Editor).WithSummary("Stop planning runs");
        api.MapPost("/workflows/{name}/resume", (WorkflowStore store, string name, CancellationToken cancellationToken) => store.SetPausedAsync(name, false, cancellationToken))
            .RequireAuthorization(Roles.Editor).WithSummary("Plan runs again");

        api.MapPost("/workflows/{name}/runs", async (WorkflowDefinitions definitions, WorkflowStore store, RunCommands commands, PlatformOptions options, HttpContext context, string name, RunRequest? request, [FromHeader(Name = "Idempotency-Key")] string? key, CancellationToken cancellationToken) =>
            {
                if (await store.GetAsync(name, null, cancellationToken) is not { PublishedVersion: { } version })
                    return Missing(name);
                var loaded = await definitions.GetAsync(name, version, cancellationToken);
                var interval = request?.Date is { } date ? RunRange.Intervals(loaded.Definition?.Schedule, date, null, null)[0] : (Workflows.Activities.DataInterval?)null;
                var triggered = await commands.TriggerAsync(new TriggerRequest
                {
                    Workflow = name,
                    Params = request?.Params ?? [],
                    Interval = interval,
                    IdempotencyKey = key,
                    By = context.User.Identity!.Name!,
                    DefaultFolder = options.Home,
                }, cancellationToken);
                return Results.Json(new { run = triggered.RunId, triggered.Created }, statusCode: triggered.Created ? 201 : 200);
            })
            .RequireAuthorization(Roles.Editor).WithSummary("Run a workflow").WithDescription("With the header `Idempotency-Key` a repeated call gets the run of the first. Paths among the parameters must be absolute.");
    }

    private static IResult Missing(string name) => ApiJson.NotFound($"There is no workflow '{name}'.", "List workflows with GET /api/v1/workflows.");

    /// <summary>What <c>POST /workflows/{name}/runs</c> takes.</summary>
    /// <param name="Params">Parameters by name; those left out take their defaults.</param>
    /// <param name="Date">A date or time in the data interval to run; null is a run without one.</param>
    internal sealed record RunRequest(Dictionary<string, JsonNode?>? Params, string? Date);
}
