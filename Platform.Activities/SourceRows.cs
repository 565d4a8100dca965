using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities;

/// <summary>The rows of a table that a task takes up: all, or those of the run's data interval where it replaces that interval.</summary>
/// <param name="From">The table.</param>
/// <param name="Mode">What happens to the rows of the table that is written.</param>
/// <param name="Time">With <see cref="TableMode.ReplaceInterval"/>: the column by which rows belong to the interval; null takes the rows that were written for it.</param>
internal sealed record SourceRows(TableName From, TableMode Mode, string? Time)
{
    /// <summary>The table's name in SQL.</summary>
    public string Name => $"{SqlText.Identifier(From.Schema)}.{SqlText.Identifier(From.Table)}";

    /// <summary>The rows; takes $interval_start and $interval_end where it is confined to them by a column.</summary>
    public string Select => Mode == TableMode.ReplaceInterval && Time is not null
        ? $"select * from {Name} where {SqlText.Identifier(Time)} >= $interval_start and {SqlText.Identifier(Time)} < $interval_end"
        : $"select * from {Name}";

    /// <summary>Makes the table readable, with only the files that can hold the rows.</summary>
    public TableSnapshot Expose(TableSession session, Workflows.Activities.DataInterval? interval)
    {
        if (Mode != TableMode.ReplaceInterval)
            return session.Expose(From);
        return Time is not null
            ? session.Expose(From, files: FilePruning.Within(Time, interval!.Value.Start, interval.Value.End), within: new RowSpan(Time, interval.Value.Start, interval.Value.End))
            : session.Expose(From, files: file => file.Interval is { } written && written.Start >= interval!.Value.Start && written.End <= interval.Value.End);
    }
}
