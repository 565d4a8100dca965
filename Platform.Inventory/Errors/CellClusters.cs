namespace Platform.Inventory.Errors;

/// <summary>Kinds of cells of one column in groups that look alike (k-means++ over their features, seeded).</summary>
internal sealed class CellClusters
{
    private const int Rounds = 8;
    private const int SampledKinds = 3000;

    private CellClusters(int[] ofKind, long[] cells) => (OfKind, Cells) = (ofKind, cells);

    /// <summary>The cluster of each kind of cell.</summary>
    public int[] OfKind { get; }

    /// <summary>Cells of each cluster.</summary>
    public long[] Cells { get; }

    public int Count => Cells.Length;

    /// <summary>Groups the kinds.</summary>
    /// <param name="features">The column's cells.</param>
    /// <param name="scores">For each kind what is believed about it already, which counts like several features.</param>
    /// <param name="most">The most clusters.</param>
    /// <param name="random">Seeded.</param>
    public static CellClusters Of(CellFeatures features, double[] scores, int most, Random random)
    {
        if (features.KindCount == 0)
            return new CellClusters([], []);
        var sample = Sample(features, random);
        var centres = Seeds(features, scores, sample, most, random);
        var assigned = new int[sample.Length];
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < sample.Length; i++)
                assigned[i] = Nearest(features, scores, sample[i], centres, out _);
            var sums = new double[centres.Count][];
            var weights = new double[centres.Count];
            for (var c = 0; c < sums.Length; c++)
                sums[c] = new double[features.Width + 1];
            for (var i = 0; i < sample.Length; i++)
            {
                var weight = Math.Sqrt(features.Counts[sample[i]]);
                var cell = features[sample[i]];
                var sum = sums[assigned[i]];
                for (var f = 0; f < cell.Length; f++)
                    sum[f] += weight * cell[f];
                sum[^1] += weight * scores[sample[i]];
                weights[assigned[i]] += weight;
            }

            for (var c = 0; c < sums.Length; c++)
            {
                if (weights[c] > 0)
                    centres[c] = ([.. sums[c][..^1].Select(sum => (float)(sum / weights[c]))], sums[c][^1] / weights[c]);
            }
        }

        var ofKind = new int[features.KindCount];
        var cells = new long[centres.Count];
        for (var kind = 0; kind < ofKind.Length; kind++)
        {
            ofKind[kind] = Nearest(features, scores, kind, centres, out _);
            cells[ofKind[kind]] += features.Counts[kind];
        }

        return new CellClusters(ofKind, cells);
    }

    private static int[] Sample(CellFeatures features, Random random)
    {
        var kinds = Enumerable.Range(0, features.KindCount).ToArray();
        if (kinds.Length <= SampledKinds)
            return kinds;
        random.Shuffle(kinds);
        return kinds[..SampledKinds];
    }

    private static List<(float[] Centre, double Score)> Seeds(CellFeatures features, double[] scores, int[] sample, int most, Random random)
    {
        var first = sample.MaxBy(kind => features.Counts[kind]);
        var centres = new List<(float[], double)> { (Copy(features, first), scores[first]) };
        var far = new double[sample.Length];
        Array.Fill(far, double.MaxValue);
        while (centres.Count < most)
        {
            var total = 0.0;
            for (var i = 0; i < sample.Length; i++)
            {
                far[i] = Math.Min(far[i], Distance(features[sample[i]], scores[sample[i]], centres[^1]));
                total += far[i] * Math.Sqrt(features.Counts[sample[i]]);
            }

            if (total < 1e-9)
                break;
            var left = random.NextDouble() * total;
            var chosen = 0;
            for (var i = 0; i < sample.Length; i++)
            {
                left -= far[i] * Math.Sqrt(features.Counts[sample[i]]);
                if (left <= 0)
                {
                    chosen = i;
                    break;
                }
            }

            centres.Add((Copy(features, sample[chosen]), scores[sample[chosen]]));
        }

        return centres;
    }

    private static float[] Copy(CellFeatures features, int kind)
    {
        var copy = new float[features.Width];
        for (var i = 0; i < copy.Length; i++)
            copy[i] = features[kind][i];
        return copy;
    }

    private static int Nearest(CellFeatures features, double[] scores, int kind, List<(float[] Centre, double Score)> centres, out double distance)
    {
        var best = 0;
        distance = double.MaxValue;
        for (var c = 0; c < centres.Count; c++)
        {
            var d = Distance(features[kind], scores[kind], centres[c]);
            if (d < distance)
                (distance, best) = (d, c);
        }

        return best;
    }

    private static double Distance(ReadOnlySpan<byte> cell, double score, (float[] Centre, double Score) centre)
    {
        var sum = 0f;
        for (var i = 0; i < cell.Length; i++)
        {
            var apart = cell[i] - centre.Centre[i];
            sum += apart * apart;
        }

        var scored = score - centre.Score;
        return sum / (255 * 255) + 4 * scored * scored;
    }
}
