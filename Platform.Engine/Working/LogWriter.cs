using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Engine.Queue;
using Platform.Postgres;
using Platform.Workflows.Activities;

namespace Platform.Engine.Working;

/// <summary>Writes the log lines and the progress of running attempts in batches, a few times a second. Lines of an attempt that lost its lease are not written.</summary>
internal sealed partial class LogWriter(Database database, TimeProvider clock, ILogger log) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    // A line that died without a word must not hold up the ends of attempts, which wait for their log.
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(8);
    private const int MostLines = 5_000;
    // While the database is away lines gather here; beyond this the oldest go.
    private const int MostUnwritten = 200_000;

    private readonly ConcurrentDictionary<long, TaskLogBuffer> _buffers = new();
    private readonly ConcurrentDictionary<long, (ClaimedTask Task, ActivityProgress Progress)> _progress = new();
    private readonly List<(ClaimedTask Task, PendingLine Line)> _unwritten = [];
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>The log of an attempt that begins.</summary>
    public TaskLogBuffer Open(ClaimedTask task, int mostLines)
    {
        var buffer = new TaskLogBuffer(task, clock, mostLines, this);
        _buffers[task.AttemptId] = buffer;
        return buffer;
    }

    /// <summary>Lets go of an attempt whose end is written or whose lease is lost.</summary>
    public void Forget(ClaimedTask task)
    {
        if (!_buffers.TryGetValue(task.AttemptId, out var buffer) || !ReferenceEquals(buffer.Task, task))
            return;
        _ = _buffers.TryRemove(new(task.AttemptId, buffer));
        _ = _progress.TryRemove(task.AttemptId, out _);
    }

    /// <summary>Keeps the newest progress of an attempt.</summary>
    public void Report(ClaimedTask task, ActivityProgress progress)
    {
        _progress[task.AttemptId] = (task, progress);
        Wake();
    }

    /// <summary>Says that there is something to write.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount > 0)
            return;
        try
        {
            _ = _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has said it.
        }
    }

    /// <summary>Writes until cancelled.</summary>
    public async Task RunAsync(Action<IEnumerable<long>> changed, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(cancellationToken);
                await Task.Delay(Pause, clock, cancellationToken);
                using var limit = new CancellationTokenSource(LongestWrite, clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
                changed(await FlushAsync(_buffers.Values, either.Token));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or InvalidOperationException or OperationCanceledException)
            {
                LogNotWritten(e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, CancellationToken.None);
                Wake();
            }
        }
    }

    /// <summary>Writes what waits of these attempts now, before their ends are written: whoever sees the end of a task sees its whole log.</summary>
    public async Task FlushAsync(IReadOnlyList<AttemptEnd> ends, CancellationToken cancellationToken)
    {
        // Also where nothing waits any more: a write may be under way.
        var written = ends.Select(e => _buffers.GetValueOrDefault(e.Task.AttemptId)).Where(b => b is { Used: true }).ToList();
        if (written.Count > 0)
            await FlushAsync(written!, cancellationToken);
    }

    public void Dispose()
    {
        _writing.Dispose();
        _wake.Dispose();
    }

    private async Task<IEnumerable<long>> FlushAsync(IEnumerable<TaskLogBuffer> buffers, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            foreach (var buffer in buffers)
            {
                foreach (var line in buffer.Take())
                    _unwritten.Add((buffer.Task, line));
            }
            if (_unwritten.Count > MostUnwritten)
                _unwritten.RemoveRange(0, _unwritten.Count - MostUnwritten);
            var changed = _unwritten.Select(l => l.Task.RunId).ToHashSet();
            while (_unwritten.Count > 0)
            {
                var part = _unwritten.Take(MostLines).ToArray();
                await WriteAsync(part, cancellationToken);
                _unwritten.RemoveRange(0, part.Length);
            }
            var progress = _progress.ToArray();
            if (progress.Length > 0)
                await WriteAsync([.. progress.Select(p => p.Value)], cancellationToken);
            foreach (var (id, value) in progress)
            {
                // A newer report stays for the next time.
                _ = _progress.TryRemove(new(id, value));
                changed.Add(value.Task.RunId);
            }
            return changed;
        }
        finally
        {
            _ = _writing.Release();
        }
    }

    private async Task WriteAsync((ClaimedTask Task, PendingLine Line)[] lines, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenSteadyAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new SqlBatch(connection, transaction);
        // A crash of the server may cost the last quarter of a second of lines, never a result.
        batch.Add("set local synchronous_commit = off");
        batch.Add("""
            insert into log_line (run_id, task_id, map_index, attempt_id, at, level, message)
            select l.run_id, l.task_id, l.map_index, l.attempt_id, l.at, l.level, l.message
            from unnest($1::bigint[], $2::text[], $3::int[], $4::bigint[], $5::timestamptz[], $6::smallint[], $7::text[]) with ordinality
                as l(run_id, task_id, map_index, attempt_id, at, level, message, place)
            join task_queue q on q.run_id = l.run_id and q.task_id = l.task_id and q.map_index = l.map_index and q.attempt_id = l.attempt_id
            order by l.place
            """,
            lines.Select(l => l.Task.RunId).ToArray(), lines.Select(l => l.Task.TaskId).ToArray(), lines.Select(l => l.Task.MapIndex).ToArray(),
            lines.Select(l => l.Task.AttemptId).ToArray(), lines.Select(l => l.Line.At).ToArray(), lines.Select(l => (short)l.Line.Level).ToArray(),
            lines.Select(l => l.Line.Message).ToArray());
        await batch.ExecuteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task WriteAsync((ClaimedTask Task, ActivityProgress Progress)[] progress, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenSteadyAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new SqlBatch(connection, transaction);
        batch.Add("set local synchronous_commit = off");
        batch.Add("""
            update task_instance i set progress_done = p.done, progress_total = p.total, progress_unit = p.unit
            from unnest($1::bigint[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[]) as p(run_id, task_id, map_index, attempt_id, done, total, unit)
            join task_queue q on q.run_id = p.run_id and q.task_id = p.task_id and q.map_index = p.map_index and q.attempt_id = p.attempt_id
            where i.run_id = p.run_id and i.task_id = p.task_id and i.map_index = p.map_index and i.state = 'running'
            """,
            progress.Select(p => p.Task.RunId).ToArray(), progress.Select(p => p.Task.TaskId).ToArray(), progress.Select(p => p.Task.MapIndex).ToArray(),
            progress.Select(p => p.Task.AttemptId).ToArray(), progress.Select(p => p.Progress.Done).ToArray(), progress.Select(p => p.Progress.Total).ToArray(),
            progress.Select(p => p.Progress.Unit).ToArray());
        await batch.ExecuteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Log lines of tasks could not be written, the next ones will be: {Reason}")]
    private partial void LogNotWritten(string reason);
}
