using System.Globalization;
using Platform.Inventory.Compare;
using Platform.Inventory.Profile;
using Platform.Inventory.Relate;
using Platform.Workflows;

namespace Platform.Inventory.Report;

/// <summary>Columns that follow from others, with the rows where they do not; and rows that differ in nothing but their id.</summary>
internal static class FormulaFindings
{
    private const int Examples = 3;

    // Where more rows break a formula it is a habit with exceptions rather than a rule with mistakes.
    private const double FewViolations = 0.01;

    public static IEnumerable<Finding> Of(InventorySnapshot snapshot, IReadOnlyDictionary<string, string> names)
    {
        foreach (var structure in snapshot.Structures)
        {
            if (!names.TryGetValue(structure.Asset, out var name) || !snapshot.Profiles.TryGetValue(structure.Asset, out var profile))
                continue;
            foreach (var formula in structure.Formulas.Where(formula => formula.Violations > 0))
                yield return Broken(structure, formula, profile, name);
            var holds = structure.Formulas.Where(formula => formula.Violations == 0 && formula.Kind != FormulaKind.Part).ToList();
            if (holds.Count > 0)
                yield return Holds(structure, holds, profile, name);
            if (structure.Twins is { } twins)
                yield return Twins(structure, twins, name);
        }
    }

    private static Finding Broken(TableStructure structure, ColumnFormula formula, AssetProfile profile, string name)
    {
        string said(string column) => ColumnWords.Of(profile, column);
        var rows = DataFindings.Rows(formula.Violations);
        var shown = formula.Examples.Take(Examples).Select(example => Example(formula, example)).Where(text => text.Length > 0).ToList();
        var examples = shown.Count == 0 ? "the values are personal and not shown" : string.Join("; ", shown);
        var off = formula.Off is { } sum && Math.Abs(sum) > formula.Tolerance && formula.Violations > 1 && formula.Kind != FormulaKind.Linear ? string.Create(CultureInfo.InvariantCulture, $"; together {Math.Abs(sum):#,0.##} too {(sum > 0 ? "much" : "little")}") : "";
        var looked = formula.Whole ? "" : string.Create(CultureInfo.InvariantCulture, $"; {structure.RowsLookedAt:N0} of {Plural.Of(profile.Rows, "row")} were looked at");
        var isFew = formula.Violations <= FewViolations * formula.Rows;
        return DataFindings.Make("formula", structure.Asset, name, formula.Column, (isFew ? 74 : 60) + (0.7 * DataFindings.Size(formula.Violations)) - (formula.Kind == FormulaKind.Linear ? 8 : 0),
            $"In {name}, {said(formula.Column)} is {formula.Say(said)} in {Plural.Of(formula.Rows - formula.Violations, "row")}, but not in {rows}.",
            $"在 {name} 中，{said(formula.Column)} 在 {formula.Rows - formula.Violations:N0} 行中等于 {formula.Say(said)}，但有 {formula.Violations:N0} 行不符。",
            $"{examples}{off}{looked}", $"{examples}{looked}");
    }

    private static Finding Holds(TableStructure structure, List<ColumnFormula> formulas, AssetProfile profile, string name)
    {
        string said(string column) => ColumnWords.Of(profile, column);
        var unnamed = formulas.Exists(formula => RelationNames.IsNumbered(formula.Column));
        var told = string.Join("; ", formulas.Take(4).Select(formula => $"{said(formula.Column)} = {formula.Say(said)}"));
        var one = formulas.Count == 1;
        return DataFindings.Make("computed", structure.Asset, name, formulas[0].Column, (unnamed ? 48 : 28) + Math.Min(6, 2 * formulas.Count),
            one ? $"{said(formulas[0].Column)} of {name} is {formulas[0].Say(said)} in every row." : (FormattableString)$"{Plural.Of(formulas.Count, "column")} of {name} follow from others in every row.",
            one ? $"{name} 的 {said(formulas[0].Column)} 在每一行都等于 {formulas[0].Say(said)}。" : (FormattableString)$"{name} 有 {formulas.Count:N0} 列在每一行都可由其他列算出。",
            $"{told}; {Plural.Of(formulas.Min(formula => formula.Rows), "row")}{(formulas.TrueForAll(formula => formula.Whole) ? "" : " looked at")}", $"{told}；{formulas.Min(formula => formula.Rows):N0} 行");
    }

    private static Finding Twins(TableStructure structure, TwinRows twins, string name)
    {
        var ids = string.Join(" and ", twins.Ids);
        var pairs = twins.Examples.Count == 0 ? "" : $"{twins.Ids[0]} {string.Join("; ", twins.Examples)}; ";
        return DataFindings.Make("repeated-but-id", structure.Asset, name, twins.Ids[0], 60 + DataFindings.Size(twins.Count),
            $"{DataFindings.Rows(twins.Count)} of {name} {(twins.Count == 1 ? "repeats" : "repeat")} another row in everything but {ids}: probably entered or loaded twice.",
            $"{name} 中有 {twins.Count:N0} 行除 {ids} 外与其他行完全相同，可能被重复录入或加载。",
            $"{pairs}of {Plural.Of(twins.Rows, "row")}{(twins.Whole ? "" : " looked at")}; chance would give about {twins.Chance:0.#}", $"{pairs}{twins.Rows:N0} 行中；偶然情况下约为 {twins.Chance:0.#}");
    }

    private static string Example(ColumnFormula formula, FormulaExample example)
    {
        var place = example.Place is null ? "" : $"{example.Place}: ";
        if (example.Found is null)
            return example.Place is null ? "" : $"{example.Place} (personal, so the values are not shown)";
        if (formula.Kind is FormulaKind.Joined)
            return $"{place}“{example.Found}”, not “{example.Expected}”";
        if (formula.Kind is FormulaKind.Part)
            return $"{place}{example.Found}, but {example.Given[0]}";
        var position = 0;
        return $"{place}{formula.Say(_ => example.Given[position++])} = {example.Expected}, not {example.Found}";
    }
}
