using System.Text.Json.Nodes;
using Platform.Engine.Notices;

namespace Platform.Engine.Tests;

/// <summary>What people read in a mail, or in the log, when something failed.</summary>
public sealed class NoticeTextTests
{
    [Theory]
    [InlineData("run.failed", null, null, "Failed: run 12 of workflow 'shop'")]
    [InlineData("run.late", null, null, "Late: run 12 of workflow 'shop'")]
    [InlineData("task.failed", "train", null, "Task 'train' of run 12 of workflow 'shop' failed")]
    [InlineData("task.failed", "score", 3, "Task 'score' [3] of run 12 of workflow 'shop' failed")]
    [InlineData("task.failed", "score", 0, "Task 'score' [0] of run 12 of workflow 'shop' failed")]
    public void The_subject_names_what_happened_to_which(string happened, string? task, int? index, string subject)
    {
        var payload = new JsonObject { ["event"] = happened, ["workflow"] = "shop", ["run_id"] = 12, ["task_id"] = task, ["map_index"] = index };
        var text = NoticeText.Of(payload);
        Assert.Equal(subject, text.Subject);
        Assert.StartsWith(subject + Environment.NewLine + Environment.NewLine, text.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void The_body_has_a_line_for_each_thing_that_is_known_in_words()
    {
        var body = NoticeText.Of(new JsonObject
        {
            ["event"] = "task.failed",
            ["workflow"] = "shop",
            ["owner"] = null,
            ["run_id"] = 12,
            ["task_id"] = "load",
            ["map_index"] = null,
            ["interval_start"] = "2010-12-01T00:00:00Z",
            ["error"] = "The table 'raw.订单' is not there.",
        }).Body.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["Task 'load' of run 12 of workflow 'shop' failed", "workflow: shop", "run id: 12", "task id: load", "interval start: 2010-12-01T00:00:00Z", "error: The table 'raw.订单' is not there."],
            body);
    }
}
