using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.StaticAssets;
using Platform.Designer.SignIn;

namespace Platform.Server.Security;

/// <summary>Who may come in: a session cookie for people, a bearer token for programs, nobody else.</summary>
internal static class Authentication
{
    /// <summary>Name of the session's cookie.</summary>
    internal const string Cookie = "platform";

    private const string EitherScheme = "either";

    /// <summary>Adds sessions, tokens and the rule that every page and call needs one.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="keyFolder">Where the keys that sign cookies are kept; shared by the nodes of one home, so that a session survives a restart.</param>
    public static void AddPlatformAuthentication(this IServiceCollection services, string keyFolder)
    {
        var keys = Directory.CreateDirectory(keyFolder);
        if (!OperatingSystem.IsWindows())
            keys.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        services.AddDataProtection().SetApplicationName("platform").PersistKeysToFileSystem(keys);
        services.AddAuthentication(EitherScheme)
            .AddPolicyScheme(EitherScheme, null, o => o.ForwardDefaultSelector = c => c.Request.Headers.ContainsKey("Authorization") || c.Request.Path.StartsWithSegments("/api") && !c.Request.Cookies.ContainsKey(Cookie)
                ? TokenAuthentication.SchemeName : CookieAuthenticationDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.SchemeName, null)
            .AddCookie(o =>
            {
                o.Cookie.Name = Cookie;
                o.Cookie.HttpOnly = true;
                o.Cookie.SameSite = SameSiteMode.Lax;
                o.ExpireTimeSpan = SessionStore.Unused;
                o.SlidingExpiration = true;
                o.LoginPath = "/signin";
                o.ReturnUrlParameter = "returnUrl";
                o.Events.OnValidatePrincipal = ValidateAsync;
                o.Events.OnRedirectToAccessDenied = c => Forbidden.AnswerAsync(c.HttpContext);
            });
        var policies = services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        foreach (var (action, role) in Permissions.LeastRole)
            policies.AddPolicy(action, p => p.RequireRole(role));
    }

    /// <summary>Has open pages end with their session. After the pages are added, whose own watch it replaces.</summary>
    public static void AddSessionWatch(this IServiceCollection services) => services.AddScoped<AuthenticationStateProvider, SessionWatch>();

    /// <summary>Maps what the sign-in page posts to, and sign-out.</summary>
    public static void MapSignIn(this WebApplication app)
    {
        app.MapPost("/signin", SignInAsync).AllowAnonymous().DisableAntiforgery();
        app.MapPost("/account/password", ChangePasswordAsync).RequireAuthorization(Permissions.See).DisableAntiforgery().ExcludeFromDescription();
        app.MapPost("/signout", async (HttpContext context, SessionStore sessions) =>
        {
            // No other site can sign somebody out: a session's cookie does not come with its posts (SameSite), and another origin of the same site is refused (CrossSite).
            if (Principals.SessionOf(context.User) is { } session)
                await sessions.EndAsync(session.Name, session.Id, null, context.RequestAborted);
            await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            return Results.LocalRedirect("/signin");
        }).AllowAnonymous().DisableAntiforgery();
    }

    private static async Task<IResult> SignInAsync(HttpContext context, UserStore users, SessionStore sessions, IAntiforgery antiforgery)
    {
        if (!context.Request.HasFormContentType || !await antiforgery.IsRequestValidAsync(context))
            return Results.LocalRedirect("/signin?error=expired");
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var back = form["returnUrl"].ToString();
        if (back.Length == 0 || back[0] != '/' || back.StartsWith("//", StringComparison.Ordinal) || back.StartsWith("/\\", StringComparison.Ordinal))
            back = "/";
        var result = await users.SignInAsync(form["name"].ToString().Trim(), form["password"].ToString(), SignInGuard.Address(context.Connection.RemoteIpAddress), context.RequestAborted);
        if (result.User is null)
            return Results.LocalRedirect($"/signin?error={Said(result)}&returnUrl={Uri.EscapeDataString(back)}");
        await BeginAsync(context, sessions, result.User);
        return Results.LocalRedirect(back);
    }

    /// <summary>
    /// Sets the caller's own password. It needs the old one, which no other site knows, and leads back to the account page. All sessions end with the old password;
    /// the browser that asked gets a new one.
    /// </summary>
    private static async Task<IResult> ChangePasswordAsync(HttpContext context, UserStore users, SessionStore sessions)
    {
        static IResult Back(string outcome) => Results.LocalRedirect($"/account?password={outcome}");
        if (!context.Request.HasFormContentType || context.User.Identity?.Name is not { } name)
            return Back("wrong");
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var next = form["new"].ToString();
        if (next != form["again"].ToString())
            return Back("differs");
        var address = SignInGuard.Address(context.Connection.RemoteIpAddress);
        var known = await users.SignInAsync(name, form["old"].ToString(), address, context.RequestAborted);
        if (known.User is null)
            return Back(Said(known));
        try
        {
            await users.SetPasswordAsync(name, next, context.RequestAborted);
        }
        catch (ArgumentException)
        {
            return Back("short");
        }
        var again = await users.SignInAsync(name, next, address, context.RequestAborted);
        if (again.User is not null)
            await BeginAsync(context, sessions, again.User);
        return Back("changed");
    }

    private static async Task BeginAsync(HttpContext context, SessionStore sessions, SignedInUser user)
    {
        var session = await sessions.BeginAsync(user.Name, SignInGuard.Address(context.Connection.RemoteIpAddress), context.Request.Headers.UserAgent.ToString(), context.RequestAborted);
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, Principals.Of(user, CookieAuthenticationDefaults.AuthenticationScheme, session), new AuthenticationProperties { IsPersistent = true });
    }

    /// <summary>Why nobody was let in, as the pages read it from the address.</summary>
    private static string Said(SignInResult result) => result.Outcome == SignInOutcome.Locked ? $"locked&wait={Math.Ceiling((result.Wait ?? TimeSpan.Zero).TotalMinutes).ToString(CultureInfo.InvariantCulture)}" : "wrong";

    /// <summary>Ends a session that was ended elsewhere, or whose user is gone, disabled or has a new password; another role counts from the next request.</summary>
    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        // Scripts, styles and icons are everybody's: they ask no database, and are there while it is away.
        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
            return;
        var session = Principals.SessionOf(context.Principal);
        var user = session is null ? null : await context.HttpContext.RequestServices.GetRequiredService<SessionStore>().UserAsync(session.Id, session.Name, session.Stamp, context.HttpContext.RequestAborted);
        if (user is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        }
        else if (!Principals.HasRole(context.Principal!, user.Role))
            context.ReplacePrincipal(Principals.Of(user, CookieAuthenticationDefaults.AuthenticationScheme, session!.Id));
    }
}
