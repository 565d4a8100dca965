using Platform.Engine.Notices;
using Platform.Engine.Planning;

namespace Platform.Engine.Queue;

/// <summary>Collects what the ends of many attempts change, and writes it in one statement a table.</summary>
internal sealed class AttemptWrites
{
    private readonly List<Row> _rows = [];
    private readonly List<(long RunId, string Key, string Payload)> _events = [];
    private readonly List<Notice> _notices = [];
    private readonly List<AttemptEnd> _previews = [];
    private DateTimeOffset _now;

    /// <summary>Whether an instance went back into the queue at once.</summary>
    public bool Requeued => _rows.Any(r => r.Verdict is { State: TaskStates.Queued });

    /// <summary>Events that attempts begin to wait for.</summary>
    public IEnumerable<string> Events => _rows.Where(r => r.Verdict.State == TaskStates.Deferred).Select(r => r.End.Wait!.Event).OfType<string>();

    /// <summary>Decides what becomes of the instance, moves the counts of its run, and keeps the writes.</summary>
    public void Add(ActiveRun run, AttemptEnd end, bool stopping, DateTimeOffset now)
    {
        var task = run.Version.Graph?.Find(end.Task.TaskId);
        // A run that stops stops its tasks, but for those that clean up.
        var verdict = Retry.Decide(end, task, stopping || (run.StopState is not null && task?.Role != Platform.Workflows.Definition.TaskRole.Teardown));
        var row = new Row(end, verdict, end.Task.StartedAt + task?.Timeout);
        _rows.Add(row);

        if (run.Progress?[end.Task.TaskId] is { } counts)
        {
            counts.Add(TaskStates.Running, -1);
            if (verdict.State != TaskStates.Removed)
                counts.Add(verdict.State, 1);
            if (end is { Outcome: AttemptOutcome.Success, Follow: { } follow })
                counts.Follow = follow;
            // The instances of a mapped task wait until Settle releases as many as its limit allows.
            if (end.Outcome == AttemptOutcome.Expanded && end.Elements.Count > 0)
            {
                counts.Add(TaskStates.None, end.Elements.Count);
                counts.Expanded = true;
                // Tasks that follow it, index to index, get their instances with it.
                foreach (var follower in run.Version.Graph!.Chain(end.Task.TaskId))
                {
                    var following = run.Progress[follower.Id];
                    if (following is not { Total: 1, Waiting: 1, Expanded: false })
                        continue;
                    following.Add(TaskStates.None, end.Elements.Count - 1);
                    following.Expanded = true;
                    row.Followers.Add(follower.Id);
                }
            }
            if (end.Task.MapIndex >= 0 && TaskStates.Ended.Contains(verdict.State))
                run.Progress.End(end.Task.TaskId, end.Task.MapIndex, verdict.State);
        }
        if (verdict.State == TaskStates.Failed && task is { OnFailure.Count: > 0 })
            _notices.AddRange(task.OnFailure.Select(to => new Notice(run, Notice.TaskFailed, to, task.Id, end.Task.MapIndex < 0 ? null : end.Task.MapIndex, row.Error)));
        _now = now;
        var ended = TaskStates.Ended.Contains(verdict.State) && verdict.State != TaskStates.Removed;
        // What a preview does is told to nobody but to whoever looks at it.
        if (run.Kind == RunKinds.Preview)
        {
            if (end.PreviewJson is not null)
                _previews.Add(end);
        }
        else if (ended || end.FactsJson is not null)
        {
            _events.Add((run.Id, $"{run.Id}/{end.Task.TaskId}/{end.Task.MapIndex}", EngineEvents.TaskEnded(run, end, task?.Activity ?? "", verdict.State, now)));
        }
    }

