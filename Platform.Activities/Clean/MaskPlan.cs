using Platform.Tables.Native;
using Platform.Workflows.Activities;

namespace Platform.Activities.Clean;

/// <summary>Which rule hides which column of a table.</summary>
internal static class MaskPlan
{
    /// <summary>The classes that rules may name.</summary>
    public static readonly string[] Classes = ["name", "contact", "address", "identity", "financial", "demographic", "online", "in_text"];

    /// <summary>A rule a column, in the order of the table.</summary>
    /// <param name="rules">All rules.</param>
    /// <param name="columns">Columns of the table.</param>
    /// <param name="classes">What the inventory says of them, by column in any case of letters; null where the table is not in the inventory.</param>
    /// <param name="table">The table's name, for messages.</param>
    /// <exception cref="ActivityException">A rule names what is not there, two rules want one column, or a method is not for its type.</exception>
    public static List<PlannedMask> Of(IReadOnlyList<MaskRule> rules, IReadOnlyList<DuckDbColumn> columns, IReadOnlyDictionary<string, string>? classes, string table)
    {
        var planned = new Dictionary<string, PlannedMask>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < rules.Count; i++)
        {
            foreach (var name in rules[i].Columns)
            {
                var column = columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase))
                    ?? throw Wrong(rules[i], i, $"names the column '{name}', which {table} does not have; it has {string.Join(", ", columns.Select(column => column.Name))}. Correct 'columns'");
                Take(planned, new PlannedMask(column, rules[i], i, null));
            }
        }

        CheckClasses(rules);
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i].Columns.Count == 0 && rules[i].Classes.Count == 0)
                throw Wrong(rules[i], i, "names no columns and no classes. Add 'columns' or 'classes'");
            foreach (var asked in rules[i].Classes)
            {
                if (classes is null)
                    throw Wrong(rules[i], i, $"takes columns by class, and the inventory has not judged the columns of {table} yet. Run the inventory first, or name the columns");
                foreach (var column in columns.Where(column => string.Equals(classes.GetValueOrDefault(column.Name), asked, StringComparison.OrdinalIgnoreCase) && !planned.ContainsKey(column.Name)))
                    Take(planned, new PlannedMask(column, rules[i], i, asked.ToLowerInvariant()));
            }
        }

        if (planned.Count == columns.Count && planned.Values.All(mask => mask.Rule.Method == MaskMethod.Drop))
            throw new ActivityException("bad-input", $"The rules drop every column of {table}: nothing would be written. Leave one out.", retryable: false);
        return [.. columns.Where(column => planned.ContainsKey(column.Name)).Select(column => planned[column.Name])];
    }

    private static void CheckClasses(IReadOnlyList<MaskRule> rules)
    {
        var taken = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < rules.Count; i++)
        {
            foreach (var asked in rules[i].Classes)
            {
                if (!Classes.Contains(asked, StringComparer.OrdinalIgnoreCase))
                    throw Wrong(rules[i], i, $"names the class '{asked}', which does not exist. Use {string.Join(", ", Classes)}");
                if (!taken.TryAdd(asked, i))
                    throw Wrong(rules[i], i, $"takes the columns of class '{asked}', which rule {taken[asked] + 1} takes already. Leave one out");
            }
        }
    }

    public static ActivityException Wrong(MaskRule rule, int number, string what) =>
        new("bad-input", $"Rule {number + 1} ({rule.Method}) {what}.", retryable: false);

    private static void Take(Dictionary<string, PlannedMask> planned, PlannedMask mask)
    {
        if (planned.TryGetValue(mask.Column.Name, out var other))
            throw Wrong(mask.Rule, mask.Number, $"names the column '{mask.Column.Name}', which rule {other.Number + 1} ({other.Rule.Method}) names already. Leave it out of one of them");
        var type = mask.Column.Type;
        var text = type.Kind is DuckDbKind.Varchar or DuckDbKind.Enum;
        var fits = mask.Rule.Method switch
        {
            MaskMethod.Text or MaskMethod.Partial => text || mask.Rule.Method == MaskMethod.Partial && type.IsInteger,
            MaskMethod.FormatPreserving => text || type.IsInteger && type.Kind is not (DuckDbKind.HugeInt or DuckDbKind.UHugeInt or DuckDbKind.UBigInt),
            MaskMethod.Generalise => text || type.IsNumeric || type.IsTemporal,
            _ => true,
        };
        if (!fits)
        {
            throw Wrong(mask.Rule, mask.Number, $"cannot mask '{mask.Column.Name}', which is {type}: {mask.Rule.Method switch
            {
                MaskMethod.Text => "it is for texts. Use hash, generalise, redact or drop",
                MaskMethod.Partial => "it is for texts and whole numbers. Use hash, generalise, redact or drop",
                MaskMethod.FormatPreserving => "it is for texts and whole numbers of at most 64 bits. Use hash, generalise, redact or drop",
                _ => "it is for texts, numbers, dates and times. Use hash, redact or drop",
            }}");
        }

        if (mask.Rule.Method == MaskMethod.Generalise && type.IsNumeric && !(mask.Rule.Width > 0 && double.IsFinite(mask.Rule.Width)))
            throw Wrong(mask.Rule, mask.Number, "has a width that is not above 0. Correct 'width'");
        planned.Add(mask.Column.Name, mask);
    }
}

/// <summary>A column and how it is hidden.</summary>
/// <param name="Column">The column.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Number">The rule's place in the list, from 0.</param>
/// <param name="Class">The class by which the rule took it; null where it named it.</param>
internal sealed record PlannedMask(DuckDbColumn Column, MaskRule Rule, int Number, string? Class)
{
    public bool NeedsSecret => Rule.Method is MaskMethod.Hash or MaskMethod.Token or MaskMethod.FormatPreserving;
}
