using System.Text.Json.Nodes;
using Platform.Workflows.Activities;

namespace Platform.Workflows.Templates;

/// <summary>What templates can name in one task instance.</summary>
public sealed record TemplateScope
{
    /// <summary><c>params.NAME</c>: the run's parameters after defaults.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Parameters { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary><c>interval.start</c>, <c>interval.end</c>; null for a manual run without a date.</summary>
    public DataInterval? Interval { get; init; }

    /// <summary>The schedule's zone, in which <c>date</c> writes times and reads dates.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary><c>run.id</c> and the like.</summary>
    public required TemplateRun Run { get; init; }

    /// <summary><c>tasks.ID.outputs</c> of the tasks upstream that ended well, by task id: an object, or for a mapped task a list of objects by index, with nulls for instances that have none.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Outputs { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>Name of a mapped task's element; null where the task is not mapped.</summary>
    public string? ElementName { get; init; }

    /// <summary>The element itself.</summary>
    public JsonNode? Element { get; init; }
}

/// <summary>What a template may say about its run.</summary>
/// <param name="Id"><c>run.id</c>.</param>
/// <param name="Workflow"><c>run.workflow</c>.</param>
/// <param name="Trigger"><c>run.trigger</c>: <c>manual</c>, <c>schedule</c>, <c>backfill</c>, <c>api</c> or <c>assets</c>.</param>
/// <param name="Started"><c>run.started</c>; null before it started.</param>
public sealed record TemplateRun(long Id, string Workflow, string Trigger = "manual", DateTimeOffset? Started = null)
{
    /// <summary>The names after <c>run.</c></summary>
    public static IReadOnlyList<string> Names { get; } = ["id", "workflow", "trigger", "started", "assets"];

    /// <summary><c>run.assets</c>: of a run that assets started, what it was told of each: <c>version</c>, <c>from_version</c>, <c>updates</c>, <c>run</c>, <c>task</c>, <c>at</c>; empty for other runs.</summary>
    public JsonObject Assets { get; init; } = [];
}

/// <summary>A task's inputs with every template given its value.</summary>
/// <param name="Values">The values for the activity's fields.</param>
/// <param name="SecretValues">Texts that must never be shown: secrets, and what filters made of them.</param>
public sealed record ResolvedInputs(JsonObject Values, IReadOnlySet<string> SecretValues);
