using System.Runtime.InteropServices;

namespace Platform.Inventory.Errors;

/// <summary>A more frequent text near a rare one: which, and how strongly it speaks for a slip of the pen, 0 to 1.</summary>
internal readonly record struct SpellingNeighbour(int Frequent, double Strength);

/// <summary>
/// Finds for each rare text the more frequent one that it is probably a misspelling of. Pairs are compared by edit distance after a bound by
/// their counts of characters, and at most <see cref="Budget"/> of them.
/// </summary>
internal static class SpellingNeighbours
{
    private const int Budget = 4_000_000;
    private const int MaxLength = 256;

    public static SpellingNeighbour?[] Find(IReadOnlyList<string> texts, IReadOnlyList<int> counts, int minLength, CancellationToken cancellationToken)
    {
        var found = new SpellingNeighbour?[texts.Count];
        var order = Enumerable.Range(0, texts.Count).Where(i => texts[i].Length >= minLength && texts[i].Length <= MaxLength && IsWording(texts[i])).OrderByDescending(i => counts[i]).ToArray();
        var frequent = order.TakeWhile(i => counts[i] >= 3).ToArray();
        if (frequent.Length == 0)
            return found;
        var lower = texts.Select(text => text.ToLowerInvariant()).ToArray();
        var masks = order.ToDictionary(i => i, i => Histogram(lower[i]));
        var byLength = frequent.GroupBy(i => texts[i].Length).ToDictionary(group => group.Key, group => group.ToArray());
        var spent = 0L;
        var rows = new int[2 * (MaxLength + 2)];
        foreach (var rare in order.Reverse())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (spent > Budget)
                break;
            var length = texts[rare].Length;
            var most = MostEdits(length);
            for (var size = Math.Max(minLength, length - most); size <= length + most; size++)
            {
                if (!byLength.TryGetValue(size, out var near))
                    continue;
                foreach (var candidate in near)
                {
                    var ratio = (double)counts[candidate] / counts[rare];
                    if (ratio < 3)
                        break;
                    spent++;
                    if (Apart(masks[rare], masks[candidate]) > 2 * most)
                        continue;
                    var edits = Distance(lower[rare], lower[candidate], most, rows);
                    if (edits > most || OnlyDigitsDiffer(lower[rare], lower[candidate]))
                        continue;
                    var part = DifferingPart(lower[rare], lower[candidate], edits);
                    if (part is null)
                        continue;
                    var strength = Strength(edits, Math.Max(length, size), ratio) * part.Value * Chance(counts[rare], counts[candidate]);
                    if (strength > (found[rare]?.Strength ?? 0.05))
                        found[rare] = new SpellingNeighbour(candidate, strength);
                }
            }
        }

