using System.Globalization;
using System.Text.Json.Serialization;

namespace Platform.Inventory.Relate;

/// <summary>How a column follows from others of its row.</summary>
public enum FormulaKind
{
    /// <summary>A product: quantity × price, also × (1 − discount).</summary>
    Product,

    /// <summary>A sum, whose terms may be taken away.</summary>
    Sum,

    /// <summary>A constant times another, and another constant: degrees, currencies at a fixed rate, tax of one rate.</summary>
    Linear,

    /// <summary>A part of a date or time.</summary>
    Part,

    /// <summary>Two texts with the same text between them.</summary>
    Joined,
}

/// <summary>How a term goes into a formula.</summary>
public enum TermForm
{
    Plain,

    /// <summary>Taken away from the sum.</summary>
    Minus,

    /// <summary>1 − the value: what a discount leaves.</summary>
    OneMinus,

    /// <summary>1 + the value: what a tax makes of it.</summary>
    OnePlus,
}

/// <summary>A column in a formula.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Form">How it goes in.</param>
public sealed record FormulaTerm(string Column, TermForm Form = TermForm.Plain);

/// <summary>A column that follows from others of its row, in nearly all rows: where it does not, one of them is probably wrong.</summary>
public sealed record ColumnFormula
{
    public required FormulaKind Kind { get; init; }

    /// <summary>The column that follows.</summary>
    public required string Column { get; init; }

    /// <summary>The columns that it follows from.</summary>
    public required IReadOnlyList<FormulaTerm> Terms { get; init; }

    /// <summary><see cref="FormulaKind.Linear"/>: what the term is multiplied by.</summary>
    public double Factor { get; init; } = 1;

    /// <summary><see cref="FormulaKind.Linear"/>: what is added then.</summary>
    public double Offset { get; init; }

    /// <summary><see cref="FormulaKind.Part"/>: <c>year</c>, <c>quarter</c>, <c>month</c>, <c>day</c>, <c>hour</c> or <c>date</c>; null for others.</summary>
    public string? Part { get; init; }

    /// <summary><see cref="FormulaKind.Joined"/>: the text between the two; null for others.</summary>
    public string? Between { get; init; }

    /// <summary>By how much a number may differ from its formula, because one or the other is rounded.</summary>
    public double Tolerance { get; init; }

    /// <summary>Rows that have all values.</summary>
    public long Rows { get; init; }

    /// <summary>Rows of them in which it does not hold.</summary>
    public long Violations { get; init; }

    /// <summary>Whether all rows of the table were looked at.</summary>
    public bool Whole { get; init; }

    /// <summary>What the numbers of these rows are together above (or, negative, below) their formula; null for texts and parts.</summary>
    public double? Off { get; init; }

    /// <summary>Some of these rows.</summary>
    public IReadOnlyList<FormulaExample> Examples { get; init; } = [];

    /// <summary>The right side for people, such as <c>quantity × price</c>.</summary>
    [JsonIgnore]
    public string Text => Say(column => column);

    /// <summary>The right side, with columns said as wanted.</summary>
    public string Say(Func<string, string> name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Kind switch
        {
            FormulaKind.Product => string.Join(" × ", Terms.Select(term => term.Form switch { TermForm.OneMinus => $"(1 − {name(term.Column)})", TermForm.OnePlus => $"(1 + {name(term.Column)})", _ => name(term.Column) })),
            FormulaKind.Sum => string.Concat(Terms.Select((term, i) => (i == 0 ? "" : term.Form == TermForm.Minus ? " − " : " + ") + name(term.Column))),
            FormulaKind.Linear => (Factor == 1 ? "" : $"{Number(Factor)} × ") + name(Terms[0].Column) + (Offset == 0 ? "" : Offset > 0 ? $" + {Number(Offset)}" : $" − {Number(-Offset)}"),
            FormulaKind.Part => $"the {Part} of {name(Terms[0].Column)}",
            _ => $"{name(Terms[0].Column)}{(Between!.Length == 0 ? " + " : $" + “{Between}” + ")}{name(Terms[1].Column)}",
        };
    }

    private static string Number(double value) => value.ToString("G7", CultureInfo.InvariantCulture);
}

/// <summary>A row in which a formula does not hold.</summary>
/// <param name="Place">Where it stands, for people: <c>row 17</c> of those looked at, or <c>order_id 4711</c>; null where the values are personal and it has neither.</param>
/// <param name="Given">Values of the terms, in their order; empty where they are personal.</param>
/// <param name="Expected">What follows from them; null where that is personal.</param>
/// <param name="Found">What stands there; null where that is personal.</param>
public sealed record FormulaExample(string? Place, IReadOnlyList<string> Given, string? Expected, string? Found);
