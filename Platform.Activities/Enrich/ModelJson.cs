using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Activities.Enrich;

/// <summary>Reads the JSON object that a language model was asked for, also where it stands in a code fence or between sentences.</summary>
internal static class ModelJson
{
    /// <returns>The object; null where there is none.</returns>
    public static JsonObject? Read(string text)
    {
        for (var start = text.IndexOf('{', StringComparison.Ordinal); start >= 0; start = text.IndexOf('{', start + 1))
        {
            if (End(text, start) is not { } end)
                return null;
            try
            {
                var found = JsonNode.Parse(text[start..end], documentOptions: new JsonDocumentOptions { MaxDepth = 32, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }) as JsonObject;
                // Repeated names are found only when the members are first asked for.
                _ = found?.Count;
                return found;
            }
            catch (Exception e) when (e is JsonException or ArgumentException)
            {
                // Braces in a sentence before the object; the next one may begin it.
            }
        }

        return null;
    }

    private static int? End(string text, int start)
    {
        var depth = 0;
        var inText = false;
        for (var i = start; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when inText:
                    i++;
                    break;
                case '"':
                    inText = !inText;
                    break;
                case '{' when !inText:
                    depth++;
                    break;
                case '}' when !inText && --depth == 0:
                    return i + 1;
            }
        }

        return null;
    }
}
