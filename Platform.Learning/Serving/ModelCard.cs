using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Platform.Learning.Serving;

/// <summary>What a model is and where it comes from: the file <c>model.json</c> beside <c>model.onnx</c>.</summary>
public sealed record ModelCard
{
    /// <summary>The only kind so far.</summary>
    public const string Recommender = "recommender";

    /// <summary>How cards are written: snake_case, indented, nulls left out.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Name of the model: lower-case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>What it does and so how it is asked: <see cref="Recommender"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The learner in the end: <c>popularity</c>, <c>item-knn</c>, <c>mf</c>, <c>blend</c>.</summary>
    public required string Learner { get; init; }

    /// <summary>When it was trained, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Options of the training.</summary>
    public required JsonObject Parameters { get; init; }

    /// <summary>Measured values by name; empty where nothing could be held out.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>The same values for popularity on the same held-out days.</summary>
    public required IReadOnlyDictionary<string, double> BaselineMetrics { get; init; }

    /// <summary>How it was measured, in a sentence; null where it was not.</summary>
    public string? Protocol { get; init; }

    /// <summary>The table versions it learned from.</summary>
    public required IReadOnlyList<TrainedTable> Tables { get; init; }

    /// <summary>Columns that it learned from, <c>schema.table.column</c>.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>Rows it learned from.</summary>
    public required long Rows { get; init; }

    /// <summary>Users it knows.</summary>
    public required int Users { get; init; }

    /// <summary>Items it knows.</summary>
    public required int Items { get; init; }

    /// <summary>Largest relative difference between the trained and the written model on samples.</summary>
    public required double Parity { get; init; }
}

/// <summary>A table as a model saw it.</summary>
/// <param name="Table"><c>schema.table</c>.</param>
/// <param name="Version">Its version; null where it has none.</param>
public sealed record TrainedTable(string Table, long? Version);