    /// <summary>Adds the statements.</summary>
    public void AddTo(SqlBatch batch)
    {
        batch.Add("""
            update attempt a set state = e.state, ended_at = case when e.state <> 'deferred' then now() end, error_kind = e.error_kind, error = e.error, error_detail = e.error_detail
            from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[]) as e(id, state, error_kind, error, error_detail)
            where a.id = e.id
            """,
            Column(r => r.End.Task.AttemptId), Column(r => r.AttemptState), Column(r => r.ErrorKind), Column(r => r.AttemptError), Column(r => r.End.ErrorDetail));
        batch.Add("""
            update task_instance i set
                state = e.state,
                ended_at = case when e.ended then now() end,
                queued_at = case when e.state = 'queued' then now() else i.queued_at end,
                outputs = e.outputs::jsonb,
                follow = string_to_array(e.follow, ','),
                error_kind = case when e.state in ('failed', 'up_for_retry', 'canceled', 'queued') then e.error_kind end,
                error = e.error,
                progress_done = case when e.ended then i.progress_done end,
                progress_total = case when e.ended then i.progress_total end,
                progress_unit = case when e.ended then i.progress_unit end
            from unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::bool[], $6::text[], $7::text[], $8::text[], $9::text[])
                as e(run_id, task_id, map_index, state, ended, outputs, follow, error_kind, error)
            where i.run_id = e.run_id and i.task_id = e.task_id and i.map_index = e.map_index
            """,
            Column(r => r.End.Task.RunId), Column(r => r.End.Task.TaskId), Column(r => r.End.Task.MapIndex),
            Column(r => r.Verdict.State), Column(r => TaskStates.Ended.Contains(r.Verdict.State)),
            Column(r => r.Verdict.State is TaskStates.Success or TaskStates.Skipped ? r.End.OutputsJson : null),
            Column(r => r.Verdict.State == TaskStates.Success && r.End.Follow is { } follow ? string.Join(',', follow) : null),
            Column(r => r.ErrorKind), Column(r => r.Error));

        var deferred = _rows.Where(r => r.Verdict.State == TaskStates.Deferred).Select(r => (r.End.Task.QueueId, r.End.Wait!, r.TimesOutAt)).ToList();
        if (deferred.Count > 0)
            Deferrals.AddInsert(batch, deferred);
        var done = _rows.Where(r => r.Verdict.Delay is null).Select(r => r.End.Task.QueueId).ToArray();
        if (done.Length > 0)
            batch.Add("delete from task_queue where id = any($1)", done);
        var again = _rows.Where(r => r.Verdict.Delay is not null).ToList();
        if (again.Count > 0)
        {
            batch.Add("""
                update task_queue q set
                    node = null, attempt_id = null, leased_until = null, number = q.number + 1,
                    excused = q.excused + e.excused, lost = q.lost + e.lost, ready_at = statement_timestamp() + e.delay,
                    -- What a deferral kept is still to be done where a worker died or stopped in the middle of it; after a failure the task begins anew.
                    resumes = null,
                    saved = case when e.excused > 0 then q.saved end,
                    waiting_since = case when e.excused > 0 then q.waiting_since end,
                    times_resumed = case when e.excused > 0 then q.times_resumed else 0 end,
                    signal = case when e.excused > 0 then q.signal end
                from unnest($1::bigint[], $2::int[], $3::int[], $4::interval[]) as e(id, excused, lost, delay)
                where q.id = e.id
                """,
                again.Select(r => r.End.Task.QueueId).ToArray(),
                again.Select(r => r.Verdict.Excused ? 1 : 0).ToArray(),
                again.Select(r => r.End.Outcome == AttemptOutcome.Lost ? 1 : 0).ToArray(),
                again.Select(r => r.Verdict.Delay!.Value).ToArray());
        }

        var expanded = _rows.Where(r => r.End is { Outcome: AttemptOutcome.Expanded, Elements.Count: > 0 }).ToList();
        if (expanded.Count > 0)
            AddExpansions(batch, expanded);
        Notice.Add(batch, _notices, _now);
        var writers = _rows.Where(r => r.Verdict.State == TaskStates.Success && AssetUpdates.Mentions(r.End.FactsJson))
            .Select(r => new AssetWriter(r.End.Task.RunId, r.End.Task.TaskId, r.End.Task.Workflow, r.End.FactsJson!)).ToList();
        if (writers.Count > 0)
            AssetUpdates.AddInsert(batch, writers);
        if (_previews.Count > 0)
        {
            // A preview that was let go of meanwhile takes no report any more.
            batch.Add("""
                insert into preview_task (run_id, task_id, map_index, report)
                select e.run_id, e.task_id, e.map_index, e.report::jsonb
                from unnest($1::bigint[], $2::text[], $3::int[], $4::text[]) as e(run_id, task_id, map_index, report)
                join preview p on p.run_id = e.run_id
                on conflict (run_id, task_id, map_index) do update set report = excluded.report
                """,
                _previews.Select(e => e.Task.RunId).ToArray(), _previews.Select(e => e.Task.TaskId).ToArray(), _previews.Select(e => e.Task.MapIndex).ToArray(), _previews.Select(e => e.PreviewJson).ToArray());
        }
        if (_events.Count > 0)
        {
            batch.Add("insert into outbox (type, key, payload) select 'task.ended', e.key, e.payload::jsonb from unnest($1::text[], $2::text[]) as e(key, payload)",
                _events.Select(e => e.Key).ToArray(), _events.Select(e => e.Payload).ToArray());
        }
    }

