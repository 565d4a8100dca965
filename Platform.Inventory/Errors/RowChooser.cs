namespace Platform.Inventory.Errors;

/// <summary>Picks the rows to label: those whose cells lie in the most clusters that are large, undecided and not labelled yet.</summary>
internal static class RowChooser
{
    private const int Candidates = 20_000;

    public static IReadOnlyList<int> Choose(CellTable table, CellFeatures[] features, CellClusters[] clusters, double[][] scores, IReadOnlyCollection<CellLabel> labels, int count, int seed)
    {
        var random = new Random(seed + labels.Count);
        var taken = labels.Select(label => label.Row).ToHashSet();
        var rows = Enumerable.Range(0, table.Rows).Where(row => !taken.Contains(row)).ToArray();
        random.Shuffle(rows);
        if (rows.Length > Candidates)
            rows = rows[..Candidates];
        var worth = new double[features.Length][];
        for (var column = 0; column < features.Length; column++)
            worth[column] = Worth(features[column], clusters[column], scores[column], labels.Where(label => label.Column == column));
        var chosen = new List<int>();
        while (chosen.Count < count && chosen.Count < rows.Length)
        {
            var best = (Row: -1, Value: double.MinValue);
            foreach (var row in rows)
            {
                if (taken.Contains(row))
                    continue;
                var value = 0.0;
                for (var column = 0; column < features.Length; column++)
                {
                    var kind = features[column].Kinds[row];
                    var p = scores[column][kind];
                    value += worth[column][clusters[column].OfKind[kind]] * (0.2 + 4 * p * (1 - p));
                }

                if (value > best.Value)
                    best = (row, value);
            }

            chosen.Add(best.Row);
            taken.Add(best.Row);
            for (var column = 0; column < features.Length; column++)
                worth[column][clusters[column].OfKind[features[column].Kinds[best.Row]]] /= 4;
        }

        return chosen;
    }

    private static double[] Worth(CellFeatures features, CellClusters clusters, double[] scores, IEnumerable<CellLabel> labels)
    {
        var doubt = new double[clusters.Count];
        for (var kind = 0; kind < features.KindCount; kind++)
            doubt[clusters.OfKind[kind]] += features.Counts[kind] * 4 * scores[kind] * (1 - scores[kind]);
        var worth = new double[clusters.Count];
        var total = Math.Max(1, features.Kinds.Length);
        for (var cluster = 0; cluster < worth.Length; cluster++)
        {
            var cells = Math.Max(1, clusters.Cells[cluster]);
            worth[cluster] = Math.Sqrt((double)cells / total) * (0.1 + doubt[cluster] / cells);
        }

        foreach (var label in labels)
            worth[clusters.OfKind[features.Kinds[label.Row]]] /= 4;
        return worth;
    }
}
