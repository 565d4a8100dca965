namespace Platform.Inventory.Report;

/// <summary>What the catalog's memory tells that people hardly knew.</summary>
internal static class MemoryFindings
{
    public static IEnumerable<Finding> Of(CatalogFacts facts)
    {
        foreach (var line in facts.Unmasked)
            yield return DataFindings.Make("unmasked", line.Asset, line.Name, line.Column, 92, $"{line.Column} of {line.Name} holds personal data and is read unmasked by a deployed workflow.", $"{line.Name} 的 {line.Column} 含个人信息，且被已部署的工作流以明文读取。", $"{line.Message}", $"{line.MessageZh}");
        foreach (var line in facts.Breaches)
            yield return DataFindings.Make("contract", line.Asset, line.Name, line.Column, 78, $"{line.Name} does not keep its contract: {line.Message}.", $"{line.Name} 未履行数据契约：{line.MessageZh}。", $"promised by {line.What}", $"承诺人：{line.What}");
        foreach (var line in facts.Failing.Where(line => line.Severity == "critical"))
            yield return DataFindings.Make("failing", line.Asset, line.Name, line.Column, 74, $"A critical check of {line.Name} fails: {line.What}.", $"{line.Name} 的关键检查未通过：{line.What}。", $"{line.Message}{(line.Since is { } since ? $"; since {since.UtcDateTime:yyyy-MM-dd}" : "")}", $"{line.MessageZh}");
        foreach (var line in facts.Anomalies.Take(20))
            yield return DataFindings.Make("anomaly", line.Asset, line.Name, line.Column, 62, $"{line.What} of {(line.Column is null ? line.Name : $"{line.Column} in {line.Name}")} is not like its history.", $"{line.Name} 的 {line.What} 与历史不符。", $"{line.Message}", $"{line.MessageZh}");
        foreach (var line in facts.Copies)
            yield return DataFindings.Make("copy", line.Asset, line.Name, null, 50 + 18 * line.Share, $"{line.Name} is a copy of {line.OtherName}: {line.Share:P0} of its rows are there too.", $"{line.Name} 是 {line.OtherName} 的副本：{line.Share:P0} 的行相同。", $"the rows were compared", $"已逐行比较");
        foreach (var line in facts.Dependencies.Where(line => line.Violations > 0))
            yield return DataFindings.Make("dependency", line.Asset, line.Name, line.Dependent, 50 * line.Confidence + DataFindings.Size(line.Violations), $"In {line.Name}, {line.Determinants} decides {line.Dependent}, but {line.Violations:N0} rows contradict that.", $"在 {line.Name} 中，{line.Determinants} 决定 {line.Dependent}，但有 {line.Violations:N0} 行与之矛盾。", line.Example is null ? $"the rule is {line.Confidence:P0} sure" : (FormattableString)$"{line.Example}; the rule is {line.Confidence:P0} sure", $"规则可信度 {line.Confidence:P0}");
        foreach (var line in facts.Stale.Where(line => line.Uses > 0).Take(20))
            yield return DataFindings.Make("stale-in-use", line.Asset, line.Name, null, 64, $"{line.Name} is used but has not been renewed for {line.Days:N0} days.", $"{line.Name} 仍在使用，但已 {line.Days:N0} 天没有更新。", $"{line.Uses:N0} uses in 30 days", $"30 天内使用 {line.Uses:N0} 次");
        if (facts.Unused.Count > 0)
        {
            var largest = facts.Unused.MaxBy(line => line.Bytes ?? 0)!;
            yield return DataFindings.Make("unused", largest.Asset, largest.Name, null, 40, $"{facts.Unused.Count:N0} assets with {Html.Size(facts.Unused.Sum(line => line.Bytes ?? 0))} have been used by nobody for 90 days.", $"{facts.Unused.Count:N0} 个资产（{Html.Size(facts.Unused.Sum(line => line.Bytes ?? 0))}）90 天内无人使用。", $"the largest: {largest.Name}", $"最大：{largest.Name}");
        }

        if (facts.Flips.Count > 0)
            yield return DataFindings.Make("flips", facts.Flips[0].Asset, facts.Flips[0].Name, facts.Flips[0].Column, 36, $"The rules judge {facts.Flips.Count:N0} columns otherwise than at the last look.", $"规则对 {facts.Flips.Count:N0} 列的判断与上次不同。", $"{facts.Flips[0].Column}: {facts.Flips[0].Before ?? "unknown"} → {facts.Flips[0].After ?? "unknown"}", $"{facts.Flips[0].Column}：{facts.Flips[0].Before ?? "未知"} → {facts.Flips[0].After ?? "未知"}");
    }
}
