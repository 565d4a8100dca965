using Platform.Workflows.Activities;

namespace Platform.Server.CommandLine;

/// <summary>Intervals that have not ended: their data are not complete, so that only who says <c>--future</c> gets runs of them.</summary>
internal static class OpenIntervals
{
    /// <summary>Refuses a command that holds one.</summary>
    /// <param name="intervals">What is asked for, oldest first.</param>
    /// <param name="date">What was given as <c>--date</c>; null for a range.</param>
    /// <exception cref="CliError">One has not ended.</exception>
    public static void Refuse(IReadOnlyList<DataInterval> intervals, string? date)
    {
        if (Find(intervals, date, TimeProvider.System.GetUtcNow(), o => "--" + o, "add --future") is { } open)
            throw CliError.Usage(open.What, open.ToDo);
    }

    /// <summary>What is wrong with a request that holds one, and what to do; null where all have ended.</summary>
    /// <param name="intervals">What is asked for, oldest first.</param>
    /// <param name="date">The one date that was given; null for a range.</param>
    /// <param name="now">The time.</param>
    /// <param name="option">How an option is written where it was asked.</param>
    /// <param name="future">What to do to run them all the same.</param>
    public static (string What, string ToDo)? Find(IReadOnlyList<DataInterval> intervals, string? date, DateTimeOffset now, Func<string, string> option, string future)
    {
        var open = intervals.Where(i => i.End > now).ToList();
        if (open is not [var first, ..])
            return null;
        if (date is not null)
            return ($"The interval of {option("date")} {date} ends at {Text(first.End)}, which is in the future: its data are not complete.", $"Run it when it has ended, give an earlier date, or {future} to run it all the same.");
        return (
            $"The interval from {Text(first.Start)}{(open.Count > 1 ? $" and {Cli.Count(open.Count - 1, "interval")} after it have" : " has")} not ended, so {(open.Count > 1 ? "their" : "its")} data are not complete.",
            $"End the range there ({option("to")} {first.Start.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}), or {future} to run {(open.Count > 1 ? "them" : "it")} all the same.");
    }

    private static string Text(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm}Z";
}
