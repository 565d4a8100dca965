using System.Text.Json.Nodes;
using Platform.Tables.Log;
using Platform.Tables.Native;
using static Platform.Tables.Tests.TableFixture;

namespace Platform.Tables.Tests;

public sealed class TableStoreTests : IDisposable
{
    private readonly TableFixture _fixture = new();

    private TableStore Store => _fixture.Store;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void The_first_write_makes_the_table_and_appends_add_to_it()
    {
        var first = _fixture.Write("select i as id, 'name ' || i as name, timestamp '2011-12-09 12:50:00' as seen from range(3) r(i)");
        var second = _fixture.Write("select 10 as id, null as name, null as seen");

        Assert.Equal((0, 3, 1, 0), (first.Version, first.Rows, first.Files, first.RowsRemoved));
        Assert.Equal((1, 1), (second.Version, second.Rows));
        Assert.Equal(["id BIGINT", "name VARCHAR", "seen TIMESTAMP WITH TIME ZONE"], second.Columns.Select(column => $"{column.Name} {column.Type}"));
        Assert.Equal([4L, 13L, 3L], _fixture.Read("select count(*), sum(id)::bigint, count(seen) from raw.orders").Rows[0]);
        Assert.Equal(4, Store.Snapshot(Orders).Rows);
        Assert.Equal([Orders], Store.List());
    }

    [Fact]
    public void Replace_takes_all_rows_away()
    {
        _fixture.Write("select i as id from range(3) r(i)");
        var result = _fixture.Write("select 7 as id", WriteMode.Replace);

        Assert.Equal(3, result.RowsRemoved);
        Assert.Equal("7", _fixture.Scalar<string>("select string_agg(id, ',') from raw.orders"));
    }

    [Fact]
    public void An_interval_replaces_its_own_rows_only()
    {
        for (var day = 0; day < 3; day++)
            _fixture.Write($"select {day} as day, i as id from range(5) r(i)", WriteMode.ReplaceInterval, Day(day));
        var again = _fixture.Write("select 1 as day, 100 as id", WriteMode.ReplaceInterval, Day(1));

        Assert.Equal(5, again.RowsRemoved);
        Assert.Equal("0:5,1:1,2:5", _fixture.Scalar<string>("select string_agg(day || ':' || n, ',' order by day) from (select day, count(*) as n from raw.orders group by day)"));

        var whole = _fixture.Write("select 9 as day, 1 as id", WriteMode.ReplaceInterval, new DataInterval(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(2)));
        Assert.Equal(6, whole.RowsRemoved);
        Assert.Equal(6, Store.Snapshot(Orders).Rows);
    }

    [Fact]
    public void An_interval_without_rows_still_takes_the_old_ones_away()
    {
        _fixture.Write("select 1 as id", WriteMode.ReplaceInterval, Day(0));
        var result = _fixture.Write("select 1 as id where false", WriteMode.ReplaceInterval, Day(0));

        Assert.Equal((1, 0, 0, 1), (result.Version, result.Rows, result.Files, result.RowsRemoved));
        Assert.Equal(0, _fixture.Scalar<long>("select count(*) from raw.orders"));
    }

