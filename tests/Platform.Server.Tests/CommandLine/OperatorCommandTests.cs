using System.Text.Json.Nodes;
using Platform.Server.Tests.Hosting;

namespace Platform.Server.Tests.CommandLine;

/// <summary>What operators type beside a running server: answers, clears, backfills, pools. Each says what it did, refuses what is wrong before anything happens, and exits as documented.</summary>
public sealed class OperatorCommandTests : IAsyncLifetime
{
    private readonly PlatformProcess _platform = new();
    private ServerProcess _server = null!;

    public async Task InitializeAsync() => _server = await ServerProcess.StartAsync(_platform);

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _platform.Dispose();
    }

    private async Task<Printed> MustAsync(int exitCode, params string[] arguments)
    {
        var printed = await _platform.RunAsync(arguments);
        Assert.True(printed.ExitCode == exitCode, $"{string.Join(' ', arguments)} exited with {printed.ExitCode}: {printed.Output}{printed.Error}");
        if (exitCode is 2)
            Assert.Equal(("", 2), (printed.Output, printed.ErrorLines.Length));
        return printed;
    }

    private async Task<JsonNode> RunUntilAsync(string run, Func<JsonNode, bool> condition)
    {
        for (var turn = 0; turn < 200; turn++)
        {
            var json = (await MustAsync(0, "runs", "show", run, "--json")).Json;
            if (condition(json))
                return json;
        }
        throw new TimeoutException($"Run {run} did not come to what was waited for.");
    }

    [Fact]
    public async Task An_approval_is_answered_once_with_its_note()
    {
        var file = _platform.Write("ask.yaml", """
            name: ask
            tasks:
              - id: release
                activity: control.approval
                with: { message: "Deploy?" }
              - id: deploy
                activity: control.noop
                after: [release]
            """);
        var run = (await MustAsync(0, "run", file, "--detach")).Output.Trim();
        _ = await RunUntilAsync(run, r => (string?)r["tasks"]![0]!["state"] == "deferred");
        _ = await MustAsync(2, "approve", run, "release");
        _ = await MustAsync(2, "approve", run, "release", "--approve", "--reject");
        Assert.Contains("has no task 'relese'", (await MustAsync(1, "approve", run, "relese", "--approve")).ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal("Approved.", (await MustAsync(0, "approve", run, "release", "--approve", "--note", "recall is fine")).Output.Trim());

        var ended = await RunUntilAsync(run, r => (string?)r["state"] == "success");
        var outputs = ended["tasks"]!.AsArray().Single(t => (string?)t!["id"] == "release")!["outputs"]!;
        Assert.Equal((true, "recall is fine", Environment.UserName), ((bool)outputs["approved"]!, (string?)outputs["note"], (string?)outputs["by"]));
        var again = await MustAsync(1, "approve", run, "release", "--reject");
        Assert.Contains("asks nothing at this moment: it is success", again.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal(2, again.ErrorLines.Length);
    }

    [Fact]
    public async Task A_clear_runs_what_failed_again_and_a_notice_tells_of_the_failure()
    {
        var there = Path.Combine(_platform.Home, "there");
        var file = _platform.Write("check.yaml", $$$"""
            name: check
            params: { times: { type: integer, default: 1 } }
            on_failure: [{ kind: log }]
            tasks:
              - id: before
                activity: control.noop
              - id: check
                activity: control.command
                after: [before]
                with: { program: test, arguments: ["-e", "{{{there}}}"] }
              - id: after
                activity: control.command
                after: [check]
                with: { program: echo, arguments: ["{{ params.times }}"] }
            """);
        var run = (string?)(await MustAsync(1, "run", file, "--json")).Json["run"]!.ToJsonString();
        var notice = (await MustAsync(0, "notices", "--run", run!, "--json")).Json.AsArray();
        Assert.Contains(notice, n => (string?)n!["event"] == "run.failed" && (string?)n["kind"] == "log");
        Assert.Contains("run.failed", (await MustAsync(0, "notices")).Output, StringComparison.Ordinal);
        Assert.Equal("0 notices are tried again.", (await MustAsync(0, "notices", "retry")).Output.Trim());

        _ = await MustAsync(2, "clear", run!, "--param", "times=many");
        _ = await MustAsync(2, "clear", run!, "--param", "times");
        Assert.Contains("nowhere", (await MustAsync(1, "clear", run!, "--task", "nowhere")).Error, StringComparison.Ordinal);
        Assert.Contains("no run 999", (await MustAsync(1, "clear", "999")).Error, StringComparison.Ordinal);

        await File.WriteAllTextAsync(there, "");
        var cleared = await MustAsync(0, "clear", run!, "--failed", "--param", "times=3", "--wait");
        Assert.StartsWith($"Run {run} runs check, after again.", cleared.Output, StringComparison.Ordinal);
        var ended = (await MustAsync(0, "runs", "show", run!, "--json")).Json;
        Assert.Equal(["success", "success", "success"], ended["tasks"]!.AsArray().Select(t => (string?)t!["state"]));
        // What had succeeded did not run again.
        Assert.Single((await MustAsync(0, "runs", "log", run!, "--task", "after", "--json")).Json.AsArray(), l => (string?)l!["message"] == "3");
        Assert.Equal("Nothing is to be run again.", (await MustAsync(0, "clear", run!, "--failed")).Output.Trim());
        Assert.StartsWith($"Run {run} runs after again.", (await MustAsync(0, "clear", run!, "--task", "after")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backfill_lists_what_it_would_do_does_it_once_and_refuses_days_that_are_not_over()
    {
        var file = _platform.Write("daily.yaml", """
            name: daily
            schedule: { cron: "@daily", start: 2024-01-01, end: 2400-01-01 }
            params: { factor: { type: integer, default: 1 } }
            tasks:
              - id: work
                activity: control.noop
            """);
        _ = await MustAsync(0, "apply", file);
        _ = await MustAsync(0, "pause", "daily");
        string[] days = ["backfill", "daily", "--from", "2024-01-02", "--to", "2024-01-04"];
        Assert.StartsWith("2 intervals would run, from 2024-01-02 00:00:00Z to 2024-01-04 00:00:00Z; 0 intervals would be left alone.", (await MustAsync(0, [.. days, "--dry-run"])).Output, StringComparison.Ordinal);
        Assert.Empty((await MustAsync(0, "backfill", "list", "--json")).Json.AsArray());

        Assert.Contains("2 runs: 2 success", (await MustAsync(0, [.. days, "--wait", "--limit", "2"])).Output, StringComparison.Ordinal);
        Assert.Contains("all 2 intervals have a run", (await MustAsync(0, days)).Output, StringComparison.Ordinal);
        var longer = await MustAsync(0, "backfill", "daily", "--from", "2024-01-03", "--to", "2024-01-05", "--wait");
        Assert.Contains(": 1 run, from 2024-01-04", longer.Output, StringComparison.Ordinal);
        Assert.Contains("1 interval left alone", longer.Output, StringComparison.Ordinal);
        var listed = (await MustAsync(0, "backfill", "list", "--workflow", "daily", "--json")).Json.AsArray();
        Assert.Equal([1, 2], listed.Select(b => (int)b!["runs"]!));
        Assert.Equal("It had ended already.", (await MustAsync(0, "backfill", "cancel", $"{listed[0]!["id"]}")).Output.Trim());

        _ = await MustAsync(2, "backfill", "daily");
        _ = await MustAsync(2, "backfill", "daily", "--from", "2024-01-02");
        _ = await MustAsync(2, [.. days, "--param", "factor=many"]);
        _ = await MustAsync(2, [.. days, "--limit", "0"]);
        _ = await MustAsync(1, "backfill", "dayly", "--from", "2024-01-02", "--to", "2024-01-04");
        _ = await MustAsync(1, "backfill", "cancel", "999");

        var now = TimeProvider.System.GetUtcNow();
        string[] open = ["--from", $"{now.AddDays(-2):yyyy-MM-dd}", "--to", $"{now.AddDays(2):yyyy-MM-dd}"];
        // All of them, also yesterday's, which the schedule may have run before it was paused.
        foreach (var (command, all) in new[] { ("backfill", "--rerun"), ("run", "--repeat") })
        {
            var refused = await MustAsync(2, [command, "daily", .. open, "--dry-run"]);
            Assert.Contains("not ended", refused.ErrorLines[0], StringComparison.Ordinal);
            Assert.Contains("--future", refused.ErrorLines[1], StringComparison.Ordinal);
            Assert.StartsWith("4 intervals would run", (await MustAsync(0, [command, "daily", .. open, all, "all", "--dry-run", "--future"])).Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_pool_is_made_used_and_deleted_and_one_that_is_missing_is_warned_of()
    {
        var file = _platform.Write("press.yaml", """
            name: press
            tasks:
              - id: press
                activity: control.noop
                pool: presses
            """);
        foreach (var checks in new[] { "validate", "apply" })
        {
            var warned = await MustAsync(0, checks, file);
            Assert.Contains("warning unknown-pool: Task 'press' takes slots of pool 'presses', which there is not", warned.Output + warned.Error, StringComparison.Ordinal);
        }
        var problems = (await MustAsync(0, "validate", file, "--json")).Json[0]!;
        Assert.True((bool)problems["valid"]!);
        Assert.Equal("unknown-pool", (string?)Assert.Single(problems["problems"]!.AsArray())!["code"]);

        var run = (await MustAsync(0, "run", "press", "--detach")).Output.Trim();
        Assert.Contains("none: make it", (await MustAsync(0, "pools")).Output, StringComparison.Ordinal);
        _ = await MustAsync(2, "pools", "set", "Presses", "2");
        _ = await MustAsync(2, "pools", "set", "presses", "-1");
        _ = await MustAsync(2, "pools", "set", "presses", "many");
        Assert.Equal("Made.", (await MustAsync(0, "pools", "set", "presses", "0", "--description", "the printing presses")).Output.Trim());
        Assert.Contains("1 task runs in pool 'presses' or waits for it", (await MustAsync(1, "pools", "delete", "presses")).Error, StringComparison.Ordinal);
        Assert.Equal("Changed.", (await MustAsync(0, "pools", "set", "presses", "2")).Output.Trim());
        _ = await RunUntilAsync(run, r => (string?)r["state"] == "success");
        var pool = Assert.Single((await MustAsync(0, "pools", "list", "--json")).Json.AsArray())!;
        Assert.Equal(("presses", 2, "the printing presses"), ((string?)pool["name"], (int)pool["slots"]!, (string?)pool["description"]));
        Assert.DoesNotContain("unknown-pool", (await MustAsync(0, "validate", file)).Output, StringComparison.Ordinal);
        Assert.Equal("Deleted.", (await MustAsync(0, "pools", "delete", "presses")).Output.Trim());
        Assert.Contains("no pool 'presses'", (await MustAsync(1, "pools", "delete", "presses")).Error, StringComparison.Ordinal);
    }
}
