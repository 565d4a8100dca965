using System.Text.Json.Nodes;
using Platform.Workflows.Schedules;

namespace Platform.Workflows.Definition;

/// <summary>What a workflow is, as read from its YAML. Immutable; made by the reader, which reports every problem with its place.</summary>
public sealed record WorkflowDefinition
{
    /// <summary>Unique, <c>[a-z0-9-]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>For people; the name where it is left out.</summary>
    public required string Title { get; init; }

    /// <summary>What it is for; empty where left out.</summary>
    public string Description { get; init; } = "";

    /// <summary>Team or person; null where left out.</summary>
    public string? Owner { get; init; }

    /// <summary>Words to find it by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>When it runs by itself; null is never.</summary>
    public ScheduleDefinition? Schedule { get; init; }

    /// <summary>Parameters by name, in the file's order.</summary>
    public IReadOnlyList<ParameterDefinition> Parameters { get; init; } = [];

    /// <summary>Limits of its runs.</summary>
    public LimitsDefinition Limits { get; init; } = new();

    /// <summary>The tasks, in the file's order, with the workflow's defaults already applied.</summary>
    public required IReadOnlyList<TaskDefinition> Tasks { get; init; }

    /// <summary>Whom to tell when a run fails or is late; empty is nobody.</summary>
    public IReadOnlyList<NotificationDefinition> OnFailure { get; init; } = [];

    /// <summary>Most time that a run may take; null is no limit.</summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>Time after the run's start by which it should be done; null is none.</summary>
    public TimeSpan? Deadline { get; init; }
}

/// <summary>When runs are planned: exactly one of <see cref="Cron"/>, <see cref="Every"/> and <see cref="Assets"/>.</summary>
public sealed record ScheduleDefinition
{
    /// <summary>Five fields or <c>@daily</c> and the like; null where another kind is used.</summary>
    public string? Cron { get; init; }

    /// <summary>Fixed interval; null where another kind is used.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Tables whose new versions start a run; empty where another kind is used.</summary>
    public IReadOnlyList<string> Assets { get; init; } = [];

    /// <summary>Whether any one of <see cref="Assets"/> is enough; otherwise all are needed.</summary>
    public bool AnyAsset { get; init; }

    /// <summary>With <see cref="Assets"/>: a run for each partition that was written, instead of one for whatever was. Null has none.</summary>
    public PartitionsDefinition? Partitions { get; init; }

    /// <summary>With <see cref="Partitions"/>: whether a partition runs although only a part of it was written.</summary>
    public bool Partial { get; init; }

    /// <summary>IANA zone in which <see cref="Cron"/>, <see cref="Start"/> and <see cref="End"/> are read.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>No interval starts before; null counts from the moment the schedule was first published.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>No interval starts at or after; null is never.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Days, in the zone, on which no interval begins or ends: the one before goes on over them. Null skips none.</summary>
    public SkipDays? Skip { get; init; }

    /// <summary>Whether missed intervals are run too, oldest first.</summary>
    public bool Catchup { get; init; }
}

/// <summary>The partitions of a schedule that follows assets: data intervals, from one occurrence to the next as those of a schedule by time are.</summary>
/// <param name="Cron">Five fields or <c>@daily</c> and the like, in the schedule's zone; null where another kind is used.</param>
/// <param name="Every">Fixed length, counted from the schedule's start, else from the epoch; null where another kind is used.</param>
public sealed record PartitionsDefinition(string? Cron = null, TimeSpan? Every = null)
{
    /// <summary>The word for partitions that are the written intervals themselves.</summary>
    public const string Written = "as_written";

    /// <summary>Whether each interval that is written is a partition by itself: neither <see cref="Cron"/> nor <see cref="Every"/>.</summary>
    public bool AsWritten => Cron is null && Every is null;

    /// <summary>As it is written in the YAML.</summary>
    public override string ToString() => Cron ?? (Every is { } every ? Duration.Format(every) : Written);
}

/// <summary>A parameter of a workflow.</summary>
public sealed record ParameterDefinition
{
    /// <summary><c>[a-z_][a-z0-9_]*</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Type of its value.</summary>
    public ParameterType Type { get; init; } = ParameterType.String;

    /// <summary>Value where none is given; null where <see cref="Required"/> or where it may be null.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>Whether a run must give it (it has no default).</summary>
    public bool Required { get; init; }

    /// <summary>For people; empty where left out.</summary>
    public string Description { get; init; } = "";

    /// <summary>The only values allowed; empty allows all of the type.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];
}

/// <summary>Types of parameters. A <see cref="Path"/> is made absolute by whoever gives it.</summary>
public enum ParameterType
{
    String,
    Integer,
    Number,
    Boolean,
    Date,
    Path,
    List,
    Any,
}

/// <summary>How much of a workflow may run at once.</summary>
public sealed record LimitsDefinition
{
    /// <summary>Runs at once.</summary>
    public int ActiveRuns { get; init; } = 1;

    /// <summary>Tasks at once over all its runs.</summary>
    public int ActiveTasks { get; init; } = 16;
}

/// <summary>Whom to tell.</summary>
/// <param name="Kind"><c>webhook</c>, <c>email</c> or <c>log</c>.</param>
/// <param name="To">Address of the webhook, addresses of people separated by commas, or empty.</param>
/// <param name="Connection">Connection of the kind <c>http</c> for a webhook, of the kind <c>smtp</c> for mail; null where <paramref name="To"/> is enough.</param>
/// <param name="Secret">Name of the secret that signs a webhook's body; null does not sign.</param>
public sealed record NotificationDefinition(string Kind, string To, string? Connection = null, string? Secret = null);
