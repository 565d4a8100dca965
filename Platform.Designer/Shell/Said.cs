using System.Globalization;
using System.Resources;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;
using Platform.Designer.Language;

namespace Platform.Designer.Shell;

/// <summary>
/// What the engine and the activities say in English, in the reader's language where the pages know the sentence: the texts whose keys begin with <c>Said.</c> are the sentences with places for what differs.
/// Anything else stays as it was said, as logs do: they hold the words of other programs, and are searched and quoted as they are.
/// </summary>
internal static partial class Said
{
    // Sentences are short; the last lines of a program's output behind one may be long.
    private const int Longest = 4_000;

    private static readonly Lazy<IReadOnlyList<(string Key, Regex Sentence)>> Sentences = new(Read);

    /// <summary>A sentence in the reader's language, or as it is.</summary>
    public static string In(string sentence, IStringLocalizer<Texts> texts)
    {
        if (CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" || sentence.Length > Longest || Find(sentence) is not { } found)
            return sentence;
        return texts[found.Key, [.. found.Values.Select(v => (object)Inner(v, texts))]];
    }

    /// <summary>The key of a sentence and what stands in its places; null where the pages do not know it.</summary>
    internal static (string Key, IReadOnlyList<string> Values)? Find(string sentence)
    {
        foreach (var (key, pattern) in Sentences.Value)
        {
            if (pattern.Match(sentence) is not { Success: true } match)
                continue;
            // The places of a sentence need not stand in their order.
            return (key, [.. match.Groups.Values.Skip(1).OrderBy(g => int.Parse(g.Name[1..], CultureInfo.InvariantCulture)).Select(g => g.Value)]);
        }
        return null;
    }

    /// <summary>A sentence within a sentence, and the states of tasks.</summary>
    private static string Inner(string value, IStringLocalizer<Texts> texts)
    {
        if (States().IsMatch(value))
            return States().Replace(value, m => $"{m.Groups[1].Value} {texts.Or("State." + m.Groups[2].Value, m.Groups[2].Value)}");
        return value.Length < Longest && Find(value) is { } inner ? texts[inner.Key, [.. inner.Values]] : texts.Or("State." + value, value);
    }

    private static List<(string, Regex)> Read()
    {
        var english = new ResourceManager(typeof(Texts)).GetResourceSet(CultureInfo.InvariantCulture, true, false)!;
        return [.. english.Cast<System.Collections.DictionaryEntry>().Where(e => ((string)e.Key).StartsWith("Said.", StringComparison.Ordinal)).Select(e => (Key: (string)e.Key, Text: (string)e.Value!))
            // The most particular first: it has the most of its own words.
            .OrderByDescending(e => Places().Replace(e.Text, "").Length).Select(e => (e.Key, Pattern(e.Text)))];
    }

    private static Regex Pattern(string text)
    {
        var pattern = new StringBuilder("^");
        var at = 0;
        foreach (var place in Places().EnumerateMatches(text))
        {
            pattern.Append(Regex.Escape(text[at..place.Index])).Append("(?<p").Append(text[place.Index + 1]).Append(">.+?)");
            at = place.Index + place.Length;
        }
        return new Regex(pattern.Append(Regex.Escape(text[at..])).Append('$').ToString(), RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Places();

    [GeneratedRegex(@"('[^']+') is (failed|upstream_failed|skipped|success|canceled)")]
    private static partial Regex States();
}
