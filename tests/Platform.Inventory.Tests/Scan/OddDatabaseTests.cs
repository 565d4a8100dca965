using Npgsql;
using Platform.Inventory.Cache;
using Platform.Inventory.Profile;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;
using Platform.Tables.Sources;
using Platform.Testing;

namespace Platform.Inventory.Tests.Scan;

/// <summary>A database with all that is seldom: odd names and types, views that fail, rights by column and row, wide, empty and partitioned tables.</summary>
public sealed class OddDatabaseTests(PostgresFixture postgres) : InventoryTest, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string Source = "connection:odd";

    private readonly string _reader = $"odd_{Environment.ProcessId}";

    public async Task InitializeAsync() => await Sql($""""
        drop schema if exists "odd stuff" cascade;
        drop role if exists {_reader};
        create role {_reader} login password 'reads';
        create schema "odd stuff";
        set search_path = "odd stuff";
        create type mood as enum ('glad', 'sad', 'so so');
        create domain positive as numeric(38,0) check (value > 0);
        create type address as (street text, no int);
        create table "客户 表" ("编号" int primary key, "姓 名" text, mood mood, "Größe ""q""" positive);
        insert into "客户 表" select g, (array['王伟','李娜','张敏','刘洋'])[1 + g % 4], (array['glad','sad','so so']::mood[])[1 + g % 3], (10::numeric ^ 30)::numeric(38,0) + g from generate_series(1, 500) g;
        create table "订单" ("订单号" bigint, "客户编号" int, "金额" money, "时长" interval, "标签" text[], "数" int[][], doc jsonb, raw bytea, addr address, pt point, rng int4range, bits bit(5), "净额" numeric generated always as ("订单号" * 2) stored);
        insert into "订单" select g, 1 + g * 7 % 500, (g * 1.5)::numeric::money, g * interval '1 hour 3 minutes', array['a','b,"c"'], array[[1,2],[3,4]], jsonb_build_object('k', g), decode(md5(g::text), 'hex'), row('Main St "x"', g)::address, point(g, g), int4range(g, g + 5), (g % 32)::bit(5) from generate_series(1, 2000) g;
        create table days (day date not null, v numeric, at timestamp default 'infinity') partition by range (day);
        create table days_1 partition of days for values from ('2024-01-01') to ('2024-02-01');
        create table days_2 partition of days for values from ('2024-02-01') to ('2024-03-01') partition by list (v);
        create table days_2a partition of days_2 default;
        insert into days select date '2024-01-01' + g % 59, case when g % 50 = 0 then 'NaN'::numeric else g end from generate_series(0, 999) g;
        create view v1 as select "编号" as id, mood from "客户 表";
        create view v2 as select mood, count(*) as n from v1 group by 1;
        create materialized view unfilled as select * from v1 with no data;
        create view division as select 1 / ("编号" - 5) as q from "客户 表";
        create table empty_table (id int primary key, name text);
        create table no_columns ();
        create table secret_table (pin text);
        create table half_secret (id int, shown text, hidden text);
        insert into half_secret select g, 'o' || g, 'h' || g from generate_series(1, 100) g;
        create table by_tenant (id int, tenant text);
        insert into by_tenant select g, 't' || g % 3 from generate_series(1, 300) g;
        alter table by_tenant enable row level security;
        create policy p on by_tenant using (tenant = 't1');
        create table "select" ("from" int, "where.dot" text, "a/b ""c""" text);
        insert into "select" select g, 'w' || g, 'b' from generate_series(1, 50) g;
        create table parent (id int, a text);
        create table child (b text) inherits (parent);
        insert into child select g, 'a', 'b' from generate_series(1, 20) g;
        insert into parent select g, 'p' from generate_series(1, 10) g;
        create table times (a timestamptz, b timestamp, c time, d timetz, e date, f interval);
        insert into times values ('infinity', '-infinity', '24:00', '12:00+02', '4713-01-01 BC', '1000 years 3 mons');
        insert into times select now(), now(), '10:00'::time + g * interval '1 second', '10:00+02', date '2024-01-01' + g, g * interval '1 minute' from generate_series(1, 50) g;
        create table long_values (id int, t text, b bytea);
        insert into long_values select g, repeat('长文本 long text ', 100000), decode(repeat('ab', 2000000), 'hex') from generate_series(1, 3) g;
        insert into long_values select g, 'short', null from generate_series(4, 60) g;
        create table floats (a real, b double precision);
        insert into floats values ('NaN', 'Infinity'), ('-Infinity', 1e300), (1, 2), (null, null);
        do $$ declare s text := 'create table "odd stuff".wide (id int';
        begin for i in 1..299 loop s := s || ', c' || i || ' ' || (array['int','text','numeric(10,2)','timestamptz','boolean'])[1 + i % 5]; end loop; execute s || ')'; end $$;
        insert into wide (id, c1, c5) select g, 'x' || g, g from generate_series(1, 300) g;
        grant usage on schema "odd stuff" to {_reader};
        grant select on all tables in schema "odd stuff" to {_reader};
        revoke select on secret_table, half_secret from {_reader};
        grant select (id, shown) on half_secret to {_reader};
        """");

    public Task DisposeAsync() => Sql($"drop owned by {_reader}; drop role {_reader}");

    [Fact]
    public void All_of_it_is_read_or_says_why_not_and_nothing_stops_the_rest()
    {
        var cache = new InventoryCache(Path.Combine(Home, "cache"));
        var scan = new InventoryScanner(Store, cache, TimeProvider.System, Addresses()).Scan([Source], [], [], default)[0];
        Assert.Null(scan.Failure);
        var profiles = new AssetProfiler(Store, cache, Addresses()).Profile(scan.Assets, null, default);
        var byName = profiles.Zip(scan.Assets).ToDictionary(pair => pair.Second.Database!.Name, pair => pair.First);
        Assert.Equal(["division", "no_columns", "secret_table", "unfilled"], byName.Where(pair => pair.Value.Failure is not null).Select(pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Contains("division by zero", byName["division"].Failure, StringComparison.Ordinal);
        Assert.Contains("has not been populated", byName["unfilled"].Failure, StringComparison.Ordinal);
        Assert.DoesNotContain(byName.Keys, name => name.StartsWith("days_", StringComparison.Ordinal));
        Assert.Equal((1000L, 500L, 2000L, 0L, 100L, 30L), (byName["days"].Rows, byName["客户 表"].Rows, byName["订单"].Rows, byName["empty_table"].Rows, byName["by_tenant"].Rows, byName["parent"].Rows));
        Assert.Equal(["id", "shown"], byName["half_secret"].Columns.Select(column => column.Name));
        Assert.Equal(["from", "where.dot", "a/b \"c\""], byName["select"].Columns.Select(column => column.Name));
        Assert.Equal((300, 300L), (byName["wide"].Columns.Count, byName["wide"].Rows));
        Assert.Equal(500, Column(byName["客户 表"], "Größe \"q\"").Distinct);
        Assert.Equal(1000, Column(byName["days"], "v").Values);
        // What a type allows is no value of another kind: infinity is a time, 1000 years an interval.
        Assert.All(byName["times"].Columns, column => Assert.Equal(0, column.Misfits));
        Assert.Equal(57, Column(byName["long_values"], "b").Nulls);
        Assert.All(byName["times"].Columns, column => Assert.Equal(51, column.Rows));

        var problems = new List<string>();
        _ = new RelationFinder(Store, cache, Addresses()).Find(scan.Assets, profiles, problems.Add, default);
        Assert.Empty(problems);
    }

    private Dictionary<string, PostgresAddress> Addresses()
    {
        var address = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
        return new() { [Source] = new PostgresAddress { Host = address.Host!, Port = address.Port, Database = address.Database!, Username = _reader, Password = "reads" } };
    }

    private static ColumnProfile Column(AssetProfile profile, string name) => profile.Columns.Single(column => column.Name == name);

    private async Task Sql(string sql)
    {
        await using var command = postgres.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
