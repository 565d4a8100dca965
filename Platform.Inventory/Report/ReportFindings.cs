using System.Globalization;
using Platform.Workflows;

namespace Platform.Inventory.Report;

/// <summary>The part of the page that leads: what people hardly knew, and how much of the data is known at all.</summary>
internal static class ReportFindings
{
    private const int Shown = 10;
    private const int Most = 60;

    public static void Write(Html html, InventoryReport report)
    {
        if (report.Surprises.Count == 0)
            return;
        var news = report.Surprises.Where(finding => finding.News is not null).ToList();
        html.Raw("<section id=\"surprises\" class=\"lead-section\"><h2>").Both("True things that you may not know", "您可能不知道的事实").Raw("</h2><p class=\"lead\">")
            .Both("The most telling first. Each rests on the data; the small line says on what.", "最值得关注的在前；小字为依据。").Raw("</p>");
        if (report.Differences.Since is not { } since)
        {
            List(html, report.Surprises, Shown, 1);
        }
        else
        {
            // Last night's findings were read last night.
            html.Raw("<h3 id=\"news\">").Both($"New or worse since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC", $"自 {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC 以来新增或加重").Raw($" <span class=\"count\">{Html.Number(news.Count)}</span></h3>");
            if (news.Count == 0)
                html.Raw("<p class=\"none\">").Both("Nothing.", "无。").Raw("</p>");
            List(html, news, Shown, 1);
            var stands = report.Surprises.Where(finding => finding.News is null).ToList();
            if (stands.Count > 0)
                html.Raw("<h3 id=\"stands\">").Both("What stands as it was", "与上次相同").Raw($" <span class=\"count\">{Html.Number(stands.Count)}</span></h3>");
            List(html, stands, news.Count >= Shown ? 0 : Shown - news.Count, news.Count + 1);
        }

        html.Raw("</section>");
    }

    /// <summary>The first of some findings, and the others behind a word.</summary>
    private static void List(Html html, IReadOnlyList<Finding> findings, int shown, int start)
    {
        if (findings.Count == 0)
            return;
        if (shown > 0)
        {
            html.Raw(string.Create(CultureInfo.InvariantCulture, $"<ol class=\"findings\" start=\"{start}\" style=\"counter-reset:f {start - 1}\">"));
            foreach (var finding in findings.Take(shown))
                Item(html, finding);
            html.Raw("</ol>");
        }

        if (findings.Count <= shown)
            return;
        var more = Math.Min(Most, findings.Count) - shown;
        html.Raw("<details><summary>").Both(shown == 0 ? $"{more:N0} of them" : $"{more:N0} more", shown == 0 ? $"共 {more:N0} 条" : $"另有 {more:N0} 条").Raw(string.Create(CultureInfo.InvariantCulture, $"</summary><ol class=\"findings\" start=\"{start + shown}\" style=\"counter-reset:f {start + shown - 1}\">"));
        foreach (var finding in findings.Skip(shown).Take(Most - shown))
            Item(html, finding);
        html.Raw("</ol></details>");
    }

    public static void Coverage(Html html, InventoryReport report)
    {
        if (report.Catalog is not { } facts)
            return;
        html.Raw("<section id=\"coverage\"><h2>").Both("How well the data is known", "数据了解程度").Raw("</h2><p class=\"lead\">").Both(
            facts.History.Count == 0 ? "This is the first count; the next inventories will show how it grows." : $"Now, and over {facts.History.Count + 1:N0} inventories.",
            facts.History.Count == 0 ? "首次统计，之后将显示变化趋势。" : $"当前值及最近 {facts.History.Count + 1:N0} 次盘点的走势。").Raw("</p><div class=\"covers\">");
        Cover(html, facts, "owned", "有负责人", "of the assets", "的资产", c => (c.Owned, c.Assets));
        Cover(html, facts, "described", "有描述", "of the assets", "的资产", c => (c.Described, c.Assets));
        Cover(html, facts, "checked", "有检查", "of the assets", "的资产", c => (c.Checked, c.Assets));
        Cover(html, facts, "classified", "已分类", "of the columns", "的列", c => (c.Classified, c.Columns));
        Cover(html, facts, "decided by people", "人工确认", "of the columns", "的列", c => (c.Reviewed, c.Columns));
        html.Raw("</div>");
        if (facts.ToReview > 0)
            html.Raw("<p class=\"none\"><a target=\"_top\" href=\"/review\">").Both($"{Plural.Of(facts.ToReview, "answer")} {Plural.Word(facts.ToReview, "waits", "wait")} in the review queue", $"审核队列中有 {facts.ToReview:N0} 项待确认").Raw("</a></p>");
        html.Raw("</section>");
    }

    private static void Item(Html html, Finding finding)
    {
        html.Raw("<li><div class=\"what\">");
        if (finding.News is { } news)
            html.Raw($"<span class=\"tag {(news == FindingNews.New ? "blue" : "amber")}\">").Both(news, news == FindingNews.New ? "新增" : "加重").Raw("</span> ");
        html.Both(finding.Sentence, finding.SentenceZh).Raw("</div><div class=\"why\">").Both(finding.Evidence, finding.EvidenceZh)
            .Raw(" · <a target=\"_top\" href=\"").Text(finding.Link).Raw("\">").Text(finding.Name).Raw("</a></div></li>");
    }

    private static void Cover(Html html, CatalogFacts facts, string en, string zh, string of, string ofZh, Func<Coverage, (long Part, long Whole)> read)
    {
        var (part, whole) = read(facts.Coverage);
        var shares = facts.History.Append(facts.Coverage).Select(read).Select(c => c.Whole == 0 ? 0 : (double)c.Part / c.Whole).ToList();
        html.Raw("<div class=\"cover\"><div class=\"n\">").Text(Html.Percent(shares[^1])).Raw("</div><div class=\"l\">").Both($"{of} {en}", $"{ofZh}{zh}").Raw("</div><div class=\"meter\"><i style=\"width:")
            .Raw((100 * shares[^1]).ToString("0.#", CultureInfo.InvariantCulture)).Raw("%\"></i></div><div class=\"s\">").Text($"{Html.Number(part)} / {Html.Number(whole)}");
        if (shares.Count > 1)
            Spark(html, shares);
        html.Raw("</div></div>");
    }

    private static void Spark(Html html, List<double> shares)
    {
        var points = string.Join(' ', shares.Select((share, i) => string.Create(CultureInfo.InvariantCulture, $"{i * 60.0 / (shares.Count - 1):0.#},{16 - 14 * share:0.#}")));
        html.Raw($"<svg viewBox=\"0 0 60 18\" width=\"60\" height=\"18\" aria-hidden=\"true\"><polyline points=\"{points}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\"/></svg>");
    }
}
