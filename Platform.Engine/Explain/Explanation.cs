namespace Platform.Engine.Explain;

/// <summary>Why a run or a task instance does not run at this moment, and when it may.</summary>
public sealed record Explanation
{
    public required long RunId { get; init; }

    public required string Workflow { get; init; }

    /// <summary>Null explains the run as a whole.</summary>
    public string? TaskId { get; init; }

    /// <summary>-1 where the task is not mapped, or not expanded yet; null for a run.</summary>
    public int? MapIndex { get; init; }

    /// <summary>A state of <see cref="RunStates"/> or <see cref="TaskStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Moment of the answer, by the database's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Which assets in which versions, and of which partition, started the run, for people; null for a run that no asset started.</summary>
    public string? StartedBy { get; init; }

    /// <summary>The causes, first those that a person must do something about, then what must happen first. One of them at least.</summary>
    public required IReadOnlyList<Cause> Causes { get; init; }

    /// <summary>When it starts and when its run ends; null where it has ended.</summary>
    public Forecast? Forecast { get; init; }
}

/// <summary>Why a workflow's next run does not start.</summary>
/// <param name="Workflow">Its name.</param>
/// <param name="NextDue">When its next run is due; null where none is.</param>
/// <param name="Causes">The causes; see <see cref="Explanation.Causes"/>.</param>
public sealed record WorkflowExplanation(string Workflow, DateTimeOffset? NextDue, IReadOnlyList<Cause> Causes);

/// <summary>One reason why something does not run.</summary>
/// <param name="Code">For programs; see <see cref="CauseCodes"/>.</param>
/// <param name="Text">For people: what, which, and what to do where something is to be done.</param>
/// <param name="Values">What <paramref name="Text"/> names, in a fixed order for each code, so that another language can say it.</param>
public sealed record Cause(string Code, string Text, IReadOnlyList<string> Values)
{
    /// <summary>The task whose cause this is, where it is one upstream; null for the thing itself.</summary>
    public string? TaskId { get; init; }

    /// <summary>Whether nothing changes until a person does something.</summary>
    public bool NeedsAction { get; init; }

    internal static Cause Of(string code, string text, params string[] values) => new(code, text, values);

    internal static Cause Action(string code, string text, params string[] values) => new(code, text, values) { NeedsAction = true };
}

/// <summary>The codes of causes. They stay when their sentences change.</summary>
public static class CauseCodes
{
    /// <summary>It runs. Values: node, since.</summary>
    public const string Running = "running";

    /// <summary>It has ended. Values: state, reason.</summary>
    public const string Ended = "ended";

    /// <summary>Somebody asked for its end. Values: who.</summary>
    public const string Stopping = "stopping";

    /// <summary>It waits for a task upstream. Values: task, state.</summary>
    public const string Upstream = "upstream";

    /// <summary>It waits for the same task of the interval before; a second cause of this code names the run that holds up that one. Values: run, state.</summary>
    public const string Past = "depends_on_past";

    /// <summary>Its map's limit is reached. Values: limit.</summary>
    public const string MapLimit = "map_limit";

    /// <summary>Everything upstream is done; the engine releases it in a moment. No values.</summary>
    public const string Deciding = "deciding";

    /// <summary>Its next attempt waits for its delay. Values: time, attempt, error.</summary>
    public const string RetryAt = "retry_at";

    /// <summary>It waits for something outside. Values: what, until (empty where nobody knows).</summary>
    public const string Deferred = "deferred";

    /// <summary>It waits for a person's answer. Values: question, who.</summary>
    public const string Approval = "approval";

    /// <summary>No live worker takes its queue. Values: queue, the queues that are taken.</summary>
    public const string NoWorker = "no_worker";

    /// <summary>Every live worker of its queue is drained. Values: queue, the workers.</summary>
    public const string Drained = "workers_drained";

    /// <summary>No live worker of its queue declares what it needs. Values: queue, needs, most declared.</summary>
    public const string NoResources = "no_worker_with_resources";

    /// <summary>Others hold what it needs. Values: needs, holders.</summary>
    public const string ResourcesBusy = "resources_busy";

    /// <summary>There is no such pool. Values: pool.</summary>
    public const string PoolMissing = "pool_missing";

