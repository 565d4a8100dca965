using System.Globalization;
using Platform.Inventory.Classify;
using Platform.Inventory.Compare;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;
using Platform.Workflows;

namespace Platform.Inventory.Report;

/// <summary>What this night's profiles tell that people hardly knew.</summary>
internal static class DataFindings
{
    public static IEnumerable<Finding> Of(InventorySnapshot snapshot, InventoryDifferences differences, CatalogFacts? facts)
    {
        var assets = snapshot.Assets.ToList();
        foreach (var finding in ReferenceFindings.Of(snapshot))
            yield return finding;
        foreach (var asset in assets)
            if (snapshot.Profiles.TryGetValue(asset.Key, out var profile) && profile.Failure is null)
                foreach (var finding in OfAsset(asset, profile, snapshot.Taken, LinesOf(asset)))
                    yield return finding;
        foreach (var finding in Twins(assets, snapshot, facts))
            yield return finding;
        foreach (var finding in Drift(differences))
            yield return finding;

        HashSet<(string, string)> LinesOf(FoundAsset asset) => snapshot.Structures.FirstOrDefault(structure => structure.Asset == asset.Key) is { } structure
            ? [.. structure.Formulas.Where(formula => formula.Kind == Relate.FormulaKind.Linear).Select(formula => (formula.Column, formula.Terms[0].Column))] : [];
    }

    private static IEnumerable<Finding> OfAsset(FoundAsset asset, AssetProfile profile, DateTimeOffset taken, HashSet<(string, string)> lines)
    {
        if (profile.DuplicateRows is > 0 and var repeated && repeated >= Math.Max(2, profile.Rows / 2_000) && !MustRepeat(profile, repeated))
            yield return Make("repeated-rows", asset.Key, asset.Name, null, 45 + Size(repeated) + 20 * Math.Min(1, (double)repeated / profile.Rows),
                $"{Rows(repeated)} of {asset.Name} repeat another row in every column.", $"{asset.Name} 中有 {repeated:N0} 行与其他行完全重复。",
                $"{(double)repeated / profile.Rows:P1} of {Plural.Of(profile.Rows, "row")}{(profile.DuplicateRowsError > 0 ? $", ± {profile.DuplicateRowsError:N0}" : "")}", $"占 {profile.Rows:N0} 行的 {(double)repeated / profile.Rows:P1}");
        if (profile.BadRows > 0)
            yield return Make("bad-rows", asset.Key, asset.Name, null, 50 + Size(profile.BadRows), $"{Plural.Of(profile.BadRows, "line")} of {asset.Name} cannot be read and {Plural.Word(profile.BadRows, "is", "are")} missing from every figure made of it.", $"{asset.Name} 中有 {profile.BadRows:N0} 行无法读取，未计入任何统计。", $"the first: {profile.FirstBadRow}", $"首例：{profile.FirstBadRow}");
        foreach (var finding in DayFindings.Of(asset))
            yield return finding;
        // What cleaning has set aside is odd by its nature, and the platform itself wrote it.
        if (profile.Columns.Count > 200 || asset.Name.EndsWith("__rejected", StringComparison.Ordinal))
            yield break;
        var verdicts = profile.Verdicts.DistinctBy(verdict => verdict.Column).ToDictionary(verdict => verdict.Column, StringComparer.Ordinal);
        var masked = profile.Columns.Where(column => column.Distinct == 1 && verdicts.GetValueOrDefault(column.Name) is { Personal: PersonalClass.Masked }).ToList();
        if (masked.Count > 0)
            yield return Make("masked", asset.Key, asset.Name, masked[0].Name, 38, $"{(masked.Count == 1 ? $"{masked[0].Name} of {asset.Name} was" : $"{Plural.Of(masked.Count, "column")} of {asset.Name} were")} blanked before the data came here: every row says the same.",
                $"{asset.Name} 的 {masked.Count:N0} 列在来源处已被遮盖，所有行取值相同。", $"{Names(masked)}: {Value(masked[0])}", $"{Names(masked)}：{Value(masked[0])}");
        foreach (var finding in Unnamed(asset, profile))
            yield return finding;
        foreach (var finding in Mixed(asset, profile))
            yield return finding;
        if (OneValue(asset, profile) is { } oneValue)
            yield return oneValue;
        var constant = profile.Columns.Where(column => column is { Distinct: 1 } && column.Values > 20 && column.Nulls == 0 && !masked.Contains(column)).ToList();
        if (constant.Count > 0)
            yield return Make("constant", asset.Key, asset.Name, constant[0].Name, 18 + Math.Min(10, 3 * constant.Count), $"{(constant.Count == 1 ? $"The column {constant[0].Name} of {asset.Name} says" : $"{Plural.Of(constant.Count, "column")} of {asset.Name} say")} the same in every row.",
                $"{asset.Name} 的 {constant.Count:N0} 列在所有行中取值相同。", $"{Said(constant)}", $"{Said(constant)}");
        var empty = profile.Columns.Where(column => column.Values == 0 && profile.Rows > 0).ToList();
        if (empty.Count > 0)
            yield return Make("empty-column", asset.Key, asset.Name, empty[0].Name, 22 + Math.Min(10, 3 * empty.Count), $"{(empty.Count == 1 ? $"The column {empty[0].Name} of {asset.Name} is" : $"{Plural.Of(empty.Count, "column")} of {asset.Name} are")} empty in all {Plural.Of(profile.Rows, "row")}.",
                $"{asset.Name} 的 {empty.Count:N0} 列在全部 {profile.Rows:N0} 行中为空。", $"{Names(empty)}", $"{Names(empty)}");
        // A formula says how one follows from the other.
        foreach (var pair in profile.Correlations.Where(pair => !lines.Contains((pair.Column, pair.Other)) && !lines.Contains((pair.Other, pair.Column)) && Math.Abs(pair.Correlation) >= 0.999999 && OneToOne(profile, pair.Column, pair.Other)).Take(3))
            yield return Make("same-number", asset.Key, asset.Name, pair.Column, 20, $"{pair.Column} and {pair.Other} of {asset.Name} carry the same information: one follows from the other.", $"{asset.Name} 的 {pair.Column} 与 {pair.Other} 信息重复，可由一方推出另一方。", $"correlation {pair.Correlation:0.00000}", $"相关系数 {pair.Correlation:0.00000}");
        for (var i = 0; i < profile.Columns.Count; i++)
            foreach (var finding in OfColumn(asset, profile, profile.Columns[i], i < profile.Verdicts.Count ? profile.Verdicts[i] : null, taken))
                yield return finding;
    }

