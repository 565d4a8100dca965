using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Platform.Engine.Tests.Chaos;

/// <summary>A node's process, as the one who wants to harm it sees it.</summary>
internal sealed class ChaosNode : IDisposable
{
    private const int LinesKept = 200;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly TaskCompletionSource _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChaosNode(Process process, ChaosNodeSettings settings) => (_process, Id, Settings) = (process, process.Id, settings);

    /// <summary>Process id; a part of the node's name.</summary>
    public int Id { get; }

    public ChaosNodeSettings Settings { get; }

    /// <summary>When it was killed; null while it lives.</summary>
    public DateTimeOffset? Died { get; private set; }

    public bool Lives => !_process.HasExited;

    /// <summary>The last lines of its log.</summary>
    public IEnumerable<string> Log => _log;

    public static ChaosNode Start(ChaosNodeSettings settings)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) != typeof(ChaosNode).Assembly.GetName().Name)
        {
            start.FileName = "dotnet";
            start.ArgumentList.Add(typeof(ChaosNode).Assembly.Location);
        }
        start.ArgumentList.Add(ChaosNodeProgram.Argument);
        start.Environment[ChaosNodeProgram.Variable] = JsonSerializer.Serialize(settings);
        var process = Process.Start(start)!;
        var node = new ChaosNode(process, settings);
        process.OutputDataReceived += (_, e) => node.Keep(e.Data);
        process.ErrorDataReceived += (_, e) => node.Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return node;
    }

    /// <summary><c>kill -9</c>.</summary>
    public void Kill()
    {
        Died = TimeProvider.System.GetUtcNow();
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary><c>kill -STOP</c>: it stands still and does not know it.</summary>
    public void Freeze() => ChaosSignals.Send(Id, ChaosSignals.Stop);

    /// <summary><c>kill -CONT</c>.</summary>
    public void Resume() => ChaosSignals.Send(Id, ChaosSignals.Continue);

    /// <summary><c>kill -TERM</c>, and its exit code. One that was just started is given the time to listen: before that, every process dies of it.</summary>
    public async Task<int> TerminateAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        _ = await Task.WhenAny(_listens.Task, _process.WaitForExitAsync(limit.Token));
        ChaosSignals.Send(Id, ChaosSignals.Terminate);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (Lives)
            Kill();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        if (line == ChaosNodeProgram.Listens)
            _listens.TrySetResult();
        _log.Enqueue(line);
        if (_log.Count > LinesKept)
            _ = _log.TryDequeue(out _);
    }
}
