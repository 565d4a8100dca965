using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Platform.Server.Tests.Api;

/// <summary>OpenLineage in, and questions about the lineage, through a serving process.</summary>
public sealed class LineageApiTests(ApiServer api) : IClassFixture<ApiServer>
{
    private const string Event = """
        {"eventType": "COMPLETE", "eventTime": "2026-03-01T02:00:00Z", "producer": "https://example.org/p", "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
         "run": {"runId": "019a4f6e-0000-7000-8000-000000000001"}, "job": {"namespace": "spark", "name": "daily"},
         "inputs": [{"namespace": "s3://lake", "name": "in.parquet"}], "outputs": [{"namespace": "snowflake://acme", "name": "db.public.sales"}]}
        """;

    [Fact]
    public async Task An_event_becomes_lineage_impact_and_a_run_of_another_system()
    {
        var taken = await PostAsync(Event);
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
        Assert.Equal(1, (int)(await taken.Content.ReadFromJsonAsync<JsonNode>())!["accepted"]!);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        while ((await api.Http.GetAsync("/api/v1/lineage?asset=s3%3A%2F%2Flake%2Fin.parquet")).StatusCode == HttpStatusCode.NotFound)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);

        var graph = await api.GetAsync("/api/v1/lineage?asset=s3%3A%2F%2Flake%2Fin.parquet&direction=downstream");
        Assert.Equal("spark/daily", (string?)graph["edges"]![0]!["job"]);
        Assert.Empty((await api.GetAsync("/api/v1/lineage?asset=s3%3A%2F%2Flake%2Fin.parquet&direction=downstream&at=2026-02-01T00:00:00Z"))["edges"]!.AsArray());
        var impact = await api.GetAsync("/api/v1/lineage/impact?asset=s3%3A%2F%2Flake%2Fin.parquet");
        Assert.Equal("snowflake://acme/db.public.sales", (string?)impact["assets"]![0]!["asset"]);
        var csv = await api.Viewer.GetAsync("/api/v1/lineage/impact.csv?asset=s3%3A%2F%2Flake%2Fin.parquet");
        Assert.Equal("text/csv", csv.Content.Headers.ContentType!.MediaType);
        Assert.Contains("snowflake://acme/db.public.sales,database_table,1,", await csv.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var path = await api.GetAsync("/api/v1/lineage/path?from=s3%3A%2F%2Flake%2Fin.parquet&to=snowflake%3A%2F%2Facme%2Fdb.public.sales");
        Assert.Equal((1, "downstream"), ((int)path["steps"]!, (string?)path["direction"]));
        Assert.Equal(1, (int)(await api.GetAsync("/api/v1/lineage/moments?asset=s3%3A%2F%2Flake%2Fin.parquet"))[0]!["began"]!);
        Assert.Equal("COMPLETE", (string?)(await api.GetAsync("/api/v1/lineage/external-runs?job=spark/daily"))[0]!["state"]);
        Assert.Empty((await api.GetAsync("/api/v1/lineage/causes?asset=snowflake%3A%2F%2Facme%2Fdb.public.sales"))["causes"]!.AsArray());
    }

    [Fact]
    public async Task A_wrong_event_is_refused_with_the_path_of_the_field()
    {
        var refused = await PostAsync($"[{Event}, {Event.Replace("019a4f6e-0000-7000-8000-000000000001", "seven", StringComparison.Ordinal)}]");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var problem = (await refused.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Equal("[1].run.runId", (string?)problem["problems"]![0]!["path"]);
        Assert.Contains("[1].run.runId is \"seven\" and must be a UUID.", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("{\"eventType\": ")).StatusCode);
    }

