using System.Text.Json.Nodes;

namespace Platform.Server.Tests.Api;

/// <summary>Wrong cells over HTTP, where there is nothing to show or what is sent is wrong.</summary>
public sealed class CellTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task An_asset_that_was_not_searched_has_no_rows_to_label_and_takes_no_labels()
    {
        Assert.Contains("inventory.errors", await api.RefusedAsync(HttpMethod.Get, "/api/v1/cells?asset=raw.none", 404), StringComparison.Ordinal);
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/cells/rows?asset=raw.none", 404);
        Assert.Empty((await api.GetAsync("/api/v1/cells/groups?open=true")).AsArray());
        Assert.Empty((await api.GetAsync("/api/v1/cells/labels?asset=raw.none")).AsArray());
        var label = JsonNode.Parse("""{"asset": "raw.none", "labels": [{"row_key": "1", "column": "a", "wrong": true}]}""");
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/cells/labels", 400, label!.ToJsonString());
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/cells/labels", 400, """{"asset": "raw.none", "labels": []}""");
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/cells/labels", 403, label.ToJsonString(), api.Viewer);
    }

    [Fact]
    public async Task A_group_that_is_not_there_and_a_decision_that_is_none_are_refused()
    {
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/cells/groups/999/decision", 404, """{"decision": "confirmed"}""");
        await api.RefusedAsync(HttpMethod.Post, "/api/v1/cells/groups/999/decision", 400, """{"decision": "perhaps"}""");
        await api.RefusedAsync(HttpMethod.Get, "/api/v1/cells/groups?limit=0", 400);
    }
}
