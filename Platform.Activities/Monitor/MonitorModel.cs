using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Activities.Train;
using Platform.Catalog.Models;
using Platform.Learning.Serving;
using Platform.Tables;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Monitor;

/// <summary>Looks whether the model in service still does what it did.</summary>
[Activity("monitor.model", Title = "Monitor a model", TitleZh = "监控模型", Stage = Stage.Monitor, Icon = "activity-heartbeat", Preview = PreviewSupport.Runs, Outputs = typeof(MonitorOutputs),
    Help = "Asks the model in service some questions and measures the latency, compares the newest scores with the version of their table before (how much of the rankings stayed, drift of scores, share of items named), and compares the measured values of the version in service with popularity. Results are metrics and checks of the model; fail_on decides whether a broken check fails the task.",
    HelpZh = "向在役模型提问并测量延迟；将最新打分与打分表上一版本比较（排序重合度、分数漂移、商品覆盖率）；比较在役版本与热门榜的指标。结果记为模型的指标与检查项；fail_on 决定检查不通过时任务是否失败。",
    Example = "model: shop-recommender\nscores: score.recommendations")]
public sealed class MonitorModel(TableStore tables, ModelRegistry registry, ModelServer server) : IActivity
{
    private const int Questions = 50;

    [Field(Title = "Model", TitleZh = "模型", Kind = FieldKind.Model, Example = "shop-recommender")]
    public required string Model { get; set; }

    [Field(Title = "Table of scores", TitleZh = "打分表", Kind = FieldKind.Table, TableUse = TableUse.Reads, Help = "What score.batch wrote. Left out: scores are not looked at.", Example = "score.recommendations")]
    public string? Scores { get; set; }

    [Field(Title = "Least overlap", TitleZh = "最小重合度", Min = 0, Max = 1, Help = "Share of a user's items that were in the version of the table before, on average over users. Scores themselves compare within one version of a model only.")]
    public double MinOverlap { get; set; } = 0.2;

    [Field(Title = "Least coverage", TitleZh = "最小覆盖率", Min = 0, Max = 1, Help = "Share of the model's items that at least one user gets.")]
    public double MinCoverage { get; set; } = 0.01;

    [Field(Title = "Slowest answer", TitleZh = "最慢响应", Help = "95 of 100 answers must come within this time.")]
    public TimeSpan MaxLatency { get; set; } = TimeSpan.FromMilliseconds(100);

    [Field(Title = "Fail on", TitleZh = "失败条件", Help = "never, critical (latency, worse than popularity), or any broken check.")]
    public FailOn FailOn { get; set; } = FailOn.Never;

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Failures.RunAsync(async () =>
    {
        ModelName.Check(Model, "model");
        if (await registry.FindAsync(Model, version: null, cancellationToken) is not { } champion)
            return ActivityResult.Skipped($"Model '{Model}' has no version in service.");
        context.Facts.Add(new AssetRead($"model:{Model}", AssetKind.Model, champion.Version, Location: champion.Location));
        var checks = new CheckList($"model:{Model}", context);
        CheckLatency(champion, checks, context.Clock, cancellationToken);
        CheckLift(champion, checks);
        if (Scores is { Length: > 0 })
            CheckScores(context, champion, checks, cancellationToken);
        context.Log.Info($"Version {champion.Version} of {Model}: {Plural.Of(checks.Passed, "check")} passed, {checks.FailedCount} failed.");
        return checks.Finish(FailOn, $"model {Model}");
    }, cancellationToken);

