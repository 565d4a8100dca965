using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Platform.Server.Tests.Api;

/// <summary>A workflow that carries personal data on plain is found out, and no more once it masks them.</summary>
public sealed class MaskingApiTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task A_published_workflow_that_reads_personal_data_plain_is_a_finding_until_it_masks_them()
    {
        var file = Path.Combine(api.Platform.Home, "people.csv");
        await File.WriteAllTextAsync(file, "id,mail,amount\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"{i},person{i}@example{i % 7}.com,{i * 3}.50\n")));
        Assert.Equal(0, (await api.Platform.RunWithInputAsync("a secret of this test only", "secrets", "set", "masking-key")).ExitCode);
        const string Land = "  - { id: land, activity: ingest.files, with: { path: people.csv, table: raw.people, mode: replace } }\n";
        const string Night = "  - { id: scan, activity: inventory.scan, after: [clean], with: { sources: tables } }\n  - { id: profile, activity: inventory.profile, after: [scan] }\n";
        var name = await api.PublishAsync(Land + "  - { id: clean, activity: clean.sql, after: [land], with: { table: clean.people, mode: replace, sql: 'select id, lower(mail) as mail, amount from raw.people' } }\n" + Night);
        Assert.Equal("success", (string?)(await api.EndedAsync(await api.TriggerAsync(name)))["state"]);
        var found = Assert.Single(await FindingsAsync("raw.people", 1))!;
        Assert.Equal(("mail", "contact", "clean.people", name, "clean"), ((string?)found["column_name"], (string?)found["personal_class"], (string?)found["to_asset"], (string?)found["workflow"], (string?)found["task_id"]));

        var masked = await api.PutAsync(name, $"name: {name}\ntasks:\n{Land}  - {{ id: clean, activity: clean.mask, after: [land], with: {{ from: raw.people, table: clean.people, mode: replace, secret: masking-key, rules: [ {{ method: hash, classes: [contact] }} ] }} }}\n{Night}", "*");
        Assert.True(masked.IsSuccessStatusCode, await masked.Content.ReadAsStringAsync());
        Assert.Equal("success", (string?)(await api.EndedAsync(await api.TriggerAsync(name)))["state"]);
        Assert.Empty(await FindingsAsync("raw.people", 0));
    }

    [Fact]
    public async Task Policies_are_read_by_all_and_changed_by_editors()
    {
        Assert.Equal(8, (await api.GetAsync("/api/v1/masking-policies")).AsArray().Count);
        var answer = await api.Http.PutAsJsonAsync("/api/v1/masking-policies/online", new { required = false, allowed = new[] { "raw.*", "logs.*" } });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Assert.Equal("""["raw.*","logs.*"]""", (await answer.Content.ReadFromJsonAsync<JsonNode>())!["allowed"]!.ToJsonString());
        await api.RefusedAsync(HttpMethod.Put, "/api/v1/masking-policies/hair", 404, new { required = true });
        await api.RefusedAsync(HttpMethod.Put, "/api/v1/masking-policies/online", 400, new { required = true, allowed = new[] { "" } });
        await api.RefusedAsync(HttpMethod.Put, "/api/v1/masking-policies/online", 400, "{ \"asked\": true }");
        await api.RefusedAsync(HttpMethod.Put, "/api/v1/masking-policies/online", 403, new { required = true }, api.Viewer);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/masking-findings?limit=0", 400);
    }

    // The catalog follows the events of the runs a moment behind them.
    private async Task<JsonArray> FindingsAsync(string asset, int expected)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        while (true)
        {
            var found = (await api.GetAsync($"/api/v1/masking-findings?asset={asset}")).AsArray();
            if (found.Count == expected || limit.IsCancellationRequested)
                return found;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }
}
