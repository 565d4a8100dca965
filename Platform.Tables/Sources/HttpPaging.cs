using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Tables.Sources;

/// <summary>Finds the records of a page and the address of the next one, in the ways that services commonly have.</summary>
/// <param name="first">Address of the first page, whose query says how it counts.</param>
internal sealed partial class HttpPaging(Uri first)
{
    private static readonly string[] NextUrls = ["next", "next_url", "nextUrl", "next_page_url", "nextPageUrl", "next_link", "nextLink", "@odata.nextLink", "links.next", "links.next.href", "_links.next", "_links.next.href", "paging.next", "pagination.next", "pagination.next_url", "meta.next", "info.next"];

    // Where a cursor stands in the body, and the parameter that takes it where the query has none of its own.
    private static readonly (string Path, string Parameter)[] Cursors =
    [
        ("next_cursor", "cursor"), ("nextCursor", "cursor"), ("cursor.next", "cursor"), ("cursors.after", "after"), ("paging.cursors.after", "after"), ("meta.next_cursor", "cursor"), ("pagination.next_cursor", "cursor"),
        ("response_metadata.next_cursor", "cursor"), ("next_page_token", "page_token"), ("nextPageToken", "pageToken"), ("next_token", "next_token"), ("nextToken", "nextToken"), ("continuation_token", "continuation_token"), ("continuationToken", "continuationToken"),
        ("page_info.end_cursor", "after"), ("pageInfo.endCursor", "after"), ("bookmark", "bookmark"), ("scroll_id", "scroll_id"),
    ];

    private static readonly string[] Lists = ["data", "items", "results", "records", "rows", "value", "values", "entries", "objects", "list", "content", "hits", "data.items", "data.list", "data.records", "data.rows", "result.items", "result.records", "_embedded.items"];

    // A service that has named a next page once names every one: where it names none, the end has come.
    private bool _named;

    /// <summary>The records of a page: the page itself where it is a list, the list under a usual name, or the longest list of objects. A page without any list is one record, an empty object none.</summary>
    public static IReadOnlyList<JsonElement> Records(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
            return [.. root.EnumerateArray()];
        if (root.ValueKind != JsonValueKind.Object)
            return [];
        foreach (var path in Lists)
        {
            if (At(root, path) is { ValueKind: JsonValueKind.Array } list)
                return [.. list.EnumerateArray()];
        }

        var lists = root.EnumerateObject().SelectMany(member => member.Value.ValueKind == JsonValueKind.Object && member.Name is "_embedded" or "result" or "response" ? [.. member.Value.EnumerateObject()] : new[] { member })
            .Select(member => member.Value).Where(value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value[0].ValueKind == JsonValueKind.Object).ToList();
        if (lists.Count > 0)
            return [.. lists.MaxBy(list => list.GetArrayLength()).EnumerateArray()];
        // An empty list under a name of the service's own is the end, not a record.
        return root.EnumerateObject().Any(member => member.Value.ValueKind == JsonValueKind.Array) || !root.EnumerateObject().Any() ? [] : [root];
    }

    /// <summary>The next page of a Link header (RFC 8288); null without one.</summary>
    public static Uri? Link(HttpResponseMessage response, Uri current)
    {
        if (!response.Headers.TryGetValues("Link", out var values))
            return null;
        foreach (Match link in LinkPattern().Matches(string.Join(", ", values)))
        {
            if (RelNext().IsMatch(link.Groups[2].Value) && Uri.TryCreate(current, link.Groups[1].Value, out var next))
                return next;
        }

        return null;
    }

