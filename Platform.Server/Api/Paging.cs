using Microsoft.AspNetCore.Http.Extensions;

namespace Platform.Server.Api;

/// <summary>Pages: the next one's address is in the header <c>Link</c> with <c>rel="next"</c> (RFC 8288), its cursor in the query. There is no next page without it.</summary>
internal static class Paging
{
    /// <summary>Names the next page: the same request with another cursor.</summary>
    public static void Next(HttpContext context, string parameter, object cursor)
    {
        var query = new QueryBuilder(context.Request.Query.Where(q => q.Key != parameter).SelectMany(q => q.Value.Select(v => KeyValuePair.Create(q.Key, v ?? ""))))
        {
            { parameter, Convert.ToString(cursor, System.Globalization.CultureInfo.InvariantCulture)! },
        };
        context.Response.Headers.Link = $"<{context.Request.PathBase}{context.Request.Path}{query.ToQueryString()}>; rel=\"next\"";
    }

    /// <summary>Rows with the next page named where there may be one.</summary>
    public static IReadOnlyList<T> Page<T>(HttpContext context, IReadOnlyList<T> rows, int limit, string parameter, Func<T, object> cursor)
    {
        if (rows.Count >= limit)
            Next(context, parameter, cursor(rows[^1]));
        return rows;
    }
}
