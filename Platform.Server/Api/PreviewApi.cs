using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Platform.Designer.Ports;
using Platform.Designer.SignIn;
using Platform.Engine;
using Platform.Engine.Previews;
using Platform.Server.Ports;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Server.Api;

/// <summary>Runs of unpublished texts over HTTP: all of one, up to one task, or as a preview that leaves nothing behind.</summary>
internal static class PreviewApi
{
    public static void MapPreviews(this RouteGroupBuilder api)
    {
        api.MapPost("/workflows/run", async (IPreviewPort port, HttpContext context, TimeProvider clock, ScreenBody body, CancellationToken cancellationToken) =>
                Answer(context, await port.RunAsync(Text(context, clock, body.Yaml, body.Params, body.Date), body.Until, cancellationToken), "/api/v1/runs"))
            .RequireAuthorization(Permissions.Run).WithSummary("Run a text without publishing it")
            .WithDescription("The text is kept with its run, which counts: it writes the real tables under the workflow's limits. With `until` only that task and what is upstream of it run. 422 lists what is wrong with the text.")
            .Produces<StartedJson>(201).Produces<StartedJson>(422).Fails(400, 403);

        api.MapPost("/workflows/preview", async (IPreviewPort port, HttpContext context, TimeProvider clock, PreviewBody body, CancellationToken cancellationToken) =>
                Answer(context, await port.PreviewAsync(Text(context, clock, body.Yaml, body.Params, body.Date), body.Task, body.Rows ?? PreviewSample.DefaultRows, cancellationToken), "/api/v1/workflows/preview"))
            .RequireAuthorization(Permissions.Run).WithSummary("Preview a task")
            .WithDescription("Runs the task and what is upstream of it on a sample (`rows` of a large source, 1 to 50,000, 1,000 where left out), in tables that vanish. What acts outside of tables does not run and says what it would do. Nothing of it is in lists, figures, lineage or inventory; an hour later it is gone. An older preview of the same user and workflow ends. 422 lists what is wrong with the text; errors of tasks that are not needed do not matter.")
            .Produces<StartedJson>(201).Produces<StartedJson>(422).Fails(400, 403);

        api.MapGet("/workflows/preview/{id:long}", async (PreviewQueries queries, PreviewPort port, HttpContext context, long id, [Description("A task of it; the one that is looked at where left out")] string? task, CancellationToken cancellationToken) =>
            {
                if (await queries.GetAsync(id, cancellationToken) is not { } preview)
                    return Missing(id);
                if (task is not null && !preview.Tasks.Any(step => step.Task.TaskId == task))
                    return ApiJson.NotFound($"Preview {id} has no task '{ApiJson.Short(task)}'.", $"It has {string.Join(", ", preview.Tasks.Select(step => step.Task.TaskId).Distinct())}.");
                try
                {
                    return Results.Ok(new PreviewJson(PreviewPort.Progress(preview), await port.ResultAsync(preview, task ?? preview.TaskId, masked: !Permissions.Allow(context.User, Permissions.SeePersonal), cancellationToken)));
                }
                catch (IOException e)
                {
                    return Results.Problem(title: "Its tables cannot be read now.", detail: e.Message, statusCode: StatusCodes.Status409Conflict);
                }
            })
            .WithSummary("A preview: how far it is, and what a task of it read and wrote")
            .WithDescription("`result` is null until the task has ended: first rows (200), columns with a small profile, and the difference to what the task read. Columns with personal data have no values for viewers. 404 once it is over.")
            .Produces<PreviewJson>().Fails(400, 404, 409);

        api.MapDelete("/workflows/preview/{id:long}", async (PreviewCommands commands, HttpContext context, long id, CancellationToken cancellationToken) =>
                await commands.LetGoAsync(id, context.User.Identity!.Name!, cancellationToken) ? Results.NoContent() : Missing(id))
            .RequireAuthorization(Permissions.Run).WithSummary("Let go of a preview").WithDescription("It stops, and everything that it wrote is deleted within seconds.").Produces(204).Fails(403, 404);
    }

    private static ScreenText Text(HttpContext context, TimeProvider clock, string yaml, Dictionary<string, JsonNode?>? parameters, string? date) => new()
    {
        Yaml = yaml,
        By = context.User.Identity!.Name!,
        Params = parameters ?? [],
        Interval = date is null ? null : AskedIntervals.Read(WorkflowReader.Read(yaml, null).Draft?.Schedule, date, null, null, future: false, clock)[0],
    };

    private static IResult Answer(HttpContext context, ScreenStart start, string at)
    {
        if (start.Refused is { } why)
            throw new EngineException("bad-input", why);
        if (start.RunId is { } id)
            context.Response.Headers.Location = $"{at}/{id}";
        return Results.Json(new StartedJson(start.RunId, start.Problems), statusCode: start.RunId is null ? 422 : 201);
    }

    private static IResult Missing(long id) => ApiJson.NotFound($"There is no preview {id}.", "It was let go of, or its hour has passed. Ask for it again with POST /api/v1/workflows/preview.");

    /// <summary>What <c>POST /workflows/run</c> takes.</summary>
    /// <param name="Yaml">The workflow's text.</param>
    /// <param name="Until">The task up to which it runs; all of it where left out.</param>
    /// <param name="Params">Parameters by name; those left out take their defaults.</param>
    /// <param name="Date">A date or time in the data interval to run; the newest that has ended where left out.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record ScreenBody([property: JsonRequired] string Yaml, string? Until, Dictionary<string, JsonNode?>? Params, string? Date);

    /// <summary>What <c>POST /workflows/preview</c> takes.</summary>
    /// <param name="Yaml">The workflow's text.</param>
    /// <param name="Task">The task to look at.</param>
    /// <param name="Rows">Rows of a large source; 1,000 where left out.</param>
    /// <param name="Params">Parameters by name; those left out take their defaults.</param>
    /// <param name="Date">A date or time in the data interval to run; the newest that has ended where left out.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record PreviewBody([property: JsonRequired] string Yaml, [property: JsonRequired] string Task, int? Rows, Dictionary<string, JsonNode?>? Params, string? Date);

    /// <summary>What became of a text.</summary>
    /// <param name="Run">The run or preview; null where the text cannot be run.</param>
    /// <param name="Problems">What is wrong with the text; warnings only where it runs.</param>
    internal sealed record StartedJson(long? Run, IReadOnlyList<Problem> Problems);

    /// <summary>A preview.</summary>
    /// <param name="Preview">How far it is.</param>
    /// <param name="Result">What the task did; null until it has ended.</param>
    internal sealed record PreviewJson(PreviewProgress Preview, PreviewResult? Result);
}
