using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Platform.Catalog.OpenLineage;

/// <summary>Finds what JSON may hold and PostgreSQL has no place for: the character U+0000, half a surrogate pair, and bytes that are no UTF-8.</summary>
internal static class Unkeepable
{
    /// <summary>Adds each text or name that cannot be kept, by its path.</summary>
    /// <param name="value">A value of an event.</param>
    /// <param name="path">Where it stands; empty for the event itself.</param>
    /// <param name="problems">Takes what is found.</param>
    internal static void Check(JsonElement value, string path, List<EventProblem> problems)
    {
        // Nearly every event is sound, and one look at its bytes says so.
        if (Find(JsonMarshal.GetRawUtf8Value(value)) is not { } found)
            return;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    if (Find(JsonMarshal.GetRawUtf8PropertyName(property)) is { } inName)
                        problems.Add(new EventProblem(path.Length == 0 ? "The event" : path, $"has a field whose name holds {inName}. Leave it out."));
                    else
                        Check(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", problems);
                }

                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                    Check(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), problems);
                break;
            default:
                problems.Add(new EventProblem(path.Length == 0 ? "The event" : path, $"holds {found}. Leave it out."));
                break;
        }
    }

    /// <summary>What of the bytes cannot be kept; null where all can.</summary>
    /// <param name="json">Valid JSON with its escapes.</param>
    private static string? Find(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return "bytes that are no UTF-8";
        for (var at = json.IndexOf((byte)'\\'); at >= 0 && at + 1 < json.Length;)
        {
            // An escape of one letter takes two bytes, one of a code six.
            var length = json[at + 1] == 'u' ? 6 : 2;
            if (length == 6)
            {
                var code = Code(json, at);
                if (code == 0)
                    return "the character \\u0000, which cannot be kept";
                if (char.IsHighSurrogate(code) && at + 12 <= json.Length && json[at + 6] == '\\' && json[at + 7] == 'u' && char.IsLowSurrogate(Code(json, at + 6)))
                    length = 12;
                else if (char.IsSurrogate(code))
                    return string.Create(CultureInfo.InvariantCulture, $"\\u{(int)code:x4}, half a character, which cannot be kept");
            }

            var next = json[(at + length)..].IndexOf((byte)'\\');
            at = next < 0 ? -1 : at + length + next;
        }

        return null;
    }

    private static char Code(ReadOnlySpan<byte> json, int at) => (char)ushort.Parse(json.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
