using System.Globalization;
using Platform.Inventory.Compare;
using Platform.Inventory.Quality;
using Platform.Inventory.Scan;
using Platform.Workflows;

namespace Platform.Inventory.Report;

/// <summary>What the catalog's memory tells that people hardly knew.</summary>
internal static class MemoryFindings
{
    /// <param name="facts">What the catalog remembers.</param>
    /// <param name="snapshot">What this night found.</param>
    /// <param name="before">When the inventory before was taken; null for the first.</param>
    public static IEnumerable<Finding> Of(CatalogFacts facts, InventorySnapshot snapshot, DateTimeOffset? before)
    {
        foreach (var group in facts.Unmasked.GroupBy(line => line.Asset))
        {
            var lines = group.ToList();
            var columns = lines.Select(line => line.Column).Distinct().ToList();
            var flows = string.Join(", ", lines.Select(line => line.What).Distinct().Take(3));
            yield return DataFindings.Make("unmasked", group.Key, lines[0].Name, lines[0].Column, 80 + Math.Min(10, columns.Count),
                columns.Count == 1 ? $"{columns[0]} of {lines[0].Name} holds personal data, and a deployed workflow carries it on unmasked." : (FormattableString)$"{Plural.Of(columns.Count, "column")} of {lines[0].Name} hold personal data that a deployed workflow carries on unmasked.",
                $"{lines[0].Name} 有 {columns.Count:N0} 列个人信息被已部署的工作流以明文传递。",
                $"{string.Join(", ", columns.Take(8))}{(columns.Count > 8 ? " …" : "")}; by {flows}; {lines[0].Message}", $"{string.Join("、", columns.Take(8))}{(columns.Count > 8 ? " …" : "")}；工作流：{flows}；{lines[0].MessageZh}");
        }

        foreach (var group in facts.Breaches.GroupBy(line => line.Asset))
            yield return Contract([.. group]);
        foreach (var line in facts.Failing.Where(line => line.Severity == "critical"))
            yield return DataFindings.Make("failing", line.Asset, line.Name, line.Column, 74, $"A critical check of {line.Name} fails: {What(line).En}.", $"{line.Name} 的关键检查未通过：{What(line).Zh}。", $"{line.Message}{(line.Since is { } since ? $"; since {since.UtcDateTime:yyyy-MM-dd}" : "")}", $"{line.MessageZh}{(line.Since is { } from ? $"；自 {from.UtcDateTime:yyyy-MM-dd}" : "")}");
        foreach (var finding in JustFailing(facts, before))
            yield return finding;
        foreach (var finding in Anomalies(facts.Anomalies))
            yield return finding;
        foreach (var finding in CopyFindings.Of(facts.Copies, snapshot))
            yield return finding;
        foreach (var line in facts.Dependencies)
            yield return Dependency(line);
        foreach (var line in facts.Stale.Where(line => line.Uses > 0 && !ModelScanner.IsForModels(line.Asset)).Take(20))
            yield return DataFindings.Make("stale-in-use", line.Asset, line.Name, null, 64, $"{line.Name} is used but has not been renewed for {Plural.Of(line.Days ?? 0, "day")}.", $"{line.Name} 仍在使用，但已 {line.Days:N0} 天没有更新。", $"{Plural.Of(line.Uses, "use")} in 30 days", $"30 天内使用 {line.Uses:N0} 次");
        // Models and endpoints have words of their own.
        var unused = facts.Unused.Where(line => !ModelScanner.IsForModels(line.Asset)).ToList();
        if (unused.Count > 0)
        {
            var largest = unused.MaxBy(line => line.Bytes ?? 0)!;
            yield return DataFindings.Make("unused", largest.Asset, largest.Name, null, 40, $"{Plural.Of(unused.Count, "asset")} with {Html.Size(unused.Sum(line => line.Bytes ?? 0))} {Plural.Word(unused.Count, "has", "have")} been used by nobody for 90 days.", $"{unused.Count:N0} 个资产（{Html.Size(unused.Sum(line => line.Bytes ?? 0))}）90 天内无人使用。", $"the largest: {largest.Name}", $"最大：{largest.Name}");
        }

        if (facts.Flips.Count > 0)
            yield return DataFindings.Make("flips", facts.Flips[0].Asset, facts.Flips[0].Name, facts.Flips[0].Column, 36, $"The rules judge {Plural.Of(facts.Flips.Count, "column")} otherwise than at the last look.", $"规则对 {facts.Flips.Count:N0} 列的判断与上次不同。", $"{facts.Flips[0].Column}: {facts.Flips[0].Before ?? "unknown"} → {facts.Flips[0].After ?? "unknown"}", $"{facts.Flips[0].Column}：{facts.Flips[0].Before ?? "未知"} → {facts.Flips[0].After ?? "未知"}");
    }

