using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Workflows.Activities;

namespace Platform.Catalog.OpenLineage;

/// <summary>
/// Our attempts as events of OpenLineage: START and COMPLETE, FAIL or ABORT of each, the end with inputs, outputs, schemas and column lineage. The same attempt has the same id in all of them, whoever makes them.
/// </summary>
internal static class RunEvents
{
    private const string Producer = "urn:platform:openlineage";
    private const string Spec = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";

    /// <summary>Namespace of the names below, by RFC 9562 version 5.</summary>
    private static readonly Guid Names = new("6d0c5f2e-8f0b-5d0e-9a55-3f0a2f6b7c11");

    /// <summary>The START of an attempt.</summary>
    /// <param name="attempt">The attempt; only what is known at its start counts.</param>
    /// <param name="at">When it began, where the attempt does not tell.</param>
    /// <param name="space">The platform's namespace, for jobs and for its own tables.</param>
    internal static string Start(TaskEnded attempt, DateTimeOffset at, string space) =>
        Write(Event("START", attempt.Started ?? at, new JsonObject { ["runId"] = AttemptId(space, attempt).ToString(), ["facets"] = RunFacets(attempt, space, null) }, Job(attempt, [], space), [], []));

    /// <summary>The COMPLETE, FAIL or ABORT of an attempt. One that found nothing to do is complete.</summary>
    /// <param name="ended">The attempt.</param>
    /// <param name="facts">What it observed.</param>
    /// <param name="at">Its end.</param>
    /// <param name="space">The platform's namespace, for jobs and for its own tables.</param>
    internal static string End(TaskEnded ended, IReadOnlyList<Fact> facts, DateTimeOffset at, string space)
    {
        var state = ended.State switch { "success" or "skipped" => "COMPLETE", "failed" or "up_for_retry" or "lost" => "FAIL", _ => "ABORT" };
        var run = new JsonObject { ["runId"] = AttemptId(space, ended).ToString(), ["facets"] = RunFacets(ended, space, state == "FAIL" ? ended.Error ?? "The task failed." : null) };
        var started = ended.Started ?? at;
        return Write(Event(state, at < started ? started : at, run, Job(ended, facts, space), Inputs(facts, space), Outputs(ended, facts, space)));
    }

    private static JsonObject Job(TaskEnded attempt, IReadOnlyList<Fact> facts, string space) => new()
    {
        ["namespace"] = space,
        ["name"] = $"{attempt.Workflow}.{attempt.TaskId}",
        ["facets"] = JobFacets(attempt, facts),
    };

    /// <summary>The id of an attempt: the same for the same attempt, another for a retry or a cleared task.</summary>
    internal static Guid AttemptId(string space, TaskEnded ended) =>
        Id(string.Create(CultureInfo.InvariantCulture, $"{space}/{ended.RunId}/{ended.TaskId}/{ended.MapIndex}/{ended.Generation}/{ended.Attempt}"));

    /// <summary>The id of a whole run, the parent of its attempts.</summary>
    internal static Guid RunId(string space, long run) => Id(string.Create(CultureInfo.InvariantCulture, $"{space}/{run}"));

