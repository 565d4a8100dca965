using static Platform.Tables.Tests.TableFixture;

namespace Platform.Tables.Tests;

/// <summary>Tables that vanish before the real ones: what a preview reads and writes.</summary>
public sealed class OverlayTests : IDisposable
{
    private static readonly TableName Customers = TableName.Parse("raw.customers");
    private static readonly TableName Clean = TableName.Parse("clean.orders");

    private readonly TableFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    private TableStore Over(long rows = 10, long whole = 20) => _fixture.Store.With(new Overlay(Path.Combine(_fixture.Store.Root, ".preview", "7", "tables"), rows, whole, MostWhole: 1_000));

    private static List<string> Rows(TableStore store, string sql)
    {
        using var session = store.OpenSession();
        session.ExposeFor(sql, null);
        return [.. session.Query(sql).Rows.Select(row => string.Join('|', row))];
    }

    private static CommitResult Write(TableStore store, TableName table, string sql, WriteMode mode = WriteMode.Append, TableTransaction? transaction = null)
    {
        using var session = store.OpenSession();
        session.ExposeFor(sql, null);
        return session.Write(new TableWrite { Table = table, SelectSql = sql, Mode = mode, Transaction = transaction });
    }

    [Fact]
    public void What_is_written_over_a_table_is_seen_there_and_nowhere_else()
    {
        _fixture.Write("select i as id from range(3) r(i)");
        using var over = Over();
        var written = Write(over, Orders, "select 100::bigint as id");
        Write(over, Clean, "select id from raw.orders");

        Assert.Equal((0, 1), (written.Version, written.Rows));
        Assert.Equal(["100"], Rows(over, "select id from raw.orders"));
        Assert.Equal(["100"], Rows(over, "select id from clean.orders"));
        Assert.Equal([Clean, Orders], over.List());
        // Another attempt of the same run.
        using (var again = Over())
            Assert.Equal(["100"], Rows(again, "select id from clean.orders"));

        Assert.Equal(["0", "1", "2"], Rows(_fixture.Store, "select id from raw.orders order by id"));
        Assert.Equal(0, _fixture.Store.Snapshot(Orders).Version);
        Assert.Equal([Orders], _fixture.Store.List());
        Assert.False(_fixture.Store.Exists(Clean));
    }

    [Fact]
    public void A_write_has_the_columns_that_it_would_have_on_the_real_table_or_fails_as_it_would_there()
    {
        _fixture.Write("select 1::bigint as id, 'a' as name");
        using var over = Over();
        using (var session = over.OpenSession())
            Assert.Equal(["id", "name"], session.Write(new TableWrite { Table = Orders, SelectSql = "select 7 as id" }).Columns.Select(column => column.Name));
        using var other = _fixture.Store.With(new Overlay(Path.Combine(_fixture.Folder, "other"), 10, 20, 100));
        using var wrong = other.OpenSession();
        Assert.Throws<Log.SchemaMismatchException>(() => wrong.Write(new TableWrite { Table = Orders, SelectSql = "select 'x' as id, 1 as surplus" }));
        Assert.Equal(["1|a"], Rows(_fixture.Store, "select * from raw.orders"));
    }

    [Fact]
    public void A_write_happens_once()
    {
        using var over = Over();
        var transaction = new TableTransaction("7/a/-1", 1);
        Assert.False(Write(over, Orders, "select 1 as id", transaction: transaction).AlreadyCommitted);
        using var again = Over();
        Assert.True(Write(again, Orders, "select 1 as id", transaction: transaction).AlreadyCommitted);
    }

    [Fact]
    public void A_large_table_gives_its_first_rows_and_a_small_one_all_of_them()
    {
        _fixture.Write("select i as id, case when i % 2 = 0 then i end as even from range(1000) r(i)");
        _fixture.Write("select i as id, null::bigint as even from range(1000, 2000) r(i)");
        _fixture.Write("select i as id from range(20) r(i)", table: Customers);
        using var over = Over();

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), Rows(over, "select id from raw.orders"));
        Assert.Equal(["20"], Rows(over, "select count(*) from raw.customers"));

        var (orders, customers) = (over.Overlay!.Reads.Single(read => read.Table == "raw.orders"), over.Overlay.Reads.Single(read => read.Table == "raw.customers"));
        Assert.Equal((10L, 2000L, true, false), (orders.Rows, orders.Of!.Value, orders.Sampled, orders.Ours));
        Assert.Equal([0L, 5L], orders.Columns.Select(column => column.Nulls));
        Assert.Equal((20L, 20L, false), (customers.Rows, customers.Of!.Value, customers.Sampled));
    }

    [Fact]
    public void What_is_joined_with_a_sample_is_read_whole_so_that_it_matches()
    {
        _fixture.Write("select i as id, 500 + i as customer from range(2000) r(i)");
        _fixture.Write("select i as customer, 'name ' || i as name from range(600) r(i)", table: Customers);
        using var over = Over();
        Assert.Equal(["10"], Rows(over, "select count(*) from raw.customers c join raw.orders o on o.customer = c.customer"));

        // And so it is beside what a task of the preview wrote, which is a sample already.
        Write(over, Clean, "select id, customer from raw.orders");
        Assert.Equal(["10"], Rows(over, "select count(*) from raw.customers c join clean.orders o using (customer)"));
        // Exposed one after the other, as by activities without SQL of their own.
        using var session = over.OpenSession();
        session.Expose(Orders);
        session.Expose(Customers);
        Assert.Equal(600L, session.Query("select count(*) from raw.customers").Rows[0][0]);
    }

    [Theory]
    [InlineData("timestamptz '2026-01-01 00:00:00+00'", "timestamptz '2026-01-08 00:00:00+00'", "timestamptz '2026-01-09 00:00:00+00'")]
    [InlineData("date '2026-01-01'", "date '2026-01-08'", "date '2026-01-09'")]
    public void The_sample_is_of_the_span_of_time_that_the_statement_takes(string first, string from, string to)
    {
        _fixture.Write($"select i as id, {first} + to_days((i // 100)::integer) as seen from range(1000) r(i)");
        using var over = Over();
        Assert.Equal(["10|700"], Rows(over, $"select count(*), min(id) from raw.orders where seen >= {from} and seen < {to}"));
        // Through the rows of an interval, as activities without SQL of their own take them.
        using var session = over.OpenSession();
        session.Expose(Orders, within: new RowSpan("seen", new DateTimeOffset(2026, 1, 8, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 9, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal(700L, session.Query("select min(id) from raw.orders").Rows[0][0]);
    }

    [Fact]
    public void A_table_that_does_not_exist_is_missed_as_ever()
    {
        using var over = Over();
        using var session = over.OpenSession();
        Assert.Throws<Log.TableNotFoundException>(() => session.Expose(Orders));
    }
}
