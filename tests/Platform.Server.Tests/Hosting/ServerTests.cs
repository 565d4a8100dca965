using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Server.Tests.CommandLine;

namespace Platform.Server.Tests.Hosting;

public sealed class ServerTests : IDisposable
{
    private const string Slow = """
        name: slow
        tasks:
          - id: first
            activity: clean.sql
            with: { table: raw.once, mode: append, sql: "select 1 as n" }
          - id: wait
            activity: control.noop
            after: [first]
            with: { seconds: 4 }
          - id: last
            activity: clean.sql
            after: [wait]
            with: { table: clean.once, mode: append, sql: "select n from raw.once" }
        """;

    private readonly PlatformProcess _platform = new();

    public void Dispose() => _platform.Dispose();

    [Fact]
    public async Task Nobody_comes_in_without_a_session_or_a_token()
    {
        await using var server = await ServerProcess.StartAsync(_platform);
        using var plain = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address };
        foreach (var page in new[] { "/", "/runs", "/workflows", "/inventory", "/models", "/settings" })
        {
            var answer = await plain.GetAsync(page);
            Assert.True(answer.StatusCode == HttpStatusCode.Redirect, $"{page}: {answer.StatusCode}");
            Assert.Contains("/signin", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        }
        foreach (var call in new[] { "/api/v1/runs", "/api/v1/workflows", "/api/v1/assets", "/api/v1/models", "/api/v1/lineage?asset=x", "/api/openapi.json" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await plain.GetAsync(call)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await plain.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await plain.GetAsync("/ready")).StatusCode);
        Assert.NotNull(server.Password);
    }

