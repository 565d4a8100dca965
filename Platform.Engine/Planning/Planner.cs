using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.Queue;
using Platform.Postgres;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Engine.Planning;

/// <summary>
/// Makes the runs of intervals that have ended and of assets that were written, and starts queued runs that have got a place. Every node plans and none leads: the workflow's row, locked and skipped by the others,
/// keeps them apart, and the key of run_interval refuses a second run of an interval whatever happens.
/// </summary>
internal sealed partial class Planner(Database database, WorkflowDefinitions definitions, RunStart start, RunChanges changes, Notifications notifications, ILogger log)
{
    // Workflows in one transaction. With 1,000 due at once on two busy cores, the last one was planned after 1.6 to 1.9 s with 200, and after 6 to 12 s with one (benchmark 'planner').
    private const int MostWorkflows = 200;

    // A long catch-up goes in bites, so that no transaction grows without bound; the rest stays due.
    private const int MostIntervals = 200;
    private const int MostRuns = 2_000;

    private readonly AssetPlanner _assets = new(database, definitions, start);
    private readonly PartitionPlanner _partitions = new(database, definitions, start);

    /// <summary>Plans what is due and starts what has a place.</summary>
    public async Task PlanAsync(CancellationToken cancellationToken)
    {
        var most = MostWorkflows;
        while (true)
        {
            try
            {
                if (!await PlanDueAsync(most, cancellationToken))
                    break;
            }
            catch (PostgresException e) when (!e.IsTransient && most > 1)
            {
                // One of them cannot be written. Alone, it says which, and the others go on.
                LogOneByOne(e.MessageText);
                most = 1;
            }
        }
        await StartWaitingAsync(cancellationToken);
    }

    /// <summary>Makes the runs of schedules whose assets were written.</summary>
    public async Task FollowAssetsAsync(CancellationToken cancellationToken)
    {
        for (var more = true; more;)
        {
            (var created, var started, more) = await _assets.PlanAsync(LogNotPlanned, cancellationToken);
            Tell([.. created, .. started], started.Count > 0);
        }
        for (var more = true; more;)
        {
            (var changed, var started, more) = await _partitions.PlanAsync(LogNotPlanned, cancellationToken);
            Tell([.. changed, .. started], started.Count > 0);
        }
    }

    private async Task<bool> PlanDueAsync(int most, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var due = (await connection.QueryAsync<DueRow>(new CommandDefinition("""
            select name, version, scheduled_since, planned_until, now() as now
            from workflow
            where next_due <= now() and not paused and version is not null
            order by next_due
            limit @most
            for no key update skip locked
            """, new { most }, transaction, cancellationToken: cancellationToken))).AsList();
        if (due.Count == 0)
            return false;
        await definitions.LoadAsync([.. due.Select(d => (d.Name, d.Version))], cancellationToken);
        var plans = new List<Plan>(due.Count);
        var room = MostRuns;
        foreach (var row in due)
        {
            var plan = await PlanAsync(row, Math.Clamp(room, 1, MostIntervals), cancellationToken);
            room -= plan.Intervals.Count;
            plans.Add(plan);
        }
        var runs = plans.Where(p => p.Intervals.Count > 0).Select(p => (p.Template!, p.Intervals)).ToList();
        IReadOnlyList<long> created = [];
        IReadOnlyList<long> started = [];
        try
        {
            if (runs.Count > 0)
            {
                created = await RunIntervals.InsertAsync(connection, transaction, runs, replace: false, cancellationToken);
                started = await start.StartQueuedAsync(connection, transaction, [.. runs.Select(r => r.Item1.Workflow)], cancellationToken);
            }
        }
        catch (PostgresException e) when (!e.IsTransient && due is [var one])
        {
            await transaction.RollbackAsync(cancellationToken);
            LogNotPlanned(one.Name, e.MessageText);
            await connection.ExecuteAsync(new CommandDefinition(
                "update workflow set plan_error = @error, next_due = now() + interval '1 minute' where name = @Name",
                new { one.Name, error = $"The database refused its runs: {e.MessageText}. It is tried again each minute." }, cancellationToken: cancellationToken));
            return true;
        }
        await using var writes = new SqlBatch(connection, transaction);
        writes.Add("""
            update workflow w set planned_until = e.planned, next_due = e.next, plan_error = e.error
            from unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::text[]) as e(name, planned, next, error)
            where w.name = e.name
            """,
            plans.Select(p => p.Row.Name).ToArray(), plans.Select(p => p.Planned).ToArray(), plans.Select(p => p.Next).ToArray(), plans.Select(p => p.Error).ToArray());
        await writes.ExecuteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Tell([.. created, .. started], started.Count > 0);
        return true;
    }

