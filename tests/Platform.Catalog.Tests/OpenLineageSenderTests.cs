using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Platform.Catalog.Lineage;
using Platform.Catalog.OpenLineage;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class OpenLineageSenderTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Time = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);
    private readonly CatalogFixture _catalog = new();
    private readonly Addresses _addresses = new();

    public Task InitializeAsync() => _catalog.InitializeAsync();

    public Task DisposeAsync() => _catalog.DisposeAsync();

    private OpenLineageSender Sender => new(_catalog.DataSource, _addresses, TimeProvider.System);

    [Fact]
    public async Task Each_attempt_sends_its_start_and_end_in_order_with_key_and_lineage()
    {
        await using var receiver = new LineageReceiver();
        await ConnectAsync("marquez", receiver.Url, "sesame");
        await EndAsync("clean", 1, "success", Written());
        await EndAsync("train", 1, "failed");
        await EndAsync("skip", 1, "skipped");

        Assert.Equal(4, await Sender.SendDueAsync(CancellationToken.None));

        Assert.Equal(["START shop.clean", "COMPLETE shop.clean", "START shop.train", "FAIL shop.train"], receiver.Received.Select(Words));
        Assert.All(receiver.Heads, head => Assert.Contains("Authorization: Bearer sesame", head, StringComparison.Ordinal));
        Assert.StartsWith("POST /api/v1/lineage ", receiver.Heads.First(), StringComparison.Ordinal);
        var events = receiver.Received.Select(text => JsonNode.Parse(text)!).ToList();
        Assert.Equal(events[0]["run"]!["runId"]!.GetValue<string>(), events[1]["run"]!["runId"]!.GetValue<string>());
        Assert.NotEqual(events[0]["run"]!["runId"]!.GetValue<string>(), events[2]["run"]!["runId"]!.GetValue<string>());
        var output = events[1]["outputs"]![0]!;
        Assert.Equal(("platform", "clean.orders"), (output["namespace"]!.GetValue<string>(), output["name"]!.GetValue<string>()));
        Assert.Equal("""{"type":"DIRECT","subtype":"AGGREGATION","description":"","masking":true}""", output["facets"]!["columnLineage"]!["fields"]!["total"]!["inputFields"]![0]!["transformations"]![0]!.ToJsonString());
        Assert.Equal("GROUP_BY", output["facets"]!["columnLineage"]!["dataset"]![0]!["transformations"]![0]!["subtype"]!.GetValue<string>());
        Assert.Equal(("postgres://db:5432", "shop.public.orders"), (events[1]["inputs"]![0]!["namespace"]!.GetValue<string>(), events[1]["inputs"]![0]!["name"]!.GetValue<string>()));
        Assert.Equal("Disk full", events[3]["run"]!["facets"]!["errorMessage"]!["message"]!.GetValue<string>());
        Assert.Equal(0, await Sender.SendDueAsync(CancellationToken.None));
    }

    [OpenLineageSpecFact]
    public async Task What_is_sent_is_valid_against_the_schemas_of_OpenLineage()
    {
        await using var receiver = new LineageReceiver();
        await ConnectAsync("marquez", receiver.Url, null);
        await EndAsync("clean", 1, "success", Written());
        await EndAsync("train", 1, "failed", new AssetRead("clean.orders", AssetKind.Table, 3));
        await EndAsync("check", 1, "success", new CheckResult("clean.orders", "total", "range", false, "-1", "0 to 9", "critical"), new CheckResult("clean.orders", null, "volume", true, "5", "over 1"));
        await Sender.SendDueAsync(CancellationToken.None);

        Assert.Equal(6, receiver.Received.Count);
        Assert.All(receiver.Received, text => Assert.Empty(SpecValidator.Check(text)));
    }

    [Fact]
    public async Task What_is_sent_can_be_taken_by_another_platform_and_gives_the_same_lineage()
    {
        await using var receiver = new LineageReceiver();
        await ConnectAsync("other", receiver.Url, null);
        await EndAsync("clean", 1, "success", Written());
        await Sender.SendDueAsync(CancellationToken.None);
        await using (var connection = await _catalog.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("delete from catalog.assets; delete from connections");

        foreach (var text in receiver.Received)
            Assert.Empty((await new OpenLineageInbox(_catalog.DataSource).TakeAsync(JsonDocument.Parse(text).RootElement, CancellationToken.None)).Problems);
        await _catalog.Projector.DrainAsync(CancellationToken.None);

        var graph = await new LineageQueries(_catalog.DataSource).WalkAsync("clean.orders", "total", LineageDirection.Upstream, 2, CancellationToken.None);
        Assert.Equal(["clean.orders#total", "postgresql://db:5432/shop/public.orders#amount", "postgresql://db:5432/shop/public.orders#status"], graph!.Nodes.Select(n => n.Id));
        Assert.All(graph.Edges, edge => Assert.Equal("platform/shop.clean", edge.Job));
    }

    [Fact]
    public async Task A_receiver_that_is_down_is_asked_again_later_and_gets_everything_in_order_when_it_is_back()
    {
        var gone = new LineageReceiver();
        await gone.DisposeAsync();
        await ConnectAsync("marquez", gone.Url, null);
        await EndAsync("a", 1, "success");
        await EndAsync("b", 1, "success");

        Assert.Equal(0, await Sender.SendDueAsync(CancellationToken.None));
        var (tries, waits, error) = await TargetAsync("marquez");
        Assert.Equal((1, true), (tries, waits));
        Assert.NotEmpty(error);
        Assert.Equal(0, await Sender.SendDueAsync(CancellationToken.None));
        Assert.Equal(1, (await TargetAsync("marquez")).Tries);

        await DueAsync();
        Assert.Equal(0, await Sender.SendDueAsync(CancellationToken.None));
        Assert.Equal(2, (await TargetAsync("marquez")).Tries);

        // A new process: nothing is kept in memory.
        await using var back = new LineageReceiver(gone.Port);
        await DueAsync();
        Assert.Equal(4, await Sender.SendDueAsync(CancellationToken.None));
        Assert.Equal(["START shop.a", "COMPLETE shop.a", "START shop.b", "COMPLETE shop.b"], back.Received.Select(Words));
        Assert.Equal(0, (await TargetAsync("marquez")).Tries);
    }

    [Theory]
    [InlineData(500, null)]
    [InlineData(429, "Retry-After: 1200")]
    [InlineData(401, null)]
    public async Task After_a_failed_answer_the_event_stays_first_and_the_receiver_gets_a_pause(int status, string? header)
    {
        await using var receiver = new LineageReceiver();
        var fail = true;
        receiver.Answer = body => fail && body.Contains("\"COMPLETE\"", StringComparison.Ordinal) ? (status, header) : (201, null);
        await ConnectAsync("marquez", receiver.Url, null);
        await EndAsync("a", 1, "success");
        await EndAsync("b", 1, "success");

        Assert.Equal(1, await Sender.SendDueAsync(CancellationToken.None));
        var pause = await ScalarAsync<double>("select extract(epoch from next_at - now()) from catalog.openlineage_targets");
        Assert.InRange(pause, header is null ? 0 : 1000, header is null ? 2 : 1200);

        fail = false;
        await DueAsync();
        Assert.Equal(3, await Sender.SendDueAsync(CancellationToken.None));
        Assert.Equal(["START shop.a", "COMPLETE shop.a", "START shop.b", "COMPLETE shop.b"], receiver.Received.Select(Words));
    }

    [Fact]
    public async Task An_event_that_is_refused_for_good_is_left_out_and_counted()
    {
        await using var receiver = new LineageReceiver { Answer = body => body.Contains("shop.a", StringComparison.Ordinal) ? (422, null) : (200, null) };
        await ConnectAsync("marquez", receiver.Url, null);
        await EndAsync("a", 1, "success");
        await EndAsync("b", 1, "success");

        Assert.Equal(4, await Sender.SendDueAsync(CancellationToken.None));
        Assert.Equal(["START shop.b", "COMPLETE shop.b"], receiver.Received.Select(Words));
        var row = Assert.Single(await new SendingQueries(_catalog.DataSource).ListAsync(CancellationToken.None));
        Assert.Equal(("marquez", 0L, 2L, 2L, 0), (row.Connection, row.Waiting, row.Sent, row.Refused, row.Tries));
        Assert.Contains("422", row.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_receiver_holds_up_neither_the_projection_nor_another_receiver_nor_is_it_sent_to_twice()
    {
        var open = new TaskCompletionSource();
        await using var slow = new LineageReceiver { Gate = open.Task };
        await using var quick = new LineageReceiver();
        await ConnectAsync("slow", slow.Url, null);
        await ConnectAsync("quick", quick.Url, null);
        await EndAsync("a", 1, "success");
        var sending = Sender.SendDueAsync(CancellationToken.None);
        await slow.AskedAsync(1);
        await quick.AskedAsync(2);

        await EndAsync("b", 2, "success", new AssetWritten("t.b", AssetKind.Table));
        Assert.Equal(1, await ScalarAsync<long>("select count(*) from catalog.assets where key = 't.b'"));
        // Another node has nothing to do there: the queue is taken.
        await Sender.SendDueAsync(CancellationToken.None);
        Assert.Single(slow.Heads);

        open.SetResult();
        await sending;
        Assert.Equal(2, quick.Received.Count(text => Words(text).EndsWith(".a", StringComparison.Ordinal)));
        Assert.Equal(2, slow.Received.Count(text => Words(text).EndsWith(".a", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_waits_for_a_connection_that_is_removed_is_not_kept()
    {
        await ConnectAsync("gone", "http://127.0.0.1:9", null);
        await EndAsync("a", 1, "success");
        await using (var connection = await _catalog.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("delete from connections");
        await Sender.SendDueAsync(CancellationToken.None);

        Assert.Equal(0, await ScalarAsync<long>("select count(*) from catalog.openlineage_queue"));
    }

    private static Fact[] Written() =>
    [
        new AssetRead("postgresql://db:5432/shop/public.orders", AssetKind.DatabaseTable, Rows: 10, Columns: [new("amount", "double"), new("status", "text")]),
        new AssetWritten("clean.orders", AssetKind.Table, 3, "replace", 5, 5, 900, 1, [new("total", "DOUBLE")]),
        new ColumnsDerived("clean.orders", [new("postgresql://db:5432/shop/public.orders", "amount", "total", ColumnEdgeKind.Aggregation, true), new("postgresql://db:5432/shop/public.orders", "status", null, ColumnEdgeKind.GroupBy)], "select sum(amount) as total from x group by status"),
    ];

    private async Task EndAsync(string task, long run, string state, params Fact[] facts)
    {
        await _catalog.AppendAsync(new TaskEnded
        {
            RunId = run,
            Workflow = "shop",
            TaskId = task,
            State = state,
            Activity = "feature.sql",
            Error = state == "failed" ? "Disk full" : null,
            IntervalStart = Time.AddDays(-1),
            IntervalEnd = Time,
            Started = Time,
            Ended = Time.AddMinutes(1),
        }, facts);
        await _catalog.Projector.DrainAsync(CancellationToken.None);
    }

    private async Task ConnectAsync(string name, string url, string? key)
    {
        _addresses.Add(name, url, key);
        await using var connection = await _catalog.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync("insert into connections (name, kind, settings) values (@name, 'openlineage', '{\"namespace\": \"platform\"}')", new { name });
    }

    private async Task<(int Tries, bool Waits, string Error)> TargetAsync(string name)
    {
        await using var connection = await _catalog.DataSource.OpenConnectionAsync();
        return await connection.QuerySingleAsync<(int, bool, string)>("select tries, next_at > now(), coalesce(last_error, '') from catalog.openlineage_targets where connection = @name", new { name });
    }

    /// <summary>As if the pause were over.</summary>
    private async Task DueAsync()
    {
        await using var connection = await _catalog.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync("update catalog.openlineage_targets set next_at = now() - interval '1 second'");
    }

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await _catalog.DataSource.OpenConnectionAsync();
        return (await connection.QuerySingleAsync<T>(sql))!;
    }

    private static string Words(string json)
    {
        var e = JsonNode.Parse(json)!;
        return $"{e["eventType"]} {e["job"]!["name"]}";
    }

    /// <summary>Connections as the store gives them.</summary>
    private sealed class Addresses : IConnections
    {
        private readonly Dictionary<string, ConnectionInfo> _known = [];

        public void Add(string name, string url, string? key) => _known[name] = new ConnectionInfo(name, "openlineage", key is null ? new Dictionary<string, string> { ["url"] = url } : new Dictionary<string, string> { ["url"] = url, ["api_key"] = key });

        public ValueTask<ConnectionInfo> GetAsync(string name, CancellationToken cancellationToken) => _known.TryGetValue(name, out var known) ? new(known) : throw new ConnectionNotFoundException(name);
    }
}