    private static void AddExpansions(SqlBatch batch, List<Row> expanded)
    {
        var made = expanded.SelectMany(r => r.Followers.Prepend(r.End.Task.TaskId).SelectMany(task => r.End.Elements.Select((element, index) => (r.End.Task.RunId, Task: task, Index: index, Element: element)))).ToList();
        // A clear leaves the instances of the expansion before, removed and a generation on: they are taken up again, so that table commits stay apart.
        batch.Add("""
            insert into task_instance (run_id, task_id, map_index, generation, activity, state, element)
            select f.run_id, f.task_id, e.map_index, f.generation, f.activity, 'none', e.element::jsonb
            from unnest($1::bigint[], $2::text[], $3::int[], $4::text[]) as e(run_id, task_id, map_index, element)
            join task_instance f on f.run_id = e.run_id and f.task_id = e.task_id and f.map_index = -1
            on conflict (run_id, task_id, map_index) do update set
                state = 'none', element = excluded.element, generation = greatest(task_instance.generation, excluded.generation), pred_state = null,
                attempts = 0, queued_at = null, started_at = null, ended_at = null, outputs = null, follow = null, error_kind = null, error = null
            """,
            made.Select(m => m.RunId).ToArray(), made.Select(m => m.Task).ToArray(), made.Select(m => m.Index).ToArray(), made.Select(m => m.Element).ToArray());
        var followers = expanded.SelectMany(r => r.Followers.Select(f => (r.End.Task.RunId, Task: f))).ToList();
        if (followers.Count > 0)
        {
            batch.Add("""
                update task_instance i set state = 'removed', ended_at = now()
                from unnest($1::bigint[], $2::text[]) as e(run_id, task_id)
                where i.run_id = e.run_id and i.task_id = e.task_id and i.map_index = -1
                """, followers.Select(f => f.RunId).ToArray(), followers.Select(f => f.Task).ToArray());
        }
    }

    private T[] Column<T>(Func<Row, T> of)
    {
        var values = new T[_rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = of(_rows[i]);
        return values;
    }

    private sealed record Row(AttemptEnd End, Verdict Verdict, DateTimeOffset? TimesOutAt)
    {
        /// <summary>Tasks that were expanded with it.</summary>
        public List<string> Followers { get; } = [];

        public string AttemptState => End.Outcome switch
        {
            AttemptOutcome.Success => "success",
            AttemptOutcome.Skipped => "skipped",
            AttemptOutcome.Failed => "failed",
            AttemptOutcome.Lost => "lost",
            AttemptOutcome.Expanded => "expanded",
            AttemptOutcome.Deferred when Verdict.State == TaskStates.Deferred => "deferred",
            _ => "canceled",
        };

        public string? ErrorKind => End.Outcome switch
        {
            AttemptOutcome.Lost => "worker-lost",
            AttemptOutcome.HandedBack => "handed-back",
            _ => End.ErrorKind,
        };

        /// <summary>For the attempt: a reason to skip stays with the instance.</summary>
        public string? AttemptError => End.Outcome is AttemptOutcome.Success or AttemptOutcome.Expanded ? null : Error;

        public string? Error => End.Outcome switch
        {
            AttemptOutcome.Lost when Verdict.State == TaskStates.Failed =>
                $"Its worker died {End.Task.Lost + 1} times while it ran. Look into the worker's memory and log; then clear the task.",
            AttemptOutcome.Lost => "Its worker died or lost the database; it is tried again at once.",
            AttemptOutcome.HandedBack => End.Error ?? "Its worker was stopped; it is tried again at once.",
            AttemptOutcome.Expanded when Verdict.State == TaskStates.Skipped => "The list to map over is empty.",
            _ => End.Error,
        };
    }
}
