namespace Platform.Inventory.Errors;

/// <summary>How wrong cells are looked for.</summary>
public sealed record ErrorOptions
{
    /// <summary>For everything that chance decides. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Probability from which a cell is reported, 0 to 1. Default 0.5.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>The most rows that are looked at; of more a sample is taken by whoever reads them. Default 100,000.</summary>
    public const int MaxRows = 100_000;
}

/// <summary>
/// Finds cells that are probably wrong, without rules: strategies describe every cell, kinds of cells are clustered a column, and up to 20 labelled
/// rows, which it asks for, teach it what wrong means in this table (after Mahdavi and others, Raha: a configuration-free error detection system,
/// SIGMOD 2019; here with a probability without labels that the labels correct, and labels of one column teaching the others).
/// </summary>
public sealed class ErrorDetector
{
    private const int Clusters = 24;
    private readonly CellTable _table;
    private readonly ErrorOptions _options;
    private readonly CellFeatures[] _features;
    private readonly double[][] _prior;
    // Only labels need them, and they cost as much as half of the rest.
    private readonly Lazy<CellClusters[]> _clusters;

    private ErrorDetector(CellTable table, ErrorOptions options, CellFeatures[] features, Dependencies dependencies, TimeOrder order)
    {
        (_table, _options, _features, Dependencies, Order) = (table, options, features, dependencies, order);
        _prior = [.. features.Select(f => Enumerable.Range(0, f.KindCount).Select(kind => CellPrior.Unsupervised(f, kind)).ToArray())];
        _clusters = new Lazy<CellClusters[]>(() => [.. features.Select((f, c) => CellClusters.Of(f, _prior[c], Clusters, new Random(options.Seed * 7919 + c)))]);
    }

    public CellTable Table => _table;

    /// <summary>What is known of each column's cells.</summary>
    internal IReadOnlyList<CellFeatures> Features => _features;

    internal Dependencies Dependencies { get; }

    internal TimeOrder Order { get; }