    private async Task<Plan> PlanAsync(DueRow due, int most, CancellationToken cancellationToken)
    {
        try
        {
            var version = await definitions.GetAsync(due.Name, due.Version, cancellationToken);
            var definition = version.Definition ?? throw new EngineException("invalid-workflow", version.Broken!);
            // A schedule that follows assets is not due by the clock.
            if (Schedule.Of(definition.Schedule) is not { } schedule)
                return new Plan(due) { Planned = due.PlannedUntil };
            var since = due.ScheduledSince ?? due.Now;
            var intervals = schedule.Due(due.PlannedUntil, since, due.Now, most);
            var planned = intervals is [.., var last] ? last.End : due.PlannedUntil;
            return new Plan(due)
            {
                Intervals = intervals,
                Template = intervals.Count == 0 ? null : new RunTemplate(due.Name, due.Version, RunKinds.Scheduled, Parameters(definition), definition.RunTimeout, "schedule", null),
                Planned = planned,
                Next = schedule.NextDue(planned, since, due.Now),
            };
        }
        catch (Exception e) when (e is EngineException or FormatException)
        {
            // For people to mend; publishing a new version looks again.
            LogNotPlanned(due.Name, e.Message);
            return new Plan(due) { Planned = due.PlannedUntil, Error = e.Message };
        }
    }

    /// <summary>The parameters of a run that nobody gives any.</summary>
    /// <exception cref="EngineException">One has no default.</exception>
    internal static string Parameters(WorkflowDefinition definition)
    {
        var bound = ParameterBinder.Bind(definition.Parameters, new Dictionary<string, JsonNode?>(), Environment.CurrentDirectory);
        return bound.Errors.Count == 0 ? JsonSerializer.Serialize(bound.Values)
            : throw new EngineException("bad-input", $"Workflow '{definition.Name}' has a schedule, so every parameter needs a default. {string.Join(" ", bound.Errors)}");
    }

    /// <summary>Starts queued runs for which there is a place although nothing has told so: the end of a run and a trigger may miss each other.</summary>
    private async Task StartWaitingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var waiting = (await connection.QueryAsync<string>(new CommandDefinition("""
            with recursive waiting(workflow) as (
                (select workflow from run where state = 'queued' order by workflow limit 1)
                union all
                select n.workflow from waiting w cross join lateral (select r.workflow from run r where r.state = 'queued' and r.workflow > w.workflow order by r.workflow limit 1) n
            )
            select workflow from waiting
            """, transaction: transaction, cancellationToken: cancellationToken))).ToArray();
        if (waiting.Length == 0)
            return;
        await using (var locks = new SqlBatch(connection, transaction))
        {
            RunStart.AddLocks(locks, waiting);
            await locks.ExecuteAsync(cancellationToken);
        }
        var started = await start.StartQueuedAsync(connection, transaction, waiting, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Tell(started, started.Count > 0);
    }

    private void Tell(IReadOnlyList<long> changed, bool ready)
    {
        changes.Add(changed);
        if (ready)
            notifications.Send(EngineSignals.Ready);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Workflow '{Workflow}' cannot be planned: {Reason}")]
    private partial void LogNotPlanned(string workflow, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Planning goes one workflow after the other, because the database refused what one of them makes: {Reason}")]
    private partial void LogOneByOne(string reason);

    private sealed record Plan(DueRow Row)
    {
        public IReadOnlyList<DataInterval> Intervals { get; init; } = [];

        /// <summary>Null where there is no interval.</summary>
        public RunTemplate? Template { get; init; }

        public DateTimeOffset? Planned { get; init; }

        public DateTimeOffset? Next { get; init; }

        public string? Error { get; init; }
    }

    private sealed record DueRow
    {
        public required string Name { get; init; }

        public required int Version { get; init; }

        public DateTimeOffset? ScheduledSince { get; init; }

        public DateTimeOffset? PlannedUntil { get; init; }

        public required DateTimeOffset Now { get; init; }
    }
}
