using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Features;
using Platform.Catalog.Assets;
using Platform.Catalog.Glossary;
using Platform.Designer.SignIn;

namespace Platform.Server.Api;

/// <summary>The glossary over HTTP: terms, their hierarchy, and what they are linked to.</summary>
internal static class GlossaryApi
{
    private const string Before = "/glossary/";

    public static void MapGlossary(this RouteGroupBuilder api)
    {
        api.MapGet("/glossary", async (GlossaryQueries glossary, [Description("Finds in name, synonyms and definition")] string? text, CancellationToken cancellationToken) => await glossary.ListAsync(text, cancellationToken))
            .WithSummary("The terms of the business, by name").WithDescription("`parent` tells the hierarchy.").Produces<IReadOnlyList<TermRow>>();

        api.MapGet("/glossary/{name}", async (GlossaryQueries glossary, HttpContext context, string name, CancellationToken cancellationToken) =>
                await glossary.GetAsync(NameIn(context), cancellationToken) is { } term ? Results.Ok(term) : Missing(NameIn(context)))
            .WithSummary("One term with what is above, below and linked").WithDescription("By its name or a synonym.").Produces<TermDetail>().Fails(404);

        api.MapPut("/glossary/{name}", async (GlossaryCommands glossary, HttpContext context, string name, TermRequest term, CancellationToken cancellationToken) =>
            {
                await glossary.SaveAsync(new NewTerm { Name = NameIn(context), Definition = term.Definition, Synonyms = term.Synonyms, Parent = term.Parent, Owner = term.Owner }, context.User.Identity!.Name!, cancellationToken);
                return Results.NoContent();
            })
            .RequireAuthorization(Permissions.Govern).WithSummary("Add a term or change it").WithDescription("What is left out stays as it is; an empty text clears. `parent` names the term above: the hierarchy is not written into the name. A slash in the name (`%2F`) belongs to the name.").Produces(204).Fails(400, 403);

        api.MapDelete("/glossary/{name}", async (GlossaryCommands glossary, HttpContext context, string name, CancellationToken cancellationToken) =>
                await glossary.DeleteAsync(NameIn(context), context.User.Identity!.Name!, cancellationToken) ? Results.NoContent() : Missing(NameIn(context)))
            .RequireAuthorization(Permissions.Govern).WithSummary("Take a term away").WithDescription("With its links; terms below move up.").Produces(204).Fails(403, 404);

        api.MapPut("/glossary/{name}/links", (GlossaryQueries queries, GlossaryCommands glossary, HttpContext context, string name, string asset, string? column, CancellationToken cancellationToken) =>
                LinkAsync(queries, glossary, context, NameIn(context), asset, column, true, cancellationToken))
            .RequireAuthorization(Permissions.Govern).WithSummary("Link a term to an asset or a column").Produces(204).Fails(400, 403, 404);

        api.MapDelete("/glossary/{name}/links", (GlossaryQueries queries, GlossaryCommands glossary, HttpContext context, string name, string asset, string? column, CancellationToken cancellationToken) =>
                LinkAsync(queries, glossary, context, NameIn(context), asset, column, false, cancellationToken))
            .RequireAuthorization(Permissions.Govern).WithSummary("Take a link away").Produces(204).Fails(400, 403, 404);

        api.MapGet("/asset/terms", async (GlossaryQueries glossary, AssetQueries assets, string key, CancellationToken cancellationToken) =>
                await assets.IsKnownAsync(key, cancellationToken) ? Results.Ok(await glossary.OfAssetAsync(key, cancellationToken)) : CatalogApi.Missing(key))
            .WithSummary("Terms that an asset and its columns are linked to").Produces<IReadOnlyList<TermLink>>().Fails(404);
    }

    private static async Task<IResult> LinkAsync(GlossaryQueries queries, GlossaryCommands glossary, HttpContext context, string name, string asset, string? column, bool linked, CancellationToken cancellationToken)
    {
        if (await queries.GetAsync(name, cancellationToken) is null)
            return Missing(name);
        await glossary.LinkAsync(name, asset, column, linked, context.User.Identity!.Name!, cancellationToken);
        return Results.NoContent();
    }

    /// <summary>The name as the address spells it: the router leaves <c>%2F</c> as it stands, and a name with a slash would become another.</summary>
    private static string NameIn(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.AsSpan(target.IndexOf(Before, StringComparison.OrdinalIgnoreCase) + Before.Length);
        var end = path.IndexOfAny('/', '?');
        return Uri.UnescapeDataString(end < 0 ? path : path[..end]);
    }

    private static IResult Missing(string name) => ApiJson.NotFound($"The glossary has no term '{ApiJson.Short(name)}'.", "List the terms with GET /api/v1/glossary.");

    /// <summary>A term to keep.</summary>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record TermRequest(string? Definition, IReadOnlyList<string>? Synonyms, string? Parent, string? Owner);
}
