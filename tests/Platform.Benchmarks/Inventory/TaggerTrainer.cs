using Platform.Inventory.Personal;

namespace Platform.Benchmarks.Inventory;

/// <summary>
/// Trains a <see cref="LinearTagger"/> by the averaged structured perceptron (Collins 2002): each sequence is decoded with the weights so far, and where the answer is wrong
/// the features of the right labels gain and those of the wrong ones lose. Seeded.
/// </summary>
internal sealed class TaggerTrainer(IReadOnlyList<string> labels, int seed)
{
    private readonly Dictionary<uint, int> _index = [];
    private readonly List<Sequence> _sequences = [];
    private float[] _weights = [];
    private float[] _sums = [];
    private float[] _transitions = [];
    private float[] _transitionSums = [];

    /// <summary>A sequence to learn: hashes of the features of each place, and its labels.</summary>
    private sealed record Sequence(uint[][] Features, byte[] Labels);

    public void Add(uint[][] features, byte[] truth) => _sequences.Add(new Sequence(features, truth));

    /// <summary>Learns and returns the weights, pruned and in 8 bits.</summary>
    /// <param name="epochs">Passes over all sequences.</param>
    /// <param name="leastSeen">Features that come less often are left out.</param>
    /// <param name="leastWeight">Weights whose 8 bits say less are left out.</param>
    /// <param name="words">Known words.</param>
    /// <param name="provenance">Where it comes from.</param>
    public TaggerFile Train(int epochs, int leastSeen, int leastWeight, IReadOnlyDictionary<uint, WordKinds> words, string provenance)
    {
        var seen = new Dictionary<uint, int>();
        foreach (var hash in _sequences.SelectMany(sequence => sequence.Features).SelectMany(features => features))
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(seen, hash, out _)++;
        foreach (var (hash, times) in seen)
        {
            if (times >= leastSeen)
                _index.Add(hash, _index.Count);
        }

        var count = labels.Count;
        _weights = new float[_index.Count * count];
        _sums = new float[_index.Count * count];
        _transitions = new float[(count + 1) * count];
        _transitionSums = new float[(count + 1) * count];
        var rows = _sequences.Select(sequence => (Rows: sequence.Features.Select(features => features.Where(_index.ContainsKey).Select(hash => _index[hash] * count).ToArray()).ToArray(), sequence.Labels)).ToList();
        var random = new Random(seed);
        var order = Enumerable.Range(0, rows.Count).ToArray();
        var step = 1f;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle(order);
            long wrong = 0, all = 0;
            foreach (var at in order)
            {
                var (features, truth) = rows[at];
                var guess = Decode(features);
                all += truth.Length;
                for (var i = 0; i < truth.Length; i++)
                {
                    int before = i == 0 ? count : truth[i - 1], guessed = i == 0 ? count : guess[i - 1];
                    if (guess[i] != truth[i])
                    {
                        wrong++;
                        foreach (var row in features[i])
                        {
                            Move(_weights, _sums, row + truth[i], 1, step);
                            Move(_weights, _sums, row + guess[i], -1, step);
                        }
                    }

                    if (guess[i] != truth[i] || guessed != before)
                    {
                        Move(_transitions, _transitionSums, (before * count) + truth[i], 1, step);
                        Move(_transitions, _transitionSums, (guessed * count) + guess[i], -1, step);
                    }
                }

                step++;
            }

            Console.WriteLine($"  pass {epoch + 1}: {100.0 * wrong / all:0.00} % of {all:n0} places wrong, {_index.Count:n0} features");
        }

        for (var i = 0; i < _weights.Length; i++)
            _weights[i] -= _sums[i] / step;
        for (var i = 0; i < _transitions.Length; i++)
            _transitions[i] -= _transitionSums[i] / step;
        return Quantise(leastWeight, words, provenance);
    }

    private static void Move(float[] weights, float[] sums, int at, float by, float step)
    {
        weights[at] += by;
        sums[at] += by * step;
    }

    private byte[] Decode(int[][] features)
    {
        var count = labels.Count;
        var back = new byte[features.Length * count];
        Span<float> best = stackalloc float[count], next = stackalloc float[count];
        for (var at = 0; at < features.Length; at++)
        {
            next.Clear();
            foreach (var row in features[at])
            {
                var own = _weights.AsSpan(row, count);
                for (var label = 0; label < own.Length; label++)
                    next[label] += own[label];
            }

            for (var label = 0; label < count; label++)
            {
                var from = 0;
                var top = float.NegativeInfinity;
                for (var last = 0; last < count && at > 0; last++)
                {
                    if (best[last] + _transitions[(last * count) + label] is var value && value > top)
                        (top, from) = (value, last);
                }

                next[label] += at == 0 ? _transitions[(count * count) + label] : top;
                back[(at * count) + label] = (byte)from;
            }

            next.CopyTo(best);
        }

        var guess = new byte[features.Length];
        var end = 0;
        for (var label = 1; label < count; label++)
            end = best[label] > best[end] ? label : end;
        for (var at = features.Length - 1; at >= 0; at--)
        {
            guess[at] = (byte)end;
            end = back[(at * count) + end];
        }

        return guess;
    }

    private TaggerFile Quantise(int leastWeight, IReadOnlyDictionary<uint, WordKinds> words, string provenance)
    {
        var count = labels.Count;
        // A few weights are far larger than the rest: they are cut at the size that all but one of a thousand stay below.
        var sizes = _weights.Where(weight => weight != 0).Select(Math.Abs).Order().ToArray();
        var unit = Math.Max(sizes[(int)(sizes.Length * 0.999)], _transitions.Max(Math.Abs) / 100) / 127f;
        var kept = new List<(uint Hash, sbyte[] Weights)>();
        foreach (var (hash, at) in _index)
        {
            var row = new sbyte[count];
            for (var label = 0; label < count; label++)
            {
                var value = (int)Math.Round(Math.Clamp(_weights[(at * count) + label] / unit, -127, 127));
                row[label] = Math.Abs(value) < leastWeight ? (sbyte)0 : (sbyte)value;
            }

            if (row.Any(value => value != 0))
                kept.Add((hash, row));
        }

        kept.Sort((a, b) => a.Hash.CompareTo(b.Hash));
        var known = words.OrderBy(word => word.Key).ToList();
        return new TaggerFile
        {
            Labels = labels,
            Provenance = provenance,
            Sharpness = 0.02,
            Features = [.. kept.Select(row => row.Hash)],
            Weights = [.. kept.SelectMany(row => row.Weights)],
            Transitions = [.. _transitions.Select(weight => (short)Math.Round(weight / unit))],
            Words = [.. known.Select(word => word.Key)],
            WordKinds = [.. known.Select(word => (byte)word.Value)],
        };
    }
}
