using System.Text.Json.Nodes;
using Platform.Activities.Inventory;
using Platform.Catalog.Assets;
using Platform.Catalog.Inventory;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Inventory;

/// <summary>The tasks of the nightly inventory over a real catalog.</summary>
public sealed class NightlyInventoryTests(PostgresFixture postgres) : ActivityTest, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private long _run = Random.Next(1_000, 1_000_000_000);

    private static Random Random { get; } = new(Environment.ProcessId);

    public Task InitializeAsync() => postgres.MigrateAsync(typeof(InventoryCommands).Assembly);

    public Task DisposeAsync() => Task.CompletedTask;

    public override object? GetService(Type serviceType) =>
        serviceType == typeof(InventoryCommands) ? new InventoryCommands(postgres.DataSource)
        : serviceType == typeof(InventoryQueries) ? new InventoryQueries(postgres.DataSource)
        : serviceType == typeof(InventoryMemory) ? new InventoryMemory(postgres.DataSource)
        : base.GetService(serviceType);

    [Fact]
    public async Task The_first_rows_of_files_can_be_looked_at_or_the_reason_is_told()
    {
        Write("data/people.csv", "id,email\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"{i},{(i == 2 ? "" : $"p{i}@example.com")}\n")));
        Write("data/events.jsonl", string.Concat(Enumerable.Range(1, 60).Select(i => $"{{\"at\": {i}, \"where\": {{\"city\": \"C{i % 5}\"}}}}\n")));
        await Night();
        var samples = new InventorySample(new AssetQueries(postgres.DataSource), new InventoryQueries(postgres.DataSource), Tables, new NoConnections());
        var people = (await samples.ReadAsync("file:" + Path.Combine(Folder.Path, "data", "people.csv"), 5, default))!;
        Assert.Equal(["id", "email"], people.Columns);
        Assert.Equal([["1", "p1@example.com"], ["2", null]], people.Rows.Take(2));
        Assert.Equal(5, people.Rows.Count);
        var events = (await samples.ReadAsync("file:" + Path.Combine(Folder.Path, "data", "events.jsonl"), 3, default))!;
        Assert.Equal("C1", events.Rows[0][events.Columns.ToList().IndexOf("where.city")]);
        Assert.Null(await samples.ReadAsync("model:nobody", 5, default));
        File.Delete(Path.Combine(Folder.Path, "data", "people.csv"));
        Assert.Contains("not there any more", (await Assert.ThrowsAsync<IOException>(() => samples.ReadAsync("file:" + Path.Combine(Folder.Path, "data", "people.csv"), 5, default))).Message, StringComparison.Ordinal);
    }

    private sealed class NoConnections : Platform.Workflows.IConnections
    {
        public ValueTask<Platform.Workflows.ConnectionInfo> GetAsync(string name, CancellationToken cancellationToken) => throw new Platform.Workflows.ConnectionNotFoundException(name);
    }

    [Fact]
    public async Task A_night_finds_profiles_and_reports_and_the_next_names_what_changed()
    {
        Shop();
        var (scan, profile, relate, report) = await Night();
        Assert.Equal((4, 4, 0), (scan.Assets, scan.New, scan.Unreadable - 1));
        Assert.Equal((4, 1, 1), (profile.Profiled, relate.Relations, relate.BrokenRelations));
        Assert.True(profile.PersonalColumns >= 1);
        Assert.True(report.First);
        Assert.Contains("</html>", await File.ReadAllTextAsync(report.Report), StringComparison.Ordinal);
        Assert.Equal(report.Assets, JsonNode.Parse(await File.ReadAllTextAsync(report.ReportJson))!["totals"]!["assets"]!.GetValue<int>());
        Assert.Contains(Facts, fact => fact is AssetWritten { Asset: "report:inventory", Kind: AssetKind.Report });

        (_, profile, _, report) = await Night();
        Assert.Equal((0, 0, false), (profile.Profiled, report.ChangedCount + report.New + report.Gone, report.First));

        Write("data/days/2024-01-02.csv", "id,amount\n7,1.25\n8,2.25\n9,3.25\n");
        (scan, profile, _, report) = await Night();
        Assert.Equal((1, 1), (scan.Changed, profile.Profiled));
        Assert.Equal("file:" + Path.Combine(Folder.Path, "data", "days", "{yyyy-MM-dd}.csv"), Assert.Single(report.Changed));
        Assert.Equal((0, 0), (report.New, report.Gone));
        var history = await new InventoryQueries(postgres.DataSource).ProfileHistoryAsync(report.Changed[0], 10, default);
        Assert.Equal(2, history.Count);
        var growth = history[0].Profile.GetProperty("growth");
        Assert.Equal((history[1].RowCount, history[0].RowCount - history[1].RowCount), (growth.GetProperty("rows_before").GetInt64(), growth.GetProperty("rows").GetInt64()));
        Assert.Equal(history[1].ProfiledAt, growth.GetProperty("since").GetDateTimeOffset());
        Assert.Equal(4, history[0].Profile.GetProperty("duplicate_rows").GetInt64());
    }

    [Fact]
    public async Task A_repeated_attempt_finds_the_same_and_writes_nothing_twice()
    {
        Shop();
        var first = await Scan();
        var second = await Scan();
        Assert.Equal((first.InventoryRun, first.New, first.Changed), (second.InventoryRun, second.New, second.Changed));
        await Profile();
        Assert.Equal(0, (await Profile()).Profiled);
    }

    [Fact]
    public async Task The_catalog_knows_columns_verdicts_and_relations()
    {
        Shop();
        await Night();
        var review = await new InventoryQueries(postgres.DataSource).ReviewAsync(personalOnly: true, 50, default);
        Assert.Contains(review, row => row.Asset.StartsWith("file:" + Folder.Path, StringComparison.Ordinal) && row is { Column: "email", PersonalClass: "contact" });
        var relation = Assert.Single(await new RelationQueries(postgres.DataSource).ListAsync("foreign_key", default), row => row.FromAsset.StartsWith("file:" + Folder.Path, StringComparison.Ordinal));
        Assert.Equal(("person_id", "id", 2L), (relation.FromColumns[0], relation.ToColumns[0], relation.BrokenRows));
        Assert.Equal(["77"], relation.MissingValues);
    }

    [Fact]
    public async Task A_rejected_reference_is_told_no_more_and_an_opened_one_again()
    {
        Shop();
        var (_, _, relate, report) = await Night();
        Assert.Equal((1, 1, 1), (relate.Relations, relate.BrokenRelations, report.BrokenRelations));
        var commands = new InventoryCommands(postgres.DataSource);
        var id = await Reference();
        Assert.True(await commands.DecideRelationAsync(id, "rejected", "ann", default));
        (_, _, relate, report) = await Night();
        Assert.Equal((0, 0, 0), (relate.Relations, relate.BrokenRelations, report.BrokenRelations));
        Assert.DoesNotContain("person_id that is not in", await File.ReadAllTextAsync(report.Report), StringComparison.Ordinal);
        Assert.DoesNotContain("broken-reference", await File.ReadAllTextAsync(report.ReportJson), StringComparison.Ordinal);
        // The decision outlives nights in which nothing proposes the reference.
        (_, _, relate, _) = await Night();
        Assert.Equal(0, relate.Relations);

        Assert.True(await commands.DecideRelationAsync(id, "confirmed", "ben", default));
        (_, _, relate, report) = await Night();
        Assert.Equal((1, 1), (relate.BrokenRelations, report.BrokenRelations));
        Assert.Equal(1, JsonNode.Parse(await File.ReadAllTextAsync(report.ReportJson))!["relations"]![0]!["confidence"]!.GetValue<double>());
        Assert.Equal(id, await Reference());
    }

    [Fact]
    public async Task One_column_that_decides_many_is_one_finding()
    {
        _run++;
        Write("data/sales.csv", "code,shop,lead,pieces\n" + string.Concat(Enumerable.Range(0, 2_400).Select(i => $"S{i % 60},{(i == 50 ? "Nrth" : $"Shop {i % 60}")},{(i == 70 ? "L9x" : $"Lead {i % 60 / 2}")},{i * 7919 % 13}\n")));
        await Scan();
        await Profile();
        await Run("inventory.relate", [], Runs.Context(run: _run));
        var report = (ReportInventoryOutputs)(await Run("inventory.report", [], Runs.Context(run: _run))).Outputs!;
        var rules = JsonNode.Parse(await File.ReadAllTextAsync(report.ReportJson))!["catalog"]!["dependencies"]!.AsArray();
        Assert.NotEmpty(rules);
        Assert.Equal(rules.Count, rules.Select(rule => rule!["determinants"]!.GetValue<string>()).Distinct().Count());
    }

    [Fact]
    public async Task What_people_say_of_a_column_is_used_for_one_like_it_the_next_night_and_told_as_a_flip()
    {
        string Codes(int seed) => "prg_kz,n\n" + string.Join('\n', Enumerable.Range(0, 80).Select(i => $"{(char)('A' + ((i * seed) % 5))}{10 + (i * seed % 80)}/{1000 + (i * 37 * seed % 9000)},{i}")) + "\n";
        Write("data/programmes.csv", Codes(3));
        Write("data/archive.csv", Codes(7));
        await Night();
        var (programmes, archive) = ("file:" + Path.Combine(Folder.Path, "data", "programmes.csv"), "file:" + Path.Combine(Folder.Path, "data", "archive.csv"));
        var queries = new InventoryQueries(postgres.DataSource);
        Assert.NotEqual("sku", (await queries.JudgementsAsync(default))[archive].Single(judgement => judgement.Column == "prg_kz").SemanticType);

        await new InventoryCommands(postgres.DataSource).RecordVerdictAsync(new ColumnVerdict { Asset = programmes, Column = "prg_kz", Verdict = "corrected", SemanticType = "sku", By = "ann" }, default);
        var (_, profile, _, _) = await Night();
        Assert.Equal("sku", (await queries.JudgementsAsync(default))[archive].Single(judgement => judgement.Column == "prg_kz").SemanticType);
        Assert.Equal(("sku", "people"), (await queries.FlipsAsync(profile.InventoryRun, default)).Where(flip => flip.Asset == archive).Select(flip => (flip.ToType, flip.Because)).Single());
        // Nothing was read for it, and the night after has nothing to tell.
        Assert.Equal(0, profile.Profiled);
        (_, profile, _, _) = await Night();
        Assert.DoesNotContain(await queries.FlipsAsync(profile.InventoryRun, default), flip => flip.Asset == archive || flip.Asset == programmes);
    }

    [Fact]
    public async Task A_source_that_is_not_there_fails_alone_and_is_only_reported_beside_others()
    {
        Shop();
        var failure = await Fails("inventory.scan", new JsonObject { ["sources"] = Path.Combine(Folder.Path, "nope") }, Runs.Context(run: ++_run));
        Assert.Equal("not-found", failure.Kind);
        var scan = await Scan(new JsonArray(Path.Combine(Folder.Path, "nope"), Path.Combine(Folder.Path, "data")));
        Assert.Equal((1, 4), (scan.FailedSources.Count, scan.Assets));
    }

    [Fact]
    public async Task The_log_says_what_is_scanned_and_names_what_could_not_be_read_up_to_twenty()
    {
        Shop();
        foreach (var i in Enumerable.Range(0, 24))
            Write($"data/bad{(char)('a' + i)}/x.parquet", "PAR1");
        await Scan();
        Assert.Contains($"Scanning {Path.Combine(Folder.Path, "data")}, the platform's own tables.", Runs.Log, StringComparison.Ordinal);
        Assert.Contains("5 more could not be read", Runs.Log, StringComparison.Ordinal);
        await Profile();
        Assert.Contains("Profiling 4 assets", Runs.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_scanned_by_itself_is_an_asset_of_its_own_and_leaves_the_set_as_it_is()
    {
        Shop();
        await Scan();
        await Profile();
        var set = "file:" + Path.Combine(Folder.Path, "data", "days", "{yyyy-MM-dd}.csv");
        var before = (await new Platform.Catalog.Assets.AssetQueries(postgres.DataSource).GetAsync(set, default))!.Asset;
        _run++;
        await Scan(Path.Combine(Folder.Path, "data", "days", "2024-01-01.csv"));
        await Profile();
        var queries = new Platform.Catalog.Assets.AssetQueries(postgres.DataSource);
        Assert.Equal((before.RowCount, before.FileCount), ((await queries.GetAsync(set, default))!.Asset is var after ? (after.RowCount, after.FileCount) : default));
        Assert.Equal(2L, (await queries.GetAsync("file:" + Path.Combine(Folder.Path, "data", "days", "2024-01-01.csv"), default))!.Asset.RowCount);
    }

    [Fact]
    public async Task The_sample_shops_customers_are_personal_and_its_orders_are_not()
    {
        _run++;
        await Run("sample.shop", new JsonObject { ["folder"] = Path.Combine(Folder.Path, "shop"), ["orders"] = 2_000 }, Runs.Context(run: _run));
        await Scan(Path.Combine(Folder.Path, "shop"));
        await Profile();
        var review = (await new InventoryQueries(postgres.DataSource).ReviewAsync(personalOnly: true, 500, default)).Where(row => row.Asset.StartsWith("file:" + Path.Combine(Folder.Path, "shop"), StringComparison.Ordinal)).ToList();
        var customers = review.Where(row => row.Asset.EndsWith("customers.csv", StringComparison.Ordinal)).Select(row => row.Column).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(new HashSet<string> { "name", "birth_date", "id_card", "phone", "email", "address", "postcode" }, customers);
        Assert.Empty(review.Where(row => row.Asset.Contains("order", StringComparison.Ordinal) && row.PersonalClass is not null and not ("in_text" or "online")).Select(row => $"{row.Asset} {row.Column} {row.SemanticType} {row.PersonalClass}"));
    }

    [Fact]
    public async Task A_profile_without_a_scan_says_what_is_missing()
        => Assert.Contains("inventory.scan", (await Fails("inventory.profile", [], Runs.Context(run: ++_run))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Relating_without_a_profile_says_what_is_missing()
    {
        Shop();
        await Scan();
        Assert.Contains("inventory.profile", (await Fails("inventory.relate", [], Runs.Context(run: _run))).Message, StringComparison.Ordinal);
    }

    private void Shop()
    {
        _run++;
        Write("data/people.csv", "id,email\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"{i},person{i}@example.com\n")));
        Write("data/orders.csv", "no,person_id\n" + string.Concat(Enumerable.Range(1, 120).Select(i => $"{i},{(i > 118 ? 77 : 1 + (i % 40))}\n")));
        foreach (var day in Enumerable.Range(1, 4))
            Write($"data/days/2024-01-0{day}.csv", "id,amount\n1,1.25\n2,2.25\n");
        Write("data/notes.txt", "just\nsome\nlines here\n");
        Write("data/broken.parquet", "PAR1");
        Write("data/README.md", "no data");
    }

    private async Task<(ScanInventoryOutputs Scan, ProfileInventoryOutputs Profile, RelateInventoryOutputs Relate, ReportInventoryOutputs Report)> Night()
    {
        _run++;
        return (await Scan(), await Profile(), (RelateInventoryOutputs)(await Run("inventory.relate", [], Runs.Context(run: _run))).Outputs!, (ReportInventoryOutputs)(await Run("inventory.report", [], Runs.Context(run: _run))).Outputs!);
    }

    private async Task<long> Reference()
        => Assert.Single(await new RelationQueries(postgres.DataSource).ListAsync("foreign_key", default), row => row.FromAsset.StartsWith("file:" + Folder.Path, StringComparison.Ordinal)).Id;

    private async Task<ScanInventoryOutputs> Scan(JsonNode? sources = null)
        => (ScanInventoryOutputs)(await Run("inventory.scan", new JsonObject { ["sources"] = sources ?? Path.Combine(Folder.Path, "data") }, Runs.Context(run: _run))).Outputs!;

    private async Task<ProfileInventoryOutputs> Profile() => (ProfileInventoryOutputs)(await Run("inventory.profile", [], Runs.Context(run: _run))).Outputs!;
}
