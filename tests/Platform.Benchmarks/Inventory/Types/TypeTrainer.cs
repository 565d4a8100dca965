using System.Numerics;
using Platform.Inventory.Classify;
using Platform.Inventory.Profile;

namespace Platform.Benchmarks.Inventory.Types;

/// <summary>A column as the trainer sees it.</summary>
/// <param name="Features">Its features.</param>
/// <param name="Types">The types that hold, by index.</param>
/// <param name="NameTells">Whether its name says what it is.</param>
internal sealed record TrainingRow(float[] Features, int[] Types, bool NameTells);

/// <summary>
/// Trains the network: Adam on cross entropy, in which a column that several types fit counts each of them as right. In each round more than a quarter of the
/// columns lose their name and in many the dictionaries are covered in part, so that the model does not lean on either.
/// </summary>
internal sealed class TypeTrainer(int width, int seed)
{
    private const int Batch = 48;

    private readonly int _inputs = ColumnFeatures.Count;
    private readonly int _outputs = SemanticTypes.Judged.Count;

    public static TrainingRow Row(MadeColumn column)
    {
        var state = column.ToState();
        return new TrainingRow(ColumnFeatures.Of(new ColumnSample(state, ColumnProfile.From(state))), [.. column.Types.Select(IndexOf).Where(i => i >= 0)], column.NameTells);
    }

    public static int IndexOf(string type) => SemanticTypes.Judged.ToList().IndexOf(type);

    public TypeModel Train(IReadOnlyList<TrainingRow> rows, TypeModelHead head, int rounds, Action<int, double> report)
    {
        var random = new Random(seed);
        var first = Weights(random, width, _inputs, Math.Sqrt(2.0 / 120));
        var firstBias = new float[width];
        var second = Weights(random, _outputs, width, Math.Sqrt(1.0 / width));
        var secondBias = new float[_outputs];
        var steps = new[] { new Adam(first), new Adam(firstBias), new Adam(second), new Adam(secondBias) };
        var order = Enumerable.Range(0, rows.Count).ToArray();
        var total = rounds * (rows.Count / Batch);
        var step = 0;
        for (var round = 0; round < rounds; round++)
        {
            random.Shuffle(order);
            double loss = 0;
            for (var from = 0; from + Batch <= order.Length; from += Batch)
            {
                var seeds = Enumerable.Range(0, Batch).Select(_ => random.Next()).ToArray();
                var parts = new (float[] First, float[] FirstBias, float[] Second, float[] SecondBias, double Loss)[2];
                Parallel.For(0, 2, part =>
                {
                    var gradients = (First: new float[first.Length], FirstBias: new float[width], Second: new float[second.Length], SecondBias: new float[_outputs], Loss: 0.0);
                    for (var i = part * Batch / 2; i < (part + 1) * Batch / 2; i++)
                        gradients.Loss += Learn(rows[order[from + i]], new Random(seeds[i]), first, firstBias, second, secondBias, gradients.First, gradients.FirstBias, gradients.Second, gradients.SecondBias);
                    parts[part] = gradients;
                });
                loss += parts[0].Loss + parts[1].Loss;
                step++;
                var rate = 0.0016f * (float)Math.Min(1, step / 200.0) * (float)((Math.Cos(Math.PI * step / total) * 0.49) + 0.51);
                steps[0].Step(first, parts[0].First, parts[1].First, rate, step, Batch, 1e-4f);
                steps[1].Step(firstBias, parts[0].FirstBias, parts[1].FirstBias, rate, step, Batch, 0);
                steps[2].Step(second, parts[0].Second, parts[1].Second, rate, step, Batch, 1e-4f);
                steps[3].Step(secondBias, parts[0].SecondBias, parts[1].SecondBias, rate, step, Batch, 0);
            }

            report(round, loss / rows.Count);
        }

        return TypeModel.Create(head, width, first, firstBias, second, secondBias);
    }

