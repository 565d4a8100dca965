using Platform.Tables.Sql;

namespace Platform.Tables.Tests.Sql;

public sealed class ColumnLineageTests
{
    private static readonly Dictionary<string, IReadOnlyList<TableColumn>> Tables = new()
    {
        ["raw.orders"] = [new("id", "BIGINT", true), new("customer", "VARCHAR", true), new("amount", "DOUBLE", true), new("at", "TIMESTAMP WITH TIME ZONE", true), new("tags", "VARCHAR[]", true)],
        ["raw.customers"] = [new("customer", "VARCHAR", true), new("country", "VARCHAR", true), new("InvoiceNo", "VARCHAR", true)],
    };

    private static string Of(string sql, Dictionary<string, object?>? parameters = null)
    {
        var lineage = ColumnLineage.Of(sql, Tables, parameters);
        static string Edges(IEnumerable<LineageEdge> edges) => string.Join(" ", edges.Select(edge => $"{edge.Table[4..]}.{edge.Column}:{edge.Kinds.ToString().Replace(", ", "+", StringComparison.Ordinal)}"));
        return string.Join("; ", lineage.Columns.Select(column => $"{column.Name} <- {Edges(column.Edges)}".TrimEnd()))
            + (lineage.Rows.Count > 0 ? $" | {Edges(lineage.Rows)}" : "")
            + (lineage.Notes.Count > 0 ? $" !! {string.Join(' ', lineage.Notes)}" : "");
    }

