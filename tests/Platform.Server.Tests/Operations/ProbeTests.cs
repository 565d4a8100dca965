using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Platform.Server.Tests.CommandLine;
using Platform.Server.Tests.Hosting;

namespace Platform.Server.Tests.Operations;

public sealed class ProbeTests : IDisposable
{
    private readonly PlatformProcess _platform = new();

    public void Dispose() => _platform.Dispose();

    [Fact]
    public async Task Ready_means_the_database_answers_its_schema_fits_and_the_node_beats()
    {
        await using var server = await ServerProcess.StartAsync(_platform);
        Assert.Equal("alive", (string?)(await server.Http.GetFromJsonAsync<JsonNode>("/health"))!["status"]);
        var ready = await UntilAsync(server, HttpStatusCode.OK);
        Assert.NotNull((string?)ready["node"]);
        Assert.True((int)ready["migration"]! >= 50);

        await using var connection = new NpgsqlConnection(HomeDatabase.ConnectionString(_platform.Home));
        // A newer program has added something that this one can live with.
        await connection.ExecuteAsync("insert into migrations (number, name, checksum, compatible) values (9998, 'more', 'x', true)");
        await UntilAsync(server, HttpStatusCode.OK);
        // And something that it cannot: it says so, and stops by itself.
        await connection.ExecuteAsync("insert into migrations (number, name, checksum, compatible) values (9999, 'other', 'x', false)");
        try
        {
            var waiting = await UntilAsync(server, HttpStatusCode.ServiceUnavailable);
            Assert.Equal("waiting for the schema", (string?)waiting["status"]);
            Assert.Contains("9999_other", (string?)waiting["reason"], StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            // It was quicker than we.
        }
        Assert.NotEqual(0, await server.ExitAsync(TimeSpan.FromSeconds(60)));
        var refused = await _platform.RunAsync("runs");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("9999_other", refused.ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_database_a_server_is_alive_and_not_ready()
    {
        await using var server = await ServerProcess.StartAsync(_platform);
        await UntilAsync(server, HttpStatusCode.OK);
        var process = int.Parse(File.ReadAllLines(Path.Combine(_platform.Home, "postgres", "data", "postmaster.pid"))[0], System.Globalization.CultureInfo.InvariantCulture);
        using (var stop = System.Diagnostics.Process.Start("kill", ["-STOP", $"{process}"]))
            await stop.WaitForExitAsync();
        try
        {
            // The postmaster takes no new connection; those that are open still work, so their backends stop too.
            await FreezeBackendsAsync(process, "-STOP");
            var waiting = await UntilAsync(server, HttpStatusCode.ServiceUnavailable);
            Assert.Equal("waiting for the database", (string?)waiting["status"]);
            Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/health")).StatusCode);
        }
        finally
        {
            await FreezeBackendsAsync(process, "-CONT");
            using var go = System.Diagnostics.Process.Start("kill", ["-CONT", $"{process}"]);
            await go.WaitForExitAsync();
        }
        await UntilAsync(server, HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_database_that_answers_and_refuses_writes_is_not_ready()
    {
        await using var server = await ServerProcess.StartAsync(_platform);
        await UntilAsync(server, HttpStatusCode.OK);
        await using var connection = new NpgsqlConnection(HomeDatabase.ConnectionString(_platform.Home));
        // As a full disk does: what is read is answered, what is written is refused.
        await connection.ExecuteAsync("alter system set default_transaction_read_only = on");
        await connection.ExecuteAsync("select pg_reload_conf()");
        var waiting = await UntilAsync(server, HttpStatusCode.ServiceUnavailable);
        Assert.Equal("waiting for the database", (string?)waiting["status"]);
        Assert.Contains("read-only", (string?)waiting["reason"], StringComparison.Ordinal);
        await connection.ExecuteAsync("alter system reset default_transaction_read_only");
        await connection.ExecuteAsync("select pg_reload_conf()");
        await UntilAsync(server, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Metrics_are_for_this_machine_or_a_token_and_count_the_work()
    {
        var file = _platform.Write("one.yaml", "name: one\ntasks:\n  - { id: a, activity: control.noop }\n");
        await using var server = await ServerProcess.StartAsync(_platform);
        Assert.Equal(0, (await _platform.RunAsync("run", file)).ExitCode);
        // The queue is counted in turns, for the first time a moment after the start.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        string text;
        while (!(text = await server.Http.GetStringAsync("/metrics")).Contains("platform_queue_places{", StringComparison.Ordinal) && !limit.IsCancellationRequested)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        Assert.Contains("# TYPE platform_attempts_total counter", text, StringComparison.Ordinal);
        Assert.Contains("platform_attempts_total{workflow=\"one\",state=\"success\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("platform_runs_total{workflow=\"one\",state=\"success\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("platform_attempt_duration_seconds_bucket{workflow=\"one\",state=\"success\",le=\"+Inf\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("platform_queue_places{queue=\"default\"}", text, StringComparison.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#'))
            Assert.Matches(@"^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*=""([^""\\]|\\.)*"",?)*\})? (-?[0-9.E+-]+|NaN|[+-]Inf)$", line);

        // Through a proxy the address is ours and the reader is not.
        using var proxied = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        proxied.Headers.Add("X-Forwarded-For", "203.0.113.7");
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Http.SendAsync(proxied)).StatusCode);
        await server.UseTokenAsync(_platform);
        using var signed = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        signed.Headers.Add("X-Forwarded-For", "203.0.113.7");
        Assert.Equal(HttpStatusCode.OK, (await server.Http.SendAsync(signed)).StatusCode);
    }

    private static async Task FreezeBackendsAsync(int postmaster, string signal)
    {
        foreach (var child in (await File.ReadAllTextAsync($"/proc/{postmaster}/task/{postmaster}/children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            using var one = System.Diagnostics.Process.Start("kill", [signal, child]);
            await one.WaitForExitAsync();
        }
    }

    /// <summary>Asks until the probe answers so; half a minute at most.</summary>
    private static async Task<JsonNode> UntilAsync(ServerProcess server, HttpStatusCode status)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (true)
        {
            var answer = await server.Http.GetAsync("/ready", limit.Token);
            if (answer.StatusCode == status)
                return (await answer.Content.ReadFromJsonAsync<JsonNode>(limit.Token))!;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
        }
    }
}
