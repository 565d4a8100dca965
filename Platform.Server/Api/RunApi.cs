using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Platform.Designer.SignIn;
using Platform.Engine;
using Platform.Engine.Explain;
using Platform.Engine.History;
using Platform.Engine.Planning;

namespace Platform.Server.Api;

/// <summary>Runs over HTTP: list, read, why, cancel, clear.</summary>
internal static class RunApi
{
    /// <summary>Instances in the answer of one run: what a mapped task of 100,000 has more would be 16 MB.</summary>
    private const int MostTasks = 1000;

    private static readonly string[] States = ["queued", "running", "success", "failed", "canceled"];
    private static readonly string[] Kinds = ["manual", "scheduled", "backfill", "file", "asset", "workflow", "preview"];

    public static void MapRuns(this RouteGroupBuilder api)
    {
        api.MapGet("/runs", ListAsync)
            .WithSummary("Runs, newest first").WithDescription("Page on with the header `Link`, or by giving the last row's id as `before`. `from` and `to` compare when runs were queued; `to` is not included.")
            .Produces<IReadOnlyList<RunRow>>().Fails(400);

        api.MapGet("/runs/{id:long}", async (RunQueries runs, HttpContext context, long id, CancellationToken cancellationToken) =>
                await runs.GetAsync(id, MostTasks, cancellationToken) is { } run ? ETags.Tagged(context, RunJson.Of(run)) : Missing(id))
            .WithSummary("One run with its tasks").WithDescription("Answers 304 to `If-None-Match` while nothing changed. Of a run with more than 1,000 instances it has the first 1,000, and `more_tasks` names the paged list of all.").Produces<RunJson>().Produces(304).Fails(404);

        api.MapGet("/runs/{id:long}/why", async (Explainer explainer, long id, CancellationToken cancellationToken) =>
                await explainer.RunAsync(id, cancellationToken) is { } why ? Results.Ok(why) : Missing(id))
            .WithSummary("Why it does not run or go on, and when it ends").WithDescription("Causes with a code and a sentence, first those that need a person; a forecast from past durations, null where nobody can know.")
            .Produces<Explanation>().Fails(404);

        api.MapGet("/runs/{id:long}/moves", async (RunQueries runs, long id, CancellationToken cancellationToken) =>
                await runs.ListAsync([id], cancellationToken) is [] ? Missing(id) : Results.Ok(await runs.MovesAsync(id, cancellationToken)))
            .WithSummary("When a run was moved to another version of its workflow, oldest first").Produces<IReadOnlyList<MoveRow>>().Fails(404);

        api.MapGet("/runs/{id:long}/attempts", async (RunQueries runs, long id, string? task, int? mapIndex, CancellationToken cancellationToken) =>
                await runs.ListAsync([id], cancellationToken) is [] ? Missing(id) : Results.Ok(await runs.AttemptsAsync(id, task, mapIndex, cancellationToken)))
            .WithSummary("Every attempt of a run, oldest first").Produces<IReadOnlyList<AttemptRow>>().Fails(404);

        api.MapGet("/runs/{id:long}/log", async (RunQueries runs, HttpContext context, long id, string? task, int? mapIndex, long? attempt, [Description("Only lines after this id: the cursor")] long? after, [Description("0 debug, 1 info, 2 warning, 3 error")] int? level, [Description("1 to 10,000; default 1,000")] int? limit, CancellationToken cancellationToken) =>
                await runs.ListAsync([id], cancellationToken) is [] ? Missing(id) : await LogAsync(runs, context, new LogFilter { RunId = id, TaskId = task, MapIndex = mapIndex, AttemptId = attempt }, after, level, limit, cancellationToken))
            .WithSummary("Log lines after a cursor").WithDescription("The header `Link` names the request that goes on where this answer ends, also when there is nothing more yet: follow a log with it.")
            .Produces<IReadOnlyList<LogLine>>().Fails(400, 404);

        api.MapPost("/runs/{id:long}/cancel", async (RunCommands commands, HttpContext context, long id, CancellationToken cancellationToken) =>
                Results.Ok(new CancelAnswer(id, await commands.CancelAsync(id, context.User.Identity!.Name!, cancellationToken))))
            .RequireAuthorization(Permissions.Run).WithSummary("Ask for the end of a run")
            .WithDescription("What has not started is canceled at once; what runs sees it within 2 s and is abandoned after 30 s. `asked` is false where it had ended or was stopping already.").Produces<CancelAnswer>().Fails(403, 404);

        api.MapPost("/runs/{id:long}/clear", async (RunCommands commands, HttpContext context, long id, ClearBody? body, CancellationToken cancellationToken) =>
                Results.Ok(new Cleared(id, await commands.ClearAsync(
                    new ClearRequest { RunId = id, TaskIds = body?.Tasks, Groups = body?.Groups ?? [], Downstream = body?.Downstream ?? true, OnlyFailed = body?.OnlyFailed ?? false, Params = body?.Params ?? [], DryRun = body?.DryRun ?? false, By = context.User.Identity!.Name! }, cancellationToken))))
            .RequireAuthorization(Permissions.Run).WithSummary("Run tasks of a run again")
            .WithDescription("Without `tasks` and `groups` all, or with `only_failed` those that failed; `params` changes parameters first. `dry_run` only names what would run again. 409 where one of them runs at this moment.").Produces<Cleared>().Fails(400, 403, 404, 409, 422);

        api.MapPost("/runs/{id:long}/move", async (RunMove moves, HttpContext context, long id, MoveBody body, CancellationToken cancellationToken) =>
                Results.Ok(body.Resume == true
                    ? await moves.ResumeAsync(id, body.Version, context.User.Identity!.Name!, body.DryRun ?? false, cancellationToken)
                    : body.DryRun == true ? throw new EngineException("bad-input", "'dry_run' needs 'resume': a move alone has none. Send both, or neither.") : await moves.MoveAsync(id, body.Version, context.User.Identity!.Name!, cancellationToken)))
            .RequireAuthorization(Permissions.Run).WithSummary("Move a run to another version of its workflow")
            .WithDescription("What has begun stays as it is, what waits is as the new version says. 409 tells every reason where that does not fit. `resume` takes a run that failed or was canceled: it goes on under the version, which may be its own, and what did not succeed runs again (`again`); with `dry_run` it only says so.").Produces<Moved>().Fails(400, 403, 404, 409, 422);
    }

