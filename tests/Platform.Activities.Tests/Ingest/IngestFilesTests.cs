using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Activities.Ingest;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Ingest;

public sealed class IngestFilesTests : ActivityTest
{
    private const string Header = "InvoiceNo,Description,Quantity,InvoiceDate,UnitPrice\n";

    [Fact]
    public async Task A_plain_file_becomes_a_table_with_its_columns_names_and_sensible_types()
    {
        Write("a.csv", Header + "536365,\"LANTERN, WHITE\",6,2010-12-01 08:26:00,2.55\n536366,\"12\"\" FRAME\",-1,2010-12-01 09:00:00,3\n");
        var outputs = await Ingest("a.csv");
        Assert.Equal(2, outputs.Rows);
        Assert.Equal(["InvoiceNo VARCHAR", "Description VARCHAR", "Quantity BIGINT", "InvoiceDate TIMESTAMP WITH TIME ZONE", "UnitPrice DOUBLE"], ColumnsOf("raw.t"));
        Assert.Equal(["536365|LANTERN, WHITE|6|2010-12-01 08:26:00|2.55", "536366|12\" FRAME|-1|2010-12-01 09:00:00|3"], Rows("select * from raw.t order by 1"));
    }

    [Fact]
    public async Task Bad_lines_are_kept_aside_with_file_line_and_reason_and_stop_nobody_else()
    {
        var file = Write("a.csv", Header
            + "1,ok,1,2010-12-01 08:00:00,1\n"
            + "2,six,six,2010-12-01 08:00:00,1\n"
            + "3,short,3\n"
            + "4,\"open,4,2010-12-01 08:00:00,1\n"
            + "5,\"multi\nline\",5,2010-12-01 08:00:00,1\n"
            + "6,\"closed\"badly,6,2010-12-01 08:00:00,1\n"
            + "7,ok,7,2010-12-01 08:00:00,1\r\n");
        var outputs = await Ingest("a.csv", new() { ["columns"] = new JsonObject { ["Quantity"] = "integer" }, ["max_rejected"] = "10" });
        Assert.Equal(3, outputs.Rows);
        Assert.Equal(4, outputs.Rejected);
        Assert.Equal("raw.t__rejected", outputs.RejectedTable);
        Assert.Equal(["1", "5", "7"], Rows("select InvoiceNo from raw.t order by 1"));
        Assert.Equal("multi\nline", One("select Description from raw.t where InvoiceNo = '5'"));
        Assert.Equal(
            [
                $"{file}|3|Quantity|'six' is not a whole number (BIGINT)|2,six,six,2010-12-01 08:00:00,1",
                $"{file}|4|∅|the line has 3 fields, not 5|3,short,3",
                $"{file}|5|∅|text follows a closing quote|4,\"open,4,2010-12-01 08:00:00,1",
                $"{file}|8|∅|text follows a closing quote|6,\"closed\"badly,6,2010-12-01 08:00:00,1",
            ],
            Rows("select * from raw.t__rejected order by line"));
    }

