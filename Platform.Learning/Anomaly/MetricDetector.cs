namespace Platform.Learning.Anomaly;

/// <summary>
/// Finds what is odd in the history of a metric of a few dozen to a few thousand values, such as one a night, and is quiet: its p-value is calibrated by a heavy tail around
/// the forecast that was least off so far, and only what is rarer than the allowed false alarms counts. An odd value does not teach the detector, until several in a
/// row on one side show a new level. A metric that usually moves and stops is told too.
/// </summary>
public sealed class MetricDetector
{
    private const int RunLength = 4;

    // What hardly ever moved does not stop moving.
    private const int FewestChanges = 8;

    private readonly MetricOptions _options;
    private readonly MetricForecasts _forecasts;
    private readonly List<double> _odd = [];
    private readonly TailMemory _gaps = new(60);
    private readonly Queue<double> _run = new();
    private double _together, _alone = 1;
    private DateTimeOffset? _last;
    private double _lastValue = double.NaN;
    private int _values, _unchanged, _changes, _same;

    /// <param name="options">How to look; null for the defaults.</param>
    public MetricDetector(MetricOptions? options = null)
    {
        _options = options ?? new MetricOptions();
        _forecasts = new MetricForecasts(_options.Memory);
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
    public AnomalyPoint Observe(DateTimeOffset time, double value)
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
            result = Judge(x, told.Value, told.Residuals);
        _values++;
        _last = time;
        if (!Alarmed || result.Kind == AnomalyKind.FlatLine || next is not { } forecast)
        {
            _odd.Clear();
            _forecasts.Add(time, x);
            return result;
        }

        // Odd values do not teach, except that enough of them on one side, near each other, are the way it is now.
        if (_odd.Count > 0 && Math.Sign(_odd[^1] - forecast.Value) != Math.Sign(x - forecast.Value))
            _odd.Clear();
        _odd.Add(x);
        if (_odd.Count >= _options.Accept)
        {
            _odd.Sort();
            _forecasts.Shift(_odd[_odd.Count / 2]);
            _odd.Clear();
            return result with { Kind = AnomalyKind.LevelShift };
        }
        return result;
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

    private AnomalyPoint Judge(double x, double forecast, TailMemory residuals)
    {
        var middle = residuals.Quantile(0.5);
        var expected = forecast + (residuals.Count >= 20 ? middle : 0);
        // Half the distance of the outer eighths of each side, as for a normal distribution; the larger side, since counts are skewed.
        var (low, high) = (middle - residuals.Quantile(0.1), residuals.Quantile(0.9) - middle);
        var scale = Math.Max(Math.Max(low, high) / 1.2816, Floor(expected));
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
        var flat = _same > 0 && _changes >= FewestChanges ? Math.Pow(UnchangedBefore(), _same) : 1;
        if (flat < p && flat < AlarmAt)
            (p, kind) = (flat, AnomalyKind.FlatLine);
        Alarmed = p < AlarmAt;
        var reach = StudentT.Reach(AlarmAt, degrees) * scale;
        return new AnomalyPoint(p, AnomalyPoint.ScoreOf(p), Alarmed ? kind : AnomalyKind.None, FromScale(expected), FromScale(expected - reach), FromScale(expected + reach));
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

    // The present run of equal values does not speak for itself.
    private double UnchangedBefore() => (Math.Max(0, _unchanged - _same) + 1.0) / (Math.Max(0, _unchanged - _same) + _changes + 2.0);

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
            }
        }
        _lastValue = value;
    }

    private double Floor(double expected)
    {
        var floor = _options.Least;
        if (_options.Count)
        {
            var count = Math.Max(1, Math.Abs(FromScale(expected)));
            floor = Math.Max(floor, _options.ByFactor ? 1 / Math.Sqrt(count) : Math.Sqrt(count));
        }
        return floor / 2;
    }

    private double ToScale(double value) => _options.ByFactor ? Math.Sign(value) * Math.Log(1 + Math.Abs(value)) : value;

    private double FromScale(double x) => _options.ByFactor ? Math.Sign(x) * (Math.Exp(Math.Min(Math.Abs(x), 700)) - 1) : x;
}
