using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Designer.Export;

/// <summary>Files of the lists: <c>GET /export/NAME.csv</c> and <c>.json</c> with the query of the page. Rows go out as they are read: a list of any length takes no more memory than a short one.</summary>
internal static class Exports
{
    private const int RowsAFlush = 500;
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void MapExports(this IEndpointRouteBuilder app) =>
        app.MapGet("/export/{list}.{format:regex(^(csv|json)$)}", WriteAsync).RequireAuthorization(SignIn.Permissions.See).ExcludeFromDescription();

    private static async Task WriteAsync(HttpContext context, string list, string format)
    {
        var stop = context.RequestAborted;
        if (context.RequestServices.GetServices<IListExport>().FirstOrDefault(e => e.Name == list) is not { } export)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        if (!SignIn.Permissions.Allow(context.User, export.Permission))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        var rows = export.RowsAsync(new ExportRequest(context.Request.Query, context.User), stop);
        context.Response.ContentType = format == "csv" ? "text/csv; charset=utf-8" : "application/json; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{list}.{format}\"";
        context.Response.Headers.CacheControl = "no-store";
        if (format == "csv")
            await CsvAsync(context.Response.Body, export.Columns, rows, stop);
        else
            await JsonAsync(context.Response.Body, export.Columns, rows, stop);
    }

    /// <summary>RFC 4180 with a byte order mark, without which spreadsheets take Chinese for something else. A text that a spreadsheet would compute gets an apostrophe in front.</summary>
    internal static async Task CsvAsync(Stream body, IReadOnlyList<string> columns, IAsyncEnumerable<object?[]> rows, CancellationToken stop)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), bufferSize: 64 * 1024, leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(string.Join(',', columns));
        var count = 0;
        await foreach (var row in rows.WithCancellation(stop))
        {
            await writer.WriteLineAsync(string.Join(',', row.Select(Field)));
            if (++count % RowsAFlush == 0)
                await writer.FlushAsync(stop);
        }
        await writer.FlushAsync(stop);
    }

    internal static async Task JsonAsync(Stream body, IReadOnlyList<string> columns, IAsyncEnumerable<object?[]> rows, CancellationToken stop)
    {
        // The serializer flushes its writer after each value; into a pipe that is no write to the network, which must not wait.
        var pipe = PipeWriter.Create(body, new StreamPipeWriterOptions(leaveOpen: true));
        await using var json = new Utf8JsonWriter(pipe, Readable);
        json.WriteStartArray();
        var count = 0;
        await foreach (var row in rows.WithCancellation(stop))
        {
            json.WriteStartObject();
            for (var i = 0; i < columns.Count; i++)
            {
                json.WritePropertyName(columns[i]);
                JsonSerializer.Serialize(json, row[i]);
            }
            json.WriteEndObject();
            if (++count % RowsAFlush == 0)
                await pipe.FlushAsync(stop);
        }
        json.WriteEndArray();
        json.Flush();
        await pipe.FlushAsync(stop);
        await pipe.CompleteAsync();
    }

    private static string Field(object? value)
    {
        var text = value switch
        {
            null => "",
            string said => said is ['=' or '+' or '-' or '@' or '\t', ..] ? "'" + said : said,
            bool truth => truth ? "true" : "false",
            DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            IEnumerable<string> list => string.Join("; ", list),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return text.AsSpan().IndexOfAny("\",\r\n") >= 0 || text != text.Trim() ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
