using System.Text.Json.Nodes;

namespace Platform.Server.Tests.CommandLine;

public sealed class RunCommandTests : IDisposable
{
    private const string TwoTables = """
        name: two-tables
        schedule: { cron: "0 0 * * *", start: 2024-01-01 }
        params:
          factor: { type: integer, default: 2 }
        tasks:
          - id: make
            activity: clean.sql
            with: { table: raw.numbers, mode: replace-interval, sql: "select 1 as n, '一' as word union all select 2, 'two'" }
          - id: twice
            activity: clean.sql
            after: [make]
            with: { table: clean.numbers, mode: replace, sql: "select n * 2 as doubled from raw.numbers" }
        """;

    private readonly PlatformProcess _platform = new();

    public void Dispose() => _platform.Dispose();

    [Fact]
    public async Task A_run_without_a_server_is_its_own_worker_and_prints_the_documented_object()
    {
        var file = _platform.Write("two.yaml", TwoTables);
        var run = await _platform.RunAsync("run", file, "--date", "2024-03-05", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        var json = run.Json;
        Assert.Equal("two-tables", (string?)json["workflow"]);
        Assert.Equal("success", (string?)json["state"]);
        Assert.Equal("2024-03-05T00:00:00Z", (string?)json["interval_start"]);
        Assert.Equal("2024-03-06T00:00:00Z", (string?)json["interval_end"]);
        Assert.EndsWith("Z", (string?)json["ended"], StringComparison.Ordinal);
        var tasks = json["tasks"]!.AsArray();
        Assert.Equal(["make", "twice"], tasks.Select(t => (string?)t!["id"]));
        foreach (var field in new[] { "id", "map_index", "state", "attempt", "queued", "started", "ended", "outputs", "error" })
            Assert.True(tasks[0]!.AsObject().ContainsKey(field), field);
        Assert.Equal(2, (int?)tasks[0]!["outputs"]!["rows"]);

        var rows = await _platform.RunAsync("sql", "select doubled from clean.numbers order by 1", "--json");
        Assert.Equal([2, 4], rows.Json.AsArray().Select(r => (int?)r!["doubled"]));

        var lineage = await _platform.RunAsync("lineage", "clean.numbers.doubled", "--direction", "upstream", "--json");
        Assert.Contains(lineage.Json["nodes"]!.AsArray(), n => (string?)n!["id"] == "raw.numbers#n");
    }

    [Fact]
    public async Task A_range_prints_a_list_and_repeats_into_the_same_rows()
    {
        var file = _platform.Write("two.yaml", TwoTables);
        for (var again = 0; again < 2; again++)
        {
            var runs = await _platform.RunAsync("run", file, "--from", "2024-01-01", "--to", "2024-01-04", "--json");
            Assert.True(runs.ExitCode == 0, runs.Error);
            Assert.Equal(["2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z", "2024-01-03T00:00:00Z"], runs.Json.AsArray().Select(r => (string?)r!["interval_start"]));
        }
        var count = await _platform.RunAsync("sql", "select count(*) as n from raw.numbers", "--json");
        Assert.Equal(6, (int?)count.Json[0]!["n"]);
    }

    [Fact]
    public async Task A_failed_run_exits_with_1_and_names_the_reason()
    {
        var file = _platform.Write("bad.yaml", """
            name: reads-nothing
            tasks:
              - id: read
                activity: clean.sql
                with: { table: clean.x, mode: replace, sql: "select * from raw.nowhere" }
            """);
        var run = await _platform.RunAsync("run", file, "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("failed", (string?)run.Json["state"]);
        Assert.Contains("raw.nowhere", (string?)run.Json["tasks"]![0]!["error"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--param", "factor=many", "factor", 2)]
    [InlineData("--param", "colour=red", "colour", 2)]
    [InlineData("--param", "novalue", "name=value", 2)]
    [InlineData("--date", "yesterday-ish", "date", 2)]
    [InlineData("--from", "2024-01-01", "--to", 2)]
    [InlineData("--date", "2200-01-01", "future", 2)]
    public async Task A_wrong_argument_is_refused_before_anything_runs(string option, string value, string named, int exitCode)
    {
        var file = _platform.Write("two.yaml", TwoTables);
        var run = await _platform.RunAsync("run", file, option, value);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(2, run.ErrorLines.Length);
        Assert.Contains(named, run.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task A_workflow_that_is_not_there_says_where_to_look()
    {
        var run = await _platform.RunAsync("run", "no-such-workflow");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no-such-workflow", run.ErrorLines[0], StringComparison.Ordinal);
        Assert.Contains("./platform workflows", run.ErrorLines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_home_that_no_server_has_used_says_what_is_missing()
    {
        var token = await _platform.RunAsync("tokens", "create", "ci");
        Assert.Equal(1, token.ExitCode);
        Assert.Contains("no users yet", token.ErrorLines[0], StringComparison.Ordinal);
        Assert.Contains("./platform users add admin --role administrator", token.ErrorLines[1], StringComparison.Ordinal);

        var inventory = await _platform.RunAsync("run", "nightly-inventory", "--json");
        Assert.Equal(1, inventory.ExitCode);
        Assert.Contains("./platform run sample-shop", (string?)inventory.Json["tasks"]!.AsArray().Single(t => (string?)t!["id"] == "scan")!["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_gives_every_problem_with_its_place_and_needs_no_database()
    {
        var file = _platform.Write("wrong.yaml", "name: Wrong Name\ntasks:\n  - id: a\n    activity: clean.sqll\n    after: [b]\n");
        var run = await _platform.RunAsync("validate", file, "--json");
        Assert.Equal(1, run.ExitCode);
        var problems = run.Json[0]!["problems"]!.AsArray();
        Assert.True(problems.Count >= 3, run.Output);
        Assert.All(problems, p => Assert.True((int)p!["line"]! > 0));
        Assert.Contains(problems, p => ((string)p!["message"]!).Contains("clean.sql", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(_platform.Home, "postgres")));
    }

    [Fact]
    public async Task What_the_designer_refuses_is_refused_by_validate_and_apply_too_with_a_database_and_without()
    {
        var file = _platform.Write("sql.yaml", "name: broken-sql\ntasks:\n  - id: a\n    activity: clean.sql\n    with:\n      table: broken.out\n      mode: replace\n      sql: selec 1 as n\n");
        var alone = await _platform.RunAsync("validate", file);
        Assert.Equal(1, alone.ExitCode);
        Assert.Contains("sql.yaml:8:12: error bad-sql: The SQL of task 'a' cannot be parsed", alone.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_platform.Home), "validate wrote into the home");

        var applied = await _platform.RunAsync("apply", file);
        Assert.Equal(1, applied.ExitCode);
        Assert.Contains("sql.yaml:8:12: error bad-sql", applied.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was applied", applied.Error, StringComparison.Ordinal);
        var asked = await _platform.RunAsync("validate", file);
        Assert.Equal((1, alone.Output), (asked.ExitCode, asked.Output));
    }

    [Fact]
    public async Task A_file_that_is_no_text_is_said_to_be_none()
    {
        var file = _platform.Write("bytes.yaml", "");
        await File.WriteAllBytesAsync(file, [0xFF, 0xFE, 0x00]);
        var read = await _platform.RunAsync("validate", file, "--json");
        Assert.Equal(1, read.ExitCode);
        Assert.Equal("not-utf8", (string?)Assert.Single(read.Json[0]!["problems"]!.AsArray())!["code"]);
        await File.WriteAllBytesAsync(file, [.. "name: shop\ntitle: "u8, 0xC4, 0xE3]);
        Assert.Contains("bytes.yaml:2:1: error not-utf8", (await _platform.RunAsync("validate", file)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_publishes_all_files_or_none()
    {
        var good = _platform.Write("good.yaml", TwoTables);
        var bad = _platform.Write("bad.yaml", "name: bad\ntasks: []\n");
        var refused = await _platform.RunAsync("apply", good, bad);
        Assert.Equal(1, refused.ExitCode);
        await _platform.CreateAsync();
        Assert.Empty((await _platform.RunAsync("workflows", "--json")).Json.AsArray());

        Assert.Equal(0, (await _platform.RunAsync("apply", good)).ExitCode);
        Assert.Equal(TwoTables, (await _platform.RunAsync("export", "two-tables")).Output.TrimEnd());
        Assert.Contains("unchanged", (await _platform.RunAsync("apply", good)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_goes_in_and_never_comes_out()
    {
        Assert.Equal(0, (await _platform.RunWithInputAsync("s3cret-value", "secrets", "set", "api-key")).ExitCode);
        var listed = await _platform.RunAsync("secrets", "list", "--json");
        Assert.Equal("api-key", (string?)listed.Json[0]!["name"]);
        Assert.DoesNotContain("s3cret-value", listed.Output, StringComparison.Ordinal);

        var onTheLine = await _platform.RunAsync("connections", "set", "db", "postgresql", "host=x", "database=y", "username=z", "password=open");
        Assert.Equal(1, onTheLine.ExitCode);
        Assert.Contains("password", onTheLine.ErrorLines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("run")]
    [InlineData("table", "--version", "many")]
    [InlineData("lineage", "raw.x", "--direction", "sideways")]
    [InlineData("lineage", "raw.x", "--depth", "0")]
    [InlineData("runs", "--limit", "0")]
    [InlineData("worker", "--concurrency", "0")]
    [InlineData("worker", "--grace", "long")]
    [InlineData("serve", "--grace", "2d")]
    [InlineData("connections", "set", "x", "oracle")]
    public async Task A_wrong_command_line_exits_with_2_in_two_lines(params string[] arguments)
    {
        var run = await _platform.RunAsync(arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(2, run.ErrorLines.Length);
        Assert.DoesNotContain("System.", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter '", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'RAW' is no table name", "table", "RAW")]
    [InlineData("'../../etc' is no table name", "table", "../../etc")]
    [InlineData("no connection 'nosuch'", "connections", "test", "nosuch")]
    [InlineData("only queries are run", "sql", "create table t as select 1 as a")]
    [InlineData("nowhere", "sql", "select nowhere")]
    [InlineData("no published workflow 'nosuch'", "runs", "--workflow", "nosuch")]
    [InlineData("not of this machine", "serve", "--urls", "http://198.51.100.1:5080")]
    [InlineData("ports go up to", "serve", "--urls", "http://127.0.0.1:99999")]
    [InlineData("no address to listen on", "serve", "--urls", "banana")]
    public async Task A_refusal_is_one_line_what_and_one_line_what_to_do(string what, params string[] arguments)
    {
        if (arguments[0] is "runs")
            await _platform.CreateAsync();
        else
            _platform.Write("home/there.txt", "");
        var run = await _platform.RunAsync(arguments);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Equal(2, run.ErrorLines.Length);
        Assert.Contains(what, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("--help", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("workflows")]
    [InlineData("audit")]
    [InlineData("table")]
    public async Task A_command_that_reads_makes_no_platform_where_there_is_none(string command)
    {
        Directory.CreateDirectory(_platform.Home);
        var read = await _platform.RunAsync(command);
        Assert.Equal(2, read.ExitCode);
        Assert.Equal([$"There is no platform in {_platform.Home}.", "'serve' or 'run' creates one; or give --home."], read.ErrorLines);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_platform.Home));
    }

    [Fact]
    public async Task Help_is_a_command_too()
    {
        var help = await _platform.RunAsync("help", "why");
        Assert.Equal(0, help.ExitCode);
        Assert.Equal((await _platform.RunAsync("why", "--help")).Output, help.Output);
    }

    [Fact]
    public async Task Columns_of_one_name_are_numbered()
    {
        _platform.Write("home/there.txt", "");
        const string Query = "select 1 as a, 2 as a, 3 as a_2, 4 as a";
        Assert.Equal(["a", "a_3", "a_2", "a_4"], (await _platform.RunAsync("sql", Query, "--json")).Json[0]!.AsObject().Select(p => p.Key));
        Assert.StartsWith("A  A_3  A_2  A_4", (await _platform.RunAsync("sql", Query)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_name_is_whole_where_the_output_is_no_terminal()
    {
        _platform.Write("home/there.txt", "");
        var name = new string('n', 150);
        Assert.Contains(name, (await _platform.RunAsync("sql", $"select '{name}' as long, 1 as one")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_takes_over_when_the_worker_before_it_was_killed()
    {
        // The killed one is believed alive for a while, and its run holds the only place.
        var file = _platform.Write("sleeper.yaml", """
            name: sleeper
            limits: { active_runs: 1 }
            tasks:
              - id: sleep
                activity: control.command
                with: { program: sleep, arguments: ["3"] }
            """);
        using (var first = PlatformProcess.Start(["run", file, "--home", _platform.Home]))
        {
            while (await first.StandardOutput.ReadLineAsync() is { } line && !line.Contains("running", StringComparison.Ordinal))
            {
            }
            first.Kill();
            await first.WaitForExitAsync();
        }
        var second = await _platform.RunAsync("run", file);
        Assert.True(second.ExitCode == 0, second.Output + second.Error);
        Assert.Contains("No worker is running: this process runs the tasks.", second.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("warn:", second.Error, StringComparison.Ordinal);
    }
}
