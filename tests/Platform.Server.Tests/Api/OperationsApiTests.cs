using System.Net;
using System.Text.Json.Nodes;

namespace Platform.Server.Tests.Api;

public sealed class OperationsApiTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task How_the_platform_fares_is_told_with_the_newest_backup_and_viewers_see_no_statements()
    {
        var first = await ReadAsync(api.Http);
        Assert.Null(first["backup"]);
        var node = first["nodes"]!.AsArray()[0]!;
        Assert.True((bool)node["alive"]!);
        Assert.True((double)node["cpu"]! > 0);
        Assert.Contains(first["database"]!["queues"]!.AsArray(), q => (string?)q!["queue"] == "default" && (long)q["places"]! > 0);
        Assert.NotEmpty(first["tables"]!.AsArray());
        Assert.Empty(first["set_aside"]!.AsArray());

        var file = Path.Combine(Path.GetDirectoryName(api.Platform.Home)!, "operations.backup");
        var made = await api.Platform.RunAsync("backup", file, "--json");
        Assert.True(made.ExitCode == 0, made.Error);
        var viewed = await ReadAsync(api.Viewer);
        Assert.Equal((long)made.Json["bytes"]!, (long)viewed["backup"]!["bytes"]!);
        Assert.Empty(viewed["statements"]!.AsArray());
        Assert.All(viewed["database"]!["pins"]!.AsArray(), pin => Assert.Equal("", (string?)pin!["statement"]));
    }

    [Fact]
    public async Task Lists_are_files_for_who_is_signed_in_and_nobody_else()
    {
        using var stranger = new HttpClient { BaseAddress = api.Http.BaseAddress };
        Assert.NotEqual("text/csv", (await stranger.GetAsync(new Uri("/export/inventory.csv", UriKind.Relative))).Content.Headers.ContentType?.MediaType);
        using var answer = await api.Viewer.GetAsync(new Uri("/export/inventory.csv?sort=rows-", UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, "text/csv"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.StartsWith("key,column,kind", (await answer.Content.ReadAsStringAsync()).TrimStart('\uFEFF'), StringComparison.Ordinal);
    }

    private static async Task<JsonNode> ReadAsync(HttpClient http) => JsonNode.Parse(await http.GetStringAsync(new Uri("/api/v1/operations", UriKind.Relative)))!;
}
