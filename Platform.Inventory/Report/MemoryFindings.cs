using Platform.Inventory.Scan;

namespace Platform.Inventory.Report;

/// <summary>What the catalog's memory tells that people hardly knew.</summary>
internal static class MemoryFindings
{
    public static IEnumerable<Finding> Of(CatalogFacts facts)
    {
        foreach (var group in facts.Unmasked.GroupBy(line => line.Asset))
        {
            var lines = group.ToList();
            var columns = lines.Select(line => line.Column).Distinct().ToList();
            var flows = string.Join(", ", lines.Select(line => line.What).Distinct().Take(3));
            yield return DataFindings.Make("unmasked", group.Key, lines[0].Name, lines[0].Column, 80 + Math.Min(10, columns.Count),
                columns.Count == 1 ? $"{columns[0]} of {lines[0].Name} holds personal data, and a deployed workflow carries it on unmasked." : (FormattableString)$"{columns.Count:N0} columns of {lines[0].Name} hold personal data that a deployed workflow carries on unmasked.",
                $"{lines[0].Name} 有 {columns.Count:N0} 列个人信息被已部署的工作流以明文传递。",
                $"{string.Join(", ", columns.Take(8))}{(columns.Count > 8 ? " …" : "")}; by {flows}; {lines[0].Message}", $"{string.Join("、", columns.Take(8))}{(columns.Count > 8 ? " …" : "")}；工作流：{flows}；{lines[0].MessageZh}");
        }

        foreach (var line in facts.Breaches)
            yield return DataFindings.Make("contract", line.Asset, line.Name, line.Column, 78, $"{line.Name} does not keep its contract: {line.Message}.", $"{line.Name} 未履行数据契约：{line.MessageZh}。", $"{(line.What == "" ? "its contract" : $"promised by {line.What}")}", $"{(line.What == "" ? "数据契约" : $"承诺人：{line.What}")}");
        foreach (var line in facts.Failing.Where(line => line.Severity == "critical"))
            yield return DataFindings.Make("failing", line.Asset, line.Name, line.Column, 74, $"A critical check of {line.Name} fails: {line.What}.", $"{line.Name} 的关键检查未通过：{line.What}。", $"{line.Message}{(line.Since is { } since ? $"; since {since.UtcDateTime:yyyy-MM-dd}" : "")}", $"{line.MessageZh}");
        foreach (var finding in Anomalies(facts.Anomalies))
            yield return finding;
        foreach (var line in facts.Copies)
            yield return DataFindings.Make("copy", line.Asset, line.Name, null, 50 + 18 * line.Share, line.Share >= 0.999 ? $"All rows of {line.Name} are in {line.OtherName} too: it is a copy." : (FormattableString)$"{line.Share:P0} of the rows of {line.Name} are in {line.OtherName} too.", $"{line.Name} 中 {line.Share:P0} 的行也在 {line.OtherName} 中。", $"whole rows were compared by their fingerprints", $"按行指纹比较");
        foreach (var line in facts.Dependencies)
            yield return DataFindings.Make("dependency", line.Asset, line.Name, line.Column ?? line.Dependent, 50 * line.Confidence + DataFindings.Size(line.Violations), $"In {line.Name}, {line.Determinants} decides {line.Dependent}, but {(line.Violations == 1 ? "1 row contradicts" : $"{line.Violations:N0} rows contradict")} that.", $"在 {line.Name} 中，{line.Determinants} 决定 {line.Dependent}，但有 {line.Violations:N0} 行与之矛盾。", line.Example is null ? $"the rule is {line.Confidence:P0} sure" : (FormattableString)$"{line.Example}; the rule is {line.Confidence:P0} sure", $"规则可信度 {line.Confidence:P0}");
        foreach (var line in facts.Stale.Where(line => line.Uses > 0 && !ModelScanner.IsForModels(line.Asset)).Take(20))
            yield return DataFindings.Make("stale-in-use", line.Asset, line.Name, null, 64, $"{line.Name} is used but has not been renewed for {line.Days:N0} days.", $"{line.Name} 仍在使用，但已 {line.Days:N0} 天没有更新。", $"{line.Uses:N0} uses in 30 days", $"30 天内使用 {line.Uses:N0} 次");
        // Models and endpoints have words of their own.
        var unused = facts.Unused.Where(line => !ModelScanner.IsForModels(line.Asset)).ToList();
        if (unused.Count > 0)
        {
            var largest = unused.MaxBy(line => line.Bytes ?? 0)!;
            yield return DataFindings.Make("unused", largest.Asset, largest.Name, null, 40, $"{unused.Count:N0} assets with {Html.Size(unused.Sum(line => line.Bytes ?? 0))} have been used by nobody for 90 days.", $"{unused.Count:N0} 个资产（{Html.Size(unused.Sum(line => line.Bytes ?? 0))}）90 天内无人使用。", $"the largest: {largest.Name}", $"最大：{largest.Name}");
        }

        if (facts.Flips.Count > 0)
            yield return DataFindings.Make("flips", facts.Flips[0].Asset, facts.Flips[0].Name, facts.Flips[0].Column, 36, $"The rules judge {facts.Flips.Count:N0} columns otherwise than at the last look.", $"规则对 {facts.Flips.Count:N0} 列的判断与上次不同。", $"{facts.Flips[0].Column}: {facts.Flips[0].Before ?? "unknown"} → {facts.Flips[0].After ?? "unknown"}", $"{facts.Flips[0].Column}：{facts.Flips[0].Before ?? "未知"} → {facts.Flips[0].After ?? "未知"}");
    }

