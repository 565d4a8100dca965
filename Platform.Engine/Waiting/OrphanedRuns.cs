using Dapper;
using Platform.Engine.Planning;
using Platform.Postgres;

namespace Platform.Engine.Waiting;

/// <summary>Cancels child runs that nobody waits for any more: their task was canceled, timed out or cleared, or its run stopped, on whatever way. What is cascaded so cannot be lost by a process that dies in between.</summary>
internal sealed class OrphanedRuns(Database database, RunControl control)
{
    /// <summary>Cancels what it finds.</summary>
    public async Task CancelAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var orphans = (await connection.QueryAsync<(long Id, long Parent)>(new CommandDefinition("""
            select c.id, c.parent_run_id
            from run c
            where c.parent_run_id is not null and c.state in ('queued', 'running') and c.stop_state is null
              and not exists (
                select from task_instance i
                join run p on p.id = i.run_id
                where i.run_id = c.parent_run_id and i.task_id = c.parent_task_id and i.map_index = c.parent_map_index
                  and i.generation = c.parent_generation and i.state in ('queued', 'running', 'deferred', 'up_for_retry') and p.stop_state is null)
            order by c.id limit 100
            """, cancellationToken: cancellationToken))).AsList();
        foreach (var (id, parent) in orphans)
            _ = await control.StopAsync(id, RunStates.Canceled, $"run {parent}", $"The task of run {parent} that waited for it ended", cancellationToken);
    }
}
