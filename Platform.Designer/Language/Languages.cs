using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Routing;

namespace Platform.Designer.Language;

/// <summary>The languages of the pages. The choice is a cookie; without one the browser's list decides.</summary>
internal static class Languages
{
    /// <summary>Culture and its name in itself.</summary>
    public static readonly IReadOnlyList<(string Culture, string Name)> Names = [("en", "EN"), ("zh-Hans", "中文")];

    /// <summary>Address that chooses a language and comes back.</summary>
    public static string Address(string culture, string back) => $"/language/{culture}?back={Uri.EscapeDataString(back)}";

    public static void UseLanguages(this WebApplication app)
    {
        var cultures = Names.Select(n => CultureInfo.GetCultureInfo(n.Culture)).ToArray();
        app.UseRequestLocalization(new RequestLocalizationOptions
        {
            DefaultRequestCulture = new RequestCulture(cultures[0]),
            SupportedCultures = cultures,
            SupportedUICultures = cultures,
            RequestCultureProviders = [new CookieRequestCultureProvider(), new BrowserLanguageProvider()],
        });
        app.MapGet("/language/{culture}", Choose).AllowAnonymous().ExcludeFromDescription();
    }

    private static IResult Choose(string culture, string? back, HttpContext context)
    {
        if (Names.All(n => n.Culture != culture))
            return Results.NotFound();
        context.Response.Cookies.Append(CookieRequestCultureProvider.DefaultCookieName, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(culture)),
            new CookieOptions { MaxAge = TimeSpan.FromDays(365), IsEssential = true, SameSite = SameSiteMode.Lax, Path = "/" });
        // Only a path of our own: an address that leaves the site is not followed.
        var here = back is ['/', ..] && !back.StartsWith("//", StringComparison.Ordinal) && !back.StartsWith("/\\", StringComparison.Ordinal);
        return Results.LocalRedirect(here ? back! : "/");
    }

    /// <summary>Chinese of any kind gets Chinese: browsers send zh-CN, whose parent is not zh-Hans for every matcher.</summary>
    private sealed class BrowserLanguageProvider : RequestCultureProvider
    {
        public override Task<ProviderCultureResult?> DetermineProviderCultureResult(HttpContext httpContext)
        {
            foreach (var language in httpContext.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(l => l.Quality ?? 1))
            {
                if (language.Value.StartsWith("zh", StringComparison.OrdinalIgnoreCase))
                    return Task.FromResult<ProviderCultureResult?>(new ProviderCultureResult("zh-Hans"));
                if (language.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase))
                    return Task.FromResult<ProviderCultureResult?>(new ProviderCultureResult("en"));
            }
            return NullProviderCultureResult;
        }
    }
}
