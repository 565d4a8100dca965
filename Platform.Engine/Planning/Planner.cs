using System.Text.Json;
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
/// Makes the runs of intervals that have ended, and starts queued runs that have got a place. Every node plans and none leads: the workflow's row, locked and skipped by the others, keeps them apart,
/// and the key of run_interval refuses a second run of an interval whatever happens.
/// </summary>
internal sealed partial class Planner(Database database, WorkflowDefinitions definitions, RunStart start, RunChanges changes, Notifications notifications, ILogger log)
{
    // A long catch-up goes in bites, so that no transaction grows without bound; the rest stays due.
    private const int MostIntervals = 200;

    /// <summary>Plans what is due and starts what has a place.</summary>
    public async Task PlanAsync(CancellationToken cancellationToken)
    {
        while (await PlanOneAsync(cancellationToken))
        {
        }
        await StartWaitingAsync(cancellationToken);
    }

    private async Task<bool> PlanOneAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var due = await connection.QueryFirstOrDefaultAsync<DueRow>(new CommandDefinition("""
            select name, version, scheduled_since, planned_until, now() as now
            from workflow
            where next_due <= now() and not paused and version is not null
            order by next_due
            limit 1
            for no key update skip locked
            """, transaction: transaction, cancellationToken: cancellationToken));
        if (due is null)
            return false;
        var planned = due.PlannedUntil;
        DateTimeOffset? next = null;
        string? error = null;
        IReadOnlyList<long> created = [];
        IReadOnlyList<long> started = [];
        try
        {
            var version = await definitions.GetAsync(due.Name, due.Version, cancellationToken);
            var definition = version.Definition ?? throw new EngineException("invalid-workflow", version.Broken!);
            if (Schedule.Of(definition.Schedule) is { } schedule)
            {
                var since = due.ScheduledSince ?? due.Now;
                var intervals = schedule.Due(planned, since, due.Now, MostIntervals);
                if (intervals.Count > 0)
                {
                    created = await CreateAsync(connection, transaction, due, definition, intervals, cancellationToken);
                    planned = intervals[^1].End;
                    started = await start.StartQueuedAsync(connection, transaction, [due.Name], cancellationToken);
                }
                next = schedule.NextDue(planned, since, due.Now);
            }
        }
        catch (Exception e) when (e is EngineException or FormatException)
        {
            // For people to mend; publishing a new version looks again.
            error = e.Message;
            LogNotPlanned(due.Name, e.Message);
        }
        await connection.ExecuteAsync(new CommandDefinition(
            "update workflow set planned_until = @planned, next_due = @next, plan_error = @error where name = @Name",
            new { due.Name, planned, next, error }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        Tell([.. created, .. started], started.Count > 0);
        return true;
    }

    private static async Task<IReadOnlyList<long>> CreateAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, DueRow due, WorkflowDefinition definition, IReadOnlyList<DataInterval> intervals, CancellationToken cancellationToken)
    {
        var bound = ParameterBinder.Bind(definition.Parameters, new Dictionary<string, System.Text.Json.Nodes.JsonNode?>(), Environment.CurrentDirectory);
        if (bound.Errors.Count > 0)
            throw new EngineException("bad-input", $"Workflow '{due.Name}' has a schedule, so every parameter needs a default. {string.Join(" ", bound.Errors)}");
        return await RunIntervals.InsertAsync(
            connection, transaction,
            new RunTemplate(due.Name, due.Version, RunKinds.Scheduled, JsonSerializer.Serialize(bound.Values), definition.RunTimeout, "schedule", null),
            intervals, replace: false, cancellationToken);
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

    private sealed record DueRow
    {
        public required string Name { get; init; }

        public required int Version { get; init; }

        public DateTimeOffset? ScheduledSince { get; init; }

        public DateTimeOffset? PlannedUntil { get; init; }

        public required DateTimeOffset Now { get; init; }
    }
}
