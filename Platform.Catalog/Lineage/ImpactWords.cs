using System.Globalization;
using Platform.Workflows;

namespace Platform.Catalog.Lineage;

/// <summary>Says what depends on something as somebody on call would read it.</summary>
internal static class ImpactWords
{
    private const int MostFirst = 5;
    private const int MostOwners = 4;

    internal static Told Summary(string subject, string subjectZh, IReadOnlyList<ImpactedAsset> assets)
    {
        if (assets.Count == 0)
            return new Told($"Nothing is made from {subject}, as far as runs have told.", $"就运行所知，没有任何东西由 {subjectZh} 得来。");
        var kinds = assets.GroupBy(a => a.Kind).OrderBy(g => Order(g.Key)).Select(g => (Count: g.Count(), Kind: Kind(g.Key))).ToList();
        var requests = assets.Sum(a => a.Requests);
        var failing = assets.Count(a => a.FailingChecks > 0 || a.OpenIncidents > 0);
        var owned = assets.Where(a => a.Owner is not null).GroupBy(a => a.Owner!).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
        var unowned = assets.Count(a => a.Owner is null);
        var more = owned.Count - MostOwners;
        var tell = owned.Count == 0 ? new Told("none of them has an owner", "它们都没有负责人")
            : Told.Of($"tell {string.Join(", ", owned.Take(MostOwners).Select(g => $"{g.Key} ({g.Count()})"))}{(more > 0 ? $" and {more} more" : "")}{(unowned > 0 ? $"; {unowned} {Plural.Word(unowned, "has", "have")} no owner" : "")}",
                $"请通知 {string.Join("、", owned.Take(MostOwners).Select(g => $"{g.Key}（{g.Count()}）"))}{(more > 0 ? $" 等 {owned.Count} 人" : "")}{(unowned > 0 ? $"；{unowned} 个没有负责人" : "")}");
        return Told.Of(
            $"{Plural.Of(assets.Count, "asset")} {Plural.Word(assets.Count, "depends", "depend")} on {subject}: {string.Join(", ", kinds.Select(k => Plural.Of(k.Count, k.Kind.En)))}{(requests > 0 ? $", asked {Times(requests)} in 30 days" : "")}. {(failing == 0 ? "No check of theirs fails" : $"{Plural.Of(failing, "asset")} already {Plural.Word(failing, "has", "have")} failing checks")}; {tell.En}.",
            $"{assets.Count:N0} 个资产依赖 {subjectZh}：{string.Join("、", kinds.Select(k => $"{k.Count:N0} 个{k.Kind.Zh}"))}{(requests > 0 ? Text($"，30 天内被请求 {requests:N0} 次") : "")}。{(failing == 0 ? "它们的检查都通过" : Text($"其中 {failing:N0} 个已有未通过的检查"))}；{tell.Zh}。");
    }

    /// <summary>Who asks an endpoint notices at once; what fails may be the same trouble; what is used much concerns many.</summary>
    internal static IReadOnlyList<ImpactedFirst> First(IReadOnlyList<ImpactedAsset> assets) =>
    [
        .. assets.Where(a => !a.Gone && (a.Requests > 0 || a.OpenIncidents > 0 || a.FailingChecks > 0 || a.Uses > 0 || a.Kind == "endpoint"))
            .OrderByDescending(a => a.Requests > 0).ThenByDescending(a => a.OpenIncidents > 0).ThenByDescending(a => a.Kind == "endpoint").ThenByDescending(a => a.Uses).ThenBy(a => a.Distance).ThenBy(a => a.Asset, StringComparer.Ordinal)
            .Take(MostFirst).Select(a => (Asset: a, Reasons: Reasons(a).ToList())).Select(a => new ImpactedFirst(a.Asset.Asset, a.Asset.Owner, string.Join("; ", a.Reasons.Select(r => r.En)), string.Join("；", a.Reasons.Select(r => r.Zh)))),
    ];

    private static IEnumerable<Told> Reasons(ImpactedAsset a)
    {
        if (a.Requests > 0)
            yield return Told.Of($"asked {Times(a.Requests)} in 30 days", $"30 天内被请求 {a.Requests:N0} 次");
        else if (a.Kind == "endpoint")
            yield return new Told("an endpoint, not asked in 30 days", "端点，30 天内没有请求");
        if (a.OpenIncidents > 0)
            yield return Told.Of($"{Plural.Of(a.OpenIncidents, "open incident")}", $"{a.OpenIncidents:N0} 个未解决的事件");
        else if (a.FailingChecks > 0)
            yield return Told.Of($"{Plural.Of(a.FailingChecks, "failing check")}", $"{a.FailingChecks:N0} 项检查未通过");
        if (a.Uses > a.Requests)
            yield return Told.Of($"used {Times(a.Uses - a.Requests)} in 30 days", $"30 天内使用 {a.Uses - a.Requests:N0} 次");
        if (a.LastRun is > 0 and { } run)
            yield return Told.Of($"last written by {a.LastTask} of {a.LastWorkflow}, run {run}", $"最近由 {a.LastWorkflow} 的 {a.LastTask} 写入（运行 {run}）");
    }

    private static string Times(long count) => Plural.Of(count, "time");

    private static int Order(string kind) => kind switch { "endpoint" => 0, "report" or "dashboard" => 1, "model" => 2, _ => 3 };

    private static Told Kind(string kind) => kind switch
    {
        "file_set" => new("file", "文件"),
        "database_table" => new("database table", "数据库表"),
        "table" => new(kind, "表"),
        "model" => new(kind, "模型"),
        "endpoint" => new(kind, "端点"),
        "report" => new(kind, "报告"),
        "dashboard" => new(kind, "看板"),
        _ => Told.Same(kind),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
