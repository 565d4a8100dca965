using System.ComponentModel;
using System.Globalization;
using System.Security.Claims;
using System.Text.Json.Serialization;
using Platform.Designer.SignIn;
using Platform.Engine;
using Platform.Engine.Explain;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Engine.Waiting;

namespace Platform.Server.Api;

/// <summary>Task instances over HTTP: list, one, attempts, log, why, cancel.</summary>
internal static class TaskApi
{
    private static readonly string[] States = ["none", "queued", "running", "deferred", "up_for_retry", "success", "failed", "skipped", "upstream_failed", "canceled"];

    public static void MapTasks(this RouteGroupBuilder api)
    {
        const string One = "/runs/{id:long}/tasks/{task}";

        api.MapGet("/runs/{id:long}/tasks", ListAsync)
            .WithSummary("The task instances of a run").WithDescription("By task and element; page on with the header `Link`. Empty while the run is queued.").Produces<IReadOnlyList<TaskRow>>().Fails(400, 404);

        api.MapGet(One, async (TaskQueries tasks, RunQueries runs, HttpContext context, long id, string task, [Description("The element of a mapped task; the first instance where left out")] int? mapIndex, CancellationToken cancellationToken) =>
                await tasks.ListAsync(new TaskFilter { RunId = id, TaskId = task, MapIndex = mapIndex, Limit = 1 }, cancellationToken) is [var row] ? ETags.Tagged(context, row) : await MissingAsync(runs, id, task, mapIndex, cancellationToken))
            .WithSummary("One task instance").Produces<TaskRow>().Produces(304).Fails(404);

        api.MapGet(One + "/attempts", async (RunQueries runs, TaskQueries tasks, long id, string task, int? mapIndex, CancellationToken cancellationToken) =>
                await IsThereAsync(tasks, id, task, mapIndex, cancellationToken) ? Results.Ok(await runs.AttemptsAsync(id, task, mapIndex, cancellationToken)) : await MissingAsync(runs, id, task, mapIndex, cancellationToken))
            .WithSummary("Its attempts, oldest first").Produces<IReadOnlyList<AttemptRow>>().Fails(404);

        api.MapGet(One + "/log", async (RunQueries runs, TaskQueries tasks, HttpContext context, long id, string task, int? mapIndex, long? attempt, [Description("Only lines after this id: the cursor")] long? after, [Description("0 debug, 1 info, 2 warning, 3 error")] int? level, [Description("1 to 10,000; default 1,000")] int? limit, CancellationToken cancellationToken) =>
                await IsThereAsync(tasks, id, task, mapIndex, cancellationToken)
                    ? await RunApi.LogAsync(runs, context, new LogFilter { RunId = id, TaskId = task, MapIndex = mapIndex, AttemptId = attempt }, after, level, limit, cancellationToken)
                    : await MissingAsync(runs, id, task, mapIndex, cancellationToken))
            .WithSummary("Its log lines after a cursor").WithDescription("Follow with the header `Link`, as the log of a run.").Produces<IReadOnlyList<LogLine>>().Fails(400, 404);

        api.MapGet(One + "/why", async (Explainer explainer, long id, string task, int? mapIndex, CancellationToken cancellationToken) =>
                await explainer.TaskAsync(id, task, mapIndex, cancellationToken) is { } why ? Results.Ok(why) : RunApi.Missing(id))
            .WithSummary("Why it does not run, and when it will").Produces<Explanation>().Fails(404);

        api.MapPost(One + "/cancel", async (RunCommands commands, RunQueries runs, TaskQueries tasks, HttpContext context, long id, string task, int? mapIndex, CancellationToken cancellationToken) =>
                await IsThereAsync(tasks, id, task, mapIndex, cancellationToken)
                    ? Results.Ok(new Canceled(id, task, await commands.CancelTaskAsync(id, task, mapIndex, context.User.Identity!.Name!, cancellationToken)))
                    : await MissingAsync(runs, id, task, mapIndex, cancellationToken))
            .RequireAuthorization(Permissions.Run).WithSummary("Ask for the end of a task's instances").WithDescription("Downstream they count as failed. Without `mapIndex` all of them.").Produces<Canceled>().Fails(403, 404);

        api.MapPost(One + "/decision", async (ApprovalCommands approvals, HttpContext context, long id, string task, DecisionBody body, CancellationToken cancellationToken) =>
            {
                await approvals.DecideAsync(new Decision
                {
                    RunId = id,
                    TaskId = task,
                    MapIndex = body.MapIndex,
                    Approved = body.Approved,
                    Note = body.Note,
                    By = context.User.Identity!.Name!,
                    Roles = [.. context.User.FindAll(ClaimTypes.Role).Select(c => c.Value)],
                }, cancellationToken);
                return Results.Ok(new { run = id, task, body.Approved });
            })
            .RequireAuthorization(Permissions.Approve).WithSummary("Answer a task that asks for approval").WithDescription("The first answer counts: 409 where it was answered, or asks nothing. 403 where it asks others.").Fails(400, 403, 404, 409);
    }

