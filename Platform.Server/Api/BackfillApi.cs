using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Platform.Designer.SignIn;
using Platform.Engine;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Engine.Planning;

namespace Platform.Server.Api;

/// <summary>Backfills over HTTP: ask for one (or only what it would do), list, read, cancel.</summary>
internal static class BackfillApi
{
    public static void MapBackfills(this RouteGroupBuilder api)
    {
        api.MapPost("/workflows/{name}/backfills", CreateAsync)
            .RequireAuthorization(Permissions.Run).WithSummary("Run a range of intervals")
            .WithDescription("`from` is included and `to` is not; both compare the start of the interval, a bare date is midnight in the schedule's zone. `repeat`: missing (default), failed, all. Intervals that have not ended are refused without `future`. With `dry_run` it only says what it would do (200); otherwise 201, or 200 where nothing was left to do.")
            .Produces<BackfillJson>(201).Produces<BackfillJson>().Fails(400, 403, 404, 422);

        api.MapGet("/backfills", async (BackfillQueries backfills, HttpContext context, string? workflow, [Description("Only smaller ids: the cursor")] long? before, [Description("1 to 500; default 50")] int? limit, CancellationToken cancellationToken) =>
            {
                var most = ApiJson.Within("limit", limit, 50, 1, 500);
                return Results.Ok(Paging.Page(context, await backfills.ListAsync(workflow, before, most, cancellationToken), most, "before", b => b.Id));
            })
            .WithSummary("Backfills, newest first, with what has become of their runs").Produces<IReadOnlyList<BackfillRow>>().Fails(400);

        api.MapGet("/backfills/{id:long}", async (BackfillQueries backfills, HttpContext context, long id, CancellationToken cancellationToken) =>
                await backfills.GetAsync(id, cancellationToken) is { } backfill ? ETags.Tagged(context, backfill) : Missing(id))
            .WithSummary("One backfill").WithDescription("Its runs: GET /api/v1/runs?backfill=ID.").Produces<BackfillRow>().Produces(304).Fails(404);

        api.MapPost("/backfills/{id:long}/cancel", async (BackfillControl backfills, HttpContext context, long id, CancellationToken cancellationToken) =>
                Results.Ok(new Canceled(id, await backfills.CancelAsync(id, context.User.Identity!.Name!, cancellationToken))))
            .RequireAuthorization(Permissions.Run).WithSummary("Ask for the end of its runs that have not ended").Produces<Canceled>().Fails(403, 404);
    }

    private static async Task<IResult> CreateAsync(WorkflowStore store, WorkflowDefinitions definitions, RunCommands commands, PlatformOptions options, TimeProvider clock, HttpContext context, string name, BackfillBody body, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(name, null, cancellationToken) is not { PublishedVersion: { } published })
            return ApiJson.NotFound($"There is no workflow '{name}'.", "List workflows with GET /api/v1/workflows.");
        var definition = (await definitions.GetAsync(name, body.Version ?? published, cancellationToken)).Definition;
        var made = await commands.BackfillAsync(new BackfillRequest
        {
            Workflow = name,
            Version = body.Version,
            Intervals = AskedIntervals.Read(definition?.Schedule, null, body.From ?? throw Missing("from"), body.To ?? throw Missing("to"), body.Future ?? false, clock),
            Params = body.Params ?? [],
            Repeat = body.Repeat ?? Repeat.Missing,
            ActiveRuns = body.ActiveRuns,
            NewestFirst = body.NewestFirst ?? false,
            DryRun = body.DryRun ?? false,
            By = context.User.Identity!.Name!,
            DefaultFolder = options.Home,
        }, cancellationToken);
        if (made.BackfillId is { } id)
            context.Response.Headers.Location = $"/api/v1/backfills/{id}";
        var answer = new BackfillJson(
            made.BackfillId, made.RunIds, [.. made.Intervals.Select(i => new IntervalJson(i.Start, i.End, null))], [.. made.Left.Select(l => new IntervalJson(l.Interval.Start, l.Interval.End, l.RunId))]);
        return Results.Json(answer, statusCode: made.BackfillId is null ? 200 : 201);
    }

    private static EngineException Missing(string field) =>
        new("bad-input", $"'{field}' is missing. Send both ends of the range, such as {{\"from\": \"2024-01-01\", \"to\": \"2024-02-01\"}}; 'to' is not included.");

    private static IResult Missing(long id) => ApiJson.NotFound($"There is no backfill {id}.", "List backfills with GET /api/v1/backfills.");

    /// <summary>What <c>POST /workflows/{name}/backfills</c> takes.</summary>
    /// <param name="From">First interval start, included.</param>
    /// <param name="To">End of the interval starts, not included.</param>
    /// <param name="Future">Whether to run intervals that have not ended, whose data are not complete; false where left out.</param>
    /// <param name="Repeat">Which intervals that had a run to run again.</param>
    /// <param name="ActiveRuns">Runs at once; the workflow's limit where left out.</param>
    /// <param name="NewestFirst">Whether the newest interval goes first; false where left out.</param>
    /// <param name="DryRun">Only say what it would do; false where left out.</param>
    /// <param name="Version">Version to run; the published one where left out.</param>
    /// <param name="Params">Parameters of every run.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record BackfillBody(string? From, string? To, bool? Future, Repeat? Repeat, int? ActiveRuns, bool? NewestFirst, bool? DryRun, int? Version, Dictionary<string, JsonNode?>? Params);

    /// <summary>What a backfill made, or would make.</summary>
    /// <param name="Backfill">Its id; null for a dry run or where nothing was left to do.</param>
    /// <param name="Runs">The runs, in the order of the intervals.</param>
    /// <param name="Intervals">The intervals that run.</param>
    /// <param name="Left">The intervals that are left alone, with the run that they have.</param>
    internal sealed record BackfillJson(long? Backfill, IReadOnlyList<long> Runs, IReadOnlyList<IntervalJson> Intervals, IReadOnlyList<IntervalJson> Left);

    /// <summary>An interval.</summary>
    internal sealed record IntervalJson(DateTimeOffset Start, DateTimeOffset End, long? Run);

    /// <summary>How many runs were asked to stop.</summary>
    internal sealed record Canceled(long Backfill, int Runs);
}
