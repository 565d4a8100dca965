using Dapper;
using Microsoft.Extensions.Logging;
using Platform.Engine.Audit;
using Platform.Postgres;

namespace Platform.Engine.Maintenance;

/// <summary>Audits once a night, whichever node comes first, keeps the report and says in the log what is broken.</summary>
internal sealed partial class NightlyAudit(Database database, EngineAudit audit, NodeOptions options, ILogger log)
{
    // Any number; while one node audits the others leave it alone.
    private const long OneAtATime = 0x504C4154_41554454;

    // Two nights, so that one that was missed is covered by the next.
    private static readonly TimeSpan Window = TimeSpan.FromHours(49);

    /// <summary>Audits if the time of the night has come and nobody has since.</summary>
    public async Task AuditAsync(CancellationToken cancellationToken)
    {
        if (options.AuditAt is not { } at)
            return;
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await connection.QuerySingleAsync<bool>(new CommandDefinition("select pg_try_advisory_xact_lock(@OneAtATime)", new { OneAtATime }, transaction, cancellationToken: cancellationToken)))
            return;
        var now = await connection.QuerySingleAsync<DateTimeOffset>(new CommandDefinition("select clock_timestamp()", transaction: transaction, cancellationToken: cancellationToken));
        var due = new DateTimeOffset(now.UtcDateTime.Date + at.ToTimeSpan(), TimeSpan.Zero);
        if (due > now)
            due = due.AddDays(-1);
        if (await connection.QuerySingleAsync<bool>(new CommandDefinition("select exists (select from audit where origin = @Nightly and at >= @due)", new { AuditStore.Nightly, due }, transaction, cancellationToken: cancellationToken)))
            return;
        var report = await audit.RunAsync(now - Window, new AuditOptions { Lease = options.Lease, Poll = options.Poll }, cancellationToken);
        await new AuditStore(database).KeepAsync(report, AuditStore.Nightly, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (report.Clean)
            LogClean(report.Runs, report.Tasks, report.Took.TotalSeconds);
        else
        {
            LogFound(report.Findings.Count, report.Runs);
            foreach (var finding in report.Findings.Take(20))
                LogFinding(finding.Kind, finding.Check, finding.What);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The nightly audit is clean: {Runs} runs, {Tasks} task instances, {Seconds:0.0} s")]
    private partial void LogClean(long runs, long tasks, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The nightly audit found {Count} broken promises in {Runs} runs; './platform audit --last' shows them with their evidence")]
    private partial void LogFound(int count, long runs);

    [LoggerMessage(Level = LogLevel.Error, Message = "Audit: {Kind} ({Check}): {What}")]
    private partial void LogFinding(string kind, string check, string what);
}
