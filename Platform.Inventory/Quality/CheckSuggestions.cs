using System.Globalization;
using System.Text;
using Platform.Inventory.Classify;
using Platform.Inventory.Profile;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;
using Platform.Workflows;

namespace Platform.Inventory.Quality;

/// <summary>A check that the profile proposes.</summary>
/// <param name="Check">The check.</param>
/// <param name="Confidence">0 to 1: how sure it is to hold tomorrow and to be meant.</param>
/// <param name="Why">In words.</param>
/// <param name="Nights">Earlier profiles over which it held.</param>
public sealed record CheckSuggestion(CheckDefinition Check, double Confidence, string Why, int Nights);

/// <summary>
/// Proposes checks that hold today, would have held in every earlier profile that is kept, and say something worth an alarm: keys, references, what must be there, lists of
/// few values, limits that the meaning of a column gives, forms of codes. Nothing that chance alone could make true.
/// </summary>
public static class CheckSuggestions
{
    /// <summary>Raised when the rules propose differently.</summary>
    public const string Version = "3";

    private const int FewestRows = 100;
    private const int Most = 12;

    /// <summary>Surer proposals are made at the first look.</summary>
    private const double Habit = 0.7;

    /// <summary>What is proposed for an asset, surest first.</summary>
    /// <param name="asset">The asset.</param>
    /// <param name="profile">Its profile.</param>
    /// <param name="relations">Foreign keys from it.</param>
    /// <param name="earlier">Its earlier profiles, newest first.</param>
    /// <param name="now">The present.</param>
    /// <param name="formulas">Columns that follow from others; null for none.</param>
    public static IReadOnlyList<CheckSuggestion> Of(FoundAsset asset, AssetProfile profile, IReadOnlyList<Relation> relations, IReadOnlyList<AssetProfile> earlier, DateTimeOffset now, IReadOnlyList<ColumnFormula>? formulas = null)
    {
        if (profile.Failure is not null || profile.Rows < FewestRows)
            return [];
        var kept = earlier.Where(before => before.Failure is null && before.Rows > 0 && before.Fingerprint != profile.Fingerprint).DistinctBy(before => before.Fingerprint).ToList();
        var found = new List<CheckSuggestion>();
        foreach (var (check, confidence, why) in Candidates(asset, profile, relations))
        {
            if (ProfileChecks.Judge(check, new CheckSubject(asset, profile, relations, null, null, now)) is { Passed: false })
                continue;
            // References are looked at anew each night and are not in earlier profiles.
            var held = check.Kind == "reference" ? [] : kept.Select(before => ProfileChecks.Judge(check, new CheckSubject(asset, before, [], null, null, now))).OfType<CheckOutcome>().ToList();
            // That a measure is always filled is worth a question once it has been so for some nights; an id that is missing is worth one at once.
            if (held.All(outcome => outcome.Passed) && (confidence >= Habit || held.Count >= 2))
                found.Add(new CheckSuggestion(check, Math.Min(0.97, confidence + (0.03 * held.Count)), why, held.Count));
        }

        found.AddRange((formulas ?? []).Select(formula => FormulaChecks.Of(asset, formula)));
        return [.. found.OrderByDescending(suggestion => suggestion.Confidence).ThenBy(suggestion => suggestion.Check.Column, StringComparer.Ordinal).Take(Most)];
    }

