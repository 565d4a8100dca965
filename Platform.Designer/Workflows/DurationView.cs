using Platform.Engine;
using Platform.Engine.History;

namespace Platform.Designer.Workflows;

/// <summary>Durations as a chart draws them.</summary>
internal sealed record DurationView
{
    /// <summary>How many times the median a run must take to be marked.</summary>
    private const double OddFrom = 2;

    // Of fewer runs a median says little.
    private const int LeastForOdd = 5;

    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<DurationBar> Bars { get; init; }

    /// <summary>The highest bar, with its time in the queue where that is drawn; a millisecond at least.</summary>
    public required TimeSpan Longest { get; init; }

    /// <summary>Of those that succeeded; null where none did.</summary>
    public required TimeSpan? Median { get; init; }

    /// <summary>Nine of ten that succeeded took no longer; null where none did.</summary>
    public required TimeSpan? P90 { get; init; }

    /// <summary>Makes the chart's figures.</summary>
    /// <param name="rows">Newest first.</param>
    /// <param name="now">The end of what has none.</param>
    /// <param name="queued">Whether the bars are drawn with the time in the queue.</param>
    public static DurationView Of(IReadOnlyList<RunDurationRow> rows, DateTimeOffset now, bool queued = true)
    {
        var good = rows.Where(r => r is { State: RunStates.Success, EndedAt: not null }).Select(r => r.EndedAt!.Value - r.StartedAt).Order().ToList();
        TimeSpan? median = good.Count == 0 ? null : good.Count % 2 == 1 ? good[good.Count / 2] : (good[(good.Count / 2) - 1] + good[good.Count / 2]) / 2;
        var bars = rows.Reverse().Select(r =>
        {
            var took = (r.EndedAt ?? now) - r.StartedAt;
            return new DurationBar(r, took < TimeSpan.Zero ? TimeSpan.Zero : took, r.QueuedAt is { } ready && ready < r.StartedAt ? r.StartedAt - ready : TimeSpan.Zero)
            {
                Odd = good.Count >= LeastForOdd && took > median * OddFrom,
            };
        }).ToList();
        var longest = bars.Count == 0 ? TimeSpan.Zero : bars.Max(b => queued ? b.Took + b.Queued : b.Took);
        return new DurationView
        {
            Bars = bars,
            Longest = longest.TotalMilliseconds >= 1 ? longest : TimeSpan.FromMilliseconds(1),
            Median = median,
            P90 = good.Count == 0 ? null : good[(int)Math.Ceiling(good.Count * 0.9) - 1],
        };
    }
}

/// <summary>A run in the chart.</summary>
/// <param name="Row">The run.</param>
/// <param name="Took">How long it ran, or runs by now.</param>
/// <param name="Queued">How long it was ready before.</param>
internal sealed record DurationBar(RunDurationRow Row, TimeSpan Took, TimeSpan Queued)
{
    /// <summary>Whether it took much longer than most.</summary>
    public bool Odd { get; init; }
}
