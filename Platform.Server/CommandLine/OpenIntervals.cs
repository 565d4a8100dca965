using Platform.Workflows.Activities;

namespace Platform.Server.CommandLine;

/// <summary>Intervals that have not ended: their data are not complete, so that only who says <c>--future</c> gets runs of them.</summary>
internal static class OpenIntervals
{
    /// <summary>Refuses a request that holds one.</summary>
    /// <param name="intervals">What is asked for, oldest first.</param>
    /// <param name="date">What was given as <c>--date</c>; null for a range.</param>
    /// <exception cref="CliError">One has not ended.</exception>
    public static void Refuse(IReadOnlyList<DataInterval> intervals, string? date)
    {
        var now = TimeProvider.System.GetUtcNow();
        var open = intervals.Where(i => i.End > now).ToList();
        if (open is not [var first, ..])
            return;
        if (date is not null)
            throw CliError.Usage($"The interval of --date {date} ends at {Text(first.End)}, which is in the future: its data are not complete.", "Run it when it has ended, give an earlier date, or add --future to run it all the same.");
        throw CliError.Usage(
            $"The interval from {Text(first.Start)}{(open.Count > 1 ? $" and {Cli.Count(open.Count - 1, "interval")} after it have" : " has")} not ended, so {(open.Count > 1 ? "their" : "its")} data are not complete.",
            $"End the range there (--to {first.Start.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}), or add --future to run {(open.Count > 1 ? "them" : "it")} all the same.");
    }

    private static string Text(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm}Z";
}
