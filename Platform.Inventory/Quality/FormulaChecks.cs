using System.Globalization;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Workflows;

namespace Platform.Inventory.Quality;

/// <summary>Proposes that a column goes on following from others: a query for the rows in which it does not.</summary>
internal static class FormulaChecks
{
    // A formula with exceptions is one all the same; whether they are mistakes a person knows.
    private const double Holds = 0.85;
    private const double HoldsNearly = 0.75;

    public static CheckSuggestion Of(FoundAsset asset, ColumnFormula formula) => new(
        new CheckDefinition { Kind = "sql", Name = $"{formula.Column} = {formula.Text}", Column = formula.Column, Sql = Sql(formula, asset.Database is not null) },
        formula.Violations == 0 ? Holds : HoldsNearly,
        formula.Violations == 0 ? CheckOutcome.Text($"{formula.Column} is {formula.Text} in all {Plural.Of(formula.Rows, "row")}") : CheckOutcome.Text($"{formula.Column} is {formula.Text} in {Plural.Of(formula.Rows - formula.Violations, "row")}, but not in {formula.Violations:N0}"),
        0);

    /// <summary>A query for the rows that break it, in the words that DuckDB or (<paramref name="ofDatabase"/>) PostgreSQL understands.</summary>
    internal static string Sql(ColumnFormula formula, bool ofDatabase)
    {
        var target = SqlText.Identifier(formula.Column);
        var condition = formula.Kind switch
        {
            FormulaKind.Joined => $"cast({target} as varchar) <> cast({SqlText.Identifier(formula.Terms[0].Column)} as varchar) || {SqlText.Literal(formula.Between!)} || cast({SqlText.Identifier(formula.Terms[1].Column)} as varchar)",
            FormulaKind.Part when formula.Part == "date" => $"{Cast(formula.Column, "date")} <> cast({Cast(formula.Terms[0].Column, "timestamp")} as date)",
            FormulaKind.Part => $"{Number(formula.Column)} <> extract({formula.Part} from {Cast(formula.Terms[0].Column, "timestamp")})",
            _ => $"abs({Number(formula.Column)} - ({Right()})) > {Figure(formula.Tolerance + 1e-9)} + 1e-9 * abs({Number(formula.Column)})",
        };
        return $"select * from {{table}} where {condition}";

        string Cast(string column, string type) => $"{(ofDatabase ? "cast" : "try_cast")}({SqlText.Identifier(column)} as {type})";

        string Number(string column) => Cast(column, ofDatabase ? "double precision" : "double");

        string Right() => formula.Kind switch
        {
            FormulaKind.Linear => $"{Figure(formula.Factor)} * {Number(formula.Terms[0].Column)} + {Figure(formula.Offset)}",
            FormulaKind.Sum => string.Concat(formula.Terms.Select((term, i) => (i == 0 ? "" : term.Form == TermForm.Minus ? " - " : " + ") + Number(term.Column))),
            _ => string.Join(" * ", formula.Terms.Select(term => term.Form switch { TermForm.OneMinus => $"(1 - {Number(term.Column)})", TermForm.OnePlus => $"(1 + {Number(term.Column)})", _ => Number(term.Column) })),
        };
    }

    // A negative one in brackets: two minus signs begin a comment.
    private static string Figure(double value) => value < 0 ? $"({value.ToString("R", CultureInfo.InvariantCulture)})" : value.ToString("R", CultureInfo.InvariantCulture);
}