        return found;
    }

    private static int MostEdits(int length) => length switch { <= 3 => 1, <= 7 => 2, _ => Math.Min(24, (int)(length * 0.3)) };

    // Five times as frequent is a half of the way; a third of the letters wrong is near the end of what a slip does.
    private static double Strength(int edits, int length, double ratio)
    {
        var alike = 1 - (double)edits / length;
        var near = length <= 3 ? 0.55 : Math.Clamp((alike - 0.5) / 0.3, 0, 1);
        return near * (1 - 1 / (1 + (ratio - 1) / 4));
    }

    /// <summary>The same slip seldom happens often: a rare text that has more cells than slips of the frequent one explain is a value of its own.</summary>
    private static double Chance(int rare, int frequent) => Math.Clamp(2 - rare / (2.5 * (1 + 0.004 * frequent)), 0.3, 1);

    /// <summary>Times, codes and phone numbers near each other are different ones.</summary>
    private static bool IsWording(string text)
    {
        int letters = 0, digits = 0;
        foreach (var c in text)
        {
            letters += char.IsLetter(c) ? 1 : 0;
            digits += char.IsDigit(c) ? 1 : 0;
        }

        return letters > digits;
    }

    /// <summary>
    /// A slip changes a part of a word; another word in its place is another value: Dark Ale, Pale Ale. How far the words that differ are the same,
    /// from 0.5 to 1; null where they are others.
    /// </summary>
    internal static double? DifferingPart(string a, string b, int edits)
    {
        var start = 0;
        while (start < a.Length && start < b.Length && a[start] == b[start])
            start++;
        var end = 0;
        while (end < a.Length - start && end < b.Length - start && a[^(end + 1)] == b[^(end + 1)])
            end++;
        while (start > 0 && char.IsLetterOrDigit(a[start - 1]))
            start--;
        while (end > 0 && char.IsLetterOrDigit(a[^end]))
            end--;
        var length = Math.Max(a.Length, b.Length) - start - end;
        var alike = 1 - (double)edits / Math.Max(1, length);
        return alike < 0.45 ? null : Math.Clamp(0.5 + (alike - 0.45) * 2.5, 0.5, 1);
    }

    /// <summary>Numbered variants of one text are no misspellings: step 1 and step 2.</summary>
    private static bool OnlyDigitsDiffer(string a, string b)
    {
        int i = 0, j = 0;
        while (true)
        {
            var digits = false;
            while (i < a.Length && char.IsDigit(a[i]))
                (i, digits) = (i + 1, true);
            var others = false;
            while (j < b.Length && char.IsDigit(b[j]))
                (j, others) = (j + 1, true);
            if (digits != others)
                return false;
            if (i >= a.Length || j >= b.Length)
                return i >= a.Length && j >= b.Length && a.Any(char.IsDigit);
            if (a[i++] != b[j++])
                return false;
        }
    }

    /// <summary>How often each of 32 classes of characters occurs, capped at 255.</summary>
    private static byte[] Histogram(string text)
    {
        var histogram = new byte[32];
        foreach (var c in text)
        {
            ref var count = ref histogram[c & 31];
            if (count < 255)
                count++;
        }

        return histogram;
    }

    private static int Apart(byte[] a, byte[] b)
    {
        var sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += Math.Abs(a[i] - b[i]);
        return sum;
    }

    /// <summary>Edits (insert, delete, replace) from one text to the other; more than <paramref name="most"/> comes back as most + 1.</summary>
    public static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int most, int[]? room = null)
    {
        if (Math.Abs(a.Length - b.Length) > most)
            return most + 1;
        room = room is not null && room.Length >= 2 * (b.Length + 1) ? room : new int[2 * (b.Length + 1)];
        var before = room.AsSpan(0, b.Length + 1);
        var now = room.AsSpan(b.Length + 1, b.Length + 1);
        for (var j = 0; j <= b.Length; j++)
            before[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            now[0] = i;
            var best = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost = Math.Min(cost, Math.Min(before[j], now[j - 1]) + 1);
                now[j] = cost;
                best = Math.Min(best, cost);
            }

            if (best > most)
                return most + 1;
            var swap = before;
            before = now;
            now = swap;
        }

        return before[b.Length];
    }

    /// <summary>The words of a text of four letters or more, where a slip can be told.</summary>
    public static IEnumerable<string> Words(string text) =>
        text.Split([' ', ',', '.', ';', ':', '/', '-', '_', '(', ')', '"', '\'', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.Length >= 4);

    /// <summary>For each text the strength of its most suspicious word.</summary>
    public static double[] FindWords(IReadOnlyList<string> texts, IReadOnlyList<int> counts, CancellationToken cancellationToken)
    {
        var words = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < texts.Count; i++)
        {
            foreach (var word in Words(texts[i]))
                CollectionsMarshal.GetValueRefOrAddDefault(words, word, out _) += counts[i];
        }

        var list = words.Keys.ToArray();
        var near = Find(list, [.. list.Select(word => words[word])], 4, cancellationToken);
        var strengths = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < list.Length; i++)
        {
            if (near[i] is { } neighbour)
                strengths[list[i]] = neighbour.Strength;
        }

        return [.. texts.Select(text => Words(text).Select(word => strengths.GetValueOrDefault(word)).DefaultIfEmpty(0).Max())];
    }
}
