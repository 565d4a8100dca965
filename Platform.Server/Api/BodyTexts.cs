using System.Text.Json;

namespace Platform.Server.Api;

/// <summary>
/// Looks in a JSON body for texts that PostgreSQL cannot keep, before a statement carries them: one that fails while it binds, in the use that prepares it, leaves
/// its connection unsound for the next caller (an open fault of Npgsql 10.0).
/// </summary>
internal static class BodyTexts
{
    /// <summary>Whether the body, of which a copy is kept, holds U+0000 or half a character. What is no JSON is told by whoever reads it.</summary>
    public static async Task<bool> AnyUnkeepableAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.Body.CanSeek)
            return false;
        using var copy = new MemoryStream();
        await request.Body.CopyToAsync(copy, cancellationToken);
        request.Body.Position = 0;
        var bytes = copy.GetBuffer().AsMemory(0, (int)copy.Length);
        return bytes.Span.IndexOf("\\u"u8) >= 0 && Holds(bytes.Span);
    }

    private static bool Holds(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && reader.GetString()!.Contains('\0'))
                    return true;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair has no text.
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
        return false;
    }
}
