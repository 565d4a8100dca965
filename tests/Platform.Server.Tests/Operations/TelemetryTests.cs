using Platform.Server.Tests.CommandLine;
using Platform.Server.Tests.Hosting;

namespace Platform.Server.Tests.Operations;

public sealed class TelemetryTests : IDisposable
{
    private const string Two = """
        name: traced
        tasks:
          - id: first
            activity: control.noop
          - id: second
            activity: clean.sql
            after: [first]
            with: { table: raw.traced, mode: replace, sql: "select 1 as n" }
        """;

    private readonly PlatformProcess _platform = new();

    public void Dispose() => _platform.Dispose();

    [Fact]
    public async Task A_collector_gets_a_trace_a_run_with_its_attempts_below_and_metrics()
    {
        await using var collector = await Collector.StartAsync();
        _platform.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address;
        _platform.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        _platform.Environment["OTEL_BSP_SCHEDULE_DELAY"] = "200";
        _platform.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
        var file = _platform.Write("traced.yaml", Two);
        await using (var server = await ServerProcess.StartAsync(_platform))
        {
            Assert.Equal(0, (await _platform.RunAsync("run", file)).ExitCode);
            // The queue is measured by a duty of the node, which on a busy machine comes later than a short run.
            for (var turn = 0; turn < 300 && !collector.Texts("/v1/metrics").Contains("platform.queue.places", StringComparison.Ordinal); turn++)
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        // The server has ended, and with it sent what it held.
        var spans = collector.Spans;
        var run = Assert.Single(spans, s => s.Name == "run traced");
        Assert.Equal("", run.ParentId);
        foreach (var name in new[] { "task first", "task second" })
        {
            var task = Assert.Single(spans, s => s.Name == name);
            Assert.Equal((run.TraceId, run.SpanId), (task.TraceId, task.ParentId));
        }
        // The statements of a task hang below it; the node's own polling is not sent.
        var tasks = spans.Where(s => s.Name.StartsWith("task ", StringComparison.Ordinal)).Select(s => s.SpanId).ToHashSet();
        Assert.Contains(spans, s => s.Name == "duckdb" && s.ParentId == spans.Single(t => t.Name == "task second").SpanId);
        Assert.Contains(spans, s => s.Name == "postgresql" && tasks.Contains(s.ParentId));
        Assert.All(spans, s => Assert.True(s.ParentId != "" || s.Name.StartsWith("run ", StringComparison.Ordinal), s.Name));
        var metrics = collector.Texts("/v1/metrics");
        Assert.Contains("platform.attempts", metrics, StringComparison.Ordinal);
        Assert.Contains("platform.queue.places", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_collector_its_libraries_are_not_loaded_and_json_logs_are_one_object_a_line()
    {
        _platform.Environment["PLATFORM_LOG"] = "json";
        await using var server = await ServerProcess.StartAsync(_platform);
        Assert.DoesNotContain("OpenTelemetry", await File.ReadAllTextAsync($"/proc/{server.ProcessId}/maps"), StringComparison.Ordinal);
        Assert.InRange(server.ResidentBytes, 1, 350L << 20);
        var lines = server.LogLines.ToList();
        Assert.NotEmpty(lines);
        Assert.All(lines, l => Assert.NotNull(System.Text.Json.Nodes.JsonNode.Parse(l)!["Message"]));
    }
}
