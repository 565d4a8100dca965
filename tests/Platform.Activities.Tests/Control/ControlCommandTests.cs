using System.Diagnostics;
using System.Text.Json.Nodes;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Control;

public sealed class ControlCommandTests : ActivityTest
{
    private static JsonObject Shell(string script, string more = "{}")
    {
        var with = JsonNode.Parse(more)!.AsObject();
        with["program"] = "sh";
        with["arguments"] = new JsonArray("-c", script);
        return with;
    }

    [Fact]
    public async Task Output_goes_to_the_log_line_by_line_and_the_code_is_an_output()
    {
        var result = await Run("control.command", Shell("echo one; printf 'two\\rthree\\n'; echo bad >&2; printf end"));

        Assert.Equal(0, ((JsonObject)result.Outputs!)["exit_code"]!.GetValue<int>());
        foreach (var line in new[] { "Info: one", "Info: two", "Info: three", "Warning: bad", "Info: end" })
            Assert.Contains(line, Runs.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_code_fails_with_the_last_lines_of_standard_error()
    {
        var failure = await Fails("control.command", Shell("for i in $(seq 1 50); do echo line$i >&2; done; exit 3"));

        Assert.Equal("exit-code", failure.Kind);
        Assert.True(failure.Retryable);
        Assert.Contains("code 3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("line50", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("line5\n", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_codes_can_mean_success_or_nothing_to_do()
    {
        Assert.Equal(ActivityOutcome.Success, (await Run("control.command", Shell("exit 7", """{"success_codes": [0, 7]}"""))).Outcome);
        Assert.Equal(ActivityOutcome.Skipped, (await Run("control.command", Shell("exit 9", """{"skip_codes": [9]}"""))).Outcome);
    }

    [Fact]
    public async Task The_last_json_object_becomes_the_outputs()
    {
        var result = await Run("control.command", Shell("""echo '{"rows": 1}'; echo '{"rows": 2, "names": ["a"]}'; echo done""", """{"json_outputs": true}"""));

        Assert.Equal("""{"rows":2,"names":["a"],"exit_code":0}""", ((JsonObject)result.Outputs!).ToJsonString());
        Assert.Contains("json_outputs", (await Fails("control.command", Shell("echo '[1]'", """{"json_outputs": true}"""))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16_372)] // The line is as long as a line of the log.
    [InlineData(16_373)]
    [InlineData(40_000)]
    [InlineData(262_132)] // The longest that is read.
    public async Task A_long_line_of_outputs_is_read_whole_and_cut_in_the_log(int characters)
    {
        var result = await Run("control.command", Shell($$"""echo '{"rows": 1}'; printf '{"text": "'; head -c {{characters}} /dev/zero | tr '\0' x; printf '"}\nend\n'""", """{"json_outputs": true}"""));

        Assert.Equal(new string('x', characters), (string?)((JsonObject)result.Outputs!)["text"]);
        Assert.All(Runs.Log.Split('\n'), line => Assert.True(line.Length <= (16 * 1024) + 10));
        Assert.Contains("Info: end", Runs.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outputs_that_are_too_long_say_how_long_they_are_and_never_become_those_before_them()
    {
        const string Long = """echo '{"rows": 1}'; printf '{"text": "'; head -c 299988 /dev/zero | tr '\0' x; printf '"}\n'""";
        var failure = await Fails("control.command", Shell(Long, """{"json_outputs": true}"""));

        Assert.Equal(("bad-output", false), (failure.Kind, failure.Retryable));
        Assert.Contains("300,000 characters; 262,144 can be read", failure.Message, StringComparison.Ordinal);
        var later = await Run("control.command", Shell(Long + """; echo '{"rows": 2}'""", """{"json_outputs": true}"""));
        Assert.Equal(2, (int)((JsonObject)later.Outputs!)["rows"]!);
    }

    [Fact]
    public async Task Arguments_are_not_read_by_a_shell_and_standard_input_is_empty()
    {
        var with = JsonNode.Parse("""{"program": "echo", "arguments": ["a b; $HOME", "*"]}""")!.AsObject();
        await Run("control.command", with);
        Assert.Contains("Info: a b; $HOME *", Runs.Log, StringComparison.Ordinal);

        await Run("control.command", Shell("read x || echo nothing-to-read"));
        Assert.Contains("nothing-to-read", Runs.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environment_and_folder_are_the_tasks_own()
    {
        Directory.CreateDirectory(Path.Combine(Folder.Path, "sub"));
        System.Environment.SetEnvironmentVariable("PLATFORM_DATABASE", "host=secret");
        try
        {
            await Run("control.command", Shell("echo \"$MODE|$PLATFORM_TASK_ID|$PLATFORM_INTERVAL_START|$PLATFORM_DATABASE|$(pwd)\"", """{"environment": {"MODE": "full"}, "working_folder": "sub"}"""), Runs.Context(day: new(2026, 1, 31)));
        }
        finally
        {
            System.Environment.SetEnvironmentVariable("PLATFORM_DATABASE", null);
        }
        Assert.Contains($"full|task|2026-01-31T00:00:00Z||{Path.Combine(Folder.Path, "sub")}", Runs.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_started_says_so()
    {
        Assert.Contains("no program 'no-such-program'", (await Fails("control.command", new() { ["program"] = "no-such-program" })).Message, StringComparison.Ordinal);
        Assert.Contains("no folder", (await Fails("control.command", Shell("true", """{"working_folder": "nowhere"}"""))).Message, StringComparison.Ordinal);
        var file = Write("not-executable.sh", "echo hello");
        Assert.Equal("not-found", (await Fails("control.command", new() { ["program"] = file })).Kind);
    }

    [Fact]
    public async Task A_line_without_end_is_cut_and_bytes_that_are_no_text_do_no_harm()
    {
        await Run("control.command", Shell("head -c 100000 /dev/zero | tr '\\0' x; printf '\\377\\376\\n'; printf 'a\\0b\\n'"));

        Assert.All(Runs.Log.Split('\n'), line => Assert.True(line.Length <= (16 * 1024) + 10));
        Assert.Contains("Info: ab", Runs.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sleep 300 & sleep 301 & echo $$ > ids; wait")]
    [InlineData("trap '' TERM; (trap '' TERM; sleep 300) & echo $$ > ids; while :; do sleep 1; done")]
    public async Task Cancel_ends_the_program_with_all_its_children(string script)
    {
        using var cancel = new CancellationTokenSource();
        var context = Runs.Context();
        var activity = Make(Shell(script, """{"grace": "300ms"}"""));
        var running = activity.RunAsync(context, cancel.Token);
        var ids = Path.Combine(Folder.Path, "ids");
        var session = await Until(() => File.Exists(ids) && int.TryParse(File.ReadAllText(ids), out var id) ? id : (int?)null);
        Assert.NotEmpty(new Platform.Activities.Control.ProcessTree(session).Members());

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Empty(new Platform.Activities.Control.ProcessTree(session).Members());
    }

    [Fact]
    public async Task Children_that_hold_the_output_open_are_ended_with_the_program()
    {
        var watch = Stopwatch.StartNew();
        await Run("control.command", Shell("sleep 300 & echo started"));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60));
        Assert.Contains("hold its output open", Runs.Log, StringComparison.Ordinal);
    }

    private IActivity Make(JsonObject with) =>
        ActivityBinder.Create(ActivityCatalog.FromAssemblies(typeof(Workspace).Assembly).Get("control.command"), this, with);

    private static async Task<int> Until(Func<int?> look)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (look() is { } found)
                return found;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }
    }
}
