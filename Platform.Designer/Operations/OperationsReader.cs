using Platform.Designer.Ports;
using Platform.Designer.Shell;
using Platform.Engine.Audit;
using Platform.Engine.History;
using Platform.Engine.Maintenance;

namespace Platform.Designer.Operations;

/// <summary>Reads what the operations page shows. All who look share the readings; while nobody looks nothing is read.</summary>
internal sealed class OperationsReader
{
    private const int ActionsShown = 10;
    private readonly SharedReading<EngineState> _engine;
    private readonly SharedReading<DatabaseHealth> _health;

    public OperationsReader(WorkflowQueries nodes, DatabaseWatch watch, OperationsQueries operations, PoolQueries pools, NodeControl control, AuditStore audits, IOperationsPort host, TimeProvider clock)
    {
        _engine = new SharedReading<EngineState>(async stop =>
        {
            var (living, status, leases, kept, actions) = (nodes.NodesAsync(stop), watch.ReadAsync(stop), operations.LeasesAsync(stop), pools.ListAsync(stop), control.ActionsAsync(ActionsShown, stop));
            await Task.WhenAll(living, status, leases, kept, actions);
            return new EngineState(await living, await status, await leases, await kept, await actions);
        }, TimeSpan.FromSeconds(2), clock);
        _health = new SharedReading<DatabaseHealth>(async stop =>
        {
            var (tables, statements, aside, backup, audit) = (operations.LargestAsync(stop), operations.StatementsAsync(stop), operations.SetAsideAsync(stop), host.NewestBackupAsync(stop), audits.LastAsync(null, stop));
            await Task.WhenAll(tables, statements, aside, backup, audit);
            return new DatabaseHealth(await tables, await statements, await aside, await backup, await audit);
        }, TimeSpan.FromSeconds(5), clock);
    }

    /// <summary>Nodes, queues, leases and pools, no older than two seconds.</summary>
    public Task<EngineState> EngineAsync(CancellationToken cancellationToken) => _engine.GetAsync(cancellationToken);

    /// <summary>The same after something was changed here.</summary>
    public Task<EngineState> EngineAfterAsync(CancellationToken cancellationToken) => _engine.NextAsync(cancellationToken);

    /// <summary>The database, no older than five seconds.</summary>
    public Task<DatabaseHealth> HealthAsync(CancellationToken cancellationToken) => _health.GetAsync(cancellationToken);

    /// <summary>A new state of the engine each two seconds.</summary>
    public IAsyncEnumerable<EngineState> WatchAsync(CancellationToken cancellationToken) => _engine.WatchAsync(cancellationToken);
}

/// <summary>The engine at a moment.</summary>
/// <param name="Nodes">Processes of the last day, newest first.</param>
/// <param name="Status">Queues, the database's own figures, readers of events.</param>
/// <param name="Leases">Tasks that run.</param>
/// <param name="Pools">Pools with their use.</param>
/// <param name="Actions">What people did to nodes, the newest first.</param>
internal sealed record EngineState(IReadOnlyList<NodeRow> Nodes, DatabaseStatus Status, IReadOnlyList<LeaseRow> Leases, IReadOnlyList<PoolRow> Pools, IReadOnlyList<NodeActionRow> Actions);

/// <summary>The database at a moment.</summary>
/// <param name="Tables">The largest.</param>
/// <param name="Statements">That take long.</param>
/// <param name="SetAside">Events that a reader could not take.</param>
/// <param name="Backup">The newest; null where there is none.</param>
/// <param name="Audit">The last that was kept; null where there is none.</param>
public sealed record DatabaseHealth(IReadOnlyList<TableStatus> Tables, IReadOnlyList<StatementRow> Statements, IReadOnlyList<SetAsideRow> SetAside, BackupEntry? Backup, AuditReport? Audit);
