using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.Engine.Audit;
using Platform.Engine.Definitions;
using Platform.Engine.Maintenance;
using Platform.Engine.Notices;
using Platform.Engine.Planning;
using Platform.Engine.Previews;
using Platform.Engine.Queue;
using Platform.Engine.Waiting;
using Platform.Engine.Working;
using Platform.Postgres;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Engine;

/// <summary>What a node needs of the other rooms.</summary>
public sealed record EngineServices
{
    public required Database Database { get; init; }

    public required Notifications Notifications { get; init; }

    /// <summary>The activities that this node can run.</summary>
    public required ActivityCatalog Activities { get; init; }

    /// <summary>Where the constructors of activities get their services.</summary>
    public required IServiceProvider Services { get; init; }

    public required ISecrets Secrets { get; init; }

    /// <summary>Connections for notices by mail and webhook; null has none.</summary>
    public IConnections? Connections { get; init; }

    /// <summary>Checks that other rooms add to the nightly audit. Default: none.</summary>
    public IReadOnlyList<IAuditCheck> AuditChecks { get; init; } = [];

    /// <summary>Default: the machine's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Default: nobody hears.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}

/// <summary>A node: plans, works and maintains, as its options say, until it is stopped.</summary>
public sealed class EngineHost(EngineServices services, NodeOptions options)
{
    /// <summary>The node's options.</summary>
    public NodeOptions Options => options;

    /// <summary>Runs the node. On cancellation it claims nothing more, lets its tasks finish within <see cref="NodeOptions.StopGrace"/>, hands back what has not, and returns.</summary>
    /// <exception cref="DatabaseException">A newer program has changed the schema in a way that this one does not understand; the node has stopped as if it had been told to.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var schema = new SchemaGuard(services.Database, options, stop, services.LoggerFactory.CreateLogger<EngineHost>());
        await RunAsync(schema, stop.Token);
        schema.ThrowIfRefused();
    }

    private async Task RunAsync(SchemaGuard schema, CancellationToken cancellationToken)
    {
        var log = services.LoggerFactory.CreateLogger<EngineHost>();
        var database = services.Database;
        var definitions = new WorkflowDefinitions(database);
        var ledger = new RunLedger(definitions);
        var start = new RunStart(definitions, ledger);
        var store = new AttemptStore(database, ledger, start);
        var changes = new RunChanges(services.Notifications, services.Clock);
        var control = new RunControl(database, definitions);
        var heartbeat = new Heartbeat(database, options);
        using var logs = new LogWriter(database, services.Clock, log);

        var (changed, changedToo) = (new WakeSignal(), new WakeSignal());
        using var watching = !options.Plans ? null : services.Notifications.Subscribe(EngineSignals.Changed, _ =>
        {
            changed.Set();
            changedToo.Set();
        });
        var duties = new List<Duty> { new("The node's heartbeat", TimeSpan.FromSeconds(5), t => heartbeat.BeatAndNoteAsync(t)), new("Holding the schema", TimeSpan.FromSeconds(10), schema.CheckAsync) };
        if (options.Plans)
        {
            var planner = new Planner(database, definitions, start, changes, services.Notifications, log);
            duties.Add(new("Planning", options.Poll, planner.PlanAsync));
            // These follow what runs do, so they look as soon as one has changed.
            duties.Add(new("Planning for written assets", options.Poll, planner.FollowAssetsAsync) { Wake = changed });
            duties.Add(new("Letting tasks go on that waited for the run before", options.Poll, new PastRelease(database, control).ReleaseAsync) { Wake = changedToo });
        }
        if (options.Maintains)
        {
            duties.Add(new("Reaping leases", options.Poll, new LeaseReaper(database, store, changes, services.Notifications, log).ReapAsync));
            var waker = new DeferralWaker(database, changes, services.Notifications);
            duties.Add(new("Waking deferred tasks", options.Poll, waker.WakeAsync));
            duties.Add(new("Forgetting old events", TimeSpan.FromHours(1), waker.PruneAsync));
            duties.Add(new("Canceling runs that nobody waits for", options.Poll, new OrphanedRuns(database, control).CancelAsync));
            duties.Add(new("Looking for late runs", options.Poll, new LateRuns(database, definitions, changes).MarkAsync));
            duties.Add(new("Sending notices", options.Poll, new NoticeSender(database, services.Connections, services.Secrets, services.Clock, log).SendAsync));
            if (options.Aging is { } step && step > TimeSpan.Zero)
                duties.Add(new("Letting waiting tasks rise", Aging.Every(step), new Aging(database, step).RaiseAsync));
            duties.Add(new("Timing out runs", options.Poll, new RunTimeouts(database, control).StopAsync));
            duties.Add(new("Looking for stuck runs", TimeSpan.FromSeconds(30), new StuckRuns(database, control, log).RepairAsync));
            duties.Add(new("Clearing previews away", TimeSpan.FromSeconds(5), new PreviewPruning(database, control, services.Services.GetService(typeof(IPreviewRoom)) as IPreviewRoom, log).PruneAsync));
            duties.Add(new("Pruning", TimeSpan.FromHours(1), new Pruning(database, options, log).PruneAsync));
            duties.Add(new("Watching the database", TimeSpan.FromSeconds(30), new DatabaseWatch(database, log).LookAsync));
            var audit = new EngineAudit(database, definitions, services.Clock, services.AuditChecks);
            duties.Add(new("The nightly audit", TimeSpan.FromMinutes(5), new NightlyAudit(database, audit, options, log).AuditAsync));
        }
        var running = duties.Select(d => d.RunAsync(services.Clock, log, cancellationToken)).ToList();
        if (options.Works)
        {
            var leases = new Leases(database, services.Notifications, options, services.Clock, log);
            var executor = new TaskExecutor(definitions, new TaskInputs(database), services.Activities, services.Services, services.Secrets, logs, options, services.Clock, log);
            running.Add(new Worker(store, executor, logs, leases, changes, services.Notifications, options, services.Clock, log).RunAsync(cancellationToken));
        }
        var said = Task.CompletedTask;
        await using (cancellationToken.Register(() => said = heartbeat.SayStoppingAsync(log)))
            await Task.WhenAll(running);
        await said;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), services.Clock);
            await heartbeat.LeaveAsync(limit.Token);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or InvalidOperationException)
        {
            // The row grows old by itself.
            log.LogDebug("The node's row could not be removed: {Reason}", e.Message);
        }
    }
}
