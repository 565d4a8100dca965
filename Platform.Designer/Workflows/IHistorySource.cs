using Platform.Engine.History;

namespace Platform.Designer.Workflows;

/// <summary>What the pages ask of a workflow's past. Implemented over the engine.</summary>
public interface IHistorySource
{
    /// <summary>The runs of a workflow by day, with the days on which its schedule has intervals without a run.</summary>
    Task<RunCalendar> CalendarAsync(string workflow, DateOnly from, DateOnly through, CancellationToken cancellationToken);

    /// <summary>How long the newest runs took, or a task in them; newest first.</summary>
    /// <param name="workflow">The workflow.</param>
    /// <param name="task">The task; null is the run as a whole.</param>
    /// <param name="runs">Runs at most.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    Task<IReadOnlyList<RunDurationRow>> DurationsAsync(string workflow, string? task, int runs, CancellationToken cancellationToken);
}
