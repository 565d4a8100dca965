namespace Platform.Catalog.Search;

/// <summary>Finds in a text the places that a query's words matched, for people to see why something was found.</summary>
internal sealed class Highlighter(IReadOnlyList<string> words)
{
    /// <summary>The places of the words in a text, in order, without overlaps; empty where none is in it.</summary>
    internal IReadOnlyList<MatchedPlace> Find(string? text)
    {
        if (string.IsNullOrEmpty(text) || words.Count == 0)
            return [];
        var places = new List<MatchedPlace>();
        foreach (var word in words)
        {
            var before = places.Count;
            for (var at = 0; at < text.Length && text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase) is >= 0 and var next; at = next + word.Length)
                places.Add(new MatchedPlace(next, word.Length));
            if (places.Count == before)
                places.AddRange(Readings.Places(text, word));
            if (places.Count == before && word.Length >= 4 && !SearchText.IsIdeographic(word[0]))
                places.AddRange(Resembling(text, word));
        }

        return Merge(places);
    }

    /// <summary>Words of the text that the word may be mistyped from.</summary>
    private static IEnumerable<MatchedPlace> Resembling(string text, string word)
    {
        var most = word.Length >= 8 ? 2 : 1;
        for (var i = 0; i < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[i]))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < text.Length && char.IsLetterOrDigit(text[i]))
                i++;
            if (Math.Abs(i - start - word.Length) <= most && Distance(text.AsSpan(start, i - start), word) <= most)
                yield return new MatchedPlace(start, i - start);
        }
    }

    private static int Distance(ReadOnlySpan<char> text, string word)
    {
        var above2 = new int[word.Length + 1];
        var above = new int[word.Length + 1];
        var row = new int[word.Length + 1];
        for (var i = 0; i <= word.Length; i++)
            above[i] = i;
        for (var t = 0; t < text.Length; t++)
        {
            var letter = char.ToLowerInvariant(text[t]);
            row[0] = t + 1;
            for (var i = 1; i <= word.Length; i++)
            {
                row[i] = Math.Min(Math.Min(above[i] + 1, row[i - 1] + 1), above[i - 1] + (letter == word[i - 1] ? 0 : 1));
                if (t > 0 && i > 1 && letter == word[i - 2] && char.ToLowerInvariant(text[t - 1]) == word[i - 1])
                    row[i] = Math.Min(row[i], above2[i - 2] + 1);
            }

            (above2, above, row) = (above, row, above2);
        }

        return above[word.Length];
    }

    private static List<MatchedPlace> Merge(List<MatchedPlace> places)
    {
        places.Sort((a, b) => a.Start.CompareTo(b.Start));
        var merged = new List<MatchedPlace>();
        foreach (var place in places)
        {
            if (merged.Count > 0 && place.Start <= merged[^1].Start + merged[^1].Length)
                merged[^1] = merged[^1] with { Length = Math.Max(merged[^1].Length, place.Start + place.Length - merged[^1].Start) };
            else
                merged.Add(place);
        }

        return merged;
    }
}
