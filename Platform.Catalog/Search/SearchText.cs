using System.Text;

namespace Platform.Catalog.Search;

/// <summary>
/// Cuts text into what search compares: words of Latin letters and digits in lower case, also the parts of <c>CustomerID</c>; of Chinese, Japanese and Korean, which write no blanks, every two neighbouring characters.
/// </summary>
internal static class SearchText
{
    /// <summary>Longest text that is looked through, in characters; of a longer description the beginning is.</summary>
    private const int Longest = 4_000;

    /// <summary>Longest word; what is longer (a hash, an encoded file) nobody types.</summary>
    private const int LongestWord = 48;

    /// <summary>Gives each token of a text that is indexed. A token may come more than once.</summary>
    internal static void Tokens(string? text, Action<string> token) => Cut(text, token, parts: true);

    /// <summary>The tokens of what somebody looks for, in order, each once. All of them must be found.</summary>
    internal static IReadOnlyList<string> Query(string? text)
    {
        var tokens = new List<string>();
        Cut(text, tokens.Add, parts: false);
        return [.. tokens.Distinct(StringComparer.Ordinal).Take(12)];
    }

    /// <summary>The text in the form in which names are compared as a whole.</summary>
    internal static string Plain(string text) => Narrow(text.Trim()).ToLowerInvariant();

    /// <summary>Whether a character belongs to a script that writes no blanks.</summary>
    internal static bool IsIdeographic(char c) => c is >= '\u3040' and <= '\u30ff' or >= '\u3400' and <= '\u4dbf' or >= '\u4e00' and <= '\u9fff' or >= '\uac00' and <= '\ud7a3' or >= '\uf900' and <= '\ufaff' || char.IsSurrogate(c);

    private static void Cut(string? given, Action<string> token, bool parts)
    {
        if (string.IsNullOrWhiteSpace(given))
            return;
        var text = Narrow(given.Length > Longest ? given[..Longest] : given);
        var i = 0;
        while (i < text.Length)
        {
            var start = i;
            if (IsIdeographic(text[i]))
            {
                while (i < text.Length && IsIdeographic(text[i]))
                    i++;
                Pairs(text.AsSpan(start, i - start), token, parts);
            }
            else if (char.IsLetterOrDigit(text[i]))
            {
                while (i < text.Length && char.IsLetterOrDigit(text[i]) && !IsIdeographic(text[i]))
                    i++;
                Word(text.AsSpan(start, i - start), token, parts);
            }
            else
            {
                i++;
            }
        }
    }

    /// <summary>Every two neighbours; the last character alone too, so that a search for one character finds every place of it by its beginning.</summary>
    private static void Pairs(ReadOnlySpan<char> run, Action<string> token, bool indexed)
    {
        for (var i = 0; i + 1 < run.Length; i++)
            token(run.Slice(i, 2).ToString());
        if (indexed || run.Length == 1)
            token(run[^1..].ToString());
    }

    private static void Word(ReadOnlySpan<char> word, Action<string> token, bool parts)
    {
        if (word.Length > LongestWord)
            word = word[..LongestWord];
        token(word.ToString().ToLowerInvariant());
        if (!parts)
            return;
        // customerID, customer2address: the parts are words too.
        var start = 0;
        for (var i = 1; i <= word.Length; i++)
        {
            var ends = i == word.Length
                || char.IsUpper(word[i]) && !char.IsUpper(word[i - 1])
                || char.IsUpper(word[i - 1]) && i + 1 < word.Length && char.IsUpper(word[i]) && char.IsLower(word[i + 1])
                || char.IsDigit(word[i]) != char.IsDigit(word[i - 1]);
            if (!ends)
                continue;
            if (i - start is > 1 and var length && length < word.Length)
                token(word.Slice(start, length).ToString().ToLowerInvariant());
            start = i;
        }
    }

    // Full-width letters and the like become the plain ones.
    private static string Narrow(string text)
    {
        foreach (var c in text)
            if (c >= 0x80)
                return text.IsNormalized(NormalizationForm.FormKC) ? text : text.Normalize(NormalizationForm.FormKC);
        return text;
    }
}