    [Fact]
    public async Task Half_a_character_is_refused_wherever_JSON_is_taken_as_it_is()
    {
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(Event.Replace("in.parquet", "dw/\\ud800x", StringComparison.Ordinal))).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(Event)).StatusCode);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        while ((await api.Http.GetAsync("/api/v1/lineage?asset=s3%3A%2F%2Flake%2Fin.parquet")).StatusCode == HttpStatusCode.NotFound)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        foreach (var definition in new[] { """{"kind": "not_null", "column": "a\ud800"}""", """{"kind": "not_null", "column": "a", "name": "b\u0000"}""", """{"kind": "\udc00"}""" })
        {
            var refused = await api.Http.PostAsync("/api/v1/checks", new StringContent($$"""{"asset": "s3://lake/in.parquet", "definition": {{definition}}}""", Encoding.UTF8, "application/json"));
            Assert.True(refused.StatusCode == HttpStatusCode.BadRequest, $"{definition}: {refused.StatusCode} {await refused.Content.ReadAsStringAsync()}");
        }
    }

    [Fact]
    public async Task A_viewer_may_ask_and_not_tell_and_questions_without_sense_are_refused()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await api.Viewer.PostAsync("/api/v1/lineage", new StringContent(Event, Encoding.UTF8, "application/json"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.Viewer.GetAsync("/api/v1/lineage/external-runs")).StatusCode);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/lineage?asset=none.here", 404, null);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/lineage?asset=a.b&direction=sideways", 400, null);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/lineage?asset=a.b&at=once", 400, null);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/lineage/impact?asset=none.here", 404, null);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/lineage/impact.csv?asset=none.here", 404, null);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/lineage/path?from=none.here&to=a.b", 404, null);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/lineage/path?from=none.here", 400, null);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/lineage/moments?asset=none.here", 404, null);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/lineage/moments?asset=a.b&direction=sideways", 400, null);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/lineage/causes", 400, null);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/lineage/causes?run=987654321", 404, null);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/lineage/causes?incident=987654321", 404, null);
    }

    [Fact]
    public async Task A_start_is_told_while_a_task_waits_its_end_when_it_is_canceled_and_each_try_by_itself()
    {
        // Nobody listens there: everything waits, and work goes on.
        await api.Platform.RunAsync("connections", "set", "marquez", "openlineage", "url=http://127.0.0.1:9");
        var approval = await api.PublishAsync("  - { id: ask, activity: control.approval, with: { message: Go on? } }");
        var run = await api.TriggerAsync(approval);
        await WaitingAsync(1);
        Assert.Equal(HttpStatusCode.OK, (await api.Http.PostAsync($"/api/v1/runs/{run}/cancel", null)).StatusCode);
        await WaitingAsync(2);

        // The first try's start comes by a look, its end a while later; the last one's both with its event.
        var failing = await api.PublishAsync("  - { id: stop, activity: control.fail, with: { message: No }, retries: 1, retry_delay: 1s }");
        Assert.Equal("failed", (string?)(await api.EndedAsync(await api.TriggerAsync(failing)))["state"]);
        await WaitingAsync(5);

        async Task WaitingAsync(long events)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
            while ((await api.GetAsync("/api/v1/lineage/sending")).AsArray().FirstOrDefault() is not { } target || (long)target["waiting"]! < events)
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }
    }

    [Fact]
    public async Task A_task_that_a_new_version_leaves_out_leaves_the_present_lineage()
    {
        var folder = Directory.CreateTempSubdirectory("lineage").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "a.csv"), "id\n1\n2\n");
        var name = await api.PublishAsync($"  - {{ id: load, activity: ingest.files, with: {{ path: {folder}/a.csv, table: past.a, mode: replace }} }}\n  - {{ id: copy, activity: clean.sql, after: [load], with: {{ table: past.b, mode: replace, sql: select id from past.a }} }}");
        await api.EndedAsync(await api.TriggerAsync(name));
        await EdgesAsync(1);

        var answer = await api.PutAsync(name, $"name: {name}\ntasks:\n  - {{ id: load, activity: ingest.files, with: {{ path: {folder}/a.csv, table: past.a, mode: replace }} }}");
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        await EdgesAsync(0);
        Directory.Delete(folder, recursive: true);

        async Task EdgesAsync(int wanted)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
            while (true)
            {
                var found = await api.Http.GetAsync("/api/v1/lineage?asset=past.a&direction=downstream");
                if (found.IsSuccessStatusCode && (await found.Content.ReadFromJsonAsync<JsonNode>())!["edges"]!.AsArray().Count == wanted)
                    return;
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
            }
        }
    }

    private Task<HttpResponseMessage> PostAsync(string json) => api.Http.PostAsync("/api/v1/lineage", new StringContent(json, Encoding.UTF8, "application/json"));
}
