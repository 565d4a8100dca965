using Platform.Inventory.Compare;
using Platform.Workflows;

namespace Platform.Inventory.Report;

/// <summary>The part of the page that says what changed since the last inventory.</summary>
internal static class ReportChanges
{
    private const int MostLines = 100;

    public static void Write(Html html, InventoryReport report)
    {
        var d = report.Differences;
        if (d.Since is null)
        {
            html.Raw("<section id=\"changes\"><h2>").Both("What changed", "变化").Raw("</h2><p class=\"none\">").Both("This is the first inventory of these sources; the next one will say what changed.", "这是首次盘点，下次将列出变化。").Raw("</p></section>");
            return;
        }

        ReportPage.Begin(html, "changes", "What changed", "变化", d.New.Count + d.Changed.Count + d.Gone.Count + d.Renamed.Count);
        html.Raw("<p class=\"lead\">").Both($"Since {d.Since.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC", $"自 {d.Since.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC").Raw("</p>");
        if (d.New.Count + d.Changed.Count + d.Gone.Count + d.Renamed.Count == 0)
            html.Raw("<p class=\"none\">").Both("Nothing.", "无变化。").Raw("</p>");
        var names = report.Assets.ToDictionary(asset => asset.Key, asset => asset.Name);
        foreach (var change in d.Changed.Take(MostLines))
            Changed(html, change);
        foreach (var rename in d.Renamed.Take(MostLines))
            html.Raw("<div style=\"margin:10px 0\"><span class=\"tag blue\">").Both("renamed", "改名").Raw("</span> ").Both($"{rename.FromName} is now {rename.ToName} (same content)", $"{rename.FromName} 现为 {rename.ToName}（内容相同）").Raw("</div>");
        foreach (var same in d.Alike.Take(MostLines))
            html.Raw("<p class=\"none\">").Both($"{string.Join(", ", same.New)} {(same.New.Count == 1 ? "has" : "have")} the same content as {string.Join(", ", same.Gone)}, which {(same.Gone.Count == 1 ? "is" : "are")} gone; which became which cannot be told", $"{string.Join("、", same.New)} 与已消失的 {string.Join("、", same.Gone)} 内容相同，无法判断对应关系").Raw("</p>");
        Keys(html, d.New, names, "blue", "new", "新增");
        Keys(html, d.Gone, names, "red", "gone", "消失");
        html.Raw("</section>");
    }

    private static void Changed(Html html, AssetChange change)
    {
        html.Raw("<div style=\"margin:10px 0\"><span class=\"tag amber\">").Both("changed", "变化").Raw("</span> <b>").Text(change.Name).Raw("</b> <span class=\"soft\">").Raw(Rows(change)).Raw("</span><ul>");
        if (change.ConditionBefore is not null)
            Line(html, $"was {change.ConditionBefore} before", $"之前为 {Words.Condition(change.ConditionBefore).Zh}");
        Files(html, change.FilesChanged, "files changed", "个文件有变化");
        Files(html, change.FilesNew, "new files", "个新文件");
        Files(html, change.FilesGone, "files gone", "个文件消失");
        Files(html, change.FilesReshaped, "files have other columns now and are listed by themselves", "个文件的列已变化，单独列出");
        if (change.ColumnsNew.Count > 0)
            Line(html, $"new columns: {string.Join(", ", change.ColumnsNew)}", $"新增列：{string.Join("、", change.ColumnsNew)}");
        if (change.ColumnsGone.Count > 0)
            Line(html, $"columns gone: {string.Join(", ", change.ColumnsGone)}", $"消失的列：{string.Join("、", change.ColumnsGone)}");
        if (change.ColumnsRetyped.Count > 0)
            Line(html, $"other types: {string.Join(", ", change.ColumnsRetyped)}", $"类型变化：{string.Join("、", change.ColumnsRetyped)}");
        foreach (var move in change.Moves.Take(12))
            Line(html, $"{move.Column}: {move.Metric} {move.Before} → {move.After}", $"{move.Column}：{Metric(move.Metric)} {move.Before} → {move.After}");
        html.Raw("</ul></div>");
    }

    private static string Rows(AssetChange change)
    {
        if (change.RowsBefore is null || change.Rows is null)
            return "";
        var difference = change.Rows.Value - change.RowsBefore.Value;
        return difference == 0
            ? Html.InBoth($"{Plural.Of(change.Rows ?? 0, "row")} as before", $"{change.Rows:N0} 行，不变")
            : Html.InBoth($"{change.RowsBefore:N0} → {Plural.Of(change.Rows ?? 0, "row")} ({difference:+#,0;-#,0})", $"{change.RowsBefore:N0} → {change.Rows:N0} 行（{difference:+#,0;-#,0}）");
    }

    private static void Files(Html html, IReadOnlyList<string> files, string en, string zh)
    {
        if (files.Count == 0)
            return;
        var list = string.Join(", ", files.Take(8)) + (files.Count > 8 ? " …" : "");
        Line(html, $"{files.Count:N0} {en}: {list}", $"{files.Count:N0} {zh}：{list}");
    }

    private static void Keys(Html html, IReadOnlyList<string> keys, Dictionary<string, string> names, string color, string en, string zh)
    {
        if (keys.Count == 0)
            return;
        html.Raw("<div style=\"margin:10px 0\">");
        foreach (var key in keys.Take(MostLines))
            html.Raw($"<div><span class=\"tag {color}\">").Both(en, zh).Raw("</span> ").Text(names.GetValueOrDefault(key, key)).Raw("</div>");
        if (keys.Count > MostLines)
            html.Raw("<p class=\"none\">").Both($"and {keys.Count - MostLines:N0} more", $"另有 {keys.Count - MostLines:N0} 项").Raw("</p>");
        html.Raw("</div>");
    }

    private static void Line(Html html, string en, string zh) => html.Raw("<li>").Both(en, zh).Raw("</li>");

    private static string Metric(string metric) => metric switch
    {
        "null_share" => "空值率",
        "distinct" => "去重数",
        "mean" => "均值",
        "min" => "最小值",
        "max" => "最大值",
        "semantic_type" => "语义类型",
        _ => metric,
    };
}
