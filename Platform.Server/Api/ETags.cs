using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Platform.Engine;

namespace Platform.Server.Api;

/// <summary>Tags of answers: a caller who has an answer already gets 304 with <c>If-None-Match</c>, and writes only over what it knows with <c>If-Match</c>.</summary>
internal static class ETags
{
    /// <summary>The answer with its tag, or 304 where the caller has it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="body">Serialised as the API's JSON.</param>
    /// <param name="version">Goes before the hash, for <see cref="Expected"/>; null for what is not written by version.</param>
    public static IResult Tagged<T>(HttpContext context, T body, int? version = null)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(body, context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
        var hash = Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 8));
        var tag = new EntityTagHeaderValue(version is null ? $"\"{hash}\"" : string.Create(CultureInfo.InvariantCulture, $"\"{version}-{hash}\""));
        context.Response.GetTypedHeaders().ETag = tag;
        // It may change at any moment: keep it, and ask each time.
        context.Response.Headers.CacheControl = "private, no-cache";
        var known = context.Request.GetTypedHeaders().IfNoneMatch;
        return known.Any(k => k.Tag == "*" || k.Compare(tag, useStrongComparison: false))
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Bytes(json, "application/json; charset=utf-8");
    }

    /// <summary>The published version that the caller's write starts from: by <c>If-Match: "3"</c> or <c>"3-…"</c>, 0 by <c>If-None-Match: *</c>; null where it does not say. <c>Any</c> is <c>If-Match: *</c>: there must be one.</summary>
    /// <exception cref="EngineException">The header is no tag of this API (<c>bad-input</c>).</exception>
    public static (int? Version, bool Any) Expected(HttpContext context)
    {
        var headers = context.Request.GetTypedHeaders();
        if (context.Request.Headers.IfMatch.Count > 0)
        {
            if (headers.IfMatch is not [var only])
                throw Wrong(context.Request.Headers.IfMatch.ToString());
            if (only.Tag == "*")
                return (null, true);
            var text = only.Tag.Value!.Trim('"').Split('-')[0];
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0 ? (version, false) : throw Wrong(only.ToString());
        }
        return headers.IfNoneMatch is [{ Tag.Value: "*" }] ? (0, false) : (null, false);
    }

    private static EngineException Wrong(string given) =>
        new("bad-input", $"'If-Match: {given}' names no version. Send the ETag of GET /api/v1/workflows/NAME, such as \"3-0123456789abcdef\", or only \"3\".");
}
