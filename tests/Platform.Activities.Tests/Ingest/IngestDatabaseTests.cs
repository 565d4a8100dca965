using System.Text.Json.Nodes;
using Npgsql;
using Platform.Testing;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Ingest;

public sealed class IngestDatabaseTests(PostgresFixture postgres) : ActivityTest, IClassFixture<PostgresFixture>, IConnections
{
    private readonly NpgsqlConnectionStringBuilder _address = new(postgres.ConnectionString);

    public override object? GetService(Type serviceType) => serviceType == typeof(IConnections) ? this : base.GetService(serviceType);

    public ValueTask<ConnectionInfo> GetAsync(string name, CancellationToken cancellationToken) => name switch
    {
        "shop" => ValueTask.FromResult(new ConnectionInfo("shop", "postgresql", Fields(_address.Port))),
        "nobody" => ValueTask.FromResult(new ConnectionInfo("nobody", "postgresql", Fields(1))),
        "mail" => ValueTask.FromResult(new ConnectionInfo("mail", "smtp", new Dictionary<string, string>())),
        _ => throw new ConnectionNotFoundException(name),
    };

    [Fact]
    public async Task Every_usual_type_comes_over_with_its_value()
    {
        await Sql("""
            drop table if exists types;
            create table types (b bool, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric(12,3), loose numeric, d date, t timestamptz, naive timestamp, s text, v varchar(10), c char(3), raw bytea, j jsonb, u uuid, a int[], iv interval);
            insert into types values (true, 1, 2, 3, 1.5, 2.5, 12345.678, 1.00000000000000000001, '2024-02-29', '2024-07-01 12:00+02', '2024-07-01 12:00', 'été 中文', '', 'ab', '\x00ff', '{"k": 1}', '7f000000-0000-0000-0000-000000000001', '{1,2}', '1 day');
            insert into types default values;
            """);
        var result = await Run("ingest.database", With(new() { ["from"] = "public.types", ["time_zone"] = "Asia/Shanghai" }));
        Assert.Equal(2, ((TableOutputs)result.Outputs!).Rows);
        Assert.Equal(
            "True|1|2|3|1.5|2.5|12345.678|1.00000000000000000001|2024-02-29|2024-07-01 10:00:00|2024-07-01 04:00:00|été 中文||ab |{\"k\": 1}|7f000000-0000-0000-0000-000000000001|{1,2}|1 day",
            One("select * exclude (raw) from raw.db where b"));
        Assert.Equal("00FF", One("select hex(raw) from raw.db where b"));
        Assert.Equal("1", One("select count(*) from raw.db where i8 is null and s is null and n is null and t is null"));
        Assert.Contains("n DECIMAL(12,3)", ColumnsOf("raw.db"));
        var read = Assert.Single(Facts.OfType<AssetRead>());
        Assert.Equal($"postgresql://{_address.Host}:{_address.Port}/{_address.Database}/public.types", read.Asset);
        Assert.Contains(Assert.Single(Facts.OfType<ColumnsDerived>()).Edges, edge => edge is { FromColumn: "j", ToColumn: "j" });
    }

    [Fact]
    public async Task A_query_takes_its_interval_and_names_the_tables_that_it_reads()
    {
        await Sql("""
            drop table if exists orders, customers;
            create table customers (id int primary key, name text);
            create table orders (id int, customer int, at timestamptz);
            insert into customers values (1, 'a'), (2, 'b');
            insert into orders select g, 1 + g % 2, timestamptz '2024-01-01 00:00+00' + g * interval '6 hours' from generate_series(0, 11) g;
            """);
        var with = With(new() { ["query"] = "select o.id, c.name from orders o join customers c on c.id = o.customer where o.at >= $interval_start and o.at < $interval_end -- the day", ["mode"] = "replace-interval" });
        for (var day = 1; day <= 2; day++)
            await Run("ingest.database", with.DeepClone().AsObject(), Runs.Context(run: day, day: new DateOnly(2024, 1, day)));
        await Run("ingest.database", with, Runs.Context(run: 9, day: new DateOnly(2024, 1, 2)));
        Assert.Equal("8|0|7", One("select count(*), min(id), max(id) from raw.db"));
        Assert.Equal(["public.customers", "public.orders"], Facts.OfType<AssetRead>().Select(read => read.Asset.Split('/')[^1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Many_rows_stream_in()
    {
        var result = await Run("ingest.database", With(new() { ["query"] = "select g::bigint as g, 'row ' || g as s from generate_series(1, 100000) g" }));
        Assert.Equal(100_000, ((TableOutputs)result.Outputs!).Rows);
        Assert.Equal("5000050000|100000", One("select sum(g)::bigint, count(distinct s) from raw.db"));
    }

    [Theory]
    [InlineData("shop", "from", "public.nothing", "not-found", "nothing")]
    [InlineData("shop", "query", "selct", "bad-input", "selct")]
    [InlineData("shop", "query", "select 1 as a, 2 as a", "bad-input", "two columns named 'a'")]
    [InlineData("shop", "query", "delete from pg_class", "bad-input", "")]
    [InlineData("shop", "query", "select $interval_start", "bad-input", "Run it with a date")]
    [InlineData("nobody", "query", "select 1", "unavailable", "does not answer")]
    [InlineData("mail", "query", "select 1", "bad-input", "smtp")]
    [InlineData("missing", "query", "select 1", "not-found", "missing")]
    public async Task What_is_wrong_is_named(string connection, string field, string value, string kind, string part)
    {
        var error = await Fails("ingest.database", With(new() { ["connection"] = connection, [field] = value }));
        Assert.Equal(kind, error.Kind);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_address.Password ?? "no password", error.Message, StringComparison.Ordinal);
        Assert.Empty(Tables.List());
    }

    [Fact]
    public async Task Either_a_table_or_a_query_is_given()
    {
        Assert.Contains("either", (await Fails("ingest.database", With([]))).Message, StringComparison.Ordinal);
        Assert.Contains("either", (await Fails("ingest.database", With(new() { ["from"] = "a", ["query"] = "select 1" }))).Message, StringComparison.Ordinal);
    }

    private static JsonObject With(JsonObject more)
    {
        var with = new JsonObject { ["connection"] = "shop", ["table"] = "raw.db", ["mode"] = "replace" };
        foreach (var (name, value) in more)
            with[name] = value?.DeepClone();
        return with;
    }

    private Dictionary<string, string> Fields(int port) => new()
    {
        ["host"] = _address.Host!,
        ["port"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["database"] = _address.Database!,
        ["username"] = _address.Username!,
        ["password"] = _address.Password ?? "",
    };

    private async Task Sql(string sql)
    {
        await using var command = postgres.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
