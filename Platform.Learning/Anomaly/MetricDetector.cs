namespace Platform.Learning.Anomaly;

/// <summary>
/// Finds what is odd in the history of a metric of a few dozen to a few thousand values, such as one a night, and is quiet: its p-value is calibrated by a heavy tail around
/// the forecast that was least off so far, and only what is rarer than the allowed false alarms counts. An odd value does not teach the detector, until several in a
/// row on one side show a new level. A metric that usually moves and stops is told too, by how often a value of its kind comes again by chance.
/// </summary>
public sealed class MetricDetector
{
    private const int RunLength = 4;

    // What hardly ever moved does not stop moving, and what stands still one time in five is not usually moving.
    private const int FewestChanges = 8;
    private const double MostUnchanged = 0.2;

    private readonly MetricOptions _options;
    private readonly MetricForecasts _forecasts;
    private readonly List<(DateTimeOffset Time, double Value)> _odd = [];
    private readonly TailMemory _gaps = new(60);
    private readonly TailMemory _raw;
    private readonly TailMemory _steps;
    private readonly Queue<double> _run = new();
    private double _together, _alone = 1;
    private DateTimeOffset? _last;
    private double _lastValue = double.NaN;
    private int _values, _unchanged, _changes, _same, _side;

    /// <param name="options">How to look; null for the defaults.</param>
    public MetricDetector(MetricOptions? options = null)
    {
        _options = options ?? new MetricOptions();
        _forecasts = new MetricForecasts(_options.Memory);
        (_raw, _steps) = (new TailMemory(_options.Memory), new TailMemory(_options.Memory));
    }

    /// <summary>Share of steps that changed nothing so far, by Laplace's rule: one half without any.</summary>
    public double UnchangedShare => (_unchanged + 1.0) / (_unchanged + _changes + 2.0);

    /// <summary>The p-value under which a value counts as an anomaly, by the spacing of the values.</summary>
    public double AlarmAt => _options.FalseAlarmsAYear * Math.Clamp(_gaps.Count < 3 ? 1 : _gaps.Quantile(0.5), 1.0 / 288, 31) / 365.25;

    /// <summary>Whether the last value counts as an anomaly.</summary>
    public bool Alarmed { get; private set; }

    /// <summary>Judges a value and then learns from it.</summary>
    /// <param name="time">When; must be later than the one before.</param>
    /// <param name="value">The value; not a number and infinity are told as missing.</param>
    /// <param name="least">The least change that means anything this time, where it is more than <see cref="MetricOptions.Least"/>: of few rows a share moves by a whole row at once.</param>
    public AnomalyPoint Observe(DateTimeOffset time, double value, double least = 0)
    {
        Alarmed = false;
        if (!double.IsFinite(value))
            return new AnomalyPoint(1, 0, AnomalyKind.Missing);
        var x = ToScale(value);
        var next = _forecasts.Next(time);
        var result = AnomalyPoint.Unknown;
        if (_last is { } before)
            _gaps.Add(Math.Max(0, (time - before).TotalDays));
        Count(value);
        if (_values >= _options.Warmup && next is { } told)
            result = Judge(x, told.Value, told.Residuals, least);
        _values++;
        _last = time;
        if (!Alarmed || result.Kind == AnomalyKind.FlatLine || next is not { } forecast)
        {
            _odd.Clear();
            Learn(time, value, x);
            return result;
        }

        // Odd values do not teach, except that enough of them on one side, near each other, are the way it is now.
        var side = Math.Sign(x - forecast.Value);
        if (side != _side)
            _odd.Clear();
        _side = side;
        _odd.Add((time, x));
        if (_odd.Count >= _options.Accept)
        {
            _forecasts.Shift(_odd);
            _odd.Clear();
            // What they were off from the level of before says nothing of that of now.
            _run.Clear();
            return result with { Kind = AnomalyKind.LevelShift };
        }
        return result;
    }

    private void Learn(DateTimeOffset time, double value, double x)
    {
        _raw.Add(value);
        _forecasts.Add(time, x);
    }

    /// <summary>Judges that no value has come until now.</summary>
    public AnomalyPoint Overdue(DateTimeOffset now)
    {
        if (_last is not { } last || _gaps.Count < _options.Warmup)
            return AnomalyPoint.Unknown;
        var usual = Math.Max(_gaps.Quantile(0.5), 1e-6);
        var p = _gaps.Above((now - last).TotalDays, usual * 0.25);
        return new AnomalyPoint(p, AnomalyPoint.ScoreOf(p), p < AlarmAt ? AnomalyKind.Missing : AnomalyKind.None);
    }

