using System.ComponentModel;
using System.Text;
using Platform.Catalog.Exchange;
using Platform.Designer.SignIn;

namespace Platform.Server.Api;

/// <summary>What people have said, out and in as JSON lines.</summary>
internal static class ExchangeApi
{
    private const string Lines = "application/x-ndjson";
    private const long LargestImport = 64 << 20;

    public static void MapExchange(this RouteGroupBuilder api)
    {
        api.MapGet("/catalog/export", async (CatalogExport export, CancellationToken cancellationToken) =>
                Results.Text(string.Concat((await export.LinesAsync(cancellationToken)).Select(line => line + "\n")), Lines, Encoding.UTF8))
            .WithSummary("Everything that people have said, as JSON lines")
            .WithDescription("Terms, owners, descriptions, tags, contracts, verdicts, decided relations and suggestions, declared checks, in an order that does not change.").Produces<string>(200, Lines);

        api.MapPost("/catalog/import", async (CatalogImport import, HttpContext context, [Description("Look only, write nothing")] bool? dryRun, [Description("Pass over what is not known here instead of refusing all")] bool? skipUnknown, CancellationToken cancellationToken) =>
            {
                if (context.Request.ContentLength > LargestImport)
                    return Results.Problem(title: "The import is too large", detail: "Send at most 64 MiB; import in several requests, terms first.", statusCode: StatusCodes.Status413PayloadTooLarge);
                if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
                    size.MaxRequestBodySize = LargestImport;
                using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
                var lines = (await reader.ReadToEndAsync(cancellationToken)).Split('\n');
                var outcome = await import.RunAsync(lines, context.User.Identity!.Name!, new ImportOptions { DryRun = dryRun ?? false, SkipUnknown = skipUnknown ?? false, SkipUnknownName = "skipUnknown=true" }, cancellationToken);
                return Results.Json(outcome, statusCode: outcome.Problems.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
            })
            .RequireAuthorization(Permissions.Govern).WithSummary("Read an export back")
            .WithDescription("All lines in one transaction, or none: 422 lists each wrong line by its number. Repeating an import changes nothing.")
            .Accepts<string>(Lines, "application/json", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded").Produces<ImportOutcome>().Produces<ImportOutcome>(422).Fails(400, 403, 413);
    }
}
