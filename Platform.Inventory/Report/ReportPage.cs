using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Workflows;

namespace Platform.Inventory.Report;

/// <summary>The report as one HTML page that needs nothing else: light and dark, English and Chinese, made to be printed too.</summary>
public static partial class ReportPage
{
    private const int MostRows = 300;

    /// <summary>The page.</summary>
    public static string Render(InventoryReport report)
    {
        var html = new Html();
        html.Raw("<!doctype html><html lang=\"en\" data-theme=\"light\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>Data inventory ")
            .Text(report.Taken.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).Raw("</title><style>").Raw(Blanks().Replace(ReportStyle.Css, "")).Raw("</style></head><body>");
        Top(html, report);
        html.Raw("<main>");
        Tiles(html, report);
        ReportFindings.Write(html, report);
        ReportChanges.Write(html, report);
        ReportFindings.Coverage(html, report);
        ReportCells.Write(html, report);
        ReportCare.Write(html, report);
        Personal(html, report);
        Quality(html, report);
        Relations(html, report);
        ReportModels.Write(html, report);
        Unreadable(html, report);
        ReportAssets.Write(html, report);
        Skipped(html, report);
        html.Raw("</main><footer>").Both(FormattableString.Invariant($"Personal values are masked in this report. Counts of distinct values above {Profile.DistinctCounter.ExactLimit:N0} are estimates with a standard error of {100 * Profile.DistinctCounter.StandardError:0.##} %."), FormattableString.Invariant($"报告中的个人信息已脱敏。超过 {Profile.DistinctCounter.ExactLimit:N0} 的去重计数为估计值，标准误差 {100 * Profile.DistinctCounter.StandardError:0.##}%。"))
            .Raw("</footer><script>").Raw(ReportStyle.Script).Raw("</script></body></html>");
        return html.ToString();
    }

    internal static void Begin(Html html, string id, string en, string zh, int count) => html.Raw($"<section id=\"{id}\"><h2>").Both(en, zh).Raw($" <span class=\"count\">{Html.Number(count)}</span></h2>");

    internal static void Head(Html html, params ReadOnlySpan<(string En, string Zh)> columns)
    {
        html.Raw("<div class=\"scroll\"><table><thead><tr>");
        foreach (var (en, zh) in columns)
            html.Raw(en.StartsWith('#') ? "<th class=\"num\">" : "<th>").Both(en.TrimStart('#'), zh).Raw("</th>");
        html.Raw("</tr></thead><tbody>");
    }

    internal static void EndTable(Html html, int shown, int all)
    {
        html.Raw("</tbody></table></div>");
        if (all > shown)
            html.Raw("<p class=\"none\">").Both($"{all - shown:N0} more are in the JSON report.", $"另有 {all - shown:N0} 项，见 JSON 报告。").Raw("</p>");
    }

