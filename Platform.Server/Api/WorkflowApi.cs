using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Platform.Designer.SignIn;
using Platform.Engine;
using Platform.Engine.Definitions;
using Platform.Engine.Explain;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Server.Ports;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Server.Api;

/// <summary>Workflows over HTTP: list, read, validate, publish, pause, run, and why none runs.</summary>
internal static class WorkflowApi
{
    private const int LongestYaml = 1 << 20;
    private const int LongestKey = 200;

    /// <summary>What is taken as YAML: its own type first, and what tools send when nobody says (the last is curl's).</summary>
    private static readonly string[] YamlTypes = ["application/yaml", "application/x-yaml", "text/yaml", "text/plain", "application/json", "application/octet-stream", "application/x-www-form-urlencoded"];

    public static void MapWorkflows(this RouteGroupBuilder api)
    {
        api.MapGet("/workflows", ListAsync)
            .WithSummary("Published workflows with their newest runs")
            .WithDescription("By name. Page on with the header `Link`. `text` finds in name, title, description and owner; `tag` is one of the tags.")
            .Produces<IReadOnlyList<WorkflowRow>>().Fails(400);

        api.MapGet("/workflows/{name}", async (WorkflowStore store, HttpContext context, string name, [Description("A version; the published one where left out")] int? version, CancellationToken cancellationToken) =>
                await store.GetAsync(name, version, cancellationToken) is { } workflow ? ETags.Tagged(context, workflow, workflow.PublishedVersion) : Missing(name, version))
            .WithSummary("One workflow with the text of a version").WithDescription("The `ETag` is for `If-None-Match` here, and for `If-Match` of PUT.").Produces<StoredWorkflow>().Produces(304).Fails(404);

        api.MapGet("/workflows/{name}/versions", async (WorkflowStore store, string name, CancellationToken cancellationToken) =>
                await store.VersionsAsync(name, cancellationToken) is { Count: > 0 } versions ? Results.Ok(versions) : Missing(name, null))
            .WithSummary("The versions of a workflow, newest first").Produces<IReadOnlyList<VersionRow>>().Fails(404);

        api.MapGet("/workflows/{name}/why", async (Explainer explainer, string name, CancellationToken cancellationToken) =>
                await explainer.WorkflowAsync(name, cancellationToken) is { } why ? Results.Ok(why) : Missing(name, null))
            .WithSummary("Why no run of it is planned").Produces<WorkflowExplanation>().Fails(404);

        api.MapGet("/workflows/{name}/grid", async (GridQueries grids, WorkflowStore store, string name, [Description("Runs, 1 to 200; default 50")] int? runs, [Description("Only runs before this one: the cursor to older ones")] long? before, [Description("Only runs after this one: the cursor to newer ones")] long? after, CancellationToken cancellationToken) =>
                await store.GetAsync(name, null, cancellationToken) is null ? Missing(name, null)
                : Results.Ok(await grids.GetAsync(name, ApiJson.Within("runs", runs, 50, 1, 200), before, after, cancellationToken)))
            .WithSummary("State of each task in each of the newest runs").WithDescription("`older` and `newer` tell whether there are more; page with `before` the last run's id, or `after` the first one's.").Produces<RunGrid>().Fails(400, 404);

        api.MapPost("/workflows/validate", async (WorkflowGate gate, HttpContext context, CancellationToken cancellationToken) =>
            {
                var problems = await gate.ValidateAsync(await ReadYamlAsync(context, cancellationToken), cancellationToken);
                return Results.Ok(new Validated(problems.All(p => p.Severity != ProblemSeverity.Error), problems));
            })
            .WithSummary("Every problem of a workflow's YAML, without publishing it").Accepts<string>(YamlTypes[0], YamlTypes[1..]).Produces<Validated>().Fails(400, 413);

        api.MapPut("/workflows/{name}", PutAsync)
            .RequireAuthorization(Permissions.Author).WithSummary("Publish a workflow's YAML")
            .WithDescription("With `If-Match: ETAG` it is refused with 412 where another version was published meanwhile; with `If-None-Match: *` where it exists. The text must name the same workflow. 422 lists every problem.")
            .Accepts<string>(YamlTypes[0], YamlTypes[1..]).Produces<ApplyResult>().Produces<ApplyResult>(201).Produces<ApplyResult>(422).Fails(400, 403, 412, 413);

        api.MapPut("/workflows", async (WorkflowGate gate, HttpContext context, int? expectedVersion, CancellationToken cancellationToken) =>
            {
                var applied = await gate.ApplyAsync(await ReadYamlAsync(context, cancellationToken),
                    new ApplyOptions { Origin = WorkflowOrigin.Applied, By = context.User.Identity!.Name!, ExpectedVersion = expectedVersion }, cancellationToken);
                return Results.Json(applied, statusCode: applied.Outcome switch { ApplyOutcome.Invalid => 422, ApplyOutcome.Conflict => 409, _ => 200 });
            })
            .RequireAuthorization(Permissions.Author).WithSummary("Publish a workflow's YAML under the name that it gives")
            .WithDescription("`expectedVersion` refuses with 409 where somebody published another version meanwhile. 422 lists every problem.")
            .Accepts<string>(YamlTypes[0], YamlTypes[1..]).Produces<ApplyResult>().Produces<ApplyResult>(409).Produces<ApplyResult>(422).Fails(400, 403, 413);

        foreach (var (verb, paused, summary) in new[] { ("pause", true, "Stop planning runs"), ("unpause", false, "Plan runs again"), ("resume", false, "Plan runs again (the same as unpause)") })
        {
            api.MapPost($"/workflows/{{name}}/{verb}", async (WorkflowStore store, string name, CancellationToken cancellationToken) =>
                {
                    await store.SetPausedAsync(name, paused, cancellationToken);
                    return Results.Ok(new { workflow = name, paused });
                })
                .RequireAuthorization(Permissions.Author).WithSummary(summary).WithDescription("Runs that exist are not touched.").Fails(403, 404);
        }

        api.MapRemovals();

        api.MapPost("/workflows/{name}/runs", TriggerAsync)
            .RequireAuthorization(Permissions.Run).WithSummary("Run a workflow")
            .WithDescription("With the header `Idempotency-Key` (1 to 200 characters) a repeated call gets the run of the first, with 200 instead of 201; 422 where it asks for another interval, version or parameters than that run has. Paths among the parameters must be absolute. Without `date` a workflow that runs by time takes its newest interval that has ended; a `date` whose interval has not is refused without `future`.")
            .Produces<TriggeredJson>(201).Produces<TriggeredJson>().Fails(400, 403, 404, 422);
    }

