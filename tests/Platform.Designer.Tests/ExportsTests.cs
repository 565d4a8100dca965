using System.Text;
using System.Text.Json;
using Platform.Designer.Export;

namespace Platform.Designer.Tests;

public sealed class ExportsTests
{
    private static readonly string[] Columns = ["name", "rows", "at", "tags"];
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(8));

    [Fact]
    public async Task A_csv_quotes_what_it_must_and_defuses_what_a_spreadsheet_would_compute()
    {
        var text = await CsvAsync(["a,b \"c\"", 7L, At, new[] { "x", "y" }], ["=1+1", null, null, Array.Empty<string>()], ["客户", -3L, null, null], [" padded ", 0.25, true, "two\nlines"]);
        Assert.Equal("name,rows,at,tags\r\n\"a,b \"\"c\"\"\",7,2026-01-01T19:04:05Z,x; y\r\n'=1+1,,,\r\n客户,-3,,\r\n\" padded \",0.25,true,\"two\nlines\"\r\n", text);
    }

    [Fact]
    public async Task A_csv_begins_with_a_mark_so_that_a_spreadsheet_reads_chinese()
    {
        using var body = new MemoryStream();
        await Exports.CsvAsync(body, Columns, Rows(["客户", 1L, null, null]), CancellationToken.None);
        Assert.Equal([0xEF, 0xBB, 0xBF], body.ToArray()[..3]);
    }

    [Fact]
    public async Task A_json_holds_the_same_rows_with_their_types()
    {
        using var body = new MemoryStream();
        await Exports.JsonAsync(body, Columns, Rows(["客户", 7L, At, new[] { "x" }], ["=1", null, null, null]), CancellationToken.None);
        var json = Encoding.UTF8.GetString(body.ToArray());
        Assert.Contains("客户", json, StringComparison.Ordinal);
        using var read = JsonDocument.Parse(json);
        Assert.Equal(2, read.RootElement.GetArrayLength());
        Assert.Equal((7L, At, "x"), (read.RootElement[0].GetProperty("rows").GetInt64(), read.RootElement[0].GetProperty("at").GetDateTimeOffset(), read.RootElement[0].GetProperty("tags")[0].GetString()));
        Assert.Equal(("=1", JsonValueKind.Null), (read.RootElement[1].GetProperty("name").GetString(), read.RootElement[1].GetProperty("rows").ValueKind));
    }

    [Fact]
    public async Task Rows_go_out_before_the_last_is_read()
    {
        using var body = new MemoryStream();
        long sent = 0;
        async IAsyncEnumerable<object?[]> ManyAsync()
        {
            for (var i = 0; i < 5000; i++)
            {
                await Task.Yield();
                if (i == 4999)
                    sent = body.Length;
                yield return ["row", (long)i, null, null];
            }
        }
        await Exports.CsvAsync(body, Columns, ManyAsync(), CancellationToken.None);
        Assert.True(sent > 10_000);
    }

    private static async Task<string> CsvAsync(params object?[][] rows)
    {
        using var body = new MemoryStream();
        await Exports.CsvAsync(body, Columns, Rows(rows), CancellationToken.None);
        return Encoding.UTF8.GetString(body.ToArray())[1..];
    }

    private static async IAsyncEnumerable<object?[]> Rows(params object?[][] rows)
    {
        foreach (var row in rows)
        {
            await Task.Yield();
            yield return row;
        }
    }
}