    /// <summary>The pool has fewer slots than the task takes. Values: pool, slots, needed.</summary>
    public const string PoolTooSmall = "pool_too_small";

    /// <summary>The pool's slots are taken. Values: pool, used, slots, holders.</summary>
    public const string PoolFull = "pool_full";

    /// <summary>The workflow's limit of active tasks is reached. Values: limit, holders.</summary>
    public const string TaskLimit = "active_tasks";

    /// <summary>All places of the workers of its queue are taken. Values: queue, places, holders, tasks before it, tasks that the workers claimed ahead of free places.</summary>
    public const string WorkersBusy = "workers_busy";

    /// <summary>Its priority has risen while it waited. Values: ready since, priority of its workflow, priority now.</summary>
    public const string Raised = "raised";

    /// <summary>Another run of the same partition runs; the two go one after the other. Values: run, partition.</summary>
    public const string PartitionRuns = "partition_runs";

    /// <summary>The workflow runs for each partition of its assets. Values: assets, partitions.</summary>
    public const string Partitions = "partitions";

    /// <summary>A partition has new data and waits for more. Values: partition, new writes, what is missing.</summary>
    public const string PartitionWaits = "partition_waits";

    /// <summary>A partition has new data and is planned in a moment. Values: partition.</summary>
    public const string PartitionReady = "partition_ready";

    /// <summary>Further partitions wait. Values: how many.</summary>
    public const string PartitionsMore = "partitions_more";

    /// <summary>Tasks of its workflow or pool go before it and take what is free. Values: how many.</summary>
    public const string TasksBefore = "tasks_before";

    /// <summary>Nothing is in its way: it starts in a moment. No values.</summary>
    public const string Starting = "starting";

    /// <summary>The workflow's limit of active runs is reached. Values: limit, running runs, runs before it.</summary>
    public const string RunLimit = "active_runs";

    /// <summary>The backfill's limit of active runs is reached. Values: backfill, limit, running runs, runs before it.</summary>
    public const string BackfillLimit = "backfill_active_runs";

    /// <summary>No live node plans, so that nobody starts queued runs. No values.</summary>
    public const string NoScheduler = "no_scheduler";

    /// <summary>The version cannot be read any more. Values: reason.</summary>
    public const string Broken = "version_broken";

    /// <summary>The workflow is paused. No values.</summary>
    public const string Paused = "paused";

    /// <summary>The workflow is retired. No values.</summary>
    public const string Retired = "retired";

    /// <summary>The workflow has no schedule. No values.</summary>
    public const string NoSchedule = "no_schedule";

    /// <summary>The workflow was never published. No values.</summary>
    public const string NotPublished = "not_published";

    /// <summary>The planner could not plan it. Values: reason.</summary>
    public const string PlanError = "plan_error";

    /// <summary>Its schedule has ended. Values: time (empty where the schedule names none).</summary>
    public const string ScheduleEnded = "schedule_ended";

    /// <summary>Its next interval has not ended. Values: time.</summary>
    public const string NextDue = "next_due";

    /// <summary>It follows assets, and waits for new versions of them. Values: assets.</summary>
    public const string Assets = "assets";
}

/// <summary>When it starts and when its run ends, from the newest successes of the same tasks and from what is running and queued now.</summary>
/// <remarks>Runs and tasks that nobody has asked for yet are not in it, and every task is taken to succeed at its first attempt.</remarks>
public sealed record Forecast
{
    /// <summary>When it starts if tasks take their median time; null where nobody can know, see <see cref="Unknown"/>, or where it has started.</summary>
    public DateTimeOffset? Starts { get; init; }

    /// <summary>When it starts if tasks take as long as nine of ten of their successes did.</summary>
    public DateTimeOffset? StartsLate { get; init; }

    /// <summary>When its run ends, likewise.</summary>
    public DateTimeOffset? RunEnds { get; init; }

    /// <summary>When its run ends if tasks take as long as nine of ten did.</summary>
    public DateTimeOffset? RunEndsLate { get; init; }

    /// <summary>Why there is no forecast, or what it rests on, one sentence.</summary>
    public required string Basis { get; init; }

    /// <summary>Tasks of the run that never succeeded before, so that nobody knows how long they take.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}
