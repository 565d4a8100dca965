using Platform.Inventory.Errors;

namespace Platform.Inventory.Duplicates;

/// <summary>How duplicates are looked for.</summary>
public sealed record DuplicateOptions
{
    /// <summary>Probability from which two rows are taken for the same thing, 0 to 1. Default 0.5.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>The most pairs that are compared. Default 3 million.</summary>
    public int MostPairs { get; init; } = 3_000_000;

    /// <summary>For everything that chance decides. Default 1.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>Two rows that are probably the same thing.</summary>
/// <param name="A">The earlier row, from 0.</param>
/// <param name="B">The later row.</param>
/// <param name="Probability">How probable it is.</param>
public readonly record struct DuplicatePair(int A, int B, double Probability);

/// <summary>What is known about a pair of rows.</summary>
public readonly record struct LabelledPair(int A, int B, bool Same);

/// <summary>What was found.</summary>
public sealed record DuplicateResult
{
    /// <summary>Pairs, the surest first.</summary>
    public required IReadOnlyList<DuplicatePair> Pairs { get; init; }

    /// <summary>Rows of one thing, two or more each, ascending.</summary>
    public required IReadOnlyList<int[]> Clusters { get; init; }

    /// <summary>Pairs that were compared.</summary>
    public required int Compared { get; init; }

    /// <summary>Whether more pairs would have been worth a comparison than were allowed.</summary>
    public required bool Truncated { get; init; }

    /// <summary>Joins that were refused because they would have made a chain of rows that are not alike.</summary>
    public required int ChainsRefused { get; init; }

    /// <summary>Columns that were compared, and how.</summary>
    public required IReadOnlyDictionary<string, RecordKind> Columns { get; init; }
}

/// <summary>Finds rows of a table that are the same thing written differently: unsupervised, or trained with labelled pairs.</summary>
public static class DuplicateFinder
{
    /// <summary>Looks for duplicates.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="columns">Positions of the columns to compare; empty for all. Keys of rows are left out by themselves.</param>
    /// <param name="labels">Labelled pairs; with 20 or more of both kinds they train the decision, fewer are not used.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">A labelled pair names a row that the table does not have.</exception>
    public static DuplicateResult Find(CellTable table, IReadOnlyCollection<int> columns, IReadOnlyList<LabelledPair> labels, DuplicateOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(options);
        foreach (var label in labels)
        {
            if (label.A < 0 || label.B < 0 || label.A >= table.Rows || label.B >= table.Rows)
                throw new ArgumentException($"A labelled pair names the rows {label.A} and {label.B}, and the table has {table.Rows:N0}.", nameof(labels));
        }

        var compared = Enumerable.Range(0, table.Columns.Count).Where(c => columns.Count == 0 || columns.Contains(c))
            .Select(c => RecordColumn.Of(table.Columns[c])).Where(column => column.Kind != RecordKind.Ignored).ToList();
        if (table.Rows < 2 || compared.Count == 0)
            return new DuplicateResult { Pairs = [], Clusters = [], Compared = 0, Truncated = false, ChainsRefused = 0, Columns = compared.ToDictionary(c => c.Name, c => c.Kind, StringComparer.Ordinal) };
        var candidates = Blocking.Pairs(compared, table.Rows, options.MostPairs, out var full, cancellationToken);
        var trained = labels.Count(label => label.Same) >= 20 && labels.Count(label => !label.Same) >= 20;
        Func<int, int, double> probability = trained
            ? PairMatcher.Train(table, columns, WithStrangers(labels, table.Rows, options.Seed), options.Seed, cancellationToken).Probability
            : MatchModel.Learn(compared, table.Rows, candidates, options.Seed, cancellationToken).Probability;
        var scores = new double[candidates.Count];
        Parallel.For(0, candidates.Count, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Math.Min(2, Environment.ProcessorCount) }, i =>
            scores[i] = probability(candidates[i].A, candidates[i].B));
        var pairs = candidates.Select((pair, i) => (pair.A, pair.B, Probability: scores[i])).Where(pair => pair.Probability >= options.Threshold).ToList();
        var clusters = RecordClusters.Join(pairs, probability, out var refused);
        return new DuplicateResult
        {
            Pairs = [.. pairs.OrderByDescending(pair => pair.Probability).ThenBy(pair => pair.A).ThenBy(pair => pair.B).Select(pair => new DuplicatePair(pair.A, pair.B, pair.Probability))],
            Clusters = clusters,
            Compared = candidates.Count,
            Truncated = full,
            ChainsRefused = refused,
            Columns = compared.ToDictionary(c => c.Name, c => c.Kind, StringComparer.Ordinal),
        };
    }

    // People label pairs that look alike. Rows taken at random are different things, which the model would otherwise never see.
    private static List<LabelledPair> WithStrangers(IReadOnlyList<LabelledPair> labels, int rows, int seed)
    {
        var random = new Random(seed);
        var same = labels.Where(label => label.Same).Select(label => (label.A, label.B)).ToHashSet();
        var all = labels.ToList();
        for (var i = 0; i < 2 * labels.Count; i++)
        {
            var (a, b) = (random.Next(rows), random.Next(rows));
            if (a != b && !same.Contains((a, b)) && !same.Contains((b, a)))
                all.Add(new LabelledPair(a, b, false));
        }

        return all;
    }
}
