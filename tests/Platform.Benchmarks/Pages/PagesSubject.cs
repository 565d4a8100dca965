using System.Diagnostics;
using System.Globalization;
using Dapper;
using Platform.Engine;
using Platform.Engine.Definitions;
using Platform.Engine.Explain;
using Platform.Engine.History;
using Platform.Postgres;
using Platform.Postgres.Embedded;
using Platform.Workflows.Activities;

namespace Platform.Benchmarks.Pages;

/// <summary>The queries behind the lists, the grid and a run's page, on a database with a million finished runs.</summary>
internal sealed class PagesSubject : ISubject
{
    private const double Target = 50;
    private const int Repeats = 200;

    public string Name => "pages";

    public string Help => "[runs] [tasks a run]: queries of the lists, the grid (100 tasks x 50 runs) and the run page with so many finished runs (1,000,000 with 2 tasks each)";

    public async Task RunAsync(string[] args)
    {
        var runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var tasks = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 2;
        var home = Directory.CreateTempSubdirectory("platform-bench-").FullName;
        try
        {
            await using var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Home = home }, CancellationToken.None);
            await using var database = await Database.OpenAsync(new DatabaseOptions { Home = home, ConnectionString = server.ConnectionString }, CancellationToken.None);
            await database.MigrateAsync([typeof(EngineHost).Assembly], CancellationToken.None);
            var clock = Stopwatch.StartNew();
            await new PagesHistory(database).FillAsync(runs, tasks);
            await using (var connection = await database.OpenAsync(CancellationToken.None))
            {
                var (count, instances, size) = await connection.QuerySingleAsync<(long, long, string)>("select (select count(*) from run), (select count(*) from task_instance), pg_size_pretty(pg_database_size(current_database()))");
                Console.WriteLine($"PostgreSQL {connection.PostgreSqlVersion}: {count:n0} runs, {instances:n0} task instances, {size}, filled in {clock.Elapsed.TotalSeconds:0} s");
            }
            await MeasureAsync(database);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static async Task MeasureAsync(Database database)
    {
        var definitions = new WorkflowDefinitions(database);
        var queries = new RunQueries(database, definitions);
        var grid = await queries.ListAsync(new RunFilter { Workflow = PagesHistory.GridWorkflow, Limit = 50 }, CancellationToken.None);
        var middle = (await queries.ListAsync(new RunFilter { Limit = 1 }, CancellationToken.None))[0].Id / 2;
        var old = PagesHistory.FirstQueued.AddDays(30);
        Task<IReadOnlyList<RunRow>> List(RunFilter filter) => queries.ListAsync(filter, CancellationToken.None);
        (string, Func<int, Task<int>>)[] subjects =
        [
            ("runs: newest 50", async _ => (await List(new RunFilter())).Count),
            ("runs: 50 from the middle", async i => (await List(new RunFilter { BeforeId = middle - i })).Count),
            ("runs: of a workflow", async i => (await List(new RunFilter { Workflow = PagesHistory.Workflow(i) })).Count),
            ("runs: failed", async _ => (await List(new RunFilter { State = RunStates.Failed })).Count),
            ("runs: canceled", async _ => (await List(new RunFilter { State = RunStates.Canceled })).Count),
            ("runs: running (none)", async _ => (await List(new RunFilter { State = RunStates.Running })).Count),
            ("runs: of a workflow, canceled", async i => (await List(new RunFilter { Workflow = PagesHistory.Workflow(i), State = RunStates.Canceled })).Count),
            ("runs: manual", async _ => (await List(new RunFilter { Kind = RunKinds.Manual })).Count),
            ("runs: by assets (none)", async _ => (await List(new RunFilter { Kind = "asset" })).Count),
            ("runs: a day long ago", async i => (await List(new RunFilter { From = old.AddHours(i), To = old.AddHours(i + 24) })).Count),
            ("runs: a workflow's day long ago", async i => (await List(new RunFilter { Workflow = PagesHistory.Workflow(i), From = old.AddHours(i), To = old.AddHours(i + 24) })).Count),
            ("runs: a day before the first (none)", async i => (await List(new RunFilter { To = PagesHistory.FirstQueued.AddDays(-i - 1) })).Count),
            ("workflows: all with 12 last runs", async _ => (await new WorkflowQueries(database).ListAsync(false, CancellationToken.None)).Count),
            ("grid: 100 tasks x 50 runs", async _ => (await new GridQueries(database, definitions).GetAsync(PagesHistory.GridWorkflow, 50, CancellationToken.None)).Tasks.Sum(t => t.Cells.Count(c => c is not null))),
            ("run page: 100 tasks", async i => (await queries.GetAsync(grid[i % grid.Count].Id, CancellationToken.None))!.Tasks.Count),
            ("run page: attempts of a task", async i => (await queries.AttemptsAsync(grid[i % grid.Count].Id, "t1", -1, CancellationToken.None)).Count),
            ("run page: why it ended", async i => (await new Explainer(database, definitions).RunAsync(grid[i % grid.Count].Id, CancellationToken.None))!.Causes.Count),
            ("events: what a follower missed", async _ => (await new RunFeed(database, queries).SinceAsync(PagesHistory.LastEnded.AddMinutes(-10), CancellationToken.None)).Runs.Count),
        ];
        Console.WriteLine($"{"query",-38} {"rows",7} {"p50 ms",8} {"p99 ms",8}   target {Target} ms, {Repeats} times each");
        var worst = 0d;
        foreach (var (name, query) in subjects)
        {
            var rows = 0;
            for (var i = 0; i < 10; i++)
                rows = await query(i);
            var times = new double[Repeats];
            for (var i = 0; i < Repeats; i++)
            {
                var start = Stopwatch.GetTimestamp();
                rows = await query(i);
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
            Array.Sort(times);
            var p99 = times[(int)(Repeats * 0.99) - 1];
            worst = Math.Max(worst, p99);
            Console.WriteLine($"{name,-38} {rows,7:n0} {times[Repeats / 2],8:0.00} {p99,8:0.00}{(p99 > Target ? "   over" : "")}");
        }
        Console.WriteLine($"worst p99: {worst:0.0} ms");
    }
}

/// <summary>A history of finished runs, made by the database itself.</summary>
internal sealed class PagesHistory(Database database)
{
    public const string GridWorkflow = "grid";
    private const int Workflows = 200;
    private const int GridRuns = 500;
    private const int GridTasks = 100;