    private static Guid Id(string name)
    {
#pragma warning disable CA5350 // Version 5 of RFC 9562 is defined over SHA-1; nothing is protected by it.
        var hash = SHA1.HashData([.. Names.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)]);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }

    private static JsonObject Event(string state, DateTimeOffset at, JsonObject run, JsonObject job, JsonArray inputs, JsonArray outputs) => new()
    {
        ["eventType"] = state,
        ["eventTime"] = Time(at),
        ["producer"] = Producer,
        ["schemaURL"] = Spec,
        ["run"] = run,
        ["job"] = job,
        ["inputs"] = inputs,
        ["outputs"] = outputs,
    };

    private static JsonObject RunFacets(TaskEnded ended, string space, string? error)
    {
        var facets = new JsonObject
        {
            ["parent"] = Facet("ParentRunFacet", "1-2-0", new JsonObject
            {
                ["run"] = new JsonObject { ["runId"] = RunId(space, ended.RunId).ToString() },
                ["job"] = new JsonObject { ["namespace"] = space, ["name"] = ended.Workflow },
            }),
            ["processing_engine"] = Facet("ProcessingEngineRunFacet", "1-1-1", new JsonObject { ["name"] = "Platform", ["version"] = typeof(RunEvents).Assembly.GetName().Version?.ToString(3) ?? "0" }),
        };
        if (ended.IntervalStart is { } start)
        {
            var nominal = new JsonObject { ["nominalStartTime"] = Time(start) };
            if (ended.IntervalEnd is { } end)
                nominal["nominalEndTime"] = Time(end);
            facets["nominalTime"] = Facet("NominalTimeRunFacet", "1-0-1", nominal);
        }
        if (error is not null)
            facets["errorMessage"] = Facet("ErrorMessageRunFacet", "1-0-1", new JsonObject { ["message"] = error, ["programmingLanguage"] = "C#" });
        return facets;
    }

    private static JsonObject JobFacets(TaskEnded ended, IReadOnlyList<Fact> facts)
    {
        var facets = new JsonObject
        {
            ["jobType"] = Facet("JobTypeJobFacet", "2-0-4", new JsonObject { ["processingType"] = "BATCH", ["integration"] = "PLATFORM", ["jobType"] = ended.Activity ?? "TASK" }),
        };
        if (facts.OfType<ColumnsDerived>().Select(derived => derived.Sql).FirstOrDefault(sql => sql is not null) is { } query)
            facets["sql"] = Facet("SQLJobFacet", "1-1-0", new JsonObject { ["query"] = query, ["dialect"] = "duckdb" });
        return facets;
    }

    private static JsonArray Inputs(IReadOnlyList<Fact> facts, string space)
    {
        var inputs = new JsonArray();
        foreach (var group in facts.OfType<AssetRead>().GroupBy(read => read.Asset, StringComparer.Ordinal))
        {
            var read = group.First();
            var use = new JsonObject();
            if (group.Any(one => one.Rows is not null))
                use["inputStatistics"] = Facet("InputStatisticsInputDatasetFacet", "1-0-0", new JsonObject { ["rowCount"] = group.Sum(one => one.Rows ?? 0) });
            if (Assertions(facts, group.Key) is { } assertions)
                use["dataQualityAssertions"] = assertions;
            inputs.Add(Dataset(group.Key, space, DatasetFacets(read.Columns, read.Version, null), "inputFacets", use));
        }
        // What was only checked is an input as well: OpenLineage has assertions for inputs alone.
        foreach (var asset in facts.OfType<CheckResult>().Select(check => check.Asset).Distinct(StringComparer.Ordinal).Where(asset => !facts.OfType<AssetRead>().Any(read => read.Asset == asset)))
            inputs.Add(Dataset(asset, space, new JsonObject(), "inputFacets", new JsonObject { ["dataQualityAssertions"] = Assertions(facts, asset) }));
        return inputs;
    }

    private static JsonArray Outputs(TaskEnded ended, IReadOnlyList<Fact> facts, string space)
    {
        var outputs = new JsonArray();
        // A failed attempt has noted what it was about, and committed nothing.
        foreach (var group in facts.OfType<AssetWritten>().GroupBy(written => written.Asset, StringComparer.Ordinal))
        {
            var written = group.Last();
            var facets = DatasetFacets(written.Columns, written.Version, ColumnLineage(facts, group.Key, space));
            if (ended.State == "success" && written.Operation is "replace")
                facets["lifecycleStateChange"] = Facet("LifecycleStateChangeDatasetFacet", "1-0-1", new JsonObject { ["lifecycleStateChange"] = "OVERWRITE" });
            var statistics = new JsonObject();
            if ((written.RowsWritten ?? written.Rows) is { } rows)
                statistics["rowCount"] = rows;
            if (written.Bytes is { } bytes)
                statistics["size"] = bytes;
            if (written.Files is { } files)
                statistics["fileCount"] = files;
            outputs.Add(Dataset(group.Key, space, facets, "outputFacets", statistics.Count == 0 ? [] : new JsonObject { ["outputStatistics"] = Facet("OutputStatisticsOutputDatasetFacet", "1-0-2", statistics) }));
        }
        return outputs;
    }

    private static JsonObject Dataset(string asset, string space, JsonObject facets, string useName, JsonObject use)
    {
        var (datasetSpace, name) = DatasetNames.ToDataset(asset, space);
        return new JsonObject { ["namespace"] = datasetSpace, ["name"] = name, ["facets"] = facets, [useName] = use };
    }

    private static JsonObject DatasetFacets(IReadOnlyList<AssetColumn>? columns, long? version, JsonObject? lineage)
    {
        var facets = new JsonObject();
        if (columns is { Count: > 0 })
        {
            facets["schema"] = Facet("SchemaDatasetFacet", "1-2-0", new JsonObject
            {
                ["fields"] = new JsonArray([.. columns.Select((column, i) => new JsonObject { ["name"] = column.Name, ["type"] = column.DataType, ["ordinal_position"] = i + 1 })]),
            });
        }
        if (version is { } number)
            facets["version"] = Facet("DatasetVersionDatasetFacet", "1-0-1", new JsonObject { ["datasetVersion"] = number.ToString(CultureInfo.InvariantCulture) });
        if (lineage is not null)
            facets["columnLineage"] = lineage;
        return facets;
    }

    private static JsonObject? ColumnLineage(IReadOnlyList<Fact> facts, string asset, string space)
    {
        var edges = facts.OfType<ColumnsDerived>().Where(derived => derived.Asset == asset).SelectMany(derived => derived.Edges).ToList();
        if (edges.Count == 0)
            return null;
        var fields = new JsonObject();
        foreach (var column in edges.Where(edge => edge.ToColumn is not null).GroupBy(edge => edge.ToColumn!, StringComparer.Ordinal))
            fields[column.Key] = new JsonObject { ["inputFields"] = InputFields(column, space) };
        return Facet("ColumnLineageDatasetFacet", "1-2-0", new JsonObject { ["fields"] = fields, ["dataset"] = InputFields(edges.Where(edge => edge.ToColumn is null), space) });
    }

    private static JsonArray InputFields(IEnumerable<ColumnEdge> edges, string space) => new([.. edges.GroupBy(edge => (edge.FromAsset, edge.FromColumn)).Select(group =>
    {
        var (datasetSpace, name) = DatasetNames.ToDataset(group.Key.FromAsset, space);
        return new JsonObject
        {
            ["namespace"] = datasetSpace,
            ["name"] = name,
            ["field"] = group.Key.FromColumn,
            ["transformations"] = new JsonArray([.. group.Select(edge => new JsonObject
            {
                ["type"] = edge.Kind is ColumnEdgeKind.Identity or ColumnEdgeKind.Transformation or ColumnEdgeKind.Aggregation ? "DIRECT" : "INDIRECT",
                ["subtype"] = JsonNamingPolicy.SnakeCaseUpper.ConvertName(edge.Kind.ToString()),
                ["description"] = "",
                ["masking"] = edge.Masking,
            })]),
        };
    })]);

    private static JsonObject? Assertions(IReadOnlyList<Fact> facts, string asset)
    {
        var checks = facts.OfType<CheckResult>().Where(check => check.Asset == asset).ToList();
        if (checks.Count == 0)
            return null;
        return Facet("DataQualityAssertionsDatasetFacet", "1-1-0", new JsonObject
        {
            ["assertions"] = new JsonArray([.. checks.Select(check =>
            {
                var assertion = new JsonObject { ["assertion"] = check.Name, ["name"] = check.Name, ["success"] = check.Passed, ["severity"] = check.Severity == "critical" ? "error" : "warn", ["expected"] = check.Expected, ["actual"] = check.Observed };
                if (check.Column is { } column)
                    assertion["column"] = column;
                return assertion;
            })]),
        });
    }

    private static JsonObject Facet(string name, string version, JsonObject content)
    {
        content["_producer"] = Producer;
        content["_schemaURL"] = $"https://openlineage.io/spec/facets/{version}/{name}.json#/$defs/{name}";
        return content;
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    private static string Write(JsonObject e) => e.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
