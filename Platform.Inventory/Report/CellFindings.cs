using System.Globalization;
using Platform.Inventory.Compare;
using Platform.Inventory.Errors;
using Platform.Workflows;

namespace Platform.Inventory.Report;

/// <summary>Cells that are almost surely wrong, in sentences with a witness.</summary>
internal static class CellFindings
{
    private const int Told = 3;

    public static IEnumerable<Finding> Of(InventorySnapshot snapshot, IReadOnlyDictionary<string, string> names)
    {
        foreach (var look in snapshot.Cells)
        {
            var name = names.GetValueOrDefault(look.Asset, look.Asset);
            foreach (var group in look.Problems.GroupBy(problem => problem.Cause))
                yield return Make(look, name, [.. group.OrderByDescending(problem => problem.Cells)]);
        }
    }

    /// <summary>One problem in a line: the first cell with what speaks against it.</summary>
    public static (string En, string Zh) Line(CellProblem problem) => (Example(problem, problem.Examples[0], zh: false), Example(problem, problem.Examples[0], zh: true));

    private static Finding Make(CellLook look, string name, List<CellProblem> problems)
    {
        long cells = problems.Sum(problem => (long)problem.Cells);
        var first = problems[0];
        var one = problems.Count == 1;
        var place = one ? first.Column : string.Create(CultureInfo.InvariantCulture, $"{Plural.Of(problems.Count, "column")}");
        var placeZh = one ? $"列 {first.Column}" : $" {problems.Count} 列";
        var (many, are) = cells == 1 ? ("cell", "is") : ("cells", "are");
        (double Score, FormattableString En, FormattableString Zh) told = first.Cause switch
        {
            CellCause.Misspelt => (84, $"{cells:N0} {many} in {place} of {name} {are} misspelt: {(first.By is null ? "nearly all rows write it otherwise" : "other rows of the same thing write it otherwise")}.", $"{name} 的{placeZh}中有 {cells:N0} 个单元格拼写错误：{(first.By is null ? "几乎所有行" : "同一事物的其他行")}写法不同。"),
            CellCause.Contradicted => (78, $"{cells:N0} {many} in {place} of {name} {(cells == 1 ? "contradicts" : "contradict")} the other rows of the same thing.", $"{name} 的{placeZh}中有 {cells:N0} 个单元格与同一事物的其他行矛盾。"),
            CellCause.Left => (62, $"{cells:N0} {many} in {place} of {name} {are} empty, though other rows tell what belongs there.", $"{name} 的{placeZh}中有 {cells:N0} 个空单元格，其他行可给出应有的值。"),
            CellCause.Misplaced => (76, $"{cells:N0} {many} in {place} of {name} {(cells == 1 ? "holds" : "hold")} what belongs into another column, which is empty there.", $"{name} 的{placeZh}中有 {cells:N0} 个单元格混入了本属于另一空列的值。"),
            CellCause.Unit => (68, $"{cells:N0} numbers in {place} of {name} are written with a unit or sign that the others do not have.", $"{name} 的{placeZh}中有 {cells:N0} 个数字带有其他值没有的单位或符号。"),
            CellCause.Mangled => (72, $"{cells:N0} {(cells == 1 ? "text" : "texts")} in {place} of {name} {(cells == 1 ? "has" : "have")} letters that a wrong encoding broke.", $"{name} 的{placeZh}中有 {cells:N0} 个文本因编码错误出现乱码。"),
            CellCause.Malformed => (66, $"{Plural.Of(cells, "value")} in {place} of {name} {are} no e-mail {Plural.Word(cells, "address", "addresses")}, though all others are.", $"{name} 的{placeZh}中有 {cells:N0} 个值不是电子邮件地址，而其余都是。"),
            _ => (70, $"In {cells:N0} {(cells == 1 ? "row" : "rows")} of {name}, {first.Column} comes before {first.By}; in all others it comes after.", $"{name} 中有 {cells:N0} 行的 {first.Column} 早于 {first.By}，其余各行均相反。"),
        };
        var sample = look.Looked < look.Rows ? string.Create(CultureInfo.InvariantCulture, $"; {look.Looked:N0} of {Plural.Of(look.Rows, "row")} were looked at") : "";
        var sampleZh = look.Looked < look.Rows ? string.Create(CultureInfo.InvariantCulture, $"；仅查看了 {look.Rows:N0} 行中的 {look.Looked:N0} 行") : "";
        return DataFindings.Make($"cells-{CellWords.Name(first.Cause)}", look.Asset, name, first.Column, told.Score + (DataFindings.Size(cells) / 2), told.En, told.Zh, $"{Examples(problems, zh: false)}{sample}", $"{Examples(problems, zh: true)}{sampleZh}");
    }

    // Of several columns the first cell of each; of one column its first cells.
    private static string Examples(List<CellProblem> problems, bool zh) =>
        string.Join(zh ? "；" : "; ", problems.Count > 1 ? problems.Take(Told).Select(problem => $"{problem.Column}: {Example(problem, problem.Examples[0], zh)}") : problems[0].Examples.Take(Told).Select(example => Example(problems[0], example, zh)));

    private static string Example(CellProblem problem, CellExample example, bool zh)
    {
        var place = example.Place is null ? "" : zh ? $"{example.Place.Replace("row ", "第 ", StringComparison.Ordinal)}{(example.Place.Contains("row ", StringComparison.Ordinal) ? " 行" : "")} " : $"{example.Place} ";
        var value = example.Value is null ? zh ? "为空" : "is empty" : $"“{Short(example.Value)}”";
        // What it looks like shows what is wrong, and the mask hides whose it is.
        if (problem is { Personal: true, Cause: CellCause.Malformed })
            return $"{place}{value}";
        if (problem.Personal)
            return (zh ? $"{place}（个人信息，不显示值）" : $"{place}(personal, so the value is not shown)").Trim();
        if (example.Expected is null)
            return $"{place}{value}{(example.Given is null ? "" : zh ? $"（{example.Given}）" : $" ({example.Given})")}";
        return example.Given is null
            ? zh ? $"{place}{value}，应为“{Short(example.Expected)}”" : $"{place}{value}, meant is “{Short(example.Expected)}”"
            : zh ? string.Create(CultureInfo.InvariantCulture, $"{place}{value}，而 {example.Given} 的 {example.With:N0} 行为“{Short(example.Expected)}”") : string.Create(CultureInfo.InvariantCulture, $"{place}{value}, but {Plural.Of(example.With, "row")} with {Short(example.Given)} have “{Short(example.Expected)}”");
    }

    private static string Short(string value) => value.Length <= 60 ? value : value[..59] + "…";
}
