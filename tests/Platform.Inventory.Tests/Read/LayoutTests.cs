using System.Text;
using Platform.Inventory.Read;

namespace Platform.Inventory.Tests.Read;

public class LayoutTests : InventoryTest
{
    [Theory]
    [InlineData("a.csv", "id,name,price\n1,Pen,2.5\n2,Ink,3\n", true, "id,name,price")]
    [InlineData("b.csv", "1,Football\n2,Soccer\n3,Golf\n", false, "column0,column1")]
    [InlineData("c.inter", "user_id:token\titem_id:token\n196\t242\n186\t302\n", true, "user_id:token,item_id:token")]
    [InlineData("d.tsv", "SessionId\tItemId\n1\t214536502\n", true, "SessionId,ItemId")]
    [InlineData("e.csv", "text,category\nHow do I locate my card?,card_arrival\n\"I ordered it, a week ago.\",card_arrival\nWhere is it?,card_linking\n", true, "text,category")]
    [InlineData("f.csv", ",Clothing ID,Age,Review Text\n0,767,33,So nice\n1,1080,34,Love it\n", true, "column0,Clothing ID,Age,Review Text")]
    [InlineData("g.csv", "\"V1\";\"V2\"\n\"H1\";\"619\"\n\"H2\";\"12\"\n", true, "V1,V2")]
    [InlineData("h.csv", "1,Richard,Hernandez\n2,Mary,Barrett\n3,Ann,Smith\n", false, "column0,column1,column2")]
    [InlineData("i.txt", "当\tO\n希\tO\n北\tB-LOC\n京\tI-LOC\n望\tO\n", false, "column0,column1")]
    [InlineData("j.csv", "姓名,城市\n王伟,北京\n李娜,上海\n", true, "姓名,城市")]
    [InlineData("k.csv", "2011,2012,region\n5,6,north\n7,8,south\n", false, "column0,column1,column2")]
    [InlineData("l.csv", "id,id,x\n1,2,3\n", true, "id,id_1,x")]
    public void Header_delimiter_and_names_are_found(string name, string text, bool header, string columns)
    {
        var layout = LayoutSniffer.Find(Write(name, text));
        Assert.Equal(FileForm.Delimited, layout.Form);
        Assert.Equal((header, columns), (layout.HasHeader, string.Join(',', layout.Columns)));
    }

    [Theory]
    [InlineData("a.txt", "1 1 2 3\n2 6 7 8 9\n3 4\n", FileForm.Lines)]
    [InlineData("b.json", "{\"a\":1}\n{\"a\":2}\n", FileForm.JsonLines)]
    [InlineData("c.json", "[{\"a\":1},{\"a\":2}]", FileForm.JsonArray)]
    [InlineData("d.json", "{\n \"x\": [],\n \"y\": [1]\n}", FileForm.JsonObject)]
    [InlineData("e.jsonl", "{\"a\":1}\n", FileForm.JsonLines)]
    public void Forms_are_found(string name, string text, FileForm form) => Assert.Equal(form, LayoutSniffer.Find(Write(name, text)).Form);