    private double Learn(TrainingRow row, Random random, float[] first, float[] firstBias, float[] second, float[] secondBias, float[] toFirst, float[] toFirstBias, float[] toSecond, float[] toSecondBias)
    {
        var input = (float[])row.Features.Clone();
        Cover(input, random);
        var hidden = new float[width];
        var alive = new bool[width];
        for (var unit = 0; unit < width; unit++)
        {
            hidden[unit] = Math.Max(0, Dot(first.AsSpan(unit * _inputs, _inputs), input) + firstBias[unit]);
            alive[unit] = hidden[unit] > 0 && random.NextDouble() >= 0.1;
            hidden[unit] = alive[unit] ? hidden[unit] / 0.9f : 0;
        }

        var scores = new float[_outputs];
        for (var output = 0; output < _outputs; output++)
            scores[output] = Dot(second.AsSpan(output * width, width), hidden) + secondBias[output];
        var most = scores.Max();
        var sum = 0f;
        for (var output = 0; output < _outputs; output++)
            sum += scores[output] = MathF.Exp(scores[output] - most);
        for (var output = 0; output < _outputs; output++)
            scores[output] /= sum;
        var right = Math.Max(1e-9, row.Types.Sum(type => (double)scores[type]));
        var loss = -Math.Log(right);

        // The gradient at the outputs: what is said, less the right types in the shares in which they are said already, smoothed a little.
        const float Smooth = 0.03f;
        var back = new float[width];
        for (var output = 0; output < _outputs; output++)
        {
            var target = Smooth / _outputs;
            if (Array.IndexOf(row.Types, output) >= 0)
                target += (1 - Smooth) * (float)(row.Types.Length == 1 ? 1 : scores[output] / right);
            var error = scores[output] - target;
            toSecondBias[output] += error;
            AddScaled(toSecond.AsSpan(output * width, width), hidden, error);
            AddScaled(back, second.AsSpan(output * width, width), error);
        }

        for (var unit = 0; unit < width; unit++)
        {
            if (!alive[unit])
                continue;
            toFirstBias[unit] += back[unit];
            AddScaled(toFirst.AsSpan(unit * _inputs, _inputs), input, back[unit]);
        }

        return loss;
    }

    private static void Cover(float[] input, Random random)
    {
        if (random.NextDouble() < 0.28)
            input.AsSpan(ColumnFeatures.NameStart).Clear();
        else if (random.NextDouble() < 0.75)
            input.AsSpan(ColumnFeatures.NameStart + ColumnFeatures.NameTypes).Clear();
        if (random.NextDouble() < 0.5)
        {
            var known = (float)(random.NextDouble() < 0.3 ? 0 : random.NextDouble());
            for (var i = 0; i < ColumnFeatures.DictionaryChecks; i++)
                input[i] *= Math.Clamp(known * (0.7f + (0.6f * random.NextSingle())), 0, 1);
        }

        if (random.NextDouble() < 0.4)
            input.AsSpan(ColumnFeatures.Dense + ColumnFeatures.Shapes + ColumnFeatures.Grams, ColumnFeatures.Words).Clear();
        if (random.NextDouble() < 0.15)
            input.AsSpan(ColumnFeatures.Dense + ColumnFeatures.Shapes, ColumnFeatures.Grams).Clear();
        for (var i = 0; i < ColumnFeatures.Dense; i++)
        {
            if (input[i] != 0 && random.NextDouble() < 0.06)
                input[i] = 0;
        }

        for (var i = ColumnFeatures.Dense; i < ColumnFeatures.NameStart; i++)
        {
            if (input[i] != 0 && random.NextDouble() < 0.15)
                input[i] = 0;
        }
    }

    private static float[] Weights(Random random, int rows, int columns, double deviation)
        => [.. Enumerable.Range(0, rows * columns).Select(_ => (float)random.Normal(0, deviation * 0.5))];

    private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i + Vector<float>.Count <= left.Length; i += Vector<float>.Count)
            sum += new Vector<float>(left[i..]) * new Vector<float>(right[i..]);
        var total = Vector.Sum(sum);
        for (; i < left.Length; i++)
            total += left[i] * right[i];
        return total;
    }

    private static void AddScaled(Span<float> into, ReadOnlySpan<float> from, float scale)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= into.Length; i += Vector<float>.Count)
            (new Vector<float>(into[i..]) + (new Vector<float>(from[i..]) * scale)).CopyTo(into[i..]);
        for (; i < into.Length; i++)
            into[i] += from[i] * scale;
    }

    /// <summary>Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019).</summary>
    private sealed class Adam(float[] weights)
    {
        private readonly float[] _mean = new float[weights.Length];
        private readonly float[] _square = new float[weights.Length];

        public void Step(float[] weights, float[] a, float[] b, float rate, int step, int batch, float decay)
        {
            var meanScale = 1 / (1 - MathF.Pow(0.9f, step));
            var squareScale = 1 / (1 - MathF.Pow(0.999f, step));
            for (var i = 0; i < weights.Length; i++)
            {
                var gradient = (a[i] + b[i]) / batch;
                _mean[i] = (0.9f * _mean[i]) + (0.1f * gradient);
                _square[i] = (0.999f * _square[i]) + (0.001f * gradient * gradient);
                weights[i] -= rate * ((_mean[i] * meanScale / (MathF.Sqrt(_square[i] * squareScale) + 1e-8f)) + (decay * weights[i]));
            }
        }
    }
}
