using System.Net;
using System.Text.RegularExpressions;
using Platform.Server.Tests.Api;

namespace Platform.Server.Tests.Security;

/// <summary>A page of another origin cannot use the session of a browser: not to sign out, not for the password, not for the API.</summary>
public sealed partial class CrossSiteTests(ApiServer api) : IClassFixture<ApiServer>
{
    private const string Password = "a-good-password";

    [Theory]
    [InlineData("/signout")]
    [InlineData("/account/password")]
    [InlineData("/api/v1/workflows/987654321/pause")]
    public async Task What_another_origin_sends_with_a_session_is_refused_and_the_session_stays(string path)
    {
        using var browser = await SignedInAsync($"cross-{Guid.NewGuid():N}"[..14]);
        foreach (var (name, value) in new[] { ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "http://127.0.0.1:9"), ("Origin", "https://evil.example"), ("Origin", "null") })
            Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(browser, path, (name, value)));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).StatusCode);
    }

    [Fact]
    public async Task What_the_pages_and_programs_send_is_not_refused()
    {
        using var browser = await SignedInAsync($"same-{Guid.NewGuid():N}"[..14]);
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(browser, "/api/v1/workflows/987654321/pause", ("Sec-Fetch-Site", "same-origin")));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(browser, "/api/v1/workflows/987654321/pause", ("Origin", $"http://{api.Http.BaseAddress!.Authority}")));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(browser, "/api/v1/workflows/987654321/pause"));
        // A token is nothing that a browser adds by itself.
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(api.Http, "/api/v1/workflows/987654321/pause", ("Origin", "https://evil.example")));
        Assert.Equal(HttpStatusCode.Redirect, await PostAsync(browser, "/signout", ("Sec-Fetch-Site", "same-origin")));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/account")).StatusCode);
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([]) };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<HttpClient> SignedInAsync(string user)
    {
        await api.Platform.RunWithInputAsync(Password, "users", "add", user, "--role", "editor");
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = api.Http.BaseAddress };
        var token = Token().Match(await client.GetStringAsync("/signin")).Groups[1].Value;
        using var answer = await client.PostAsync("/signin", new FormUrlEncodedContent([new("name", user), new("password", Password), new("returnUrl", "/"), new("__RequestVerificationToken", token)]));
        Assert.Equal("/", answer.Headers.Location?.OriginalString);
        return client;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
