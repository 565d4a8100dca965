using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Activities.Control;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Control;

/// <summary>Activities that wait: each look is an attempt of its own here, given what the look before kept.</summary>
public sealed class WaitTests : ActivityTest
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static Resumption After(ActivityResult? before, double seconds, int times = 1) =>
        new() { Since = Noon, Waited = TimeSpan.FromSeconds(seconds), State = before?.Deferral?.State, Times = times };

    private ActivityContext At(double seconds, ActivityResult? before = null, DateOnly? day = null) =>
        Runs.Context(day: day, resumed: before is null && seconds == 0 ? null : After(before, seconds), now: Noon.AddSeconds(seconds));

    private static JsonObject With(string json) => JsonNode.Parse(json)!.AsObject();

    private static void IsDeferred(ActivityResult result, double seconds, string waits)
    {
        Assert.Equal(ActivityOutcome.Deferred, result.Outcome);
        Assert.Equal(seconds, result.Deferral!.Delay!.Value.TotalSeconds, 3);
        Assert.Contains(waits, result.Deferral.Waits, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Until_waits_for_its_time_by_the_database_and_a_time_that_passed_is_no_wait()
    {
        var with = With("""{"until": "2026-01-31T12:00:10Z"}""");
        Assert.Equal(Noon.AddSeconds(10), (await Run("control.wait_until", with, At(0))).Deferral!.Until);
        Assert.Equal(ActivityOutcome.Success, (await Run("control.wait_until", with, At(10))).Outcome);
        Assert.Equal(ActivityOutcome.Success, (await Run("control.wait_until", With("""{"until": "2020-01-01"}"""), At(0))).Outcome);
    }

    [Fact]
    public async Task For_counts_from_the_first_look_whatever_died_in_between()
    {
        var with = With("""{"for": "1m"}""");
        Assert.Equal(Noon.AddSeconds(60), (await Run("control.wait_until", with, At(0))).Deferral!.Until);
        Assert.Equal(Noon.AddSeconds(60), (await Run("control.wait_until", with, At(20))).Deferral!.Until);
        Assert.Equal(ActivityOutcome.Success, (await Run("control.wait_until", with, At(60))).Outcome);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"for": "1m", "until": "2026-01-31"}""")]
    public async Task Until_wants_one_of_its_two_fields(string with) =>
        Assert.Equal("bad-input", (await Fails("control.wait_until", With(with), At(0))).Kind);

    [Fact]
    public async Task A_file_must_be_there_and_stop_growing()
    {
        var with = With("""{"path": "in/*.csv", "poll": "1m", "stable_for": "10s"}""");
        IsDeferred(await Run("control.wait_for_file", with, At(0)), 60, "for a file that match");
        Write("in/empty.csv", "");
        IsDeferred(await Run("control.wait_for_file", with, At(60)), 60, "in/*.csv");
        Write("in/day.csv", "a,b");
        var seen = await Run("control.wait_for_file", with, At(120));
        IsDeferred(seen, 10, "to stop changing");
        Write("in/day.csv", "a,b\n1,2");
        var grown = await Run("control.wait_for_file", with, At(130, seen));
        IsDeferred(grown, 10, "to stop changing");
        IsDeferred(await Run("control.wait_for_file", with, At(135, grown)), 5, "to stop changing");
        var outputs = (WaitForFileOutputs)(await Run("control.wait_for_file", with, At(140, grown))).Outputs!;
        Assert.Equal((1, 7L, "day.csv"), (outputs.Count, outputs.Bytes, Path.GetFileName(Assert.Single(outputs.Files))));
    }

    [Fact]
    public async Task A_file_that_need_not_settle_is_taken_at_once()
    {
        Write("x.csv", "a");
        Assert.Equal(ActivityOutcome.Success, (await Run("control.wait_for_file", With("""{"path": "x.csv", "stable_for": "0s"}"""), At(0))).Outcome);
        IsDeferred(await Run("control.wait_for_file", With("""{"path": "x.csv", "stable_for": "0s", "min_bytes": 2}"""), At(0)), 30, "x.csv");
        IsDeferred(await Run("control.wait_for_file", With("""{"path": "*.csv", "stable_for": "0s", "min_files": 2}"""), At(0)), 30, "(1 there)");
    }

    [Fact]
    public async Task A_wait_ends_at_its_time_out_with_a_failure_or_a_skip_and_never_looks_later()
    {
        var with = With("""{"path": "never.csv", "poll": "1m", "timeout": "90s"}""");
        IsDeferred(await Run("control.wait_for_file", with, At(60)), 30, "for 1m30s at most");
        var late = await Fails("control.wait_for_file", with, At(90));
        Assert.Equal(("timeout", true), (late.Kind, late.Message.Contains("never.csv", StringComparison.Ordinal)));
        with["on_timeout"] = "skip";
        Assert.Equal(ActivityOutcome.Skipped, (await Run("control.wait_for_file", with, At(90))).Outcome);
    }

    [Fact]
    public async Task A_table_must_have_rows_of_the_interval()
    {
        var with = With("""{"table": "raw.t", "interval": true}""");
        var day = new DateOnly(2024, 1, 2);
        IsDeferred(await Run("control.wait_for_table", with, At(0, day: day)), 30, "raw.t");
        Write("1.csv", "a\n1\n2");
        _ = await Run("ingest.files", With("""{"path": "1.csv", "table": "raw.t", "mode": "replace-interval"}"""), Runs.Context(day: new DateOnly(2024, 1, 1)));
        IsDeferred(await Run("control.wait_for_table", with, At(30, day: day)), 30, "2024-01-02");
        _ = await Run("ingest.files", With("""{"path": "1.csv", "table": "raw.t", "mode": "replace-interval"}"""), Runs.Context(run: 2, day: day));
        Assert.Equal(new WaitForTableOutputs("raw.t", 1, 2), (await Run("control.wait_for_table", with, At(60, day: day))).Outputs);
        with["min_rows"] = 3;
        IsDeferred(await Run("control.wait_for_table", with, At(60, day: day)), 30, "2 rows");
        Assert.Equal("bad-input", (await Fails("control.wait_for_table", with, At(0))).Kind);
    }

    [Fact]
    public async Task A_table_may_be_waited_for_by_version()
    {
        Write("1.csv", "a\n1");
        _ = await Run("ingest.files", With("""{"path": "1.csv", "table": "raw.t", "mode": "append"}"""), Runs.Context());
        Assert.Equal(ActivityOutcome.Success, (await Run("control.wait_for_table", With("""{"table": "raw.t"}"""), At(0))).Outcome);
        IsDeferred(await Run("control.wait_for_table", With("""{"table": "raw.t", "min_version": 1}"""), At(0)), 30, "version 1");
        Assert.Equal("bad-input", (await Fails("control.wait_for_table", With("""{"table": "no table"}"""), At(0))).Kind);
    }

    [Fact]
    public async Task A_service_must_answer_as_expected_and_may_be_away()
    {
        using var peer = new Peer();
        var with = With($$"""{"url": "{{peer.Address}}job", "contains": "\"done\"", "poll": "5s"}""");
        peer.Answer(503, "busy");
        IsDeferred(await Run("control.wait_for_http", with, At(0)), 5, "(last 503)");
        peer.Answer(200, """{"state": "running"}""");
        IsDeferred(await Run("control.wait_for_http", with, At(5)), 5, "(last 200 without it)");
        peer.Answer(200, """{"state": "done"}""");
        Assert.Equal(new WaitForHttpOutputs(200), (await Run("control.wait_for_http", with, At(10))).Outputs);
        peer.Answer(404, "");
        Assert.Equal(new WaitForHttpOutputs(404), (await Run("control.wait_for_http", With($$"""{"url": "{{peer.Address}}job", "expect": [404]}"""), At(0))).Outputs);
        IsDeferred(await Run("control.wait_for_http", With("""{"url": "http://127.0.0.1:1/"}"""), At(0)), 30, "(last ");
        Assert.Equal("bad-input", (await Fails("control.wait_for_http", With("""{"url": "nowhere"}"""), At(0))).Kind);
    }

    [Fact]
    public async Task A_branch_follows_the_first_case_that_is_true()
    {
        var with = With("""{"cases": [{"when": false, "follow": ["a"]}, {"when": true, "follow": ["b", "c"]}, {"when": true, "follow": ["d"]}], "otherwise": ["e"]}""");
        var result = await Run("control.branch", with);
        Assert.Equal(["b", "c"], result.Follow!);
        Assert.Equal(1, ((BranchOutputs)result.Outputs!).Case);
        Assert.Equal(["e"], (await Run("control.branch", With("""{"cases": [{"when": false, "follow": ["a"]}], "otherwise": ["e"]}"""))).Follow!);
        Assert.Empty((await Run("control.branch", With("""{"cases": []}"""))).Follow!);
    }

    [Fact]
    public async Task An_approval_asks_and_takes_the_answer_that_came()
    {
        var with = With("""{"message": "Deploy?", "who": ["ada"], "timeout": "1h"}""");
        var asked = (await Run("control.approval", with, At(0))).Deferral!;
        Assert.Equal(("Deploy?", "ada", "approval/1/task/-1/1", 3600d), (asked.Question!.Message, asked.Question.Who[0], asked.Event, asked.Delay!.Value.TotalSeconds));
        var answer = JsonNode.Parse(string.Create(CultureInfo.InvariantCulture, $$"""{"approved": true, "by": "ada", "at": "{{Noon:O}}"}"""))!.AsObject();
        var context = Runs.Context(resumed: After(null, 5) with { Signal = answer });
        Assert.Equal(new ApprovalOutputs(true, "ada", null, Noon), (await Run("control.approval", with, context)).Outputs);
        Assert.Equal("timeout", (await Fails("control.approval", with, At(3600))).Kind);
    }
}