    [Fact]
    public async Task A_page_that_is_not_there_or_not_allowed_is_answered_by_the_pages()
    {
        await using var server = await ServerProcess.StartAsync(_platform);
        Assert.Equal(0, (await _platform.RunWithInputAsync("a-good-password", "users", "add", "mei", "--role", "viewer")).ExitCode);
        using var browser = new HttpClient(new HttpClientHandler()) { BaseAddress = server.Address };
        browser.DefaultRequestHeaders.Add("Accept", "text/html,*/*;q=0.8");
        var form = await browser.GetStringAsync("/signin");
        var token = System.Text.RegularExpressions.Regex.Match(form, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        using var fields = new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "mei", ["password"] = "a-good-password", ["returnUrl"] = "/", ["__RequestVerificationToken"] = token });
        (await browser.PostAsync("/signin", fields)).EnsureSuccessStatusCode();
        foreach (var (page, status) in new[] { ("/settings", HttpStatusCode.Forbidden), ("/nosuchpage", HttpStatusCode.NotFound) })
        {
            var answer = await browser.GetAsync(page);
            Assert.Equal((status, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            Assert.Contains("blazor.web", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.NotEqual("text/html", (await browser.GetAsync("/api/v1/nosuchcall")).Content.Headers.ContentType?.MediaType);

        // Scripts and styles ask nobody who it is, also of a session that has ended.
        Assert.Equal(0, (await _platform.RunWithInputAsync("another-good-password", "users", "password", "mei")).ExitCode);
        var style = await browser.GetAsync("/" + System.Text.RegularExpressions.Regex.Match(form, "href=\"/?([^\"]+app[^\"]*\\.css)\"").Groups[1].Value);
        Assert.Equal((HttpStatusCode.OK, false), (style.StatusCode, style.Headers.Contains("Set-Cookie")));
        Assert.True((await browser.GetAsync("/runs")).RequestMessage!.RequestUri!.AbsolutePath == "/signin");
    }

    [Fact]
    public async Task A_viewer_sees_and_may_not_change()
    {
        await using var server = await ServerProcess.StartAsync(_platform);
        Assert.Equal(0, (await _platform.RunWithInputAsync("a-good-password", "users", "add", "mei", "--role", "viewer")).ExitCode);
        await server.UseTokenAsync(_platform, "mei");
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/api/v1/workflows")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.Http.PutAsync("/api/v1/workflows", new StringContent(Slow))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.Http.PostAsJsonAsync("/api/v1/workflows/slow/runs", new { })).StatusCode);
    }

    [Fact]
    public async Task A_workflow_is_published_run_once_for_a_key_and_followed_over_http()
    {
        await using var server = await ServerProcess.StartAsync(_platform);
        await server.UseTokenAsync(_platform);
        var bad = await server.Http.PutAsync("/api/v1/workflows", new StringContent("name: x\ntasks: [ { id: a, activity: nothing } ]"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bad.StatusCode);

        var quick = Slow.Replace("seconds: 4", "seconds: 0", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.Http.PutAsync("/api/v1/workflows", new StringContent(quick, Encoding.UTF8, "application/yaml"))).StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/workflows/slow/runs") { Content = JsonContent.Create(new { }) };
        request.Headers.Add("Idempotency-Key", "tonight");
        var first = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        using var repeated = new HttpRequestMessage(HttpMethod.Post, "/api/v1/workflows/slow/runs") { Content = JsonContent.Create(new { }) };
        repeated.Headers.Add("Idempotency-Key", "tonight");
        var second = await server.Http.SendAsync(repeated);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        var id = (long)(await first.Content.ReadFromJsonAsync<JsonNode>())!["run"]!;
        Assert.Equal(id, (long)(await second.Content.ReadFromJsonAsync<JsonNode>())!["run"]!);

        var run = await EndedAsync(server, id);
        Assert.Equal("success", (string?)run["state"]);
        var log = await server.Http.GetFromJsonAsync<JsonArray>($"/api/v1/runs/{id}/log");
        Assert.NotEmpty(log!);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync("/api/v1/runs/999999")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.PostAsJsonAsync("/api/v1/models/none/score", new { inputs = new[] { new { user = "1" } } })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Http.PostAsync("/api/v1/models/none/score", new StringContent("{", Encoding.UTF8, "application/json"))).StatusCode);
    }

    [Fact]
    public async Task Kill_9_in_the_middle_of_a_run_loses_nothing_and_writes_each_table_once()
    {
        var file = _platform.Write("slow.yaml", Slow);
        var server = await ServerProcess.StartAsync(_platform);
        Assert.Equal(0, (await _platform.RunAsync("apply", file)).ExitCode);
        // The token comes first: making one takes a process of its own, and on a busy machine the run would be over by then.
        await server.UseTokenAsync(_platform);
        var started = await server.Http.PostAsJsonAsync("/api/v1/workflows/slow/runs", new { });
        var id = (long)(await started.Content.ReadFromJsonAsync<JsonNode>())!["run"]!;
        var seen = await UntilAsync(server, id, run => Ended(run) || run["tasks"]!.AsArray().Any(t => (string?)t!["id"] == "wait" && (string?)t["state"] == "running"));
        Assert.False(Ended(seen), "The run ended before it could be killed in its middle: " + seen.ToJsonString());
        await server.KillAsync();
        await server.DisposeAsync();

        await using var again = await ServerProcess.StartAsync(_platform);
        Assert.Null(again.Password);
        await again.UseTokenAsync(_platform);
        var run = await EndedAsync(again, id);
        Assert.True((string?)run["state"] == "success", run.ToJsonString());
        Assert.Equal(2, (int?)run["tasks"]!.AsArray().Single(t => (string?)t!["id"] == "wait")!["attempt"]);
        foreach (var table in new[] { "raw.once", "clean.once" })
            Assert.Equal(1, (int?)(await _platform.RunAsync("sql", $"select count(*) as n from {table}", "--json")).Json[0]!["n"]);
    }

    private static Task<JsonNode> EndedAsync(ServerProcess server, long id) =>
        UntilAsync(server, id, Ended);

    private static bool Ended(JsonNode run) => (string?)run["state"] is "success" or "failed" or "canceled";

    /// <summary>Asks for the run until it is as wanted; three minutes at most.</summary>
    private static async Task<JsonNode> UntilAsync(ServerProcess server, long id, Func<JsonNode, bool> wanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3), TimeProvider.System);
        while (true)
        {
            var run = (await server.Http.GetFromJsonAsync<JsonNode>($"/api/v1/runs/{id}", limit.Token))!;
            if (wanted(run))
                return run;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
        }
    }
}