    /// <summary>What somebody promised in writing and is not kept leads the report: all points of one asset together.</summary>
    private static Finding Contract(IReadOnlyList<FailingLine> lines)
    {
        var first = lines[0];
        var (by, byZh) = first.What == "" ? ("", "") : ($"; promised by {first.What}", $"；承诺人：{first.What}");
        var more = lines.Count > 8 ? " …" : "";
        return DataFindings.Make("contract", first.Asset, first.Name, lines.Count == 1 ? first.Column : null, 98,
            lines.Count == 1 ? $"{first.Name} does not keep its contract: {first.Message}." : (FormattableString)$"{first.Name} does not keep its contract in {lines.Count:N0} points.",
            lines.Count == 1 ? $"{first.Name} 未履行数据契约：{first.MessageZh}。" : (FormattableString)$"{first.Name} 有 {lines.Count:N0} 处未履行数据契约。",
            lines.Count == 1 ? $"{(first.What == "" ? "its contract" : $"promised by {first.What}")}" : (FormattableString)$"{string.Join("; ", lines.Take(8).Select(line => line.Message))}{more}{by}",
            lines.Count == 1 ? $"{(first.What == "" ? "数据契约" : $"承诺人：{first.What}")}" : (FormattableString)$"{string.Join("；", lines.Take(8).Select(line => line.MessageZh))}{more}{byZh}");
    }

