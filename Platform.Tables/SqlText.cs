using System.Text;

namespace Platform.Tables;

/// <summary>Names and texts as SQL writes them.</summary>
public static class SqlText
{
    /// <summary>A name in double quotes.</summary>
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text in single quotes.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>
    /// A statement without the semicolons, comments and blanks after its end, so that it can stand in brackets. Knows quotes, dollar quotes and
    /// comments; other text is not judged.
    /// </summary>
    public static string TrimEnd(string statement)
    {
        var end = 0;
        for (var i = 0; i < statement.Length;)
        {
            var next = i + 1;
            if (statement[i] is '\'' or '"')
                next = AfterQuote(statement, i);
            else if (At(statement, i, "--"))
                next = After(statement, i, "\n");
            else if (At(statement, i, "/*"))
                next = After(statement, i + 2, "*/");
            else if (statement[i] == '$' && DollarQuote(statement, i) is { } quote)
                next = After(statement, i + quote.Length, quote);
            var isPadding = statement[i] == ';' || char.IsWhiteSpace(statement[i]) || At(statement, i, "--") || At(statement, i, "/*");
            if (!isPadding)
                end = next;
            i = next;
        }
        return statement[..end];
    }

    private static bool At(string text, int index, string mark) => string.CompareOrdinal(text, index, mark, 0, mark.Length) == 0;

    private static int After(string text, int from, string mark)
        => text.IndexOf(mark, Math.Min(from, text.Length), StringComparison.Ordinal) is var found and >= 0 ? found + mark.Length : text.Length;

    private static int AfterQuote(string text, int open)
        => text.IndexOf(text[open], open + 1) is var found and >= 0 ? found + 1 : text.Length;

    /// <summary>The mark of a dollar quote that begins here, such as $$ or $body$; null if none does.</summary>
    private static string? DollarQuote(string text, int index)
    {
        var end = index + 1;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
            end++;
        return end < text.Length && text[end] == '$' && (end == index + 1 || !char.IsDigit(text[index + 1])) ? text[index..(end + 1)] : null;
    }

    /// <summary>A file's path as a text that DuckDB does not take for a pattern.</summary>
    public static string FileLiteral(string path)
    {
        if (path.AsSpan().IndexOfAny('*', '?', '[') < 0)
            return Literal(path);
        var escaped = new StringBuilder(path.Length + 8);
        foreach (var character in path)
            _ = character is '*' or '?' or '[' ? escaped.Append('[').Append(character).Append(']') : escaped.Append(character);
        return Literal(escaped.ToString());
    }
}
