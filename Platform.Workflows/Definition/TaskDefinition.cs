using System.Text.Json.Nodes;

namespace Platform.Workflows.Definition;

/// <summary>An activity at a place in a workflow.</summary>
public sealed record TaskDefinition
{
    /// <summary>Unique in the workflow, <c>[a-z][a-z0-9_]*</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the activity.</summary>
    public required string Activity { get; init; }

    /// <summary>For people; the id where left out.</summary>
    public string? Title { get; init; }

    /// <summary>Ids of the tasks directly upstream.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Values of the activity's fields; texts may hold templates.</summary>
    public JsonObject With { get; init; } = [];

    /// <summary>Condition in the template language; false skips. Null is always.</summary>
    public string? When { get; init; }

    /// <summary>One instance an element; null is one instance.</summary>
    public MapDefinition? Map { get; init; }

    /// <summary>Which states of the tasks upstream let it run.</summary>
    public TriggerRule TriggerRule { get; init; } = TriggerRule.AllSuccess;

    /// <summary>Attempts after the first.</summary>
    public int Retries { get; init; }

    /// <summary>Delay before the first retry; doubles, with jitter in [d/2, d].</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Cap of the delay.</summary>
    public TimeSpan RetryMaxDelay { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Error kinds to retry; empty is all that are retryable.</summary>
    public IReadOnlyList<string> RetryOn { get; init; } = [];

    /// <summary>Most time for one attempt; null is none.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Which workers take it.</summary>
    public string Queue { get; init; } = "default";

    /// <summary>Pool whose slots it takes; null is none.</summary>
    public string? Pool { get; init; }

    /// <summary>Slots of <see cref="Pool"/> that it takes.</summary>
    public int PoolSlots { get; init; } = 1;

    /// <summary>Higher goes first within a queue.</summary>
    public int Priority { get; init; }

    /// <summary>What it needs of a worker: <c>gpu</c> (count), <c>memory</c> (bytes), <c>cpu</c> (cores).</summary>
    public IReadOnlyDictionary<string, double> Resources { get; init; } = new Dictionary<string, double>();

    /// <summary>Whether it looks only at the same task of the previous interval's run before it starts.</summary>
    public bool DependsOnPast { get; init; }

    /// <summary>Whom to tell when it fails for good; empty is nobody.</summary>
    public IReadOnlyList<NotificationDefinition> OnFailure { get; init; } = [];

    /// <summary>The group that it is in, nested ones separated by a slash (<c>load/raw</c>); null is none. A group is shown and cleared as one.</summary>
    public string? Group { get; init; }

    /// <summary>Whether it is a setup or teardown of others; null is neither. A teardown belongs to the setups directly upstream of it.</summary>
    public TaskRole? Role { get; init; }
}

/// <summary>Tasks that prepare or clean up for others.</summary>
public enum TaskRole
{
    Setup,
    Teardown,
}

/// <summary>One instance an element of a list.</summary>
/// <param name="Over">Template whose value is a list, or the list itself.</param>
/// <param name="As">Name of the element in the templates.</param>
/// <param name="Limit">Instances at once; null is no limit of its own.</param>
/// <param name="Follows">The mapped task directly upstream whose instances it follows, index to index, with the same elements; null has elements of its own. <paramref name="Over"/> is then an empty list.</param>
public sealed record MapDefinition(JsonNode Over, string As, int? Limit, string? Follows = null);

/// <summary>Which states of the tasks directly upstream let a task run. Meaning is Airflow 3's.</summary>
public enum TriggerRule
{
    AllSuccess,
    AllFailed,
    AllDone,
    AllDoneMinOneSuccess,
    AllSkipped,
    OneSuccess,
    OneFailed,
    OneDone,
    NoneFailed,
    NoneFailedMinOneSuccess,
    NoneSkipped,
    Always,
    AllDoneSetupSuccess,
}
