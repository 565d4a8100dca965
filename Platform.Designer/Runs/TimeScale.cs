namespace Platform.Designer.Runs;

/// <summary>
/// The time axis of a run: places in percent, and marks at round lengths. A stretch in which nothing of the run happened, much longer than all in which something did, is folded to a narrow band:
/// so the tasks of a run that was taken up again the next day stand where they belong, and none is a sliver.
/// </summary>
public sealed class TimeScale
{
    /// <summary>Width of a folded stretch, in percent.</summary>
    public const double FoldWidth = 4;

    // Below that a wait is part of the picture.
    private static readonly TimeSpan LeastFold = TimeSpan.FromSeconds(30);
    private const int MostFolds = 8;

    private static readonly TimeSpan[] Steps =
    [
        .. new[] { 10, 20, 50, 100, 200, 500 }.Select(ms => TimeSpan.FromMilliseconds(ms)),
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(s => TimeSpan.FromSeconds(s)),
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(m => TimeSpan.FromMinutes(m)),
        .. new[] { 1, 2, 4, 6, 12 }.Select(h => TimeSpan.FromHours(h)),
        .. new[] { 1, 2, 5, 10, 30, 100, 300, 1000 }.Select(d => TimeSpan.FromDays(d)),
    ];

    private readonly int _marks;
    private readonly List<(DateTimeOffset From, DateTimeOffset To, double Left, double Width)> _parts = [];

    /// <param name="begin">The left end.</param>
    /// <param name="end">The right end; at least a millisecond later, or taken so.</param>
    /// <param name="marks">Marks at most, about.</param>
    public TimeScale(DateTimeOffset begin, DateTimeOffset end, int marks = 6) : this(begin, end, [], marks)
    {
    }

    private TimeScale(DateTimeOffset begin, DateTimeOffset end, IReadOnlyList<TimeFold> folds, int marks)
    {
        _marks = marks;
        Begin = begin;
        Span = end - begin is { TotalMilliseconds: >= 1 } span ? span : TimeSpan.FromMilliseconds(1);
        Folds = folds;
        Shown = Span - TimeSpan.FromTicks(folds.Sum(f => f.Length.Ticks)) is { TotalMilliseconds: >= 1 } shown ? shown : TimeSpan.FromMilliseconds(1);
        Step = Steps.FirstOrDefault(s => Shown / s <= _marks, Steps[^1]);
        var wide = 100 - FoldWidth * folds.Count;
        var (at, left) = (begin, 0.0);
        foreach (var fold in folds)
        {
            Add(fold.From, wide * ((fold.From - at) / Shown));
            Add(fold.To, FoldWidth);
        }
        Add(begin + Span, 100 - left);

        void Add(DateTimeOffset to, double width)
        {
            _parts.Add((at, to, left, width));
            (at, left) = (to, left + width);
        }
    }

    /// <summary>The axis of a run: from its first bar, also one of a start before this one, to its end.</summary>
    /// <param name="bars">All that is drawn.</param>
    /// <param name="begin">When the run began, the last time.</param>
    /// <param name="end">Its end, or now.</param>
    /// <param name="marks">Marks at most, about.</param>
    public static TimeScale Of(IEnumerable<TimelineBar> bars, DateTimeOffset begin, DateTimeOffset end, int marks)
    {
        var ordered = bars.OrderBy(b => b.From).ToList();
        var first = ordered.Count > 0 && ordered[0].From < begin ? ordered[0].From : begin;
        var last = ordered.Count > 0 && ordered.Max(b => b.To) is var to && to > end ? to : end;
        var gaps = new List<TimeFold>();
        var until = first;
        foreach (var bar in ordered)
        {
            if (bar.From > until)
                gaps.Add(new TimeFold(until, bar.From));
            until = bar.To > until ? bar.To : until;
        }
        var busy = last - first - TimeSpan.FromTicks(gaps.Sum(g => g.Length.Ticks));
        return new TimeScale(first, last, [.. gaps.Where(g => g.Length > LeastFold && g.Length > busy).OrderByDescending(g => g.Length).Take(MostFolds).OrderBy(g => g.From)], marks);
    }

    public DateTimeOffset Begin { get; }

    public TimeSpan Span { get; }

    /// <summary>The span without what is folded.</summary>
    public TimeSpan Shown { get; }

    /// <summary>Stretches in which nothing happened, in order.</summary>
    public IReadOnlyList<TimeFold> Folds { get; }

    /// <summary>From one mark to the next.</summary>
    public TimeSpan Step { get; }

    /// <summary>Lengths from the begin that are marked, the begin included; none so near the end that its text would not fit. Only of an axis without folds.</summary>
    public IEnumerable<TimeSpan> Marks => Enumerable.Range(0, _marks + 1).Select(i => Step * i).TakeWhile(m => m <= Span * 0.96);

    /// <summary>The moments at which an axis with folds begins again: its begin, and the end of each fold.</summary>
    public IEnumerable<DateTimeOffset> Starts => Folds.Select(f => f.To).Prepend(Begin);

    /// <summary>Where a moment lies, in percent from 0 to 100.</summary>
    public double At(DateTimeOffset moment)
    {
        if (moment <= Begin)
            return 0;
        foreach (var (from, to, left, width) in _parts)
        {
            if (moment <= to)
                return to == from ? left : Math.Clamp(left + width * ((moment - from) / (to - from)), 0, 100);
        }
        return 100;
    }

    /// <summary>Percent between two moments.</summary>
    public double Between(DateTimeOffset from, DateTimeOffset to) => Math.Max(0, At(to) - At(from));
}

/// <summary>A stretch of an axis in which nothing happened.</summary>
public sealed record TimeFold(DateTimeOffset From, DateTimeOffset To)
{
    public TimeSpan Length => To - From;
}
