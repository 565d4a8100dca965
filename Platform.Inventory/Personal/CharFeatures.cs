using Platform.Inventory.Classify;

namespace Platform.Inventory.Personal;

/// <summary>The features of a character in a Chinese text. Training and use share them: what changes here needs new weights.</summary>
internal static class CharFeatures
{
    /// <summary>Most features of a place.</summary>
    public const int Most = 24;

    /// <summary>A character as the features see it: digits are alike, letters of the alphabet too, full-width signs are their half-width ones.</summary>
    public static char Normal(char c)
    {
        if (c is >= '\uFF01' and <= '\uFF5E')
            c = (char)(c - 0xFEE0);
        return char.IsAsciiDigit(c) ? '0' : char.IsAsciiLetter(c) ? char.IsAsciiLetterUpper(c) ? 'A' : 'a' : char.IsWhiteSpace(c) ? ' ' : c;
    }

    /// <summary>Features of the character at <paramref name="at"/> of normal characters.</summary>
    public static int OfPlace(ReadOnlySpan<char> text, int at, Span<uint> into)
    {
        uint c0 = text[at], c1 = At(text, at - 1), c2 = At(text, at - 2), n1 = At(text, at + 1), n2 = At(text, at + 2);
        uint k0 = Kind(c0), k1 = Kind(c1), n1k = Kind(n1), n2k = Kind(n2);
        var count = 0;
        into[count++] = FeatureHash.Mix(1, c0);
        into[count++] = FeatureHash.Mix(2, c1);
        into[count++] = FeatureHash.Mix(3, n1);
        into[count++] = FeatureHash.Mix(4, c2);
        into[count++] = FeatureHash.Mix(5, n2);
        into[count++] = FeatureHash.Mix(6, c1, c0);
        into[count++] = FeatureHash.Mix(7, c0, n1);
        into[count++] = FeatureHash.Mix(8, c2, c1);
        into[count++] = FeatureHash.Mix(9, n1, n2);
        into[count++] = FeatureHash.Mix(10, c1, n1);
        into[count++] = FeatureHash.Mix(11, c2, c1, c0);
        into[count++] = FeatureHash.Mix(12, c1, c0, n1);
        into[count++] = FeatureHash.Mix(13, c0, n1, n2);
        into[count++] = FeatureHash.Mix(14, c2, c0);
        into[count++] = FeatureHash.Mix(15, c0, n2);
        into[count++] = FeatureHash.Mix(16, k1 | k0 << 4 | n1k << 8 | n2k << 12);
        into[count++] = FeatureHash.Mix(17, k0, c1);
        into[count++] = FeatureHash.Mix(18, k1, c0);
        into[count++] = FeatureHash.Mix(19, n1k, c0, n2k);
        into[count++] = FeatureHash.Mix(20, At(text, at + 3), n2);
        into[count++] = FeatureHash.Mix(21, At(text, at - 3), c2);
        return count;
    }

    private static uint At(ReadOnlySpan<char> text, int at) => at < 0 ? 1u : at >= text.Length ? 2u : text[at];

    // Family names and characters that given names favour are known beforehand.
    private static uint Kind(uint c) => c < 3 ? 1u
        : c == '0' ? 2u
        : c is 'a' or 'A' ? 3u
        : !ValueChecks.IsHan((char)c) ? char.IsPunctuation((char)c) ? 4u : 5u
        : PersonNames.ChineseFamily.Contains((char)c) ? PersonNames.ChineseGiven.Contains((char)c) ? 8u : 7u
        : PersonNames.ChineseGiven.Contains((char)c) ? 9u : 6u;
}