    /// <summary>What was odd of an asset, once a metric: days of the same trouble are one thing to know. Where the rows of a day are odd, figures of its columns follow from them.</summary>
    private static IEnumerable<Finding> Anomalies(IReadOnlyList<FailingLine> lines)
    {
        var counted = lines.Where(line => line.Column is null && line.What is "day_rows" or "rows").Select(line => (line.Asset, line.Since)).ToHashSet();
        foreach (var group in lines.Where(line => line.Column is null || !counted.Contains((line.Asset, line.Since))).GroupBy(line => (line.Asset, line.Column, line.What)))
        {
            var first = group.First();
            var (en, zh) = Words.Metric(first.What);
            var subject = first.Column is null ? first.Name : $"{first.Column} in {first.Name}";
            var days = group.Select(line => line.Since?.UtcDateTime.Date).Distinct().Count();
            var day = first.Since?.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            yield return first.What is "age_hours" ? DataFindings.Make("late", first.Asset, first.Name, null, 66, $"{first.Name} is late: by its own rhythm new data were due.", $"{first.Name} 已迟到：按其自身节奏，新数据早该到来。", $"hours since the newest data: {first.Message}", $"距最新数据的小时数：{first.MessageZh}")
                : first.What.EndsWith("repeated_load", StringComparison.Ordinal) ? DataFindings.Make("repeated-load", first.Asset, first.Name, null, 64, $"{first.Name} was loaded with the data of the time before once more.", $"{first.Name} 重复加载了上一次的数据。", $"{(first.What.StartsWith("day_", StringComparison.Ordinal) ? $"{day}: " : "")}every figure that usually moves stands still", $"{(first.What.StartsWith("day_", StringComparison.Ordinal) ? $"{day}：" : "")}所有通常变动的指标均未变化")
                : first.What.StartsWith("day_", StringComparison.Ordinal)
                ? DataFindings.Make("odd-day", first.Asset, first.Name, first.Column, (first.Column is null ? 56 : 44) + DataFindings.Size(days), $"{(days == 1 ? "One day" : $"{days:N0} days")} of {subject} {(days == 1 ? "is" : "are")} not like the others around: {(days == 1 ? "its" : "their")} {en}.", $"{first.Name}{(first.Column is null ? "" : $" 的 {first.Column}")} 有 {days:N0} 天的{zh}与前后不符。", $"{day}: {first.Message}{(days > 1 ? "; the oddest" : "")}", $"{day}：{first.MessageZh}{(days > 1 ? "（最异常的一天）" : "")}")
                : DataFindings.Make("anomaly", first.Asset, first.Name, first.Column, 62, $"The {en} of {subject} {(first.What == "rows" ? "are" : "is")} not like before.", $"{first.Name}{(first.Column is null ? "" : $" 的 {first.Column}")} 的{zh}与以往不符。", $"{first.Message}", $"{first.MessageZh}");
        }
    }
}