    [Fact]
    public async Task More_bad_lines_than_allowed_fail_the_task_and_write_nothing()
    {
        Write("a.csv", "n,m\n1,1\nx,2\n3,3\ny,4\n");
        var error = await Fails("ingest.files", With("a.csv", new() { ["columns"] = new JsonObject { ["n"] = "integer" }, ["max_rejected"] = "1" }));
        Assert.Equal("check-failed", error.Kind);
        Assert.False(error.Retryable);
        Assert.Contains("'x' is not a whole number", error.Message, StringComparison.Ordinal);
        Assert.Empty(Tables.List());
        var share = await Fails("ingest.files", With("a.csv", new() { ["columns"] = new JsonObject { ["n"] = "integer" }, ["max_rejected"] = "20%" }));
        Assert.Contains("2 of 4 lines", share.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_fails_or_skips_as_asked()
    {
        var error = await Fails("ingest.files", With("nowhere.csv"));
        Assert.Equal("not-found", error.Kind);
        var skipped = await Run("ingest.files", With("nowhere.csv", new() { ["on_missing"] = "skip" }));
        Assert.Equal(ActivityOutcome.Skipped, skipped.Outcome);
        Assert.Contains("nowhere.csv", skipped.Reason!, StringComparison.Ordinal);
        Assert.Equal(ActivityOutcome.Skipped, (await Run("ingest.files", With("*.nothing", new() { ["on_missing"] = "skip" }))).Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b\n")]
    [InlineData("\n\n")]
    public async Task A_file_without_rows_is_nothing_to_do_where_there_is_no_table(string text)
    {
        Write("a.csv", text);
        var result = await Run("ingest.files", With("a.csv"));
        Assert.Equal(ActivityOutcome.Skipped, result.Outcome);
        Assert.Empty(Tables.List());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b\n")]
    public async Task A_file_without_rows_takes_no_rows_away(string text)
    {
        Write("a.csv", "a,b\n1,2\n");
        await IngestDay("a.csv", 1);
        var file = Write("b.csv", text);
        var error = await Fails("ingest.files", With("b.csv", new() { ["mode"] = "replace-interval" }), Runs.Context(run: 9, day: new DateOnly(2024, 1, 1)));
        Assert.Equal(("check-failed", false), (error.Kind, error.Retryable));
        Assert.Contains($"{file} holds no rows", error.Message, StringComparison.Ordinal);
        Assert.Contains("'on_empty'", error.Message, StringComparison.Ordinal);
        var all = await Fails("ingest.files", With("b.csv", new() { ["mode"] = "replace" }));
        Assert.Contains("has 1 row,", all.Message, StringComparison.Ordinal);
        Assert.Equal("1", One("select count(*) from raw.t"));

        // Nothing was there before: nothing is lost.
        Assert.Equal(0, (await IngestDay("b.csv", 2, run: 10)).Rows);
        Assert.Equal("1", One("select count(*) from raw.t"));
    }

    [Theory]
    [InlineData("warn")]
    [InlineData("replace")]
    public async Task A_file_without_rows_empties_the_interval_that_it_stands_for_where_the_workflow_says_so(string choice)
    {
        Write("a.csv", "a,b\n1,2\n");
        await IngestDay("a.csv", 1);
        await IngestDay("a.csv", 2);
        Write("a.csv", "a,b\n");
        var outputs = (IngestFilesOutputs)(await Run("ingest.files", With("a.csv", new() { ["mode"] = "replace-interval", ["on_empty"] = choice }), Runs.Context(run: 9, day: new DateOnly(2024, 1, 2)))).Outputs!;
        Assert.Equal(0, outputs.Rows);
        Assert.Equal(1, outputs.RowsReplaced);
        Assert.Equal("1", One("select count(*) from raw.t"));
    }

    [Fact]
    public async Task A_binary_file_and_a_folder_are_named_as_such()
    {
        var random = new byte[3_000];
        new Random(7).NextBytes(random);
        foreach (var bytes in new[] { random, random[..200], [.. "PK\u0003\u0004"u8, .. random[..50]], [.. "id,name\n1,a\n"u8, .. random] })
        {
            var file = Write("a.csv", bytes);
            var error = await Fails("ingest.files", With("a.csv", new() { ["columns"] = new JsonObject { ["n"] = "integer" } }));
            Assert.Equal("bad-input", error.Kind);
            Assert.Contains($"{file} is ", error.Message, StringComparison.Ordinal);
            Assert.Contains("binary, not text", error.Message, StringComparison.Ordinal);
        }

        Directory.CreateDirectory(Path.Combine(Folder.Path, "day.csv"));
        foreach (var missing in new[] { "fail", "skip" })
            Assert.Contains("day.csv is a folder, not a file", (await Fails("ingest.files", With("day.csv", new() { ["on_missing"] = missing }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_day_replaces_its_rows_and_no_others()
    {
        Write("1.csv", "id,n\na,1\nb,2\n");
        Write("2.csv", "id,n\nc,3\n");
        await IngestDay("1.csv", 1);
        await IngestDay("2.csv", 2);
        Write("1.csv", "id,n\na,10\n");
        var outputs = await IngestDay("1.csv", 1, run: 7);
        Assert.Equal(["a|10", "c|3"], Rows("select * from raw.t order by 1"));
        Assert.Equal(2, outputs.RowsReplaced);
        Assert.Equal(["2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"], outputs.Partitions);
    }

    [Fact]
    public async Task A_repeated_attempt_writes_nothing_and_answers_as_the_first()
    {
        Write("a.csv", "id,n\na,1\nbad\n");
        var first = await IngestDay("a.csv", 1);
        var facts = Facts;
        var second = await IngestDay("a.csv", 1, attempt: 2);
        Assert.Equal(first with { Partitions = second.Partitions }, second);
        Assert.Equal(first.Partitions, second.Partitions);
        Assert.Equal(facts.Select(fact => fact.ToString()), Facts.Select(fact => fact.ToString()));
        Assert.Equal(0, Tables.Snapshot(TableName.Parse("raw.t")).Version);
        Assert.Equal(0, Tables.Snapshot(TableName.Parse("raw.t__rejected")).Version);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("gb18030")]
    public async Task Chinese_text_is_read_in_any_usual_encoding(string encoding)
    {
        var text = "编号,名称,数量\nA1,白色灯笼和心形挂饰,6\nA2,马克杯，复古,12\n";
        var codec = encoding == "gb18030" ? CodePagesEncodingProvider.Instance.GetEncoding(encoding)! : Encoding.GetEncoding(encoding);
        Write("a.csv", [.. codec.GetPreamble(), .. codec.GetBytes(text)]);
        await Ingest("a.csv");
        Assert.Equal(["A1|白色灯笼和心形挂饰|6", "A2|马克杯，复古|12"], Rows("select * from raw.t order by 1"));
    }

    [Fact]
    public async Task A_Western_code_page_is_recognised_and_a_named_encoding_wins()
    {
        Write("a.csv", "sku,name\n1,Café crème £40\n2,Zoë\n", Encoding.Latin1);
        await Ingest("a.csv");
        Assert.Equal(["Café crème £40", "Zoë"], Rows("select name from raw.t order by sku"));
        Write("b.csv", [.. "sku,name\n1,"u8, 0xC4, 0xE3, .. "\n"u8]);
        await Ingest("b.csv", new() { ["encoding"] = "gbk", ["table"] = "raw.b" });
        Assert.Equal("你", One("select name from raw.b"));
        var error = await Fails("ingest.files", With("b.csv", new() { ["encoding"] = "klingon" }));
        Assert.Contains("klingon", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_and_NUL_bytes_reject_their_line_only()
    {
        Write("a.csv", [.. "id,name\n"u8, .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},好名字\n"))), .. "x,"u8, 0xFF, 0xFE, .. "\ny,a\0b\nz,ok\n"u8]);
        var outputs = await Ingest("a.csv");
        Assert.Equal(41, outputs.Rows);
        Assert.Equal(["42|the line holds bytes that are no valid text in the file's encoding", "43|the line holds a NUL byte"], Rows("select line, reason from raw.t__rejected order by 1"));
    }

    [Fact]
    public async Task A_huge_line_is_rejected_and_reading_goes_on()
    {
        var huge = new string('x', 20 << 20);
        Write("a.csv", $"id,name\n1,a\n2,{huge}\n3,c\n");
        var outputs = await Ingest("a.csv");
        Assert.Equal(2, outputs.Rows);
        Assert.Equal("3|the line is longer than 16384 KiB|4000", One("select line, reason, length(raw) from raw.t__rejected"));
        Assert.Equal(["1", "3"], Rows("select id from raw.t order by 1"));
    }

    [Fact]
    public async Task A_long_text_within_the_limit_is_kept_whole()
    {
        var text = string.Concat(Enumerable.Repeat("长文 \"\"quoted\"\"\n", 20_000));
        Write("a.csv", $"id,name\n1,\"{text}\"\n2,b\n");
        var outputs = await Ingest("a.csv");
        Assert.Equal(2, outputs.Rows);
        Assert.Equal((text.Length - 40_000).ToString(System.Globalization.CultureInfo.InvariantCulture), One("select length(name) from raw.t where id = '1'"));
    }

    [Fact]
    public async Task Identifiers_stay_text_so_that_the_next_file_fits_and_zeros_stay()
    {
        Write("1.csv", "InvoiceNo,zip_code,CustomerID,n\n536365,00123,17850.0,1\n");
        Write("2.csv", "InvoiceNo,zip_code,CustomerID,n\nC536379,9,,2\n");
        await IngestDay("1.csv", 1);
        await IngestDay("2.csv", 2);
        Assert.Equal(["536365|00123|17850.0|1", "C536379|9|∅|2"], Rows("select * from raw.t order by n"));
    }

    [Fact]
    public async Task A_later_file_with_another_type_rejects_those_lines_by_the_column_of_the_table()
    {
        Write("1.csv", "name,n\na,1\n");
        Write("2.csv", "name,n\nb,2.5\nc,3\nd,4\n");
        await IngestDay("1.csv", 1);
        var outputs = await IngestDay("2.csv", 2);
        Assert.Equal(2, outputs.Rows);
        Assert.Equal("2|n|'2.5' is not a whole number (BIGINT)", One("select line, \"column\", reason from raw.t__rejected"));
    }

    [Fact]
    public async Task A_new_column_is_added_unless_forbidden_and_a_missing_one_is_null_with_a_warning()
    {
        Write("1.csv", "name,n\na,1\n");
        Write("2.csv", "name,colour\nb,red\n");
        await IngestDay("1.csv", 1);
        var error = await Fails("ingest.files", With("2.csv", new() { ["new_columns"] = false, ["mode"] = "replace-interval" }), Runs.Context(day: new DateOnly(2024, 1, 2), run: 5));
        Assert.Contains("colour", error.Message, StringComparison.Ordinal);
        await IngestDay("2.csv", 2);
        Assert.Equal(["a|1|∅", "b|∅|red"], Rows("select * from raw.t order by 1"));
        Assert.Contains("no column n", Runs.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_declared_column_that_the_file_lacks_fails_with_the_names_it_has()
    {
        Write("a.csv", "name,n\na,1\n");
        var error = await Fails("ingest.files", With("a.csv", new() { ["columns"] = new JsonObject { ["name"] = "text", ["price"] = "number" } }));
        Assert.Contains("has no column price; it has name, n", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_a_header_takes_the_declared_names_or_numbers()
    {
        Write("a.csv", "1,Fitness\n2,Footwear\n");
        await Ingest("a.csv");
        Assert.Equal(["column1 BIGINT", "column2 VARCHAR"], ColumnsOf("raw.t"));
        await Ingest("a.csv", new() { ["table"] = "raw.departments", ["columns"] = new JsonObject { ["department_id"] = "integer", ["name"] = "text" } });
        Assert.Equal(["1|Fitness", "2|Footwear"], Rows("select * from raw.departments order by department_id"));
    }

    [Theory]
    [InlineData("a;b\n1,5;x\n2,5;y\n", null)]
    [InlineData("a\tb\n1,5\tx\n2,5\ty\n", null)]
    [InlineData("a|b\n1,5|x\n2,5|y\n", null)]
    [InlineData("a~b\n1,5~x\n2,5~y\n", "~")]
    public async Task The_delimiter_is_found_or_given(string text, string? delimiter)
    {
        Write("a.txt", text);
        await Ingest("a.txt", delimiter is null ? new() : new() { ["delimiter"] = delimiter });
        Assert.Equal(["1,5|x", "2,5|y"], Rows("select * from raw.t order by a"));
    }

    [Fact]
    public async Task Lines_may_end_in_any_way_and_the_last_may_have_no_end()
    {
        Write("crlf.csv", "id,n\r\na,1\r\n\r\nb,2");
        Write("cr.csv", "id,n\rc,3\rd,4");
        await Ingest("crlf.csv");
        await Ingest("cr.csv", new() { ["mode"] = "append" }, run: 2);
        Assert.Equal(["a|1", "b|2", "c|3", "d|4"], Rows("select * from raw.t order by 1"));
    }

    [Fact]
    public async Task JSON_lines_keep_nested_values_as_text_and_take_new_names_at_any_line()
    {
        Write("a.jsonl", """
            {"id": 1, "name": "Zoë \"Z\"", "tags": ["a", "b"], "ok": true}
            not json
            {"id": 2, "name": null, "price": 2.5, "at": "2024-03-01T10:00:00+08:00"}
            [1, 2]
            """);
        var outputs = await Ingest("a.jsonl");
        Assert.Equal(2, outputs.Rows);
        Assert.Equal(["id VARCHAR", "name VARCHAR", "tags VARCHAR", "ok BOOLEAN", "price DOUBLE", "at TIMESTAMP WITH TIME ZONE"], ColumnsOf("raw.t"));
        Assert.Equal(["1|Zoë \"Z\"|[\"a\", \"b\"]|True|∅|∅", "2|∅|∅|∅|2.5|2024-03-01 02:00:00"], Rows("select * from raw.t order by id"));
        Assert.Equal(["2", "4"], Rows("select line from raw.t__rejected order by 1"));
    }

    [Fact]
    public async Task Parquet_keeps_its_types_and_naive_times_are_read_in_the_zone()
    {
        using (var session = Tables.OpenSession())
            session.Execute($"copy (select 1::uinteger as n, 'x' as s, timestamp '2024-07-01 12:00:00' as at) to '{Folder.Path}/a.parquet' (format parquet)");
        await Ingest("a.parquet", new() { ["time_zone"] = "Asia/Shanghai" });
        Assert.Equal(["n BIGINT", "s VARCHAR", "at TIMESTAMP WITH TIME ZONE"], ColumnsOf("raw.t"));
        Assert.Equal("1|x|2024-07-01 04:00:00", One("select * from raw.t"));
        Write("b.parquet", "no parquet");
        var error = await Fails("ingest.files", With("b.parquet", new() { ["format"] = "parquet" }));
        Assert.Contains("is not Parquet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_packed_file_is_unpacked_and_a_damaged_one_is_named()
    {
        using (var packed = new GZipStream(File.Create(Path.Combine(Folder.Path, "a.csv.gz")), CompressionLevel.Fastest))
            packed.Write("id,n\na,1\nb,2\n"u8);
        await Ingest("a.csv.gz");
        Assert.Equal(["a|1", "b|2"], Rows("select * from raw.t order by 1"));
        Write("b.csv.gz", [0x1F, 0x8B, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        var error = await Fails("ingest.files", With("b.csv.gz"));
        Assert.Contains("b.csv.gz", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_without_a_zone_are_read_in_the_schedules_zone()
    {
        Write("a.csv", "name,at\nwinter,2024-01-15 12:00:00\nsummer,2024-07-15 12:00\nfixed,2024-07-15T12:00:00Z\n");
        await Run("ingest.files", With("a.csv"), Runs.Context(zone: TimeZoneInfo.FindSystemTimeZoneById("Europe/London")));
        Assert.Equal(["fixed|2024-07-15 12:00:00", "summer|2024-07-15 11:00:00", "winter|2024-01-15 12:00:00"], Rows("select * from raw.t order by 1"));
    }

    [Fact]
    public async Task A_pattern_reads_many_files_as_one_series_with_the_pattern_as_its_place()
    {
        Write("days/2024-01-01.csv", "id,n\na,1\n");
        Write("days/2024-01-02.csv", "id,n\nb,2.5\n");
        Write("days/notes.txt", "not this");
        var outputs = await Ingest("days/*.csv");
        Assert.Equal((2L, 2), (outputs.Rows, outputs.Files));
        Assert.Equal(["id VARCHAR", "n DOUBLE"], ColumnsOf("raw.t"));
        var read = Assert.Single(Facts.OfType<AssetRead>());
        Assert.Equal($"file:{Folder.Path}/days/{{yyyy-MM-dd}}.csv", read.Asset);
        Assert.Equal($"{Folder.Path}/days/*.csv", read.Location);
    }

    [Fact]
    public async Task The_facts_tell_the_very_file_the_table_and_where_each_column_comes_from()
    {
        var file = Write("days/2024-01-01.csv", "id,n\na,1\n");
        await IngestDay("days/2024-01-01.csv", 1);
        var read = Assert.Single(Facts.OfType<AssetRead>());
        Assert.Equal(($"file:{Folder.Path}/days/{{yyyy-MM-dd}}.csv", AssetKind.FileSet, file, 1L), (read.Asset, read.Kind, read.Location, read.Rows!.Value));
        var written = Assert.Single(Facts.OfType<AssetWritten>());
        Assert.Equal(("raw.t", 0L, "replace-interval", 1L, 1L), (written.Asset, written.Version!.Value, written.Operation, written.Rows!.Value, written.RowsWritten!.Value));
        Assert.Equal(["id", "n"], written.Columns!.Select(column => column.Name));
        // Schedules that follow partitions go by it.
        Assert.Equal(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), written.Interval!.Value.Start.ToUniversalTime());
        var edges = Assert.Single(Facts.OfType<ColumnsDerived>()).Edges;
        Assert.Equal([(read.Asset, "id", "id", ColumnEdgeKind.Identity), (read.Asset, "n", "n", ColumnEdgeKind.Identity)], edges.Select(edge => (edge.FromAsset, edge.FromColumn, edge.ToColumn!, edge.Kind)));
    }

    [Theory]
    [InlineData("table", "Raw.Orders", "Raw.Orders")]
    [InlineData("max_rejected", "many", "no limit")]
    [InlineData("delimiter", "::", "more than one character")]
    [InlineData("time_zone", "Mars/Base", "no time zone")]
    public async Task Values_that_mean_nothing_are_named(string field, string value, string message)
    {
        Write("a.csv", "id,n\na,1\n");
        var error = await Fails("ingest.files", With("a.csv", new() { [field] = value }));
        Assert.Equal("bad-input", error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_type_of_a_column_is_named()
    {
        Write("a.csv", "id,n\na,1\n");
        var error = await Fails("ingest.files", With("a.csv", new() { ["columns"] = new JsonObject { ["n"] = "whole" } }));
        Assert.Contains("'whole' is no type", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replacing_an_interval_needs_one()
    {
        Write("a.csv", "id,n\na,1\n");
        var error = await Fails("ingest.files", With("a.csv", new() { ["mode"] = "replace-interval" }));
        Assert.Contains("Run it with a date", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Declared_decimals_dates_and_booleans_are_exact()
    {
        Write("a.csv", "k,price,day,paid\n1,1234567.89,2024/2/29,yes\n2,-0.005,2023-02-29,no\n3,12345678.90,2024-01-01,0\n4,1e2,2024-01-01,x\n");
        var outputs = await Ingest("a.csv", new() { ["columns"] = new JsonObject { ["price"] = "decimal(9,2)", ["day"] = "date", ["paid"] = "boolean" }, ["max_rejected"] = "100%" });
        Assert.Equal("1234567.89|2024-02-29|True", One("select price, day, paid from raw.t"));
        Assert.Equal(["day", "price", "paid"], Rows("select \"column\" from raw.t__rejected order by line"));
        Assert.Equal(3, outputs.Rejected);
    }

    private async Task<IngestFilesOutputs> Ingest(string path, JsonObject? more = null, long run = 1) =>
        (IngestFilesOutputs)(await Run("ingest.files", With(path, more), Runs.Context(run: run))).Outputs!;

    private async Task<IngestFilesOutputs> IngestDay(string path, int day, long? run = null, int attempt = 1) =>
        (IngestFilesOutputs)(await Run("ingest.files", With(path, new() { ["mode"] = "replace-interval" }), Runs.Context(run: run ?? day, attempt: attempt, day: new DateOnly(2024, 1, day)))).Outputs!;

    private static JsonObject With(string path, JsonObject? more = null)
    {
        var with = new JsonObject { ["path"] = path, ["table"] = "raw.t", ["mode"] = "replace" };
        foreach (var (name, value) in more ?? [])
            with[name] = value?.DeepClone();
        return with;
    }
}
