using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Workflows.Activities;
using ActivityContext = Platform.Workflows.Activities.ActivityContext;

namespace Platform.Activities.Control;

/// <summary>Runs a program.</summary>
[Activity("control.command", Title = "Run a program", TitleZh = "运行程序", Stage = Stage.Control, Icon = "terminal-2", Preview = PreviewSupport.Stops,
    Would = "run a program on the worker's machine", WouldZh = "在工作节点上运行程序",
    Help = "Runs a program with arguments on the worker's machine and writes its output into the task's log, line by line. Its exit code decides. On cancel and time-out it is ended with all its children. It gets nothing on standard input, and the run's ids and interval as PLATFORM_… variables.",
    HelpZh = "在工作节点上运行程序，输出逐行写入任务日志，由退出码决定成败。取消或超时时，程序及其全部子进程都会被结束。程序没有标准输入，可通过 PLATFORM_… 环境变量获得运行编号和数据区间。",
    Example = "program: python3\narguments: [export.py, --day, \"{{ interval.start | date 'yyyy-MM-dd' }}\"]\nworking_folder: /srv/export")]
public sealed class ControlCommand(Workspace workspace) : IActivity
{
    // Children that outlive the program may hold its output open; after this they are ended.
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(2);

    [Field(Title = "Program", TitleZh = "程序", Help = "A name on the worker's PATH, or a path. No shell reads it: for pipes write 'sh' here and '-c' with the line as arguments.", HelpZh = "PATH 中的名称或路径。不经过 shell：需要管道时，程序填 sh，参数填 -c 和命令行。", Example = "python3")]
    public required string Program { get; set; }

    [Field(Title = "Arguments", TitleZh = "参数", Help = "Each as one argument, without quoting.", HelpZh = "逐个传入，无需加引号。", Example = "[export.py, --full]")]
    public IReadOnlyList<string> Arguments { get; set; } = [];

    [Field(Title = "Environment", TitleZh = "环境变量", Help = "Variables added to the worker's own.", HelpZh = "在工作节点自身变量之外附加的变量。", Example = "{ MODE: full }")]
    public IReadOnlyDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>();

    [Field(Title = "Working folder", TitleZh = "工作目录", Kind = FieldKind.Path, Help = "Where it starts; a relative path begins in the platform's home, which is also the default.", HelpZh = "启动目录；相对路径以平台主目录为起点，默认即主目录。")]
    public string? WorkingFolder { get; set; }

    [Field(Title = "Success codes", TitleZh = "成功退出码", Help = "Exit codes that mean success.", HelpZh = "表示成功的退出码。", NotEmpty = true)]
    public IReadOnlyList<int> SuccessCodes { get; set; } = [0];

    [Field(Title = "Skip codes", TitleZh = "跳过退出码", Help = "Exit codes that mean that there was nothing to do: the task is skipped.", HelpZh = "表示无事可做的退出码，任务将被跳过。")]
    public IReadOnlyList<int> SkipCodes { get; set; } = [];

    [Field(Title = "Outputs as JSON", TitleZh = "JSON 输出", Help = "Takes the last line of standard output that is a JSON object as the task's outputs; without one the task fails.", HelpZh = "将标准输出中最后一行 JSON 对象作为任务输出；没有时任务失败。")]
    public bool JsonOutputs { get; set; }

    [Field(Title = "Grace time", TitleZh = "宽限时间", Help = "On cancel the program is asked to end (SIGTERM), and killed after this time.", HelpZh = "取消时先请求程序结束（SIGTERM），超过该时间后强制结束。", Max = 25)]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        var folder = WorkingFolder is null ? workspace.Home : workspace.Resolve(WorkingFolder);
        if (!Directory.Exists(folder))
            throw new ActivityException("not-found", $"There is no folder '{folder}' to run '{Program}' in. Create it on the workers of this queue, or change 'working_folder'.", retryable: false);
        var path = ProgramPath.Find(Program, folder, Environment.GetValueOrDefault("PATH"))
            ?? throw new ActivityException("not-found", $"There is no program '{Program}' on this worker. Install it on the workers of this queue, or give its full path.", retryable: false);
        cancellationToken.ThrowIfCancellationRequested();

