using System.Data;
using Dapper;
using Platform.Engine.Definitions;
using Platform.Postgres;

namespace Platform.Engine.Audit;

/// <summary>
/// Reads a database and says which promises are broken: missed, double, late and stuck runs and tasks, each with its evidence. It writes nothing, needs no node, and may run at any time beside those that work.
/// Every check sees the same snapshot, so that nothing is reported only because two queries looked at two moments.
/// </summary>
public sealed class EngineAudit
{
    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly IReadOnlyList<IAuditCheck> _checks;

    /// <param name="database">The database.</param>
    /// <param name="definitions">Versions of workflows.</param>
    /// <param name="clock">For the pause before the second look. Default: the machine's.</param>
    /// <param name="more">Checks that other rooms bring.</param>
    public EngineAudit(Database database, WorkflowDefinitions definitions, TimeProvider? clock = null, IEnumerable<IAuditCheck>? more = null)
    {
        _database = database;
        _clock = clock ?? TimeProvider.System;
        _checks =
        [
            new MissedRuns(definitions), new MissedTasks(definitions), new DoubleRuns(), new DoubleResults(), new DoubleEvents(),
            new LatePlans(), new LatePartitions(), new LateStarts(), new LateTasks(), new LateStops(), new LateNotices(), new DeadLeases(), new OpenAttempts(), new QueueRows(), new IdleRuns(), new OpenTasks(), new OutboxDelivery(),
            .. more ?? [],
        ];
    }

    /// <summary>Audits.</summary>
    /// <param name="since">Runs queued since then are looked at, and whatever is open; null is the last seven days.</param>
    /// <param name="options">How to judge; null takes the defaults.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<AuditReport> RunAsync(DateTimeOffset? since, AuditOptions? options, CancellationToken cancellationToken)
    {
        options ??= new AuditOptions();
        var began = _clock.GetTimestamp();
        var (first, runs, tasks) = await LookAsync(_checks, since, options, cancellationToken);
        var findings = first.Findings;
        var fleeting = _checks.Where(c => c.Fleeting && findings.Any(f => f.Check == c.Name)).ToList();
        if (fleeting.Count > 0)
        {
            await Task.Delay(options.SecondLook, _clock, cancellationToken);
            var (second, _, _) = await LookAsync(fleeting, since, options, cancellationToken);
            var still = second.Findings.Select(f => f.Identity).ToHashSet();
            var asked = fleeting.Select(c => c.Name).ToHashSet();
            findings = [.. findings.Where(f => !asked.Contains(f.Check) || still.Contains(f.Identity))];
        }
        return new AuditReport
        {
            At = first.Now,
            Since = first.Since,
            Took = _clock.GetElapsedTime(began),
            Checks = [.. _checks.Select(c => c.Name)],
            Runs = runs,
            Tasks = tasks,
            Findings = findings,
            Notes = first.Notes,
        };
    }

    private async Task<(AuditScope Scope, long Runs, long Tasks)> LookAsync(IReadOnlyList<IAuditCheck> checks, DateTimeOffset? since, AuditOptions options, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        // Ids grow with the time of queuing, so the first run of the window is found from the newest backwards, in the size of the window.
        var start = await connection.QuerySingleAsync<Start>(new CommandDefinition("""
            set transaction read only;
            select now() as now, w.since,
                coalesce((select id + 1 from run where queued_at < w.since order by id desc limit 1), 0) as first_run,
                exists (select from node where heartbeat_at > now() - interval '15 seconds' and 'scheduler' = any(roles) and not stopping) as planner_lives
            from (select coalesce(@since, now() - interval '7 days') as since) w
            """, new { since }, transaction, commandTimeout: 600, cancellationToken: cancellationToken));
        var (runs, tasks) = await connection.QuerySingleAsync<(long, long)>(new CommandDefinition(
            "select (select count(*) from run where id >= @FirstRun and kind <> 'preview'), (select count(*) from task_instance where run_id >= @FirstRun)", start, transaction, commandTimeout: 600, cancellationToken: cancellationToken));
        var scope = new AuditScope(connection, transaction, options) { Now = start.Now, Since = start.Since, FirstRun = start.FirstRun, PlannerLives = start.PlannerLives };
        foreach (var check in checks)
            await check.CheckAsync(scope, cancellationToken);
        return (scope, runs, tasks);
    }

    private sealed record Start
    {
        public required DateTimeOffset Now { get; init; }

        public required DateTimeOffset Since { get; init; }

        public required long FirstRun { get; init; }

        public required bool PlannerLives { get; init; }
    }
}
