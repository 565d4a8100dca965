namespace Platform.Inventory.Relate;

/// <summary>
/// Finds functional dependencies that hold for nearly all rows. Each pair of columns is one pass over the rows, grouped by the determinant; two
/// determinants are tried only where neither does it alone. What is chance is told apart by how often two rows of the whole table agree.
/// </summary>
/// <param name="options">Which ones are worth telling; null is the default.</param>
public sealed class DependencyFinder(DependencyOptions? options = null)
{
    private readonly DependencyOptions _options = options ?? new DependencyOptions();

    /// <summary>Dependencies among the columns, the surest first.</summary>
    /// <param name="columns">Columns with the same number of rows.</param>
    /// <param name="cancellation">Ends the work between pairs.</param>
    /// <exception cref="ArgumentException">The columns have different numbers of rows.</exception>
    public IReadOnlyList<Dependency> Find(IReadOnlyList<DependencyColumn> columns, CancellationToken cancellation = default)
    {
        if (columns.Any(column => column.Rows != columns[0].Rows))
            throw new ArgumentException("The columns have different numbers of rows. Add a value, or null, to each of them for every row.", nameof(columns));
        if (columns.Count < 2 || columns[0].Rows < 4)
            return [];
        var looked = columns.Take(_options.MostColumns).ToArray();
        var agreement = looked.Select(Agreement).ToArray();
        var room = new int[looked.Max(column => column.Distinct) + 1];
        var found = new List<Dependency>();
        var gains = new double[looked.Length, looked.Length];
        var speaks = new bool[looked.Length];
        for (var a = 0; a < looked.Length; a++)
        {
            var groups = Grouping.Of(looked[a]);
            // Rows that differ in the one differ in it and any other: what nearly tells the rows apart is no part of a pair either.
            speaks[a] = groups.SharedRows >= _options.LeastCompared * looked[a].Rows;
            if (!Speaks(groups, looked[a].Rows))
                continue;
            for (var b = 0; b < looked.Length; b++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (a == b || agreement[b] > 0.98 || looked[b].Distinct < 2)
                    continue;
                var counted = groups.Count(looked[b].Codes, room);
                gains[a, b] = Gain(counted, agreement[b]);
                if (counted.Rows > 0 && gains[a, b] >= _options.LeastGain && counted.Share >= _options.LeastShare)
                    found.Add(Describe([looked[a]], looked[b], groups, counted, gains[a, b], room));
            }
        }

        if (_options.MostDeterminants > 1 && looked.Length <= _options.MostColumnsInPairs)
            found.AddRange(Pairs(looked, speaks, agreement, gains, found, room, cancellation));
        return [.. found.OrderByDescending(dependency => dependency.Confidence).ThenBy(dependency => dependency.Determinants.Count).ThenByDescending(dependency => dependency.Rows).ThenBy(dependency => dependency.Dependent, StringComparer.Ordinal).Take(_options.MostFound)];
    }

    private IEnumerable<Dependency> Pairs(DependencyColumn[] columns, bool[] speaks, double[] agreement, double[,] gains, List<Dependency> single, int[] room, CancellationToken cancellation)
    {
        var known = single.Select(dependency => (dependency.Determinants[0], dependency.Dependent)).ToHashSet();
        for (var a = 0; a < columns.Length; a++)
        {
            for (var b = a + 1; b < columns.Length; b++)
            {
                // Where one determines the other, the two say no more than the one.
                if (!speaks[a] || !speaks[b] || columns[a].Distinct < 2 || columns[b].Distinct < 2 || known.Contains((columns[a].Name, columns[b].Name)) || known.Contains((columns[b].Name, columns[a].Name)))
                    continue;
                cancellation.ThrowIfCancellationRequested();
                var groups = Grouping.Of(columns[a], columns[b]);
                if (!Speaks(groups, columns[a].Rows))
                    continue;
                for (var c = 0; c < columns.Length; c++)
                {
                    if (c == a || c == b || agreement[c] > 0.95 || known.Contains((columns[a].Name, columns[c].Name)) || known.Contains((columns[b].Name, columns[c].Name)))
                        continue;
                    // Hardly any pair determines anything: a few rows of many groups show it.
                    if (!groups.MayDetermine(columns[c].Codes, room, _options.LeastShare))
                        continue;
                    var counted = groups.Count(columns[c].Codes, room);
                    var gain = Gain(counted, agreement[c]);
                    // Two columns must do it much better than the better one alone, and more groups must say so: there are many pairs to be lucky with.
                    if (counted.Groups >= 3 * _options.LeastGroups && gain >= Math.Max(0.93, _options.LeastGain) && counted.Share >= _options.LeastShare && 1 - gain < 0.5 * (1 - Math.Max(gains[a, c], gains[b, c])))
                        yield return Describe([columns[a], columns[b]], columns[c], groups, counted, gain, room);
                }
            }
        }
    }

    private bool Speaks(Grouping groups, int rows) => groups.Shared >= _options.LeastGroups && groups.SharedRows >= _options.LeastCompared * rows;

    private static double Gain(Counted counted, double chance) => chance >= 1 ? 0 : Math.Clamp((counted.Agreement - chance) / (1 - chance), 0, 1);

    /// <summary>How often two different rows have the same value.</summary>
    private static double Agreement(DependencyColumn column)
    {
        var counts = new long[column.Distinct];
        long rows = 0;
        foreach (var code in column.Codes)
        {
            if (code == DependencyColumn.Missing)
                continue;
            counts[code]++;
            rows++;
        }

        return rows < 2 ? 1 : counts.Sum(count => count * (double)(count - 1)) / (rows * (double)(rows - 1));
    }

    private Dependency Describe(DependencyColumn[] determinants, DependencyColumn dependent, Grouping groups, Counted counted, double gain, int[] room) => new()
    {
        Determinants = [.. determinants.Select(column => column.Name)],
        Dependent = dependent.Name,
        Share = Math.Round(counted.Share, 6),
        Gain = Math.Round(gain, 6),
        Rows = counted.Rows,
        Groups = counted.Groups,
        Violations = counted.Rows - counted.Majority,
        Examples = counted.Rows == counted.Majority ? [] : groups.Violations(determinants, dependent, room, _options.MostExamples),
    };

    /// <summary>What one pass over grouped rows says of a column.</summary>
    /// <param name="Rows">Rows compared.</param>
    /// <param name="Groups">Groups of two such rows and more.</param>
    /// <param name="Majority">Rows with the most frequent value of their group.</param>
    /// <param name="Agreement">How often two rows of a group agree, each row counted alike.</param>
    internal readonly record struct Counted(long Rows, long Groups, long Majority, double Agreement)
    {
        public double Share => Rows == 0 ? 0 : Majority / (double)Rows;
    }
}
