using System.Runtime.InteropServices;

namespace Platform.Inventory.Errors;

/// <summary>Characters, and pairs of neighbouring ones, that a value has and the column's other values have not.</summary>
internal static class CharacterSignals
{
    /// <summary>Fills the strategy's strength, and as plain features the rarest character and the share of pairs that no other value has.</summary>
    public static void Fill(CellColumn column, int filled, float[] strength, float[] rarest, float[] lonelyPairs)
    {
        var cells = new Dictionary<char, int>();
        var pairs = new Dictionary<int, int>();
        var seenCharacters = new HashSet<char>();
        var seenPairs = new HashSet<int>();
        for (var code = 0; code < column.Values.Count; code++)
        {
            Gather(column.Values[code], seenCharacters, seenPairs);
            foreach (var c in seenCharacters)
                CollectionsMarshal.GetValueRefOrAddDefault(cells, c, out _) += column.Counts[code];
            foreach (var pair in seenPairs)
                CollectionsMarshal.GetValueRefOrAddDefault(pairs, pair, out _)++;
        }

        for (var code = 0; code < column.Values.Count; code++)
        {
            if (code == column.MissingCode)
                continue;
            Gather(column.Values[code], seenCharacters, seenPairs);
            var least = seenCharacters.Min(c => (double)cells[c] / Math.Max(1, filled));
            var odd = seenCharacters.Where(c => !char.IsLetterOrDigit(c)).Select(c => (double)cells[c] / Math.Max(1, filled)).DefaultIfEmpty(1).Min();
            var lonely = column.Values.Count < 8 ? 0 : (double)seenPairs.Count(pair => pairs[pair] == 1) / Math.Max(1, seenPairs.Count);
            rarest[code] = (float)Math.Min(1, -Math.Log10(Math.Max(1e-4, least)) / 4);
            lonelyPairs[code] = (float)lonely;
            // A sign that hardly any cell has says more than a rare letter: every alphabet has a z.
            strength[code] = (float)Math.Max(0.4 * Math.Clamp((0.01 - odd) / 0.01, 0, 1), 0.35 * lonely * Math.Clamp((0.02 - least) / 0.02, 0, 1));
        }
    }

    /// <summary>The characters that some and not all of the cells have, at most as many as asked for, the evenest first: what a classifier splits by.</summary>
    public static char[] Splitting(CellColumn column, int most)
    {
        var cells = new Dictionary<char, long>();
        var seen = new HashSet<char>();
        for (var code = 0; code < column.Values.Count; code++)
        {
            seen.Clear();
            seen.UnionWith(column.Values[code]);
            foreach (var c in seen)
                CollectionsMarshal.GetValueRefOrAddDefault(cells, c, out _) += column.Counts[code];
        }

        var rows = column.Codes.Length;
        return [.. cells.Where(pair => pair.Value < rows && pair.Value >= 2 && pair.Key < 0x2E80)
            .OrderBy(pair => char.IsLetterOrDigit(pair.Key) ? 1 : 0).ThenByDescending(pair => Math.Min(pair.Value, rows - pair.Value)).ThenBy(pair => pair.Key)
            .Take(most).Select(pair => pair.Key)];
    }

    private static void Gather(string value, HashSet<char> characters, HashSet<int> pairs)
    {
        characters.Clear();
        pairs.Clear();
        var last = '\u0002';
        foreach (var raw in value)
        {
            var c = char.IsDigit(raw) ? '9' : char.ToLowerInvariant(raw);
            characters.Add(c);
            pairs.Add((last << 16) | c);
            last = c;
        }

        if (value.Length > 0)
            pairs.Add((last << 16) | '\u0003');
    }
}
