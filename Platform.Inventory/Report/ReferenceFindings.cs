using System.Globalization;
using Platform.Inventory.Compare;
using Platform.Inventory.Relate;
using Platform.Workflows;

namespace Platform.Inventory.Report;

/// <summary>References that some rows break, and rows that nothing refers to.</summary>
internal static class ReferenceFindings
{
    private const int Examples = 4;

    public static IEnumerable<Finding> Of(InventorySnapshot snapshot)
    {
        var assets = snapshot.Assets.ToDictionary(asset => asset.Key, StringComparer.Ordinal);
        // Of several tables that refer to the same rows, the one that names most of them says it.
        var fullest = snapshot.Relations.Where(relation => relation.IsSure && relation.KeyValues > 0).GroupBy(relation => (relation.ToAsset, relation.ToColumn)).Select(group => group.MaxBy(relation => relation.Coverage)!).ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var relation in snapshot.Relations.Where(relation => relation.IsTold))
        {
            var from = assets.GetValueOrDefault(relation.FromAsset)?.Name ?? relation.FromAsset;
            var to = assets.GetValueOrDefault(relation.ToAsset)?.Name ?? relation.ToAsset;
            if (!relation.Holds)
                yield return Broken(relation, from, to);
            if (fullest.Contains(relation) && assets.GetValueOrDefault(relation.ToAsset) is not { Database.IsView: true } && assets.GetValueOrDefault(relation.FromAsset) is not { Database.IsView: true } && Alone(relation, from, to) is { } alone)
                yield return alone;
        }
    }

    private static Finding Broken(Relation relation, string from, string to)
    {
        var column = string.Join(" + ", relation.FromColumns ?? [relation.FromColumn]);
        var target = string.Join(" + ", relation.ToColumns ?? [relation.ToColumn]);
        var examples = string.Join(", ", relation.MissingExamples.Take(Examples).Select(value => value.Value));
        var shown = examples.Length == 0 ? "" : $"; missing: {examples}";
        var shownZh = examples.Length == 0 ? "" : $"；缺失：{examples}";
        var score = 55 + (35 * relation.Confidence) + DataFindings.Size(relation.MissingRows);
        var rows = DataFindings.Rows(relation.MissingRows);
        var number = relation.MissingValues.ToString("N0", CultureInfo.InvariantCulture);
        var many = relation.MissingValues == 1 ? "one value" : $"{number} values";
        if (relation.HasBroken)
            return DataFindings.Make("broken-reference", relation.FromAsset, from, relation.FromColumn, score + 15,
                $"Every {column} of {from} used to be found in {to}; now {rows} {(relation.MissingRows == 1 ? "has" : "have")} one that is not ({many}).",
                $"{from} 的 {column} 以前都能在 {to} 中找到，现在有 {relation.MissingRows:N0} 行（{relation.MissingValues:N0} 个值）找不到。",
                $"{column} → {target} of {to}{shown}; by the values alone the reference is {relation.Confidence:P0} sure", $"{column} → {to} 的 {target}{shownZh}；仅凭取值判断可信度 {relation.Confidence:P0}");
        if (relation.IsTelling)
            return DataFindings.Make("broken-reference", relation.FromAsset, from, relation.FromColumn, score,
                $"The {column} of {from} looks like a reference to {to}, where {(relation.MissingValues == 1 ? "one of its values is" : $"{number} of its values are")} missing ({rows}): ask somebody who knows.",
                $"{from} 的 {column} 疑似引用 {to}，但有 {relation.MissingValues:N0} 个值（{relation.MissingRows:N0} 行）在其中不存在，请核实。",
                $"{column} → {target} of {to}; it names {relation.Coverage:P0} of what is there{shown}; by the values alone the reference is {relation.Confidence:P0} sure",
                $"{column} → {to} 的 {target}；覆盖其中 {relation.Coverage:P0} 的值{shownZh}；仅凭取值判断可信度 {relation.Confidence:P0}");
        // A reference that most rows keep and some break is what people look for.
        return DataFindings.Make("broken-reference", relation.FromAsset, from, relation.FromColumn, score,
            $"{rows} of {from} {(relation.MissingRows == 1 ? "has" : "have")} {("aeioAEIO".Contains(column[0], StringComparison.Ordinal) ? "an" : "a")} {column} that is not in {to} ({many}).",
            $"{from} 中有 {relation.MissingRows:N0} 行的 {column} 在 {to} 中不存在（{relation.MissingValues:N0} 个值）。",
            $"{column} → {target} of {to}{shown}; {Sure(relation)}", $"{column} → {to} 的 {target}{shownZh}；引用可信度 {relation.Confidence:P0}");
    }

    /// <summary>Rows that no row of the other table names: customers who never ordered. Told where each could have one; of a table with fewer rows most must be left out.</summary>
    private static Finding? Alone(Relation relation, string from, string to)
    {
        var alone = relation.KeyValues - (long)Math.Round(relation.Coverage * relation.KeyValues);
        if (alone <= 0 || relation.KeyValues < 5 || relation.Rows < relation.KeyValues)
            return null;
        return DataFindings.Make("never-named", relation.ToAsset, to, relation.ToColumn, 32 + (12 * relation.Confidence) + (0.6 * DataFindings.Size(alone)),
            $"{alone:N0} of the {Plural.Of(relation.KeyValues, "row")} of {to} {(alone == 1 ? "has" : "have")} nothing in {from}: no {relation.FromColumn} there names {(alone == 1 ? "it" : "them")}.",
            $"{to} 的 {relation.KeyValues:N0} 行中有 {alone:N0} 行在 {from} 中没有任何对应：没有 {relation.FromColumn} 引用它们。",
            $"{relation.FromColumn} of {from} → {relation.ToColumn}; {Plural.Of(relation.Rows, "row")} {Plural.Word(relation.Rows, "names", "name")} {relation.KeyValues - alone:N0} of them; {Sure(relation)}", $"{from} 的 {relation.FromColumn} → {relation.ToColumn}；{relation.Rows:N0} 行引用了其中 {relation.KeyValues - alone:N0} 行；引用可信度 {relation.Confidence:P0}");
    }

    private static string Sure(Relation relation) => relation.Declared ? "the reference is declared" : relation.Confirmed ? "a person has confirmed the reference"
        : string.Create(CultureInfo.InvariantCulture, $"a likely reference, {relation.Confidence:P0} sure");
}
