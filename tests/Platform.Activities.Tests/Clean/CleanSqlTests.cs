using System.Text.Json.Nodes;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Clean;

public sealed class CleanSqlTests : ActivityTest
{
    private const string Sql = """
        select distinct name, n + 1 as m from raw.t
        where seen >= $interval_start and seen < $interval_end -- the day
        ;
        """;

    [Fact]
    public async Task A_statement_takes_the_rows_of_the_interval_and_its_columns_are_followed()
    {
        await Ingest("name,n,seen\na,1,2024-01-01 10:00:00\na,1,2024-01-01 10:00:00\nb,2,2024-01-02 00:00:00\n");
        var outputs = await Clean(Sql, day: 1);
        Assert.Equal(1, outputs.Rows);
        Assert.Equal(["a|2"], Rows("select * from clean.t"));
        var derived = Assert.Single(Facts.OfType<ColumnsDerived>());
        Assert.Null(derived.NotUnderstood);
        Assert.Contains(new ColumnEdge("raw.t", "name", "name", ColumnEdgeKind.Identity), derived.Edges);
        Assert.Contains(new ColumnEdge("raw.t", "n", "m", ColumnEdgeKind.Transformation), derived.Edges);
        Assert.Contains(new ColumnEdge("raw.t", "seen", null, ColumnEdgeKind.Filter), derived.Edges);
        var read = Assert.Single(Facts.OfType<AssetRead>());
        Assert.Equal(("raw.t", 0L), (read.Asset, read.Version!.Value));
    }

    [Fact]
    public async Task A_repeated_day_replaces_its_own_rows_only()
    {
        await Ingest("name,n,seen\na,1,2024-01-01 10:00:00\nb,2,2024-01-02 00:00:00\n");
        await Clean(Sql, day: 1);
        await Clean(Sql, day: 2);
        var again = await Clean(Sql, day: 1, run: 9);
        Assert.Equal(1, again.RowsReplaced);
        Assert.Equal(["a|2", "b|3"], Rows("select * from clean.t order by 1"));
    }

    [Fact]
    public async Task Of_a_table_of_many_files_only_those_of_the_interval_are_read_and_the_answer_is_the_same()
    {
        for (var day = 1; day <= 20; day++)
        {
            Write("a.csv", $"name,n,seen\nx{day},{day},2024-01-{day:D2} 10:00:00\nnull,0,\n");
            await Run("ingest.files", new() { ["path"] = "a.csv", ["table"] = "raw.t" }, Runs.Context("ingest", run: day, day: new DateOnly(2024, 1, day)));
        }
        await Clean(Sql, day: 7);
        Assert.Equal(["x7|8"], Rows("select * from clean.t"));
        using var session = Tables.OpenSession();
        var start = new DateTimeOffset(2024, 1, 7, 0, 0, 0, TimeSpan.Zero);
        var parameters = new Dictionary<string, object?> { ["interval_start"] = start, ["interval_end"] = start.AddDays(1) };
        session.ExposeFor(Sql, parameters);
        Assert.Equal(2L, session.Query("select count(*) from raw.t").Scalar<long>());

        // A statement that looks further back gets all that it asks for, and one without bounds everything.
        await Clean("select count(*) as n from raw.t where seen >= $interval_start - interval 3 day and seen <= $interval_end", day: 7, run: 50, table: "clean.n");
        await Clean("select count(*) as n from raw.t where seen >= $interval_start or n = 1", day: 20, run: 51, table: "clean.n");
        await Clean("select count(*) as n from raw.t a, raw.t b where a.seen >= $interval_start and a.seen < $interval_end", day: 5, run: 52, table: "clean.n");
        Assert.Equal(["2", "4", "40"], Rows("select * from clean.n order by 1"));
    }

    [Fact]
    public async Task The_runs_parameters_are_values_and_never_SQL()
    {
        await Ingest("name,n,seen\na,1,2024-01-01 10:00:00\nb,2,2024-01-01 00:00:00\n");
        var context = Runs.Context("clean", run: 3, day: new DateOnly(2024, 1, 1), parameters: new() { ["wanted"] = "a' or 1=1 --", ["least"] = 2 });
        await Run("clean.sql", new() { ["table"] = "clean.t", ["sql"] = "select name from raw.t where name = $wanted or n >= $least" }, context);
        Assert.Equal(["b"], Rows("select * from clean.t"));
    }

    [Fact]
    public async Task A_missing_table_is_named_with_those_that_there_are()
    {
        await Ingest("name,n,seen\na,1,2024-01-01 10:00:00\n");
        var error = await Fails("clean.sql", With("select * from raw.orders"), Day(1));
        Assert.Equal("not-found", error.Kind);
        Assert.Contains("'raw.orders' does not exist", error.Message, StringComparison.Ordinal);
        Assert.Contains("raw.t", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("selct 1", "selct")]
    [InlineData("select nothing from raw.t", "nothing")]
    [InlineData("select $missing as a", "missing")]
    [InlineData("create table x as select 1", "SELECT")]
    [InlineData("select 1 as a; select 2 as a", "SELECT")]
    [InlineData("select * from read_csv('/etc/passwd')", "")]
    [InlineData("select cast(name as integer) from raw.t", "name")]
    public async Task A_statement_that_cannot_run_says_why_and_writes_nothing(string sql, string part)
    {
        await Ingest("name,n,seen\na,1,2024-01-01 10:00:00\n");
        var error = await Fails("clean.sql", With(sql), Day(1));
        Assert.False(error.Retryable);
        Assert.Contains(part, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.False(Tables.Exists(TableName.Parse("clean.t")));
    }

    [Fact]
    public async Task The_interval_needs_a_run_that_has_one()
    {
        await Ingest("name,n,seen\na,1,2024-01-01 10:00:00\n");
        var error = await Fails("clean.sql", new() { ["table"] = "clean.t", ["sql"] = Sql, ["mode"] = "replace" });
        Assert.Contains("Run it with a date", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_attempt_answers_as_the_first_with_the_same_facts()
    {
        await Ingest("name,n,seen\na,1,2024-01-01 10:00:00\n");
        var first = await Clean(Sql, day: 1);
        var facts = new FactRecorder();
        facts.AddRange(Facts);
        var second = await Clean(Sql, day: 1, attempt: 2);
        var repeated = new FactRecorder();
        repeated.AddRange(Facts);
        Assert.Equal((first.Version, first.Rows), (second.Version, second.Rows));
        Assert.Equal(facts.ToJson(), repeated.ToJson());
        Assert.Equal(0, Tables.Snapshot(TableName.Parse("clean.t")).Version);
    }

    private async Task<TableOutputs> Clean(string sql, int day, long? run = null, int attempt = 1, string table = "clean.t") =>
        (TableOutputs)(await Run("clean.sql", With(sql, table), Runs.Context("clean", run: run ?? day, day: new DateOnly(2024, 1, day), attempt: attempt))).Outputs!;

    private ActivityContext Day(int day) => Runs.Context("clean", run: day, day: new DateOnly(2024, 1, day));

    private static JsonObject With(string sql, string table = "clean.t") => new() { ["table"] = table, ["sql"] = sql };

    private async Task Ingest(string csv)
    {
        Write("a.csv", csv);
        await Run("ingest.files", new() { ["path"] = "a.csv", ["table"] = "raw.t", ["mode"] = "replace" });
    }
}
