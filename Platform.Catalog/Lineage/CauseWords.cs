using Platform.Workflows;

namespace Platform.Catalog.Lineage;

/// <summary>Says what was found as somebody on call would read it.</summary>
internal static class CauseWords
{
    internal static Told Summary(RootCauseRequest request, IReadOnlyList<WrongAsset> subjects, int lookedAt, IReadOnlyList<RootCause> causes)
    {
        if (subjects.Count == 0)
            return new Told("Nothing is known of what was asked for: no run has read or written it.", "对所问的对象一无所知：没有运行读取或写入过它。");
        var more = subjects.Count - 1;
        var what = more == 0 ? Told.Same(subjects[0].Asset) : Told.Of($"{subjects[0].Asset} and {more} more", $"{subjects[0].Asset} 等 {more + 1} 个资产");
        if (causes.Count == 0)
            return Told.Of($"Nothing stood out in the {request.Window.TotalDays:0.#} days before, in {Plural.Of(lookedAt, "asset")} from {what.En} upstream: no failed task or check, no change of columns or workflows, nothing late and no jump of rows.",
                $"此前 {request.Window.TotalDays:0.#} 天内，{what.Zh} 及其上游共 {lookedAt} 个资产没有异常：没有失败的任务或检查，没有列或工作流变更，没有延迟，行数也没有突变。");
        var first = causes[0];
        var where = first.Distance == 0 ? new Told($"at {first.Asset} itself", $"{first.Asset} 本身") : Told.Of($"at {first.Asset}, {Plural.Of(first.Distance, "step")} upstream of {first.Path[^1]}", $"{first.Path[^1]} 上游 {first.Distance} 步的 {first.Asset}");
        var run = first.RunId is > 0 and { } id ? Told.Of($", run {id}", $"，运行 {id}") : Told.Same("");
        var others = causes.Count - 1;
        var follow = first.Explains > 0 ? Told.Of($", of which {first.Explains} may follow from it", $"，其中 {first.Explains} 项可能由它引起") : Told.Same("");
        var rest = others == 0 ? Told.Same("") : Told.Of($" {Plural.Of(others, "other finding")}{follow.En}.", $"另有 {others} 项发现{follow.Zh}。");
        var ago = Ago(request.At - first.At);
        return new Told($"Look first {where.En} ({ago.En} before{run.En}): {first.Why} {(first.Owner is { } owner ? $"{owner} answers for it." : "Nobody answers for it.")}{rest.En}",
            $"先看{where.Zh}（{ago.Zh}前{run.Zh}）：{first.WhyZh}{(first.Owner is { } responsible ? $"负责人：{responsible}。" : "没有负责人。")}{rest.Zh}");
    }

    internal static Told Ago(TimeSpan time) => time.TotalMinutes >= 1.5 ? Lasting(time) : new Told("a moment", "片刻");

    internal static Told Lasting(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => Told.Of($"{time.TotalDays:0.#} days", $"{time.TotalDays:0.#} 天"),
        { TotalHours: >= 2 } => Told.Of($"{time.TotalHours:0.#} hours", $"{time.TotalHours:0.#} 小时"),
        _ => Told.Of($"{time.TotalMinutes:0} {Plural.Word((long)Math.Round(time.TotalMinutes), "minute")}", $"{time.TotalMinutes:0} 分钟"),
    };
}
