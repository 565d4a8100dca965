using Platform.Tables.Sql;

namespace Platform.Tables.Tests.Sql;

public sealed class TableScannerTests
{
    [Theory]
    [InlineData("select top (5) * from [Sales].[dbo].[Order Lines] as o with (nolock), dbo.b cross apply dbo.f(o.id) x", "Sales.dbo.Order Lines dbo.b", "")]
    [InlineData("with a as (select 1 from x), b (n) as (select * from a join y on 1=1) select * from b, `p.d.t` t", "x y p.d.t", "")]
    [InlineData("insert overwrite table m.t partition (d='1') select * from r.l lateral view explode(tags) e as tag", "r.l", "m.t")]
    [InlineData("merge into s.t using (select * from u) q on t.id = q.id when matched then update set a = 1", "u", "s.t")]
    [InlineData("update t set a = b.a from other b where extract(year from t.d) = 2020 and t.x is not distinct from b.x", "other", "t")]
    [InlineData("delete from t using u where t.id = u.id", "u", "t")]
    [InlineData("select 'from a', \"from\", $$ from b $$ /* from c */ from real -- from d", "real", "")]
    [InlineData("create table if not exists x.y as select trim(both ' ' from n) from z where a in (select k from w)", "z w", "x.y")]
    [InlineData("select * from a; insert into b (c) values (1)", "a", "b")]
    [InlineData("", "", "")]
    [InlineData("from from from ((( ,, ;) join", "from", "")]
    public void Tables_are_found_in_the_words_of_any_dialect(string sql, string reads, string writes)
    {
        var (read, written) = TableScanner.Scan(sql);

        Assert.Equal(reads, string.Join(' ', read.Select(table => table.Name)));
        Assert.Equal(writes, string.Join(' ', written.Select(table => table.Name)));
    }

    [Fact]
    public void A_statement_of_another_dialect_gives_the_tables_that_are_known_and_those_that_are_not_and_says_so()
    {
        var lineage = ColumnLineage.Of("select top 3 * from Shop.raw.orders o, dbo.other where o.id *= 3",
            new Dictionary<string, IReadOnlyList<TableColumn>> { ["raw.orders"] = [new("id", "BIGINT", true)] });

        Assert.Equal(["raw.orders"], lineage.Tables);
        Assert.Equal(["dbo.other"], lineage.UnknownTables);
        Assert.Single(lineage.Notes);
    }

    [Theory]
    [InlineData("select * from read_csv('/data/orders/*.csv', header = true, columns = {'id': 'int'}) o join raw.customers c using (id)", "/data/orders/*.csv", "raw.customers")]
    [InlineData("from 's3://lake/it''s/a.parquet' select id", "s3://lake/it's/a.parquet", "")]
    [InlineData("insert into raw.t select * from read_parquet(['a.parquet', 'b.parquet'], union_by_name = true), read_json_auto('c.json')", "a.parquet b.parquet c.json", "")]
    [InlineData("select 'from x', extract(year from d) from raw.t where a in ('b.csv')", "", "raw.t")]
    public void Files_that_are_read_by_their_paths_are_inputs(string sql, string files, string tables)
    {
        var read = TableScanner.Scan(sql).Reads;
        Assert.Equal(files, string.Join(' ', read.Where(table => table.IsFile).Select(table => table.Name)));
        Assert.Equal(tables, string.Join(' ', read.Where(table => !table.IsFile).Select(table => table.Name)));
        var lineage = ColumnLineage.Of(sql, new Dictionary<string, IReadOnlyList<TableColumn>>());
        Assert.Equal(files, string.Join(' ', lineage.Files));
        Assert.NotEmpty(lineage.Notes);
    }
}
