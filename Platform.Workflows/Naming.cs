using System.Text.Json;

namespace Platform.Workflows;

/// <summary>Names as workflows write them, and what a misspelt one may have meant.</summary>
public static class Naming
{
    /// <summary><c>OnMissing</c> as <c>on_missing</c>.</summary>
    public static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    /// <summary><c>ReplaceInterval</c> as <c>replace-interval</c>.</summary>
    public static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    /// <summary><c>OnMissing</c> as <c>On missing</c>.</summary>
    public static string Sentence(string name)
    {
        var words = Snake(name).Replace('_', ' ');
        return words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>A sentence that helps on: the nearest name, else the list of them where it is short. Starts with a space, or is empty.</summary>
    public static string DidYouMean(string name, IEnumerable<string> candidates)
    {
        var all = candidates.ToList();
        if (Nearest(name, all) is { } nearest)
            return $" Did you mean '{nearest}'?";
        return all.Count switch
        {
            0 => "",
            <= 16 => $" Known are {string.Join(", ", all)}.",
            _ => "",
        };
    }

    /// <summary>The candidate that is nearest to <paramref name="name"/>; null where none is near.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        string? best = null;
        var least = 1 + name.Length switch
        {
            <= 3 => 1,
            <= 7 => 2,
            _ => name.Length / 3,
        };
        foreach (var candidate in candidates)
        {
            if (Math.Abs(candidate.Length - name.Length) >= least)
                continue;
            var distance = Distance(name, candidate);
            if (distance >= least)
                continue;
            least = distance;
            best = candidate;
        }
        return best;
    }

    /// <summary>Edits (insert, delete, replace, swap of neighbours) that lead from one to the other, whatever the case.</summary>
    private static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var above = new int[b.Length + 1];
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            above[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                row[j] = Math.Min(Math.Min(row[j - 1], above[j]) + 1, above[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 2]) && char.ToLowerInvariant(a[i - 2]) == char.ToLowerInvariant(b[j - 1]))
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, above, row) = (above, row, before);
        }
        return above[b.Length];
    }
}
