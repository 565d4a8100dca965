using System.Text.Json.Nodes;
using Platform.Activities.Monitor;
using Platform.Catalog.Masking;
using Platform.Catalog.Projection;
using Platform.Catalog.Quality;
using Platform.Tables;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Quality;

/// <summary>What an author asserts of a table: over a real catalog.</summary>
public sealed class CheckTableTests(PostgresFixture postgres) : ActivityTest, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly Random Random = new(Environment.ProcessId + 5);

    private readonly string _orders = $"raw.o{Random.Next(1, int.MaxValue)}";
    private readonly string _customers = $"raw.c{Random.Next(1, int.MaxValue)}";
    private long _run = Random.Next(1_000, 1_000_000_000);

    private QualityQueries Queries => new(postgres.DataSource);

    public async Task InitializeAsync()
    {
        await postgres.MigrateAsync(typeof(LineageProjector).Assembly);
        WriteTable(_customers, "select i as customer_id from range(9) t(i)");
        // Order 7 twice, one price below nothing, a customer that there is not, and a mail that is missing.
        WriteTable(_orders, """
            select case when i = 8 then 7 else i end as order_id, i as customer_id, case when i = 3 then -5 else i end as price, case when i = 4 then null else 'ann' || i || '@example.com' end as mail,
                   ['new', 'sent'][1 + (i % 2)] as state, timestamptz '2024-03-01 00:00:00Z' + to_days(i::int) as sold
            from range(10) t(i)
            """);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public override object? GetService(Type serviceType) =>
        serviceType == typeof(QualityCommands) ? new QualityCommands(postgres.DataSource)
        : serviceType == typeof(QualityQueries) ? Queries
        : serviceType == typeof(MaskingQueries) ? new MaskingQueries(postgres.DataSource)
        : base.GetService(serviceType);

    [Fact]
    public async Task A_table_that_holds_what_is_asserted_passes_and_its_reads_are_lineage()
    {
        var outputs = Assert.IsType<MonitorOutputs>((await CheckAsync(
            """{ "check": "not-null", "columns": ["order_id", "state"] }""",
            """{ "check": "unique", "columns": ["order_id", "customer_id"] }""",
            """{ "check": "set", "columns": ["state"], "values": ["new", "sent"] }""",
            """{ "check": "pattern", "columns": ["mail"], "pattern": "[a-z0-9]+@example[.]com" }""",
            """{ "check": "range", "columns": ["sold"], "min": "2024-01-01", "max": "2024-12-31" }""",
            $$"""{ "check": "reference", "columns": ["order_id"], "table": "{{_customers}}", "references": ["customer_id"], "max_share": 0.2 }""",
            """{ "check": "row-count", "min": 1, "max": 100 }""",
            """{ "check": "freshness", "max_age": "48h" }""",
            """{ "check": "where", "condition": "price <= 10 -- all of them" }""",
            """{ "check": "sql", "sql": "select * from {table} where price > 10", "name": "nothing dear" }""")).Outputs);

        Assert.Equal((11, 0, true), (outputs.Passed, outputs.Failed, outputs.Healthy));
        Assert.Equal(new[] { _customers, _orders }.Order(), Facts.OfType<AssetRead>().Select(read => read.Asset).Order());
        Assert.DoesNotContain(Facts, fact => fact is AssetWritten);
        Assert.All(Facts.OfType<CheckResult>(), result => Assert.Equal((_orders, "critical"), (result.Asset, result.Severity)));
    }

    [Theory]
    [InlineData("""{ "check": "not-null", "columns": ["mail"] }""", "1 of 10 rows", "order_id=4")]
    [InlineData("""{ "check": "unique", "columns": ["order_id"] }""", "1 of 10 values", "order_id=7, customer_id=8")]
    [InlineData("""{ "check": "range", "columns": ["price"], "min": 0 }""", "1 of 10 values", "price=-5")]
    [InlineData("""{ "check": "set", "columns": ["state"], "values": ["new"] }""", "5 of 10 values", "state=sent")]
    [InlineData("""{ "check": "pattern", "columns": ["state"], "pattern": "n.*" }""", "5 of 10 values", "state=sent")]
    [InlineData("""{ "check": "reference", "columns": ["customer_id"], "table": "CUSTOMERS" }""", "1 of 10 values", "order_id=9")]
    [InlineData("""{ "check": "row-count", "min": 11 }""", "10 rows", null)]
    [InlineData("""{ "check": "freshness", "columns": ["sold"], "max_age": "26h" }""", "the newest value is of 2024-03-10", null)]
    [InlineData("""{ "check": "where", "condition": "price >= 0" }""", "1 row", "price=-5")]
    [InlineData("""{ "check": "sql", "sql": "select state, count(*) as n from {table} group by 1 having count(*) > 4" }""", "2 rows", "n=5")]
    public async Task A_broken_check_stops_counts_and_shows_rows(string check, string counted, string? row)
    {
        var failure = await Assert.ThrowsAsync<ActivityException>(() => CheckAsync(check.Replace("CUSTOMERS", _customers, StringComparison.Ordinal)));

        var incident = Assert.Single(await Queries.IncidentsAsync(_orders, null, null, 10, default));
        Assert.Equal(("check-failed", false), (failure.Kind, failure.Retryable));
        Assert.Contains($"incident {incident.Id}", failure.Message, StringComparison.Ordinal);
        Assert.Contains(counted, failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("critical", incident.Severity);
        if (row is not null)
            Assert.Contains(row, Runs.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warning_is_told_and_lets_the_run_go_on_and_all_are_made_beside_one_that_fails()
    {
        const string Warn = """{ "check": "range", "columns": ["price"], "min": 0, "severity": "warn" }""";
        Assert.Equal((0, 1), Passed((await CheckAsync(Warn)).Outputs));
        Assert.Equal("warning", Assert.Single(await Queries.IncidentsAsync(_orders, null, null, 10, default)).Severity);

        await Assert.ThrowsAsync<ActivityException>(() => CheckAsync("""{ "check": "unique", "columns": ["order_id"] }""", Warn, """{ "check": "row-count", "min": 1 }"""));
        Assert.Equal(3, Facts.OfType<CheckResult>().Count());
    }

    [Fact]
    public async Task A_waived_incident_lets_pass_and_a_table_that_holds_again_ends_it()
    {
        const string Check = """{ "check": "range", "columns": ["price"], "min": 0 }""";
        await Assert.ThrowsAsync<ActivityException>(() => CheckAsync(Check));
        var incident = Assert.Single(await Queries.IncidentsAsync(_orders, null, null, 10, default));
        Assert.True(await new IncidentCommands(postgres.DataSource).WaiveAsync(incident.Id, "ann", null, default));
        Assert.Equal((0, 1), Passed((await CheckAsync(Check)).Outputs));

        WriteTable(_orders, "select 1 as order_id, 2 as price");
        Assert.Equal((1, 0), Passed((await CheckAsync(Check)).Outputs));
        Assert.Equal("resolved", (await Queries.IncidentAsync(incident.Id, default))!.Incident.State);
    }

    [Fact]
    public async Task Personal_values_are_hidden_in_what_is_told()
    {
        var failure = await Assert.ThrowsAsync<ActivityException>(() => CheckAsync("""{ "check": "pattern", "columns": ["mail"], "pattern": "nobody" }"""));

        Assert.DoesNotContain("example.com", Runs.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("example.com", failure.Message, StringComparison.Ordinal);
        Assert.Contains("mail=[email]", Runs.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_may_name_the_runs_interval_and_needs_one_then()
    {
        const string Check = """{ "check": "sql", "sql": "select * from {table} where sold >= $interval_start and sold < $interval_end" }""";
        var failure = await Fails("quality.check", With(Check), Runs.Context(run: ++_run, day: new DateOnly(2024, 3, 4)));
        Assert.Contains("1 row", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no data interval", (await Assert.ThrowsAsync<ActivityException>(() => CheckAsync(Check))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "check": "range", "columns": ["price"] }""", "needs 'min', 'max'")]
    [InlineData("""{ "check": "range", "columns": ["price"], "min": 5, "max": 1 }""", "above 'max'")]
    [InlineData("""{ "check": "range", "columns": ["sold"], "min": "soon" }""", "no time")]
    [InlineData("""{ "check": "not-null" }""", "names no columns")]
    [InlineData("""{ "check": "unique" }""", "names no columns")]
    [InlineData("""{ "check": "not-null", "columns": ["colour"] }""", "no column 'colour'")]
    [InlineData("""{ "check": "set", "columns": ["state"] }""", "needs 'values'")]
    [InlineData("""{ "check": "pattern", "columns": ["state"], "pattern": "[a" }""", "does not compile")]
    [InlineData("""{ "check": "reference", "columns": ["state"] }""", "needs a 'table'")]
    [InlineData("""{ "check": "reference", "columns": ["state"], "table": "no table" }""", "names the table")]
    [InlineData("""{ "check": "reference", "columns": ["state", "price"], "table": "raw.other", "references": ["a"] }""", "2 columns and 1 referenced column")]
    [InlineData("""{ "check": "row-count" }""", "needs 'min' or 'max'")]
    [InlineData("""{ "check": "row-count", "min": "many" }""", "no number")]
    [InlineData("""{ "check": "freshness" }""", "needs a 'max_age'")]
    [InlineData("""{ "check": "where" }""", "needs a 'condition'")]
    [InlineData("""{ "check": "sql" }""", "needs a 'sql'")]
    [InlineData("""{ "check": "sql", "sql": "select * from {table} where false" }, { "check": "sql", "sql": "select * from {table} where false" }""", "Give it a 'name'")]
    public async Task A_check_that_cannot_be_made_fails_before_anything_is_judged(string checks, string message)
    {
        var failure = await Fails("quality.check", new JsonObject { ["table"] = _orders, ["checks"] = JsonNode.Parse($"[{checks}]") }, Runs.Context(run: ++_run));
        Assert.Equal("bad-input", failure.Kind);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Facts, fact => fact is CheckResult);
    }

    [Theory]
    [InlineData("select nothing from {table}")]
    [InlineData("drop table {table}")]
    [InlineData("select * from read_csv('/etc/passwd')")]
    public async Task A_query_that_fails_or_is_not_allowed_is_a_check_that_does_not_hold(string sql)
    {
        var failure = await Assert.ThrowsAsync<ActivityException>(() => CheckAsync(new JsonObject { ["check"] = "sql", ["sql"] = sql }.ToJsonString()));
        Assert.Contains("could not be checked", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", failure.Message + Runs.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_there_is_not_is_said() =>
        Assert.Equal("not-found", (await Fails("quality.check", new JsonObject { ["table"] = "raw.none", ["checks"] = JsonNode.Parse("""[{ "check": "row-count", "min": 1 }]""") })).Kind);

    private static (int, int) Passed(object? outputs) => (Assert.IsType<MonitorOutputs>(outputs).Passed, ((MonitorOutputs)outputs!).Failed);

    private Task<ActivityResult> CheckAsync(params string[] checks) => Run("quality.check", With(checks), Runs.Context(run: ++_run));

    private JsonObject With(params string[] checks) => new() { ["table"] = _orders, ["checks"] = new JsonArray([.. checks.Select(check => JsonNode.Parse(check))]) };

    private void WriteTable(string table, string sql)
    {
        using var session = Tables.OpenSession();
        session.Write(new TableWrite { Table = TableName.Parse(table), Mode = WriteMode.Replace, SelectSql = sql });
    }
}
