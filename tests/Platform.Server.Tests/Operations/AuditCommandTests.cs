using Dapper;
using Npgsql;
using Platform.Server.Tests.CommandLine;
using Platform.Server.Tests.Hosting;

namespace Platform.Server.Tests.Operations;

/// <summary>The audit and the status as an operator sees them, on a home with real work in it.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private const string Work = """
        name: work
        tasks:
          - id: make
            activity: clean.sql
            with: { table: raw.numbers, mode: append, sql: "select 1 as n" }
          - id: twice
            activity: clean.sql
            after: [make]
            with: { table: clean.numbers, mode: replace, sql: "select n * 2 as doubled from raw.numbers" }
        """;

    private readonly PlatformProcess _platform = new();

    public void Dispose() => _platform.Dispose();

    [Fact]
    public async Task The_audit_of_honest_work_is_clean_and_a_planted_second_write_is_the_only_finding()
    {
        var file = _platform.Write("work.yaml", Work);
        var run = (long)(await _platform.RunAsync("run", file, "--json")).Json["run"]!;
        Assert.NotNull((await _platform.RunAsync("lineage", "clean.numbers", "--json")).Json["nodes"]);
        var clean = await _platform.RunAsync("audit", "--json", "--keep");
        Assert.True(clean.ExitCode == 0, clean.Output + clean.Error);
        Assert.True((bool)clean.Json["clean"]!);
        Assert.Equal((1, 2), ((int)clean.Json["runs"]!, (int)clean.Json["tasks"]!));
        Assert.Equal(0, (await _platform.RunAsync("audit", "--last")).ExitCode);

        await using (await ServerProcess.StartAsync(_platform))
        await using (var connection = new NpgsqlConnection(HomeDatabase.ConnectionString(_platform.Home)))
            await connection.ExecuteAsync("""
                insert into catalog.asset_versions (asset_id, version, operation, rows_written, written_at, run_id, workflow, task_id, map_index, generation)
                select asset_id, version + 1, operation, rows_written, written_at, run_id, workflow, task_id, map_index, generation from catalog.asset_versions where task_id = 'make'
                """);
        var found = await _platform.RunAsync("audit", "--json", "--since", "36h");
        Assert.Equal(1, found.ExitCode);
        var finding = Assert.Single(found.Json["findings"]!.AsArray())!;
        Assert.Equal(("double", "double-write", "make", run), ((string?)finding["kind"], (string?)finding["check"], (string?)finding["task_id"], (long)finding["run_id"]!));
        Assert.Equal(2, finding["evidence"]!.AsArray().Count);

        var text = await _platform.RunAsync("audit");
        Assert.Equal(1, text.ExitCode);
        Assert.Contains(": 1 run and 2 task instances since", text.Output, StringComparison.Ordinal);
        Assert.Contains("DOUBLE  Task 'make' of run", text.Output, StringComparison.Ordinal);
        Assert.Contains("To do:", text.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await _platform.RunAsync("audit", "--last")).ExitCode);

        foreach (var (option, value) in new[] { ("--since", "yesterdayish"), ("--lease", "long") })
        {
            var wrong = await _platform.RunAsync("audit", option, value);
            Assert.Equal((2, 2), (wrong.ExitCode, wrong.ErrorLines.Length));
        }
    }

    [Fact]
    public async Task Status_shows_nodes_queues_and_the_database()
    {
        await using var server = await ServerProcess.StartAsync(_platform);
        System.Text.Json.Nodes.JsonNode json;
        do
            json = (await _platform.RunAsync("status", "--json")).Json;
        while (json["nodes"]!.AsArray().Count == 0);
        Assert.True((bool)json["nodes"]![0]!["alive"]!);
        Assert.Equal("default", (string?)json["queues"]![0]!["queue"]);
        Assert.True((int)json["database"]!["connections"]! > 0);
        Assert.Contains(json["database"]!["hot_tables"]!.AsArray(), t => (string?)t!["table"] == "task_queue");
        Assert.Contains("places", (await _platform.RunAsync("status")).Output, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("--keep-runs", "soon")]
    [InlineData("--keep-logs", "5m")]
    public async Task A_retention_that_is_none_is_refused_before_the_server_starts(string option, string value)
    {
        var refused = await _platform.RunAsync("serve", option, value);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(option, refused.ErrorLines[0], StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_platform.Home, "postgres")));
    }
}
