namespace Platform.Inventory.Personal;

/// <summary>The features of a token in its sentence. Training and use share them: what changes here needs new weights.</summary>
internal static class WordFeatures
{
    /// <summary>Most features that a word has, seen from one place.</summary>
    public const int MostOfWord = 24;

    /// <summary>Most features that a place has beside those of its words.</summary>
    public const int MostOfPlace = 24;

    /// <summary>Features of a word alone, seen from a token <paramref name="offset"/> places before it (-2 to 2).</summary>
    public static int OfWord(WordInfo word, int offset, Span<uint> into)
    {
        var count = 0;
        var template = 100 * (offset + 3);
        into[count++] = FeatureHash.Mix(template, word.Lower);
        into[count++] = FeatureHash.Mix(template + 1, word.Shape);
        into[count++] = FeatureHash.Mix(template + 2, (uint)word.Kinds, word.IsCapital ? 1u : 0);
        if (offset is < -1 or > 1)
            return count;
        for (var bit = 0; bit < 8; bit++)
        {
            if (((int)word.Kinds >> bit & 1) == 1)
                into[count++] = FeatureHash.Mix(template + 3, (uint)bit, word.IsCapital ? 1u : 0);
        }

        if (offset == 0)
        {
            into[count++] = FeatureHash.Mix(template + 4, word.Exact);
            into[count++] = FeatureHash.Mix(template + 5, (uint)Math.Min(word.Length, 12), word.Shape);
            foreach (var affix in word.Affixes)
                into[count++] = FeatureHash.Mix(template + 6, affix, word.IsCapital ? 1u : 0);
        }
        else if (word.Affixes.Length >= 6)
        {
            into[count++] = FeatureHash.Mix(template + 7, word.Affixes[5]);
        }

        return count;
    }

    /// <summary>Features of a place: words side by side, lines, and what a rule has found.</summary>
    /// <param name="words">The words of the text.</param>
    /// <param name="tokens">Their tokens.</param>
    /// <param name="rules">What a rule found at each token; 0 is nothing, else the kind and one.</param>
    /// <param name="lines">For each token, where its line begins.</param>
    /// <param name="at">The token.</param>
    /// <param name="into">Receives the hashes.</param>
    public static int OfPlace(ReadOnlySpan<WordInfo> words, ReadOnlySpan<Token> tokens, ReadOnlySpan<byte> rules, ReadOnlySpan<int> lines, int at, Span<uint> into)
    {
        var word = words[at];
        WordInfo? one = at > 0 ? words[at - 1] : null, two = at > 1 ? words[at - 2] : null, three = at > 2 ? words[at - 3] : null;
        WordInfo? next = at + 1 < words.Length ? words[at + 1] : null, after = at + 2 < words.Length ? words[at + 2] : null;
        var shape = word.Shape;
        var gap = (uint)tokens[at].Before;
        var ahead = at + 1 < tokens.Length ? (uint)tokens[at + 1].Before : (uint)Gap.Paragraph;
        var count = 0;
        into[count++] = FeatureHash.Mix(1, one?.Lower ?? 1, word.Lower);
        into[count++] = FeatureHash.Mix(2, word.Lower, next?.Lower ?? 1);
        into[count++] = FeatureHash.Mix(3, one?.Lower ?? 1, shape);
        into[count++] = FeatureHash.Mix(4, shape, next?.Lower ?? 1);
        into[count++] = FeatureHash.Mix(5, two?.Lower ?? 1, one?.Lower ?? 1, shape);
        into[count++] = FeatureHash.Mix(6, one?.Shape ?? 1, shape, next?.Shape ?? 1);
        into[count++] = FeatureHash.Mix(7, one?.Lower ?? 1, next?.Lower ?? 1, word.IsCapital ? 1u : 0);
        into[count++] = FeatureHash.Mix(8, two?.Lower ?? 1, one?.Lower ?? 1);
        into[count++] = FeatureHash.Mix(9, next?.Lower ?? 1, after?.Lower ?? 1, word.IsCapital ? 1u : 0);
        into[count++] = FeatureHash.Mix(10, three?.Lower ?? 1, two?.Lower ?? 1, one?.Lower ?? 1);
        into[count++] = FeatureHash.Mix(11, (uint)(one?.Kinds ?? 0), (uint)word.Kinds, (uint)(next?.Kinds ?? 0));
        into[count++] = FeatureHash.Mix(12, gap, ahead, shape);
        into[count++] = FeatureHash.Mix(13, gap, ahead, (uint)word.Kinds);
        into[count++] = FeatureHash.Mix(14, two?.Shape ?? 1, one?.Shape ?? 1, FeatureHash.Mix(0, shape, next?.Shape ?? 1));
        into[count++] = FeatureHash.Mix(15, shape, next?.Shape ?? 1, after?.Shape ?? 1);
        into[count++] = FeatureHash.Mix(16, (uint)word.Kinds, (uint)(next?.Kinds ?? 0), next?.IsCapital == true ? word.IsCapital ? 3u : 2 : word.IsCapital ? 1u : 0);
        // "Name:" and "Tel." tell what the rest of their line is.
        into[count++] = FeatureHash.Mix(17, words[lines[at]].Lower, (uint)Math.Min(at - lines[at], 3), shape);
        if (rules[at] != 0)
            into[count++] = FeatureHash.Mix(18, rules[at]);
        if (at > 0 && rules[at - 1] != 0)
            into[count++] = FeatureHash.Mix(19, rules[at - 1], shape);
        if (at + 1 < rules.Length && rules[at + 1] != 0)
            into[count++] = FeatureHash.Mix(20, rules[at + 1], shape);
        if (one is null || one.IsSign && one.Shape is var sign && (sign == FullStop || sign == Question || sign == Exclamation))
            into[count++] = FeatureHash.Mix(21, shape, (uint)word.Kinds);
        into[count++] = FeatureHash.Mix(22, (uint)(one?.Kinds ?? 0), one?.Shape ?? 1, shape);
        return count;
    }

    private static readonly uint FullStop = FeatureHash.Of(".");
    private static readonly uint Question = FeatureHash.Of("?");
    private static readonly uint Exclamation = FeatureHash.Of("!");
}
