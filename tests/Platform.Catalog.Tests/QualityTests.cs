using System.Text.Json;
using Dapper;
using Platform.Catalog.Quality;
using Platform.Catalog.Review;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class QualityTests : IAsyncLifetime
{
    private const string Table = "raw.orders";

    private readonly CatalogFixture _catalog = new();

    private QualityCommands Commands => new(_catalog.DataSource);

    private IncidentCommands Incidents => new(_catalog.DataSource);

    private QualityQueries Queries => new(_catalog.DataSource);

    public Task InitializeAsync() => _catalog.InitializeAsync();

    public Task DisposeAsync() => _catalog.DisposeAsync();

    [Fact]
    public async Task What_a_check_tells_is_kept_in_both_languages_and_what_is_known_in_english_only_stays_so()
    {
        var told = CheckResult.Of(Table, "id", "not null", new Told("Missing values of id", "id 的缺失值"), false, new Told("3 of 9 rows have no value", "9 行中有 3 行没有值"), new Told("a value in every row", "每行都有值"), "critical");
        await _catalog.EndTaskAsync("quality", 2, told, new CheckResult(Table, null, "volume", false, "5 rows", "at least 10"));

        var incidents = (await Queries.IncidentsAsync(Table, null, null, 10, CancellationToken.None)).ToDictionary(incident => incident.Check);
        Assert.Equal(("Missing values of id", "id 的缺失值", "3 of 9 rows have no value; expected a value in every row", "9 行中有 3 行没有值；预期：每行都有值"), (incidents["not null"].Title, incidents["not null"].TitleZh, incidents["not null"].Message, incidents["not null"].MessageZh));
        Assert.Equal((null, "volume: 5 rows; expected at least 10", null), (incidents["volume"].Title, incidents["volume"].Message, incidents["volume"].MessageZh));
        var detail = await Queries.IncidentAsync(incidents["not null"].Id, CancellationToken.None);
        Assert.Equal(("3 of 9 rows have no value; expected a value in every row", "9 行中有 3 行没有值"), (detail!.Events[0].Note, detail.Events[0].NoteZh));
        Assert.Equal("9 行中有 3 行没有值", Assert.Single(detail.Results).ObservedZh);
        var failing = (await Queries.FailingAsync(CancellationToken.None)).First(check => check.Name == "not null");
        Assert.Equal(("Missing values of id", "9 行中有 3 行没有值", "每行都有值"), (failing.Title, failing.ObservedZh, failing.ExpectedZh));
    }

    [Fact]
    public async Task A_declared_check_shows_its_last_result_and_its_incident()
    {
        await KnowAsync();
        var id = await Commands.CreateCheckAsync(Check("not null", "not_null", "id"), "ann", CancellationToken.None);
        Assert.NotNull(id);
        Assert.Null(await Commands.CreateCheckAsync(Check("not null", "not_null", "id"), "bob", CancellationToken.None));
        Assert.Null(Assert.Single(await Queries.DeclaredAsync(Table, true, 10, CancellationToken.None)).Passed);

        await _catalog.EndTaskAsync("quality", 2, new CheckResult(Table, "id", "not null", false, "3 nulls", "none", "critical"));

        var row = (await Queries.DeclaredAsync(id.Value, CancellationToken.None))!;
        Assert.Equal((false, "3 nulls", "ann", "not_null"), (row.Passed, row.Observed, row.CreatedBy, row.Kind));
        Assert.NotNull(row.Incident);
        Assert.True(await Commands.DeleteCheckAsync(id.Value, "ann", CancellationToken.None));
        Assert.Equal("resolved", (await Queries.IncidentAsync(row.Incident.Value, CancellationToken.None))!.Incident.State);
        Assert.False(await Commands.DeleteCheckAsync(id.Value, "ann", CancellationToken.None));
    }

    [Fact]
    public async Task A_check_of_an_unknown_asset_or_severity_is_refused()
    {
        await KnowAsync();
        var unknown = await Assert.ThrowsAsync<ArgumentException>(() => Commands.CreateCheckAsync(Check("x", "volume", null) with { Asset = "raw.nothing" }, "ann", CancellationToken.None));
        Assert.Contains("does not know 'raw.nothing'", unknown.Message);
        var severity = await Assert.ThrowsAsync<ArgumentException>(() => Commands.CreateCheckAsync(Check("x", "volume", null) with { Severity = "awful" }, "ann", CancellationToken.None));
        Assert.Contains("'awful' is no severity", severity.Message);
    }

    [Fact]
    public async Task A_check_is_changed_unless_another_has_its_name()
    {
        await KnowAsync();
        var first = (await Commands.CreateCheckAsync(Check("a", "volume", null), "ann", CancellationToken.None))!.Value;
        await Commands.CreateCheckAsync(Check("b", "volume", null), "ann", CancellationToken.None);
        Assert.False(await Commands.UpdateCheckAsync(first, Check("b", "volume", null), "ann", CancellationToken.None));
        Assert.True(await Commands.UpdateCheckAsync(first, Check("c", "volume", null) with { Gate = true, Severity = "critical" }, "ann", CancellationToken.None));
        Assert.Equal("c", Assert.Single(await Queries.GatesAsync([Table], CancellationToken.None)).Name);
    }

    [Fact]
    public async Task An_incident_lives_from_open_over_acknowledged_and_assigned_to_resolved_and_reopened()
    {
        await FailAsync(1);
        var id = Assert.Single(await Queries.IncidentsAsync(Table, "open", null, 10, CancellationToken.None)).Id;

        Assert.True(await Incidents.AcknowledgeAsync(id, "ann", "I look", CancellationToken.None));
        Assert.False(await Incidents.AcknowledgeAsync(id, "bob", null, CancellationToken.None));
        Assert.Equal("acknowledged", await StateAsync(id));
        Assert.True(await Incidents.AssignAsync(id, "carl", "ann", null, CancellationToken.None));
        Assert.Equal(id, Assert.Single(await Queries.IncidentsAsync(null, "assigned", "carl", 10, CancellationToken.None)).Id);
        Assert.True(await Incidents.CommentAsync(id, "carl", "the export was cut off", CancellationToken.None));
        Assert.True(await Incidents.ResolveAsync(id, "disk was full", "carl", CancellationToken.None));
        Assert.False(await Incidents.ResolveAsync(id, null, "carl", CancellationToken.None));
        Assert.True(await Incidents.ReopenAsync(id, "ann", "again", CancellationToken.None));
        Assert.Equal("assigned", await StateAsync(id));

        var detail = (await Queries.IncidentAsync(id, CancellationToken.None))!;
        Assert.Equal(["opened", "acknowledged", "assigned", "commented", "resolved", "reopened"], detail.Events.Select(e => e.What));
        Assert.Equal(("disk was full", 1), (detail.Incident.Cause, detail.Incident.Reopened));
        Assert.Null(await Queries.IncidentAsync(999, CancellationToken.None));
        Assert.False(await Incidents.CommentAsync(999, "ann", "x", CancellationToken.None));
    }

    [Fact]
    public async Task A_check_that_breaks_again_within_a_week_has_the_same_incident_and_later_another()
    {
        await FailAsync(1);
        await _catalog.EndTaskAsync("quality", 2, new CheckResult(Table, null, "volume", true, "50 rows", "at least 10"));
        await FailAsync(3);

        var incident = Assert.Single(await Queries.IncidentsAsync(true, 10, CancellationToken.None));
        Assert.Equal((2, 1, "reopened"), (incident.Failures, incident.Reopened, incident.State));
        await _catalog.EndTaskAsync("quality", 4, new CheckResult(Table, null, "volume", true, "50 rows", "at least 10"));
        await using (var connection = await _catalog.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("update catalog.incidents set closed_at = closed_at - interval '8 days'");
        await FailAsync(5);
        Assert.Equal(2, (await Queries.IncidentsAsync(false, 10, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task A_waiver_lasts_until_the_incident_ends()
    {
        await FailAsync(1);
        var id = Assert.Single(await Queries.IncidentsAsync(true, 10, CancellationToken.None)).Id;
        Assert.True(await Incidents.WaiveAsync(id, "ann", "known holiday", CancellationToken.None));
        Assert.Equal([id], await Queries.WaivedAsync([id], CancellationToken.None));
        await _catalog.EndTaskAsync("quality", 2, new CheckResult(Table, null, "volume", true, "50 rows", "at least 10"));
        await FailAsync(3);
        Assert.Empty(await Queries.WaivedAsync([id], CancellationToken.None));
    }

    [Fact]
    public async Task The_same_content_that_fails_once_more_is_no_further_failure_and_new_content_is()
    {
        await KnowAsync();
        for (var night = 1; night <= 4; night++)
            await NightAsync(night, night < 4 ? "a" : "b");
        Assert.Equal(2, Assert.Single(await Queries.IncidentsAsync(true, 10, CancellationToken.None)).Failures);
        Assert.Equal("opened", Assert.Single((await Queries.IncidentAsync((await Queries.IncidentsAsync(true, 10, CancellationToken.None))[0].Id, CancellationToken.None))!.Events).What);

        Task NightAsync(int night, string content) => Commands.RecordResultsAsync(
            Context(20 + night), [new CheckResult(Table, null, "price cap", false, "5 rows", "none") { Content = content }], new DateTimeOffset(2026, 1, night, 2, 0, 0, TimeSpan.Zero), CancellationToken.None);
    }

    [Fact]
    public async Task A_check_that_was_deleted_fails_no_more_on_any_page_and_made_again_it_does()
    {
        await KnowAsync();
        var id = (await Commands.CreateCheckAsync(Check("price cap", "range", "id"), "ann", CancellationToken.None))!.Value;
        var failed = new CheckResult(Table, "id", "price cap", false, "5 rows", "none");
        await Commands.RecordResultsAsync(Context(31), [failed], new DateTimeOffset(2026, 1, 1, 2, 0, 0, TimeSpan.Zero), CancellationToken.None);
        Assert.Single(await Queries.FailingAsync(CancellationToken.None));
        Assert.True(await Commands.DeleteCheckAsync(id, "ann", CancellationToken.None));
        Assert.Empty(await Queries.FailingAsync(CancellationToken.None));
        Assert.Empty((await new Platform.Catalog.Assets.AssetQueries(_catalog.DataSource).GetAsync(Table, CancellationToken.None))!.Checks);
        Assert.Single(await Queries.ResultsAsync(Table, "id", "price cap", 10, CancellationToken.None));
        await Commands.RecordResultsAsync(Context(32), [failed], new DateTimeOffset(2026, 1, 2, 2, 0, 0, TimeSpan.Zero), CancellationToken.None);
        Assert.Single(await Queries.FailingAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_result_that_was_kept_at_once_and_is_told_again_counts_once()
    {
        var context = Context(7);
        var failed = new CheckResult(Table, null, "volume", false, "5 rows", "at least 10", "critical");
        var incident = Assert.Single(await Commands.RecordResultsAsync(context, [failed], new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero), CancellationToken.None));
        await _catalog.EndTaskAsync("quality", 7, failed);

        var row = Assert.Single(await Queries.IncidentsAsync(true, 10, CancellationToken.None));
        Assert.Equal((incident, 1), (row.Id, row.Failures));
    }

    [Fact]
    public async Task An_accepted_suggestion_becomes_a_check_once_and_a_corrected_one_as_corrected()
    {
        await KnowAsync();
        await new SuggestionCommands(_catalog.DataSource).ProposeAsync(
            [
                new NewSuggestion { Kind = "check", Asset = Table, Column = "id", Value = Json("""{"kind":"unique","column":"id"}"""), Source = "rule" },
                new NewSuggestion { Kind = "check", Asset = Table, Value = Json("""{"kind":"volume","min":10}"""), Source = "rule" },
                new NewSuggestion { Kind = "check", Asset = Table, Column = "id", Value = Json("""{"kind":"not_null","column":"id"}"""), Source = "rule" },
            ],
            CancellationToken.None);
        await using (var connection = await _catalog.DataSource.OpenConnectionAsync())
        {
            await connection.ExecuteAsync("update catalog.suggestions set status = 'accepted', decided_at = now(), decided_by = 'ann' where value ->> 'kind' = 'unique'");
            await connection.ExecuteAsync("""update catalog.suggestions set status = 'corrected', decided_at = now(), decided_by = 'ann', corrected_value = '{"kind":"volume","min":5,"name":"few rows","severity":"critical"}' where value ->> 'kind' = 'volume'""");
        }

        Assert.Equal(2, await Commands.AdoptAcceptedAsync(CancellationToken.None));
        Assert.Equal(0, await Commands.AdoptAcceptedAsync(CancellationToken.None));
        Assert.Equal([(null, "few rows", "critical", "suggested"), ("id", "unique", "warning", "suggested")], (await Queries.DeclaredAsync(Table, true, 10, CancellationToken.None)).Select(c => (c.Column, c.Name, c.Severity, c.Origin)));

        // What somebody deletes was accepted once; it does not come back.
        foreach (var check in await Queries.DeclaredAsync(Table, true, 10, CancellationToken.None))
            Assert.True(await Commands.DeleteCheckAsync(check.Id, "bob", CancellationToken.None));
        Assert.Equal(0, await Commands.AdoptAcceptedAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Metrics_anomalies_and_scores_of_a_run_are_replaced_when_it_is_repeated()
    {
        await KnowAsync();
        var at = new DateTimeOffset(2026, 2, 1, 2, 0, 0, TimeSpan.Zero);
        foreach (var value in new[] { 5.0, 6.0 })
        {
            await Commands.RecordMetricsAsync(Context(9), [new NewMetric(Table, null, "rows", value), new NewMetric(Table, "id", "null_share", 0), new NewMetric(Table, null, "nothing", double.NaN)], at, CancellationToken.None);
            await Commands.RecordAnomaliesAsync(9, [new AnomalyRow { Asset = Table, Column = null, Metric = "rows", At = at, RunId = 9, Kind = "dip", Value = value, Expected = 100, Low = 80, High = null, PValue = 1e-6, Score = 0.75 }], CancellationToken.None);
            await Commands.RecordScoresAsync([new ScoreRow { Asset = Table, Column = null, Completeness = value / 10, Uniqueness = null, Validity = 1, Consistency = null, Timeliness = null, Overall = 0.8, Parts = Json("[]"), At = at.AddMinutes(value) }], CancellationToken.None);
        }

        Assert.Equal([("rows", 6.0), ("null_share", 0.0)], (await Queries.MetricsAsync(Table, null, null, CancellationToken.None)).Select(m => (m.Name, m.Value)).OrderByDescending(m => m.Value));
        Assert.Equal(6, Assert.Single(await Queries.AnomaliesAsync(Table, null, 10, CancellationToken.None)).Value);
        var score = Assert.Single(await Queries.ScoresAsync(Table, CancellationToken.None));
        Assert.Equal((0.6, null, 0.8), (score.Completeness, score.Uniqueness, score.Overall));
        Assert.Equal(Table, Assert.Single(await Queries.LowestScoresAsync(5, CancellationToken.None)).Asset);
        Assert.Equal(2, (await Queries.HistoryAsync([Table], "quality", at.AddDays(-1), 10, columns: true, CancellationToken.None)).Count);
        Assert.Null(Assert.Single(await Queries.HistoryAsync([Table], "quality", at.AddDays(-1), 10, columns: false, CancellationToken.None)).Column);
        Assert.Empty(await Queries.HistoryAsync([Table], "quality", at.AddDays(-1), 9, columns: true, CancellationToken.None));
    }

    private static ActivityContext Context(long run) => new() { RunId = run, Workflow = "shop", TaskId = "quality", Log = new Silence(), Secrets = new Silence() };

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static NewCheck Check(string name, string kind, string? column) => new() { Asset = Table, Column = column, Name = name, Kind = kind, Definition = Json("{}") };

    private Task KnowAsync() => _catalog.EndTaskAsync("ingest", 1, new AssetWritten(Table, AssetKind.Table, 1, "append", 5, 5, Columns: [new("id", "BIGINT")]));

    private Task FailAsync(long run) => _catalog.EndTaskAsync("quality", run, new CheckResult(Table, null, "volume", false, "5 rows", "at least 10", "critical"));

    private async Task<string> StateAsync(long id) => (await Queries.IncidentAsync(id, CancellationToken.None))!.Incident.State;

    private sealed class Silence : ITaskLog, Platform.Workflows.ISecrets
    {
        public void Write(TaskLogLevel level, string message)
        {
        }

        public ValueTask<string> GetAsync(string name, CancellationToken cancellationToken) => throw new Platform.Workflows.SecretNotFoundException(name);
    }
}
