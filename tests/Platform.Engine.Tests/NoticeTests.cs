using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Engine.History;
using Platform.Engine.Notices;
using Platform.Engine.Planning;
using Platform.Workflows;

namespace Platform.Engine.Tests;

/// <summary>Who is told of failed and late runs, and what becomes of notices that cannot be delivered.</summary>
public sealed class NoticeTests(EngineFixture engine) : IClassFixture<EngineFixture>, IConnections, ISecrets
{
    private readonly Dictionary<string, ConnectionInfo> _connections = [];

    ValueTask<ConnectionInfo> IConnections.GetAsync(string name, CancellationToken cancellationToken) =>
        _connections.TryGetValue(name, out var connection) ? new(connection) : throw new ConnectionNotFoundException(name);

    ValueTask<string> ISecrets.GetAsync(string name, CancellationToken cancellationToken) => new("key");

    private NoticeSender Sender => new(engine.Database, this, this, TimeProvider.System, NullLogger.Instance);

    private NoticeQueries Queries => new(engine.Database);

    /// <summary>A run that failed without any node that sends, so that the test decides when.</summary>
    private async Task<RunDetail> FailedAsync(string head, string task = "")
    {
        var name = await engine.ApplyAsync($"  - {{ id: bad, activity: test.fail{task} }}", head);
        await using var node = engine.StartNode(name, o => o with { Maintains = false });
        return await engine.EndedAsync(await engine.TriggerAsync(name));
    }

