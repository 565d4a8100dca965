using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Platform.Server.Tests.Api;

/// <summary>Checks, incidents and gates over HTTP, with a real engine behind them.</summary>
public sealed class QualityApiTests(ApiServer api) : IClassFixture<ApiServer>
{
    private static int s_number;

    [Fact]
    public async Task A_guarded_table_stops_its_readers_and_followers_until_a_person_waives_the_incident()
    {
        var table = Table();
        var writer = await api.PublishAsync($$"""
              - { id: write, activity: feature.sql, with: { table: {{table}}, mode: replace, sql: "select i as id, i % $prices as price from range(100) t(i)" } }
              - { id: read, activity: feature.sql, with: { table: {{table}}_copy, mode: replace, sql: "select * from {{table}}" }, after: [write] }
            """, "params: { prices: { type: integer, default: 3 } }");
        var follower = await api.PublishAsync("  - { id: a, activity: control.noop }", $"schedule: {{ assets: [{table}] }}");
        await StateAsync(await api.TriggerAsync(writer), "success");
        await WaitAsync(async () => (await RunsOf(follower)).Count == 1);
        await WaitAsync(async () => (await api.Http.GetAsync($"/api/v1/asset?key={table}")).IsSuccessStatusCode);
        var check = (await PostAsync("/api/v1/checks", new { asset = table, definition = new { kind = "range", column = "price", max = 5, severity = "critical", gate = true } }, HttpStatusCode.Created))!;

        var run = await api.TriggerAsync(writer, new { @params = new { prices = 10 } });
        await StateAsync(run, "failed");
        var incident = (await api.GetAsync($"/api/v1/incidents?asset={table}")).AsArray().Single()!;
        var tasks = (await api.GetAsync($"/api/v1/runs/{run}"))["tasks"]!.AsArray().ToDictionary(task => (string)task!["id"]!, task => task!);
        Assert.Equal(("failed", "upstream_failed"), ((string)tasks["write"]["state"]!, (string)tasks["read"]["state"]!));
        var why = (await api.GetAsync($"/api/v1/runs/{run}/tasks/write")).ToJsonString();
        Assert.Contains($"incident {incident["id"]}", why, StringComparison.Ordinal);
        Assert.Contains("40 of 100 values do not fit", why, StringComparison.Ordinal);
        Assert.Single(await RunsOf(follower));

        var id = (long)incident["id"]!;
        Assert.Equal("acknowledged", (string)(await PostAsync($"/api/v1/incidents/{id}/acknowledge", new { note = "looking" }))!["incident"]!["state"]!);
        await api.RefusedAsync(HttpMethod.Post, $"/api/v1/incidents/{id}/assign", 400, new { assignee = "nobody" });
        Assert.Equal("assigned", (string)(await PostAsync($"/api/v1/incidents/{id}/assign", new { assignee = "mei" }))!["incident"]!["state"]!);
        await PostAsync($"/api/v1/incidents/{id}/waive", new { note = "prices went up" });
        await api.Http.PostAsJsonAsync($"/api/v1/runs/{run}/clear", new { only_failed = true });
        await StateAsync(run, "success");
        await WaitAsync(async () => (await RunsOf(follower)).Count == 2);

        await StateAsync(await api.TriggerAsync(writer), "success");
        Assert.Equal("resolved", (string)(await api.GetAsync($"/api/v1/incidents/{id}"))["incident"]!["state"]!);
        Assert.True((bool)(await api.GetAsync($"/api/v1/checks/{check["id"]}"))["passed"]!);
        var events = (await PostAsync($"/api/v1/incidents/{id}/comment", new { note = "done" }))!["events"]!.AsArray().Select(e => (string)e!["what"]!);
        Assert.Equal(["opened", "acknowledged", "assigned", "waived", "resolved", "commented"], events);
        await api.RefusedAsync(HttpMethod.Post, $"/api/v1/incidents/{id}/resolve", 409, new { });
    }