    private static async Task<IResult> ListAsync(
        WorkflowQueries workflows, HttpContext context, string? text, string? tag, bool? paused, [Description("Only names after this one: the cursor")] string? after, [Description("1 to 500; default 100")] int? limit, CancellationToken cancellationToken)
    {
        var most = ApiJson.Within("limit", limit, 100, 1, 500);
        var rows = (await workflows.ListAsync(false, cancellationToken))
            .Where(w => (after is null || string.CompareOrdinal(w.Name, after) > 0) && (paused is null || w.Paused == paused) && (tag is null || w.Tags.Contains(tag)))
            .Where(w => text is null || new[] { w.Name, w.Title, w.Description, w.Owner ?? "" }.Any(t => t.Contains(text, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(w => w.Name, StringComparer.Ordinal).Take(most).ToList();
        return Results.Ok(Paging.Page(context, rows, most, "after", w => w.Name));
    }

    private static async Task<IResult> PutAsync(WorkflowStore store, WorkflowGate gate, HttpContext context, string name, CancellationToken cancellationToken)
    {
        var (expected, any) = ETags.Expected(context);
        var yaml = await ReadYamlAsync(context, cancellationToken);
        if (WorkflowReader.Read(yaml, null).Draft?.Name is { } named && named != name)
            return ApiJson.Bad($"The text names workflow '{named}', and the address '{name}'.", "Write the same name in both.");
        if (any && (await store.GetAsync(name, null, cancellationToken))?.PublishedVersion is null)
            return Results.Problem(title: "It is not there", detail: $"Workflow '{name}' has no published version. Leave 'If-Match: *' out to publish the first.", statusCode: StatusCodes.Status412PreconditionFailed);
        var applied = await gate.ApplyAsync(yaml, new ApplyOptions { Origin = WorkflowOrigin.Applied, By = context.User.Identity!.Name!, ExpectedVersion = expected }, cancellationToken);
        if (applied.Outcome == ApplyOutcome.Conflict)
            return Results.Problem(
                title: "Somebody else was faster", statusCode: StatusCodes.Status412PreconditionFailed,
                detail: $"Workflow '{name}' is at version {applied.Version?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}, and the request starts from {expected}. Read it again, bring your change into it, and send its ETag.");
        return Results.Json(applied, statusCode: applied.Outcome switch { ApplyOutcome.Invalid => 422, ApplyOutcome.Applied when applied.Version == 1 => 201, _ => 200 });
    }

    private static async Task<IResult> TriggerAsync(
        WorkflowDefinitions definitions, WorkflowStore store, RunCommands commands, PlatformOptions options, TimeProvider clock, HttpContext context, string name, RunRequest? request, [FromHeader(Name = "Idempotency-Key")] string? key, CancellationToken cancellationToken)
    {
        if (key is { Length: 0 or > LongestKey })
            return ApiJson.Bad("The header 'Idempotency-Key' is empty or too long.", $"Send 1 to {LongestKey} characters, another key for another run.");
        if (await store.GetAsync(name, null, cancellationToken) is not { PublishedVersion: { } published })
            return Missing(name, null);
        var loaded = await definitions.GetAsync(name, request?.Version ?? published, cancellationToken);
        var interval = request?.Date is { } date ? AskedIntervals.Read(loaded.Definition?.Schedule, date, null, null, request.Future ?? false, clock)[0] : (DataInterval?)null;
        var triggered = await commands.TriggerAsync(new TriggerRequest
        {
            Workflow = name,
            Version = request?.Version,
            Params = request?.Params ?? [],
            Interval = interval,
            IdempotencyKey = key,
            Priority = request?.Priority ?? 0,
            By = context.User.Identity!.Name!,
            DefaultFolder = options.Home,
        }, cancellationToken);
        context.Response.Headers.Location = $"/api/v1/runs/{triggered.RunId}";
        return Results.Json(new TriggeredJson(triggered.RunId, triggered.Created), statusCode: triggered.Created ? 201 : 200);
    }

    /// <summary>The body as text.</summary>
    private static async Task<string> ReadYamlAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Request.ContentLength > LongestYaml)
            throw new BadHttpRequestException($"A workflow has {LongestYaml >> 10} KiB at most.", StatusCodes.Status413PayloadTooLarge);
        var buffer = new byte[LongestYaml + 1];
        var read = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (read > LongestYaml)
            throw new BadHttpRequestException($"A workflow has {LongestYaml >> 10} KiB at most.", StatusCodes.Status413PayloadTooLarge);
        if (read == 0)
            throw new EngineException("bad-input", "The request has no body. Send the workflow's YAML.");
        return WorkflowReader.TryDecode(buffer.AsSpan(0, read), out var text, out var problem) ? text : throw new EngineException("bad-input", problem.Message);
    }

    private static IResult Missing(string name, int? version) => ApiJson.NotFound(
        version is null ? $"There is no workflow '{name}'." : $"Workflow '{name}' has no version {version}.",
        version is null ? "List workflows with GET /api/v1/workflows." : $"List them with GET /api/v1/workflows/{name}/versions.");

    /// <summary>What <c>POST /workflows/{name}/runs</c> takes.</summary>
    /// <param name="Params">Parameters by name; those left out take their defaults.</param>
    /// <param name="Date">A date or time in the data interval to run.</param>
    /// <param name="Future">Whether to run an interval that has not ended, whose data are not complete; false where left out.</param>
    /// <param name="Version">Version to run; the published one where left out.</param>
    /// <param name="Priority">Higher starts first among the workflow's queued runs; 0 where left out.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record RunRequest(Dictionary<string, JsonNode?>? Params, string? Date, bool? Future, int? Version, int? Priority);

    /// <summary>A run that was asked for.</summary>
    /// <param name="Run">Its number.</param>
    /// <param name="Created">False where the idempotency key was seen before.</param>
    internal sealed record TriggeredJson(long Run, bool Created);

    /// <summary>What is wrong with a text.</summary>
    /// <param name="Valid">Whether it has no error.</param>
    /// <param name="Problems">Errors and warnings with their places.</param>
    internal sealed record Validated(bool Valid, IReadOnlyList<Problem> Problems);
}
