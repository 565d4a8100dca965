using Dapper;
using Platform.Tables;

namespace Platform.Engine.Tests.Chaos;

/// <summary>What became of everything after a fault.</summary>
internal sealed record ChaosCounts
{
    public long Runs { get; init; }

    public long RunsSucceeded { get; init; }

    public long RunsOpen { get; init; }

    public long Tasks { get; init; }

    public long TasksSucceeded { get; init; }

    /// <summary>Events of tasks that ended well, and how many different ones by key and generation.</summary>
    public long Events { get; init; }

    public long EventsApart { get; init; }

    public long RunEvents { get; init; }

    public long RunEventsApart { get; init; }

    /// <summary>Attempts whose result was accepted, and tasks with more than one in a generation.</summary>
    public long Accepted { get; init; }

    public long AcceptedTwice { get; init; }

    public long AttemptsOpen { get; init; }

    public long Attempts { get; init; }

    public long Lost { get; init; }

    /// <summary>Rows of the tasks that write one, how many there should be, and writes that came twice and were refused.</summary>
    public long Rows { get; init; }

    public long RowsWanted { get; init; }

    public long RowsRefused { get; init; }

    /// <summary>Lines of the Delta table, different ones, and how many there should be.</summary>
    public long Lines { get; init; }

    public long LinesApart { get; init; }

    public long LinesWanted { get; init; }

    /// <summary>Log lines that an attempt wrote after it was lost.</summary>
    public long LateLogLines { get; init; }

    public long QueueRows { get; init; }

    public long Leases { get; init; }

    /// <summary>From a kill to the moment when the last task of the dead was taken back; null where nobody was killed with a task.</summary>
    public TimeSpan? LongestTakeover { get; init; }

    public override string ToString() =>
        $"{RunsSucceeded}/{Runs} runs, {TasksSucceeded}/{Tasks} tasks, {Accepted} results accepted ({AcceptedTwice} twice, {Events} events, {EventsApart} apart), {Attempts} attempts ({Lost} lost), " +
        $"{Rows}/{RowsWanted} rows ({RowsRefused} repeated writes refused), {Lines}/{LinesWanted} table lines ({LinesApart} apart), {RunsOpen} runs open, {QueueRows} queue rows, {Leases} leases" +
        (LongestTakeover is { } longest ? $", longest takeover {longest.TotalSeconds:0.00} s" : "");

    public static async Task<ChaosCounts> TakeAsync(ChaosWorld world, IReadOnlyList<ChaosNode> nodes)
    {
        ChaosCounts counts;
        List<(string Node, DateTime Ended)> lost;
        await using (var connection = await world.Database.OpenAsync(CancellationToken.None))
        {
            counts = await connection.QuerySingleAsync<ChaosCounts>("""
                select
                    (select count(*) from run) as runs,
                    (select count(*) from run where state = 'success') as runs_succeeded,
                    (select count(*) from run where state in ('queued', 'running')) as runs_open,
                    (select count(*) from task_instance) as tasks,
                    (select count(*) from task_instance where state = 'success') as tasks_succeeded,
                    (select count(*) from outbox where type = 'task.ended' and payload->>'state' = 'success') as events,
                    (select count(distinct (key, payload->>'generation')) from outbox where type = 'task.ended' and payload->>'state' = 'success') as events_apart,
                    (select count(*) from outbox where type = 'run.ended') as run_events,
                    (select count(distinct key) from outbox where type = 'run.ended') as run_events_apart,
                    (select count(*) from attempt where state = 'success') as accepted,
                    (select count(*) from (select from attempt where state = 'success' group by run_id, task_id, map_index, generation having count(*) > 1) d) as accepted_twice,
                    (select count(*) from attempt where state = 'running') as attempts_open,
                    (select count(*) from attempt) as attempts,
                    (select count(*) from attempt where state = 'lost') as lost,
                    (select count(*) from chaos_row) as rows,
                    (select count(*) from task_instance where activity = 'chaos.row' and state = 'success') as rows_wanted,
                    (select coalesce(sum(refused), 0) from chaos_row) as rows_refused,
                    (select 3 * count(*) from task_instance where activity = 'chaos.table' and state = 'success') as lines_wanted,
                    (select count(*) from log_line l join attempt a on a.id = l.attempt_id where a.state = 'lost' and l.at > a.ended_at) as late_log_lines,
                    (select count(*) from task_queue) as queue_rows,
                    (select count(*) from task_queue where node is not null) as leases
                """);
            lost = [.. await connection.QueryAsync<(string, DateTime)>("select node, ended_at from attempt where state = 'lost'")];
        }
        var takeovers = from node in nodes
                        where node.Died is not null
                        from attempt in lost
                        where attempt.Node.Contains($":{node.Id}:", StringComparison.Ordinal)
                        select attempt.Ended - node.Died!.Value.UtcDateTime;
        counts = counts with { LongestTakeover = takeovers.Any() ? takeovers.Max() : null };
        using var store = new TableStore(new TableStoreOptions { Root = world.Tables, MemoryLimit = 128 << 20, Threads = 1 });
        if (!store.Exists(ChaosTable.Name))
            return counts;
        using var session = store.OpenSession();
        _ = session.Expose(ChaosTable.Name);
        var lines = session.Query($"select count(*), count(distinct key || '#' || line) from {ChaosTable.Name}").Rows.Single();
        return counts with { Lines = Convert.ToInt64(lines[0], null), LinesApart = Convert.ToInt64(lines[1], null) };
    }

    /// <summary>Nothing is lost, nothing is twice, nothing hangs.</summary>
    /// <param name="runs">Runs that there should be, all of them well.</param>
    public ChaosCounts MustBeWhole(long runs)
    {
        Assert.Equal((runs, runs, 0), (Runs, RunsSucceeded, RunsOpen));
        return MustBeOnce();
    }

    /// <summary>As <see cref="MustBeWhole"/>, where some runs fail as they should.</summary>
    public ChaosCounts MustBeOnce()
    {
        Assert.Equal(0, RunsOpen);
        Assert.Equal((TasksSucceeded, TasksSucceeded), (Events, EventsApart));
        Assert.Equal((Runs, Runs), (RunEvents, RunEventsApart));
        Assert.Equal((TasksSucceeded, 0L), (Accepted, AcceptedTwice));
        Assert.Equal(0, AttemptsOpen);
        Assert.Equal((0L, 0L), (QueueRows, Leases));
        Assert.Equal(RowsWanted, Rows);
        Assert.Equal((LinesWanted, LinesWanted), (Lines, LinesApart));
        Assert.Equal(0, LateLogLines);
        return this;
    }

    /// <summary>Whoever died had its tasks taken back a lease and a poll later.</summary>
    public ChaosCounts MustNotBeLate(ChaosNodeSettings node)
    {
        if (LongestTakeover is { } longest)
            Assert.InRange(longest, TimeSpan.Zero, node.Lease + node.Poll + ChaosScale.Slack);
        return this;
    }
}
