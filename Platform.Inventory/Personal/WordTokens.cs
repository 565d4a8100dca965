using Platform.Inventory.Classify;

namespace Platform.Inventory.Personal;

/// <summary>What stands before a token.</summary>
internal enum Gap : byte
{
    None,
    Blank,
    Line,
    Paragraph,
}

/// <summary>A word, a number or a sign of a text.</summary>
internal readonly record struct Token(int Start, int Length, Gap Before)
{
    public int End => Start + Length;
}

/// <summary>
/// Takes a text of an alphabet apart: at blanks, then signs at the ends of what stands between, hyphens and slashes between letters, and the English genitive.
/// E-mail and web addresses, and signs between digits, stay whole. The measure of the scores counts the same tokens.
/// </summary>
internal static class WordTokens
{
    public static void Split(ReadOnlySpan<char> text, List<Token> tokens)
    {
        var at = 0;
        var gap = Gap.Paragraph;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                gap = text[at] == '\n' ? gap >= Gap.Line ? Gap.Paragraph : Gap.Line : gap == Gap.None ? Gap.Blank : gap;
                at++;
                continue;
            }

            var end = at + 1;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
                end++;
            Chunk(text, at, end, gap, tokens);
            at = end;
            gap = Gap.None;
        }
    }

    private static void Chunk(ReadOnlySpan<char> text, int start, int end, Gap gap, List<Token> tokens)
    {
        while (start < end && !IsWord(text[start]))
        {
            tokens.Add(new Token(start++, 1, gap));
            gap = Gap.None;
        }

        var tail = end;
        while (tail > start && !IsWord(text[tail - 1]) && !(text[tail - 1] == '/' && text[start..tail].Contains("://", StringComparison.Ordinal)))
            tail--;
        if (tail > start)
            Body(text, start, tail, gap, tokens);
        for (var at = tail; at < end; at++)
            tokens.Add(new Token(at, 1, at == start ? gap : Gap.None));
    }

    private static void Body(ReadOnlySpan<char> text, int start, int end, Gap gap, List<Token> tokens)
    {
        var body = text[start..end];
        if (body.Contains('@') || body.Contains("://", StringComparison.Ordinal) || body.StartsWith("www.", StringComparison.OrdinalIgnoreCase))
        {
            tokens.Add(new Token(start, end - start, gap));
            return;
        }

        if (end - start > 2 && text[end - 1] is 's' or 'S' && text[end - 2] is '\'' or '’')
        {
            Body(text, start, end - 2, gap, tokens);
            tokens.Add(new Token(end - 2, 2, Gap.None));
            return;
        }

        var from = start;
        for (var at = start; at < end; at++)
        {
            var han = ValueChecks.IsHan(text[at]);
            if (!han && (IsWord(text[at]) || Stays(text, at, start, end)))
                continue;
            if (at > from)
                tokens.Add(new Token(from, at - from, from == start ? gap : Gap.None));
            tokens.Add(new Token(at, 1, at == start ? gap : Gap.None));
            from = at + 1;
        }

        if (end > from)
            tokens.Add(new Token(from, end - from, from == start ? gap : Gap.None));
    }

    private static bool Stays(ReadOnlySpan<char> text, int at, int start, int end)
    {
        if (at == start || at + 1 >= end)
            return false;
        char before = text[at - 1], after = text[at + 1];
        return text[at] switch
        {
            '.' => char.IsDigit(before) && char.IsDigit(after) || char.IsLetter(before) && char.IsLetter(after) && (at - 1 == start || !char.IsLetter(text[at - 2])),
            ',' or ':' or '/' or '-' or '–' => char.IsDigit(before) && char.IsDigit(after),
            '\'' or '’' => char.IsLetter(before) && char.IsLetter(after),
            '_' => true,
            _ => false,
        };
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark;
}
