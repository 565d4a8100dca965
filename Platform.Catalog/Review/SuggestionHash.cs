using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Platform.Catalog.Review;

/// <summary>What makes two suggestions the same: kind and value, whatever the order of an object's fields and the blanks around a text.</summary>
internal static class SuggestionHash
{
    internal static string Of(string kind, JsonElement value)
    {
        var text = new StringBuilder(kind).Append('\n');
        Write(text, value);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }

    private static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var property in value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    text.Append(JsonSerializer.Serialize(property.Name)).Append(':');
                    Write(text, property.Value);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    Write(text, item);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                text.Append(JsonSerializer.Serialize(value.GetString()!.Trim()));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }
}
