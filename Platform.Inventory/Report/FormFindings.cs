using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Inventory.Classify;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;
using Platform.Workflows;

namespace Platform.Inventory.Report;

/// <summary>One thing written in several ways, and numbers that are kept as text.</summary>
internal static partial class FormFindings
{
    // Of a sample: fewer values of a form may be slips, which other findings tell.
    private const int FewestOfForm = 3;
    private const double LeastOfForm = 0.02;

    public static IEnumerable<Finding> Of(FoundAsset asset, ColumnProfile column, ColumnVerdict? verdict)
    {
        var name = asset.Name;
        var dates = column.DateForms.Sum(form => form.Values);
        var forms = column.DateForms.Where(form => form.Values >= FewestOfForm && form.Values >= LeastOfForm * dates).ToList();
        if (forms.Count > 1)
            yield return DataFindings.Make("date-forms", asset.Key, name, column.Name, 50 + Math.Min(10, 2 * forms.Count), $"The dates in {column.Name} of {name} are written in {forms.Count:N0} ways: {Examples(forms)}.", $"{name} 的 {column.Name} 中日期有 {forms.Count:N0} 种写法：{Examples(forms)}。",
                $"{Shares(forms, dates)} of {dates:N0} different dates looked at", $"所查 {dates:N0} 个不同日期中：{Shares(forms, dates)}");

        if (column is { Kind: ValueKind.Text, Values: >= 20 } && verdict is not { Personal: not (PersonalClass.None or PersonalClass.InText) })
        {
            var commas = column.Shapes.Where(shape => DecimalComma().IsMatch(shape.Value)).ToList();
            var count = commas.Sum(shape => shape.Count);
            // Three digits after the only comma are thousands as well as a fraction.
            if (count >= 0.9 * column.Values && commas.Exists(shape => !Thousands().IsMatch(shape.Value)))
                yield return DataFindings.Make("decimal-comma", asset.Key, name, column.Name, 48 + DataFindings.Size(count) / 2, $"{column.Name} of {name} holds numbers with a decimal comma, so that it is taken for text: nothing can be summed.", $"{name} 的 {column.Name} 是以逗号为小数点的数字，因而被当作文本，无法求和。",
                    $"{count:N0} of {Plural.Of(column.Values, "value")} are written as {commas[0].Value}", $"{column.Values:N0} 个值中的 {count:N0} 个形如 {commas[0].Value}");
            foreach (var finding in Case(asset, column))
                yield return finding;
        }

        if (asset.Database is not null && column is { Kind: ValueKind.Decimal or ValueKind.Integer, Misfits: 0, LeadingZeros: 0, Values: >= 20 } && (column.Type.StartsWith("text", StringComparison.Ordinal) || column.Type.StartsWith("character", StringComparison.Ordinal))
            && (column is { Kind: ValueKind.Decimal, Whole: false } || verdict is { Role: ColumnRole.Measure }))
            yield return DataFindings.Make("number-as-text", asset.Key, name, column.Name, 46, $"{column.Name} of {name} is declared {column.Type}, yet every value is a number: it sorts and compares as text.", $"{name} 的 {column.Name} 声明为 {column.Type}，但所有值都是数字，排序和比较按文本进行。",
                $"{Plural.Of(column.Values, "value")} from {column.Min} to {column.Max}", $"{column.Values:N0} 个值，从 {column.Min} 到 {column.Max}");
    }

    // Words of a short list; in titles and names capitals are a matter of taste.
    private static IEnumerable<Finding> Case(FoundAsset asset, ColumnProfile column)
    {
        if (column.FrequentError > 0 || column.Distinct > 200 || column.Values < 5 * column.Distinct || (column.MeanLength ?? 0) > 30)
            yield break;
        var groups = column.Frequent.Where(value => value.Count > 0).GroupBy(value => value.Value.ToLowerInvariant(), StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.OrderByDescending(value => value.Count).ToList()).OrderByDescending(group => group.Sum(value => value.Count)).ToList();
        if (groups.Count == 0)
            yield break;
        var fewer = groups.Sum(group => group.Skip(1).Sum(value => value.Count));
        var told = string.Join("; ", groups.Take(3).Select(group => string.Join(", ", group.Take(4).Select(value => string.Create(CultureInfo.InvariantCulture, $"\"{value.Value}\" {value.Count:N0}")))));
        var first = string.Join(" / ", groups[0].Take(4).Select(value => $"\"{value.Value}\""));
        yield return DataFindings.Make("case-only", asset.Key, asset.Name, column.Name, 44 + DataFindings.Size(fewer), $"{column.Name} of {asset.Name} has values that differ by capitals only, such as {first}: a count by {column.Name} tells them apart.", $"{asset.Name} 的 {column.Name} 中有仅大小写不同的值，例如 {first}，按其统计会被分开。", $"{told}", $"{told}");
    }

    private static string Examples(List<DateForm> forms) => string.Join(", ", forms.Take(6).Select(form => form.Example)) + (forms.Count > 6 ? " …" : "");

    private static string Shares(List<DateForm> forms, int dates) => string.Join(", ", forms.Take(6).Select(form => string.Create(CultureInfo.InvariantCulture, $"{form.Example} {(double)form.Values / dates:P0}")));

    [GeneratedRegex(@"^[-+]?9{1,3}((\.999)*|9*),9+$", RegexOptions.CultureInvariant)]
    private static partial Regex DecimalComma();

    [GeneratedRegex(@"^[-+]?9{1,3},999$", RegexOptions.CultureInvariant)]
    private static partial Regex Thousands();
}
