using System.Text.Json.Nodes;
using Platform.Activities.Inventory;
using Platform.Catalog.Cells;
using Platform.Catalog.Inventory;
using Platform.Tables;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Inventory;

/// <summary>Wrong cells and duplicates of tables and files, with what people say in a real catalog.</summary>
public sealed class CellActivityTests(PostgresFixture postgres) : ActivityTest, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private long _run;

    public Task InitializeAsync() => postgres.MigrateAsync(typeof(InventoryCommands).Assembly);

    public Task DisposeAsync() => Task.CompletedTask;

    public override object? GetService(Type serviceType) =>
        serviceType == typeof(CellCommands) ? new CellCommands(postgres.DataSource, TimeProvider.System)
        : serviceType == typeof(CellQueries) ? new CellQueries(postgres.DataSource)
        : serviceType == typeof(InventoryCommands) ? new InventoryCommands(postgres.DataSource)
        : serviceType == typeof(InventoryQueries) ? new InventoryQueries(postgres.DataSource)
        : base.GetService(serviceType);

    [Fact]
    public async Task Wrong_cells_of_a_file_are_written_with_reasons_and_rows_to_label()
    {
        var file = Shops("shops.csv", rows => { rows[10][1] = "Hambrug"; rows[20][2] = "n/a"; rows[30][1] = ""; });
        var outputs = await Errors(new JsonObject { ["asset"] = file });
        Assert.Equal(300, outputs.SearchedRows);
        Assert.False(outputs.Sampled);
        Assert.Contains(Rows("select column_name, value, reasons from quality.errors"), row => row.StartsWith("price|n/a|stand_in", StringComparison.Ordinal));
        Assert.Equal("1", One("select count(*) from quality.errors where value = 'Hambrug'"));
        Assert.Equal("1", One("select count(*) from quality.errors where value is null and column_name = 'city'"));
        Assert.Equal("20|20", One("select count(distinct row_key), max(place) from quality.errors__rows"));
        Assert.Contains(Facts.OfType<MetricMeasured>(), metric => metric is { Column: "price", Name: "suspect_cells", Value: >= 1 });
        var search = await new CellQueries(postgres.DataSource).SearchAsync($"file:{file}", default);
        Assert.Equal((300L, outputs.Suspects), (search!.RowCount, (int)search.SuspectCells));
    }

    [Fact]
    public async Task Labels_and_decisions_of_people_shape_the_next_search()
    {
        var file = Shops("labelled.csv", rows =>
        {
            for (var i = 0; i < 300; i += 4)
                rows[i][2] += " EUR";
            rows[11][1] = "Hamburg Nord";
        });
        var key = $"file:{file}";
        await Errors(new JsonObject { ["asset"] = file });
        var queries = new CellQueries(postgres.DataSource);
        var commands = new CellCommands(postgres.DataSource, TimeProvider.System);
        var rows = await queries.RowsToLabelAsync(key, default);
        Assert.Equal(20, rows.Count);
        await commands.LabelAsync(key, [.. rows.Take(10).SelectMany(row => new[] { "no", "city", "price" }.Select(column => new CellLabelInput { RowKey = row.RowKey, Column = column, Wrong = false }))], "mei", default);
        Assert.Equal(10, (await queries.RowsToLabelAsync(key, default)).Count);
        var again = await Errors(new JsonObject { ["asset"] = file });
        Assert.Equal((10, 0), (again.LabelledRows, again.GoneLabels));
        Assert.Equal("0", One("select count(*) from quality.errors where column_name = 'price'"));
        Assert.Equal(10, (await queries.RowsToLabelAsync(key, default)).Count);
        foreach (var group in await queries.GroupsAsync(key, open: true, 100, default))
            Assert.True(await commands.DecideAsync(group.Id, "rejected", "as it should be", "mei", default));
        Assert.Equal(0, (await Errors(new JsonObject { ["asset"] = file })).Suspects);
        // Every row changes: the labels are of rows that are gone.
        Shops("labelled.csv", changed => { foreach (var row in changed) row[0] = "7" + row[0]; });
        Assert.Equal((0, 30), await Errors(new JsonObject { ["asset"] = file }) is var gone ? (gone.LabelledRows, gone.GoneLabels) : default);
    }

    [Fact]
    public async Task A_night_tells_wrong_cells_until_people_say_that_they_are_right_and_a_search_learns_from_that()
    {
        var file = Write("night/shops.csv", "no,shop,city\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"{i},S{i % 25},{(i == 50 ? "Hambrug" : new[] { "Hamburg", "Rotterdam", "Antwerpen", "Marseille", "Barcelona" }[i % 25 % 5])}\n")));
        var key = $"file:{file}";
        var queries = new CellQueries(postgres.DataSource);
        var first = await Night("night");
        Assert.Equal((1, 1L, 1, 1), (first.Looked, first.Cells, first.Groups, first.NewGroups));
        Assert.Contains("city: 1 misspelt.", Runs.Log, StringComparison.Ordinal);
        var group = Assert.Single(await queries.GroupsAsync(key, open: true, 10, default));
        Assert.Equal(("night:city:misspelt", "night"), (group.GroupKey, group.Origin));
        Assert.Equal("Hamburg", group.Examples[0].GetProperty("suggestion").GetString());
        Assert.Contains("Hambrug", await File.ReadAllTextAsync(((ReportInventoryOutputs)(await Run("inventory.report", [], Runs.Context(run: _run))).Outputs!).ReportJson), StringComparison.Ordinal);

        Assert.True((await Errors(new JsonObject { ["asset"] = file })).Suspects >= 1);
        await new CellCommands(postgres.DataSource, TimeProvider.System).DecideAsync(group.Id, "rejected", "an old name", "mei", default);
        var second = await Night("night");
        Assert.Equal((1, 0L), (second.Known, second.Cells));
        Assert.Equal(1, (await Errors(new JsonObject { ["asset"] = file })).LabelledRows);
        Assert.Equal("0", One("select count(*) from quality.errors where value = 'Hambrug'"));
        await new CellCommands(postgres.DataSource, TimeProvider.System).DecideAsync(group.Id, "confirmed", null, "mei", default);
        Assert.Equal(1, (await Errors(new JsonObject { ["asset"] = file })).LabelledRows);
        Assert.Equal("1", One("select score from quality.errors where value = 'Hambrug'"));
    }

    [Fact]
    public async Task A_look_at_cells_without_a_profile_or_without_time_says_what_is_missing()
    {
        Assert.Contains("inventory.profile", (await Fails("inventory.cells", [], Runs.Context(run: ++_run))).Message, StringComparison.Ordinal);
        Assert.Equal("bad-input", (await Fails("inventory.cells", new JsonObject { ["time"] = "0s" }, Runs.Context(run: ++_run))).Kind);
    }

    [Fact]
    public async Task Labels_may_come_from_a_table()
    {
        var file = Shops("table.csv", rows => rows[8][2] = "n/a");
        await Errors(new JsonObject { ["asset"] = file });
        Fill("quality.labels", "select row_key, column_name, false as wrong from quality.errors__rows", "quality.errors__rows");
        Assert.Equal(20, (await Errors(new JsonObject { ["asset"] = file, ["labels"] = "quality.labels" })).LabelledRows);
        Fill("quality.nonsense", "select 'x' as row_key, 'city' as column_name, 'perhaps' as wrong");
        Assert.Contains("neither true nor false", (await Fails("inventory.errors", With(new JsonObject { ["asset"] = file, ["labels"] = "quality.nonsense" }), Runs.Context(run: ++_run))).Message, StringComparison.Ordinal);
        Assert.Contains("no column 'wrong'", (await Fails("inventory.errors", With(new JsonObject { ["asset"] = file, ["labels"] = "quality.errors" }), Runs.Context(run: ++_run))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_that_cannot_be_looked_at_is_named()
    {
        var file = Shops("bad.csv", _ => { });
        Assert.Contains("no column 'town'", (await Fails("inventory.errors", With(new JsonObject { ["asset"] = file, ["columns"] = new JsonArray("town") }))).Message, StringComparison.Ordinal);
        Assert.Contains("not both", (await Fails("inventory.errors", With([]))).Message, StringComparison.Ordinal);
        Assert.Equal("not-found", (await Fails("inventory.errors", With(new JsonObject { ["asset"] = Path.Combine(Folder.Path, "none.csv") }))).Kind);
        Assert.Contains("ingest.database", (await Fails("inventory.errors", With(new JsonObject { ["asset"] = "postgresql://h:1/d/s.t" }))).Message, StringComparison.Ordinal);
        Assert.Equal("not-found", (await Fails("inventory.errors", With(new JsonObject { ["table"] = "raw.none" }))).Kind);
        Fill("raw.empty", "select 1 as a where false");
        Assert.Equal(ActivityOutcome.Skipped, (await Run("inventory.errors", With(new JsonObject { ["table"] = "raw.empty" }))).Outcome);
        Assert.Equal(ActivityOutcome.Skipped, (await Run("inventory.duplicates", With(new JsonObject { ["table"] = "raw.empty" }))).Outcome);
        Fill("raw.one", "select 1 as a");
        Assert.Equal(0, (await Errors(new JsonObject { ["table"] = "raw.one" })).Suspects);
        Assert.Contains("no column 'k'", (await Fails("inventory.duplicates", With(new JsonObject { ["table"] = "raw.one", ["key"] = "k" }))).Message, StringComparison.Ordinal);
        Assert.Contains("no column to compare", (await Fails("inventory.duplicates", With(new JsonObject { ["table"] = "raw.one", ["key"] = "a" }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_table_is_sampled_and_says_so()
    {
        Fill("raw.large", "select i as id, ['red', 'green', 'blue'][1 + i % 3] as colour, date '2024-01-01' + (i % 300)::int as day from range(130000) t(i)");
        var outputs = await Errors(new JsonObject { ["table"] = "raw.large", ["columns"] = new JsonArray("colour", "id") });
        Assert.True(outputs.Sampled);
        Assert.InRange(outputs.SearchedRows, 95_000, 100_000);
        Assert.Contains("a sample of", Runs.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Duplicates_become_clusters_pairs_and_a_table_of_the_best()
    {
        Fill("raw.people", """
            select * from (
              select i as id, ['Harry', 'Emma', 'Oliver', 'Sophie', 'Jack', 'Amelia', 'George'][(1 + hash(i) % 7)::bigint] as first, ['Brown', 'Cooper', 'Hughes', 'Walker', 'Bennett', 'Fisher', 'Marsh', 'Lowe'][(1 + hash(i * 31) % 8)::bigint] as last,
                     (hash(i * 7) % 900000 + 100000)::varchar as phone, (date '1950-01-01' + (hash(i * 13) % 20000)::int) as born
              from range(200) t(i)
              union all select 500, 'Zacharias', 'Plumtree', '555123', date '1971-02-03'
              union all select 501, 'Zachariaz', 'Plumtree', '555123', null
              union all select 502, 'Zacharias', 'Plumtree', '555123', date '1971-02-03')
            """);
        var result = (FindDuplicatesOutputs)(await Run("inventory.duplicates", With(new JsonObject { ["table"] = "raw.people", ["key"] = "id", ["best"] = "clean.people" }), Runs.Context(run: ++_run))).Outputs!;
        Assert.Equal((3, 1, 2, 1L), (result.Pairs, result.Clusters, result.DuplicateRows, result.RepeatedRows));
        Assert.Equal(["500|false", "501|false", "502|true"], Rows("select row_name, keep::varchar from quality.errors order by row_name"));
        Assert.Equal("3", One("select count(*) from quality.errors__pairs where probability > 0.5"));
        Assert.Equal(["201|BIGINT"], Rows("select count(*), any_value(typeof(id)) from clean.people"));
        Assert.Contains(Facts.OfType<MetricMeasured>(), metric => metric is { Asset: "raw.people", Name: "repeated_rows", Value: 1 });
    }

    private async Task<LookAtCellsOutputs> Night(string folder)
    {
        _run++;
        await Run("inventory.scan", new JsonObject { ["sources"] = Path.Combine(Folder.Path, folder) }, Runs.Context(run: _run));
        await Run("inventory.profile", [], Runs.Context(run: _run));
        return (LookAtCellsOutputs)(await Run("inventory.cells", new JsonObject { ["time"] = "5m" }, Runs.Context(run: _run))).Outputs!;
    }

    private async Task<FindErrorsOutputs> Errors(JsonObject with) => (FindErrorsOutputs)(await Run("inventory.errors", With(with), Runs.Context(run: ++_run))).Outputs!;

    private static JsonObject With(JsonObject with)
    {
        with["output"] = "quality.errors";
        return with;
    }

    private void Fill(string table, string select, params string[] reads)
    {
        using var session = Tables.OpenSession();
        foreach (var read in reads)
            session.Expose(TableName.Parse(read));
        session.Write(new TableWrite { Table = TableName.Parse(table), Mode = WriteMode.Replace, AllowNewColumns = true, SelectSql = select });
    }

    private string Shops(string name, Action<string[][]> change)
    {
        string[] cities = ["Hamburg", "Berlin", "Munich", "Cologne"];
        var rows = Enumerable.Range(0, 300).Select(i => new[] { $"{1000 + i}", cities[i * 7 % 11 % 4], $"{10 + i * 13 % 80}.{10 + i * 17 % 90}" }).ToArray();
        change(rows);
        return Write(name, "no,city,price\n" + string.Concat(rows.Select(row => string.Join(',', row) + "\n")));
    }
}
