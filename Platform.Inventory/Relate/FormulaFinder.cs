using Platform.Inventory.Classify;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Relate;

/// <summary>
/// Finds columns that follow from others of their row. Candidates are tried on a few rows spread over a sample, what they leave on the whole sample, and what
/// that leaves on all rows; so the work is bounded by the columns, and nothing more is read of a table without any.
/// </summary>
internal static class FormulaFinder
{
    private const int MostNumbers = 24;
    private const int MostInThrees = 16;
    private const int MostTexts = 24;
    private const int MostFormulas = 6;
    private const int Probes = 48;
    private const int FewestProbes = 10;

    // Of the probes: a formula with some wrong rows is still found.
    private const double LeastOfProbes = 0.8;
    private const double LeastShare = 0.95;
    private const int FewestRows = 20;

    // Rounding must be small beside how far the numbers spread.
    private const double Resolution = 20;
    private const double LeastCorrelation = 0.98;

    private static readonly (string Part, double Min, double Max)[] Parts = [("year", 1800, 2200), ("quarter", 1, 4), ("month", 1, 12), ("day", 1, 31), ("hour", 0, 23)];

    /// <summary>Formulas of a table, those with rows that break them first.</summary>
    /// <param name="table">The table.</param>
    /// <param name="sample">Some of its rows.</param>
    /// <param name="readAll">Streams some columns of all rows; null where there are none beyond the sample, or they are not to be read.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static IReadOnlyList<ColumnFormula> Find(RelatedTable table, RowSample sample, Action<IReadOnlyList<string>, ICellSink>? readAll, CancellationToken cancellation)
    {
        if (sample.Rows < FewestRows)
            return [];
        var columns = FormulaColumns.Of(table, sample, Probes);
        var found = new List<Formula>();
        Products(columns, found);
        Sums(columns, found);
        cancellation.ThrowIfCancellationRequested();
        Linear(columns, table.Profile, found);
        DateParts(columns, found);
        Joined(columns, sample, found);
        if (found.Count == 0)
            return [];
        var kept = Best(Count(found, columns, sample, cancellation));
        if (kept.Count == 0)
            return [];
        var counted = readAll is null ? kept : Recounted(kept, columns, readAll);
        return [.. counted.Where(pair => IsRule(pair.Count)).Select(pair => Describe(pair.Formula, pair.Count, columns, table, readAll is not null || sample.Rows >= table.Profile.Rows))
            .OrderByDescending(formula => formula.Violations > 0).ThenByDescending(formula => formula.Violations).Take(MostFormulas)];
    }

    private static void Products(FormulaColumns columns, List<Formula> found)
    {
        var numbers = columns.Numbers.Take(MostNumbers).ToList();
        var shares = numbers.Where(place => columns.IsShare(place)).ToList();
        foreach (var target in numbers)
        {
            for (var i = 0; i < numbers.Count; i++)
            {
                if (numbers[i] == target)
                    continue;
                for (var j = i + 1; j < numbers.Count; j++)
                {
                    if (numbers[j] == target)
                        continue;
                    Try(columns, new Formula(FormulaKind.Product, target, [(numbers[i], TermForm.Plain), (numbers[j], TermForm.Plain)]), found);
                    foreach (var share in shares.Where(share => share != target && share != numbers[i] && share != numbers[j]))
                        Try(columns, new Formula(FormulaKind.Product, target, [(numbers[i], TermForm.Plain), (numbers[j], TermForm.Plain), (share, TermForm.OneMinus)]), found);
                }

                foreach (var share in shares.Where(share => share != target && share != numbers[i]))
                {
                    Try(columns, new Formula(FormulaKind.Product, target, [(numbers[i], TermForm.Plain), (share, TermForm.OneMinus)]), found);
                    Try(columns, new Formula(FormulaKind.Product, target, [(numbers[i], TermForm.Plain), (share, TermForm.OnePlus)]), found);
                }
            }
        }
    }

