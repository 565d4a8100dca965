using Platform.Inventory.Errors;

namespace Platform.Inventory.Report;

/// <summary>The part of the page that lists wrong cells, and says what was not looked at.</summary>
internal static class ReportCells
{
    private const int MostRows = 100;

    public static void Write(Html html, InventoryReport report)
    {
        if (report.Cells.Count == 0 && report.CellsLeft.Count == 0)
            return;
        ReportPage.Begin(html, "cells", "Cells that are surely wrong", "确定有误的单元格", (int)Math.Min(int.MaxValue, report.Cells.Sum(line => line.Cells)));
        html.Raw("<p class=\"lead\">").Both("Found without rules, by what other rows say. A group can be confirmed or rejected in the review queue.", "无需规则，依据其他行得出；可在审核队列中确认或驳回。").Raw("</p>");
        if (report.Cells.Count > 0)
        {
            ReportPage.Head(html, ("Asset", "资产"), ("Column", "列"), ("What", "内容"), ("#Cells", "单元格"), ("For example", "示例"));
            foreach (var line in report.Cells.Take(MostRows))
            {
                html.Raw("<tr><td>").Text(line.Name).Raw("</td><td><code>").Text(line.Column).Raw("</code></td><td>").Both(Words.Cause(line.Cause).En, Words.Cause(line.Cause).Zh).Raw("</td><td class=\"num\">").Text(Html.Number(line.Cells)).Raw("</td><td class=\"soft\">").Both(line.Example, line.ExampleZh).Raw("</td></tr>");
            }

            ReportPage.EndTable(html, Math.Min(MostRows, report.Cells.Count), report.Cells.Count);
        }

        if (report.CellsLeft.Count > 0)
        {
            var named = string.Join(", ", report.CellsLeft.Take(8)) + (report.CellsLeft.Count > 8 ? " …" : "");
            html.Raw("<p class=\"none\">").Both($"The time of this night did not suffice for {report.CellsLeft.Count:N0} of the assets; the next night goes on with them: {named}.", $"本次时间不足，{report.CellsLeft.Count:N0} 个资产未查看，下次继续：{named}。").Raw("</p>");
        }

        html.Raw("</section>");
    }
}

/// <summary>Wrong cells of a column.</summary>
/// <param name="Asset">Key of the asset.</param>
/// <param name="Name">Its name.</param>
/// <param name="Column">The column.</param>
/// <param name="Cause">What is wrong, such as <c>misspelt</c>.</param>
/// <param name="Cells">How many.</param>
/// <param name="Example">One of them, in words.</param>
/// <param name="ExampleZh">The same in Chinese.</param>
public sealed record CellLine(string Asset, string Name, string Column, string Cause, long Cells, string Example, string ExampleZh);
