namespace Platform.Learning.Anomaly;

/// <summary>
/// Four ways of telling the next value of a metric: its level; its level by weekday; the last value and the usual step; the last value and the usual step of that
/// weekday. Each knows how far off it has been; ends of months have a correction of their own once two were seen. The one that was least off tells.
/// </summary>
internal sealed class MetricForecasts(int memory)
{
    private const double Weight = 0.15;
    private const double ErrorWeight = 0.05;
    private const int Ways = 4;

    private readonly double[] _weekday = new double[7];
    private readonly double[] _weekdayStep = new double[7];
    private readonly int[] _weekdaySeen = new int[7];
    private readonly double[] _error = new double[Ways];
    private readonly int[] _told = new int[Ways];
    private readonly TailMemory[] _residuals = [new(memory), new(memory), new(memory), new(memory)];
    private double _level, _step, _last, _monthEnd;
    private int _points, _monthEnds;

    /// <summary>The way that is least off, its forecast and its residuals so far; null before the third value.</summary>
    public (double Value, TailMemory Residuals)? Next(DateTimeOffset time)
    {
        if (_points < 3)
            return null;
        var best = 0;
        for (var way = 1; way < Ways; way++)
        {
            // A way that knows more must be clearly better, since it has more to fit by chance.
            if (_told[way] >= 6 && Ready(way, time) && _error[way] < 0.92 * _error[best])
                best = way;
        }
        return (Tell(best, time), _residuals[best]);
    }

    /// <summary>Takes a value in.</summary>
    public void Add(DateTimeOffset time, double value)
    {
        var day = (int)time.UtcDateTime.DayOfWeek;
        if (_points == 0)
        {
            (_level, _last) = (value, value);
        }
        else
        {
            for (var way = 0; way < Ways; way++)
            {
                if (!Ready(way, time))
                    continue;
                var off = value - Tell(way, time);
                _error[way] += Math.Max(ErrorWeight, 1.0 / ++_told[way]) * (Math.Abs(off) - _error[way]);
                _residuals[way].Add(off);
            }
            if (IsMonthEnd(time))
                _monthEnd += (value - Tell(1, time, corrected: false) - _monthEnd) / ++_monthEnds;
            var step = value - _last;
            var seen = Math.Max(Weight, 1.0 / _points);
            _step += seen * (step - _step);
            _weekdayStep[day] += Math.Max(0.25, 1.0 / (_weekdaySeen[day] + 1)) * (step - _weekdayStep[day]);
            _weekday[day] += Math.Max(0.25, 1.0 / (_weekdaySeen[day] + 1)) * (value - _level - _weekday[day]);
            _weekdaySeen[day]++;
            // What the weekday explains does not move the level.
            _level += seen * (value - _level - (_weekdaySeen[day] > 2 ? _weekday[day] : 0));
            _last = value;
        }
        _points++;
    }

    /// <summary>
    /// Begins at another level, keeping what is known of weekdays and errors: the level moves by as much as these values were off in the middle, each by its own weekday.
    /// A weekday without a past counts by the level alone.
    /// </summary>
    /// <param name="values">The values that show the level, oldest first; at least one.</param>
    public void Shift(IReadOnlyList<(DateTimeOffset Time, double Value)> values)
    {
        var off = values.Select(one => one.Value - Tell(Ready(1, one.Time) ? 1 : 0, one.Time)).Order().ToArray();
        _level += off[off.Length / 2];
        _last = values[^1].Value;
    }

    private bool Ready(int way, DateTimeOffset time) => way switch
    {
        0 => _points >= 2,
        2 => _points >= 3,
        _ => _weekdaySeen[(int)time.UtcDateTime.DayOfWeek] >= 2,
    };

    private double Tell(int way, DateTimeOffset time, bool corrected = true)
    {
        var day = (int)time.UtcDateTime.DayOfWeek;
        var value = way switch { 0 => _level, 1 => _level + _weekday[day], 2 => _last + _step, _ => _last + _weekdayStep[day] };
        return corrected && _monthEnds >= 2 && way is 1 && IsMonthEnd(time) ? value + _monthEnd : value;
    }

    private static bool IsMonthEnd(DateTimeOffset time) => time.UtcDateTime.AddDays(1).Day == 1;
}
