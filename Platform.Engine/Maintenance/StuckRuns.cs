using Dapper;
using Microsoft.Extensions.Logging;
using Platform.Engine.Planning;
using Platform.Postgres;

namespace Platform.Engine.Maintenance;

/// <summary>Looks for runs that run although nothing of them is queued, leased or deferred, and decides on them again. Nothing should ever bring a run there; a person must not be the one who notices.</summary>
internal sealed partial class StuckRuns(Database database, RunControl control, ILogger log)
{
    /// <summary>Repairs what it finds.</summary>
    public async Task RepairAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var stuck = await connection.QueryAsync<long>(new CommandDefinition("""
            select r.id from run r
            where r.state = 'running' and r.started_at < now() - interval '30 seconds'
              and r.past_waits is null -- its tasks wait for the run before
              and not exists (select from task_queue q where q.run_id = r.id)
              and not exists (select from task_instance i where i.run_id = r.id and i.state = 'deferred')
            order by r.id limit 100
            """, cancellationToken: cancellationToken));
        foreach (var id in stuck.ToList())
        {
            LogStuck(id);
            await control.RepairAsync(id, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} was stuck: it ran and nothing of it was queued. It is decided on again; please report this")]
    private partial void LogStuck(long runId);
}