    private static IEnumerable<Finding> OfColumn(FoundAsset asset, AssetProfile profile, ColumnProfile column, ColumnVerdict? verdict, DateTimeOffset taken)
    {
        var name = asset.Name;
        if (verdict is { Personal: PersonalClass.InText, PersonalConfidence: >= 0.5 })
        {
            // Ranked by the rows that hold some: where only the different texts are known, as if all stood alike often.
            var share = verdict.Inside.Count == 0 ? 0 : verdict.Inside.Values.Max();
            var (inside, insideZh) = InsideWords.Of(verdict, column.Values);
            yield return Make("personal-in-text", asset.Key, name, column.Name, 55 + Size((long)Math.Round(share * column.Values)) + 13 * share, $"The texts in {column.Name} of {name} hold personal data inside their sentences.", $"{name} 的文本列 {column.Name} 中含有个人信息。", $"{inside}", $"{insideZh}");
        }
        else if (verdict is { Confidence: >= 0.7 } && verdict.Personal is PersonalClass.Identity or PersonalClass.Financial or PersonalClass.Contact or PersonalClass.Name && profile.Domain?.Domain is { } domain && domain != "user")
        {
            var (en, zh) = Words.Class(Words.Of(verdict.Personal));
            yield return Make("personal-odd-place", asset.Key, name, column.Name, verdict.Personal is PersonalClass.Identity or PersonalClass.Financial ? 80 : 58,
                $"{name} is {Words.Domain(domain).En.ToLowerInvariant()} data, yet {column.Name} holds personal data ({en.ToLowerInvariant()}).", $"{name} 属于{Words.Domain(domain).Zh}数据，但列 {column.Name} 含有个人信息（{zh}）。",
                $"{Words.Type(verdict.Type).En}, {verdict.Confidence:P0} sure, {verdict.Evidence.ShareMatching:P0} of the values match", $"{Words.Type(verdict.Type).Zh}，可信度 {verdict.Confidence:P0}，{verdict.Evidence.ShareMatching:P0} 的值相符");
        }

        if (verdict?.Type is "price" or "quantity" or "age" && column.Negatives > 0)
            yield return Make("negative", asset.Key, name, column.Name, 42 + Size(column.Negatives), $"{(column.Negatives == 1 ? "Once" : $"{column.Negatives:#,0} times")} {column.Name} of {name} is below zero.", $"{name} 的 {column.Name} 有 {column.Negatives:N0} 个值小于零。", $"smallest {column.Min}; {column.Negatives:N0} of {Plural.Of(column.Values, "value")}", $"最小 {column.Min}；{column.Values:N0} 个值中的 {column.Negatives:N0} 个");
        if (column.Kind is ValueKind.Decimal && column.Whole && !column.TypeDeclared && verdict is { Role: ColumnRole.Key or ColumnRole.Reference } && column.Values > 20 && column.Frequent is [{ Value: var written }, ..] && written.EndsWith(".0", StringComparison.Ordinal))
            yield return Make("id-as-decimal", asset.Key, name, column.Name, 44, $"{column.Name} of {name} is an id but is written as a decimal number, so that it will not match where it is written whole.", $"{name} 的 {column.Name} 是编号，却写成小数，与整数写法无法匹配。", $"for example {written}", $"例如 {written}");
        if (column.Kind is ValueKind.Date or ValueKind.Timestamp && DateTimeOffset.TryParse(column.Max, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var latest))
        {
            if (verdict?.Type is "date_of_birth" or "birth_date" && latest > taken.AddDays(1))
                yield return Make("unborn", asset.Key, name, column.Name, 52, $"{column.Name} of {name} holds dates of birth that are still to come, up to {latest.Year}.", $"{name} 的 {column.Name} 含有未来的出生日期，最晚为 {latest.Year} 年。", $"the data were read in {taken.Year}", $"数据读取于 {taken.Year} 年");
            else if (latest > taken.AddYears(2))
                yield return Make("far-future", asset.Key, name, column.Name, 46, $"{column.Name} of {name} reaches to {latest.Year}, a time that is far ahead.", $"{name} 的 {column.Name} 最晚为 {latest.Year} 年，远在未来。", $"latest {column.Max}", $"最晚 {column.Max}");
        }

        if (column.NotFinite > 0)
        {
            var one = column.NotFinite == 1;
            var words = NotFinite(column);
            if (column.Kind is ValueKind.Date or ValueKind.Timestamp)
                yield return Make("infinite-time", asset.Key, name, column.Name, 36 + Size(column.NotFinite), $"{column.NotFinite:N0} {(one ? "value" : "values")} of {column.Name} in {name} {(one ? "is" : "are")} infinity, a time without end; the range {(column.Max is null ? "cannot be told" : "leaves them out")}.", $"{name} 的 {column.Name} 中有 {column.NotFinite:N0} 个值为 infinity（无限时间），不计入范围。", $"{column.NotFinite:N0} of {Plural.Of(column.Values, "value")}{(words.Length > 0 ? "; " : "")}{words}", $"{column.Values:N0} 个值中的 {column.NotFinite:N0} 个{(words.Length > 0 ? "；" : "")}{words}");
            else
                yield return Make("not-finite", asset.Key, name, column.Name, 40 + Size(column.NotFinite), $"{column.NotFinite:N0} {(one ? "value" : "values")} of {column.Name} in {name} {(one ? "is no number" : "are no numbers")} (NaN or infinite): a sum over {(one ? "it" : "them")} has no result.", $"{name} 的 {column.Name} 中有 {column.NotFinite:N0} 个值为 NaN 或无穷，求和无结果。", $"{column.NotFinite:N0} of {Plural.Of(column.Values, "value")}{(words.Length > 0 ? "; " : "")}{words}", $"{column.Values:N0} 个值中的 {column.NotFinite:N0} 个{(words.Length > 0 ? "；" : "")}{words}");
        }

        foreach (var finding in FormFindings.Of(asset, column, verdict))
            yield return finding;
        // Where most of the few values are "None", that is an answer.
        if (column.MissingWords > 0 && !(column.MissingWords > column.Values / 2 && column.Distinct <= 50))
            yield return Make("missing-words", asset.Key, name, column.Name, 26 + Size(column.MissingWords), $"{column.MissingWords:N0} {(column.MissingWords == 1 ? "value" : "values")} of {column.Name} in {name} {(column.MissingWords == 1 ? "is a word" : "are words")} such as N/A that {(column.MissingWords == 1 ? "stands" : "stand")} for nothing.", $"{name} 的 {column.Name} 中有 {column.MissingWords:N0} 个 N/A 之类的占位值。", $"{column.MissingWords:N0} of {Plural.Of(column.Values, "value")}", $"{column.Values:N0} 个值中的 {column.MissingWords:N0} 个");
        if (column.NullShare is >= 0.2 and < 1 && verdict is { Role: ColumnRole.Reference or ColumnRole.Key } && profile.Rows > 50)
            yield return Make("missing-link", asset.Key, name, column.Name, 48 + Size(column.Nulls), $"{column.NullShare:P0} of the rows of {name} have no {column.Name}: they cannot be tied to anything.", $"{name} 中 {column.NullShare:P0} 的行没有 {column.Name}，无法关联。", $"{column.Nulls:N0} of {Plural.Of(column.Rows, "row")}", $"{column.Rows:N0} 行中的 {column.Nulls:N0} 行");
        if (column.InvalidUtf8 > 0)
            yield return Make("broken-text", asset.Key, name, column.Name, 40 + Size(column.InvalidUtf8), $"{Plural.Of(column.InvalidUtf8, "text")} of {column.Name} in {name} {Plural.Word(column.InvalidUtf8, "is", "are")} broken: {Plural.Word(column.InvalidUtf8, "its", "their")} bytes are no letters of UTF-8.", $"{name} 的 {column.Name} 中有 {column.InvalidUtf8:N0} 个文本不是有效的 UTF-8。", $"{Plural.Of(column.Values, "value")}", $"共 {column.Values:N0} 个值");
    }

    /// <summary>Which of them there are; how often only where that adds up: counts of the most frequent values may be less than what there is.</summary>
    private static string NotFinite(ColumnProfile column)
    {
        var told = column.Frequent.Where(value => value.Value.TrimStart('-', '+').ToLowerInvariant() is "nan" or "infinity" or "inf" or "∞").GroupBy(value => value.Value).Select(group => (Word: group.Key, Count: group.Sum(value => value.Count))).ToList();
        return told.Sum(value => value.Count) == column.NotFinite ? string.Join(", ", told.Select(value => FormattableString.Invariant($"{value.Word} {value.Count:N0}"))) : string.Join(", ", told.Select(value => value.Word));
    }

    /// <summary>A table without a header whose values show that it holds people's data: nobody finds that by names.</summary>
    private static IEnumerable<Finding> Unnamed(FoundAsset asset, AssetProfile profile)
    {
        var people = profile.Verdicts.Where(verdict => verdict is { PersonalConfidence: >= 0.7, Personal: not (PersonalClass.None or PersonalClass.Masked) }).ToList();
        if (people.Count == 0 || people is [{ Personal: PersonalClass.Address or PersonalClass.Demographic }] || !profile.Columns.Select((column, i) => column.Name == string.Create(CultureInfo.InvariantCulture, $"column{i}")).All(unnamed => unnamed))
            yield break;
        yield return Make("personal-unnamed", asset.Key, asset.Name, people[0].Column, 70, $"{asset.Name} names none of its columns, yet {people.Count:N0} of {profile.Columns.Count:N0} hold personal data.", $"{asset.Name} 没有列名，但 {profile.Columns.Count:N0} 列中有 {people.Count:N0} 列含个人信息。",
            $"{string.Join(", ", people.Take(8).Select(verdict => $"{verdict.Column} {Words.Type(verdict.Type).En.ToLowerInvariant()}"))}; judged from the values", $"{string.Join("、", people.Take(8).Select(verdict => $"{verdict.Column} {Words.Type(verdict.Type).Zh}"))}；根据数据值判断");
    }

    /// <summary>Values of another kind than all the others of their columns, told once a table.</summary>
    private static IEnumerable<Finding> Mixed(FoundAsset asset, AssetProfile profile)
    {
        var mixed = profile.Columns.Where(column => column.Misfits > 0).OrderByDescending(column => column.Misfits).ToList();
        if (mixed.Count == 0)
            yield break;
        var first = mixed[0];
        var form = first.Shapes is [{ Value: var shape }, ..] ? shape : null;
        var others = string.Join(", ", mixed.Take(6).Select(column => string.Create(CultureInfo.InvariantCulture, $"{column.Name} {column.Misfits:N0}")));
        var (kind, kindZh) = Kind(first.Kind);
        if (mixed.Count == 1)
            yield return Make("mixed-types", asset.Key, asset.Name, first.Name, 40 + Size(first.Misfits), $"{first.Misfits:N0} {(first.Misfits == 1 ? "value" : "values")} of {first.Name} in {asset.Name} {(first.Misfits == 1 ? "is" : "are")} written otherwise than all the others.", $"{asset.Name} 的列 {first.Name} 中有 {first.Misfits:N0} 个值的写法与其余不同。",
                $"{(form is null ? "" : $"as {form}; ")}the other {first.Values - first.Misfits:N0} are {kind}", $"{(form is null ? "" : $"形如 {form}；")}其余 {first.Values - first.Misfits:N0} 个为{kindZh}");
        else
            yield return Make("mixed-types", asset.Key, asset.Name, first.Name, 44 + Size(mixed.Sum(column => column.Misfits)), $"{Plural.Of(mixed.Count, "column")} of {asset.Name} hold values that are not of their kind.", $"{asset.Name} 的 {mixed.Count:N0} 列含有类型不符的值。", $"{others}{(form is null ? "" : $"; in {first.Name} as {form}")}", $"{others}{(form is null ? "" : $"；{first.Name} 形如 {form}")}");
    }

    /// <summary>A value that stands ten times as often as any other among many, told once a table.</summary>
    private static Finding? OneValue(FoundAsset asset, AssetProfile profile)
    {
        var found = profile.Columns.Where(column => column is { Distinct: >= 100, Kind: ValueKind.Text, Frequent: [var most, ..] } && most.Count >= 10 * Next(column) && most.Count >= column.Values / 20 && most.Count <= column.Values * 9 / 10 && most.Value is not ("0" or "0.0" or "0.00" or "[]" or "{}"))
            .OrderByDescending(column => column.Frequent[0].Count).ToList();
        if (found.Count == 0)
            return null;
        var column = found[0];
        var first = column.Frequent[0];
        var isPersonal = profile.Verdicts.FirstOrDefault(verdict => verdict.Column == column.Name) is { Personal: not PersonalClass.None };
        var shown = isPersonal ? "" : $"{Short(first.Value)}: ";
        var others = found.Count == 1 ? "" : $"; so has {string.Join(", ", found.Skip(1).Take(6).Select(other => other.Name))}";
        var othersZh = found.Count == 1 ? "" : $"；{string.Join("、", found.Skip(1).Take(6).Select(other => other.Name))} 同样如此";
        return Make("one-value", asset.Key, asset.Name, column.Name, 48 + Size(first.Count) / 2, $"{(double)first.Count / column.Rows:P0} of the rows of {asset.Name} have the same {column.Name}, {Plural.Of(first.Count / Next(column), "time")} as many as have any other: it looks like a default.",
            $"{asset.Name} 中 {(double)first.Count / column.Rows:P0} 的行 {column.Name} 相同，是第二多取值的 {first.Count / Next(column):N0} 倍，疑似默认值。",
            $"{shown}{first.Count:N0} of {Plural.Of(column.Rows, "row")}; the next value {Next(column):N0}; {column.Distinct:N0} different ones{others}", $"{shown}{column.Rows:N0} 行中的 {first.Count:N0} 行；其次 {Next(column):N0}；共 {column.Distinct:N0} 个不同值{othersZh}");

        static long Next(ColumnProfile column) => column.Frequent.Count > 1 ? Math.Max(1, column.Frequent[1].Count) : 1;
    }

    // Of a column of characters and one of tags, most rows are alike: there are not as many different ones.
    private static bool MustRepeat(AssetProfile profile, long repeated)
    {
        var different = profile.Columns.Aggregate(1.0, (product, column) => product * Math.Max(1, column.Distinct));
        return profile.Rows / different * profile.Rows / 2 >= repeated / 4.0;
    }

    private static (string En, string Zh) Kind(ValueKind kind) => kind switch
    {
        ValueKind.Integer => ("whole numbers", "整数"),
        ValueKind.Decimal => ("numbers", "数字"),
        ValueKind.Date => ("dates", "日期"),
        ValueKind.Timestamp => ("times", "时间"),
        ValueKind.Boolean => ("truth values", "布尔值"),
        _ => ("of another kind", "其他类型"),
    };

    /// <summary>Sequences that grow together correlate like equals: only as many different values make one follow from the other.</summary>
    private static bool OneToOne(AssetProfile profile, string column, string other)
    {
        var (a, b) = (profile.Columns.FirstOrDefault(c => c.Name == column), profile.Columns.FirstOrDefault(c => c.Name == other));
        return a is not null && b is not null && a.Nulls == b.Nulls && Math.Abs(a.Distinct - b.Distinct) <= 2 * Math.Max(a.DistinctError, b.DistinctError) * Math.Max(a.Distinct, b.Distinct);
    }

    /// <summary>Assets whose columns agree in every figure hold the same data, whatever they are called.</summary>
    private static IEnumerable<Finding> Twins(List<FoundAsset> assets, InventorySnapshot snapshot, CatalogFacts? facts)
    {
        var made = (facts?.MadeFrom ?? []).ToHashSet();
        var groups = assets.Where(asset => snapshot.Profiles.TryGetValue(asset.Key, out var profile) && profile is { Failure: null, Rows: >= 10, Sampled: false, Columns.Count: > 1 })
            .GroupBy(asset => Figures(snapshot.Profiles[asset.Key]), StringComparer.Ordinal).Where(group => group.Count() > 1);
        foreach (var group in groups)
        {
            var twins = group.OrderBy(asset => asset.Name.Length).ThenBy(asset => asset.Name, StringComparer.Ordinal).ToList();
            // What a run has loaded from the other is known to be alike.
            var first = twins[0];
            var all = twins.ToList();
            twins.RemoveAll(asset => asset != first && all.Any(other => made.Contains(new MadeLine(other.Key, asset.Key)) || made.Contains(new MadeLine(asset.Key, other.Key))));
            if (twins.Count < 2)
                continue;
            var profile = snapshot.Profiles[twins[0].Key];
            yield return Make("same-data", twins[1].Key, twins[1].Name, null, 66 + Size(profile.Rows), $"{twins[1].Name} holds the same data as {twins[0].Name}{(twins.Count > 2 ? $", and so do {twins.Count - 2:N0} more" : "")}.", $"{twins[1].Name} 与 {twins[0].Name} 数据相同{(twins.Count > 2 ? $"，另有 {twins.Count - 2:N0} 个" : "")}。",
                $"{Plural.Of(profile.Rows, "row")}; all {Plural.Of(profile.Columns.Count, "column")} agree in values, range and nulls", $"{profile.Rows:N0} 行；{profile.Columns.Count:N0} 列的取值、范围与空值均一致");
        }
    }

    private static string Figures(AssetProfile profile) => string.Join('\n', profile.Columns.Select(c => FormattableString.Invariant($"{c.Name}|{c.Kind}|{c.Nulls}|{c.Distinct}|{c.Min}|{c.Max}|{c.Mean}|{c.MeanLength}")).Prepend(profile.Rows.ToString(CultureInfo.InvariantCulture)));

    private static IEnumerable<Finding> Drift(InventoryDifferences differences)
    {
        foreach (var change in differences.Changed)
        {
            if (change.RowsBefore is > 100 and var before && change.Rows is { } now && now < before / 2)
                yield return Make("shrunk", change.Key, change.Name, null, 75, $"{change.Name} has lost {Plural.Of(before - now, "row")} since the last look.", $"{change.Name} 自上次以来减少了 {before - now:N0} 行。", $"{before:N0} → {Plural.Of(now, "row")}", $"{before:N0} → {now:N0} 行");
            if (change.ColumnsGone.Count > 0)
                yield return Make("columns-gone", change.Key, change.Name, change.ColumnsGone[0], 64, $"{change.Name} has lost {(change.ColumnsGone.Count == 1 ? $"the column {change.ColumnsGone[0]}" : $"{Plural.Of(change.ColumnsGone.Count, "column")}")} since the last look.", $"{change.Name} 自上次以来少了 {change.ColumnsGone.Count:N0} 列。", $"{string.Join(", ", change.ColumnsGone.Take(6))}", $"{string.Join("、", change.ColumnsGone.Take(6))}");
            foreach (var retyped in change.ColumnsRetyped.Take(3))
                yield return Retyped(change, retyped);
            foreach (var move in change.Moves.Where(move => move.Metric is "null_share" or "mean" or "semantic_type").OrderBy(move => move.Metric == "null_share" ? 0 : 1).Take(3))
                yield return Make("drift", change.Key, change.Name, move.Column, move.Metric == "mean" ? 54 : move.Metric == "null_share" ? 66 : 60, $"{move.Column} of {change.Name} is not what it was: its {Metric(move.Metric).En} went from {move.Before} to {move.After}.", $"{change.Name} 的 {move.Column} 发生变化：{Metric(move.Metric).Zh}由 {move.Before} 变为 {move.After}。", $"against the inventory before", $"与上次盘点相比");
        }
    }

    /// <summary>Of <c>price: decimal to text</c>: what was a number and is text now fits nowhere that it fitted before.</summary>
    private static Finding Retyped(AssetChange change, string retyped)
    {
        var at = retyped.LastIndexOf(": ", StringComparison.Ordinal);
        var (column, types) = (retyped[..at], retyped[(at + 2)..]);
        return Make("retyped", change.Key, change.Name, column, types.EndsWith(" to text", StringComparison.Ordinal) ? 70 : 52, $"{column} of {change.Name} has another type since the last look: {types}.", $"{change.Name} 的 {column} 自上次以来类型变化：{types.Replace(" to ", " → ", StringComparison.Ordinal)}。", $"against the inventory before", $"与上次盘点相比");
    }

    private static (string En, string Zh) Metric(string metric) => metric switch
    {
        "null_share" => ("share of missing values", "空值率"),
        "mean" => ("mean", "均值"),
        _ => ("meaning", "语义类型"),
    };

    internal static Finding Make(string kind, string asset, string name, string? column, double score, FormattableString en, FormattableString zh, FormattableString evidence, FormattableString evidenceZh) => new()
    {
        Kind = kind,
        Score = Math.Round(Math.Clamp(score, 0, 100), 1),
        Sentence = en.ToString(CultureInfo.InvariantCulture),
        SentenceZh = zh.ToString(CultureInfo.InvariantCulture),
        Evidence = evidence.ToString(CultureInfo.InvariantCulture),
        EvidenceZh = evidenceZh.ToString(CultureInfo.InvariantCulture),
        Asset = asset,
        Name = name,
        Column = column,
    };

    /// <summary>Many rows matter more than few, each tenfold alike: 0 to 20.</summary>
    internal static double Size(long rows) => Math.Min(20, 4 * Math.Log10(Math.Max(1, rows)));

    internal static string Rows(long rows) => string.Create(CultureInfo.InvariantCulture, $"{rows:N0} {(rows == 1 ? "row" : "rows")}");

    /// <summary>Columns with the one value that each says, as far as it is short and no person's.</summary>
    private static string Said(List<ColumnProfile> columns) => string.Join(", ", columns.Take(8).Select(column => column.Kind != ValueKind.Text && column.Max is { Length: < 40 } value ? $"{column.Name} = {value}" : column.Name)) + (columns.Count > 8 ? " …" : "");

    private static string? Value(ColumnProfile column) => column.Frequent is [{ Value: var value }, ..] ? value : column.Max;

    private static string Short(string value) => value.Length <= 40 ? value : value[..39] + "…";

    private static string Names(List<ColumnProfile> columns) => string.Join(", ", columns.Take(8).Select(column => column.Name)) + (columns.Count > 8 ? " …" : "");
}
