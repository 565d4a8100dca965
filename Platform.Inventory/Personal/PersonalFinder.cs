using System.Text;
using Platform.Inventory.Classify;

namespace Platform.Inventory.Personal;

/// <summary>
/// Finds personal data inside sentences, English and Chinese, without a language model: formats with checksums by rules, names, places, organisations and addresses by trained taggers.
/// Safe for many threads at once.
/// </summary>
public static class PersonalFinder
{
    /// <summary>Raised whenever a rule or a tagger would say something else.</summary>
    public const int Version = 3;

    private const int Part = 8_192;
    private static readonly string[] Cuts = ["\n\n", "\n", "。", ". ", " "];

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
        if (text.Length <= Part)
            return FindPart(text, least);
        var all = new List<PersonalSpan>();
        for (var at = 0; at < text.Length;)
        {
            var end = Cut(text, at);
            foreach (var span in FindPart(text[at..end], least))
                all.Add(span with { Start = span.Start + at });
            at = end;
        }

        return all;
    }

    /// <summary>What shows itself by its form alone, with no word of the taggers.</summary>
    internal static IReadOnlyList<PersonalSpan> FindForms(string text)
    {
        var hits = new List<PersonalSpan>();
        FormatScanner.Find(text, hits);
        return SpanMerge.Resolve(text, hits, [], 0.5);
    }

    internal static IReadOnlyList<PersonalSpan> FindPart(ReadOnlySpan<char> text, double least, EnglishTagger? english = null)
    {
        var hits = new List<PersonalSpan>();
        FormatScanner.Find(text, hits);
        var tagged = new List<PersonalSpan>();
        int han = 0, letters = 0;
        foreach (var c in text)
        {
            if (ValueChecks.IsHan(c))
                han++;
            else if (char.IsLetter(c))
                letters++;
        }

        if (letters > 1 && (han == 0 || letters > han / 4))
            (english ?? EnglishTagger.Instance).Find(text, hits, tagged, least);
        if (han > 0)
        {
            ChineseNames.FindIntroduced(text, hits);
            ChineseTagger.Instance.Find(text, tagged, least);
        }

        return SpanMerge.Resolve(text, hits, tagged, least);
    }

    // A long document is read in parts, cut at the end of a line or a sentence.
    private static int Cut(ReadOnlySpan<char> text, int at)
    {
        if (text.Length - at <= Part)
            return text.Length;
        var part = text.Slice(at, Part);
        foreach (var mark in Cuts)
        {
            var cut = part.LastIndexOf(mark, StringComparison.Ordinal);
            if (cut > Part / 2)
                return at + cut + mark.Length;
        }

        return at + Part;
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
            if (!everything && PersonalKinds.ClassOf(span.Kind) == PersonalClass.None)
                continue;
            masked.Append(text, at, span.Start - at).Append('[').Append(PersonalKinds.NameOf(span.Kind)).Append(']');
            at = span.End;
        }

        return masked.Append(text, at, text.Length - at).ToString();
    }
}