    private AnomalyPoint Judge(double x, double forecast, TailMemory residuals, double least)
    {
        var middle = residuals.Quantile(0.5);
        var expected = forecast + (residuals.Count >= 20 ? middle : 0);
        // Half the distance of the outer eighths of each side, as for a normal distribution; the larger side, since counts are skewed.
        var (low, high) = (middle - residuals.Quantile(0.1), residuals.Quantile(0.9) - middle);
        var scale = Math.Max(Math.Max(low, high) / 1.2816, Floor(expected, least));
        // With more history the tail is told by the residuals themselves, below.
        var degrees = Math.Clamp(residuals.Count / 3.0, 3, 30);
        var z = (x - expected) / scale;
        var p = Math.Min(1, StudentT.TwoSided(z, degrees));
        if (residuals.Count >= 40)
        {
            var rank = 2 * (z > 0 ? residuals.Above(x - forecast, scale * 0.5) : residuals.Below(x - forecast, scale * 0.5));
            p = Math.Max(p, Math.Min(1, rank));
        }
        var kind = z > 0 ? AnomalyKind.Spike : AnomalyKind.Dip;
        if (Drawn(z, degrees) is var drawn && drawn < p && drawn < AlarmAt)
            (p, kind) = (drawn, AnomalyKind.LevelShift);
        var flat = Flat();
        if (flat < p && flat < AlarmAt)
            (p, kind) = (flat, AnomalyKind.FlatLine);
        Alarmed = p < AlarmAt;
        var reach = StudentT.Reach(AlarmAt, degrees) * scale;
        return new AnomalyPoint(p, AnomalyPoint.ScoreOf(p), Alarmed ? kind : AnomalyKind.None, Possible(FromScale(expected)), Possible(FromScale(expected - reach)), Possible(FromScale(expected + reach))) { Repeats = _same };
    }

    /// <summary>Probability that the last few values lie on one side together as they do: a level that moved by less than a single day can show.</summary>
    private double Drawn(double z, double degrees)
    {
        var clipped = Math.Clamp(z, -4, 4);
        if (_run.Count > 0)
        {
            // What follows a high value is often high too: then a run says less.
            _together += 0.05 * ((clipped * _run.Last()) - _together);
            _alone += 0.05 * ((clipped * clipped) - _alone);
        }
        _run.Enqueue(clipped);
        if (_run.Count > RunLength)
            _run.Dequeue();
        if (_run.Count < RunLength)
            return 1;
        var correlation = Math.Clamp(_together / Math.Max(_alone, 0.1), 0, 0.9);
        var spread = Math.Sqrt(RunLength * (1 + (2 * correlation * (RunLength - 1) / RunLength)));
        return Math.Min(1, 2 * StudentT.TwoSided(_run.Sum() / spread, degrees));
    }

    /// <summary>
    /// Probability that the value of before comes again as often as it did. Of few values of the past a share of repeats is hardly known, so it is taken as uncertain (beta
    /// with a flat prior); and a value that many of the past have comes again by chance, as small counts and medians of whole numbers do. The present run does not speak for itself.
    /// </summary>
    private double Flat()
    {
        var unchanged = Math.Max(0, _unchanged - _same);
        if (_same == 0 || _changes < FewestChanges || (unchanged + 1.0) / (unchanged + _changes + 2.0) >= MostUnchanged)
            return 1;
        var p = 1d;
        for (var i = 0; i < _same; i++)
            p *= (unchanged + 1.0 + i) / (unchanged + _changes + 2.0 + i);
        var before = Math.Max(0, _raw.Equal(_lastValue) - _same);
        var by = (before + 1.0) / (Math.Max(0, _raw.Count - _same) + 2.0);
        // Two counts of the same mean are equal with this probability, by their chance alone (Poisson: 1 / (2 sqrt(pi n))).
        if (_options.Count)
            by = Math.Max(by, Math.Min(0.5, 0.5 / Math.Sqrt(Math.PI * Math.Max(1, Math.Abs(_lastValue)))));
        return Math.Max(p, Math.Pow(by, _same));
    }

    private void Count(double value)
    {
        if (_values > 0)
        {
            if (value == _lastValue)
            {
                _unchanged++;
                _same++;
            }
            else
            {
                _changes++;
                _same = 0;
                _steps.Add(Math.Abs(ToScale(value) - ToScale(_lastValue)));
            }
        }
        _lastValue = value;
    }

    private double Floor(double expected, double least)
    {
        var floor = Math.Max(_options.Least, least);
        if (_options.Count)
        {
            var count = Math.Max(1, Math.Abs(FromScale(expected)));
            floor = Math.Max(floor, _options.ByFactor ? 1 / Math.Sqrt(count) : Math.Sqrt(count));
        }
        // A metric that moves in steps, as a median of whole numbers does, moves by one at least.
        return Math.Max(floor / 2, _steps.Count >= FewestChanges ? _steps.Quantile(0) : 0);
    }

    private double Possible(double value) => _options.Share ? Math.Clamp(value, 0, 1) : _options.Count ? Math.Max(0, value) : value;

    private double ToScale(double value) => _options.ByFactor ? Math.Sign(value) * Math.Log(1 + Math.Abs(value)) : value;

    private double FromScale(double x) => _options.ByFactor ? Math.Sign(x) * (Math.Exp(Math.Min(Math.Abs(x), 700)) - 1) : x;
}
