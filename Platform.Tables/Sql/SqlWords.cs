namespace Platform.Tables.Sql;

/// <summary>A word or sign of a statement.</summary>
/// <param name="Text">Without quotes.</param>
/// <param name="Quoted">Whether it was quoted as a name.</param>
/// <param name="IsName">Whether it may be a name: not a number, a text or a sign.</param>
/// <param name="Literal">What a text says; null for anything else.</param>
internal readonly record struct SqlWord(string Text, bool Quoted, bool IsName, string? Literal = null)
{
    /// <summary>Whether it is this keyword or sign.</summary>
    public bool Is(string word) => !Quoted && string.Equals(Text, word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// Cuts a statement of any dialect into words and signs: comments go, texts become one sign, and names lose their quotes ("a", `a`, [a] where a name may stand).
/// </summary>
internal static class SqlWords
{
    public static List<SqlWord> Of(string sql)
    {
        var words = new List<SqlWord>();
        var i = 0;
        while (i < sql.Length)
        {
            var c = sql[i];
            if (char.IsWhiteSpace(c))
                i++;
            else if (At(sql, i, "--") || c == '#' && StartsLine(sql, i))
                i = To(sql, i, "\n");
            else if (At(sql, i, "/*"))
                i = To(sql, i + 2, "*/");
            else if (c == '\'')
                i = Text(sql, i, words);
            else if (c == '$' && Dollar(sql, i) is { } tag)
            {
                i = To(sql, i + tag.Length, tag);
                words.Add(new SqlWord("'…'", false, false));
            }
            else if (c is '"' or '`')
                i = Name(sql, i, c, words);
            else if (c == '[' && OpensName(words, sql, i))
                i = Name(sql, i, ']', words);
            else if (char.IsLetter(c) || c is '_' or '@' or '#')
                i = Word(sql, i, words);
            else if (char.IsDigit(c))
                i = Number(sql, i, words);
            else
            {
                words.Add(new SqlWord(c.ToString(), false, false));
                i++;
            }
        }
        return words;
    }

    private static bool At(string sql, int i, string sign) => string.CompareOrdinal(sql, i, sign, 0, sign.Length) == 0;

    /// <summary>MySQL's comment; T-SQL's #temporary tables follow a word on the same line.</summary>
    private static bool StartsLine(string sql, int i)
    {
        for (var before = i - 1; before >= 0 && sql[before] != '\n'; before--)
        {
            if (!char.IsWhiteSpace(sql[before]))
                return false;
        }
        return i + 1 < sql.Length && char.IsWhiteSpace(sql[i + 1]);
    }

    private static int To(string sql, int from, string end) => sql.IndexOf(end, Math.Min(from, sql.Length), StringComparison.Ordinal) is >= 0 and var found ? found + end.Length : sql.Length;

    private static string? Dollar(string sql, int i)
    {
        var end = i + 1;
        while (end < sql.Length && (char.IsLetterOrDigit(sql[end]) || sql[end] == '_'))
            end++;
        return end < sql.Length && sql[end] == '$' && sql.IndexOf(sql[i..(end + 1)], end + 1, StringComparison.Ordinal) >= 0 ? sql[i..(end + 1)] : null;
    }

    private static int Text(string sql, int i, List<SqlWord> words)
    {
        var from = i + 1;
        for (i++; i < sql.Length; i++)
        {
            if (sql[i] == '\\' && i + 1 < sql.Length && sql[i + 1] == '\'' && sql.IndexOf('\'', i + 2) >= 0)
                i++;
            else if (sql[i] == '\'' && i + 1 < sql.Length && sql[i + 1] == '\'')
                i++;
            else if (sql[i] == '\'')
                break;
        }
        words.Add(new SqlWord("'…'", false, false, sql[from..Math.Min(i, sql.Length)].Replace("''", "'", StringComparison.Ordinal)));
        return Math.Min(i + 1, sql.Length);
    }

    private static int Name(string sql, int i, char end, List<SqlWord> words)
    {
        var close = i + 1;
        while (close < sql.Length && (sql[close] != end || (close + 1 < sql.Length && sql[close + 1] == end && end != ']')))
            close += sql[close] == end ? 2 : 1;
        words.Add(new SqlWord(sql[(i + 1)..Math.Min(close, sql.Length)].Replace(new string(end, 2), end.ToString(), StringComparison.Ordinal), true, true));
        return Math.Min(close + 1, sql.Length);
    }

    /// <summary>Brackets quote a name after a keyword, a dot or a comma, and are an index after a name.</summary>
    private static bool OpensName(List<SqlWord> words, string sql, int i)
    {
        if (words.Count > 0 && i > 0 && !char.IsWhiteSpace(sql[i - 1]) && (words[^1].IsName || words[^1].Is(")") || words[^1].Is("]")))
            return false;
        return i + 1 < sql.Length && (char.IsLetter(sql[i + 1]) || sql[i + 1] is '_' or '#') && sql.IndexOf(']', i) > 0;
    }

    private static int Word(string sql, int i, List<SqlWord> words)
    {
        var end = i + 1;
        while (end < sql.Length && (char.IsLetterOrDigit(sql[end]) || sql[end] is '_' or '$' or '#' or '@'))
            end++;
        words.Add(new SqlWord(sql[i..end], false, true));
        return end;
    }

    private static int Number(string sql, int i, List<SqlWord> words)
    {
        var end = i + 1;
        while (end < sql.Length && (char.IsLetterOrDigit(sql[end]) || (sql[end] == '.' && end + 1 < sql.Length && char.IsDigit(sql[end + 1]))))
            end++;
        words.Add(new SqlWord(sql[i..end], false, false));
        return end;
    }
}
