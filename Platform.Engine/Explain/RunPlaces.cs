using System.Globalization;
using Dapper;
using Npgsql;

namespace Platform.Engine.Explain;

/// <summary>The places for runs of a workflow, or of a backfill: who holds them, and who is before whom.</summary>
/// <param name="Limit">Runs at once.</param>
/// <param name="NewestFirst">Whether the newest interval starts first.</param>
/// <param name="Running">Runs that hold a place.</param>
/// <param name="Before">Queued runs in the order in which they start, up to and with the one in question.</param>
internal sealed record RunPlaces(int Limit, bool NewestFirst, IReadOnlyList<long> Running, IReadOnlyList<long> Before)
{
    /// <summary>Queued runs that are looked at; a place further back is told as "more than".</summary>
    public const int MostBefore = 500;

    /// <summary>The places that matter to a queued run.</summary>
    public static async Task<RunPlaces> ReadAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ExplainedRunRow run, CancellationToken cancellationToken)
    {
        var (limit, newestFirst) = run.BackfillId is null ? (run.ActiveRuns, false)
            : await connection.QuerySingleAsync<(int, bool)>(new CommandDefinition("select active_runs, newest_first from backfill where id = @BackfillId", new { run.BackfillId }, transaction, cancellationToken: cancellationToken));
        var running = await connection.QueryAsync<long>(new CommandDefinition("""
            select id from run where workflow = @Workflow and backfill_id is not distinct from @BackfillId::bigint and state = 'running' order by id
            """, new { run.Workflow, run.BackfillId }, transaction, cancellationToken: cancellationToken));
        // The order of promotion, see RunStart.
        var queued = (await connection.QueryAsync<long>(new CommandDefinition("""
            select id from run
            where workflow = @Workflow and backfill_id is not distinct from @BackfillId::bigint and state = 'queued'
            order by priority desc, case when @newestFirst then interval_start end desc, interval_start nulls first, id
            limit @most
            """, new { run.Workflow, run.BackfillId, newestFirst, most = MostBefore }, transaction, cancellationToken: cancellationToken))).AsList();
        var place = queued.IndexOf(run.Id);
        return new RunPlaces(limit, newestFirst, running.AsList(), place < 0 ? queued : queued[..(place + 1)]);
    }

    /// <summary>Why the run does not start.</summary>
    public Cause Cause(ExplainedRunRow run, LiveState state)
    {
        if (run is { PartitionRun: { } other, Partition: { } partition })
        {
            var name = other.ToString(CultureInfo.InvariantCulture);
            return Explain.Cause.Of(CauseCodes.PartitionRuns, $"Run {name} is of the same partition, {partition}: this one has newer data and starts when that one has ended.", name, partition.ToString());
        }
        var before = Before.Count - (Before.Count > 0 && Before[^1] == run.Id ? 1 : 0);
        if (Running.Count >= Limit || before > Limit - Running.Count - 1)
        {
            var holders = string.Join(", ", Running.Take(5).Select(r => string.Create(CultureInfo.InvariantCulture, $"#{r}"))) + (Running.Count > 5 ? $", +{Running.Count - 5}" : "");
            var limit = Limit.ToString(CultureInfo.InvariantCulture);
            var ahead = before.ToString(CultureInfo.InvariantCulture);
            var end = $"{(Running.Count == 0 ? "" : $", taken by run {holders}")}; {(before == Before.Count ? "more than " : "")}{ahead} queued {(before == 1 ? "run goes" : "runs go")} before it.";
            return run.BackfillId is { } backfill
                ? Explain.Cause.Of(CauseCodes.BackfillLimit, $"Backfill {backfill} runs {limit} {(Limit == 1 ? "run" : "runs")} at once{end}", backfill.ToString(CultureInfo.InvariantCulture), limit, holders, ahead)
                : Explain.Cause.Of(CauseCodes.RunLimit, $"The workflow runs {limit} {(Limit == 1 ? "run" : "runs")} at once, its limit{end}", limit, holders, ahead);
        }
        return state.Nodes.Any(n => n.Alive && !n.Stopping && n.Roles.Contains("scheduler"))
            ? Explain.Cause.Of(CauseCodes.Starting, "Nothing is in its way: it starts in a moment.")
            : Explain.Cause.Action(CauseCodes.NoScheduler, "No live node plans, so that nobody starts queued runs. Start a server with './platform serve', or a worker with './platform worker'.");
    }
}
