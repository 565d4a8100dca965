using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Platform.Activities.Inventory;
using Platform.Catalog.Inventory;
using Platform.Catalog.Quality;
using Platform.Catalog.Review;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Inventory;

/// <summary>The quality task of the nightly inventory over a real catalog.</summary>
public sealed class QualityInventoryTests(PostgresFixture postgres) : ActivityTest, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private long _run = Random.Next(1_000, 1_000_000_000);

    private static Random Random { get; } = new(Environment.ProcessId + 1);

    private QualityCommands Commands => new(postgres.DataSource);

    private QualityQueries Queries => new(postgres.DataSource);

    private string Orders => "file:" + Path.Combine(Folder.Path, "data", "orders.csv");

    private string People => "file:" + Path.Combine(Folder.Path, "data", "people.csv");

    public Task InitializeAsync() => postgres.MigrateAsync(typeof(InventoryCommands).Assembly);

    public Task DisposeAsync() => Task.CompletedTask;

    public override object? GetService(Type serviceType) =>
        serviceType == typeof(InventoryCommands) ? new InventoryCommands(postgres.DataSource)
        : serviceType == typeof(InventoryQueries) ? new InventoryQueries(postgres.DataSource)
        : serviceType == typeof(QualityCommands) ? Commands
        : serviceType == typeof(QualityQueries) ? Queries
        : serviceType == typeof(SuggestionCommands) ? new SuggestionCommands(postgres.DataSource)
        : base.GetService(serviceType);

    [Fact]
    public async Task A_night_makes_the_checks_opens_incidents_and_the_next_closes_them()
    {
        Shop();
        await Night();
        await DeclareAsync(Orders, """{"kind":"not_null","column":"state","severity":"critical"}""");
        await DeclareAsync(Orders, """{"kind":"pattern","column":"code","pattern":"C-[0-9]+"}""");
        await DeclareAsync(Orders, """{"kind":"sql","sql":"select * from {table} where try_cast(amount as double) < 0"}""");
        await DeclareAsync(Orders, $$"""{"kind":"reference","column":"person_id","reference_asset":"{{People}}","reference_column":"id"}""");
        await DeclareAsync(Orders, """{"kind":"range","column":"gone","min":0}""");

        var quality = await Night();
        Assert.Equal((5, 1, 0), (quality.Checks, quality.Failed, quality.FailedCritical));
        Assert.Contains("there is no column 'gone'", Assert.Single(await Queries.IncidentsAsync(Orders, "open", null, 10, default)).Message, StringComparison.Ordinal);

        Shop(broken: true);
        quality = await Night();
        Assert.Equal((5, 5, 1), (quality.Checks, quality.Failed, quality.FailedCritical));
        var incidents = await Queries.IncidentsAsync(Orders, null, null, 10, default);
        Assert.Contains(incidents, incident => incident is { Check: "not null", Column: "state", Severity: "critical" } && incident.Message.Contains("1 of 400", StringComparison.Ordinal));

        Shop();
        Write("data/orders.csv", File.ReadAllText(Path.Combine(Folder.Path, "data", "orders.csv")) + "401,1,NEW,C-401,3.50\n");
        quality = await Night();
        Assert.Equal(1, quality.Failed);
        Assert.Equal(4, (await Queries.IncidentsAsync(Orders, "resolved", null, 10, default)).Count);
    }

    [Fact]
    public async Task Checks_that_held_are_suggested_and_an_accepted_one_is_made_the_next_night()
    {
        Shop();
        var first = await Night();
        Assert.True(first.Suggested >= 3, $"{first.Suggested} suggested");
        await using (var connection = await postgres.DataSource.OpenConnectionAsync())
        {
            var kinds = (await connection.QueryAsync<string>("select s.value ->> 'kind' || ' ' || s.column_name from catalog.suggestions s join catalog.assets a on a.id = s.asset_id where a.key = any(@keys)", new { keys = new[] { Orders, People } })).ToList();
            Assert.Contains("set state", kinds);
            Assert.Contains("pattern code", kinds);
            Assert.Contains("unique id", kinds);
            await connection.ExecuteAsync("update catalog.suggestions s set status = 'accepted', decided_at = now(), decided_by = 'ann' from catalog.assets a where a.id = s.asset_id and a.key = @Orders and s.column_name = 'state' and s.value ->> 'kind' = 'set'", new { Orders });
        }

        var second = await Night();
        Assert.Equal((1, 0, 0), (second.Checks, second.Failed, second.Suggested));
        Shop(broken: true);
        await Night();
        Assert.Contains(await Queries.IncidentsAsync(Orders, null, null, 10, default), incident => incident.Message.Contains("LOST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_suggestion_that_no_longer_holds_is_withdrawn()
    {
        Shop();
        await Night();
        Shop(broken: true);
        await Night();
        await using var connection = await postgres.DataSource.OpenConnectionAsync();
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("select count(*) from catalog.suggestions s join catalog.assets a on a.id = s.asset_id where a.key = @Orders and s.value ->> 'kind' = 'pattern' and s.withdrawn_at is not null", new { Orders }));
    }

    [Fact]
    public async Task Scores_say_what_they_are_made_of()
    {
        Shop(broken: true);
        var quality = await Night();
        Assert.Equal(2, quality.Scored);
        var scores = await Queries.ScoresAsync(Orders, default);
        Assert.Null(scores[0].Column);
        Assert.Equal(6, scores.Count);
        var state = scores.Single(score => score.Column == "state");
        Assert.Equal(399 / 400d, state.Completeness!.Value, 6);
        Assert.Contains(state.Parts.EnumerateArray(), part => part.GetProperty("what").GetString() == "rows with a value" && part.GetProperty("value").GetDouble() == 399);
        Assert.InRange(scores[0].Overall!.Value, 0.9, 0.9999);
        Assert.True(scores.Single(score => score.Column == "person_id").Consistency < 1, scores.Single(score => score.Column == "person_id").Parts.GetRawText());
        Assert.Contains(await Queries.MetricsAsync(Orders, "score_completeness", null, default), metric => metric.Value < 1);
    }

    [Fact]
    public async Task A_metric_that_leaves_its_history_opens_an_incident_that_closes_when_it_is_back()
    {
        Shop();
        await Night();
        await using (var connection = await postgres.DataSource.OpenConnectionAsync())
        {
            // A month of nights with about so many rows.
            await connection.ExecuteAsync("""
                insert into catalog.metrics (asset_id, column_name, name, at, value, run_id, task_id, map_index)
                select a.id, '', 'rows', now() - make_interval(days => d), 400 + (d * 7) % 11, -d, 'task', -1 from catalog.assets a, generate_series(1, 40) d where a.key = @Orders
                """, new { Orders });
        }

        Shop(rows: 100);
        var quality = await Night();
        Assert.Equal(1, quality.Anomalies);
        var anomaly = Assert.Single(await Queries.AnomaliesAsync(Orders, null, 10, default));
        Assert.Equal(("rows", "dip", 100d), (anomaly.Metric, anomaly.Kind, anomaly.Value));
        Assert.InRange(anomaly.Expected!.Value, 390, 420);
        var incident = Assert.Single(await Queries.IncidentsAsync(Orders, "open", null, 10, default));
        Assert.Equal("anomaly in rows", incident.Check);

        Shop(rows: 402);
        await Night();
        Assert.Equal("resolved", (await Queries.IncidentAsync(incident.Id, default))!.Incident.State);
    }

    [Fact]
    public async Task Day_files_bring_their_history_and_odd_days_are_told_once()
    {
        Days(60, oddDay: 40);
        var first = await Night();
        var days = "file:" + Path.Combine(Folder.Path, "data", "days", "{yyyy-MM-dd}.csv");
        var anomalies = await Queries.AnomaliesAsync(days, null, 100, default);
        Assert.Contains(anomalies, anomaly => anomaly is { Metric: "day_null_share", Column: "who", Kind: "spike" } && anomaly.At == Day(40));
        Assert.True(anomalies.All(anomaly => anomaly.At == Day(40)), string.Join("; ", anomalies.Select(anomaly => $"{anomaly.At:yyyy-MM-dd} {anomaly.Column} {anomaly.Metric} {anomaly.Kind} {anomaly.Value} {anomaly.Expected} {anomaly.PValue}")));
        Assert.Equal(1, first.OddDays);
        Assert.Equal(60, (await Queries.MetricsAsync(days, "day_rows", null, default)).Count);
        // It is long past: no incident.
        Assert.Empty(await Queries.IncidentsAsync(days, null, null, 10, default));

        Days(61, oddDay: 60);
        var second = await Night();
        Assert.Equal(1, second.OddDays);
        Assert.Contains(await Queries.IncidentsAsync(days, "open", null, 10, default), incident => incident.Check == "anomaly in day_null_share" && incident.Message.Contains(" on 2024-03-01 is ", StringComparison.Ordinal)
            && incident.Title!.StartsWith("Daily share of missing values of ", StringComparison.Ordinal) && incident.MessageZh!.StartsWith("2024-03-01 ", StringComparison.Ordinal));
        Days(62, oddDay: -1);
        Assert.Equal(0, (await Night()).OddDays);
        Assert.Empty(await Queries.IncidentsAsync(days, "open", null, 10, default));
    }

    [Fact]
    public async Task A_repeated_attempt_records_the_same_once()
    {
        Shop(broken: true);
        await Night();
        await DeclareAsync(Orders, """{"kind":"volume","min":10000}""");
        _run++;
        await Look();
        await Run("inventory.quality", [], Runs.Context(run: _run));
        await Run("inventory.quality", [], Runs.Context(run: _run));
        Assert.Equal(1, Assert.Single(await Queries.IncidentsAsync(Orders, null, null, 10, default)).Failures);
        Assert.Equal(2, (await Queries.MetricsAsync(Orders, "rows", null, default)).Count);
    }

    [Fact]
    public async Task Judging_without_a_profile_says_what_is_missing() =>
        Assert.Contains("inventory.profile", (await Fails("inventory.quality", [], Runs.Context(run: ++_run))).Message, StringComparison.Ordinal);

    private async Task DeclareAsync(string asset, string definition)
    {
        var check = Platform.Inventory.Quality.CheckDefinition.Read(JsonDocument.Parse(definition).RootElement);
        Assert.NotNull(await Commands.CreateCheckAsync(new NewCheck { Asset = asset, Column = check.Column, Name = check.Title, Kind = check.Kind, Definition = check.ToJson(), Severity = check.Severity }, "ann", default));
    }

    private void Shop(bool broken = false, int rows = 400)
    {
        Write("data/people.csv", "id,email\n" + string.Concat(Enumerable.Range(1, 120).Select(i => $"{i},person{i}@example.com\n")));
        Write("data/orders.csv", "id,person_id,state,code,amount\n" + string.Concat(Enumerable.Range(1, rows).Select(i =>
            broken && i == 5 ? $"{i},999,,x5,-3.50\n" : $"{i},{1 + (i % 120)},{(broken && i is > 10 and < 30 ? "LOST" : i % 3 == 0 ? "NEW" : "DONE")},C-{i:0000},{i % 90}.50\n")));
    }

    private static DateTimeOffset Day(int day) => new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day);

    private void Days(int count, int oddDay)
    {
        _run++;
        for (var day = 0; day < count; day++)
        {
            // A day that was told once stays as it was.
            var odd = day == oddDay;
            if (!odd && File.Exists(Path.Combine(Folder.Path, "data", "days", $"{Day(day):yyyy-MM-dd}.csv")))
                continue;
            var random = new Random(day);
            Write($"data/days/{Day(day):yyyy-MM-dd}.csv", "who,amount\n" + string.Concat(Enumerable.Range(0, random.Next(180, 220)).Select(i => $"{(odd && i % 3 == 0 ? "" : $"p{random.Next(90)}")},{random.Next(1, 50)}\n")));
        }
    }

    /// <summary>The tasks before quality.</summary>
    private async Task Look()
    {
        await Run("inventory.scan", new JsonObject { ["sources"] = Path.Combine(Folder.Path, "data"), ["tables"] = false }, Runs.Context(run: _run));
        await Run("inventory.profile", [], Runs.Context(run: _run));
        await Run("inventory.relate", [], Runs.Context(run: _run));
    }

    private async Task<QualityInventoryOutputs> Night()
    {
        _run++;
        await Look();
        var quality = Assert.IsType<QualityInventoryOutputs>((await Run("inventory.quality", [], Runs.Context(run: _run))).Outputs);
        await Run("inventory.report", [], Runs.Context(run: _run));
        return quality;
    }
}
