using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Platform.Catalog.Assets;
using Platform.Catalog.Lineage;
using Platform.Catalog.OpenLineage;
using Platform.Catalog.Quality;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class OpenLineageInboxTests : IAsyncLifetime
{
    private const string Run = "019a4f6e-0000-7000-8000-000000000001";
    private readonly CatalogFixture _catalog = new();

    public Task InitializeAsync() => _catalog.InitializeAsync();

    public Task DisposeAsync() => _catalog.DisposeAsync();

    private OpenLineageInbox Inbox => new(_catalog.DataSource);

    private AssetQueries Assets => new(_catalog.DataSource);

    private LineageQueries Lineage => new(_catalog.DataSource);

    private ExternalRunQueries Runs => new(_catalog.DataSource);

    [Fact]
    public async Task A_job_of_another_system_appears_as_an_edge_with_its_name_and_meets_our_own_assets()
    {
        await _catalog.EndTaskAsync("load", 1, new AssetRead("postgresql://db:5432/shop/public.orders", AssetKind.DatabaseTable), new AssetWritten("raw.orders", AssetKind.Table));
        await SendAsync(Event("COMPLETE", "2026-03-01T02:00:00Z", inputs: [Dataset("s3://lake", "in/orders-2026-03-01.csv")],
            outputs: [Dataset("postgres://db:5432", "shop.public.orders", ("columnLineage", """{"fields": {"total": {"inputFields": [{"namespace": "s3://lake", "name": "in/orders-2026-03-01.csv", "field": "amount", "transformations": [{"type": "DIRECT", "subtype": "AGGREGATION", "masking": true}]}]}}, "dataset": [{"namespace": "s3://lake", "name": "in/orders-2026-03-01.csv", "field": "status", "transformations": [{"type": "INDIRECT", "subtype": "GROUP_BY"}]}]}"""))]));

        var graph = await Lineage.WalkAsync("raw.orders", null, LineageDirection.Upstream, 5, CancellationToken.None);
        Assert.Equal(["raw.orders", "postgresql://db:5432/shop/public.orders", "s3://lake/in/orders-{yyyy-MM-dd}.csv"], graph!.Nodes.Select(n => n.Asset));
        Assert.Equal("airflow/etl.load", Assert.Single(graph.Edges, e => e.To.StartsWith("postgresql", StringComparison.Ordinal)).Job);
        Assert.Null(Assert.Single(graph.Edges, e => e.To == "raw.orders").Job);
        var column = await Lineage.WalkAsync("postgresql://db:5432/shop/public.orders", "total", LineageDirection.Upstream, 1, CancellationToken.None);
        Assert.Equal(["aggregation", "group_by"], column!.Edges.SelectMany(e => e.Kinds).Order(StringComparer.Ordinal));
        Assert.True(await ScalarAsync<bool>("select masking from catalog.column_edges where kind = 'aggregation'"));
    }

    [Fact]
    public async Task The_states_of_a_run_give_the_same_in_any_order_and_as_often_as_they_come()
    {
        string[] events =
        [
            Event("START", "2026-03-01T02:00:00Z", inputs: [Dataset("postgres://db:5432", "shop.public.a")]),
            Event("RUNNING", "2026-03-01T02:01:00Z"),
            Event("OTHER", "2026-03-01T02:02:00Z"),
            Event("COMPLETE", "2026-03-01T02:03:00Z", outputs: [Dataset("postgres://db:5432", "shop.public.b")]),
        ];
        var seen = new HashSet<string>();
        foreach (var order in new int[][] { [0, 1, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1], [3, 0, 3, 0, 1, 2, 3] })
        {
            await using (var connection = await _catalog.DataSource.OpenConnectionAsync())
                await connection.ExecuteAsync("delete from catalog.assets; delete from catalog.external_jobs; delete from catalog.task_failures");
            foreach (var i in order)
                await SendAsync(events[i]);
            var run = Assert.Single(await Runs.ListAsync("airflow/etl.load", 10, CancellationToken.None));
            var b = (await Assets.GetAsync("postgresql://db:5432/shop/public.b", CancellationToken.None))!;
            seen.Add(string.Create(CultureInfo.InvariantCulture, $"{run.State} {run.StartedAt:HH:mm} {run.EndedAt:HH:mm} {string.Join(' ', run.Inputs)} {string.Join(' ', run.Outputs)} {b.Asset.LastWrittenAt:HH:mm} {b.Asset.LastWrittenTask} {string.Join(' ', b.Upstream.Select(u => u.Key))}"));
        }
        Assert.Equal("COMPLETE 02:00 02:03 postgresql://db:5432/shop/public.a postgresql://db:5432/shop/public.b 02:03 etl.load postgresql://db:5432/shop/public.a", Assert.Single(seen));
    }

    [Fact]
    public async Task All_at_once_gives_the_same_as_one_by_one()
    {
        await SendAsync("[" + string.Join(", ", Event("COMPLETE", "2026-03-01T02:03:00Z", outputs: [Dataset("kafka://k:9092", "out")]), Event("START", "2026-03-01T02:00:00Z", inputs: [Dataset("kafka://k:9092", "in")])) + "]");

        var run = Assert.Single(await Runs.ListAsync(null, 10, CancellationToken.None));
        Assert.Equal(("COMPLETE", "kafka://k:9092/in", "kafka://k:9092/out"), (run.State, run.Inputs[0], run.Outputs[0]));
    }

    [Fact]
    public async Task A_failed_run_keeps_its_error_and_is_found_as_a_cause()
    {
        await SendAsync(Event("COMPLETE", "2026-03-01T02:00:00Z", outputs: [Dataset("postgres://db:5432", "shop.public.b")], inputs: [Dataset("postgres://db:5432", "shop.public.a")]));
        await SendAsync(Event("FAIL", "2026-03-02T02:00:00Z", run: "019a4f6e-0000-7000-8000-000000000002", runFacets: [("errorMessage", """{"message": "No space", "programmingLanguage": "JAVA"}"""),
            ("nominalTime", """{"nominalStartTime": "2026-03-02T00:00:00Z"}"""), ("parent", """{"run": {"runId": "019a4f6e-0000-7000-8000-00000000000f"}, "job": {"namespace": "airflow", "name": "etl"}}""")],
            outputs: [Dataset("postgres://db:5432", "shop.public.b")]));

        var failed = (await Runs.ListAsync(null, 10, CancellationToken.None))[0];
        Assert.Equal(("FAIL", "No space", "airflow/etl"), (failed.State, failed.Error, failed.ParentJob));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero), (await Assets.GetAsync("postgresql://db:5432/shop/public.b", CancellationToken.None))!.Asset.LastWrittenAt);
        var causes = await new RootCauseQueries(_catalog.DataSource).ForAssetAsync("postgresql://db:5432/shop/public.b", new DateTimeOffset(2026, 3, 2, 5, 0, 0, TimeSpan.Zero), CancellationToken.None);
        Assert.Contains(causes!.Causes, c => c.Kind == "failed_task" && c.TaskId == "etl.load" && c.Why.Contains("No space", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dataset_says_its_columns_documentation_owner_quality_and_facets_that_nobody_knows()
    {
        await SendAsync(DatasetEvent("2026-03-01T00:00:00Z", Dataset("bigquery", "p.d.users",
            ("schema", """{"fields": [{"name": "id", "type": "INT64"}, {"name": "mail", "type": "STRING"}]}"""),
            ("documentation", """{"description": "All users"}"""),
            ("ownership", """{"owners": [{"name": "team:crm"}]}"""),
            ("dataSource", """{"name": "bq", "uri": "https://bigquery.example/p"}"""),
            ("dataQualityMetrics", """{"rowCount": 10, "columnMetrics": {"mail": {"nullCount": 2, "quantiles": {"0.5": 1.5}}}}"""),
            ("acme_cost", """{"euros": 3}"""))));

        var asset = (await Assets.GetAsync("bigquery://p.d.users", CancellationToken.None))!;
        Assert.Equal(("All users", "team:crm", "database_table"), (asset.Asset.Description, asset.Asset.Owner, asset.Asset.Kind));
        Assert.Equal(["id INT64", "mail STRING"], asset.Columns.Select(c => $"{c.Name} {c.DataType}"));
        Assert.Equal(3, (await Runs.FacetsAsync("bigquery://p.d.users", CancellationToken.None)).Single(f => f.Name == "acme_cost").Read().GetProperty("euros").GetInt32());
        Assert.Equal(2, (await new QualityQueries(_catalog.DataSource).MetricsAsync("bigquery://p.d.users", "nulls", null, CancellationToken.None)).Single(m => m.Column == "mail").Value);

        await SendAsync(DatasetEvent("2026-03-02T00:00:00Z", Dataset("bigquery", "p.d.users", ("acme_cost", """{"_deleted": true}"""))));
        await SendAsync(DatasetEvent("2026-03-01T12:00:00Z", Dataset("bigquery", "p.d.users", ("acme_cost", """{"euros": 4}"""))));
        Assert.DoesNotContain(await Runs.FacetsAsync("bigquery://p.d.users", CancellationToken.None), f => f.Name == "acme_cost");

        await SendAsync(DatasetEvent("2026-03-03T00:00:00Z", Dataset("bigquery", "p.d.users", ("lifecycleStateChange", """{"lifecycleStateChange": "DROP"}"""))));
        Assert.NotNull((await Assets.GetAsync("bigquery://p.d.users", CancellationToken.None))!.Asset.GoneAt);
    }

    [Fact]
    public async Task Assertions_of_an_input_open_and_close_incidents()
    {
        var quality = new QualityQueries(_catalog.DataSource);
        async Task Assert_(string at, bool success) => await SendAsync(Event("COMPLETE", at, run: Guid.NewGuid().ToString(), inputs: [Dataset("hive://h:9083", "d.t") with { UseFacets = [("dataQualityAssertions", $$"""{"assertions": [{"assertion": "not_null", "success": {{(success ? "true" : "false")}}, "column": "id", "severity": "error", "actual": "3 nulls"}]}""")] }]));
        await Assert_("2026-03-01T02:00:00Z", false);
        Assert.Equal(("not_null", "id"), Assert.Single(await quality.IncidentsAsync(openOnly: true, 10, CancellationToken.None)) is var i ? (i.Check, i.Column) : default);
        await Assert_("2026-03-02T02:00:00Z", true);
        Assert.Empty(await quality.IncidentsAsync(openOnly: true, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Names_that_are_symlinks_of_each_other_are_one_asset()
    {
        await SendAsync(Event("COMPLETE", "2026-03-01T02:00:00Z", outputs: [Dataset("hdfs://nn:8020", "/warehouse/t", ("symlinks", """{"identifiers": [{"namespace": "hive://h:9083", "name": "d.t", "type": "TABLE"}]}"""))]));
        await SendAsync(Event("COMPLETE", "2026-03-01T03:00:00Z", run: Guid.NewGuid().ToString(), inputs: [Dataset("hive://h:9083", "d.t")], outputs: [Dataset("file", "/out.csv")]));

        Assert.Equal(["hdfs://nn:8020/warehouse/t"], (await Assets.GetAsync("file:/out.csv", CancellationToken.None))!.Upstream.Select(u => u.Key));
        Assert.Null(await Assets.GetAsync("hive://h:9083/d.t", CancellationToken.None));
    }

    [Fact]
    public async Task An_event_of_a_job_alone_says_what_the_job_is_now()
    {
        await SendAsync(JobEvent("2026-03-01T00:00:00Z", [Dataset("db2://x", "a"), Dataset("db2://x", "b")], [Dataset("db2://x", "c")]));
        await SendAsync(JobEvent("2026-03-02T00:00:00Z", [Dataset("db2://x", "b")], [Dataset("db2://x", "c")]));

        var now = await Lineage.WalkAsync("db2://x/c", null, LineageDirection.Upstream, 1, CancellationToken.None);
        Assert.Equal(["db2://x/c", "db2://x/b"], now!.Nodes.Select(n => n.Asset));
        var before = await Lineage.WalkAsync(new LineageRequest { Asset = "db2://x/c", Direction = LineageDirection.Upstream, At = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero) }, CancellationToken.None);
        Assert.Equal(3, before!.Nodes.Count);
    }

    [Theory]
    [InlineData("$.eventTime", "\"yesterday\"", "eventTime", "must be a time")]
    [InlineData("$.run.runId", "\"7\"", "run.runId", "must be a UUID")]
    [InlineData("$.eventType", "\"DONE\"", "eventType", "must be one of START")]
    [InlineData("$.job", "{\"namespace\": \"n\"}", "job.name", "is missing")]
    [InlineData("$.producer", "3", "producer", "must be a URI")]
    [InlineData("$.inputs", "{}", "inputs", "must be an array")]
    [InlineData("$.inputs", "[{\"namespace\": \"a\", \"name\": \"b\", \"facets\": {\"x\": {\"_producer\": \"https://p\"}}}]", "inputs[0].facets.x._schemaURL", "is missing")]
    [InlineData("$.outputs", "[{\"namespace\": \"a\", \"name\": \"b\", \"facets\": {\"schema\": {\"_producer\": \"https://p\", \"_schemaURL\": \"https://s\", \"fields\": [{\"type\": \"INT\"}]}}}]", "outputs[0].facets.schema.fields[0].name", "is missing")]
    [InlineData("$.outputs", "[{\"namespace\": \"a\", \"name\": \"b\", \"outputFacets\": {\"outputStatistics\": {\"_producer\": \"https://p\", \"_schemaURL\": \"https://s\", \"rowCount\": 1.5}}}]", "outputs[0].outputFacets.outputStatistics.rowCount", "whole number")]
    public async Task A_wrong_field_is_refused_by_its_path(string place, string value, string path, string message)
    {
        var e = JsonNode.Parse(Event("START", "2026-03-01T02:00:00Z"))!;
        var at = e;
        var steps = place[2..].Split('.');
        foreach (var step in steps[..^1])
            at = at[step]!;
        at[steps[^1]] = JsonNode.Parse(value);
        var answer = await Inbox.TakeAsync(JsonSerializer.SerializeToElement(new JsonArray(JsonNode.Parse(Event("START", "2026-03-01T02:00:00Z")), e)), CancellationToken.None);

        Assert.Equal(0, answer.Taken);
        var problem = Assert.Single(answer.Problems);
        Assert.Equal("[1]." + path, problem.Path);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal(0, await ScalarAsync<long>("select count(*) from outbox"));
    }

    [Fact]
    public async Task What_is_no_event_or_too_much_is_refused()
    {
        Assert.Contains("neither run, job nor dataset", (await TakeAsync("{}")).Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("is no object", (await TakeAsync("[3]")).Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("may have 1,000", (await TakeAsync("[" + string.Join(',', Enumerable.Repeat("{}", 1001)) + "]")).Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("\\u0000", (await TakeAsync(Event("START", "2026-03-01T02:00:00Z").Replace("etl.load", "etl\\u0000", StringComparison.Ordinal))).Problems[0].Message, StringComparison.Ordinal);
        Assert.Equal(20, (await TakeAsync("[" + string.Join(',', Enumerable.Repeat("{}", 50)) + "]")).Problems.Count);
        Assert.Equal(0, (await TakeAsync("[]")).Taken);
    }

    [Fact]
    public async Task A_text_that_cannot_be_kept_is_refused_by_its_path_and_whole_characters_are_kept()
    {
        foreach (var (name, what) in new[] { ("dw/\\ud800x", "\\ud800, half a character"), ("dw/\\udc00", "\\udc00, half a character"), ("dw/\\udc00\\ud800", "\\udc00, half a character"), ("dw/\\ud800\\n", "\\ud800, half a character"), ("a\\\\\\u0000b", "\\u0000") })
        {
            var answer = await TakeAsync("[" + Event("START", "2026-03-01T02:00:00Z") + "," + Event("START", "2026-03-01T02:00:00Z", inputs: [Dataset("s3://lake", "ok"), Dataset("s3://lake", name)]) + "]");
            var problem = Assert.Single(answer.Problems);
            Assert.Equal("[1].inputs[1].name", problem.Path);
            Assert.Contains(what, problem.Message, StringComparison.Ordinal);
        }
        Assert.Contains("\\ud800", Assert.Single((await TakeAsync(Event("START", "2026-03-01T02:00:00Z", runFacets: [("x\\ud800", "{\"a\": 1}")]))).Problems).Message, StringComparison.Ordinal);
        foreach (var name in new[] { "dw/\\ud83d\\ude00", "dw/\\\\ud800x", "dw/\\\\u0000x", "dw/😀" })
            await SendAsync(Event("COMPLETE", "2026-03-01T02:00:00Z", outputs: [Dataset("s3://lake", name)]));
    }

    [Fact]
    public async Task Names_longer_than_a_key_are_refused_and_the_longest_that_are_taken_are_kept()
    {
        Assert.Equal(("outputs[0].name", true), await RefusedAsync(Event("START", "2026-03-01T02:00:00Z", outputs: [Dataset("s3://lake", new string('n', 20_000))])));
        Assert.Equal(("inputs[0].namespace", true), await RefusedAsync(Event("START", "2026-03-01T02:00:00Z", inputs: [Dataset("s3://" + new string('库', 200), "n")])));
        Assert.Equal(("job.name", true), await RefusedAsync(Event("START", "2026-03-01T02:00:00Z").Replace("etl.load", new string('j', 601), StringComparison.Ordinal)));
        Assert.Equal(("outputs[0].facets.columnLineage.fields", true), await RefusedAsync(Event("START", "2026-03-01T02:00:00Z", outputs: [Dataset("s3://lake", "n", ("columnLineage", $$$"""{"fields": {"{{{new string('c', 501)}}}": {"inputFields": []} } }"""))])));
        Assert.Equal(("outputs[0].facets", true), await RefusedAsync(Event("START", "2026-03-01T02:00:00Z", outputs: [Dataset("s3://lake", "n", (new string('f', 501), "{\"a\": 1}"))])));

        // Letters that do not repeat: PostgreSQL packs those that do, and would take more of them.
        var (space, from, to, source, target) = (Letters(490, 1), Letters(1_500, 2), Letters(1_500, 3), Letters(500, 4), Letters(500, 5));
        var lineage = $$$"""{"fields": {"{{{target}}}": {"inputFields": [{"namespace": "db2://{{{space}}}", "name": "{{{from}}}", "field": "{{{source}}}", "transformations": [{"type": "DIRECT", "subtype": "TRANSFORMATION"}]}]} } }""";
        await SendAsync(Event("COMPLETE", "2026-03-01T02:00:00Z", inputs: [Dataset("db2://" + space, from)], outputs: [Dataset("db2://" + space, to, ("columnLineage", lineage))])
            .Replace("\"airflow\"", $"\"{Letters(300, 6)}\"", StringComparison.Ordinal).Replace("etl.load", Letters(600, 7), StringComparison.Ordinal));
        Assert.Equal(1, await ScalarAsync<long>("select count(*) from catalog.column_edges"));

        async Task<(string, bool)> RefusedAsync(string json) => Assert.Single((await TakeAsync(json)).Problems) is var problem ? (problem.Path, problem.Message.Contains(" bytes.", StringComparison.Ordinal)) : default;
    }

    [Fact]
    public async Task A_producer_is_any_URI()
    {
        foreach (var (producer, taken) in new[] { ("x:y", true), ("urn:acme:spark", true), ("https://acme.example/p", true), ("acme", false), ("x:", false), ("1x:y", false), ("x:a b", false) })
            Assert.Equal((producer, taken), (producer, (await TakeAsync(Event("START", "2026-03-01T02:00:00Z").Replace("https://example.org/airflow", producer, StringComparison.Ordinal))).Problems.Count == 0));
    }

    private static string Letters(int length, int seed)
    {
        var random = new Random(seed);
        return string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(26))));
    }

    private async Task SendAsync(string json)
    {
        var answer = await TakeAsync(json);
        Assert.Empty(answer.Problems);
        await _catalog.Projector.DrainAsync(CancellationToken.None);
        Assert.Equal("", await ScalarAsync<string>("select coalesce(string_agg(error, '; '), '') from outbox_failures"));
    }

    private Task<InboxAnswer> TakeAsync(string json) => Inbox.TakeAsync(JsonDocument.Parse(json).RootElement, CancellationToken.None);

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await _catalog.DataSource.OpenConnectionAsync();
        return (await connection.QuerySingleAsync<T>(sql))!;
    }

    private static string Event(string state, string at, Sent[]? inputs = null, Sent[]? outputs = null, string run = Run, (string, string)[]? runFacets = null) => $$"""
        {"eventType": "{{state}}", "eventTime": "{{at}}", "producer": "https://example.org/airflow", "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
         "run": {"runId": "{{run}}", "facets": {{Facets(runFacets)}}}, "job": {"namespace": "airflow", "name": "etl.load"}, "inputs": [{{string.Join(", ", inputs?.Select(i => i.Json("inputFacets")) ?? [])}}], "outputs": [{{string.Join(", ", outputs?.Select(o => o.Json("outputFacets")) ?? [])}}]}
        """;

    private static string JobEvent(string at, Sent[] inputs, Sent[] outputs) => $$"""
        {"eventTime": "{{at}}", "producer": "https://example.org/p", "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent",
         "job": {"namespace": "cron", "name": "nightly"}, "inputs": [{{string.Join(", ", inputs.Select(i => i.Json("inputFacets")))}}], "outputs": [{{string.Join(", ", outputs.Select(o => o.Json("outputFacets")))}}]}
        """;

    private static string DatasetEvent(string at, Sent dataset) => $$"""
        {"eventTime": "{{at}}", "producer": "https://example.org/p", "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent", "dataset": {{dataset.Json(null)}}}
        """;

    private static string Facets((string Name, string Json)[]? facets) =>
        "{" + string.Join(", ", (facets ?? []).Select(f => $"\"{f.Name}\": {{\"_producer\": \"https://example.org/p\", \"_schemaURL\": \"https://example.org/f.json\", {f.Json.Trim()[1..]}")) + "}";

    private static Sent Dataset(string space, string name, params (string, string)[] facets) => new(space, name, facets, []);

    private sealed record Sent(string Space, string Name, (string, string)[] Facets, (string, string)[] UseFacets)
    {
        public string Json(string? use) => $$"""{"namespace": "{{Space}}", "name": "{{Name}}", "facets": {{OpenLineageInboxTests.Facets(Facets)}}{{(use is null ? "" : $", \"{use}\": {OpenLineageInboxTests.Facets(UseFacets)}")}}}""";
    }
}
