using System.Globalization;
using Platform.Inventory.Profile;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;
using Platform.Workflows;

namespace Platform.Inventory.Report;

/// <summary>What a profile shows to be wrong, or worth a look, without any declared check.</summary>
internal static class QualityFindings
{
    public static IEnumerable<QualityLine> Of(FoundAsset asset, AssetProfile profile)
    {
        QualityLine line(string? column, string kind, bool warning, FormattableString en, FormattableString zh) => new(asset.Key, asset.Name, column, kind, warning ? "warning" : "note", Text(en), Text(zh));
        if (profile.Failure is not null)
            yield break;
        if (profile.BadRows > 0)
            yield return line(null, "bad-rows", true, $"{Plural.Of(profile.BadRows, "line")} {Plural.Word(profile.BadRows, "does not fit and was", "do not fit and were")} left out; the first: {profile.FirstBadRow}", $"{profile.BadRows:N0} 行格式不符，未计入；首例：{profile.FirstBadRow}");
        if (profile.Rows == 0)
            yield return line(null, "no-rows", false, $"there are no rows", $"没有数据行");
        if (profile.Sample is not null)
            yield return line(null, "sampled", false, $"columns are profiled from {profile.Sample}{(profile.RowsEstimated ? "; the number of rows is an estimate of the database" : "")}", $"列信息来自抽样：{profile.Sample}{(profile.RowsEstimated ? "；行数为数据库估算值" : "")}");
        foreach (var failure in profile.Failures)
            yield return line(null, "unreadable-file", true, $"{Path.GetFileName(failure.Path)} could not be read: {failure.Reason}", $"文件 {Path.GetFileName(failure.Path)} 无法读取：{failure.Reason}");
        // A matrix of a thousand alike columns would drown the rest.
        if (profile.Columns.Count > 200)
            yield break;
        for (var i = 0; i < profile.Columns.Count; i++)
        {
            var column = profile.Columns[i];
            if (profile.Rows > 0 && column.Values == 0)
                yield return line(column.Name, "empty-column", false, $"has no value in any row", $"所有行均为空");
            else if (column.NullShare >= 0.5)
                yield return line(column.Name, "mostly-null", false, $"{column.NullShare:P0} of the rows have no value", $"{column.NullShare:P0} 的行为空");
            if (column.Misfits > 0)
                yield return line(column.Name, "mixed-types", true, $"{column.Misfits:N0} of {Plural.Of(column.Values, "value")} {Plural.Word(column.Misfits, "is", "are")} no {Kind(column.Kind)}", $"{column.Values:N0} 个值中有 {column.Misfits:N0} 个不是{KindZh(column.Kind)}");
            if (column.MissingWords > 0)
                yield return line(column.Name, "missing-words", false, $"{column.MissingWords:N0} {(column.MissingWords == 1 ? "value is a word" : "values are words")} for a missing one, such as N/A", $"{column.MissingWords:N0} 个值是 N/A 之类的缺失标记");
            if (column.Padded > 0 && column.Padded * 20 < column.Values)
                yield return line(column.Name, "padded", false, $"{Plural.Of(column.Padded, "value")} {Plural.Word(column.Padded, "has", "have")} blanks before or after", $"{column.Padded:N0} 个值前后带空格");
            var type = i < profile.Verdicts.Count ? profile.Verdicts[i].Type : "";
            if (type is "price" or "quantity" or "age" && column.Negatives > 0)
                yield return line(column.Name, "negative", true, $"{Plural.Of(column.Negatives, "value")} {Plural.Word(column.Negatives, "is", "are")} below zero (smallest {column.Min})", $"{column.Negatives:N0} 个值小于零（最小 {column.Min}）");
            if (column is { Kind: ValueKind.Text, Shapes.Count: > 1 } && column.Shapes[0].Count is var main && main >= 0.95 * column.Values && main < column.Values && column.Shapes[0].Value.Length > 1 && type is not ("free_text" or "review" or "title"))
                yield return line(column.Name, "odd-shape", false, $"{Plural.Of(column.Values - main, "value")} {Plural.Word(column.Values - main, "is", "are")} not written like {column.Shapes[0].Value}", $"{column.Values - main:N0} 个值与常见形式 {column.Shapes[0].Value} 不同");
        }
    }

    public static QualityLine Broken(Relation relation, string fromName, string toName)
    {
        var examples = string.Join(", ", relation.MissingExamples.Take(5).Select(value => value.Value));
        return new QualityLine(relation.FromAsset, fromName, relation.FromColumn, "broken-reference", relation.IsSure ? "warning" : "note",
            Text($"{Plural.Of(relation.MissingRows, "row")} {Plural.Word(relation.MissingRows, "names", "name")} a value that {toName}.{relation.ToColumn} does not have: {examples}{Likely(relation)}"),
            Text($"{relation.MissingRows:N0} 行引用了 {toName}.{relation.ToColumn} 中不存在的值：{examples}{LikelyZh(relation)}"));
    }

    // What nobody has declared or confirmed is a guess, and says how good.
    private static string Likely(Relation relation) => IsCertain(relation) ? "" : string.Create(CultureInfo.InvariantCulture, $" ({(relation.IsSure ? "a likely" : "perhaps a")} reference, {relation.Confidence * 100:0} % sure)");

    private static string LikelyZh(Relation relation) => IsCertain(relation) ? "" : string.Create(CultureInfo.InvariantCulture, $"（{(relation.IsSure ? "很可能是" : "也许是")}引用，可信度 {relation.Confidence * 100:0} %）");

    private static bool IsCertain(Relation relation) => relation.Declared || relation.Confirmed || relation.Confidence >= 0.95;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Kind(ValueKind kind) => kind switch { ValueKind.Integer => "whole number", ValueKind.Decimal => "number", ValueKind.Boolean => "truth value", ValueKind.Date => "date", ValueKind.Timestamp => "time", ValueKind.Time => "time of day", _ => "text" };

    private static string KindZh(ValueKind kind) => kind switch { ValueKind.Integer => "整数", ValueKind.Decimal => "数字", ValueKind.Boolean => "布尔值", ValueKind.Date => "日期", ValueKind.Timestamp => "时间", ValueKind.Time => "时刻", _ => "文本" };
}
