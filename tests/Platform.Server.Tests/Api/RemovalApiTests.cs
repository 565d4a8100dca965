using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Platform.Server.Tests.Api;

public sealed class RemovalApiTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task A_workflow_is_retired_brought_back_and_deleted_over_http_and_on_the_command_line()
    {
        var name = await api.PublishAsync("  - { id: a, activity: control.noop }");
        await api.EndedAsync(await api.TriggerAsync(name));
        var scope = await api.GetAsync($"/api/v1/workflows/{name}/removal");
        Assert.Equal((1, 1, 0), ((int)scope["runs"]!, (int)scope["versions"]!, (int)scope["active_runs"]!));

        Assert.Equal(HttpStatusCode.OK, (await api.Http.PostAsync($"/api/v1/workflows/{name}/retire", null)).StatusCode);
        Assert.Contains("retired", await api.RefusedAsync(HttpMethod.Post, $"/api/v1/workflows/{name}/runs", 409, "{}"), StringComparison.Ordinal);
        Assert.Equal(name, (string?)(await api.GetAsync("/api/v1/removals/retired"))[0]!["name"]);
        Assert.Equal(HttpStatusCode.OK, (await api.Http.PostAsync($"/api/v1/workflows/{name}/restore", null)).StatusCode);

        var printed = await api.Platform.RunAsync("delete", name);
        Assert.Equal(1, printed.ExitCode);
        Assert.Contains("Would go for ever: 1 version, 1 run with their logs", printed.Output, StringComparison.Ordinal);
        await api.RefusedAsync(HttpMethod.Delete, $"/api/v1/workflows/{name}", 403, client: api.Viewer);
        var gone = await (await api.Http.DeleteAsync($"/api/v1/workflows/{name}")).Content.ReadFromJsonAsync<JsonNode>();
        Assert.Equal((name, 1), ((string?)gone!["workflow"], (int)gone["runs"]!));
        await api.RefusedAsync(HttpMethod.Get, $"/api/v1/workflows/{name}", 404);
        await api.RefusedAsync(HttpMethod.Delete, $"/api/v1/workflows/{name}", 404);
        Assert.Equal(["deleted", "restored", "retired"], (await api.GetAsync($"/api/v1/removals?workflow={name}")).AsArray().Select(r => (string?)r!["action"]));
    }

    [Fact]
    public async Task A_workflow_with_open_runs_is_not_deleted()
    {
        var name = await api.PublishAsync("  - { id: a, activity: control.noop, queue: nobody }");
        var run = await api.TriggerAsync(name);
        Assert.Contains($"({run})", await api.RefusedAsync(HttpMethod.Delete, $"/api/v1/workflows/{name}", 409), StringComparison.Ordinal);
        Assert.Equal(0, (await api.Platform.RunAsync("delete", name, "--yes", "--cancel-runs")).ExitCode);
    }
}
