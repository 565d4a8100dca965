using System.Globalization;
using System.Text;
using Platform.Inventory.Cache;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Native;

namespace Platform.Inventory.Tests.Profile;

/// <summary>Parquet and Delta: types, damage, and what is not read twice.</summary>
public sealed class TypedFileTests : InventoryTest
{
    [Fact]
    public void Every_type_has_its_metrics_and_nested_ones_too()
    {
        Parquet("t.parquet", """
            select i as id, i % 2 = 0 as flag, (i / 4)::decimal(12, 2) as price, case when i % 10 = 0 then 'nan'::double when i % 10 = 1 then 'infinity'::double else i / 2 end as ratio,
                   date '2024-01-01' + i::integer as day, timestamptz '2024-01-01 00:00:00+00' + to_hours(i) as at, {'city': 'c' || i % 3, 'geo': {'lat': i}} as place,
                   case when i % 4 = 0 then null else [i, i + 1, i + 2][1:1 + i % 3] end as tags, 9007199254740993 + i as big, '' as empty
            from range(1000) r(i)
            """);
        var profile = ProfileOf(Take(), "t.parquet");
        Assert.Null(profile.Failure);
        ColumnProfile column(string name) => Assert.Single(profile.Columns, column => column.Name == name);
        Assert.Equal((1000L, 0L, 1000L, "0", "999", 499.5), (column("id").Rows, column("id").Nulls, column("id").Distinct, column("id").Min, column("id").Max, column("id").Mean!.Value));
        Assert.Equal(0.5, column("flag").TrueShare);
        Assert.Equal((ValueKind.Decimal, "0", "249.75"), (column("price").Kind, column("price").Min, column("price").Max));
        Assert.Equal((ValueKind.Decimal, 200L, 0L, "1", "499.5"), (column("ratio").Kind, column("ratio").NotFinite, column("ratio").Misfits, column("ratio").Min, column("ratio").Max));
        Assert.Equal((ValueKind.Date, "2024-01-01", "2026-09-26"), (column("day").Kind, column("day").Min, column("day").Max));
        Assert.Equal((ValueKind.Timestamp, "2024-01-01 00:00:00", "2024-02-11 15:00:00"), (column("at").Kind, column("at").Min, column("at").Max));
        Assert.NotNull(column("at").MeanTime);
        Assert.Equal(3, column("place.city").Distinct);
        Assert.Equal(("{\"lat\":0}", 1000L), (column("place.geo").Min, column("place.geo").Distinct));
        Assert.Equal((250L, 1L, 3L), (column("tags").Nulls, column("tags").MinItems!.Value, column("tags").MaxItems!.Value));
        Assert.Equal(("9007199254740993", "9007199254741992"), (column("big").Min, column("big").Max));
        Assert.Equal((1000L, 0, 0L), (column("empty").Blank, column("empty").MaxLength!.Value, column("empty").Nulls));
        Assert.Equal(0, profile.DuplicateRows);
        Assert.Contains(profile.Correlations, pair => (pair.Column, pair.Other) == ("id", "price"));
    }

    [Fact]
    public void A_large_file_read_in_pieces_says_the_same_as_one_read_whole()
    {
        var path = Parquet("big.parquet", "select i as id, i % 1000 as few, hash(i)::varchar as code, case when i % 3 = 0 then null else i * 0.5 end as half from range(4400000) r(i)");
        Assert.True(new FileInfo(path).Length > 16 << 20);
        var profile = ProfileOf(Take(), "big.parquet");
        Assert.Equal(4_400_000, profile.Rows);
        var id = profile.Columns[0];
        Assert.Equal(("0", "4399999"), (id.Min, id.Max));
        Assert.InRange(id.Distinct, 4_400_000 * (1 - (4 * id.DistinctError)), 4_400_000);
        Assert.InRange(double.Parse(id.Quantiles["p50"], CultureInfo.InvariantCulture) / 4_400_000, 0.5 - id.QuantileError, 0.5 + id.QuantileError);
        Assert.Equal(2_199_999.5, id.Mean!.Value, 3);
        Assert.Equal((1000L, 0.0), (profile.Columns[1].Distinct, profile.Columns[1].QuantileError));
        Assert.Equal(1_466_667, profile.Columns[3].Nulls);
        Assert.InRange(profile.DuplicateRows!.Value, 0, 0);
        Assert.Contains(profile.Correlations, pair => (pair.Column, pair.Other) == ("id", "half") && pair.Correlation > 0.999999 && pair.Rows == 4_400_000 - 1_466_667);
    }

    [Fact]
    public void A_damaged_file_is_named_and_the_others_are_profiled()
    {
        Parquet("days/2026-01-01.parquet", "select i from range(5000) r(i)");
        Parquet("days/2026-01-02.parquet", "select i from range(5000) r(i)");
        var torn = Parquet("days/2026-01-03.parquet", "select i, hash(i)::varchar as text from range(50000) r(i)");
        var bytes = File.ReadAllBytes(torn);
        // The pages are gone, the footer still stands.
        Array.Clear(bytes, 4, bytes.Length / 2);
        File.WriteAllBytes(torn, bytes);
        Old(torn);
        File.WriteAllBytes(Data.File("cut.parquet"), File.ReadAllBytes(Data.File("days", "2026-01-01.parquet"))[..200]);
        Old(Data.File("cut.parquet"));
        var snapshot = Take();
        var profile = Assert.Single(snapshot.Profiles, profile => profile.Key.Contains("{yyyy-MM-dd}", StringComparison.Ordinal)).Value;
        Assert.Equal((10_000L, "2026-01-03.parquet"), (profile.Rows, Path.GetFileName(Assert.Single(profile.Failures).Path)));
        Assert.Contains(snapshot.Sources[0].Skipped, path => path.IsProblem && path.Path.EndsWith("cut.parquet", StringComparison.Ordinal));
    }

