using System.Globalization;
using System.Text;

namespace Platform.Activities.Checks;

/// <summary>The line of a statement in which something is wrong, with a caret below the place, as DuckDB writes it: for a font in which all letters are as wide.</summary>
internal static class SqlExcerpt
{
    // Of a line longer than that, what stands around the place is shown: it has room beside the canvas.
    private const int Whole = 50;
    private const int Before = 24;
    private const int After = 20;

    /// <summary>Two lines, <c>LINE 2: from raw.order</c> and the caret, behind an empty one.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="position">Index in it.</param>
    public static string Of(string sql, int position)
    {
        position = Math.Clamp(position, 0, sql.Length);
        var start = position == 0 ? 0 : sql.LastIndexOf('\n', position - 1) + 1;
        var end = sql.IndexOf('\n', position) is >= 0 and var newline ? newline : sql.Length;
        var from = end - start > Whole && position - start > Before ? position - Before : start;
        var to = end - start > Whole && end - position > After ? position + After : end;
        var head = string.Create(CultureInfo.InvariantCulture, $"LINE {sql.AsSpan(0, start).Count('\n') + 1}: {(from > start ? "…" : "")}");
        var line = sql[from..to].TrimEnd('\r').Replace('\t', ' ');
        return $"\n\n{head}{line}{(to < end ? "…" : "")}\n{new string(' ', head.Length)}{Blank(line[..Math.Min(position - from, line.Length)])}^";
    }

    /// <summary>As wide as a text: a letter of Chinese, Japanese or Korean is as wide as two others.</summary>
    private static StringBuilder Blank(string text)
    {
        var blank = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
            blank.Append(rune.Value is >= 0x1100 and <= 0x115F or >= 0x2E80 and <= 0xA4CF or >= 0xAC00 and <= 0xD7A3 or >= 0xF900 and <= 0xFAFF or >= 0xFE30 and <= 0xFE6F or >= 0xFF00 and <= 0xFF60 or >= 0x20000 and <= 0x3FFFD ? '\u3000' : ' ');
        return blank;
    }
}
