namespace Platform.Inventory.Classify;

/// <summary>A rising line from what a judge says to how often it is right, fitted by isotonic regression (pool adjacent violators) on columns with known types.</summary>
/// <param name="Said">Corners: what was said, rising.</param>
/// <param name="Right">The share that was right there.</param>
internal sealed record Calibration(IReadOnlyList<double> Said, IReadOnlyList<double> Right)
{
    /// <summary>Takes what is said at its word.</summary>
    public static readonly Calibration None = new([0, 1], [0, 1]);

    /// <summary>The share that is right where <paramref name="said"/> is said, between the corners in a straight line.</summary>
    public double Of(double said)
    {
        if (said <= Said[0])
            return Right[0];
        for (var i = 1; i < Said.Count; i++)
        {
            if (said <= Said[i])
                return Right[i - 1] + ((Right[i] - Right[i - 1]) * (said - Said[i - 1]) / Math.Max(1e-9, Said[i] - Said[i - 1]));
        }

        return Right[^1];
    }

    /// <summary>Fits the line. Blocks hold at least <paramref name="least"/> answers, and each is drawn a little towards what was said, so that few answers do not claim certainty.</summary>
    public static Calibration Fit(IEnumerable<(double Said, bool Right)> answers, int least = 15)
    {
        var blocks = new List<(double Said, double Right, double Count)>();
        foreach (var group in answers.OrderBy(answer => answer.Said).Chunk(least))
        {
            var said = group.Average(answer => answer.Said);
            blocks.Add((said, (group.Count(answer => answer.Right) + (2 * said)) / (group.Length + 2), group.Length));
            while (blocks.Count > 1 && blocks[^2].Right > blocks[^1].Right)
            {
                var (a, b) = (blocks[^2], blocks[^1]);
                var count = a.Count + b.Count;
                blocks.RemoveRange(blocks.Count - 2, 2);
                blocks.Add((((a.Said * a.Count) + (b.Said * b.Count)) / count, ((a.Right * a.Count) + (b.Right * b.Count)) / count, count));
            }
        }

        if (blocks.Count == 0)
            return None;
        return new Calibration(
            [0, .. blocks.Select(block => Math.Round(block.Said, 4)), 1],
            [0, .. blocks.Select(block => Math.Round(Math.Min(0.99, block.Right), 4)), Math.Round(Math.Min(0.99, Math.Max(blocks[^1].Right, 0.97)), 4)]);
    }
}
