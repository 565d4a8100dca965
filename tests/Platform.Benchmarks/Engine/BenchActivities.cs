using System.Diagnostics;
using Platform.Workflows.Activities;

namespace Platform.Benchmarks.Engine;

/// <summary>Writes one line into its log and returns.</summary>
[Activity("bench.line", Title = "One line", Help = "Logs one line.", Stage = Stage.Control)]
public sealed class OneLine : IActivity
{
    public Task<ActivityResult> RunAsync(Platform.Workflows.Activities.ActivityContext context, CancellationToken cancellationToken)
    {
        context.Log.Info("done");
        return Task.FromResult(ActivityResult.Success());
    }
}

/// <summary>Gives a list to map over.</summary>
[Activity("bench.list", Title = "A list", Help = "Gives numbers from 0.", Stage = Stage.Control)]
public sealed class NumberList : IActivity
{
    [Field(Title = "Count", Help = "How many.")]
    public int Count { get; set; }

    public Task<ActivityResult> RunAsync(Platform.Workflows.Activities.ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(ActivityResult.Success(new { items = Enumerable.Range(0, Count) }));
}

/// <summary>Waits ten milliseconds without using a core.</summary>
[Activity("bench.ten", Title = "Ten milliseconds", Help = "Waits ten milliseconds.", Stage = Stage.Control)]
public sealed class TenMilliseconds : IActivity
{
    public async Task<ActivityResult> RunAsync(Platform.Workflows.Activities.ActivityContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
        return ActivityResult.Success();
    }
}

/// <summary>Keeps one core busy for one second of its own processor time.</summary>
[Activity("bench.spin", Title = "One second of work", Help = "Computes for one second.", Stage = Stage.Control)]
public sealed class OneSecondOfWork : IActivity
{
    /// <summary>Steps that take one second where nothing else runs; set before the work begins.</summary>
    public static long Steps { get; set; } = 1;

    /// <summary>Finds how many steps one second takes.</summary>
    public static void Calibrate()
    {
        _ = Compute(50_000_000);
        const long Sample = 400_000_000;
        var began = Stopwatch.GetTimestamp();
        _ = Compute(Sample);
        Steps = (long)(Sample / Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    public Task<ActivityResult> RunAsync(Platform.Workflows.Activities.ActivityContext context, CancellationToken cancellationToken)
    {
        var result = Compute(Steps);
        return Task.FromResult(ActivityResult.Success(new { odd = result % 2 == 1 }));
    }

    public static ulong Compute(long steps)
    {
        var x = 88172645463325252UL;
        for (var i = 0L; i < steps; i++)
        {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
        }
        return x;
    }
}

/// <summary>Tells the process when it began, by the run's id.</summary>
[Activity("bench.mark", Title = "Mark", Help = "Notes when it began.", Stage = Stage.Control)]
public sealed class Mark : IActivity
{
    public static System.Collections.Concurrent.ConcurrentDictionary<long, long> Began { get; } = new();

    public Task<ActivityResult> RunAsync(Platform.Workflows.Activities.ActivityContext context, CancellationToken cancellationToken)
    {
        Began[context.RunId] = Stopwatch.GetTimestamp();
        return Task.FromResult(ActivityResult.Success());
    }
}