    [Fact]
    public void A_table_without_rows_has_its_columns()
    {
        Parquet("none.parquet", "select 1 as a, 'x' as b, {'c': 1} as s where false");
        var profile = ProfileOf(Take(), "none.parquet");
        Assert.Equal((null, 0L, "a b s.c"), (profile.Failure, profile.Rows, string.Join(' ', profile.Columns.Select(column => column.Name))));
        Assert.Equal(0, profile.DuplicateRows);
    }

    [Fact]
    public void A_file_that_changes_between_scan_and_profile_is_not_taken_for_what_was_scanned()
    {
        var path = Write("t.csv", "a,b\n1,2\n3,4\n");
        var cache = new InventoryCache(Path.Combine(Home, "cache"));
        var asset = Assert.Single(new InventoryScanner(Store, cache, TimeProvider.System).Scan([Data.Path], [], [], default)[0].Assets);
        File.WriteAllText(path, "a,b\n1,2\n3,4\n5,6\n");
        Assert.Contains("changed after it was scanned", new AssetProfiler(Store, cache).Profile([asset], null, default)[0].Failure, StringComparison.Ordinal);
        // Touched, but the same content.
        Write("t.csv", "a,b\n1,2\n3,4\n");
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 2, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(2, new AssetProfiler(Store, cache).Profile([asset], null, default)[0].Rows);
    }

    [Fact]
    public void Odd_texts_are_counted_and_harm_nothing()
    {
        var huge = new string('x', 3 << 20);
        var path = Write("odd.csv", $"id,text\n1,{huge}\n2,plain\n3,NaN\n4,Infinity\n5,西安\n");
        File.WriteAllBytes(path, [.. File.ReadAllBytes(path), .. "6,"u8, 0xC3, 0x28, 0xFF, (byte)'\n']);
        Old(path);
        var profile = ProfileOf(Take(), "odd.csv");
        var text = profile.Columns[^1];
        Assert.Equal((6L, 1L), (profile.Rows, text.TooLong));
        Assert.True(text.InvalidUtf8 == 1 || text.MaxLength >= 1 << 20);
        Assert.Equal(1 << 20, text.MaxLength);
    }

    [Fact]
    public void Two_thousand_columns_are_profiled()
    {
        var text = new StringBuilder().AppendJoin(',', Enumerable.Range(0, 2_000).Select(i => $"c{i}")).Append('\n');
        for (var row = 0; row < 30; row++)
            text.AppendJoin(',', Enumerable.Range(0, 2_000).Select(i => ((row * i) % 97).ToString(CultureInfo.InvariantCulture))).Append('\n');
        Write("wide.csv", text.ToString());
        var profile = ProfileOf(Take(), "wide.csv");
        Assert.Equal((2_000, 30L, Correlations.MostColumns), (profile.Columns.Count, profile.Rows, profile.CorrelatedColumns));
    }

    [Fact]
    public void Data_files_of_a_delta_table_that_are_known_are_not_read_again()
    {
        using (var session = Store.OpenSession())
            session.Write(new TableWrite { Table = TableName.Parse("raw.numbers"), SelectSql = "select i as n, 'v' || i as text from range(1000) r(i)" });
        Assert.Equal(1000, OfTables().Rows);
        var first = Assert.Single(Directory.GetFiles(Path.Combine(Store.FolderOf(TableName.Parse("raw.numbers"))), "*.parquet", SearchOption.AllDirectories));
        using (var session = Store.OpenSession())
            session.Write(new TableWrite { Table = TableName.Parse("raw.numbers"), SelectSql = "select 5000 + i as n, null::varchar as text from range(10) r(i)" });
        // What is read of its pages now would fail; the footer, at which a scan may look, still stands.
        var bytes = File.ReadAllBytes(first);
        Array.Clear(bytes, 4, bytes.Length / 2);
        File.WriteAllBytes(first, bytes);
        var profile = OfTables();
        Assert.Equal((1010L, "5009", 10L), (profile.Rows, profile.Columns[0].Max, profile.Columns[1].Nulls));
        Assert.Empty(profile.Failures);
    }

    private AssetProfile OfTables()
    {
        var cache = new InventoryCache(Path.Combine(Home, "cache"));
        var sources = new InventoryScanner(Store, cache, TimeProvider.System).Scan([InventoryScanner.OwnTables], [], [], default);
        return new AssetProfiler(Store, cache).Profile([.. sources[0].Assets], null, default)[0];
    }

    private string Parquet(string name, string sql)
    {
        var path = Data.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
        using var connection = database.Connect();
        connection.Execute($"copy ({sql}) to {SqlText.Literal(path)} (format parquet)");
        Old(path);
        return path;
    }

    private static void Old(string path) => File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
}
