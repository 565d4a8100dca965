namespace Platform.Inventory.Personal;

/// <summary>Makes one list of spans without overlaps out of what rules and taggers found.</summary>
internal static class SpanMerge
{
    /// <summary>A rule from here on is surer than any tagger.</summary>
    private const double SureRule = 0.8;

    /// <summary>Sure rules first, then whatever is surer; what a tagger found beside them is cut to what they leave of it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="rules">What the rules found.</param>
    /// <param name="tagged">What the taggers found.</param>
    /// <param name="least">Spans that are less sure are left out.</param>
    public static IReadOnlyList<PersonalSpan> Resolve(ReadOnlySpan<char> text, List<PersonalSpan> rules, List<PersonalSpan> tagged, double least)
    {
        var all = new List<(PersonalSpan Span, double Rank)>(rules.Count + tagged.Count);
        foreach (var span in rules)
        {
            if (span.Confidence >= least)
                all.Add((span, span.Confidence >= SureRule ? span.Confidence + 1 : span.Confidence));
        }

        foreach (var span in tagged)
        {
            if (span.Confidence >= least && HasItsForm(text, span))
                all.Add((span, span.Confidence));
        }

        all.Sort(static (a, b) => a.Rank != b.Rank ? b.Rank.CompareTo(a.Rank) : a.Span.Length != b.Span.Length ? b.Span.Length - a.Span.Length : a.Span.Start - b.Span.Start);
        var kept = new List<PersonalSpan>(all.Count);
        foreach (var (span, _) in all)
        {
            if (Left(text, span, kept) is { } left)
                kept.Add(left);
        }

        kept.Sort(static (a, b) => a.Start - b.Start);
        return kept;
    }

    // What has a checksum or a form is the rules' to find; a number that is none of it needs words that tell.
    private static bool HasItsForm(ReadOnlySpan<char> text, PersonalSpan span) => span.Kind switch
    {
        PersonalKind.Email or PersonalKind.Url or PersonalKind.Iban or PersonalKind.IpAddress => false,
        PersonalKind.BankCard or PersonalKind.NationalId or PersonalKind.Phone or PersonalKind.DrivingLicence => text[span.Start..span.End].ContainsAnyInRange('0', '9') && NumberForms.IsTold(text, span),
        PersonalKind.Postcode => text[span.Start..span.End].ContainsAnyInRange('0', '9'),
        _ => true,
    };

    /// <summary>What the spans already kept leave of one: all, its longer end, or nothing.</summary>
    private static PersonalSpan? Left(ReadOnlySpan<char> text, PersonalSpan span, List<PersonalSpan> kept)
    {
        int start = span.Start, end = span.End;
        foreach (var other in kept)
        {
            if (other.End <= start || other.Start >= end)
                continue;
            if (other.Start - start >= end - other.End)
                end = other.Start;
            else
                start = other.End;
            if (end <= start)
                return null;
        }

        if (start == span.Start && end == span.End)
            return span;
        while (start < end && !char.IsLetterOrDigit(text[start]))
            start++;
        while (end > start && !char.IsLetterOrDigit(text[end - 1]))
            end--;
        return end - start < 2 ? null : span with { Start = start, Length = end - start };
    }
}