    private static void Top(Html html, InventoryReport report)
    {
        html.Raw("<header class=\"top\"><div><h1>").Both("Data inventory", "数据盘点报告").Raw("</h1><p class=\"lead\">")
            .Text(report.Taken.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)).Raw(" UTC · ")
            .Both(Sources(report, source => $"platform {source}"), Sources(report, source => source switch { "tables" => "平台表", "models" => "平台模型", _ => "平台端点" })).Raw("</p>");
        html.Raw("<p>").Raw(Summary(report)).Raw("</p></div><div class=\"tools\"><button id=\"lang\" type=\"button\">").Both("中文", "English").Raw("</button><button id=\"theme\" type=\"button\">").Both("Light / dark", "明 / 暗").Raw("</button></div></header>");
    }

    private static string Sources(InventoryReport report, Func<string, string> own) => string.Join(" · ", report.Sources.Select(source => Scan.InventoryScanner.IsOwn(source.Source) ? own(source.Source) : source.Source));

    // The whole report in two sentences.
    private static string Summary(InventoryReport report)
    {
        var totals = report.Totals;
        var d = report.Differences;
        var first = d.Since is null;
        var en = $"{totals.Assets:N0} data assets with {Plural.Of(totals.Rows, "row")} in {Plural.Of(totals.Columns, "column")}. "
            + (first ? "This is the first look at these sources. " : d.New.Count + d.Changed.Count + d.Gone.Count + d.Renamed.Count == 0 ? "Nothing has changed since the last look. " : $"Since the last look {d.New.Count:N0} are new, {d.Changed.Count:N0} changed and {d.Gone.Count:N0} are gone{(d.Renamed.Count == 0 ? "" : $"; {Renames(d, " is now ", ", ")} (same content)")}. ")
            + (first ? "" : report.Surprises.Count(finding => finding.News is not null) is var news && news == 0 ? "No finding is new or worse. " : $"{news:N0} {(news == 1 ? "finding is" : "findings are")} new or worse. ")
            + $"Personal data are in {Plural.Of(totals.PersonalColumns, "column")} of {Plural.Of(totals.PersonalAssets, "asset")}; {Plural.Of(totals.BrokenRelations, "reference")} between tables are broken{(report.Unreadable.Count == 0 ? "" : $"; {report.Unreadable.Count:N0} {(report.Unreadable.Count == 1 ? "asset or file" : "assets or files")} cannot be read")}.";
        var zh = $"共 {totals.Assets:N0} 个数据资产，{totals.Rows:N0} 行，{totals.Columns:N0} 列。"
            + (first ? "这是首次盘点这些来源。" : d.New.Count + d.Changed.Count + d.Gone.Count + d.Renamed.Count == 0 ? "与上次相比没有变化。" : $"与上次相比：新增 {d.New.Count:N0}，变化 {d.Changed.Count:N0}，消失 {d.Gone.Count:N0}{(d.Renamed.Count == 0 ? "" : $"；{Renames(d, " 现为 ", "、")}（内容相同）")}。")
            + (first ? "" : $"新增或加重的发现 {report.Surprises.Count(finding => finding.News is not null):N0} 项。")
            + $"{totals.PersonalAssets:N0} 个资产的 {totals.PersonalColumns:N0} 列含个人信息；{totals.BrokenRelations:N0} 个表间引用存在断裂{(report.Unreadable.Count == 0 ? "" : $"；{report.Unreadable.Count:N0} 个资产或文件无法读取")}。";
        return Html.InBoth(en, zh);
    }

    private static string Renames(Platform.Inventory.Compare.InventoryDifferences differences, string now, string and)
        => string.Join(and, differences.Renamed.Take(3).Select(rename => rename.FromName + now + rename.ToName)) + (differences.Renamed.Count > 3 ? " …" : "");

    private static void Tiles(Html html, InventoryReport report)
    {
        var t = report.Totals;
        var d = report.Differences;
        html.Raw("<div class=\"tiles\">");
        Tile(html, "assets", "", Html.Number(t.Assets), "assets", "数据资产");
        Tile(html, "assets", "", Html.Number(t.Rows), "rows", "行");
        Tile(html, "assets", "", Html.Size(t.Bytes), t.Files == 0 ? "of data" : t.Files == 1 ? "in 1 file" : $"in {Plural.Of(t.Files, "file")}", t.Files == 0 ? "数据量" : $"共 {t.Files:N0} 个文件");
        if (d.Since is not null)
            Tile(html, "changes", d.New.Count + d.Changed.Count + d.Gone.Count + d.Renamed.Count == 0 ? "ok" : "", Html.Number(d.New.Count + d.Changed.Count + d.Gone.Count + d.Renamed.Count), "changes since the last look", "与上次相比的变化");
        Tile(html, "personal", "people", Html.Number(t.PersonalColumns), "columns with personal data", "列含个人信息");
        Tile(html, "quality", t.Findings == 0 ? "ok" : "warn", Html.Number(t.Findings), "warnings about quality", "质量警告");
        Tile(html, "relations", t.BrokenRelations == 0 ? "ok" : "warn", $"{t.BrokenRelations:N0} / {t.Relations:N0}", "references broken", "引用断裂");
        if (report.Unreadable.Count > 0 || d.Since is null)
            Tile(html, "unreadable", report.Unreadable.Count == 0 ? "ok" : "bad", Html.Number(report.Unreadable.Count), "cannot be read", "无法读取");
        html.Raw("</div>");
        if (report.Problems.Count == 0)
            return;
        html.Raw("<section><h2>").Both("Problems of this run", "本次运行的问题").Raw("</h2><ul>");
        foreach (var problem in report.Problems)
            html.Raw("<li>").Text(problem).Raw("</li>");
        html.Raw("</ul></section>");
    }

    private static void Tile(Html html, string target, string kind, string number, string en, string zh)
        => html.Raw($"<a class=\"tile {kind}\" href=\"#{target}\"><div class=\"n\">").Text(number).Raw("</div><div class=\"l\">").Both(en, zh).Raw("</div></a>");

    private static void Personal(Html html, InventoryReport report)
    {
        Begin(html, "personal", "Personal data", "个人信息", report.Totals.PersonalColumns);
        html.Raw("<p class=\"lead\">").Both("Judged from the values; names of columns only help. Confirm or correct on the asset's page.", "根据数据值判断，列名仅作参考。可在资产页面确认或更正。").Raw("</p>");
        if (report.Personal.Count == 0)
        {
            html.Raw("<p class=\"none\">").Both("None was found.", "未发现。").Raw("</p></section>");
            return;
        }

        Head(html, ("Asset", "资产"), ("Column", "列"), ("What it is", "类型"), ("Class", "类别"), ("#Sure", "可信度"), ("Evidence", "依据"));
        string? last = null;
        foreach (var line in report.Personal.Take(MostRows))
        {
            var (typeEn, typeZh) = Words.Type(line.Type);
            var (classEn, classZh) = Words.Class(line.Class);
            html.Raw("<tr><td>").Text(line.Asset == last ? "" : line.Name).Raw("</td><td><code>").Text(line.Column).Raw("</code></td><td>").Both(typeEn, typeZh)
                .Raw($"</td><td><span class=\"tag {(line.Class == "masked" ? "" : "violet")}\">").Both(classEn, classZh).Raw("</span></td><td class=\"num\">").Text(Html.Percent(line.Confidence))
                .Raw("</td><td class=\"soft\">").Text($"{line.Rule}, {Html.Percent(line.ShareMatching)}").Text(line.Note is null ? "" : $". {line.Note}").Raw("</td></tr>");
            last = line.Asset;
        }

        EndTable(html, Math.Min(MostRows, report.Personal.Count), report.Personal.Count);
        html.Raw("</section>");
    }

    private static void Quality(Html html, InventoryReport report)
    {
        Begin(html, "quality", "Quality", "数据质量", report.Quality.Count);
        if (report.Quality.Count == 0)
        {
            html.Raw("<p class=\"none\">").Both("Nothing was found.", "未发现问题。").Raw("</p></section>");
            return;
        }

        Head(html, ("", ""), ("Asset", "资产"), ("Column", "列"), ("What was found", "发现"));
        foreach (var line in report.Quality.Take(MostRows))
        {
            html.Raw(line.Severity == "warning" ? "<tr><td><span class=\"tag amber\">" : "<tr><td><span class=\"tag\">").Both(line.Severity == "warning" ? "warning" : "note", line.Severity == "warning" ? "警告" : "提示")
                .Raw("</span></td><td>").Text(line.Name).Raw("</td><td><code>").Text(line.Column).Raw("</code></td><td>").Both(line.Message, line.MessageZh).Raw("</td></tr>");
        }

        EndTable(html, Math.Min(MostRows, report.Quality.Count), report.Quality.Count);
        html.Raw("</section>");
    }

    private static void Relations(Html html, InventoryReport report)
    {
        Begin(html, "relations", "References between tables", "表间引用", report.Totals.Relations);
        html.Raw("<p class=\"lead\">").Both("Foreign keys that are declared or that the values propose and that are more likely than not, broken ones first; less sure ones wait in the review queue.", "已声明的外键，以及根据数据值推断、较为可信的外键，断裂的在前；可信度较低的在审核队列中。").Raw("</p>");
        if (report.Relations.Count == 0)
        {
            html.Raw("<p class=\"none\">").Both("None was found.", "未发现。").Raw("</p></section>");
            return;
        }

        // The figure above counts what is likely, of what was asked about; the list shows more, and says so.
        if (report.Relations.Count > report.Totals.Relations)
            html.Raw("<p class=\"none\">").Both($"{report.Totals.Relations:N0} are counted, {report.Totals.BrokenRelations:N0} of them broken; {report.Relations.Count - report.Totals.Relations:N0} more below are guesses that tell something, or between the platform's own tables.", $"计入 {report.Totals.Relations:N0} 个，其中 {report.Totals.BrokenRelations:N0} 个断裂；下表另有 {report.Relations.Count - report.Totals.Relations:N0} 个为值得注意的推测，或属于平台自有表。").Raw("</p>");
        Head(html, ("From", "从"), ("To", "到"), ("State", "状态"), ("#Sure", "可信度"), ("Why", "依据"));
        foreach (var line in report.Relations.Take(MostRows))
        {
            html.Raw("<tr><td>").Text(line.FromName).Raw(" <code>").Text(line.FromColumn).Raw("</code></td><td>").Text(line.ToName).Raw(" <code>").Text(line.ToColumn).Raw("</code></td><td>");
            if (line.Holds)
                html.Raw("<span class=\"tag green\">").Both("holds", "完整").Raw("</span>");
            else
                html.Raw("<span class=\"tag red\">").Both($"{Plural.Of(line.MissingRows, "row")} broken", $"{line.MissingRows:N0} 行断裂").Raw("</span><br><span class=\"soft\">").Both("missing: ", "缺失：").Raw("<code>").Text(string.Join(", ", line.MissingExamples.Take(8))).Raw("</code></span>");
            html.Raw("</td><td class=\"num\">").Text(Html.Percent(line.Confidence)).Raw("</td><td class=\"soft\">").Text(string.Join("; ", line.Reasons)).Raw("</td></tr>");
        }

        EndTable(html, Math.Min(MostRows, report.Relations.Count), report.Relations.Count);
        html.Raw("</section>");
    }

    private static void Unreadable(Html html, InventoryReport report)
    {
        Begin(html, "unreadable", "Could not be read", "无法读取", report.Unreadable.Count);
        if (report.Unreadable.Count == 0)
        {
            html.Raw("<p class=\"none\">").Both("Everything that looks like data could be read.", "所有数据均可读取。").Raw("</p></section>");
            return;
        }

        Head(html, ("What", "对象"), ("Verdict", "结论"), ("Why", "原因"));
        foreach (var line in report.Unreadable.Take(MostRows))
        {
            var (en, zh) = Words.Condition(line.Verdict);
            html.Raw("<tr><td>").Text(line.Name).Raw($"</td><td><span class=\"tag {(line.Verdict == "unsupported" ? "amber" : "red")}\">").Both(en, zh).Raw("</span></td><td class=\"soft\">").Text(line.Reason).Raw("</td></tr>");
        }

        EndTable(html, Math.Min(MostRows, report.Unreadable.Count), report.Unreadable.Count);
        html.Raw("</section>");
    }

    private static void Skipped(Html html, InventoryReport report)
    {
        if (report.Skipped.Count == 0)
            return;
        Begin(html, "skipped", "Passed over: no tables", "跳过：不是表格", report.Totals.Skipped);
        html.Raw("<ul>");
        foreach (var line in report.Skipped.Take(30))
            html.Raw("<li>").Text($"{line.Count:N0} × {line.Reason} ").Raw("<span class=\"soft mono\">").Text(string.Join(", ", line.Examples.Select(path => Path.GetFileName(path)))).Raw("</span></li>");
        html.Raw("</ul></section>");
    }

    [GeneratedRegex(@"(?<=\n) +", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}
