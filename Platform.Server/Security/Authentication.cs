using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;

namespace Platform.Server.Security;

/// <summary>Who may come in: a session cookie for people, a bearer token for programs, nobody else.</summary>
internal static class Authentication
{
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
            .AddPolicyScheme(EitherScheme, null, o => o.ForwardDefaultSelector = c => c.Request.Headers.ContainsKey("Authorization") || c.Request.Path.StartsWithSegments("/api") && !c.Request.Cookies.ContainsKey("platform")
                ? TokenAuthentication.SchemeName : CookieAuthenticationDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.SchemeName, null)
            .AddCookie(o =>
            {
                o.Cookie.Name = "platform";
                o.Cookie.HttpOnly = true;
                o.Cookie.SameSite = SameSiteMode.Lax;
                o.ExpireTimeSpan = TimeSpan.FromHours(12);
                o.SlidingExpiration = true;
                o.LoginPath = "/signin";
                o.ReturnUrlParameter = "returnUrl";
                o.Events.OnValidatePrincipal = ValidateAsync;
                o.Events.OnRedirectToAccessDenied = c => Forbidden.AnswerAsync(c.HttpContext);
            });
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(Roles.Viewer, p => p.RequireRole(Roles.Viewer))
            .AddPolicy(Roles.Editor, p => p.RequireRole(Roles.Editor))
            .AddPolicy(Roles.Administrator, p => p.RequireRole(Roles.Administrator));
    }

    /// <summary>Maps what the sign-in page posts to, and sign-out.</summary>
    public static void MapSignIn(this WebApplication app)
    {
        app.MapPost("/signin", SignInAsync).AllowAnonymous().DisableAntiforgery();
        app.MapPost("/account/password", ChangePasswordAsync).DisableAntiforgery().ExcludeFromDescription();
        app.MapPost("/signout", async (HttpContext context) =>
        {
            await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            return Results.LocalRedirect("/signin");
        }).AllowAnonymous().DisableAntiforgery();
    }

    private static async Task<IResult> SignInAsync(HttpContext context, UserStore users, IAntiforgery antiforgery)
    {
        if (!context.Request.HasFormContentType || !await antiforgery.IsRequestValidAsync(context))
            return Results.LocalRedirect("/signin?error=expired");
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var back = form["returnUrl"].ToString();
        if (back.Length == 0 || back[0] != '/' || back.StartsWith("//", StringComparison.Ordinal) || back.StartsWith("/\\", StringComparison.Ordinal))
            back = "/";
        var result = await users.SignInAsync(form["name"].ToString().Trim(), form["password"].ToString(), context.RequestAborted);
        if (result.User is null)
            return Results.LocalRedirect($"/signin?error={(result.Outcome == SignInOutcome.Locked ? "locked" : "wrong")}&returnUrl={Uri.EscapeDataString(back)}");
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, Principals.Of(result.User, CookieAuthenticationDefaults.AuthenticationScheme),
            new AuthenticationProperties { IsPersistent = true });
        return Results.LocalRedirect(back);
    }

    /// <summary>Sets the caller's own password. It needs the old one, which no other site knows, and leads back to the account page; the session that asked goes on, the others end.</summary>
    private static async Task<IResult> ChangePasswordAsync(HttpContext context, UserStore users)
    {
        static IResult Back(string outcome) => Results.LocalRedirect($"/account?password={outcome}");
        if (!context.Request.HasFormContentType || context.User.Identity?.Name is not { } name)
            return Back("wrong");
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var next = form["new"].ToString();
        if (next != form["again"].ToString())
            return Back("differs");
        var known = await users.SignInAsync(name, form["old"].ToString(), context.RequestAborted);
        if (known.User is null)
            return Back(known.Outcome == SignInOutcome.Locked ? "locked" : "wrong");
        try
        {
            await users.SetPasswordAsync(name, next, context.RequestAborted);
        }
        catch (ArgumentException)
        {
            return Back("short");
        }
        var again = await users.SignInAsync(name, next, context.RequestAborted);
        if (again.User is not null)
            await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, Principals.Of(again.User, CookieAuthenticationDefaults.AuthenticationScheme), new AuthenticationProperties { IsPersistent = true });
        return Back("changed");
    }

    /// <summary>Ends the session of a user who is gone or has a new password or role.</summary>
    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var name = context.Principal?.Identity?.Name;
        var users = context.HttpContext.RequestServices.GetRequiredService<UserStore>();
        var user = name is not null && Guid.TryParse(context.Principal!.FindFirstValue(Principals.StampClaim), out var stamp)
            ? await users.StillValidAsync(name, stamp, context.HttpContext.RequestAborted)
            : null;
        if (user is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        }
        else if (!context.Principal!.IsInRole(user.Role))
            context.ReplacePrincipal(Principals.Of(user, CookieAuthenticationDefaults.AuthenticationScheme));
    }
}
