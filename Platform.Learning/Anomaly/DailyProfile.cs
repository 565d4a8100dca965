namespace Platform.Learning.Anomaly;

/// <summary>The usual value by time of day, and whether it tells more than the level alone.</summary>
internal sealed class DailyProfile(double weight)
{
    private const int Slots = 96;

    private readonly double[] _usual = new double[Slots];
    private readonly int[] _seen = new int[Slots];
    private long _day = long.MinValue;
    private int _slot = -1;
    private double _sum;
    private int _count;

    /// <summary>The usual value at a time; null before the third day that has points then.</summary>
    public double? At(DateTimeOffset time)
    {
        var slot = SlotOf(time, out var day);
        return _seen[slot] >= 2 || (_seen[slot] >= 1 && _day == day && _slot == slot && _seen[slot] >= 2) ? _usual[slot] : null;
    }

    /// <summary>Takes a point in; a slot's points of one day count as one.</summary>
    public void Add(DateTimeOffset time, double value)
    {
        var slot = SlotOf(time, out var day);
        if (slot != _slot || day != _day)
        {
            Close();
            (_slot, _day) = (slot, day);
        }
        _sum += value;
        _count++;
    }

    private void Close()
    {
        if (_count == 0)
            return;
        var mean = _sum / _count;
        _usual[_slot] = _seen[_slot] == 0 ? mean : _usual[_slot] + (Math.Max(weight, 1.0 / (_seen[_slot] + 1)) * (mean - _usual[_slot]));
        _seen[_slot]++;
        (_sum, _count) = (0, 0);
    }

    private static int SlotOf(DateTimeOffset time, out long day)
    {
        day = time.UtcTicks / TimeSpan.TicksPerDay;
        return (int)(time.UtcTicks % TimeSpan.TicksPerDay * Slots / TimeSpan.TicksPerDay);
    }
}