    public static IResult Missing(long id) => ApiJson.NotFound($"There is no run {id}.", "List runs with GET /api/v1/runs.");

    /// <summary>Lines after the cursor, with the request that goes on.</summary>
    public static async Task<IResult> LogAsync(RunQueries runs, HttpContext context, LogFilter filter, long? after, int? level, int? limit, CancellationToken cancellationToken)
    {
        if (after is < 0)
            throw new EngineException("bad-input", $"'after' is {after}. Give the id of a line, or 0.");
        var lines = await runs.LogAsync(filter with { AfterId = after ?? 0, MinLevel = ApiJson.Within("level", level, 0, 0, 3), Limit = ApiJson.Within("limit", limit, 1000, 1, 10_000) }, cancellationToken);
        Paging.Next(context, "after", lines is [.., var last] ? last.Id : after ?? 0);
        return Results.Ok(lines);
    }

    private static async Task<IResult> ListAsync(
        RunQueries runs, HttpContext context, string? workflow, string? state, string? kind, DateTimeOffset? from, DateTimeOffset? to, long? backfill,
        [Description("Only smaller ids: the cursor")] long? before, [Description("1 to 500; default 50")] int? limit, CancellationToken cancellationToken)
    {
        var most = ApiJson.Within("limit", limit, 50, 1, 500);
        if (from >= to)
            return ApiJson.Bad($"'to' is not after 'from'.", "Give a later 'to'; it is not included.");
        var rows = await runs.ListAsync(new RunFilter
        {
            Workflow = workflow,
            State = ApiJson.OneOf("state", state, States),
            Kind = ApiJson.OneOf("kind", kind, Kinds),
            From = from?.ToUniversalTime(),
            To = to?.ToUniversalTime(),
            BackfillId = backfill,
            BeforeId = before,
            Limit = most,
        }, cancellationToken);
        return Results.Ok(Paging.Page(context, rows, most, "before", r => r.Id));
    }

    /// <summary>What <c>POST /runs/{id}/clear</c> takes.</summary>
    /// <param name="Tasks">The tasks; null takes all.</param>
    /// <param name="Groups">Groups whose tasks are taken too.</param>
    /// <param name="Params">Parameters to change before; the others stay.</param>
    /// <param name="Downstream">Whether everything downstream runs again too; true where left out.</param>
    /// <param name="OnlyFailed">Whether only what failed runs again; false where left out.</param>
    /// <param name="DryRun">Whether to name only what would run again; false where left out.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record ClearBody(IReadOnlyList<string>? Tasks, IReadOnlyList<string>? Groups, Dictionary<string, JsonNode?>? Params, bool? Downstream, bool? OnlyFailed, bool? DryRun);

    /// <summary>What <c>POST /runs/{id}/move</c> takes.</summary>
    /// <param name="Version">The version to run from here on.</param>
    /// <param name="Resume">Whether the run has ended and goes on; false where left out.</param>
    /// <param name="DryRun">With <c>resume</c>: only say what it would do; false where left out.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record MoveBody([property: JsonRequired] int Version, bool? Resume, bool? DryRun);

    /// <summary>Whether the end of a run was asked for.</summary>
    internal sealed record CancelAnswer(long Run, bool Asked);

    /// <summary>Tasks that run again.</summary>
    internal sealed record Cleared(long Run, IReadOnlyList<string> Tasks);
}