        using var process = Start(path, folder, context);
        var tree = new ProcessTree(process.Id);
        var output = new OutputTail();
        var errors = new OutputTail();
        var reading = Task.WhenAll(
            CommandOutput.ReadAsync(process.StandardOutput, (line, ended) => Note(context.Log, TaskLogLevel.Info, line, ended, output)),
            CommandOutput.ReadAsync(process.StandardError, (line, ended) => Note(context.Log, TaskLogLevel.Warning, line, ended, errors)));
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            context.Log.Warning($"Ending '{Program}' and its children.");
            await tree.EndAsync(Grace, context.Clock);
            _ = await Finished(reading, context.Clock, CancellationToken.None);
            throw;
        }
        if (!await Finished(reading, context.Clock, cancellationToken))
        {
            context.Log.Warning($"'{Program}' has ended and left children that hold its output open. They are ended too.");
            await tree.EndAsync(TimeSpan.FromSeconds(1), context.Clock);
            _ = await Finished(reading, context.Clock, cancellationToken);
        }
        return Result(process.ExitCode, output, errors);
    }

    private Process Start(string path, string folder, ActivityContext context)
    {
        var start = new ProcessStartInfo
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = CommandOutput.Encoding,
            StandardErrorEncoding = CommandOutput.Encoding,
        };
        ProcessTree.PutInOwnSession(start, path);
        foreach (var argument in Arguments)
            start.ArgumentList.Add(argument);
        // The platform's own settings hold the way into its database; a program has no business with them.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("PLATFORM_", StringComparison.OrdinalIgnoreCase)).ToList())
            _ = start.Environment.Remove(name);
        foreach (var (name, value) in Known(context))
            start.Environment[name] = value;
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new ActivityException("refused", $"'{path}' cannot be started: {e.Message}. Check that it is a program for this machine and that the platform's account may run it.", retryable: false, e);
        }
    }

    private static Dictionary<string, string> Known(ActivityContext context)
    {
        var known = new Dictionary<string, string>
        {
            ["PLATFORM_RUN_ID"] = context.RunId.ToString(CultureInfo.InvariantCulture),
            ["PLATFORM_WORKFLOW"] = context.Workflow,
            ["PLATFORM_TASK_ID"] = context.TaskId,
            ["PLATFORM_ATTEMPT"] = context.Attempt.ToString(CultureInfo.InvariantCulture),
            ["PLATFORM_IDEMPOTENCY_KEY"] = context.IdempotencyKey,
        };
        if (context.Interval is { } interval)
        {
            known["PLATFORM_INTERVAL_START"] = interval.Start.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            known["PLATFORM_INTERVAL_END"] = interval.End.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }
        return known;
    }

    private ActivityResult Result(int code, OutputTail output, OutputTail errors)
    {
        if (SkipCodes.Contains(code))
            return ActivityResult.Skipped($"'{Program}' ended with code {code}, which means nothing to do.");
        if (!SuccessCodes.Contains(code))
        {
            var tail = errors.IsEmpty ? output : errors;
            throw new ActivityException("exit-code", $"'{Program}' ended with code {code}{Meaning(code)}.{(tail.IsEmpty ? " It wrote nothing." : $" Its last lines: {System.Environment.NewLine}{tail}")}");
        }
        if (!JsonOutputs)
            return ActivityResult.Success(new JsonObject { ["exit_code"] = code });
        if (output.TooLong is { } length)
            throw new ActivityException("bad-output", string.Create(CultureInfo.InvariantCulture, $"The line with outputs that '{Program}' wrote has {length:n0} characters; {OutputTail.LongestObject:n0} can be read, and outputs may take 64 KiB where the node sets nothing else. Pass large data in a table or a file and its name as the output."), retryable: false);
        var outputs = output.LastObject ?? throw new ActivityException("bad-input", $"'{Program}' wrote no line with a JSON object to standard output, which 'json_outputs' asks for. Let it print one, such as {{\"rows\": 5}}, on a line of its own.", retryable: false);
        outputs.TryAdd("exit_code", code);
        return ActivityResult.Success(outputs);
    }

    private static string Meaning(int code) => code switch
    {
        126 => " (it may not be run)",
        127 => " (a program that it calls was not found)",
        137 => " (killed, most often because memory ran out)",
        143 => " (ended from outside)",
        > 128 and < 160 => string.Create(CultureInfo.InvariantCulture, $" (signal {code - 128})"),
        _ => "",
    };

    private static void Note(ITaskLog log, TaskLogLevel level, string line, bool ended, OutputTail tail)
    {
        log.Write(level, line);
        tail.Add(line, ended);
    }

    private static async Task<bool> Finished(Task reading, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await reading.WaitAsync(OutputGrace, clock, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