    /// <summary>Checks of lesser weight that have failed since the inventory before, once an asset; what is odd by its history is told by its days and figures.</summary>
    private static IEnumerable<Finding> JustFailing(CatalogFacts facts, DateTimeOffset? since)
    {
        if (since is not { } before)
            yield break;
        var odd = facts.Anomalies.Select(line => (line.Asset, line.Column)).ToHashSet();
        foreach (var group in facts.Failing.Where(line => line.Severity != "critical" && line.Since > before && !(line.What.StartsWith(JudgedMetric.CheckBegin, StringComparison.Ordinal) && odd.Contains((line.Asset, line.Column)))).GroupBy(line => line.Asset))
        {
            var lines = group.ToList();
            var first = lines[0];
            var what = What(first);
            yield return DataFindings.Make("check-fails", first.Asset, first.Name, first.Column, 60 + Math.Min(8, 2 * lines.Count),
                lines.Count == 1 ? $"A check of {first.Name} has failed since the last look: {what.En}." : (FormattableString)$"{Plural.Of(lines.Count, "check")} of {first.Name} have failed since the last look, such as {what.En}.",
                lines.Count == 1 ? $"{first.Name} 的检查自上次以来未通过：{what.Zh}。" : (FormattableString)$"{first.Name} 自上次以来有 {lines.Count:N0} 项检查未通过，例如 {what.Zh}。",
                $"{first.Message}; since {first.Since!.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC", $"{first.MessageZh}；自 {first.Since!.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        }
    }

    // A headline names its column itself.
    private static Told What(FailingLine line) => line.Title is { } title ? new Told(title, line.TitleZh ?? title) : line.Column is null ? Told.Same(line.What) : new Told($"{line.What} of {line.Column}", $"{line.Column} 的 {line.What}");

    private static Finding Dependency(DependencyLine line)
    {
        var contradict = string.Create(CultureInfo.InvariantCulture, $"{(line.Violations == 1 ? "1 row contradicts" : $"{Plural.Of(line.Violations, "row")} contradict")} that");
        FormattableString evidence = line.Example is null ? $"the rule is {line.Confidence:P0} sure" : (FormattableString)$"{line.Example}; the rule is {line.Confidence:P0} sure";
        var also = line.Dependent.Length > 0 ? $", and {line.Dependent} with them" : "";
        return DataFindings.Make("dependency", line.Asset, line.Name, line.Column ?? line.Dependent, 50 * line.Confidence + DataFindings.Size(line.Violations),
            line.Mutual ? $"In {line.Name}, {line.Determinants} decide one another{also}, but {contradict}." : (FormattableString)$"In {line.Name}, {line.Determinants} decides {line.Dependent}, but {contradict}.",
            line.Mutual ? $"在 {line.Name} 中，{line.Determinants} 互相决定，但有 {line.Violations:N0} 行与之矛盾。" : (FormattableString)$"在 {line.Name} 中，{line.Determinants} 决定 {line.Dependent}，但有 {line.Violations:N0} 行与之矛盾。",
            evidence, $"规则可信度 {line.Confidence:P0}");
    }

    /// <summary>What was odd of an asset, once a metric: days of the same trouble are one thing to know. Where the rows of a day are odd, how many different values there are follows from them; a mean does not.</summary>
    private static IEnumerable<Finding> Anomalies(IReadOnlyList<FailingLine> lines)
    {
        var counted = lines.Where(line => line.Column is null && line.What is "day_rows" or "rows").Select(line => (line.Asset, line.Since)).ToHashSet();
        foreach (var group in lines.Where(line => line.Column is null || !counted.Contains((line.Asset, line.Since)) || line.What is "day_mean" or "day_median" or "day_null_share").GroupBy(line => (line.Asset, line.Column, line.What)))
        {
            var first = group.First();
            var (en, zh) = Words.Metric(first.What);
            var subject = first.Column is null ? first.Name : $"{first.Column} in {first.Name}";
            var days = group.Select(line => line.Since?.UtcDateTime.Date).Distinct().Count();
            var day = first.Since?.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            yield return first.What is "age_hours" ? DataFindings.Make("late", first.Asset, first.Name, null, 66, $"{first.Name} is late: by its own rhythm new data were due.", $"{first.Name} 已迟到：按其自身节奏，新数据早该到来。", $"hours since the newest data: {first.Message}", $"距最新数据的小时数：{first.MessageZh}")
                : first.What.EndsWith("repeated_load", StringComparison.Ordinal) ? DataFindings.Make("repeated-load", first.Asset, first.Name, null, 64, $"{first.Name} was loaded with the data of the time before once more.", $"{first.Name} 重复加载了上一次的数据。", $"{(first.What.StartsWith("day_", StringComparison.Ordinal) ? $"{day}: " : "")}every figure that usually moves stands still", $"{(first.What.StartsWith("day_", StringComparison.Ordinal) ? $"{day}：" : "")}所有通常变动的指标均未变化")
                : first.What.StartsWith("day_", StringComparison.Ordinal)
                ? DataFindings.Make("odd-day", first.Asset, first.Name, first.Column, (first.Column is null ? 56 : 44) + DataFindings.Size(days), $"{(days == 1 ? "One day" : $"{Plural.Of(days, "day")}")} of {subject} {(days == 1 ? "is" : "are")} not like the others around: {(days == 1 ? "its" : "their")} {en}.", $"{first.Name}{(first.Column is null ? "" : $" 的 {first.Column}")} 有 {days:N0} 天的{zh}与前后不符。", $"{day}: {first.Message}{(days > 1 ? "; the oddest" : "")}", $"{day}：{first.MessageZh}{(days > 1 ? "（最异常的一天）" : "")}")
                : DataFindings.Make("anomaly", first.Asset, first.Name, first.Column, 62, $"The {en} of {subject} {(first.What == "rows" ? "are" : "is")} not like before.", $"{first.Name}{(first.Column is null ? "" : $" 的 {first.Column}")} 的{zh}与以往不符。", $"{first.Message}", $"{first.MessageZh}");
        }
    }
}
