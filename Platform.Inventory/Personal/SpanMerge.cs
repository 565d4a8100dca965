namespace Platform.Inventory.Personal;

/// <summary>Makes one list of spans without overlaps out of all that rules and taggers found.</summary>
internal static class SpanMerge
{
    /// <summary>The surer span wins, the longer one where they are as sure.</summary>
    public static IReadOnlyList<PersonalSpan> Resolve(List<PersonalSpan> found, double least)
    {
        found.RemoveAll(span => span.Confidence < least || span.Length == 0);
        if (found.Count < 2)
            return found;
        found.Sort(static (a, b) => a.Confidence != b.Confidence ? b.Confidence.CompareTo(a.Confidence) : a.Length != b.Length ? b.Length - a.Length : a.Start - b.Start);
        var kept = new List<PersonalSpan>(found.Count);
        foreach (var span in found)
        {
            var free = true;
            foreach (var other in kept)
                free &= span.End <= other.Start || span.Start >= other.End;
            if (free)
                kept.Add(span);
        }

        kept.Sort(static (a, b) => a.Start - b.Start);
        return kept;
    }
}
