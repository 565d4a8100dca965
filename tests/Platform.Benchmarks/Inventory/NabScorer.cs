namespace Platform.Benchmarks.Inventory;

/// <summary>
/// The scoring of the Numenta Anomaly Benchmark, standard profile (Lavin and Ahmad, "Evaluating Real-time Anomaly Detection Algorithms", ICMLA 2015; its sweeper):
/// in each labelled window the earliest detection counts by a sigmoid of its place, a missed window costs 1, a detection outside costs 0.11 by its distance behind the
/// last window; one threshold for all series, the best one; 0 is a detector that says nothing, 100 one that detects each window at its first point and nothing else.
/// </summary>
internal static class NabScorer
{
    private const double FalsePositive = 0.11;
    private const double FalseNegative = 1;

    /// <summary>The best score over all thresholds.</summary>
    /// <param name="series">The series with the scores that a detector gave to their points.</param>
    public static (double Score, double Threshold) Best(IReadOnlyCollection<(NabSeries Series, double[] Scores)> series)
    {
        var marks = series.SelectMany(one => Marks(one.Series, one.Scores)).OrderByDescending(mark => mark.Score).ToArray();
        var windows = series.Sum(one => one.Series.Windows.Count);
        var found = new Dictionary<(string, int), double>();
        double sum = -FalseNegative * windows, best = sum, threshold = double.PositiveInfinity;
        for (var i = 0; i < marks.Length; i++)
        {
            var mark = marks[i];
            if (mark.Window is { } window)
            {
                var before = found.GetValueOrDefault((mark.Series, window), -FalseNegative);
                if (mark.Weight > before)
                {
                    found[(mark.Series, window)] = mark.Weight;
                    sum += mark.Weight - before;
                }
            }
            else
            {
                sum += mark.Weight;
            }
            // All points of one score are told together.
            if (sum > best && (i + 1 == marks.Length || marks[i + 1].Score < mark.Score))
                (best, threshold) = (sum, mark.Score);
        }
        return (Normal(best, windows), threshold);
    }

    /// <summary>The score at a given threshold, and how many windows were found and alarms were false.</summary>
    public static (double Score, int Found, int False) At(IReadOnlyCollection<(NabSeries Series, double[] Scores)> series, double threshold)
    {
        var marks = series.SelectMany(one => Marks(one.Series, one.Scores)).Where(mark => mark.Score >= threshold).ToList();
        var windows = series.Sum(one => one.Series.Windows.Count);
        var hits = marks.Where(mark => mark.Window is not null).GroupBy(mark => (mark.Series, mark.Window)).Select(window => window.Max(mark => mark.Weight)).ToList();
        var wrong = marks.Where(mark => mark.Window is null).ToList();
        return (Normal(hits.Sum() - (FalseNegative * (windows - hits.Count)) + wrong.Sum(mark => mark.Weight), windows), hits.Count, wrong.Count);
    }

    private static double Normal(double sum, int windows) => windows == 0 ? sum : 100 * (sum + (FalseNegative * windows)) / ((1 + FalseNegative) * windows);

    private static IEnumerable<Mark> Marks(NabSeries series, double[] scores)
    {
        (int First, int Last)? before = null;
        var next = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            while (next < series.Windows.Count && i > series.Windows[next].Last)
                before = series.Windows[next++];
            var inside = next < series.Windows.Count && i >= series.Windows[next].First ? series.Windows[next] : ((int First, int Last)?)null;
            if (i < series.Probation)
                continue;
            if (inside is { } window)
            {
                double width = window.Last - window.First + 1;
                yield return new Mark(series.Name, scores[i], next, Sigmoid(-(window.Last - i + 1) / width) / Sigmoid(-1));
            }
            else
            {
                var place = before is { } past ? Sigmoid((i - past.Last) / (double)Math.Max(1, past.Last - past.First)) : -1;
                yield return new Mark(series.Name, scores[i], null, place * FalsePositive);
            }
        }
    }

    private static double Sigmoid(double place) => place > 3 ? -1 : (2 / (1 + Math.Exp(5 * place))) - 1;

    private readonly record struct Mark(string Series, double Score, int? Window, double Weight);
}