    /// <summary>Describes every cell of a table.</summary>
    /// <param name="table">The rows, at most <see cref="ErrorOptions.MaxRows"/>.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">The table has more rows than that.</exception>
    public static ErrorDetector Prepare(CellTable table, ErrorOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        if (table.Rows > ErrorOptions.MaxRows)
            throw new ArgumentException($"The table has {table.Rows:N0} rows, and at most {ErrorOptions.MaxRows:N0} are looked at. Take a sample.", nameof(table));
        var dependencies = Dependencies.Find(table, 6, options.Seed, cancellationToken);
        var order = TimeOrder.Find(table);
        var missing = Enumerable.Range(0, table.Columns.Count).Where(c => IsPartlyMissing(table.Columns[c])).OrderByDescending(c => table.Columns[c].Missing).ToArray();
        var features = new CellFeatures[table.Columns.Count];
        Parallel.For(0, features.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Math.Min(2, Environment.ProcessorCount) }, column =>
            features[column] = CellFeatures.Of(table, column, ValueSignals.Of(table.Columns[column], cancellationToken), new RowSignals(table, column, dependencies, order, missing)));
        return new ErrorDetector(table, options, features, dependencies, order);
    }

    /// <summary>The rows whose labels settle most, the most useful first.</summary>
    /// <param name="labels">What is known already.</param>
    /// <param name="count">How many rows.</param>
    public IReadOnlyList<int> ChooseRows(IReadOnlyCollection<CellLabel> labels, int count) => RowChooser.Choose(_table, _features, _clusters.Value, Scores(labels), labels, count, _options.Seed);

    /// <summary>The probability of every cell, by column and row.</summary>
    /// <param name="labels">Labelled cells; empty for none.</param>
    public float[][] Score(IReadOnlyCollection<CellLabel> labels)
    {
        var scores = Scores(labels);
        return [.. _features.Select((features, column) => Array.ConvertAll(features.Kinds, kind => (float)scores[column][kind]))];
    }

    /// <summary>The cells that are probably wrong. What a label says about a cell stands.</summary>
    /// <param name="labels">Labelled cells; empty for none.</param>
    public IEnumerable<CellFinding> Find(IReadOnlyCollection<CellLabel> labels)
    {
        var scores = Scores(labels);
        var said = labels.ToLookup(label => (label.Row, label.Column), label => label.Wrong);
        for (var column = 0; column < _features.Length; column++)
        {
            var features = _features[column];
            for (var row = 0; row < _table.Rows; row++)
            {
                var kind = features.Kinds[row];
                var score = said.Contains((row, column)) ? said[(row, column)].Last() ? 1 : 0 : scores[column][kind];
                if (score >= _options.Threshold)
                    yield return Finding(features, row, kind, score);
            }
        }
    }

    /// <summary>The cells that are wrong beyond reasonable doubt, with the group in which the nightly look tells them; without labels.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public IReadOnlyList<(int Row, int Column, string Group)> FindSure(CancellationToken cancellationToken) =>
        [.. SureCells.Find(this, [.. _table.Columns.Select(_ => true)], [.. _table.Columns.Select(_ => true)], [.. _table.Columns.Select(_ => false)], [.. _table.Columns.Select(_ => false)], [.. _table.Columns.Select(column => (long)column.Values.Count)], cancellationToken).Select(cell => (cell.Row, cell.Column, $"{_table.Columns[cell.Column].Name}:{CellWords.Name(cell.Cause)}"))];

    /// <summary>Findings that look alike, the largest groups first.</summary>
    public static IReadOnlyList<CellGroup> Group(IEnumerable<CellFinding> findings) =>
    [
        .. findings.GroupBy(finding => finding.Group, StringComparer.Ordinal).Select(group => new CellGroup
        {
            Key = group.Key,
            Column = group.First().Column,
            Reason = ReasonOf(group.First()),
            Pattern = ValueText.Shape(group.First().Value, collapse: true),
            Cells = group.LongCount(),
            MeanScore = group.Average(finding => finding.Score),
            Examples = [.. group.DistinctBy(finding => finding.Value).Concat(group).Distinct().Take(5)],
        }).OrderByDescending(group => group.Cells).ThenBy(group => group.Key, StringComparer.Ordinal),
    ];

    private static string ReasonOf(CellFinding finding) => finding.Reasons.Count == 0 ? "labels" : CellStrategies.Name(finding.Reasons[0].Strategy);

    private static bool IsPartlyMissing(CellColumn column) => column.Missing > 0 || column.Values.Any(value => ValueText.StandIn(value) >= 1);

    private CellFinding Finding(CellFeatures features, int row, int kind, double score)
    {
        var reasons = Enum.GetValues<CellStrategy>().Select(strategy => new CellReason(strategy, features.Strength(kind, strategy)))
            .Where(reason => reason.Strength >= 0.15).OrderByDescending(reason => reason.Strength * Telling(reason.Strategy)).Take(4).ToList();
        var column = _table.Columns[features.Column];
        var value = column[row];
        var leading = reasons.Count == 0 ? "labels" : CellStrategies.Name(reasons[0].Strategy);
        return new CellFinding
        {
            Row = row,
            Column = column.Name,
            Value = value,
            Score = score,
            Reasons = reasons,
            Suggestion = features.Suggestions[kind] is { } suggestion && suggestion != value ? suggestion : null,
            Group = $"{column.Name}:{leading}:{ValueText.Shape(value, collapse: true)}",
        };
    }

    // That a value is made otherwise follows from most of what else can be wrong with it, and says less.
    private static double Telling(CellStrategy strategy) => strategy is CellStrategy.Shape or CellStrategy.Characters or CellStrategy.Length ? 0.7 : strategy == CellStrategy.Type ? 0.85 : 1;

    private double[][] Scores(IReadOnlyCollection<CellLabel> labels)
    {
        if (labels.Count == 0)
            return _prior;
        var prior = CellPrior.Learn([.. labels.Select(label => (_features[label.Column], _features[label.Column].Kinds[label.Row], label.Wrong))], ridge: 4);
        var byColumn = labels.ToLookup(label => label.Column);
        var scores = new double[_features.Length][];
        var clusters = _clusters.Value;
        Parallel.For(0, scores.Length, new ParallelOptions { MaxDegreeOfParallelism = Math.Min(2, Environment.ProcessorCount) }, column =>
            scores[column] = ColumnClassifier.Score(_features[column], clusters[column], prior, [.. byColumn[column]]));
        return scores;
    }
}
