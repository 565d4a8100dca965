using Dapper;
using Platform.Postgres;

namespace Platform.Engine.Maintenance;

/// <summary>
/// Lets ready tasks rise while they wait: one step of priority for each span of waiting, up to the highest priority that is ready or running in their queue, so that nothing starves behind a steady stream of more urgent tasks.
/// At the top the claim's own order decides, fair share first and age within a workflow; so a workflow with ten thousand old tasks does not pass others by, and tasks of backfills, which stand behind the schedule on purpose, do not rise.
/// The rank is written into the row, so that the claim and its index know nothing of it. Nodes may do it at once: a row that another one has just raised is left alone.
/// </summary>
internal sealed class Aging(Database database, TimeSpan step)
{
    // The oldest go first, and the rest the next time: what is written stays little however many wait.
    private const int MostOfGroup = 200;
    private const int Most = 1_000;

    /// <summary>How often rows are looked at: four times a step, but not more often than ten times a second nor more seldom than every 15 s.</summary>
    public static TimeSpan Every(TimeSpan step) => TimeSpan.FromTicks(Math.Clamp(step.Ticks / 4, TimeSpan.TicksPerMillisecond * 100, TimeSpan.TicksPerSecond * 15));

    /// <summary>Raises what has waited long enough since it rose last, and takes back what rose and waits anew.</summary>
    public async Task RaiseAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        // After an attempt a row waits from a new time: it begins where its workflow put it.
        await connection.ExecuteAsync(new CommandDefinition("""
            with again as (
                select id from task_queue where raised > 0 and node is null and ready_at > now() - @step::interval * raised order by id limit @Most for update skip locked
            )
            update task_queue t set priority = t.priority - t.raised, raised = 0 from again where t.id = again.id
            """, new { step, Most }, cancellationToken: cancellationToken));
        // From group to group by the index of the claim, task_queue_ready: 10,000 ready tasks of one workflow and priority are one step of the walk.
        await connection.ExecuteAsync(new CommandDefinition("""
            with recursive found(queue, workflow, priority) as (
                (select queue, workflow, priority from task_queue where node is null order by queue, workflow, priority desc limit 1)
                union all
                select n.queue, n.workflow, n.priority
                from found f
                cross join lateral (
                    select * from (
                        (select t.queue, t.workflow, t.priority from task_queue t
                         where t.node is null and t.queue = f.queue and t.workflow = f.workflow and t.priority < f.priority order by t.queue, t.workflow, t.priority desc limit 1)
                        union all
                        (select t.queue, t.workflow, t.priority from task_queue t
                         where t.node is null and t.queue = f.queue and t.workflow > f.workflow order by t.queue, t.workflow, t.priority desc limit 1)
                        union all
                        (select t.queue, t.workflow, t.priority from task_queue t
                         where t.node is null and t.queue > f.queue order by t.queue, t.workflow, t.priority desc limit 1)) u
                    limit 1) n
            ), top as materialized (
                select queue, max(priority) as priority
                from (select queue, priority from found union all select queue, priority from task_queue where node is not null) p
                group by queue
            ), due as materialized (
                select c.*
                from found f
                join top on top.queue = f.queue and f.priority < top.priority
                cross join lateral (
                    select t.id, t.raised, t.ready_at, least(floor(extract(epoch from now() - t.ready_at) / extract(epoch from @step::interval))::int - t.raised, top.priority - t.priority)::smallint as steps
                    from task_queue t
                    where t.node is null and t.queue = f.queue and t.workflow = f.workflow and t.priority = f.priority
                      and t.ready_at <= now() - @step::interval and t.ready_at <= now() - @step::interval * (t.raised + 1)
                      and not exists (select from run r where r.id = t.run_id and r.backfill_id is not null)
                    order by t.ready_at, t.id
                    limit @MostOfGroup) c
                order by c.ready_at
                limit @Most
            ), locked as (
                -- A row that another node raised or leased since is not raised again: the comparison is made with the row as it is now.
                select t.id, d.steps from task_queue t join due d on d.id = t.id where t.node is null and t.raised = d.raised for update of t skip locked
            )
            update task_queue t set priority = t.priority + l.steps, raised = t.raised + l.steps from locked l where t.id = l.id and l.steps > 0
            """, new { step, MostOfGroup, Most }, cancellationToken: cancellationToken));
    }
}
