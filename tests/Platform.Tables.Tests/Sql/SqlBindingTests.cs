using Platform.Tables.Sql;

namespace Platform.Tables.Tests.Sql;

public sealed class SqlBindingTests
{
    private static readonly Dictionary<string, IReadOnlyList<TableColumn>> Tables = new()
    {
        ["raw.orders"] = [new("id", "BIGINT", true), new("Customer", "VARCHAR", true), new("amount", "DOUBLE", true), new("placed", "TIMESTAMP WITH TIME ZONE", true), new("day", "DATE", true), new("tags", "VARCHAR[]", true)],
        ["raw.customers"] = [new("customer", "VARCHAR", true), new("country", "VARCHAR", true)],
    };

    [Theory]
    [InlineData("select id, amount * 2 as twice from raw.orders", "id BIGINT, twice DOUBLE")]
    [InlineData("select * exclude (tags, placed, day) from RAW.Orders", "id BIGINT, Customer VARCHAR, amount DOUBLE")]
    [InlineData("select o.id, c.country from raw.orders o join raw.customers c using (customer)", "id BIGINT, country VARCHAR")]
    [InlineData("select id from raw.orders where placed >= $interval_start and day = $day and amount > $least", "id BIGINT")]
    [InlineData("select $what || customer as x from raw.orders where id + $more > 5", "x VARCHAR")]
    [InlineData("with 大 as (select id from raw.orders) select id from 大", "id BIGINT")]
    public void Columns_of_a_query_are_known_without_running_it(string sql, string expected)
    {
        var bound = SqlBinding.Of(sql, Tables, new Dictionary<string, object?> { ["interval_start"] = DateTimeOffset.UnixEpoch, ["day"] = "2026-01-31" });

        Assert.Null(bound.Mistake);
        Assert.Equal(expected, string.Join(", ", bound.Columns!.Select(column => $"{column.Name} {column.Type}")));
    }

    [Theory]
    [InlineData("select amounts from raw.orders", SqlMistakeKind.Column, "amounts", 7)]
    [InlineData("select '大大' as x, o.amounts from raw.orders o", SqlMistakeKind.Column, "amounts", 18)]
    [InlineData("select id from raw.orders where placed >= $interval_start and amounts > 5", SqlMistakeKind.Column, "amounts", 62)]
    [InlineData("select * replace (1 as nothing) from raw.orders", SqlMistakeKind.Column, "nothing", null)]
    [InlineData("select * exclude (nothing) from raw.orders", SqlMistakeKind.Column, "nothing", null)]
    [InlineData("select id from raw.orders o join raw.customers c using (id)", SqlMistakeKind.Column, "id", null)]
    [InlineData("select id from raw.orders where customer > 5", SqlMistakeKind.Type, null, 41)]
    [InlineData("select id + customer as x from raw.orders", SqlMistakeKind.Type, null, 10)]
    [InlineData("select o.id from raw.orders o join raw.customers c on o.day > c.country and o.placed > 5", SqlMistakeKind.Type, null, null)]
    [InlineData("select sum(customer) from raw.orders", SqlMistakeKind.Type, null, 7)]
    [InlineData("select summ(amount) from raw.orders", SqlMistakeKind.Function, "summ", 7)]
    [InlineData("select id, from from raw.orders where", SqlMistakeKind.Syntax, null, null)]
    [InlineData("select id fro raw.orders", SqlMistakeKind.Syntax, null, 14)]
    [InlineData("select '大' as x, id fro raw.orders", SqlMistakeKind.Syntax, null, 24)]
    [InlineData("select id, sum(amount) from raw.orders", SqlMistakeKind.Other, null, null)]
    [InlineData("delete from raw.orders", SqlMistakeKind.NotSelect, null, null)]
    [InlineData("select 1; select 2", SqlMistakeKind.NotSelect, null, null)]
    public void A_mistake_is_told_with_its_place(string sql, SqlMistakeKind kind, string? name, int? position)
    {
        var bound = SqlBinding.Of(sql, Tables, new Dictionary<string, object?> { ["interval_start"] = DateTimeOffset.UnixEpoch });

        Assert.Null(bound.Columns);
        Assert.True(kind == bound.Mistake!.Kind, bound.Mistake.Message);
        Assert.Equal((kind, name), (bound.Mistake!.Kind, kind is SqlMistakeKind.Column or SqlMistakeKind.Function ? bound.Mistake.Name : null));
        if (position is not null)
            Assert.Equal(position, bound.Mistake.Position);
        Assert.DoesNotContain('\n', bound.Mistake.Message);
    }

    [Fact]
    public void Tables_and_parameters_are_found_in_the_text()
    {
        const string sql = "with x as (select * from raw.orders) select * from x join \"raw\".customers using (customer) where id > $least or '$no' = 'x'";

        Assert.Equal(["raw.orders 25", "raw.customers 58"], SqlBinding.TablesOf(sql)!.Select(table => $"{table.Table} {table.Position}"));
        Assert.Equal(["least"], SqlBinding.ParametersOf(sql));
        Assert.Null(SqlBinding.TablesOf("select from where"));
    }
}
