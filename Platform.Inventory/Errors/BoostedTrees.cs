namespace Platform.Inventory.Errors;

/// <summary>
/// Gradient-boosted trees of few leaves for a yes or no, on features of a byte each, that improve on a score given beforehand (Friedman, Greedy
/// function approximation, 2001; second-order as in XGBoost). Trained on some tens of labels and what was propagated from them.
/// </summary>
internal sealed class BoostedTrees
{
    private readonly List<Node[]> _trees = [];

    private BoostedTrees()
    {
    }

    private readonly record struct Node(int Feature, byte Threshold, int Left, float Value);

    /// <summary>What to train on: kinds of cells, each with how wrong it is (0 to 1), a weight and the margin (log-odds) that it starts from.</summary>
    public readonly record struct Sample(int Kind, float Wrong, float Weight, float Margin);

    /// <param name="matrix">Features by kind, <paramref name="width"/> bytes each.</param>
    /// <param name="width">Features of a kind.</param>
    /// <param name="samples">What is known.</param>
    /// <param name="trees">How many trees.</param>
    /// <param name="depth">Questions on a way to a leaf.</param>
    /// <param name="rate">What part of a tree's answer counts.</param>
    /// <param name="ridge">How much evidence a leaf needs.</param>
    public static BoostedTrees Train(byte[] matrix, int width, IReadOnlyList<Sample> samples, int trees, int depth, double rate, double ridge)
    {
        var model = new BoostedTrees();
        var margins = samples.Select(sample => (double)sample.Margin).ToArray();
        var gradients = new double[margins.Length];
        var curvatures = new double[margins.Length];
        for (var t = 0; t < trees; t++)
        {
            for (var i = 0; i < margins.Length; i++)
            {
                var p = 1 / (1 + Math.Exp(-margins[i]));
                gradients[i] = samples[i].Weight * (p - samples[i].Wrong);
                curvatures[i] = samples[i].Weight * Math.Max(1e-3, p * (1 - p));
            }

            var nodes = new List<Node>();
            Grow(Enumerable.Range(0, margins.Length).ToArray(), depth);
            model._trees.Add([.. nodes]);

            int Grow(int[] members, int left)
            {
                var place = nodes.Count;
                nodes.Add(default);
                double gradient = 0, curvature = 0;
                foreach (var i in members)
                    (gradient, curvature) = (gradient + gradients[i], curvature + curvatures[i]);
                var split = left == 0 || members.Length < 2 ? (Feature: -1, Threshold: (byte)0, Gain: 0.0) : Best(members, gradient, curvature);
                if (split.Feature < 0)
                {
                    var value = (float)(-rate * gradient / (curvature + ridge));
                    nodes[place] = new Node(-1, 0, 0, value);
                    foreach (var i in members)
                        margins[i] += value;
                    return place;
                }

                var below = members.Where(i => matrix[samples[i].Kind * width + split.Feature] <= split.Threshold).ToArray();
                var above = members.Where(i => matrix[samples[i].Kind * width + split.Feature] > split.Threshold).ToArray();
                Grow(below, left - 1);
                var right = Grow(above, left - 1);
                nodes[place] = new Node(split.Feature, split.Threshold, right, 0);
                return place;
            }
        }

        return model;

        (int Feature, byte Threshold, double Gain) Best(int[] members, double gradient, double curvature)
        {
            var best = (Feature: -1, Threshold: (byte)0, Gain: 1e-3);
            Span<double> sums = stackalloc double[512];
            var whole = gradient * gradient / (curvature + ridge);
            for (var f = 0; f < width; f++)
            {
                sums.Clear();
                foreach (var i in members)
                {
                    var value = matrix[samples[i].Kind * width + f];
                    sums[2 * value] += gradients[i];
                    sums[2 * value + 1] += curvatures[i];
                }

                double g = 0, h = 0;
                var last = -1;
                for (var value = 0; value < 255; value++)
                {
                    if (sums[2 * value + 1] == 0)
                        continue;
                    if (last >= 0)
                        Consider((byte)((last + value) / 2));
                    g += sums[2 * value];
                    h += sums[2 * value + 1];
                    last = value;
                }

                if (last >= 0 && sums[511] > 0)
                    Consider((byte)((last + 255) / 2));

                void Consider(byte threshold)
                {
                    var gain = g * g / (h + ridge) + (gradient - g) * (gradient - g) / (curvature - h + ridge) - whole;
                    // A tie goes to the earlier feature: the strategies stand before single characters.
                    if (gain > best.Gain * 1.0001)
                        best = (f, threshold, gain);
                }
            }

            return best;
        }
    }

    /// <summary>What the trees add to a cell's margin.</summary>
    public double Margin(ReadOnlySpan<byte> cell)
    {
        var sum = 0.0;
        foreach (var tree in _trees)
        {
            var node = 0;
            while (tree[node].Feature >= 0)
                node = cell[tree[node].Feature] <= tree[node].Threshold ? node + 1 : tree[node].Left;
            sum += tree[node].Value;
        }

        return sum;
    }
}
