using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Platform.Designer.SignIn;
using Platform.Server.Tests.Api;
using Platform.Testing;

namespace Platform.Server.Tests.Security;

/// <summary>Walks every call and every page as nobody and in each role; what is expected comes from <see cref="Permissions"/>.</summary>
public sealed partial class PermissionTests(ApiServer api) : IClassFixture<ApiServer>
{
    private readonly string _walk = $"walks-{Guid.NewGuid():N}"[..14];
    private static readonly string?[] Everybody = [null, .. Permissions.Roles];

    [Fact]
    public async Task Every_call_answers_nobody_and_each_role_as_the_one_place_says()
    {
        var clients = await ClientsAsync();
        var calls = (await api.GetAsync("/api/openapi.json"))["paths"]!.AsObject()
            .Where(path => path.Key.StartsWith("/api/", StringComparison.Ordinal)).SelectMany(path => path.Value!.AsObject().Select(call => (Path: path.Key, Method: call.Key.ToUpperInvariant(), Permission: (string?)call.Value!["x-permission"]))).ToList();
        Assert.True(calls.Count > 80, $"Only {calls.Count} calls were found.");
        Assert.DoesNotContain(calls, c => c.Permission is null || !Permissions.LeastRole.ContainsKey(c.Permission));
        var wrong = new List<string>();
        foreach (var (path, method, permission) in calls)
        {
            foreach (var role in Everybody)
            {
                var status = await AskAsync(clients[role ?? ""], method, RouteValue().Replace(path, "987654321"), "application/json");
                var expected = role is null ? "401" : Rank(role) >= Rank(Permissions.LeastRole[permission!]) ? "allowed" : "403";
                if ((status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? ((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture) : "allowed") != expected)
                    wrong.Add($"{method} {path} as {role ?? "nobody"}: {(int)status}, expected {expected}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Every_page_answers_nobody_and_each_role_as_the_one_place_says()
    {
        var clients = await ClientsAsync();
        var pages = typeof(Permissions).Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributes<RouteAttribute>().Select(route => (Path: RouteValue().Replace(route.Template, "987654321"), Open: type.GetCustomAttribute<AllowAnonymousAttribute>() is not null, Permission: type.GetCustomAttribute<AuthorizeAttribute>()?.Policy ?? Permissions.See))).ToList();
        Assert.True(pages.Count > 10, $"Only {pages.Count} pages were found.");
        var wrong = new List<string>();
        foreach (var (path, open, permission) in pages)
        {
            foreach (var role in Everybody)
            {
                var status = await AskAsync(clients[role ?? ""], "GET", path, "text/html");
                // Whoever is signed in needs no form.
                var expected = open ? role is null ? HttpStatusCode.OK : HttpStatusCode.Redirect : role is null ? HttpStatusCode.Redirect : Rank(role) >= Rank(Permissions.LeastRole[permission]) ? HttpStatusCode.OK : HttpStatusCode.Forbidden;
                // The page of what is not there answers so, to whoever may ask.
                if (status != expected && !(status == HttpStatusCode.NotFound && expected == HttpStatusCode.OK))
                    wrong.Add($"{path} as {role ?? "nobody"}: {(int)status}, expected {(int)expected}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Nobody_else_names_a_role()
    {
        string[] here = ["Permissions.cs", "TokenAuthentication.cs", "UserStore.cs"];
        var found = new[] { "Platform.Designer", "Platform.Server" }.SelectMany(project => Directory.EnumerateFiles(Repository.PathOf(project), "*.*", SearchOption.AllDirectories))
            .Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !here.Contains(Path.GetFileName(file)))
            .Where(file => NamesARole().IsMatch(File.ReadAllText(file))).Select(Path.GetFileName);
        Assert.Empty(found);
    }

    [Fact]
    public void Each_role_may_all_that_the_role_before_it_may()
    {
        Assert.All(Permissions.LeastRole.Values, role => Assert.Contains(role, Permissions.Roles));
        Assert.Equal([Permissions.Viewer, Permissions.Editor], Permissions.Including(Permissions.Editor));
        Assert.Throws<ArgumentException>(() => Permissions.Including("owner"));
        Assert.False(Permissions.Allow(null, Permissions.See));
        // What each role may, so that a change of the table is seen where it is reviewed.
        Assert.Equal("see", string.Join(' ', May(Permissions.Viewer)));
        Assert.Equal("approve author deploy govern run see see_personal", string.Join(' ', May(Permissions.Editor)));
        Assert.Equal("approve author configure deploy erase govern manage_users run see see_personal", string.Join(' ', May(Permissions.Administrator)));
    }

    private static IEnumerable<string> May(string role) => Permissions.LeastRole.Where(p => Rank(role) >= Rank(p.Value)).Select(p => p.Key).Order(StringComparer.Ordinal);

    private static int Rank(string role) => Permissions.Roles.ToList().IndexOf(role);

    private static async Task<HttpStatusCode> AskAsync(HttpClient client, string method, string path, string accept)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Accept.ParseAdd(accept);
        // Nothing of it is acceptable to any call, so that nothing is done.
        if (method is "POST" or "PUT" or "PATCH")
            request.Content = new StringContent("{\"nonsense\": [", Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }

    private async Task<Dictionary<string, HttpClient>> ClientsAsync()
    {
        var clients = new Dictionary<string, HttpClient> { [""] = Client(null) };
        foreach (var role in Permissions.Roles)
        {
            await api.Platform.RunWithInputAsync("a-good-password", "users", "add", $"{_walk}-{role}", "--role", role);
            clients[role] = Client((await api.Platform.RunAsync("tokens", "create", "walking", "--user", $"{_walk}-{role}")).Output.Trim());
        }
        return clients;
    }

    private HttpClient Client(string? token) => new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        BaseAddress = api.Http.BaseAddress,
        DefaultRequestHeaders = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) },
    };

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex RouteValue();

    [GeneratedRegex(@"Roles ?= ?""|IsInRole\(|Require(Role|Claim)\(""|""(viewer|administrator)""")]
    private static partial Regex NamesARole();
}
