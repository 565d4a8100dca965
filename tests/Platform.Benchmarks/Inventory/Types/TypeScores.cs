using System.Globalization;
using System.Text;
using Platform.Benchmarks.Inventory.Types.Scoring;
using Platform.Inventory.Classify;

namespace Platform.Benchmarks.Inventory.Types;

/// <summary>Precision, recall and F1 a type and of personal data, how far the confidence can be trusted, and what is wrong, as tables of a document.</summary>
internal static class TypeScores
{
    /// <summary>Types with fewer columns are listed, and left out of the mean.</summary>
    private const int Fewest = 5;

    public static string Write(IReadOnlyList<LabelledColumn> columns)
    {
        var text = new StringBuilder();
        void line(string words) => text.AppendLine(words);
        var scored = columns.Where(column => column.Types[0] != ScoringColumns.Open).ToList();
        var rows = SemanticTypes.All.Keys.Select(type => Row(type, columns)).Where(row => row.Truth > 0).ToList();
        var many = rows.Where(row => row.Truth >= Fewest).ToList();
        line(string.Create(CultureInfo.InvariantCulture, $"{columns.Count} columns ({columns.Count(c => c.Real)} of public data sets, {columns.Count(c => !c.Real)} generated; of {columns.Count - scored.Count} nothing tells what they are)."));
        line("");
        line("| measure | value |");
        line("| --- | --- |");
        line(F($"| macro F1, types with {Fewest} columns or more ({many.Count} types) | {many.Average(row => row.F1):0.000} |"));
        line(F($"| columns right | {scored.Count(IsRight) / (double)scored.Count:0.000} |"));
        line(F($"| abstained or said a more general type only | {scored.Count(c => c.Verdict.Type == SemanticTypes.Unknown || !IsRight(c) && c.Types.Any(t => t != ScoringColumns.Open && SemanticTypes.IsA(t, c.Verdict.Type))) / (double)scored.Count:0.000} |"));
        line(F($"| wrong | {scored.Count(IsWrong) / (double)scored.Count:0.000} |"));
        foreach (var (name, part) in new[] { ("public data sets", scored.Where(c => c.Real).ToList()), ("generated", scored.Where(c => !c.Real).ToList()) })
        {
            if (part.Count > 0)
                line(F($"| columns right, {name} | {part.Count(IsRight) / (double)part.Count:0.000} |"));
        }

        var claims = columns.Where(SaysPersonal).ToList();
        var people = columns.Where(MustBePersonal).ToList();
        line(F($"| personal data, precision | {claims.Count(IsPersonal) / (double)Math.Max(1, claims.Count):0.000} ({claims.Count(IsPersonal)} of {claims.Count}) |"));
        line(F($"| personal data, recall | {people.Count(SaysPersonal) / (double)Math.Max(1, people.Count):0.000} ({people.Count(SaysPersonal)} of {people.Count}) |"));
        line("");
        line("| type | columns | precision | recall | F1 |");
        line("| --- | --- | --- | --- | --- |");
        foreach (var row in rows)
            line(F($"| {row.Type} | {row.Truth} | {row.Precision:0.00} | {row.Recall:0.00} | {(row.Truth >= Fewest ? row.F1.ToString("0.00", CultureInfo.InvariantCulture) : "few")} |"));
        line("");
        line("| confidence | columns | said | right |");
        line("| --- | --- | --- | --- |");
        foreach (var (low, high) in new[] { (0.0, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01) })
        {
            var part = scored.Where(c => c.Verdict.Confidence >= low && c.Verdict.Confidence < high && c.Verdict.Type != SemanticTypes.Unknown).ToList();
            if (part.Count > 0)
                line(F($"| {low:0.00} to {Math.Min(1, high):0.00} | {part.Count} | {part.Average(c => c.Verdict.Confidence):0.00} | {part.Count(c => IsRight(c) || c.Types.Any(t => t != ScoringColumns.Open && SemanticTypes.IsA(t, c.Verdict.Type))) / (double)part.Count:0.00} |"));
        }

        return text.ToString();
    }

    /// <summary>Those that it gets wrong or leaves open, a line each.</summary>
    public static IEnumerable<string> Failures(IEnumerable<LabelledColumn> columns)
        => columns.Where(c => c.Types[0] == ScoringColumns.Open ? IsWrong(c) : !IsRight(c)).Select(c => F($"| {c.Id} | {string.Join(" or ", c.Types)} | {c.Verdict.Type} ({c.Verdict.Confidence:0.00}, {c.Verdict.Evidence.Rule}) | {string.Join(" · ", c.Verdict.Evidence.Examples.Take(2)).Replace('|', '/')} | {c.Verdict.Evidence.Note} |"));

    /// <summary>Personal data that it misses or claims wrongly, a line each.</summary>
    public static IEnumerable<string> PersonalFailures(IEnumerable<LabelledColumn> columns)
        => columns.Where(c => SaysPersonal(c) ? !IsPersonal(c) : MustBePersonal(c)).Select(c => F($"| {c.Id} | {string.Join(" or ", c.Types)}, {string.Join(" or ", c.Personal)} | {c.Verdict.Type}, {LabelledColumns.Word(c.Verdict.Personal)} ({c.Verdict.Confidence:0.00}) |"));

    public static bool IsRight(LabelledColumn column) => column.Types.Contains(column.Verdict.Type);

    /// <summary>Claims a type that is neither right nor a more general one.</summary>
    public static bool IsWrong(LabelledColumn column)
        => !IsRight(column) && column.Verdict.Type != SemanticTypes.Unknown && !column.Types.Any(type => type != ScoringColumns.Open && SemanticTypes.IsA(type, column.Verdict.Type));

    private static (string Type, int Truth, double Precision, double Recall, double F1) Row(string type, IReadOnlyList<LabelledColumn> columns)
    {
        // A verdict that is right though not the first of several counts for the first.
        var truth = columns.Where(c => c.Types[0] == type).ToList();
        double right = truth.Count(IsRight);
        double wrong = columns.Count(c => c.Verdict.Type == type && !IsRight(c) && IsWrong(c));
        var precision = right + wrong == 0 ? 0 : right / (right + wrong);
        var recall = truth.Count == 0 ? 0 : right / truth.Count;
        return (type, truth.Count, precision, recall, precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall));
    }

    private static bool SaysPersonal(LabelledColumn column) => column.Verdict.Confidence >= 0.5 && column.Verdict.Type != SemanticTypes.Unknown && column.Verdict.Personal is not (PersonalClass.None or PersonalClass.Masked or PersonalClass.InText);

    private static bool IsPersonal(LabelledColumn column) => column.Personal.Any(p => p is not ("none" or "masked"));

    // Ages and birthdays without a name that says so are numbers and days like any other.
    private static bool MustBePersonal(LabelledColumn column) => IsPersonal(column) && !column.Personal.Contains("none") && column.Types[0] != ScoringColumns.Open;

    private static string F(FormattableString text) => FormattableString.Invariant(text);
}
