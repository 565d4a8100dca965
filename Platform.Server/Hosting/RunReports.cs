using Platform.Engine;
using Platform.Engine.History;

namespace Platform.Server.Hosting;

/// <summary>Tells the console of runs that failed: where the server runs in a terminal or under systemd, that is the first place that people look at.</summary>
internal sealed partial class RunReports(RunWatch watch, RunQueries runs, TimeProvider clock, ILogger<RunReports> log) : BackgroundService
{
    private const int Remembered = 1000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var since = clock.GetUtcNow();
        // A run changes again behind its end, when somebody clears its tasks; the same end is told once.
        var told = new Queue<(long Run, DateTimeOffset? EndedAt)>();
        await foreach (var ids in watch.WatchAsync(null, stoppingToken))
        {
            try
            {
                // An empty list means that something may have been missed.
                var rows = ids.Count > 0 ? await runs.ListAsync(ids, stoppingToken) : await runs.ListAsync(new RunFilter { State = RunStates.Failed, From = since }, stoppingToken);
                foreach (var run in rows.Where(r => r.State == RunStates.Failed && r.EndedAt >= since && !told.Contains((r.Id, r.EndedAt))))
                {
                    told.Enqueue((run.Id, run.EndedAt));
                    if (told.Count > Remembered)
                        told.Dequeue();
                    LogFailed(run.Id, run.Workflow, run.FailedTask is { } task ? $"task '{task}': {run.FailedError}" : run.Note ?? "without a task that failed");
                }
            }
            catch (Npgsql.NpgsqlException e)
            {
                LogUnread(e.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Run {Run} of {Workflow} failed, {Cause}")]
    private partial void LogFailed(long run, string workflow, string cause);

    [LoggerMessage(LogLevel.Warning, "Which runs failed could not be read: {Reason}")]
    private partial void LogUnread(string reason);
}
