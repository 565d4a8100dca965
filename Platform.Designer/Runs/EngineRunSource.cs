using System.Runtime.CompilerServices;
using Platform.Catalog.Assets;
using Platform.Engine;
using Platform.Engine.Explain;
using Platform.Engine.History;
using Platform.Engine.Notices;
using Platform.Engine.Planning;
using Platform.Engine.Waiting;

namespace Platform.Designer.Runs;

/// <summary>Runs from the engine's queries and watch.</summary>
internal sealed class EngineRunSource(RunQueries queries, RunCommands commands, ApprovalCommands approvals, NoticeQueries notices, RunWatch watch, Explainer explainer, RunMove moves, SharedRuns shared, RunAccessQueries accesses, TimeProvider clock) : IRunSource
{
    /// <summary>Least time between two reads of a page: a busy engine says more than a reader can see.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(400);

    public Task<IReadOnlyList<RunRow>> ListAsync(RunFilter filter, CancellationToken cancellationToken) => queries.ListAsync(filter, cancellationToken);

    public Task<IReadOnlyList<RunDetail>> GetAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) => queries.GetManyAsync(ids, cancellationToken);

    public Task<IReadOnlyList<AttemptRow>> AttemptsAsync(long run, string task, int mapIndex, CancellationToken cancellationToken) => queries.AttemptsAsync(run, task, mapIndex, cancellationToken);

    public Task<Explanation?> WhyAsync(long run, string? task, int mapIndex, CancellationToken cancellationToken) =>
        task is null ? explainer.RunAsync(run, cancellationToken) : explainer.TaskAsync(run, task, mapIndex, cancellationToken);

    public Task<IReadOnlyList<LogLine>> LogAsync(LogFilter filter, CancellationToken cancellationToken) => queries.LogAsync(filter, cancellationToken);

    public async IAsyncEnumerable<bool> ChangesAsync(long? run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The watch is asked for its next change before the pause, so that nothing between two reads is lost; what came meanwhile is one change.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var changes = watch.WatchAsync(run, ending.Token).GetAsyncEnumerator(ending.Token);
        var next = changes.MoveNextAsync().AsTask();
        try
        {
            while (await next)
            {
                var pause = Task.Delay(Calm, clock, cancellationToken);
                next = changes.MoveNextAsync().AsTask();
                yield return true;
                await pause;
            }
        }
        finally
        {
            // Who stops looking leaves a question open, which ends before the watch does.
            await ending.CancelAsync();
            await Task.WhenAny(next);
        }
    }

    public IAsyncEnumerable<RunSnapshot> WatchAsync(long run, CancellationToken cancellationToken) => shared.WatchAsync(run, cancellationToken);

    public async Task CancelAsync(long run, string user, CancellationToken cancellationToken)
    {
        if (!await commands.CancelAsync(run, user, cancellationToken))
            throw new EngineException("conflict", $"Run {run} has ended already. There is nothing to cancel.");
    }

    public Task<IReadOnlyList<NoticeRow>> NoticesAsync(long run, CancellationToken cancellationToken) => notices.ListAsync(run, null, 20, cancellationToken);

    public Task DecideAsync(Decision decision, CancellationToken cancellationToken) => approvals.DecideAsync(decision, cancellationToken);

    public Task<IReadOnlyList<string>> ClearAsync(ClearRequest request, CancellationToken cancellationToken) => commands.ClearAsync(request, cancellationToken);

    public async Task CancelTaskAsync(long run, string task, int mapIndex, string user, CancellationToken cancellationToken)
    {
        if (await commands.CancelTaskAsync(run, task, mapIndex, user, cancellationToken) == 0)
            throw new EngineException("conflict", $"Task '{task}' of run {run} has ended already. There is nothing to cancel.");
    }

    public Task<Moved> ResumeAsync(long run, int version, string user, bool dryRun, CancellationToken cancellationToken) => moves.ResumeAsync(run, version, user, dryRun, cancellationToken);

    public Task<IReadOnlyList<MoveRow>> MovesAsync(long run, CancellationToken cancellationToken) => queries.MovesAsync(run, cancellationToken);

    public Task<IReadOnlyList<RunAccessRow>> AccessesAsync(IReadOnlyCollection<long> runs, string? task, CancellationToken cancellationToken) => accesses.ListAsync(runs, task, cancellationToken);

    public Task<IReadOnlyList<AttemptRow>> RetriesAsync(long run, CancellationToken cancellationToken) => queries.RetriesAsync(run, cancellationToken);
}
