namespace Platform.Inventory.Personal;

/// <summary>Takes the digits of a text apart into runs of groups (<c>+44 20 7946 0958</c>, <c>6222-0212-…</c>) and asks <see cref="NumberForms"/> what they are.</summary>
internal static class NumberScanner
{
    private const int MostGroups = 10;

    /// <summary>Reads the digits at <paramref name="at"/> and returns where to go on.</summary>
    public static int Read(ReadOnlySpan<char> text, int at, List<PersonalSpan> hits)
    {
        if (at > 0 && char.IsAsciiLetter(text[at - 1]))
            return Mixed(text, at, hits);
        Span<Range> groups = stackalloc Range[MostGroups];
        var count = 0;
        var position = at;
        while (count < MostGroups)
        {
            var start = position;
            while (position < text.Length && char.IsAsciiDigit(text[position]))
                position++;
            if (position == start)
                break;
            groups[count++] = start..position;
            var gap = Gap(text, position);
            if (gap == 0)
                break;
            position += gap;
        }

        if (count == 0)
            return at + 1;
        var end = groups[count - 1].End.Value;
        if (end < text.Length && char.IsAsciiLetter(text[end]))
        {
            // 3rd, 12kg: the last group is a word of its own, unless its letter is a check sign.
            if (NumberForms.WithLetter(text, groups[count - 1], hits) is var after && after > 0)
                return after;
            var wordStart = groups[count - 1].Start.Value;
            if (count == 1)
                return Mixed(text, wordStart, hits);
            count--;
        }

        // The longest run of groups that makes sense, from the left.
        for (var first = 0; first < count;)
        {
            var taken = 0;
            for (var last = count; last > first; last--)
            {
                if (NumberForms.Judge(text, groups[first..last]) is { } hit)
                {
                    hits.Add(hit);
                    taken = last - first;
                    break;
                }
            }

            first += Math.Max(1, taken);
        }

        return Math.Max(end, at + 1);
    }

    /// <summary>Letters and digits in one word: an account, a plate, a passport.</summary>
    private static int Mixed(ReadOnlySpan<char> text, int at, List<PersonalSpan> hits)
    {
        var start = at;
        while (start > 0 && char.IsAsciiLetterOrDigit(text[start - 1]))
            start--;
        var end = at;
        while (end < text.Length && char.IsAsciiLetterOrDigit(text[end]))
            end++;
        return MixedForms.Judge(text, start, end, hits);
    }

    /// <summary>Length of what may stand between two groups of one number; 0 where the number ends.</summary>
    private static int Gap(ReadOnlySpan<char> text, int at)
    {
        var length = 0;
        while (length < 3 && at + length < text.Length && text[at + length] is ' ' or '-' or '.' or '/' or '(' or ')' or '\u00a0' or '–')
            length++;
        if (length is 0 or 3 || at + length >= text.Length || !char.IsAsciiDigit(text[at + length]))
            return 0;
        var gap = text.Slice(at, length);
        return length == 1 ? (gap[0] is '(' or ')' ? (gap[0] == ')' ? 1 : 0) : 1) : gap is ") " or " (" or ")-" or "-(" or " -" or "- " or ". " or ")." ? 2 : 0;
    }
}
