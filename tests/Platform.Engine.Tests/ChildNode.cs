using System.Diagnostics;
using System.Runtime.InteropServices;
using Platform.Postgres;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Engine.Tests;

/// <summary>A worker in a process of its own, so that a test can kill it.</summary>
public sealed class ChildNode : IDisposable
{
    private readonly Process _process;

    private ChildNode(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts a worker of the queue, or of several with commas between.</summary>
    public static ChildNode Start(string connectionString, string queue)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) != typeof(ChildNode).Assembly.GetName().Name)
        {
            start.FileName = "dotnet";
            start.ArgumentList.Add(typeof(ChildNode).Assembly.Location);
        }
        start.ArgumentList.Add("node");
        start.ArgumentList.Add(queue);
        start.Environment["TEST_DATABASE"] = connectionString;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildNode(process);
    }

    /// <summary><c>kill -9</c>.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary><c>kill -TERM</c>, and its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    /// <summary>The child's program.</summary>
    public static async Task<int> Main(string[] args)
    {
        if (args is [Chaos.ChaosNodeProgram.Argument])
            return await Chaos.ChaosNodeProgram.RunAsync();
        if (args is not ["node", var queue])
            return 2;
        await using var database = await Database.OpenAsync(new DatabaseOptions { Home = "", ConnectionString = Environment.GetEnvironmentVariable("TEST_DATABASE") }, CancellationToken.None);
        await using var notifications = new Notifications(database.DataSource, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            _ = stop.CancelSafelyAsync();
        });
        var services = new EngineServices
        {
            Database = database,
            Notifications = notifications,
            Activities = ActivityCatalog.FromAssemblies(typeof(ChildNode).Assembly),
            Services = new Nobody(),
            Secrets = new Nobody(),
        };
        await new EngineHost(services, new NodeOptions
        {
            Queues = queue.Split(','),
            Concurrency = 4,
            Lease = TimeSpan.FromSeconds(2),
            Renewal = TimeSpan.FromMilliseconds(500),
            Poll = TimeSpan.FromMilliseconds(200),
            StopGrace = TimeSpan.FromMilliseconds(300),
            CancelGrace = TimeSpan.FromSeconds(1),
        }).RunAsync(stop.Token);
        return 0;
    }

    private sealed class Nobody : IServiceProvider, ISecrets
    {
        public object? GetService(Type serviceType) => null;

        public ValueTask<string> GetAsync(string name, CancellationToken cancellationToken) => throw new SecretNotFoundException(name);
    }
}

/// <summary>Writes its attempt into a file; the first attempt then never ends by itself.</summary>
[Activity("test.file", Title = "File", Help = "Writes a line and waits on its first attempt.", Stage = Stage.Control)]
public sealed class WriteFile : IActivity
{
    [Field]
    public required string Path { get; set; }

    public async Task<ActivityResult> RunAsync(Platform.Workflows.Activities.ActivityContext context, CancellationToken cancellationToken)
    {
        await File.AppendAllTextAsync(Path, $"{context.IdempotencyKey} {context.Attempt} {Environment.ProcessId}\n", cancellationToken);
        if (context.Attempt == 1)
            await Task.Delay(Timeout.InfiniteTimeSpan, context.Clock, cancellationToken);
        return ActivityResult.Success();
    }
}