    /// <summary>When the first run was queued; one follows each 30 s.</summary>
    public static readonly DateTimeOffset FirstQueued = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>When the last one ended, of those that were made.</summary>
    public static DateTimeOffset LastEnded { get; private set; }

    public static string Workflow(int number) => string.Create(CultureInfo.InvariantCulture, $"w-{number % Workflows}");

    public async Task FillAsync(int runs, int tasks)
    {
        var store = new WorkflowStore(database, ActivityCatalog.Empty.WithTypes(typeof(Queue.NoOperation)));
        await ApplyAsync(store, GridWorkflow, string.Concat(Enumerable.Range(0, GridTasks).Select(i => $"  - {{ id: t{i}, activity: bench.noop{(i == 0 ? "" : $", after: [t{(i - 1) / 2}]")} }}\n")));
        for (var i = 0; i < Workflows; i++)
            await ApplyAsync(store, Workflow(i), string.Concat(Enumerable.Range(0, tasks).Select(t => $"  - {{ id: t{t}, activity: bench.noop }}\n")));
        LastEnded = FirstQueued.AddSeconds(30d * runs + 20);
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(new CommandDefinition("""
            set synchronous_commit = off;
            -- The runs of the workflow with many tasks lie among the others, as they would.
            insert into run (workflow, version, kind, state, interval_start, interval_end, queued_at, started_at, ended_at, created_by, stop_state, cancel_requested_at, task_counts)
            select case when g % @every = 0 then 'grid' else 'w-' || (g * 7919 % @workflows) end, 1,
                case when g % 20 = 7 then 'manual' else 'scheduled' end, s.state,
                q.at - interval '1 day', q.at, q.at, q.at + interval '1 s', q.at + interval '20 s', 'bench',
                case when s.state = 'canceled' then 'canceled' end, case when s.state = 'canceled' then q.at end, '{"success": 2}'
            from generate_series(1::bigint, @runs) g
            cross join lateral (select @first::timestamptz + g * interval '30 s' as at) q
            cross join lateral (select case when g % 33 = 0 then 'failed' when g % 101 = 0 then 'canceled' else 'success' end as state) s;
            insert into task_instance (run_id, task_id, activity, state, attempts, queued_at, started_at, ended_at, outputs, error)
            select r.id, 't' || t, 'bench.noop', case when r.state = 'failed' and t = 0 then 'failed' else 'success' end, 1, r.started_at, r.started_at, r.ended_at,
                case when r.state = 'failed' and t = 0 then null else '{"rows": 12345}'::jsonb end, case when r.state = 'failed' and t = 0 then 'No such table.' end
            from run r
            cross join lateral generate_series(0, case when r.workflow = 'grid' then @gridTasks - 1 else @tasks - 1 end) t;
            insert into attempt (run_id, task_id, map_index, generation, number, node, state, started_at, ended_at)
            select run_id, task_id, -1, 1, 1, 'bench', 'success', started_at, ended_at from task_instance;
            """, new { runs = (long)runs, workflows = Workflows, every = Math.Max(1, runs / GridRuns), first = FirstQueued, gridTasks = GridTasks, tasks }, commandTimeout: 1800));
        foreach (var table in new[] { "run", "task_instance", "attempt" })
            await connection.ExecuteAsync(new CommandDefinition($"vacuum analyze {table}", commandTimeout: 600));
    }

    private static async Task ApplyAsync(WorkflowStore store, string name, string tasks)
    {
        var applied = await store.ApplyAsync($"name: {name}\ntasks:\n{tasks}", new ApplyOptions { Origin = WorkflowOrigin.Applied, By = "bench" }, CancellationToken.None);
        if (applied.Outcome == ApplyOutcome.Invalid)
            throw new InvalidOperationException(applied.Problems[0].Message);
    }
}
