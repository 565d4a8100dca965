namespace Platform.Learning.Anomaly;

/// <summary>
/// Finds what is odd in a dense series, point by point and without looking ahead. Several views look at each point: the step from the fast level, the distance from
/// the slow level, from the usual value at that time of day, the mean and the spread of the last stretch, and the range of values so far. Each view turns its
/// residual into a p-value by the tail of its own past residuals, so that no scale has to be set; the least of them, corrected for their number, is the point's.
/// What goes on being odd is told once: after a point was told, only something odder is told again until that is forgotten.
/// </summary>
public sealed class StreamDetector
{
    private readonly StreamOptions _options;
    private readonly View _step, _level, _season, _stretch, _spread, _range;
    private readonly View[] _views;
    private readonly DailyProfile _profile;
    private readonly double[] _recent;
    private readonly double[] _residuals;
    private readonly double _forget;
    private double _fast, _slow, _seasonError, _levelError, _told;
    private long _points;

    /// <param name="options">How to look; null for the defaults.</param>
    public StreamDetector(StreamOptions? options = null)
    {
        _options = options ?? new StreamOptions();
        _step = Make("step");
        _level = Make("level");
        _season = Make("season");
        _stretch = Make("stretch");
        _spread = Make("spread");
        _range = Make("range");
        _views = [_step, _level, _season, _stretch, _spread, _range];
        _profile = new DailyProfile(_options.Season);
        _recent = new double[_options.Stretch];
        _residuals = new double[_options.Stretch];
        _forget = Math.Pow(0.5, 1.0 / Math.Max(1, _options.Quiet));
    }

    /// <summary>Judges a point and then learns from it.</summary>
    /// <param name="time">When; only the time of day matters, so points may be missing.</param>
    /// <param name="value">The value; not a number and infinity are told as missing.</param>
    public AnomalyPoint Observe(DateTimeOffset time, double value)
    {
        if (!double.IsFinite(value))
            return new AnomalyPoint(1, 0, AnomalyKind.Missing, _points > 0 ? _fast : null);
        if (_points == 0)
            (_fast, _slow) = (value, value);
        var usual = _profile.At(time);
        foreach (var view in _views)
            view.PValue = 1;

        var step = value - _fast;
        var level = value - _slow;
        var overall = Math.Max(_range.Memory.Quantile(0.95) - _range.Memory.Quantile(0.05), Math.Abs(_range.Memory.Quantile(0.5)) * 1e-3);
        var least = Math.Max(overall * 0.01, 1e-9);
        _step.Judge(step, least);
        _level.Judge(level, least);
        _range.Judge(value, Math.Max(overall * 0.05, 1e-9));
        var residual = level;
        if (usual is { } expected)
        {
            // The profile counts as far as it has told more than the level.
            var inSeason = value - expected;
            if (_seasonError < 0.8 * _levelError)
            {
                _season.Judge(inSeason, least);
                residual = inSeason;
            }
            var weight = Math.Max(0.005, 1.0 / (_season.Memory.Count + 1));
            _seasonError += weight * (Math.Abs(inSeason) - _seasonError);
            _levelError += weight * (Math.Abs(level) - _levelError);
            _season.Memory.Add(inSeason);
        }
        var at = (int)(_points % _recent.Length);
        _recent[at] = value;
        _residuals[at] = residual;
        double? mean = null, spread = null;
        if (_points >= _recent.Length)
        {
            mean = _residuals.Average();
            spread = Math.Log(Spread(_recent) + least);
            _stretch.Judge(mean.Value, least / 4);
            _spread.Judge(spread.Value, 0.1);
        }

        var best = _views.MinBy(view => view.Weighted)!;
        var surprise = _points < _options.Warmup ? 0 : Math.Max(0, best.Weighted * -1);
        var told = _told * _forget;
        var fresh = surprise > told * _options.Again;
        _told = Math.Max(surprise, told);
        var p = _points < _options.Warmup ? 1 : Math.Min(1, _views.Length * best.PValue);
        var score = fresh ? Math.Clamp(surprise / 12, 0, 1) : Math.Clamp(surprise / 12, 0, 1) * 0.1;
        var result = new AnomalyPoint(p, score, KindOf(best, value), usual ?? _slow);

        _step.Memory.Add(step);
        _level.Memory.Add(level);
        _range.Memory.Add(value);
        if (mean is { } m && spread is { } s)
        {
            _stretch.Memory.Add(m);
            _spread.Memory.Add(s);
        }
        _profile.Add(time, value);
        _fast += _options.Fast * step;
        _slow += Math.Max(_options.Slow, 1.0 / (_points + 1)) * level;
        _points++;
        return result;
    }

    private View Make(string name) => new(name, _options.Weights.GetValueOrDefault(name, 1), new TailMemory(_options.Memory));

    private AnomalyKind KindOf(View view, double value)
    {
        if (view.PValue >= 0.05)
            return AnomalyKind.None;
        if (view == _spread)
            return view.Up ? AnomalyKind.Unrest : AnomalyKind.FlatLine;
        if (view == _stretch)
            return AnomalyKind.LevelShift;
        return view.Up ? AnomalyKind.Spike : AnomalyKind.Dip;
    }

    private static double Spread(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / values.Length);
    }

    /// <summary>A way of looking at a point.</summary>
    private sealed class View(string name, double weight, TailMemory memory)
    {
        public string Name { get; } = name;

        public TailMemory Memory { get; } = memory;

        public double PValue { get; set; } = 1;

        public bool Up { get; private set; }

        /// <summary>Its <c>log10(p)</c>, times its weight.</summary>
        public double Weighted => weight * Math.Log10(PValue);

        public void Judge(double residual, double least)
        {
            var (above, below) = (Memory.Above(residual, least), Memory.Below(residual, least));
            Up = above <= below;
            PValue = Math.Min(1, 2 * Math.Min(above, below));
        }
    }
}