    [Fact]
    public void An_interval_that_cuts_another_is_refused()
    {
        _fixture.Write("select 1 as id", WriteMode.ReplaceInterval, Day(0));
        var half = new DataInterval(DateTimeOffset.UnixEpoch.AddHours(12), DateTimeOffset.UnixEpoch.AddDays(1));

        var error = Assert.Throws<TableException>(() => _fixture.Write("select 2 as id", WriteMode.ReplaceInterval, half));
        Assert.Contains("1970-01-01T00:00:00Z/1970-01-02T00:00:00Z", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_transaction_happens_once_and_answers_the_same_again()
    {
        var write = new TableWrite { Table = Orders, SelectSql = "select 1 as id", Transaction = new("run1/load/0", 1), Outputs = new JsonObject { ["rejected"] = 3 } };
        CommitResult first, again, cleared;
        using (var session = Store.OpenSession())
            first = session.Write(write);
        using (var session = Store.OpenSession())
            again = session.Write(write with { SelectSql = "select no_such_column" });
        using (var session = Store.OpenSession())
            cleared = session.Write(write with { Mode = WriteMode.Replace, SelectSql = "select 2 as id", Transaction = new("run1/load/0", 2) });

        Assert.False(first.AlreadyCommitted);
        Assert.True(again.AlreadyCommitted);
        Assert.Equal((first.Version, first.Rows, first.Bytes, first.Files), (again.Version, again.Rows, again.Bytes, again.Files));
        Assert.Equal(3, again.Outputs!["rejected"]!.GetValue<int>());
        Assert.False(cleared.AlreadyCommitted);
        Assert.Equal(2, _fixture.Scalar<int>("select id from raw.orders"));
    }

    [Fact]
    public void A_transaction_is_remembered_through_a_checkpoint()
    {
        for (var i = 0; i < 25; i++)
            _fixture.Write($"select {i} as id", transaction: new($"run{i}/load/0", 1));
        using var other = new TableStore(new TableStoreOptions { Root = Store.Root });
        using var session = other.OpenSession();
        var again = session.Write(new TableWrite { Table = Orders, SelectSql = "select 0 as id", Transaction = new("run3/load/0", 1) });

        Assert.True(File.Exists(Path.Combine(Store.FolderOf(Orders), "_delta_log", $"{20:D20}.checkpoint.parquet")));
        Assert.True(again.AlreadyCommitted);
        Assert.Equal((3, 1), (again.Version, again.Rows));
        Assert.Equal(25, other.Snapshot(Orders).Rows);
        Assert.Equal(12, session.ExposeAndCount(Orders, 11));
    }

    [Fact]
    public void Old_versions_and_times_can_be_read()
    {
        for (var i = 0; i < 23; i++)
            _fixture.Write($"select {i} as id");
        var history = Store.History(Orders);

        Assert.Equal(5, _fixture.Scalar<long>("select count(*) from raw.orders", version: 4));
        Assert.Equal(22, history[0].Version);
        Assert.Equal("WRITE", history[0].Operation);
        Assert.Equal("1", history[0].Metrics["numOutputRows"]);
        Assert.Equal(12, Store.Snapshot(Orders, history.Single(commit => commit.Version == 12).Timestamp).Version);
        Assert.Equal(22, Store.Snapshot(Orders, DateTimeOffset.MaxValue).Version);
        Assert.Throws<TableNotFoundException>(() => Store.Snapshot(Orders, DateTimeOffset.UnixEpoch));
        Assert.Contains("newest is 22", Assert.Throws<TableNotFoundException>(() => Store.Snapshot(Orders, 23)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_are_added_only_when_asked()
    {
        _fixture.Write("select 1 as id, 'a' as name");
        var error = Assert.Throws<SchemaMismatchException>(() => _fixture.Write("select 2 as id, 'b' as name, 1.5::double as price"));
        Assert.Contains("'price' (DOUBLE)", error.Message, StringComparison.Ordinal);

        _fixture.Write("select 2 as id, 'b' as name, 1.5::double as price", allowNewColumns: true);
        _fixture.Write("select 3 as ID, 2.5::double as price");
        Assert.Equal("1,a,-;2,b,1.5;3,-,2.5", _fixture.Scalar<string>("select string_agg(concat_ws(',', id, coalesce(name, '-'), coalesce(price::varchar, '-')), ';' order by id) from raw.orders"));
        Assert.Equal("1,a", _fixture.Scalar<string>("select concat_ws(',', id, name) from raw.orders", version: 0));
    }

    [Theory]
    [InlineData("select 'x' as id", "'id'", "INTEGER", "VARCHAR")]
    [InlineData("select 1::bigint as id", "'id'", "INTEGER", "BIGINT")]
    [InlineData("select [1] as id", "'id'", "INTEGER", "INTEGER[]")]
    public void A_type_that_does_not_fit_is_named(string sql, string column, string has, string brings)
    {
        _fixture.Write("select 1::integer as id");

        var error = Assert.Throws<SchemaMismatchException>(() => _fixture.Write(sql));
        Assert.All([column, has, brings, "raw.orders"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Narrower_types_fit()
    {
        _fixture.Write("select 1::bigint as a, 1::double as b, 1.25::decimal(10,2) as c");
        _fixture.Write("select 2::smallint as a, 2::float as b, 2.5::decimal(4,1) as c");

        Assert.Equal([3L, 3d, 3.75m], _fixture.Read("select sum(a)::bigint, sum(b), sum(c)::decimal(10,2) from raw.orders").Rows[0]);
    }

    [Fact]
    public void Every_type_survives_a_write()
    {
        const string Row = """
            select true as a, 1::tinyint as b, 2::smallint as c, 3 as d, 4::bigint as e, 5::ubigint as f, 6::hugeint as g, 1.5::float as h, 2.5::double as i,
                1.25::decimal(9,2) as j, 'text' as k, 'ab'::blob as l, date '2011-12-09' as m, timestamptz '2011-12-09 12:50:00.123456+00' as n,
                [1, 2, null] as o, {'x': 1, 'y': ['z']} as p, map {'k': 1} as q, uuid '123e4567-e89b-12d3-a456-426614174000' as r, time '08:00' as s, 'nan'::double as t,
                'b'::enum('a', 'b') as u, '{"x":1}'::json as v, null as w
            """;
        _fixture.Write(Row);
        _fixture.Write("select null as a");

        var values = _fixture.Read("select * from raw.orders where a").Rows[0].Select(DuckDbJson.Text);
        Assert.Equal(
            ["true", "1", "2", "3", "4", "5", "6", "1.5", "2.5", "1.25", "text", "YWI=", "2011-12-09", "2011-12-09T12:50:00.123456Z", "[1,2,null]", "{\"x\":1,\"y\":[\"z\"]}", "{\"k\":1}",
                "123e4567-e89b-12d3-a456-426614174000", "08:00:00", "NaN", "b", "{\"x\":1}", ""],
            values);
        Assert.Equal(2, _fixture.Scalar<long>("select count(*) from raw.orders"));
    }

    [Fact]
    public void Statistics_hold_bounds_and_nulls_with_maximum_times_rounded_up()
    {
        _fixture.Write("select * from (values (1, 'b', timestamptz '2011-12-09 12:50:00.000001+00', 1.5), (2, null, timestamptz '2011-12-09 12:50:00.123456+00', 2.5)) t(id, name, \"at\", price)");
        var statistics = JsonNode.Parse(Store.Snapshot(Orders).Files[0].Statistics!)!;

        Assert.Equal(2, statistics["numRecords"]!.GetValue<int>());
        Assert.Equal("""{"id":1,"name":"b","at":"2011-12-09T12:50:00.000Z","price":1.5}""", statistics["minValues"]!.ToJsonString());
        Assert.Equal("""{"id":2,"name":"b","at":"2011-12-09T12:50:00.124Z","price":2.5}""", statistics["maxValues"]!.ToJsonString());
        Assert.Equal("""{"id":0,"name":1,"at":0,"price":0}""", statistics["nullCount"]!.ToJsonString());
    }

    [Fact]
    public void A_table_can_be_split_by_columns()
    {
        using (var session = Store.OpenSession())
        {
            session.Write(new TableWrite { Table = Orders, SelectSql = "select i as id, case when i % 3 = 0 then null else 'c:/' || i % 3 end as country, date '2020-01-01' + (i % 2)::int as day from range(12) r(i)", PartitionBy = ["country", "day"] });
            session.Write(new TableWrite { Table = Orders, SelectSql = "select 100 as id, 'c:/1' as country, date '2020-01-01' as day" });
        }

        Assert.Equal(7, Store.Snapshot(Orders).Files.Count);
        Assert.Equal("-:4,c:/1:5,c:/2:4", _fixture.Scalar<string>("select string_agg(coalesce(country, '-') || ':' || n, ',' order by country nulls first) from (select country, count(*) as n from raw.orders where day >= date '2020-01-01' group by country)"));
        Assert.Equal(166, _fixture.Scalar<long>("select sum(id) from raw.orders"));
    }

    [Theory]
    [InlineData("orders")]
    [InlineData("Raw.orders")]
    [InlineData("raw.orders.x")]
    [InlineData("raw.")]
    [InlineData("raw./etc")]
    [InlineData("../x.y")]
    [InlineData("")]
    public void Bad_names_are_refused(string name) => Assert.Contains("schema.table", Assert.Throws<FormatException>(() => TableName.Parse(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_table_is_named_with_those_that_exist()
    {
        _fixture.Write("select 1 as id");
        using var session = Store.OpenSession();

        var error = Assert.Throws<TableNotFoundException>(() => session.ExposeReferencedTables("select * from raw.orders join raw.customers using (id)"));
        Assert.Contains("'raw.customers' does not exist", error.Message, StringComparison.Ordinal);
        Assert.Contains("raw.orders", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_says_what_it_read()
    {
        _fixture.Write("select i as id from range(5) r(i)");
        _fixture.Write("select 1 as id", table: TableName.Parse("clean.orders"));
        using var session = Store.OpenSession();
        session.ExposeReferencedTables("with c as (select * from raw.orders) select * from c where id in (select id from clean.orders) and id > $least");
        session.Expose(Orders);

        Assert.Equal([new TableRead("clean.orders", 0, 1), new TableRead("raw.orders", 0, 5)], session.Reads.OrderBy(read => read.Table, StringComparer.Ordinal));
        Assert.Equal(3, session.Query("select count(*) from raw.orders where id > $least", new Dictionary<string, object?> { ["least"] = 1L }).Scalar<long>());
    }

    [Fact]
    public void A_session_keeps_its_version_while_others_write()
    {
        _fixture.Write("select 1 as id");
        using var session = Store.OpenSession();
        session.Expose(Orders);
        _fixture.Write("select 2 as id", WriteMode.Replace);

        Assert.Equal(1, session.Query("select id from raw.orders").Scalar<int>());
    }

    [Fact]
    public void A_temporary_table_is_written()
    {
        using var session = Store.OpenSession();
        session.Execute("create temp table found as select 1 as id, $t as t", new Dictionary<string, object?> { ["t"] = "x" });
        var result = session.Write(new TableWrite { Table = Orders, TempTable = "found" });

        Assert.Equal(1, result.Rows);
    }

    [Fact]
    public void Two_columns_of_one_name_are_refused()
        => Assert.Contains("'ID'", Assert.Throws<SchemaMismatchException>(() => _fixture.Write("select 1 as ID, 2 as id")).Message, StringComparison.Ordinal);

    [Fact]
    public void Columns_may_come_from_parameters()
    {
        using var session = Store.OpenSession();
        var result = session.Write(new TableWrite
        {
            Table = Orders,
            SelectSql = "select $text as text, $number + i as number, $time as time, $nothing as nothing from range(2) r(i)",
            Parameters = new Dictionary<string, object?> { ["text"] = "a", ["number"] = 1.5, ["time"] = DateTimeOffset.UnixEpoch, ["nothing"] = null },
        });

        Assert.Equal("VARCHAR DOUBLE TIMESTAMP WITH TIME ZONE VARCHAR", string.Join(' ', result.Columns.Select(column => column.Type)));
    }

    [Fact]
    public void Vacuum_deletes_what_no_version_needs()
    {
        _fixture.Write("select 1 as id");
        _fixture.Write("select 2 as id", WriteMode.Replace);
        var orphan = Path.Combine(Store.FolderOf(Orders), "part-orphan.parquet");
        File.WriteAllText(orphan, "");
        File.SetLastWriteTimeUtc(orphan, DateTime.UnixEpoch);

        Assert.Equal([orphan], Store.Vacuum(Orders, TimeSpan.FromDays(7), dryRun: true));
        Assert.True(File.Exists(orphan));
        Store.Vacuum(Orders, TimeSpan.FromDays(7), dryRun: false);
        Assert.False(File.Exists(orphan));
        Assert.Equal(1, _fixture.Scalar<int>("select id from raw.orders", version: 0));
    }

    [Fact]
    public void Nothing_is_left_of_a_write_that_fails()
    {
        Assert.Throws<DuckDbException>(() => _fixture.Write("select case when i = 5000 then error('no') else i end as id from range(10000) r(i)"));

        Assert.False(Store.Exists(Orders));
        Assert.Empty(Directory.Exists(Path.Combine(Store.Root, ".staging")) ? Directory.GetFileSystemEntries(Path.Combine(Store.Root, ".staging")) : []);
    }
}

internal static class SessionReading
{
    public static long ExposeAndCount(this TableSession session, TableName table, long version)
    {
        session.Expose(table, version);
        return session.Query($"select count(*) from {table}").Scalar<long>();
    }
}
