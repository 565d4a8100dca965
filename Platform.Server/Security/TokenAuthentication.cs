using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Platform.Designer.SignIn;

namespace Platform.Server.Security;

/// <summary>Signs a request in by <c>Authorization: Bearer plt_…</c>.</summary>
internal sealed class TokenAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, TokenStore tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "token";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        var user = await tokens.FindAsync(header[7..].Trim(), Context.RequestAborted);
        return user is null
            ? AuthenticateResult.Fail("The token is unknown or has ended.")
            : AuthenticateResult.Success(new AuthenticationTicket(Principals.Of(user, SchemeName), SchemeName));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        await Results.Problem(title: "Sign in first", detail: "Send a token: 'Authorization: Bearer plt_…'. Make one with './platform tokens create NAME'.", statusCode: 401).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Forbidden.WriteAsync(Context);
}

/// <summary>What a signed-in request carries.</summary>
internal static class Principals
{
    private const string StampClaim = "platform:stamp";
    private const string SessionClaim = "platform:session";

    /// <summary>A principal with the user's name, every role that theirs includes, the stamp of their password, and the session of a person.</summary>
    public static ClaimsPrincipal Of(SignedInUser user, string scheme, Guid? session = null) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.Name, user.Name),
            .. Permissions.Including(user.Role).Select(r => new Claim(ClaimTypes.Role, r)),
            new Claim(StampClaim, user.SecurityStamp.ToString()),
            .. session is { } id ? [new Claim(SessionClaim, id.ToString())] : Array.Empty<Claim>(),
        ], scheme));

    /// <summary>The session that a principal has; null for a token, or for a cookie of a version without sessions.</summary>
    public static PrincipalSession? SessionOf(ClaimsPrincipal? user) =>
        user?.Identity?.Name is { } name && Guid.TryParse(user.FindFirstValue(SessionClaim), out var id) && Guid.TryParse(user.FindFirstValue(StampClaim), out var stamp) ? new PrincipalSession(id, name, stamp) : null;

    /// <summary>Whether a principal was made for this role, and not one below or above.</summary>
    public static bool HasRole(ClaimsPrincipal user, string role) =>
        user.FindAll(ClaimTypes.Role).Select(c => c.Value).ToHashSet().SetEquals(Permissions.Including(role));
}

/// <summary>The session in a cookie.</summary>
/// <param name="Id">Which.</param>
/// <param name="Name">Whose.</param>
/// <param name="Stamp">Of the password that it was signed in with.</param>
internal sealed record PrincipalSession(Guid Id, string Name, Guid Stamp);

/// <summary>The answer to a request that the user's role does not allow.</summary>
internal static class Forbidden
{
    /// <summary>A person in a browser gets a page, which the pages put in place of an empty answer; all else gets the problem.</summary>
    public static Task AnswerAsync(HttpContext context)
    {
        if (!IsForPerson(context))
            return WriteAsync(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    /// <summary>Whether a browser asks for a page.</summary>
    public static bool IsForPerson(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && !context.Request.Path.StartsWithSegments("/api") && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public static Task WriteAsync(HttpContext context) =>
        Results.Problem(title: "Not allowed", detail: $"The user '{context.User.Identity?.Name}' may not do this. Ask an administrator for the role that it needs.", statusCode: 403).ExecuteAsync(context);
}
