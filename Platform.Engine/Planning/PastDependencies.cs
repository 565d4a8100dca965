using Platform.Workflows.Definition;

namespace Platform.Engine.Planning;

/// <summary>
/// <c>depends_on_past</c>, as Airflow 3 means it: a task waits until the same task of the run before has succeeded or was skipped. The run before is the one of the newest interval that starts earlier;
/// with catchup only scheduled and backfill runs count. The first run, a run without an interval and one that assets started have no run before, and a task that the run before did not have does not wait.
/// </summary>
/// <remarks>The row of a run lists its tasks that wait (<c>past_waits</c>), so that whoever decides on a run reads no other; <see cref="PastRelease"/> shortens the list.</remarks>
internal static class PastDependencies
{
    // What still waits, by run: everything while the run before is queued or was never started, else the tasks of which it has an instance that did not end well.
    private const string Still = """
        select w.id, w.past_waits, w.past_run_id, p.id as before, array(
            select t from unnest(w.past_waits) t
            where p.id is not null and (
                p.state = 'queued'
                or not exists (select from task_instance i where i.run_id = p.id)
                or exists (select from task_instance i where i.run_id = p.id and i.task_id = t and i.state not in ('success', 'skipped', 'removed')))
        ) as waits
        from run w
        left join lateral (
            select b.id, b.state from run b
            where b.workflow = w.workflow and b.interval_start < w.interval_start and (not w.past_planned or b.kind in ('scheduled', 'backfill'))
            order by b.interval_start desc, b.id desc limit 1
        ) p on true
        """;

    /// <summary>Runs of which something does not have to wait any more, or waits for another run than was noted.</summary>
    public const string ReleasableSql = $"""
        select s.id from ({Still} where w.state = 'running' and w.past_waits is not null) s
        where s.waits <> s.past_waits or s.past_run_id is distinct from s.before
        order by s.id limit 500
        """;

    /// <summary>Adds the statements that note which waiting tasks of a run depend on the past, and take back those that need not wait. The caller's transaction holds the run's row and has written its instances.</summary>
    public static void AddEnter(SqlBatch batch, long runId, WorkflowDefinition definition)
    {
        var tasks = definition.Tasks.Where(t => t.DependsOnPast).Select(t => t.Id).ToArray();
        if (tasks.Length == 0)
            return;
        batch.Add("""
            update run r set past_planned = $3, past_run_id = null, past_waits = nullif(array(
                select t from unnest($2::text[]) t
                where r.interval_start is not null and r.kind <> 'asset'
                  and exists (select from task_instance i where i.run_id = r.id and i.task_id = t and i.state = 'none')), '{}')
            where r.id = $1
            """, runId, tasks, definition.Schedule?.Catchup ?? false);
        AddRelease(batch, runId);
    }

    /// <summary>Adds the statement that takes the tasks off a run's list that need not wait any more. The caller's transaction holds the run's row.</summary>
    public static void AddRelease(SqlBatch batch, long runId) =>
        batch.Add($"""
            update run r set past_waits = nullif(s.waits, '{"{}"}'), past_run_id = case when s.waits <> '{"{}"}' then s.before end
            from ({Still} where w.id = $1 and w.past_waits is not null) s
            where r.id = s.id
            """, runId);
}
