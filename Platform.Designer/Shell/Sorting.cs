namespace Platform.Designer.Shell;

/// <summary>How a table is sorted: by which column and in which direction.</summary>
/// <param name="Column">Id of the column.</param>
/// <param name="Descending">Largest first.</param>
public sealed record Sorting(string Column, bool Descending)
{
    /// <summary>As an address has it: <c>rows</c>, or <c>rows-</c> with the largest first.</summary>
    public string Text => Descending ? Column + "-" : Column;

    /// <summary>Reads an address.</summary>
    /// <param name="text">What it says; null or empty for nothing.</param>
    /// <param name="otherwise">Where it says nothing.</param>
    public static Sorting Parse(string? text, Sorting otherwise) =>
        string.IsNullOrWhiteSpace(text) ? otherwise : text.EndsWith('-') ? new Sorting(text[..^1], true) : new Sorting(text, false);

    /// <summary>The sorting after a click on a column's head: the same column turns round, another begins in its own direction.</summary>
    public Sorting Click(string column, bool descendingFirst) => column == Column ? this with { Descending = !Descending } : new Sorting(column, descendingFirst);

    /// <summary>Sorts by the value that <paramref name="key"/> gives for the current column; nulls come last either way.</summary>
    public IEnumerable<T> Apply<T>(IEnumerable<T> rows, Func<T, string, IComparable?> key)
    {
        var keyed = rows.Select(r => (Row: r, Key: key(r, Column))).ToList();
        var known = keyed.Where(k => k.Key is not null);
        var sorted = Descending ? known.OrderByDescending(k => k.Key) : known.OrderBy(k => k.Key);
        return sorted.Concat(keyed.Where(k => k.Key is null)).Select(k => k.Row);
    }
}
