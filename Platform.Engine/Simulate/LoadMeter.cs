namespace Platform.Engine.Simulate;

/// <summary>How much of something was used over the time of a simulation.</summary>
internal sealed class LoadMeter
{
    private readonly List<(double Time, double Value)> _steps = [(0, 0)];

    public double Value { get; private set; }

    public double Peak { get; private set; }

    public void Add(double time, double change)
    {
        Value += change;
        Peak = Math.Max(Peak, Value);
        if (_steps[^1].Time == time)
            _steps[^1] = (time, Value);
        else
            _steps.Add((time, Value));
    }

    /// <summary>The time-weighted mean up to a moment.</summary>
    public double Mean(double until) => until <= 0 ? 0 : Curve(until, 1)[0].Mean;

    /// <summary>Mean and peak in equal parts of the time up to a moment.</summary>
    public IReadOnlyList<(double From, double Mean, double Peak)> Curve(double until, int parts)
    {
        if (until <= 0)
            return [];
        var width = until / parts;
        var sums = new double[parts];
        var peaks = new double[parts];
        for (var i = 0; i < _steps.Count; i++)
        {
            var from = _steps[i].Time;
            var to = Math.Min(i + 1 < _steps.Count ? _steps[i + 1].Time : until, until);
            // A step of no length (replaced at once) counts for nothing.
            for (var part = Math.Clamp((int)(from / width), 0, parts - 1); part < parts && part * width < to; part++)
            {
                var overlap = Math.Min(to, (part + 1) * width) - Math.Max(from, part * width);
                if (overlap <= 0)
                    continue;
                sums[part] += overlap * _steps[i].Value;
                peaks[part] = Math.Max(peaks[part], _steps[i].Value);
            }
        }
        return [.. sums.Select((s, i) => (i * width, s / width, peaks[i]))];
    }
}
