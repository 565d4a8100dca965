using System.Globalization;
using Platform.Workflows;

namespace Platform.Inventory.Report;

/// <summary>The parts of the page about what fails and what wants somebody: incidents, anomalies, contracts, owners, unused and stale assets, rules that changed their mind.</summary>
internal static class ReportCare
{
    private const int MostRows = 100;

    public static void Write(Html html, InventoryReport report)
    {
        if (report.Catalog is not { } facts)
            return;
        Failing(html, "failing", "Failing now", "当前未通过", [.. facts.Failing, .. facts.Breaches, .. facts.Unmasked]);
        Failing(html, "anomalies", "Not like their history", "与历史不符", facts.Anomalies);
        Care(html, facts);
        Flips(html, facts);
        Unknown(html, facts);
    }

    private static void Failing(Html html, string id, string en, string zh, IReadOnlyList<FailingLine> lines)
    {
        if (lines.Count == 0)
            return;
        ReportPage.Begin(html, id, en, zh, lines.Count);
        ReportPage.Head(html, ("", ""), ("Asset", "资产"), ("Column", "列"), ("What", "内容"), ("Figures", "数值"), ("Since", "自"));
        foreach (var line in lines.Take(MostRows))
        {
            html.Raw($"<tr><td><span class=\"tag {(line.Severity == "critical" ? "red" : "amber")}\">").Both(line.Severity == "critical" ? "critical" : "warning", line.Severity == "critical" ? "严重" : "警告").Raw("</span></td><td>").Text(line.Name)
                .Raw("</td><td><code>").Text(line.Column).Raw("</code></td><td>").Both(line.Title ?? Words.Metric(line.What).En, line.TitleZh ?? line.Title ?? Words.Metric(line.What).Zh).Raw("</td><td class=\"soft\">").Both(line.Message, line.MessageZh).Raw("</td><td>").Text(line.Since?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).Raw("</td></tr>");
        }

        ReportPage.EndTable(html, Math.Min(MostRows, lines.Count), lines.Count);
        html.Raw("</section>");
    }

    private static void Care(Html html, CatalogFacts facts)
    {
        if (facts.Unowned.Count + facts.Stale.Count + facts.Unused.Count == 0)
            return;
        html.Raw("<section id=\"care\"><h2>").Both("Wants somebody", "需要有人负责").Raw("</h2>");
        List(html, "Nobody answers for", "无负责人", facts.Unowned, line => (line.Uses > 0 ? $"{Plural.Of(line.Uses, "use")} in 30 days" : "", line.Uses > 0 ? $"30 天内使用 {line.Uses:N0} 次" : ""));
        List(html, "Not renewed as usual", "未按时更新", facts.Stale, line => (Plural.Of(line.Days ?? 0, "day"), $"{line.Days:N0} 天"));
        List(html, "Used by nobody", "无人使用", facts.Unused, line => (Html.Size(line.Bytes), Html.Size(line.Bytes)));
        html.Raw("</section>");
    }

    private static void List(Html html, string en, string zh, IReadOnlyList<CareLine> lines, Func<CareLine, (string En, string Zh)> more)
    {
        if (lines.Count == 0)
            return;
        html.Raw(lines.Count <= 12 ? "<details open><summary>" : "<details><summary>").Both($"{en}: {lines.Count:N0}", $"{zh}：{lines.Count:N0}").Raw("</summary><ul class=\"names\">");
        foreach (var line in lines.Take(MostRows))
        {
            var (moreEn, moreZh) = more(line);
            html.Raw("<li>").Text(line.Name).Raw(" <span class=\"soft\">").Both(moreEn, moreZh).Raw("</span></li>");
        }

        html.Raw("</ul>");
        if (lines.Count > MostRows)
            html.Raw("<p class=\"none\">").Both($"{lines.Count - MostRows:N0} more are in the JSON report.", $"另有 {lines.Count - MostRows:N0} 项，见 JSON 报告。").Raw("</p>");
        html.Raw("</details>");
    }

    private static void Flips(Html html, CatalogFacts facts)
    {
        if (facts.Flips.Count == 0)
            return;
        ReportPage.Begin(html, "flips", "Judged otherwise than before", "判断有变", facts.Flips.Count);
        ReportPage.Head(html, ("Asset", "资产"), ("Column", "列"), ("Before", "之前"), ("Now", "现在"));
        foreach (var line in facts.Flips.Take(MostRows))
        {
            html.Raw("<tr><td>").Text(line.Name).Raw("</td><td><code>").Text(line.Column).Raw("</code></td><td>").Both(Type(line.Before).En, Type(line.Before).Zh).Raw("</td><td>").Both(Type(line.After).En, Type(line.After).Zh).Raw("</td></tr>");
        }

        ReportPage.EndTable(html, Math.Min(MostRows, facts.Flips.Count), facts.Flips.Count);
        html.Raw("</section>");
    }

    private static void Unknown(Html html, CatalogFacts facts)
    {
        if (facts.Unclassified.Count == 0)
            return;
        ReportPage.Begin(html, "unclassified", "Columns whose meaning nobody knows", "含义未知的列", facts.Unclassified.Count);
        html.Raw("<p class=\"lead\">").Both("The rules only guess here; one answer in the review queue settles a column and those like it.", "规则仅能猜测；在审核队列中回答一次即可确定该列及类似列。").Raw("</p>");
        ReportPage.Head(html, ("Asset", "资产"), ("Column", "列"), ("Type", "数据类型"), ("Guess", "猜测"));
        foreach (var line in facts.Unclassified.Take(MostRows))
        {
            html.Raw("<tr><td>").Text(line.Name).Raw("</td><td><code>").Text(line.Column).Raw("</code></td><td>").Text(line.DataType).Raw("</td><td class=\"soft\">").Both(Type(line.Guess).En, Type(line.Guess).Zh).Raw("</td></tr>");
        }

        ReportPage.EndTable(html, Math.Min(MostRows, facts.Unclassified.Count), facts.Unclassified.Count);
        html.Raw("</section>");
    }

    private static (string En, string Zh) Type(string? type) => type is null ? ("unknown", "未知") : Words.Type(type);
}