    private static void Sums(FormulaColumns columns, List<Formula> found)
    {
        var numbers = columns.Numbers.Take(MostNumbers).ToList();
        foreach (var target in numbers)
        {
            for (var i = 0; i < numbers.Count; i++)
            {
                for (var j = i + 1; j < numbers.Count && numbers[i] != target; j++)
                {
                    if (numbers[j] != target)
                        Try(columns, new Formula(FormulaKind.Sum, target, [(numbers[i], TermForm.Plain), (numbers[j], TermForm.Plain)]), found);
                }
            }
        }

        // total = subtotal + tax + shipping, or − discount: three of them, the total last or named so.
        var few = numbers.Take(MostInThrees).ToList();
        var triples = from a in few from b in few where b > a from c in few where c != a && c != b from target in few where target != a && target != b && target != c select (a, b, c, target);
        foreach (var (a, b, c, target) in triples)
        {
            if (c > b)
                Try(columns, new Formula(FormulaKind.Sum, target, [(a, TermForm.Plain), (b, TermForm.Plain), (c, TermForm.Plain)]), found);
            if (columns.TotalOf(target, c) == target)
                Try(columns, new Formula(FormulaKind.Sum, target, [(a, TermForm.Plain), (b, TermForm.Plain), (c, TermForm.Minus)]), found);
        }

        // Quarters, months, classes beside each other with their total before or after.
        for (var from = 0; from < numbers.Count; from++)
        {
            for (var to = from + 4; to <= numbers.Count; to++)
            {
                foreach (var target in new[] { from - 1, to }.Where(place => place >= 0 && place < numbers.Count))
                    Try(columns, new Formula(FormulaKind.Sum, numbers[target], [.. numbers[from..to].Select(place => (place, TermForm.Plain))]), found);
            }
        }
    }

    // Only columns that the states say go together.
    private static void Linear(FormulaColumns columns, AssetProfile profile, List<Formula> found)
    {
        foreach (var pair in profile.Correlations.Where(pair => Math.Abs(pair.Correlation) >= LeastCorrelation))
        {
            var (a, b) = (columns.Place(pair.Column), columns.Place(pair.Other));
            if (a >= 0 && b >= 0 && columns.Numbers.Contains(a) && columns.Numbers.Contains(b) && columns.Line(a, b) is { } line)
                Try(columns, line, found);
        }
    }

    private static void DateParts(FormulaColumns columns, List<Formula> found)
    {
        foreach (var time in columns.Times)
        {
            foreach (var (part, min, max) in Parts)
            {
                foreach (var target in columns.Integers.Where(place => columns.IsWithin(place, min, max)))
                    Try(columns, new Formula(FormulaKind.Part, target, [(time, TermForm.Plain)]) { Part = part }, found);
            }

            foreach (var target in columns.Times.Where(place => place != time && columns.IsDate(place) && !columns.IsDate(time)))
                Try(columns, new Formula(FormulaKind.Part, target, [(time, TermForm.Plain)]) { Part = "date" }, found);
        }
    }

    private static void Joined(FormulaColumns columns, RowSample sample, List<Formula> found)
    {
        var texts = columns.Texts.Take(MostTexts).ToList();
        foreach (var target in texts.Where(place => sample.Columns[place].Distinct >= 10))
        {
            foreach (var first in texts.Where(place => place != target))
            {
                foreach (var second in texts.Where(place => place != target && place != first))
                {
                    if (columns.Between(target, first, second) is { } between)
                        found.Add(new Formula(FormulaKind.Joined, target, [(first, TermForm.Plain), (second, TermForm.Plain)]) { Between = between });
                }
            }
        }
    }

    private static void Try(FormulaColumns columns, Formula formula, List<Formula> found)
    {
        var rounded = formula.Kind == FormulaKind.Part ? formula : formula with { Tolerance = columns.Half(formula.Target) * 1.0001 };
        int telling = 0, holding = 0;
        Span<double> row = stackalloc double[columns.Count];
        for (var probe = 0; probe < columns.Probes; probe++)
        {
            columns.Row(probe, row);
            var expected = rounded.Expected(row);
            if (double.IsNaN(expected) || double.IsNaN(row[rounded.Target]) || !rounded.Tells(row))
                continue;
            telling++;
            holding += rounded.Holds(row, expected) || Loose(columns, rounded).Holds(row, expected) ? 1 : 0;
            // Hardly any candidate comes through: three rows end it.
            if (telling is 3 && holding == 0 || telling >= 6 && holding < LeastOfProbes * telling - 1)
                return;
        }

        if (telling < FewestProbes || holding < LeastOfProbes * telling || rounded.Tolerance * Resolution > columns.Spread(rounded.Target))
            return;
        found.Add(rounded);
        if (Loose(columns, rounded) is { } loose && loose != rounded)
            found.Add(loose);
    }

    // The price of a line may be rounded itself.
    private static Formula Loose(FormulaColumns columns, Formula formula)
        => formula.Kind is FormulaKind.Part ? formula : formula with { Halves = [.. formula.Terms.Select(term => columns.HalfOfFraction(term.Place))] };

