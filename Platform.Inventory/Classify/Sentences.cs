namespace Platform.Inventory.Classify;

/// <summary>Tells sentences, which say something, from names and titles.</summary>
internal static class Sentences
{
    private const int LeastWords = 4;
    private const int LeastSmall = 3;
    private const int LeastHan = 7;

    /// <summary>Whether a value reads like a sentence: several words in small letters, or Chinese characters with a sign that ends a clause.</summary>
    public static bool Is(string value)
    {
        int han = 0, letters = 0, clauses = 0, signs = 0;
        foreach (var c in value)
        {
            if (ValueChecks.IsHan(c))
                han++;
            else if (char.IsLetter(c))
                letters++;
            else if (c is '，' or '。' or '！' or '？' or '；' or '、')
                clauses++;
            else if (!char.IsWhiteSpace(c) && !char.IsDigit(c))
                signs++;
        }

        if (han > letters)
            return han >= LeastHan && clauses > 0;
        if (letters < 2 * signs)
            return false;
        int words = 0, small = 0;
        foreach (var range in value.AsSpan().SplitAny(' ', '\n', '\t'))
        {
            var word = value.AsSpan()[range];
            if (word.IsEmpty || !char.IsLetter(word[0]))
                continue;
            words++;
            small += char.IsLower(word[0]) ? 1 : 0;
        }

        return words >= LeastWords && small >= LeastSmall;
    }
}
