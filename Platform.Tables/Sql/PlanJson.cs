using System.Text.Json;

namespace Platform.Tables.Sql;

/// <summary>Reads the serialised plan, in which what is empty may be missing.</summary>
internal static class PlanJson
{
    public static string Text(this JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    public static IReadOnlyList<JsonElement> List(this JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];

    public static JsonElement? Child(this JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? value : null;

    /// <summary>A number; null if it is missing or does not fit (DuckDB writes its invalid index as 2^64 - 1).</summary>
    public static long? Number(this JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.Index() : null;

    public static bool Flag(this JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static long? Index(this JsonElement element) => element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) ? number : null;
}
