using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Platform.Server.Tests.Api;

/// <summary>What the API does not do silently: another run than was asked for, an interval without its data, half of an answer.</summary>
public sealed class StrictnessTests(ApiServer api) : IClassFixture<ApiServer>
{
    private const string Daily = "schedule: { cron: '0 0 * * *', start: 2024-01-01, catchup: false }\nparams: { day: { type: string, default: none }, count: { type: number, default: 1 } }";

    private readonly Lazy<Task<string>> _published = new(() => api.PublishAsync("  - { id: a, activity: control.noop }", Daily));

    private async Task<string> DailyAsync()
    {
        var name = await api.PublishAsync("  - { id: a, activity: control.noop }", Daily);
        await api.Http.PostAsync($"/api/v1/workflows/{name}/pause", null);
        return name;
    }

    [Fact]
    public async Task A_key_that_comes_with_another_request_is_refused_and_names_its_run()
    {
        var name = await DailyAsync();
        var path = $"/api/v1/workflows/{name}/runs";
        (string, string) key = ("Idempotency-Key", "k1");
        async Task<(HttpStatusCode Status, long Run)> AskAsync(string body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Headers = { { key.Item1, key.Item2 } } };
            var answer = await api.Http.SendAsync(request);
            return (answer.StatusCode, (long)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["run"]!);
        }
        var (status, run) = await AskAsync("""{"date": "2024-10-10", "params": {"day": "mon", "count": 2}}""");
        Assert.Equal(HttpStatusCode.Created, status);
        // The same, written otherwise: a time in the day, a number as a text.
        Assert.Equal((HttpStatusCode.OK, run), await AskAsync("""{"params": {"count": "2.0", "day": "mon"}, "date": "2024-10-10T00:00:00Z", "version": 1}"""));
        Assert.Equal((HttpStatusCode.OK, run), await AskAsync("""{"params": {"count": 2, "day": "mon"}}"""));
        foreach (var (body, what) in new[]
        {
            ("""{"date": "2024-10-11", "params": {"day": "mon", "count": 2}}""", "the interval (2024-10-10T00:00:00Z, not 2024-10-11T00:00:00Z)"),
            ("""{"date": "2024-10-10", "params": {"day": "tue", "count": 2}}""", "the parameter 'day'"),
            ("""{"date": "2024-10-10"}""", "the parameters 'count', 'day'"),
        })
        {
            var refused = await api.RefusedAsync(HttpMethod.Post, path, 422, body, null, key);
            Assert.Contains($"run {run} ", refused, StringComparison.Ordinal);
            Assert.Contains(what, refused, StringComparison.Ordinal);
        }
        // Another version with another default is no other request, unless it is asked for.
        var published = await api.PutAsync(name, $"name: {name}\n{Daily.Replace("default: none", "default: some", StringComparison.Ordinal)}\ntasks:\n  - {{ id: b, activity: control.noop }}");
        Assert.True(published.IsSuccessStatusCode, await published.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.OK, run), await AskAsync("""{"date": "2024-10-10", "params": {"day": "mon", "count": 2}}"""));
        Assert.Contains("the version (1, not 2)", await api.RefusedAsync(HttpMethod.Post, path, 422, """{"date": "2024-10-10", "version": 2, "params": {"day": "mon", "count": 2}}""", null, key), StringComparison.Ordinal);
        Assert.Single((await api.GetAsync($"/api/v1/runs?workflow={name}&kind=manual")).AsArray());
    }

    [Fact]
    public async Task Intervals_that_have_not_ended_run_only_for_who_says_so()
    {
        var name = await DailyAsync();
        var runs = $"/api/v1/workflows/{name}/runs";
        var backfills = $"/api/v1/workflows/{name}/backfills";
        var refused = await api.RefusedAsync(HttpMethod.Post, runs, 400, new { date = "2130-01-01" });
        Assert.Contains("The interval of 'date' 2130-01-01 ends at 2130-01-02 00:00Z, which is in the future", refused, StringComparison.Ordinal);
        Assert.Contains("\"future\": true", refused, StringComparison.Ordinal);
        refused = await api.RefusedAsync(HttpMethod.Post, backfills, 400, new { from = "2129-12-31", to = "2130-01-02", dry_run = true });
        Assert.Contains("The interval from 2129-12-31 00:00Z and 1 interval after it have not ended", refused, StringComparison.Ordinal);
        Assert.Contains("'to' 2129-12-31T00:00:00Z", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("--", await api.RefusedAsync(HttpMethod.Post, backfills, 400, new { from = "2024-01-02", to = "2024-01-01" }), StringComparison.Ordinal);
        Assert.Contains("'to' is missing", await api.RefusedAsync(HttpMethod.Post, backfills, 400, new { from = "2024-01-02" }), StringComparison.Ordinal);
        Assert.DoesNotContain((await api.GetAsync($"/api/v1/runs?workflow={name}")).AsArray(), r => (string?)r!["kind"] is "manual" or "backfill");

        var run = await api.TriggerAsync(name, new { date = "2130-01-01", future = true });
        Assert.StartsWith("2130-01-01", (string?)(await api.GetAsync($"/api/v1/runs/{run}"))["interval_start"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await api.Http.PostAsJsonAsync(backfills, new { from = "2130-01-02", to = "2130-01-03", future = true })).StatusCode);
    }

    [Theory]
    [InlineData("GET", "/api/v1/runs?wrkflow=x", null, "There is no query parameter 'wrkflow' here. There are: workflow, state, kind, from, to, backfill, before, limit.")]
    [InlineData("GET", "/api/v1/workflows/{0}?version=1&name=x", null, "There is no query parameter 'name' here. There is: version.")]
    [InlineData("POST", "/api/v1/workflows/{0}/pause?for=1h", null, "This operation takes none")]
    [InlineData("POST", "/api/v1/workflows/{0}/runs?date=2024-01-01", "{}", "There is no query parameter 'date' here.")]
    [InlineData("GET", "/api/v1/assets?txt=x", null, "There are: text, kind")]
    [InlineData("GET", "/api/v1/runs?from=yesterday", null, "'from' is 'yesterday'. Give a time in ISO 8601, such as 2026-01-31T08:00:00Z.")]
    [InlineData("GET", "/api/v1/runs?limit=many", null, "'limit' is 'many'. Give a whole number.")]
    [InlineData("GET", "/api/v1/workflows?paused=perhaps", null, "'paused' is 'perhaps'. Give true or false.")]
    [InlineData("GET", "/api/v1/asset", null, "'key' is missing from the query string.")]
    [InlineData("POST", "/api/v1/workflows/{0}/runs", "[1]", "The body is [1]. Give a JSON object with fields of params, date, future, version, priority.")]
    [InlineData("POST", "/api/v1/workflows/{0}/runs", """{"params": "day=mon"}""", "'params' is \"day=mon\". Give a JSON object.")]
    [InlineData("POST", "/api/v1/workflows/{0}/runs", """{"date": 20240101}""", "'date' is 20240101. Give a text.")]
    [InlineData("POST", "/api/v1/workflows/{0}/runs", """{"parms": {}}""", "There is no field 'parms'. There are: params, date, future, version, priority.")]
    [InlineData("POST", "/api/v1/workflows/{0}/runs", """{"date": "2024-01-01",}""", "The body is no JSON")]
    [InlineData("POST", "/api/v1/workflows/{0}/backfills", """{"from": "2024-01-01", "to": "2024-01-03", "repeat": "never"}""", "'repeat' is \"never\". Give one of missing, failed, all.")]
    [InlineData("POST", "/api/v1/workflows/{0}/backfills", null, "The request has no body.")]
    [InlineData("POST", "/api/v1/simulate", """{"workflows": [{"name": "a", "backfill": "yes"}]}""", "'workflows[0].backfill' is \"yes\". Give true or false.")]
    [InlineData("POST", "/api/v1/simulate", """{"workflows": [{"nme": "a"}]}""", "There is no field 'nme' in 'workflows[0]'. There are: name, version")]
    [InlineData("POST", "/api/v1/runs/1/move", "{}", "lacks 'version'")]
    public async Task What_cannot_be_read_is_told_in_the_words_of_the_api(string method, string path, string? body, string what)
    {
        var refused = await api.RefusedAsync(new HttpMethod(method), path.Replace("{0}", await _published.Value, StringComparison.Ordinal), 400, body);
        Assert.Contains(what, refused, StringComparison.Ordinal);
        foreach (var leak in new[] { "Platform.", "System.", "Nullable", "DateTimeOffset", "`", ".NET", "string ", "$." })
            Assert.DoesNotContain(leak, refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_of_very_many_instances_has_the_first_and_names_the_list_of_all()
    {
        var name = await api.PublishAsync($"  - {{ id: list, activity: control.noop, with: {{ outputs: {{ items: [{string.Join(", ", Enumerable.Range(0, 1005))}] }} }} }}\n  - {{ id: each, activity: control.noop, after: [list], map: {{ over: '{{{{ tasks.list.outputs.items }}}}', as: item }} }}");
        var run = await api.TriggerAsync(name);
        JsonNode found;
        do
            found = await api.GetAsync($"/api/v1/runs/{run}");
        while (found["more_tasks"] is null && (string?)found["state"] is "queued" or "running");
        Assert.Equal(1000, found["tasks"]!.AsArray().Count);
        Assert.Equal(Enumerable.Range(0, 1000), found["tasks"]!.AsArray().Select(t => (int)t!["map_index"]!));
        var page = await api.Http.GetAsync((string)found["more_tasks"]!);
        Assert.Equal(1000, (await page.Content.ReadFromJsonAsync<JsonArray>())!.Count);
        Assert.Contains("after=", page.Headers.GetValues("Link").Single(), StringComparison.Ordinal);
        await api.Http.PostAsync($"/api/v1/runs/{run}/cancel", null);
        var few = await api.EndedAsync(await api.TriggerAsync(await api.PublishAsync("  - { id: a, activity: control.noop }")));
        Assert.True(few.AsObject().ContainsKey("more_tasks"));
        Assert.Null(few["more_tasks"]);
    }
}
