using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.Queue;
using Platform.Postgres;
using Platform.Workflows;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
using Platform.Workflows.Templates;

namespace Platform.Engine.Working;

/// <summary>Runs one attempt: its condition, its inputs, its activity, and what its result means. Never throws; writes nothing but log lines.</summary>
internal sealed partial class TaskExecutor(
    WorkflowDefinitions definitions, TaskInputs inputs, ActivityCatalog activities, IServiceProvider services, ISecrets secrets, LogWriter logs, NodeOptions options, TimeProvider clock, ILogger log)
{
    /// <summary>Runs the attempt.</summary>
    /// <returns>Its end; null where its lease is lost and nothing must be written.</returns>
    public async Task<AttemptEnd?> RunAsync(RunningAttempt attempt)
    {
        var buffer = logs.Open(attempt.Task, options.MostLogLines);
        var began = clock.GetTimestamp();
        var span = EngineTelemetry.StartAttempt(attempt.Task);
        AttemptEnd end;
        try
        {
            end = await RunAsync(attempt, buffer);
        }
        catch (Exception e)
        {
            end = Failed(attempt, e, null);
        }
        EngineTelemetry.AttemptEnded(span, attempt.Task, attempt.Reason == StopReason.LeaseLost ? AttemptOutcome.Lost : end.Outcome, end.Error, clock.GetElapsedTime(began));
        if (attempt.Reason == StopReason.LeaseLost)
        {
            buffer.Discard();
            logs.Forget(attempt.Task);
            return null;
        }
        if (end.Outcome is AttemptOutcome.Failed or AttemptOutcome.Canceled && end.Error is not null)
        {
            buffer.Write(TaskLogLevel.Error, end.Error);
            // A stack is for whoever writes activities; the attempt keeps it too.
            if (end.ErrorDetail is not null)
                buffer.Write(TaskLogLevel.Debug, end.ErrorDetail);
        }
        buffer.Close();
        return end with { Error = end.Error is null ? null : buffer.Clean(end.Error), ErrorDetail = end.ErrorDetail is null ? null : buffer.Clean(end.ErrorDetail) };
    }

    private async Task<AttemptEnd> RunAsync(RunningAttempt attempt, TaskLogBuffer buffer)
    {
        var claimed = attempt.Task;
        var version = await definitions.GetAsync(claimed.Workflow, claimed.Version, attempt.Token);
        if (version.Graph?.Find(claimed.TaskId) is not { } task)
            throw new ActivityException("invalid-workflow", version.Broken ?? $"Version {version.Version} of workflow '{version.Workflow}' has no task '{claimed.TaskId}'. Cancel the run.", retryable: false);
        var activity = activities.Find(task.Activity)
            ?? throw new ActivityException("unknown-activity", $"This worker has no activity '{task.Activity}'. {activities.UnknownMessage(task.Activity)}", retryable: false);

        var scope = await inputs.ScopeAsync(claimed, version, task, attempt.Token);
        var expands = task.Map is not null && claimed.MapIndex < 0;
        if (task.When is { } when && !(expands && when.Contains(task.Map!.As, StringComparison.Ordinal)) && !TemplateEvaluator.EvaluateCondition(when, scope))
            return new AttemptEnd(claimed, AttemptOutcome.Skipped) { Error = $"Its condition is false: {when.Trim()}" };
        if (expands)
            return Expanded(claimed, [.. TemplateEvaluator.EvaluateList(task.Map!.Over, scope).Select(e => e?.ToJsonString() ?? "null")], buffer);

        var preview = claimed.RunKind == RunKinds.Preview ? new PreviewedTask(services, activity, claimed.RunId, await inputs.SampleAsync(claimed.RunId, attempt.Token)) : null;
        ResolvedInputs resolved;
        try
        {
            resolved = await TemplateEvaluator.EvaluateAsync(task.With, scope, secrets, activity, attempt.Token);
        }
        catch (TemplateException e) when (preview is not null)
        {
            throw new ActivityException("bad-template", $"{e.Message} In a preview, tasks that act outside of their tables do not run and have no outputs.", retryable: false, e);
        }
        buffer.Hide(resolved.SecretValues);
        if (preview is { Runs: false })
            return preview.Stopped(claimed, resolved.Values, buffer);
        using var apart = preview?.Open();
        var instance = ActivityBinder.Create(activity, apart?.Services ?? services, resolved.Values);
        var context = new ActivityContext
        {
            RunId = claimed.RunId,
            Workflow = RunKinds.PlainName(claimed.Workflow),
            Preview = preview?.Sample,
            TaskId = claimed.TaskId,
            MapIndex = claimed.MapIndex,
            Attempt = claimed.Number,
            Generation = claimed.Generation,
            Interval = scope.Interval,
            TimeZone = scope.TimeZone,
            Parameters = scope.Parameters,
            Log = buffer,
            Resumed = Resumption(claimed),
            Now = claimed.ClaimedAt,
            Progress = new ProgressReport(p => logs.Report(claimed, p)),
            Secrets = new HidingSecrets(secrets, resolved.SecretValues, buffer),
            Clock = clock,
        };
        try
        {
            var result = await GuardAsync(attempt, task, instance, context);
            if (preview is not null)
                return PreviewedTask.Ended(result.Outcome == ActivityOutcome.Deferred ? PreviewedTask.Waits(claimed, result.Deferral, buffer) : Ended(attempt, result, context, version, task), apart!, context, buffer);
            if (result.Outcome == ActivityOutcome.Success && services.GetService(typeof(IWriteGate)) is IWriteGate gate)
                await gate.CheckAsync(context, attempt.Token);
            return result.Outcome == ActivityOutcome.Deferred ? Deferred(claimed, result, context, buffer) : Ended(attempt, result, context, version, task);
        }
        catch (Exception e)
        {
            var failed = Failed(attempt, e, context);
            return preview is null ? failed : PreviewedTask.Ended(failed, apart!, context, buffer);
        }
    }

    /// <summary>Runs the activity under its time-out, and leaves it behind when it does not stop within the grace time.</summary>
    private async Task<ActivityResult> GuardAsync(RunningAttempt attempt, TaskDefinition task, IActivity instance, ActivityContext context)
    {
        // A deferred attempt takes its time-out along: the time that it waited counts.
        var limit = task.Timeout - (attempt.Task.ClaimedAt - attempt.Task.StartedAt);
        if (limit <= TimeSpan.Zero)
        {
            attempt.Stop(StopReason.TimedOut);
            throw new OperationCanceledException(attempt.Token);
        }
        // On a thread of its own turn: an activity may work for minutes before its first await.
        var work = Task.Run(async () =>
        {
            try
            {
                return await instance.RunAsync(context, attempt.Token);
            }
            finally
            {
                if (instance is IAsyncDisposable asynchronous)
                    await asynchronous.DisposeAsync();
                else
                    (instance as IDisposable)?.Dispose();
            }
        }, CancellationToken.None);

        await using var timeout = limit is { } left ? clock.CreateTimer(_ => attempt.Stop(StopReason.TimedOut), null, left, Timeout.InfiniteTimeSpan) : null;
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = attempt.Token.Register(() => stopped.TrySetResult());
        if (await Task.WhenAny(work, stopped.Task) == work)
            return await work;
        try
        {
            return await work.WaitAsync(options.CancelGrace, clock);
        }
        catch (TimeoutException) when (!work.IsCompleted)
        {
            LogAbandoned(attempt.Task.RunId, attempt.Task.TaskId, options.CancelGrace);
            // Whatever it still throws is nobody's any more.
            _ = work.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new AbandonedException($"It did not stop within {options.CancelGrace.TotalSeconds:0} s and was left behind. Its activity '{task.Activity}' should watch its cancellation token.");
        }
    }

    private static AttemptEnd Deferred(ClaimedTask claimed, ActivityResult result, ActivityContext context, TaskLogBuffer buffer)
    {
        var wait = DeferredWait.Of(result.Deferral);
        // Said once: a wait that is looked at each second would fill the log.
        if (claimed.Resumed is null && wait.Waits is not null)
            buffer.Write(TaskLogLevel.Info, wait.Waits);
        return new AttemptEnd(claimed, AttemptOutcome.Deferred)
        {
            Wait = wait with { Waits = wait.Waits is null ? null : buffer.Clean(wait.Waits) },
            FactsJson = Facts(context),
        };
    }

    private static Resumption? Resumption(ClaimedTask claimed) => claimed.Resumed is not { } wait ? null : new Resumption
    {
        Since = wait.Since,
        Waited = claimed.ClaimedAt - wait.Since,
        Times = wait.Times,
        State = wait.SavedJson is null ? null : JsonNode.Parse(wait.SavedJson) as JsonObject,
        Signal = wait.SignalJson is null ? null : JsonNode.Parse(wait.SignalJson) as JsonObject,
    };

    /// <summary>A preview shows the first few: what a task does with one element, it does with a thousand.</summary>
    private static AttemptEnd Expanded(ClaimedTask claimed, IReadOnlyList<string> elements, TaskLogBuffer buffer)
    {
        if (claimed.RunKind == RunKinds.Preview && elements.Count > PreviewedTask.MostElements)
        {
            buffer.Write(TaskLogLevel.Info, $"It maps over {elements.Count:N0} elements; the preview takes the first {PreviewedTask.MostElements}.");
            elements = [.. elements.Take(PreviewedTask.MostElements)];
        }
        return new AttemptEnd(claimed, AttemptOutcome.Expanded) { Elements = elements };
    }

    private AttemptEnd Ended(RunningAttempt attempt, ActivityResult result, ActivityContext context, LoadedVersion version, TaskDefinition task)
    {
        var graph = version.Graph!;
        // A run up to one task has not every way of a branch.
        if (version.LeftOut.Count > 0 && result.Follow is { } chosen)
            result = result with { Follow = [.. chosen.Where(f => !version.LeftOut.Contains(f))] };
        // A name that is not behind it would skip everything without a word.
        if (result.Follow is { Count: > 0 } follow && follow.FirstOrDefault(f => !graph.Downstream(task.Id).Contains(f)) is { } wrong)
            throw new ActivityException("bad-branch", $"Task '{task.Id}' chose to follow '{wrong}', which does not come directly after it. Directly after it come {(graph.Downstream(task.Id) is { Count: > 0 } behind ? string.Join(", ", behind.Select(b => $"'{b}'")) : "no tasks")}.", retryable: false);
        var outputs = Outputs(result.Outputs);
        return new AttemptEnd(attempt.Task, result.Outcome == ActivityOutcome.Skipped ? AttemptOutcome.Skipped : AttemptOutcome.Success)
        {
            OutputsJson = outputs,
            Follow = result.Outcome == ActivityOutcome.Success ? result.Follow : null,
            Error = result.Outcome == ActivityOutcome.Skipped ? result.Reason : null,
            FactsJson = Facts(context),
        };
    }

    private string Outputs(object? outputs)
    {
        if (outputs is null)
            return "{}";
        var json = outputs is JsonNode node ? node.ToJsonString(Fact.Json) : JsonSerializer.Serialize(outputs, outputs.GetType(), Fact.Json);
        if (!json.StartsWith('{'))
            throw new ActivityException("bad-output", $"The outputs are {(json.StartsWith('[') ? "a list" : "a single value")}; they must be an object with names. Return a record or a dictionary.", retryable: false);
        var bytes = System.Text.Encoding.UTF8.GetByteCount(json);
        if (bytes > options.MostOutputBytes)
            throw new ActivityException("bad-output", $"The outputs take {bytes:n0} bytes; {options.MostOutputBytes:n0} are allowed. Pass large data in a table or a file and its name as the output.", retryable: false);
        if (json.Contains("\\u0000", StringComparison.Ordinal))
            throw new ActivityException("bad-output", "The outputs hold the character U+0000, which the database does not take. Remove it from the texts.", retryable: false);
        return json;
    }

    private static AttemptEnd Failed(RunningAttempt attempt, Exception e, ActivityContext? context)
    {
        var task = attempt.Task;
        var facts = Facts(context);
        switch (attempt.Reason)
        {
            case StopReason.Canceled:
                return new AttemptEnd(task, AttemptOutcome.Canceled) { Error = e is AbandonedException ? $"Canceled. {e.Message}" : "Canceled.", ErrorKind = "canceled", FactsJson = facts };
            case StopReason.Shutdown:
                return new AttemptEnd(task, AttemptOutcome.HandedBack);
            case StopReason.TimedOut:
                return new AttemptEnd(task, AttemptOutcome.Failed)
                {
                    ErrorKind = "timeout",
                    Error = $"It took longer than its time-out.{(e is AbandonedException ? " " + e.Message : "")} Raise 'timeout', or find what holds it up in its log.",
                    FactsJson = facts,
                };
        }
        var jitter = task.AttemptId * 0.6180339887498949 % 1;
        var (kind, retryable, known) = e switch
        {
            ActivityException a => (a.Kind, a.Retryable, true),
            TemplateException => ("bad-template", false, true),
            SecretNotFoundException => ("not-found", false, true),
            // The database went away under the worker itself: the task has not failed.
            NpgsqlException { IsTransient: true } when context is null => ("unavailable", true, true),
            _ => ("exception", true, false),
        };
        return new AttemptEnd(task, AttemptOutcome.Failed)
        {
            ErrorKind = kind,
            Error = known ? e.Message : Describe(e),
            ErrorDetail = known && e.InnerException is null ? null : e.ToString(),
            Retryable = retryable,
            FactsJson = facts,
            Jitter = jitter,
        };
    }

    /// <summary>An unexpected exception in one line. Wrappers that say nothing of the cause are left out; the detail has them.</summary>
    private static string Describe(Exception e)
    {
        while (e is TypeInitializationException or System.Reflection.TargetInvocationException or AggregateException { InnerExceptions.Count: 1 } && e.InnerException is { } inner)
            e = inner;
        return $"{e.GetType().Name}: {e.Message}";
    }

    private static string? Facts(ActivityContext? context) =>
        context?.Facts.All is { Count: > 0 } ? context.Facts.ToJson().Replace("\\u0000", "\\uFFFD", StringComparison.Ordinal) : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task '{TaskId}' of run {RunId} did not stop within {Grace} and was left behind")]
    private partial void LogAbandoned(long runId, string taskId, TimeSpan grace);

    private sealed class AbandonedException(string message) : Exception(message);

    private sealed class ProgressReport(Action<ActivityProgress> report) : IProgress<ActivityProgress>
    {
        public void Report(ActivityProgress value) => report(value);
    }

    /// <summary>Secrets that an activity asks for itself are hidden in its log too.</summary>
    private sealed class HidingSecrets(ISecrets inner, IReadOnlySet<string> known, TaskLogBuffer buffer) : ISecrets
    {
        private HashSet<string> _hidden = [.. known];

        public async ValueTask<string> GetAsync(string name, CancellationToken cancellationToken)
        {
            var value = await inner.GetAsync(name, cancellationToken);
            if (value.Length > 0)
            {
                _hidden = [.. _hidden, value];
                buffer.Hide(_hidden);
            }
            return value;
        }
    }
}
