using System.Diagnostics;
using System.Text.Json.Nodes;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Control;

public sealed class SmallControlTests : ActivityTest
{
    [Fact]
    public async Task Noop_waits_and_hands_on_its_outputs()
    {
        var watch = Stopwatch.StartNew();
        var result = await Run("control.noop", JsonNode.Parse("""{"seconds": 0.05, "outputs": {"partitions": ["a"]}}""")!.AsObject());

        Assert.True(watch.Elapsed >= TimeSpan.FromMilliseconds(45));
        Assert.Equal("""{"partitions":["a"]}""", ((JsonObject)result.Outputs!).ToJsonString());
        Assert.Null((await Run("control.noop", [])).Outputs);
    }

    [Fact]
    public async Task Noop_refuses_what_is_no_wait()
    {
        Assert.Contains("'seconds'", (await Fails("control.noop", new() { ["seconds"] = -1 })).Message, StringComparison.Ordinal);
        Assert.Contains("'outputs'", (await Fails("control.noop", new() { ["outputs"] = new JsonArray() })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fail_fails_always_or_the_first_times()
    {
        Assert.Equal("no", (await Fails("control.fail", new() { ["message"] = "no" }, Runs.Context(attempt: 9))).Message);
        var twice = new JsonObject { ["times"] = 2, ["kind"] = "unavailable" };
        Assert.Equal("unavailable", (await Fails("control.fail", twice, Runs.Context(attempt: 2))).Kind);
        Assert.Equal(ActivityOutcome.Success, (await Run("control.fail", twice, Runs.Context(attempt: 3))).Outcome);
    }

    [Fact]
    public async Task Skip_skips_with_its_reason()
    {
        var result = await Run("control.skip", new() { ["reason"] = "Sunday" });
        Assert.Equal((ActivityOutcome.Skipped, "Sunday"), (result.Outcome, result.Reason));
    }
}
