using System.Text;
using System.Text.Json;
using static Platform.Catalog.OpenLineage.Shape;

namespace Platform.Catalog.OpenLineage;

/// <summary>
/// OpenLineage 2-0-2 (https://openlineage.io/spec/2-0-2/OpenLineage.json) as far as it binds an event, and the facets that mean something to the catalog. Others need only be facets.
/// </summary>
internal static class EventShapes
{
    /// <summary>Most inputs, and most outputs, of an event.</summary>
    internal const int MostDatasets = 2_000;

    /// <summary>Most problems that an answer names.</summary>
    internal const int MostProblems = 20;

    private static readonly ObjectShape Base = Object(("eventTime!", Time), ("producer!", Address), ("schemaURL!", Address));

    private static readonly ObjectShape Facet = Object(("_producer!", Address), ("_schemaURL!", Address), ("_deleted", Truth));

    // Names become keys: namespace and name of a dataset one text, those of a job one entry together with two columns.
    private static readonly Shape JobSpace = Short(300);
    private static readonly Shape JobTitle = Short(600);
    private static readonly Shape Space = Short(500);
    private static readonly Shape Title = Short(1_500);

    private static readonly Shape JobName = Object(("namespace!", JobSpace), ("name!", JobTitle));

    private static readonly Shape Transformations = ListOf(Object(("type!", Text), ("subtype", Text), ("description", Text), ("masking", Truth)));

    private static readonly Shape InputField = Object(("namespace!", Space), ("name!", Title), ("field!", Name), ("transformations", Transformations));

    private static readonly Shape ColumnMetrics = MapOf(Object(("nullCount", Whole), ("distinctCount", Whole), ("sum", Number), ("count", Number), ("min", Number), ("max", Number), ("quantiles", MapOf(Number))));

    private static readonly ObjectShape Quality = Object(("rowCount", Whole), ("bytes", Whole), ("fileCount", Whole), ("columnMetrics!", ColumnMetrics));

    private static readonly ObjectShape Statistics = Object(("rowCount", Whole), ("size", Whole), ("fileCount", Whole));

    private static readonly ObjectShape Owners = Object(("owners", ListOf(Object(("name!", Text), ("type", Text)))));

    private static readonly Dictionary<string, ObjectShape> RunFacets = new(StringComparer.Ordinal)
    {
        ["nominalTime"] = Object(("nominalStartTime!", Time), ("nominalEndTime", Time)),
        ["errorMessage"] = Object(("message!", Text), ("programmingLanguage!", Text), ("stackTrace", Text)),
        ["parent"] = Object(("run!", Object(("runId!", Uuid))), ("job!", JobName), ("root", Object(("run!", Object(("runId!", Uuid))), ("job!", JobName)))),
        ["processing_engine"] = Object(("version!", Text), ("name", Text)),
    };

    private static readonly Dictionary<string, ObjectShape> JobFacets = new(StringComparer.Ordinal)
    {
        ["sql"] = Object(("query!", Text), ("dialect", Text)),
        ["documentation"] = Object(("description!", Text)),
        ["ownership"] = Owners,
        ["jobType"] = Object(("processingType!", Text), ("integration!", Text), ("jobType", Text)),
    };

    private static readonly Dictionary<string, ObjectShape> DatasetFacets = new(StringComparer.Ordinal)
    {
        ["schema"] = Object(("fields", ListOf(Object(("name!", Name), ("type", Text), ("description", Text), ("fields", ListOf(Object(("name!", Name)))))))),
        ["columnLineage"] = Object(("fields!", MapOf(Object(("inputFields!", ListOf(InputField)), ("transformationType", Text), ("transformationDescription", Text)))), ("dataset", ListOf(InputField))),
        ["dataSource"] = Object(("name", Text), ("uri", Address)),
        ["documentation"] = Object(("description!", Text)),
        ["ownership"] = Owners,
        ["version"] = Object(("datasetVersion!", Text)),
        ["lifecycleStateChange"] = Object(("lifecycleStateChange!", OneOf("ALTER", "CREATE", "DROP", "OVERWRITE", "RENAME", "TRUNCATE")), ("previousIdentifier", Object(("name!", Title), ("namespace!", Space)))),
        ["symlinks"] = Object(("identifiers", ListOf(Object(("namespace!", Space), ("name!", Title), ("type!", Text))))),
        ["dataQualityMetrics"] = Quality,
    };