    private static List<(Formula Formula, FormulaCount Count)> Count(List<Formula> formulas, FormulaColumns columns, RowSample sample, CancellationToken cancellation)
    {
        var counter = new FormulaCounter(formulas, columns.Count, -1);
        var used = formulas.SelectMany(formula => formula.Terms.Select(term => term.Place).Append(formula.Target)).Distinct().ToList();
        cancellation.ThrowIfCancellationRequested();
        sample.Replay([.. used.Select(place => columns.Names[place])], new Moved(counter, used), long.MaxValue);
        return [.. formulas.Zip(counter.Counts).Where(pair => IsRule(pair.Second))];
    }

    private static List<(Formula Formula, FormulaCount Count)> Recounted(List<(Formula Formula, FormulaCount Count)> kept, FormulaColumns columns, Action<IReadOnlyList<string>, ICellSink> readAll)
    {
        var used = kept.SelectMany(pair => pair.Formula.Terms.Select(term => term.Place).Append(pair.Formula.Target)).Append(columns.Key).Where(place => place >= 0).Distinct().ToList();
        var moved = kept.ConvertAll(pair => pair.Formula with { Target = used.IndexOf(pair.Formula.Target), Terms = [.. pair.Formula.Terms.Select(term => (used.IndexOf(term.Place), term.Form))] });
        var counter = new FormulaCounter(moved, used.Count, used.IndexOf(columns.Key));
        readAll([.. used.Select(place => columns.Names[place])], counter);
        return [.. kept.Zip(counter.Counts, (pair, count) => (pair.Formula, count))];
    }

    private static bool IsRule(FormulaCount count)
        => count.Telling >= FewestRows && count.TellingViolations <= (1 - LeastShare) * count.Telling && count.Violations <= (1 - LeastShare) * count.Rows;

    // One for each column that follows, and one for the same columns: what breaks it least, and of equals the shortest.
    private static List<(Formula Formula, FormulaCount Count)> Best(List<(Formula Formula, FormulaCount Count)> found)
    {
        var kept = new List<(Formula Formula, FormulaCount Count)>();
        var said = new HashSet<string>();
        // Rounding of the terms is allowed for only where it explains most of what is left without.
        foreach (var pair in found.OrderBy(pair => pair.Count.Violations + (pair.Formula.Halves.Any(half => half > 0) ? 1 + (2 * pair.Count.Violations) : 0)).ThenBy(pair => pair.Formula.Terms.Count).ThenBy(pair => pair.Formula.Kind)
            .ThenByDescending(pair => pair.Formula.Target))
        {
            var places = pair.Formula.Terms.Select(term => term.Place).Append(pair.Formula.Target).Order().ToList();
            if (kept.Exists(other => other.Formula.Target == pair.Formula.Target) || !said.Add(string.Join(' ', places))
                // What follows from a column does not make that column follow from it again, by way of a third.
                || kept.Exists(other => pair.Formula.Terms.Any(term => term.Place == other.Formula.Target) && other.Formula.Terms.Any(term => term.Place == pair.Formula.Target)))
                continue;
            kept.Add(pair);
        }

        return kept;
    }

    private static ColumnFormula Describe(Formula formula, FormulaCount count, FormulaColumns columns, RelatedTable table, bool whole)
    {
        var names = formula.Terms.Select(term => columns.Names[term.Place]).Append(columns.Names[formula.Target]).ToList();
        var personal = table.Profile.Verdicts.Any(verdict => names.Contains(verdict.Column) && verdict.Personal is not (PersonalClass.None or PersonalClass.Masked));
        var hasKey = columns.Key >= 0;
        return new ColumnFormula
        {
            Kind = formula.Kind,
            Column = columns.Names[formula.Target],
            Terms = [.. formula.Terms.Select(term => new FormulaTerm(columns.Names[term.Place], term.Form))],
            Factor = formula.Factor,
            Offset = formula.Offset,
            Part = formula.Part,
            Between = formula.Between,
            Tolerance = formula.Kind is FormulaKind.Part or FormulaKind.Joined ? 0 : formula.Tolerance,
            Rows = count.Rows,
            Violations = count.Violations,
            Whole = whole,
            Off = formula.Kind is FormulaKind.Part or FormulaKind.Joined ? null : Math.Round(count.Off, 6),
            Examples = [.. count.Examples.Select(example => new FormulaExample(
                example.Place is ['\u0001', .. var key] ? hasKey ? $"{columns.Names[columns.Key]} {key}" : null : example.Place,
                personal ? [] : [.. example.Given.Select(Short)], personal ? null : Short(example.Expected!), personal ? null : Short(example.Found!)))],
        };
    }

    // Columns by their places in the sample.
    private sealed class Moved(FormulaCounter counter, List<int> places) : ICellSink
    {
        public void Cell(int column, ReadOnlySpan<byte> value) => counter.Cell(places[column], value);

        public void EndRow() => counter.EndRow();
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..59] + "…";
}
