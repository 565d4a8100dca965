using System.Text.Json.Nodes;
using Platform.Activities.Control;
using Platform.Workflows;

namespace Platform.Activities.Tests.Control;

public sealed class ControlHttpTests : ActivityTest, IConnections
{
    private readonly Peer _peer = new();
    private readonly Dictionary<string, ConnectionInfo> _connections = [];

    public override object? GetService(Type serviceType) => serviceType == typeof(IConnections) ? this : base.GetService(serviceType);

    ValueTask<ConnectionInfo> IConnections.GetAsync(string name, CancellationToken cancellationToken) =>
        _connections.TryGetValue(name, out var connection) ? new(connection) : throw new ConnectionNotFoundException(name);

    protected override void Dispose(bool disposing)
    {
        _peer.Dispose();
        base.Dispose(disposing);
    }

    private JsonObject With(string path, string more = "{}")
    {
        var with = JsonNode.Parse(more)!.AsObject();
        with["url"] = _peer.Address + path;
        with.TryAdd("retry_delay", "1ms");
        return with;
    }

    [Fact]
    public async Task A_json_answer_becomes_outputs()
    {
        _peer.Answer(200, """{"rows": 5}""", "application/json; charset=utf-8", ("X-Version", "7"));

        var outputs = (HttpOutputs)(await Run("control.http", With("a?key=k"))).Outputs!;

        Assert.Equal((200, "7", 5), (outputs.Status, outputs.Headers["x-version"], outputs.Body!["rows"]!.GetValue<int>()));
        var request = Assert.Single(_peer.Requests);
        Assert.Equal(("GET", "/a?key=k", ""), (request.Method, request.Path, request.Headers["Idempotency-Key"] ?? ""));
        Assert.DoesNotContain("key=k", Runs.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_sends_json_and_the_same_key_on_every_attempt()
    {
        _peer.Answer(503, "busy");
        _peer.Answer(201, "made");
        _peer.Answer(201, "made");

        var first = (HttpOutputs)(await Run("control.http", With("orders", """{"method": "POST", "body": {"day": "2026-01-31"}, "headers": {"X-Shop": "ü", "Content-Type": "application/vnd.shop+json"}}"""))).Outputs!;
        await Run("control.http", With("orders", """{"method": "POST", "body": "plain text"}"""), Runs.Context(attempt: 2));

        Assert.Equal("made", first.Body!.ToString());
        var requests = _peer.Requests.ToArray();
        Assert.Equal(3, requests.Length);
        Assert.All(requests, r => Assert.Equal("1/task/-1/1", r.Headers["Idempotency-Key"]));
        Assert.Equal(("""{"day":"2026-01-31"}""", "application/vnd.shop+json"), (requests[1].Body, requests[1].Headers["Content-Type"]));
        Assert.Equal(("plain text", "text/plain; charset=utf-8"), (requests[2].Body, requests[2].Headers["Content-Type"]));
    }

    [Fact]
    public async Task An_unavailable_service_is_tried_again_and_then_fails_for_the_task_to_retry()
    {
        for (var i = 0; i < 3; i++)
            _peer.Answer(500, "broken");

        var failure = await Fails("control.http", With("a", """{"retries": 2}"""));

        Assert.Equal(("unavailable", true), (failure.Kind, failure.Retryable));
        Assert.Contains("failed 3 times", failure.Message, StringComparison.Ordinal);
        Assert.Contains("broken", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, _peer.Requests.Count);
    }

    [Theory]
    [InlineData(400, "refused")]
    [InlineData(401, "refused")]
    [InlineData(404, "not-found")]
    [InlineData(409, "conflict")]
    public async Task Another_status_fails_at_once(int status, string kind)
    {
        _peer.Answer(status, "no such order");

        var failure = await Fails("control.http", With("a"));

        Assert.Equal(kind, failure.Kind);
        Assert.Contains("no such order", failure.Message, StringComparison.Ordinal);
        Assert.Single(_peer.Requests);
    }

    [Fact]
    public async Task Expected_codes_are_success_whatever_they_are()
    {
        _peer.Answer(404, "");
        Assert.Equal(404, ((HttpOutputs)(await Run("control.http", With("a", """{"expect": [200, 404]}"""))).Outputs!).Status);
        _peer.Answer(204, "");
        Assert.Contains("expected was 200", (await Fails("control.http", With("a", """{"expect": [200]}"""))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_answer_is_refused_unless_it_is_not_kept()
    {
        _peer.Answer(200, new string('x', 2000));
        Assert.Contains("more than 1000 bytes", (await Fails("control.http", With("a", """{"max_bytes": 1000}"""))).Message, StringComparison.Ordinal);
        _peer.Answer(200, new string('x', 2000));
        Assert.Null(((HttpOutputs)(await Run("control.http", With("a", """{"keep_body": false}"""))).Outputs!).Body);
    }

    [Fact]
    public async Task A_service_that_is_silent_or_not_there_is_unavailable()
    {
        _peer.Answer(200, "late", delay: true);
        Assert.Contains("No complete answer within 100ms", (await Fails("control.http", With("a", """{"timeout": "100ms", "retries": 0}"""))).Message, StringComparison.Ordinal);

        var nobody = new JsonObject { ["url"] = $"http://127.0.0.1:{Peer.FreePort()}/", ["retries"] = 1, ["retry_delay"] = "1ms" };
        Assert.Contains("failed 2 times", (await Fails("control.http", nobody)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_brings_address_and_credentials_and_keeps_them()
    {
        _connections["shop"] = new("shop", "http", new Dictionary<string, string> { ["url"] = _peer.Address + "api", ["token"] = "t0ken" });
        _connections["other"] = new("other", "s3", new Dictionary<string, string>());
        _peer.Answer(200, "ok");

        await Run("control.http", new() { ["url"] = "/v1/reload", ["connection"] = "shop" });

        var request = Assert.Single(_peer.Requests);
        Assert.Equal(("/api/v1/reload", "Bearer t0ken"), (request.Path, request.Headers["Authorization"]));
        Assert.Contains("not one of connection", (await Fails("control.http", new() { ["url"] = "https://elsewhere.example/", ["connection"] = "shop" })).Message, StringComparison.Ordinal);
        Assert.Contains("kind s3", (await Fails("control.http", new() { ["url"] = "/", ["connection"] = "other" })).Message, StringComparison.Ordinal);
        Assert.Equal("not-found", (await Fails("control.http", new() { ["url"] = "/", ["connection"] = "nobody" })).Kind);
    }

    [Theory]
    [InlineData("""{"url": "ftp://x/"}""", "no full address")]
    [InlineData("""{"url": "shop/reload"}""", "no full address")]
    [InlineData("""{"url": "http://127.0.0.1:1/", "method": "FETCH"}""", "'method'")]
    [InlineData("""{"url": "http://127.0.0.1:1/", "headers": {"bad name": "x"}}""", "header 'bad name'")]
    [InlineData("""{"url": "http://127.0.0.1:1/", "headers": {"X": "a\nb"}}""", "header 'X'")]
    [InlineData("""{}""", "needs 'url'")]
    public async Task Bad_input_is_never_retried(string with, string message)
    {
        var failure = await Fails("control.http", JsonNode.Parse(with)!.AsObject());
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.False(failure.Retryable);
    }
}
