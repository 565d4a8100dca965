using Platform.Inventory.Errors;

namespace Platform.Inventory.Duplicates;

/// <summary>
/// Decides whether two records are the same by what labelled pairs teach: boosted trees over comparisons, and the threshold that does best on a
/// fifth of the labels that the trees have not seen.
/// </summary>
public sealed class PairMatcher
{
    private readonly PairFeatures _features;
    private readonly List<BoostedTrees> _models = [];
    private readonly double _start;
    private double _shift;

    private PairMatcher(PairFeatures features, double start) => (_features, _start) = (features, start);

    /// <summary>Learns from labelled pairs of one table.</summary>
    /// <param name="table">All records that will be asked about: how rare a word is, and what else is near, comes from them.</param>
    /// <param name="columns">Positions of the columns to compare; empty for all.</param>
    /// <param name="labels">Labelled pairs.</param>
    /// <param name="seed">For the order of the labels.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="side">Which of two tables a record is from, where two tables are matched; null for one.</param>
    /// <exception cref="ArgumentException">The labels are all the same.</exception>
    public static PairMatcher Train(CellTable table, IReadOnlyCollection<int> columns, IReadOnlyList<LabelledPair> labels, int seed, CancellationToken cancellationToken, Func<int, int>? side = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(labels);
        var same = labels.Count(label => label.Same);
        if (same == 0 || same == labels.Count)
            throw new ArgumentException($"{(same == 0 ? "No labelled pair is" : "All labelled pairs are")} the same thing: there is nothing to learn from. Label pairs of both kinds.", nameof(labels));
        var matcher = new PairMatcher(new PairFeatures(table, columns, side), Math.Log(same / (double)(labels.Count - same)));
        var width = matcher._features.Width;
        var matrix = new byte[labels.Count * width];
        for (var i = 0; i < labels.Count; i++)
        {
            if ((i & 255) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            matcher._features.Fill(labels[i].A, labels[i].B, matrix.AsSpan(i * width, width));
        }

        var order = Enumerable.Range(0, labels.Count).ToArray();
        new Random(seed).Shuffle(order);
        // Five models, each without a fifth of the labels; that fifth sets the threshold. Their mean is steadier than one of all.
        const int Folds = 5;
        var held = new double[labels.Count];
        Parallel.For(0, Folds, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Math.Min(2, Environment.ProcessorCount) }, fold =>
        {
            var samples = order.Where((_, i) => i % Folds != fold).Select(i => new BoostedTrees.Sample(i, labels[i].Same ? 1 : 0, 1, (float)matcher._start)).ToList();
            var model = BoostedTrees.Train(matrix, width, samples, trees: 150, depth: 5, rate: 0.08, ridge: 2);
            foreach (var i in order.Where((_, i) => i % Folds == fold))
                held[i] = matcher._start + model.Margin(matrix.AsSpan(i * width, width));
            lock (matcher._models)
                matcher._models.Add(model);
        });
        matcher._shift = -BestThreshold(labels, held);
        return matcher;
    }

    /// <summary>The probability that two rows are the same thing; from 0.5 on they are taken for it.</summary>
    public double Probability(int a, int b)
    {
        Span<byte> features = stackalloc byte[_features.Width];
        _features.Fill(a, b, features);
        var margin = 0.0;
        foreach (var model in _models)
            margin += _start + model.Margin(features);
        return 1 / (1 + Math.Exp(-(margin / _models.Count + _shift)));
    }

    private static double BestThreshold(IReadOnlyList<LabelledPair> labels, double[] margins)
    {
        var order = Enumerable.Range(0, margins.Length).OrderByDescending(i => margins[i]).ToArray();
        var all = labels.Count(label => label.Same);
        var best = (F: -1.0, Threshold: 0.0);
        var hits = 0;
        for (var i = 0; i < order.Length; i++)
        {
            hits += labels[order[i]].Same ? 1 : 0;
            var f = 2.0 * hits / (i + 1 + all);
            if (f > best.F)
                best = (f, i + 1 < order.Length ? (margins[order[i]] + margins[order[i + 1]]) / 2 : margins[order[i]] - 1e-6);
        }

        return best.Threshold;
    }
}
