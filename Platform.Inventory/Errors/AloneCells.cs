using System.Buffers;

namespace Platform.Inventory.Errors;

/// <summary>Cells that their column alone proves wrong: a slip of a word in a list of few, and what is no e-mail address where all others are.</summary>
internal static class AloneCells
{
    /// <summary>More different values are no list that rows choose from.</summary>
    public const long MostWords = 30;

    // A slip is seldom, and what is meant is not.
    private const int MostSlips = 3;
    private const int TimesAsOften = 50;

    // Short words have neighbours by chance.
    private const int LeastLetters = 5;

    // Where more are otherwise, the column holds something else too.
    private const double MostOtherwise = 0.05;
    private const int LeastMails = 20;

    private static readonly SearchValues<char> NotInMails = SearchValues.Create(" \t,;<>()");

    /// <summary>The cells of one column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="at">Its position.</param>
    /// <param name="isList">Whether it is a list of few words.</param>
    /// <param name="isMail">Whether it is one of e-mail addresses.</param>
    public static IReadOnlyList<SureCell> Find(CellColumn column, int at, bool isList, bool isMail)
    {
        var wrong = new Dictionary<int, (CellCause Cause, string? Expected, int With, double Score)>();
        if (isList)
            Slips(column, wrong);
        if (isMail)
            NoMails(column, wrong);
        return wrong.Count == 0 ? [] : [.. Enumerable.Range(0, column.Codes.Length).Where(row => wrong.ContainsKey(column.Codes[row])).Select(row => wrong[column.Codes[row]] is var found ? new SureCell(row, at, found.Cause, found.Expected, -1, found.With, found.Score) : default)];
    }

    private static void Slips(CellColumn column, Dictionary<int, (CellCause, string?, int, double)> wrong)
    {
        for (var code = 0; code < column.Values.Count; code++)
        {
            var value = column.Values[code];
            if (code == column.MissingCode || column.Counts[code] is 0 or > MostSlips || value.Length < LeastLetters - 1)
                continue;
            var meant = Enumerable.Range(0, column.Values.Count).Where(other => other != column.MissingCode && column.Counts[other] >= TimesAsOften * column.Counts[code] && IsSlip(value, column.Values[other])).ToList();
            // Near to two, nobody knows which.
            if (meant is [var one])
                wrong[code] = (CellCause.Misspelt, column.Values[one], column.Counts[one], 0.9);
        }
    }

    /// <summary>Whether a word is another with one letter too many, too few, another, or two of them changed about; words that begin otherwise, or are one and many of the same, are other words.</summary>
    internal static bool IsSlip(string value, string meant)
    {
        if (meant.Length < LeastLetters || value[0] != meant[0] || !value.All(IsOfWord) || !meant.All(IsOfWord) || string.Equals(value, meant, StringComparison.OrdinalIgnoreCase))
            return false;
        if (value + "s" == meant || meant + "s" == value)
            return false;
        return SpellingNeighbours.Distance(value, meant, 1) <= 1 || IsTransposed(value, meant);
    }

    private static bool IsOfWord(char letter) => char.IsLetter(letter) || letter is ' ' or '_' or '-';

    private static bool IsTransposed(string value, string meant)
    {
        if (value.Length != meant.Length)
            return false;
        var first = Enumerable.Range(0, value.Length).First(i => value[i] != meant[i]);
        return first + 1 < value.Length && value[first] == meant[first + 1] && value[first + 1] == meant[first] && value.AsSpan(first + 2).SequenceEqual(meant.AsSpan(first + 2));
    }

    private static void NoMails(CellColumn column, Dictionary<int, (CellCause, string?, int, double)> wrong)
    {
        var filled = Enumerable.Range(0, column.Values.Count).Where(code => code != column.MissingCode).ToList();
        var others = filled.Where(code => !IsMail(column.Values[code])).ToList();
        var (all, few) = (filled.Sum(code => column.Counts[code]), others.Sum(code => column.Counts[code]));
        if (few == 0 || all - few < LeastMails || few > MostOtherwise * all)
            return;
        foreach (var code in others)
            wrong.TryAdd(code, (CellCause.Malformed, null, all - few, 0.9));
    }

    /// <summary>Whether a text has the form of an e-mail address: a name, an @, and a host with a dot; names and hosts may be of any script.</summary>
    internal static bool IsMail(string text)
    {
        var value = text.AsSpan().Trim();
        var at = value.LastIndexOf('@');
        if (at < 1 || value.IndexOfAny(NotInMails) >= 0 || value[..at].Contains('@'))
            return false;
        var host = value[(at + 1)..];
        var dot = host.LastIndexOf('.');
        return dot > 0 && dot < host.Length - 2 && !host.StartsWith(".") && value[at - 1] != '.' && value[0] != '.' && value.IndexOf("..") < 0;
    }
}