    [Theory]
    [InlineData("select id, customer as who from raw.orders", "id <- orders.id:Identity; who <- orders.customer:Identity")]
    [InlineData("select * exclude (tags, \"at\", amount) from raw.orders", "id <- orders.id:Identity; customer <- orders.customer:Identity")]
    [InlineData("select amount * 2 as double, upper(customer) as u, 1 as one from raw.orders", "double <- orders.amount:Transformation; u <- orders.customer:Transformation; one <-")]
    [InlineData("select sum(amount) as total, customer from raw.orders where id > 5 group by customer", "total <- orders.amount:Aggregation; customer <- orders.customer:Identity | orders.customer:GroupBy orders.id:Filter")]
    [InlineData("select o.id, c.country from raw.orders o join raw.customers c using (customer)", "id <- orders.id:Identity; country <- customers.country:Identity | customers.customer:Join orders.customer:Join")]
    [InlineData("with big as (select id, amount from raw.orders where amount > $least) select id from big order by amount", "id <- orders.id:Identity | orders.amount:Filter, Sort")]
    [InlineData("select case when id > 1 then customer else 'x' end as c from raw.orders", "c <- orders.customer:Transformation orders.id:Condition")]
    [InlineData("select row_number() over (partition by customer order by id) as n from raw.orders", "n <- orders.customer:Window orders.id:Window")]
    [InlineData("select sum(amount) over (partition by customer) as n from raw.orders", "n <- orders.amount:Aggregation orders.customer:Window")]
    [InlineData("select customer from raw.orders union all select InvoiceNo from raw.customers", "customer <- customers.InvoiceNo:Identity orders.customer:Identity")]
    [InlineData("select id from raw.orders where customer in (select customer from raw.customers where country = 'UK')", "id <- orders.id:Identity | customers.country:Filter customers.customer:Filter orders.customer:Filter")]
    [InlineData("select id, (select max(country) from raw.customers c where c.customer = o.customer) as country from raw.orders o", null)]
    [InlineData("select tag from (select unnest(tags) as tag from raw.orders)", "tag <- orders.tags:Transformation | orders.tags:Filter")]
    [InlineData("create temp table x as select id as key from raw.orders", "key <- orders.id:Identity")]
    [InlineData("select id from raw.orders qualify row_number() over (partition by id order by \"at\") = 1", "id <- orders.id:Identity | orders.at:Filter orders.id:Filter")]
    [InlineData("select distinct on (customer) id from raw.orders order by customer, \"at\"", null)]
    [InlineData("select id + $more as z, customer from raw.orders where id > $more", "z <- orders.id:Transformation; customer <- orders.customer:Identity | orders.id:Filter")]
    [InlineData("select s.who from (select {'who': customer, 'n': amount} as s from raw.orders) t", "who <- orders.customer:Identity")]
    [InlineData("select list_transform(tags, t -> t || customer) as l from raw.orders", "l <- orders.customer:Transformation orders.tags:Transformation")]
    [InlineData("select sum(amount) filter (where customer = 'x') over (order by id range between 3 preceding and current row) as s from raw.orders", "s <- orders.amount:Aggregation orders.customer:Condition orders.id:Window")]
    [InlineData("select distinct customer from raw.orders", "customer <- orders.customer:Identity | orders.customer:GroupBy")]
    [InlineData("select count(*) as n, 'x' as tag from raw.orders where id > 5", "n <- orders.id:Filter; tag <-")]
    [InlineData("select c.country, t.n from raw.customers c left join (select customer, count(*) as n from raw.orders where id > 5 group by customer) t using (customer)", "country <- customers.country:Identity; n <- customers.customer:Join orders.customer:Join, GroupBy orders.id:Filter")]
    [InlineData("select c.country, count(o.id) as n from raw.customers c left join raw.orders o using (customer) group by c.country", "country <- customers.country:Identity; n <- customers.customer:Join orders.customer:Join orders.id:Aggregation | customers.country:GroupBy")]
    [InlineData("copy (select id from raw.orders) to '/x.csv' (format csv)", "id <- orders.id:Identity")]
    [InlineData("create view v as select id from raw.orders", "id <- orders.id:Identity")]
    [InlineData("insert into raw.customers select customer, 'x', tags[1] from raw.orders returning country", "customer <- orders.customer:Identity; country <-; InvoiceNo <- orders.tags:Transformation")]
    [InlineData("insert into raw.customers select customer, 'x', tags[1] from raw.orders on conflict (customer) do nothing", null)]
    [InlineData("insert into raw.customers (customer, country) select customer, upper(customer) from raw.orders where id > 5 on conflict (customer) do update set country = excluded.country || coalesce(customers.country, '')", null)]
    [InlineData("insert or replace into raw.customers select customer, 'x', tags[1] from raw.orders", null)]
    [InlineData("insert or ignore into raw.customers by name select customer, tags[1] as country from raw.orders", null)]
    [InlineData("delete from raw.orders where id > 5", " | orders.id:Filter")]
    [InlineData("from raw.orders select id limit 3;  -- the end", "id <- orders.id:Identity")]
    public void Columns_are_followed_to_their_sources(string sql, string? expected)
    {
        var lineage = Of(sql);

        if (expected is not null)
            Assert.Equal(expected.Replace(", ", "+", StringComparison.Ordinal), lineage);
        Assert.DoesNotContain("!!", lineage, StringComparison.Ordinal);
    }

    [Fact]
    public void Typed_parameters_bind()
    {
        var parameters = new Dictionary<string, object?> { ["interval_start"] = DateTimeOffset.UnixEpoch, ["n"] = 3L };
        const string Sql = "select date_trunc('day', \"at\" - ($interval_start - timestamptz '2020-01-01')) as d, '$n' as t from raw.orders where \"at\" >= $interval_start -- $n";

        Assert.Equal("d <- orders.at:Transformation; t <- | orders.at:Filter", Of(Sql, parameters));
    }

    [Theory]
    [InlineData("select nothing from raw.orders")]
    [InlineData("select * from raw.orders join raw.missing using (id)")]
    [InlineData("select * from raw.orders, read_csv('/etc/passwd')")]
    public void What_cannot_be_bound_still_names_its_tables(string sql)
    {
        var lineage = ColumnLineage.Of(sql, Tables);

        Assert.Equal(["raw.orders"], lineage.Tables);
        Assert.Empty(lineage.Columns);
        Assert.Single(lineage.Notes);
    }

    [Fact]
    public void A_text_that_is_no_sql_gives_a_note()
    {
        var lineage = ColumnLineage.Of("selec 1", Tables);

        Assert.Empty(lineage.Tables);
        Assert.Contains("syntax error", lineage.Notes[0], StringComparison.Ordinal);
    }
}
