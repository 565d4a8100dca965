using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Monitor;

/// <summary>A column of a slice.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Nulls">Nulls in the interval.</param>
/// <param name="ReferenceNulls">Nulls in the reference.</param>
/// <param name="Drift">How far its distribution moved; null where a distribution says nothing (times, near-unique values, empty sides).</param>
internal sealed record SliceColumn(string Name, long Nulls, long ReferenceNulls, DriftMeasure? Drift);

/// <summary>An interval's rows and those of the intervals before, summed up.</summary>
internal sealed record IntervalSlice
{
    private const int MostColumns = 100;

    public required Workflows.Activities.DataInterval Interval { get; init; }

    public required long Rows { get; init; }

    public required long ReferenceRows { get; init; }

    /// <summary>Reference intervals that have rows.</summary>
    public required int ReferenceIntervals { get; init; }

    /// <summary>Newest time in the interval; null without rows.</summary>
    public required DateTimeOffset? Newest { get; init; }

    public required IReadOnlyList<SliceColumn> Columns { get; init; }

    /// <summary>Reads the slice; an interval that the run does not give is the last day of the data.</summary>
    /// <returns>Null where the table has no row with a time.</returns>
    /// <exception cref="ActivityException">A column is missing or is no time.</exception>
    public static IntervalSlice? Read(TableSession session, TableSnapshot snapshot, TableName table, MonitorData activity, string timeColumn, Workflows.Activities.DataInterval? given, CancellationToken cancellationToken)
    {
        var time = Find(timeColumn);
        if (!time.Type.StartsWith("TIMESTAMP", StringComparison.Ordinal) && time.Type != "DATE")
            throw new ActivityException("bad-input", $"Column '{time.Name}' of table '{table}' is of type {time.Type}, which is no time. Name a TIMESTAMP or DATE column in 'time'.", retryable: false);
        var columns = (activity.Columns.Count > 0 ? activity.Columns.Select(Find) : snapshot.Columns).Take(MostColumns).ToList();
        var from = $"{SqlText.Identifier(table.Schema)}.{SqlText.Identifier(table.Table)}";
        var instant = $"cast({SqlText.Identifier(time.Name)} as timestamp{(time.Type.Contains("ZONE", StringComparison.Ordinal) ? "tz" : "")})";
        if ((given ?? LastDay()) is not { } interval)
            return null;
        var length = interval.End - interval.Start;
        // Everything is asked of a copy of the slice, so that the table's files are read once.
        session.Execute(
            $"""
            create or replace temp table slice as
            select epoch_us({instant}) as slice_time, {string.Join(", ", columns.Select((column, index) => $"{SqlText.Identifier(column.Name)} as c{index}"))}
            from {from}
            where epoch_us({instant}) >= $from and epoch_us({instant}) < $to
            """,
            new Dictionary<string, object?> { ["from"] = Microseconds(interval.Start - (length * activity.ReferenceIntervals)), ["to"] = Microseconds(interval.End) },
            cancellationToken);
        var nulls = string.Concat(columns.Select((_, index) => $", count(*) - count(c{index})"));
        var sums = session.Query(
            $"""
            select slice_time >= $start as now, count(*), count(distinct ($start - 1 - slice_time) // $length), max(slice_time){nulls}
            from slice group by 1
            """,
            new Dictionary<string, object?> { ["start"] = Microseconds(interval.Start), ["length"] = length.Ticks / TimeSpan.TicksPerMicrosecond },
            cancellationToken).Rows;
        var now = sums.FirstOrDefault(row => (bool)row[0]!);
        var before = sums.FirstOrDefault(row => !(bool)row[0]!);
        var drift = new ColumnDrift(session, Microseconds(interval.Start), length.Ticks / TimeSpan.TicksPerMicrosecond, Count(before, 1), cancellationToken);
        return new IntervalSlice
        {
            Interval = interval,
            Rows = Count(now, 1),
            ReferenceRows = Count(before, 1),
            ReferenceIntervals = (int)Count(before, 2),
            Newest = now is null ? null : DateTimeOffset.UnixEpoch.AddTicks(Count(now, 3) * TimeSpan.TicksPerMicrosecond),
            Columns = [.. columns.Select((column, index) => new SliceColumn(column.Name, Count(now, 4 + index), Count(before, 4 + index), now is null || before is null ? null : drift.Of($"c{index}", column.Type)))],
        };

        TableColumn Find(string name) => snapshot.Columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ActivityException("bad-input", $"Table '{table}' has no column '{name}'. It has {string.Join(", ", snapshot.Columns.Select(column => column.Name))}.", retryable: false);

        Workflows.Activities.DataInterval? LastDay()
        {
            var newest = session.Query($"select max(epoch_us({instant})) from {from}", parameters: null, cancellationToken).Scalar<long?>();
            if (newest is not { } microseconds)
                return null;
            var day = new DateTimeOffset(DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond).UtcDateTime.Date, TimeSpan.Zero);
            return new Workflows.Activities.DataInterval(day, day.AddDays(1));
        }
    }

    private static long Count(object?[]? row, int column) => row?[column] is { } value ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
