using Platform.Catalog.Assets;
using Platform.Engine.Explain;
using Platform.Engine.History;
using Platform.Engine.Notices;
using Platform.Engine.Planning;
using Platform.Engine.Waiting;

namespace Platform.Designer.Runs;

/// <summary>What the pages ask of runs. Implemented over the engine.</summary>
public interface IRunSource
{
    /// <summary>A page of runs, newest first.</summary>
    Task<IReadOnlyList<RunRow>> ListAsync(RunFilter filter, CancellationToken cancellationToken);

    /// <summary>Runs with their instances, in the order of the ids; those that do not exist are left out.</summary>
    Task<IReadOnlyList<RunDetail>> GetAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken);

    /// <summary>The attempts of a task instance, oldest first.</summary>
    Task<IReadOnlyList<AttemptRow>> AttemptsAsync(long run, string task, int mapIndex, CancellationToken cancellationToken);

    /// <summary>Why a run (no task) or a task instance does not run, and when it will; null where there is no such run.</summary>
    Task<Explanation?> WhyAsync(long run, string? task, int mapIndex, CancellationToken cancellationToken);

    /// <summary>Log lines after a cursor.</summary>
    Task<IReadOnlyList<LogLine>> LogAsync(LogFilter filter, CancellationToken cancellationToken);

    /// <summary>Says, coalesced, that something changed: of one run, its log included, or of any run's state. Ends with the token.</summary>
    /// <param name="run">The run; null is any.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    IAsyncEnumerable<bool> ChangesAsync(long? run, CancellationToken cancellationToken);

    /// <summary>What is known of a run, and again after each change. Everybody who watches the run shares one reading of it. Ends with the token, and where there is no such run.</summary>
    IAsyncEnumerable<RunSnapshot> WatchAsync(long run, CancellationToken cancellationToken);

    /// <summary>Asks for the end of a run; a refusal is an exception whose message is shown.</summary>
    Task CancelAsync(long run, string user, CancellationToken cancellationToken);

    /// <summary>Notices of a run: who was told, and what could not be delivered.</summary>
    Task<IReadOnlyList<NoticeRow>> NoticesAsync(long run, CancellationToken cancellationToken);

    /// <summary>Answers a task that asks people; a refusal is an exception whose message is shown.</summary>
    Task DecideAsync(Decision decision, CancellationToken cancellationToken);

    /// <summary>Runs tasks of a run again, or says which would; a refusal is an exception whose message is shown.</summary>
    /// <returns>Ids of the tasks.</returns>
    Task<IReadOnlyList<string>> ClearAsync(ClearRequest request, CancellationToken cancellationToken);

    /// <summary>Asks for the end of a task instance; a refusal is an exception whose message is shown.</summary>
    Task CancelTaskAsync(long run, string task, int mapIndex, string user, CancellationToken cancellationToken);

    /// <summary>Lets a run that failed go on under a version of its workflow, or says what that would do; a refusal is an exception whose message is shown.</summary>
    Task<Moved> ResumeAsync(long run, int version, string user, bool dryRun, CancellationToken cancellationToken);

    /// <summary>When a run was moved to another version, oldest first.</summary>
    Task<IReadOnlyList<MoveRow>> MovesAsync(long run, CancellationToken cancellationToken);

    /// <summary>What tasks of runs read and wrote.</summary>
    /// <param name="runs">Ids of the runs.</param>
    /// <param name="task">Only of this task; null is all.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    Task<IReadOnlyList<RunAccessRow>> AccessesAsync(IReadOnlyCollection<long> runs, string? task, CancellationToken cancellationToken);

    /// <summary>The attempts of instances that were tried more than once, oldest first.</summary>
    Task<IReadOnlyList<AttemptRow>> RetriesAsync(long run, CancellationToken cancellationToken);
}
