using System.Text;

namespace Platform.Inventory.Personal;

/// <summary>
/// Finds personal data inside sentences, English and Chinese, without a language model: formats with checksums by rules, names, places, organisations and addresses by trained taggers.
/// Safe for many threads at once.
/// </summary>
public static class PersonalFinder
{
    /// <summary>Raised whenever a rule or a tagger would say something else.</summary>
    public const int Version = 1;

    /// <summary>Spans of a text, in order and without overlaps.</summary>
    /// <param name="text">Any text; an empty one has none.</param>
    /// <param name="least">Spans that are less sure are left out. Default: 0.5.</param>
    public static IReadOnlyList<PersonalSpan> Find(string text, double least = 0.5)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Find(text.AsSpan(), least);
    }

    /// <inheritdoc cref="Find(string, double)"/>
    public static IReadOnlyList<PersonalSpan> Find(ReadOnlySpan<char> text, double least = 0.5)
    {
        var hits = new List<PersonalSpan>();
        FormatScanner.Find(text, hits);
        return SpanMerge.Resolve(hits, least);
    }

    /// <summary>The text with every personal span replaced by its kind: <c>Call [phone]</c>. The same text always gives the same.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="everything">Also what is personal only beside a person: places, organisations, dates, titles, web addresses. Default: yes.</param>
    /// <param name="least">Spans that are less sure stay. Default: 0.3, since a mask that is too wide harms less than one too narrow.</param>
    public static string Mask(string text, bool everything = true, double least = 0.3)
    {
        var spans = Find(text, least);
        if (spans.Count == 0)
            return text;
        var masked = new StringBuilder(text.Length);
        var at = 0;
        foreach (var span in spans)
        {
            if (!everything && PersonalKinds.ClassOf(span.Kind) == Classify.PersonalClass.None)
                continue;
            masked.Append(text, at, span.Start - at).Append('[').Append(PersonalKinds.NameOf(span.Kind)).Append(']');
            at = span.End;
        }

        return masked.Append(text, at, text.Length - at).ToString();
    }
}