    [Fact]
    public async Task A_check_is_declared_changed_listed_and_deleted()
    {
        var table = await WrittenAsync();
        var made = (await PostAsync("/api/v1/checks", new { asset = table, definition = new { kind = "not_null", column = "id" }, note = "ids are needed" }, HttpStatusCode.Created))!;
        Assert.Equal(("not null", "warning", "declared"), ((string)made["name"]!, (string)made["severity"]!, (string)made["origin"]!));
        var id = (long)made["id"]!;
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/checks", 409, new { asset = table, definition = new { kind = "not_null", column = "id" } });
        var changed = await api.Http.PutAsJsonAsync($"/api/v1/checks/{id}", new { asset = table, definition = new { kind = "not_null", column = "id", max_share = 0.1 }, enabled = false });
        Assert.True(changed.IsSuccessStatusCode, await changed.Content.ReadAsStringAsync());
        Assert.Single((await api.GetAsync($"/api/v1/checks?asset={table}")).AsArray());
        Assert.Empty((await api.GetAsync($"/api/v1/checks?asset={table}&enabled=true")).AsArray());
        await api.RefusedAsync(HttpMethod.Put, $"/api/v1/checks/{id}", 400, new { asset = table, definition = new { kind = "volume", min = 1 } });
        Assert.Equal(HttpStatusCode.NoContent, (await api.Http.DeleteAsync($"/api/v1/checks/{id}")).StatusCode);
        await api.RefusedAsync(HttpMethod.Delete, $"/api/v1/checks/{id}", 404);
    }

    [Theory]
    [InlineData("""{ "kind": "not_null", "column": "colour" }""", "no column 'colour'")]
    [InlineData("""{ "kind": "pattern", "column": "id", "pattern": "[a" }""", "does not compile")]
    [InlineData("""{ "kind": "reference", "column": "id", "reference_asset": "raw.nobody" }""", "no asset 'raw.nobody'")]
    [InlineData("""{ "kind": "sql", "sql": "select nothing from {table}" }""", "cannot be made")]
    [InlineData("""{ "kind": "sql", "sql": "drop table {table}" }""", "cannot be made")]
    [InlineData("""{ "kind": "sql", "sql": "select * from read_csv('/etc/passwd')" }""", "cannot be made")]
    [InlineData("""{ "kind": "range", "column": "id", "minimum": 3 }""", "cannot be read")]
    [InlineData("""{ "kind": "feeling" }""", "no kind of check")]
    public async Task A_check_that_cannot_be_made_is_refused_with_the_reason(string definition, string reason)
    {
        var table = await WrittenAsync();
        Assert.Contains(reason, await api.RefusedAsync(HttpMethod.Post, "/api/v1/checks", 400, new { asset = table, definition = JsonNode.Parse(definition) }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_or_not_allowed_is_refused()
    {
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/checks", 404, new { asset = "raw.nobody", definition = new { kind = "volume", min = 1 } });
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/checks/999999", 404);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/incidents/999999", 404);
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/incidents/999999/resolve", 404, new { });
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/incidents/1/comment", 400, new { });
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/incidents?state=furious", 400);
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/checks", 403, new { asset = "raw.nobody", definition = new { kind = "volume", min = 1 } }, api.Viewer);
        Assert.Equal(HttpStatusCode.OK, (await api.Viewer.GetAsync("/api/v1/scores")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.Viewer.GetAsync("/api/v1/anomalies")).StatusCode);
    }

    private static string Table() => $"quality.t{Interlocked.Increment(ref s_number)}";

    private async Task<string> WrittenAsync()
    {
        var table = Table();
        var writer = await api.PublishAsync($$"""  - { id: write, activity: feature.sql, with: { table: {{table}}, mode: replace, sql: "select i as id from range(10) t(i)" } }""");
        await StateAsync(await api.TriggerAsync(writer), "success");
        await WaitAsync(async () => (await api.Http.GetAsync($"/api/v1/asset?key={table}")).IsSuccessStatusCode);
        return table;
    }

    private async Task StateAsync(long run, string state)
    {
        var ended = await api.EndedAsync(run);
        Assert.True((string?)ended["state"] == state, ended.ToJsonString());
    }

    private async Task<JsonArray> RunsOf(string workflow) => (await api.GetAsync($"/api/v1/runs?workflow={workflow}")).AsArray();

    private async Task<JsonNode?> PostAsync(string path, object body, HttpStatusCode status = HttpStatusCode.OK)
    {
        var answer = await api.Http.PostAsJsonAsync(path, body);
        var content = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{path}: {answer.StatusCode} {content}");
        return JsonNode.Parse(content);
    }

    private static async Task WaitAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        while (!await holds())
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
    }
}
