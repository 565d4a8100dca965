using System.Net;
using System.Text.Json.Nodes;

namespace Platform.Server.Tests.Api;

/// <summary>Bad input of every route of the engine's API is refused with a problem that says what to do.</summary>
public sealed class RefusalTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData("GET", "/api/v1/workflows?limit=0", 400)]
    [InlineData("GET", "/api/v1/workflows?limit=many", 400)]
    [InlineData("GET", "/api/v1/workflows?paused=perhaps", 400)]
    [InlineData("GET", "/api/v1/workflows/none", 404)]
    [InlineData("GET", "/api/v1/workflows/none?version=x", 400)]
    [InlineData("GET", "/api/v1/workflows/none/versions", 404)]
    [InlineData("GET", "/api/v1/workflows/none/why", 404)]
    [InlineData("GET", "/api/v1/workflows/none/grid", 404)]
    [InlineData("POST", "/api/v1/workflows/none/pause", 404)]
    [InlineData("POST", "/api/v1/workflows/none/unpause", 404)]
    [InlineData("POST", "/api/v1/workflows/none/resume", 404)]
    [InlineData("GET", "/api/v1/runs?limit=501", 400)]
    [InlineData("GET", "/api/v1/runs?state=done", 400)]
    [InlineData("GET", "/api/v1/runs?kind=odd", 400)]
    [InlineData("GET", "/api/v1/runs?before=first", 400)]
    [InlineData("GET", "/api/v1/runs?from=yesterday", 400)]
    [InlineData("GET", "/api/v1/runs?from=2024-01-02T00:00:00Z&to=2024-01-01T00:00:00Z", 400)]
    [InlineData("GET", "/api/v1/runs/987654321", 404)]
    [InlineData("GET", "/api/v1/runs/99999999999999999999", 404)]
    [InlineData("GET", "/api/v1/runs/987654321/why", 404)]
    [InlineData("GET", "/api/v1/runs/987654321/attempts", 404)]
    [InlineData("GET", "/api/v1/runs/987654321/log", 404)]
    [InlineData("POST", "/api/v1/runs/987654321/cancel", 404)]
    [InlineData("POST", "/api/v1/runs/987654321/clear", 404)]
    [InlineData("GET", "/api/v1/runs/987654321/tasks", 404)]
    [InlineData("GET", "/api/v1/runs/987654321/tasks/a", 404)]
    [InlineData("GET", "/api/v1/runs/987654321/tasks/a/attempts", 404)]
    [InlineData("GET", "/api/v1/runs/987654321/tasks/a/log", 404)]
    [InlineData("GET", "/api/v1/runs/987654321/tasks/a/why", 404)]
    [InlineData("POST", "/api/v1/runs/987654321/tasks/a/cancel", 404)]
    [InlineData("GET", "/api/v1/backfills?limit=-1", 400)]
    [InlineData("GET", "/api/v1/backfills/987654321", 404)]
    [InlineData("POST", "/api/v1/backfills/987654321/cancel", 404)]
    [InlineData("GET", "/api/v1/pools/none", 404)]
    [InlineData("POST", "/api/v1/nodes/none/drain", 404)]
    [InlineData("POST", "/api/v1/nodes/none/resume", 404)]
    [InlineData("DELETE", "/api/v1/nodes/none", 404)]
    [InlineData("GET", "/api/v1/events?run=987654321", 404)]
    [InlineData("GET", "/api/v1/events?run=x", 400)]
    [InlineData("GET", "/api/v1/nothing/here", 404)]
    [InlineData("GET", "/api/v2/runs", 404)]
    [InlineData("DELETE", "/api/v1/runs", 405)]
    public async Task A_request_without_sense_is_refused_with_what_to_do(string method, string path, int status) =>
        await api.RefusedAsync(new HttpMethod(method), path, status, method == "POST" && path.EndsWith("clear", StringComparison.Ordinal) ? new { } : null);

    [Theory]
    [InlineData("/api/v1/workflows/{0}/runs", "{", 400)]
    [InlineData("/api/v1/workflows/{0}/runs", """{"parms": {}}""", 400)]
    [InlineData("/api/v1/workflows/{0}/runs", """{"params": {"unknown": 1}}""", 400)]
    [InlineData("/api/v1/workflows/{0}/runs", """{"params": {"count": "many"}}""", 400)]
    [InlineData("/api/v1/workflows/{0}/runs", """{"date": "someday"}""", 400)]
    [InlineData("/api/v1/workflows/{0}/runs", """{"version": 99}""", 404)]
    [InlineData("/api/v1/workflows/none/runs", "{}", 404)]
    [InlineData("/api/v1/workflows/{0}/backfills", "{}", 400)]
    [InlineData("/api/v1/workflows/{0}/backfills", """{"from": "2024-01-01"}""", 400)]
    [InlineData("/api/v1/workflows/{0}/backfills", """{"from": "2024-01-02", "to": "2024-01-01"}""", 400)]
    [InlineData("/api/v1/workflows/{0}/backfills", """{"from": "2024-01-01", "to": "2024-01-03", "repeat": "never"}""", 400)]
    [InlineData("/api/v1/workflows/{0}/backfills", """{"from": "2024-01-01", "to": "2024-01-03", "active_runs": 0}""", 400)]
    [InlineData("/api/v1/workflows/none/backfills", """{"from": "2024-01-01", "to": "2024-01-03"}""", 404)]
    [InlineData("/api/v1/simulate", "{}", 400)]
    [InlineData("/api/v1/simulate", """{"workflows": [{"name": "none"}]}""", 404)]
    [InlineData("/api/v1/simulate", """{"workflows": [{"name": "{0}"}], "percentile": 0}""", 400)]
    [InlineData("/api/v1/simulate", """{"workflows": [{"name": "{0}"}], "default_duration": "soon"}""", 400)]
    [InlineData("/api/v1/simulate", """{"workflows": [{"name": "{0}"}], "with": {"nopool": 3}, "default_duration": "1s"}""", 400)]
    [InlineData("/api/v1/simulate", "[]", 400)]
    public async Task A_body_without_sense_is_refused_with_what_to_do(string path, string body, int status)
    {
        var name = await api.PublishAsync("  - { id: a, activity: control.noop }", "schedule: { cron: '0 0 * * *', start: 2024-01-01 }\nparams: { count: { type: integer, default: 1 } }");
        await api.Http.PostAsync($"/api/v1/workflows/{name}/pause", null);
        await api.RefusedAsync(HttpMethod.Post, path.Replace("{0}", name, StringComparison.Ordinal), status, body.Replace("{0}", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_text_of_another_workflow_an_empty_one_and_a_wrong_tag_are_refused()
    {
        var put = HttpMethod.Put;
        Assert.Contains("'other'", await api.RefusedAsync(put, "/api/v1/workflows/one", 400, "name: other\ntasks: [ { id: a, activity: control.noop } ]"), StringComparison.Ordinal);
        await api.RefusedAsync(put, "/api/v1/workflows/one", 400, "");
        await api.RefusedAsync(put, "/api/v1/workflows/one", 400, "name: one\ntasks: [ { id: a, activity: control.noop } ]", null, ("If-Match", "\"latest\""));
        await api.RefusedAsync(put, "/api/v1/workflows/one", 412, "name: one\ntasks: [ { id: a, activity: control.noop } ]", null, ("If-Match", "*"));
        await api.RefusedAsync(put, "/api/v1/workflows/one", 413, new string('x', 2 << 20));
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/workflows/validate", 400, "");
        await api.RefusedAsync(put, "/api/v1/pools/Wrong%20Name", 400, new { slots = 1 });
        await api.RefusedAsync(put, "/api/v1/pools/press", 400, new { slots = -1 });
        await api.RefusedAsync(put, "/api/v1/pools/press", 400, new { size = 1 });
        await api.RefusedAsync(HttpMethod.Delete, "/api/v1/pools/none", 404);
        await api.RefusedAsync(put, "/api/v1/pools/press", 403, new { slots = 1 }, api.Viewer);
        await api.RefusedAsync(HttpMethod.Delete, "/api/v1/pools/press", 403, null, api.Viewer);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/events", 400, null, null, ("Last-Event-ID", "the last one"));
        var name = await api.PublishAsync("  - { id: a, activity: control.noop }");
        await api.RefusedAsync(HttpMethod.Post, $"/api/v1/workflows/{name}/runs", 400, new { }, null, ("Idempotency-Key", new string('k', 201)));
    }

    [Fact]
    public async Task A_run_has_only_its_own_tasks()
    {
        var name = await api.PublishAsync("  - { id: a, activity: control.noop }");
        var run = await api.TriggerAsync(name);
        await api.EndedAsync(run);
        foreach (var path in new[] { "", "/attempts", "/log", "/why" })
        {
            Assert.Contains("'b'", await api.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{run}/tasks/b{path}", 404), StringComparison.Ordinal);
            await api.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{run}/tasks/a{path}?mapIndex=3", 404);
        }
        await api.RefusedAsync(HttpMethod.Post, $"/api/v1/runs/{run}/tasks/b/cancel", 404);
        await api.RefusedAsync(HttpMethod.Post, $"/api/v1/runs/{run}/tasks/b/decision", 404, new { approved = true });
        await api.RefusedAsync(HttpMethod.Post, $"/api/v1/runs/{run}/tasks/a/decision", 409, new { approved = true });
        await api.RefusedAsync(HttpMethod.Post, $"/api/v1/runs/{run}/tasks/a/decision", 400, new { note = "neither yes nor no" });
        await api.RefusedAsync(HttpMethod.Post, $"/api/v1/runs/{run}/clear", 404, new { tasks = new[] { "b" } });
        await api.RefusedAsync(HttpMethod.Post, $"/api/v1/runs/{run}/move", 409, new { version = 1 });
        await api.RefusedAsync(HttpMethod.Post, $"/api/v1/runs/{run}/move", 400, new { });
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/runs/987654321/move", 404, new { version = 1 });
        await api.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{run}/log?level=9", 400);
        await api.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{run}/log?after=-1", 400);
        await api.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{run}/tasks?state=odd", 400);
        await api.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{run}/tasks?after=a[x", 400);
        await api.RefusedAsync(HttpMethod.Get, $"/api/v1/workflows/{name}/grid?runs=1000", 400);
    }

    [Fact]
    public async Task A_viewer_reads_everything_and_changes_nothing()
    {
        var name = await api.PublishAsync("  - { id: a, activity: control.noop }");
        var run = await api.TriggerAsync(name);
        await api.EndedAsync(run);
        foreach (var (method, path) in new[]
        {
            ("PUT", $"/api/v1/workflows/{name}"), ("POST", $"/api/v1/workflows/{name}/pause"), ("POST", $"/api/v1/workflows/{name}/unpause"), ("POST", $"/api/v1/workflows/{name}/runs"),
            ("POST", $"/api/v1/workflows/{name}/backfills"), ("POST", $"/api/v1/runs/{run}/cancel"), ("POST", $"/api/v1/runs/{run}/clear"), ("POST", $"/api/v1/runs/{run}/move"), ("POST", $"/api/v1/runs/{run}/tasks/a/decision"), ("POST", $"/api/v1/runs/{run}/tasks/a/cancel"), ("POST", "/api/v1/backfills/1/cancel"),
        })
            await api.RefusedAsync(new HttpMethod(method), path, 403, new { from = "2024-01-01", to = "2024-01-02" }, api.Viewer);
        foreach (var path in new[] { "workflows", $"workflows/{name}", $"workflows/{name}/versions", $"workflows/{name}/why", $"workflows/{name}/grid", "runs", $"runs/{run}", $"runs/{run}/why", $"runs/{run}/tasks", $"runs/{run}/tasks/a/why", "backfills", "pools", "nodes" })
            Assert.Equal(HttpStatusCode.OK, (await api.Viewer.GetAsync($"/api/v1/{path}")).StatusCode);
        using var nobody = new HttpClient { BaseAddress = api.Http.BaseAddress };
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/runs", 401, null, nobody);
    }

    [Fact]
    public async Task Every_operation_is_described_with_its_refusals()
    {
        var document = await api.GetAsync("/api/openapi.json");
        foreach (var (path, operations) in document["paths"]!.AsObject().Where(p => p.Key.StartsWith("/api/", StringComparison.Ordinal) && !p.Key.Contains("/models", StringComparison.Ordinal) && !p.Key.Contains("inventory", StringComparison.Ordinal) && !p.Key.Contains("asset", StringComparison.Ordinal) && !p.Key.Contains("lineage", StringComparison.Ordinal)))
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                Assert.False(string.IsNullOrEmpty((string?)operation!["summary"]), $"{method} {path} has no summary");
                if (path.Contains('{', StringComparison.Ordinal))
                    Assert.True(operation["responses"]!.AsObject().ContainsKey("404") || method == "put", $"{method} {path} says nothing of 404");
            }
        }
        Assert.True(document["paths"]!.AsObject().Count > 25);
    }
}
