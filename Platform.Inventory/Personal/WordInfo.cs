using Platform.Inventory.Classify;

namespace Platform.Inventory.Personal;

/// <summary>What a word is known to be; bits.</summary>
[Flags]
internal enum WordKinds : byte
{
    None = 0,
    GivenName = 1,
    FamilyName = 2,
    City = 4,
    Country = 8,
    Street = 16,
    Company = 32,

    /// <summary>A word that texts write in lower case.</summary>
    Common = 64,

    /// <summary>An adjective or a people of a country.</summary>
    Nation = 128,
}

/// <summary>A word as the features see it, without its place in a text.</summary>
internal sealed class WordInfo
{
    /// <param name="word">The word; not empty.</param>
    /// <param name="kinds">What it is known to be.</param>
    /// <param name="hidden">In training: a number that stands for the word itself, so that the tagger learns to do without it. Null for none.</param>
    public WordInfo(ReadOnlySpan<char> word, WordKinds kinds, uint? hidden = null)
    {
        Kinds = kinds;
        Lower = hidden ?? FeatureHash.Lower(word);
        Shape = ShapeOf(word);
        Exact = hidden ?? FeatureHash.Of(word);
        Length = word.Length;
        IsCapital = char.IsUpper(word[0]);
        IsSign = word.Length == 1 && !char.IsLetterOrDigit(word[0]);
        // A name that nobody has seen still ends like one.
        Span<uint> parts = stackalloc uint[8];
        var count = 0;
        for (var length = 1; length <= 4; length++)
        {
            if (word.Length > length)
            {
                parts[count++] = FeatureHash.Mix(length, FeatureHash.Lower(word[..length]));
                parts[count++] = FeatureHash.Mix(length + 8, FeatureHash.Lower(word[^length..]));
            }
        }

        Affixes = parts[..count].ToArray();
    }

    public WordKinds Kinds { get; }

    public uint Lower { get; }

    public uint Exact { get; }

    /// <summary>Runs of capitals, small letters, digits (counted) and signs.</summary>
    public uint Shape { get; }

    public uint[] Affixes { get; }

    public int Length { get; }

    public bool IsCapital { get; }

    public bool IsSign { get; }

    /// <summary>Scores of the word's own features, seen from two places before it to two after; null until a tagger has made them.</summary>
    public short[]? Scores { get; set; }

    private static uint ShapeOf(ReadOnlySpan<char> word)
    {
        Span<char> shape = stackalloc char[16];
        var count = 0;
        var run = 0;
        char last = default;
        foreach (var c in word)
        {
            var kind = char.IsUpper(c) ? 'X' : char.IsLetter(c) ? ValueChecks.IsHan(c) ? 'h' : 'x' : char.IsDigit(c) ? 'd' : c;
            // Two letters more than one are alike; of digits the number tells.
            run = kind == last ? run + 1 : 1;
            last = kind;
            if (count < 16 && (kind == 'd' ? run <= 8 : run <= 2))
                shape[count++] = kind;
        }

        return FeatureHash.Of(shape[..count]);
    }
}

/// <summary>Hashes of features: FNV-1a over what they are made of, mixed with the number of the template.</summary>
internal static class FeatureHash
{
    public static uint Of(ReadOnlySpan<char> text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
            hash = (hash ^ c) * 16777619u;
        return hash;
    }

    public static uint Lower(ReadOnlySpan<char> text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
            hash = (hash ^ (c < 128 ? c is >= 'A' and <= 'Z' ? (uint)(c | 32) : c : char.ToLowerInvariant(c))) * 16777619u;
        return hash;
    }

    public static uint Mix(int template, uint a, uint b = 0, uint c = 0)
    {
        var hash = (uint)template * 0x9E3779B1u;
        hash = (hash ^ a) * 0x85EBCA6Bu;
        hash = (hash ^ (hash >> 15) ^ b) * 0xC2B2AE35u;
        hash = (hash ^ (hash >> 13) ^ c) * 0x27D4EB2Fu;
        return hash ^ (hash >> 16);
    }
}