    [Theory]
    [InlineData("gb18030")]
    [InlineData("utf-16")]
    [InlineData("utf-8")]
    public void Chinese_is_read_in_its_encoding(string name)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(name);
        var text = "类别,标签,评论\n" + string.Concat(Enumerable.Repeat("书籍,1,做父母一定要有刘墉这样的心态，不断地学习\n", 40));
        var path = Data.File("r.csv");
        File.WriteAllBytes(path, [.. encoding.GetPreamble(), .. encoding.GetBytes(text)]);
        var layout = LayoutSniffer.Find(path);
        using var profiler = new FileProfiler();
        var state = profiler.Read(path, layout, default);
        Assert.Equal(("类别", 40L, "书籍"), (layout.Columns[0], state.Rows, state.Columns[0].MinText));
    }

    [Theory]
    [InlineData("empty.csv", "", "empty")]
    [InlineData("notes.dat", "just a line\nand another one\n", "no delimiter")]
    [InlineData("cut.parquet", "PAR1 but not more", "cut off")]
    [InlineData("fake.parquet", "this is not a parquet file", "does not begin")]
    [InlineData("wrong.json", "hello", "neither")]
    [InlineData("fake.csv.gz", "not gzip at all", "cannot be unpacked")]
    public void What_is_no_table_is_refused_with_the_reason(string name, string text, string reason)
        => Assert.Contains(reason, Assert.Throws<UnreadableFileException>(() => LayoutSniffer.Find(Write(name, text))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_binary_file_and_a_line_of_a_million_fields_are_refused()
    {
        var binary = Data.File("b.csv");
        File.WriteAllBytes(binary, [.. Enumerable.Range(0, 5000).Select(i => (byte)(i % 7))]);
        Assert.Contains("binary", Assert.Throws<UnreadableFileException>(() => LayoutSniffer.Find(binary)).Message, StringComparison.Ordinal);
        var wide = Write("wide.csv", string.Join(',', Enumerable.Range(0, 1_000_000)) + "\n");
        Assert.Contains("fields", Assert.Throws<UnreadableFileException>(() => LayoutSniffer.Find(wide)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gzip_that_is_cut_off_is_neither_empty_nor_read_as_far_as_it_goes()
    {
        var random = new Random(7);
        var text = "id,name\n" + string.Concat(Enumerable.Range(0, 40_000).Select(i => $"{i},{random.Next()}\n"));
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        var bytes = packed.ToArray();
        foreach (var kept in new[] { 5, 200, bytes.Length / 2, bytes.Length - 12 })
        {
            var path = Data.File($"cut{kept}.csv.gz");
            File.WriteAllBytes(path, bytes[..kept]);
            using var profiler = new FileProfiler();
            Assert.Contains("cut off", Assert.Throws<UnreadableFileException>(() => profiler.Read(path, LayoutSniffer.Find(path), default)).Message, StringComparison.Ordinal);
        }
        var whole = Data.File("whole.csv.gz");
        File.WriteAllBytes(whole, bytes);
        using var reader = new FileProfiler();
        Assert.Equal(40_000, reader.Read(whole, LayoutSniffer.Find(whole), default).Rows);
    }

    [Fact]
    public void A_short_line_that_counts_is_not_told_as_one_that_is_left_out()
    {
        var path = Write("ragged.csv", "id,name,price\n1,short\n2,a,1,too,long\n3,b,2\n");
        using var profiler = new FileProfiler();
        var state = profiler.Read(path, LayoutSniffer.Find(path), default);
        Assert.Equal((2L, 1L), (state.Rows, state.BadRows));
        Assert.StartsWith("line 3 has 5 fields", state.FirstBadRow, StringComparison.Ordinal);
        Assert.DoesNotContain("null", state.FirstBadRow, StringComparison.Ordinal);
    }

    [Fact]
    public void Dirty_lines_are_counted_and_the_others_read()
    {
        var path = Write("d.csv", "id,name,price\n1,Pen,2.5\n2,\"a \"\"quoted\"\", one\",3\n3,too,many,fields,here\n4,\"stray quote,5\n5,short\n\n6,\"two\nlines\",1\n7,nul\0inside,2\r\n");
        var layout = LayoutSniffer.Find(path);
        using var profiler = new FileProfiler();
        var state = profiler.Read(path, layout, default);
        Assert.Equal((6L, 1L), (state.Rows, state.BadRows));
        Assert.Contains("line 4 has 5 fields where 3 are expected", state.FirstBadRow, StringComparison.Ordinal);
        var names = state.Columns[1].Sample.Values().Select(value => Encoding.UTF8.GetString(value)).ToHashSet();
        Assert.Superset(new HashSet<string> { "Pen", "a \"quoted\", one", "\"stray quote", "two\nlines", "nul\0inside" }, names);
    }

    [Fact]
    public void Records_longer_than_the_buffer_and_split_anywhere_are_read_whole()
    {
        var text = new StringBuilder("a,b\n");
        for (var i = 0; i < 300; i++)
            text.Append(i).Append(",\"").Append('x', i * 37 % 9000).Append("\"\n");
        var path = Write("long.csv", text.ToString());
        using var reader = new DelimitedReader(new Trickle(File.ReadAllBytes(path)), ',', true);
        reader.Read();
        for (var i = 0; i < 300; i++)
        {
            Assert.True(reader.Read());
            Assert.Equal((2, i * 37 % 9000), (reader.FieldCount, reader.Field(1).Length));
        }

        Assert.False(reader.Read());
    }

    [Theory]
    [InlineData("""{"page": 1, "data": [{"id": 1, "city": "Bonn"}, {"id": 2}]}""", "id,city", 2)]
    [InlineData("""{"type": "FeatureCollection", "features": [{"id": "a", "properties": {"mag": 1.2}}], "bbox": [1, 2]}""", "id,properties.mag", 1)]
    [InlineData("""{"nodes": [{"n": 1}], "links": [{"from": 1, "to": 2}, {"from": 2, "to": 1}]}""", "from,to", 2)]
    [InlineData("""{"a": [1, 2], "b": [{"x": 1}, 3]}""", "key,value", 2)]
    public void Records_wrapped_in_an_object_are_the_rows(string text, string columns, long rows)
    {
        var path = Write("wrapped.json", text);
        using var profiler = new FileProfiler();
        var state = profiler.Read(path, LayoutSniffer.Find(path), default);
        Assert.Equal((columns, rows), (string.Join(',', state.Columns.Select(column => column.Name)), state.Rows));
    }

    [Fact]
    public void A_bad_line_of_json_is_counted_and_members_may_come_and_go()
    {
        var path = Write("x.jsonl", "{\"a\":1,\"b\":{\"c\":\"x\"}}\nnot json\n{\"a\":2.5,\"d\":[1,2]}\n{\"b\":null}\n");
        using var profiler = new FileProfiler();
        var state = profiler.Read(path, LayoutSniffer.Find(path), default);
        Assert.Equal((3L, 1L), (state.Rows, state.BadRows));
        Assert.Equal("a:3/1, b.c:3/2, d:3/2, b:3/3", string.Join(", ", state.Columns.Select(column => $"{column.Name}:{column.Rows}/{column.Nulls}")));
    }

    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 997)]);
    }
}
