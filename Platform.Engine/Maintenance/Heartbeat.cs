using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Postgres;

namespace Platform.Engine.Maintenance;

/// <summary>Says that this node lives, and what it does. Leases do not depend on it: it is for people, for the page of nodes, and for the audit, which needs to know who lived when.</summary>
internal sealed class Heartbeat(Database database, NodeOptions options)
{
    private const string Beating = "The node's last heartbeat";

    /// <summary>Writes the node's row.</summary>
    public async Task BeatAsync(bool stopping, CancellationToken cancellationToken)
    {
        string[] roles = [.. new[] { (options.Serves, "web"), (options.Plans, "scheduler"), (options.Works, "worker") }.Where(r => r.Item1).Select(r => r.Item2)];
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("""
            with session as (
                insert into node_session (name, host, process_id, version, plans, works)
                values (@Name, @host, @process, @Version, @Plans, @Works)
                on conflict (name) do update set seen_at = now()
            )
            insert into node (name, host, process_id, version, roles, queues, concurrency, resources, stopping)
            values (@Name, @host, @process, @Version, @roles, @queues, @concurrency, @resources::jsonb, @stopping)
            on conflict (name) do update set heartbeat_at = now(), stopping = excluded.stopping
            """, new
        {
            options.Name,
            host = Environment.MachineName,
            process = Environment.ProcessId,
            options.Version,
            options.Plans,
            options.Works,
            roles,
            queues = options.Works ? options.Queues.ToArray() : [],
            concurrency = options.Works ? options.Concurrency : 0,
            resources = JsonSerializer.Serialize(new { cpu = options.Resources.Cpu, memory = options.Resources.Memory, gpu = options.Resources.Gpu }),
            stopping,
        }, cancellationToken: cancellationToken));
    }

    /// <summary>Beats, and notes whether the database took it.</summary>
    public async Task BeatAndNoteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await BeatAsync(stopping: false, cancellationToken);
            options.Pulse.Succeeded(Beating);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            options.Pulse.Failed(Beating, e.Message);
            throw;
        }
    }

    /// <summary>Says that the node takes nothing more. Never throws: the row grows old by itself.</summary>
    public async Task SayStoppingAsync(ILogger log)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await BeatAsync(stopping: true, limit.Token);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or InvalidOperationException)
        {
            log.LogDebug("The node could not say that it stops: {Reason}", e.Message);
        }
    }

    /// <summary>Takes the node's row away when it has stopped in good order.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("with session as (update node_session set seen_at = now(), ended_at = now() where name = @Name) delete from node where name = @Name", new { options.Name }, cancellationToken: cancellationToken));
    }
}
