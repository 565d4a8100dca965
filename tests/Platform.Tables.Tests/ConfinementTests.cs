using Platform.Tables.Native;
using static Platform.Tables.Tests.TableFixture;

namespace Platform.Tables.Tests;

public sealed class ConfinementTests : IDisposable
{
    private readonly TableFixture _fixture = new();
    private readonly TableSession _session;

    public ConfinementTests()
    {
        _fixture.Write("select i as id from range(10) r(i)");
        _fixture.Write("select 1 as secret", table: TableName.Parse("private.salaries"));
        _session = _fixture.Store.OpenSession();
        _session.Expose(Orders);
        _session.Confine();
    }

    public void Dispose()
    {
        _session.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public void Exposed_tables_are_read_and_written()
    {
        _session.Execute("create temp table mine as select id * 2 as id from raw.orders");
        var result = _session.Write(new TableWrite { Table = TableName.Parse("clean.orders"), SelectSql = "select id from mine where id > $least -- all\n;", Parameters = new Dictionary<string, object?> { ["least"] = 4L } });

        Assert.Equal(7, result.Rows);
        Assert.Equal(7, _fixture.Scalar<long>("select count(*) from clean.orders"));
    }

    [Theory]
    [InlineData("select * from read_csv('/etc/passwd')")]
    [InlineData("select * from read_text('/etc/passwd')")]
    [InlineData("select * from glob('/etc/*')")]
    [InlineData("copy (select 1) to '/tmp/stolen.csv'")]
    [InlineData("attach '/tmp/x.db' as x")]
    [InlineData("set enable_external_access = true")]
    [InlineData("set memory_limit = '100GB'")]
    [InlineData("pragma threads = 100")]
    [InlineData("install httpfs")]
    [InlineData("load httpfs")]
    [InlineData("export database '/tmp/x'")]
    public void Everything_else_is_refused(string sql)
        => Assert.Contains(Assert.Throws<DuckDbException>(() => _session.Query(sql)).Kind, new[] { DuckDbErrorKind.Permission, DuckDbErrorKind.Conversion, DuckDbErrorKind.Binding });

    [Fact]
    public void Files_of_other_tables_are_out_of_reach()
    {
        var file = _fixture.Store.Snapshot(TableName.Parse("private.salaries")).Files[0].Path;

        Assert.Equal(DuckDbErrorKind.Permission, Assert.Throws<DuckDbException>(() => _session.Query($"select * from read_parquet('{file}')")).Kind);
    }

    [Theory]
    [InlineData("select 1 as id) to '/tmp/stolen.csv'; --")]
    [InlineData("select 1; select 2")]
    [InlineData("delete from mine")]
    public void Only_one_select_is_written(string sql)
    {
        _session.Execute("create temp table mine (id int)");

        Assert.Equal(DuckDbErrorKind.Syntax, Assert.Throws<DuckDbException>(() => _session.Write(new TableWrite { Table = Orders, SelectSql = sql })).Kind);
    }

    [Fact]
    public void Data_files_cannot_be_overwritten()
    {
        var file = _fixture.Store.Snapshot(Orders).Files[0].Path;

        Assert.Throws<DuckDbException>(() => _session.Execute($"copy (select 1) to '{file}' (format parquet)"));
        Assert.Equal(10, _fixture.Scalar<long>("select count(*) from raw.orders"));
    }

    [Fact]
    public void A_confined_database_is_not_used_again()
    {
        _session.Dispose();
        using var next = _fixture.Store.OpenSession();
        next.Expose(TableName.Parse("private.salaries"));

        Assert.Equal(1, next.Query("select secret from private.salaries").Scalar<int>());
    }
}
