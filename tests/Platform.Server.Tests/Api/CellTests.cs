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

    [Fact]
    public async Task Groups_of_cells_wait_in_the_review_queue_and_a_decision_on_one_that_is_not_there_or_that_corrects_is_refused()
    {
        Assert.Empty((await api.GetAsync("/api/v1/review?source=cells&kind=wrong_cells"))["items"]!.AsArray());
        Assert.Contains("Confirm that they are wrong", await api.RefusedAsync(HttpMethod.Post, "/api/v1/review/decisions", 400, """{"decisions": [{"item": "cells:1", "decision": "correct", "value": "x"}]}"""), StringComparison.Ordinal);
        var gone = await api.Http.PostAsync("/api/v1/review/decisions", new StringContent("""{"decisions": [{"item": "cells:999999", "decision": "confirm"}]}""", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(System.Net.HttpStatusCode.Conflict, gone.StatusCode);
        Assert.Contains("gone", await gone.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
