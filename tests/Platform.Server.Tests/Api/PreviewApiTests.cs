using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Server.Tests.Api;

/// <summary>Previews and runs of unpublished texts over HTTP: what they show, and that nothing of a preview is left.</summary>
public sealed class PreviewApiTests(ApiServer api) : IClassFixture<ApiServer>, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Yaml(string name)
    {
        var path = Path.Combine(_folder.Path, "people.csv");
        File.WriteAllText(path, "id,email,age\n" + string.Join('\n', Enumerable.Range(1, 3000).Select(i => $"{i},person{i}@example.org,{(i % 3 == 0 ? "" : $"{i % 90}")}")) + "\n");
        return $$"""
            name: {{name.Replace('_', '-')}}
            tasks:
              - { id: ingest, activity: ingest.files, with: { path: "{{path}}", table: raw.{{name}}, mode: replace } }
              - id: clean
                activity: clean.sql
                after: [ingest]
                with: { table: clean.{{name}}, mode: replace, sql: "select id as person_id, email, age::double as age, age > 20 as grown from raw.{{name}} where age is not null" }
              - { id: call, activity: control.http, after: [clean], with: { url: "http://127.0.0.1:9/never", method: POST } }
              - { id: done, activity: control.noop, after: [call] }
            """;
    }

    private async Task<long> StartAsync(object body)
    {
        var answer = await api.Http.PostAsJsonAsync("/api/v1/workflows/preview", body);
        var content = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, content);
        var run = (long)JsonNode.Parse(content)!["run"]!;
        Assert.Equal($"/api/v1/workflows/preview/{run}", answer.Headers.Location?.ToString());
        await api.EndedAsync(run);
        return run;
    }

    [Fact]
    public async Task A_preview_shows_rows_schema_profile_and_difference_and_leaves_nothing_in_tables_catalog_and_lists()
    {
        var run = await StartAsync(new { yaml = Yaml("previewed_people"), task = "clean", rows = 60 });
        var shown = await api.GetAsync($"/api/v1/workflows/preview/{run}");

        Assert.Equal("success", (string?)shown["preview"]!["state"]);
        Assert.Equal(["ingest", "clean"], shown["preview"]!["tasks"]!.AsArray().Select(t => (string?)t!["task_id"]));
        var result = shown["result"]!;
        Assert.True((bool)result["sampled"]!);
        var table = Assert.Single(result["tables"]!.AsArray())!;
        Assert.Equal(("clean.previewed_people", true, 40L), ((string?)table["name"], (bool)table["new"]!, (long)table["rows_written"]!));
        Assert.Equal(["person_id", "email", "age", "grown"], table["columns"]!.AsArray().Select(c => (string?)c!["name"]));
        Assert.Equal(40, table["rows"]!.AsArray().Count);
        Assert.Equal("person1@example.org", (string?)table["rows"]![0]![1]);
        var age = table["columns"]![2]!;
        Assert.Equal((0L, "1.0", "59.0"), ((long)age["nulls"]!, (string?)age["least"], (string?)age["most"]));
        var difference = table["difference"]!;
        Assert.Equal(("raw.previewed_people", 60L, 40L), ((string?)difference["input"], (long)difference["rows_in"]!, (long)difference["rows_out"]!));
        Assert.Equal(["grown"], difference["added"]!.AsArray().Select(c => (string?)c));
        Assert.Equal(("id", "person_id"), ((string?)difference["renamed"]![0]!["before"], (string?)difference["renamed"]![0]!["after"]));
        Assert.Equal("age", (string?)difference["retyped"]![0]!["column"]);

        var ingest = (await api.GetAsync($"/api/v1/workflows/preview/{run}?task=ingest"))["result"]!;
        Assert.Equal((60L, true), ((long)ingest["sources"]![0]!["rows"]!, (bool)ingest["sources"]![0]!["sampled"]!));
        Assert.Equal(60, (long)ingest["tables"]![0]!["rows_written"]!);
        Assert.DoesNotContain((await api.GetAsync($"/api/v1/workflows/preview/{run}?task=ingest"))["preview"]!["tasks"]!.AsArray(), t => (string?)t!["task_id"] == "call");

        Assert.DoesNotContain((await api.GetAsync("/api/v1/runs?limit=500")).AsArray(), r => (long)r!["id"]! == run);
        Assert.Contains((await api.GetAsync("/api/v1/runs?kind=preview&limit=500")).AsArray(), r => (long)r!["id"]! == run);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/workflows/previewed-people", 404);
        Assert.False(Directory.Exists(Path.Combine(api.Platform.Home, "tables", "raw", "previewed_people")));
        Assert.True(Directory.Exists(Path.Combine(api.Platform.Home, "tables", ".preview", $"{run}")));

        Assert.Equal(HttpStatusCode.NoContent, (await api.Http.DeleteAsync($"/api/v1/workflows/preview/{run}")).StatusCode);
        await api.RefusedAsync(HttpMethod.Get, $"/api/v1/workflows/preview/{run}", 404);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        while (Directory.Exists(Path.Combine(api.Platform.Home, "tables", ".preview", $"{run}")) || (await api.Http.GetAsync($"/api/v1/runs/{run}")).StatusCode != HttpStatusCode.NotFound)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
        foreach (var asset in new[] { "raw.previewed_people", "clean.previewed_people" })
            await api.RefusedAsync(HttpMethod.Get, $"/api/v1/asset?key={asset}", 404);
    }

    [Fact]
    public async Task A_task_that_acts_outside_says_what_it_would_do_and_one_without_tables_has_none()
    {
        var run = await StartAsync(new { yaml = Yaml("previewed_call"), task = "done" });
        var call = (await api.GetAsync($"/api/v1/workflows/preview/{run}?task=call"))["result"]!;
        Assert.StartsWith("It would send an HTTP request (", (string?)call["would"], StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:9/never", (string?)call["would"], StringComparison.Ordinal);
        var done = (await api.GetAsync($"/api/v1/workflows/preview/{run}"))["result"]!;
        Assert.Empty(done["tables"]!.AsArray());
        Assert.Null((string?)done["would"]);
    }

    [Fact]
    public async Task What_cannot_be_previewed_is_refused()
    {
        var yaml = Yaml("previewed_wrong");
        Assert.Contains("'nowhere'", await api.RefusedAsync(HttpMethod.Post, "/api/v1/workflows/preview", 400, new { yaml, task = "nowhere" }), StringComparison.Ordinal);
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/workflows/preview", 400, new { yaml, task = "clean", rows = 0 });
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/workflows/preview", 400, new { yaml });
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/workflows/preview", 400, new { yaml, task = "clean", surplus = 1 });
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/workflows/preview", 400, new { yaml, task = "clean", @params = new { unknown = 1 } });
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/workflows/preview", 403, new { yaml, task = "clean" }, api.Viewer);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/workflows/preview/987654", 404);
        await api.RefusedAsync(HttpMethod.Delete, "/api/v1/workflows/preview/987654", 404);
        var wrong = await api.Http.PostAsJsonAsync("/api/v1/workflows/preview", new { yaml = yaml.Replace("mode: replace, sql", "mode: sideways, sql", StringComparison.Ordinal), task = "clean" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        var answer = (await wrong.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Null(answer["run"]);
        Assert.Equal("clean", (string?)answer["problems"]![0]!["task_id"]);
        // The same mistake does not matter for a task before it.
        var run = await StartAsync(new { yaml = yaml.Replace("mode: replace, sql", "mode: sideways, sql", StringComparison.Ordinal), task = "ingest" });
        await api.RefusedAsync(HttpMethod.Get, $"/api/v1/workflows/preview/{run}?task=clean", 404);
    }

    [Fact]
    public async Task A_text_runs_up_to_a_task_without_being_published_and_writes_the_real_table()
    {
        var yaml = Yaml("run_to_here");
        var answer = await api.Http.PostAsJsonAsync("/api/v1/workflows/run", new { yaml, until = "clean" });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var run = await api.EndedAsync((long)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["run"]!);

        Assert.Equal(("success", "file"), ((string?)run["state"], (string?)run["kind"]));
        Assert.Equal(["ingest", "clean"], run["tasks"]!.AsArray().Select(t => (string?)t!["id"]));
        Assert.True(Directory.Exists(Path.Combine(api.Platform.Home, "tables", "clean", "run_to_here")));
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/workflows/run", 403, new { yaml }, api.Viewer);
    }

    [Fact]
    public async Task A_viewer_sees_no_values_of_columns_that_come_from_personal_ones()
    {
        var file = Path.Combine(api.Platform.Home, "members.csv");
        await File.WriteAllTextAsync(file, "id,mail\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"{i},member{i}@example{i % 7}.com\n")));
        const string Land = "  - { id: land, activity: ingest.files, with: { path: members.csv, table: raw.members, mode: replace } }\n";
        var night = await api.PublishAsync(Land + "  - { id: scan, activity: inventory.scan, after: [land], with: { sources: tables } }\n  - { id: profile, activity: inventory.profile, after: [scan] }\n");
        Assert.Equal("success", (string?)(await api.EndedAsync(await api.TriggerAsync(night)))["state"]);

        var run = await StartAsync(new { yaml = $"name: masked-members\ntasks:\n{Land}  - {{ id: clean, activity: clean.sql, after: [land], with: {{ table: clean.members, mode: replace, sql: 'select id, lower(mail) as address from raw.members' }} }}\n", task = "clean" });
        var seen = (await api.Viewer.GetFromJsonAsync<JsonNode>($"/api/v1/workflows/preview/{run}"))!["result"]!["tables"]![0]!;
        Assert.Equal([false, true], seen["columns"]!.AsArray().Select(c => (bool)c!["hidden"]!));
        Assert.Null((string?)seen["rows"]![0]![1]);
        Assert.Null((string?)seen["columns"]![1]!["least"]);
        Assert.Empty(seen["columns"]![1]!["frequent"]!.AsArray());
        Assert.NotNull((string?)seen["rows"]![0]![0]);
        var editor = (await api.GetAsync($"/api/v1/workflows/preview/{run}"))["result"]!["tables"]![0]!;
        Assert.True((bool)editor["columns"]![1]!["personal"]!);
        Assert.Equal("member1@example1.com", (string?)editor["rows"]![0]![1]);
        await api.RefusedAsync(HttpMethod.Delete, $"/api/v1/workflows/preview/{run}", 403, client: api.Viewer);
    }

    [Theory]
    [InlineData("sample-shop.yaml", "clean_reviews", "clean.reviews")]
    [InlineData("shop-recommendations.yaml", "feature", "feature.interactions")]
    public async Task A_shipped_workflow_shows_what_it_does_before_it_ever_ran(string file, string task, string written)
    {
        var run = await StartAsync(new { yaml = await File.ReadAllTextAsync(Repository.PathOf("workflows", file)), task });
        var shown = await api.GetAsync($"/api/v1/workflows/preview/{run}");

        Assert.True((string?)shown["preview"]!["state"] == "success", shown["preview"]!.ToJsonString());
        var table = shown["result"]!["tables"]!.AsArray().Single(t => (string?)t!["name"] == written)!;
        Assert.NotEmpty(table["rows"]!.AsArray());
        Assert.NotNull(table["difference"]!["input"]);
        Assert.False(Directory.Exists(Path.Combine(api.Platform.Home, "samples")));
    }
}