    /// <summary>What <c>POST …/decision</c> takes.</summary>
    /// <param name="Approved">Yes or no.</param>
    /// <param name="Note">Why; may be left out.</param>
    /// <param name="MapIndex">Which instance of a mapped task.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record DecisionBody([property: JsonRequired] bool Approved, string? Note, int? MapIndex);

    private static async Task<IResult> ListAsync(
        TaskQueries tasks, RunQueries runs, HttpContext context, long id, string? task, string? state, [Description("Only instances after this one, as task or task[3]: the cursor")] string? after, [Description("1 to 1,000; default 100")] int? limit, CancellationToken cancellationToken)
    {
        if (await runs.ListAsync([id], cancellationToken) is [])
            return RunApi.Missing(id);
        var most = ApiJson.Within("limit", limit, 100, 1, 1000);
        var (afterTask, afterIndex) = Cursor(after);
        var rows = await tasks.ListAsync(new TaskFilter { RunId = id, TaskId = task, State = ApiJson.OneOf("state", state, States), AfterTask = afterTask, AfterIndex = afterIndex, Limit = most }, cancellationToken);
        return Results.Ok(Paging.Page(context, rows, most, "after", t => t.MapIndex < 0 ? t.TaskId : string.Create(CultureInfo.InvariantCulture, $"{t.TaskId}[{t.MapIndex}]")));
    }

    private static (string? Task, int Index) Cursor(string? after)
    {
        var open = after?.IndexOf('[', StringComparison.Ordinal) ?? -1;
        if (open < 0)
            return (after, -1);
        return after!.EndsWith(']') && int.TryParse(after[(open + 1)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? (after[..open], index)
            : throw new EngineException("bad-input", $"'after' is '{after}'. Give the last row's task, as task or task[3].");
    }

    private static async Task<bool> IsThereAsync(TaskQueries tasks, long id, string task, int? mapIndex, CancellationToken cancellationToken) =>
        (await tasks.ListAsync(new TaskFilter { RunId = id, TaskId = task, MapIndex = mapIndex, Limit = 1 }, cancellationToken)).Count > 0;

    private static async Task<IResult> MissingAsync(RunQueries runs, long id, string task, int? mapIndex, CancellationToken cancellationToken) =>
        await runs.ListAsync([id], cancellationToken) is [] ? RunApi.Missing(id)
        : ApiJson.NotFound($"Run {id} has no task '{task}'{(mapIndex is null ? "" : $" with element {mapIndex}")}, or is queued and has none yet.", $"List its tasks with GET /api/v1/runs/{id}/tasks.");

    /// <summary>How many instances were canceled or asked to stop.</summary>
    internal sealed record Canceled(long Run, string Task, int Instances);
}
