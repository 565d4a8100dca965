using System.Diagnostics;
using System.Globalization;
using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Benchmarks.Queue;

/// <summary>Millions of finished task instances of a year, written by the server itself: a hundred workflows of ten tasks, each task with one attempt, each run with its interval.</summary>
internal sealed class LongHistory(Database database, BenchEngine engine)
{
    private const int Workflows = 100;
    private const int TasksInRun = 10;
    private const long Batch = 50_000;

    public async Task FillAsync(long tasks)
    {
        var runs = tasks / TasksInRun;
        var clock = Stopwatch.StartNew();
        var definition = string.Join('\n', Enumerable.Range(0, TasksInRun).Select(i => $"  - {{ id: task_{i}, activity: bench.noop }}"));
        for (var i = 0; i < Workflows; i++)
            await engine.ApplyAsync(string.Create(CultureInfo.InvariantCulture, $"history-{i}"), definition);
        await using var connection = await OpenAsync();
        // Only for the filling: the log of what is written here would be cut into a checkpoint every few seconds.
        await connection.ExecuteAsync("alter system set max_wal_size = '8GB'");
        await connection.ExecuteAsync("select pg_reload_conf()");
        var first = await connection.ExecuteScalarAsync<long>("select coalesce(max(id), 0) + 1 from run");
        await EachBatchAsync(connection, runs, """
            insert into run (id, workflow, version, kind, state, interval_start, interval_end, queued_at, started_at, ended_at, created_by, note, task_counts)
            overriding system value
            select @first + n, 'history-' || n % @Workflows, 1, 'scheduled', case when n % 50 = 0 then 'failed' else 'success' end, t - interval '1 minute', t, t, t, t + interval '1 minute', 'bench',
                case when n % 50 = 0 then 'Task task_9 failed.' end, case when n % 50 = 0 then '{"success": 9, "failed": 1}'::jsonb else '{"success": 10}' end
            from (select n, now() - interval '1 year' + interval '1 year' * (n::float8 / @runs) as t from generate_series(@done, least(@done + @Batch, @runs) - 1) n) s
            """, first);
        await connection.ExecuteAsync("""
            select setval(pg_get_serial_sequence('run', 'id'), (select max(id) from run));
            insert into run_interval (workflow, interval_start, run_id) select workflow, interval_start, id from run where id >= @first
            """, new { first });
        // The two large ones beside each other, a core each. An attempt is written from its instance's numbers and not by reading it.
        var attempt = await connection.ExecuteScalarAsync<long>("select setval('attempt_id', nextval('attempt_id') + @tasks) - @tasks", new { tasks });
        await using var other = await OpenAsync();
        await Task.WhenAll(
            EachBatchAsync(connection, runs, """
                insert into task_instance (run_id, task_id, activity, state, attempts, queued_at, started_at, ended_at, outputs, error_kind, error)
                select r.id, 'task_' || k, 'bench.noop', s.state, 1, r.queued_at, r.queued_at, r.queued_at + interval '1 second',
                    case when s.state = 'success' then '{}'::jsonb end, case when s.state = 'failed' then 'failed' end, case when s.state = 'failed' then 'No such table.' end
                from run r, generate_series(0, 9) k, lateral (select case when k = 9 and r.state = 'failed' then 'failed' else 'success' end as state) s
                where r.id >= @first + @done and r.id < @first + least(@done + @Batch, @runs)
                order by r.id, k
                """, first),
            EachBatchAsync(other, runs, """
                insert into attempt (id, run_id, task_id, map_index, generation, number, node, state, started_at, ended_at, error_kind, error)
                select @attempt + (r.id - @first) * 10 + k, r.id, 'task_' || k, -1, 1, 1, 'bench', s.state, r.queued_at, r.queued_at + interval '1 second',
                    case when s.state = 'failed' then 'failed' end, case when s.state = 'failed' then 'No such table.' end
                from run r, generate_series(0, 9) k, lateral (select case when k = 9 and r.state = 'failed' then 'failed' else 'success' end as state) s
                where r.id >= @first + @done and r.id < @first + least(@done + @Batch, @runs)
                order by r.id, k
                """, first, attempt));
        // What a running server's autovacuum and checkpoints would have done by then.
        await Task.WhenAll(VacuumAsync(connection, "task_instance"), VacuumAsync(other, "attempt"));
        await VacuumAsync(connection, "run");
        await VacuumAsync(connection, "run_interval");
        await connection.ExecuteAsync("alter system reset max_wal_size");
        await connection.ExecuteAsync(new CommandDefinition("select pg_reload_conf(); checkpoint", commandTimeout: 0));
        var (instances, bytes) = await connection.QuerySingleAsync<(long, long)>(new CommandDefinition("select (select count(*) from task_instance), pg_database_size(current_database())", commandTimeout: 0));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"history: {instances:n0} finished task instances in {runs:n0} runs, {bytes / 1073741824.0:0.0} GiB, made in {clock.Elapsed.TotalSeconds:0} s"));
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = await database.OpenAsync(CancellationToken.None);
        // What is written here refers to what is written beside it; checking each of the rows would only take time. A batch is lost with its server.
        await connection.ExecuteAsync("set synchronous_commit = off; set session_replication_role = replica; set work_mem = '256MB'; set maintenance_work_mem = '256MB'");
        return connection;
    }

    private static async Task EachBatchAsync(NpgsqlConnection connection, long runs, string sql, long first, long attempt = 0)
    {
        for (long done = 0; done < runs; done += Batch)
            await connection.ExecuteAsync(new CommandDefinition(sql, new { first, attempt, done, runs, Batch, Workflows }, commandTimeout: 600));
    }

    private static Task VacuumAsync(NpgsqlConnection connection, string table) => connection.ExecuteAsync(new CommandDefinition($"vacuum (analyze) {table}", commandTimeout: 0));
}
