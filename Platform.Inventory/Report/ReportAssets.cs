using System.Globalization;

namespace Platform.Inventory.Report;

/// <summary>The table of all assets, which can be sorted and filtered.</summary>
internal static class ReportAssets
{
    private const int MostRows = 2_000;

    public static void Write(Html html, InventoryReport report)
    {
        ReportPage.Begin(html, "assets", "All assets", "全部资产", report.Assets.Count);
        html.Raw("<label class=\"soft\" for=\"filter\" style=\"display:none\">Filter</label><input id=\"filter\" type=\"search\" aria-label=\"Filter assets\" placeholder=\"Filter / 筛选\">");
        html.Raw("<div class=\"scroll\"><table><thead><tr>");
        foreach (var (en, zh, number) in (ReadOnlySpan<(string, string, bool)>)[("Asset", "资产", false), ("Format", "格式", false), ("State", "状态", false), ("Rows", "行", true), ("Columns", "列", true), ("Files", "文件", true), ("Size", "大小", true), ("Domain", "业务域", false), ("Personal", "个人信息", true), ("Warnings", "警告", true), ("Changed", "更新时间", false)])
            html.Raw(number ? "<th class=\"num\"><button type=\"button\">" : "<th><button type=\"button\">").Both(en, zh).Raw("</button></th>");
        html.Raw("</tr></thead><tbody>");
        foreach (var asset in report.Assets.Take(MostRows))
            Row(html, asset);
        ReportPage.EndTable(html, Math.Min(MostRows, report.Assets.Count), report.Assets.Count);
        html.Raw("</section>");
    }

    private static void Row(Html html, AssetLine asset)
    {
        var (conditionEn, conditionZh) = Words.Condition(asset.Condition);
        var (domainEn, domainZh) = Words.Domain(asset.Domain);
        html.Raw("<tr><td title=\"").Text(asset.Key).Raw("\">").Text(asset.Name);
        if (asset.Change is not null)
            html.Raw($" <span class=\"tag {(asset.Change == "new" ? "blue" : "amber")}\">").Both(asset.Change, asset.Change == "new" ? "新增" : "变化").Raw("</span>");
        html.Raw("</td><td>").Text(asset.Format).Raw($"</td><td><span class=\"tag {(asset.Condition == "readable" ? "green" : asset.Condition == "unsupported" ? "amber" : "red")}\">").Both(conditionEn, conditionZh).Raw("</span></td>");
        Number(html, asset.Rows, Html.Number(asset.Rows));
        Number(html, asset.Columns, Html.Number(asset.Columns));
        Number(html, asset.Files, asset.Files == 0 ? "–" : Html.Number(asset.Files));
        Number(html, asset.Bytes, Html.Size(asset.Bytes));
        html.Raw("<td>").Both(domainEn, domainZh).Raw("</td>");
        Number(html, asset.PersonalColumns, asset.PersonalColumns == 0 ? "" : Html.Number(asset.PersonalColumns));
        Number(html, asset.Findings, asset.Findings == 0 ? "" : Html.Number(asset.Findings));
        html.Raw("<td>").Text(asset.Modified?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)).Raw("</td></tr>");
    }

    private static void Number(Html html, long? value, string text)
        => html.Raw($"<td class=\"num\" data-v=\"{(value ?? -1).ToString(CultureInfo.InvariantCulture)}\">").Text(text).Raw("</td>");
}
