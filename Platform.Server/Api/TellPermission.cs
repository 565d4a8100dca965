using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Platform.Designer.SignIn;

namespace Platform.Server.Api;

/// <summary>Says of each call in the description of the API what one must be allowed to do (<c>x-permission</c>): the narrowest of what its group and itself ask.</summary>
internal static class TellPermission
{
    public static Task OfAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var narrowest = context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Select(a => a.Policy).OfType<string>()
            .MaxBy(action => Permissions.Roles.ToList().IndexOf(Permissions.LeastRole[action]));
        if (narrowest is not null)
            (operation.Extensions ??= new Dictionary<string, IOpenApiExtension>())["x-permission"] = new JsonNodeExtension(JsonValue.Create(narrowest)!);
        return Task.CompletedTask;
    }
}
