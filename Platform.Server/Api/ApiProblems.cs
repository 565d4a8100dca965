using Npgsql;
using Platform.Engine;
using Platform.Learning;

namespace Platform.Server.Api;

/// <summary>Every refusal of the API is <c>application/problem+json</c> (RFC 9457): what is wrong, where, and what to do.</summary>
internal static class ApiProblems
{
    private const string Root = "/api";
    private const string NoText = "A text holds the character U+0000 or half a character (a lone surrogate such as \\ud800), which cannot be kept or looked for. Take it out.";

    /// <summary>Catches what goes wrong below <c>/api</c> before and in the handlers, and gives refusals without a body (405, 415) one.</summary>
    public static void UseApiProblems(this WebApplication app) => app.UseWhen(c => c.Request.Path.StartsWithSegments(Root), branch => branch.Use(async (context, next) =>
    {
        WrongInput.Keep(context.Request);
        if (context.Request.Query.FirstOrDefault(q => q.Key.Contains('\0') || q.Value.Any(v => v?.Contains('\0') == true)) is { Key: { } named })
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest, "The request is wrong", $"The query parameter '{ApiJson.Short(named.Replace("\0", "", StringComparison.Ordinal))}' holds the character U+0000 (%00), which no text can hold. Take it out.");
            return;
        }
        // Events say for themselves which field it is, and have a copy of their own.
        if (!context.Request.Path.StartsWithSegments("/api/v1/lineage") && await BodyTexts.AnyUnkeepableAsync(context.Request, context.RequestAborted))
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest, "The request is wrong", NoText);
            return;
        }
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException e)
        {
            await WriteAsync(context, e.StatusCode, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? "The request is too large" : "The request cannot be read", await WrongInput.ExplainAsync(context, e));
            return;
        }
        catch (NpgsqlException e) when (e.IsTransient && !context.Response.HasStarted)
        {
            context.Response.Headers.RetryAfter = "2";
            await WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The database is away", "It is restarting, or cut off from this node. Ask again in a few seconds.");
            return;
        }
        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null or 0 })
        {
            var (title, detail) = context.Response.StatusCode switch
            {
                StatusCodes.Status404NotFound => ("There is no such address", $"'{context.Request.Path}' is not of this API. See /api/openapi.json."),
                StatusCodes.Status405MethodNotAllowed => ("Not this method", $"'{context.Request.Path}' does not take {context.Request.Method}. See /api/openapi.json."),
                StatusCodes.Status415UnsupportedMediaType => ("Not this kind of body", "Send JSON with 'Content-Type: application/json'."),
                _ => ("The request cannot be answered", "See /api/openapi.json."),
            };
            await WriteAsync(context, context.Response.StatusCode, title, detail);
        }
    }));

    /// <summary>Turns what a caller did wrong into a problem answer that says what to do.</summary>
    public static async ValueTask<object?> ExplainAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (e is EngineException or LearningException or FormatException or ArgumentException)
        {
            var (status, title) = e switch
            {
                EngineException { Kind: "not-found" } => (StatusCodes.Status404NotFound, "There is no such thing"),
                EngineException { Kind: "conflict" } => (StatusCodes.Status409Conflict, "Not as things are"),
                EngineException { Kind: "refused" } => (StatusCodes.Status403Forbidden, "Not for you to decide"),
                EngineException { Kind: "invalid-workflow" } => (StatusCodes.Status422UnprocessableEntity, "The workflow cannot run"),
                EngineException { Kind: "other-request" } => (StatusCodes.Status422UnprocessableEntity, "The key belongs to another request"),
                _ => (StatusCodes.Status400BadRequest, "The request is wrong"),
            };
            return Results.Problem(title: title, detail: ErrorText.Of(e), statusCode: status, instance: context.HttpContext.Request.Path);
        }
        catch (Exception e) when (IsNoText(e))
        {
            return Results.Problem(title: "The request is wrong", detail: NoText, statusCode: StatusCodes.Status400BadRequest, instance: context.HttpContext.Request.Path);
        }
    }

    /// <summary>
    /// Whether a text of the caller cannot be one: PostgreSQL refuses it as text or inside JSON, or the JSON of the body has no value as text (that comes from reading the caller's JSON only: what is kept has a value).
    /// </summary>
    private static bool IsNoText(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter } => true,
        PostgresException { SqlState: PostgresErrorCodes.InvalidTextRepresentation } refused => refused.MessageText.Contains("json", StringComparison.Ordinal),
        InvalidOperationException => e.Source?.StartsWith("System.Text.Json", StringComparison.Ordinal) == true && e.Message.Contains("UTF-", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Describes the refusals that an operation can give.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder route, params int[] statuses)
    {
        foreach (var status in statuses)
            route.ProducesProblem(status);
        return route;
    }

    private static Task WriteAsync(HttpContext context, int status, string title, string detail)
    {
        if (context.Response.HasStarted)
            return Task.CompletedTask;
        context.Response.StatusCode = status;
        return Results.Problem(title: title, detail: detail, statusCode: status, instance: context.Request.Path).ExecuteAsync(context);
    }
}
