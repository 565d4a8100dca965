using System.Globalization;
using System.Text.Json;
using Platform.Workflows.Activities;

namespace Platform.Catalog.OpenLineage;

/// <summary>Turns the facets of an event into the facts that our own tasks note, so that both take the same way into the catalog.</summary>
internal static class ExternalFacts
{
    /// <summary>Facts of the event.</summary>
    /// <param name="e">The event.</param>
    /// <param name="asset">The asset that a dataset is, by namespace and name.</param>
    internal static List<Fact> Of(LineageEvent e, Func<string, string, (string Key, AssetKind Kind)> asset)
    {
        var facts = new List<Fact>();
        foreach (var input in e.Inputs)
        {
            var (key, kind) = asset(input.Namespace, input.Name);
            facts.Add(new AssetRead(key, kind, Version(input), input.Facet("inputStatistics")?.FindWhole("rowCount"), Columns(input)));
            AddMeasures(facts, key, input);
        }
        foreach (var output in e.Outputs)
        {
            var (key, kind) = asset(output.Namespace, output.Name);
            var statistics = output.Facet("outputStatistics");
            var quality = output.Facet("dataQualityMetrics");
            facts.Add(new AssetWritten(key, kind, Version(output), output.Facet("lifecycleStateChange")?.FindText("lifecycleStateChange")?.ToLowerInvariant(), quality?.FindWhole("rowCount"),
                statistics?.FindWhole("rowCount"), statistics?.FindWhole("size"), statistics?.FindWhole("fileCount"), Columns(output)));
            AddLineage(facts, key, output, e.Job?.Facets.Facet("sql")?.FindText("query"), asset);
            AddMeasures(facts, key, output);
        }
        if (e.Dataset is { } alone)
        {
            var (key, _) = asset(alone.Namespace, alone.Name);
            AddMeasures(facts, key, alone);
        }
        return facts;
    }

    internal static IReadOnlyList<AssetColumn>? Columns(EventDataset dataset) =>
        dataset.Facet("schema") is { } schema && schema.Items("fields").Select(field => new AssetColumn(field.GetProperty("name").GetString()!, field.FindText("type") ?? "unknown")).ToList() is { Count: > 0 } columns ? columns : null;

    /// <summary>Versions of tables are numbers here; other systems' names for versions stay in the facet.</summary>
    private static long? Version(EventDataset dataset) =>
        long.TryParse(dataset.Facet("version")?.FindText("datasetVersion"), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    private static void AddLineage(List<Fact> facts, string key, EventDataset output, string? sql, Func<string, string, (string Key, AssetKind Kind)> asset)
    {
        if (output.Facet("columnLineage") is not { } lineage)
        {
            if (sql is not null)
                facts.Add(new ColumnsDerived(key, [], sql, "The job told no column lineage."));
            return;
        }
        var edges = new List<ColumnEdge>();
        foreach (var field in lineage.GetProperty("fields").EnumerateObject())
        {
            foreach (var input in field.Value.Items("inputFields"))
                edges.AddRange(Edges(input, field.Name, field.Value.FindText("transformationType"), asset));
        }
        foreach (var input in lineage.Items("dataset"))
            edges.AddRange(Edges(input, null, null, asset));
        facts.Add(new ColumnsDerived(key, edges, sql));
    }

    private static IEnumerable<ColumnEdge> Edges(JsonElement input, string? to, string? older, Func<string, string, (string Key, AssetKind Kind)> asset)
    {
        var (from, _) = asset(input.GetProperty("namespace").GetString()!, input.GetProperty("name").GetString()!);
        var column = input.GetProperty("field").GetString()!;
        var said = input.Items("transformations").ToList();
        // Before 1-1-0 the whole field had one word: IDENTITY or MASKED.
        if (said.Count == 0)
            return [new ColumnEdge(from, column, to, to is null ? ColumnEdgeKind.Filter : older == "IDENTITY" ? ColumnEdgeKind.Identity : ColumnEdgeKind.Transformation, older == "MASKED")];
        return said.Select(transformation => new ColumnEdge(from, column, to, Kind(transformation.FindText("type"), transformation.FindText("subtype"), to is null), transformation.Find("masking")?.ValueKind == JsonValueKind.True));
    }

    private static ColumnEdgeKind Kind(string? type, string? subtype, bool ofAll) => subtype?.ToUpperInvariant() switch
    {
        "IDENTITY" => ColumnEdgeKind.Identity,
        "TRANSFORMATION" => ColumnEdgeKind.Transformation,
        "AGGREGATION" => ColumnEdgeKind.Aggregation,
        "FILTER" => ColumnEdgeKind.Filter,
        "JOIN" => ColumnEdgeKind.Join,
        "GROUP_BY" => ColumnEdgeKind.GroupBy,
        "SORT" => ColumnEdgeKind.Sort,
        "CONDITIONAL" => ColumnEdgeKind.Conditional,
        "WINDOW" => ColumnEdgeKind.Window,
        _ => string.Equals(type, "INDIRECT", StringComparison.OrdinalIgnoreCase) || ofAll ? ColumnEdgeKind.Filter : ColumnEdgeKind.Transformation,
    };

    private static void AddMeasures(List<Fact> facts, string key, EventDataset dataset)
    {
        if (dataset.Facet("dataQualityMetrics") is { } quality)
        {
            Add("rows", null, quality.FindWhole("rowCount"));
            Add("bytes", null, quality.FindWhole("bytes"));
            foreach (var column in quality.Find("columnMetrics")?.EnumerateObject() ?? default)
            {
                Add("nulls", column.Name, column.Value.FindWhole("nullCount"));
                Add("distinct", column.Name, column.Value.FindWhole("distinctCount"));
                foreach (var name in new[] { "sum", "count", "min", "max" })
                    Add(name, column.Name, column.Value.Find(name)?.GetDouble());
                foreach (var quantile in column.Value.Find("quantiles")?.EnumerateObject() ?? default)
                    Add("quantile_" + quantile.Name, column.Name, quantile.Value.GetDouble());
            }
        }
        foreach (var assertion in dataset.Facet("dataQualityAssertions")?.Items("assertions") ?? [])
        {
            var passed = assertion.GetProperty("success").GetBoolean();
            var name = assertion.FindText("name") ?? assertion.GetProperty("assertion").GetString()!;
            facts.Add(new CheckResult(key, assertion.FindText("column"), name, passed, assertion.FindText("actual") ?? (passed ? "holds" : "does not hold"),
                assertion.FindText("expected") ?? assertion.FindText("description") ?? assertion.GetProperty("assertion").GetString()!, assertion.FindText("severity") == "error" ? "critical" : "warning"));
        }

        void Add(string name, string? column, double? value)
        {
            if (value is { } number)
                facts.Add(new MetricMeasured(key, column, name, number));
        }
    }
}
