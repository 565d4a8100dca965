using System.Diagnostics;
using Dapper;
using Npgsql;
using Quartz;

namespace Platform.Benchmarks.Queue;

/// <summary>The same with Quartz.NET: one-off jobs in its clustered job store on the same server, as its documentation sets it up, with batches as large as the concurrency.</summary>
internal static class QuartzPeer
{
    /// <summary>Jobs a second from the start of the scheduler to the last job.</summary>
    public static async Task<double> MeasureAsync(string server, int jobs, int concurrency)
    {
        await using (var connection = new NpgsqlConnection(server))
            await connection.ExecuteAsync("create schema if not exists quartz");
        var settings = new NpgsqlConnectionStringBuilder(server) { SearchPath = "quartz", MaxPoolSize = 80, MaxAutoPrepare = 100 };

        var scheduler = await QuartzSchedulerBuilder.Create(q =>
        {
            q.ConfigureScheduler(o =>
            {
                o.MaxBatchSize = concurrency;
                o.IdleWaitTime = TimeSpan.FromSeconds(1);
            });
            q.UseDefaultThreadPool(concurrency);
            q.UsePersistentStore(s =>
            {
                s.UsePostgres(settings.ConnectionString);
                s.UseClustering(_ => { });
                s.UseSystemTextJsonSerializer(_ => { });
                s.ProvisionSchema();
            });
        }).BuildScheduler();

        var clock = Stopwatch.StartNew();
        for (var i = 0; i < jobs; i++)
        {
            await scheduler.ScheduleJob(
                JobBuilder.Create<NoJob>().WithIdentity($"job-{i}").Build(),
                TriggerBuilder.Create().WithIdentity($"trigger-{i}").StartNow().Build());
        }
        Console.WriteLine($"Quartz.NET schedule: {jobs / clock.Elapsed.TotalSeconds:n0} jobs/s from 1 caller");
        NoJob.Expect(jobs);
        clock.Restart();
        await scheduler.Start();
        await NoJob.AllDone;
        var rate = jobs / clock.Elapsed.TotalSeconds;
        Console.WriteLine($"Quartz.NET {typeof(IScheduler).Assembly.GetName().Version?.ToString(3)} clustered: {rate:n0} jobs/s ({jobs:n0} jobs in {clock.Elapsed.TotalSeconds:0.00} s, {concurrency} threads, batches of {concurrency})");
        await scheduler.Shutdown(waitForJobsToComplete: true);
        return rate;
    }
}

/// <summary>Counts itself.</summary>
public sealed class NoJob : IJob
{
    private static readonly TaskCompletionSource Done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static int _left;

    /// <summary>Completes with the last job.</summary>
    public static Task AllDone => Done.Task;

    /// <summary>How many are to come.</summary>
    public static void Expect(int jobs) => _left = jobs;

    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (Interlocked.Decrement(ref _left) == 0)
            Done.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