    private static IEnumerable<(CheckDefinition Check, double Confidence, string Why)> Candidates(FoundAsset asset, AssetProfile profile, IReadOnlyList<Relation> relations)
    {
        var declared = asset.Keys.Where(key => key.Columns.Count == 1).Select(key => key.Columns[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var (column, at) in profile.Columns.Select((column, at) => (column, at)).DistinctBy(pair => pair.column.Name))
        {
            var verdict = at < profile.Verdicts.Count ? profile.Verdicts[at] : null;
            var role = verdict?.Role ?? ColumnRole.Attribute;
            var relation = relations.FirstOrDefault(relation => relation.FromAsset == asset.Key && relation.FromColumn == column.Name && relation.FromColumns is null or { Count: 1 });
            // What the database itself enforces needs no check.
            if (!declared.Contains(column.Name) && profile.CandidateKeys is [var key, ..] && key == column.Name && (role == ColumnRole.Key || NamesAKey(column.Name)))
                yield return (new CheckDefinition { Kind = "unique", Column = column.Name, Severity = "critical" }, 0.85, CheckOutcome.Text($"all {Plural.Of(column.Rows, "value")} are different, and it tells the rows apart"));
            var needed = role is ColumnRole.Key or ColumnRole.Reference or ColumnRole.Measure or ColumnRole.Time || relation is not null;
            if (needed && column is { Nulls: 0, MissingWords: 0, Blank: 0 } && !declared.Contains(column.Name) && asset.Columns.All(known => known.Name != column.Name || known.Nullable))
                yield return (new CheckDefinition { Kind = "not_null", Column = column.Name }, role is ColumnRole.Key or ColumnRole.Reference || relation is not null ? 0.8 : 0.65, CheckOutcome.Text($"no value is missing in {Plural.Of(column.Rows, "row")}"));
            if (relation is { MissingRows: 0, Unchecked: false, Declared: false, Confidence: >= 0.8 })
                yield return (new CheckDefinition { Kind = "reference", Column = column.Name, ReferenceAsset = relation.ToAsset, ReferenceColumn = relation.ToColumn }, relation.Confidence * 0.9, CheckOutcome.Text($"every value is found there, with confidence {relation.Confidence:F2}"));
            if (LimitsOf(verdict, column) is { } limits)
                yield return limits;
            if (ListOf(column, verdict, role) is { } list)
                yield return list;
            if (FormOf(column) is { } form)
                yield return (new CheckDefinition { Kind = "pattern", Column = column.Name, Pattern = form }, 0.75, CheckOutcome.Text($"all {Plural.Of(column.Values, "value")} are written like {column.Shapes[0].Value}"));
        }
    }

    private static bool NamesAKey(string name) => name.Equals("id", StringComparison.OrdinalIgnoreCase) || name.EndsWith("_id", StringComparison.OrdinalIgnoreCase) || name.EndsWith("Id", StringComparison.Ordinal) || name.EndsWith("ID", StringComparison.Ordinal) || name.EndsWith("编号", StringComparison.Ordinal);

    // What the meaning says, not what happens to be the smallest value so far.
    private static (CheckDefinition, double, string)? LimitsOf(ColumnVerdict? verdict, ColumnProfile column)
    {
        if (verdict is not { Confidence: >= 0.7 } || column.Values == 0 || column.Kind is not (ValueKind.Integer or ValueKind.Decimal))
            return null;
        (double? Min, double? Max) limits = verdict.Type switch
        {
            "price" or "quantity" or "amount" => (0, null),
            "age" => (0, 130),
            "percentage" when double.TryParse(column.Max, CultureInfo.InvariantCulture, out var most) => (0, most <= 1 ? 1 : 100),
            "latitude" => (-90, 90),
            "longitude" => (-180, 180),
            _ => (null, null),
        };
        return limits is (null, null) ? null : (new CheckDefinition { Kind = "range", Column = column.Name, Min = limits.Min, Max = limits.Max }, 0.75, $"it is judged to be a {verdict.Type.Replace('_', ' ')}, and all values are from {column.Min} to {column.Max}");
    }

    private static (CheckDefinition, double, string)? ListOf(ColumnProfile column, ColumnVerdict? verdict, ColumnRole role)
    {
        var fits = column is { Distinct: >= 2 and <= 20, DistinctError: 0, FrequentError: 0, Kind: ValueKind.Text } && column.Frequent.Count == column.Distinct && column.Values >= 25 * column.Distinct;
        // A value that stands there once may be the first of many others.
        if (!fits || role is ColumnRole.Text or ColumnRole.Key || verdict?.Personal is not (null or PersonalClass.None) || column.Frequent.Min(value => value.Count) < 5)
            return null;
        return (new CheckDefinition { Kind = "set", Column = column.Name, Values = [.. column.Frequent.Select(value => value.Value).Order(StringComparer.Ordinal)] }, 0.7, CheckOutcome.Text($"{Plural.Of(column.Values, "value")} are one of {column.Distinct}, each at least {Plural.Of(column.Frequent.Min(value => value.Count), "time")}"));
    }

    private static string? FormOf(ColumnProfile column)
    {
        if (column is not { Kind: ValueKind.Text, Shapes.Count: 1, Values: >= 200 } || column.Shapes[0].Count != column.Values || column.Shapes[0].Value is not { Length: >= 4 and < 30 } shape)
            return null;
        // Words alone are no form; a code has digits and something else.
        if (!shape.Contains('9', StringComparison.Ordinal) || shape.All(letter => letter == '9') || shape.Contains('文', StringComparison.Ordinal) || shape.Contains('x', StringComparison.Ordinal) || shape.Contains(' ', StringComparison.Ordinal))
            return null;
        var form = new StringBuilder();
        for (var i = 0; i < shape.Length;)
        {
            var run = 1;
            while (i + run < shape.Length && shape[i + run] == shape[i])
                run++;
            form.Append(shape[i] switch { '9' => "[0-9]", 'A' => "[A-Z]", 'a' => "[a-z]", var other => System.Text.RegularExpressions.Regex.Escape(other.ToString()) });
            // A shape counts digits, and writes runs of anything else once.
            form.Append(shape[i] == '9' ? run > 1 ? $"{{{run}}}" : "" : "+");
            i += run;
        }
        return form.ToString();
    }
}
