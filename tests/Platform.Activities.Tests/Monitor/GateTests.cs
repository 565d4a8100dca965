using System.Text.Json.Nodes;
using Platform.Activities.Monitor;
using Platform.Catalog.Projection;
using Platform.Catalog.Quality;
using Platform.Tables;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Monitor;

/// <summary>Checks that a task declares, and gates: over a real catalog.</summary>
public sealed class GateTests(PostgresFixture postgres) : ActivityTest, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly Random Random = new(Environment.ProcessId + 2);

    private readonly string _table = $"raw.t{Random.Next(1, int.MaxValue)}";
    private long _run = Random.Next(1_000, 1_000_000_000);

    private QualityCommands Commands => new(postgres.DataSource);

    private QualityQueries Queries => new(postgres.DataSource);

    public Task InitializeAsync() => postgres.MigrateAsync(typeof(LineageProjector).Assembly);

    public Task DisposeAsync() => Task.CompletedTask;

    public override object? GetService(Type serviceType) =>
        serviceType == typeof(QualityCommands) ? Commands : serviceType == typeof(QualityQueries) ? Queries : base.GetService(serviceType);

    [Fact]
    public async Task Declared_checks_are_made_and_told()
    {
        WriteTable();
        var outputs = Assert.IsType<MonitorOutputs>((await Run("monitor.data", With(
            new JsonObject { ["kind"] = "not_null", ["column"] = "id", ["severity"] = "critical" },
            new JsonObject { ["kind"] = "range", ["column"] = "price", ["max"] = 5 },
            new JsonObject { ["kind"] = "volume", ["min"] = 10 },
            new JsonObject { ["kind"] = "sql", ["sql"] = "select * from {table} where price = 3", ["name"] = "no threes" }))).Outputs);
        Assert.Equal((2, 2, false), (outputs.Passed, outputs.Failed, outputs.Healthy));
        Assert.Equal(["no threes", "range"], outputs.Broken.Select(check => check.Name).Order());
        Assert.Contains(Facts, fact => fact is CheckResult { Name: "not null", Column: "id", Passed: true, Severity: "critical" });
        Assert.Contains(Facts, fact => fact is CheckResult { Name: "declared volume", Passed: true });
    }

    [Theory]
    [InlineData("""{ "kind": "nothing" }""", "no kind of check")]
    [InlineData("""{ "kind": "range", "column": "colour", "min": 1 }""", "no column 'colour'")]
    [InlineData("""{ "kind": "pattern", "column": "id", "pattern": "[a" }""", "does not compile")]
    public async Task A_check_that_cannot_be_made_fails_the_task_before_anything_is_read(string check, string message)
    {
        WriteTable();
        var failure = await Fails("monitor.data", With(JsonNode.Parse(check)!.AsObject()));
        Assert.Equal("bad-input", failure.Kind);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_a_time_nor_checks_is_nothing_to_look_at()
    {
        WriteTable();
        Assert.Contains("nothing to look at", (await Fails("monitor.data", new JsonObject { ["table"] = _table })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gate_names_the_incident_and_lets_pass_what_was_waived()
    {
        WriteTable();
        var with = With(new JsonObject { ["kind"] = "range", ["column"] = "price", ["max"] = 5, ["severity"] = "critical" }, new JsonObject { ["kind"] = "not_null", ["column"] = "id" });
        with["gate"] = true;
        var failure = await Fails("monitor.data", with.DeepClone().AsObject(), Runs.Context(run: ++_run));
        var incident = Assert.Single(await Queries.IncidentsAsync(_table, null, null, 10, default));
        Assert.Equal(("check-failed", false), (failure.Kind, failure.Retryable));
        Assert.Contains($"incident {incident.Id}", failure.Message, StringComparison.Ordinal);

        Assert.True(await new IncidentCommands(postgres.DataSource).WaiveAsync(incident.Id, "ann", null, default));
        Assert.False(Assert.IsType<MonitorOutputs>((await Run("monitor.data", with, Runs.Context(run: ++_run))).Outputs).Healthy);
        Assert.Contains("waived", Runs.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drift_that_nobody_can_measure_any_more_is_closed_and_none_is_told_of_one_day_against_another()
    {
        using (var session = Tables.OpenSession())
        {
            session.Write(new TableWrite
            {
                Table = TableName.Parse(_table),
                Mode = WriteMode.Replace,
                SelectSql = """
                    select 'A' || (d.range * 150 + i.range // 2) as invoice, ['UK', 'FR'][1 + (hash(i.range) % 2)::int] as country, timestamptz '2024-03-01 00:00:00Z' + to_days(d.range::int) + to_seconds(i.range * 200) as sold
                    from range(6) d, range(300) i
                    """,
            });
        }
        await Commands.RecordResultsAsync(Runs.Context(run: ++_run), [new CheckResult(_table, "invoice", "drift", false, "PSI 9", "at most 0.25"), new CheckResult(_table, "gone", "nulls", false, "30 %", "10 %")], DateTimeOffset.UnixEpoch, default);
        var with = new JsonObject { ["table"] = _table, ["time"] = "sold" };
        await Run("monitor.data", with.DeepClone().AsObject(), Runs.Context(run: ++_run, day: new DateOnly(2024, 3, 2)));
        Assert.DoesNotContain(Facts, fact => fact is CheckResult { Name: "drift", Column: "country" });
        await Run("monitor.data", with, Runs.Context(run: ++_run, day: new DateOnly(2024, 3, 6)));
        Assert.Contains(Facts, fact => fact is CheckResult { Name: "drift", Column: "country", Passed: true });
        var closed = Assert.IsType<CheckResult>(Facts.Last(fact => fact is CheckResult { Name: "drift", Column: "invoice" }));
        Assert.True(closed.Passed);
        Assert.StartsWith("not measured", closed.Observed, StringComparison.Ordinal);
        Assert.Contains(Facts, fact => fact is CheckResult { Name: "nulls", Column: "gone", Passed: true });
    }

    [Fact]
    public async Task A_gate_lets_a_warning_pass()
    {
        WriteTable();
        var with = With(new JsonObject { ["kind"] = "range", ["column"] = "price", ["max"] = 5 });
        with["gate"] = true;
        Assert.Equal(1, Assert.IsType<MonitorOutputs>((await Run("monitor.data", with, Runs.Context(run: ++_run))).Outputs).Failed);
    }

    [Fact]
    public async Task A_write_that_breaks_a_guarding_check_is_refused_until_it_holds_or_is_waived()
    {
        await Commands.RecordResultsAsync(Runs.Context(run: ++_run), [new CheckResult(_table, null, "known", true, "", "")], DateTimeOffset.UnixEpoch, default);
        await DeclareAsync("range", """{"kind":"range","column":"price","max":5}""", "price");
        var gate = new WriteGate(Tables, Commands, Queries);
        var refused = await Assert.ThrowsAsync<ActivityException>(() => gate.CheckAsync(Written(100), default));
        var incident = Assert.Single(await Queries.IncidentsAsync(_table, "open", null, 10, default));
        Assert.Contains($"incident {incident.Id}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'Range of price'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("by a clock of its own is not stopped", refused.Message, StringComparison.Ordinal);

        await gate.CheckAsync(Written(4), default);
        Assert.Equal("resolved", (await Queries.IncidentAsync(incident.Id, default))!.Incident.State);
        await Assert.ThrowsAsync<ActivityException>(() => gate.CheckAsync(Written(100), default));
        Assert.Equal("reopened", (await Queries.IncidentAsync(incident.Id, default))!.Incident.State);
        Assert.True(await new IncidentCommands(postgres.DataSource).WaiveAsync(incident.Id, "ann", null, default));
        var context = Written(100);
        await gate.CheckAsync(context, default);
        Assert.Contains(context.Facts.All, fact => fact is CheckResult { Passed: false, Name: "range" });
    }

    [Fact]
    public async Task A_guarding_check_that_cannot_be_made_refuses_the_write()
    {
        await Commands.RecordResultsAsync(Runs.Context(run: ++_run), [new CheckResult(_table, null, "known", true, "", "")], DateTimeOffset.UnixEpoch, default);
        await DeclareAsync("gone", """{"kind":"not_null","column":"gone"}""", "gone");
        var refused = await Assert.ThrowsAsync<ActivityException>(() => new WriteGate(Tables, Commands, Queries).CheckAsync(Written(4), default));
        Assert.Contains("could not be checked: there is no column 'gone'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_of_an_unguarded_table_passes() => await new WriteGate(Tables, Commands, Queries).CheckAsync(Written(100), default);

    private async Task DeclareAsync(string name, string definition, string column) =>
        Assert.NotNull(await Commands.CreateCheckAsync(new NewCheck { Asset = _table, Column = column, Name = name, Kind = (string)JsonNode.Parse(definition)!["kind"]!, Definition = System.Text.Json.JsonDocument.Parse(definition).RootElement, Severity = "critical", Gate = true }, "ann", default));

    private ActivityContext Written(int prices)
    {
        WriteTable(prices);
        var context = Runs.Context(run: ++_run);
        context.Facts.Add(new AssetWritten(_table, AssetKind.Table, Tables.Snapshot(TableName.Parse(_table)).Version, "replace"));
        return context;
    }

    private void WriteTable(int prices = 10)
    {
        using var session = Tables.OpenSession();
        session.Write(new TableWrite { Table = TableName.Parse(_table), Mode = WriteMode.Replace, SelectSql = $"select i as id, i % {prices} as price from range(100) t(i)" });
    }

    private JsonObject With(params JsonObject[] checks) => new() { ["table"] = _table, ["checks"] = new JsonArray([.. checks]) };
}
