using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Platform.Server.Tests.Api;

/// <summary>What the engine's API does when it is asked rightly.</summary>
public sealed class ApiTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task An_edit_over_somebody_elses_version_is_refused_by_its_tag()
    {
        var name = await api.PublishAsync("  - { id: a, activity: control.noop }");
        var read = await api.Http.GetAsync($"/api/v1/workflows/{name}");
        var tag = read.Headers.ETag!.Tag;
        string Text(string id) => $"name: {name}\ntasks: [ {{ id: {id}, activity: control.noop }} ]";
        Assert.Equal(HttpStatusCode.OK, (await api.PutAsync(name, Text("b"), tag)).StatusCode);
        var late = await api.PutAsync(name, Text("c"), tag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, late.StatusCode);
        Assert.Contains("version 2", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await api.PutAsync(name, Text("c"), "\"2\"")).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await api.PutAsync(name, Text("d"), ifNone: true)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.PutAsync(name, Text("d"), "*")).StatusCode);
        Assert.Equal(4, (await api.GetAsync($"/api/v1/workflows/{name}/versions")).AsArray().Count);
        Assert.Contains("id: b", (string?)(await api.GetAsync($"/api/v1/workflows/{name}?version=2"))["yaml"], StringComparison.Ordinal);
        var invalid = await api.PutAsync(name, $"name: {name}\ntasks: [ {{ id: a, activity: nothing.at.all }} ]");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, invalid.StatusCode);
        Assert.NotEmpty((await invalid.Content.ReadFromJsonAsync<JsonNode>())!["problems"]!.AsArray());
    }

    [Fact]
    public async Task A_text_is_validated_without_being_published()
    {
        var good = await api.Http.PostAsync("/api/v1/workflows/validate", new StringContent("name: only-looked-at\ntasks: [ { id: a, activity: control.noop } ]"));
        Assert.True((bool?)(await good.Content.ReadFromJsonAsync<JsonNode>())!["valid"]);
        var notText = await api.Http.PostAsync("/api/v1/workflows/validate", new ByteArrayContent([0xFF, 0xFE, 0x00]));
        Assert.Equal(400, (int)notText.StatusCode);
        Assert.Contains("not UTF-8", await notText.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var bad = await api.Http.PostAsync("/api/v1/workflows/validate", new StringContent("name: only-looked-at\ntasks: [ { id: a, activity: nope, pool: nowhere } ]"));
        var answer = (await bad.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.False((bool?)answer["valid"]);
        Assert.True((int?)answer["problems"]![0]!["line"] > 0);
        const string BrokenSql = "name: only-looked-at\ntasks: [ { id: a, activity: clean.sql, with: { table: x.y, mode: replace, sql: selec 1 } } ]";
        var sql = (await (await api.Http.PostAsync("/api/v1/workflows/validate", new StringContent(BrokenSql))).Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Equal((false, "bad-sql"), ((bool?)sql["valid"], (string?)sql["problems"]![0]!["code"]));
        var put = await api.PutAsync("only-looked-at", BrokenSql);
        Assert.Equal(422, (int)put.StatusCode);
        Assert.Equal("bad-sql", (string?)(await put.Content.ReadFromJsonAsync<JsonNode>())!["problems"]![0]!["code"]);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/workflows/only-looked-at", 404);
    }

    [Fact]
    public async Task An_answer_that_the_caller_has_is_not_sent_again()
    {
        var name = await api.PublishAsync("  - { id: a, activity: control.noop }");
        var run = await api.TriggerAsync(name);
        await api.EndedAsync(run);
        foreach (var path in new[] { $"/api/v1/runs/{run}", $"/api/v1/workflows/{name}", $"/api/v1/runs/{run}/tasks/a" })
        {
            var first = await api.Http.GetAsync(path);
            using var again = new HttpRequestMessage(HttpMethod.Get, path);
            again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
            var second = await api.Http.SendAsync(again);
            Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
            Assert.Empty(await second.Content.ReadAsByteArrayAsync());
        }
        var before = (await api.Http.GetAsync($"/api/v1/runs/{run}")).Headers.ETag;
        await api.Http.PostAsJsonAsync($"/api/v1/runs/{run}/clear", new { });
        await api.EndedAsync(run);
        Assert.NotEqual(before, (await api.Http.GetAsync($"/api/v1/runs/{run}")).Headers.ETag);
    }

    [Fact]
    public async Task Pages_lead_on_by_their_link_and_together_hold_every_row_once()
    {
        var name = await api.PublishAsync("""
              - { id: list, activity: control.noop, with: { outputs: { items: [1, 2, 3, 4, 5, 6, 7] } } }
              - { id: each, activity: control.noop, after: [list], map: { over: "{{ tasks.list.outputs.items }}", as: item } }
            """, "limits: { active_runs: 5 }");
        var runs = new List<long>();
        for (var i = 0; i < 7; i++)
            runs.Add(await api.TriggerAsync(name));
        foreach (var run in runs)
            await api.EndedAsync(run);
        Assert.Equal(runs.AsEnumerable().Reverse(), (await AllAsync($"/api/v1/runs?workflow={name}&limit=3")).Select(r => (long)r!["id"]!));
        Assert.Equal(runs.AsEnumerable().Reverse(), (await AllAsync($"/api/v1/runs?workflow={name}&state=success&from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z&limit=7")).Select(r => (long)r!["id"]!));
        Assert.Empty(await AllAsync($"/api/v1/runs?workflow={name}&to=2020-01-01T00:00:00Z"));
        Assert.Equal(
            Enumerable.Range(0, 7).Select(i => $"each{i}").Append("list-1"),
            (await AllAsync($"/api/v1/runs/{runs[0]}/tasks?limit=3")).Select(t => $"{t!["task_id"]}{t["map_index"]}"));
        Assert.Equal(7, (await AllAsync($"/api/v1/runs/{runs[0]}/tasks?task=each&limit=2")).Count);
        Assert.Contains(name, (await AllAsync("/api/v1/workflows?limit=1")).Select(w => (string)w!["name"]!));
        var grid = await api.GetAsync($"/api/v1/workflows/{name}/grid?runs=5");
        Assert.Equal((5, 2), (grid["runs"]!.AsArray().Count, grid["tasks"]!.AsArray().Count));
        Assert.Equal(("success", 7), ((string?)grid["tasks"]![1]!["cells"]![0]!["state"], (int?)grid["tasks"]![1]!["cells"]![0]!["instances"]));
    }

    [Fact]
    public async Task A_backfill_is_tried_dry_made_listed_and_canceled()
    {
        var name = await api.PublishAsync("  - { id: a, activity: control.noop, with: { seconds: 60 } }", "schedule: { cron: '0 0 * * *', start: 2024-01-01 }");
        await api.Http.PostAsync($"/api/v1/workflows/{name}/pause", null);
        var body = new { from = "2024-02-01", to = "2024-02-05", active_runs = 2, newest_first = true };
        var dry = await (await api.Http.PostAsJsonAsync($"/api/v1/workflows/{name}/backfills", new { from = "2024-02-01", to = "2024-02-05", dry_run = true })).Content.ReadFromJsonAsync<JsonNode>();
        Assert.Null(dry!["backfill"]);
        Assert.Equal(4, dry["intervals"]!.AsArray().Count);
        var made = await api.Http.PostAsJsonAsync($"/api/v1/workflows/{name}/backfills", body);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var backfill = await api.GetAsync(made.Headers.Location!.ToString());
        Assert.Equal((4, 2, true), ((int?)backfill["runs"], (int?)backfill["queued"], (bool?)backfill["newest_first"]));
        var id = (long)backfill["id"]!;
        Assert.Contains(id, (await AllAsync($"/api/v1/backfills?workflow={name}")).Select(b => (long)b!["id"]!));
        var runs = await AllAsync($"/api/v1/runs?backfill={id}");
        var queued = runs.Single(r => (string?)r!["state"] == "queued" && ((string?)r["interval_start"])!.StartsWith("2024-02-01", StringComparison.Ordinal));
        var why = await api.GetAsync($"/api/v1/runs/{queued!["id"]}/why");
        Assert.Equal("backfill_active_runs", (string?)why["causes"]![0]!["code"]);
        var canceled = await (await api.Http.PostAsync($"/api/v1/backfills/{id}/cancel", null)).Content.ReadFromJsonAsync<JsonNode>();
        Assert.Equal(4, (int?)canceled!["runs"]);
        foreach (var run in runs)
            Assert.Equal("canceled", (string?)(await api.EndedAsync((long)run!["id"]!))["state"]);
        var left = await (await api.Http.PostAsJsonAsync($"/api/v1/workflows/{name}/backfills", new { from = "2024-02-01", to = "2024-02-05" })).Content.ReadFromJsonAsync<JsonNode>();
        Assert.Equal(4, left!["left"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_task_that_waits_says_why_over_http_and_on_the_command_line()
    {
        var name = await api.PublishAsync("  - { id: a, activity: control.noop, queue: far-away }\n  - { id: b, activity: control.noop, after: [a] }");
        var run = await api.TriggerAsync(name);
        var why = await api.GetAsync($"/api/v1/runs/{run}/tasks/b/why");
        Assert.Equal(["no_worker", "upstream"], why["causes"]!.AsArray().Select(c => (string)c!["code"]!));
        Assert.True((bool?)why["causes"]![0]!["needs_action"]);
        Assert.Null(why["forecast"]!["starts"]);
        var printed = await api.Platform.RunAsync("why", $"{run}", "b");
        Assert.Equal(0, printed.ExitCode);
        Assert.Contains("far-away", printed.Output, StringComparison.Ordinal);
        Assert.Equal("no_worker", (string?)(await api.Platform.RunAsync("why", $"{run}", "a", "--json")).Json["causes"]![0]!["code"]);
        Assert.Equal(1, (await api.Platform.RunAsync("why", $"{run}", "c")).ExitCode);
        Assert.Equal(1, (await api.Platform.RunAsync("why", "987654321")).ExitCode);
        Assert.Contains("no_schedule", (await api.Platform.RunAsync("why", name)).Output, StringComparison.Ordinal);
        var canceled = await (await api.Http.PostAsync($"/api/v1/runs/{run}/tasks/a/cancel", null)).Content.ReadFromJsonAsync<JsonNode>();
        Assert.Equal(1, (int?)canceled!["instances"]);
        Assert.Equal("failed", (string?)(await api.EndedAsync(run))["state"]);
    }

    [Fact]
    public async Task A_task_that_asks_people_is_explained_and_answered_over_http()
    {
        var name = await api.PublishAsync("  - { id: ask, activity: control.approval, with: { message: Shall it go live? } }");
        var run = await api.TriggerAsync(name);
        JsonNode cause;
        do
            cause = (await api.GetAsync($"/api/v1/runs/{run}/tasks/ask/why"))["causes"]![0]!;
        while ((string?)cause["code"] is not ("approval" or "ended"));
        Assert.Equal(("approval", true), ((string?)cause["code"], (bool?)cause["needs_action"]));
        Assert.Contains("Shall it go live?", (string?)cause["text"], StringComparison.Ordinal);
        Assert.Equal("deferred", (string?)(await api.GetAsync($"/api/v1/runs/{run}/tasks/ask"))["state"]);
        Assert.Equal(HttpStatusCode.OK, (await api.Http.PostAsJsonAsync($"/api/v1/runs/{run}/tasks/ask/decision", new { approved = true })).StatusCode);
        Assert.Equal("success", (string?)(await api.EndedAsync(run))["state"]);
    }

    [Fact]
    public async Task A_node_is_drained_told_as_the_cause_and_resumed()
    {
        var node = (string)(await api.GetAsync("/api/v1/nodes")).AsArray()[0]!["name"]!;
        Assert.Equal(HttpStatusCode.OK, (await api.Http.PostAsync($"/api/v1/nodes/{node}/drain", null)).StatusCode);
        try
        {
            Assert.NotNull((await api.GetAsync("/api/v1/nodes")).AsArray()[0]!["drained_at"]);
            var run = await api.TriggerAsync(await api.PublishAsync("  - { id: a, activity: control.noop }"));
            Assert.Equal("workers_drained", (string?)(await api.GetAsync($"/api/v1/runs/{run}/tasks/a/why"))["causes"]![0]!["code"]);
            await api.RefusedAsync(HttpMethod.Delete, $"/api/v1/nodes/{node}", 409);
            Assert.Equal(HttpStatusCode.OK, (await api.Http.PostAsync($"/api/v1/nodes/{node}/resume", null)).StatusCode);
            Assert.Equal("success", (string?)(await api.EndedAsync(run))["state"]);
        }
        finally
        {
            await api.Http.PostAsync($"/api/v1/nodes/{node}/resume", null);
        }
        Assert.Equal(["resume", "drain"], (await api.GetAsync("/api/v1/nodes/actions")).AsArray().Select(a => (string?)a!["action"]));
    }

    [Fact]
    public async Task A_pool_is_made_changed_told_as_the_cause_and_deleted()
    {
        Assert.Equal(HttpStatusCode.Created, (await api.Http.PutAsJsonAsync("/api/v1/pools/press", new { slots = 1, description = "Presses" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.Http.PutAsJsonAsync("/api/v1/pools/press", new { slots = 0 })).StatusCode);
        Assert.Equal("Presses", (string?)(await api.GetAsync("/api/v1/pools/press"))["description"]);
        var name = await api.PublishAsync("  - { id: a, activity: control.noop, pool: press }");
        var run = await api.TriggerAsync(name);
        Assert.Equal("pool_too_small", (string?)(await api.GetAsync($"/api/v1/runs/{run}/tasks/a/why"))["causes"]![0]!["code"]);
        await api.RefusedAsync(HttpMethod.Delete, "/api/v1/pools/press", 409);
        Assert.Equal(HttpStatusCode.OK, (await api.Http.PutAsJsonAsync("/api/v1/pools/press", new { slots = 2 })).StatusCode);
        Assert.Equal("success", (string?)(await api.EndedAsync(run))["state"]);
        Assert.Equal(HttpStatusCode.NoContent, (await api.Http.DeleteAsync("/api/v1/pools/press")).StatusCode);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/pools/press", 404);
    }

    [Fact]
    public async Task A_simulation_answers_over_http_and_on_the_command_line()
    {
        var name = await api.PublishAsync("  - { id: a, activity: control.noop }\n  - { id: b, activity: control.noop, after: [a] }");
        var answer = await api.Http.PostAsJsonAsync("/api/v1/simulate", new { workflows = new[] { new { name, from = "2024-02-01", to = "2024-03-01", backfill = true } }, durations = new { a = "10s", b = "20s" }, workers = 2, parts = 10 });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var simulated = (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Equal(29 * 30d, (double?)simulated["makespan_seconds"]);
        Assert.Equal(58, simulated["critical_path"]!.AsArray().Count);
        var printed = await api.Platform.RunAsync("simulate", name, "--from", "2024-02-01", "--to", "2024-03-01", "--backfill", "--duration", "a=10s", "--duration", "b=20s", "--with", "active_runs=29");
        Assert.True(printed.ExitCode == 0, printed.Error);
        Assert.Contains("29 runs with 58 tasks", printed.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await api.Platform.RunAsync("simulate", name, "--from", "2024-02-01", "--to", "2024-03-01")).ExitCode);
        Assert.Equal(2, (await api.Platform.RunAsync("simulate", name, "--with", "press")).ExitCode);
    }

    [Fact]
    public async Task A_stream_tells_each_change_of_a_run_and_a_follower_who_comes_back_misses_none()
    {
        var name = await api.PublishAsync("  - { id: a, activity: control.noop, with: { seconds: 1 } }");
        var run = await api.TriggerAsync(name);
        var states = new List<string>();
        string? last = null;
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System))
        {
            using var stream = await api.Http.GetStreamAsync($"/api/v1/events?run={run}", limit.Token);
            await foreach (var (id, data) in EventsAsync(stream, limit.Token))
            {
                states.Add((string)data["state"]!);
                last = id;
                if (states[^1] is "success")
                    break;
            }
        }
        Assert.Equal("success", states[^1]);
        Assert.Contains("running", states);

        // What ends while nobody listens is told when he is back.
        var missed = await api.TriggerAsync(name);
        await api.EndedAsync(missed);
        using var back = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/events?workflow={name}");
        back.Headers.Add("Last-Event-ID", last!);
        using var answer = await api.Http.SendAsync(back, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        using var more = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        await foreach (var (_, data) in EventsAsync(await answer.Content.ReadAsStreamAsync(more.Token), more.Token))
        {
            if ((long)data["id"]! == missed)
            {
                Assert.Equal("success", (string?)data["state"]);
                return;
            }
        }
        Assert.Fail("The run that ended meanwhile was not told.");
    }

    [Fact]
    public async Task A_run_that_a_partition_started_tells_which_and_in_which_versions_over_http_and_on_the_command_line()
    {
        var table = $"clean.p{Guid.NewGuid():n}";
        var follower = await api.PublishAsync("  - { id: a, activity: control.noop }", $"schedule: {{ assets: [{table}], partitions: '@daily' }}");
        // Its schedule runs the newest day that is over by itself.
        await api.PublishAsync($"  - {{ id: write, activity: clean.sql, with: {{ table: {table}, sql: \"select 1 as n\" }} }}", "schedule: { cron: '@daily', start: 2026-01-01 }");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        JsonArray rows;
        while ((rows = (await api.GetAsync($"/api/v1/runs?workflow={follower}")).AsArray()).Count == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        var id = (long)rows[0]!["id"]!;
        Assert.True((bool?)rows[0]!["partitioned"]);
        Assert.Equal(0, (long?)rows[0]!["assets"]![table]!["version"]);
        var run = await api.EndedAsync(id);
        var (start, end) = ((DateTimeOffset)run["interval_start"]!, (DateTimeOffset)run["interval_end"]!);
        Assert.Equal($"{start:yyyy-MM-dd}T00:00:00Z/{end:yyyy-MM-dd}T00:00:00Z", (string?)run["partition"]);
        Assert.Equal((1, 1, start), ((int)run["assets"]![table]!["updates"]!, run["assets"]![table]!["intervals"]!.AsArray().Count, (DateTimeOffset)run["assets"]![table]!["intervals"]![0]!["start"]!));
        var sentence = $"Partition {run["partition"]} of {table} version 0 (written by task 'write' of run {run["assets"]![table]!["run"]}) started it.";
        Assert.Equal(sentence, (string?)(await api.GetAsync($"/api/v1/runs/{id}/why"))["started_by"]);
        foreach (var command in new[] { new[] { "runs", "show", $"{id}" }, ["why", $"{id}"] })
            Assert.Contains(sentence, (await api.Platform.RunAsync(command)).Output, StringComparison.Ordinal);
        Assert.Contains($"{table} v0", (await api.Platform.RunAsync("runs", "--workflow", follower)).Output, StringComparison.Ordinal);
        Assert.Contains("for each partition (@daily)", (await api.Platform.RunAsync("why", follower)).Output, StringComparison.Ordinal);
    }

    private static async IAsyncEnumerable<(string Id, JsonNode Data)> EventsAsync(Stream stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream);
        var id = "";
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                yield return (id, JsonNode.Parse(line[6..])!);
        }
    }

    private async Task<List<JsonNode?>> AllAsync(string path)
    {
        var all = new List<JsonNode?>();
        for (var next = path; next is not null;)
        {
            var answer = await api.Http.GetAsync(next);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            all.AddRange((await answer.Content.ReadFromJsonAsync<JsonArray>())!);
            next = answer.Headers.TryGetValues("Link", out var link) ? link.Single().Split('>')[0][1..] : null;
        }
        return all;
    }
}
