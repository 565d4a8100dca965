using Dapper;
using Platform.Engine.Planning;
using Platform.Postgres;

namespace Platform.Engine.Maintenance;

/// <summary>Stops runs that take longer than their workflow's <c>run_timeout</c>; they end as failed.</summary>
internal sealed class RunTimeouts(Database database, RunControl control)
{
    /// <summary>Stops what is over its time.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var over = await connection.QueryAsync<(long Id, TimeSpan Timeout)>(new CommandDefinition(
            "select id, timeout from run where state = 'running' and times_out_at < now() and stop_state is null order by id limit 100", cancellationToken: cancellationToken));
        foreach (var (id, timeout) in over.ToList())
            await control.StopAsync(id, RunStates.Failed, "timeout", $"It took longer than the workflow's time-out of {timeout:g}", cancellationToken);
    }
}
