using System.Text.Json;
using Platform.Workflows.Activities;

namespace Platform.Catalog;

/// <summary>How the catalog writes and reads JSON: snake_case, enums as text, nulls left out; the same as facts.</summary>
internal static class CatalogJson
{
    // jsonb does not keep the order of keys, so a fact's "type" may come after others.
    internal static JsonSerializerOptions Options { get; } = new(Fact.Json) { AllowOutOfOrderMetadataProperties = true };

    internal static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    internal static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;
}
