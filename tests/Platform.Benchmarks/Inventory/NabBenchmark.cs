using System.Diagnostics;
using System.Globalization;
using Platform.Learning.Anomaly;

namespace Platform.Benchmarks.Inventory;

/// <summary>The stream detector on the Numenta Anomaly Benchmark, beside a windowed Gaussian and a detector that knows nothing.</summary>
internal sealed class NabBenchmark : ISubject
{
    public string Name => "nab";

    public string Help => "anomalies in series, standard profile of the Numenta Anomaly Benchmark: nab FOLDER [--files]";

    public Task RunAsync(string[] args)
    {
        var folder = args.Length > 0 && !args[0].StartsWith('-') ? args[0] : "../shared/data/timeseries-nab";
        var options = Options(args);
        var all = NabSeries.Read(folder);
        var began = Stopwatch.GetTimestamp();
        var ours = all.Select(series => (series, Scores(series, options))).ToList();
        var took = Stopwatch.GetElapsedTime(began);
        var points = all.Sum(series => series.Values.Length);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{all.Count} series, {points:N0} points, {all.Sum(series => series.Windows.Count)} windows; {points / took.TotalSeconds:N0} points/s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",-18}{"all",8}{"tuned on",10}{"held back",11}   (threshold of the half tuned on)"));
        Tell("stream detector", ours);
        Tell("windowed Gaussian", [.. all.Select(series => (series, WindowedGaussian(series)))]);
        var random = new Random(7);
        Tell("random", [.. all.Select(series => (series, series.Values.Select(_ => random.NextDouble()).ToArray()))]);
        if (args.Contains("--files"))
        {
            var threshold = NabScorer.Best(ours).Threshold;
            foreach (var one in ours.OrderBy(one => one.series.HeldBack).ThenBy(one => one.series.Name, StringComparer.Ordinal))
            {
                var (score, found, wrong) = NabScorer.At([one], threshold);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(one.series.HeldBack ? "held" : "dev"),-5}{one.series.Name,-60}{score,8:F1} found {found} of {one.series.Windows.Count}, false {wrong}"));
            }
        }
        return Task.CompletedTask;
    }

    private static void Tell(string name, IReadOnlyList<(NabSeries Series, double[] Scores)> scored)
    {
        var (all, threshold) = NabScorer.Best(scored);
        var (dev, tuned) = NabScorer.Best([.. scored.Where(one => !one.Series.HeldBack)]);
        var (held, found, wrong) = NabScorer.At([.. scored.Where(one => one.Series.HeldBack)], tuned);
        var (_, foundAll, wrongAll) = NabScorer.At(scored, threshold);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-18}{all,8:F1}{dev,10:F1}{held,11:F1}   found {foundAll}, false {wrongAll}; held back found {found}, false {wrong}; threshold {threshold:G4}"));
    }

    private static double[] Scores(NabSeries series, StreamOptions options)
    {
        var detector = new StreamDetector(options);
        var scores = new double[series.Values.Length];
        for (var i = 0; i < scores.Length; i++)
            scores[i] = detector.Observe(series.Times[i], series.Values[i]).Score;
        return scores;
    }

    /// <summary>The benchmark's own baseline: the tail of a Gaussian over the last 6,400 points, its parameters taken anew every 100.</summary>
    private static double[] WindowedGaussian(NabSeries series)
    {
        const int Window = 6400;
        const int Step = 100;
        var scores = new double[series.Values.Length];
        double mean = 0, spread = 1;
        for (var i = 0; i < scores.Length; i++)
        {
            if (i > 0)
            {
                var z = Math.Abs(series.Values[i] - mean) / spread;
                scores[i] = 1 - (0.5 * Erfc(z / Math.Sqrt(2)));
            }
            if (i < Window || i % Step == 0)
            {
                var from = Math.Max(0, i - Window + 1);
                var part = series.Values.AsSpan(from, i - from + 1);
                double sum = 0, squares = 0;
                foreach (var value in part)
                    sum += value;
                mean = sum / part.Length;
                foreach (var value in part)
                    squares += (value - mean) * (value - mean);
                spread = Math.Sqrt(squares / part.Length);
                if (spread == 0)
                    spread = 1e-6;
            }
        }
        return scores;
    }

    private static double Erfc(double x)
    {
        // Numerical Recipes 6.2.
        var z = Math.Abs(x);
        var t = 1 / (1 + (0.5 * z));
        var r = t * Math.Exp((-z * z) - 1.26551223 + (t * (1.00002368 + (t * (0.37409196 + (t * (0.09678418 + (t * (-0.18628806 + (t * (0.27886807 + (t * (-1.13520398 + (t * (1.48851587 + (t * (-0.82215223 + (t * 0.17087277))))))))))))))))));
        return x >= 0 ? r : 2 - r;
    }

    private static StreamOptions Options(string[] args)
    {
        var options = new StreamOptions();
        var weights = new Dictionary<string, double>();
        foreach (var pair in args.Where(arg => arg.Contains('=')).Select(arg => arg.Split('=', 2)))
        {
            var value = double.Parse(pair[1], CultureInfo.InvariantCulture);
            options = pair[0] switch
            {
                "memory" => options with { Memory = (int)value },
                "warmup" => options with { Warmup = (int)value },
                "stretch" => options with { Stretch = (int)value },
                "quiet" => options with { Quiet = (int)value },
                "again" => options with { Again = value },
                "fast" => options with { Fast = value },
                "slow" => options with { Slow = value },
                "season" => options with { Season = value },
                _ => options with { Weights = new Dictionary<string, double>(options.Weights) { [pair[0]] = value } },
            };
        }
        return options;
    }
}
