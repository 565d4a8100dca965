using System.Globalization;
using System.Text.Json;

namespace Platform.Catalog.OpenLineage;

/// <summary>An event of OpenLineage as it was sent, read. The JSON behind it must live as long.</summary>
internal sealed record LineageEvent
{
    public required DateTimeOffset At { get; init; }

    /// <summary>The producer's address; also of each facet that tells no other.</summary>
    public required string Producer { get; init; }

    /// <summary><c>START</c>, <c>RUNNING</c>, <c>COMPLETE</c>, <c>ABORT</c>, <c>FAIL</c>, <c>OTHER</c>; null where it is none of a run, or tells no state.</summary>
    public required string? State { get; init; }

    /// <summary>Null in an event of a job or dataset alone.</summary>
    public required Guid? RunId { get; init; }

    public required JsonElement? RunFacets { get; init; }

    /// <summary>Null in an event of a dataset alone.</summary>
    public required EventJob? Job { get; init; }

    public required IReadOnlyList<EventDataset> Inputs { get; init; }

    public required IReadOnlyList<EventDataset> Outputs { get; init; }

    /// <summary>The dataset of an event of a dataset alone; otherwise null.</summary>
    public required EventDataset? Dataset { get; init; }

    public IEnumerable<EventDataset> Datasets => Dataset is null ? Inputs.Concat(Outputs) : [Dataset];

    /// <param name="value">A valid event, see <see cref="EventShapes.Check"/>.</param>
    public static LineageEvent Read(JsonElement value) => new()
    {
        At = Time(value.GetProperty("eventTime")),
        Producer = value.GetProperty("producer").GetString()!,
        State = value.Find("eventType")?.GetString(),
        RunId = value.Find("run") is { } run ? run.GetProperty("runId").GetGuid() : null,
        RunFacets = value.Find("run")?.Find("facets"),
        Job = value.Find("job") is { } job ? new EventJob(job.GetProperty("namespace").GetString()!, job.GetProperty("name").GetString()!, job.Find("facets")) : null,
        Inputs = [.. value.Items("inputs").Select(dataset => EventDataset.Read(dataset, "inputFacets"))],
        Outputs = [.. value.Items("outputs").Select(dataset => EventDataset.Read(dataset, "outputFacets"))],
        Dataset = value.Find("dataset") is { } alone ? EventDataset.Read(alone, "none") : null,
    };

    internal static DateTimeOffset Time(JsonElement value) => DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUniversalTime();
}

/// <summary>A job of another system.</summary>
internal sealed record EventJob(string Namespace, string Name, JsonElement? Facets);

/// <summary>A dataset in an event.</summary>
/// <param name="Namespace">As sent.</param>
/// <param name="Name">As sent.</param>
/// <param name="Facets">Of the dataset itself.</param>
/// <param name="UseFacets">Of its use as input or output.</param>
internal sealed record EventDataset(string Namespace, string Name, JsonElement? Facets, JsonElement? UseFacets)
{
    public static EventDataset Read(JsonElement value, string useFacets) =>
        new(value.GetProperty("namespace").GetString()!, value.GetProperty("name").GetString()!, value.Find("facets"), value.Find(useFacets));

    /// <summary>A facet of the dataset or its use; null where there is none, or where it was taken away.</summary>
    public JsonElement? Facet(string name) => Facets.Facet(name) ?? UseFacets.Facet(name);
}

/// <summary>Reads JSON in which what is null is not there.</summary>
internal static class EventJson
{
    public static JsonElement? Find(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    public static string? FindText(this JsonElement value, string name) => value.Find(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static long? FindWhole(this JsonElement value, string name) => value.Find(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var whole) ? (long)whole : null;

    public static IEnumerable<JsonElement> Items(this JsonElement value, string name) => value.Find(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static JsonElement? Facet(this JsonElement? facets, string name) =>
        facets?.Find(name) is { ValueKind: JsonValueKind.Object } facet && !(facet.TryGetProperty("_deleted", out var deleted) && deleted.ValueKind == JsonValueKind.True) ? facet : null;
}
