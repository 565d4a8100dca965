namespace Platform.Workflows.Authoring;

/// <summary>Brings together what two sides made of one text.</summary>
public static class TextMerge
{
    /// <summary>Both changes where they touch different places; else <paramref name="mine"/>, in which the other change is lost.</summary>
    /// <param name="from">What both began from.</param>
    /// <param name="mine">What one side made of it.</param>
    /// <param name="theirs">What the other side made of it.</param>
    public static string Merge(string from, string mine, string theirs)
    {
        if (mine == from)
            return theirs;
        if (theirs == from || theirs == mine)
            return mine;
        var (own, other) = (Changed(from, mine), Changed(from, theirs));
        // The earlier change, and behind it the text with the later one.
        if (own.End <= other.Start && own.Start < other.Start)
            return string.Concat(mine.AsSpan(0, own.End + mine.Length - from.Length), theirs.AsSpan(own.End));
        if (other.End <= own.Start && other.Start < own.Start)
            return string.Concat(theirs.AsSpan(0, other.End + theirs.Length - from.Length), mine.AsSpan(other.End));
        return mine;
    }

    /// <summary>The part of the text that a side replaced.</summary>
    private static (int Start, int End) Changed(string from, string to)
    {
        var start = from.AsSpan().CommonPrefixLength(to);
        var same = 0;
        while (same < Math.Min(from.Length, to.Length) - start && from[^(same + 1)] == to[^(same + 1)])
            same++;
        return (start, from.Length - same);
    }
}
