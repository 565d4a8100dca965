namespace Platform.Inventory.Errors;

/// <summary>
/// Where rows of one thing come from several sources, some are wrong more often than others: each source is trusted as far as it agrees with the
/// others, and its word counts accordingly (Yin, Han, Yu: Truth discovery with multiple conflicting information providers, KDD 2007; one round).
/// </summary>
internal sealed class SourceTrust
{
    private SourceTrust(float[] weights, float[] distrust) => (Weights, Distrust) = (weights, distrust);

    /// <summary>How much each row's word counts.</summary>
    public float[] Weights { get; }

    /// <summary>How often the row's source is against the others, 0 to 1.</summary>
    public float[] Distrust { get; }

    /// <summary>Looks for a column that names the sources: one that says how often a row is against its group.</summary>
    /// <returns>Null where no column does.</returns>
    public static SourceTrust? Find(CellTable table, int column, Dependency dependency, GroupVote[] votes)
    {
        var target = table.Columns[column];
        var total = 0.0;
        var squares = 0.0;
        var rows = 0;
        for (var row = 0; row < votes.Length; row++)
        {
            if (!Counts(row))
                continue;
            rows++;
            total += votes[row].Conflict;
            squares += votes[row].Conflict * votes[row].Conflict;
        }

        if (rows < 50 || total / rows < 0.05)
            return null;
        var mean = total / rows;
        var variance = squares / rows - mean * mean;
        var best = (Explained: 0.08, Column: -1, Means: Array.Empty<double>());
        for (var other = 0; other < table.Columns.Count; other++)
        {
            var candidate = table.Columns[other];
            if (other == column || other == dependency.From || candidate.Values.Count < 3 || candidate.Values.Count > Math.Min(1000, rows / 10))
                continue;
            var sums = new double[candidate.Values.Count];
            var counts = new int[candidate.Values.Count];
            for (var row = 0; row < votes.Length; row++)
            {
                if (!Counts(row))
                    continue;
                sums[candidate.Codes[row]] += votes[row].Conflict;
                counts[candidate.Codes[row]]++;
            }

            var between = 0.0;
            var means = new double[sums.Length];
            for (var i = 0; i < sums.Length; i++)
            {
                // Two rows of the mean beside the source's own, so that a source with few rows is not judged by them alone.
                means[i] = (sums[i] + 2 * mean) / (counts[i] + 2);
                between += counts[i] * (means[i] - mean) * (means[i] - mean);
            }

            var explained = (between / rows - variance * sums.Length / rows) / Math.Max(1e-9, variance);
            if (explained > best.Explained)
                best = (explained, other, means);
        }

        if (best.Column < 0)
            return null;
        var sources = table.Columns[best.Column];
        var weights = new float[table.Rows];
        var distrust = new float[table.Rows];
        for (var row = 0; row < table.Rows; row++)
        {
            distrust[row] = (float)best.Means[sources.Codes[row]];
            weights[row] = (float)Math.Max(0.02, Math.Pow(1 - Math.Min(1, distrust[row]), 3));
        }

        return new SourceTrust(weights, distrust);

        bool Counts(int row) => target.Codes[row] != target.MissingCode && votes[row].Expected >= 0;
    }
}
