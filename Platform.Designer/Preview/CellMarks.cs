using Microsoft.Extensions.Localization;
using Platform.Designer.Language;
using Platform.Designer.Shell;

namespace Platform.Designer.Preview;

/// <summary>What of a value is not seen when it is printed: blanks at its ends, tabs, line breaks, characters without a width. Dirt that is to be cleaned hides there.</summary>
internal static class CellMarks
{
    /// <summary>The value in pieces, those that are not seen each as a mark that is; cut off behind a number of characters.</summary>
    public static IReadOnlyList<Piece> Of(string value, int most)
    {
        var cut = value.Length > most;
        var shown = cut ? value[..(most - 1)] : value;
        var lead = shown.Length - shown.TrimStart(' ').Length;
        var trail = cut ? shown.Length : Math.Max(lead, shown.TrimEnd(' ').Length);
        var pieces = new List<Piece>();
        var from = 0;
        for (var i = 0; i < shown.Length; i++)
        {
            if (MarkOf(shown[i], i < lead || i >= trail) is not { } mark)
                continue;
            if (i > from)
                pieces.Add(new(shown[from..i], false));
            // Several in a row are one piece.
            if (pieces is [.., { IsMark: true } last] && i == from)
                pieces[^1] = last with { Text = last.Text + mark };
            else
                pieces.Add(new(mark.ToString(), true));
            from = i + 1;
        }
        if (from < shown.Length || cut)
            pieces.Add(new(shown[from..] + (cut ? "…" : ""), false));
        return pieces;
    }

    /// <summary>The same in words; null where all of the value is seen.</summary>
    public static string? Say(string value, IStringLocalizer<Texts> texts)
    {
        var said = new List<string>();
        var (lead, trail) = (value.Length - value.TrimStart(' ').Length, value.Length - value.TrimEnd(' ').Length);
        if (value.Length > 0 && lead == value.Length)
            return texts.Count("Cell.Blank", lead, lead);
        if (lead > 0)
            said.Add(texts.Count("Cell.Begins", lead, lead));
        if (trail > 0)
            said.Add(texts.Count("Cell.Ends", trail, trail));
        if (value.Contains('\t', StringComparison.Ordinal))
            said.Add(texts.Count("Cell.Tabs", value.Count(c => c == '\t'), value.Count(c => c == '\t')));
        if (value.AsSpan().ContainsAny('\n', '\r'))
            said.Add(texts.Count("Cell.Breaks", value.ReplaceLineEndings("\n").Count(c => c == '\n'), value.ReplaceLineEndings("\n").Count(c => c == '\n')));
        if (value.Count(IsUnseen) is > 0 and var unseen)
            said.Add(texts.Count("Cell.Unseen", unseen, unseen));
        return said.Count == 0 ? null : string.Join(' ', said);
    }

    private static char? MarkOf(char c, bool atEnd) => c switch
    {
        ' ' => atEnd ? '·' : null,
        '\t' => '⇥',
        '\n' => '↵',
        '\r' => '␍',
        _ => IsUnseen(c) ? '▯' : null,
    };

    // Blanks that are none of the keyboard's, and what has no width: joiners, marks of direction and of byte order.
    private static bool IsUnseen(char c) => c is not (' ' or '\t' or '\n' or '\r') && (char.IsWhiteSpace(c) || char.IsControl(c) || (char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format && c is not ('\u200c' or '\u200d')));

    /// <summary>A part of a value.</summary>
    /// <param name="Text">As it is shown.</param>
    /// <param name="IsMark">Whether it stands for what is not seen.</param>
    internal readonly record struct Piece(string Text, bool IsMark);
}
