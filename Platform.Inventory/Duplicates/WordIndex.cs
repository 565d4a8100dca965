using System.Runtime.InteropServices;

namespace Platform.Inventory.Duplicates;

/// <summary>The words of all records with how rare each is, and for a record those of the others that share most with it (TF-IDF).</summary>
internal sealed class WordIndex
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<double> _rarity = [];
    private readonly List<List<int>> _records = [];
    private readonly (int Word, double Weight)[][] _vectors;

    public WordIndex(IReadOnlyList<IReadOnlyCollection<string>> records)
    {
        foreach (var record in records)
        {
            foreach (var word in record.Distinct())
            {
                if (!_ids.TryGetValue(word, out var id))
                {
                    _ids[word] = id = _rarity.Count;
                    _rarity.Add(0);
                    _records.Add([]);
                }

                _rarity[id]++;
            }
        }

        for (var id = 0; id < _rarity.Count; id++)
            _rarity[id] = Math.Log((records.Count + 1.0) / (_rarity[id] + 0.5));
        _vectors = new (int, double)[records.Count][];
        for (var row = 0; row < records.Count; row++)
        {
            var counts = new Dictionary<int, double>();
            foreach (var word in records[row])
                CollectionsMarshal.GetValueRefOrAddDefault(counts, _ids[word], out _)++;
            var vector = counts.Select(pair => (pair.Key, Weight: (1 + Math.Log(pair.Value)) * _rarity[pair.Key])).OrderBy(pair => pair.Key).ToArray();
            var length = Math.Sqrt(vector.Sum(pair => pair.Weight * pair.Weight));
            _vectors[row] = [.. vector.Select(pair => (pair.Key, length == 0 ? 0 : pair.Weight / length))];
            foreach (var (word, _) in _vectors[row])
                _records[word].Add(row);
        }
    }

    /// <summary>How rare a word is: the logarithm of records a record with it.</summary>
    public double Rarity(string word) => _ids.TryGetValue(word, out var id) ? _rarity[id] : Math.Log(_vectors.Length + 1.0);

    public double Cosine(int a, int b)
    {
        var (x, y) = (_vectors[a], _vectors[b]);
        double sum = 0;
        int i = 0, j = 0;
        while (i < x.Length && j < y.Length)
        {
            if (x[i].Word == y[j].Word)
                sum += x[i++].Weight * y[j++].Weight;
            else if (x[i].Word < y[j].Word)
                i++;
            else
                j++;
        }

        return sum;
    }

    /// <summary>The two largest similarities of a record with those of a set, and the record of the largest.</summary>
    public (double First, int Record, double Second) Nearest(int row, Func<int, bool> among)
    {
        var sums = new Dictionary<int, double>();
        foreach (var (word, weight) in _vectors[row])
        {
            // A word in a fifth of the records brings everything together.
            if (_records[word].Count > Math.Max(50, _vectors.Length / 5))
                continue;
            foreach (var other in _records[word])
            {
                if (other != row && among(other))
                    CollectionsMarshal.GetValueRefOrAddDefault(sums, other, out _) += weight;
            }
        }

        var first = (Value: 0.0, Record: -1);
        var second = 0.0;
        // The sums only say which are worth a look.
        foreach (var other in sums.OrderByDescending(pair => pair.Value).Take(20).Select(pair => pair.Key))
        {
            var value = Cosine(row, other);
            if (value > first.Value)
                (second, first) = (first.Value, (value, other));
            else if (value > second)
                second = value;
        }

        return (first.Value, first.Record, second);
    }
}
