using Npgsql;
using Platform.Inventory.Cache;
using Platform.Inventory.Classify;
using Platform.Inventory.Compare;
using Platform.Inventory.Profile;
using Platform.Inventory.Quality;
using Platform.Inventory.Relate;
using Platform.Inventory.Report;
using Platform.Inventory.Scan;
using Platform.Tables.Sources;
using Platform.Testing;

namespace Platform.Inventory.Tests.Scan;

/// <summary>A real database as a source, seen by a user who may not read everything.</summary>
public sealed class DatabaseTests(PostgresFixture postgres) : InventoryTest, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string Source = "connection:shop";

    private readonly string _reader = $"reader_{Environment.ProcessId}";

    public async Task InitializeAsync() => await Sql($"""
        drop schema if exists shop cascade;
        drop role if exists {_reader};
        create role {_reader} login password 'reads';
        create schema shop;
        create table shop.customers (id int primary key, email text not null, born date, "joined at" timestamptz, "深度" double precision);
        comment on table shop.customers is 'People who buy';
        comment on column shop.customers.email is 'Verified address';
        insert into shop.customers select g, 'person' || g || '@example.com', date '1980-01-01' + g, case when g > 390 then 'infinity' else timestamptz '2024-07-01 12:00+02' end, case when g = 1 then 'NaN' when g > 300 then null else g / 2.0 end from generate_series(1, 400) g;
        create table shop.orders (no bigint primary key, customer_id int not null references shop.customers, amount numeric(10,2));
        insert into shop.orders select g, 1 + g % 400, g / 10.0 from generate_series(1, 1200) g;
        create table shop."Order Lines" (order_no bigint, line int, primary key (order_no, line));
        insert into shop."Order Lines" values (1, 1), (1, 2);
        create table shop."订单 备注" ("A b" bigint, l int, note text, foreign key ("A b", l) references shop."Order Lines");
        insert into shop."订单 备注" values (1, 2, 'infinity'), (null, null, '');
        create table shop.nothing (id int, at timestamp);
        create table shop.secret (pin text);
        create table shop.days (day date, n int) partition by range (day);
        create table shop.days_1 partition of shop.days for values from ('2024-01-01') to ('2024-02-01');
        insert into shop.days values ('2024-01-02', 1), ('2024-01-03', 2);
        create view shop.spenders as select customer_id, sum(amount) as total from shop.orders group by 1;
        grant usage on schema shop to {_reader};
        grant select on all tables in schema shop to {_reader};
        revoke select on shop.secret from {_reader};
        analyze;
        select pg_stat_force_next_flush();
        """);

    public Task DisposeAsync() => Sql($"drop owned by {_reader}; drop role {_reader}");

    [Fact]
    public void The_catalogs_tell_tables_views_columns_comments_and_keys()
    {
        var scan = ScanDatabase();
        Assert.Equal(["Order Lines", "customers", "days", "nothing", "orders", "secret", "spenders", "订单 备注"], scan.Assets.Select(asset => asset.Database!.Name).Order(StringComparer.Ordinal));
        var customers = Asset(scan, "customers");
        Assert.Equal((Key("customers"), "People who buy", "postgresql"), (customers.Key, customers.Comment, customers.Format));
        Assert.Equal(["id integer False", "email text False Verified address", "born date True", "joined at timestamp with time zone True", "深度 double precision True"], customers.Columns.Select(column => $"{column.Name} {column.Type} {column.Nullable} {column.Comment}".TrimEnd()));
        Assert.True(customers.Bytes > 8_000);
        Assert.Equal(["order_no", "line"], Assert.Single(Asset(scan, "Order Lines").Keys).Columns);
        var secret = Asset(scan, "secret");
        Assert.Equal(AssetCondition.Broken, secret.Condition);
        Assert.Contains($"{_reader} may not read shop.secret", secret.Reason, StringComparison.Ordinal);
        Assert.All(scan.Assets.Where(asset => asset != secret), asset => Assert.Equal(AssetCondition.Readable, asset.Condition));
    }

    [Fact]
    public void Rows_and_values_are_profiled_and_judged()
    {
        var scan = ScanDatabase();
        var profiles = Profiles(scan);
        Assert.Equal([2, 400, 2, 0, 1200, 0, 400, 2], profiles.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Rows));
        Assert.Equal(["secret"], profiles.Where(pair => pair.Value.Failure is not null).Select(pair => pair.Key));
        var customers = profiles["customers"];
        Assert.Equal(PersonalClass.Contact, customers.Verdicts.Single(verdict => verdict.Column == "email").Personal);
        Assert.Equal("2024-07-01 10:00:00", Column(customers, "joined at").Min);
        Assert.Equal(("1980-01-02", "1981-02-04", 400L), (Column(customers, "born").Min, Column(customers, "born").Max, Column(customers, "born").Distinct));
        Assert.Equal((100L, "150"), (Column(customers, "深度").Nulls, Column(customers, "深度").Max));
        // NaN and infinity are values of their types, and no words for missing ones.
        Assert.Equal((1L, 0L, ValueKind.Decimal), (Column(customers, "深度").NotFinite, Column(customers, "深度").MissingWords, Column(customers, "深度").Kind));
        Assert.Equal((10L, 0L, ValueKind.Timestamp), (Column(customers, "joined at").NotFinite, Column(customers, "joined at").Misfits, Column(customers, "joined at").Kind));
        var told = DataFindings.Of(new InventorySnapshot { Taken = DateTimeOffset.UnixEpoch, Sources = [scan], Profiles = profiles.Values.ToDictionary(profile => profile.Key) }, new InventoryDifferences(), null).Select(finding => finding.Sentence).ToList();
        Assert.Contains("1 value of 深度 in shop.customers is no number (NaN or infinite): a sum over it has no result.", told);
        Assert.Contains("10 values of joined at in shop.customers are infinity, a time without end; the range leaves them out.", told);
        var orders = profiles["orders"];
        Assert.Equal(("numeric(10,2)", "0.1", "120"), (Column(orders, "amount").Type, Column(orders, "amount").Min, Column(orders, "amount").Max));
        Assert.Equal("no", orders.CandidateKeys[0]);
        Assert.False(orders.Sampled || orders.RowsEstimated);
        Assert.Equal(["id", "at"], profiles["nothing"].Columns.Select(column => column.Name));
    }

    [Fact]
    public async Task Addresses_of_networks_are_read_as_their_type_prints_them()
    {
        await Sql($"create table shop.hosts (id int, ip inet, net cidr); insert into shop.hosts select g, ('10.0.' || g % 250 || '.' || g)::inet, '10.1.0.0/16' from generate_series(1, 200) g; insert into shop.hosts values (201, '10.3.0.0/24', null), (202, null, null), (203, 'fe80::1', '10.2.0.0/16'); grant select on shop.hosts to {_reader}");
        var hosts = Profiles(ScanDatabase())["hosts"];
        Assert.Equal(("10.0.1.1", "ip_address"), (Column(hosts, "ip").Min, hosts.Verdicts.Single(verdict => verdict.Column == "ip").Type));
        Assert.Equal("10.2.0.0/16", Column(hosts, "net").Max);
    }

    [Fact]
    public void Declared_references_are_sure()
    {
        var scan = ScanDatabase();
        var profiles = Profiler(Addresses()).Profile(scan.Assets, null, default);
        var relations = new RelationFinder(Store, new InventoryCache(Path.Combine(Home, "cache")), Addresses()).Find(scan.Assets, profiles, null, default).References;
        // What only the values say is never as sure as what is declared: the view names customers too.
        var said = Assert.Single(relations, relation => !relation.Declared);
        Assert.Equal(("spenders", "customer_id", "customers", true), (Name(said.FromAsset), said.FromColumn, Name(said.ToAsset), said.Confidence < 1));
        relations = [.. relations.Where(relation => relation.Declared)];
        Assert.Equal(["orders.customer_id > customers.id", "订单 备注.A b, l > Order Lines.order_no, line"], relations.Select(relation => $"{Name(relation.FromAsset)}.{relation.FromColumn} > {Name(relation.ToAsset)}.{relation.ToColumn}").Order(StringComparer.Ordinal));
        Assert.All(relations, relation => Assert.True(relation is { Declared: true, Confidence: 1, Holds: true }));
        Assert.Equal(["order_no", "line"], relations.Single(relation => relation.FromColumns is not null).ToColumns);
    }

    [Fact]
    public async Task A_second_night_reads_only_what_changed()
    {
        var first = ScanDatabase();
        Profiles(first);
        var second = ScanDatabase();
        Assert.Equal(first.Assets.Select(asset => asset.Fingerprint), second.Assets.Select(asset => asset.Fingerprint));
        // Without any address nothing could be read: all of it is known.
        Assert.Equal([Key("secret")], Profiler(null).Profile(second.Assets, null, default).Where(profile => profile.Failure is not null).Select(profile => profile.Key));

        await Sql("update shop.orders set amount = 5 where no = 7; select pg_stat_force_next_flush()");
        var third = ScanDatabase();
        Assert.Equal(["orders", "spenders"], third.Assets.Where(asset => first.Assets.Single(before => before.Key == asset.Key).Fingerprint != asset.Fingerprint).Select(asset => asset.Database!.Name));
        var blind = Profiler(null).Profile(third.Assets, null, default).Single(profile => profile.Key == Key("orders"));
        Assert.Contains("no connection", blind.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 1_000_000, "customers", 400, false, "BERNOULLI")]
    [InlineData(800, 900, "orders", 1200, true, "SYSTEM")]
    [InlineData(50, 900, "spenders", null, true, "first 50 rows")]
    public void A_large_table_is_sampled_and_says_so(long rows, long counted, string table, int? expected, bool estimated, string words)
    {
        var profile = Profiles(ScanDatabase(), new PostgresReadLimits { Rows = rows, Counted = counted })[table];
        Assert.True(profile.Sampled);
        Assert.Contains(words, profile.Sample, StringComparison.Ordinal);
        Assert.InRange(profile.Columns[0].Rows, 1, rows);
        Assert.Equal(estimated, profile.RowsEstimated);
        Assert.True(expected is null ? profile.Rows > rows : profile.Rows == expected, $"{profile.Rows} rows");
    }

    [Fact]
    public void A_table_that_is_gone_since_the_scan_fails_alone()
    {
        var scan = ScanDatabase();
        var asset = Asset(scan, "orders");
        var gone = asset with { Key = asset.Key + "x", Fingerprint = "ff" + asset.Fingerprint, Database = asset.Database! with { Name = "gone" } };
        var profiles = Profiler(Addresses()).Profile([gone, asset], null, default);
        Assert.Contains("does not exist", profiles[0].Failure, StringComparison.Ordinal);
        Assert.Null(profiles[1].Failure);
    }

    [Fact]
    public void A_server_that_does_not_answer_is_reported_and_the_other_sources_are_scanned()
    {
        Write("a.csv", "id,value\n1,2\n2,3\n");
        var results = Scanner(Addresses(port: 1)).Scan([Source, Data.Path], [], [], default);
        Assert.Contains("does not answer", results[0].Failure, StringComparison.Ordinal);
        Assert.DoesNotContain("reads'", results[0].Failure, StringComparison.Ordinal);
        Assert.True(results[0].MayPass);
        Assert.Single(results[1].Assets);
    }

    [Theory]
    [InlineData("customers", """{"kind":"not_null","column":"深度"}""", false, "100 of 400 rows (25.0 %) have no value")]
    [InlineData("customers", """{"kind":"unique","column":"email"}""", true, "all 400 values")]
    [InlineData("orders", """{"kind":"unique","column":"customer_id"}""", false, "800 of 1,200 values of customer_id repeat an earlier one")]
    [InlineData("Order Lines", """{"kind":"unique","columns":["order_no","line"]}""", true, "all 2")]
    [InlineData("orders", """{"kind":"range","column":"amount","max":119.95}""", false, "1 of 1,200 values does not fit: 120.00")]
    [InlineData("customers", """{"kind":"range","column":"joined at","earliest":"2024-07-01"}""", true, "all 400 values")]
    [InlineData("customers", """{"kind":"set","column":"born","values":["1980-01-02"]}""", false, "399 of 400")]
    [InlineData("customers", """{"kind":"pattern","column":"email","pattern":"person\\d+@example[.]com"}""", true, "all 400 values")]
    [InlineData("customers", """{"kind":"pattern","column":"email","pattern":"person\\d{1,2}@.*"}""", false, "301 of 400")]
    [InlineData("orders", """{"kind":"reference","column":"customer_id","reference_asset":"customers","reference_column":"id"}""", true, "all 1,200 values")]
    [InlineData("orders", """{"kind":"reference","column":"no","reference_asset":"customers","reference_column":"id"}""", false, "800 of 1,200")]
    [InlineData("orders", """{"kind":"reference","column":"no","reference_asset":"customers","reference_column":"key"}""", false, "no column")]
    [InlineData("orders", """{"kind":"sql","sql":"select * from {table} where amount > 119.95"}""", false, "1 row: 1200, 1, 120.00")]
    [InlineData("orders", """{"kind":"sql","sql":"select no from {table} where amount::text ~ 'x';"}""", true, "no row")]
    [InlineData("orders", """{"kind":"sql","sql":"select 1) q; drop table shop.orders; --"}""", false, "could not be checked")]
    [InlineData("orders", """{"kind":"sql","sql":"delete from {table} returning 1"}""", false, "could not be checked")]
    [InlineData("orders", """{"kind":"sql","sql":"select pg_sleep(30)"}""", false, "took longer than 1 s")]
    [InlineData("orders", """{"kind":"range","column":"total","min":0}""", false, "could not be checked")]
    [InlineData("secret", """{"kind":"unique","column":"pin"}""", false, "permission denied")]
    public void Checks_of_a_databases_table_are_made_by_the_database_or_by_its_values(string table, string json, bool holds, string observed)
    {
        var assets = ScanDatabase().Assets.ToDictionary(asset => asset.Key);
        var check = CheckDefinition.Read(System.Text.Json.JsonDocument.Parse(json).RootElement);
        check = check.ReferenceAsset is null ? check : check with { ReferenceAsset = Key(check.ReferenceAsset) };
        // Only the one that sleeps is to run out of time, however busy the machine is.
        var most = TimeSpan.FromSeconds(json.Contains("pg_sleep", StringComparison.Ordinal) ? 1 : 60);
        var outcome = new RowChecks(Store, assets.GetValueOrDefault, most, Addresses()).Judge(check, assets[Key(table)], DateTimeOffset.UnixEpoch, default);
        Assert.True(outcome.Passed == holds, outcome.Observed.En);
        Assert.Contains(observed, outcome.Observed.En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_of_a_database_without_a_connection_or_that_does_not_answer_says_so()
    {
        var orders = Asset(ScanDatabase(), "orders");
        var check = new CheckDefinition { Kind = "unique", Column = "no" };
        Assert.Contains("no connection", new RowChecks(Store, _ => null).Judge(check, orders, DateTimeOffset.UnixEpoch, default).Observed.En, StringComparison.Ordinal);
        Assert.Contains("does not answer", new RowChecks(Store, _ => null, null, Addresses(port: 1)).Judge(check, orders, DateTimeOffset.UnixEpoch, default).Observed.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_with_declared_keys_come_before_views_and_copies_as_what_is_referred_to()
    {
        await Sql($"""
            create table shop.client (client_id serial primary key, email text);
            insert into shop.client select g, 'client' || g || '@example.com' from generate_series(1, 2000) g;
            create table shop.purchase (purchase_id bigint primary key, client_id int, status text);
            insert into shop.purchase select g, case when g % 37 = 0 then 900000 + g else 1 + (g * 7919) % 2000 end, 'paid' from generate_series(1, 20000) g;
            create table shop.purchase_bak as table shop.purchase;
            create table shop.purchase_line (purchase_id bigint, line int, sku text, primary key (purchase_id, line));
            insert into shop.purchase_line select o, l, 'S' || o % 1500 from generate_series(1, 20000) o, generate_series(1, 2) l;
            create view shop.v_purchase_client as select p.purchase_id, c.email from shop.purchase p join shop.client c using (client_id);
            create table shop.misc (id int primary key, code text);
            insert into shop.misc select g, 'C' || g % 7 from generate_series(1, 1900) g;
            grant select on all tables in schema shop to {_reader};
            revoke select on shop.secret from {_reader};
            analyze;
            select pg_stat_force_next_flush();
            """);
        var scan = ScanDatabase();
        Assert.True(Asset(scan, "v_purchase_client").Database!.IsView && !Asset(scan, "purchase").Database!.IsView);
        var profiles = Profiles(scan);
        var found = new RelationFinder(Store, new InventoryCache(Path.Combine(Home, "cache")), Addresses()).Find(scan.Assets, [.. scan.Assets.Select(asset => profiles[asset.Database!.Name])], null, default)
            .References.Where(relation => Name(relation.FromAsset).StartsWith("purchase", StringComparison.Ordinal) || Name(relation.FromAsset) is "client" or "misc").ToList();
        Assert.DoesNotContain(found, relation => Name(relation.ToAsset).StartsWith("v_", StringComparison.Ordinal));
        Assert.DoesNotContain(found, relation => relation.FromColumn == "client_id" && Name(relation.FromAsset) == "client" || relation.FromColumn == "id");
        var client = Assert.Single(found, relation => Name(relation.FromAsset) == "purchase");
        Assert.Equal(("client_id", "client", "client_id", 540L), (client.FromColumn, Name(client.ToAsset), client.ToColumn, client.MissingRows));
        Assert.True(client.Confidence > 0.9, $"{client.Confidence}");
        var line = Assert.Single(found, relation => Name(relation.FromAsset) == "purchase_line");
        Assert.True(Name(line.ToAsset) == "purchase" && line.Confidence > 0.9, $"{Name(line.ToAsset)} {line.Confidence}");
    }

    [Fact]
    public async Task Numbers_that_are_kept_as_text_and_orphans_of_a_key_that_was_never_checked_are_told()
    {
        await Sql($"""
            create table shop.paid (paid_id int primary key, customer_id int, amount text, zip text, tag text);
            insert into shop.paid select g, case when g % 100 = 0 then 7000 + g else g % 400 + 1 end, (g / 8.0)::numeric(10,2)::text, lpad((g % 300)::text, 5, '0'), 'a' || g % 9 from generate_series(1, 600) g;
            alter table shop.paid add foreign key (customer_id) references shop.customers not valid;
            grant select on shop.paid to {_reader};
            analyze;
            """);
        var scan = ScanDatabase();
        var profiles = Profiles(scan);
        var relations = new RelationFinder(Store, new InventoryCache(Path.Combine(Home, "cache")), Addresses()).Find(scan.Assets, [.. scan.Assets.Select(asset => profiles[asset.Database!.Name])], null, default).References;
        var snapshot = new InventorySnapshot { Taken = DateTimeOffset.UnixEpoch, Sources = [scan], Profiles = profiles.Values.ToDictionary(profile => profile.Key), Relations = relations };
        var told = ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot)).Surprises;
        var text = Assert.Single(told, finding => finding.Kind == "number-as-text");
        Assert.Equal(("amount", true), (text.Column, text.Sentence.EndsWith("is declared text, yet every value is a number: it sorts and compares as text.", StringComparison.Ordinal)));
        // It is declared, and six rows from before break it.
        var broken = Assert.Single(told, finding => finding.Kind == "broken-reference" && finding.Asset == Key("paid"));
        Assert.StartsWith("6 rows of", broken.Sentence, StringComparison.Ordinal);
        Assert.Contains("7100", broken.Evidence, StringComparison.Ordinal);
        Assert.Contains("the reference is declared", broken.Evidence, StringComparison.Ordinal);
    }

    private ScanResult ScanDatabase()
    {
        var scan = Scanner(Addresses()).Scan([Source], [], [], default)[0];
        Assert.Null(scan.Failure);
        return scan;
    }

    private InventoryScanner Scanner(Dictionary<string, PostgresAddress> databases) => new(Store, new InventoryCache(Path.Combine(Home, "cache")), TimeProvider.System, databases);

    private AssetProfiler Profiler(Dictionary<string, PostgresAddress>? databases, PostgresReadLimits? limits = null) => new(Store, new InventoryCache(Path.Combine(Home, "cache")), databases, limits);

    private Dictionary<string, AssetProfile> Profiles(ScanResult scan, PostgresReadLimits? limits = null)
        => Profiler(Addresses(), limits).Profile(scan.Assets, null, default).Zip(scan.Assets).ToDictionary(pair => pair.Second.Database!.Name, pair => pair.First);

    private Dictionary<string, PostgresAddress> Addresses(int? port = null)
    {
        var address = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
        return new() { [Source] = new PostgresAddress { Host = address.Host!, Port = port ?? address.Port, Database = address.Database!, Username = _reader, Password = "reads" } };
    }

    private string Key(string table) => Addresses()[Source].AssetKey("shop", table);

    private string Name(string key) => key[Key("").Length..];

    private static FoundAsset Asset(ScanResult scan, string table) => scan.Assets.Single(asset => asset.Database!.Name == table);

    private static ColumnProfile Column(AssetProfile profile, string name) => profile.Columns.Single(column => column.Name == name);

    private async Task Sql(string sql)
    {
        await using var command = postgres.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