    private static readonly Dictionary<string, ObjectShape> InputFacets = new(StringComparer.Ordinal)
    {
        ["inputStatistics"] = Statistics,
        ["dataQualityMetrics"] = Quality,
        ["dataQualityAssertions"] = Object(("assertions!", ListOf(Object(("assertion!", Name), ("success!", Truth), ("column", Name), ("severity", Text), ("name", Name), ("description", Text), ("expected", Text), ("actual", Text))))),
    };

    private static readonly Dictionary<string, ObjectShape> OutputFacets = new(StringComparer.Ordinal) { ["outputStatistics"] = Statistics };

    private static readonly Shape Job = Object(("namespace!", JobSpace), ("name!", JobTitle), ("facets", Facets(JobFacets)));

    private static readonly ObjectShape Dataset = Object(("namespace!", Space), ("name!", Title), ("facets", Facets(DatasetFacets)));

    private static readonly ObjectShape Ends = Object(
        ("inputs", ListOf(Dataset.And(Object(("inputFacets", Facets(InputFacets)))))),
        ("outputs", ListOf(Dataset.And(Object(("outputFacets", Facets(OutputFacets)))))));

    private static readonly Shape RunEvent = Base.And(Ends).And(Object(
        ("eventType", OneOf("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER")),
        ("run!", Object(("runId!", Uuid), ("facets", Facets(RunFacets)))),
        ("job!", Job)));

    private static readonly Shape JobEvent = Base.And(Ends).And(Object(("job!", Job)));

    private static readonly Shape DatasetEvent = Base.And(Object(("dataset!", Dataset)));

    /// <summary>What is wrong with an event; nothing when it is valid. Which kind it must be is told by what it has: a run, a dataset, or a job alone.</summary>
    internal static IReadOnlyList<EventProblem> Check(JsonElement value, string path)
    {
        var problems = new List<EventProblem>();
        if (value.ValueKind != JsonValueKind.Object)
            return [new EventProblem(path.Length == 0 ? "The body" : path, "is no object. Send an event of OpenLineage.")];
        var shape = value.TryGetProperty("run", out _) || value.TryGetProperty("eventType", out _) ? RunEvent : value.TryGetProperty("dataset", out _) ? DatasetEvent : JobEvent;
        if (shape != RunEvent && shape != DatasetEvent && !value.TryGetProperty("job", out _))
            return [new EventProblem(path.Length == 0 ? "The event" : path, "has neither run, job nor dataset: it is no RunEvent, JobEvent or DatasetEvent of OpenLineage.")];
        shape.Check(value, path, problems);
        if (shape == DatasetEvent && value.TryGetProperty("job", out _))
            problems.Add(new EventProblem(path.Length == 0 ? "job" : path + ".job", "must not be in a DatasetEvent."));
        foreach (var ends in new[] { "inputs", "outputs" })
        {
            if (value.TryGetProperty(ends, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > MostDatasets)
                problems.Add(new EventProblem(path.Length == 0 ? ends : $"{path}.{ends}", $"has {list.GetArrayLength():N0} datasets and may have {MostDatasets:N0}."));
        }
        return problems.Count > MostProblems ? problems.GetRange(0, MostProblems) : problems;
    }

    /// <summary>Every field a facet; those that are known with more to them. A facet that takes itself away needs nothing else.</summary>
    private static FacetsShape Facets(Dictionary<string, ObjectShape> known) => new(known);

    private sealed record FacetsShape(Dictionary<string, ObjectShape> Known) : Shape
    {
        internal override void Check(JsonElement value, string path, List<EventProblem> problems)
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                problems.Add(new EventProblem(path, "must be an object of facets."));
                return;
            }
            foreach (var facet in value.EnumerateObject())
            {
                if (Encoding.UTF8.GetByteCount(facet.Name) > MostNameBytes)
                {
                    problems.Add(TooLong(path, facet.Name));
                    continue;
                }

                var at = $"{path}.{facet.Name}";
                // A null facet is one that is not there.
                if (facet.Value.ValueKind == JsonValueKind.Null)
                    continue;
                Facet.Check(facet.Value, at, problems);
                var deleted = facet.Value.ValueKind == JsonValueKind.Object && facet.Value.TryGetProperty("_deleted", out var said) && said.ValueKind == JsonValueKind.True;
                if (!deleted && facet.Value.ValueKind == JsonValueKind.Object && Known.TryGetValue(facet.Name, out var shape))
                    shape.Check(facet.Value, at, problems);
            }
        }
    }
}
