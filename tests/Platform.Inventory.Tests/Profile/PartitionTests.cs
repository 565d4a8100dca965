using System.Text;
using Platform.Inventory.Compare;
using Platform.Inventory.Profile;
using Platform.Inventory.Quality;
using Platform.Inventory.Read;
using Platform.Inventory.Relate;
using Platform.Inventory.Report;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Tests.Profile;

public class PartitionTests : InventoryTest
{
    [Fact]
    public void What_a_partition_folder_says_is_a_column_of_every_row_below_it()
    {
        // The same two rows every day; one day has one of them twice.
        foreach (var day in Days(10))
            Write($"hive/dt={day:yyyy-MM-dd}/x.csv", "id,price\n1,2.5\n2,3.5\n" + (day.Day == 4 ? "2,3.5\n" : ""));
        var profile = ProfileOf(Take(), "hive/dt={dt}/*.csv");
        Assert.Equal(["id", "price", "dt"], profile.Columns.Select(column => column.Name));
        var dt = profile.Columns[2];
        Assert.Equal((ValueKind.Date, 10L, 21L, 0L, "2024-01-01", "2024-01-10"), (dt.Kind, dt.Distinct, dt.Rows, dt.Nulls, dt.Min, dt.Max));
        Assert.Equal(1, profile.DuplicateRows);
        Assert.Equal(3, dt.Frequent[0].Count);

        // The same bytes under another day are other rows, although their content is known.
        Directory.Move(Data.File("hive", "dt=2024-01-10"), Data.File("hive", "dt=2024-02-20"));
        var moved = ProfileOf(Take(), "hive/dt={dt}/*.csv");
        Assert.Equal(("2024-02-20", 10L), (moved.Columns[2].Max, moved.Columns[2].Distinct));
    }

    [Fact]
    public void A_partition_without_a_value_is_null_and_escapes_are_read()
    {
        Write("by/country=DE/shop=a%2Fb/x.csv", "id,price\n1,2.5\n2,3.5\n");
        Write("by/country=FR/shop=c/x.csv", "id,price\n1,2.5\n2,3.5\n");
        Write("by/country=__HIVE_DEFAULT_PARTITION__/shop=c/x.csv", "id,price\n1,2.5\n2,3.5\n");
        var profile = Assert.Single(Take().Profiles.Values);
        Assert.Equal(["id", "price", "country", "shop"], profile.Columns.Select(column => column.Name));
        Assert.Equal((2L, 2L), (profile.Columns[2].Nulls, profile.Columns[2].Distinct));
        Assert.Contains(profile.Columns[3].Frequent, value => value.Value == "a/b");
        Assert.Equal(0, profile.DuplicateRows);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("parquet")]
    [InlineData("jsonl")]
    public void Readers_of_cells_and_checks_see_the_partition_column(string format)
    {
        using var profiler = new FileProfiler();
        foreach (var day in Days(3))
        {
            var path = Write($"hive/dt={day:yyyy-MM-dd}/x.{format}", format == "csv" ? "id,name\n1,a\n2,b\n" : "{\"id\": 1, \"name\": \"a\"}\n{\"id\": 2, \"name\": \"b\"}\n");
            if (format == "parquet")
                profiler.Connection.Execute($"copy (select i + 1 as id, 'abc'[i + 1] as name from range(2) as t(i)) to '{path}' (format parquet)");
        }

        var snapshot = Take();
        var asset = Assert.Single(snapshot.Assets);
        Assert.Equal(0, snapshot.Profiles[asset.Key].DuplicateRows);
        using var cells = new AssetCells(Store, new Dictionary<string, Tables.Sources.PostgresAddress>(), new Tables.Sources.PostgresReadLimits());
        var rows = new Rows(3);
        cells.Read(asset, ["name", "dt", "id"], rows, long.MaxValue, default);
        Assert.Equal(["a|2024-01-01|1", "b|2024-01-01|2", "a|2024-01-02|1", "b|2024-01-02|2", "a|2024-01-03|1", "b|2024-01-03|2"], rows.All);

        var check = new CheckDefinition { Kind = "set", Column = "dt", Values = ["2024-01-01", "2024-01-02"] };
        var outcome = new RowChecks(Store, _ => null, columns: key => [.. snapshot.Profiles[key].Columns.Select(column => column.Name)]).Judge(check, asset, DateTimeOffset.UnixEpoch, default);
        Assert.Equal((false, 2L, 6L), (outcome.Passed, outcome.Broken ?? 0, outcome.Looked ?? 6));
    }

    [Fact]
    public void A_day_that_lacks_in_a_clear_rhythm_is_told()
    {
        foreach (var day in Days(30).Where(day => day.Day != 16))
            Write($"shop/{day:yyyy-MM-dd}.csv", $"id,price\n{day.Day},2.5\n{day.Day + 40},3.5\n");
        foreach (var day in Days(40).Where(day => day.Day is not (17 or 23)))
            Write($"hive/dt={day:yyyyMMdd}/x.csv", $"id,price\n{day.Day},2.5\n{day.Day + 50},3.5\n");

        var snapshot = Take();
        var told = ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot)).Surprises.Where(finding => finding.Kind == "missing-day").ToList();
        Assert.Contains("The day 2024-01-16 of shop/{yyyy-MM-dd}.csv is missing between 2024-01-01 and 2024-01-30.", told.Select(finding => finding.Sentence));
        Assert.Contains("2 days of hive/dt={dt}/*.csv are missing between 2024-01-01 and 2024-02-09: 2024-01-17, 2024-01-23.", told.Select(finding => finding.Sentence));
        Assert.Contains("29 of 30 days have a file, every day", told[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Weekends_and_scattered_days_are_no_gap()
    {
        static bool working(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
        Assert.Null(MissingDays.Of([.. Days(90)]));
        Assert.Null(MissingDays.Of([.. Days(90).Where(working)]));
        Assert.Null(MissingDays.Of([.. Days(12).Where(working)]));
        Assert.Null(MissingDays.Of([.. Days(90).Where(day => day.DayOfWeek == DayOfWeek.Monday)]));
        Assert.Null(MissingDays.Of([.. Days(90).Where(day => day.DayNumber * 7919 % 10 < 6)]));
        Assert.Null(MissingDays.Of([new(2024, 1, 1), new(2024, 1, 2), new(2024, 1, 5)]));
        var gone = new DateOnly(2024, 1, 17);
        Assert.Equal([gone], MissingDays.Of([.. Days(90).Where(working).Where(day => day != gone)])!.Missing);
        Assert.Equal([new DateOnly(2024, 1, 4)], MissingDays.Of([.. Days(10).Where(day => day.Day != 4)])!.Missing);
    }

    private static IEnumerable<DateOnly> Days(int count) => Enumerable.Range(0, count).Select(new DateOnly(2024, 1, 1).AddDays);

    private sealed class Rows(int columns) : ICellSink
    {
        private readonly string[] _row = new string[columns];

        public List<string> All { get; } = [];

        public void Cell(int column, ReadOnlySpan<byte> value) => _row[column] = Encoding.UTF8.GetString(value);

        public void EndRow()
        {
            All.Add(string.Join('|', _row));
            Array.Clear(_row);
        }
    }
}
