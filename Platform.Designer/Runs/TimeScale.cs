namespace Platform.Designer.Runs;

/// <summary>The time axis of a run: places in percent, and marks at round lengths from its begin.</summary>
internal sealed class TimeScale
{
    private const int MostMarks = 6;

    private static readonly TimeSpan[] Steps =
    [
        .. new[] { 10, 20, 50, 100, 200, 500 }.Select(ms => TimeSpan.FromMilliseconds(ms)),
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(s => TimeSpan.FromSeconds(s)),
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(m => TimeSpan.FromMinutes(m)),
        .. new[] { 1, 2, 4, 6, 12 }.Select(h => TimeSpan.FromHours(h)),
        .. new[] { 1, 2, 5, 10, 30, 100, 300, 1000 }.Select(d => TimeSpan.FromDays(d)),
    ];

    /// <param name="begin">The left end.</param>
    /// <param name="end">The right end; at least a millisecond later, or taken so.</param>
    public TimeScale(DateTimeOffset begin, DateTimeOffset end)
    {
        Begin = begin;
        Span = end - begin is { TotalMilliseconds: >= 1 } span ? span : TimeSpan.FromMilliseconds(1);
        Step = Steps.FirstOrDefault(s => Span / s <= MostMarks, Steps[^1]);
    }

    public DateTimeOffset Begin { get; }

    public TimeSpan Span { get; }

    /// <summary>From one mark to the next.</summary>
    public TimeSpan Step { get; }

    /// <summary>Lengths from the begin that are marked, the begin included; none so near the end that its text would not fit.</summary>
    public IEnumerable<TimeSpan> Marks => Enumerable.Range(0, MostMarks + 1).Select(i => Step * i).TakeWhile(m => m <= Span * 0.96);

    /// <summary>Where a moment lies, in percent from 0 to 100.</summary>
    public double At(DateTimeOffset moment) => Math.Clamp(100 * ((moment - Begin) / Span), 0, 100);

    /// <summary>Percent between two moments.</summary>
    public double Between(DateTimeOffset from, DateTimeOffset to) => Math.Max(0, At(to) - At(from));
}
