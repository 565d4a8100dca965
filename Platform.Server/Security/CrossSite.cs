using Microsoft.AspNetCore.Mvc;

namespace Platform.Server.Security;

/// <summary>
/// Refuses what a page of another origin makes a signed-in browser send: posts, changes and deletions that come with a session and say that they come from elsewhere. The cookie (SameSite) keeps other sites out already,
/// but to it another port or another host of the same domain is the same site. Programs send a token instead of a cookie, and neither of the headers; the sign-in form has its own token.
/// </summary>
internal static class CrossSite
{
    /// <summary>Adds the refusal. Before everything that does what is asked.</summary>
    public static void UseSameOrigin(this WebApplication app) => app.Use((context, next) =>
    {
        if (!IsForeign(context.Request))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsJsonAsync(new ProblemDetails
        {
            Status = StatusCodes.Status403Forbidden,
            Title = "It comes from another site",
            Detail = "The request came with a session from a page of another origin. Send it from the platform's own pages, or from a program with a token. Behind a proxy, let it pass the header Host on.",
        }, (System.Text.Json.JsonSerializerOptions?)null, "application/problem+json", context.RequestAborted);
    });

    /// <summary>Whether a request that changes something came with a session from another origin.</summary>
    internal static bool IsForeign(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method) || !request.Cookies.ContainsKey(Authentication.Cookie) || request.Headers.ContainsKey("Authorization"))
            return false;
        // What the browser itself says cannot be forged by a page. It says nothing over plain http to another machine: there the origin speaks.
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
            return site is not ("same-origin" or "none");
        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
