namespace Platform.Catalog.Govern;

/// <summary>What people may write into the catalog: texts of a length that pages can show and indexes can hold, without the character that PostgreSQL cannot keep.</summary>
internal static class SaidText
{
    /// <summary>Longest name, tag, owner, domain or tier, in characters.</summary>
    internal const int Short = 200;

    /// <summary>Longest description or definition, in characters.</summary>
    internal const int Long = 20_000;

    /// <summary>Longest reason for a change, in characters.</summary>
    internal const int Note = 2_000;

    /// <summary>Most tags of an asset, synonyms of a term, columns or checks of a contract.</summary>
    internal const int Most = 1_000;

    /// <summary>Checks a text; null is none.</summary>
    /// <exception cref="ArgumentException">It is too long or holds U+0000.</exception>
    internal static void Check(string what, string? text, int most)
    {
        if (text?.Length > most)
            throw new ArgumentException($"{what} has {text.Length:N0} characters. Give at most {most:N0}.");
        if (text?.Contains('\0', StringComparison.Ordinal) == true)
            throw new ArgumentException($"{what} holds the character U+0000, which cannot be kept. Take it out.");
    }

    /// <summary>Checks a list of short texts; null is none.</summary>
    /// <exception cref="ArgumentException">It is too long, one of them is, or one is missing.</exception>
    internal static void Check(string what, IReadOnlyCollection<string?>? texts)
    {
        if (texts?.Count > Most)
            throw new ArgumentException($"{what} are {texts.Count:N0}. Give at most {Most:N0}.");
        foreach (var text in texts ?? [])
            Check($"One of the {what.ToLowerInvariant()}", text ?? throw new ArgumentException($"One of the {what.ToLowerInvariant()} is null. Give texts."), Short);
    }
}
