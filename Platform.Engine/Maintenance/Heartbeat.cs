using System.Text.Json;
using Dapper;
using Platform.Postgres;

namespace Platform.Engine.Maintenance;

/// <summary>Says that this node lives, and what it does. Leases do not depend on it: it is for people, and for the page of nodes.</summary>
internal sealed class Heartbeat(Database database, NodeOptions options)
{
    /// <summary>Writes the node's row.</summary>
    public async Task BeatAsync(bool stopping, CancellationToken cancellationToken)
    {
        string[] roles = [.. new[] { (options.Serves, "web"), (options.Plans, "scheduler"), (options.Works, "worker") }.Where(r => r.Item1).Select(r => r.Item2)];
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("""
            insert into node (name, host, process_id, version, roles, queues, concurrency, resources, stopping)
            values (@Name, @host, @process, @Version, @roles, @queues, @concurrency, @resources::jsonb, @stopping)
            on conflict (name) do update set heartbeat_at = now(), stopping = excluded.stopping
            """, new
        {
            options.Name,
            host = Environment.MachineName,
            process = Environment.ProcessId,
            options.Version,
            roles,
            queues = options.Works ? options.Queues.ToArray() : [],
            concurrency = options.Works ? options.Concurrency : 0,
            resources = JsonSerializer.Serialize(new { cpu = options.Resources.Cpu, memory = options.Resources.Memory, gpu = options.Resources.Gpu }),
            stopping,
        }, cancellationToken: cancellationToken));
    }

    /// <summary>Takes the node's row away when it has stopped in good order.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("delete from node where name = @Name", new { options.Name }, cancellationToken: cancellationToken));
    }
}