    private async Task<NoticeRow> SentAsync(long run)
    {
        await Sender.SendAsync(CancellationToken.None);
        return Assert.Single(await Queries.ListAsync(run, null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task A_failed_run_posts_a_signed_body_once()
    {
        using var hook = new Hook();
        var run = await FailedAsync($"on_failure: [{{ kind: webhook, to: '{hook.Url}', secret: hooks }}]");
        Assert.Equal(("waiting", 0), (await Queries.ListAsync(run.Run.Id, null, 10, CancellationToken.None)).Select(n => (n.State, n.Tries)).Single());
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Sender.SendAsync(CancellationToken.None)));
        Assert.Equal(("sent", 1), (await Queries.ListAsync(run.Run.Id, null, 10, CancellationToken.None)).Select(n => (n.State, n.Tries)).Single());
        var (body, signature, key) = Assert.Single(hook.Got);
        var payload = JsonNode.Parse(body)!;
        Assert.Equal(("run.failed", run.Run.Id, "Task 'bad' failed"), ((string?)payload["event"], (long)payload["run_id"]!, (string?)payload["error"]));
        var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(signature[2..signature.IndexOf(',', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Webhook.Sign(body, "key", at), signature);
        Assert.StartsWith("notice-", key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_is_the_one_that_any_library_computes() =>
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac key
        Assert.Equal("t=1700000000,v1=" + Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData("key"u8, "1700000000.{}"u8)), await Task.FromResult(Webhook.Sign("{}", "key", DateTimeOffset.FromUnixTimeSeconds(1_700_000_000))));

    [Fact]
    public async Task A_service_that_is_down_is_tried_again_later_and_its_error_can_be_seen()
    {
        using var hook = new Hook { Status = 503 };
        var run = await FailedAsync($"on_failure: [{{ kind: webhook, to: '{hook.Url}' }}]");
        var waiting = await SentAsync(run.Run.Id);
        Assert.Equal(("waiting", 1), (waiting.State, waiting.Tries));
        Assert.Contains("503", waiting.Error, StringComparison.Ordinal);
        Assert.InRange(waiting.NextAt!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(6));
        // Not due yet: nothing is sent.
        Assert.Equal(1, (await SentAsync(run.Run.Id)).Tries);
        hook.Status = 200;
        await engine.ExecuteAsync("update notice set next_at = now() where run_id = @Id", run.Run);
        Assert.Equal(("sent", 2, null), await SentAsync(run.Run.Id) is var sent ? (sent.State, sent.Tries, sent.Error) : default);
    }

    [Fact]
    public async Task After_a_day_it_is_given_up_and_can_be_tried_again_by_hand()
    {
        var run = await FailedAsync("on_failure: [{ kind: webhook, connection: nobody }]");
        await engine.ExecuteAsync("update notice set created_at = now() - interval '24 hours' where run_id = @Id", run.Run);
        var failed = await SentAsync(run.Run.Id);
        Assert.Equal("failed", failed.State);
        Assert.Contains("no connection 'nobody'", failed.Error, StringComparison.Ordinal);
        using var hook = new Hook();
        _connections["nobody"] = new ConnectionInfo("nobody", "http", new Dictionary<string, string> { ["url"] = hook.Url, ["token"] = "t0" });
        Assert.Equal(1, await Queries.RetryFailedAsync(CancellationToken.None));
        Assert.Equal("sent", (await SentAsync(run.Run.Id)).State);
        Assert.Single(hook.Got);
    }

    [Fact]
    public async Task A_node_that_dies_while_it_sends_leaves_the_notice_due_again()
    {
        using var hook = new Hook();
        var run = await FailedAsync($"on_failure: [{{ kind: webhook, to: '{hook.Url}' }}]");
        // As the node took it, and died before it could write what became of it.
        await engine.ExecuteAsync("update notice set tries = 1, next_at = now() + interval '1 minute' where run_id = @Id", run.Run);
        await Sender.SendAsync(CancellationToken.None);
        Assert.Empty(hook.Got);
        await engine.ExecuteAsync("update notice set next_at = now() where run_id = @Id", run.Run);
        Assert.Equal(("sent", 2), await SentAsync(run.Run.Id) is var sent ? (sent.State, sent.Tries) : default);
    }

    [Fact]
    public async Task A_task_has_people_of_its_own_who_hear_of_its_last_attempt_only()
    {
        using var hook = new Hook();
        var run = await FailedAsync("", $", retries: 1, retry_delay: 10ms, with: {{ message: no rows }}, on_failure: [{{ kind: webhook, to: '{hook.Url}' }}]");
        Assert.Equal("task.failed", (await SentAsync(run.Run.Id)).Event);
        var payload = JsonNode.Parse(Assert.Single(hook.Got).Body)!;
        Assert.Equal(("bad", "no rows"), ((string?)payload["task_id"], (string?)payload["error"]));
    }

    [Fact]
    public async Task Nobody_is_told_of_what_succeeded_or_was_canceled()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: slow, activity: test.gate, with: {{ name: {gate} }} }}", "on_failure: [{ kind: log }]");
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        await Meeting.Of(gate + ".began");
        Assert.True(await engine.Commands.CancelAsync(id, "ada", CancellationToken.None));
        _ = await engine.EndedAsync(id);
        Meeting.Reach(gate + ".go");
        _ = await engine.EndedAsync(await engine.TriggerAsync(name));
        Assert.Equal(0, await engine.ScalarAsync<long>("select count(*) from notice n join run r on r.id = n.run_id where r.workflow = @name", new { name }));
    }

    [Fact]
    public async Task A_run_that_is_late_is_marked_and_told_of_once_and_goes_on()
    {
        using var hook = new Hook();
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: slow, activity: test.gate, with: {{ name: {gate} }} }}", $"deadline: 200ms\non_failure: [{{ kind: webhook, to: '{hook.Url}' }}]");
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        var late = await engine.UntilAsync(id, r => r.Run.LateAt is not null);
        Assert.Equal(RunStates.Running, late.Run.State);
        Assert.Equal(TimeSpan.FromMilliseconds(200), late.Run.DeadlineAt - late.Run.StartedAt);
        Meeting.Reach(gate + ".go");
        Assert.Equal(RunStates.Success, (await engine.EndedAsync(id)).Run.State);
        Assert.Equal(["run.late"], (await Queries.ListAsync(id, null, 10, CancellationToken.None)).Select(n => n.Event));
        Assert.Equal(1, await engine.ScalarAsync<long>("select count(*) from outbox where type = 'run.late' and key = @key", new { key = $"run/{id}" }));
    }

    [Fact]
    public async Task A_run_that_is_done_in_time_is_not_late_and_a_clear_sets_the_clock_anew()
    {
        var name = await engine.ApplyAsync("  - { id: quick, activity: test.noop }", "deadline: 1h");
        var run = await engine.RunAsync(name);
        Assert.Null(run.Run.LateAt);
        _ = await engine.Commands.ClearAsync(new ClearRequest { RunId = run.Run.Id, By = "ada" }, CancellationToken.None);
        await using var node = engine.StartNode(name);
        Assert.True((await engine.EndedAsync(run.Run.Id)).Run.DeadlineAt > run.Run.DeadlineAt);
    }

    [Fact]
    public async Task Mail_goes_to_everybody_named_with_subject_and_text()
    {
        using var mail = new MailBox();
        _connections["mail"] = new ConnectionInfo("mail", "smtp", new Dictionary<string, string> { ["host"] = "127.0.0.1", ["port"] = $"{mail.Port}", ["from"] = "Platform <platform@shop.example>", ["tls"] = "none" });
        var run = await FailedAsync("on_failure: [{ kind: email, connection: mail, to: 'ada@shop.example, bob@shop.example' }]");
        var notice = await SentAsync(run.Run.Id);
        Assert.Equal(("sent", null), (notice.State, notice.Error));
        var said = mail.Said.ToArray();
        Assert.Contains("MAIL FROM:<platform@shop.example>", said);
        Assert.Equal(["RCPT TO:<ada@shop.example>", "RCPT TO:<bob@shop.example>"], said.Where(l => l.StartsWith("RCPT", StringComparison.Ordinal)));
        var subject = said.Single(l => l.StartsWith("Subject: ", StringComparison.Ordinal));
        Assert.Equal($"Failed: run {run.Run.Id} of workflow '{run.Run.Workflow}'", Encoding.UTF8.GetString(Convert.FromBase64String(subject[19..^2])));
        Assert.Contains($"Message-ID: <notice-{notice.Id}@platform>", said);
    }

    [Fact]
    public async Task A_mail_server_that_refuses_is_an_error_that_can_be_seen()
    {
        using var mail = new MailBox { Refuses = "RCPT" };
        _connections["mail"] = new ConnectionInfo("mail", "smtp", new Dictionary<string, string> { ["host"] = "127.0.0.1", ["port"] = $"{mail.Port}", ["from"] = "platform@shop.example", ["tls"] = "none" });
        var run = await FailedAsync("on_failure: [{ kind: email, connection: mail, to: nobody@shop.example }]");
        var notice = await SentAsync(run.Run.Id);
        Assert.Equal("waiting", notice.State);
        Assert.Contains("550", notice.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("on_failure: [{ kind: webhook, to: nowhere }]", "bad-option")]
    [InlineData("on_failure: [{ kind: email, to: ada@shop.example }]", "missing-key")]
    [InlineData("on_failure: [{ kind: webhook }]", "missing-key")]
    public async Task What_could_never_be_delivered_is_refused(string head, string code)
    {
        var result = await engine.Store.ApplyAsync($"name: {EngineFixture.NewName()}\n{head}\ntasks:\n  - {{ id: a, activity: test.noop }}", new Definitions.ApplyOptions { Origin = Definitions.WorkflowOrigin.Applied, By = "test" }, CancellationToken.None);
        Assert.Equal(code, Assert.Single(result.Problems).Code);
    }

    /// <summary>A service that takes notices.</summary>
    private sealed class Hook : IDisposable
    {
        private readonly HttpListener _listener = new();

        public Hook()
        {
            using (var free = new TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
            }
            _listener.Prefixes.Add(Url);
            _listener.Start();
            _ = ServeAsync();
        }

        public string Url { get; }

        public int Status { get; set; } = 200;

        public ConcurrentQueue<(string Body, string Signature, string Key)> Got { get; } = new();

        public void Dispose() => _listener.Close();

        private async Task ServeAsync()
        {
            while (_listener.IsListening)
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                Got.Enqueue((await reader.ReadToEndAsync(), context.Request.Headers["X-Platform-Signature"] ?? "", context.Request.Headers["Idempotency-Key"] ?? ""));
                context.Response.StatusCode = Status;
                context.Response.Close();
            }
        }
    }

    /// <summary>Speaks enough SMTP to take a message.</summary>
    private sealed class MailBox : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public MailBox()
        {
            _listener.Start();
            _ = Task.Run(async () =>
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    using var reader = new StreamReader(client.GetStream());
                    await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
                    await writer.WriteLineAsync("220 box ready");
                    var data = false;
                    while (await reader.ReadLineAsync() is { } line)
                    {
                        Said.Enqueue(line);
                        if (data && line != ".")
                            continue;
                        var answer = data ? "250 taken" : line.Split(' ', ':')[0] switch
                        {
                            var word when word == Refuses => "550 nobody here",
                            "EHLO" => "250-box\r\n250 8BITMIME",
                            "MAIL" or "RCPT" => "250 fine",
                            "DATA" => "354 go on",
                            "QUIT" => "221 bye",
                            _ => "502 what?",
                        };
                        data = line == "DATA" && !data;
                        await writer.WriteLineAsync(answer);
                    }
                }
            });
        }

        public ConcurrentQueue<string> Said { get; } = new();

        public string? Refuses { get; init; }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public void Dispose() => _listener.Dispose();
    }
}