    private void CheckLatency(ModelVersionRow champion, CheckList checks, TimeProvider clock, CancellationToken cancellationToken)
    {
        var model = ModelFolder.ReadRecommender(champion.Location);
        var took = new List<double>(Questions);
        for (var n = 0; n <= Questions; n++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var question = new JsonObject { ["inputs"] = new JsonArray(new JsonObject { ["user"] = model.Users[(int)((long)n * model.Users.Count / (Questions + 1))] }) };
            var started = clock.GetTimestamp();
            server.Score(champion.Location, Model, champion.Version, question);
            // The first answer loads the model, which is no answer's time.
            if (n > 0)
                took.Add(clock.GetElapsedTime(started).TotalMilliseconds);
        }
        took.Sort();
        var (half, most) = (took[took.Count / 2], took[(int)(took.Count * 0.95)]);
        checks.Measure(null, "latency_p50_ms", half);
        checks.Measure(null, "latency_p95_ms", most);
        checks.Add(null, "latency", new Told("Time of an answer", "响应时间"), most <= MaxLatency.TotalMilliseconds,
            Told.Of($"95 of 100 answers came within {most:F2} ms, half of them within {half:F2} ms", $"95 % 的回答在 {most:F2} 毫秒内，一半在 {half:F2} 毫秒内"), Told.Of($"at most {MaxLatency.TotalMilliseconds:F0} ms for 95 of 100", $"95 % 不超过 {MaxLatency.TotalMilliseconds:F0} 毫秒"), critical: true);
    }

    private static void CheckLift(ModelVersionRow champion, CheckList checks)
    {
        if (Number(RecommenderCard.Lift) is not { } lift || Number(RecommenderCard.LiftLow) is not { } low || Number(RecommenderCard.LiftHigh) is not { } high)
            return;
        checks.Add(null, "lift", new Told("Lead over popularity", "相对热门榜的优势"), high >= 0, Told.Of($"HIT@10 is {lift:F3} ({low:F3} to {high:F3}) over popularity", $"HIT@10 比热门榜高 {lift:F3}（{low:F3} 至 {high:F3}）"), new Told("no worse than popularity", "不差于热门榜"), critical: true);

        double? Number(string name) => champion.Metrics.ValueKind == JsonValueKind.Object && champion.Metrics.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
    }

    private void CheckScores(ActivityContext context, ModelVersionRow champion, CheckList checks, CancellationToken cancellationToken)
    {
        var table = TableTask.ParseName(Scores!);
        var drift = ScoreDrift.Read(tables, table, cancellationToken);
        context.Facts.Add(new AssetRead(Scores!, AssetKind.Table, drift.Version));
        var items = champion.Card.ValueKind == JsonValueKind.Object && champion.Card.TryGetProperty("items", out var count) && count.TryGetInt64(out var known) ? known : 0;
        if (items > 0)
        {
            var share = (double)drift.Items / items;
            checks.Measure(null, "named_items_share", share);
            checks.Add(null, "coverage", new Told("Items named to somebody", "商品覆盖率"), share >= MinCoverage, Told.Of($"{drift.Items:N0} of {Plural.Of(items, "item")} ({share:P1}) {Plural.Word(drift.Items, "is", "are")} named to somebody", $"{items:N0} 个商品中有 {drift.Items:N0} 个（{share:P1}）被推荐给用户"), Told.Of($"at least {MinCoverage:P1}", $"至少 {MinCoverage:P1}"), critical: false);
        }
        if (drift.Overlap is not { } overlap)
            return;
        checks.Measure(null, "ranking_overlap", overlap);
        checks.Measure(null, "first_item_changed_share", drift.FirstChanged);
        checks.Measure(null, "score_psi", drift.ScorePsi);
        checks.Add(null, "score drift", new Told("Rankings since the version before", "与上一版本的排名差异"), overlap >= MinOverlap,
            Told.Of($"{overlap:P1} of the items stayed since version {drift.PreviousVersion} of {Scores}; {drift.FirstChanged:P1} of the users get another first item", $"自 {Scores} 的版本 {drift.PreviousVersion} 以来，{overlap:P1} 的商品保持不变；{drift.FirstChanged:P1} 的用户首位商品变了"), Told.Of($"at least {MinOverlap:P1}", $"至少 {MinOverlap:P1}"), critical: false);
    }
}
