using System.Globalization;

namespace Platform.Inventory.Duplicates;

/// <summary>How alike two values are, from 0 to 1. All of them are symmetric.</summary>
internal static class Comparators
{
    /// <summary>Jaro's similarity with Winkler's bonus for a common beginning.</summary>
    public static double JaroWinkler(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.SequenceEqual(b))
            return 1;
        if (a.IsEmpty || b.IsEmpty)
            return 0;
        var window = Math.Max(0, Math.Max(a.Length, b.Length) / 2 - 1);
        Span<bool> usedA = a.Length <= 256 ? stackalloc bool[a.Length] : new bool[a.Length];
        Span<bool> usedB = b.Length <= 256 ? stackalloc bool[b.Length] : new bool[b.Length];
        usedA.Clear();
        usedB.Clear();
        var common = 0;
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = Math.Max(0, i - window); j < Math.Min(b.Length, i + window + 1); j++)
            {
                if (usedB[j] || a[i] != b[j])
                    continue;
                usedA[i] = usedB[j] = true;
                common++;
                break;
            }
        }

        if (common == 0)
            return 0;
        int moved = 0, at = 0;
        for (var i = 0; i < a.Length; i++)
        {
            if (!usedA[i])
                continue;
            while (!usedB[at])
                at++;
            moved += a[i] != b[at++] ? 1 : 0;
        }

        var jaro = ((double)common / a.Length + (double)common / b.Length + (common - moved / 2.0) / common) / 3;
        var prefix = 0;
        while (prefix < 4 && prefix < a.Length && prefix < b.Length && a[prefix] == b[prefix])
            prefix++;
        return jaro + prefix * 0.1 * (1 - jaro);
    }

    /// <summary>One minus the share of characters edited, neighbours that change places counting once.</summary>
    public static double Edits(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var longest = Math.Max(a.Length, b.Length);
        if (longest == 0 || a.SequenceEqual(b))
            return 1;
        if (longest > 64)
            return JaroWinkler(a, b);
        Span<int> rows = stackalloc int[3 * (b.Length + 1)];
        var width = b.Length + 1;
        for (var j = 0; j <= b.Length; j++)
            rows[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var now = rows.Slice(i % 3 * width, width);
            var before = rows.Slice((i + 2) % 3 * width, width);
            var earlier = rows.Slice((i + 1) % 3 * width, width);
            now[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Math.Min(before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), Math.Min(before[j], now[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost = Math.Min(cost, earlier[j - 2] + 1);
                now[j] = cost;
            }
        }

        return 1 - (double)rows[a.Length % 3 * width + b.Length] / longest;
    }

    /// <summary>The mean over the words of the shorter text of the most alike word of the other (Monge and Elkan), in both directions, the better of it and the whole texts' own.</summary>
    public static double Text(string a, string[] wordsA, string b, string[] wordsB)
    {
        var whole = JaroWinkler(a, b);
        if (wordsA.Length <= 1 && wordsB.Length <= 1)
            return whole;
        return Math.Max(whole, (Directed(wordsA, wordsB) + Directed(wordsB, wordsA)) / 2);
    }

    /// <summary>The smaller of two quantities by the larger; 1 where they are the same.</summary>
    public static double Number(string a, string b)
    {
        if (!double.TryParse(a.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture, out var x) || !double.TryParse(b.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture, out var y))
            return Edits(a, b);
        if (x == y)
            return 1;
        var most = Math.Max(Math.Abs(x), Math.Abs(y));
        return Math.Max(0, 1 - Math.Abs(x - y) / most);
    }

    private static double Directed(string[] from, string[] to)
    {
        if (from.Length == 0 || to.Length == 0)
            return 0;
        double sum = 0, weights = 0;
        foreach (var word in from)
        {
            var best = 0.0;
            foreach (var other in to)
                best = Math.Max(best, JaroWinkler(word, other));
            // Words that are not nearly the same are other words.
            sum += word.Length * (best < 0.8 ? best * 0.5 : best);
            weights += word.Length;
        }

        return sum / weights;
    }
}
