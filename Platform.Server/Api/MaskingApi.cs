using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Platform.Catalog.Masking;
using Platform.Designer.SignIn;
using Platform.Workflows.Activities;

namespace Platform.Server.Api;

/// <summary>What asks for masking, and who reads it plain, over HTTP.</summary>
internal static class MaskingApi
{
    private const int MostPatterns = 200;

    public static void MapMasking(this RouteGroupBuilder api)
    {
        api.MapGet("/masking-findings", async (MaskingQueries masking, IPublishedWorkflows published, [Description("Key of an asset; left out, all")] string? asset, int? limit, CancellationToken cancellationToken) =>
                await masking.UnmaskedAsync(await published.NamesAsync(cancellationToken), asset, ApiJson.Within("limit", limit, 200, 1, 5000), cancellationToken))
            .WithSummary("Columns that ask for masking and that a published workflow carries on plain")
            .WithDescription("By the lineage of what ran: `kind` is identity or transformation. Filters, joins and aggregates do not carry values and are not listed; nor is what a policy allows.")
            .Produces<IReadOnlyList<UnmaskedRead>>().Fails(400);

        api.MapGet("/masking-policies", async (MaskingQueries masking, CancellationToken cancellationToken) => await masking.PoliciesAsync(cancellationToken))
            .WithSummary("Which classes of personal data ask for masking").Produces<IReadOnlyList<MaskingPolicy>>();

        api.MapPut("/masking-policies/{class}", async (MaskingCommands commands, MaskingQueries masking, HttpContext context, [FromRoute(Name = "class")] string personalClass, MaskingPolicyRequest request, CancellationToken cancellationToken) =>
            {
                var allowed = request.Allowed ?? [];
                if (allowed.Count > MostPatterns || allowed.Any(pattern => string.IsNullOrWhiteSpace(pattern) || pattern.Length > 1_000))
                    return ApiJson.Bad($"'allowed' holds an empty text, one of more than 1,000 characters, or more than {MostPatterns}.", "Give keys of assets, with stars for any characters: raw.*");
                return await commands.SetPolicyAsync(personalClass, request.Required, allowed, context.User.Identity!.Name!, cancellationToken)
                    ? Results.Ok((await masking.PoliciesAsync(cancellationToken)).Single(policy => policy.PersonalClass == personalClass))
                    : ApiJson.NotFound($"There is no class '{personalClass}'.", "GET /api/v1/masking-policies lists them.");
            })
            .RequireAuthorization(Permissions.Govern).WithSummary("Say whether a class asks for masking, and where it may lie plain").Produces<MaskingPolicy>().Fails(400, 403, 404);
    }
}

/// <summary>A policy as it is set.</summary>
internal sealed record MaskingPolicyRequest
{
    /// <summary>Whether reading such a column plain is a finding.</summary>
    public required bool Required { get; init; }

    /// <summary>Keys of assets that may take it plain, stars for any characters; left out, none.</summary>
    public IReadOnlyList<string>? Allowed { get; init; }
}