    /// <summary>Address of the page after this one; null at the end.</summary>
    /// <param name="root">The page.</param>
    /// <param name="link">What its Link header says; null for nothing.</param>
    /// <param name="current">Its address.</param>
    /// <param name="records">Its records.</param>
    public Uri? Next(JsonElement root, Uri? link, Uri current, IReadOnlyList<JsonElement> records)
    {
        if (link is not null)
        {
            _named = true;
            return link;
        }

        var more = More(root);
        if (root.ValueKind == JsonValueKind.Object)
        {
            foreach (var path in NextUrls)
            {
                if (At(root, path) is { ValueKind: JsonValueKind.String } next && next.GetString() is { Length: > 0 } text && (text.Contains('/', StringComparison.Ordinal) || text.StartsWith('?')) && Uri.TryCreate(current, text, out var url))
                {
                    _named = true;
                    return url;
                }
            }

            if (more != false)
            {
                foreach (var (path, parameter) in Cursors)
                {
                    if (At(root, path) is { ValueKind: JsonValueKind.String or JsonValueKind.Number } cursor && cursor.ToString() is { Length: > 0 } value)
                        return With(current, Names(current).FirstOrDefault(name => name is "cursor" or "after" or "page_token" or "pageToken" or "starting_after") ?? parameter, value);
                }
            }

            // A service that says that there is more, by the last record's id.
            if (more == true && records.Count > 0 && !Counts && records[^1] is { ValueKind: JsonValueKind.Object } last && last.TryGetProperty("id", out var id))
                return With(current, "starting_after", id.ToString());
        }

        return _named || records.Count == 0 || more == false ? null : Counted(root, current, records.Count);
    }

    private bool Counts => Names(first).Any(name => name is "page" or "p" or "pageNumber" or "page_number" or "offset" or "skip" or "start" or "_page" or "_start");

    // page=1, 2, 3 or offset=0, 100, 200: by what the first address says, or by totals in the body.
    private static Uri? Counted(JsonElement root, Uri current, int records)
    {
        var names = Names(current);
        var page = names.FirstOrDefault(name => name is "page" or "p" or "pageNumber" or "page_number" or "_page");
        var offset = names.FirstOrDefault(name => name is "offset" or "skip" or "start" or "_start");
        var pages = Number(root, "total_pages", "totalPages", "last_page", "pages", "page_count", "meta.total_pages", "meta.last_page", "pagination.total_pages", "pagination.pages", "info.pages");
        var at = Number(root, "page", "current_page", "page_number", "pageNumber", "meta.page", "meta.current_page", "pagination.page");
        if (page is not null && long.TryParse(Value(current, page), CultureInfo.InvariantCulture, out var number))
            return pages is { } last && number >= last && at is null or > 0 ? null : With(current, page, (number + 1).ToString(CultureInfo.InvariantCulture));
        if (offset is not null && long.TryParse(Value(current, offset), CultureInfo.InvariantCulture, out var from))
            return Number(root, "total", "count", "total_count", "totalCount", "meta.total") is { } total && from + records >= total ? null : With(current, offset, (from + records).ToString(CultureInfo.InvariantCulture));
        if (pages is { } count && at is { } now && now < count)
            return With(current, "page", (now + 1).ToString(CultureInfo.InvariantCulture));
        return null;
    }

    private static bool? More(JsonElement root)
    {
        foreach (var path in (ReadOnlySpan<string>)["has_more", "hasMore", "has_next", "hasNext", "more", "meta.has_more", "pagination.has_more", "page_info.has_next_page", "pageInfo.hasNextPage"])
        {
            if (At(root, path) is { ValueKind: JsonValueKind.True or JsonValueKind.False } more)
                return more.GetBoolean();
        }

        return null;
    }

    private static long? Number(JsonElement root, params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            if (At(root, path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value))
                return value;
        }

        return null;
    }

    private static JsonElement? At(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return null;
        if (root.TryGetProperty(path, out var whole))
            return whole;
        foreach (var name in path.Split('.'))
        {
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out root))
                return null;
        }

        return root;
    }

    private static List<string> Names(Uri url) => [.. Parameters(url).Select(pair => pair.Name)];

    private static string? Value(Uri url, string name) => Parameters(url).Where(pair => pair.Name == name).Select(pair => pair.Value).FirstOrDefault();

    private static List<(string Name, string Value)> Parameters(Uri url) =>
        [.. url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(pair => (WebUtility.UrlDecode(pair[0]), pair.Length > 1 ? WebUtility.UrlDecode(pair[1]) : ""))];

    private static Uri With(Uri url, string name, string value)
    {
        var parameters = Parameters(url);
        var at = parameters.FindIndex(pair => pair.Name == name);
        if (at >= 0)
            parameters[at] = (name, value);
        else
            parameters.Add((name, value));
        return new UriBuilder(url) { Query = string.Join('&', parameters.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}")) }.Uri;
    }

    [GeneratedRegex(@"<([^>]*)>((?:\s*;\s*[^,;]+)*)", RegexOptions.CultureInvariant)]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"\brel\s*=\s*""?(?:[^""]*\s)?next\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex RelNext();
}
