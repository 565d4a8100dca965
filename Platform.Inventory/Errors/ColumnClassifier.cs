namespace Platform.Inventory.Errors;

/// <summary>Decides on the cells of one column: labels go to the rest of their clusters, and trees learn from both where the strategies alone are wrong.</summary>
internal static class ColumnClassifier
{
    // What a cluster's cells together weigh beside the labelled cells in it.
    private const float Propagated = 1;
    private const int PropagatedKinds = 40;

    // Clusters without a label hold what the strategies say against what labels say of others.
    private const float Held = 0.5f;

    public static double[] Score(CellFeatures features, CellClusters clusters, CellPrior prior, IReadOnlyList<CellLabel> labels)
    {
        var margins = new double[features.KindCount];
        for (var kind = 0; kind < margins.Length; kind++)
            margins[kind] = prior.Margin(features, kind);
        if (labels.Count > 0)
        {
            var samples = Samples(features, clusters, margins, labels);
            var trees = BoostedTrees.Train(features.Matrix, features.Width, samples, trees: 16, depth: 2, rate: 0.3, ridge: 1);
            for (var kind = 0; kind < margins.Length; kind++)
                margins[kind] += trees.Margin(features[kind]);
        }

        return Array.ConvertAll(margins, margin => 1 / (1 + Math.Exp(-margin)));
    }

    private static List<BoostedTrees.Sample> Samples(CellFeatures features, CellClusters clusters, double[] margins, IReadOnlyList<CellLabel> labels)
    {
        var samples = new List<BoostedTrees.Sample>();
        var votes = new (int Wrong, int Right)[clusters.Count];
        foreach (var label in labels)
        {
            var kind = features.Kinds[label.Row];
            samples.Add(new BoostedTrees.Sample(kind, label.Wrong ? 1 : 0, 1, Margin(kind)));
            ref var vote = ref votes[clusters.OfKind[kind]];
            vote = label.Wrong ? (vote.Wrong + 1, vote.Right) : (vote.Wrong, vote.Right + 1);
        }

        var members = new List<int>[clusters.Count];
        for (var kind = 0; kind < features.KindCount; kind++)
            (members[clusters.OfKind[kind]] ??= []).Add(kind);
        for (var cluster = 0; cluster < members.Length; cluster++)
        {
            // Clusters whose labels differ hand nothing on.
            if (members[cluster] is not { } kinds || votes[cluster] is ( > 0, > 0))
                continue;
            var stride = Math.Max(1, kinds.Count / PropagatedKinds);
            var taken = kinds.Where((_, i) => i % stride == 0).ToList();
            foreach (var kind in taken)
            {
                samples.Add(votes[cluster] switch
                {
                    (0, 0) => new BoostedTrees.Sample(kind, (float)(1 / (1 + Math.Exp(-margins[kind]))), Held / taken.Count, Margin(kind)),
                    var (wrong, _) => new BoostedTrees.Sample(kind, wrong > 0 ? 1 : 0, Propagated / taken.Count, Margin(kind)),
                });
            }
        }

        return samples;

        float Margin(int kind) => (float)margins[kind];
    }
}
