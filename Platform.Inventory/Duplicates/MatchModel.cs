namespace Platform.Inventory.Duplicates;

/// <summary>
/// Whether two rows are the same thing, from how their columns agree, learned without labels (Fellegi and Sunter, A theory for record linkage, 1969;
/// m by expectation maximisation, u from random pairs, agreement on a rare value counting more than on a frequent one as in Winkler 1989).
/// </summary>
internal sealed class MatchModel
{
    /// <summary>Missing, other, alike, nearly the same, the same.</summary>
    public const int Levels = 5;
    private const int Rounds = 30;
    private readonly IReadOnlyList<RecordColumn> _columns;
    private readonly double[,] _same;
    private readonly double[,] _other;
    private double _prior;

    private MatchModel(IReadOnlyList<RecordColumn> columns)
    {
        _columns = columns;
        _same = new double[columns.Count, Levels];
        _other = new double[columns.Count, Levels];
    }

    public static MatchModel Learn(IReadOnlyList<RecordColumn> columns, int rows, IReadOnlyList<(int A, int B)> pairs, int seed, CancellationToken cancellationToken)
    {
        var model = new MatchModel(columns);
        model.LearnOther(rows, seed);
        var levels = new byte[pairs.Count * columns.Count];
        Parallel.For(0, (pairs.Count + 4095) / 4096, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Math.Min(2, Environment.ProcessorCount) }, block =>
        {
            for (var p = block * 4096; p < Math.Min(pairs.Count, (block + 1) * 4096); p++)
            {
                for (var c = 0; c < columns.Count; c++)
                    levels[p * columns.Count + c] = (byte)Level(columns[c], pairs[p].A, pairs[p].B);
            }
        });
        model.LearnSame(rows, pairs, levels);
        return model;
    }

    /// <summary>The level of agreement of two rows in a column.</summary>
    public static int Level(RecordColumn column, int a, int b)
    {
        var x = column.At(a);
        var y = column.At(b);
        if (x.Length == 0 || y.Length == 0)
            return 0;
        if (column.Code(a) == column.Code(b) || x == y)
            return 4;
        var alike = column.Kind switch
        {
            RecordKind.Text => Comparators.Text(x, column.Words[column.Code(a)], y, column.Words[column.Code(b)]),
            RecordKind.Number => Comparators.Number(x, y),
            _ => 0.2 + 0.8 * Comparators.Edits(x, y),
        };
        return alike >= 0.9 ? 3 : alike >= 0.75 ? 2 : 1;
    }

    /// <summary>The probability that two rows are the same thing.</summary>
    public double Probability(int a, int b)
    {
        var odds = Math.Log(_prior / (1 - _prior));
        for (var c = 0; c < _columns.Count; c++)
            odds += Weight(c, Level(_columns[c], a, b), a, b);
        return 1 / (1 + Math.Exp(-Math.Clamp(odds, -40, 40)));
    }

    // Chance agreement is the value's own frequency; a name that a tenth has says little.
    private double Weight(int column, int level, int a, int b)
    {
        if (level == 0)
            return 0;
        var other = _other[column, level];
        if (level == 4)
        {
            var own = Math.Max(_columns[column].Frequency(a), _columns[column].Frequency(b));
            other = Math.Clamp(Math.Sqrt(own * other), 1e-5, 1);
        }

        return Math.Log(_same[column, level] / other);
    }

    private void LearnOther(int rows, int seed)
    {
        var random = new Random(seed);
        const int Samples = 20_000;
        for (var c = 0; c < _columns.Count; c++)
        {
            for (var level = 0; level < Levels; level++)
                _other[c, level] = 0.5;
        }

        for (var i = 0; i < Samples; i++)
        {
            var a = random.Next(rows);
            var b = random.Next(rows);
            if (a == b)
                continue;
            for (var c = 0; c < _columns.Count; c++)
                _other[c, Level(_columns[c], a, b)]++;
        }

        Normalise(_other);
    }

    private void LearnSame(int rows, IReadOnlyList<(int A, int B)> pairs, byte[] levels)
    {
        double[] start = [0, 0.05, 0.1, 0.2, 0.65];
        for (var c = 0; c < _columns.Count; c++)
        {
            for (var level = 0; level < Levels; level++)
                _same[c, level] = start[level];
        }

        var all = Math.Max(1.0, 0.5 * rows * (rows - 1.0));
        _prior = Math.Clamp(0.1 * rows / all, 1e-9, 0.5);
        for (var round = 0; round < Rounds; round++)
        {
            var counts = new double[_columns.Count, Levels];
            var matches = 0.0;
            for (var p = 0; p < pairs.Count; p++)
            {
                var odds = Math.Log(_prior / (1 - _prior));
                for (var c = 0; c < _columns.Count; c++)
                    odds += Weight(c, levels[p * _columns.Count + c], pairs[p].A, pairs[p].B);
                var probability = 1 / (1 + Math.Exp(-Math.Clamp(odds, -40, 40)));
                matches += probability;
                if (probability < 1e-4)
                    continue;
                for (var c = 0; c < _columns.Count; c++)
                    counts[c, levels[p * _columns.Count + c]] += probability;
            }

            // Pairs that no key brings together are taken for different.
            _prior = Math.Clamp(matches / all, 1e-10, 0.5);
            for (var c = 0; c < _columns.Count; c++)
            {
                for (var level = 1; level < Levels; level++)
                    _same[c, level] = counts[c, level] + 2 * start[level];
                _same[c, 0] = 0;
            }

            Normalise(_same);
        }
    }

    private static void Normalise(double[,] counts)
    {
        for (var c = 0; c < counts.GetLength(0); c++)
        {
            var sum = 0.0;
            for (var level = 1; level < Levels; level++)
                sum += counts[c, level];
            for (var level = 1; level < Levels; level++)
                counts[c, level] = Math.Max(1e-5, counts[c, level] / Math.Max(1e-9, sum));
        }
    }
}
